"""`licet texts`: the official texts of licenses. Each module of this folder is one command of the group."""

from __future__ import annotations

import click

from checker.cli.folder import Folder


@click.group(cls=Folder, package=__name__)
def command() -> None:
    """Fetch, verify and show license texts; make the fingerprints by which they are recognized.

    The texts are not part of licet: they are kept in a folder of your own.

    \b
    Example:
      licet texts fetch llama-3.1
      licet texts show llama-3.1 --section 1.b
    """
