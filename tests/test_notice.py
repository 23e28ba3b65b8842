"""The notice bundle: what is due is in it, a scenario that ships it shows the duties as met, and nothing foreign is overwritten."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from checker.app import notice as app
from checker.app.check import check_text
from checker.cli.main import licet
from checker.load.book import Library
from checker.load.strict_yaml import parse
from checker.report.bundle import SHIPPED, bundle

ROOT = Path(__file__).parent.parent
SCENARIOS = [*sorted((ROOT / "seeds").glob("*.yaml")), *sorted((ROOT / "tests" / "disputes").glob("*.yaml"))]
V07 = next(ROOT.glob("seeds/v07-*.yaml"))
DAY = "2026-11-21"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(licet, list(arguments), standalone_mode=False)


def stated(path: Path, library: Library, *, by_hand: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """The scenario with the conduct that its bundle writes down, and its Assessment; `by_hand`: with the lines for what was left to do as well."""
    entry = check_text(path.read_text(), path.name, library, as_of=DAY)
    value: dict[str, Any] = parse(path.read_text(), path.name).value
    for release in value.get("releases") or ():
        files = bundle(entry, release.get("id") or release["of"])
        if files:
            lines = [line.replace("  # ", "  ", 1) if by_hand else line for line in files["conduct.yaml"].splitlines()[1:] if "Add these lines" not in line]
            release["conduct"] = {**(release.get("conduct") or {}), **yaml.safe_load("\n".join(lines))["conduct"], "certainty": "confirmed"}
    return value, check_text(json.dumps(value), path.name, library, as_of=DAY)


def left_undone(after: dict[str, Any], due: list[dict[str, Any]], path: Path) -> list[dict[str, Any]]:
    uncertain = {node["id"] for node in after["lineage"]["nodes"] if node["certainty"] in ("alleged", "reported")} or "reported" in path.read_text()
    return [one for one in due if one["status"] not in (("met", "cured", "unproven") if uncertain else ("met", "cured"))]


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_a_scenario_that_ships_its_bundle_has_these_duties_met(path: Path, library: Library) -> None:
    value, after = stated(path, library, by_hand=False)
    due = [one for one in after["obligations"] if one["action"] in SHIPPED and one["when"] == "due"]
    assert left_undone(after, due, path) == []
    assert not due or {one["what"] for release in value["releases"] for one in (release["conduct"].get("ships") or ())} >= {SHIPPED[one["action"]] for one in due}


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_lines_and_terms_that_were_left_to_do_are_met_once_they_are_stated(path: Path, library: Library) -> None:
    _, after = stated(path, library, by_hand=True)
    due = [one for one in after["obligations"] if one["action"] in ("display", "flow_down_terms", *SHIPPED) and one["when"] == "due"]
    assert left_undone(after, due, path) == []


def test_what_no_file_of_the_bundle_holds_is_left_to_do(library: Library) -> None:
    text = """as_of: "2026-01-01"
inputs: [{id: base, license: Apache-2.0}]
steps: [{id: made, action: fine_tune, from: [base]}]
releases: [{of: made, form: weights_public, name: Made}]
"""
    entry = check_text(text, "made.yaml", library, as_of=DAY)
    alone, beside = (bundle(entry, "made", copies)["TODO.md"] for copies in ({}, {"apache-2.0": "licenses/apache-2.0.txt"}))
    assert "Put the text of Apache License 2.0" in alone and "Put the text" not in beside
    assert all("§4(c), 4(d)" in todo and "copy them from the work" in todo for todo in (alone, beside))
    kept = text.replace("name: Made", "name: Made, conduct: {ships: [{what: license_copy}, {what: copyright_notice}, {what: change_notes}]}")
    assert "Nothing." in bundle(check_text(kept, "made.yaml", library, as_of=DAY), "made")["TODO.md"]


def test_the_card_shows_one_line_without_quotation_marks(library: Library) -> None:
    text = V07.read_text().replace("meta-llama/Llama-2-70b", "Qwen/Qwen2.5-72B")
    card = app.build(text, "card.yaml", library, as_of=DAY)["MODEL_CARD.md"].splitlines()
    assert "Built with Qwen" in card and not [line for line in card if "Improved using" in line]


def test_a_model_is_tuned_from_a_model_and_trained_on_data(library: Library) -> None:
    text = """as_of: "2026-01-01"
inputs: [{id: base, license: llama-3.1, name: Base}, {id: corpus, kind: dataset, license: CC-BY-4.0, name: Corpus}]
steps: [{id: made, action: fine_tune, from: [base, corpus], name: Llama-Made}]
releases: [{of: made, form: weights_public, name: Llama-Made}]
"""
    changes = app.build(text, "made.yaml", library, as_of=DAY)["CHANGES.md"]
    assert "Llama-Made: tuned from Base" in changes and "Llama-Made: trained on Corpus" in changes


def test_what_a_work_is_to_the_release_stands_in_the_notice(library: Library) -> None:
    text = """as_of: "2026-01-01"
inputs: [{id: base, license: none}, {id: teacher, license: llama-3.1}]
steps: [{id: outputs, action: generate, from: [teacher]}, {id: made, action: train_on_outputs, from: [base, outputs]}]
releases: [{of: made, form: weights_public, name: Made}]
"""
    notice = app.build(text, "made.yaml", library, as_of=DAY)["NOTICE"]
    assert "under no license (none was granted)" in notice and "LICENSE: knowledge or outputs only" in notice


def test_the_ordered_notice_is_word_for_word(library: Library) -> None:
    files = app.build(V07.read_text(), "v07.yaml", library, as_of=DAY)
    wanted = library.book().license("llama-2").terms["notice_text"]["value"]
    assert wanted in files["NOTICE"] and "meta-llama/Llama-2-70b" in files["MODEL_CARD.md"]
    assert set(files) == {"NOTICE", "MODEL_CARD.md", "LICENSES.md", "TERMS.md", "TODO.md", "conduct.yaml"}


def test_two_releases_have_a_folder_each(library: Library) -> None:
    text = """as_of: "2026-01-01"
inputs: [{id: base, license: llama-3.1}]
steps: [{id: tuned, action: fine_tune, from: [base]}]
releases: [{id: weights, of: tuned, form: weights_public}, {id: app, of: tuned, form: on_device}, {id: own, of: tuned, form: internal}]
"""
    files = app.build(text, "two.yaml", library, as_of=DAY)
    assert {"weights/NOTICE", "app/NOTICE", "app/DISPLAY.md"} <= set(files)
    assert '"Built with Llama"' in files["app/DISPLAY.md"]


def test_hostile_names_stay_text(library: Library) -> None:
    text = """as_of: "2026-01-01"
inputs: [{id: base, license: llama-3.1}]
releases: [{id: weights, of: base, form: weights_public, name: "<script>alert(1)</script> [x](javascript:1) `y`\\n- [ ] done"}]
"""
    for name, content in app.build(text, "hostile.yaml", library, as_of=DAY).items():
        if name.endswith(".md"):
            assert "<script>" not in content and "[x](" not in content and "\n- [ ] done" not in content


def test_files_of_others_are_not_overwritten(tmp_path: Path) -> None:
    assert run("notice", str(V07), "-o", str(tmp_path)).return_value == 0
    assert run("notice", str(V07), "-o", str(tmp_path)).return_value == 0, "what licet wrote it may write again"
    (tmp_path / "NOTICE").write_text("mine")
    (tmp_path / "TERMS.md").unlink()
    (tmp_path / "TERMS.md").symlink_to(tmp_path.parent / "elsewhere")
    refused = run("notice", str(V07), "-o", str(tmp_path))
    assert "NOTICE is there already" in str(refused.exception) and "TERMS.md is there already" in str(refused.exception)
    assert (tmp_path / "NOTICE").read_text() == "mine" and not (tmp_path.parent / "elsewhere").exists()
    assert run("notice", str(V07), "-o", str(tmp_path), "--force").return_value == 0 and "Llama 2" in (tmp_path / "NOTICE").read_text()


def test_texts_at_hand_are_included_only_if_they_are_the_ones_read(tmp_path: Path, library: Library, texts: dict[str, str]) -> None:
    license = library.book().license("llama-2")
    (tmp_path / "other.txt").write_text("Not the Llama 2 license at all.")
    assert not [name for name in app.build(V07.read_text(), "v07.yaml", library, as_of=DAY, texts=tmp_path) if name.startswith("licenses/")]
    wording = texts.get(license.head["text"]["sha256"])
    if wording is not None:
        (tmp_path / "llama.txt").write_text(wording)
        assert app.build(V07.read_text(), "v07.yaml", library, as_of=DAY, texts=tmp_path)["licenses/llama-2.txt"] == wording


def test_texts_that_are_kept_are_looked_at_by_themselves(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, library: Library) -> None:
    monkeypatch.setattr(library, "cache", tmp_path)
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "llama-2.txt").write_text("the wording")
    monkeypatch.setattr("checker.app.texts.digest", lambda text: library.book().license("llama-2").head["text"]["sha256"])
    assert app.build(V07.read_text(), "v07.yaml", library, as_of=DAY)["licenses/llama-2.txt"] == "the wording"


def test_nothing_due_is_said() -> None:
    result = run("notice", str(next(ROOT.glob("seeds/v12-*.yaml"))), "-o", "never-written")
    assert result.return_value == 0 and "Nothing here" in result.stdout and not Path("never-written").exists()
