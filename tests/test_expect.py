"""`expect` in a scenario file: duties with how they stand, and variants with a few facts changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.app import testing
from checker.app.variants import varied
from checker.errors import BadInput
from checker.load.book import Library

SCENARIO = """
title: A start-up
as_of: "2026-01-10"
actor: {name: A, kind: company, home: DE, monthly_active_users: 40000}
inputs: [{id: base-2.5, model: Qwen/Qwen2.5-72B}]
steps: [{id: helper, action: fine_tune, from: [base-2.5]}]
releases: [{id: api, of: helper, form: hosted_api, name: Helper, commercial: true, conduct: {displays: []}}]
expect:
"""


def differences(folder: Path, library: Library, expect: str) -> list[str] | None:
    path = folder / "scenario.yaml"
    path.write_text(SCENARIO + expect)
    return testing.run(path, library, as_of="2026-01-10")


def test_a_duty_is_compared_with_how_it_stands(tmp_path: Path, library: Library) -> None:
    assert differences(tmp_path, library, '  obligations: {"qwen:display": not_met, display: [not_met, unproven]}') == []
    assert differences(tmp_path, library, "  obligations: {display: met, naming: met}") == [
        "obligations: display is not_met, expected met", "obligations: naming is missing"]


def test_a_variant_is_judged_with_its_facts(tmp_path: Path, library: Library) -> None:
    good = """  variants:
    - if: it is a giant
      with: {actor.monthly_active_users: 300000000}
      verdict: needs_permission
    - if: another base
      with: {inputs.base-2.5.model: null, inputs.base-2.5.license: Apache-2.0}
      licenses: {apache-2.0: permitted}
    - if: it is displayed, in a product
      with: {releases.api.conduct.displays: [{text: Built with Qwen}], releases.api.form: hosted_in_product}
      obligations: {display: met}
"""
    assert differences(tmp_path, library, good) == []
    assert differences(tmp_path, library, good.replace("needs_permission", "permitted")) == ["if it is a giant: verdict is needs_permission, expected permitted"]


def test_a_variant_without_a_place_is_told(tmp_path: Path, library: Library) -> None:
    found = differences(tmp_path, library, "  variants: [{if: it were so, with: {inputs.other.license: MIT}, verdict: permitted}]")
    assert found == ["if it were so: there is nothing at inputs.other.license"]


def test_a_variant_that_is_no_scenario_is_bad_input(tmp_path: Path, library: Library) -> None:
    with pytest.raises(BadInput):
        differences(tmp_path, library, "  variants: [{if: it were so, with: {actor.kind: giraffe}, verdict: permitted}]")


def test_a_variant_must_expect_something(tmp_path: Path, library: Library) -> None:
    with pytest.raises(BadInput):
        differences(tmp_path, library, "  variants: [{if: it were so, with: {actor.home: US}}]")


@pytest.mark.parametrize("path", ["a.b.c", "list.z", "list.x.y.z", "missing"])
def test_a_path_without_a_place(path: str) -> None:
    with pytest.raises(KeyError):
        varied({"a": {"b": 1}, "list": [{"id": "x", "y": 1}]}, {path: None})


def test_the_original_stays_as_it_was() -> None:
    scenario = {"list": [{"id": "x.1", "y": 1}, {"id": "x", "y": 2}]}
    assert varied(scenario, {"list.x.1.y": 3, "list.x": None, "new.key": 1}) == {"list": [{"id": "x.1", "y": 3}], "new": {"key": 1}}
    assert scenario == {"list": [{"id": "x.1", "y": 1}, {"id": "x", "y": 2}]}
