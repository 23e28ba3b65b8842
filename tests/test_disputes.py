"""Real disputes (to D86) and questions that legal teams ask (from D88) as scenarios, each with the answer that a checker should give."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from checker.app import testing
from checker.load.book import Library
from checker.load.strict_yaml import load

DISPUTES = testing.find([str(Path(__file__).parent / "disputes")])


def test_all_are_there() -> None:
    assert {int(re.match(r"d(\d+)", path.name)[1]) for path in DISPUTES} == set(range(2, 160, 2))  # type: ignore[index]


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
