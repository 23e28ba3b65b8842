"""What only looks alike, is alleged, was done by others or bears a like name accuses nobody, in any format."""

from __future__ import annotations

import re

import pytest

from checker.app import formats
from checker.app.check import check_text
from checker.load.book import Library

LAB = 'as_of: "2026-08-20"\nactor: {name: Beta Labs, kind: company, home: DE, monthly_active_users: 20000}\nagreements: []\n'
CLOSED = "form: hosted_api, name: BetaLM, commercial: true"
OPEN = "form: weights_public, name: BetaLM, license: MIT, commercial: true"
UNDONE = "names_base_to_users: false, displays: [], ships: [], did: [removed_names, claimed_own_training], certainty: alleged"
CASES = {
    "outputs look alike": LAB + f"""inputs: [{{id: base, license: none, certainty: alleged, note: outputs resemble it}}, {{id: own, license: own_work}}]
steps: [{{id: m, action: fine_tune, from: [own, base], certainty: alleged}}]
releases: [{{of: m, {CLOSED}}}]""",
    "weights look alike": LAB + f"""inputs: [{{id: base, model: meta-llama/Llama-3.1-8B, certainty: alleged}}]
steps: [{{id: m, action: fine_tune, from: [base], certainty: alleged}}]
releases: [{{of: m, {OPEN}, conduct: {{{UNDONE}}}}}]""",
    "a giant is said to have tuned it": LAB.replace("20000", "3000000000") + f"""inputs: [{{id: base, model: Qwen/Qwen2.5-72B, certainty: alleged}}]
steps: [{{id: m, action: fine_tune, from: [base], certainty: alleged}}]
releases: [{{of: m, {CLOSED}, conduct: {{{UNDONE}}}}}]""",
    "outputs of a service are said to be used": LAB + f"""inputs: [{{id: t, license: anthropic-commercial-terms-2025-06-17, kind: service, certainty: alleged}}, {{id: own, license: own_work}}]
steps: [{{id: m, action: train_on_outputs, from: [t, own], certainty: alleged}}]
releases: [{{of: m, {OPEN}, competes_with: [Anthropic], conduct: {{did: [claimed_own_training], certainty: alleged}}}}]""",
    "a release is only alleged": LAB + f"""inputs: [{{id: base, model: Qwen/Qwen2.5-72B}}]
steps: [{{id: m, action: fine_tune, from: [base]}}]
releases: [{{of: m, {CLOSED}, certainty: alleged, conduct: {{{UNDONE}}}}}]""",
    "an allegation that was refuted": LAB + f"""inputs: [{{id: base, model: meta-llama/Llama-3.1-8B, certainty: refuted}}, {{id: own, license: own_work}}]
steps: [{{id: m, action: train, from: [own, base]}}]
releases: [{{of: m, {OPEN}, conduct: {{names_base_to_users: false}}}}]""",
    "a fault of somebody upstream": LAB + """inputs: [{id: base, model: meta-llama/Llama-3.1-8B}]
steps: [{id: up, action: fine_tune, from: [base], by: Gamma Inc, name: GammaLM}, {id: m, action: quantize, from: [up], name: Llama-Gamma}]
releases: [{of: m, form: internal, commercial: true}]""",
    "a namesake of a licensor": LAB.replace("Beta Labs", "Meta Bakery GmbH") + f"""inputs: [{{id: base, model: Qwen/Qwen2.5-72B}}]
steps: [{{id: m, action: fine_tune, from: [base]}}]
releases: [{{of: m, {CLOSED}, conduct: {{names_base_to_users: true, displays: [{{text: Built with Qwen}}]}}}}]""",
    "a model that bears the name of a family": LAB + f"""inputs: [{{id: base, kind: model, license: MIT, name: Qwen-like-7B}}]
steps: [{{id: m, action: fine_tune, from: [base], name: Qwen-Beta}}]
releases: [{{of: m, {CLOSED}, conduct: {{names_base_to_users: true}}}}]""",
    "only a report, and no answer to what matters": LAB + """inputs: [{id: t, license: openai-tou-2024-12-11, kind: service, certainty: reported}]
steps: [{id: m, action: train_on_outputs, from: [t], certainty: reported}]
releases: [{of: m, form: weights_public, commercial: true}]""",
}
#: nobody is told that somebody did wrong; quotations of clauses and sentences that say the opposite do
ACCUSES = re.compile(r"(?<!no )(?<!not a )\b(?:breached|violated|infringed|stole|stolen|copied without|illegally|unlawfully|guilty|theft|cheat\w*|plagiari\w*)\b", re.IGNORECASE)


@pytest.mark.parametrize("case", CASES)
def test_nobody_is_accused(case: str, library: Library) -> None:
    entry = check_text(CASES[case], "case.yaml", library, as_of="2026-08-20")
    assert entry["verdict"] not in ("prohibited", "needs_permission") and entry["conduct"] != "not_met"
    assert not [one["status"] for one in entry["obligations"] if one["status"] == "not_met"]
    assert {one["flag"] for one in entry["ethics"]} <= {"evidence-caution", "closed-derivative-no-reciprocity"}
    for name in formats.names():
        said = re.sub(r"“[^”]*”|&#34;[^&]*&#34;", "", formats.renderer(name)([entry]))
        assert not ACCUSES.findall(said), name
        assert "May apply: May apply" not in said, name


@pytest.mark.parametrize("case", [name for name, text in CASES.items() if "alleged" in text])
def test_what_is_only_alleged_is_never_told_as_a_fact(case: str, library: Library) -> None:
    entry = check_text(CASES[case], "case.yaml", library, as_of="2026-08-20")
    assert [one for one in entry["ethics"] if one["flag"] == "evidence-caution"]
    deciding = [one for one in entry["findings"] if one["effect"] in ("forbids", "needs_permission", "reserves") and one["axis"] == "legal"]
    assert all(one["holds"] != "yes" and one["message"].startswith("May apply: ") for one in deciding)
