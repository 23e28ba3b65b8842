"""The portfolio page: every scenario in its place, the worst first, small at thousands, and no place for what somebody else wrote to act."""

from __future__ import annotations

import re
from typing import Any

import pytest
from effort import effort
from test_report_html import PAYLOADS, Page, everything, replaced, seed

from checker.report import portfolio
from checker.report.words import words

V = words()["verdicts"]


def test_every_scenario_stands_on_one_page_the_worst_first() -> None:
    entries = [seed(f"v{number:02}") for number in range(1, 17)] + [{"file": "bad.yaml", "errors": ["bad.yaml:1:1: Not YAML."]}]
    text = portfolio.render(entries)
    page = Page(text)
    for entry in entries[:-1]:
        place = page.text(f"{entry['verdict']}-1")
        assert entry["scenario"]["title"] in place and V[entry["verdict"]]["label"] in place
    assert "bad.yaml" in page.text("unreadable-1") and "Not YAML." in page.text("unreadable-1")
    order = [name for name in page.ids if re.fullmatch("[a-z_]+-1", name)]
    assert order == [f"{kind}-1" for kind in (*portfolio.STRICTEST_FIRST, "unreadable") if any(kind == one.get("verdict", "unreadable") for one in entries)]
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)


def test_the_counts_are_those_of_the_scenarios() -> None:
    text = Page(portfolio.render([seed("v01")] * 230 + [seed("v02")] * 3)).text("main")
    assert f"{V['needs_permission']['label']}3 " in text and f"{V['permitted']['label']}230 " in text


def test_five_thousand_scenarios_stay_below_five_megabytes() -> None:
    entries = [{**seed("v05"), "scenario": {"title": f"Scenario {number} of a large company with a long title"}} for number in range(50)] * 100
    text, whole = effort(lambda: portfolio.render(entries))
    _, tenth = effort(lambda: portfolio.render(entries[:500]))
    assert len(text.encode()) < 5_000_000
    assert whole < 12 * tenth, "the work grows with the number, not faster"
    assert len([one for one in Page(text).ids if re.fullmatch(r"[a-z_]+-[0-9]+", one)]) == 50


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_hostile_strings_change_no_markup(payload: str) -> None:
    def shape(text: str) -> list[Any]:
        value = {**replaced(everything(), text), "verdict": "prohibited", "verdict_range": ["permitted", "prohibited"], "conduct": "met"}
        for one in value["licenses"]:
            one["verdict"] = "prohibited"
        return Page(portfolio.render([value, {"file": text, "errors": [text]}])).shape

    assert shape(payload) == shape("harmless")


def test_nothing_is_still_a_page() -> None:
    assert words()["sentences"]["empty"] in Page(portfolio.render([])).text()
    assert "x" * 1_000 not in portfolio.render([{**seed("v01"), "scenario": {"title": "x" * 1_000_000}}])
