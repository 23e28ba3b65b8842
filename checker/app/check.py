"""Check scenario files: load, assess, decide whether a gate passes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import checker
from checker.core import fingerprint
from checker.core.result import SCHEMA, assessment
from checker.core.scenario import Scenario
from checker.core.study import Study, study
from checker.core.then_and_now import then_and_now
from checker.core.verdict import DEPENDS, NOT_ENOUGH_FACTS
from checker.errors import BadInput
from checker.load.book import Library
from checker.load.paths import place_of
from checker.load.scenario import parse_scenario
from checker.load.strict_yaml import decode, read_text

Entry = dict[str, Any]
#: what fails a gate unless told otherwise: everything worse than permitted with obligations, and any duty not met
FAIL_ON = frozenset({"prohibited", "needs_permission", NOT_ENOUGH_FACTS, DEPENDS, "not_met"})
NEVER = "never"
STDIN = "standard input"
FAIL_WORDS = ("permitted_with_obligations", "needs_permission", "prohibited", NOT_ENOUGH_FACTS, DEPENDS, "not_met", "unproven", "not_assessed", NEVER)


def check_text(text: str, name: str, library: Library, *, as_of: str, profile: str | None = None, candidates: Sequence[str] = (),
               also_on: str | None = None, repairs: bool = True, texts: Path | None = None, place: str = "") -> Entry:
    """The Assessment of a scenario given as text. Raises BadInput.

    `place` is what fingerprints call it (by default its name); `as_of` stands in where the file gives no day; `candidates` are models that
    a repair may swap in; `also_on` is another day on which a file with a day of its own is asked too: the Assessment then has
    `then_and_now`; `repairs`: are any looked for? `texts` is a folder of license texts: the whole clauses of those that have the wording
    that was read are then cited.
    """
    scenario = parse_scenario(text, library, name=name, as_of=as_of, profile=profile)._replace(place=place or name)
    *_, entry = in_stages(scenario, library, read(name, text, scenario.place), candidates=candidates, repairs=repairs)
    if also_on and also_on != scenario.as_of:
        other = assessment(library.book(), parse_scenario(text, library, name=name, profile=profile, asked=also_on), {}, detail=False)
        entry["then_and_now"] = then_and_now(library.book(), scenario, entry, other)
    if texts:
        from checker.app.texts import cite

        cite(entry, library, texts)
    return entry


def in_stages(scenario: Scenario, library: Library, inputs: Mapping[str, Any], *, candidates: Sequence[str] = (), repairs: bool = True) -> Iterator[Entry]:
    """The Assessment of a scenario; where repairs have to be looked for, which takes longest, first once without them. Raises BadInput."""
    entry, studied = judged(scenario, library, inputs)
    if repairs:
        from checker.app import repair
        from checker.core.repair import needed

        wanted = repair.wanted(scenario, library, candidates=candidates)
        if needed(studied):
            yield dict(entry)
        entry["repairs"], entry["repair_search"] = repair.find(scenario, library, wanted, studied)
    yield entry


def judged(scenario: Scenario, library: Library, inputs: Mapping[str, Any]) -> tuple[Entry, Study]:
    """The Assessment of a scenario, and the study that it tells of. `inputs` says what was read, each with its digest."""
    studied = study(library.book(), scenario)
    entry = assessment(library.book(), scenario, {"tool": tool(library), "inputs": dict(inputs)}, studied=studied)
    entry["tool"]["licenses_digest"] = library.licenses_digest(one["id"] for one in entry["licenses"])
    return entry, studied


def read(name: str, text: str, place: str) -> dict[str, Any]:
    """The `inputs` of an Assessment of one text: its name as given, its digest, and what fingerprints call it."""
    return {"files": [{"path": name, "sha256": digest(text), "place": place}]}


def digest(text: str) -> str:
    """The SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def check_file(path: str, library: Library, *, as_of: str, profile: str | None = None, stdin: bytes | None = None,
               candidates: Sequence[str] = (), also_on: str | None = None, repairs: bool = True, texts: Path | None = None) -> Entry:
    """The Assessment of a scenario file, or `{"file", "errors"}` if it cannot be used. `-` reads `stdin`."""
    place = place_of(Path(path)) if stdin is None else STDIN
    try:
        text = decode(stdin, STDIN) if stdin is not None else read_text(Path(path))
        return check_text(text, path if stdin is None else STDIN, library, as_of=as_of, profile=profile, candidates=candidates,
                          also_on=also_on, repairs=repairs, texts=texts, place=place)
    except BadInput as error:
        return broken(path, place, error)


def broken(name: str, place: str, error: BadInput) -> Entry:
    """What stands for a file that could not be used; with `place` where its name alone does not tell what fingerprints call it."""
    return {"file": name, "errors": [str(problem) for problem in error.problems], **({"place": place} if fingerprint.place_of(name) != place else {})}


def tool(library: Library) -> dict[str, Any]:
    """Which program and which data gave the answer."""
    return {"name": "licet", "version": checker.__version__, "rules_digest": library.rules_digest, "licenses_digest": ""}


def failing(fail_on: Iterable[str]) -> frozenset[str]:
    """The words that fail: as given, the default where none is given, none if `never` is among them."""
    wanted = frozenset(fail_on) or FAIL_ON
    return frozenset() if NEVER in wanted else wanted


def failures(entry: Mapping[str, Any], fail_on: Iterable[str]) -> list[str]:
    """Why a gate does not pass, in the words of `FAIL_WORDS`; empty if it passes."""
    wanted = failing(fail_on)
    if "errors" in entry:
        return []
    return [word for word in (entry["verdict"], entry["conduct"]) if word in wanted]


def is_stored(value: Any) -> bool:
    """Is this a stored Assessment?"""
    return isinstance(value, Mapping) and value.get("schema") == SCHEMA
