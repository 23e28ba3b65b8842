"""The summary of an audit as a page or as text. It shows what was counted; it counts nothing but shares."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from checker.core.wording import say
from checker.report._clean import clean
from checker.report._templates import environment, verdict
from checker.report.words import words

if TYPE_CHECKING:
    from jinja2 import Template


def render(summary: Mapping[str, Any], name: str) -> str:
    """The summary as `html` or `text`."""
    return _template(name).render(a=summary, s=words("audit.en"), share=_share, total=max(summary["rows"]["answered"], 1),
                                  named=lambda word: verdict(word)["label"]) + "\n"


@cache
def _template(name: str) -> Template:
    made = environment() if name == "html" else environment(escape=lambda text: clean(text).replace("\n", " "))
    made.filters["thousands"] = lambda number: f"{number:,}"
    return made.get_template(f"audit.{'html' if name == 'html' else 'txt'}.j2")


def _share(part: int, whole: int) -> str:
    """A share in percent; what is there never reads as nothing, and what is missing never as all."""
    percent = 100 * part / whole if whole else 0
    if not percent:
        kind, shown = "percent", "0"
    elif percent < 0.1:
        kind, shown = "under", "0.1"
    elif percent > 99.9 and part != whole:
        kind, shown = "over", "99.9"
    else:
        kind, shown = "percent", f"{percent:.1f}"
    return say(words("audit.en")[kind], {"share": shown})
