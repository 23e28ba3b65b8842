"""What a label says: from any spelling of a license's name to its id, to the ids it may mean, or to nothing.

A label means a license only if nothing is left over once spelling is folded: one word added, and it is another text.
The names, the ways to say them and the families are data (licenses/*.yaml and licenses/names/).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple

#: what a label can turn out to be
LICENSE, LISTED, AMBIGUOUS, ALTERED, SILENT, UNKNOWN = "license", "listed", "ambiguous", "altered", "silent", "unknown"
#: characters of a label that is looked at, and labels remembered
MAX_LENGTH, MAX_REMEMBERED = 300, 200_000
#: words of a known name that are looked for inside a longer label
MAX_WORDS = 8

_EMPHASIS = re.compile(r"^(\*{1,3})([^*]+)\1$")
#: words, numbers with their parts, and the marks that say "or later", "see below" or "perhaps"
_TOKEN = re.compile(r"[0-9]+(?:\.[0-9]+)*|[^\W\d_]+|\++|[*?~≈]+")
_HYPHENED = re.compile(r"(?<![\d.])(?<!\d[-_])(\d{1,2})[-_](\d{1,2})(?:[-_](\d{1,2}))?(?![\d._-])")
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_VERSION_MARK = re.compile(r"v\.?\s?(?=\d)")
_GNU_SUFFIX = re.compile(r"(-only|-or-later|\+)$")
_OR_LATER = re.compile(r"(-or-later|\+|\bor (any |a )?(later|newer)( versions?)?)$", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?:)?//(?:www\.)?(.+)|www\.(.+)", re.IGNORECASE)
_FILE_ENDING = re.compile(r"(\.[a-z]{2})?\.(txt|html?|md|php|pdf|rst)$")
_IN_PARENTHESES = re.compile(r"^(.*\S)\s*\(([^()]+)\)$")


class Meaning(NamedTuple):
    """What a label says: the ids it may mean (one: that license), and which kind of answer this is."""

    kind: str = UNKNOWN
    ids: tuple[str, ...] = ()


def normalize(name: str) -> str:
    """A single SPDX-like name as licet writes ids: lower case, GNU suffixes and `+` left off."""
    return _GNU_SUFFIX.sub("", name.strip().casefold())


def or_later(name: str) -> bool:
    """Does the name allow later versions too?"""
    return _OR_LATER.search(name.strip()) is not None


def address(text: str) -> str | None:
    """A web address with what does not matter left off (scheme, www, raw or blob, branch name, ending); None if it is none."""
    found = _ADDRESS.fullmatch(text.strip())
    if found is None:
        return None
    from urllib.parse import unquote

    place = unquote(found[1] or found[2]).split("?")[0].split("#")[0].casefold().rstrip("/")
    place = re.sub(r"^raw\.githubusercontent\.com/([^/]+/[^/]+)/(?:refs/heads/)?", r"github.com/\1/blob/", place)
    place = re.sub(r"^hf\.co/", "huggingface.co/", place)
    place = re.sub(r"^((?:github\.com|huggingface\.co|gitlab\.com)/.+?)/(?:-/)?(?:blob|raw|resolve)/(?:refs/heads/)?", r"\1/blob/", place)
    place = re.sub(r"/blob/(master|head)/", "/blob/main/", place)
    return _FILE_ENDING.sub("", place)


class Speller:
    """Folds spelling: `left_out` words dropped, `same` phrases said in one way, versions without their zeros."""

    def __init__(self, left_out: Iterable[str], same: Mapping[str, str]) -> None:
        self._left_out = frozenset(left_out)
        self._same = {f" {phrase} ": f" {short} ".replace("  ", " ") for phrase, short in same.items()}
        phrases = sorted((re.escape(f"{phrase} ") for phrase in same), key=len, reverse=True)
        self._phrases = re.compile(f"(?<= )(?:{'|'.join(phrases)})") if phrases else None

    def __call__(self, text: str) -> str:
        """The words of a name, folded, with one space between them."""
        text = _DASHES.sub("-", unicodedata.normalize("NFKC", text)).casefold()
        text = _HYPHENED.sub(lambda found: ".".join(part for part in found.groups() if part), text)
        words = [re.sub(r"(\.0+)+$", "", word) if word[0].isdigit() else word for word in _TOKEN.findall(_VERSION_MARK.sub(" ", text))]
        folded = f" {' '.join(word for word in words if word not in self._left_out)} "
        for _ in range(4):                                     # what one phrase becomes may be the beginning of another
            said = self._phrases.sub(lambda found: self._same[f" {found[0]}"].lstrip(), folded) if self._phrases else folded
            if said == folded:
                break
            folded = said
        return folded.strip()


class Names:
    """Every name that is known, compiled. `data` is what `compiled` makes; iterating gives the names."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._data = data
        self.listed: Mapping[str, str] = data["listed"]        # id -> name of licenses known by name only
        self._exact: Mapping[str, list[str]] = data["exact"]
        self._folded: Mapping[str, list[str]] = data["folded"]
        self._silent = frozenset(data["silent"])
        self._changed = frozenset(data["changed"])
        self._remembered: dict[str, Meaning] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self._exact)

    def ids(self, label: str) -> list[str]:
        """The ids a label may mean; empty if it means none."""
        return list(self.meaning(label).ids)

    def meaning(self, label: str) -> Meaning:
        """What a label says, remembered for the next time it is read."""
        found = self._remembered.get(label)
        if found is None:
            if len(self._remembered) >= MAX_REMEMBERED:
                self._remembered.clear()
            found = self._remembered[label] = self._look_up(label) if len(label) <= MAX_LENGTH else Meaning()
        return found

    def joined(self, label: str) -> list[Meaning]:
        """What each of the names says that a label joins ("A and B"); empty if it joins none, or if one of them is no known license."""
        parts = [part.strip(" :.") for part in self._joins.split(label)] if len(label) <= MAX_LENGTH else []
        found = [self.meaning(part) for part in parts if part]
        return found if len(found) > 1 and all(one.kind in (LICENSE, AMBIGUOUS) for one in found) else []

    @cached_property
    def _joins(self) -> re.Pattern[str]:
        longest_first = sorted(self._data["joins"], key=len, reverse=True)
        return re.compile("|".join(rf"\b{re.escape(one)}\b" if one[0].isalpha() else re.escape(one) for one in longest_first), re.IGNORECASE)

    def _look_up(self, label: str) -> Meaning:
        label = _EMPHASIS.sub(r"\2", _DASHES.sub("-", unicodedata.normalize("NFKC", label)).strip())
        text = " ".join(label.casefold().split())
        ids = self._exactly(text)
        if ids:
            return self._of(ids)
        if not text or text in self._silent:
            return Meaning(SILENT)
        place = address(text)
        if place is not None:
            return self._of(self._at(place))
        folded = self._spell(label)
        ids = self._in_words(folded) or self._twice(label) or self._on_the_spdx_list(text)
        if ids:
            return self._of(ids)
        return Meaning(ALTERED) if self._names_one_inside(folded) else Meaning()

    def _of(self, ids: Iterable[str]) -> Meaning:
        found = tuple(ids)
        if len(found) == 1:
            return Meaning(LICENSE if found[0] in self._data["covered"] else LISTED, found)
        return Meaning(AMBIGUOUS if found else UNKNOWN, found)

    def _exactly(self, text: str) -> list[str]:
        plain = re.sub(r"^licenseref-(scancode-)?", "", text)
        for candidate in (text, plain, normalize(plain)):
            if candidate in self._exact:
                return self._exact[candidate]
        return []

    @cached_property
    def _spell(self) -> Speller:
        return Speller(self._data["left_out"], self._data["same"])

    def _in_words(self, folded: str) -> list[str]:
        """A name in free words; "or later" does not make it another license."""
        plain = folded.removesuffix(" +")
        if self._changed.intersection(plain.split()):
            return []
        return self._folded.get(folded) or self._folded.get(plain) or []

    def _twice(self, label: str) -> list[str]:
        """`Name (id)`: the same license said twice."""
        found = _IN_PARENTHESES.match(label.strip())
        if found is None:
            return []
        first, second = self._look_up(found[1]).ids, self._look_up(found[2]).ids
        both = [one for one in first if one in second]
        return both if both and (len(second) == 1 or len(first) == 1) else []

    def _at(self, place: str) -> list[str]:
        """The licenses that an address names, or whose text lies there."""
        for pattern, name in self._patterns:
            match = pattern.fullmatch(place)
            if match:
                named = name
                for number, part in enumerate(match.groups()):
                    named = named.replace(f"{{{number}}}", part)
                ids = self._exactly(named) or self._in_words(self._spell(named)) or self._on_the_spdx_list(named)
                if ids:
                    return ids
        return list(self._data["addresses"].get(place, ()))

    @cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], str]]:
        return [(re.compile("([^/]*)".join(re.escape(part) for part in one["match"].casefold().rstrip("/").split("*"))), one["name"])
                for one in self._data["patterns"]]

    def _names_one_inside(self, folded: str) -> bool:
        """Is a known name among the words, with others around it?"""
        words = folded.split()
        ordinary = self._data["ordinary"]
        return any((inner := " ".join(words[start:end])) in self._folded and inner not in ordinary
                   for start in range(len(words)) for end in range(start + 1, min(len(words), start + MAX_WORDS) + 1))

    def _on_the_spdx_list(self, text: str) -> list[str]:
        found = self._spdx.get(normalize(text))
        return [found] if found else []

    @cached_property
    def _spdx(self) -> dict[str, str]:
        """Licenses that the SPDX list knows and the book has not read; only asked for a name that nothing else knows."""
        from license_expression import get_spdx_licensing

        return {normalize(key): normalize(key) for key, symbol in get_spdx_licensing().known_symbols.items()
                if not symbol.is_exception and not key.startswith("LicenseRef-")}


def compiled(heads: Mapping[str, Mapping[str, Any]], words: Mapping[str, Any], families: Iterable[Mapping[str, Any]],
             listed: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """All names in the form that `Names` reads. `heads`: license id -> its file's fields before the terms.

    A name of one rank hides the same name of a later one: ids, then names of one license, then families, then names
    without what stands in parentheses (which tells a license from others of its family).
    """
    words = {**dict.fromkeys(("left_out", "changed", "joins", "ordinary", "silent", "addresses"), []), "same": {}, **words}
    spell = Speller(words["left_out"], words["same"])
    unread = {one["id"]: one for one in listed}
    ranks: list[dict[str, list[str]]] = [{}, {}, {}, {}]
    places: dict[str, list[str]] = {}
    for license_id, head in sorted({**unread, **heads}.items()):
        for rank, name in _names_of(license_id, head):
            of_name = ranks[rank].setdefault(" ".join(name.casefold().split()), [])
            of_name += [license_id] * (license_id not in of_name)
        for url in _addresses_of(head):
            if (place := address(url)) and license_id not in places.setdefault(place, []):
                places[place].append(license_id)
        if head.get("family"):
            ranks[2].setdefault(head["family"], []).append(license_id)
    for family in families:
        for name in family["names"]:
            ranks[2][name] = list(family["licenses"])
    changed = set(words["changed"])
    exact: dict[str, list[str]] = {}
    folded: dict[str, list[str]] = {}
    for rank, named in enumerate(ranks):
        of_rank: dict[str, list[str]] = {}
        for name, ids in named.items():
            key = spell(name)
            plain = not changed.intersection(key.split())
            if plain or rank < 2:
                exact.setdefault(name, ids)
            if key and plain:
                of_rank[key] = sorted({*of_rank.get(key, ()), *ids})
        folded = {**of_rank, **folded}
    return {"exact": exact, "folded": folded, "addresses": places, "patterns": words["addresses"], "covered": sorted(heads),
            "listed": {one: head["name"] for one, head in unread.items() if one not in heads}, "left_out": words["left_out"], "same": words["same"],
            "changed": words["changed"], "joins": words["joins"], "silent": [one.casefold() for one in words["silent"]], "ordinary": words["ordinary"]}


def _names_of(license_id: str, head: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    """Every name of a license with its rank."""
    identifiers = head.get("identifiers", head)
    yield 0, license_id
    for name in identifiers.get("spdx", ()):
        yield 0, _GNU_SUFFIX.sub("", name)
    found = {name for group in ("spdx", "huggingface", "license_name", "scancode", "names", "tags") for name in identifiers.get(group, ())}
    yield from ((1, name) for name in sorted({*found, head["name"]}))
    short = re.sub(r"\s*\([^()]*\)", "", head["name"])
    if short != head["name"]:
        yield 3, short


def _addresses_of(head: Mapping[str, Any]) -> Iterator[str]:
    yield from head.get("urls", ())
    yield from head.get("identifiers", {}).get("urls", ())
    if head.get("text", {}).get("url"):
        yield head["text"]["url"]
