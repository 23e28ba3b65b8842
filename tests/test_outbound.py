"""Which label a result may carry: every license is tried, and the answer is that of the engine for a release so labelled."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from checker.app.check import check_text
from checker.app.outbound import find_text, page
from checker.cli.main import licet
from checker.load.book import Library
from checker.load.strict_yaml import parse

ROOT = Path(__file__).parent.parent
V02, V07, V08 = (next(ROOT.glob(f"seeds/v{number}-*.yaml")) for number in ("02", "07", "08"))
D34, D40 = (next(ROOT.glob(f"tests/disputes/d{number}-*.yaml")) for number in ("34", "40"))
DAY = "2026-11-21"
#: duties that a label performs or breaks
OF_LABELS = ("share-alike", "flow-down-license", "label-says-less")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(licet, list(arguments), standalone_mode=False)


def outcomes(path: Path, library: Library) -> dict[str, str]:
    found = find_text(path.read_text(), path.name, library, as_of=DAY)["releases"][0]
    return {label: group["outcome"] for group in found["groups"] for label in group["labels"]}


@pytest.mark.parametrize("path", [V07, V08, D34, D40], ids=lambda path: path.stem)
def test_the_outcome_is_that_of_a_scenario_with_this_label(path: Path, library: Library) -> None:
    found = outcomes(path, library)
    value: dict[str, Any] = parse(path.read_text(), path.name).value
    every = sorted(found)
    for label in every[::9] + [label for label in every if found[label] != "may_not"][:6]:
        value["releases"][0]["license"] = label
        entry = check_text(json.dumps(value), path.name, library, as_of=DAY)
        banned = [one for one in entry["findings"] if one["rule"] == "share-alike-label" and one["holds"] == "yes"]
        broken = [one for one in entry["obligations"] if one["rule"] in OF_LABELS and one["status"] == "not_met"]
        assert not (banned or broken) or found[label] == "may_not", label
        if found[label] == "may":
            assert not [one for one in entry["findings"] if one["rule"] == "share-alike-label"]


def test_every_license_is_tried_but_terms_of_outputs(library: Library) -> None:
    tried = {label for label in outcomes(V07, library) if " AND " not in label}
    assert tried == {one for one in library.license_files if library.book().license(one).kind != "output_terms"}


def test_a_chain_with_restrictions_may_not_be_relabelled_and_may_keep_its_own(library: Library) -> None:
    found = outcomes(V07, library)
    assert (found["llama-2"], found["apache-2.0"], found["mit"]) == ("may", "may_not", "may_not")


def test_an_open_base_leaves_every_label_open_to_choose(library: Library) -> None:
    assert outcomes(V08, library)["apache-2.0"] == "may"


def tuned(*licenses: str, more: str = "") -> str:
    inputs = ", ".join(f"{{id: base{number}, license: {license}}}" for number, license in enumerate(licenses))
    return f"""as_of: "2026-01-01"
inputs: [{inputs}]
steps: [{{id: made, action: {"merge" if len(licenses) > 1 else "fine_tune"}, from: [{", ".join(f"base{number}" for number in range(len(licenses)))}]}}]
releases: [{{of: made, form: weights_public, name: Made, commercial: false, fields: [general]{more}}}]
"""


@pytest.mark.parametrize(("licenses", "outcome", "rule"), [
    (("CC-BY-NC-SA-4.0", "GPL-3.0-only"), "may_not", "share-alike-against-share-alike"),
    (("CC-BY-ND-4.0",), "may_not", "barred"),
    (("none",), "if", "not-granted"),
    (("LicenseRef-House",), "open", ""),
])
def test_what_bars_the_release_counts_against_every_label(licenses: tuple[str, ...], outcome: str, rule: str, library: Library) -> None:
    found = find_text(tuned(*licenses), "tuned.yaml", library, as_of=DAY)["releases"][0]
    order = ("may", "if", "open", "may_not")
    assert rule in {one["rule"] for one in found["whatever"]}
    assert min(order.index(group["outcome"]) for group in found["groups"]) == order.index(outcome)


def test_what_only_may_bar_the_release_is_told_and_leaves_the_labels_as_they_are(library: Library) -> None:
    found = find_text(tuned("llama-3.1"), "tuned.yaml", library, as_of=DAY)["releases"][0]
    assert [(one["rule"], one["says"]) for one in found["whatever"]] == [("scale-threshold", "open")]
    assert {label: group["outcome"] for group in found["groups"] for label in group["labels"]}["llama-3.1"] == "may"
    assert find_text(tuned("Apache-2.0"), "tuned.yaml", library, as_of=DAY)["releases"][0]["whatever"] == []


def test_a_text_lists_well_known_labels_first_and_breaks_no_line_of_the_notice(library: Library) -> None:
    shown = page(find_text(V07.read_text(), "v07.yaml", library, as_of=DAY), "text")
    assert "mit, apache-2.0" in shown
    assert library.book().license("llama-2").terms["notice_text"]["value"] in shown


@pytest.mark.parametrize("format_", ["text", "markdown"])
def test_what_holds_whatever_the_label_is_said_once(format_: str, library: Library) -> None:
    shown = " ".join(page(find_text(tuned("CC-BY-ND-4.0"), "tuned.yaml", library, as_of=DAY), format_).split())
    assert shown.count("does not let the actor pass on derivatives") == 1 and "Whatever its label" in shown


def test_the_reason_names_the_clause(library: Library) -> None:
    groups = find_text(V07.read_text(), "v07.yaml", library, as_of=DAY)["releases"][0]["groups"]
    reason = next(one for group in groups if "mit" in group["labels"] for one in group["reasons"] if one["rule"] == "label-says-less")
    assert reason["license"] == "llama-2" and reason["section"] and reason["message"]


def test_what_is_only_hosted_carries_no_label(library: Library) -> None:
    found = find_text(V02.read_text(), "v02.yaml", library, as_of=DAY)["releases"][0]
    assert not found["handed_on"] and found["groups"] == [] and found["notice"] == ""


@pytest.mark.parametrize("format_", ["text", "markdown", "json"])
def test_the_page_has_labels_reasons_and_the_notice(format_: str, library: Library) -> None:
    shown = page(find_text(V07.read_text(), "v07.yaml", library, as_of=DAY), format_)
    assert "llama-2" in shown and "LLAMA 2 Community License, Copyright" in shown


def test_hostile_words_stay_text(library: Library) -> None:
    text = V08.read_text().replace("title:", "title: '<script>x</script> | `a`' #", 1)
    shown = page(find_text(text, "v08.yaml", library, as_of=DAY), "markdown")
    assert "<script>" not in shown


def test_the_command(tmp_path: Path) -> None:
    assert "May not carry" in run("outbound", str(V07)).stdout
    assert run("outbound", str(V07), "-f", "json", "-o", str(tmp_path / "o.json")).return_value == 0
    assert json.loads((tmp_path / "o.json").read_text())["schema"] == "licet/outbound/1"
    assert "Cannot be read" in str(run("outbound", str(tmp_path / "none.yaml")).exception)
