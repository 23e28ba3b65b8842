"""Fact sheets of licenses, one or side by side, as text, Markdown or HTML."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from checker.core.license import License
from checker.core.vocabulary import Vocabulary
from checker.core.wording import fill
from checker.report.fact_sheet import Row, Sheet

FORMATS = ("text", "markdown", "html")
_INDENT = "    "
_BLANK_LINES = re.compile(r"\n{3,}")


def show(license: License, vocabulary: Vocabulary, format_: str, *, width: int = 100) -> str:
    """The fact sheet of one license: every term with its answer in words, section, quotation, note and doubt."""
    sheet = Sheet(vocabulary)
    values = {"license": license, "about": list(_about(sheet, license)), "sections": list(sheet.sections(license)), "s": sheet.words["labels"]}
    if format_ != "text":
        return _page("fact_sheet", format_, values)
    lines = [f"{license.name} ({license.id})", *_wrapped([*values["about"], license.summary], width, "")]
    for title, rows in values["sections"]:
        lines += ["", title, ""]
        for row in rows:
            lines += _wrapped([f"{row.title}: {row.answer}"], width, "  ")
            lines += _wrapped(_beside(row, sheet), width, _INDENT)
    return _printable([*lines, "", *_wrapped([sheet.words["labels"]["notice"]], width, "")])


def compare(licenses: Sequence[License], vocabulary: Vocabulary, format_: str, *, width: int = 100) -> str:
    """Several licenses side by side, in words: first the terms on which they differ, then the names of the others."""
    sheet = Sheet(vocabulary)
    differing, alike = differences(licenses, sheet)
    values = {"licenses": licenses, "differing": differing, "alike": ", ".join(alike), "s": sheet.words["labels"]}
    if format_ != "text":
        return _page("fact_comparison", format_, values)
    lines = [f"{one.name} ({one.id})" for one in licenses]
    lines += ["", sheet.words["labels"]["differ" if differing else "nothing_differs"]]
    for title, cells in differing:
        lines += ["", *_wrapped([title], width, "  ")]
        for one, rows in zip(licenses, cells):
            lines += _wrapped([f"{one.id}: {_short(rows, sheet)}"], width, _INDENT)
    if alike:
        lines += ["", *_wrapped([fill(sheet.words["labels"]["alike"], {"terms": values["alike"]}.__getitem__)], width, "")]
    return _printable([*lines, "", *_wrapped([sheet.words["labels"]["notice"]], width, "")])


def differences(licenses: Sequence[License], sheet: Sheet) -> tuple[list[tuple[str, list[list[Row]]]], list[str]]:
    """([(title, for each license its rows)] of the questions with different answers, titles of the others).

    Answers are the same if they read the same in words; where they stand, notes and doubts make no difference.
    """
    differing, alike = [], []
    for term, spec in sheet.vocabulary.terms.items():
        answers = [sheet.rows(term, one.terms[term]) for one in licenses]
        columns = [[[row] for row in rows] for rows in answers] if "parts" in spec else [[rows] for rows in answers]
        for cells in zip(*columns):
            said = {tuple(row.answer for row in rows) for rows in cells}
            title = cells[0][0].title
            if len(said) > 1:
                differing.append((title, list(cells)))
            else:
                alike.append(title)
    return differing, alike


def _about(sheet: Sheet, license: License) -> Iterator[str]:
    text = license.head.get("text") or {}
    values = {"licensor": license.licensor, "effective": license.effective, "url": text.get("url"), "words": text.get("words"),
              "replaces": license.head.get("replaces")}
    for label, field in (("by_whom", "licensor"), ("since", "effective"), ("text_at", "url"), ("replaces", "replaces")):
        if values[field] not in (None, "", "any"):
            yield fill(sheet.words["labels"][label], values.__getitem__)


def _beside(row: Row, sheet: Sheet) -> list[str]:
    """Where the answer stands, and what to know of it."""
    where = f"\u00a7 {row.section}" if row.section and row.section[:1].isdigit() else row.section or ""
    quoted = f"\u201c{row.quote}\u201d" if row.quote else ""
    labels = sheet.words["labels"]
    lines = [": ".join(part for part in (where, quoted) if part)]
    lines += [f"{labels[key].capitalize()}: {value}" for key, value in (("note", row.note), ("doubt", row.doubt)) if value]
    return [line for line in lines if line]


def _short(rows: Sequence[Row], sheet: Sheet) -> str:
    return "; ".join(f"{row.answer}" + (f" (\u00a7 {row.section})" if row.section else "") for row in rows)


def _wrapped(texts: Sequence[str], width: int, indent: str) -> list[str]:
    return [line for text in texts for line in textwrap.wrap(" ".join(str(text).split()), max(40, width), initial_indent=indent,
                                                             subsequent_indent=indent + "  ", break_on_hyphens=False, break_long_words=False)]


def _printable(lines: Sequence[str]) -> str:
    """The lines, without characters that steer a terminal."""
    return "\n".join("".join(one if one.isprintable() else " " for one in line).rstrip() for line in lines) + "\n"


def _page(template: str, format_: str, values: dict[str, Any]) -> str:
    from checker.report._templates import environment
    from checker.report.markdown import code, escape, link

    made = environment(escape if format_ == "markdown" else None)
    if format_ == "markdown":
        made.filters |= {"code": code}
        made.globals["link"] = link
    suffix = {"markdown": "md", "html": "html"}[format_]
    text = made.get_template(f"{template}.{suffix}.j2").render(**values)
    return _BLANK_LINES.sub("\n\n", text).strip() + "\n"
