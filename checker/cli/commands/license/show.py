"""`licet license show`: the fact sheet of one license."""

from __future__ import annotations

import json

import click

from checker.app import licenses as app
from checker.cli import options


@click.command()
@click.argument("name", metavar="LICENSE")
@click.option("-f", "--format", "format_", type=click.Choice(["text", "json", "markdown", "html"]), default="text", help="What to write. Default: text.")
def command(name: str, format_: str) -> int:
    """Show the fact sheet of a LICENSE: every term with its answer, section, quotation and doubt.

    LICENSE is an id or any name it is known by: an SPDX id, a hub tag, a `license_name`.

    \b
    Example:
      licet license show llama-3.1
      licet license show CC-BY-SA-4.0 --format json
    """
    library = options.library()
    found = options.license_id(name, library, "LICENSE")
    if format_ == "json":
        book = library.book()
        options.show(json.dumps(app.answers(book.license(found), book.vocabulary), ensure_ascii=False, indent=2) + "\n", machine=True)
        return 0
    width = options.terminal(None).get("width", 100)
    options.show(app.page([found], library, format_, width=width), machine=format_ != "text")
    return 0
