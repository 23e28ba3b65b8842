"""`licet texts`: the official texts of licenses. Each module of this folder is one command of the group."""

from __future__ import annotations

import click

from checker.cli.folder import Folder


@click.group(cls=Folder, package=__name__)
def command() -> None:
    """Fetch, add, verify and show license texts; make the fingerprints by which they are recognized.

    The texts are no part of licet: they are kept in a folder of your own, and each is what was read, word for word, or it is not kept.

    \b
    Example:
      licet texts fetch llama-3.1
      licet texts show llama-3.1 --term scale_thresholds
    """
