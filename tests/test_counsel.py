"""What counsel would check: small scenarios whose answer follows from the words of a text, and those where two answers are possible."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from checker.app.check import check_text
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
