"""Which labels a result may carry, as text, Markdown or JSON."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from checker.core.wording import say
from checker.report._clean import clean
from checker.report.words import label, words

FORMATS = ("text", "markdown", "json")
#: labels of one group that a text lists
MOST_LISTED = 12
#: indent of what stands word for word, so that nothing breaks its lines
_EXACT = " " * 6


def show(found: Mapping[str, Any], format_: str, *, width: int = 100) -> str:
    """The answer of `licet outbound` in one of `FORMATS`."""
    if format_ == "json":
        return json.dumps(found, indent=2, ensure_ascii=False) + "\n"
    if format_ == "markdown":
        from checker.report.markdown import markdown

        forms = [{**release, "forms": [label("forms", form) for form in release["forms"]], "groups": list(_groups(release))} for release in found["releases"]]
        return markdown("outbound.md.j2", {"s": words("outbound.en"), "found": {**found, "releases": forms}, "reason": _reason})
    lines: list[str] = []
    for text, indent in _lines(found):
        if indent == _EXACT:
            lines.append((_EXACT + clean(text)).rstrip())
            continue
        lines += textwrap.wrap(clean(text), width, initial_indent=indent, subsequent_indent=indent + "  ", break_on_hyphens=False) or [""]
    return "\n".join(lines) + "\n"


def _reason(one: Mapping[str, Any]) -> str:
    known = words("outbound.en")
    section = str(one["section"] or "")
    form = "reason" if section[:1].isdigit() else "reason_named" if section else "reason_bare"
    return say(known[form], {"title": one["title"], "license": one["license"], "section": section})


def _groups(release: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The groups of a release, each with the reasons of its own: what holds whatever the label is said once."""
    for group in release["groups"]:
        yield {**group, "reasons": [one for one in group["reasons"] if one not in release["whatever"]], "only": bool(group["reasons"])}


def _lines(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(line, indent) of the text."""
    known = words("outbound.en")
    yield say(known["title"], {"name": found["title"]}), ""
    for release in found["releases"]:
        yield "", ""
        yield say(known["release"], {"id": release["id"], "forms": ", ".join(label("forms", form) for form in release["forms"])}), ""
        if not release["handed_on"]:
            yield known["not_handed_on"], "  "
            continue
        yield say(known["now"], {"label": release["label"]}) if release["label"] else known["no_label"], "  "
        if release["whatever"]:
            yield f"{known['whatever']}:", "  "
            for one in release["whatever"]:
                yield f"{_reason(one)}: {one['message']}{' ' + one['remedy'] if one['remedy'] else ''}", "    "
        for group in _groups(release):
            yield f"{known['outcomes'][group['outcome']]} ({len(group['labels'])}): {_listed(group['labels'])}", "  "
            for one in group["reasons"]:
                yield f"{_reason(one)}: {one['message']}", "    "
        for number, line in enumerate(release["notice"].splitlines()):
            if not number:
                yield f"{known['notice']}:", "  "
            yield line, _EXACT
    yield "", ""
    yield known["choose"], ""


def _listed(labels: list[str]) -> str:
    known: list[str] = words("outbound.en")["listed_first"]
    labels = [*(one for one in known if one in labels), *(one for one in labels if one not in known)]
    more = len(labels) - MOST_LISTED
    if more <= 0:
        return ", ".join(labels)
    return say(words("outbound.en")["joined"], {"labels": ", ".join(labels[:MOST_LISTED]), "count": more})
