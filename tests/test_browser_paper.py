"""On paper, in a real browser: every kind of page is printed, and the PDF is searched for cut lines, headings at a foot and all but empty pages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import paper
import pytest
from browsing import Watched, opened
from test_audit import DAY, ROWS, write
from test_report_html import SEEDS, assessed, everything, seed
from test_report_picture import chained

from checker.app import audit, audit_documents, licenses
from checker.load.book import Library
from checker.report import html, portfolio

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
PAPERS = ("A4", "Letter")
HEADINGS = "h1, h2, h3, h4, h5, h6, summary, caption"


def audited(library: Library, folder: Path) -> str:
    target = folder / "audit.html"
    done = audit.audit((write(folder, "t.jsonl", [*ROWS, {"id": ""}]),), library, as_of=DAY)
    return str(dict(audit_documents.documents(done, (str(target),), None))[str(target)])


#: name -> the page, of the library and a folder to work in
PAGES: dict[str, Callable[[Library, Path], str]] = {
    **{path.stem: lambda library, folder, path=path: html.render([assessed(path)]) for path in SEEDS},      # type: ignore[misc]
    "everything": lambda library, folder: html.render([everything()]),
    "60 nodes": lambda library, folder: html.render([chained(29)]),
    "portfolio": lambda library, folder: portfolio.render([seed("v01")] * 150 + [seed("v02")] * 30 + [{"file": "bad.yaml", "errors": ["bad.yaml:1:1: no."]}]),
    "audit": audited,
    "license": lambda library, folder: licenses.page(["llama-3.1"], library, "html"),
    "comparison": lambda library, folder: licenses.page(["gpl-3.0", "qwen", "llama-3.1"], library, "html"),
}


def printed(page: Page, size: str) -> list[str]:
    """What is wrong with the page on paper of this size."""
    return paper.faults(page.pdf(format=size), page.locator(HEADINGS).all_text_contents())


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_cut_or_left_alone(watched: Watched, library: Library, tmp_path: Path, name: str) -> None:
    target = tmp_path / "page.html"
    target.write_text(PAGES[name](library, tmp_path), encoding="utf-8")
    watched.page.goto(target.as_uri())
    assert {size: printed(watched.page, size) for size in PAPERS} == dict.fromkeys(PAPERS, [])


@pytest.mark.parametrize("name", ["v02", "v05"])
def test_a_report_in_full_is_not_cut_either(watched: Watched, tmp_path: Path, name: str) -> None:
    target = tmp_path / "page.html"
    target.write_text(html.render([seed(name)]), encoding="utf-8")
    watched.page.goto(target.as_uri())
    short = len(paper.sheets(watched.page.pdf(format="A4")))
    watched.page.get_by_label("Print in full").check()
    assert len(paper.sheets(watched.page.pdf(format="A4"))) > short
    # how a finding was found is a block that may begin on the next page: what is before it may be short
    found = {size: [one for one in printed(watched.page, size) if not one.endswith("% full")] for size in PAPERS}
    assert found == dict.fromkeys(PAPERS, [])


def test_a_picture_taller_than_a_sheet_is_printed_in_strips_that_cut_no_box(watched: Watched, tmp_path: Path) -> None:
    target = tmp_path / "page.html"
    target.write_text(html.render([chained(29)]), encoding="utf-8")
    watched.page.goto(target.as_uri())
    assert watched.page.locator(".strip:visible").count() == 0
    # each name stands on paper once, in the picture; what follows it stands in the list
    told = [line.text for sheet in paper.sheets(watched.page.pdf(format="A4")) for line in sheet.lines]
    assert [told.count(f"model-name-in{number}") for number in range(29)] == [1] * 29


@pytest.mark.parametrize("example", ["v02-avocado-qwen2.5-72b", "v05-avocado-facts-missing"])
def test_the_answer_of_the_workbench_is_not_cut(watched: Watched, bench: tuple[str, Path, Library], example: str) -> None:
    page = watched.page
    page.goto(bench[0])
    page.get_by_text("Begin, open or save").click()
    page.get_by_label("An example").select_option(example)
    page.get_by_role("button", name="Look at an example").click()
    page.locator("#answer .verdict").wait_for()
    page.wait_for_timeout(1_000)                               # what is out of view is laid out
    assert {size: printed(page, size) for size in PAPERS} == dict.fromkeys(PAPERS, [])


#: a page with a fault of each kind, and what is said of it; its text fills the sheets to the foot
LINES = "<p style='margin: 0; font: 10pt/12pt monospace'>a line</p>"
FAULTY = {
    "cut": (f"<div style='display: inline-block'>{LINES * 80}</div>", "cut"),
    "foot": (LINES * 58 + "<h2 style='margin: 0; font: 12pt/14pt serif'>Left alone,<br>in two lines</h2><p style='break-before: page'>what follows</p>", "at the foot"),
    "empty": ("<p>little</p><p style='break-before: page'>more</p>", "full"),
}


@pytest.mark.parametrize("name", FAULTY)
def test_each_fault_is_found(browser: Browser, name: str) -> None:
    page: Any = opened(browser)
    body, kind = FAULTY[name]
    page.set_content(f"<style>@page {{ margin: 18mm 16mm 20mm }} body {{ margin: 0 }}</style>{body}")
    found = printed(page, "A4")
    page.context.close()
    assert found and all(kind in one for one in found), found
