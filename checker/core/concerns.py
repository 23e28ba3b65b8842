"""Concerns: what of an Assessment a gate may fail on, and what a reader should know beside it, one row each.

Nothing is judged here: a row says in which words of verdict or conduct its finding or duty counts. Whoever decides what
fails (the command line, an organization's policy) does so by these words.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from checker.core.fingerprint import identify, place_of
from checker.core.verdict import CONDUCT, DEPENDS, GOOD, NOT_ENOUGH_FACTS, VERDICTS
from checker.core.vocabulary import split_key

Entry = Mapping[str, Any]
Concern = dict[str, Any]

#: effect of a finding that holds -> the verdict it makes
_VERDICT_OF = {"forbids": "prohibited", "needs_permission": "needs_permission", "reserves": "needs_permission"}
#: kinds of concern that are told even where they fail nothing
ALWAYS_TOLD = ("scan", "waiver")
#: questions that one concern tells
MOST_ASKED = 3
_PROBLEM = re.compile(r"(?P<file>.*?):(?P<line>[0-9]+):[0-9]+: (?P<what>.*)", re.DOTALL)
_KEYS = ("rule", "title", "message", "remedy", "why", "license", "section", "cites", "quote", "release", "artifact")
#: what a concern can count as, worst first; the word of a file that could not be read comes before all
ERROR = "error"
WORDS = (ERROR, *reversed(VERDICTS[3:]), NOT_ENOUGH_FACTS, DEPENDS, *CONDUCT[:3])


def concerns(entry: Entry, fail_on: Collection[str] = ()) -> list[Concern]:
    """The concerns of an Assessment (or of a file that could not be read), the worst first.

    A verdict or conduct that no finding explains is a concern of its own if it is bad, or one of `fail_on`.

    Each has `fingerprint`, `kind` (error, finding, duty, verdict, flag, regulation), `words` (what it counts as; none if it
    is only told), what a reader is told, `open` (keys it hangs on), `asks` (questions: `fact`, `ask`) and `location` (file, line).
    """
    found = list(_errors(entry) if "errors" in entry else _of_assessment(entry, fail_on))
    return sorted(found, key=lambda one: (severity(one["words"]), one["rule"], str(one["license"]), str(one["section"]), one["fingerprint"]))


def counts(concern: Mapping[str, Any]) -> bool:
    """Must a reader see it: did the gate decide something on it, or does it tell of what was left out, not read, or wrong with a waiver?"""
    return not concern.get("repeats") and (concern["state"] != "noted" or concern["kind"] in ALWAYS_TOLD)


def severity(words: Collection[str]) -> int:
    """The rank of the worst of the words, 0 for the worst there is; none is best."""
    return min((WORDS.index(word) for word in words if word in WORDS), default=len(WORDS))


def make(fingerprint: Iterable[str], kind: str, words: Iterable[str], location: Mapping[str, Any], told: Mapping[str, Any], **more: Any) -> Concern:
    """A concern; of `told` what a reader is told is taken, the rest is None."""
    own = {key: told.get(key) for key in _KEYS}
    return {"fingerprint": identify(fingerprint), "kind": kind, "words": list(words), **own, "open": list(told.get("open") or ()),
            "asks": [{"fact": one["fact"], "ask": one["ask"]} for one in told.get("asks") or ()], "location": dict(location), **more}


def _errors(entry: Entry) -> Iterator[Concern]:
    for text in entry["errors"]:
        found = _PROBLEM.match(text)
        file, line = (found["file"], int(found["line"])) if found else (str(entry.get("file", "")), 0)
        told = {"rule": "unreadable", "message": found["what"] if found else text}
        yield make(("unreadable", identity(entry)), "error", (ERROR,), {"file": file, "line": line}, told)


def _of_assessment(entry: Entry, fail_on: Collection[str]) -> Iterator[Concern]:
    rows = [*_findings(entry), *_duties(entry)]
    covered = {word for row in rows for word in row["words"]}
    yield from rows
    yield from _unexplained(entry, covered, {*WORDS, *fail_on})
    for kind, several in (("flag", entry["ethics"]), ("regulation", entry["regulation"])):
        for one in several:
            release = next(iter(one.get("releases") or ()), None)
            told = {"release": release, **one, "remedy": one.get("answers") or one.get("remedy")}
            yield _row(entry, kind, (), told)


def _row(entry: Entry, kind: str, words: Iterable[str], told: Mapping[str, Any]) -> Concern:
    location = told.get("location") or {"file": file_of(entry), "line": 0}
    return {**make((), kind, words, location, told), "fingerprint": told["fingerprint"]}


def file_of(entry: Entry) -> str:
    """The file that the entry stands for."""
    files = (entry.get("inputs") or {}).get("files") or ()
    return str(files[0]["path"]) if files else str(entry.get("file") or "scenario")


def identity(entry: Entry) -> str:
    """What fingerprints call the entry, wherever one stood."""
    files = (entry.get("inputs") or {}).get("files") or ()
    return place_of(str((files[0] if files else entry).get("place") or file_of(entry)))


# ---- findings and duties ---------------------------------------------------------------------------------------------


def _findings(entry: Entry) -> Iterator[Concern]:
    """Findings that stand in the way, or may; those of a license that is good whatever the answer do not."""
    verdicts = {one["id"]: one for one in entry["licenses"]}
    for finding in entry["findings"]:
        license = verdicts.get(finding["license"])
        verdict = license["verdict"] if license else entry["verdict"]
        hangs_on = finding["rests_on"]["open"]
        if finding["effect"] == "notes":
            yield _row(entry, "finding", (), {**finding, "open": hangs_on})
        elif finding["effect"] in _VERDICT_OF and verdict not in GOOD:
            words = [_VERDICT_OF[finding["effect"]] if finding["holds"] == "yes" else _open_word(hangs_on)]
            words += _conduct(entry, finding, license)
            asked = [one for one in entry["questions"] if one["fact"] in hangs_on]
            yield _row(entry, "finding", words, {**finding, "open": hangs_on, "asks": asked[:MOST_ASKED]})


def _open_word(hangs_on: Collection[str]) -> str:
    only_law = hangs_on and all(key.startswith("positions.") for key in hangs_on)
    return DEPENDS if only_law else NOT_ENOUGH_FACTS


def _conduct(entry: Entry, finding: Mapping[str, Any], license: Mapping[str, Any] | None) -> list[str]:
    """What a finding says of the conduct: a permission not asked for, an act done in spite of a ban."""
    asked = [one["status"] for one in entry["obligations"]
             if one["action"] == "ask_permission" and (one["license"], one["release"]) == (finding["license"], finding["release"])]
    if asked:
        return asked[:1]
    if finding["effect"] != "forbids" or license is None:
        return []
    return ["not_met" if finding["holds"] == "yes" and license["conduct"] == "not_met" else "unproven"]


def _duties(entry: Entry) -> Iterator[Concern]:
    """Duties that are not known to be done. To ask for permission is the remedy of a finding, not one more concern."""
    by_print = {one["fingerprint"]: one for one in entry["findings"]}
    for duty in entry["obligations"]:
        if duty["action"] == "ask_permission" or duty["status"] not in CONDUCT[:3]:
            continue
        finding = by_print.get(duty["fingerprint"], {})
        yield _row(entry, "duty", [duty["status"]], {**finding, **duty, "action": duty["action"]})


def _unexplained(entry: Entry, covered: Collection[str], told: Collection[str]) -> Iterator[Concern]:
    """The verdict or the conduct itself, where no finding or duty accounts for it: by what has to be known, else as a whole."""
    for word in (entry["verdict"], entry["conduct"]):
        if word not in told or word in covered:
            continue
        asked = _asked(entry) if word in (NOT_ENOUGH_FACTS, DEPENDS) else {}
        whole = " ".join(named(entry, one["id"]) for one in entry["releases"])
        by = [one["id"] for one in entry["licenses"] if one["verdict"] == word]
        for subject, questions in (asked or {whole: []}).items():
            shown = {"rule": word, "title": word, "license": by[0] if len(by) == 1 and not questions else None, "open": [one["fact"] for one in questions],
                     "message": " ".join(one["ask"] for one in questions[:MOST_ASKED]), "asks": questions[:MOST_ASKED]}
            yield make((word, subject, identity(entry)), "verdict", [word], _location(entry, questions or entry["questions"]), shown)


def _asked(entry: Entry) -> dict[str, list[Mapping[str, Any]]]:
    """The questions of the verdict; what is asked of several releases alike is one."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for one in entry["questions"]:
        group, thing, fact = split_key(one["fact"])
        subject = fact if group == "releases" else f"{group}.{named(entry, thing)}.{fact}" if group == "inputs" else one["fact"]
        found.setdefault(subject, []).append(one)
    return found


def named(entry: Entry, thing: str) -> str:
    """The name of an input, or of what a release without a name of its own releases: the id of the model, so that another model is another subject."""
    nodes = {node["id"]: node["name"] for node in entry["lineage"]["nodes"] if node["role"] != "release"}
    return str(nodes.get(thing, thing)).partition("@")[0]


def _location(entry: Entry, questions: Collection[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Where the thing stands that the first question asks about."""
    nodes: dict[str, Mapping[str, Any]] = {node["id"]: node["location"] for node in entry["lineage"]["nodes"]}
    for one in questions:
        group, name, _ = split_key(one["fact"])
        found = nodes.get(f"release:{name}" if group == "releases" else name)
        if found:
            return found
    return {"file": file_of(entry), "line": 0}
