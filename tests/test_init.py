"""`licet init`: what it writes is right by its own schema and by the command that reads it, in a terminal and without one."""

from __future__ import annotations

import json
import os
import re
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from check_jsonschema import main as check_schema
from click.testing import CliRunner, Result
from effort import PATIENCE

from checker.app import interview
from checker.cli.main import licet
from checker.load.book import Library
from checker.load.policy import load_policy

DAY = "2026-01-10"


def run(*arguments: str) -> Result:
    """A command, without a terminal."""
    return CliRunner().invoke(licet, list(arguments), standalone_mode=False)


def fits_its_schema(file: Path) -> bool:
    """Is the file right by the schema that its own first lines name, beside it?"""
    named = re.search(r"^# yaml-language-server: \$schema=(\S+)$", file.read_text(), re.MULTILINE)
    assert named is not None
    schema = file.parent / named[1]
    assert json.loads(schema.read_text())["$schema"].startswith("http://json-schema.org/draft-07")
    return CliRunner().invoke(check_schema, ["--schemafile", str(schema), str(file)]).exit_code == 0


def in_terminal(folder: Path, answers: list[str], *arguments: str) -> tuple[int, str]:
    """The command on a terminal of its own, each answer typed when it is asked for: exit code, and what was shown."""
    main, inner = os.openpty()
    program = [str(Path(sys.executable).with_name("licet")), "init", *arguments]
    done = subprocess.Popen(program, cwd=folder, stdin=inner, stdout=inner, stderr=inner, env={**os.environ, "TERM": "dumb"})
    os.close(inner)
    shown, waiting, end = "", list(answers), time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if select.select([main], [], [], 0.1)[0]:
            try:
                shown += os.read(main, 4096).decode()
            except OSError:                                    # Linux says so when the other end is closed
                break
            if waiting and shown.rstrip(" ").endswith(":"):
                os.write(main, (waiting.pop(0) + "\n").encode())
    os.close(main)
    return done.wait(10), shown


# ---- the policy ------------------------------------------------------------------------------------------------------


def test_one_command_one_file_and_the_gate_answers(tmp_path: Path) -> None:
    """From nothing to a green gate, and with a model to a red one that says what to do in which file."""
    (tmp_path / "a.py").write_text("print(1)\n")
    result = run("init", "--policy", str(tmp_path))
    assert result.return_value == 0 and f"Next: licet gate {tmp_path}" in result.stderr
    assert all(fits_its_schema(tmp_path / name) for name in ("licet.yaml", "licet.waivers.yaml"))
    assert run("gate", str(tmp_path), "--as-of", DAY).return_value == 0
    (tmp_path / "a.py").write_text('from transformers import AutoModel\nAutoModel.from_pretrained("acme/x")\n')
    red = run("gate", str(tmp_path), "--as-of", DAY)
    assert red.return_value == 1 and "do:   Name its license in licet.yaml under `models:`" in red.stdout
    (tmp_path / "licet.yaml").write_text((tmp_path / "licet.yaml").read_text().replace("kind: company", "kind: compny"))
    assert not fits_its_schema(tmp_path / "licet.yaml")


def test_what_is_answered_stands_in_the_policy(tmp_path: Path, library: Library) -> None:
    told = 'a "quoted": #name'
    assert run("init", "--policy", "--kind", "individual", "--home", "NO", "--monthly-active-users", "20,000", "--form", "hosted API", "--regions", "US, EU",
               "--commercial", "no", "--approver", told, str(tmp_path)).return_value == 0
    assert fits_its_schema(tmp_path / "licet.yaml")
    policy = load_policy(tmp_path / "licet.yaml", library)
    assert policy["actor"] == {"kind": "individual", "home": "NO", "monthly_active_users": 20000} and policy["approver"] == told
    assert policy["release"] == {"commercial": False, "form": "hosted_api", "regions": ["US", "EU"]}


@pytest.mark.parametrize("key", [question.key for question in interview.questions() if "policy" in question.wanted_for])
def test_what_is_asked_in_vain_stays_unknown(key: str, tmp_path: Path, library: Library) -> None:
    (tmp_path / "licet.yaml").write_text(interview.policy({key: None, **({"commercial": None} if key == "kind" else {})}))
    policy = load_policy(tmp_path / "licet.yaml", library)
    assert key not in policy["actor"] and key not in policy["release"] and not policy.get(key)


def test_questions_in_a_terminal_make_a_policy(tmp_path: Path, library: Library) -> None:
    answers = ["2", "yes", "EU", "company", "Germany", "DE", "many", "50000", "", "legal"]
    code, shown = in_terminal(tmp_path, answers, "--policy")
    assert code == 0, shown
    assert "two-letter country code" in shown and "is not a number" in shown             # a wrong answer is told, and asked for again
    policy = load_policy(tmp_path / "licet.yaml", library)
    assert policy["release"] == {"form": "hosted_api", "commercial": True, "regions": ["EU"]} and policy["approver"] == "legal"
    assert policy["actor"] == {"kind": "company", "home": "DE", "monthly_active_users": 50000}


# ---- the scenario ----------------------------------------------------------------------------------------------------


def test_options_make_a_scenario_that_is_understood(tmp_path: Path) -> None:
    result = run("init", "--model", "Qwen/Qwen2.5-72B, acme/qwen2.5-72b", "--action", "merge", "--form", "weights_public", "--commercial", "yes", "--home", "NO", str(tmp_path))
    assert result.return_value == 0 and "acme/qwen2.5-72b is not in the model registry" in result.stderr
    file = tmp_path / "scenario.yaml"
    assert fits_its_schema(file)
    data: dict[str, Any] = yaml.safe_load(file.read_text())
    assert data["actor"] == {"home": "NO"} and [one["id"] for one in data["inputs"]] == ["qwen2.5-72b", "qwen2.5-72b-2"]
    assert data["steps"] == [{"id": "result", "action": "merge", "from": ["qwen2.5-72b", "qwen2.5-72b-2"]}]
    assert data["releases"] == [{"of": "result", "form": "weights_public", "commercial": True}]
    assert run("check", str(file), "--as-of", DAY).return_value == 1


def test_questions_in_a_terminal_make_a_scenario(tmp_path: Path) -> None:
    code, shown = in_terminal(tmp_path, ["", "Qwen/Qwen3-32B", "", "internal", "y", "", "", "", "", ""])
    assert code == 0 and "This one is needed." in shown, shown
    assert fits_its_schema(tmp_path / "scenario.yaml")
    assert yaml.safe_load((tmp_path / "scenario.yaml").read_text()) == {
        "inputs": [{"id": "qwen3-32b", "model": "Qwen/Qwen3-32B"}], "releases": [{"of": "qwen3-32b", "form": "internal", "commercial": True}]}
    assert run("check", str(tmp_path / "scenario.yaml"), "--as-of", DAY).return_value == 0


def test_without_a_terminal_what_is_missing_and_wrong_is_told_at_once(tmp_path: Path) -> None:
    result = run("init", "--home", "Germany", "--kind", "compny", "--monthly-active-users", "many", "--approver", "x", str(tmp_path))
    told = str(result.exception)
    for said in ("There is no terminal to ask in. Say --model", "--home: ", "two-letter country code", "Did you mean `company`?", "`many` is not a number",
                 "--approver is not asked for a scenario"):
        assert said in told
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "scenario.yaml").write_text("mine")
    for name in ("licet.yaml", "licet.waivers.yaml"):
        (tmp_path / name).write_text("mine")
    assert "scenario.yaml: already there" in str(run("init", "--model", "a/b", str(tmp_path)).exception)
    assert "licet.yaml and" in str(run("init", "--policy", str(tmp_path)).exception)
    assert {file.read_text() for file in tmp_path.iterdir()} == {"mine"}
    assert run("init", "--model", "a/b", "--force", str(tmp_path)).return_value == 0


def test_the_schemas_name_no_model(tmp_path: Path) -> None:
    """They lie in the repository, and the scan finds nothing in them."""
    run("init", "--policy", str(tmp_path))
    run("init", "--model", "a/b", "-o", str(tmp_path / "s.yaml"))
    (tmp_path / "s.yaml").unlink()
    found = json.loads(run("scan", str(tmp_path), "-f", "json").stdout)
    assert not found["hits"] and not found["hosted"] and not found["local"] and not [one for one in found["skipped"] if ".licet" in one["file"]]
