"""`licet explain`: any id of the book in words."""

from __future__ import annotations

import click

from checker.app import explain as app
from checker.cli import options


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="ID…")
def command(names: tuple[str, ...]) -> int:
    """Explain a rule, flag, term, position, norm, profile, license or word of the vocabulary by its ID.

    \b
    Example:
      licet explain scale-threshold whose-users
    """
    library = options.library()
    missing = 0
    for number, name in enumerate(names):
        lines = app.explain(name, library)
        if lines is None:
            click.echo(f"Nothing is called `{name}`.{app.suggestion(name, library)}", err=True)
            missing += 1
            continue
        if number:
            click.echo("")
        for line in lines:
            click.echo(line)
    return 2 if missing else 0
