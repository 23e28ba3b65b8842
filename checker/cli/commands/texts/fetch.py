"""`licet texts fetch`: official texts into a folder. One of the few commands that open a connection."""

from __future__ import annotations

from pathlib import Path

import click

from checker.app import texts
from checker.cli import options
from checker.cli.commands.texts import _rows


@click.command()
@click.argument("names", nargs=-1, metavar="LICENSE…")
@click.option("--all", "all_", is_flag=True, help="All licenses that were read.")
@_rows.folder_option
@_rows.format_option
def command(names: tuple[str, ...], all_: bool, folder: Path | None, format_: str) -> int:
    """Fetch the official text of each LICENSE from its address, and keep it if its wording is the one that was read.

    This opens connections, to the addresses in the license files only. A page whose wording differs (another version, or words around the
    text) is told and not kept. Exit code: 1 if any text could not be had or differs.

    \b
    Example:
      licet texts fetch llama-3.1 apache-2.0
      licet texts fetch --all --folder ~/license-texts
    """
    if bool(names) == all_:
        raise click.UsageError("Name licenses, or write --all.")
    library = options.library()
    return _rows.show(texts.fetch(_rows.ids(names, library), library, folder or library.texts), format_)
