"""`licet explain`: any id of the book in words."""

from __future__ import annotations

from pathlib import Path

import click

from checker.app import explain as app
from checker.cli import options
from checker.cli.streams import complain
from checker.load.strict_yaml import printable


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="ID…")
@click.option("--result", type=click.Path(exists=True, dir_okay=False), help="A result stored with -f json, in which to look up a fingerprint.")
def command(names: tuple[str, ...], result: str | None) -> int:
    """Explain a verdict, rule, flag, term, position, norm, profile, license, or word of a gate, policy or scenario; with --result a fingerprint.

    \b
    Example:
      licet explain scale-threshold whose-users
      licet explain needs_permission waived
      licet explain 1784cc736ca3 --result result.json

    Exit code: 0 explained, 2 if nothing has this name.
    """
    library = options.library()
    missing = 0
    for number, name in enumerate(names):
        file = result if app.FINGERPRINT.fullmatch(name) else None
        lines = app.finding(name, Path(file), library) if file else app.explain(name, library)
        if lines is None:
            complain(app.not_found(name, library, file))
            missing += 1
            continue
        if number:
            click.echo("")
        for line in lines:
            click.echo(printable(line))
    return 2 if missing else 0
