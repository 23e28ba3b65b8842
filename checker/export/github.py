"""GitHub: workflow commands that become annotations, and the Markdown of the step summary (see `summary`)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from checker.core.concerns import file_of
from checker.export._rows import FAILED, Row, clean, fill, passed, rows, words

_COMMAND = {"error": "error", "warning": "warning", "note": "notice"}
#: rows of the table in a step summary, which may hold a megabyte
MOST_ROWS = 200


def render(entries: Sequence[Mapping[str, Any]], fail_on: Collection[str] | None = None) -> str:
    """One workflow command per concern, the gravest first (GitHub shows ten of each level per step)."""
    shown = [row for entry in entries for row in rows(entry, fail_on)]
    shown.sort(key=lambda row: list(_COMMAND).index(row.level))
    return "".join(_annotation(row) for row in shown)


def _annotation(row: Row) -> str:
    place = f"file={_property(row.file)},line={row.line},title={_property(f'{row.title} ({row.rule})')}"
    return f"::{_COMMAND[row.level]} {place}::{_data(row.text())}\n"


def _data(text: str) -> str:
    """A value that cannot end its line, and so cannot begin a command."""
    return clean(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def summary(entries: Sequence[Mapping[str, Any]], fail_on: Collection[str] | None = None) -> str:
    """The Markdown for the file that GITHUB_STEP_SUMMARY names."""
    text = words()["summary"]
    lines = [f"## {text['title']}: {text['passed'] if passed(entries, fail_on) else text['failed']}", ""]
    for entry in entries:
        lines += [f"### {_cell(file_of(entry))}", *_answers(entry), ""]
        found = [row for row in rows(entry, fail_on) if row.is_shown]
        found.sort(key=lambda row: row.state != FAILED)
        lines += _table(found[:MOST_ROWS]) if found else [text["none"]]
        if len(found) > MOST_ROWS:
            lines.append(fill(text["more"], count=len(found) - MOST_ROWS))
        lines.append("")
    return "\n".join(lines)


def _answers(entry: Mapping[str, Any]) -> list[str]:
    text, gate = words()["summary"], entry.get("gate")
    found = [f"- {text['law']}: `{entry['verdict']}`"] if "verdict" in entry else []
    return found + ([f"- {text['policy']}: `{gate['policy']['answer']}`"] if gate and gate.get("policy") else [])


def _table(found: Sequence[Row]) -> list[str]:
    text = words()["summary"]
    lines = ["| " + " | ".join(text["columns"]) + " |", "|---|---|---|---|"]
    for row in found:
        cells = (text["states"][row.state], f"{row.message} {row.aside}".strip(), f"{row.file}:{row.line}", row.fix)
        lines.append("| " + " | ".join(_cell(cell) for cell in cells) + " |")
    return lines


def _cell(text: str) -> str:
    """A text that stays in its cell and is no markup."""
    line = " ".join(clean(text).split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\`*_\[\]{}|~$#!@])", r"\\\1", line)
