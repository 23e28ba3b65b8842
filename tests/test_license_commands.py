"""`licet license …`: the knowledge base as a reader of law looks it up."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from checker.cli.main import licet
from checker.load.book import Library

ROOT = Path(__file__).parent.parent
IDS = sorted(path.stem for path in (ROOT / "licenses").glob("*.yaml"))


def run(*arguments: str) -> Result:
    """The outcome of `licet license …`; exit codes as click counts them."""
    return CliRunner().invoke(licet, ["license", *arguments], standalone_mode=True)


def value(*arguments: str) -> Any:
    """What `licet license … --format json` prints."""
    result = run(*arguments, "--format", "json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


# ---- list ------------------------------------------------------------------------------------------------------------


def test_every_license_is_listed_once() -> None:
    assert [one["id"] for one in value("list")] == IDS
    assert [line.split()[0] for line in run("list").stdout.splitlines()] == IDS


def test_a_filter_keeps_those_and_only_those(library: Library) -> None:
    book = library.book()
    kept = [one["id"] for one in value("list", "--allows", "commercial", "--kind", "content")]
    assert kept == [one for one in IDS if book.license(one).kind == "content"
                    and str(book.license(one).terms["commercial_use"]["value"]) in ("allowed", "conditional")]
    assert 0 < len(kept) < len(value("list", "--kind", "content"))
    assert {one["family"] for one in value("list", "--family", "LLAMA")} == {"llama"}
    assert all("Meta" in one["licensor"] for one in value("list", "--by", "meta"))


@pytest.mark.parametrize("word", ["modify", "host", "distribute", "distribute_derivative", "use", "train_other_model", "commercial_use"])
def test_each_act_is_a_filter(word: str) -> None:
    kept = value("list", "--allows", word)
    assert 0 < len(kept) <= len(IDS)
    assert all(len(one["answers"]) == 1 for one in kept)


def test_a_word_that_grants_nothing_is_refused() -> None:
    result = run("list", "--allows", "modfy")
    assert result.exit_code == 2 and "Did you mean `modify`?" in result.stderr
    assert run("list", "--allows", "train").exit_code == 2          # two terms begin like this
