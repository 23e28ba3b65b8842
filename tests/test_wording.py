"""What is said, and how: nothing that only may hold is told as a fact."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from checker.app.check import check_text
from checker.core.wording import LONGEST_NAME, called, either
from checker.load.book import Library
from checker.load.paths import data_root
from checker.report import html, markdown, text

CASES = sorted([*(data_root() / "seeds").glob("*.yaml"), *(data_root() / "tests" / "disputes").glob("*.yaml")])
MAY = "May apply: "


def test_either() -> None:
    text = "{license.name}, [and|if] this is so[; it is {release.name}|]."
    assert either(text, True) == "{license.name}, and this is so; it is {release.name}."
    assert either(text, False) == "{license.name}, if this is so."
    assert either("[a] {b} | [c", False) == "[a] {b} | [c"


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_what_may_hold_is_never_told_as_a_fact(path: Path, library: Library) -> None:
    entry = check_text(path.read_text(encoding="utf-8"), path.name, library, as_of="2026-01-01", repairs=False)
    for one in entry["findings"]:
        assert one["message"].startswith(MAY) == (one["holds"] != "yes"), one["message"]
        said = one["message"]
        for license in entry["licenses"]:
            said = said.replace(license["name"], "")                   # "FLUX.1 [dev]" has brackets of its own
        assert "[" not in said and "|" not in said


@pytest.mark.parametrize(("more", "known", "open_"), [
    ("commercial: true", "; this release is commercial", None),
    ("audience: public", None, "whether this release needs one is open"),
])
def test_the_fact_that_is_open_is_told_as_a_condition(library: Library, more: str, known: str | None, open_: str | None) -> None:
    found = messages(library, f"inputs: [{{id: base, license: qwen-research}}]\nreleases: [{{of: base, form: hosted_api, {more}}}]\n", "commercial-ask")
    assert found and all((known or open_ or "") in one and one.startswith(MAY) == (known is None) for one in found)


def test_a_fact_that_is_known_stays_one_where_the_license_is_open(library: Library) -> None:
    found = messages(library, "inputs: [{id: base, license: {one_of: [qwen-research, mit]}}]\nreleases: [{of: base, form: hosted_api, commercial: true}]\n",
                     "commercial-ask")
    assert found and all(one.startswith(MAY) and "; this release is commercial" in one for one in found)


def test_a_figure_that_nobody_knows_reads_well(library: Library) -> None:
    found = messages(library, "inputs: [{id: base, license: llama-3.1}]\nreleases: [{of: base, form: hosted_api, commercial: true}]\n", "scale-threshold")
    assert found and all("the figure is not known" in one for one in found)


def messages(library: Library, text: str, rule: str) -> list[str]:
    """What the findings of this rule say of a scenario."""
    entry: dict[str, Any] = check_text(text, "x", library, as_of="2026-01-01", repairs=False)
    return [one["message"] for one in entry["findings"] if one["rule"] == rule]


def test_a_thing_is_called_by_its_name() -> None:
    names = {"base": "Qwen/Qwen2.5-72B", "other": "Twin", "twin": "Twin", "plain": "plain", "long": "x" * (LONGEST_NAME + 1)}
    assert [called(names, one) for one in (*names, "unknown")] == ["Qwen/Qwen2.5-72B", "Twin (other)", "Twin (twin)", "plain", "long", "unknown"]


NAMED = """
as_of: "2026-01-01"
actor: {name: We, kind: company, home: DE}
inputs:
  - {id: base, family: qwen, name: "The {kind} base"}
  - {id: more, family: qwen}
steps: [{id: made, name: Our model, action: {one_of: [fine_tune, train_on_outputs]}, from: [base, more]}]
releases: [{id: api, name: Our service, of: made, form: {one_of: [hosted_api, weights_public]}, commercial: true}]
"""


def test_questions_name_things_as_their_author_does(library: Library) -> None:
    """By name where one is given, else by id; in what a verdict hangs on too, in every format."""
    entry = check_text(NAMED, "x.yaml", library, as_of="2026-01-01")
    asked = {one["fact"]: one["ask"] for one in entry["questions"]}
    assert "is The {kind} base, and" in asked["inputs.base.license"] and "is more, and" in asked["inputs.more.license"]
    assert "does Our service reach" in asked["releases.api.form"] and "step Our model:" in asked["steps.made.action"]
    for document in (html.render([entry]), markdown.render([entry]), text.render([entry], explain=True)):
        plain = " ".join(document.replace("\\", "").split())
        assert "which license governs The {kind} base" in plain and "in which form Our service is released" in plain
        assert "governs base" not in plain and "form api" not in plain
