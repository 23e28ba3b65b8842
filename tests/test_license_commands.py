"""`licet license …`: the knowledge base as a reader of law looks it up."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from checker.app import compatibility
from checker.cli.main import licet
from checker.errors import BadInput
from checker.load.book import Library

ROOT = Path(__file__).parent.parent
IDS = sorted(path.stem for path in (ROOT / "licenses").glob("*.yaml"))


def run(*arguments: str) -> Result:
    """The outcome of `licet license …`; exit codes as click counts them."""
    return CliRunner().invoke(licet, ["license", *arguments], standalone_mode=True)


def value(*arguments: str) -> Any:
    """What `licet license … --format json` prints."""
    result = run(*arguments, "--format", "json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


# ---- list ------------------------------------------------------------------------------------------------------------


def test_every_license_is_listed_once() -> None:
    assert [one["id"] for one in value("list")] == IDS
    assert [line.split()[0] for line in run("list").stdout.splitlines()] == IDS


def test_a_filter_keeps_those_and_only_those(library: Library) -> None:
    book = library.book()
    kept = [one["id"] for one in value("list", "--allows", "commercial", "--kind", "content")]
    assert kept == [one for one in IDS if book.license(one).kind == "content"
                    and str(book.license(one).terms["commercial_use"]["value"]) in ("allowed", "conditional")]
    assert 0 < len(kept) < len(value("list", "--kind", "content"))
    assert {one["family"] for one in value("list", "--family", "LLAMA")} == {"llama"}
    assert all("Meta" in one["licensor"] for one in value("list", "--by", "meta"))


@pytest.mark.parametrize("word", ["modify", "host", "distribute", "distribute_derivative", "use", "train_other_model", "commercial_use"])
def test_each_act_is_a_filter(word: str) -> None:
    kept = value("list", "--allows", word)
    assert 0 < len(kept) <= len(IDS)
    assert all(len(one["answers"]) == 1 for one in kept)


def test_a_word_that_grants_nothing_is_refused() -> None:
    result = run("list", "--allows", "modfy")
    assert result.exit_code == 2 and "Did you mean `modify`?" in result.stderr
    assert run("list", "--allows", "train").exit_code == 2          # two terms begin like this


# ---- show ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("license_id", IDS)
def test_a_fact_sheet_answers_every_term(library: Library, license_id: str) -> None:
    found = value("show", license_id)
    assert set(found) == {"id", "name", "terms"} and found["id"] == license_id
    vocabulary = library.book().vocabulary
    assert list(found["terms"]) == list(vocabulary.terms)
    for term, spec in vocabulary.terms.items():
        answer = found["terms"][term]
        if spec.get("list"):
            assert set(answer) == {"value"} and isinstance(answer["value"], list)
            assert all(item["section"] and item["quote"] for item in answer["value"]), term
        elif "parts" in spec:
            assert answer["value"] == {part: answer[part]["value"] for part in spec["parts"]}
            parts = [answer[part] for part in spec["parts"]]
            assert [answer[key] for key in ("section", "quote")] == [next((one[key] for one in parts if one[key]), None) for key in ("section", "quote")]
        else:
            assert set(answer) == {"value", "section", "quote"}
            if isinstance(answer["value"], str) and answer["value"] not in spec.get("short", ()):
                assert answer["section"] and answer["quote"], term


@pytest.mark.parametrize("license_id", IDS)
def test_a_fact_sheet_says_every_answer_in_words(library: Library, license_id: str) -> None:
    book = library.book()
    page = " ".join(run("show", license_id).stdout.split())
    for term, spec in book.vocabulary.terms.items():
        assert f"{spec['title']}: " in page
        answer = book.license(license_id).terms[term]
        for one in answer if isinstance(answer, list) else [answer[part] for part in spec["parts"]] if "parts" in spec else [answer]:
            for beside in ("quote", "note", "doubt"):
                assert " ".join((one.get(beside) or "").split()) in page, (term, beside)


def test_a_fact_sheet_has_no_word_of_the_machine(library: Library) -> None:
    from checker.report.fact_sheet import Sheet

    sheet, book = Sheet(library.book().vocabulary), library.book()
    machine = {word for words in book.vocabulary.words.values() for word in words if "_" in word} | {term for term in book.vocabulary.terms if "_" in term}
    for license_id in IDS:
        for _, rows in sheet.sections(book.license(license_id)):
            for row in rows:
                assert not machine & set(row.answer.replace(",", " ").replace(";", " ").split()), (license_id, row)


@pytest.mark.parametrize("name", ["MIT", "mit", "Apache-2.0", "GPL-3.0-or-later", "CC-BY-SA-4.0", "llama3.1"])
def test_any_name_is_taken(name: str) -> None:
    assert value("show", name)["id"] in IDS


def test_a_name_that_is_not_clear_is_refused_with_the_list() -> None:
    result = run("show", "gemma")
    assert result.exit_code == 2 and "gemma-2024-02-21, gemma-2024-04-01" in result.stderr and not result.stdout
    result = run("show", "apache-2.1")
    assert result.exit_code == 2 and "Did you mean" in result.stderr


@pytest.mark.parametrize("command", [("show", "qwen"), ("compare", "qwen", "qwen-research")])
def test_markdown_and_html_are_whole(command: tuple[str, ...]) -> None:
    page = run(*command, "--format", "html").stdout
    assert page.startswith("<!DOCTYPE html>") and page.rstrip().endswith("</html>") and "<script" not in page
    markdown = run(*command, "--format", "markdown").stdout
    tables = [line for line in markdown.splitlines() if line.startswith("|")]
    assert tables and len({line.replace("\\|", "").count("|") for line in tables}) == 1


# ---- compare ---------------------------------------------------------------------------------------------------------


def test_differences_come_first_and_nothing_is_lost(library: Library) -> None:
    found = value("compare", "cc-by-4.0", "cc-by-sa-4.0")
    assert found["licenses"] == ["cc-by-4.0", "cc-by-sa-4.0"]
    assert {*found["differ"], *found["alike"]} == set(library.book().vocabulary.terms) and "share_alike" in found["differ"]
    assert found["differ"]["share_alike"]["cc-by-sa-4.0"]["value"] == "same_license"
    text = run("compare", "cc-by-4.0", "cc-by-sa-4.0").stdout
    assert text.index("Share-alike") < text.index("The same in all:") and "cc-by-sa-4.0: yes, the result as a whole" in text


def test_one_license_is_nothing_to_compare() -> None:
    assert run("compare", "mit", "MIT").exit_code == 2


# ---- compatible ------------------------------------------------------------------------------------------------------


def pair(inbound: str, outbound: str, *options: str) -> Any:
    return value("compatible", inbound, outbound, *options)


@pytest.mark.parametrize(("inbound", "outbound", "relation", "expected"), [
    ("MIT", "Apache-2.0", "modification", "yes"),
    ("Apache-2.0", "GPL-2.0", "modification", "no"),              # patent terms, no room for them
    ("Apache-2.0", "GPL-3.0", "modification", "yes"),
    ("Apache-2.0", "EUPL-1.2", "modification", "depends"),        # copyleft with patent terms of its own: unsettled
    ("GPL-2.0", "MIT", "modification", "no"),
    ("GPL-2.0", "GPL-3.0", "modification", "no"),
    ("GPL-2.0", "MIT", "component", "depends"),                   # one work, or mere aggregation
    ("GPL-2.0", "MIT", "data", "depends"),                        # nobody has settled whether weights inherit
    ("EPL-2.0", "GPL-2.0", "modification", "depends"),            # only with the notice of a secondary license
    ("MPL-2.0", "GPL-2.0", "modification", "yes"),
    ("MPL-2.0", "MIT", "modification", "no"),
    ("MPL-2.0", "MIT", "component", "yes"),
    ("LGPL-3.0", "MIT", "component", "yes"),
    ("LGPL-3.0", "MIT", "copy", "no"),
    ("CC-BY-SA-4.0", "GPL-3.0", "modification", "yes"),
    ("CC-BY-SA-4.0", "CC-BY-4.0", "modification", "no"),
    ("CC-BY-SA-3.0", "CC-BY-SA-4.0", "modification", "yes"),
    ("CC-BY-SA-4.0", "CC-BY-SA-3.0", "modification", "no"),
    ("CC-BY-NC-4.0", "MIT", "modification", "no"),
    ("CC-BY-NC-4.0", "CC-BY-NC-SA-4.0", "modification", "yes"),
    ("CC-BY-4.0", "CC-BY-ND-4.0", "modification", "yes"),
    ("CC-BY-ND-4.0", "CC-BY-ND-4.0", "modification", "no"),
    ("CC-BY-ND-4.0", "CC-BY-ND-4.0", "copy", "yes"),
    ("CC-BY-4.0", "CC-BY-NC-4.0", "copy", "no"),                  # the licensor's own offer goes with every copy
    ("CC-BY-4.0", "MIT", "modification", "yes"),
    ("ODbL-1.0", "MIT", "modification", "no"),
    ("EUPL-1.2", "CC-BY-SA-3.0", "modification", "depends"),      # only for works other than software
    ("CDLA-Sharing-1.0", "CDLA-Permissive-2.0", "modification", "no"),
    ("Fair", "MIT", "modification", "unknown"),                   # a text that says nothing of changes
    ("llama-3.1", "Apache-2.0", "modification", "no"),
    ("llama-3.1", "llama-3.3", "modification", "depends"),        # two lists of restrictions
    ("Apache-2.0", "llama-3.1", "modification", "yes"),
    ("bigscience-openrail-m", "GPL-3.0", "modification", "no"),   # copyleft without the restrictions
    ("qwen-research", "cc-by-nc-4.0", "modification", "no"),      # research only is less than non-commercial
    ("MIT", "openai-tou-2024-12-11", "modification", "no"),       # terms of a service are no license of a work
])
def test_pairs_of_licenses(inbound: str, outbound: str, relation: str, expected: str) -> None:
    found = pair(inbound, outbound, "--relation", relation)
    assert set(found) == {"compatible", "reason", "sections"} and found["compatible"] == expected, found
    assert found["reason"].endswith((".", "?", ")")) and "{" not in found["reason"]
    assert found["sections"] or expected in ("yes", "unknown") or "hangs on" in found["reason"] or "terms between a service" in found["reason"]


def test_a_profile_settles_what_is_unsettled() -> None:
    assert pair("Apache-2.0", "EUPL-1.2", "--profile", "permissive")["compatible"] == "yes"
    assert pair("Apache-2.0", "EUPL-1.2", "--profile", "cautious")["compatible"] == "no"
    assert run("compatible", "mit", "mit", "--profile", "none").exit_code == 2


@pytest.mark.parametrize("license_id", IDS)
def test_a_license_goes_with_itself_unless_it_bars_the_step(library: Library, license_id: str) -> None:
    term = library.book().license(license_id).terms["distribute_derivatives"]["value"]
    found = pair(license_id, license_id)
    if library.book().license(license_id).kind == "output_terms":
        assert found["compatible"] == "no"
    elif found["compatible"] != "yes":
        assert (term, found["compatible"]) in {("prohibited", "no"), ("silent", "unknown")}, found


def test_a_table_of_pairs(tmp_path: Path) -> None:
    table = tmp_path / "pairs.csv"
    table.write_text("relation,inbound,outbound\n,MIT,GPL-2.0\ncomponent,mpl-2.0,mit\nmodification,mpl-2.0,\"mit\"\n", encoding="utf-8")
    lines = run("compatible", "--pairs", str(table)).stdout.splitlines()
    assert lines[0] == "inbound,outbound,relation,compatible,reason,sections"
    assert [line.split(",")[:4] for line in lines[1:]] == [["mit", "gpl-2.0", "modification", "yes"], ["mpl-2.0", "mit", "component", "yes"],
                                                          ["mpl-2.0", "mit", "modification", "no"]]
    rows = value("compatible", "--pairs", str(table))
    assert [row["compatible"] for row in rows] == ["yes", "yes", "no"] and rows[2]["sections"] == ["mpl-2.0 1.12, 3.1, 3.3"]
    single = pair("mpl-2.0", "mit")
    assert {key: rows[2][key] for key in single} == single


BAD = 'inbound,outbound,relation\nMITT,gemma,copi\nmit,mit\nMIT,GPL-2.0,\n"mit" x,mit,\nmpl-2.0,mit,modification\n'
PLACES = ["bad.csv:2:1", "bad.csv:2:6", "bad.csv:2:12", "bad.csv:3:1", "bad.csv:5:1"]


def test_a_bad_table_tells_every_problem_and_answers_the_other_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("bad.csv").write_text(BAD, encoding="utf-8")
    done = run("compatible", "--pairs", "bad.csv", "--format", "json")
    assert isinstance(done.exception, BadInput) and [str(one).split(": ")[0] for one in done.exception.problems] == PLACES
    rows = json.loads(done.stdout)
    assert [(one["inbound"], one["compatible"]) for one in rows] == [("MITT", None), ("mit", None), ("mit", "yes"), ("", None), ("mpl-2.0", "no")]
    assert "No license is known as `MITT`" in rows[0]["reason"] and "is no relation" in rows[0]["reason"] and rows[0]["sections"] == []
    assert [line.split(",")[3] for line in run("compatible", "--pairs", "bad.csv").stdout.splitlines()[1:]] == ["", "", "yes", "", "no"]
    told = run("compatible", "--pairs", "bad.csv", "--format", "text").stdout
    assert "MITT" not in told and "mpl-2.0" in told


def test_a_table_without_its_columns_is_none(library: Library) -> None:
    with pytest.raises(BadInput, match="No column outbound"):
        compatibility.read_table("inbound\nmit\n", "bad.csv", library)
    rows, problems = compatibility.read_table('inbound,outbound\nmit,mit\n"mit,mit\nmit,mit\n', "bad.csv", library)
    assert [row.pair is not None for row in rows] == [True, False] and [str(one).split(" (")[0] for one in problems] == ["bad.csv:4:1: Not a CSV table"]


@pytest.mark.parametrize("arguments", [(), ("mit",), ("mit", "nothing-like-it"), ("gemma", "mit"), ("mit", "mit", "--relation", "child"),
                                       ("mit", "mit", "--pairs", "x.csv")])
def test_wrong_use_of_compatible(arguments: tuple[str, ...]) -> None:
    assert run("compatible", *arguments).exit_code == 2


# ---- coverage --------------------------------------------------------------------------------------------------------


def test_every_tag_of_the_hub_is_accounted_for(library: Library) -> None:
    found = value("coverage")
    tags = found["hub"]["tags"]
    assert len(tags) == 83 and "absent" not in {one["status"] for one in tags.values()}
    assert tags["mit"] == {"status": "license", "ids": ["mit"]} and tags["other"]["status"] == "silent"
    assert tags["cc-by-3.0"]["status"] == "listed" and len(tags["gemma"]["ids"]) > 1
    assert [one["id"] for one in found["licenses"]] == IDS
    assert all(one["answered"] + one["silent"] == len(library.book().vocabulary.terms) for one in found["licenses"])
    text = run("coverage").stdout
    assert all(license_id in text for license_id in IDS) and "cc-by-3.0" in text


def test_a_text_that_nobody_read_is_not_shown() -> None:
    result = run("show", "cc-by-3.0")
    assert result.exit_code == 2 and "nobody has read its text" in " ".join(result.stderr.split())
    assert pair("cc-by-3.0", "mit")["compatible"] == "unknown" and pair("mit", "cc-by-3.0")["compatible"] == "unknown"
