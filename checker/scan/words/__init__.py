"""The words that tell models from other things, kept as data beside this file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any


@cache
def words(name: str) -> dict[str, Any]:
    """What stands in `<name>.yaml` beside this file."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    value: dict[str, Any] = yaml.load(Path(__file__).with_name(f"{name}.yaml").read_text(encoding="utf-8"), Loader=loader)  # noqa: S506  (a safe loader)
    return value


def any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    """One pattern that fits what any of them fits."""
    return re.compile("|".join(f"(?i:{pattern[4:]})" if pattern.startswith("(?i)") else f"(?:{pattern})" for pattern in patterns))
