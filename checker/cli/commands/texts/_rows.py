"""What the commands of this folder share: where texts are kept, and what became of each."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from checker.app import texts
from checker.cli import options
from checker.errors import BadInput, Problem
from checker.load.book import Library


def folder_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """The option `--folder`."""
    kind = click.Path(file_okay=False, path_type=Path)
    return click.option("--folder", type=kind, help="Where texts are kept. Default: texts/ in licet's cache.")(function)


def format_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """The option `--format`."""
    return click.option("-f", "--format", "format_", type=click.Choice(["text", "json"]), default="text", help="What to write. Default: text.")(function)


def ids(names: Iterable[str], library: Library) -> list[str]:
    """The ids that the names mean; all licenses if there are none."""
    return [options.license_id(name, library, "LICENSE") for name in names] or sorted(library.license_files)


def show(rows: Iterable[Mapping[str, Any]], format_: str, problems: list[Problem] | None = None) -> int:
    """What became of each text; 1 if any is not as it should be. Raises BadInput after that if there are problems with others."""
    found = []
    for row in rows:
        found.append(row)
        if format_ == "text":
            what = f"{row['file']} is {row['id']}" if "file" in row and row["status"] == texts.KEPT else row.get("file") or row["id"]
            options.show(f"{row['status']}: {what}{' (' + row['why'] + ')' if row['why'] else ''}\n", machine=False)
    if format_ == "json":
        options.show(json.dumps(found, ensure_ascii=False, indent=2) + "\n", machine=True)
    if problems:
        raise BadInput(problems)
    return 0 if all(row["status"] == texts.KEPT for row in found) else 1
