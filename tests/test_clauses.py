"""A finding cites the clause that says what it says, asks what that clause asks, and takes the answer for that clause alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

from checker.app.check import check_text
from checker.errors import BadInput
from checker.load.book import Library
from checker.load.strict_yaml import load

COMPANY = "actor: {name: A, kind: company, home: US, monthly_active_users: 1000, annual_revenue_usd: 200000, monthly_revenue_usd: 1000}"


def assessed(library: Library, inputs: str, rest: str, actor: str = COMPANY) -> dict[str, Any]:
    return check_text(f'title: A clause\nas_of: "2026-11-22"\n{actor}\ninputs: [{inputs}]\n{rest}\n', "clause", library, as_of="2026-11-22")


def tuned(library: Library, license_id: str, release: str, more: str = "") -> dict[str, Any]:
    return assessed(library, f"{{id: base, license: {license_id}}}",
                    f"steps: [{{id: tuned, action: fine_tune, from: [base]}}]\nreleases: [{{id: out, of: tuned, name: Out, commercial: false, {release}}}]\n{more}")


@pytest.mark.parametrize(("base", "label", "cited"), [
    ("qwen", "MIT", {"4"}),                                                       # the size limit; 3.d lets own terms stand beside it
    ("tencent-hunyuan-2025", "Apache-2.0", {"1.l, 2, 3, 5.c", "4", "5.a"}),       # territory, size, restrictions to hand on
    ("gemma-2025-03-24", "MIT", {"3.1"}),
])
def test_a_label_that_says_less_is_told_by_the_clauses_that_it_leaves_out(base: str, label: str, cited: set[str], library: Library) -> None:
    entry = tuned(library, base, f"form: weights_public, regions: [US], license: {label}")
    assert {one["section"] for one in entry["obligations"] if one["action"] == "correct_label"} == cited


@pytest.mark.parametrize(("stated", "due"), [
    ("", {"V.15": True, "V.16": True}),
    ("conditions: {skywork-community: {ranked: false}}", {"V.15": True}),
    ("conditions: {skywork-community: {ranked: true, open_community: false}}", {"V.16": True}),
])
def test_an_answer_about_one_clause_is_none_about_another(stated: str, due: dict[str, bool], library: Library) -> None:
    entry = tuned(library, "skywork-community", "form: weights_public", stated)
    assert {one["section"]: True for one in entry["obligations"] if one["action"] == "display"} == due


@pytest.mark.parametrize(("stated", "verdict"), [("", "not_enough_facts"), ("{named_business: false}", "permitted"), ("{named_business: true}", "needs_permission")])
def test_what_only_the_user_can_tell_is_asked_with_its_clause_and_can_be_answered(stated: str, verdict: str, library: Library) -> None:
    entry = assessed(library, "{id: base, license: qwen-community-1.0}", "releases: [{id: api, of: base, form: hosted_api, commercial: true}]"
                     + (f"\nconditions: {{qwen-community-1.0: {stated}}}" if stated else ""))
    assert entry["verdict"] == verdict
    asked = [one["ask"] for one in entry["questions"] if one["fact"] == "conditions.qwen-community-1.0.named_business"]
    assert [("Qwen Community License 1.0, 2: “" in one) for one in asked] == ([] if stated else [True])


@pytest.mark.parametrize("stated", ["{qwen-communty: {named_business: true}}", "{qwen: {named_busines: true}}", "{qwen: {noncommercial: true}}", "{qwen: {ranked: maybe}}"])
def test_an_answer_to_no_question_is_refused(stated: str, library: Library) -> None:
    with pytest.raises(BadInput):
        assessed(library, "{id: base, license: qwen}", f"releases: [{{of: base, form: internal}}]\nconditions: {stated}")


@pytest.mark.parametrize("path", sorted((ROOT / "licenses").glob("*.yaml")), ids=lambda path: path.stem)
def test_no_license_asks_one_question_about_two_things(path: Path) -> None:
    """`recorded` asks no more than whether a condition holds; two clauses with it would share one answer."""
    def found(value: Any) -> list[str]:
        if isinstance(value, dict):
            return [str(value.get("section"))] * ("recorded" in (value.get("conditions") or ())) + [one for inner in value.values() for one in found(inner)]
        return [one for inner in value for one in found(inner)] if isinstance(value, list) else []

    assert len(set(found(load(path).value["terms"]))) <= 1


@pytest.mark.parametrize(("displays", "status"), [("[]", "not_met"), ('[{text: "Powered by Qwen3.8-Max"}]', "met"), ('[{text: "Powered by us"}]', "not_met")])
def test_a_name_to_show_that_the_text_does_not_fix_is_recognized(displays: str, status: str, library: Library) -> None:
    actor = "actor: {name: A, kind: company, home: US, monthly_active_users: 300000000, annual_revenue_usd: 200000, monthly_revenue_usd: 1000}"
    entry = assessed(library, "{id: base, license: qwen3.8-max}", "releases: [{id: app, of: base, form: hosted_in_product, commercial: true, "
                     f"figures: [{{metric: monthly_active_users, value: 200000000}}], conduct: {{displays: {displays}}}}}]", actor)
    assert {one["status"] for one in entry["obligations"] if one["action"] == "display" and one["open"] == []} == {status}


def test_a_line_for_public_statements_is_no_breach_while_there_is_none(library: Library) -> None:
    entry = tuned(library, "falcon-2-11b-tii-1.0", "form: internal, conduct: {displays: []}", "conditions: {falcon-2-11b-tii-1.0: {public_statement: false}}")
    assert not [one for one in entry["obligations"] if one["action"] == "display"] and entry["conduct"] != "not_met"


@pytest.mark.parametrize(("kind", "verdict"), [("company", "needs_permission"), ("academic", "permitted"), ("individual", "permitted")])
def test_research_in_a_company_is_outside_of_the_mistral_research_license(kind: str, verdict: str, library: Library) -> None:
    """Section 9: not by people employed by companies in their daily tasks, nor connected to business operations."""
    entry = assessed(library, "{id: base, license: mrl-0.1}", "releases: [{id: bench, of: base, form: internal, commercial: false, fields: [research]}]",
                     f"actor: {{name: A, kind: {kind}, home: FR}}")
    assert entry["verdict"] == verdict


@pytest.mark.parametrize(("by", "competes", "verdicts"), [
    ("the actor", "[]", {"needs_permission"}),                                # to run the model for commercial training asks for a license: 1.c, 2.b
    ("somebody", "[]", {"no_license_engaged", "needs_permission"}),           # outputs that others made: are they bound, and 2.d against 4.a(i)
    ("somebody", "[Black Forest Labs]", {"no_license_engaged", "prohibited"}),   # 2.d, if it binds who ran nothing
])
def test_training_with_flux_outputs_follows_the_clause_on_outputs(by: str, competes: str, verdicts: set[str], library: Library) -> None:
    maker = "" if by == "the actor" else f", by: {by}"
    rest = (f"steps: [{{id: images, action: generate, from: [flux]{maker}}}, {{id: model, action: train, from: [images]}}]\n"
            f"releases: [{{id: api, of: model, form: hosted_api, commercial: true, competes_with: {competes}, conduct: {{displays: []}}}}]\nprofile: PROFILE")
    found = {assessed(library, "{id: flux, license: flux-1-dev-nc-1.1.1}", rest.replace("PROFILE", profile))["licenses"][0]["verdict"]
             for profile in ("cautious", "permissive")}
    assert found == verdicts


@pytest.mark.parametrize(("base", "verdict"), [
    ("flux-1-dev-nc-1.1.1", "needs_permission"),          # 2.b: a commercial license may be asked for
    ("exaone-1.1-nc", "needs_permission"),                # 3.1: a separate commercial license; 2.2: what is agreed in writing
    ("llama-1", "prohibited"),                            # 1.a, 2.a: nobody to ask
])
def test_distilling_from_weights_is_asked_for_where_the_text_names_a_way_to_ask(base: str, verdict: str, library: Library) -> None:
    entry = assessed(library, f"{{id: base, license: {base}}}", "steps: [{id: small, action: distill, from: [{id: base, as: teacher}]}]\n"
                     "releases: [{id: api, of: small, form: hosted_api, name: Small, commercial: true, regions: [US], competes_with: []}]")
    assert entry["verdict"] == verdict


@pytest.mark.parametrize(("base", "use", "condition"), [
    ("gemma-2025-03-24", "surveillance", "surveillance_without_right"),           # policy 2: without consent
    ("hyperclova-x-seed-2025", "biometric", "biometrics_without_right"),          # 2.3(b): illegal
    ("llama-3.3", "profiling", "profiling_without_right"),                        # policy 1.5: unless the right to do so is held
    ("bigcode-openrail-m-v1", "medical_advice", "substitute_advice"),             # A(m): a substitute for professional advice
    ("databricks-open-model", "law_enforcement", "fully_automated"),              # policy 14
    ("tencent-hunyuan-2025", "elections", "false_content"),                       # Exhibit A 7: verifiably false content
])
def test_a_ban_on_one_kind_of_a_use_asks_which_kind_it_is(base: str, use: str, condition: str, library: Library) -> None:
    def verdict(stated: str) -> tuple[str, bool]:
        entry = assessed(library, f"{{id: base, license: {base}}}", f"releases: [{{id: app, of: base, form: hosted_api, name: App, commercial: true, regions: [US], "
                         f"fields: [{use}], competes_with: []}}]{stated}")
        return entry["verdict"], any(one["rule"] == "use-restricted" for one in entry["findings"])

    answer = f"\nconditions: {{{base}: {{{condition}: ANSWER}}}}"
    assert verdict("")[1] and verdict("")[0] != "prohibited"
    assert verdict(answer.replace("ANSWER", "true"))[0] == "prohibited"
    assert not verdict(answer.replace("ANSWER", "false"))[1]


@pytest.mark.parametrize(("base", "due"), [
    ("mit", {"copyright_notice"}), ("apache-2.0", {"copyright_notice"}),          # notices are kept; nobody has to be credited
    ("cc-by-4.0", {"copyright_notice", "attribution"}),                           # 3(a)(1)(A): creators are named, notices kept
    ("yi-series-2.1", {"attribution"}),                                           # 2(4): the source is attributed to the licensor
])
def test_a_credit_is_asked_for_by_texts_that_ask_for_one(base: str, due: set[str], library: Library) -> None:
    entry = tuned(library, base, "form: weights_public, regions: [US]")
    assert {one["action"] for one in entry["obligations"]} & {"copyright_notice", "attribution"} == due


@pytest.mark.parametrize(("maker", "profile", "verdict"), [
    ("", "mainstream", "prohibited"),                          # 1.b.v binds whoever runs the model
    (", by: somebody", "cautious", "prohibited"),
    (", by: somebody", "permissive", "no_license_engaged"),    # the agreement is made by using the materials; outputs are none
    (", by: somebody", "mainstream", "depends_on_unsettled"),
])
def test_a_ban_on_training_with_outputs_binds_whoever_ran_the_model(maker: str, profile: str, verdict: str, library: Library) -> None:
    entry = assessed(library, "{id: llama, license: llama-2}", f"steps: [{{id: data, action: generate, from: [llama]{maker}}}, {{id: model, action: train, from: [data]}}]\n"
                     f"releases: [{{id: api, of: model, form: hosted_api, commercial: true}}]\nprofile: {profile}")
    assert entry["licenses"][0]["verdict"] == verdict
    about = {one["rule"] for one in entry["ethics"] if one["flag"] == "outputs-against-terms"}
    assert "outputs-against-terms" not in about or not maker                   # who found outputs is not told to have broken terms


def test_who_only_has_outputs_of_others_need_not_move_to_newer_versions(library: Library) -> None:
    entry = assessed(library, "{id: data, kind: outputs, license: databricks-open-model}", "steps: [{id: model, action: train, from: [data]}]\n"
                     "releases: [{id: api, of: model, form: hosted_api, commercial: true}]\nprofile: cautious")
    assert not {"must_update", "use_policy"} & {one["action"] for one in entry["obligations"]}


@pytest.mark.parametrize("base", ["yi-series-2.1", "glm-4", "chatglm3-6b", "stability-ai-community-2024"])
@pytest.mark.parametrize(("step", "form"), [
    ("{id: made, action: generate, from: [base]}", "outputs"),
    ("{id: made, action: filter, from: [base, raw]}", "internal"),
])
def test_who_registers_for_commercial_use_does_so_whatever_the_model_is_used_for(base: str, step: str, form: str, library: Library) -> None:
    def due(commercial: str) -> bool:
        entry = assessed(library, f"{{id: base, license: {base}}}, {{id: raw, kind: dataset, license: mit}}",
                         f"steps: [{step}]\nreleases: [{{id: out, of: made, form: {form}, commercial: {commercial}}}]")
        return "register" in {one["action"] for one in entry["obligations"]}

    assert due("true") and not due("false")


@pytest.mark.parametrize(("base", "action", "purposes"), [
    ("hyperclova-x-seed-2025", "naming", ["similar_performance", "other"]),       # 3.1: any AI model that the Model or its Outputs train
    ("qwen", "display", ["similar_performance", "other"]),                        # 5.b
    ("yi-series-2.1", "register", ["similar_performance", "other"]),              # 2: whoever uses it for Commercial Purposes
    ("bilibili-index-1.9b", "register", ["similar_performance", "other"]),        # 2.2
    ("hyperclova-x-seed-2025", "notice_file", ["similar_performance"]),           # 3.1: Derivative Models only
    ("gemma-2025-03-24", "license_copy", ["similar_performance"]),
])
def test_a_clause_on_models_made_with_the_work_asks_not_whether_they_are_derivatives(base: str, action: str, purposes: list[str], library: Library) -> None:
    def due(purpose: str) -> bool:
        entry = assessed(library, f"{{id: base, license: {base}}}", f"steps: [{{id: student, action: train_on_outputs, from: [base], purpose: {purpose}}}]\n"
                         "releases: [{id: out, of: student, form: weights_public, name: Out, commercial: true, regions: [US], competes_with: []}]")
        return action in {one["action"] for one in entry["obligations"]}

    assert [purpose for purpose in ("similar_performance", "other") if due(purpose)] == purposes


@pytest.mark.parametrize("base", ["exaone-1.1-nc", "exaone-1.2-nc"])
def test_who_publishes_results_of_the_model_credits_it(base: str, library: Library) -> None:
    """Section 4.3: any publication of results obtained using the Model."""
    def actions(form: str) -> set[str]:
        entry = assessed(library, f"{{id: base, license: {base}}}", "steps: [{id: answers, action: generate, from: [base]}]\n"
                         f"releases: [{{id: out, of: answers, form: {form}, commercial: false, fields: [research]}}]", "actor: {name: A, kind: academic, home: US}")
        return {one["action"] for one in entry["obligations"]}

    assert "attribution" in actions("outputs") and "attribution" not in actions("internal")


@pytest.mark.parametrize("base", ["tencent-hunyuan-2024", "tencent-hunyuan-2025", "tencent-hunyuan3d-2.0", "gemma-2025-03-24"])
def test_where_only_the_notice_file_is_waived_for_hosting_changes_are_stated_there_too(base: str, library: Library) -> None:
    """Tencent 3.b and 3.d, Gemma 3.1: all conditions hold for a hosted service but that of the Notice file."""
    actions = {one["action"] for one in tuned(library, base, "form: hosted_api, regions: [US]")["obligations"]}
    assert "state_changes" in actions and "notice_file" not in actions


def test_a_hosted_derivative_under_the_mistral_research_license_says_that_it_was_changed(library: Library) -> None:
    """Sections 2.3 and 9: Distribution through a hosted service is named; Derivatives made by others than the licensor owe no copy of the license."""
    entry = assessed(library, "{id: base, license: mrl-0.1}", "steps: [{id: tuned, action: fine_tune, from: [base]}]\n"
                     "releases: [{id: api, of: tuned, form: hosted_api, commercial: false, fields: [research]}]", "actor: {name: A, kind: academic, home: FR}")
    assert {one["action"] for one in entry["obligations"]} == {"state_changes"}


@pytest.mark.parametrize(("step", "due"), [
    ("", False),                                                                  # outputs of the model itself: 3.2 names models, products and services
    ("{id: tuned, action: fine_tune, from: [base]}, ", True),                     # a Derivative Model was made, even if only its outputs go out
])
def test_outputs_of_a_cosmos_model_call_for_no_display_unless_a_model_was_made(step: str, due: bool, library: Library) -> None:
    entry = assessed(library, "{id: base, license: nvidia-open-model-2025-10-24}", f"steps: [{step}{{id: made, action: generate, from: [{'tuned' if due else 'base'}]}}]\n"
                     "releases: [{id: out, of: made, form: outputs, commercial: true}]\nconditions: {nvidia-open-model-2025-10-24: {named_model: true}}")
    assert ("display" in {one["action"] for one in entry["obligations"]}) == due


@pytest.mark.parametrize(("commercial", "due"), [("true", True), ("false", False)])
def test_outputs_sold_under_the_minimax_non_commercial_license_call_for_its_display(commercial: str, due: bool, library: Library) -> None:
    """Sections 2 and 4: any use for commercial advantage."""
    entry = assessed(library, "{id: base, license: minimax-m2.7-non-commercial}", "steps: [{id: made, action: generate, from: [base]}]\n"
                     f"releases: [{{id: out, of: made, form: outputs, commercial: {commercial}}}]", "actor: {name: A, kind: individual, home: US}")
    assert ("display" in {one["action"] for one in entry["obligations"]}) == due
