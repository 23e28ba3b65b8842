"""Under which license or label may the result be given on? Every license of the book is tried."""

from __future__ import annotations

from typing import Any

from checker.app.check import tool
from checker.core.outbound import outbound
from checker.load.book import Library
from checker.load.scenario import parse_scenario

SCHEMA = "licet/outbound/1"


def find_text(text: str, name: str, library: Library, *, as_of: str, profile: str | None = None) -> dict[str, Any]:
    """The labels that each release of a scenario may carry, grouped by outcome, each with its reasons. Raises BadInput."""
    scenario = parse_scenario(text, library, name=name, as_of=as_of, profile=profile)
    book = library.book()
    names = {license_id: book.license(license_id).name for license_id in sorted(library.license_files)}
    return {"schema": SCHEMA, "tool": tool(library), "file": name, "title": scenario.title, "as_of": scenario.as_of,
            "profile": scenario.profile.get("id", ""), "releases": outbound(book, scenario, names), "names": names}
