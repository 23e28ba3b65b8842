"""What is only alleged decides nothing about a license, what is reported is told as a report, and what a label says is told apart from what governs."""

from __future__ import annotations

from typing import Any

import pytest

from checker.app.check import check_text
from checker.load.book import Library

SCENARIO = """
title: A lab is said to have distilled a rival
as_of: "2025-02-01"
actor: {name: a lab, kind: company, home: CN}
inputs:
  - {id: teacher, kind: service, license: openai-tou-2024-12-11, certainty: CERTAINTY}
  - {id: own, license: own_work}
steps: [{id: model, action: fine_tune, from: [own, {id: teacher, as: teacher, action: train_on_outputs}]}]
releases: [{id: weights, of: model, form: weights_public, name: Model, commercial: true, competes_with: [OpenAI]}]
"""


def assessed(certainty: str, library: Library) -> dict[str, Any]:
    return check_text(SCENARIO.replace("CERTAINTY", certainty), "allegation", library, as_of="2025-02-01")


@pytest.mark.parametrize(("certainty", "verdict", "conduct", "flags"), [
    ("alleged", "not_enough_facts", "unproven", ["evidence-caution"]),
    ("reported", "prohibited", "unproven", ["outputs-against-terms"]),
    ("confirmed", "prohibited", "not_met", ["outputs-against-terms"]),
])
def test_an_allegation_is_no_breach_of_any_license(certainty: str, verdict: str, conduct: str, flags: list[str], library: Library) -> None:
    entry = assessed(certainty, library)
    (terms,) = entry["licenses"]
    assert (entry["verdict"], terms["verdict"], terms["conduct"]) == (verdict, verdict, conduct)
    assert {terms["acts"]["train_other_model"]} == {verdict}
    assert [one["flag"] for one in entry["ethics"]] == flags


def test_a_report_is_told_as_a_report(library: Library) -> None:
    reported, confirmed = (assessed(one, library)["ethics"][0] for one in ("reported", "confirmed"))
    assert "It is reported, not shown" in reported["message"] and reported["strength"] == "analogous"
    assert "reported" not in confirmed["message"] and confirmed["strength"] == "direct"


def test_a_license_among_candidates_keeps_its_own_verdict(library: Library) -> None:
    """One of two licenses governs: what the other would say does not soften it."""
    text = SCENARIO.replace("openai-tou-2024-12-11, certainty: CERTAINTY", "{one_of: [openai-tou-2024-12-11, MIT]}, certainty: alleged")
    entry = check_text(text, "allegation", library, as_of="2025-02-01")
    assert {one["id"]: one["verdict"] for one in entry["licenses"]} == {"mit": "permitted", "openai-tou-2024-12-11": "not_enough_facts"}


@pytest.mark.parametrize(("name", "follows"), [
    ("Llama-3-Tuned", True), ("llama3-tuned", True), ("someone/Llama 3 Tuned", True), ("Llama-2-Tuned", False), ("Tuned-Llama-3", False), ("Meta-Llama-3", False),
])
def test_a_name_begins_with_the_words_whatever_stands_between_them(name: str, follows: bool, library: Library) -> None:
    text = f"""
title: A tuned Llama 3
as_of: "2024-06-01"
actor: {{monthly_active_users: 10}}
inputs: [{{id: base, license: llama-3}}]
steps: [{{id: tuned, action: fine_tune, from: [base]}}]
releases: [{{id: weights, of: tuned, form: weights_public, name: "{name}", commercial: false}}]
"""
    entry = check_text(text, "name", library, as_of="2024-06-01")
    assert [one["status"] for one in entry["obligations"] if one["action"] == "naming"] == ["met" if follows else "not_met"]


def test_a_label_on_an_input_is_told_apart_from_what_governs(library: Library) -> None:
    text = """
title: Called MIT
as_of: "2026-03-01"
inputs: [{id: base, license: kimi-k2.5-modified-mit, declared: LABEL}]
releases: [{of: base, form: internal, commercial: true}]
"""
    said = {label: [one["message"] for one in check_text(text.replace("LABEL", label), "label", library, as_of="2026-03-01")["findings"]
                    if one["rule"] == "label-of-an-input"] for label in ("MIT", "kimi-k2.5-modified-mit")}
    assert said == {"MIT": ["base is labeled MIT; what governs it is Modified MIT License (Kimi K2.5)."], "kimi-k2.5-modified-mit": []}


@pytest.mark.parametrize(("base", "label", "misleads"), [
    ("qwen", "Apache-2.0", True), ("kimi-k2.5-modified-mit", "MIT", True), ("upstage-solar", "Apache-2.0", True), ("qwen", "qwen", False), ("Apache-2.0", "MIT", False),
])
def test_a_label_misleads_that_leaves_out_limits_and_lines_to_display(base: str, label: str, misleads: bool, library: Library) -> None:
    text = f"""
title: A tuned model
as_of: "2026-03-01"
actor: {{monthly_active_users: 10}}
inputs: [{{id: base, license: {base}}}]
steps: [{{id: tuned, action: fine_tune, from: [base]}}]
releases: [{{id: weights, of: tuned, form: weights_public, name: Solar, commercial: true, license: {label}}}]
"""
    flags = [one["flag"] for one in check_text(text, "label", library, as_of="2026-03-01")["ethics"]]
    assert ("license-label-misleading" in flags) == misleads


@pytest.mark.parametrize(("data", "verdict", "duties"), [
    ("odc-by-1.0", "permitted_with_obligations", {"attribution", "copyright_notice", "license_copy"}),
    ("cc-by-sa-4.0", "depends_on_unsettled", {"attribution", "copyright_notice", "correct_label", "flow_down_terms", "license_copy", "share_alike", "state_changes"}),
    ("cdla-permissive-2.0", "permitted", set()),
])
def test_a_model_is_no_database(data: str, verdict: str, duties: set[str], library: Library) -> None:
    """The Open Data Commons ask that databases stay under their terms; of what was made with one they ask for a notice (4.3)."""
    text = f"""
title: A model trained on data
as_of: "2025-02-15"
inputs: [{{id: data, kind: dataset, license: {data}}}]
steps: [{{id: model, action: train, from: [data]}}]
releases: [{{id: weights, of: model, form: weights_public, name: Model, commercial: true, license: Apache-2.0}}]
"""
    entry = check_text(text, "data", library, as_of="2025-02-15")
    assert (entry["verdict"], {one["action"] for one in entry["obligations"]}) == (verdict, duties)
