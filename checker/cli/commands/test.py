"""`licet test`: scenario files as regression tests."""

from __future__ import annotations

import click

from checker.app import testing
from checker.cli import options
from checker.cli.streams import complain
from checker.errors import BadInput


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True))
@click.option("--as-of", metavar="DAY", help="The day the question is asked, where a file gives none. Default: today.")
@click.option("-q", "--quiet", is_flag=True, help="Print failures only.")
def command(paths: tuple[str, ...], as_of: str | None, quiet: bool) -> int:
    """Compare scenario files under PATHS with what their `expect` says.

    \b
    Example:
      licet test seeds

    Exit code: 0 all as expected, 1 some differ, 2 a file could not be read.
    """
    library = options.library()
    day = options.day(as_of)
    passed = failed = broken = without = 0
    for path in testing.find(list(paths)):
        try:
            found = testing.run(path, library, as_of=day)
        except BadInput as error:
            for problem in error.problems:
                complain(str(problem))
            broken += 1
            continue
        if found is None:
            without += 1
        elif found:
            failed += 1
            for line in found:
                click.echo(f"{path}: {line}")
        else:
            passed += 1
            if not quiet:
                click.echo(f"{path}: as expected")
    summary = f"{passed} passed, {failed} failed" + (f", {without} without expect" if without else "") + (f", {broken} unreadable" if broken else "")
    click.echo(summary, err=True)
    return 2 if broken else 1 if failed else 0
