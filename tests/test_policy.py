"""Policies: what they accept, what they refuse, and that everything wrong in one is told at once, at its line."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from checker.app import gate as app
from checker.app import starter
from checker.errors import BadInput
from checker.load.book import Library
from checker.load.policy import load_policy, load_waivers
from checker.policy.decide import inside, like

DAY = "2026-01-10"
#: a scenario with two models: one under a permissive license, one under a license with a size limit and a flow-down
SCENARIO = """
title: two models
actor: {name: Us, kind: company, home: US, monthly_active_users: 20000}
agreements: []
inputs:
  - {id: one, model: Qwen/Qwen3-32B}
  - {id: two, license: llama-3.1, name: acme/two}
releases:
  - {id: api, of: one, form: hosted_api, commercial: true, regions: [US], name: Api, conduct: {names_base_to_users: true, displays: [], ships: []}}
  - {id: app, of: two, form: internal, commercial: true, regions: [US], name: App, conduct: {names_base_to_users: true, displays: [], ships: []}}
"""


def decisions(tmp_path: Path, library: Library, policy: str, scenario: str = SCENARIO) -> dict[str, str]:
    """License -> the policy's answer."""
    (tmp_path / "s.yaml").write_text(scenario)
    (tmp_path / "licet.yaml").write_text(policy)
    outcome = app.gate(tmp_path / "s.yaml", library, as_of=DAY)
    return {one["license"]: one["answer"] for one in outcome.entries[0]["gate"]["policy"]["licenses"]}


@pytest.mark.parametrize(("policy", "apache", "llama"), [
    ("{}", "denied", "denied"),
    ("default: review", "review", "review"),
    ("default: allow", "accepted", "accepted"),
    ("allow: [{license: apache-2.0}]", "accepted", "denied"),
    ("allow: [{license: Apache License 2.0}]", "accepted", "denied"),
    ("allow: [{license: [apache-2.0, llama-3.1]}]", "accepted", "accepted"),
    ("default: allow\ndeny: [{license: llama-3.1}]", "accepted", "denied"),
    ("default: allow\nreview: [{license: llama-3.1}]\nallow: [{license: llama-3.1}]", "accepted", "review"),
    ("default: allow\ndeny: [{term: scale_thresholds}]", "accepted", "denied"),
    ("default: allow\ndeny: [{term: use_restrictions, is: military}]", "accepted", "denied"),
    ("default: allow\nreview: [{term: license_copy, is: required}]", "review", "review"),
    ("default: allow\nreview: [{term: patent_grant, is: express}]", "review", "accepted"),
    ("default: allow\nreview: [{term: termination}]", "accepted", "review"),
    ("default: allow\ndeny: [{family: llama}]", "accepted", "denied"),
    ("default: allow\ndeny: [{kind: software}]", "denied", "accepted"),
    ("default: allow\ndeny: [{model: 'QWEN/*'}]", "denied", "accepted"),
    ("default: allow\ndeny: [{model: 'acme/*'}]", "accepted", "denied"),
    ("default: allow\ndeny: [{form: hosted_api}]", "denied", "accepted"),
    ("default: allow\ndeny: [{form: hosted_api, license: llama-3.1}]", "accepted", "accepted"),
    ("default: allow\ndeny: [{when: \"hosted and release.commercial\"}]", "denied", "accepted"),
    ("default: allow\ndeny: [{when: \"any(one.above > 1000 for one in terms.scale_thresholds)\"}]", "accepted", "denied"),
    ("default: allow\ndeny: [{when: \"release.audience == 'government'\"}]", "review", "review"),
    ("default: review\nallow: [{when: \"release.audience == 'government'\"}]", "review", "review"),
    ("default: allow\ndeny: [{verdict: permitted}]", "denied", "accepted"),
    ("default: deny\nallow: [{verdict: permitted}, {verdict: permitted_with_obligations}]", "accepted", "accepted"),
])
def test_what_a_policy_answers(policy: str, apache: str, llama: str, tmp_path: Path, library: Library) -> None:
    found = decisions(tmp_path, library, policy)
    assert found == {"apache-2.0": apache, "llama-3.1": llama}


def test_law_and_policy_are_two_answers(tmp_path: Path, library: Library) -> None:
    """Accepting a license makes nothing lawful; denying it makes nothing unlawful."""
    scenario = SCENARIO.replace("20000", "3000000000")
    (tmp_path / "s.yaml").write_text(scenario)
    (tmp_path / "licet.yaml").write_text("default: allow")
    entry = app.gate(tmp_path / "s.yaml", library, as_of=DAY).entries[0]
    assert (entry["verdict"], entry["gate"]["law"], entry["gate"]["policy"]["answer"], entry["gate"]["passed"]) == (
        "needs_permission", "needs_permission", "accepted", False)
    (tmp_path / "s.yaml").write_text(SCENARIO)
    (tmp_path / "licet.yaml").write_text("default: deny")
    entry = app.gate(tmp_path / "s.yaml", library, as_of=DAY).entries[0]
    assert entry["verdict"] in ("permitted", "permitted_with_obligations") and entry["gate"]["policy"]["answer"] == "denied"
    failing = [one for one in entry["gate"]["concerns"] if one["state"] == "failed"]
    assert {tuple(one["words"]) for one in failing} >= {("denied",)}


def problems(tmp_path: Path, library: Library, text: str) -> list[str]:
    """What is wrong with a policy, without its folder."""
    path = tmp_path / "licet.yaml"
    path.write_text(text)
    with pytest.raises(BadInput) as caught:
        load_policy(path, library, "licet.yaml")
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(("text", "expected"), [
    ("allow: [{license: qwenn}]", "licet.yaml:1:19: No license is known as `qwenn`. Did you mean `qwen`?"),
    ("allow: [{license: [mit, qwenn]}]", "licet.yaml:1:25: No license is known as `qwenn`. Did you mean `qwen`?"),
    ("allow: [{licence: qwen}]", "licet.yaml:1:10: Unknown key `licence`. Did you mean `license`?"),
    ("deny: [{term: flow_dwn}]", "licet.yaml:1:15: `term` is `flow_dwn`. Did you mean `flow_down`?"),
    ("deny: [{term: flow_down, is: restrictions}]", "`restrictions`"),
    ("deny: [{term: use_restrictions, is: militar}]", "Did you mean `military`?"),
    ("deny: [{is: military}]", "`is` without `term`"),
    ("deny: [{when: \"terms.flow_dwn == 'x'\"}]", "licet.yaml:1:15: Unknown name `terms.flow_dwn`. Did you mean `terms.flow_down`?"),
    ("deny: [{when: \"__import__('os')\"}]", "Unknown function"),
    ("deny: [{when: \"terms.use == 'alowed'\"}]", "Did you mean `allowed`?"),
    ("deny: [{flag: openwashin}]", "Did you mean `openwashing`?"),
    ("deny: [{family: lama}]", "Did you mean `llama`?"),
    ("deny: [{form: hosted}]", "Did you mean `hosted_api`?"),
    ("deny: [{}]", "empty"),
    ("default: maybe", "`maybe`"),
    ("profile: mainstreem", "licet.yaml:1:10: No profile is called `mainstreem`. Did you mean `mainstream`?"),
    ("positions: {whose-user: x}", "Did you mean `whose-users`?"),
    ("actor: {home: Germany}", "two-letter country code"),
    ("models: [{model: 'a/*', license: apache-9}]", "No license is known as `apache-9`"),
    ("places: [{path: ../x}]", "below the repository"),
    ("places: [{path: /etc}]", "below the repository"),
    ("places: [{path: a}, {path: ./a/}]", "licet.yaml:1:28: The place `a` stands twice."),
    ("places: [{path: a, scenario: s.yaml, form: internal}]", "has its facts there"),
    ("fail_on: [forbidden]", "`forbidden`"),
    ("waivers: {longest_days: 0}", "At least 1"),
    ("[]", "a list"),
    ("extends: {file: nowhere.yaml, sha256: " + "0" * 64 + "}", "licet.yaml:1:17: Cannot be read"),
    ("extends: {file: nowhere.yaml, sha256: abc}", "64 digits"),
])
def test_what_is_wrong_is_told_at_its_place(text: str, expected: str, tmp_path: Path, library: Library) -> None:
    assert any(expected in problem for problem in problems(tmp_path, library, text)), problems(tmp_path, library, text)


def test_everything_wrong_is_told_at_once(tmp_path: Path, library: Library) -> None:
    found = problems(tmp_path, library, "actor: {home: Germany}\nallow:\n  - {license: qwenn}\n  - {licence: mit}\ndeny:\n  - {flag: x}\nprofile: nobody\n")
    assert [problem.split(":")[1] for problem in found] == ["1", "3", "4", "6", "7"]


# ---- extends ---------------------------------------------------------------------------------------------------------


def test_a_policy_extends_one_that_is_pinned(tmp_path: Path, library: Library) -> None:
    base = tmp_path / "base.yaml"
    base.write_text("default: review\ndeny: [{license: llama-3.1}]\nactor: {kind: company, home: DE}\nwaivers: {longest_days: 30, unwaivable: [denied]}\n")
    pin = f"extends: {{file: base.yaml, sha256: {hashlib.sha256(base.read_bytes()).hexdigest()}}}\n"
    path = tmp_path / "licet.yaml"
    path.write_text(pin + "default: allow\nallow: [{license: llama-3.1}]\nactor: {home: US}\nwaivers: {longest_days: 90}\nfail_on: [denied]\n")
    policy = load_policy(path, library, "licet.yaml")
    assert policy["actor"] == {"kind": "company", "home": "US"}
    assert (policy["default"], policy["longest_days"]) == ("review", 30)                  # what extends may tighten, never loosen
    assert {"denied", "prohibited"} <= set(policy["unwaivable"]) and "prohibited" in policy["fail_on"]
    assert [one["path"] for one in policy["files"]] == ["licet.yaml", "base.yaml"]
    assert decisions(tmp_path, library, path.read_text()) == {"apache-2.0": "review", "llama-3.1": "denied"}
    base.write_text(base.read_text() + "# changed\n")
    assert "is not the file that was approved" in problems(tmp_path, library, path.read_text())[0]


def test_policies_do_not_extend_one_another_without_end(tmp_path: Path, library: Library) -> None:
    before = tmp_path / "0.yaml"
    before.write_text("default: allow\n")
    for number in range(1, 8):
        path = tmp_path / f"{number}.yaml"
        path.write_text(f"extends: {{file: {before.name}, sha256: {hashlib.sha256(before.read_bytes()).hexdigest()}}}\n")
        before = path
    with pytest.raises(BadInput, match="extend one another"):
        load_policy(before, library)


# ---- the starter -----------------------------------------------------------------------------------------------------


def test_the_first_policy_is_valid_and_passes_for_a_clean_repository(tmp_path: Path, library: Library) -> None:
    (tmp_path / "licet.yaml").write_text(starter.policy())
    (tmp_path / "licet.waivers.yaml").write_text(starter.waivers())
    (tmp_path / "main.py").write_text("print('hello')\n")
    outcome = app.gate(tmp_path, library, as_of=DAY)
    assert outcome.passed and outcome.finished
    assert load_policy(tmp_path / "licet.yaml", library)["default"] == "deny"


def test_what_the_starter_comments_is_valid_too(tmp_path: Path, library: Library) -> None:
    """Every commented example of the two files, taken out of its comment."""
    text = starter.policy().replace("places: []", "places:").replace("models: []", "models:")
    lines = [line[2:] if line.startswith(("# - {", "# fail_on")) else line.replace("  # ", "  ", 1) if line.startswith("  # ") else line for line in text.splitlines()]
    lines = ["" if line.startswith("#") else line for line in lines]
    path = tmp_path / "licet.yaml"
    path.write_text("\n".join(lines))
    policy = load_policy(path, library)
    assert len(policy["places"]) == 5 and policy["models"] and policy["actor"]["home"] == "DE"
    waivers = tmp_path / "licet.waivers.yaml"
    waivers.write_text("\n".join(line.removeprefix("# ") if line.startswith(("# - ", "#   ", "# agreements")) else line
                                 for line in starter.waivers().replace("waivers: []", "waivers:").splitlines()))
    found = load_waivers(waivers, library, 365)
    assert len(found["waivers"]) == 1 and found["agreements"][0]["licenses"] == ["llama-3.1"]


@pytest.mark.parametrize(("pattern", "name", "fits"), [("a*", "abc", True), ("*", "", True), ("a*c", "ABC", True), ("a.c", "abc", False), ("[a]", "a", False), ("a*b", "a\nb", True)])
def test_patterns(pattern: str, name: str, fits: bool) -> None:
    assert like(pattern, name) is fits


@pytest.mark.parametrize(("path", "folder", "expected"), [("a/b", "a", True), ("ab", "a", False), ("a", "a/", True), ("x", ".", True), ("x", "./x", True)])
def test_folders(path: str, folder: str, expected: bool) -> None:
    assert inside(path, folder) is expected


def test_a_policy_needs_no_socket_and_no_other_package(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    (tmp_path / "main.py").write_text('from transformers import AutoModel\nAutoModel.from_pretrained("Qwen/Qwen3-32B")\n')
    assert app.gate(tmp_path, library, as_of=DAY).entries[0]["verdict"] == "permitted_with_obligations"
