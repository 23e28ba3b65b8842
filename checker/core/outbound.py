"""Outbound: which label may the result carry? Every license is tried as the label of a release, and judged by the same rules as any label.

Labels of which the rules read the same are judged once. What keeps a release from being handed on whatever its label (no grant, a ban, two
licenses that exclude each other) counts against every label; what only may keep it from that is told beside them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from checker.core import duties
from checker.core.book import Book
from checker.core.changes import Change, changed
from checker.core.finding import Finding, LabelFrame
from checker.core.license import NO_LICENSE, OWN_WORK, License
from checker.core.reach_frame import admitted
from checker.core.rule import Rule
from checker.core.scenario import Release, Scenario
from checker.core.study import Held, Study, study

#: what can be said of a label, best first
MAY, IF, OPEN, MAY_NOT = OUTCOMES = ("may", "if", "open", "may_not")
#: what a finding that bars an act makes of every label, by its effect
_BARS = {"forbids": MAY_NOT, "needs_permission": IF, "reserves": IF}
_PASSING_ON = frozenset(("distribute", "distribute_derivative", "distribute_outputs"))
_LABEL_TERM = re.compile(r"'label\.terms\.([a-z_]+)(?:\.([a-z_]+))?'")


def outbound(book: Book, scenario: Scenario, license_ids: Iterable[str]) -> list[dict[str, Any]]:
    """For each release: groups of labels with the same outcome and the same reasons, best first; none where no copy is handed on."""
    usable = [license for license in map(book.license, license_ids) if license.read and license.kind != "output_terms"]
    return [_of_release(book, scenario, release, usable) for release in scenario.releases if release.certainty != "refuted"]


def _of_release(book: Book, scenario: Scenario, release: Release, usable: list[License]) -> dict[str, Any]:
    handed_on = any("copy" in book.vocabulary.forms[form]["released_as"] for form in release.forms)
    alone = scenario._replace(releases=(release,))
    judged = study(book, alone) if handed_on else None
    barred = _barred(judged.merged) if judged else []
    unread = _unread(book, judged) if judged else []
    sure = [*unread, *(one for one in barred if one["says"] != OPEN)]
    groups: dict[tuple[Any, ...], dict[str, Any]] = {}
    for labels in _alike(book, scenario, usable) if handed_on else ():
        outcome, reasons = _decided([*_tried(book, alone, release, labels[0]), *sure])
        key = (outcome, *((one["rule"], one["license"], one["effect"], one["status"]) for one in reasons))
        group = groups.setdefault(key, {"outcome": outcome, "labels": [], "reasons": reasons})
        group["labels"] = sorted([*group["labels"], *labels])
    ordered = sorted(groups.values(), key=lambda one: (OUTCOMES.index(one["outcome"]), len(one["reasons"]), one["labels"]))
    return {"id": release.id, "forms": list(release.forms), "label": release.facts.get("license"), "handed_on": handed_on,
            "whatever": [*unread, *barred], "groups": ordered}


def _alike(book: Book, scenario: Scenario, usable: list[License]) -> list[list[str]]:
    """The labels, those together of which the rules read the same; and all the licenses of the chain joined."""
    chain = {one for item in scenario.inputs for alternatives in item.candidates for together in alternatives for one in together}
    told_apart = chain.union(named for one in chain - {NO_LICENSE, OWN_WORK}
                             for named, _ in admitted(book.license(one).terms["share_alike"].get("compatible")))
    fields = sorted({match.groups("value") for rule in book.by_subject.get("label", ()) for match in _LABEL_TERM.finditer(repr(rule.trees))})
    found: dict[tuple[str, ...], list[str]] = {}
    for license in usable:
        terms = [_bare(license.terms[term], field) for term, field in fields]
        found.setdefault((license.id if license.id in told_apart else "", license.kind, *terms), []).append(license.id)
    known = {license.id for license in usable}
    together = [sorted(chain & known)] if len(chain & known) > 1 else []
    return [*found.values(), *([" AND ".join(ids)] for ids in together)]


def _bare(answer: Any, field: str) -> str:
    """What a rule can read of an answer."""
    if isinstance(answer, Mapping):
        return repr(answer.get(field))
    return repr([{key: value for key, value in item.items() if key not in ("section", "quote", "note", "doubt")} for item in answer])


def _tried(book: Book, scenario: Scenario, release: Release, label: str) -> list[dict[str, Any]]:
    """What is to be said of one label."""
    path = ("releases", release.id, "license")
    labelled = changed(scenario, [Change("label", path, path, release.facts.get("license"), label)])
    assert labelled is not None
    return list(_reasons(study(book, labelled).merged))


def _decided(said: list[dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """The outcome of one label, and what decides it."""
    outcome = max((one["says"] for one in said), key=OUTCOMES.index, default=MAY)
    return outcome, sorted((one for one in said if one["says"] == outcome), key=lambda one: (one["rule"], one["license"]))


def _barred(merged: Iterable[Held]) -> list[dict[str, Any]]:
    """What stands in the way of the release whatever its label, worst first: of each license the bar to handing on, or else to what comes before it."""
    found = []
    for held in merged:
        finding = held.finding
        if finding.rule.effect in _BARS and finding.license is not None and finding.release is not None and not _speaks_of_label(finding.rule):
            says = _BARS[finding.rule.effect] if held.truth else OPEN
            found.append((not _PASSING_ON.isdisjoint(finding.acts), _reason(finding, says, None)))
    passing = {(one["says"], one["license"]) for passes, one in found if passes}
    kept = [one for passes, one in found if passes or (one["says"], one["license"]) not in passing]
    return sorted(kept, key=lambda one: (-OUTCOMES.index(one["says"]), one["rule"], one["license"]))


def _unread(book: Book, judged: Study) -> list[dict[str, Any]]:
    """Licenses of the chain that were not read: under none of them can anything be said of a label."""
    licenses = {one.frame.license.id: one.frame.license for outcome in judged.outcomes for one in outcome.engagements if one.acts}
    message = book.vocabulary.sentence
    return [{"says": OPEN, "rule": "", "effect": "", "status": None, "license": license.id, "section": None, "quote": None,
             "title": message("title_not_read"), "message": message("license_not_read", license=license.name), "remedy": message("remedy_not_read")}
            for _, license in sorted(licenses.items()) if not license.read]


def _reasons(merged: Iterable[Held]) -> Iterator[dict[str, Any]]:
    for held in merged:
        finding = held.finding
        if finding.license is None or not _speaks_of_label(finding.rule) or (isinstance(finding.frame, LabelFrame) and finding.frame.on != "release"):
            continue
        says, status = _says(held)
        if says is None:
            continue
        yield _reason(finding, says, status)


def _reason(finding: Finding, says: str, status: str | None) -> dict[str, Any]:
    cited = duties.cited(finding)
    return {"says": says, "rule": finding.rule.id, "effect": finding.rule.effect, "status": status, "license": finding.license.id if finding.license else "",
            "section": cited.get("section"), "quote": cited.get("quote"), "title": finding.rule.data["title"],
            "message": duties.message(finding, says != OPEN) if status is None else duties.words(finding, "message"), "remedy": duties.words(finding, "remedy")}


def _speaks_of_label(rule: Rule) -> bool:
    return rule.subject == "label" or "'release.license'" in repr(rule.trees)


def _says(held: Held) -> tuple[str | None, str | None]:
    """(what the finding makes of the label, status of the duty); None where the label has no part in it."""
    effect = held.finding.rule.effect
    if effect == "forbids":
        return (MAY_NOT if held.truth else OPEN), None
    if effect == "notes":
        return (IF if held.finding.rule.data.get("compatible") else MAY), None
    if effect != "requires":
        return None, None
    status, done = duties.status(held.finding), duties.done(held.finding)
    if done:
        return None, status
    if not held.truth:
        return OPEN, status
    return (MAY_NOT if done is False else IF), status
