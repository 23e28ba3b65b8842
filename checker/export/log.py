"""The log of a gate: each failure in three lines (what, why with its clause, what to do), and one line for what does not fail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from checker.core.concerns import file_of
from checker.core.wording import counted
from checker.export._rows import FAILED, KNOWN, NOTED, WAIVED, Row, clean, fill, rows, topic, what_to_do, words


def render(entries: Sequence[Mapping[str, Any]], fail_on: Collection[str] | None = None) -> str:
    """The places one after another, and the count at the end."""
    text = words()["log"]
    counts: Counter[str] = Counter()
    lines: list[str] = []
    told: set[str] = set()                                     # questions of this place that were put already
    place = None
    for entry in entries:
        found = rows(entry, fail_on)
        counts.update(row.state for row in found)
        if file_of(entry) != place:
            place = file_of(entry)
            told.clear()
            lines += [*([""] if lines else []), clean(place)]
        lines += [*_answers(entry), *_place(entry, found, told)]
    lines.append("")
    verdict = text["failed" if counts[FAILED] else "passed"]
    lines.append(fill(text["end"], verdict=verdict, failed=counts[FAILED], waived=counts[WAIVED], known=counts[KNOWN], noted=counts[NOTED]))
    return "\n".join(lines) + "\n"


def _answers(entry: Mapping[str, Any]) -> Iterator[str]:
    text, gate = words()["log"], entry.get("gate")
    if "verdict" not in entry:
        return
    title = clean(entry["scenario"].get("title") or "").removeprefix(clean(file_of(entry)) + ": ")
    if gate:
        answer = gate["policy"]["answer"]
        yield fill(text["answers"], title=_line(title), law=_plain(entry["verdict"]), policy=text["none_stated"] if answer == "none" else _plain(answer))
    else:
        yield fill(text["law"], title=_line(title), law=_plain(entry["verdict"]))


def _plain(word: str) -> str:
    return word.replace("_", " ")


def _place(entry: Mapping[str, Any], found: Sequence[Row], told: set[str]) -> Iterator[str]:
    """Failures in full; what is waived, known or graver than a note in one line each; notes only counted."""
    text = words()["log"]
    shown = [row for row in found if row.is_shown]
    for row in sorted(shown, key=lambda row: (FAILED, WAIVED, KNOWN, NOTED).index(row.state)):
        yield "  " + fill(text["head"], state=text["states"][row.state], file=clean(row.file), line=row.line, rule=row.rule,
                          fingerprint=row.concern["fingerprint"])
        if row.state == FAILED:
            yield from _three_lines(row, told)
        else:
            yield fill(text["what"], text=_line(f"{row.said} {row.aside}"))
            if row.is_remark:
                yield fill(text["do"], text=_line(row.fix))
    if not shown:
        yield text["nothing" if entry.get("licenses") or found else "nothing_found"]
    if len(found) > len(shown):
        yield counted(text["notes"], len(found) - len(shown))


def _three_lines(row: Row, told: set[str]) -> Iterator[str]:
    text, concern = words()["log"], row.concern
    why = clean(concern["why"]) or words()["reasons"].get(row.rule, row.title)
    if concern["section"] and concern["quote"]:
        why = fill(text["clause"], section=clean(concern.get("cites") or concern["section"]), quote=clean(concern["quote"]), why=why)
    yield fill(text["what"], text=_line(row.said))
    yield fill(text["why"], text=_line(why))
    fix = what_to_do(concern, told)
    told |= {topic(one["fact"]) for one in concern.get("asks") or ()}
    if fix:
        yield fill(text["do"], text=_line(fix))


def _line(text: str) -> str:
    return " ".join(text.split())
