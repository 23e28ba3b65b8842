"""The policy's own answer for every license that reaches a release: denied, to be reviewed, or accepted; with the entry that says so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from checker.core.conditions import build, names
from checker.core.outcome import Engagement
from checker.core.reach_frame import ReachFrame
from checker.core.study import Study
from checker.core.truth import Truth, conjunction

Policy = Mapping[str, Any]
Entry = Mapping[str, Any]
#: list -> what a match in it answers; the one that wins first
ANSWERS = {"deny": "denied", "review": "review", "allow": "accepted"}
DENIED, REVIEW, ACCEPTED, NONE = "denied", "review", "accepted", "none"
ORDER = (DENIED, REVIEW, ACCEPTED, NONE)


class Decision(NamedTuple):
    """The answer on one license reaching one release from one input. `match` is the entry that gives it, None where the default does."""

    answer: str
    license: str
    license_name: str
    subject: str
    artifact: str
    release: str
    match: Mapping[str, Any] | None = None
    certain: bool = True


def decide(policy: Policy, entry: Entry, study: Study) -> list[Decision]:
    """Every license that something is done under, with each input it comes from and each release it reaches."""
    if policy["default"] is None:
        return []
    reached: dict[tuple[str, str, str], list[tuple[ReachFrame, str]]] = {}
    for outcome in study.outcomes:
        for engagement in outcome.engagements:
            for key, frame, name in _subjects(engagement):
                reached.setdefault(key, []).append((frame, name))
    return [_decision(policy, entry, key, frames) for key, frames in sorted(reached.items(), key=lambda one: one[0])]


def _subjects(engagement: Engagement) -> Iterator[tuple[tuple[str, str, str], ReachFrame, str]]:
    frame = engagement.frame
    if not engagement.acts:
        return
    for reach in (frame.reach, *frame.alike):
        source = reach.source
        yield (frame.license.id, source.id, frame.release_frame.release.id), frame, str(source.model or source.facts.get("name") or source.id)


def _decision(policy: Policy, entry: Entry, key: tuple[str, str, str], frames: list[tuple[ReachFrame, str]]) -> Decision:
    license, artifact, release = key
    name = frames[0][1]
    fixed: Any = {"license": license, "license_name": frames[0][0].license.name, "subject": name, "artifact": artifact, "release": release}
    doubtful: Mapping[str, Any] | None = None
    for group, answer in ANSWERS.items():
        for match in policy["entries"][group]:
            truth = _over_worlds([_fits(match, entry, frame, name) for frame, name in frames])
            if truth is None and group == "deny":
                doubtful = doubtful or match                   # it may be denied: somebody has to look
            elif truth or (truth is None and group == "review"):
                if answer == ACCEPTED and doubtful:
                    break
                return Decision(answer=answer, match=match, certain=bool(truth), **fixed)
    if doubtful:
        return Decision(answer=REVIEW, match=doubtful, certain=False, **fixed)
    return Decision(answer=ANSWERS[policy["default"]], **fixed)


def _over_worlds(truths: list[Truth]) -> Truth:
    """True or False where every world agrees."""
    return truths[0] if len(set(truths)) == 1 else None


def _fits(match: Mapping[str, Any], entry: Entry, frame: ReachFrame, name: str) -> Truth:
    """Does an entry of the policy fit? All that it names has to."""
    plain = all(_plain(key, values, entry, frame, name) for key, values in match["where"].items())
    return plain and conjunction([frame.evaluate(build(tree), names(tree))[0] for tree in match["trees"]])


def _plain(key: str, values: list[str], entry: Entry, frame: ReachFrame, name: str) -> bool:
    if key == "model":
        return any(like(pattern, name) for pattern in values)
    if key == "path":
        return any(inside(frame.world.scenario.place, folder) for folder in values)
    if key == "flag":
        return any(flag["flag"] in values for flag in entry["ethics"])
    if key == "form":
        return frame.release_frame.form in values
    if key in ("verdict", "conduct"):
        return any(one[key] in values for one in entry["licenses"] if one["id"] == frame.license.id)
    return getattr(frame.license, "id" if key == "license" else key) in values


def like(pattern: str, name: str) -> bool:
    """Does the name fit the pattern, `*` standing for anything, whatever the case?"""
    return re.fullmatch(".*".join(map(re.escape, re.split(r"\*+", pattern.casefold()))), name.casefold(), re.DOTALL) is not None


def inside(path: str, folder: str) -> bool:
    """Is the path the folder, or below it?"""
    folder = folder.strip("/").removeprefix("./")
    return folder in ("", ".") or f"{path}/".startswith(f"{folder}/")
