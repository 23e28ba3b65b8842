"""`licet license coverage`: what was read, and how completely."""

from __future__ import annotations

import json
import textwrap
from typing import Any

import click

from checker.app import coverage as app
from checker.cli import options

_TITLES = {"license": "covered", "listed": "known by name, text not read", "ambiguous": "may be one of several texts",
           "silent": "name no license", "absent": "not known"}


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
    lines = [f"Of the {len(hub['tags'])} license tags of the model hub ({hub['seen']}):"]
    for status in app.STATUSES:
        named = [tag + (f" ({len(one['ids'])})" if status == "ambiguous" else "") for tag, one in hub["tags"].items() if one["status"] == status]
        if named:
            lines += textwrap.wrap(f"{len(named)} {_TITLES[status]}: {', '.join(named)}", 100, initial_indent="  ", subsequent_indent="    ",
                                   break_on_hyphens=False)
    return lines


def _licenses(found: list[dict[str, Any]]) -> list[str]:
    width = max(len(one["id"]) for one in found)
    lines = [f"{len(found)} licenses were read ({sum(one['doubts'] for one in found)} answers are doubtful):",
             f"  {'':{width}}  answered  silent  doubts"]
    for one in found:
        note = f"  text at hand incomplete: {one['incomplete']}" if one["incomplete"] else ""
        lines.append(f"  {one['id']:{width}}  {one['answered']:8}  {one['silent']:6}  {one['doubts']:6}{note}")
    return lines
