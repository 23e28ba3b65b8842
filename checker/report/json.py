"""JSON: the Assessments themselves. One is an object, several are an array in the order given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def render(assessments: Sequence[Any]) -> str:
    """The Assessments as JSON text, the same bytes for the same input."""
    import json

    value = assessments[0] if len(assessments) == 1 else list(assessments)
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
