"""`licet explain`: every word that a reader meets has a page; one that means nothing gets near ones, and what there is to ask about."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from checker.app import gate as app
from checker.app.explain import explain
from checker.cli.main import licet
from checker.core.verdict import CONDUCT, DEPENDS, NOT_ENOUGH_FACTS, VERDICTS
from checker.load.book import Library

WORDS = ["needs_permission", "waived", "deny", "allow", "review", "denied", "accepted", "known", "failed", "noted", "unread", "unlisted", "unidentified", "waiver",
         "baseline", "fingerprint", "agreement", "policy", "gate", "being_fixed", "accepted_risk", "waiver_expired", "worse", "waiver-unused", "waiver-broad",
         "policy-denied", "skipped", "unwaivable", "fail_on", "places", "extends"]


def run(*names: str) -> Result:
    """The command."""
    return CliRunner().invoke(licet, ["explain", *names], standalone_mode=False)


@pytest.mark.parametrize("word", [*VERDICTS, NOT_ENOUGH_FACTS, DEPENDS, *CONDUCT, *WORDS])
def test_a_word_of_verdicts_gates_and_policies_has_a_page(word: str) -> None:
    result = run(word)
    assert result.return_value == 0 and len(result.stdout.split()) >= 6, result.stdout + result.stderr


def test_every_word_of_the_vocabulary_has_a_page(library: Library) -> None:
    vocabulary = library.book().vocabulary
    policy = vocabulary.data["policy"]
    words = {*vocabulary.forms, *vocabulary.acts, *vocabulary.actions, *vocabulary.terms, *vocabulary.conditions, *policy["reasons"], *policy["counts_as"],
             *policy["answers"], *policy["fail_on"], *(fact for facts in vocabulary.facts.values() for fact in facts),
             *(word for words in vocabulary.words.values() for word in words)}
    assert sorted(word for word in words if explain(word, library) is None) == []


@pytest.mark.parametrize(("written", "meant"), [("Needs permission", "needs_permission"), ("NEEDS-PERMISSION", "needs_permission"), ("not met", "not_met"), ("Hosted API", "hosted_api")])
def test_a_word_may_be_written_as_a_report_writes_it(written: str, meant: str) -> None:
    assert run(written).stdout == run(meant).stdout != ""


def test_a_verdict_says_what_a_gate_does_with_it() -> None:
    assert "A gate fails on it unless its policy says otherwise." in run("needs_permission").stdout
    assert "No waiver can beat it." in run("prohibited").stdout and "No waiver" not in run("needs_permission").stdout
    assert "fails" not in run("permitted").stdout


@pytest.mark.parametrize(("wrong", "near"), [("need_permision", "needs_permission"), ("waved", "waived"), ("scale-treshold", "scale-threshold"), ("qwenn", "qwen")])
def test_a_word_that_means_nothing_gets_near_ones_and_what_there_is(wrong: str, near: str) -> None:
    result = run(wrong)
    assert result.return_value == 2 and f"`{near}`" in result.stderr
    for kind in ("rules", "verdicts", "policies", "licenses", "terms", "positions"):
        assert kind in result.stderr


def test_a_fingerprint_is_explained_from_a_stored_result(tmp_path: Path, library: Library) -> None:
    (tmp_path / "main.py").write_text('from transformers import AutoModel\nAutoModel.from_pretrained("Qwen/Qwen2.5-3B")\n')
    entries = app.gate(tmp_path, library, as_of="2026-01-10").entries
    (tmp_path / "result.json").write_text(json.dumps(entries[0] if len(entries) == 1 else entries))
    one = next(one for entry in entries for one in entry["gate"]["concerns"] if one["rule"] == "commercial-ask")
    assert "--result" in run(one["fingerprint"]).stderr and run(one["fingerprint"]).return_value == 2
    result = run(one["fingerprint"], "--result", str(tmp_path / "result.json"))
    assert result.return_value == 0, result.stderr
    assert "main.py:2" in result.stdout and "asks for a separate license for commercial use" in result.stdout and "Rule commercial-ask" in result.stdout
    missing = run("0" * 12, "--result", str(tmp_path / "result.json"))
    assert missing.return_value == 2 and "result.json" in missing.stderr
