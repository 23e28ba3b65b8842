"""`licet scan`: which models, data sets and licenses a repository uses or ships."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from checker.app import inventories
from checker.app import scan as app
from checker.cli import options
from checker.cli.streams import complain
from checker.load.strict_yaml import printable

#: with fewer files nothing is worth waiting for
WORTH_SHOWING = 2_000


@click.command()
@click.argument("path", default=".", type=click.Path(exists=True, file_okay=False))
@click.option("-f", "--format", "format_", type=click.Choice(inventories.names()), default="text", help="What to write. Default: text.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, allow_dash=True), help="Where to write it. Default: standard output.")
@click.option("--hub", is_flag=True, help="Ask the hub for revisions, declared licenses and bases, and write licet.lock. The only use of the network.")
@click.option("--endpoint", metavar="URL", help="Another hub to ask than https://huggingface.co.")
@click.option("--as-of", metavar="DAY", help="The day of the draft, the lock and the bill. Default: today.")
@click.option("-q", "--quiet", is_flag=True, help="Show no progress.")
def command(path: str, format_: str, output: str | None, hub: bool, endpoint: str | None, as_of: str | None, quiet: bool) -> int:
    """Find the models, data sets and license texts that the repository at PATH uses or ships.

    \b
    Example:
      licet scan .
      licet scan . -f scenario -o scenario.yaml
      licet scan . --hub

    Nothing is executed, unpickled or fetched; what could not be read is listed. .gitignore is respected.

    Exit code: 0 when scanned, 2 if it could not be.
    """
    library = options.library()
    day = options.day(as_of)
    root = Path(path)
    inventory = app.scan(root, library, progress=iter if quiet or not _watched() else _shown)
    if hub or endpoint:
        from checker.app import hub as asking

        text = asking.lock(inventory, day, endpoint=endpoint, progress=lambda name: None if quiet else complain(f"asking for {name}"))
        options.save(root / asking.LOCK, text)
        inventory = app.scan(root, library)
    document = inventories.renderer(format_)(inventory, library, name=printable(root.resolve().name), as_of=day)
    if output is None or output == "-":
        options.show(document, machine=format_ != "text")
    else:
        options.save(Path(output), document)
    return 0


def _watched() -> bool:
    """Does somebody look at the terminal? In CI nobody does."""
    return sys.stderr.isatty() and not os.environ.get("CI")


def _shown(entries: list[Any]) -> Iterator[Any]:
    """The files one by one, with a bar on the terminal."""
    if len(entries) < WORTH_SHOWING:
        yield from entries
        return
    with click.progressbar(entries, label="Scanning", file=sys.stderr, update_min_steps=100) as bar:
        yield from bar
