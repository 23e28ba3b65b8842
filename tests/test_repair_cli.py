"""`licet repair`, as a user calls it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from checker.cli.main import licet

ROOT = Path(__file__).parent.parent
V01, V02, V03 = (str(next(ROOT.glob(f"seeds/v{number}-*.yaml"))) for number in ("01", "02", "03"))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(licet, list(arguments), standalone_mode=False)


def test_ways_out_are_listed_the_cheapest_first() -> None:
    result = run("repair", V02, "--candidate", "Qwen/Qwen3-32B")
    assert result.return_value == 0 and "1. Swap Qwen/Qwen2.5-72B for Qwen/Qwen3-32B. [permitted]" in result.stdout


def test_the_json_form_is_that_of_the_result() -> None:
    listed = json.loads(run("repair", V02, "-f", "json").stdout)
    assert set(listed) == {"repairs", "repair_search"} and listed["repairs"][0]["kind"] == "do"


def test_a_way_out_is_made_in_a_new_file(tmp_path: Path) -> None:
    target = tmp_path / "changed.yaml"
    assert run("repair", V02, "--candidate", "Qwen/Qwen3-32B", "--apply", "1", "-o", str(target)).return_value == 0
    assert run("check", str(target), "-q").return_value == 0 and run("check", V02, "-q").return_value == 1


def test_nothing_to_repair_and_no_way_out_differ() -> None:
    assert (run("repair", V01).return_value, run("repair", V03).return_value) == (0, 1)


@pytest.mark.parametrize(("arguments", "said"), [(("--cost", "swap"), "CHANGE=NUMBER"), (("--cost", "swap=0"), "above 0"), (("--cost", "swoop=1"), "ask_permission"),
                                                 (("--apply", "50"), "ways out"), (("--candidate", "no/model"), "not in the model registry")])
def test_wrong_use_is_explained(arguments: tuple[str, ...], said: str) -> None:
    result = run("repair", V02, *arguments)
    assert result.exception is not None and said in str(result.exception)


def test_check_takes_candidates_and_shows_ways_out() -> None:
    shown = run("check", V02, "--candidate", "Qwen/Qwen3-32B").stdout
    assert "Ways out" in shown and "Swap Qwen/Qwen2.5-72B for Qwen/Qwen3-32B." in shown


def test_every_change_is_explained() -> None:
    assert "Change swap: Swap {from} for {to}." in run("explain", "swap").stdout
    assert "Change ask_permission" in run("explain", "ask_permission").stdout


@pytest.mark.parametrize("format_", ["markdown", "html"])
def test_documents_keep_the_two_kinds_apart_and_say_where_the_search_stopped(format_: str) -> None:
    shown = run("report", str(next(ROOT.glob("tests/disputes/d02-*.yaml"))), "-f", format_).stdout
    assert shown.index("Ask Meta") < shown.index("Find out: ")
    assert "The search stopped after" in run("report", str(next(ROOT.glob("seeds/v05-*.yaml"))), "-f", format_).stdout
