"""`licet license …`: the knowledge base as a reader of law looks it up."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from checker.cli.main import licet
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
