"""`licet texts`: the official texts of licenses. Each module of this folder is one command of the group."""

from __future__ import annotations

import click

from checker.cli.folder import Folder


@click.group(cls=Folder, package=__name__)
def command() -> None:
    """License texts, which are no part of licet: they are kept in a folder of your own.

    \b
    Example:
      licet texts index ~/license-texts
    """
