"""The charts of an audit's summary, drawn by Vega-Lite without a browser. Each stands beside a table of the same numbers, so none is read aloud."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from checker.report._clean import clean

#: pixels, labels included: as wide as the text on a phone
WIDTH = 350
#: of those at most the words of a bar, so that they stand whole, and any other name
_WORDS, _NAME = 240, 180
#: colors are those of the page, light or dark
_CONFIG = {"aria": False, "background": None, "font": "inherit", "view": {"stroke": None}, "text": {"color": "currentColor"},
           "axis": {"labelColor": "currentColor", "titleColor": "currentColor", "domainColor": "currentColor", "tickColor": "currentColor",
                    "labelLimit": _NAME, "labelFontSize": 11, "titleFontWeight": "normal"}}


def bars(counted: Iterable[tuple[str, float, str]], most: float | None = None, *, words: bool = True) -> Markup:
    """One bar for each name, value, and text that tells the value; `most`: the value of a whole bar (none: the largest); `words`: are the names ours?"""
    told = list(counted)
    whole = most or max((value for _, value, _ in told), default=0) or 1
    beyond = {"domain": [0, 1.7 * whole]}                       # where the text stands
    return _drawn([{"name": _own(name, place), "value": value, "told": text} for place, (name, value, text) in enumerate(told)], {
        "height": {"step": 22},
        "encoding": {"y": _axis("name", labelLimit=_WORDS if words else _NAME), "x": {"field": "value", "type": "quantitative", "axis": None, "scale": beyond}},
        "layer": [{"mark": {"type": "bar", "color": "var(--link)"}},
                  {"mark": {"type": "text", "align": "left", "dx": 4}, "encoding": {"text": {"field": "told"}}}]})


def matrix(lines: tuple[str, Sequence[str]], columns: tuple[str, Sequence[str]], counts: Sequence[Sequence[int]]) -> Markup:
    """A cell for each pair of names, the darker the more there are of it, by orders of magnitude. Lines and columns: what they are, and their names."""
    cells = [{"line": _own(line, place), "column": _own(column, number), "value": value}
             for place, (line, values) in enumerate(zip(lines[1], counts)) for number, (column, value) in enumerate(zip(columns[1], values)) if value]
    return _drawn(cells, {
        "height": {"step": 16}, "mark": {"type": "rect", "color": "var(--link)"},
        "encoding": {"y": _axis("line", lines[0]), "x": _axis("column", columns[0], orient="top", labelAngle=-90),
                     "opacity": {"field": "value", "type": "quantitative", "legend": None, "scale": {"type": "log", "range": [0.1, 1]}}}})


def _own(name: str, place: int) -> str:
    """A name that no other one is, even if it reads like it."""
    return f"{clean(name)}\0{place}"


def _axis(field: str, title: str | None = None, **how: Any) -> dict[str, Any]:
    """The names of a field, in the order in which they come."""
    return {"field": field, "type": "nominal", "sort": None, "title": title, "axis": {"labelExpr": "split(datum.label, '\\u0000')[0]", **how}}


def _drawn(rows: list[dict[str, Any]], chart: Mapping[str, Any]) -> Markup:
    """An SVG image; nothing is fetched for it. Empty where there is nothing to show."""
    import vl_convert

    if not rows:
        return Markup("")
    spec = {"$schema": "https://vega.github.io/schema/vega-lite/v5.json", "width": WIDTH, "autosize": {"type": "fit", "contains": "padding"},
            "data": {"values": rows}, **chart}
    return Markup(vl_convert.vegalite_to_svg(spec, config=_CONFIG, allowed_base_urls=[]))  # noqa: S704 - escaped by the library
