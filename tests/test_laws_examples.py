"""Where a law of the engine has an exception, and scenarios in which one once did not hold: each the smallest that shows it."""

from __future__ import annotations

import pytest
from random_cases import (
    COPYLEFT,
    EVERYTHING,
    METRIC,
    PARTS,
    Case,
    case_of,
    clause,
    figure,
    flags,
    item,
    license_of,
    limit,
    made,
    narrower,
    out,
    tell,
    verdicts,
    works,
)

pytestmark = pytest.mark.usefixtures("random_books")

# ---- where a law has an exception ------------------------------------------------------------------------------------

def test_a_license_that_bars_commerce_itself_no_longer_clashes_with_another() -> None:
    # (a) has an exception: what one license demands of the result is part of what another clashes with.
    noncommercial = license_of("beta", commercial_use=clause("prohibited"), derivative=EVERYTHING)
    case = case_of([license_of("alpha", **COPYLEFT), noncommercial], inputs=works(m="alpha", n="beta"), steps=[made("s", "merge", "m", "n")],
                   releases=[out("s", commercial=False)])
    assert case.assessed()["verdict"] == "prohibited"
    case.licenses["alpha"]["terms"]["commercial_use"] = clause("prohibited")
    assert case.assessed()["verdict"] == "permitted_with_obligations"


def test_a_label_promises_less_once_its_license_grants_less() -> None:
    # (a) has an exception: a license in a label is only what others are told, so the stricter it is, the less there is to correct.
    case = case_of([license_of("alpha", commercial_use=clause("prohibited")), license_of("beta")], inputs=works(m="alpha"), steps=[],
                   releases=[out("m", commercial=False, license="beta")])
    assert case.assessed()["verdict"] == "permitted_with_obligations"
    case.licenses["beta"]["terms"]["commercial_use"] = clause("prohibited")
    assert case.assessed()["verdict"] == "permitted"


def test_a_choice_between_licenses_may_be_made_anew() -> None:
    # (b) has an exception: the choice falls on the best worst case, so an answer may turn it to a license that was too risky before.
    risky, safe = license_of("alpha", commercial_use=clause("prohibited")), license_of("beta", use=clause("prohibited", beyond="permission"))
    case = case_of([risky, safe], inputs=works(m="alpha OR beta"), steps=[], releases=[out("m", "internal")])
    del case.data["releases"][0]["commercial"]
    assert case.assessed()["verdict_range"] == ["needs_permission", "needs_permission"]
    assert case.told("releases", "out", commercial=False).assessed()["verdict"] == "permitted"
    # ... and for the same reason a prohibition may improve the best case (never the worst).
    case.licenses["beta"]["terms"]["use"] = clause("prohibited")
    assert case.assessed()["verdict_range"] == ["permitted", "prohibited"]


# ---- scenarios in which a law once did not hold -----------------------------------------------------------------------

ONLY_FOR = {**dict.fromkeys(PARTS, clause("no")), "distill": clause("yes", purpose="similar_performance")}


def test_the_purpose_of_one_step_says_nothing_of_another() -> None:
    closed = license_of("alpha", derivative=ONLY_FOR, distribute_derivatives=clause("prohibited"))
    case = case_of([closed], inputs=works(m="alpha"), steps=[made("s", "distill", "m"), made("q", "quantize", "s", purpose="other")], releases=[out("q")])
    assert case.assessed()["verdict_range"] == ["permitted", "prohibited"]
    assert case.told("steps", "s", purpose="similar_performance").assessed()["verdict"] == "prohibited"


def test_each_of_two_like_paths_has_its_own_purpose() -> None:
    closed = license_of("alpha", derivative=ONLY_FOR, distribute_derivatives=clause("prohibited"))
    steps = [made("s", "distill", "m", purpose="scoring"), made("q", "distill", "m", purpose="similar_performance")]
    both = [case_of([closed], inputs=works(m="alpha"), steps=[*steps, made("z", "merge", *order)], releases=[out("z")]) for order in ("sq", "qs")]
    assert verdicts(*both) == ["prohibited", "prohibited"]


def test_each_of_two_like_paths_has_its_own_first_step() -> None:
    closed = license_of("alpha", train_other_models_with_materials=clause("prohibited"))
    steps = [made("s", "distill", "m"), made("q", "train_on_outputs", "m")]
    both = [case_of([closed], inputs=works(m="alpha"), steps=[*steps, made("z", "merge", *order)], releases=[out("z")]) for order in ("sq", "qs")]
    assert verdicts(*both) == ["prohibited", "prohibited"]


def test_every_step_on_the_way_is_among_the_steps() -> None:
    steps = [made("s", "fine_tune", "m", compute_share=0.01), made("q", "fine_tune", "m", compute_share=0.9)]
    both = [case_of([license_of("alpha")], inputs=works(m="alpha"), steps=[*steps, made("z", "merge", *order, compute_share=0.01)],
                    releases=[out("z", regions=["EU"])]) for order in ("sq", "qs")]
    assert [{one["rule"] for one in case.assessed()["regulation"]} for case in both] == [{"ai-act-gpai-modifier-open"}] * 2


def test_a_flag_on_the_whole_scenario_names_no_single_release() -> None:
    releases = [{**out("m", "internal"), "id": name} for name in ("one", "two")]
    both = [case_of([license_of("alpha")], inputs=works(m={"license": "alpha", "certainty": "alleged"}), steps=[], releases=order)
            for order in (releases, releases[::-1])]
    first, second = ([one["releases"] for one in case.assessed()["ethics"] if one["flag"] == "evidence-caution"] for case in both)
    assert first == second


def test_many_allegations_are_no_more_than_allegations() -> None:
    def with_alleged(certainty: str) -> Case:
        alleged = {f"m{number}": {"license": "alpha", "certainty": certainty} for number in range(7)}
        return case_of([license_of("alpha")], inputs=works(sure={"license": "alpha", "kind": "dataset"}, **alleged),
                       steps=[made("s", "fine_tune", "sure", *alleged)], releases=[out("s", "hosted_api", conduct={"names_base_to_users": False})])
    assert flags(with_alleged("alleged").assessed()) <= flags(with_alleged("refuted").assessed())


def test_a_choice_within_a_candidate_does_not_hang_on_its_order() -> None:
    closed = license_of("beta", use=clause("prohibited"))
    both = [case_of([license_of("alpha"), closed], inputs=works(m={"one_of": [text, "alpha"]}), steps=[], releases=[out("m", "internal")])
            for text in ("alpha OR beta", "beta OR alpha")]
    assert verdicts(*both) == ["permitted", "permitted"]


def test_many_choices_are_all_made() -> None:
    names = [f"m{number}" for number in range(7)]
    whole = case_of([license_of("alpha"), license_of("beta", use=clause("prohibited"))], inputs=works(**dict.fromkeys(names, "beta OR alpha")),
                    steps=[made("s", "merge", *names)], releases=[out("s", "internal")]).assessed()
    assert whole["verdict"] == "permitted" or not whole["complete"]



def test_the_latest_of_several_figures_counts() -> None:
    limited = license_of("alpha", scale_thresholds=[limit(100, "licensee")])
    case = case_of([limited], inputs=works(m="alpha"), steps=[], releases=[out("m", "hosted_api")])
    found = []
    for figures in ([figure(150, date="2024-01")], [figure(50, date="2025-01")], [figure(150, date="2024-01"), figure(50, date="2025-01")],
                    [figure(50, date="2024-01"), figure(150, date="2025-01")]):
        case.data["actor"] = {"figures": figures}
        found.append(case.assessed()["verdict"])
    assert found == ["needs_permission", "permitted", "permitted", "needs_permission"]


def test_what_is_known_of_one_scope_counts_for_the_others() -> None:
    limited = [license_of("alpha", scale_thresholds=[limit(100, "product")]), license_of("beta", scale_thresholds=[limit(100, "licensee", "prohibited")])]
    case = case_of(limited, inputs=works(m="alpha", n="beta"), steps=[made("s", "merge", "m", "n")], releases=[out("s", "hosted_api")])
    promised = {one["fact"]: list(one["verdicts"].values()) for one in case.assessed()["questions"]}
    for key in (f"releases.out.figures.{METRIC}", f"figures.{METRIC}.licensee"):
        for value, promise in zip((100, 101), promised[key], strict=True):
            told = tell(case, key, value)
            assert told is not None
            assert told.assessed()["verdict"] == promise, (key, value)


def test_a_value_that_stands_for_many_bounds_nothing_else() -> None:
    limited = license_of("alpha", scale_thresholds=[limit(100, "licensee", only_if="commercial"), limit(1000, "product", "prohibited")])
    case = case_of([limited], inputs=works(m="alpha"), steps=[], releases=[out("m", "hosted_api")])
    del case.data["releases"][0]["commercial"]
    huge = tell(case, f"releases.out.figures.{METRIC}", 5000)
    assert huge is not None
    assert narrower(case.assessed()["verdict_range"], huge.assessed()["verdict_range"])


def test_a_limit_that_hangs_on_a_reading_divides_the_numbers_too() -> None:
    reading = {"position": "whose-users", "readings": {"this-product": "licensee", "all-products-with-it": "licensee"}}
    limited = license_of("alpha", scale_thresholds=[limit(100, reading), limit(1000, "licensee", "prohibited")])
    case = case_of([limited], inputs=works(m="alpha"), steps=[], releases=[out("m", "hosted_api")], profile="open")
    small = tell(case, f"figures.{METRIC}.licensee", 50)
    assert small is not None
    assert narrower(case.assessed()["verdict_range"], small.assessed()["verdict_range"])


def test_each_release_has_its_own_figures() -> None:
    limited = license_of("alpha", scale_thresholds=[limit(100, "product")])
    case = case_of([limited], inputs=works(m="alpha"), steps=[], releases=[
        {**out("m", "hosted_api"), "id": "small", "figures": [figure(50, "product")]}, {**out("m", "hosted_api"), "id": "new"}])
    assert {one["id"]: one["verdict"] for one in case.assessed()["releases"]} == {"small": "permitted", "new": "not_enough_facts"}


def test_what_is_open_is_asked() -> None:
    case = case_of([license_of("alpha", commercial_use=clause("prohibited", counts=["paid"]))], inputs=works(m="alpha"), steps=[],
                   releases=[out("m", "hosted_api", commercial={"internal_business": True})])
    whole = case.assessed()
    assert whole["verdict"] == "not_enough_facts"
    assert whole["questions"]


def test_a_reading_of_a_term_is_explored() -> None:
    reading = {"position": "commercial", "readings": {"any-business": "forbidden", "payment-only": "allowed"}}
    strict = license_of("alpha", **{**COPYLEFT, "further_restrictions": clause(reading)})
    case = case_of([strict, license_of("beta", flow_down=clause("use_restrictions"), derivative=EVERYTHING)], inputs=works(m="alpha", n="beta"),
                   steps=[made("s", "merge", "m", "n")], releases=[out("s")], profile="open")
    whole = case.assessed()
    assert whole["verdict"] == "depends_on_unsettled"
    assert {answer["id"]: answer["verdict"] for answer in whole["unsettled"][0]["positions"]} == {
        "any-business": "prohibited", "payment-only": "permitted_with_obligations"}


def test_a_label_that_is_not_stated_has_not_been_given_yet() -> None:
    case = case_of([license_of("alpha", **COPYLEFT), license_of("beta")], inputs=works(m="alpha"), steps=[made("s", "fine_tune", "m")], releases=[out("s")])
    whole = case.assessed()
    assert (whole["verdict"], whole["questions"]) == ("permitted_with_obligations", [])
    assert [one["action"] for one in whole["obligations"]] == ["share_alike"]
    assert case.told("releases", "out", license="beta").assessed()["verdict"] == "prohibited"


def test_a_sure_path_is_not_made_doubtful_by_another() -> None:
    steps = [made("s", "fine_tune", "m"), made("q", "fine_tune", "m", certainty="reported")]
    both = [case_of([license_of("alpha", use=clause("prohibited"))], inputs=works(m="alpha"), steps=[*steps, made("z", "merge", *order)],
                    releases=[out("z", "internal")]) for order in ("sq", "qs")]
    assert [case.assessed()["conduct"] for case in both] == ["not_met", "not_met"]


def test_a_finding_names_every_act_that_it_bars() -> None:
    both = [case_of([license_of("alpha", commercial_use=clause("prohibited"))], inputs=works(m="alpha"), steps=[],
                    releases=[out("m", {"one_of": list(forms)})]) for forms in (("hosted_api", "weights_public"), ("weights_public", "hosted_api"))]
    acts = [{act for one in case.assessed()["findings"] if one["rule"] == "commercial-barred" for act in one["acts"]} for case in both]
    assert acts[0] == acts[1]


def test_what_is_unknown_of_one_input_is_not_asked_of_another() -> None:
    limited = {name: license_of(name, regions_excluded=[item(regions=["EU"], scope="offered", modalities=["image"])]) for name in ("alpha", "beta")}
    whole = case_of(limited.values(), inputs=works(m="alpha", n="beta"), steps=[made("s", "merge", "m", "n")], releases=[out("s", regions=["EU"])]).assessed()
    assert {one["license"]: one["rests_on"]["open"] for one in whole["findings"] if one["rule"] == "region-of-offer"} == {
        "alpha": ["inputs.m.modalities"], "beta": ["inputs.n.modalities"]}


def test_whether_it_is_published_is_a_fact_of_each_world() -> None:
    case = case_of([license_of("alpha")], inputs=works(m={"license": "alpha", "claimed": ["open_weights"]}), steps=[made("s", "fine_tune", "m")],
                   releases=[out("s", {"one_of": ["hosted_api", "appliance"]}), {**out("s"), "id": "open", "certainty": "refuted"}])
    assert "closed-derivative-no-reciprocity" in {one["flag"] for one in case.assessed()["ethics"]}


def test_an_act_depends_on_what_bears_on_it_and_on_nothing_else() -> None:
    reading = {"position": "commercial", "readings": {"any-business": "prohibited", "payment-only": "allowed"}}
    barred = license_of("alpha", modify=clause("prohibited"), distribute_derivatives=clause(reading), derivative=EVERYTHING,
                        train_other_models_with_outputs=clause("prohibited"))
    case = case_of([barred], inputs=works(m="alpha"), steps=[made("s", "fine_tune", "m")], releases=[out("s")], profile="open")
    (entry,) = case.assessed()["licenses"]
    assert (entry["verdict"], entry["acts"]["modify"], entry["acts"]["distribute_derivative"]) == ("prohibited", "prohibited", "depends_on_unsettled")
    case.licenses["alpha"]["terms"].update(modify=clause("prohibited", beyond="permission"), regions_excluded=[item(regions=["EU"], scope="established")])
    (entry,) = case.assessed()["licenses"]                  # where the actor is nobody says: that bears on every act
    assert (entry["verdict"], entry["acts"]["distribute_derivative"]) == ("not_enough_facts", "not_enough_facts")


def test_an_act_that_is_done_in_some_case_only_hangs_on_a_fact() -> None:
    reading = {"position": "commercial", "readings": {"any-business": "prohibited", "payment-only": "allowed"}}
    case = case_of([license_of("alpha", hosted_service=clause("prohibited"), distribute_weights=clause(reading))], inputs=works(m="alpha"), steps=[],
                   releases=[out("m", {"one_of": ["hosted_api", "weights_public"]})], profile="open")
    (entry,) = case.assessed()["licenses"]
    assert entry["acts"]["distribute"] == "depends_on_unsettled" and entry["acts"]["host"] == "prohibited"
