"""`licet diff`: what changed between two results."""

from __future__ import annotations

import json
from pathlib import Path

import click

from checker.app import gate as app
from checker.cli import options
from checker.load.strict_yaml import printable

_FILE = click.Path(exists=True, dir_okay=False)


@click.command()
@click.argument("before", type=_FILE)
@click.argument("after", type=_FILE)
@click.option("-f", "--format", "format_", type=click.Choice(["text", "json"]), default="text", help="What to write.")
def command(before: str, after: str, format_: str) -> int:
    """Compare two results of `licet gate -f json` or `licet check -f json`, or two baselines: BEFORE and AFTER.

    \b
    Example:
      licet gate . -f json -o after.json
      licet diff before.json after.json

    Exit code: 0 nothing is new, worse or no longer waived; 1 something is; 2 a file could not be used.
    """
    changes = app.compare(Path(before), Path(after))
    if format_ == "json":
        rows = [{"change": one.kind, "place": one.place, "concern": one.concern, "before": one.before} for one in changes]
        options.show(json.dumps(rows, ensure_ascii=False, indent=2) + "\n", machine=True)
    else:
        titles = options.library().book().vocabulary.data["policy"]["changes"]
        for one in changes:
            concern = one.concern
            click.echo(printable(f"{titles[one.kind]}: {one.place}: {concern['rule']} {concern.get('license') or ''} [{concern['fingerprint']}] "
                                 f"{concern.get('message') or ''}".rstrip()))
        if not changes:
            click.echo(titles["same"])
    return 1 if any(one.kind in ("new", "worse", "waiver_expired") for one in changes) else 0
