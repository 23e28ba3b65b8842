"""`licet license coverage`: what was read, and how completely."""

from __future__ import annotations

import json
import textwrap
from typing import Any

import click

from checker.app import coverage as app
from checker.app.wording import sentence, words
from checker.cli import options
from checker.core.wording import say


@click.command()
@click.option("-f", "--format", "format_", type=click.Choice(["text", "json"]), default="text", help="What to write. Default: text.")
def command(format_: str) -> int:
    """Tell what is covered: which tags of the model hub, which licenses, how completely each was read.

    Of each license: how many questions of the form its text answers, on how many it is silent, how many answers are doubtful.

    \b
    Example:
      licet license coverage
      licet license coverage --format json
    """
    found = app.coverage(options.library())
    if format_ == "json":
        options.show(json.dumps(found, ensure_ascii=False, indent=2) + "\n", machine=True)
        return 0
    options.show("\n".join([*_tags(found["hub"]), "", *_licenses(found["licenses"])]) + "\n", machine=False)
    return 0


def _tags(hub: dict[str, Any]) -> list[str]:
    lines = [sentence("lookup", "tags", count=len(hub["tags"]), day=hub["seen"])]
    for status in app.STATUSES:
        named = [tag + (f" ({len(one['ids'])})" if status == "ambiguous" else "") for tag, one in hub["tags"].items() if one["status"] == status]
        if named:
            told = say(words("lookup")["tag_states"][status], {"count": len(named), "tags": ", ".join(named)})
            lines += textwrap.wrap(told, 100, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False)
    return lines


def _licenses(found: list[dict[str, Any]]) -> list[str]:
    width = max(len(one["id"]) for one in found)
    columns = words("lookup")["read_columns"]
    lines = [sentence("lookup", "read", count=len(found), doubts=sum(one["doubts"] for one in found)), "  ".join([f"  {'':{width}}", *columns])]
    for one in found:
        note = [sentence("lookup", "incomplete", what=one["incomplete"])] if one["incomplete"] else []
        numbers = [f"{one[key]:{len(column)}}" for key, column in zip(("answered", "silent", "doubts"), columns)]
        lines.append("  ".join([f"  {one['id']:{width}}", *numbers, *note]))
    return lines
