"""What a gate tells, and that every format tells it: questions once for a place, waivers that call for a word, the clause, the way out."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from checker.app import formats
from checker.app import gate as app
from checker.cli.main import licet
from checker.load.book import Library

DAY = "2026-01-10"
USES = 'from transformers import AutoModel\n'
WAIVER = '  - {%s, reason: accepted_risk, owner: Ann, approver: Bo, ticket: T-1, granted: "%s", expires: "%s"}\n'


def repository(folder: Path, models: list[str], policy: str = "", waivers: str = "") -> Path:
    """A repository that uses these models, each in a line of its own."""
    (folder / "main.py").write_text(USES + "".join(f'AutoModel.from_pretrained("{one}")\n' for one in models))
    if policy:
        (folder / "licet.yaml").write_text(policy)
    if waivers:
        (folder / "licet.waivers.yaml").write_text("waivers:\n" + waivers)
    return folder


def document(name: str, folder: Path, library: Library, **options: Any) -> str:
    """What a format shows of the gate."""
    outcome = app.gate(folder, library, as_of=options.pop("as_of", DAY), **options)
    extra: dict[str, Any] = {"fail_on": ()} if formats.is_export(name) else {}
    return formats.renderer(name)(outcome.entries, **extra)


# ---- questions -------------------------------------------------------------------------------------------------------


def test_what_is_asked_of_the_whole_place_is_asked_once(tmp_path: Path, library: Library) -> None:
    """Three models under one license with a size limit: three findings, one question, and the line of the policy that answers it."""
    models = ["meta-llama/Llama-3.1-8B-Instruct", "meta-llama/Llama-3.1-70B-Instruct", "meta-llama/Llama-3.2-1B"]
    log = document("log", repository(tmp_path, models, "default: allow\nrelease: {form: internal, commercial: true}\n"), library)
    assert log.count("FAILS  main.py:") == 3 and log.count("scale-threshold") == 3
    assert log.count("How many monthly active users have all products of the licensee and its affiliates in the calendar month before 2024-07-23?") == 1
    assert "licet.yaml" in log and "`actor:`" in log and "`monthly_active_users: NUMBER`" in log


def test_a_question_on_a_release_is_asked_once_and_names_all_it_is_asked_of(tmp_path: Path, library: Library) -> None:
    folder = repository(tmp_path, ["acme/a", "acme/b"])
    log = document("log", folder, library)
    assert log.count("In which form does a reach others") == 1 and "In which form does b" not in log
    entries = app.gate(folder, library, as_of=DAY).entries
    rows = [one for entry in entries for one in entry["gate"]["concerns"] if one["open"] and one["open"][0].endswith(".form")]
    assert [one.get("repeats", False) for one in rows] == [False, True] and rows[0]["fingerprint"] == rows[1]["fingerprint"]
    assert rows[0]["asked_of"] == ["acme/a", "acme/b"] and all(entry["gate"]["passed"] is False for entry in entries)
    for name in ("sarif", "junit", "github", "log"):
        text = document(name, folder, library)
        assert text.count('<failure type="not_enough_facts" message="In which form') + text.count("In which form") * (name != "junit") == 1, name


def test_a_question_known_for_one_model_is_not_known_for_another(tmp_path: Path, library: Library) -> None:
    folder = repository(tmp_path, ["acme/a"])
    assert CliRunner().invoke(licet, ["baseline", str(folder), "--as-of", DAY], standalone_mode=False).return_value == 0
    assert app.gate(folder, library, as_of=DAY, new_only=True).passed
    repository(tmp_path, ["acme/a", "acme/b"])
    failed = [one for entry in app.gate(folder, library, as_of=DAY, new_only=True).entries for one in entry["gate"]["concerns"] if one["state"] == "failed"]
    assert {tuple(one["open"]) for one in failed} == {("inputs.b.license",), ("releases.a.form",), ("releases.b.form",)}


def test_a_verdict_that_no_single_finding_explains_is_told_of_each_model(tmp_path: Path, library: Library) -> None:
    """Whatever the form, permission is needed: said so, of each model by itself, with the license."""
    folder = repository(tmp_path, ["Qwen/Qwen2.5-3B", "Qwen/Qwen2.5-3B-Instruct"])
    rows = [one for entry in app.gate(folder, library, as_of=DAY).entries for one in entry["gate"]["concerns"] if one["rule"] == "needs_permission"]
    assert len(rows) == len({one["fingerprint"] for one in rows}) == 2 and {one["license"] for one in rows} == {"qwen-research"}
    log = document("log", folder, library)
    assert log.count("whatever the answer to what is open") == 2
    assert "FAILS  main.py:2  needs_permission" in log


@pytest.mark.parametrize("model", ["Qwen/Qwen2.5-72B", "acme/x", "Qwen/Qwen2.5-3B"])
def test_every_question_says_where_it_is_answered(model: str, tmp_path: Path, library: Library) -> None:
    for entry in app.gate(repository(tmp_path, [model]), library, as_of=DAY).entries:
        asked = [ask for one in entry["gate"]["concerns"] for ask in one["asks"]]
        assert asked and all(ask["ask"] and "licet.yaml" in ask["answer"] for ask in asked)


def test_a_question_of_a_scenario_is_answered_there(tmp_path: Path, library: Library) -> None:
    (tmp_path / "s.yaml").write_text("inputs: [{id: base, license: llama-3.1}]\nreleases: [{of: base, form: internal, commercial: true}]\n")
    entry = app.gate(tmp_path / "s.yaml", library, as_of=DAY).entries[0]
    asked = [ask for one in entry["gate"]["concerns"] for ask in one["asks"]]
    assert asked and all("s.yaml" in ask["answer"] and "`actor:`" in ask["answer"] for ask in asked)


def test_what_is_only_possible_is_not_told_as_a_fact(tmp_path: Path, library: Library) -> None:
    """Nobody said that the release is commercial."""
    log = document("log", repository(tmp_path, ["Qwen/Qwen2.5-3B"]), library).splitlines()
    at = next(number for number, line in enumerate(log) if "commercial-ask" in line)
    assert log[at + 1].startswith("    what: May apply: ")


# ---- waivers ---------------------------------------------------------------------------------------------------------

SAID = {
    "waiver-unused": ("fingerprint: 000000000000", "2026-01-01", "2026-03-01", "covers nothing"),
    "waiver-broad": ("scope: {path: .}", "2026-01-01", "2026-03-01", "concerns of 2 licenses"),
    "waiver-future": ("scope: {license: qwen}", "2026-01-20", "2026-03-01", "begins on 2026-01-20"),
    "waiver-expired": ("scope: {license: qwen}", "2025-12-01", "2026-01-09", "expired on 2026-01-09, 1 day ago; owner Ann"),
}


@pytest.mark.parametrize("name", ["log", "text", "markdown", "html", "json", "junit", "sarif", "github", "cyclonedx", "spdx", "summary"])
@pytest.mark.parametrize("kind", sorted(SAID))
def test_a_waiver_that_calls_for_a_word_gets_it_in_every_format(kind: str, name: str, tmp_path: Path, library: Library) -> None:
    subject, granted, expires, said = SAID[kind]
    folder = repository(tmp_path, ["Qwen/Qwen2.5-72B", "meta-llama/Llama-3.1-8B"],
                        "actor: {kind: company, home: US, monthly_active_users: 3000000000}\nrelease: {form: internal, commercial: true}\ndefault: allow\n",
                        WAIVER % (subject, granted, expires))
    text = formats.step_summary(app.gate(folder, library, as_of=DAY).entries, ()).replace("\\", "") if name == "summary" else document(name, folder, library)
    plain = " ".join(text.replace("\\", "").split())
    assert said in plain, plain[-3000:]
    if name == "sarif":
        notes = json.loads(text)["runs"][0]["invocations"][0]["toolConfigurationNotifications"]
        assert [one["descriptor"]["id"] for one in notes] == [kind]
        assert notes[0]["locations"][0]["physicalLocation"] == {"artifactLocation": {"uri": "licet.waivers.yaml"}, "region": {"startLine": 2}}
    if name == "junit":
        properties = {one.get("name"): one.get("value") or "" for one in ElementTree.fromstring(text).iter("property")}
        assert said in properties[kind]


def test_a_waiver_may_be_held_to_by_policy(tmp_path: Path, library: Library) -> None:
    folder = repository(tmp_path, ["Qwen/Qwen3-32B"], "default: allow\nrelease: {form: internal}\nfail_on: [waiver]\n", WAIVER % SAID["waiver-unused"][:3])
    assert not app.gate(folder, library, as_of=DAY).passed
    results = json.loads(document("sarif", folder, library))["runs"][0]["results"]
    assert [one["ruleId"] for one in results if one["level"] == "error"] == ["waiver-unused"]


def test_an_expired_waiver_names_its_day_its_age_its_owner_and_the_way_out(tmp_path: Path, library: Library) -> None:
    folder = repository(tmp_path, ["Qwen/Qwen2.5-72B"], "actor: {monthly_active_users: 3000000000}\nrelease: {form: internal, commercial: true}\ndefault: allow\n",
                        WAIVER % ("scope: {license: qwen}", "2025-12-01", "2025-12-31"))
    entry = next(entry for entry in app.gate(folder, library, as_of=DAY).entries if entry["gate"]["concerns"])
    found = {one["rule"]: one for one in entry["gate"]["concerns"]}
    for rule in ("scale-threshold", "waiver-expired"):
        assert "expired on 2025-12-31, 10 days ago; owner Ann" in found[rule]["message"], found[rule]["message"]
    assert "Renew it" in found["waiver-expired"]["remedy"] and "mend" in found["waiver-expired"]["remedy"]


# ---- what was not read, what was left out ----------------------------------------------------------------------------


def test_what_does_not_fail_by_policy_is_shown_all_the_same(tmp_path: Path, library: Library) -> None:
    """A gap that a policy lets pass is a warning in the log, the annotations and the summary; never silence."""
    folder = repository(tmp_path, ["Qwen/Qwen3-32B", "./weights/own"], "default: allow\nrelease: {form: internal}\nfail_on: [prohibited]\nplaces: [{path: third, skip: examples}]\n")
    (folder / "m.safetensors").write_bytes(b"\xff" * 8 + b"{")
    assert app.gate(folder, library, as_of=DAY).passed
    log, summary = document("log", folder, library), formats.step_summary(app.gate(folder, library, as_of=DAY).entries, ())
    for rule in ("unread", "unidentified", "skipped"):
        assert f"  {rule} [" in log, rule
    assert "m.safetensors was not read" in summary.replace("\\", "") and "::warning file=m.safetensors,line=1,title=A file could not be read" in document("github", folder, library)


# ---- words -----------------------------------------------------------------------------------------------------------


def test_one_note_is_one_note(tmp_path: Path, library: Library) -> None:
    log = document("log", repository(tmp_path, ["acme/a"]), library)
    assert "    1 note; " in log and "1 notes" not in log


def test_a_policy_of_use_is_called_by_its_name(tmp_path: Path, library: Library) -> None:
    folder = repository(tmp_path, ["meta-llama/Llama-3.1-8B", "google/gemma-2-9b"], "default: allow\nrelease: {form: hosted_api, commercial: true}\n")
    for name in ("log", "sarif", "junit", "github", "json"):
        text = document(name, folder, library)
        if name == "json":
            value = json.loads(text)
            text = " ".join(str(one["message"]) + str(one["remedy"]) for entry in value for one in (*entry["findings"], *entry["gate"]["concerns"]))
        if name == "sarif":
            text = " ".join(one["message"]["text"] for one in json.loads(text)["runs"][0]["results"])
        assert "AUP" not in text and "PUP" not in text and "§ A" not in text, name
    assert "Acceptable Use Policy" in document("sarif", folder, library)


def test_a_repository_without_a_model_is_told_so(tmp_path: Path, library: Library) -> None:
    (tmp_path / "a.py").write_text("print(1)\n")
    assert "No model" in document("log", tmp_path, library)


@pytest.mark.parametrize(("models", "said"), [([], "0 concerns"), (["Qwen/Qwen2.5-72B"], "1 concern\n"), (["acme/a"], "2 concerns")])
def test_a_baseline_says_how_much_it_holds(models: list[str], said: str, tmp_path: Path) -> None:
    repository(tmp_path, models, "actor: {monthly_active_users: 3000000000}\nrelease: {commercial: true, form: internal}\ndefault: allow\n"
               if models == ["Qwen/Qwen2.5-72B"] else "")
    result = CliRunner().invoke(licet, ["baseline", str(tmp_path), "--as-of", DAY], standalone_mode=False)
    assert said in result.stderr, result.stderr


# ---- two answers, and what counts more -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["log", "text", "markdown", "html", "json", "junit", "sarif", "cyclonedx", "spdx", "summary"])
def test_what_the_license_says_and_what_the_company_accepts_stand_in_every_format(name: str, tmp_path: Path, library: Library) -> None:
    folder = repository(tmp_path, ["Qwen/Qwen3-32B"], "default: deny\nrelease: {form: internal, commercial: true}\n")
    text = formats.step_summary(app.gate(folder, library, as_of=DAY).entries, ()) if name == "summary" else document(name, folder, library)
    plain = " ".join(text.replace("\\", "").replace("_", " ").split()).casefold()
    assert "permitted" in plain and ("denied" in plain or "not accepted" in plain), plain[:2000]


def test_weights_published_under_a_label_are_so_whatever_the_policy_says_of_all(tmp_path: Path, library: Library) -> None:
    """The form of everything else hides no label; what the policy says of this very place does count."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "README.md").write_text("---\nbase_model: google/gemma-2-9b\nlicense: apache-2.0\nlibrary_name: peft\n---\n")
    (out / "adapter_config.json").write_text('{"base_model_name_or_path": "google/gemma-2-9b", "peft_type": "LORA"}\n')
    common = "default: allow\nactor: {monthly_active_users: 5}\nrelease: {form: hosted_api, commercial: true, regions: [US]}\n"

    def rules(policy: str) -> set[str]:
        (tmp_path / "licet.yaml").write_text(policy)
        return {one["rule"] for entry in app.gate(tmp_path, library, as_of=DAY).entries for one in entry["gate"]["concerns"] if one["state"] == "failed"}

    assert "label-says-less" in rules(common)
    assert "label-says-less" not in rules(common + "places: [{path: out, form: internal}]\n")


def test_a_policy_does_not_relicense_what_the_registry_knows(tmp_path: Path, library: Library) -> None:
    folder = repository(tmp_path, ["meta-llama/Llama-3.1-8B", "acme/x"], "default: allow\nrelease: {form: internal}\nmodels: [{model: '*', license: own_work}]\n")
    licenses = {one["id"] for entry in app.gate(folder, library, as_of=DAY).entries for one in entry["licenses"]}
    assert licenses == {"llama-3.1"}


@pytest.mark.parametrize(("policy", "said", "unsaid"), [
    ("default: review", "as an entry under `allow:`", "narrow the entry"), ("default: allow\nreview: [{license: apache-2.0}]", "narrow the entry", "under `allow:`"),
    ("default: deny", "as an entry under `allow:` in licet.yaml", "ask"), ("default: allow\ndeny: [{license: apache-2.0}]", "ask Kim for a waiver", "under `allow:`")])
def test_the_way_out_of_a_policy_is_one_that_works(policy: str, said: str, unsaid: str, tmp_path: Path, library: Library) -> None:
    """`deny` and `review` beat `allow`: an entry there would not help where an entry of theirs speaks."""
    folder = repository(tmp_path, ["Qwen/Qwen3-32B"], policy + "\nrelease: {form: internal}\napprover: Kim\n")
    remedies = [one["remedy"] for entry in app.gate(folder, library, as_of=DAY).entries for one in entry["gate"]["concerns"] if one["kind"] == "policy"]
    assert len(remedies) == 1 and said in remedies[0] and unsaid not in remedies[0]


def test_an_agreement_that_has_ended_is_told(tmp_path: Path, library: Library) -> None:
    folder = repository(tmp_path, ["Qwen/Qwen2.5-72B"], "default: allow\nrelease: {form: internal, commercial: true}\nactor: {monthly_active_users: 3000000000}\n")
    (folder / "licet.waivers.yaml").write_text('agreements: [{with: Alibaba Cloud, licenses: [qwen], reference: c-7, until: "2026-01-08"}]\n')
    log = document("log", folder, library)
    assert "agreement with Alibaba Cloud on qwen ended on 2026-01-08, 2 days ago (c-7)" in log and "FAILS  main.py:2  scale-threshold" in log
    assert "ended on" not in document("log", folder, library, as_of="2026-01-08")


# ---- one model's word for another ------------------------------------------------------------------------------------


def test_models_of_one_name_by_two_publishers_are_two(tmp_path: Path, library: Library) -> None:
    """What is known or waived of one says nothing of the other, and finding the other changes nothing of the one."""
    def prints(*models: str) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for entry in app.gate(repository(tmp_path, list(models), "default: deny\n"), library, as_of=DAY).entries:
            name = entry["scenario"]["title"].removeprefix(".: ")
            found[name] = {one["fingerprint"] for one in entry["gate"]["concerns"] if not one["open"] or not one["open"][0].endswith(".form")}
        return found

    alone, other, both = prints("Qwen/Qwen2.5-72B"), prints("acme/Qwen2.5-72B"), prints("acme/Qwen2.5-72B", "Qwen/Qwen2.5-72B")
    assert not alone["Qwen/Qwen2.5-72B"] & other["acme/Qwen2.5-72B"]
    assert both == {**alone, **other}
    CliRunner().invoke(licet, ["baseline", str(repository(tmp_path, ["acme/x"])), "--as-of", DAY], standalone_mode=False)
    assert app.gate(tmp_path, library, as_of=DAY, new_only=True).passed
    assert not app.gate(repository(tmp_path, ["evil/x"]), library, as_of=DAY, new_only=True).passed


def test_another_version_and_another_line_change_nothing(tmp_path: Path, library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Version, digests, wording and lines may differ; what is found is the same."""
    import checker

    def stored(name: str, above: str) -> Path:
        repository(tmp_path, ["Qwen/Qwen2.5-3B", "acme/x"])
        (tmp_path / "main.py").write_text(above + (tmp_path / "main.py").read_text())
        path = tmp_path.parent / f"{tmp_path.name}-{name}.json"
        path.write_text(document("json", tmp_path, library))
        return path

    before = stored("before", "")
    monkeypatch.setattr(checker, "__version__", "9.9.9")
    words = library.book().vocabulary.data["policy"]
    monkeypatch.setitem(words, "license_unknown", "Worded otherwise: {subject}.")
    after = stored("after", "# moved\n" * 7)
    assert before.read_text() != after.read_text() and "9.9.9" in after.read_text()
    result = CliRunner().invoke(licet, ["diff", str(before), str(after)], standalone_mode=False)
    assert (result.return_value, result.stdout) == (0, "Nothing changed.\n")
