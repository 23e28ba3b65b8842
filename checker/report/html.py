"""HTML: one self-contained page to read, print and forward; no script, nothing loaded from anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from checker.report._templates import environment
from checker.report._view import view

if TYPE_CHECKING:
    from jinja2 import Template


def render(assessments: Sequence[Any]) -> str:
    """One page for one or several Assessments; an entry with `errors` is shown as a file that could not be read."""
    views = [view(entry, number) for number, entry in enumerate(assessments, 1)]
    most = max((len(one["picture"]["reaches"]) for one in views if one.get("picture")), default=0)
    return _template().render(views=views, most_reaches=most)


@cache
def _template() -> Template:
    return environment().get_template("report.html.j2")
