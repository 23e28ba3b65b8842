"""`licet license`: what the license texts say. Each module of this folder is one command of the group."""

from __future__ import annotations

import click

from checker.cli.folder import Folder


@click.group(cls=Folder, package=__name__)
def command() -> None:
    """Look up what license texts say: which there are, what each says, how they differ, which may follow which.

    \b
    Example:
      licet license list --allows commercial --kind model
      licet license show llama-3.1
    """
