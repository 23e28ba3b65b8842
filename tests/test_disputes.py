"""Real disputes as scenarios, each with the answer that a checker should give."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.app import testing
from checker.load.book import Library
from checker.load.strict_yaml import load

DISPUTES = testing.find([str(Path(__file__).parent / "disputes")])


def test_all_are_there() -> None:
    assert {path.name[:3] for path in DISPUTES} == {f"d{number:02}" for number in range(2, 87, 2)}


@pytest.mark.parametrize("path", DISPUTES, ids=lambda path: path.stem)
def test_dispute(path: Path, library: Library) -> None:
    """None (nothing expected) is a failure too."""
    assert testing.run(path, library, as_of="2026-11-21") == []


@pytest.mark.parametrize("path", DISPUTES, ids=lambda path: path.stem)
def test_a_dispute_names_its_source_and_the_verdict_of_a_license(path: Path) -> None:
    value = load(path).value
    assert value["source"][0]["url"].startswith("http")
    assert value["title"].lower().startswith(path.name.split("-")[0] + ": ")
    assert value["expect"].get("licenses") or value["expect"]["verdict"] == "no_license_engaged"
