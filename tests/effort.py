"""How much work something is, counted in calls: the same on every machine and under every load, as no clock is. And how long to wait for what may hang."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypeVar

Found = TypeVar("Found")
#: seconds after which what was waited for will not come; a crowded machine needs many, and a test that passes needs few
PATIENCE = 600


def effort(work: Callable[[], Found]) -> tuple[Found, int]:
    """What the work gives, and how many functions (those written in C included) were called for it."""
    calls = 0

    def count(frame: Any, event: str, argument: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        return work(), calls
    finally:
        sys.setprofile(before)
