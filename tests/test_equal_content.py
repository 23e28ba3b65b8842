"""Text, Markdown and HTML say the same: whatever a result holds for a reader stands in all three."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from test_report_html import SEEDS, assessed, everything

from checker.report import html, markdown, text
from checker.report.words import words


class Said(HTMLParser):
    """The texts of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text = ""
        self.feed(page)

    def handle_data(self, data: str) -> None:
        self.text += data


def bare(said: Any) -> str:
    """Letters and digits alone: lines, marks and escapes differ."""
    return re.sub(r"[\W_]+", "", str(said))


def told(entry: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """(what it is, text) of everything that a reader is to find."""
    for one in entry["findings"]:
        yield from (("finding", one[key]) for key in ("quote", "doubt", *(("title", "message", "remedy", "why") if one["effect"] != "grants" else ())))
    for one in entry["obligations"]:
        yield from (("duty", text) for text in (one["text"], one["remedy"], words()["duties"][one["action"]]))
    for one in entry["questions"]:
        yield from (("question", text) for text in (one["ask"], *one["verdicts"]))
    for one in (*entry["unsettled"], *entry["background"]):
        yield from (("position", text) for text in (one["question"], one["matters"]))
        for answer in one["positions"]:
            holders = [holder[key] for holder in answer["holders"] for key in ("who", "source") if holder.get(key)]
            yield from (("position", text) for text in (answer["title"], answer["effect"], *holders))
    for kind in ("ethics", "regulation"):
        for one in entry[kind]:
            yield from ((kind, one.get(key)) for key in ("title", "message", "answers", "remedy", "why"))
            for norm in (*one["norms"], *one.get("opposing", ())):
                yield from ((kind, text) for text in (norm["source"], norm["provision"], *norm["holders"]))
    for one in entry["licenses"]:
        yield from (("license", text) for text in (one["name"], one["summary"], *(used["quote"] for used in one["terms_used"])))
    for one in entry["repairs"]:
        yield from (("repair", change["text"]) for change in one["changes"] if isinstance(change, dict) and "text" in change)
    yield from (("envelope", text) for text in (*entry["assumptions"], *entry["not_covered"], entry["notice"], entry["as_of"]))


@pytest.mark.parametrize("path", [*SEEDS, None], ids=lambda path: path.stem if path else "everything")
def test_everything_stands_in_each(path: Path | None) -> None:
    entry = assessed(path) if path else {**everything(), "repairs": [], "repair_search": None}
    documents = {"html": Said(html.render([entry])).text, "markdown": re.sub(r"\\(.)", r"\1", re.sub(r"&[a-z]+;|&#[0-9]+;|<br>", "", markdown.render([entry]))),
                 "text": text.render([entry], explain=True)}
    for name, document in documents.items():
        known = bare(document)
        missing = [(what, one) for what, one in told(entry) if one and bare(one if name != "markdown" else re.sub("[<>&]", "", one)) not in known]
        assert missing == [], name
