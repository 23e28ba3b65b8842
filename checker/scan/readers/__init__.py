"""The readers: one module per family of formats, and the folder is the registry.

Each has `fits(path)`, which looks at the name alone, and `read(source)`, which gives back every `Mention` and `Label` in the
file and raises `Malformed` where the file is not what its name says. A module whose name begins with `_` serves the others.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from pathlib import Path
from typing import Any


@cache
def readers() -> tuple[Any, ...]:
    """Every module in this folder that reads, by name."""
    folder = Path(__file__).parent
    return tuple(importlib.import_module(f"{__name__}.{one.name}") for one in pkgutil.iter_modules([str(folder)]) if not one.name.startswith("_"))
