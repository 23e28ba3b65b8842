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
    views = [_named(view(entry, number), among_others=len(assessments) > 1) for number, entry in enumerate(assessments, 1)]
    most = max((len(one["picture"]["reaches"]) for one in views if one.get("picture")), default=0)
    return _template().render(views=views, most_reaches=most)


def article(entry: Any) -> str:
    """The report on one Assessment as a piece of another page, whose style sheet is `style`."""
    return _template("_piece.html.j2").render(v=_named(view(entry, 1), among_others=True), top=2)


def style(most_reaches: int) -> str:
    """The style sheet of the page, for lineages that up to so many licenses reach."""
    return _template("_page.css.j2").render(most_reaches=most_reaches)


def _named(one: dict[str, Any], *, among_others: bool) -> dict[str, Any]:
    """The view with `also`: what names its landmarks besides their heading, where a page has others of the same heading."""
    return {**one, "also": f" {one['id']}-title" if among_others else ""}


@cache
def _template(name: str = "report.html.j2") -> Template:
    return environment().get_template(name)
