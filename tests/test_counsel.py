"""What counsel would check: small scenarios whose answer follows from the words of a text, and those where two answers are possible."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from checker.app.check import check_text
from checker.app.explain import explain
from checker.load.book import Library

DAY = "2026-11-21"
IN_HOUSE = {"paid": False, "internal_business": True}


def assess(library: Library, **scenario: Any) -> dict[str, Any]:
    """The entry of a report on a scenario of a company."""
    stated = {"title": "A case", "actor": {"name": "Acme", "kind": "company", "home": "US"}, **scenario}
    entry = check_text(yaml.safe_dump(stated, sort_keys=False), "case", library, as_of=DAY)
    assert "errors" not in entry, entry
    return entry


def in_house(library: Library, license: str, fields: list[str], commercial: Any = IN_HOUSE, **more: Any) -> dict[str, Any]:
    """A company that runs an unchanged model inside only."""
    return assess(library, inputs=[{"id": "m", "license": license}],
                  releases=[{"of": "m", "form": "internal", "name": "m", "fields": fields, "commercial": commercial}], **more)


GOOD = ("permitted", "permitted_with_obligations")


# ---- what a text means by commercial -----------------------------------------------------------------------------------

@pytest.mark.parametrize("license", ["qwen-research", "tongyi-qianwen-research", "nvidia-source-code-nc-v1", "flux-1-dev-nc-1.0", "mnpl-0.1",
                                     "exaone-1.1-nc", "exaone-1.2-nc"])
@pytest.mark.parametrize("field", ["research", "evaluation"])
def test_research_and_evaluation_in_a_company_is_what_these_texts_allow(library: Library, license: str, field: str) -> None:
    assert in_house(library, license, [field])["verdict"] in GOOD
    assert in_house(library, license, [field], commercial=True)["verdict"] in GOOD          # nobody pays for what nobody outside uses
    for commercial in ({"paid": True, "internal_business": True}, {"paid": False, "internal_business": True, "production": True}):
        assert in_house(library, license, ["general"], commercial)["verdict"] not in GOOD
    assert in_house(library, license, [field], {"paid": True, "internal_business": True})["verdict"] not in GOOD


@pytest.mark.parametrize("license", ["apple-amlr", "fair-noncommercial-research-v1", "chameleon-research-2024"])
def test_research_is_spared_and_evaluation_is_not_where_the_text_says_research_only(library: Library, license: str) -> None:
    assert in_house(library, license, ["research"])["verdict"] in GOOD
    assert in_house(library, license, ["evaluation"])["verdict"] == "prohibited"


def test_mistral_research_shuts_out_what_is_connected_to_a_business(library: Library) -> None:
    assert in_house(library, "mrl-0.1", ["research"])["verdict"] == "needs_permission"


def test_non_production_does_not_spare_what_is_handed_to_others(library: Library) -> None:
    """MNPL 3.2: no supply in the course of a commercial activity, whether in return for payment or free of charge."""
    entry = assess(library, inputs=[{"id": "m", "license": "mnpl-0.1"}],
                   releases=[{"of": "m", "form": "weights_public", "name": "m", "fields": ["research"], "commercial": IN_HOUSE}])
    assert entry["verdict"] == "needs_permission"


@pytest.mark.parametrize("license", ["cc-by-nc-4.0", "mg-by-nc-2.0", "cohere-cc-by-nc-4.0-aup", "minimax-m2.7-non-commercial"])
def test_use_inside_a_business_under_a_purpose_test_is_unsettled(library: Library, license: str) -> None:
    """'Primarily intended for or directed towards commercial advantage' is argued both ways; the report shows both."""
    entry = in_house(library, license, ["general"])
    [question] = [one for one in entry["unsettled"] if one["id"] == "commercial"]
    verdicts = {one["id"]: one["verdict"] for one in question["positions"]}
    assert verdicts["any-business"] == entry["verdict"] not in GOOD and verdicts["payment-only"] in GOOD


# ---- terms of a service on outputs -------------------------------------------------------------------------------------

def taught(library: Library, license: str, form: str = "internal", purpose: str | None = "classification", commercial: Any = IN_HOUSE,
           rivals: list[str] | None = None, **more: Any) -> dict[str, Any]:
    """A company trains a model on outputs that it made with a service, in competition with the provider."""
    step = {"id": "m", "action": "train_on_outputs", "from": ["api"], **({"purpose": purpose} if purpose else {})}
    return assess(library, inputs=[{"id": "api", "kind": "service", "license": license}], steps=[step],
                  releases=[{"of": "m", "form": form, "name": "m", "commercial": commercial, "competes_with": ["OpenAI"] if rivals is None else rivals}], **more)


def test_a_classifier_kept_inside_is_a_permitted_exception(library: Library) -> None:
    """OpenAI Services Agreement 17: models to categorize, classify or organize data, 'if these models are not distributed'."""
    agreement = "openai-services-agreement-2026"
    assert taught(library, agreement)["verdict"] in GOOD
    assert taught(library, agreement, purpose="similar_performance")["verdict"] == "prohibited"
    assert taught(library, agreement, form="weights_public")["verdict"] == "prohibited"
    assert taught(library, agreement, form="hosted_api", commercial=True)["verdict"] == "prohibited"
    assert taught(library, agreement, rivals=[], purpose="similar_performance")["verdict"] in GOOD
    unknown = taught(library, agreement, purpose=None)
    assert unknown["verdict"] == "not_enough_facts" and "steps.m.purpose" in {one["fact"] for one in unknown["questions"]}
    assert "outputs-against-terms" not in {one["flag"] for one in taught(library, agreement)["ethics"]}


@pytest.mark.parametrize("license", ["openai-tou-2023-03-14", "openai-tou-2024-12-11", "openai-tou-eu-2026-01-16"])
def test_other_terms_know_no_such_exception(library: Library, license: str) -> None:
    assert taught(library, license)["verdict"] == "prohibited"


@pytest.mark.parametrize("license", ["exaone-1.2-nc", "openai-tou-2024-12-11", "gemini-api-additional-terms-2025"])
def test_a_ban_on_competing_models_asks_nothing_of_those_who_make_no_model(library: Library, license: str) -> None:
    entry = in_house(library, license, ["research"])
    assert "release.competes_with" not in str([one["fact"] for one in entry["questions"]])


def test_mistral_bars_only_images_for_products_that_generate_images(library: Library) -> None:
    entry = taught(library, "mistral-commercial-terms-2026-05-28", purpose=None, rivals=["Mistral AI"])
    assert "conditions.mistral-commercial-terms-2026-05-28.image_outputs" in {one["fact"] for one in entry["questions"]}


# ---- unsettled questions -----------------------------------------------------------------------------------------------

def verdicts(entry: dict[str, Any], position: str) -> dict[str, str]:
    """Answer -> verdict of an unsettled question in a report; none if it does not matter there."""
    return next(({one["id"]: one["verdict"] for one in question["positions"]} for question in entry["unsettled"] if question["id"] == position), {})


def trained_on(library: Library, license: str, form: str = "weights_public", **more: Any) -> dict[str, Any]:
    label = more.pop("label", None)
    return assess(library, inputs=[{"id": "base", "license": "Apache-2.0"}, {"id": "data", "kind": "dataset", "license": license}],
                  steps=[{"id": "m", "action": "fine_tune", "from": ["base", "data"]}],
                  releases=[{"of": "m", "form": form, "name": "m", "commercial": True, "regions": ["US"], **({"license": label} if label else {})}], **more)


@pytest.mark.parametrize("license", ["CC-BY-NC-4.0", "none"])
def test_training_on_data_under_narrow_terms_is_no_flat_ban(library: Library, license: str) -> None:
    assert trained_on(library, license)["verdict"] not in GOOD                       # as everybody acts
    found = verdicts(trained_on(library, license, positions={"dataset-inheritance": "not-derivative", "model-as-copy": "not-derivative"}), "training-exception")
    assert found["needs-license"] not in GOOD and found["covers"] in GOOD
    inherited = trained_on(library, license, positions={"dataset-inheritance": "derivative", "model-as-copy": "derivative", "training-exception": "covers"})
    assert inherited["verdict"] not in GOOD
    assert trained_on(library, license, profile="permissive")["verdict"] in GOOD


def test_an_exception_does_not_help_against_words_on_training(library: Library) -> None:
    entry = assess(library, inputs=[{"id": "data", "kind": "dataset", "license": "mg-by-nc-nd-2.0"}], positions={"training-exception": "covers"},
                   steps=[{"id": "m", "action": "train", "from": ["data"]}], releases=[{"of": "m", "form": "internal", "name": "m", "commercial": True}])
    assert entry["licenses"][0]["acts"]["use"] == "prohibited"


def test_copyleft_reaches_weights_only_if_the_position_says_so(library: Library) -> None:
    found = verdicts(trained_on(library, "GPL-3.0-only", label="MIT"), "gpl-propagation")
    assert found == {"derivative": "prohibited", "not-derivative": "permitted_with_obligations"}


def test_what_flux_says_of_outputs_is_unsettled_for_those_who_did_not_run_it(library: Library) -> None:
    for license in ("flux-1-dev-nc-1.0", "flux-1-dev-nc-1.1.1", "flux-dev-nc-2.0"):
        given = {"releases": [{"of": "o", "form": "outputs", "name": "o", "commercial": True, "regions": ["US"]}]}
        entry = assess(library, inputs=[{"id": "o", "kind": "outputs", "license": license}], positions={"output-terms-privity": "binds"}, **given)
        assert entry["verdict"] == "depends_on_unsettled"
        found = verdicts(entry, "output-clauses")
        assert found["outputs-free"] in GOOD and found["limits-prevail"] == "needs_permission"
        own = assess(library, inputs=[{"id": "m", "license": license}], steps=[{"id": "o", "action": "generate", "from": ["m"]}], profile="permissive", **given)
        assert own["verdict"] == "needs_permission"                                  # running the model for money stays outside the grant


def test_whose_label_counts_is_a_position(library: Library) -> None:
    chain = {"inputs": [{"id": "theirs", "declared": "MIT", "from": ["base"]}, {"id": "base", "license": "cc-by-nc-4.0"}],
             "steps": [{"id": "m", "action": "fine_tune", "from": ["theirs"]}],
             "releases": [{"of": "m", "form": "weights_public", "name": "m", "commercial": True, "regions": ["US"]}]}
    entry = assess(library, **chain)
    assert entry["verdict"] == "prohibited" and verdicts(entry, "label-precedence") == {"chain-governs": "prohibited", "label-governs": "permitted_with_obligations"}
    assert [one["id"] for one in entry["licenses"]] == ["cc-by-nc-4.0"]
    relied_on = assess(library, positions={"label-precedence": "label-governs"}, **chain)
    assert {one["id"]: one["verdict"] for one in relied_on["licenses"]} == {"cc-by-nc-4.0": "no_license_engaged", "mit": "permitted_with_obligations"}
    chain["inputs"][0]["declared"] = "MIT plus no commercial use"                     # an altered label names no license one could rely on
    assert assess(library, positions={"label-precedence": "label-governs"}, **chain)["verdict"] == "prohibited"


def test_every_unsettled_question_has_a_page_that_can_be_checked(library: Library) -> None:
    """Question, answers with effect and holders (or that none was read), sources, what reads it, an example."""
    for position_id, position in library.book().positions.items():
        page = "\n".join(explain(position_id, library) or ())
        assert position["question"] in page and position["matters"] in page and len(position["answers"]) > 1, position_id
        for answer in position["answers"]:
            assert answer["title"] in page and f"Effect: {answer['effect']}" in page
            assert all(one["who"] in page and (one.get("source", "") in page) for one in answer["holders"])
        assert any(answer["holders"] for answer in position["answers"])
        assert all(one.get("source") or one.get("unverified") for answer in position["answers"] for one in answer["holders"]), position_id
        [readers] = [line for line in page.splitlines() if line.startswith("Read by: ")]
        assert readers != "Read by: " and ("Example: " in page or "No example: " in page), position_id


def test_every_flag_and_every_entry_on_regulation_has_a_page_that_can_be_checked(library: Library) -> None:
    for rule in library.book().rules:
        if rule.axis == "legal":
            continue
        page = "\n".join(explain(rule.id, library) or ())
        assert all(library.book().norms[norm]["provision"] in page for norm in rule.data["norms"]) and rule.data["norms"]
        assert (f"Strength: {rule.data['strength']}" if rule.axis == "ethics" else f"Status: {rule.data['status']}") in page
        assert "Example: " in page and (rule.data.get("answers") or rule.data.get("remedy")) in page


# ---- duties, told no stronger than their clause ------------------------------------------------------------------------

def tuned(library: Library, license: str, form: str = "weights_public", **more: Any) -> dict[str, Any]:
    return assess(library, inputs=[{"id": "base", "license": license}], steps=[{"id": "m", "action": "fine_tune", "from": ["base"]}],
                  releases=[{"of": "m", "form": form, "name": "Llama m", "commercial": True, "regions": ["US"]}], **more)


@pytest.mark.parametrize("license", ["nvidia-open-model-2024-06-14", "nvidia-open-model-2025-10-24", "nvidia-open-model-agreement-2026-04-02"])
def test_a_derivative_of_an_nvidia_model_goes_out_with_the_agreement(library: Library, license: str) -> None:
    """Section 3 sets its conditions for derivatives too, 3.1 names the Model: a position, by default the one that asks more."""
    assert "license_copy" in {one["action"] for one in tuned(library, license)["obligations"]}
    assert "license_copy" not in {one["action"] for one in tuned(library, license, positions={"copies-in-derivatives": "not-reached"})["obligations"]}


def test_what_a_text_does_not_order_is_not_told_as_an_order(library: Library) -> None:
    llama = next(one for one in tuned(library, "llama-3.1")["findings"] if one["rule"].startswith("flow-down"))
    assert llama["rule"] == "flow-down-by-conduct" and "No clause says how" in llama["message"]
    gemma = next(one for one in tuned(library, "gemma-2025-03-24")["findings"] if one["rule"].startswith("flow-down"))
    assert gemma["rule"] == "flow-down-restrictions"
    notices = next(one for one in tuned(library, "MIT")["findings"] if one["rule"] == "attribution")
    assert "author" not in notices["message"] + notices["remedy"] and "kept" in notices["message"]


# ---- regulation --------------------------------------------------------------------------------------------------------

def regulated(library: Library, form: str, regions: list[str], step: dict[str, Any], day: str = DAY) -> dict[str, dict[str, Any]]:
    entry = assess(library, as_of=day, inputs=[{"id": "base", "license": "Apache-2.0"}], steps=[{"id": "m", "from": ["base"], **step}],
                   releases=[{"of": "m", "form": form, "name": "m", "commercial": True, "regions": regions}])
    return {one["rule"]: one for one in entry["regulation"]}


def test_article_53_tells_closed_from_open_and_a_third_from_less(library: Library) -> None:
    half, light = {"action": "fine_tune", "compute_share": 0.5}, {"action": "fine_tune", "compute_share": 0.05}
    closed, opened = regulated(library, "hosted_api", ["DE"], half), regulated(library, "weights_public", ["DE"], half)
    assert "Article 53(1)(a) to (d)" in closed["ai-act-gpai-modifier"]["message"] and "ai-act-gpai-modifier-open" not in closed
    assert "Article 53(1)(c) and (d)" in opened["ai-act-gpai-modifier-open"]["message"] and "ai-act-gpai-modifier" not in opened
    assert closed["ai-act-gpai-modifier"]["status"] == "guideline"
    assert not {rule for rule in regulated(library, "hosted_api", ["DE"], light) if "gpai" in rule}
    assert not {rule for rule in regulated(library, "hosted_api", ["US"], half) if "gpai" in rule}
    trained = regulated(library, "hosted_api", ["DE"], {"action": "train", "compute_exaflop": 2_000_000, "compute_share": 0})
    assert trained["ai-act-gpai-provider"]["status"] == "law"
    assert "ai-act-gpai-provider" not in regulated(library, "hosted_api", ["DE"], {"action": "train", "compute_exaflop": 50_000, "compute_share": 0})


@pytest.mark.parametrize(("day", "earlier"), [("2025-08-01", True), ("2025-08-02", False), (None, False)])
def test_models_of_before_august_2025_have_two_years_more(library: Library, day: str | None, earlier: bool) -> None:
    """Article 111(3); without a date of the release nothing is taken off what Article 53 asks for now."""
    release = {"of": "m", "form": "hosted_api", "name": "m", "commercial": True, "regions": ["DE"], **({"date": day} if day else {})}
    entry = assess(library, inputs=[{"id": "data", "kind": "dataset", "license": "own_work"}],
                   steps=[{"id": "m", "action": "train", "compute_exaflop": 2_000_000, "from": ["data"]}], releases=[release])
    found = {one["rule"]: one for one in entry["regulation"] if "gpai" in one["rule"]}
    assert list(found) == (["ai-act-gpai-earlier"] if earlier else ["ai-act-gpai-provider"])
    assert [one["in_force"] for one in found.values()] == ["2027-08-02" if earlier else "2025-08-02"]


def test_no_bill_and_no_deal_is_told_as_an_obligation(library: Library) -> None:
    for rule in library.book().rules:
        if rule.axis != "regulation":
            continue
        kinds = {library.book().norms[norm]["kind"] for norm in rule.data["norms"]}
        assert kinds != {"bill"} or rule.data["status"] == "bill", rule.id
        if "bill" in kinds:
            assert "no law as far as read" in rule.data["message"] or "not law as far as read" in rule.data["message"], rule.id
        if any(library.book().norms[norm].get("unverified") for norm in rule.data["norms"]):
            assert "not read" in rule.data["message"] or "as far as read" in rule.data["message"], rule.id


def test_a_date_that_has_not_come_is_told_as_such(library: Library) -> None:
    tuned_lightly = {"action": "fine_tune", "compute_share": 0.05}
    [early] = [one for rule, one in regulated(library, "hosted_in_product", ["DE"], tuned_lightly, "2026-01-15").items() if rule == "ai-act-article-50"]
    assert early["in_force"] > "2026-01-15" and "from 2 August 2026" in early["message"]


def test_labels_of_content_are_not_asked_of_weights(library: Library) -> None:
    tuned_lightly = {"action": "fine_tune", "compute_share": 0.05}
    assert set(regulated(library, "weights_public", ["CN"], tuned_lightly)) == set()
    assert set(regulated(library, "hosted_api", ["CN"], tuned_lightly)) == {"cn-content-labels", "cn-interim-measures"}


# ---- nobody is accused falsely -----------------------------------------------------------------------------------------

BASE = {"id": "base", "license": "Apache-2.0"}
TUNED = {"id": "m", "action": "fine_tune", "from": ["base"]}
DENIES = {"names_base_to_users": False, "did": ["claimed_own_training"]}


def accused(library: Library, conduct: dict[str, Any], inputs: list[dict[str, Any]], steps: list[dict[str, Any]], form: str = "weights_public",
            **more: Any) -> tuple[set[str], str]:
    """(flags about the actor, conduct) of a scenario; `more` goes to the release."""
    entry = assess(library, inputs=inputs, steps=steps, actor={"name": "Acme", "kind": "company", "home": "CN", "public_funding": True},
                   releases=[{"of": "m" if steps else inputs[0]["id"], "form": form, "name": "Llama 3 Killer", "commercial": True, "regions": ["US"],
                              "conduct": conduct, **more}])
    flags = library.book().rule_by_id
    return {one["flag"] for one in entry["ethics"] if flags[one["rule"]].data["about"] == "actor"}, entry["conduct"]


def test_similarity_and_allegation_accuse_nobody(library: Library) -> None:
    alleged = {"certainty": "alleged"}
    flags, conduct = accused(library, DENIES, [{**BASE, **alleged}], [{**TUNED, **alleged}])
    assert flags == set() and conduct != "not_met"


def test_a_model_without_a_base_has_none_to_name(library: Library) -> None:
    assert accused(library, DENIES, [{"id": "data", "kind": "dataset", "license": "CC0-1.0"}], [{"id": "m", "action": "train", "from": ["data"]}])[0] == set()
    assert accused(library, DENIES, [{"id": "own", "license": "own_work"}], [])[0] == set()


def test_a_published_idea_is_no_base(library: Library) -> None:
    flags, conduct = accused(library, DENIES, [{"id": "base", "model": "meta-llama/Llama-3.1-8B"}], [{"id": "m", "action": "reimplement", "from": ["base"]}])
    assert flags == set() and conduct == "met"


def test_a_family_name_makes_no_derivation(library: Library) -> None:
    entry = assess(library, inputs=[BASE], steps=[TUNED], releases=[{"of": "m", "form": "weights_public", "name": "Llama 3 Killer", "commercial": True}])
    assert [one["id"] for one in entry["licenses"]] == ["apache-2.0"]


@pytest.mark.parametrize("certainty", ["refuted", "alleged"])
def test_conduct_that_is_refuted_or_alleged_is_not_held_against_anybody(library: Library, certainty: str) -> None:
    did = {"certainty": certainty, "names_base_to_users": False, "did": ["removed_notices", "removed_names", "evaded_limits", "removed_safeguards",
                                                                       "undisclosed_training_data", "published_scores"]}
    assert accused(library, did, [BASE], [TUNED])[0] == set()


def test_an_upstream_fault_is_not_the_actors(library: Library) -> None:
    """A wrong label, a breach of terms and an alleged leak, all by those before the actor, who does all that is due."""
    fair = {"names_base_to_users": True, "terms_flow_down": True, "displays": [{"text": "Built with Llama"}],
            "ships": [{"what": one} for one in ("license_copy", "notice_file", "copyright_notice", "change_notes", "use_policy")], "did": []}
    theirs = [{"id": "base", "declared": "MIT", "from": ["llama"]}, {"id": "llama", "model": "meta-llama/Llama-3.1-8B"}]
    flags, conduct = accused(library, fair, theirs, [TUNED], license="llama-3.1", name="Llama m")
    assert flags == set() and conduct != "not_met"
    taught = [{**BASE, "from": ["api"], "action": "train_on_outputs"}, {"id": "api", "kind": "service", "license": "openai-services-agreement-2026"}]
    flags, conduct = accused(library, fair, taught, [TUNED], competes_with=["OpenAI"])
    assert flags == set() and conduct != "not_met"
    leaked = [{**BASE, "from": ["leak"]}, {"id": "leak", "license": "none", "provenance": "leaked", "certainty": "alleged"}]
    assert accused(library, fair, leaked, [TUNED])[0] == set()


def test_who_has_no_account_is_not_charged_with_a_breach_of_terms(library: Library) -> None:
    bought = [BASE, {"id": "outputs", "kind": "outputs", "license": "openai-services-agreement-2026"}]
    flags, _ = accused(library, {"names_base_to_users": True, "did": []}, bought, [{"id": "m", "action": "fine_tune", "from": ["base", "outputs"]}],
                       competes_with=["OpenAI"])
    assert flags == set()


def test_where_somebody_comes_from_is_never_a_flag(library: Library) -> None:
    for rule in library.book().rules:
        if rule.axis == "ethics":
            assert "home" not in rule.data["when"] and "licensor ==" not in rule.data["when"]


def test_flags_without_a_norm_are_somebodys_judgement_and_show_who(library: Library) -> None:
    norms = library.book().norms
    for rule in library.book().rules:
        if rule.axis != "ethics":
            continue
        kinds = {norms[one]["kind"] for one in rule.data["norms"]}
        if kinds <= {"judgement", "statement"}:
            assert rule.data["strength"] == "attributed", rule.id
        if rule.data["strength"] == "direct":
            assert kinds & {"norm", "law", "guideline", "code_of_practice", "licensor_text", "measure"}, rule.id
        for one in rule.data["norms"]:
            assert norms[one]["kind"] != "judgement" or norms[one]["holders"], one
