"""Duties: what is due under a finding, and whether it was done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from checker.core.figures import measure_of
from checker.core.finding import Finding
from checker.core.frame import Frame
from checker.core.reach_frame import ItemFrame, ReachFrame
from checker.core.scenario import is_certain
from checker.core.truth import Truth
from checker.core.wording import cite, either, fill

ASK = "ask_permission"


def words(finding: Finding, field: str) -> str:
    """What the rule says under `message`, `remedy`, `object` …, with the values of this finding: as a fact only where it holds."""
    text = finding.rule.data.get(field)
    return fill(either(str(text), finding.truth is True), look_up(finding)) if text else ""


def message(finding: Finding, holds: bool) -> str:
    """What the finding says; one that does not hold in every world (`holds`) says that it may apply."""
    said = words(finding, "message")
    return said if holds else finding.frame.world.vocabulary.sentence("may_apply", message=said)


def action(finding: Finding) -> str | None:
    """The duty a finding carries, in one word; None if it carries none."""
    if finding.rule.effect == "requires":
        return str(finding.rule.data["action"])
    return ASK if finding.rule.effect in ("needs_permission", "reserves") else None


def status(finding: Finding) -> str:
    """Was it done? met, cured, not_assessed, unproven or not_met; what only may be due is never said to be broken."""
    if action(finding) == ASK:
        # Scenario.agreements: None where nothing is said, else the complete list; an agreement in force would have kept the finding away.
        performed: Truth = None if finding.frame.world.scenario.agreements is None else False
    else:
        performed = done(finding)
    if performed is None:
        return "unproven" if finding.release is not None and finding.release.conduct.get("certainty") == "alleged" else "not_assessed"
    certain = _certain(finding)
    if not certain or finding.truth is None:
        return "unproven"
    if not performed:
        return "not_met"
    return "cured" if _late(finding) else "met"


def conduct_of_ban(finding: Finding) -> str:
    """What a ban that holds says of the conduct: the act is part of the scenario, so it was done."""
    return "not_met" if finding.truth and _certain(finding) else "unproven"


def _certain(finding: Finding) -> bool:
    conduct = finding.release.conduct if finding.release else {}
    return (finding.reach is None or finding.reach.certain) and is_certain(str(conduct.get("certainty") or "assumed"))


def done(finding: Finding) -> Truth:
    """Does the scenario say that it was done, whether or not it is due?"""
    if finding.rule.done is None:
        return None
    evaluate, rests_on = finding.rule.done
    value: Truth = finding.frame.evaluate(evaluate, rests_on)[0]
    return value


def _late(finding: Finding) -> bool:
    """Done now, but not yet when it was released?"""
    date = finding.release.facts.get("date") if finding.release else None
    world = finding.frame.world
    if not date or str(date) >= world.scenario.as_of or finding.rule.done is None:
        return False
    world.at = str(date)
    try:
        # Conduct is read afresh: what a frame remembers belongs to the day it was asked about.
        return _done_afresh(finding) is False
    finally:
        world.at = None


def _done_afresh(finding: Finding) -> Truth:
    assert finding.rule.done is not None
    evaluate, rests_on = finding.rule.done
    frame: Frame = finding.frame
    if isinstance(frame, ItemFrame):
        fresh: Frame = ItemFrame(frame.reach_frame.afresh(), frame.item)
    elif isinstance(frame, ReachFrame):
        fresh = frame.afresh()
    else:
        fresh = frame
    value: Truth = fresh.evaluate(evaluate, rests_on)[0]
    return value


def cited(finding: Finding) -> Mapping[str, Any]:
    """The answer (with section and quotation) that the finding rests on."""
    if finding.item:
        return dict(finding.item)
    term = finding.rule.data.get("term")
    if not term or finding.license is None:
        return {}
    answer = finding.license.terms[term]
    return answer if isinstance(answer, Mapping) else (answer[0] if answer else {})


def look_up(finding: Finding) -> Any:
    """Placeholder -> value for the wording of a finding's rule."""
    sentence = finding.frame.world.vocabulary.sentence

    def find(name: str) -> Any:
        if name == "value":
            return next((value for _, value, key in finding.calls if key and measure_of(key)), None)
        if name in ("item.section", "term.section"):
            return cite(cited(finding).get("section"), finding.frame.world.vocabulary.words["annexes"]).removeprefix("§ ")
        if name.startswith("term."):
            return cited(finding).get(name.removeprefix("term."), "")
        if name.startswith("other.license.") and finding.other is not None:
            return getattr(finding.other, name.removeprefix("other.license."))
        if name == "item.text" and isinstance(finding.item.get("text"), list):
            return sentence("or" if finding.item.get("any_of") else "and").join(f'"{text}"' for text in finding.item["text"])
        if name == "release.name" and finding.release is not None:
            return finding.release.facts.get("name") or finding.release.id
        words = finding.frame.world.vocabulary.words
        if name in ("item.metric", "item.use", "item.field"):
            return {**words["metrics"], **words["uses"]}[finding.item[name[5:]]]
        if name == "license.licensor" and finding.license is not None:
            return sentence("rights_holder") if finding.license.licensor == "any" else finding.license.licensor
        if name in ("act", "acts"):
            acts = finding.frame.world.vocabulary.acts
            return [acts[act]["title"] for act in finding.acts]
        return finding.frame[name]

    return find
