"""`licet baseline`: what fails today, so that `licet gate --new-only` fails on nothing but what is new."""

from __future__ import annotations

import json
from pathlib import Path

import click

from checker.app import gate as app
from checker.cli import options
from checker.cli.streams import complain
from checker.core.wording import counted

_FILE = click.Path(exists=True, dir_okay=False)


@click.command()
@click.argument("path", type=click.Path(exists=True), default=".")
@click.option("-o", "--output", type=click.Path(dir_okay=False, allow_dash=True), help=f"Where to write it. Default: {app.BASELINE} in PATH.")
@click.option("--policy", type=_FILE, help=f"The policy. Default: {app.POLICY} in PATH, if there is one.")
@click.option("--waivers", type=_FILE, help=f"Waivers and separate agreements. Default: {app.WAIVERS} in PATH, if there is one.")
@click.option("--as-of", metavar="DAY", help="The day the question is asked. Default: today.")
def command(path: str, output: str | None, policy: str | None, waivers: str | None, as_of: str | None) -> int:
    """Record what fails at PATH now. What is waived is left out: it comes back when its waiver expires.

    \b
    Example:
      licet baseline .
      licet gate . --new-only

    Exit code: 0 when written, 2 if it could not be.
    """
    day = options.day(as_of)
    place = Path(path)
    outcome = app.gate(place, options.library(), as_of=day, policy=Path(policy) if policy else None, waivers=Path(waivers) if waivers else None)
    for entry in outcome.entries:
        for error in entry.get("errors", ()):
            complain(error)
    if not outcome.finished:
        return 2
    document = app.write_baseline(outcome.entries, day)
    if output == "-":
        options.show(document, machine=True)
        return 0
    target = Path(output) if output else app.home(place) / app.BASELINE
    options.save(target, document)
    forms = options.library().book().vocabulary.data["policy"]["concerns"]
    complain(f"{target}: {counted(forms, len(json.loads(document)['concerns']))}")
    return 0
