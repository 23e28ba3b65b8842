"""The Assessment: everything licet has to say of a scenario, as one JSON-like value (schema `licet/assessment/1`).

Nothing is judged here; the worlds have been. This puts their outcomes into the form that every renderer reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from operator import or_
from typing import Any

from checker.core import duties, sensitivity
from checker.core.alternatives import Choice
from checker.core.book import Book
from checker.core.finding import Finding
from checker.core.fingerprint import identify, of_finding
from checker.core.license import License
from checker.core.lineage import Lineage
from checker.core.outcome import Outcome
from checker.core.scenario import HAPPENED, Reference, Scenario, is_structural
from checker.core.study import Held, Merged, Study, key_of, study
from checker.core.verdict import DEPENDS, GOOD, GOOD_BITS, NONE_ENGAGED, NOT_ENOUGH_FACTS, members, worst_conduct
from checker.core.vocabulary import Vocabulary
from checker.core.wording import cite, plain
from checker.core.world import Call
from checker.core.worlds import Exploration, Leaf, settle, verdict_range

SCHEMA = "licet/assessment/1"


def assessment(book: Book, scenario: Scenario, envelope: Mapping[str, Any], *, detail: bool = True, studied: Study | None = None) -> dict[str, Any]:
    """The complete Assessment. `envelope` has `tool` and `inputs`; `detail` adds sensitivity (questions, unsettled); repairs are added by who asks."""
    choice, outcomes, merged = studied or study(book, scenario)
    fixed, exploration = choice.fixed, choice.exploration
    verdict = settle(exploration.leaves)
    obligations = _obligations(merged)
    licenses = _licenses(exploration, outcomes, merged, obligations)
    releases = _releases(scenario, exploration, obligations, merged)
    unsettled = sensitivity.unsettled(book, scenario, fixed, exploration) if detail else []
    return {
        "schema": SCHEMA,
        **envelope,
        "scenario": dict(scenario.source),
        "assumptions": list(scenario.assumptions),
        "as_of": scenario.as_of,
        "profile": scenario.profile.get("id", ""),
        "verdict": verdict,
        "verdict_range": verdict_range(exploration.leaves),
        "complete": exploration.all_complete and choice.best,
        "conduct": worst_conduct(entry["conduct"] for entry in licenses),
        "licenses": licenses,
        "rejected": choice.rejected,
        "releases": releases,
        "lineage": _lineage(book, scenario),
        "findings": [_finding(held) for held in merged if held.finding.rule.axis == "legal"],
        "obligations": obligations,
        "regulation": [_regulation(book, held) for held in merged if held.finding.rule.axis == "regulation" and held.truth],
        "ethics": _ethics(book, merged),
        "unsettled": [one for one in unsettled if not book.positions[one["id"]].get("background")],
        "background": [one for one in unsettled if book.positions[one["id"]].get("background")],
        "questions": sensitivity.questions(book, scenario, exploration) if detail else [],
        "repairs": [],
        "repair_search": None,
        "not_covered": _not_covered(book.vocabulary, choice, outcomes),
        "notice": book.vocabulary.sentence("notice"),
    }


# ---- findings --------------------------------------------------------------------------------------------------------


def _finding(held: Held) -> dict[str, Any]:
    finding, truth, hangs_on = held
    cited = duties.cited(finding)
    return {
        "id": identify(key_of(finding)),
        "fingerprint": of_finding(finding),
        "rule": finding.rule.id,
        "axis": finding.rule.axis,
        "effect": finding.rule.effect,
        "holds": "yes" if truth else "depends",
        "acts": list(finding.acts),
        "license": finding.license.id if finding.license else None,
        "other_license": finding.other.id if finding.other else None,
        "section": cited.get("section"),
        "cites": cite(cited.get("section"), finding.frame.world.vocabulary.words["annexes"]) or None,
        "quote": cited.get("quote"),
        "doubt": cited.get("doubt"),
        "artifact": finding.reach.source.id if finding.reach else None,
        "release": finding.release.id if finding.release else None,
        "title": finding.rule.data["title"],
        "message": duties.message(finding, bool(truth)),
        "remedy": duties.words(finding, "remedy"),
        "why": finding.rule.data.get("why", ""),
        "rests_on": {**_rests_on(finding), "open": list(hangs_on)},
        "trace": _trace(finding),
        "location": _location(finding),
    }


def _location(finding: Finding) -> dict[str, Any]:
    line = finding.reach.source.line if finding.reach else finding.release.line if finding.release else 0
    return {"file": finding.frame.world.scenario.file, "line": line}


_FACTS = ("release.", "actor.", "input.", "step.")


def _all_names(finding: Finding) -> list[str]:
    """Names of the condition, with those of the definitions it uses."""
    vocabulary = finding.frame.world.vocabulary
    found: dict[str, None] = {}

    def add(names: list[str]) -> None:
        for name in names:
            if name not in found:
                found[name] = None
                if vocabulary.defines(name):
                    add(vocabulary.expression("def:" + name)[1])

    add(finding.rule.when[1])
    return list(found)


def _looked_up(finding: Finding) -> list[Call]:
    """What was looked up, the ground itself left out: every finding rests on it, and it is said once."""
    ground = {f"positions.{one}" for one, position in finding.frame.world.book.positions.items() if position.get("background")}
    return [call for call in finding.calls if call[2] not in ground]


def _rests_on(finding: Finding) -> dict[str, list[str]]:
    names = _all_names(finding)
    looked_up = {key for _, _, key in _looked_up(finding) if key}
    facts = {finding.frame.atom(name) or name for name in names if name.startswith(_FACTS)}
    return {
        "facts": sorted(facts | {key for key in looked_up if not key.startswith("positions.")}),
        "positions": sorted(key.removeprefix("positions.") for key in looked_up if key.startswith("positions.")),
    }


def _trace(finding: Finding) -> dict[str, Any]:
    shown = {name: plain(finding.frame[name]) for name in _all_names(finding)
             if name not in ("reaches", "steps", "inputs", "item") and not name.startswith("answer")}
    return {"when": " ".join(str(finding.rule.data["when"]).split()), "values": shown,
            "looked_up": {what: plain(value) for what, value, _ in _looked_up(finding)}}


# ---- duties and conduct ----------------------------------------------------------------------------------------------


def _obligations(merged: Merged) -> list[dict[str, Any]]:
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for finding, truth, hangs_on in merged:
        action = duties.action(finding)
        if action is None or finding.license is None or finding.release is None:
            continue
        cited = duties.cited(finding)
        text = duties.words(finding, "text")
        entry = {"fingerprint": of_finding(finding), "rule": finding.rule.id, "license": finding.license.id, "release": finding.release.id,
                 "section": cited.get("section"), "action": action, "object": duties.words(finding, "object") or finding.license.name,
                 "text": text or None, "when": "due" if truth else "depends",
                 "open": list(hangs_on),
                 "status": duties.status(finding) if truth else _softened(duties.status(finding)),
                 "remedy": duties.words(finding, "remedy")}
        key = (entry["license"], entry["release"], action, text) if action == duties.ASK else key_of(finding)
        known = found.get(key)
        if known is None or (known["when"] == "depends" and entry["when"] == "due"):
            found[key] = entry
    return sorted(found.values(), key=lambda one: (one["license"], one["release"], one["action"], one["section"] or "", one["text"] or ""))


def _softened(state: str) -> str:
    return "unproven" if state in ("not_met", "cured", "met") else state


def _conduct(where: str, value: str, obligations: list[dict[str, Any]], merged: Merged) -> str:
    states = [one["status"] for one in obligations if one[where] == value]
    states += [duties.conduct_of_ban(finding) if truth else "unproven" for finding, truth, *_ in merged
               if finding.rule.effect == "forbids" and _place(finding, where) == value]
    uncertain = any(not finding.reach.certain for finding, *_ in merged
                    if finding.reach is not None and finding.rule.effect != "grants" and _place(finding, where) == value)
    return worst_conduct("unproven" if uncertain and state in ("not_assessed", "met") else state for state in states)


def _place(finding: Finding, where: str) -> str | None:
    thing = finding.license if where == "license" else finding.release
    return thing.id if thing else None


# ---- licenses, releases, lineage -------------------------------------------------------------------------------------


def _licenses(exploration: Exploration, outcomes: list[Outcome], merged: Merged, obligations: list[dict[str, Any]]) -> list[dict[str, Any]]:
    entries = []
    for license_id in exploration.licenses:
        leaves = exploration.about(("license", license_id))
        with_it = [leaf for leaf in leaves if license_id in leaf.by_license]
        spared = _spared(license_id, leaves, with_it)

        def read(leaf: Leaf, one: str = license_id) -> int:
            return leaf.by_license.get(one, NONE_ENGAGED)

        verdict = settle([*with_it, *spared], read)
        engagements = [one for outcome in outcomes for one in outcome.engagements if one.frame.license.id == license_id]
        license = engagements[0].frame.license if engagements else None
        reaches = {(reach.source.id, reach.relation, reach.path): None for one in engagements for reach in (one.frame.reach, *one.frame.alike)}
        entries.append({
            "id": license_id,
            "name": license.name if license else license_id,
            "licensor": license.licensor if license else "",
            "url": (license.head.get("text") or {}).get("url") if license else None,
            "effective": license.effective if license else None,
            "summary": license.summary if license else "",
            "reaches": [{"artifact": source, "relation": relation, "path": list(path)} for source, relation, path in reaches],
            "acts": _acts(license_id, outcomes, bool(spared)),
            "verdict": verdict,
            "conduct": _license_conduct(license_id, verdict, engagements, obligations, merged),
            "in_every_world": exploration.all_seen and len(with_it) == len(leaves),
            "terms_used": _terms_used(license_id, merged),
        })
    return entries


def _spared(license_id: str, leaves: Iterable[Leaf], with_it: Iterable[Leaf]) -> list[Leaf]:
    """Worlds in which the license is not engaged for no other reason than that something alleged did not happen."""
    def told(leaf: Leaf) -> frozenset[tuple[str, Any]]:
        return frozenset((key, value) for key, value in leaf.given.items() if is_structural(key) and not key.endswith(HAPPENED))

    known = {told(leaf) for leaf in with_it}
    return [leaf for leaf in leaves if license_id not in leaf.by_license and told(leaf) in known
            and any(key.endswith(HAPPENED) and value is False for key, value in leaf.given.items())]


def _license_conduct(license_id: str, verdict: str, engagements: list[Any], obligations: list[dict[str, Any]], merged: Merged) -> str:
    conduct = _conduct("license", license_id, obligations, merged)
    if conduct == "met" and verdict not in GOOD:
        return "unproven" if any(not one.frame.reach.certain for one in engagements) else "not_assessed"
    return conduct


def _acts(license_id: str, outcomes: Iterable[Outcome], spared: bool) -> dict[str, str]:
    """Act -> verdict under a license, over the structural worlds in which it is done; those in which the license is `spared` count as well."""
    found: dict[str, list[int]] = {}
    for outcome in outcomes:
        for act, bits in outcome.acts.get(license_id, {}).items():
            found.setdefault(act, [NONE_ENGAGED] if spared else []).append(bits)
    engaged = [one for outcome in outcomes for one in outcome.engagements if one.frame.license.id == license_id]
    return {act: _of_act(several, frozenset().union(*(one.open_to(act) for one in engaged))) for act, several in found.items()}


def _of_act(several: Iterable[int], open_to: frozenset[str]) -> str:
    """The verdict on an act from what it can be in each structural world, and from what is open that bears on it."""
    classes = {GOOD_BITS if bits & ~GOOD_BITS == 0 else bits for bits in several}
    verdicts = members(reduce(or_, several))
    if len(verdicts) == 1 or set(verdicts) <= GOOD:
        return verdicts[-1]
    unsettled = len(classes) == 1 and open_to and all(key.startswith("positions.") for key in open_to)
    return DEPENDS if unsettled else NOT_ENOUGH_FACTS


def _terms_used(license_id: str, merged: Merged) -> list[dict[str, Any]]:
    used: dict[tuple[str, str], dict[str, Any]] = {}
    for finding, *_ in merged:
        if finding.license is None or finding.license.id != license_id:
            continue
        cited = duties.cited(finding)
        term = finding.rule.data.get("term") or (finding.rule.for_each or "").removeprefix("terms.")
        if term == "grants" and finding.item:
            term = finding.frame.world.vocabulary.acts[finding.item["act"]]["term"]
        if cited.get("section"):
            used[term, str(cited["section"])] = {"term": term, "section": cited["section"], "quote": cited.get("quote")}
    return [used[key] for key in sorted(used)]


def _releases(scenario: Scenario, exploration: Exploration, obligations: list[dict[str, Any]], merged: Merged) -> list[dict[str, Any]]:
    entries = []
    for release in scenario.releases:
        def read(leaf: Leaf, one: str = release.id) -> int:
            return leaf.by_release.get(one, 1)

        entries.append({"id": release.id, "of": release.of, "form": release.forms[0] if len(release.forms) == 1 else None,
                        "forms": list(release.forms), "name": release.facts.get("name"),
                        "verdict": settle(exploration.about(("release", release.id)), read),
                        "conduct": _conduct("release", release.id, obligations, merged)})
    return entries


def _lineage(book: Book, scenario: Scenario) -> dict[str, Any]:
    lineage = Lineage(scenario, {}, book.vocabulary)
    inputs, steps, releases = (scenario.names(group) for group in ("inputs", "steps", "releases"))
    nodes = [{"id": item.id, "kind": item.facts.get("kind") or "model", "name": inputs[item.id],
              "role": "input", "certainty": item.certainty, "licenses": list(item.labels), "declared": item.declared,
              "location": {"file": scenario.file, "line": item.line}} for item in scenario.inputs]
    nodes += [{"id": step.id, "kind": "", "name": steps[step.id], "role": "made", "certainty": step.certainty,
               "licenses": [], "declared": None, "location": {"file": scenario.file, "line": step.line}} for step in scenario.steps]
    nodes += [{"id": f"release:{release.id}", "kind": "release", "name": releases[release.id], "role": "release",
               "certainty": release.certainty, "licenses": [], "declared": None,
               "location": {"file": scenario.file, "line": release.line}} for release in scenario.releases]
    edges = [edge for step in scenario.steps for edge in _edges(step.inputs, step.id, step.actions, step.by, step.certainty, lineage)]
    publisher = book.vocabulary.sentence("its_publisher")
    edges += [edge for item in scenario.inputs for edge in _edges(item.made_from, item.id, (item.made_by,), publisher, item.certainty, lineage)]
    edges += [{"from": release.of, "to": f"release:{release.id}", "action": release.forms[0] if len(release.forms) == 1 else None,
               "actions": list(release.forms), "relations": [], "by": "actor", "certainty": release.certainty} for release in scenario.releases]
    return {"nodes": nodes, "edges": edges}


def _edges(references: Iterable[Reference], to: str, actions: tuple[str, ...], by: str, certainty: str, lineage: Lineage) -> Iterator[dict[str, Any]]:
    for reference in references:
        own = (reference.action,) if reference.action else actions
        yield {"from": reference.id, "to": to, "action": own[0] if len(own) == 1 else None, "actions": list(own),
               "relations": list(dict.fromkeys(lineage.relation(reference, action) for action in own)), "by": by, "certainty": certainty}


# ---- the other two axes ----------------------------------------------------------------------------------------------


def _norms(book: Book, ids: Iterable[str]) -> list[dict[str, Any]]:
    found = []
    for norm_id in ids:
        norm = book.norms[norm_id]
        found.append({"id": norm_id, "source": norm["title"], "provision": norm["provision"], "url": norm.get("url"),
                      "kind": norm["kind"], "holders": list(norm.get("holders", [])), "unverified": bool(norm.get("unverified"))})
    return found


def _regulation(book: Book, held: Held) -> dict[str, Any]:
    data = held.finding.rule.data
    return {**_finding(held), "status": data["status"], "in_force": data.get("in_force"), "norms": _norms(book, data.get("norms", ()))}


def _ethics(book: Book, merged: Merged) -> list[dict[str, Any]]:
    """Flags that hold in every world, each once: the first release it concerns speaks, all are listed."""
    found: dict[str, dict[str, Any]] = {}
    for finding, truth, *_ in merged:
        if finding.rule.axis != "ethics" or not truth:
            continue
        data = finding.rule.data
        entry = found.setdefault(data["flag"], {
            "id": identify(key_of(finding)), "fingerprint": of_finding(finding), "flag": data["flag"], "rule": finding.rule.id,
            "title": data["title"], "about": data.get("about", "actor"),
            "strength": data["strength"], "norms": _norms(book, data["norms"]), "opposing": _norms(book, data.get("opposing", ())),
            "message": duties.words(finding, "message"), "answers": duties.words(finding, "answers"), "why": data.get("why", ""), "releases": []})
        if finding.release and finding.release.id not in entry["releases"]:
            entry["releases"].append(finding.release.id)
    return [found[flag] for flag in sorted(found)]


def _engaged(outcomes: list[Outcome]) -> set[License]:
    """The licenses under which something is done."""
    return {engagement.frame.license for outcome in outcomes for engagement in outcome.engagements if engagement.acts}


def _not_covered(vocabulary: Vocabulary, choice: Choice, outcomes: list[Outcome]) -> list[str]:
    unread = sorted({engagement.frame.license.id for outcome in outcomes for engagement in outcome.engagements if not engagement.frame.license.read})
    found = [vocabulary.sentence("license_not_read", license=license_id) for license_id in unread]
    policies = sorted({(license.name, str(license.terms["use_policy"]["value"])) for license in _engaged(outcomes)
                       if license.terms["use_policy"]["value"] and license.terms["use_policy"].get("by") in ("incorporated", "reference")
                       and not license.head.get("policies")})
    found += [vocabulary.sentence("policy_not_read", policy=policy, license=name) for name, policy in policies]
    incomplete = {engagement.frame.license for outcome in outcomes for engagement in outcome.engagements
                  if (engagement.frame.license.head.get("text") or {}).get("incomplete")}
    found += [vocabulary.sentence("text_incomplete", license=license.name, what=license.head["text"]["incomplete"])
              for license in sorted(incomplete, key=lambda one: one.id)]
    if not choice.best:
        found.insert(0, vocabulary.sentence("choices_left", possible=f"{choice.possible:,}", compared=1 + len(choice.rejected)))
    if not choice.exploration.all_seen:
        found.insert(0, vocabulary.sentence("cases_seen", seen=f"{len(choice.exploration.bases):,}", cases=f"{choice.exploration.cases:,}"))
    elif not choice.exploration.all_complete:
        found.insert(0, vocabulary.sentence("too_much_open"))
    if choice.exploration.all_seen and len(outcomes) < len(choice.exploration.bases):
        found.insert(0, vocabulary.sentence("cases_told", told=len(outcomes), cases=f"{len(choice.exploration.bases):,}"))
    return [*found, vocabulary.sentence("never_covered")]
