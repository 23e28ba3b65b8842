"""The summary of an audit as a page or as text. It shows what was counted; it counts nothing but shares."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from checker.core.wording import say
from checker.report import _charts as charts
from checker.report._clean import clean
from checker.report._templates import environment, verdict
from checker.report.words import words

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup


def render(summary: Mapping[str, Any], name: str) -> str:
    """The summary as `html` or `text`."""
    return _template(name).render(a=summary, s=words("audit.en"), share=_share, total=max(summary["rows"]["answered"], 1), named=_named,
                                  downloads=_downloads, bars=_bars, matrix=_matrix) + "\n"


def _named(word: str) -> str:
    return verdict(word)["label"]


def _bars(counted: Mapping[Any, int], whole: int, name: Callable[[Any], str] | None, most: int | None = None) -> Markup:
    """Counts as a chart, under their names or as they are; `most`: what a whole bar is."""
    return charts.bars([((name or str)(key), rows, _share(rows, whole)) for key, rows in counted.items()], most)


def _downloads(models: Sequence[Mapping[str, Any]]) -> Markup:
    """The downloads of models as a chart."""
    return charts.bars([(one["id"], one["downloads"] or 0, f"{one['downloads'] or 0:,}") for one in models], words=False)


def _matrix(counted: Mapping[str, Any]) -> Markup:
    """The matrix of upstream licenses and labels as a chart."""
    told = words("audit.en")
    above = [row["upstream"] or told["all_others"] for row in counted["rows"]]
    labels = [one["label"] or told["all_others" if one["others"] else "none_declared"] for one in counted["labels"]]
    return charts.matrix((told["from_upstream"], above), (told["declared"], labels), [row["counts"] for row in counted["rows"]])


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
