"""The gate: a repository in, an explained answer out; waivers, baseline, places, what could not be read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from checker.app import formats
from checker.app import gate as app
from checker.cli.main import licet
from checker.core.concerns import concerns
from checker.errors import BadInput
from checker.load.book import Library

DAY = "2026-01-10"
PERMISSIVE = 'from transformers import AutoModel\nm = AutoModel.from_pretrained("Qwen/Qwen3-32B")\n'
LIMITED = 'from transformers import AutoModel\n\nm = AutoModel.from_pretrained("Qwen/Qwen2.5-72B")\n'
POLICY = """
approver: legal@example.com
actor: {name: Us, kind: company, home: US, monthly_active_users: 3000000000}
release: {commercial: true, regions: [US]}
default: allow
places:
  - {path: service, form: hosted_api, conduct: {names_base_to_users: true, displays: [{text: Built with Qwen}], ships: []}}
  - {path: inside, form: internal, commercial: false}
"""
WAIVER = """
waivers:
  - fingerprint: %s
    reason: being_fixed
    note: swapped soon
    owner: team
    approver: legal
    ticket: L-1
    granted: "2026-01-01"
    expires: "%s"
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Two places: one within a size limit's reach, one not."""
    for name, text in {"service/main.py": LIMITED, "inside/main.py": PERMISSIVE, "licet.yaml": POLICY}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def gate(path: Path, *arguments: str) -> Result:
    """Run the command on a day of its own."""
    return CliRunner().invoke(licet, ["gate", str(path), "--as-of", DAY, *arguments], standalone_mode=False)


def failing(path: Path, library: Library, **options: Any) -> list[dict[str, Any]]:
    """The concerns that fail."""
    outcome = app.gate(path, library, as_of=DAY, **options)
    return [one for entry in outcome.entries for one in entry["gate"]["concerns"] if one["state"] == "failed"]


def states(path: Path, library: Library, **options: Any) -> dict[str, str]:
    """Rule -> state, of all that does not only inform."""
    outcome = app.gate(path, library, as_of=options.pop("as_of", DAY), **options)
    return {one["rule"]: one["state"] for entry in outcome.entries for one in entry["gate"]["concerns"] if one["words"]}


def test_each_failure_is_explained_in_three_lines(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository)
    result = gate(Path("."))
    assert result.return_value == 1
    lines = result.stdout.splitlines()
    at = next(index for index, line in enumerate(lines) if "FAILS" in line)
    assert "service/main.py:3  scale-threshold [" in lines[at]
    assert lines[at + 1].startswith("    what: ") and "3,000,000,000" in lines[at + 1]
    assert lines[at + 2].startswith("    why:  § 4 “your product")
    assert lines[at + 3].startswith("    do:   Ask Alibaba Cloud")
    assert lines[-1] == "Failed: 1 fail, 0 waived, 0 known before, 0 noted." or lines[-1].startswith("Failed: 1 fail, 0 waived")
    assert "  Qwen/Qwen3-32B: by its licenses permitted; by the policy accepted" in result.stdout


def test_places_are_judged_by_what_is_done_there(repository: Path, library: Library) -> None:
    outcome = app.gate(repository, library, as_of=DAY)
    verdicts = {entry["inputs"]["files"][0]["path"]: entry["verdict"] for entry in outcome.entries}
    assert verdicts == {".": "no_license_engaged", "service": "needs_permission", "inside": "permitted"}
    (repository / "inside" / "main.py").write_text(LIMITED)
    assert {one["release"] for one in failing(repository, library)} == {"qwen2.5-72b"}
    assert {entry["verdict"] for entry in app.gate(repository, library, as_of=DAY).entries} == {"no_license_engaged", "needs_permission", "permitted"}


def test_the_longest_path_wins(repository: Path, library: Library) -> None:
    (repository / "licet.yaml").write_text(POLICY + "  - {path: service/tools, form: internal, commercial: false}\n")
    (repository / "service" / "tools").mkdir()
    (repository / "service" / "main.py").rename(repository / "service" / "tools" / "main.py")
    assert failing(repository, library) == []


def test_without_a_policy_only_the_law_counts(repository: Path) -> None:
    (repository / "licet.yaml").unlink()
    result = gate(repository)
    assert result.return_value == 1 and "No licet.yaml" in result.stderr
    assert "do:   How many monthly active users" in result.stdout and "by the policy not asked; there is none" in result.stdout


def test_what_is_open_of_one_model_does_not_multiply_what_is_open_of_another(tmp_path: Path, library: Library) -> None:
    (tmp_path / "main.py").write_text("from transformers import AutoModel\n" + "".join(f'AutoModel.from_pretrained("acme/m{number}")\n' for number in range(30)))
    (tmp_path / "licet.yaml").write_text("default: allow\n")
    outcome = app.gate(tmp_path, library, as_of=DAY)
    assert len(outcome.entries) == 30 and all(entry["verdict"] == "not_enough_facts" and entry["complete"] for entry in outcome.entries)
    log = formats.renderer("log")(outcome.entries, fail_on=())
    assert log.count("In which form does") == 1 and log.count("Which model or text exactly is") == 30


def test_where_nothing_could_be_decided_the_policy_accepts_nothing(tmp_path: Path, library: Library) -> None:
    """Too much is open to look at every case: that is no yes."""
    inputs = ", ".join(f"{{id: m{number}, model: acme/m{number}}}" for number in range(12))
    releases = ", ".join(f"{{of: m{number}}}" for number in range(12))
    (tmp_path / "s.yaml").write_text(f"inputs: [{inputs}]\nreleases: [{releases}]\n")
    (tmp_path / "licet.yaml").write_text("default: allow\n")
    entry = app.gate(tmp_path / "s.yaml", library, as_of=DAY).entries[0]
    assert (entry["complete"], entry["gate"]["policy"]["answer"], entry["gate"]["passed"]) == (False, "review", False)


def test_a_hosted_model_is_gated_where_it_stands(repository: Path, library: Library) -> None:
    (repository / "service" / "main.py").write_text('from openai import OpenAI\n\nOpenAI().chat.completions.create(model="gpt-4o", messages=[])\n')
    assert [(one["rule"], one["location"]["line"]) for one in failing(repository, library)] == [("not_enough_facts", 3)]
    (repository / "licet.yaml").write_text(POLICY + "models: [{model: 'gpt-4o*', license: mit}]\n")
    assert "not_enough_facts" not in {one["rule"] for one in failing(repository, library)}


def test_one_scenario_file_is_gated_too(repository: Path, library: Library) -> None:
    (repository / "s.yaml").write_text("inputs: [{id: base, license: llama-3.1}]\nreleases: [{of: base, form: internal, commercial: true}]\n")
    outcome = app.gate(repository / "s.yaml", library, as_of=DAY)
    assert outcome.entries[0]["verdict"] == "needs_permission"                  # the policy says how many users there are
    assert outcome.entries[0]["inputs"]["policy"][0]["path"].endswith("licet.yaml")


def test_a_place_may_be_described_by_a_scenario(repository: Path, library: Library) -> None:
    (repository / "s.yaml").write_text("inputs: [{id: base, model: Qwen/Qwen3-32B}]\nreleases: [{of: base, form: internal, commercial: true}]\n")
    (repository / "licet.yaml").write_text("default: allow\nplaces:\n  - {path: service, scenario: s.yaml}\n  - {path: inside, form: internal}\n")
    found = failing(repository, library)
    assert [(one["rule"], one["location"]["line"]) for one in found] == [("unlisted", 3)]
    assert "Qwen/Qwen2.5-72B" in found[0]["message"]
    (repository / "s.yaml").write_text("inputs: [{id: base, model: Qwen/Qwen2.5-72B}]\nreleases: [{of: base, form: nowhere}]\n")
    result = gate(repository)
    assert result.return_value == 2 and "s.yaml:2:29" in result.stderr


def test_what_is_left_out_is_told(repository: Path, library: Library) -> None:
    (repository / "licet.yaml").write_text(POLICY.replace("form: hosted_api, conduct: {names_base_to_users: true, displays: [{text: Built with Qwen}], ships: []}", "skip: a sample"))
    outcome = app.gate(repository, library, as_of=DAY)
    notes = [one for entry in outcome.entries for one in entry["gate"]["concerns"] if one["rule"] == "skipped"]
    assert outcome.passed and len(notes) == 1 and "a sample" in notes[0]["message"]


def test_what_could_not_be_read_never_passes(repository: Path, library: Library) -> None:
    (repository / "service" / "main.py").write_text(PERMISSIVE)
    (repository / "licet.yaml").write_text(POLICY)
    assert failing(repository, library) == []
    (repository / "service" / "config.json").write_bytes(b'{"model_type": "x", "_name_or_path": ' + b"[" * 100_000)
    found = failing(repository, library)
    assert [one["rule"] for one in found] == ["unread"] and "config.json" in found[0]["message"]
    (repository / "licet.yaml").write_text(POLICY + "fail_on: [prohibited]\n")
    assert failing(repository, library) == []                                   # by policy, and by nothing else


def test_models_of_ones_own_are_named_in_the_policy(repository: Path, library: Library) -> None:
    (repository / "service" / "main.py").write_text(LIMITED.replace("Qwen/Qwen2.5-72B", "us/own-7b"))
    assert [one["rule"] for one in failing(repository, library)] == ["not_enough_facts"]
    (repository / "licet.yaml").write_text(POLICY + "models: [{model: 'us/*', license: own_work}]\n")
    assert failing(repository, library) == []


# ---- waivers ---------------------------------------------------------------------------------------------------------


def fingerprint(repository: Path, library: Library) -> str:
    """The fingerprint of the one failure."""
    found = failing(repository, library)
    assert len(found) == 1
    return str(found[0]["fingerprint"])


def test_a_waiver_is_shown_and_expires(repository: Path, library: Library) -> None:
    print_ = fingerprint(repository, library)
    (repository / "licet.waivers.yaml").write_text(WAIVER % (print_, "2026-03-01"))
    result = gate(repository)
    assert result.return_value == 0 and "waived" in result.stdout and "swapped soon" in result.stdout
    assert states(repository, library)["scale-threshold"] == "waived"
    assert states(repository, library, as_of="2026-03-01")["scale-threshold"] == "waived"
    found = app.gate(repository, library, as_of="2026-03-02")
    assert not found.passed
    told = {one["rule"]: one for entry in found.entries for one in entry["gate"]["concerns"]}
    assert "expired" in told["scale-threshold"]["message"] and told["waiver-expired"]["location"]["line"] == 3
    assert states(repository, library, as_of="2025-12-31")["scale-threshold"] == "failed"           # not granted yet


@pytest.mark.parametrize("name", ["log", "json", "sarif", "junit", "github", "cyclonedx", "text", "markdown", "html"])
def test_what_is_waived_is_waived_in_every_format(name: str, repository: Path, library: Library) -> None:
    (repository / "licet.waivers.yaml").write_text(WAIVER % (fingerprint(repository, library), "2026-03-01"))
    outcome = app.gate(repository, library, as_of=DAY)
    document = formats.renderer(name)(outcome.entries, **({"fail_on": ()} if formats.is_export(name) else {}))
    assert "waived" in document.casefold() or '"suppressions"' in document
    if name == "sarif":
        result = next(one for one in json.loads(document)["runs"][0]["results"] if one["ruleId"] == "scale-threshold")
        assert result["suppressions"][0]["status"] == "accepted" and "swapped soon" in result["suppressions"][0]["justification"]
        assert result["level"] != "error"
    if name == "junit":
        assert 'failures="0"' in document and "<skipped" in document


def test_a_waiver_by_scope_covers_what_it_names(repository: Path, library: Library) -> None:
    fields = 'reason: accepted_risk, owner: o, approver: a, ticket: t, granted: "2026-01-01", expires: "2026-02-01"'
    for scope, state in [("rule: scale-threshold", "waived"), ("rule: display", "failed"), ("license: qwen", "waived"), ("model: 'Qwen/*'", "waived"),
                         ("path: service", "waived"), ("path: inside", "failed"), ("license: qwen, path: inside", "failed")]:
        (repository / "licet.waivers.yaml").write_text(f"waivers: [{{scope: {{{scope}}}, {fields}}}]\n")
        assert states(repository, library)["scale-threshold"] == state, scope


def test_waivers_that_cover_nothing_or_too_much_are_told(repository: Path, library: Library) -> None:
    (repository / "licet.waivers.yaml").write_text(WAIVER % ("0" * 12, "2026-03-01"))
    assert states(repository, library)["waiver-unused"] == "noted"
    (repository / "licet.yaml").write_text(POLICY.replace("default: allow", "default: deny"))
    text = (WAIVER % ("0" * 12, "2026-03-01")).replace('fingerprint: 000000000000', "scope: {path: .}")
    (repository / "licet.waivers.yaml").write_text(text)
    assert states(repository, library)["waiver-broad"] == "noted"


def test_no_waiver_beats_an_express_ban(repository: Path, library: Library) -> None:
    (repository / "s.yaml").write_text("inputs: [{id: base, license: cc-by-nc-4.0}]\nreleases: [{of: base, form: hosted_api, commercial: {paid: true}}]\n")
    banned = [one for one in failing(repository / "s.yaml", library) if "prohibited" in one["words"]]
    assert banned
    (repository / "licet.waivers.yaml").write_text(WAIVER % (banned[0]["fingerprint"], "2026-03-01"))
    found = states(repository / "s.yaml", library)
    assert found[banned[0]["rule"]] == "failed" and found["waiver-beaten"] == "noted"


def test_a_policy_says_what_else_no_waiver_beats(repository: Path, library: Library) -> None:
    (repository / "licet.waivers.yaml").write_text(WAIVER % (fingerprint(repository, library), "2026-03-01"))
    (repository / "licet.yaml").write_text(POLICY + "waivers: {unwaivable: [needs_permission]}\n")
    assert states(repository, library)["scale-threshold"] == "failed"


def test_an_agreement_answers_the_law(repository: Path, library: Library) -> None:
    agreement = 'agreements: [{with: Alibaba Cloud, licenses: [qwen], reference: c-1, from: "2026-01-01", until: "%s"}]\n'
    (repository / "licet.waivers.yaml").write_text(agreement % "2026-12-31")
    outcome = app.gate(repository, library, as_of=DAY)
    assert outcome.passed and "needs_permission" not in {entry["verdict"] for entry in outcome.entries}
    (repository / "licet.waivers.yaml").write_text(agreement % "2026-01-05")
    assert not app.gate(repository, library, as_of=DAY).passed


@pytest.mark.parametrize(("change", "expected"), [
    ('expires: "2026-03-01"', 'expires: "2027-03-01"'), ('expires: "2026-03-01"', 'expires: "2026-01-01"'), ('expires: "2026-03-01"', 'expires: "2026-02-30"'),
    ("reason: being_fixed", "reason: because"), ("    owner: team\n", ""), ("    ticket: L-1\n", ""), ("fingerprint: 0123456789ab", "fingerprint: xyz"),
    ("fingerprint: 0123456789ab", "scope: {license: qwenn}"), ("fingerprint: 0123456789ab", "scope: {rule: scale-treshold}"), ("    fingerprint", "    fingrprint"),
    ("fingerprint: 0123456789ab", "scope: {}")])
def test_a_wrong_waiver_is_refused_at_its_line(change: str, expected: str, repository: Path) -> None:
    text = (WAIVER % ("0123456789ab", "2026-03-01")).replace("  - fingerprint", "  -\n    fingerprint")
    assert change in text
    (repository / "licet.waivers.yaml").write_text(text.replace(change, expected))
    result = gate(repository)
    assert isinstance(result.exception, BadInput)
    assert all(":0:" not in str(problem) and "licet.waivers.yaml:" in str(problem) for problem in result.exception.problems)


# ---- baseline and diff -----------------------------------------------------------------------------------------------


def test_only_what_is_new_fails(repository: Path, library: Library) -> None:
    assert CliRunner().invoke(licet, ["baseline", str(repository), "--as-of", DAY], standalone_mode=False).return_value == 0
    assert gate(repository, "--new-only").return_value == 0
    (repository / "service" / "main.py").write_text("# moved\n" * 20 + LIMITED)
    assert gate(repository, "--new-only").return_value == 0                     # a line is no new finding
    assert gate(repository).return_value == 1
    (repository / "service" / "other.py").write_text('from transformers import AutoModel\nAutoModel.from_pretrained("Qwen/Qwen2.5-3B")\n')
    result = gate(repository, "--new-only")
    assert result.return_value == 1 and "FAILS  service/other.py:2" in result.stdout and "FAILS  service/main.py" not in result.stdout
    sarif = json.loads(gate(repository, "--new-only", "-f", "sarif").stdout)["runs"][0]["results"]
    assert {one["baselineState"] for one in sarif} == {"new", "unchanged"}


def test_a_second_model_under_the_same_license_is_new(repository: Path, library: Library) -> None:
    """Neither a waiver nor a baseline for one model covers another."""
    CliRunner().invoke(licet, ["baseline", str(repository), "--as-of", DAY], standalone_mode=False)
    (repository / "licet.waivers.yaml").write_text(WAIVER % (fingerprint(repository, library), "2026-03-01"))
    for name in ("Qwen2.5-72B-Instruct", "A-72B"):
        (repository / "service" / "other.py").write_text(f'from transformers import AutoModel\nAutoModel.from_pretrained("Qwen/{name}")\n')
        if name == "A-72B":
            (repository / "licet.yaml").write_text(POLICY + "models: [{model: Qwen/A-72B, license: qwen}]\n")
        assert [one["location"]["file"].rpartition("/")[2] for one in failing(repository, library)] == ["other.py"]
        assert gate(repository, "--new-only").return_value == 1


def test_what_got_worse_is_not_known() -> None:
    from checker.policy.baseline import is_known

    known = {"a": {"words": ["not_enough_facts"]}}
    assert is_known({"fingerprint": "a", "words": ["not_enough_facts"]}, known)
    assert is_known({"fingerprint": "a", "words": ["unproven"]}, known)
    assert not is_known({"fingerprint": "a", "words": ["prohibited"]}, known)
    assert not is_known({"fingerprint": "b", "words": ["unproven"]}, known)


def test_a_baseline_that_is_missing_or_broken_is_no_pass(repository: Path) -> None:
    assert isinstance(gate(repository, "--new-only").exception, BadInput)
    for text in ("", "{}", "[1]", '{"schema": "licet/baseline/1"}', '{"schema": "licet/baseline/1", "concerns": [{}]}', "[" * 100_000):
        (repository / ".licet-baseline.json").write_text(text)
        assert isinstance(gate(repository, "--new-only").exception, BadInput), text


def test_two_results_are_compared(repository: Path, library: Library) -> None:
    def store(name: str) -> Path:
        gate(repository, "-f", "json", "-o", str(repository / name))
        return repository / name

    def diff(before: Path, after: Path) -> Result:
        return CliRunner().invoke(licet, ["diff", str(before), str(after)], standalone_mode=False)

    bad = store("bad.json")
    (repository / "licet.waivers.yaml").write_text(WAIVER % (fingerprint(repository, library), "2026-03-01"))
    waived = store("waived.json")
    (repository / "service" / "main.py").write_text(PERMISSIVE)
    good = store("good.json")
    assert diff(good, bad).return_value == 1 and diff(good, bad).stdout.startswith("New: service: scale-threshold qwen [")
    assert diff(bad, good).return_value == 0 and "Fixed: service: scale-threshold" in diff(bad, good).stdout
    assert diff(waived, bad).return_value == 1 and "Waiver expired: service" in diff(waived, bad).stdout
    assert diff(bad, bad).stdout == "Nothing changed.\n"
    rows = json.loads(CliRunner().invoke(licet, ["diff", str(good), str(bad), "-f", "json"], standalone_mode=False).stdout)
    assert rows[0]["change"] == "new" and rows[0]["concern"]["license"] == "qwen"


# ---- the command -----------------------------------------------------------------------------------------------------


def test_the_same_repository_gives_the_same_bytes_wherever_it_lies(repository: Path, tmp_path_factory: pytest.TempPathFactory, library: Library,
                                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    import shutil

    other = tmp_path_factory.mktemp("other") / "copy"
    shutil.copytree(repository, other)
    documents = []
    for place in (repository, other):
        monkeypatch.chdir(place)
        documents.append(gate(Path("."), "-f", "json").stdout)
    assert documents[0] == documents[1]
    assert str(repository) not in documents[0]


def test_locations_begin_where_the_command_was_started(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository.parent)
    sarif = json.loads(gate(Path(repository.name), "-f", "sarif").stdout)["runs"][0]["results"]
    uris = {one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in sarif}
    assert uris and all((repository.parent / uri).exists() for uri in uris), uris


def test_every_location_is_a_file_that_exists(repository: Path, library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository)
    (repository / "top.py").write_text('from transformers import AutoModel\nAutoModel.from_pretrained("acme/x")\n')
    (repository / "licet.waivers.yaml").write_text(WAIVER % ("0" * 12, "2026-03-01"))
    for entry in app.gate(Path("."), library, as_of=DAY).entries:
        for one in entry["gate"]["concerns"]:
            assert Path(one["location"]["file"]).is_file(), one
            assert 0 <= one["location"]["line"] <= len(Path(one["location"]["file"]).read_text().splitlines())


def test_init_writes_what_the_gate_reads(tmp_path: Path) -> None:
    runner = CliRunner()
    assert runner.invoke(licet, ["init", "--policy", str(tmp_path)], standalone_mode=False).return_value == 0
    assert gate(tmp_path).return_value == 0
    again = runner.invoke(licet, ["init", "--policy", str(tmp_path)], standalone_mode=False)
    assert again.exception is not None and "--force" in str(again.exception)
    assert runner.invoke(licet, ["init", "--policy", "--force", str(tmp_path)], standalone_mode=False).return_value == 0


def test_the_concerns_of_a_gate_are_those_of_the_assessment(repository: Path, library: Library) -> None:
    """The gate adds answers; it takes nothing away from what the licenses say."""
    for entry in app.gate(repository, library, as_of=DAY).entries:
        own = {one["fingerprint"] for one in concerns({key: value for key, value in entry.items() if key != "gate"})}
        assert own <= {one["fingerprint"] for one in entry["gate"]["concerns"]}


# ---- fingerprints ----------------------------------------------------------------------------------------------------


def prints(*arguments: str) -> list[list[str]]:
    """The fingerprints in the JSON that a command prints: those of the gate, and those of findings, duties and flags."""
    done = CliRunner().invoke(licet, [*arguments, "--as-of", DAY, "-f", "json"], standalone_mode=False)
    assert done.exception is None, done.exception
    value = json.loads(done.stdout)
    return [sorted(one["fingerprint"] for entry in (value if isinstance(value, list) else [value])
                   for one in (*(entry.get("gate") or {}).get("concerns", ()), *entry.get("findings", ()), *entry.get("obligations", ()), *concerns(entry)))]


def test_fingerprints_do_not_hang_on_where_one_stands(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole repository, one scenario, a broken one, a waiver that covers nothing: from its root, from a folder inside, from elsewhere."""
    good = "inputs: [{id: base, model: Qwen/Qwen2.5-72B}]\nreleases: [{of: base, form: hosted_api, commercial: true}]\n"
    for name, text in {"service/s.yaml": good, "inside/s.yaml": good, "inside/broken.yaml": "inputs: 5\n"}.items():
        (repository / name).write_text(text)
    (repository / "licet.waivers.yaml").write_text(WAIVER % ("0" * 12, "2026-03-01"))
    (repository / "licet.yaml").write_text(POLICY + "  - {path: tools, scenario: inside/broken.yaml}\n")
    found: dict[str, list[Any]] = {}
    for where, back in ((repository, ""), (repository / "service", "../"), (repository.parent, f"{repository.name}/"), (repository.parent, f"{repository}/")):
        monkeypatch.chdir(where)
        for command in ("gate", "check"):
            for name in ("service/s.yaml", "inside/s.yaml", "inside/broken.yaml"):
                found.setdefault(f"{command} {name}", []).append(prints(command, back + name))
        found.setdefault("gate", []).append(prints("gate", back or "."))
    assert all(one == several[0] and one[0] for several in found.values() for one in several), found
    assert not {*found["check service/s.yaml"][0][0]} & {*found["check inside/s.yaml"][0][0]}       # two scenarios are two


def test_a_scenario_file_is_gated_by_the_policy_of_its_repository(repository: Path, monkeypatch: pytest.MonkeyPatch, library: Library) -> None:
    """The policy lies at the root, the scenario deep below; a policy outside of the repository is nobody's."""
    deep = repository / "a" / "b"
    deep.mkdir(parents=True)
    (deep / "s.yaml").write_text("inputs: [{id: base, license: llama-3.1}]\nreleases: [{of: base, form: internal, commercial: true}]\n")
    assert app.gate(deep / "s.yaml", library, as_of=DAY).policy is None          # no repository around it: only its own folder is looked at
    (repository / ".git").mkdir()
    for where in (repository, deep):
        monkeypatch.chdir(where)
        outcome = app.gate(deep / "s.yaml", library, as_of=DAY)
        assert (outcome.policy, outcome.entries[0]["verdict"]) == ("licet.yaml", "needs_permission")
    (deep / ".git").mkdir()
    assert app.gate(deep / "s.yaml", library, as_of=DAY).policy is None
    (deep / "licet.yaml").write_text("default: allow\n")
    assert app.gate(deep / "s.yaml", library, as_of=DAY).entries[0]["verdict"] != "needs_permission"
