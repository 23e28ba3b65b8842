"""`licet license compare`: several licenses side by side."""

from __future__ import annotations

import json

import click

from checker.app import licenses as app
from checker.cli import options


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="LICENSE…")
@click.option("-f", "--format", "format_", type=click.Choice(["text", "json", "markdown", "html"]), default="text", help="What to write. Default: text.")
def command(names: tuple[str, ...], format_: str) -> int:
    """Compare two or more LICENSES side by side: the terms on which they differ first.

    \b
    Example:
      licet license compare llama-3.1 llama-3.3
      licet license compare qwen qwen-research gemma --format html > table.html
    """
    library = options.library()
    found = list(dict.fromkeys(options.license_id(name, library, "LICENSE") for name in names))
    if len(found) < 2:
        raise click.UsageError("Name at least two different licenses.")
    if format_ == "json":
        options.show(json.dumps(app.comparison(found, library), ensure_ascii=False, indent=2) + "\n", machine=True)
        return 0
    width = options.terminal(None).get("width", 100)
    options.show(app.page(found, library, format_, width=width), machine=format_ != "text")
    return 0
