"""The output formats: every module of `checker.report` (and `checker.export`) with a `render` is one."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Collection, Sequence
from functools import cache
from pathlib import Path
from typing import Any

_PACKAGES = ("checker.report", "checker.export")
#: the first that fits counts
_SUFFIXES = {".cdx.json": "cyclonedx", ".spdx.json": "spdx", ".spdx3.json": "spdx", ".sarif": "sarif", ".sarif.json": "sarif", ".xml": "junit",
             ".html": "html", ".htm": "html", ".json": "json", ".md": "markdown", ".txt": "text"}
#: modules that serve renderers and are none
_HELPERS = {"words", "fact_sheet", "fact_pages", "bundle", "outbound_pages"}


@cache
def names() -> tuple[str, ...]:
    """The formats there are, in alphabetical order."""
    found = []
    for package in _PACKAGES:
        folder = Path(__file__).parent.parent / package.rpartition(".")[2]
        found += [name[:-3] for name in os.listdir(folder) if name.endswith(".py") and name[:-3] not in _HELPERS and not name.startswith("_")]
    return tuple(sorted(found))


def of_file(path: str) -> str | None:
    """The format a file name asks for."""
    name = Path(path).name.casefold()
    return next((format_ for suffix, format_ in _SUFFIXES.items() if name.endswith(suffix)), None)


def is_export(name: str) -> bool:
    """Is it a format for machines that says of each concern whether it fails? Its renderer takes `fail_on`."""
    return (Path(__file__).parent.parent / "export" / f"{name}.py").is_file()


def step_summary(entries: Sequence[Any], fail_on: Collection[str] | None) -> str:
    """The Markdown that goes with the annotations of the github format."""
    from checker.export import github

    return github.summary(entries, fail_on)


def renderer(name: str) -> Callable[..., str]:
    """The render function of a format."""
    for package in _PACKAGES:
        try:
            module: Any = importlib.import_module(f"{package}.{name}")
        except ModuleNotFoundError as error:
            if error.name in (f"{package}.{name}", package):
                continue
            raise
        function: Callable[..., str] = module.render
        return function
    raise KeyError(name)


def pieces() -> Any:
    """The page format as pieces of another page: `article(entry)` and `style(most_reaches)`."""
    return importlib.import_module("checker.report.html")


def wording() -> dict[str, Any]:
    """All wording of the reports and of the workbench."""
    from checker.report.words import words

    return words()


def templates(folder: Path) -> Any:
    """An environment for templates of one's own that may use the pieces of the reports; it escapes every value."""
    from checker.report._templates import environment

    return environment(folder=folder)
