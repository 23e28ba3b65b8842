"""Markdown as GitHub shows it: the same content as the page, to paste into an issue, a wiki or a pull request."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from checker.report._clean import clean
from checker.report._templates import environment, web_address
from checker.report._view import view

if TYPE_CHECKING:
    from jinja2 import Environment

#: what Markdown could take for markup or for an address, and a template language for its own
_SPECIAL = re.compile(r"[\\`*_\[\]{}|~$]|(?<=\{)[%#]|(?<=:)/(?=/)|(?<=[wW]{3})\.")
_ENTITIES = {ord("<"): "&lt;", ord(">"): "&gt;", ord("&"): "&amp;"}
#: what would begin a heading, a list, a rule or an underline at the start of a line
_BLOCK_START = re.compile(r"^ ?(?:([#+-])(?=[#+\s-]|$)|(=)(?==*$)|(\d{1,9})([.)])(?=\s|$))")
_SPACES = re.compile(r"\s+")
#: what means nothing between backticks, not even to a template language that may see the document later
_PLAIN_CODE = re.compile(r"(?!.*\{[{%#])[\w .,:;/@()\[\]{}=!'\"+*%>\u2026\u00a7-]+")
_BLANK_LINES = re.compile(r"\n{3,}")


def render(assessments: Sequence[Any]) -> str:
    """One document for one or several Assessments; an entry with `errors` is shown as a file that could not be read."""
    return markdown("report.md.j2", {"views": [view(entry, number) for number, entry in enumerate(assessments, 1)]})


def escape(text: str) -> str:
    """The text as Markdown shows it literally, on one line: no markup, no HTML, no table cell of its own."""
    line = _SPECIAL.sub(r"\\\g<0>", _SPACES.sub(" ", text)).translate(_ENTITIES)
    return _BLOCK_START.sub(lambda match: f"{match[3] or ''}\\{match[1] or match[2] or match[4]}", line)


def exact(text: Any) -> str:
    """A text to be copied word for word: its line breaks are kept, even in a table."""
    from markupsafe import Markup

    lines = "<br>".join(escape(clean(line)) for line in str(text).splitlines())
    return Markup(f"<code>{lines}</code>")  # noqa: S704 - each line is escaped


def code(value: Any) -> str:
    """A name of the machine's: between backticks where nothing in it could end them, else as escaped text."""
    from markupsafe import Markup

    text = " ".join(clean(str(value)).split())
    return Markup(f"`{text}`" if _PLAIN_CODE.fullmatch(text) else f"<code>{escape(text)}</code>")  # noqa: S704 - escaped or harmless


def link(text: Any, address: Any) -> str:
    """The text, linked if the address is an http(s) address."""
    from markupsafe import Markup

    shown = escape(clean(str(text)))
    target = web_address(address)
    if target is None:
        return Markup(shown)  # noqa: S704 - escaped
    return Markup(f"[{shown}](<{target.replace('&', '&amp;')}>)")  # noqa: S704 - escaped, and no address holds < or >


def markdown(template: str, values: dict[str, Any]) -> str:
    """A Markdown document made by a template, every value in it escaped."""
    return _BLANK_LINES.sub("\n\n", _environment().get_template(template).render(**values)).strip() + "\n"


@cache
def _environment() -> Environment:
    made = environment(escape)
    made.filters |= {"exact": exact, "code": code}
    made.globals["link"] = link
    return made
