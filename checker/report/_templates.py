"""What the document renderers share: a template environment in which no value reaches the page unescaped.

The environment escapes every value that a template prints, so a template cannot forget it: for HTML by itself, for
another format by the one function that the renderer gives.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from checker.core.wording import in_words
from checker.report._clean import clean
from checker.report._picture import license_label
from checker.report._view import fact_words
from checker.report.words import label, open_words, range_words, state_words, words

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"'`\\{}|^]+", re.IGNORECASE)
#: a longer address is shown as text
_LONGEST_ADDRESS = 2_000


def environment(escape: Callable[[str], str] | None = None, folder: Path | None = None) -> Environment:
    """Templates that escape every value they print, save what a macro of theirs has made: for HTML, or by `escape`.

    A `folder` of one's own comes before the templates of the reports, whose pieces it may use.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    finalize = _finalizer(escape) if escape else _cleaned
    folders = [*([folder] if folder else []), Path(__file__).parent / "templates"]
    made = Environment(loader=FileSystemLoader(folders), autoescape=True, undefined=StrictUndefined,
                       trim_blocks=True, lstrip_blocks=True, finalize=finalize, auto_reload=False)
    made.filters |= {"fill": _filler(finalize), "in_words": in_words, "said": said, "told": told, "as_json": as_json, "web": web_address}
    made.globals |= {"w": words(), "label": label, "verdict": verdict, "fact_words": fact_words, "license_label": license_label,
                     "state_words": state_words, "range_words": range_words, "open_words": open_words}
    return made


def _cleaned(value: Any) -> Any:
    """What is printed: markup as it is, anything else as clean text, which the environment then escapes."""
    return value if hasattr(value, "__html__") else "" if value is None else clean(str(value))


def _finalizer(escape: Callable[[str], str]) -> Callable[[Any], Any]:
    from markupsafe import Markup

    def finalize(value: Any) -> Any:
        return value if isinstance(value, Markup) else Markup(escape(_cleaned(value)))  # noqa: S704 - escaped right here

    return finalize


def _filler(finalize: Callable[[Any], Any]) -> Callable[..., Markup]:
    from markupsafe import Markup

    def fill(sentence: str, **values: Any) -> Markup:
        """The sentence with each `{name}` replaced by its value; both escaped."""
        pieces = _PLACEHOLDER.split(sentence)
        return Markup("").join(finalize(values[piece] if number % 2 else piece) for number, piece in enumerate(pieces))

    return fill


def said(value: Any) -> str:
    """A value that a scenario states, in words: as `in_words`, with the names of its facts labelled."""
    if isinstance(value, dict):
        return ", ".join(f"{label('scenario_facts', key)}: {in_words(one)}" for key, one in value.items())
    if isinstance(value, list) and any(isinstance(one, dict) for one in value):
        return "; ".join(said(one) for one in value)
    return in_words(value)


def told(change: Any) -> str:
    """A change that a repair makes: in its own words where it brings some."""
    return str(change["text"]) if isinstance(change, dict) and change.get("text") else said(change)


def verdict(word: Any) -> dict[str, str]:
    """Label, mark and sentence of a verdict, and `css`: a class that never holds data."""
    known = words()["verdicts"]
    if isinstance(word, str) and word in known:
        return {**known[word], "css": f"v-{word}"}
    return {"label": in_words(word), "mark": "?", "sentence": "", "css": "v-other"}


def as_json(value: Any) -> str:
    """A value of a trace on one line."""
    return value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False, sort_keys=True)


def web_address(text: Any) -> str | None:
    """The text if it is nothing but an http(s) address, else None."""
    if not isinstance(text, str) or len(text) > _LONGEST_ADDRESS or not _WEB_ADDRESS.fullmatch(text) or clean(text) != text:
        return None
    try:
        return text if urlsplit(text).hostname else None
    except ValueError:
        return None
