"""`licet texts verify`: are the texts in the folder what their names say?"""

from __future__ import annotations

from pathlib import Path

import click

from checker.app import texts
from checker.cli import options
from checker.cli.commands.texts import _rows


@click.command()
@click.argument("names", nargs=-1, metavar="[LICENSE…]")
@_rows.folder_option
@_rows.format_option
def command(names: tuple[str, ...], folder: Path | None, format_: str) -> int:
    """Check that each text in the folder has the wording of the license that it is named after. No network.

    Without a LICENSE: all texts in the folder. Exit code: 1 if a text is missing or differs.

    \b
    Example:
      licet texts verify
      licet texts verify llama-3.1 --folder ~/license-texts
    """
    library = options.library()
    where = folder or library.texts
    there = sorted(path.stem for path in where.glob("*.txt") if path.stem in library.license_files) if where.is_dir() else []
    if not names and not there:
        raise click.UsageError(f"There is no license text in {where}. Get some with 'licet texts fetch' or 'licet texts add'.")
    return _rows.show(texts.verify(_rows.ids(names, library) if names else there, library, where), format_)
