"""The answers of a license in plain words, as every fact sheet shows them. Words come from `words/licenses.en.json` and the vocabulary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from checker.core.license import License
from checker.core.vocabulary import Vocabulary
from checker.core.wording import fill, in_words
from checker.report.words import words

#: what stands beside every answer and is no part of it
BESIDE = ("section", "quote", "note", "doubt")


class Row(NamedTuple):
    """One answer: `term` names it, `title` labels it, `answer` says it in words; the rest is None where there is nothing to say."""

    term: str
    title: str
    answer: str
    section: str | None = None
    quote: str | None = None
    note: str | None = None
    doubt: str | None = None


class Sheet:
    """Puts the answers of licenses into words."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.words = words("licenses.en")

    def sections(self, license: License) -> Iterator[tuple[str, list[Row]]]:
        """(title, rows) of every part of the form; every term has at least one row."""
        found: dict[str, list[Row]] = {group: [] for group in self.words["sections"]}
        for term, spec in self.vocabulary.terms.items():
            found[self._group(spec)] += self.rows(term, license.terms[term])
        for group, rows in found.items():
            yield self.words["sections"][group], rows

    def rows(self, term: str, answer: Any) -> list[Row]:
        """The rows of one term: one for each item of a list, one for each part of what counts as a derivative."""
        spec = self.vocabulary.terms[term]
        if spec.get("list"):
            items = [self._row(term, spec["title"], self._item(term, item), item) for item in answer]
            return items or [Row(term, spec["title"], self.words["empty"])]
        if "parts" in spec:
            return [self._row(term, f"{spec['title']}: {self.words['parts'][part]}", self._answer(term, answer[part]), answer[part]) for part in spec["parts"]]
        return [self._row(term, spec["title"], self._answer(term, answer), answer)]

    def _row(self, term: str, title: str, text: str, answer: Mapping[str, Any]) -> Row:
        return Row(term, title, text, *(answer.get(key) for key in BESIDE))

    def _answer(self, term: str, answer: Mapping[str, Any]) -> str:
        return self._value(term, answer["value"]) + self._details(self.vocabulary.terms[term], answer)

    @staticmethod
    def _group(spec: Mapping[str, Any]) -> str:
        if "prohibited" in spec.get("values", ()):
            return "grants"
        if spec.get("informational"):
            return "counsel"
        return "duties" if "trigger" in spec.get("fields", {}) else "limits"

    def _value(self, term: str, value: Any) -> str:
        if isinstance(value, Mapping) and "position" in value:
            readings = "; ".join(f"{in_words(answer)}: {self._value(term, one)}" for answer, one in value["readings"].items())
            return self._fill(self.words["reading"], position=value["position"], readings=readings)
        own = self.words["own_values"].get(term, {})
        word = value or ""
        return str(own.get(word) or self.words["values"].get(word) or value)

    def _details(self, spec: Mapping[str, Any], answer: Mapping[str, Any], but: tuple[str, ...] = ()) -> str:
        """`; …` for every sub-field that the answer carries, in the order of the form."""
        phrases = [self._field(field, shape, answer[field]) for field, shape in spec.get("fields", {}).items() if field in answer and field not in but]
        return "".join(f"; {phrase}" for phrase in phrases if phrase)

    def _field(self, field: str, shape: Any, value: Any) -> str:
        if field == "trigger":
            return self._trigger(value)
        return self._fill(self.words["fields"][field], value=self._worded(field, shape, value))

    def _worded(self, field: str, shape: Any, value: Any) -> str:
        """The value of a sub-field: each word by its label in the vocabulary or the wording."""
        if isinstance(value, list):
            return ", ".join(self._worded(field, shape.get("items", {}), one) for one in value) or self.words["empty"]
        if isinstance(value, Mapping) and "position" in value:
            readings = "; ".join(f"{in_words(answer)}: {self._worded(field, shape, one)}" for answer, one in value["readings"].items())
            return self._fill(self.words["reading"], position=value["position"], readings=readings)
        if isinstance(value, Mapping):
            conditions = ", ".join(self.vocabulary.conditions[one]["title"] for one in value["conditions"])
            return self._fill(self.words["admitted"], license=value["license"], conditions=conditions)
        group = shape.get("vocabulary")
        if group in self.words and isinstance(self.words[group], dict):
            return str(self.words[group].get(value, value))
        known = self.vocabulary.words.get(group, {}).get(value) if group else self.words["field_values"].get(field, {}).get(value)
        if isinstance(known, Mapping):
            known = known["title"]
        return str(known or (self.words["field_values"]["silent"] if value == "silent" else in_words(value)))

    def _trigger(self, trigger: Mapping[str, Any]) -> str:
        relations = trigger.get("relation", ("copy", "modification", "component"))
        kinds = trigger.get("released_as", ("copy",))
        text = self._fill(self.words["trigger"], relations=", ".join(self.words["relations"][one] for one in relations),
                          released_as=self.words["any_of"].join(self.words["released_as"][one] for one in kinds))
        if trigger.get("derivative_or_not"):
            text += self.words["derivative_or_not"]
        for condition in trigger.get("conditions", ()):
            text += f", {self.vocabulary.conditions[condition]['title']}"
        if "above" in trigger:
            text += ", " + self._fill(self.words["above"], size=self._size(trigger["above"]))
        return text

    def _size(self, scale: Mapping[str, Any]) -> str:
        shapes = self.vocabulary.data["terms"]["shapes"]["scale"]["properties"]
        kind = "above" if "above" in scale else "at_least"
        shown = {key: self._worded(key, shapes[key], scale[key]) for key in ("metric", "counted_over", "on")}
        return self._fill(self.words[f"{kind}_number"], number=in_words(scale[kind]), **shown)

    def _item(self, term: str, item: Mapping[str, Any]) -> str:
        """One item of a list: what it is about, then its sub-fields."""
        spec = self.vocabulary.terms[term]
        shapes = spec["fields"]
        sizes = ("metric", "above", "at_least", "counted_over", "on") if "metric" in shapes else ()
        shown = {key: self._worded(key, shapes[key], item[key]) for key in spec["required"] if key != "text"}
        if sizes:
            shown["size"] = self._size(item)
        if "text" in item:
            texts = item["text"] if isinstance(item["text"], list) else [item["text"]]
            shown["text"] = self.words["any_of" if item.get("any_of") else "all_of"].join(f"\u201c{one}\u201d" for one in texts)
        head = self.words["items"][term]
        said = (*sizes, "any_of", "text", *(key for key in shown if "{" + key + "}" in head))
        return self._fill(head, **shown) + self._details(spec, item, said)

    @staticmethod
    def _fill(sentence: str, **values: Any) -> str:
        return fill(sentence, values.__getitem__)
