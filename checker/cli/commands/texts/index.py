"""`licet texts index`: the fingerprints by which texts are recognized."""

from __future__ import annotations

from pathlib import Path

import click

from checker.app import texts
from checker.cli import options
from checker.load.book import Library


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--root", type=click.Path(exists=True, file_okay=False), help="The folder that holds licenses/ and rules/. Default: licet's own.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Where to write. Default: the file that licet reads.")
def command(folder: Path, root: str | None, output: Path | None) -> int:
    """Make the fingerprints of the license texts in FOLDER, one file each; a text is found by the `sha256` in its license file.

    What is written holds digests and numbers of runs of words, no text. Exit code: 1 if the text of a license is not in the folder.

    \b
    Example:
      licet texts index ~/license-texts
    """
    library = Library(Path(root).resolve()) if root else options.library()
    data, missing = texts.index(folder, library)
    place = output or library.path(texts.FILE)
    options.save(place, data)
    click.echo(f"{place}: {len(data):,} bytes, {len(library.license_files) - len(missing)} texts", err=True)
    for license_id in missing:
        click.echo(f"{license_id}: its text is not in {folder}", err=True)
    return 1 if missing else 0
