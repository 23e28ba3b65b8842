"""What a text that is not known word for word is closest to, and where it differs: first clause by clause, then by runs of words."""

from array import array
from collections.abc import Iterator, Mapping
from itertools import compress, count
from math import inf
from typing import Any, NamedTuple

from checker.load.fingerprints import Fingerprints
from checker.load.wording import RUN, Clause, Wording

#: share of the words of one text that stand in the other too, from which on they are told to be close; and words in common at least
CLOSE, LEAST = 0.6, 16
#: what a word that is missing weighs, against a run that was added: whole clauses get deleted
WEIGHT_OF_MISSING = 0.02
#: share of the clauses in common below which single runs are looked for
FEW_CLAUSES = 0.5
#: known texts that are compared, clauses of one text that are put in line, and characters shown of a difference
MAX_CANDIDATES, MAX_CLAUSES, MAX_SHOWN = 8, 4_000, 400
#: words shown around those that differ
MARGIN = 15


class Likeness(NamedTuple):
    """How like a known text is: what tells them apart (less is more alike), its place in `known`, share of words in common, words that
    it has not, words at the head that do not count."""

    cost: float
    known: int
    similarity: float
    foreign: list[int]
    head: int


def closest(wording: Wording, prints: Fingerprints, heads: Mapping[int, int]) -> Likeness | None:
    """The known text that this one was most likely made from; None if none is close. `heads`: how many words before a known text do not count."""
    own = {clause.digest for clause in wording.clauses}
    if not own:
        return None
    shared = prints.sharing_clauses(own)
    apart = {known: len(own) - count for known, count in shared.most_common(MAX_CANDIDATES)}
    if min(apart.values(), default=len(own)) > len(own) * (1 - FEW_CLAUSES):
        apart |= dict.fromkeys(_sharing_runs(wording, prints), 0)
    best: Likeness | None = None
    for known, least in sorted(apart.items(), key=lambda one: (one[1], one[0])):
        # Two clauses that differ have three runs that differ: what differs in so many clauses more than the best does in runs is not closer.
        most = best.cost if best else inf
        found = _likeness(wording, own, prints, known, heads.get(known, 0), most) if 1.5 * least - 1 <= most else None
        best = found if found and (best is None or found < best) else best
    return best


def _sharing_runs(wording: Wording, prints: Fingerprints) -> list[int]:
    """The known texts that may be close judged by some of the runs, the likeliest first."""
    runs = set(wording.runs())
    about = prints.sharing_runs(runs)
    likely = [known for known, count in about.items() if count >= 0.5 * CLOSE * min(len(runs), prints.known[known].runs)]
    return sorted(likely, key=lambda known: (-about[known], prints.known[known].runs))[:MAX_CANDIDATES]


def _likeness(wording: Wording, own: set[int], prints: Fingerprints, known: int, head: int, most: float) -> Likeness | None:
    """How like this text with its `own` clauses is to a known one; None if they are not close, or if more than `most` tells them apart."""
    digests, lengths = prints.clauses_of(known)
    theirs = set(digests)
    differing = [clause for clause in wording.clauses if clause.digest not in theirs and clause.end > head]
    foreign, strange, common = _foreign(wording, prints, known, differing, head, most)
    words, known_words = wording.size - head, prints.known[known].words
    # What a text says over and over, it has in common once.
    shared = min(words - len(foreign), common + sum(compress(lengths, map(own.__contains__, digests))))
    if strange > most or shared < min(LEAST, known_words) or max(shared / words, shared / known_words) < CLOSE:
        return None
    cost = strange + WEIGHT_OF_MISSING * max(0, known_words - shared)
    return Likeness(cost, known, min(0.9999, round(2 * shared / (words + known_words), 4)), foreign, head)


def _foreign(wording: Wording, prints: Fingerprints, known: int, differing: list[Clause], head: int, most: float) -> tuple[list[int], int, int]:
    """The words of these clauses that stand in no run which the known text has too, how many runs it has not (not counted beyond `most`), and
    how many words at most stand in different runs that it has."""
    last = max(1, wording.size - RUN + 1)
    foreign: list[int] = []
    known_runs: set[int] = set()
    strange = behind = common = 0
    for clause in differing:
        if strange > most:
            break
        first, start = max(behind, clause.start - RUN + 1, head), max(clause.start, head)
        covered, before = start, len(known_runs)
        runs = wording.runs(first, min(clause.end, last))
        for word, run, has in zip(count(first), runs, prints.has_runs(known, runs), strict=False):
            if has:
                known_runs.add(run)
                foreign += range(covered, word)
                covered = max(covered, word + RUN)
            else:
                strange += 1
        foreign += range(covered, clause.end)
        behind = min(clause.end, last)
        common += min(clause.end - start, len(known_runs) - before + RUN - 1) if len(known_runs) > before else 0
    return foreign, strange, common


def differences(wording: Wording, prints: Fingerprints, likeness: Likeness) -> Iterator[dict[str, Any]]:
    """What was added, changed or left out, clause by clause, with the line of the given text; then labels that differ."""
    foreign, head = set(likeness.foreign), likeness.head
    digests, lengths = prints.clauses_of(likeness.known)
    own, none = wording.clauses[:MAX_CLAUSES], True
    for start, end, first, last in _opcodes(digests, [clause.digest for clause in own]):
        missing = sum(lengths[start:end]) - sum(clause.end - max(clause.start, head) for clause in own[first:last] if clause.end > head)
        group = [clause._replace(start=max(clause.start, head)) for clause in own[first:last] if clause.end > head]
        if not group and start < end:
            place = own[first].start if first < len(own) else wording.size
            none = False
            yield {"kind": "missing", "line": wording.line(place), "words": "", "text": "", "missing_words": missing}
        for number, clause in enumerate(group):
            words = [word for word in range(clause.start, clause.end) if word in foreign]
            none = False
            yield {"kind": "changed" if start < end else "added", "line": wording.line(words[0] if words else clause.start),
                   "words": " ".join(wording.words[word] for word in words)[:MAX_SHOWN], "text": _around(wording, clause, words),
                   "missing_words": max(0, missing) if number == len(group) - 1 else 0}
    for difference in _labels(wording, prints, likeness.known, foreign, head):
        none = False
        yield difference
    if none:
        yield {"kind": "missing", "line": 1, "words": "", "text": "", "missing_words": 1}


def _labels(wording: Wording, prints: Fingerprints, known: int, foreign: set[int], head: int) -> Iterator[dict[str, Any]]:
    """Numbers of items and references that the known text does not have there."""
    for label in wording.labels:
        near = range(label.word, min(label.word + RUN, wording.size))
        if label.word >= head and not foreign.intersection(near) and not prints.has_label(known, wording.context(label)):
            start, end = max(head, label.word - MARGIN), min(wording.size, label.word + MARGIN)
            yield {"kind": "changed", "line": wording.line(min(label.word, wording.size - 1)), "words": label.value,
                   "text": wording.passage(start, end)[:MAX_SHOWN], "missing_words": 0}


def _opcodes(known: "array[int]", own: list[int]) -> Iterator[tuple[int, int, int, int]]:
    """From where to where the known clauses and the own ones differ; what is equal at both ends is not looked at again."""
    from difflib import SequenceMatcher

    first, most = 0, min(len(known), len(own))
    while first < most and known[first] == own[first]:
        first += 1
    last = 0
    while last < most - first and known[-1 - last] == own[-1 - last]:
        last += 1
    matcher = SequenceMatcher(None, known[first: len(known) - last], own[first: len(own) - last], autojunk=False)
    for kind, start, end, begin, stop in matcher.get_opcodes():
        if kind != "equal":
            yield start + first, end + first, begin + first, stop + first


def _around(wording: Wording, clause: Clause, foreign: list[int]) -> str:
    """The clause, or of a long one the part with the words that differ."""
    start, end = clause.start, clause.end
    if foreign and end - start > 3 * MARGIN:
        start, end = max(start, foreign[0] - MARGIN), min(end, foreign[-1] + 1 + MARGIN)
    shown = wording.passage(start, end)
    shown = shown[:MAX_SHOWN] + "…" if len(shown) > MAX_SHOWN else shown
    return ("… " if start > clause.start else "") + shown + (" …" if end < clause.end else "")
