"""A portfolio: one page on thousands of scenarios, the worst first, in pages of a hundred; no script, nothing loaded from anywhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from checker.report._templates import environment
from checker.report._view import STRICTEST_FIRST
from checker.report.words import words

if TYPE_CHECKING:
    from jinja2 import Template

Entry = Mapping[str, Any]
Row = dict[str, Any]
#: scenarios on one page; licenses and questions that are counted for all; characters of a title, licenses of a row
PER_PAGE, MOST_LICENSES, MOST_QUESTIONS, LONGEST, MOST_NAMES = 100, 40, 20, 160, 2
UNREADABLE = "unreadable"


def render(assessments: Sequence[Any]) -> str:
    """One page with a row per Assessment; an entry with `errors` is a row of its own kind."""
    rows = [_row(entry) for entry in assessments]
    kinds = [*STRICTEST_FIRST, UNREADABLE]
    groups = [(kind, [row for row in rows if row["kind"] == kind]) for kind in (*kinds, *sorted({row["kind"] for row in rows} - set(kinds)))]
    pages = [{"id": f"{kind}-{number}" if kind in kinds else f"other-{index}-{number}", "kind": kind, "number": number, "rows": part}
             for index, (kind, several) in enumerate(groups) for number, part in enumerate(_parts(several), 1)]
    readable = [entry for entry in assessments if "errors" not in entry]
    return _template().render(pages=pages, counts=[(kind, len(several)) for kind, several in groups if several], total=len(rows),
                              licenses=list(_licenses(readable)), questions=_questions(readable), most_reaches=0)


def _parts(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    for start in range(0, len(rows), PER_PAGE):
        yield rows[start:start + PER_PAGE]


def _row(entry: Entry) -> Row:
    if "errors" in entry:
        return {"kind": UNREADABLE, "title": str(entry["file"])[:LONGEST], "file": "", "conduct": "", "range": [], "due": "", "flags": "", "more": 0,
                "names": [str(one)[:LONGEST] for one in entry["errors"][:MOST_NAMES]]}
    files = entry.get("inputs", {}).get("files") or [{}]
    deciding = [one["name"] for one in entry["licenses"] if one["verdict"] == entry["verdict"]]
    due = [one for one in entry["obligations"] if one["when"] == "due"]
    return {"kind": entry["verdict"], "title": str(entry["scenario"].get("title") or words()["sentences"]["untitled"])[:LONGEST],
            "file": str(files[0].get("path") or "")[:LONGEST], "conduct": entry["conduct"], "range": entry["verdict_range"], "due": len(due),
            "names": [str(name)[:LONGEST] for name in deciding[:MOST_NAMES]], "more": max(0, len(deciding) - MOST_NAMES), "flags": len(entry["ethics"])}


def _licenses(entries: Sequence[Entry]) -> Iterator[tuple[str, int, list[tuple[str, int]]]]:
    """(name, scenarios, how many of each verdict) of each license, the most frequent first."""
    found: dict[str, Counter[str]] = {}
    for entry in entries:
        for one in entry["licenses"]:
            found.setdefault(str(one["name"])[:LONGEST], Counter())[one["verdict"]] += 1
    for name, verdicts in sorted(found.items(), key=lambda one: (-one[1].total(), one[0]))[:MOST_LICENSES]:
        yield name, verdicts.total(), sorted(verdicts.items(), key=lambda one: (STRICTEST_FIRST.index(one[0]) if one[0] in STRICTEST_FIRST else 99, one[0]))


def _questions(entries: Sequence[Entry]) -> list[tuple[str, int]]:
    """The open questions that stand in most scenarios, with the number of them."""
    asked = Counter(str(one["ask"])[:LONGEST] for entry in entries for one in entry["questions"])
    return sorted(asked.items(), key=lambda one: (-one[1], one[0]))[:MOST_QUESTIONS]


@cache
def _template() -> Template:
    return environment().get_template("portfolio.html.j2")
