"""An inventory as a draft scenario: a file to complete, with the open questions on top in the order of their effect."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from checker.app.check import check_text
from checker.app.draft import draft
from checker.core.wording import say
from checker.errors import BadInput
from checker.load.book import Library
from checker.load.strict_yaml import printable
from checker.scan.inventory import GAPS, Inventory
from checker.scan.words import words

#: questions, and things that were not read, that are written down
MAX_QUESTIONS, MAX_TOLD = 12, 20
#: with more inputs the questions are left to `licet check`: asking takes as long as judging
MAX_ASKED = 25


def render(inventory: Inventory, library: Library, *, name: str = "", as_of: str = "", **_: Any) -> str:
    """The scenario as YAML. It is valid as it stands; comments say what to add."""
    told = words("draft")
    data = draft(inventory, library, say(told["title"], {"name": printable(name) or "."}))
    body = "\n".join(_yaml(data, told)) if data["inputs"] else f"title: {json.dumps(data['title'])}\ninputs: []\n"
    questions = _questions(body, library, as_of) if 0 < len(data["inputs"]) <= MAX_ASKED else []
    head = list(told["head"])
    if questions:
        head += ["", told["questions"], *(f"  {number}. {question}" for number, question in enumerate(questions, 1))]
    elif len(data["inputs"]) > MAX_ASKED:
        head += ["", told["unasked"]]
    gaps = [f"{one.file}: {one.why}" for one in inventory.skipped if one.cause in GAPS]
    local = [f"{one.file}:{one.line}: {one.id}" for one in inventory.local]
    for title, found in ((told["local"], local), (told["gaps"], gaps)):
        if found:
            head += ["", title, *(f"  {one}" for one in found[:MAX_TOLD]), *([f"  … {len(found) - MAX_TOLD}"] if len(found) > MAX_TOLD else [])]
    return "\n".join(f"# {printable(line)}".rstrip() for line in head) + f"\n\n{body}"


def _questions(body: str, library: Library, as_of: str) -> list[str]:
    """What the engine asks of this draft."""
    if not as_of:
        return []
    try:
        entry = check_text(body, "draft", library, as_of=as_of)
    except BadInput:
        return []
    return [str(one["ask"]) for one in entry["questions"][:MAX_QUESTIONS]]


def _yaml(data: Mapping[str, Any], told: Mapping[str, Any]) -> Iterator[str]:
    """Top-level keys as blocks, every entry on one line in the form of JSON, which is YAML; comments where something is to be added."""
    yield f"title: {json.dumps(data['title'], ensure_ascii=False)}"
    yield from (f"# {line}" for line in told["actor"])
    for key in ("inputs", "steps", "releases"):
        if key in data:
            yield f"{key}:"
            yield from (f"  # {line}" for line in told.get(key, ()))
            yield from (f"  - {json.dumps(one, ensure_ascii=False)}" for one in data[key])
    yield ""
