"""What is wrong with a printed page, found in the PDF itself: lines cut at a page's edge, headings at its foot, pages with next to nothing on them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

#: the margins of `@page`, in points: above, below
ABOVE, BELOW = 18 / 25.4 * 72, 20 / 25.4 * 72
#: a line may stand out of its box by so many points, where a letter has an accent or a tail
TOLERANCE = 3.0
#: a page that is not the last holds at least this share of its height
FULL = 1 / 3
#: lines of a heading at the most
_LINES = 6
_NUMBER = re.compile(r"[0-9]+ ?/ ?[0-9]+")


@dataclass(frozen=True)
class Line:
    """One line of text and where it stands, in points from the top of its page."""

    text: str
    top: float
    bottom: float


@dataclass(frozen=True)
class Sheet:
    """One printed page: its lines from above to below without the page number, and between which heights it may be printed on."""

    number: int
    lines: tuple[Line, ...]
    top: float
    bottom: float


def sheets(document: bytes) -> list[Sheet]:
    """The pages of a PDF."""
    import pypdfium2

    opened = pypdfium2.PdfDocument(document)
    try:
        return [_sheet(page, number) for number, page in enumerate(opened, 1)]
    finally:
        opened.close()


def _sheet(page: Any, number: int) -> Sheet:
    height, text = page.get_height(), page.get_textpage()
    letters = text.get_text_range()
    boxes = [text.get_charbox(place, loose=True) for place in range(text.count_chars())]
    bottom = height - BELOW
    lines = _lines_of((height - box[3], height - box[1], letter) for box, letter in zip(boxes, letters, strict=False) if not letter.isspace())
    return Sheet(number, tuple(one for one in lines if not (one.top > bottom and _NUMBER.fullmatch(one.text))), ABOVE, bottom)


def _lines_of(letters: Iterable[tuple[float, float, str]]) -> list[Line]:
    """Letters with their top and bottom, in reading order, put together to lines from above to below."""
    rows: list[list[tuple[float, float, str]]] = []
    for one in letters:
        beside = rows and min(one[1], rows[-1][-1][1]) - max(one[0], rows[-1][-1][0]) > (one[1] - one[0]) / 2
        rows[-1].append(one) if beside else rows.append([one])
    lines = [Line("".join(letter for *_, letter in row), min(one[0] for one in row), max(one[1] for one in row)) for row in rows]
    return sorted(lines, key=lambda one: one.bottom)


def faults(document: bytes, headings: Collection[str]) -> list[str]:
    """Every fault of a document with these headings, each as `page: what`."""
    pages = sheets(document)
    return [*cut(pages), *orphans(pages, headings), *empty(pages)]


def cut(pages: Iterable[Sheet]) -> list[str]:
    """Lines that stand, in part or whole, where nothing is printed."""
    return [f"{page.number}: cut: {line.text}" for page in pages for line in page.lines
            if line.top < page.top - TOLERANCE or line.bottom > page.bottom + TOLERANCE]


def orphans(pages: Iterable[Sheet], headings: Collection[str]) -> list[str]:
    """Headings that are the last lines of a page."""
    known = {_plain(one) for one in headings} - {""}
    return [f"{page.number}: at the foot: {page.lines[-1].text}" for page in list(pages)[:-1] if page.lines
            if any(_plain("".join(line.text for line in page.lines[-count:])) in known for count in range(1, _LINES + 1))]


def empty(pages: Collection[Sheet]) -> list[str]:
    """Pages but the last with less than a third of their height in use."""
    return [f"{page.number}: {share:.0%} full" for page in list(pages)[:-1] if (share := _share(page)) < FULL]


def _share(page: Sheet) -> float:
    return (max((line.bottom for line in page.lines), default=page.top) - page.top) / (page.bottom - page.top)


def _plain(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum() or letter in ".!?")
