"""Under which license or label may the result be given on? Every license of the book is tried."""

from __future__ import annotations

from typing import Any

from checker.app.check import tool
from checker.core.outbound import outbound
from checker.core.result import assessment
from checker.load.book import Library
from checker.load.scenario import parse_scenario
from checker.report.bundle import notice
from checker.report.outbound_pages import FORMATS, show

__all__ = ["FORMATS", "SCHEMA", "find_text", "page"]

SCHEMA = "licet/outbound/1"


def find_text(text: str, name: str, library: Library, *, as_of: str, profile: str | None = None) -> dict[str, Any]:
    """The labels that each release of a scenario may carry, grouped by outcome, each with its reasons and a fitting notice. Raises BadInput."""
    scenario = parse_scenario(text, library, name=name, as_of=as_of, profile=profile)
    book = library.book()
    entry = assessment(book, scenario, {}, detail=False)
    releases = outbound(book, scenario, sorted(library.license_files))
    return {"schema": SCHEMA, "tool": tool(library), "file": name, "title": scenario.title, "as_of": scenario.as_of,
            "profile": scenario.profile.get("id", ""),
            "releases": [{**one, "notice": notice(entry, one["id"]) if one["handed_on"] else ""} for one in releases]}


def page(found: dict[str, Any], format_: str) -> str:
    """What `find_text` found, in one of `FORMATS`."""
    return show(found, format_)
