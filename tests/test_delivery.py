"""What brings the gate into a CI: the action, its script, the hooks, and the examples of the documentation."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from check_jsonschema import main as check_schema
from click.testing import CliRunner
from effort import PATIENCE

from checker.cli.main import licet

ROOT = Path(__file__).parent.parent
MODEL = 'from transformers import AutoModel\nm = AutoModel.from_pretrained("%s")\n'
POLICY = "actor: {kind: company, home: US, monthly_active_users: 3000000000}\nrelease: {commercial: true, regions: [US], form: hosted_api, conduct: %s}\ndefault: allow\n"
CONDUCT = "{names_base_to_users: true, displays: [{text: Built with Qwen}], ships: []}"


def repository(folder: Path, model: str) -> Path:
    """A small repository that uses one model."""
    folder.mkdir(exist_ok=True)
    (folder / "main.py").write_text(MODEL % model)
    (folder / "licet.yaml").write_text(POLICY % CONDUCT)
    return folder


def example(word: str) -> str:
    """The block of the documentation that is marked with the word."""
    page = (ROOT / "docs" / "how-to" / "use-in-ci.md").read_text(encoding="utf-8")
    found = re.search(rf"^```yaml {word}\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    assert found is not None
    return found[1]


def valid(schema: str, path: Path) -> bool:
    """Does the file fit one of the schemas that come with check-jsonschema?"""
    return CliRunner().invoke(check_schema, ["--builtin-schema", f"vendor.{schema}", str(path)]).exit_code == 0


# ---- the action ------------------------------------------------------------------------------------------------------


def test_the_action_is_as_github_wants_it(tmp_path: Path) -> None:
    assert valid("github-actions", ROOT / "action.yml")
    broken = tmp_path / "action.yml"
    broken.write_text((ROOT / "action.yml").read_text().replace("using: composite", "using: nothing"))
    assert not valid("github-actions", broken)


def test_what_the_action_uses_is_pinned_and_inputs_are_no_code() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    for step in action["runs"]["steps"]:
        assert "uses" not in step or re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", step["uses"])
        assert "${{" not in step.get("run", "")
    gate = action["runs"]["steps"][-1]
    handed = set(re.findall(r"inputs\.([a-z-]+)", json.dumps(gate["env"])))
    assert handed == set(action["inputs"])
    script = (ROOT / "action" / "gate.sh").read_text()
    assert all(name in script for name in gate["env"])
    assert set(action["outputs"]) == set(re.findall(r'echo "([a-z]+)=', script))


def run_action(workspace: Path, tmp_path: Path, **inputs: str) -> tuple[subprocess.CompletedProcess[str], dict[str, str], str]:
    """Run the script of the action with the variables that GitHub sets: process, outputs, step summary."""
    temp = tmp_path / "runner"
    temp.mkdir(exist_ok=True)
    output, summary = temp / "output", temp / "summary"
    for file in (output, summary):
        file.write_text("")
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "XDG_CACHE_HOME": os.environ["XDG_CACHE_HOME"], "GITHUB_ACTIONS": "true", "CI": "true",
                   "RUNNER_TEMP": str(temp), "GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(summary), "GITHUB_WORKSPACE": str(workspace),
                   "GITHUB_ACTION_PATH": str(ROOT), "LICET": str(Path(sys.executable).with_name("licet")), "LICET_AS_OF": "2026-01-10", **inputs}
    done = subprocess.run(["bash", str(ROOT / "action" / "gate.sh")], cwd=workspace, env=environment, capture_output=True, text=True, timeout=PATIENCE)
    return done, dict(line.split("=", 1) for line in output.read_text().splitlines()), summary.read_text()


def test_the_action_passes_a_clean_repository(tmp_path: Path) -> None:
    done, outputs, summary = run_action(repository(tmp_path / "work", "Qwen/Qwen3-32B"), tmp_path)
    assert (done.returncode, outputs["passed"]) == (0, "true"), done.stderr
    assert "License gate: Passed" in summary
    assert json.loads(Path(outputs["result"]).read_text())["gate"]["passed"] is True


def test_the_action_explains_a_failure(tmp_path: Path) -> None:
    work = repository(tmp_path / "work", "Qwen/Qwen2.5-72B")
    done, outputs, summary = run_action(work, tmp_path, LICET_SARIF="licet.sarif", LICET_PATH=".")
    assert (done.returncode, outputs["passed"]) == (1, "false")
    assert done.stdout.startswith("::error file=main.py,line=2,title=")
    assert "    do:   Ask Alibaba Cloud" in done.stdout
    assert "| fails |" in summary
    assert json.loads((work / "licet.sarif").read_text())["runs"][0]["results"][0]["level"] == "error"


def test_the_action_takes_a_baseline(tmp_path: Path) -> None:
    work = repository(tmp_path / "work", "Qwen/Qwen2.5-72B")
    assert CliRunner().invoke(licet, ["baseline", str(work), "--as-of", "2026-01-10"], standalone_mode=False).return_value == 0
    assert run_action(work, tmp_path, LICET_NEW_ONLY="true")[0].returncode == 0
    assert run_action(work, tmp_path, LICET_NEW_ONLY="false")[0].returncode == 1


def test_the_action_fails_on_what_it_cannot_finish(tmp_path: Path) -> None:
    work = repository(tmp_path / "work", "Qwen/Qwen3-32B")
    (work / "licet.yaml").write_text("allow: [{license: qwenn}]\n")
    done, outputs, _ = run_action(work, tmp_path)
    assert (done.returncode, outputs["passed"]) == (2, "false") and "Did you mean `qwen`?" in done.stderr


def test_an_input_of_the_action_is_never_run(tmp_path: Path) -> None:
    work = repository(tmp_path / "work", "Qwen/Qwen3-32B")
    for value in ("$(touch harmed)", "; touch harmed", "--help", "`touch harmed`"):
        assert run_action(work, tmp_path, LICET_PATH=value)[0].returncode == 2
        assert run_action(work, tmp_path, LICET_SARIF=value if value != "--help" else "", LICET_NEW_ONLY=value)[0].returncode == 0
    assert not (work / "harmed").exists()


# ---- examples --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("word", "schema", "name"), [("workflow", "github-workflows", ".github/workflows/licenses.yml"), ("gitlab", "gitlab-ci", ".gitlab-ci.yml")])
def test_the_examples_are_as_their_ci_wants_them(word: str, schema: str, name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(example(word))
    assert valid(schema, path)


def test_the_workflow_gives_inputs_that_the_action_has() -> None:
    given: dict[str, Any] = yaml.safe_load(example("workflow"))["jobs"]["licenses"]["steps"][-1]["with"]
    assert set(given) <= set(yaml.safe_load((ROOT / "action.yml").read_text())["inputs"])


def test_the_script_of_the_gitlab_example_runs(tmp_path: Path) -> None:
    work = repository(tmp_path / "work", "Qwen/Qwen2.5-72B")
    line = yaml.safe_load(example("gitlab"))["licenses"]["script"][-1]
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", line], cwd=work, env=environment, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 1 and "Ask Alibaba Cloud" in done.stdout
    assert 'failures="1"' in (work / "licet.xml").read_text()


# ---- pre-commit ------------------------------------------------------------------------------------------------------


def hooks() -> dict[str, dict[str, Any]]:
    """The hooks by their id."""
    return {one["id"]: one for one in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}


def test_the_hooks_run_a_command_that_there_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository(tmp_path / "work", "Qwen/Qwen3-32B"))
    for hook in hooks().values():
        program, *arguments = hook["entry"].split()
        assert program == "licet" and hook["pass_filenames"] is False
        assert CliRunner().invoke(licet, arguments, standalone_mode=False).return_value == 0
    Path("licet.yaml").write_text("allow: [{license: qwenn}]\n")
    Path("licet.waivers.yaml").write_text("waivers: [{reason: x}]\n")
    result = CliRunner().invoke(licet, hooks()["licet-policy"]["entry"].split()[1:], standalone_mode=False)
    told = str(result.exception)
    assert "licet.yaml:1:19" in told and "licet.waivers.yaml:1:" in told                 # both files in one breath


def test_the_hooks_wake_on_the_files_that_matter() -> None:
    gate, policy = re.compile(hooks()["licet-gate"]["files"]), re.compile(hooks()["licet-policy"]["files"])
    assert all(gate.search(name) for name in ("a/main.py", "README.md", "deploy/Dockerfile.gpu", "Modelfile", "x/LICENSE.txt", "licet.yaml", "w.gguf"))
    assert not any(gate.search(name) for name in ("a.png", "x.css", "py"))
    assert policy.search("licet.waivers.yaml") and policy.search("sub/licet.yaml") and not policy.search("a/notlicet.yaml")


@pytest.mark.slow
def test_pre_commit_installs_and_runs_the_hooks(tmp_path: Path) -> None:
    """The real program, from a repository of its own, as the documentation shows it."""
    def git(folder: Path, *arguments: str) -> None:
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "init.defaultBranch=main", *arguments], cwd=folder, check=True, capture_output=True)

    source = tmp_path / "licet"
    shutil.copytree(ROOT, source, ignore=shutil.ignore_patterns(".git", ".venv*", "*.egg-info", ".cache*", ".*_cache", "__pycache__", "build", "dist", "node_modules"))
    git(source, "init")
    git(source, "add", "-A")
    git(source, "commit", "-qm", "all")
    git(source, "tag", "v0.1.0")
    work = repository(tmp_path / "work", "Qwen/Qwen3-32B")
    (work / ".pre-commit-config.yaml").write_text(example("precommit").replace("https://example.com/licet", str(source)))
    git(work, "init")
    git(work, "add", "-A")
    environment = {**os.environ, "PRE_COMMIT_HOME": str(tmp_path / "home")}

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", "pre_commit", "run", "--all-files", "--verbose"], cwd=work, env=environment, capture_output=True, text=True, timeout=PATIENCE)

    done = run()
    assert done.returncode == 0 and done.stdout.count("Passed") >= 2, done.stdout + done.stderr
    (work / "main.py").write_text(MODEL % "Qwen/Qwen2.5-72B")
    done = run()
    assert done.returncode == 1 and "Ask Alibaba Cloud" in done.stdout, done.stdout + done.stderr
