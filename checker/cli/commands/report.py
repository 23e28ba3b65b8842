"""`licet report`: write documents from scenarios or stored results, without gating."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from checker.app import check as app
from checker.cli import options
from checker.cli.streams import complain, standard_input
from checker.errors import BadInput
from checker.load.strict_yaml import read_text


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(allow_dash=True))
@options.document_options
@options.texts_option
def command(files: tuple[str, ...], formats_: tuple[str, ...], outputs: tuple[str, ...], profile: str | None, as_of: str | None,
            explain: bool, color: bool | None, quiet: bool, texts: Path | None) -> int:
    """Write a report on FILES: scenarios, or results stored by `licet check -f json`.

    \b
    Example:
      licet report seeds/v01-avocado-qwen3-apache.yaml -o report.html
      licet report result.json -f markdown

    Exit code: 0 when written, 2 if a file could not be used.
    """
    library = options.library()
    day = options.day(as_of)
    entries: list[dict[str, Any]] = []
    stdin = standard_input() if "-" in files else None
    for file in files:
        stored = _stored(file)
        entries += stored if stored is not None else [app.check_file(file, library, as_of=day, profile=profile, stdin=stdin if file == "-" else None,
                                                                     texts=texts or library.texts)]
    broken = [error for entry in entries for error in entry.get("errors", ())]
    for error in broken:
        complain(error)
    shown = [entry for entry in entries if "errors" not in entry or len(entries) > 1]
    if shown:
        try:
            options.write(shown, formats_, outputs, explain=explain, color=color, quiet=quiet)
        except (AttributeError, IndexError, KeyError, TypeError) as error:
            raise click.ClickException(f"A stored result is not as this version of licet writes it ({type(error).__name__}: {error}). "
                                       "Check its scenario again.") from None
    return 2 if broken else 0


def _stored(file: str) -> list[dict[str, Any]] | None:
    """The Assessments stored in a JSON file, or None if it is a scenario."""
    if not file.endswith(".json"):
        return None
    try:
        value = json.loads(read_text(Path(file)))
    except (ValueError, RecursionError, BadInput):
        return None
    entries = value if isinstance(value, list) else [value]
    return entries if entries and all(app.is_stored(entry) or _is_errors(entry) for entry in entries) else None


def _is_errors(entry: Any) -> bool:
    """Does the entry stand for a file that could not be read?"""
    errors = entry.get("errors") if isinstance(entry, dict) else None
    return isinstance(errors, list) and all(isinstance(error, str) for error in errors)
