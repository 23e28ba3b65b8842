"""How the file of fingerprints is made from a folder of license texts."""

from __future__ import annotations

import json
import re
import sys
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from math import inf
from pathlib import Path
from typing import Any

from checker.load.fingerprints import ARRAYS, FEW, FORM, STEP, UNTITLED, Known, Template, labels_digest
from checker.load.texts import digest as recorded
from checker.load.wording import Label, Wording, number_of


class _Made:
    """The file while it is made: text after text."""

    def __init__(self, rules: Mapping[str, Any]) -> None:
        self.rules = rules
        self.known: list[Known] = []
        self.digests: dict[str, dict[str, Any]] = {}
        self.arrays = {name: array(kind) for name, kind in ARRAYS}
        self.sampled: list[tuple[int, int]] = []
        self.clauses: list[tuple[int, int]] = []
        self.template: dict[str, Any] = {key: rules[key] for key in ("places", "item_numbers", "head_may_say", "head_may_not_say")}
        self.template |= {"openings": {}, "digests": {}}
        self.often: Counter[int] = Counter()

    def add(self, license_id: str, head: Mapping[str, Any], texts: Mapping[str, str]) -> None:
        """One text with its parts."""
        text = texts[head["text"]["sha256"]]
        for part, wording in _parts(text, head, texts, self.rules):
            self._add_part(license_id, part, wording)
        wording = Wording(_bare(text, self.rules["notes"]))
        owner, runs = len(self.known), sorted(set(wording.runs()))
        self.often.update(wording.numbers)
        contexts = sorted({wording.context(label) for label in wording.labels})
        arrays = self.arrays
        self.known.append(Known(license_id, wording.size, len(arrays["runs"]), len(runs), len(arrays["clauses"]), len(wording.clauses),
                                len(arrays["contexts"]), len(contexts)))
        self.sampled += [(run, owner) for run in runs if len(runs) <= FEW or run % STEP == 0]
        self.clauses += [(one, owner) for one in {clause.digest for clause in wording.clauses}]
        arrays["runs"].extend(runs)
        arrays["clauses"].extend(clause.digest for clause in wording.clauses)
        arrays["clause_words"].extend(clause.end - clause.start for clause in wording.clauses)
        arrays["contexts"].extend(contexts)
        if license_id in self.rules["templates"]:
            self.template["openings"].setdefault(" ".join(wording.head(Template.OPENING)), []).append(license_id)
            self.template["digests"][license_id] = Template(self.template).digest(wording.words)

    def _add_part(self, license_id: str, part: str, wording: Wording) -> None:
        if not wording.size:
            return
        entry = self.digests.setdefault(wording.digest, {"letters": wording.letters_before(wording.size), "words": [*wording.numbers, 0, 0][:3],
                                                         "run": wording.run(0), "parts": []})
        items = [label for label in wording.labels if _numbers_an_item(wording, label, self.rules["refer"])]
        held_ones = dict.fromkeys(wording.placed(label.piece for label in wording.labels if label not in items))
        free = sorted(set(wording.placed(label.piece for label in items)).difference(held_ones))
        held = labels_digest(held_ones)
        if [license_id, held] in [[one[0], one[2]] for one in entry["parts"]]:
            return
        entry["parts"].append([license_id, part, held, len(self.arrays["free_places"]), len(free)])
        self.arrays["free_places"].extend(place for place, _ in free)
        self.arrays["free_values"].extend(number_of(value) for _, value in free)

    def data(self, heads: Mapping[str, Mapping[str, Any]]) -> bytes:
        """The file."""
        for rows, name in ((self.sampled, "runs"), (self.clauses, "clauses")):
            rows.sort()
            self.arrays[f"{name}_owners"].extend(owner for _, owner in rows)
            starts = [place for place, (number, _) in enumerate(rows) if not place or rows[place - 1][0] != number]
            self.arrays[f"{name}_sorted"].extend(rows[place][0] for place in starts)
            self.arrays[f"{name}_from"].extend([*starts, len(rows)])
        for entry in self.digests.values():
            entry["rare"] = min(range(3), key=lambda place: (self.often[entry["words"][place]] or inf, place))
        made = {"form": FORM, "known": self.known, "digests": self.digests, "template": self.template,
                "sizes": {name: len(numbers) for name, numbers in self.arrays.items()},
                "texts": {one.id: heads[one.id]["text"]["sha256"] for one in self.known}}
        line = json.dumps(made, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        return line + b"\n" + b"".join(_bytes(self.arrays[name]) for name, _ in ARRAYS)


def build(heads: Mapping[str, Mapping[str, Any]], texts: Mapping[str, str], rules: Mapping[str, Any]) -> tuple[bytes, list[str]]:
    """The file of fingerprints from license heads (id -> fields) and texts (digest -> text); and the ids whose text is not there."""
    missing = [license_id for license_id, head in sorted(heads.items()) if head["text"]["sha256"] not in texts]
    made = _Made(rules)
    # A text that anybody may use stands before the same text under a licensor's name.
    for license_id in sorted(set(heads) - set(missing), key=lambda one: (heads[one]["licensor"] != "any", one)):
        made.add(license_id, heads[license_id], texts)
    return made.data(heads), missing


def read_texts(folder: Path) -> dict[str, str]:
    """Digest (that of `text.sha256`) -> text, for every file of a folder."""
    found = {}
    for path in sorted(folder.iterdir()):
        if path.is_file():
            text = path.read_text(encoding="utf-8", errors="replace")
            found[recorded(text)] = text
    return found


def _parts(text: str, head: Mapping[str, Any], texts: Mapping[str, str], rules: Mapping[str, Any]) -> Iterable[tuple[str, Wording]]:
    """The whole text, and the same without its attachment or with its use policy: ("", wording), ("without …", wording) …"""
    bare = _bare(text, rules["notes"])
    yield "", Wording(text)
    yield "", Wording(bare)
    lines = bare.splitlines()
    attachments = [number for number, line in enumerate(lines) if number > len(lines) * 0.3 and _any(rules["attachments"], line)]
    endings = [number for number, line in enumerate(lines[:-1]) if _any(rules["endings"], line)]
    for number in _title_lines(lines):
        yield UNTITLED, Wording("\n".join(lines[number + 1:]))
    kept = text.splitlines()
    for number in [number for number, line in enumerate(kept) if number > len(kept) * 0.3 and _any(rules["notes"], line.strip())]:
        yield "without what was added to the terms", Wording(_bare("\n".join(kept[:number]), rules["notes"]))
    for cut in sorted({*attachments, *endings, *(number + 1 for number in endings)}):
        after = next((lines[number].strip("# *:-").strip() for number in attachments if number >= cut), "what follows the terms")
        yield f"without {' '.join(after.split())}", Wording("\n".join(lines[:cut]))
    for policy in head.get("policies", ()):
        if policy.get("sha256") in texts:
            yield f"with {policy['name']}", Wording(f"{bare}\n\n{_bare(texts[policy['sha256']], rules['notes'])}")


def _numbers_an_item(wording: Wording, label: Label, refer: Iterable[str]) -> bool:
    """Does the label number an item, so that mark-up may say it instead? It begins a line, and is not what a sentence before it refers to."""
    above, beside = wording.before(label)
    if Wording(beside).size:
        return False
    ended = not above.strip() or above.rstrip("*_\"”) \t")[-1:] in (".", ":", ";", ",")
    return ended or not label.word or wording.words[label.word - 1] not in refer


def _title_lines(lines: list[str]) -> Iterable[int]:
    """The numbers of the lines at the head that are a title or a copyright line: short ones that stand alone."""
    for number, line in enumerate(lines[:8]):
        if line.strip():
            alone = number + 1 >= len(lines) or not lines[number + 1].strip() or line.strip().casefold().startswith("copyright")
            if not alone or len(line.split()) > 12:
                return
            yield number


def _bare(text: str, notes: Iterable[str]) -> str:
    """A kept copy without its front matter and the lines that tell where it comes from."""
    text = re.sub(r"\A---\n.*?\n---\n", "", text.replace("\r\n", "\n"), flags=re.DOTALL)
    return "\n".join(line for line in text.split("\n") if not _any(notes, line))


def _any(patterns: Iterable[str], line: str) -> bool:
    return any(re.search(one, line.strip(), re.IGNORECASE) for one in patterns)


def _bytes(numbers: array[int]) -> bytes:
    if sys.byteorder == "big":
        numbers = numbers[:]
        numbers.byteswap()
    return numbers.tobytes()
