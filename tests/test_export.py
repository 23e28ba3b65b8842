"""The formats for machines: valid where a standard says what is valid, complete, escaped, the same bytes every time."""

from __future__ import annotations

import io
import json
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from junitparser import JUnitXml
from sarif_pydantic import Sarif
from spdx_python_model import v3_0_1

from checker.app import formats
from checker.app.check import FAIL_ON, check_file, check_text, failures
from checker.cli.main import licet
from checker.core.concerns import concerns
from checker.export import _rows, cyclonedx, github, junit, sarif, spdx
from checker.load.book import Library

ROOT = Path(__file__).parent.parent
SCENARIOS = sorted((ROOT / "seeds").glob("*.yaml")) + sorted((ROOT / "tests" / "disputes").glob("*.yaml"))
EXPORTS = ("sarif", "junit", "github", "cyclonedx", "spdx")
#: what could end a command, a value, a tag, a table or a string, in any of the formats
HOSTILE = "</testcase>]]>\"'><img src=x onerror=alert(1)> ::error::boo %0A::set-output name=x::y | `c` [a](javascript:b) {0} \u20ac \U0001f600 --> &amp;\ttab"


@pytest.fixture(scope="module")
def entries(library: Library) -> list[dict[str, Any]]:
    """Every seed and dispute, and a file that does not exist."""
    return [check_file(str(path.relative_to(ROOT)) if path.is_relative_to(Path.cwd()) else str(path), library, as_of="2026-01-10")
            for path in SCENARIOS] + [check_file("does-not-exist.yaml", library, as_of="2026-01-10")]


@pytest.fixture(scope="module")
def hostile(library: Library) -> dict[str, Any]:
    """A scenario with what is dangerous in every text it may hold."""
    text = json.dumps({
        "title": HOSTILE, "actor": {"name": HOSTILE}, "note": HOSTILE,
        "inputs": [{"id": "base", "model": "Qwen/Qwen2.5-72B", "name": HOSTILE, "note": HOSTILE}, {"id": "lost", "model": HOSTILE[:290]},
                   {"id": "theirs", "declared": HOSTILE[:290], "from": ["base"]}],
        "steps": [{"id": "made", "action": "fine_tune", "from": ["base", "lost", "theirs"], "name": HOSTILE}],
        "releases": [{"of": "made", "form": "weights_public", "name": HOSTILE, "license": HOSTILE[:290], "commercial": True}]}, ensure_ascii=False)
    return check_text(text, "odd :: name,with\nlines%.yaml", library, as_of="2026-01-10")


@pytest.mark.parametrize("name", EXPORTS)
def test_the_same_input_gives_the_same_bytes(name: str, entries: list[dict[str, Any]]) -> None:
    render, several = formats.renderer(name), [*entries[::5], entries[-1]]
    assert render(several, fail_on=FAIL_ON) == render(json.loads(json.dumps(several)), fail_on=FAIL_ON)


@pytest.mark.parametrize("name", EXPORTS)
def test_nothing_to_report_is_still_a_document(name: str, library: Library) -> None:
    render = formats.renderer(name)
    nothing = check_text("inputs: []", "empty.yaml", library, as_of="2026-01-10")
    for document in (render([], fail_on=FAIL_ON), render([nothing], fail_on=FAIL_ON)):
        if name == "junit":
            assert ElementTree.fromstring(document).get("failures") == "0"
        elif name != "github":
            assert json.loads(document)


# ---- concerns --------------------------------------------------------------------------------------------------------


def test_the_concerns_fail_where_verdict_and_conduct_do(entries: list[dict[str, Any]]) -> None:
    """Finding by finding the same answer as by the verdict of the whole, for every set of one word."""
    for entry in entries:
        counted = {word for one in concerns(entry) for word in one["words"]}
        for words in (FAIL_ON, *({word} for word in FAIL_ON | {"unproven", "not_assessed", "permitted_with_obligations"})):
            counted = {word for one in concerns(entry, words) for word in one["words"]}
            assert not failures(entry, words) or counted & set(words), words
        if "errors" not in entry and not failures(entry, FAIL_ON):
            assert not counted & FAIL_ON


def test_fingerprints_tell_concerns_apart_and_stay(library: Library, entries: list[dict[str, Any]]) -> None:
    for entry in entries:
        prints = [one["fingerprint"] for one in concerns(entry)]
        assert len(prints) == len(set(prints))
    text = (ROOT / "seeds" / "v02-avocado-qwen2.5-72b.yaml").read_text()

    def prints_of(changed: str, name: str = "a/v02.yaml") -> set[str]:
        return {one["fingerprint"] for one in concerns(check_text(changed, name, library, as_of="2026-01-10")) if one["kind"] != "flag"}

    before = prints_of(text)
    assert before == prints_of("# a line above\n\n" + text)
    assert before == prints_of(text, "./a/../a/v02.yaml")
    assert not before & prints_of(text, "b/v02.yaml")
    assert not before & prints_of(text.replace("id: api", "id: another"))


# ---- SARIF -----------------------------------------------------------------------------------------------------------


def test_sarif_is_what_github_takes(entries: list[dict[str, Any]]) -> None:
    text = sarif.render(entries, FAIL_ON)
    Sarif.model_validate_json(text)
    run = json.loads(text)["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    assert all(rule["help"]["text"] and rule["help"]["markdown"] and rule["fullDescription"]["text"] for rule in rules)
    assert run["invocations"][0]["executionSuccessful"] is False
    assert {one["level"] for one in run["results"]} == {"error", "warning", "note"}
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] and result["message"]["text"]
        print_ = result["partialFingerprints"][sarif.FINGERPRINT]
        assert result["partialFingerprints"] == {sarif.FINGERPRINT: print_, sarif.LINE_HASH: f"{print_}:1"}
        places = [*result["locations"], *(step["location"] for flow in result.get("codeFlows", ()) for thread in flow["threadFlows"]
                                          for step in thread["locations"])]
        assert result["locations"]
        for place in places:
            physical = place["physicalLocation"]
            assert physical["region"]["startLine"] >= 1
            assert re.fullmatch(r"[A-Za-z0-9%._~/:-]+", physical["artifactLocation"]["uri"])
    flows = [flow for result in run["results"] for flow in result.get("codeFlows", ())]
    assert max(len(flow["threadFlows"][0]["locations"]) for flow in flows) >= 3


@pytest.mark.parametrize(("file", "uri"), [
    ("a/b.yaml", "a/b.yaml"), ("./a.yaml", "a.yaml"), ("a b#c?.yaml", "a%20b%23c%3F.yaml"), ("a\\b.yaml", "a/b.yaml"), ("/x/y.yaml", "file:///x/y.yaml"),
    ("C:\\x\\y.yaml", "file:///C:/x/y.yaml"), ("", "scenario"), ("standard input", "standard%20input"), ("ü.yaml", "%C3%BC.yaml")])
def test_a_file_name_becomes_a_reference(file: str, uri: str) -> None:
    assert sarif.uri(file) == uri


def test_a_run_holds_no_more_than_github_reads(entries: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MOST_RESULTS", 10)
    run = json.loads(sarif.render(entries, FAIL_ON))["runs"][0]
    assert len(run["results"]) == 10 and {one["level"] for one in run["results"]} == {"error"}
    assert "left out" in run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]


# ---- JUnit -----------------------------------------------------------------------------------------------------------


def test_junit_counts_what_fails(entries: list[dict[str, Any]]) -> None:
    read = JUnitXml.fromstring(junit.render(entries, FAIL_ON).encode())
    suites = list(read)
    assert len(suites) == len(entries)
    for entry, suite in zip(entries, suites):
        assert suite.tests == len(list(suite))
        assert bool(suite.failures) == bool(failures(entry, FAIL_ON)), suite.name
        assert bool(suite.errors) == ("errors" in entry)
        names = [case.name for case in suite]
        assert len(names) == len(set(names))
    assert read.failures == sum(suite.failures for suite in suites) and read.errors == 1
    assert any(case.is_passed for suite in suites for case in suite)


def test_nothing_fails_in_a_list(entries: list[dict[str, Any]]) -> None:
    """`licet report` gates nothing: no failures, however bad the verdict; a file that could not be read is an error all the same."""
    assert [JUnitXml.fromstring(junit.render(entries).encode()).failures, JUnitXml.fromstring(junit.render(entries).encode()).errors] == [0, 1]
    assert not any(result["properties"]["fails"] for result in json.loads(sarif.render(entries[:-1]))["runs"][0]["results"])


# ---- GitHub ----------------------------------------------------------------------------------------------------------


def test_annotations_stand_on_a_line_each(entries: list[dict[str, Any]]) -> None:
    lines = github.render(entries, FAIL_ON).splitlines()
    assert lines and all(re.fullmatch(r"::(error|warning|notice) file=[^:,]+,line=[1-9][0-9]*,title=[^:,]+::.+", line) for line in lines)
    levels = [line.split(" ")[0] for line in lines]
    assert levels == sorted(levels, key=["::error", "::warning", "::notice"].index)


def test_the_step_summary_says_what_fails(entries: list[dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    (tmp_path / "summary.md").write_text("# before\n")
    seed = str(ROOT / "seeds" / "v02-avocado-qwen2.5-72b.yaml")
    result = CliRunner().invoke(licet, ["check", seed, "-f", "github"], standalone_mode=False)
    assert result.return_value == 1 and result.output.startswith("::error ")
    summary = (tmp_path / "summary.md").read_text()
    assert summary.startswith("# before\n## License gate: Failed") and "100,000,000" in summary
    assert "Passed" in github.summary([entry for entry in entries if "errors" not in entry], ())


# ---- bills of materials ----------------------------------------------------------------------------------------------


def test_cyclonedx_is_valid_and_tells_declared_from_concluded(entries: list[dict[str, Any]]) -> None:
    nodes = [(entry, node) for entry in entries[:-1] for node in entry["lineage"]["nodes"]]
    chosen = [*[entry for entry, node in nodes if node["kind"] == "dataset"][:2], *[entry for entry, node in nodes if node["declared"]][:2], entries[-1]]
    text = cyclonedx.render(chosen, FAIL_ON)
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    bill = json.loads(text)
    types = {component["type"] for component in bill["components"]}
    assert {"machine-learning-model", "data"} <= types
    how = {one["license"]["acknowledgement"] for component in bill["components"] for one in component.get("licenses", ())}
    assert how == {"declared", "concluded"}
    one = json.loads(cyclonedx.render(entries[1:2], FAIL_ON))
    made = next(component for component in one["components"] if component["name"] == "Avocado")
    base = made["pedigree"]["ancestors"][0]
    assert (base["group"], base["name"], base["purl"]) == ("Qwen", "Qwen2.5-72B", "pkg:huggingface/Qwen/Qwen2.5-72B")
    assert made["licenses"][0]["license"]["acknowledgement"] == "concluded"
    assert made["evidence"]["occurrences"][0]["line"] == 19
    assert {"name": "licet:gate", "value": "failed"} in one["metadata"]["component"]["properties"]


def test_ids_of_the_spdx_list_keep_their_spelling(entries: list[dict[str, Any]]) -> None:
    ids = {one["license"].get("id") for component in json.loads(cyclonedx.render(entries[:1], None))["components"] for one in component["licenses"]}
    assert "Apache-2.0" in ids
    assert '"Apache-2.0"' in spdx.render(entries[:1], None)


def test_spdx_is_read_by_the_library_and_has_both_licenses(entries: list[dict[str, Any]]) -> None:
    text = spdx.render(entries, FAIL_ON)
    objects = v3_0_1.SHACLObjectSet()
    v3_0_1.JSONLDDeserializer().read(io.BytesIO(text.encode()), objects)
    packages = list(objects.foreach_type(v3_0_1.ai_AIPackage))
    relations = list(objects.foreach_type(v3_0_1.Relationship))
    kind = v3_0_1.RelationshipType
    for package in packages:
        for wanted in (kind.hasDeclaredLicense, kind.hasConcludedLicense):
            assert sum(1 for one in relations if one.from_ is package and one.relationshipType == wanted) == 1
    assert {kind.descendantOf, kind.trainedOn} <= {one.relationshipType for one in relations}
    assert len(list(objects.foreach_type(v3_0_1.SpdxDocument))) == 1


def test_every_reference_of_the_spdx_document_is_defined(entries: list[dict[str, Any]]) -> None:
    graph = json.loads(spdx.render(entries, FAIL_ON))["@graph"]
    known = {one.get("spdxId") or one.get("@id") for one in graph}
    assert len(known) == len(graph)
    used = {to for one in graph for key in ("to", "element", "rootElement", "createdBy") for to in one.get(key, ())} | {one["from"] for one in graph if "from" in one}
    assert {one for one in used - known if one != "expandedlicensing_NoAssertionLicense"} == set()


def test_without_the_library_the_format_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object, **__: object) -> str:
        raise ModuleNotFoundError("No module named 'cyclonedx'", name="cyclonedx")

    monkeypatch.setattr(cyclonedx, "render", missing)
    result = CliRunner().invoke(licet, ["check", str(ROOT / "seeds" / "v01-avocado-qwen3-apache.yaml"), "-f", "cyclonedx"])
    assert result.exit_code == 1 and "licet[bom]" in result.output


# ---- hostile data ----------------------------------------------------------------------------------------------------


def test_hostile_text_stays_text(hostile: dict[str, Any]) -> None:
    several = [hostile, {"file": HOSTILE, "errors": [f"{HOSTILE}:1:1: {HOSTILE}"]}]
    read = json.loads(sarif.render(several, FAIL_ON))
    assert "[a](javascript:b)" not in re.sub(r"\\\[", "", json.dumps(read["runs"][0]["results"]).replace("\\\\[", ""))
    assert "{0}" not in json.dumps(read["runs"][0]["results"]).replace("{{0}", "")
    Sarif.model_validate(read)
    suites = ElementTree.fromstring(junit.render(several, FAIL_ON))
    assert {element.tag for element in suites.iter()} <= {"testsuites", "testsuite", "testcase", "failure", "error", "system-out", "skipped"}
    lines = github.render(several, FAIL_ON).split("\n")
    assert all(re.match(r"::(error|warning|notice) file=", line) for line in lines if line)
    assert "<img" not in github.summary(several, FAIL_ON)
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(cyclonedx.render(several, FAIL_ON)) is None
    assert json.loads(spdx.render(several, FAIL_ON))


def test_what_nobody_sees_is_written_out() -> None:
    assert _rows.clean("a\x00b\u202ec\x1b[31m") == "a\u27e8U+0000\u27e9b\u27e8U+202E\u27e9c\u27e8U+001B\u27e9[31m"
    assert len(_rows.clean("x" * 1_000_000)) < 10_000
    assert _rows.fill("{a} {b}", a="{b}", b="c") == "{b} c"


@pytest.mark.parametrize(("file", "format_"), [("a.sarif", "sarif"), ("a.xml", "junit"), ("b.cdx.json", "cyclonedx"), ("b.spdx.json", "spdx"), ("b.json", "json")])
def test_a_file_name_asks_for_its_format(file: str, format_: str) -> None:
    assert formats.of_file(file) == format_


def test_every_gating_command_writes_every_format(tmp_path: Path) -> None:
    seed = str(ROOT / "seeds" / "v02-avocado-qwen2.5-72b.yaml")
    for command, code in (("check", 1), ("report", 0)):
        files = [tmp_path / f"{command}.{name}" for name in EXPORTS]
        arguments = [part for name, file in zip(EXPORTS, files) for part in ("-f", name, "-o", str(file))]
        result = CliRunner().invoke(licet, [command, seed, *arguments], standalone_mode=False)
        assert result.return_value == code, result.output
        assert all(file.stat().st_size for file in files)


def test_more_results_than_github_takes_lose_the_mildest_and_stay_small(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """The gravest are kept, what is left out is said, and the document of a large repository fits ten megabytes packed."""
    import gzip

    entry = check_text((ROOT / "seeds" / "v02-avocado-qwen2.5-72b.yaml").read_text(), "s.yaml", library, as_of="2026-01-10")
    rows = list(_rows.rows(entry, FAIL_ON))
    assert 0 < 5 * sum(row.level == "error" for row in rows) < 3 * len(rows)
    monkeypatch.setattr(sarif, "MOST_RESULTS", 3 * len(rows))
    monkeypatch.setattr(sarif, "MOST_INDENTED", 10)
    text = sarif.render([entry] * 5, FAIL_ON)
    run = json.loads(text)["runs"][0]
    levels = [("error", "warning", "note").index(one["level"]) for one in run["results"]]
    assert len(levels) == 3 * len(rows) and levels == sorted(levels) and levels.count(0) == 5 * sum(row.level == "error" for row in rows)
    assert f"{2 * len(rows)} results are left out" in run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]
    assert text.count("\n") == 1
    assert len(gzip.compress(text.encode())) / len(run["results"]) * 25_000 < 10_000_000


def test_findings_of_one_rule_in_one_line_are_several_alerts(library: Library) -> None:
    """GitHub tells alerts apart by rule, file and the hash of the line: three findings on one base are three."""
    entry = check_text("inputs: [{id: base, license: qwen-research}]\nreleases: [{of: base, commercial: true}]\n", "s.yaml", library, as_of="2026-01-10")
    results = json.loads(sarif.render([entry], FAIL_ON))["runs"][0]["results"]
    same = [one for one in results if one["ruleId"] == "withheld-ask"]
    assert len(same) > 1 and len({json.dumps(one["locations"]) for one in same}) == 1
    assert len({one["partialFingerprints"][sarif.LINE_HASH] for one in same}) == len(same)


def test_half_a_character_in_a_stored_result_breaks_no_format(library: Library, tmp_path: Path) -> None:
    """JSON can hold what UTF-8 cannot: every format is written all the same."""
    entry = check_file(str(ROOT / "seeds" / "v02-avocado-qwen2.5-72b.yaml"), library, as_of="2026-01-10")
    (tmp_path / "r.json").write_text(json.dumps(entry).replace('"Avocado"', '"Avo\\\\ud800cado"').replace('"avocado"', '"avo\\\\ud800cado"'))
    for name in formats.names():
        done = CliRunner().invoke(licet, ["report", str(tmp_path / "r.json"), "-f", name, "-o", str(tmp_path / f"out.{name}")], standalone_mode=False)
        assert done.return_value == 0 and (tmp_path / f"out.{name}").read_bytes().decode("utf-8"), name
    assert json.loads((tmp_path / "out.json").read_bytes())["scenario"] == json.loads((tmp_path / "r.json").read_bytes())["scenario"]
