"""The same scenario on two days: which text, agreement, figure or law made the difference."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from checker.app.check import check_text
from checker.app.formats import renderer
from checker.cli.main import licet
from checker.load.book import Library

ROOT = Path(__file__).parent.parent
V14, V16 = (next(ROOT.glob(f"seeds/v{number}-*.yaml")) for number in ("14", "16"))
TEXT = """title: over time
as_of: "2025-01-10"
actor: {name: Us, kind: company, home: DE, monthly_active_users: 500000000}
agreements: [{with: Alibaba Cloud, licenses: [qwen], from: "2025-02-01"}]
inputs: [{id: g, model: google/gemma-2-9b-it}, {id: q, model: Qwen/Qwen2.5-72B}]
steps: [{id: m, action: merge, from: [g, q]}]
releases: [{of: m, form: hosted_api, name: X, commercial: true, regions: [EU], audience: public, conduct: {displays: []}}]
"""


def both(text: str, day: str, library: Library) -> dict[str, Any]:
    found: dict[str, Any] = check_text(text, "then.yaml", library, as_of="2026-11-21", also_on=day)["then_and_now"]
    return found


def test_the_verdict_and_what_changed_it(library: Library) -> None:
    found = both(TEXT, "2026-11-21", library)
    assert found["days"] == ["2025-01-10", "2026-11-21"] and found["verdicts"] == ["needs_permission", "permitted_with_obligations"]
    qwen = next(row for row in found["changed"] if row["kind"] == "license" and row["id"] == "qwen")
    assert (qwen["then"], qwen["now"]) == ("needs_permission", "permitted")
    assert qwen["because"] == ["A separate license in place of Qwen LICENSE AGREEMENT begins on 2025-02-01."]


def test_another_text_is_named_with_its_day(library: Library) -> None:
    rows = [row for row in both(TEXT, "2026-11-21", library)["changed"] if row["kind"] == "license" and row["id"].startswith("gemma")]
    assert {row["then"] is None for row in rows} == {True, False}
    assert all(any("is the text since 2026-04-01" in one for one in row["because"]) for row in rows)


def test_the_earlier_day_stands_first_whichever_is_the_files_own(library: Library) -> None:
    later = TEXT.replace('"2025-01-10"', '"2026-11-21"')
    assert both(later, "2025-01-10", library) == both(TEXT, "2026-11-21", library)


def test_law_counts_from_its_day_and_a_bill_never(library: Library) -> None:
    in_product = V14.read_text().replace("form: hosted_api", "form: hosted_in_product")
    rows = [row for row in both(in_product, "2026-01-01", library)["changed"] if row["kind"] == "regulation"]
    assert ("ai-act-article-50", "not_yet", "in_force") in [(row["id"], row["then"], row["now"]) for row in rows]
    for path in (V14, V16):
        entry = check_text(path.read_text(), path.name, library, as_of="2026-11-21", also_on="2026-01-01")
        assert not {one["rule"] for one in entry["regulation"]} & {one["rule"] for one in entry["obligations"]}
        assert not [row for row in entry["then_and_now"]["changed"] if row["id"] == "us-no-adversarial-ai-act" and "in_force" in (row["then"], row["now"])]


@pytest.mark.parametrize(("text", "rule", "now"), [
    (V14.read_text(), "ai-act-gpai-modifier", "guideline"),
    (V14.read_text().replace("action: fine_tune, from: [base]", "action: train, from: [base], compute_exaflop: 5000000"), "ai-act-gpai-provider", "in_force"),
])
def test_what_the_act_asks_of_general_purpose_models_counts_from_its_day(text: str, rule: str, now: str, library: Library) -> None:
    row = next(row for row in both(text, "2025-08-01", library)["changed"] if row["id"] == rule)
    assert (row["then"], row["now"]) == ("not_yet", now) and "In force since 2025-08-02" in row["because"][0]
    assert rule not in {row["id"] for row in both(text, "2025-08-02", library)["changed"]}


def test_a_dated_figure_is_named_for_all_that_rests_on_it(library: Library) -> None:
    figures = ", ".join(f'{{metric: monthly_active_users, scope: product, value: {value}, date: "{day}"}}'
                        for value, day in ((90_000_000, "2024-12-01"), (500_000_000, "2025-09-01")))
    text = TEXT.replace("monthly_active_users: 500000000", f"figures: [{figures}]").replace("agreements:", "agreements: [] #")
    rows = [row for row in both(text, "2026-11-21", library)["changed"] if row["license"] == "qwen"]
    assert {row["kind"] for row in rows} == {"license", "finding", "duty"}
    assert {tuple(row["because"]) for row in rows} == {("A figure of monthly active users is of 2025-09-01.",)}


def test_nothing_is_compared_with_itself_or_unasked(library: Library) -> None:
    assert "then_and_now" not in check_text(TEXT, "then.yaml", library, as_of="2026-11-21")
    assert "then_and_now" not in check_text(TEXT, "then.yaml", library, as_of="2026-11-21", also_on="2025-01-10")


@pytest.mark.parametrize("format_", ["text", "markdown", "html"])
def test_every_document_shows_both_columns(format_: str, library: Library) -> None:
    shown = renderer(format_)([check_text(TEXT, "then.yaml", library, as_of="2026-11-21", also_on="2026-11-21")])
    assert "Then and now" in shown and "2025-01-10" in shown and "2025-02-01" in shown


def test_the_command_compares_only_where_a_day_is_given(tmp_path: Path) -> None:
    path = tmp_path / "then.yaml"
    path.write_text(TEXT)
    run = lambda *more: CliRunner().invoke(licet, ["check", str(path), *more], standalone_mode=False).stdout  # noqa: E731
    assert "Then and now" in run("--as-of", "2026-11-21") and "Then and now" not in run()
