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


def article(entry: Any) -> str:
    """The report on one Assessment as a piece of another page, whose style sheet is `style`."""
    return _template("_piece.html.j2").render(v=view(entry, 1), top=2)


def style(most_reaches: int) -> str:
    """The style sheet of the page, for lineages that up to so many licenses reach."""
    return _template("_page.css.j2").render(most_reaches=most_reaches)


@cache
def _template(name: str = "report.html.j2") -> Template:
    return environment().get_template(name)
