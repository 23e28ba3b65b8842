"""Fingerprints of license texts: enough to recognize a wording, not enough to read it.

One file holds, for each text: digests of the whole and of its parts, the labels of its items, digests of its clauses in
order, and numbers of its runs of words. The first line is JSON; arrays follow (little endian). `fingerprinting` makes it.
"""

import hashlib
import json
import re
import sys
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import accumulate, chain, compress, count, islice
from typing import Any, NamedTuple

from checker.load.wording import Wording, number_of

#: where the file and the rules it is made by lie
FILE, RULES = "licenses/texts/fingerprints.bin", "licenses/texts/recognition.yaml"
#: raise when the form of the file changes
FORM = 3
#: of the runs of a text, each so many-th serves to find candidates; of texts with at most `FEW`, all do
STEP, FEW = 8, 400
#: the arrays of the file in order: name and kind of number
ARRAYS = (("runs", "I"), ("runs_sorted", "I"), ("runs_from", "I"), ("runs_owners", "H"), ("clauses", "Q"), ("clause_words", "H"), ("clauses_sorted", "Q"),
          ("clauses_from", "I"), ("clauses_owners", "H"), ("contexts", "I"), ("free_places", "I"), ("free_values", "I"))
#: the part of a text behind the lines that name it and its holder
UNTITLED = "without its title"
#: passages of one text that are compared with a known text word by word
MAX_TRIES = 60


class Known(NamedTuple):
    """One text in the file: its license, its words, where its runs, clauses and labels stand in the arrays, and how many there are."""

    id: str
    words: int
    first_run: int
    runs: int
    first_clause: int
    clauses: int
    first_context: int
    contexts: int


class Part(NamedTuple):
    """One wording of a license: what it lacks or adds, the digest of the labels it must have, and where those stand that it may lack."""

    id: str
    part: str
    labels: str
    first_free: int
    free: int


class Found(NamedTuple):
    """A known wording inside a text: from which word to which, and whose it is."""

    start: int
    end: int
    parts: list[Part]


class Fingerprints:
    """The file of fingerprints, read once."""

    def __init__(self, data: bytes) -> None:
        head, _, body = data.partition(b"\n")
        self.data: dict[str, Any] = json.loads(head)
        self.known = [Known(*one) for one in self.data["known"]]
        self._number_of = {one.id: number for number, one in enumerate(self.known)}
        self.template = Template(self.data["template"])
        sizes = self.data["sizes"]
        ends = list(accumulate(sizes[name] * array(kind).itemsize for name, kind in ARRAYS))
        self._arrays = {name: _array(kind, body[start:end]) for (name, kind), start, end in zip(ARRAYS, [0, *ends], ends, strict=False)}

    # ---- word for word ---------------------------------------------------------------------------------------------

    def whole(self, wording: Wording) -> list[Part]:
        """The known texts whose wording is exactly this."""
        return [part for part in self._with(wording.digest) if self._labels_agree(part, wording.placed(wording.labeled))]

    def inside(self, wording: Wording) -> list[Found]:
        """The known wordings that stand in this text from word to word, one behind the other; where two begin at once, the longer."""
        found: list[Found] = []
        tries, behind, openings = MAX_TRIES, 0, self._openings
        numbers, rare = [*wording.numbers, 0, 0], self._rare_words
        near = compress(count(), map(rare.__contains__, wording.numbers))
        for start in sorted({place - before for place in near for before in rare[numbers[place]] if place >= before}):
            for known_run, length, name in openings.get((numbers[start], numbers[start + 1], numbers[start + 2]), ()) if start >= behind else ():
                if known_run != wording.run(start):
                    continue
                end = wording.word_behind(wording.letters_before(start) + length)
                if end is not None and tries:
                    tries -= 1
                    parts = self._between(wording, start, end, name)
                    if parts:
                        found.append(Found(start, end, parts))
                        behind = end
                        break
        return found

    def filled_in(self, wording: Wording) -> tuple[int, list[str]]:
        """Ids of the templates of which this is a copy with year and holder filled in, and the word with which the template begins."""
        for start, ids in self._begin(wording):
            most = max(self.known[self._number_of[one]].words for one in ids) + 2 * Template.LONGEST_HEAD
            if wording.size <= most:
                body = self.template.digest(wording.words[start:])
                found = [one for one in ids if self.data["template"]["digests"].get(one) == body and self._numbered_alike(one, wording, start)]
                if found:
                    return start, found
        return 0, []

    def _numbered_alike(self, license_id: str, wording: Wording, start: int) -> bool:
        """Are the labels behind the head those of this template? One without labels may be given item numbers."""
        known = self._number_of[license_id]
        labels = [one for one in wording.labels if one.word >= start]
        if not self.known[known].contexts:
            return all(one.value in self.template.item_numbers for one in labels)
        return all(self.has_label(known, wording.context(one)) for one in labels)

    def openings(self, wording: Wording) -> dict[int, int]:
        """The templates that may begin behind a head here, by their place in `known`, and the word with which they do."""
        return {self._number_of[one]: start for start, ids in self._begin(wording) if start for one in ids}

    def _begin(self, wording: Wording) -> Iterator[tuple[int, list[str]]]:
        """Where near the head templates may begin, and which."""
        head = wording.head(Template.LONGEST_HEAD + 1 + Template.OPENING)
        near = set(head)
        for opening, ids in self.data["template"]["openings"].items():
            said = opening.split()
            if said[0] in near:
                places = (place for place, word in enumerate(head) if word == said[0] and head[place: place + len(said)] == said)
                yield from ((start, ids) for start in islice(places, 1))

    # ---- what is close ---------------------------------------------------------------------------------------------

    def sharing_clauses(self, digests: Iterable[int]) -> Counter[int]:
        """How many of these clauses each known text has, by its place in `known`."""
        return self._owners("clauses", self._clause_places, digests)

    def sharing_runs(self, runs: set[int]) -> Counter[int]:
        """About how many of these runs each known text has, judged by a sample."""
        every = len(runs) <= FEW
        found = self._owners("runs", self._run_places, runs if every else [one for one in runs if one % STEP == 0])
        # What a hit stands for: one run, or so many.
        return Counter({known: hits if every and self.known[known].runs <= FEW else hits * STEP for known, hits in found.items()})

    def _owners(self, name: str, places: Mapping[int, int], asked: Iterable[int]) -> Counter[int]:
        bounds, whose = self._arrays[f"{name}_from"], self._arrays[f"{name}_owners"]
        return Counter(chain.from_iterable(whose[bounds[places[one]]: bounds[places[one] + 1]] for one in asked if one in places))

    @cached_property
    def _clause_places(self) -> dict[int, int]:
        return dict(zip(self._arrays["clauses_sorted"], count(), strict=False))

    @cached_property
    def _run_places(self) -> dict[int, int]:
        return dict(zip(self._arrays["runs_sorted"], count(), strict=False))

    def clauses_of(self, known: int) -> "tuple[array[int], array[int]]":
        """Digests of the clauses of this text in order, and how many words each has."""
        one = self.known[known]
        part = slice(one.first_clause, one.first_clause + one.clauses)
        return self._arrays["clauses"][part], self._arrays["clause_words"][part]

    def has_runs(self, known: int, runs: Iterable[int]) -> list[bool]:
        """Does this text have each of the runs?"""
        one, numbers = self.known[known], self._arrays["runs"]
        first, last = one.first_run, one.first_run + one.runs
        return [(place := bisect_left(numbers, run, first, last)) < last and numbers[place] == run for run in runs]

    def has_label(self, known: int, context: int) -> bool:
        """Does this text have the label with the words behind it?"""
        one = self.known[known]
        return _has(self._arrays["contexts"], context, one.first_context, one.first_context + one.contexts)

    # ---- labels ----------------------------------------------------------------------------------------------------

    def _between(self, wording: Wording, start: int, end: int, name: str) -> list[Part]:
        """The parts with this digest, if it is that of these words. Labels at either end may belong to what is around them."""
        if wording.digest_of(start, end) != name:
            return []
        labels = [one for one in wording.labels if start <= one.word <= end]
        base = wording.letters_before(start)
        ways = [wording.placed((one.piece for one in labels if start + first <= one.word <= end - last), base) for first in (0, 1) for last in (1, 0)]
        return [part for part in self._with(name) if any(self._labels_agree(part, way) for way in ways)]

    def _labels_agree(self, part: Part, labels: list[tuple[int, str]]) -> bool:
        """Are these its labels? Those that number its items may be missing, or several of them be "1" as in Markdown."""
        span = slice(part.first_free, part.first_free + part.free)
        places = self._arrays["free_places"][span]
        free = set(zip(places, self._arrays["free_values"][span], strict=True))
        held = [(place, value) for place, value in dict.fromkeys(labels) if (place, number_of(value)) not in free]
        if labels_digest(held) == part.labels:
            return True
        unlike = [value == "1" for place, value in held if place in places]
        return sum(unlike) > 1 and labels_digest(one for one in held if one[1] != "1" or one[0] not in places) == part.labels

    def _with(self, name: str) -> Iterator[Part]:
        entry = self.data["digests"].get(name)
        for one in entry["parts"] if entry else ():
            yield Part(*one)

    @cached_property
    def _openings(self) -> dict[tuple[int, ...], list[tuple[int, int, str]]]:
        """First words -> first run, letters and digest of each known wording; the longest first."""
        found: dict[tuple[int, ...], list[tuple[int, int, str]]] = {}
        for name, entry in sorted(self.data["digests"].items(), key=lambda one: -int(one[1]["letters"])):
            found.setdefault(tuple(entry["words"]), []).append((entry["run"], entry["letters"], name))
        return found

    @cached_property
    def _rare_words(self) -> dict[int, set[int]]:
        """The rarest of the first words of each known wording -> how many stand before it: few places are looked at."""
        found: dict[int, set[int]] = {}
        for entry in self.data["digests"].values():
            found.setdefault(entry["words"][entry["rare"]], set()).add(entry["rare"])
        return found


class Template:
    """What may be filled in: places between known words, and item numbers."""

    #: words of a title and copyright lines
    LONGEST_HEAD = 90
    #: words that its first clause begins with and that it is found by
    OPENING = 5

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.item_numbers = frozenset(data["item_numbers"])
        self._may_say, self._may_not_say = frozenset(data["head_may_say"]), frozenset(data["head_may_not_say"])
        self._named_places = data["places"]

    @cached_property
    def _places(self) -> list[re.Pattern[str]]:
        return [re.compile(rf"(?<= {re.escape(one['after'])} )((?:\S+ ){{1,{one['most']}}}?)(?={re.escape(one['before'])} )") for one in self._named_places]

    def only_names(self, words: Iterable[str]) -> bool:
        """Is this nothing but a title and copyright lines?"""
        return not self._may_not_say.intersection(words)

    def is_notice(self, text: str) -> bool:
        """Does the text say nothing but what a notice may ("All rights reserved")?"""
        return all(piece.casefold() in self._may_say for piece in _bare_pieces(text))

    def is_name(self, text: str) -> bool:
        """Can the text be names and addresses: with capitals, numbers, and the words that stand between them?"""
        return all(piece.casefold() in self._may_say or piece[0].isupper() or piece[0].isdigit() or "@" in piece or "://" in piece
                   for piece in _bare_pieces(text))

    def digest(self, words: list[str]) -> str:
        """What stands for exactly these words, what is filled in left out."""
        text = f" {' '.join(words)} "
        for place in self._places:
            text = place.sub(lambda found: "_ " if self.only_names(found[1].split()) else found[0], text)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _bare_pieces(text: str) -> list[str]:
    return [bare for piece in text.split() if (bare := piece.strip(".,;:()[]<>*_\"'-–—&"))]


def labels_digest(labels: Iterable[tuple[int, str]]) -> str:
    """What stands for exactly these labels, each at its place."""
    return hashlib.sha256("\n".join(f"{place} {value}" for place, value in labels).encode()).hexdigest()[:16]


def _has(numbers: "array[int]", one: int, start: int, end: int) -> bool:
    place = bisect_left(numbers, one, start, end)
    return place < end and numbers[place] == one


def _array(kind: str, data: bytes) -> "array[int]":
    found = array(kind)
    found.frombytes(data)
    if sys.byteorder == "big":
        found.byteswap()
    return found
