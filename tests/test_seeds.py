"""The worked scenarios come out as they say, and say what they must."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.app import testing
from checker.app.check import check_text
from checker.load.book import Library
from checker.load.strict_yaml import load

ROOT = Path(__file__).parent.parent
SEEDS = sorted((ROOT / "seeds").glob("*.yaml"))


def test_all_sixteen_are_there() -> None:
    assert [path.name[:3] for path in SEEDS] == [f"v{number:02}" for number in range(1, 17)]


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_seed(path: Path, library: Library) -> None:
    assert testing.run(path, library, as_of="2026-11-21") == []


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_a_seed_names_its_source_and_expects_something(path: Path) -> None:
    value = load(path).value
    assert value["source"][0]["document"] and value["source"][0]["sentence"]
    assert "verdict" in value["expect"] and "ethics" in value["expect"]


def test_a_wrong_expectation_is_found(library: Library) -> None:
    entry = check_text(SEEDS[0].read_text(), "seed", library, as_of="2026-11-21")
    wrong = {"verdict": "prohibited", "conduct": "not_met", "licenses": {"apache-2.0": "prohibited", "mit": "permitted"}, "ethics": ["evasion"],
             "no_ethics": ["lineage-undisclosed"], "obligations": ["display"], "questions": ["x"], "must_say": ["abracadabra"],
             "must_not_say": ["judgement"], "answers": {"hosting-distribution": {"distribution": "prohibited"}}}
    assert len(list(testing.differences(entry, wrong))) == 11


def test_the_same_acts_on_four_releases_end_differently(library: Library) -> None:
    """The article's sentence holds for one release of the family and fails for the others."""
    verdicts = [check_text(path.read_text(), path.name, library, as_of="2026-11-21")["verdict"] for path in SEEDS[:5]]
    assert verdicts == ["permitted", "needs_permission", "prohibited", "permitted_with_obligations", "not_enough_facts"]
