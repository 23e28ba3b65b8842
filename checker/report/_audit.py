"""The summary of an audit as a page or as text. It shows what was counted; it counts nothing but shares."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from checker.report._clean import clean
from checker.report._templates import environment

if TYPE_CHECKING:
    from jinja2 import Template


def render(summary: Mapping[str, Any], name: str) -> str:
    """The summary as `html` or `text`."""
    return _template(name).render(a=summary, share=_share, total=max(summary["rows"]["answered"], 1))


@cache
def _template(name: str) -> Template:
    made = environment() if name == "html" else environment(escape=lambda text: clean(text).replace("\n", " "))
    made.filters["thousands"] = lambda number: f"{number:,}"
    return made.get_template(f"audit.{'html' if name == 'html' else 'txt'}.j2")


def _share(part: int, whole: int) -> str:
    """A share in percent; what is there never reads as nothing, and what is missing never as all."""
    if not whole or not part:
        return "0 %"
    percent = 100 * part / whole
    if percent < 0.1:
        return "under 0.1 %"
    return f"{percent:.1f} %" if percent <= 99.9 or part == whole else "over 99.9 %"
