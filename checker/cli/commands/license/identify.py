"""`licet license identify`: which license a text is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from checker.app.identify import IDENTIFIED, MODIFIED, identify
from checker.cli import options
from checker.core.book import Book
from checker.errors import BadInput


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option("-f", "--format", "format_", type=click.Choice(["text", "json"]), default="text", help="What to write. Default: text.")
def command(files: tuple[Path, ...], format_: str) -> int:
    """Say which license the text of each FILE is: by its exact wording, whatever its lines, case, mark-up, year and holder.

    A text that is only alike is not that license: it is `modified`, with the license that it is closest to and the clauses that
    differ; a text like none that is known is `unknown`. Exit code: 0, whatever the answer; 2 if a FILE cannot be read (the others are
    answered).

    \b
    Example:
      licet license identify LICENSE
      licet license identify models/*/LICENSE* --format json
    """
    library = options.library()
    found, problems = identify(files, library)
    if format_ == "json":
        options.show(json.dumps(found, ensure_ascii=False, indent=2) + "\n", machine=True)
    else:
        options.show("".join(_page(one, library.book()) for one in found), machine=False)
    if problems:
        raise BadInput(problems)
    return 0


def _page(one: Mapping[str, Any], book: Book) -> str:
    """What was found of one file, in words."""
    if one["status"] == IDENTIFIED:
        also = f", the same text as {', '.join(one['same_text'])}" if one["same_text"] else ""
        part = f" ({one['part']})" if one["part"] else ""
        place = f", lines {one['lines'][0]} to {one['lines'][1]}" if one["lines"] else ""
        lines = [f"{one['file']}{place}: {one['id']}{part}{also}: {book.license(one['id']).name}"]
    elif one["status"] == MODIFIED:
        count = f"{len(one['differences'])}{' or more' if one['more_differences'] else ''}"
        alike = min(99.9, 100 * one["similarity"])
        lines = [f"{one['file']}: none of the texts that are known. Closest to {one['closest']} ({alike:.1f} % alike), but it is not it; "
                 f"{count} difference{'' if count == '1' else 's'}:"]
        lines += [f"  lines {part['lines'][0]} to {part['lines'][1]}: {part['id']}, word for word" for part in one["contains"]]
        lines += [f"  line {difference['line']}: {_difference(difference)}" for difference in one["differences"]]
    else:
        lines = [f"{one['file']}: none of the texts that are known"]
    if one.get("incomplete"):
        lines.append(f"  What was compared with is incomplete: {one['incomplete']}")
    return "\n".join(lines) + "\n"


def _difference(one: Mapping[str, Any]) -> str:
    missing = f"{one['missing_words']} words are missing" if one["missing_words"] else ""
    if one["kind"] == "missing":
        return f"{missing or 'words are missing'} before it"
    words = f" [{one['words']}]" if one["words"] and one["words"] != one["text"] else ""
    return f"{one['kind']}{words}: \"{one['text']}\"" + (f"; {missing}" if missing else "")
