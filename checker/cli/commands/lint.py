"""`licet lint`: the data's own checks."""

from __future__ import annotations

from pathlib import Path

import click

from checker.app.lint import lint
from checker.load.book import Library


@click.command()
@click.option("--root", type=click.Path(exists=True, file_okay=False), help="The folder that holds licenses/ and rules/. Default: licet's own.")
def command(root: str | None) -> int:
    """Check licenses, rules, vocabulary, positions and registry against each other.

    Exit code: 0 nothing found, 1 problems found.
    """
    library = Library(Path(root).resolve() if root else None)
    found = lint(library)
    for problem in found:
        click.echo(str(problem))
    count = f"{len(found) or 'no'} problem{'' if len(found) == 1 else 's'}"
    click.echo(f"{len(library.license_files)} licenses, {len(library.rule_files)} rule files: {count}", err=True)
    return 1 if found else 0
