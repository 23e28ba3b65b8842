"""Which license a text is: by its exact wording, never by likeness. A text that is only alike is told with what differs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from itertools import islice
from pathlib import Path
from typing import Any

from checker.errors import BadInput, Problem
from checker.load.book import Library
from checker.load.fingerprints import Fingerprints
from checker.load.strict_yaml import printable
from checker.load.wording import RUN, Clause, Wording, lines, plain, words

#: what can be said of a text
IDENTIFIED, MODIFIED, UNKNOWN = "identified", "modified", "unknown"
#: bytes of one text; a longer file is not a license
MAX_BYTES = 2_000_000
#: share of the runs of one text that the other has, from which on they are told to be close; and runs in common at least
CLOSE, LEAST = 0.6, 12
#: what a run that is missing weighs, against one that was added
WEIGHT_OF_MISSING = 0.02
#: differences told of one text, and characters of each
MAX_DIFFERENCES, MAX_SHOWN = 50, 400
#: clauses of one text that are compared one by one; more are no license
MAX_CLAUSES = 4_000
#: words shown around those that differ
MARGIN = 15


def identify(paths: Iterable[Path], library: Library) -> list[dict[str, Any]]:
    """What each file is: `{file, status, id, closest, similarity, differences …}`. Raises BadInput for every file that is no text."""
    return [{"file": name, **of_text(text, library)} for name, text in read_all(paths)]


def of_text(text: str, library: Library) -> dict[str, Any]:
    """What a text is. `similarity` is the share of runs of words in common; it names nothing, only `identified` does."""
    prints = library.fingerprints()
    for license_id, others, part in _exact(text, prints, library):
        return {"status": IDENTIFIED, "id": license_id, "closest": license_id, "similarity": 1.0, "differences": [], "part": part or None,
                "same_text": others, "incomplete": _incomplete(license_id, library)}
    wording = Wording(text)
    found = _closest(wording, prints)
    if found is None:
        return {"status": UNKNOWN, "id": None, "closest": None, "similarity": None, "differences": []}
    known, similarity = found
    license_id = prints.known[known].id
    differences = list(islice(_differences(wording, prints, known), MAX_DIFFERENCES + 1))
    return {"status": MODIFIED, "id": None, "closest": license_id, "similarity": similarity, "differences": differences[:MAX_DIFFERENCES],
            "more_differences": len(differences) > MAX_DIFFERENCES, "incomplete": _incomplete(license_id, library)}


def read_all(paths: Iterable[Path]) -> list[tuple[str, str]]:
    """Name and text of each file. Raises BadInput with a problem for each that is no text."""
    texts: list[tuple[str, str]] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            texts.append((printable(str(path)), read(path)))
        except BadInput as error:
            problems += error.problems
    if problems:
        raise BadInput(problems)
    return texts


def read(path: Path) -> str:
    """The text of a file. Raises BadInput if it cannot be read, is too long, or is no text."""
    name = printable(str(path))
    try:
        with path.open("rb") as handle:
            data = handle.read(MAX_BYTES + 1)
    except OSError as error:
        raise BadInput([Problem(name, 0, 0, f"It cannot be read ({error.strerror}).", "Check the path and the rights.")]) from None
    return decode(data, name)


def decode(data: bytes, name: str) -> str:
    """Bytes as text, in one of the usual encodings. Raises BadInput for what is too long, or is no text."""
    if len(data) > MAX_BYTES:
        raise BadInput([Problem(name, 0, 0, f"A file of more than {MAX_BYTES:,} bytes.", "Give the text of one license.")])
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    if (b"\0" in data and not wide) or data.startswith(b"%PDF-"):
        raise BadInput([Problem(name, 1, 1, "It is not text.", "Give plain text, Markdown or HTML (for a PDF, its text).")])
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "latin-1"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", errors="replace")


def _exact(text: str, prints: Fingerprints, library: Library) -> Iterator[tuple[str, list[str], str]]:
    """The license whose wording this is, the others with the same text, and which part of it is there."""
    simple = plain(text)
    own = words(simple)
    whole = prints.whole(own)
    if whole:
        yield _told(whole)
        return
    # A title that names the license is no part of its text; one that names another license says that this is not it.
    number, title = next(lines(simple), (0, ""))
    filled = prints.filled_in(own)
    untitled = prints.whole(words("\n".join(simple.split("\n")[number:]))) if number else []
    if filled or untitled:
        named = library.names().meaning(title).ids
        untitled = [hit for hit in untitled if hit[0] in named]
        if filled and (not named or set(named).intersection(filled)):
            yield filled[0], filled[1:], ""
        elif untitled:
            yield _told(untitled)


def _told(hits: list[list[str]]) -> tuple[str, list[str], str]:
    return hits[0][0], [one for one, _ in hits[1:]], hits[0][1]


def _incomplete(license_id: str, library: Library) -> str | None:
    """What is missing in the text that the fingerprints are of, if anything is."""
    found: Mapping[str, Any] = library.book().license(license_id).head.get("text", {})
    return found.get("incomplete")


def _closest(wording: Wording, prints: Fingerprints) -> tuple[int, float] | None:
    """The known text that this one was most likely made from, and how alike they are; None if none is close.

    What stands in the text and not in the known one tells them apart; what is missing weighs less: whole clauses get deleted.
    """
    runs = wording.runs()
    found = []
    for known in prints.candidates(set(runs)):
        own, theirs = set(runs[prints.head(known, wording.words):]), prints.runs_of(known)
        shared = len(own & theirs)
        if shared >= min(LEAST, len(theirs)) and max(shared / len(own), shared / len(theirs)) >= CLOSE:
            cost = len(own) - shared + WEIGHT_OF_MISSING * (len(theirs) - shared)
            found.append((cost, known, min(0.9999, round(2 * shared / (len(own) + len(theirs)), 4))))
    return min(found)[1:] if found else None


def _differences(wording: Wording, prints: Fingerprints, known: int) -> Iterator[dict[str, Any]]:
    """What was added, changed or left out, clause by clause, with the line of the given text."""
    own = wording.clauses()[:MAX_CLAUSES]
    digests, lengths = prints.clauses_of(known)
    theirs = prints.runs_of(known)
    present = [run in theirs for run in wording.runs()]
    head = prints.head(known, wording.words)
    matcher = SequenceMatcher(None, digests, [one.digest for one in own], autojunk=False)
    for kind, start, end, first, last in matcher.get_opcodes():
        if kind == "equal":
            continue
        missing = sum(lengths[start:end]) - sum(one.end - max(one.start, head) for one in own[first:last] if one.end > head)
        if kind == "delete":
            place = own[first].start if first < len(own) else len(wording.words)
            yield {"kind": "missing", "line": wording.line(place), "words": "", "text": "", "missing_words": missing}
            continue
        group = [one._replace(start=max(one.start, head)) for one in own[first:last] if one.end > head]
        for number, clause in enumerate(group):
            foreign = _foreign(clause, present)
            yield {"kind": "changed" if kind == "replace" else "added", "line": wording.line(foreign[0] if foreign else clause.start),
                   "words": " ".join(wording.words[word] for word in foreign)[:MAX_SHOWN], "text": _around(wording, clause, foreign),
                   "missing_words": max(0, missing) if number == len(group) - 1 else 0}


def _foreign(clause: Clause, present: list[bool]) -> list[int]:
    """The words of a clause that stand in no run which the known text has too."""
    def somewhere(word: int) -> bool:
        return any(present[run] for run in range(max(0, word - RUN + 1), min(word + 1, len(present))))

    return [word for word in range(clause.start, clause.end) if not somewhere(word)]


def _around(wording: Wording, clause: Clause, foreign: list[int]) -> str:
    """The clause, or of a long one the part with the words that differ."""
    start, end = clause.start, clause.end
    if foreign and end - start > 3 * MARGIN:
        start, end = max(start, foreign[0] - MARGIN), min(end, foreign[-1] + 1 + MARGIN)
    shown = wording.passage(start, end)
    shown = shown[:MAX_SHOWN] + "…" if len(shown) > MAX_SHOWN else shown
    return ("… " if start > clause.start else "") + shown + (" …" if end < clause.end else "")
