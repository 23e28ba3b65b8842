"""A group of commands that is a folder: each module, or package, in it is one command, imported when called."""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from typing import Any

import click


class Folder(click.Group):
    """A group whose commands are the modules of the package called `package`, each with a `command`.

    A package among them is a group of its own. Nothing is registered anywhere: the folder is the registry.
    """

    def __init__(self, *arguments: Any, package: str, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.package = package

    def list_commands(self, context: click.Context) -> list[str]:
        with os.scandir(importlib.import_module(self.package).__path__[0]) as entries:
            found = {entry.name.removesuffix(".py") for entry in entries if entry.name.endswith(".py") or Path(entry.path, "__init__.py").is_file()}
        return sorted(name for name in found if not name.startswith("_"))

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if not name.isidentifier() or name.startswith("_"):
            return None
        try:
            module = importlib.import_module(f"{self.package}.{name}")
        except ModuleNotFoundError as error:
            if error.name == f"{self.package}.{name}":
                return None
            raise
        command: click.Command = module.command
        return command

    def resolve_command(self, context: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(context, args)
        except click.UsageError as error:
            from checker.core.conditions import nearest

            raise click.UsageError(error.message + nearest(args[0], self.list_commands(context)).replace("`", "'"), context) from None
