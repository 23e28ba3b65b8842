"""`licet texts add`: texts at hand into the folder of texts."""

from __future__ import annotations

from pathlib import Path

import click

from checker.app import texts
from checker.app.identify import read_all
from checker.cli import options
from checker.cli.commands.texts import _rows


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@_rows.folder_option
@_rows.format_option
def command(files: tuple[Path, ...], folder: Path | None, format_: str) -> int:
    """Keep the text in each FILE under the license whose wording it is: the copy that came with a model, for example. No network.

    A text that is not exactly a known one is told and not kept. Exit code: 1 if there is any.

    \b
    Example:
      licet texts add models/llama/LICENSE
    """
    library = options.library()
    found, problems = read_all(files)
    return _rows.show(texts.add(found, library, folder or library.texts), format_, problems)
