"""Fingerprints of license texts: enough to recognize a wording, not enough to read it.

One file holds, for each text: digests of the whole and of its parts, digests of its clauses in order, and numbers of its
runs of words. The first line is JSON; arrays follow (little endian): the runs of each text, some runs of all texts with
whose they are (to find candidates), digests of clauses, words of clauses.
"""

from __future__ import annotations

import json
import re
import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple

from checker.load.wording import Wording, digest, plain, words

#: where the file and the rules it is made by lie
FILE, RULES = "licenses/texts/fingerprints.bin", "licenses/texts/recognition.yaml"
#: raise when the form of the file changes
FORM = 1
#: of texts with more runs than `FEW`, each so many-th run serves to find candidates
STEP, FEW = 8, 400


class Known(NamedTuple):
    """One text in the file: its license, where its runs and its clauses stand, and how many there are."""

    id: str
    first_run: int
    runs: int
    first_clause: int
    clauses: int


class Fingerprints:
    """The file of fingerprints, read once."""

    def __init__(self, data: bytes) -> None:
        head, _, body = data.partition(b"\n")
        self.data: dict[str, Any] = json.loads(head)
        self.known = [Known(*one) for one in self.data["known"]]
        sizes = [self.data[name] for name in ("runs", "sampled", "sampled", "clauses", "clauses")]
        ends = list(accumulate(size * array(kind).itemsize for size, kind in zip(sizes, "IIHQH", strict=True)))
        parts = [_array(kind, body[start:end]) for kind, start, end in zip("IIHQH", [0, *ends], ends, strict=False)]
        self._runs, self._sampled, self._owners, self._clauses, self._clause_words = parts
        self.template = Template(self.data["template"])

    def whole(self, words: list[str]) -> list[list[str]]:
        """[id, what the copy lacks or adds] for each text whose wording is exactly this."""
        found: list[list[str]] = self.data["digests"].get(digest(words), [])
        return found

    def filled_in(self, words: list[str]) -> list[str]:
        """Ids of the templates of which this is a copy with year and holder filled in."""
        for opening, ids in self.data["template"]["openings"].items():
            start = _find(words, opening.split())
            if 0 <= start <= Template.LONGEST_HEAD and self.template.only_names(words[:start]):
                body = digest(self.template.folded(words[start:]))
                found = [one for one in ids if self.data["template"]["digests"].get(one) == body]
                if found:
                    return found
        return []

    def head(self, known: int, words: list[str]) -> int:
        """How many words a title and copyright lines take before a template begins; 0 for other texts."""
        for opening, ids in self.data["template"]["openings"].items():
            if self.known[known].id in ids:
                start = _find(words, opening.split())
                return start if start > 0 and self.template.only_names(words[:start]) else 0
        return 0

    def candidates(self, runs: set[int], most: int = 8) -> list[int]:
        """The known texts, by their place in `known`, that share most of the runs; judged by a sample."""
        counts: dict[int, int] = {}
        sampled, owners = self._sampled, self._owners
        last = len(sampled)
        every = len(runs) <= FEW
        weights = [STEP if every and one.runs > FEW else 1 for one in self.known]        # what a hit stands for: one run, or so many
        for run in runs if every else [one for one in runs if one % STEP == 0]:
            place = bisect_left(sampled, run)
            while place < last and sampled[place] == run:
                counts[owners[place]] = counts.get(owners[place], 0) + weights[owners[place]]
                place += 1
        return sorted(counts, key=lambda one: (-counts[one], self.known[one].runs))[:most]

    def runs_of(self, known: int) -> set[int]:
        """All runs of this text."""
        one = self.known[known]
        return set(self._runs[one.first_run: one.first_run + one.runs])

    def clauses_of(self, known: int) -> tuple[list[int], list[int]]:
        """Digests of the clauses of this text in order, and how many words each has."""
        one = self.known[known]
        part = slice(one.first_clause, one.first_clause + one.clauses)
        return list(self._clauses[part]), list(self._clause_words[part])


class Template:
    """What may be filled in: places between known words, item numbers, and a head that only names."""

    #: words of a title and copyright lines
    LONGEST_HEAD = 90

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._item_numbers = frozenset(data["item_numbers"])
        self._may_not_say = frozenset(data["head_may_not_say"])
        self._places = [re.compile(rf"(?<= {re.escape(one['after'])} )((?:\S+ ){{1,{one['most']}}}?)(?={re.escape(one['before'])} )") for one in data["places"]]

    def only_names(self, words: list[str]) -> bool:
        """Is this nothing but a title and copyright lines?"""
        return not self._may_not_say.intersection(words)

    def folded(self, words: list[str]) -> list[str]:
        """The words with what is filled in left out."""
        text = f" {' '.join(word for word in words if word not in self._item_numbers)} "
        for place in self._places:
            text = place.sub(lambda found: "_ " if self.only_names(found[1].split()) else found[0], text)
        return text.split()


def build(licenses: Mapping[str, Mapping[str, Any]], texts: Mapping[str, str], rules: Mapping[str, Any]) -> tuple[bytes, list[str]]:
    """The file of fingerprints from license heads (id -> fields) and texts (digest -> text); and the ids whose text is not there."""
    missing = [license_id for license_id, head in sorted(licenses.items()) if head["text"]["sha256"] not in texts]
    known: list[Known] = []
    digests: dict[str, list[list[str]]] = {}
    sampled: list[tuple[int, int]] = []
    every, clauses, clause_words = array("I"), array("Q"), array("H")
    template: dict[str, Any] = {key: rules[key] for key in ("places", "item_numbers", "head_may_not_say")} | {"openings": {}, "digests": {}}
    # A text that anybody may use stands before the same text under a licensor's name.
    for license_id in sorted(set(licenses) - set(missing), key=lambda one: (licenses[one]["licensor"] != "any", one)):
        head = licenses[license_id]
        text = texts[head["text"]["sha256"]]
        wording = Wording(_bare(text, rules["notes"]))
        for part, own_words in _parts(text, head, texts, rules):
            listed = digests.setdefault(digest(own_words), [])
            if license_id not in [one for one, _ in listed]:
                listed.append([license_id, part])
        numbers = sorted(set(wording.runs()))
        sampled += [(run, len(known)) for run in numbers if len(numbers) <= FEW or run % STEP == 0]
        own = wording.clauses()
        known.append(Known(license_id, len(every), len(numbers), len(clauses), len(own)))
        every.extend(numbers)
        clauses.extend(one.digest for one in own)
        clause_words.extend(one.end - one.start for one in own)
        if license_id in rules["templates"]:
            template["openings"].setdefault(" ".join(wording.words[:5]), []).append(license_id)
            template["digests"][license_id] = digest(Template(template).folded(wording.words))
    sampled.sort()
    made = {"form": FORM, "known": known, "digests": dict(sorted(digests.items())), "template": template, "runs": len(every), "sampled": len(sampled),
            "clauses": len(clauses), "texts": {one.id: licenses[one.id]["text"]["sha256"] for one in known}}
    arrays = (every, array("I", (run for run, _ in sampled)), array("H", (owner for _, owner in sampled)), clauses, clause_words)
    line = json.dumps(made, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return line + b"\n" + b"".join(_bytes(one) for one in arrays), missing


def _parts(text: str, head: Mapping[str, Any], texts: Mapping[str, str], rules: Mapping[str, Any]) -> Iterable[tuple[str, list[str]]]:
    """The whole text, and the same without its attachment or with its use policy: ("", words), ("without …", words) …"""
    bare = _bare(text, rules["notes"])
    yield "", words(plain(text))
    yield "", words(plain(bare))
    lines = bare.splitlines()
    attachments = [number for number, line in enumerate(lines) if number > len(lines) * 0.3 and _any(rules["attachments"], line)]
    endings = [number for number, line in enumerate(lines[:-1]) if _any(rules["endings"], line)]
    for number in _title_lines(lines):
        yield "without its title", words(plain("\n".join(lines[number + 1:])))
    kept = text.splitlines()
    for number in [number for number, line in enumerate(kept) if number > len(kept) * 0.3 and _any(rules["notes"], line.strip())]:
        yield "without what was added to the terms", words(plain(_bare("\n".join(kept[:number]), rules["notes"])))
    for cut in sorted({*attachments, *endings, *(number + 1 for number in endings)}):
        after = next((lines[number].strip("# *:-").strip() for number in attachments if number >= cut), "what follows the terms")
        yield f"without {' '.join(after.split())}", words(plain("\n".join(lines[:cut])))
    for policy in head.get("policies", ()):
        if policy.get("sha256") in texts:
            yield f"with {policy['name']}", words(plain(f"{bare}\n\n{_bare(texts[policy['sha256']], rules['notes'])}"))


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


def _find(words: list[str], opening: list[str]) -> int:
    """Where these words begin; -1 if nowhere near the head."""
    for start in range(min(len(words), Template.LONGEST_HEAD + 1)):
        if words[start: start + len(opening)] == opening:
            return start
    return -1


def _array(kind: str, data: bytes) -> array[int]:
    found = array(kind)
    found.frombytes(data)
    if sys.byteorder == "big":
        found.byteswap()
    return found


def _bytes(numbers: array[int]) -> bytes:
    if sys.byteorder == "big":
        numbers = numbers[:]
        numbers.byteswap()
    return numbers.tobytes()


def read_texts(folder: Path) -> dict[str, str]:
    """Digest (that of `text.sha256`) -> text, for every file of a folder."""
    from checker.load.texts import digest as recorded

    found = {}
    for path in sorted(folder.iterdir()):
        if path.is_file():
            text = path.read_text(encoding="utf-8", errors="replace")
            found[recorded(text)] = text
    return found
