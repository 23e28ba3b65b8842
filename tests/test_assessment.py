"""What a result says, scenario by scenario: alternatives, agreements, certainty, cure, labels, questions, the form of the JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from checker.app.check import check_text, failures
from checker.errors import BadInput
from checker.load.book import Library

KEYS = ["schema", "tool", "inputs", "scenario", "assumptions", "as_of", "profile", "verdict", "verdict_range", "complete", "conduct", "licenses", "rejected",
        "releases", "lineage", "findings", "obligations", "regulation", "ethics", "unsettled", "background", "questions", "repairs", "repair_search", "not_covered", "notice"]


@pytest.fixture
def check(library: Library) -> Any:
    """A function from scenario text (after common lines) to its result."""

    def run(text: str, as_of: str = "2026-01-01") -> dict[str, Any]:
        return check_text("title: t\n" + text, "scenario.yaml", library, as_of=as_of)

    return run


def one(license: str, form: str = "hosted_api", more: str = "", top: str = "") -> str:
    """A tuned model under one license, released in one form."""
    return (f"{top}\ninputs: [{{id: base, license: {license}}}]\nsteps: [{{id: tuned, action: fine_tune, from: [base]}}]\n"
            f"releases: [{{id: out, of: tuned, form: {form}, commercial: true, name: Tuned{more}}}]\n")


def statuses(entry: dict[str, Any]) -> dict[str, str]:
    return {duty["action"]: duty["status"] for duty in entry["obligations"]}


def test_the_form_of_the_result(check: Any) -> None:
    entry = check(one("apache-2.0"))
    assert list(entry) == KEYS
    assert entry["schema"] == "licet/assessment/1"
    for finding in entry["findings"]:
        assert {"id", "rule", "axis", "effect", "license", "section", "quote", "message", "remedy", "rests_on", "trace", "location"} <= set(finding)
    assert json.loads(json.dumps(entry)) == entry


def test_the_best_alternative_is_chosen_and_the_others_are_shown(check: Any) -> None:
    entry = check(one('"GPL-3.0-only OR MIT OR Apache-2.0"', "weights_public"))
    assert [license["id"] for license in entry["licenses"]] == ["mit"]
    assert sorted(option["choice"]["base"] for option in entry["rejected"]) == ["apache-2.0", "gpl-3.0"]


def test_and_takes_the_worst(check: Any) -> None:
    entry = check(one('"MIT AND CC-BY-NC-4.0"', "weights_public"))
    assert {license["id"]: license["verdict"] for license in entry["licenses"]} == {"mit": "permitted_with_obligations", "cc-by-nc-4.0": "prohibited"}
    assert entry["verdict"] == "prohibited"


@pytest.mark.parametrize(("license", "what"), [
    ('"GPL-3.0-only WITH Made-up-exception"', "not a known exception"), ("apache-2.1", "apache-2.0"), ('"MIT AND"', "not a license expression"),
    ("gemma", "may be"), ('""', "is empty"), ('"Apache-2.0 plus a condition"', "No license"), ('"modified MIT"', "No license"),
])
def test_a_license_that_cannot_be_read(license: str, what: str, check: Any) -> None:
    if license == "gemma":
        assert check(one(license))["licenses"][0]["id"] == "gemma-2025-03-24"      # the text in force on the day, and it says so
        return
    with pytest.raises(BadInput) as error:
        check(one(license))
    assert what in str(error.value)


def test_a_known_exception_is_read(check: Any) -> None:
    entry = check(one('"GPL-3.0-only WITH GCC-exception-3.1"'))
    assert entry["licenses"][0]["id"] == "gpl-3.0" and any("exception has not been read" in one for one in entry["assumptions"])


def test_what_nobody_read_is_not_guessed(check: Any) -> None:
    entry = check(one("LicenseRef-House"))
    assert entry["verdict"] == "not_enough_facts"
    assert entry["verdict_range"] == ["permitted", "prohibited"]
    assert any("LicenseRef-House" in line for line in entry["not_covered"])


def test_nobody_granted_anything(check: Any) -> None:
    entry = check(one("none"))
    assert entry["verdict"] == "needs_permission"
    assert statuses(entry) == {"ask_permission": "not_assessed"}


def test_own_work_engages_no_license(check: Any) -> None:
    assert check(one("own_work"))["verdict"] == "no_license_engaged"


BIG = "actor: {name: Big, monthly_active_users: 900000000}\n"


@pytest.mark.parametrize(("top", "verdict", "status"), [
    (BIG, "needs_permission", "not_assessed"), (BIG + "agreements: []\n", "needs_permission", "not_met"),
    (BIG + "agreements: [{with: Alibaba, licenses: [qwen]}]\n", "permitted", None),
    (BIG + 'agreements: [{with: Alibaba, licenses: [qwen], until: "2025-06-01"}]\n', "needs_permission", "not_met"),
    (BIG + "agreements: [{with: Alibaba, licenses: [qwen], certainty: alleged}]\n", "needs_permission", "not_met"),
])
def test_a_separate_agreement(top: str, verdict: str, status: str | None, check: Any) -> None:
    entry = check(one("qwen", top=top))
    assert entry["verdict"] == verdict
    assert statuses(entry).get("ask_permission") == status


@pytest.mark.parametrize(("ships", "certainty", "status"), [
    ("", "", "not_assessed"), ("ships: []", "", "not_met"), ("ships: [{what: license_copy}]", "", "met"),
    ('ships: [{what: license_copy, since: "2025-11-01"}]', "", "cured"), ('ships: [{what: license_copy, since: "2026-02-01"}]', "", "not_met"),
    ("ships: []", ", certainty: reported", "unproven"), ("ships: [{what: license_copy}]", ", certainty: reported", "unproven"),
])
def test_conduct(ships: str, certainty: str, status: str, check: Any) -> None:
    conduct = f'date: "2025-10-01", conduct: {{{ships}{certainty if ships else ""}}}'
    entry = check(one("mit", "weights_public", f", {conduct}"))
    assert statuses(entry)["license_copy"] == status


def test_reported_steps_leave_conduct_unproven(check: Any) -> None:
    text = one("mit", "weights_public", ", conduct: {ships: []}").replace("from: [base]", "from: [base], certainty: reported")
    assert set(statuses(check(text)).values()) == {"unproven"}


def test_an_allegation_is_no_breach(check: Any) -> None:
    text = "inputs: [{id: base, license: tongyi-qianwen, certainty: alleged}]\nsteps: [{id: m, action: train_on_outputs, from: [base]}]\nreleases: [{of: m, form: hosted_api, commercial: true}]\nagreements: []\n"
    entry = check(text)
    assert entry["verdict"] == "not_enough_facts"
    assert entry["verdict_range"] == ["no_license_engaged", "prohibited"]
    assert entry["conduct"] == "unproven"
    assert "outputs-against-terms" not in {flag["flag"] for flag in entry["ethics"]}


def test_a_refuted_link_is_none(check: Any) -> None:
    assert check(one("qwen").replace("from: [base]", "from: [base], certainty: refuted").replace("of: tuned", "of: base"))["licenses"][0]["reaches"][0]["relation"] == "copy"


def test_a_threshold_is_asked_as_a_range(check: Any) -> None:
    entry = check(one("qwen"))
    assert entry["verdict"] == "not_enough_facts"
    assert entry["questions"][0]["verdicts"] == {"100,000,000 or fewer": "permitted_with_obligations", "more than 100,000,000": "needs_permission"}


def test_bounds_are_enough_to_answer(check: Any) -> None:
    assert check(one("qwen", top="actor: {monthly_active_users: {below: 1000000}}"))["verdict"] == "permitted_with_obligations"
    assert check(one("qwen", top="actor: {figures: [{metric: monthly_active_users, scope: product, above: 200000000}]}"))["verdict"] == "needs_permission"


def test_a_figure_counts_at_its_date(check: Any) -> None:
    figures = 'actor: {figures: [{metric: monthly_active_users, scope: licensee_and_affiliates, value: %s, date: "%s"}]}'
    assert check(one("llama-3.1", top=figures % (900000000, "2024-07")))["verdict"] == "needs_permission"
    assert check(one("llama-3.1", top=figures % (900000000, "2025-12")))["verdict"] == "not_enough_facts"


def test_a_wrong_label_in_the_middle_hides_nothing(check: Any) -> None:
    entry = check("actor: {monthly_active_users: 10}\ninputs: [{id: base, model: deepseek-ai/DeepSeek-R1-Distill-Llama-70B}]\n"
                  "steps: [{id: m, action: fine_tune, from: [base]}]\nreleases: [{of: m, form: weights_public, name: R1 X, commercial: true}]\n")
    assert {license["id"] for license in entry["licenses"]} == {"mit", "llama-3.3"}
    assert any(duty["action"] == "naming" and duty["license"] == "llama-3.3" for duty in entry["obligations"])


def test_positions_and_profiles(check: Any) -> None:
    def verdict(top: str) -> str:
        text = one("apache-2.0", "weights_public", ", license: Apache-2.0", top).replace("steps:", "steps:").replace(
            "from: [base]", "from: [base, data]").replace("inputs: [", "inputs: [{id: data, kind: dataset, license: CC-BY-NC-4.0}, ")
        return str(check(text)["verdict"])

    assert verdict("") == "depends_on_unsettled" or verdict("") == "prohibited"
    assert verdict("profile: permissive") in ("permitted_with_obligations", "prohibited")
    assert verdict("positions: {dataset-inheritance: derivative}") == "prohibited"


def test_positions_may_differ_by_license(check: Any) -> None:
    entry = check(one("qwen", top=BIG + "positions: {whose-users: {qwen: this-product}}").replace("name: Tuned", "name: Tuned, figures: [{metric: monthly_active_users, value: 5}]"))
    assert entry["verdict"] == "permitted_with_obligations"
    with pytest.raises(BadInput):
        check(one("qwen", top="positions: {whose-users: nobody}"))


def test_a_profile_of_ones_own(library: Library, tmp_path: Path) -> None:
    (tmp_path / "house.yaml").write_text("id: house\nextends: mainstream\npositions: {whose-users: this-product}\n")
    scenario = tmp_path / "s.yaml"
    scenario.write_text("title: t\nprofile: house.yaml\n" + one("qwen", top=BIG).replace("name: Tuned", "name: Tuned, figures: [{metric: monthly_active_users, value: 5}]"))
    entry = check_text(scenario.read_text(), str(scenario), library, as_of="2026-01-01")
    assert (entry["profile"], entry["verdict"]) == ("house", "permitted_with_obligations")


def test_what_is_not_released_is_used_inside(check: Any) -> None:
    entry = check("inputs: [{id: base, license: mit}]\nsteps: [{id: m, action: fine_tune, from: [base]}]\n")
    assert entry["releases"][0]["form"] == "internal"
    assert any("own organization" in line for line in entry["assumptions"])


def test_conflicts_of_two_upstreams(check: Any) -> None:
    text = "inputs: [{id: a, license: %s}, {id: b, license: %s}]\nsteps: [{id: m, action: merge, from: [a, b]}]\nreleases: [{of: m, form: %s, commercial: false, name: M}]\nactor: {monthly_active_users: 5}\n"
    assert check(text % ("gpl-3.0", "creativeml-openrail-m", "weights_public"))["verdict"] == "prohibited"
    assert check(text % ("gpl-3.0", "creativeml-openrail-m", "internal"))["verdict"] in ("permitted", "permitted_with_obligations")
    assert check(text % ("mit", "creativeml-openrail-m", "weights_public"))["verdict"] == "permitted_with_obligations"


def test_gates(check: Any) -> None:
    entry = check(one("qwen", more=", conduct: {displays: []}", top="actor: {monthly_active_users: 5}"))
    assert failures(entry, ["not_met"]) == ["not_met"]
    assert failures(entry, ["needs_permission"]) == []
    assert failures(entry, ["not_met", "never"]) == []
    assert failures(entry, ["permitted_with_obligations"]) == ["permitted_with_obligations"]


def test_an_unused_input_is_said_so(check: Any) -> None:
    entry = check(one("mit").replace("inputs: [", "inputs: [{id: idle, license: qwen}, "))
    assert [license["id"] for license in entry["licenses"]] == ["mit"]
    assert any(line.startswith("idle goes into nothing") for line in entry["assumptions"])


def test_the_ground_is_assumed_and_what_follows_otherwise_is_shown(check: Any) -> None:
    entry = check(one("qwen-research", top="profile: open"))
    assert entry["verdict"] == "needs_permission" and "clickless" not in {position["id"] for position in entry["unsettled"]}
    ground = {position["id"]: {answer["id"]: answer["verdict"] for answer in position["positions"]} for position in entry["background"]}
    assert ground == dict.fromkeys(("clickless", "jurisdiction", "weights-copyright"), {"binds": entry["verdict"], "does-not-bind": "no_license_engaged"})
    assert not any("clickless" in finding["rests_on"]["positions"] for finding in entry["findings"])
    assert check(one("qwen-research", top="positions: {weights-copyright: does-not-bind}"))["verdict"] == "no_license_engaged"


def test_which_version_of_a_text_counts_is_a_position(check: Any) -> None:
    text = 'inputs: [{{id: base, license: Gemma Terms of Use, obtained: "2024-03-01"}}]\nreleases: [{{of: base, form: internal}}]\npositions: {{license-version: {answer}}}\n'
    found = {answer: check(text.format(answer=answer)) for answer in ("at-download", "today")}
    assert {answer: [one["id"] for one in entry["licenses"]] for answer, entry in found.items()} == {"at-download": ["gemma-2024-02-21"], "today": ["gemma-2025-03-24"]}
    assert any("license-version: today" in one for one in found["today"]["assumptions"])


def test_a_clause_that_names_models_made_with_the_work_needs_no_derivative(check: Any) -> None:
    text = one("qwen", more=", conduct: {displays: []}", top='actor: {monthly_active_users: 100}\npositions: {derivative-finetune: not-derivative}')
    assert "display" in statuses(check(text))


def test_a_label_not_given_yet_is_no_breach(check: Any) -> None:
    assert statuses(check(one("agpl-3.0", "weights_public")))["share_alike"] == "not_assessed"
    assert statuses(check(one("agpl-3.0", "weights_public", ", license: agpl-3.0")))["share_alike"] == "met"


def test_a_question_on_a_clause_names_it(check: Any) -> None:
    entry = check(one("nvidia-open-model-2025-10-24", "weights_public"))
    asked = [question["ask"] for question in entry["questions"] if question["fact"].startswith("conditions.")]
    assert not any(question.endswith(", )") for question in asked)


@pytest.mark.parametrize(("label", "verdict", "licenses"), [
    ("MIT", "permitted", ["mit"]), ("llama3.1", "not_enough_facts", ["llama-3.1"]), ("cc-by-nc-4.0", "prohibited", ["cc-by-nc-4.0"]),
    ("our own terms", "not_enough_facts", ["unknown"]), ("modified MIT", "not_enough_facts", ["unknown"])])
def test_a_label_of_which_nothing_more_is_known_is_no_freedom(label: str, verdict: str, licenses: list[str], library: Library) -> None:
    text = f"inputs: [{{id: theirs, kind: model, declared: {label}%s}}]\nreleases: [{{of: theirs, form: hosted_api, commercial: {{paid: true}}}}]\n"
    entry = check_text(text % "", "s.yaml", library, as_of="2026-01-10")
    assert (entry["verdict"], [one["id"] for one in entry["licenses"]]) == (verdict, licenses)
    assert any(label in sentence for sentence in entry["assumptions"])
    made = check_text(text.replace("%s", ", from: [base]").replace("inputs: [", "inputs: [{id: base, license: apache-2.0}, "), "s.yaml", library, as_of="2026-01-10")
    assert [one["id"] for one in made["licenses"]] == ["apache-2.0"]                        # what it was made from governs, as before
