"""`licet schema`: JSON Schemas for editors."""

from __future__ import annotations

import json

import click

from checker.cli import options
from checker.load import schema as schemas


@click.command()
@click.argument("name", type=click.Choice(schemas.NAMES))
def command(name: str) -> int:
    """Print the JSON Schema (draft-07) of scenario, license, rule and other files.

    \b
    Example:
      licet schema scenario > scenario.schema.json
    """
    click.echo(json.dumps(schemas.schema(name, options.library().book().vocabulary), indent=2))
    return 0
