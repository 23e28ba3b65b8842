"""Which license a text is: by its exact wording, never by likeness. A text that is only alike is told with what differs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

from checker.app.differences import closest, differences
from checker.app.wording import problem
from checker.errors import BadInput, Problem
from checker.load.book import Library
from checker.load.fingerprints import UNTITLED, Found, Part
from checker.load.strict_yaml import printable
from checker.load.wording import Wording, lines

#: what can be said of a text
IDENTIFIED, MODIFIED, UNKNOWN = "identified", "modified", "unknown"
STDIN = "standard input"
#: bytes of one text; a longer file is not a license
MAX_BYTES = 2_000_000
#: differences told of one text
MAX_DIFFERENCES = 50
#: words of a copyright line
MAX_NOTICE = 40

#: what Markdown files begin with
_FRONT_MATTER = re.compile(r"\A\s*---\n((?:[\w-]{1,40}:.{0,200}\n|\s*- .{0,80}\n){1,40})---\s")
_SENTENCE = re.compile(r"[.;:!?]\s+")


def identify(paths: Iterable[Path], library: Library, stdin: bytes | None = None) -> tuple[list[dict[str, Any]], list[Problem]]:
    """What each file is, `{file, status, id, closest, similarity, differences …}`, and a problem for each that is no text.

    A file that is nothing but several known texts has an answer for each. `-` is what was read from standard input.
    """
    texts, problems = read_all(paths, stdin)
    return [{"file": name, **answer} for name, text in texts for answer in _answers(text, library)], problems


def of_text(text: str, library: Library) -> dict[str, Any]:
    """What a text is as a whole. `similarity` is the share of words in common; it names nothing, only `identified` does."""
    answers = _answers(text, library)
    return answers[0] if len(answers) == 1 else _alike(Wording(text), [], library)


def read_all(paths: Iterable[Path], stdin: bytes | None = None) -> tuple[list[tuple[str, str]], list[Problem]]:
    """Name and text of each file that is text, and a problem for each that is none."""
    texts: list[tuple[str, str]] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            piped = stdin is not None and str(path) == "-"
            texts.append((STDIN, decode(stdin or b"", STDIN)) if piped else (printable(str(path)), read(path)))
        except BadInput as error:
            problems += error.problems
    return texts, problems


def read(path: Path) -> str:
    """The text of a file. Raises BadInput if it cannot be read, is too long, or is no text."""
    name = printable(str(path))
    try:
        with path.open("rb") as handle:
            data = handle.read(MAX_BYTES + 1)
    except OSError as error:
        raise BadInput([problem("cannot_be_read", name, why=error.strerror)]) from None
    return decode(data, name)


def decode(data: bytes, name: str) -> str:
    """Bytes as text, in one of the usual encodings. Raises BadInput for what is too long, or is no text."""
    if len(data) > MAX_BYTES:
        raise BadInput([problem("file_too_large", name, most=f"{MAX_BYTES:,}")])
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    if (b"\0" in data and not wide) or data.startswith(b"%PDF-"):
        raise BadInput([problem("not_text", name, 1, 1)])
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "latin-1"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", errors="replace")


def _answers(text: str, library: Library) -> list[dict[str, Any]]:
    """One answer; several if the text is nothing but several known texts."""
    prints = library.fingerprints()
    wording = Wording(text)
    whole = prints.whole(wording)
    if whole:
        return [_identified(_named(whole), None, library)]
    found = prints.inside(wording)
    if found and _nothing_else(wording, found, library):
        return [_identified(_named(one.parts), _lines(wording, one) if len(found) > 1 else None, library) for one in found]
    start, filled = prints.filled_in(wording)
    if filled and _only_names(wording.between(0, start), filled, library):
        return [_identified((filled[0], filled[1:], ""), None, library)]
    return [_alike(wording, found, library)]


def _identified(named: tuple[str, list[str], str], place: list[int] | None, library: Library) -> dict[str, Any]:
    license_id, others, part = named
    return {"status": IDENTIFIED, "id": license_id, "closest": license_id, "similarity": 1.0, "differences": [], "part": part or None,
            "same_text": others, "lines": place, "incomplete": _incomplete(license_id, library)}


def _alike(wording: Wording, found: list[Found], library: Library) -> dict[str, Any]:
    """What is said of a text whose wording is not known: what it is closest to, or nothing."""
    prints = library.fingerprints()
    heads = {known: start for known, start in prints.openings(wording).items()
             if _only_names(wording.between(0, start), [prints.known[known].id], library)}
    likeness = closest(wording, prints, heads)
    if likeness is None:
        return {"status": UNKNOWN, "id": None, "closest": None, "similarity": None, "differences": []}
    license_id = prints.known[likeness.known].id
    told = list(islice(differences(wording, prints, likeness), MAX_DIFFERENCES + 1))
    contains = [{"id": _named(one.parts)[0], "lines": _lines(wording, one)} for one in found]
    return {"status": MODIFIED, "id": None, "closest": license_id, "similarity": likeness.similarity, "differences": told[:MAX_DIFFERENCES],
            "more_differences": len(told) > MAX_DIFFERENCES, "contains": contains, "incomplete": _incomplete(license_id, library)}


def _named(parts: list[Part]) -> tuple[str, list[str], str]:
    """The license, the others with the same text, and which part of it is there."""
    return parts[0].id, [one.id for one in parts[1:]], parts[0].part


def _lines(wording: Wording, found: Found) -> list[int]:
    return [wording.line(found.start), wording.line(found.end - 1)]


def _incomplete(license_id: str, library: Library) -> str | None:
    """What is missing in the text that the fingerprints are of, if anything is."""
    about: Mapping[str, Any] = library.head(license_id).get("text", {})
    return about.get("incomplete")


# ---- what stands around a text ---------------------------------------------------------------------------------------


def _nothing_else(wording: Wording, found: list[Found], library: Library) -> bool:
    """Does nothing stand before, between and behind these texts but titles and copyright lines?"""
    edges = [0, *(edge for one in found for edge in (one.start, one.end)), wording.size]
    parts = [part for one in found for part in one.parts]
    # Where the text itself has a copyright line, another one in its place is another text.
    whose = all(part.part != UNTITLED for part in parts)
    return all(_only_names(wording.between(start, end), [part.id for part in parts], library, whose=whose) for start, end in list(pairwise(edges))[::2])


def _only_names(text: str, ids: list[str], library: Library, *, whose: bool = True) -> bool:
    """Does the text only name the license and (if it may) `whose` the work is? A title of another license says more, and so does any sentence."""
    template, noticed = library.fingerprints().template, False
    matter = _FRONT_MATTER.match(text)
    if matter and template.only_names(Wording(matter[1]).words):
        text = text[matter.end():]
    for _, line in lines(text):
        wording = Wording(line)
        if not wording.size:
            continue
        if (not whose and "copyright" in wording.words) or wording.size > MAX_NOTICE or not template.only_names(wording.words):
            return False
        start = next((number for number, word in enumerate(wording.words) if word == "copyright"), wording.size)
        title = wording.passage(0, start)
        fits = template.is_notice(title) or (noticed and template.is_name(title))
        if not fits and not set(library.names().ids(title.partition(": ")[2] or title)).intersection(ids):
            return False
        noticed = noticed or start < wording.size
        if any(not template.is_notice(sentence) for sentence in _SENTENCE.split(wording.passage(start, wording.size))[1:]):
            return False
    return True
