"""The questions of the form, derived from the vocabulary: which fact, how it is asked, what can be answered.

A field shows the value that a scenario has at its place, and reads an answer back. A value that the form has no way to
show (several candidates, a figure with bounds) is kept as it is and shown in words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from checker.core.vocabulary import Vocabulary
from checker.core.wording import in_words

#: what a form says where nothing is said
ABSENT = object()
Answers = Mapping[str, Sequence[str]]
_NUMBER = re.compile(r"[0-9]{1,18}(\.[0-9]{1,6})?")
#: points between thousands, as in German; what begins with 0 is a fraction
_POINTS = re.compile(r"[1-9][0-9]{0,2}(\.[0-9]{3})+")
_SEPARATORS = re.compile(r"[\s,'\u2019_](?=[0-9]{3}(?![0-9]))")


class Field(NamedTuple):
    """One question: where its answer stands below the thing it is asked of, and how it is answered."""

    path: tuple[str, ...]
    widget: str                               # text number date word bool commercial words lines
    title: str
    ask: str = ""
    options: tuple[tuple[str, str], ...] = () # (word, label)
    key: str = ""                             # of a list of records: the field of a record that the form shows
    new: str = "record"                       # how a new record is written: "record", "listed" (the key holds a list), "plain" (the text alone)
    can_be_none: bool = False                 # "none of these" is an answer of its own
    regions: Mapping[str, str] = {}           # codes of regions: what else each is called, in lower case -> its code
    metric: str = ""                          # of a list of figures: the one whose plain number this is

    @property
    def name(self) -> str:
        """Its name below the thing."""
        return ".".join((*self.path, self.metric) if self.metric else self.path)

    def current(self, thing: Mapping[str, Any]) -> Any:
        """The value that the thing has at this place; None if it has none."""
        value: Any = thing
        for part in self.path:
            value = value.get(part) if isinstance(value, Mapping) else None
        return self._figure(value) if self.metric else value

    def _figure(self, figures: Any) -> Any:
        """The number of the only figure of this metric, where it says no more than that; else all of them, None for none."""
        if not isinstance(figures, list):
            return None if figures is None else [figures]      # no number: it cannot be shown as one
        of_it = [one for one in figures if not isinstance(one, Mapping) or one.get("metric") == self.metric]
        plain = len(of_it) == 1 and isinstance(of_it[0], Mapping) and of_it[0].keys() == {"metric", "value"}
        return of_it[0]["value"] if plain else of_it or None

    def put(self, thing: dict[str, Any], value: Any) -> None:
        """Set the value at this place, ABSENT for none."""
        inner = thing
        for part in self.path[:-1]:
            if not isinstance(inner.get(part), dict):
                inner[part] = {}
            inner = inner[part]
        last = self.path[-1]
        if self.metric:
            value = self._with_figure(inner.get(last), value)
        if value is ABSENT:
            inner.pop(last, None)
        else:
            inner[last] = value

    def _with_figure(self, figures: Any, value: Any) -> Any:
        """The figures with this number, the others as they were."""
        before = list(figures or ())
        place = next((number for number, one in enumerate(before) if one.get("metric") == self.metric), len(before))
        if value is ABSENT and place == len(before):
            return ABSENT if figures is None else figures
        after = [*before[:place], *([] if value is ABSENT else [{"metric": self.metric, "value": value}]), *before[place + 1:]]
        return after or ABSENT

    def shown(self, thing: Mapping[str, Any]) -> list[str] | None:
        """The answer as the form shows it, [] for none given, ["-"] for "none of these"; None if the form cannot show it."""
        value = self.current(thing)
        if value is None:
            return []
        if self.widget in ("bool", "commercial"):
            return [in_words(value)] if isinstance(value, bool) else None
        if self.widget == "number":
            return [f"{value:,}"] if isinstance(value, (int, float)) and not isinstance(value, bool) else None
        if self.widget in ("words", "lines"):
            return self._several(value)
        known = self.widget != "word" or value in [word for word, _ in self.options]
        return [value] if isinstance(value, str) and known else None

    def _several(self, value: Any) -> list[str] | None:
        if not isinstance(value, list):
            return None
        found = [self._spoken(one) for one in value]
        if not all(isinstance(one, str) and "\n" not in one for one in found):
            return None
        return list(found) or ["-"]

    def _spoken(self, one: Any) -> Any:
        """What the form shows of one element."""
        inner = one.get(self.key) if self.key and isinstance(one, Mapping) else one
        return inner[0] if self.new == "listed" and isinstance(inner, list) and len(inner) == 1 else inner

    def read(self, given: Sequence[str], before: Any) -> Any:
        """The value of an answer, ABSENT for none. Raises ValueError for one that is not of this kind."""
        texts = [line.strip() for text in given for line in (text.splitlines() if self.widget == "lines" else [text]) if line.strip()]
        if not texts:
            return ABSENT
        if self.widget in ("words", "lines"):
            return self._read_several(texts, before)
        text = texts[-1]
        if self.widget in ("bool", "commercial"):
            return text == "yes"
        if self.widget == "number":
            plain = _SEPARATORS.sub("", text if not _POINTS.fullmatch(text) else text.replace(".", ""))
            if not _NUMBER.fullmatch(plain):
                raise ValueError(text)
            return float(plain) if "." in plain else int(plain)
        return self._region(text) if self.regions and text != before else text

    def _region(self, text: str) -> str:
        """The code of a region, written as code or name. Raises ValueError for what is neither."""
        code = self.regions.get(text.casefold())
        if code is None:
            raise ValueError(text)
        return code

    def _read_several(self, texts: list[str], before: Any) -> list[Any]:
        if not self.key and self.widget == "lines":
            texts = [part.strip() for text in texts for part in text.split(",") if part.strip()]
        known = {self._spoken(one): one for one in before} if isinstance(before, list) else {}
        if self.regions and any(text.casefold() not in self.regions for text in texts if text not in known):
            raise ValueError(", ".join(texts))
        found = [self._region(text) if self.regions and text not in known else text for text in dict.fromkeys(texts) if text != "-"]
        if self.widget == "words":                             # boxes come in the form's order; what was there keeps its own
            found = [*(one for one in known if one in found), *(one for one in found if one not in known)]
        if not self.key:
            return list(found)
        return [known[one] if one in known else self._record(one) for one in found]

    def _record(self, text: str) -> Any:
        return text if self.new == "plain" else {self.key: [text] if self.new == "listed" else text}


def fields(vocabulary: Vocabulary, group: str) -> dict[str, Field]:
    """Every question about a thing of this group (actor, input, step, release, conduct), by name."""
    place = ("conduct",) if group == "conduct" else ()
    found = {name: _field(vocabulary, (*place, name), spec) for name, spec in vocabulary.facts[group].items()}
    return {name: field for name, field in found.items() if field is not None}


def figures(vocabulary: Vocabulary, scope: str, place: tuple[str, ...] = ()) -> dict[str, Field]:
    """The question of each metric, counted over this; below a `place`, figures stand in a list of records there."""
    over = vocabulary.words["counted_over"][scope]
    found = {}
    for metric, called in vocabulary.words["metrics"].items():
        ask = str(vocabulary.questions["figures"][metric]).replace("{counted_over}", over)
        found[metric] = Field(place or (metric,), "number", f"{called[:1].upper()}{called[1:]}", ask, metric=metric if place else "")
    return found


def _field(vocabulary: Vocabulary, path: tuple[str, ...], spec: Mapping[str, Any]) -> Field | None:
    kind = spec["type"]
    title = str(spec["title"])
    made = Field(path, kind, title[:1].upper() + title[1:], spec.get("ask", ""), can_be_none=spec["absent"] == "unknown")
    if kind == "word":
        return made._replace(options=_options(vocabulary, spec["of"]))
    if kind == "region":
        return made._replace(widget="text", regions=_regions(vocabulary))
    if kind == "list":
        if isinstance(spec["of"], Mapping):
            return made._replace(widget="words", options=_options(vocabulary, spec["of"]))
        return made._replace(widget="lines", regions=_regions(vocabulary) if spec["of"] == "region" else {})
    if kind == "records":
        key, shape = next((name, one) for name, one in spec["fields"].items() if one.get("required"))
        options = _options(vocabulary, shape["of"]) if shape["type"] == "word" else ()
        return made._replace(widget="words" if options else "lines", options=options, key=key)
    return made


def _regions(vocabulary: Vocabulary) -> dict[str, str]:
    """Whatever a region is called, in lower case -> its code."""
    names: Mapping[str, str] = vocabulary.data["regions"]["names"]
    codes = {*names.values(), *vocabulary.region_groups, *vocabulary.region_aliases.values(), vocabulary.elsewhere}
    return {**{code.casefold(): code for code in codes}, **{name.casefold(): code for name, code in (*names.items(), *vocabulary.region_aliases.items())}}


def _options(vocabulary: Vocabulary, of: Any) -> tuple[tuple[str, str], ...]:
    words = of["words"] if isinstance(of, Mapping) else of
    if isinstance(words, str):
        return tuple((word, str(label)) for word, label in _labels(vocabulary, words).items())
    return tuple((word, in_words(word)) for word in words)


def _labels(vocabulary: Vocabulary, group: str) -> dict[str, str]:
    """Word -> label of a group of words."""
    return {word: label["title"] if isinstance(label, Mapping) else label for word, label in vocabulary.words[group].items()}
