"""The forms in which an inventory is written. Every module with a `render` is one; a module whose name begins with `_` is none."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache


@cache
def names() -> tuple[str, ...]:
    """The forms there are, in alphabetical order."""
    return tuple(sorted(one.name for one in pkgutil.iter_modules(__path__) if not one.name.startswith("_")))


def renderer(name: str) -> Callable[..., str]:
    """The `render` of a form: `render(inventory, library, *, name, as_of)` gives the document."""
    found: Callable[..., str] = importlib.import_module(f"checker.app.inventories.{name}").render
    return found
