"""`licet scan`: which models, data sets and licenses a repository uses or ships."""

from __future__ import annotations

import json
from pathlib import Path

import click

from checker.app import scan as app
from checker.cli import options


@click.command()
@click.argument("path", type=click.Path(exists=True, file_okay=False))
@click.option("-f", "--format", "format_", type=click.Choice(["text", "json"]), default="text", help="What to write.")
def command(path: str, format_: str) -> int:
    """Find the models, data sets and license texts that the repository at PATH uses or ships.

    \b
    Example:
      licet scan .
      licet scan . -f json

    Exit code: 0 when scanned, 2 if it could not be.
    """
    inventory = app.scan(Path(path), options.library())
    if format_ == "json":
        options.show(json.dumps(inventory.data(), ensure_ascii=False, indent=2) + "\n", machine=True)
    else:
        for hit in inventory.hits:
            click.echo(f"{hit.file}:{hit.line}: {hit.role} {hit.id} ({hit.registry})")
    return 0
