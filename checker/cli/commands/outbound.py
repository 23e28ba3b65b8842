"""`licet outbound`: under which license or label the result may be given on."""

from __future__ import annotations

from pathlib import Path

import click

from checker.app import outbound as app
from checker.cli import options
from checker.cli.streams import standard_input
from checker.load.strict_yaml import decode, read_text


@click.command()
@click.argument("file", type=click.Path(allow_dash=True))
@click.option("-f", "--format", "format_", type=click.Choice(app.FORMATS), default="text", show_default=True, help="What to write.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, allow_dash=True), help="Where to write it. Default: standard output.")
@click.option("--profile", metavar="NAME", help="Answers to unsettled questions, as in licet check.")
@click.option("--as-of", metavar="DAY", help="The day the question is asked, where the file gives none. Default: today.")
def command(file: str, format_: str, output: str | None, profile: str | None, as_of: str | None) -> int:
    """Say which licenses or labels each release of the scenario in FILE may carry, which it may not, and why.

    \b
    Example:
      licet outbound seeds/v07-shell-of-llama.yaml

    Exit code: 0 when written, 2 if the file could not be used.
    """
    text = decode(standard_input(), "standard input") if file == "-" else read_text(Path(file))
    found = app.find_text(text, "standard input" if file == "-" else file, options.library(), as_of=options.day(as_of), profile=profile)
    page = app.page(found, format_)
    if output in (None, "-"):
        options.show(page, machine=format_ != "text")
    else:
        options.save(Path(str(output)), page)
    return 0
