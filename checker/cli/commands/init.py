"""`licet init`: the first files of a repository."""

from __future__ import annotations

from pathlib import Path

import click

from checker.app import gate, starter
from checker.cli import options
from checker.cli.streams import complain


@click.command()
@click.option("--policy", is_flag=True, help=f"Write {gate.POLICY} and {gate.WAIVERS}.")
@click.option("--force", is_flag=True, help="Write over files that are there.")
@click.argument("path", type=click.Path(exists=True, file_okay=False), default=".")
def command(path: str, policy: bool, force: bool) -> int:
    """Write a first policy, with comments, and an empty file of waivers into the folder PATH.

    \b
    Example:
      licet init --policy
      licet gate .

    Exit code: 0 when written, 2 if it could not be.
    """
    if not policy:
        raise click.UsageError("Say what to write: --policy.")
    wanted = {Path(path) / gate.POLICY: starter.policy(), Path(path) / gate.WAIVERS: starter.waivers()}
    there = [str(file) for file in wanted if file.exists()]
    if there and not force:
        raise click.ClickException(f"{' and '.join(there)}: already there. Use --force to write over what is there.")
    for file, text in wanted.items():
        options.save(file, text)
        complain(f"{file}: written")
    return 0
