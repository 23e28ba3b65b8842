"""JUnit XML: one suite per scenario, one case per rule and subject; waived is skipped, unreadable is an error."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring  # noqa: S405 - only writes

from checker.core.concerns import ERROR, file_of
from checker.export._rows import FAILED, NOTED, Row, clean, rows, two_answers


def render(entries: Sequence[Mapping[str, Any]], fail_on: Collection[str] | None = None) -> str:
    """One document for all entries. Nothing counts as failed where nothing is gated."""
    top = Element("testsuites", name="licet")
    totals = dict.fromkeys(("tests", "failures", "errors", "skipped"), 0)
    for entry in entries:
        suite = SubElement(top, "testsuite", name=clean(_name(entry)))
        counts = dict.fromkeys(totals, 0)
        found = rows(entry, fail_on)
        _properties(suite, entry, [row for row in found if row.is_remark])
        for row in found:
            if row.is_remark:
                continue
            counts["tests"] += 1
            kind = _case(suite, entry, row)
            if kind:
                counts[kind] += 1
        for finding in _kept(entry):
            counts["tests"] += 1
            SubElement(suite, "testcase", classname=clean(_name(entry)), name=clean(finding))
        for key, number in counts.items():
            suite.set(key, str(number))
            totals[key] += number
    for key, number in totals.items():
        top.set(key, str(number))
    indent(top)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(top, encoding="unicode") + "\n"


def _properties(suite: Element, entry: Mapping[str, Any], remarks: Sequence[Row]) -> None:
    """The two answers, and what is to be said of waivers: no tests, so they stand at the head of the suite."""
    pairs = [*(two_answers(entry).items() if "gate" in entry else ()), *((row.rule, f"{row.text()} ({clean(row.file)}:{row.line})") for row in remarks)]
    if pairs:
        group = SubElement(suite, "properties")
        for name, value in pairs:
            SubElement(group, "property", name=name, value=clean(value))


def _name(entry: Mapping[str, Any]) -> str:
    title = (entry.get("scenario") or {}).get("title")
    return f"{file_of(entry)}: {title}" if title else file_of(entry)


def _case(suite: Element, entry: Mapping[str, Any], row: Row) -> str | None:
    """Add a case; the count in which it stands, None for a plain pass."""
    concern = row.concern
    case = SubElement(suite, "testcase", classname=clean(_name(entry)), name=clean(_label(concern)), file=clean(row.file), line=str(row.line))
    if ERROR in concern["words"]:
        SubElement(case, "error", type=ERROR, message=row.message).text = f"{clean(row.file)}:{row.line}: {row.message}"
        return "errors"
    if row.state == FAILED:
        SubElement(case, "failure", type=" ".join(concern["words"]), message=row.message).text = f"{clean(row.file)}:{row.line}\n{row.text()}"
        return "failures"
    if row.state != NOTED:
        SubElement(case, "skipped", message=row.aside)
        return "skipped"
    SubElement(case, "system-out").text = row.text()
    return None


def _label(concern: Mapping[str, Any]) -> str:
    parts = (concern["rule"], concern["license"], concern.get("cites") or concern["section"], concern["release"], concern["artifact"])
    return " ".join([*(str(part) for part in parts if part), f"[{concern['fingerprint']}]"])


def _kept(entry: Mapping[str, Any]) -> list[str]:
    """What was looked at and is in order: acts that are granted, duties that are done."""
    granted = [one for one in entry.get("findings", ()) if one["effect"] == "grants"]
    done = [one for one in entry.get("obligations", ()) if one["status"] in ("met", "cured")]
    return [_label({"artifact": None, **one}) for one in (*granted, *done)]
