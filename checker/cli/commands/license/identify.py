"""`licet license identify`: which license a text is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import click

from checker.app.identify import IDENTIFIED, MODIFIED, identify
from checker.app.wording import sentence, words
from checker.cli import options
from checker.cli.streams import standard_input
from checker.core.wording import say
from checker.errors import BadInput
from checker.load.book import Library


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option("-f", "--format", "format_", type=click.Choice(["text", "json"]), default="text", help="What to write. Default: text.")
def command(files: tuple[Path, ...], format_: str) -> int:
    """Say which license the text of each FILE is: by its exact wording, whatever its lines, case, mark-up, year and holder.

    A text that is only alike is not that license: it is `modified`, with the license that it is closest to and the clauses that
    differ; a text like none that is known is `unknown`. "-" is standard input. Exit code: 0, whatever the answer; 2 if a FILE cannot be read (the others are
    answered).

    \b
    Example:
      licet license identify LICENSE
      licet license identify models/*/LICENSE* --format json
      pdftotext LICENSE.pdf - | licet license identify -
    """
    library = options.library()
    found, problems = identify(files, library, standard_input() if Path("-") in files else None)
    if format_ == "json":
        options.show(json.dumps(found, ensure_ascii=False, indent=2) + "\n", machine=True)
    else:
        options.show("".join(_page(one, library) for one in found), machine=False)
    if problems:
        raise BadInput(problems)
    return 0


#: a sentence of the looked-up, filled in
_said = partial(sentence, "lookup")


def _page(one: Mapping[str, Any], library: Library) -> str:
    """What was found of one file, in words."""
    if one["status"] == IDENTIFIED:
        lines = [_identified(one, library)]
    elif one["status"] == MODIFIED:
        count = len(one["differences"])
        head = words("lookup")["modified"]["more" if one["more_differences"] else "one" if count == 1 else "many"]
        lines = [say(head, {"file": one["file"], "closest": one["closest"], "alike": f"{min(99.9, 100 * one['similarity']):.1f}", "count": count})]
        lines += [f"  {_said('contains', first=part['lines'][0], last=part['lines'][1], license=part['id'])}" for part in one["contains"]]
        lines += [f"  {_said('difference', line=difference['line'], what=_difference(difference))}" for difference in one["differences"]]
    else:
        lines = [_said("unknown", file=one["file"])]
    if one.get("incomplete"):
        lines.append(f"  {_said('compared_incomplete', what=one['incomplete'])}")
    return "\n".join(lines) + "\n"


def _identified(one: Mapping[str, Any], library: Library) -> str:
    license = _said("part", license=one["id"], part=one["part"]) if one["part"] else one["id"]
    license = _said("same_text", license=license, others=", ".join(one["same_text"])) if one["same_text"] else license
    told = {"file": one["file"], "license": license, "title": library.head(one["id"]).get("name", one["id"])}
    return _said("identified_lines", first=one["lines"][0], last=one["lines"][1], **told) if one["lines"] else _said("identified", **told)


def _difference(one: Mapping[str, Any]) -> str:
    count = one["missing_words"]
    if one["kind"] == "missing":
        return _said("missing_count", count=count) if count else _said("missing")
    kinds = words("lookup")["kinds_words" if one["words"] and one["words"] != one["text"] else "kinds"]
    found = say(kinds[one["kind"]], one)
    return _said("with_missing", difference=found, count=count) if count else found
