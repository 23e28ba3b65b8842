"""Judge one world: every rule on every subject, findings with their trace, verdict sets per license, release and act."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from checker.core.blame import open_facts
from checker.core.book import Book
from checker.core.finding import Finding, LabelFrame, PairFrame
from checker.core.frame import Frame, NotingFrame, ReleaseFrame
from checker.core.license import OWN_WORK, License
from checker.core.lineage import Reach
from checker.core.outcome import Engagement, Outcome, Part
from checker.core.reach_frame import ItemFrame, ReachFrame, input_facts, label_licenses, label_rules, rules_for
from checker.core.rule import VERDICT_EFFECTS, Rule
from checker.core.scenario import Choice, Release, Scenario, happened
from checker.core.truth import Truth, conjunction, disjunction
from checker.core.verdict import ANYTHING, NONE_ENGAGED, of_act
from checker.core.world import World

#: alternatives of licenses that a label names together (None: none that is known)
_Names = tuple[tuple[str | None, ...], ...]


def chosen_licenses(scenario: Scenario, choice: Choice) -> dict[str, tuple[str, ...]]:
    """Input -> the license ids that govern it in this world: its candidate, and of that the alternative chosen."""
    found = {}
    for source in scenario.inputs:
        candidate = choice.get(f"inputs.{source.id}.license", 0)
        alternatives = source.candidates[candidate] if source.candidates else ((),)
        found[source.id] = alternatives[choice.get(f"inputs.{source.id}.alternative.{candidate}", 0)] if alternatives else ()
    return found


def assess(book: Book, scenario: Scenario, choice: Choice | None = None, given: dict[str, Any] | None = None,
           *, verdict_only: bool = False, only: Callable[[Rule], bool] | None = None) -> Outcome:
    """Judge the scenario in the world that `choice` (structure) and `given` (facts, positions) describe.

    What they leave open stays unknown, and the verdicts are then sets. `verdict_only` leaves out the rules that cannot
    change a verdict, and looks up nothing that can no longer change an answer; `only` leaves out all that it does not
    choose. Worlds of one scenario of which only the verdict is asked are remembered: in the next, only what looks up
    something that is otherwise there is judged.
    """
    wanted = only or (_may_change_a_verdict if verdict_only else _any_rule)
    everything = only is None and not verdict_only
    ledgers = book.memory.within(scenario) if only is None and (verdict_only or choice) else None
    world = World(book, scenario, choice or {}, given or {}, ledgers, hasty=verdict_only)
    frame_of = ReleaseFrame if ledgers is None else NotingFrame
    frames = [frame_of(world, release) for release in scenario.releases if happened("releases", release, world.choice)]
    judged: dict[str, list[Engagement]] = {}
    plain: list[Finding] = []

    def engagements(frame: ReleaseFrame) -> list[Engagement]:
        if frame.release.id not in judged:
            judged[frame.release.id] = _engagements(frame, wanted)
        return judged[frame.release.id]

    def part(frame: ReleaseFrame) -> Part:
        return Part.of(frame.release.id, engagements(frame))

    if everything:
        parts = list(map(part, frames))
        plain += [finding for frame in frames for finding in _plain_findings(frame, "release")]
        plain += _plain_findings(ReleaseFrame(world, scenario.releases[0]), "scenario") if scenario.releases else ()
    else:
        parts = [world.once(("release", frame.release.id), partial(part, frame), ("changed", frame.release.id)) for frame in frames]
    return Outcome(world, parts, lambda: [one for frame in frames for one in engagements(frame)], plain)


def _engagements(frame: ReleaseFrame, wanted: Callable[[Rule], bool]) -> list[Engagement]:
    """Everything that reaches a release, judged."""
    frame.reach_frames = _frames(frame)
    engaged = [_engage(reach_frame, wanted) for reach_frame in frame.reach_frames]
    _add_pair_findings(engaged)
    for engagement in engaged:
        if not engagement.verdicts:
            _judge(frame.world.book, engagement)
    return engaged


def _any_rule(rule: Rule) -> bool:
    return True


def _may_change_a_verdict(rule: Rule) -> bool:
    return rule.effect in VERDICT_EFFECTS


def _frames(frame: ReleaseFrame) -> list[ReachFrame]:
    """One frame per license and way of reaching the release."""
    world, release = frame.world, frame.release
    found = []
    for license, by_label, first, *alike in world.once(("ways", release.id), lambda: _ways(world, release)):
        found.append(ReachFrame(frame, license, first, by_label))
        found[-1].alike = alike
    world.changed[release.id] = frozenset(one.license.id for one in found if one.reach.relation in ("copy", "modification"))
    return found


def _ways(world: World, release: Release) -> list[tuple[Any, ...]]:
    """(license, is it by a label, the reach, others alike): inputs of which the same is known are judged once, for all of them."""
    world.look("structure", release.of)
    governing = chosen_licenses(world.scenario, world.choice)
    found: dict[tuple[Any, ...], list[Any]] = {}
    for reach in world.lineage.reaches(release):
        by_label = not governing[reach.source.id] and _a_label_may_govern(world, reach)
        for license_id in label_licenses(world, reach.source.declared) if by_label else governing[reach.source.id]:
            if license_id == OWN_WORK:
                continue
            license = world.book.license(license_id)
            reach = _as_the_text_sees_it(world, license, reach)
            key = (license_id, by_label, *reach[2:9], reach.path[1:], reach.taught_in, *_told_apart(world, license, reach))
            found.setdefault(key, [license, by_label]).append(reach)
    return [tuple(one) for one in found.values()]


def _a_label_may_govern(world: World, reach: Reach) -> bool:
    """Has the input no license of its own but a label, and may the label count (see the position `label-precedence`)?"""
    return bool(label_licenses(world, reach.source.declared)) and world.position("label-precedence", "") != "chain-governs"


def _as_the_text_sees_it(world: World, license: License, reach: Reach) -> Reach:
    """A change that the text itself does not count as a derivative leaves the work what it was, where the vocabulary says so: a copy."""
    manner = world.vocabulary.manners.get(reach.manner, {})
    if reach.relation != "modification" or "otherwise" not in manner or license.terms["derivative"][manner["part"]]["value"] != "no":
        return reach
    return reach._replace(relation=manner["otherwise"], manner="", modifies=False)


def _told_apart(world: World, license: License, reach: Reach) -> tuple[Any, ...]:
    """What tells an input from others under the same license: its facts; its id, where one of them is open and a rule asks for it."""
    source = reach.source
    asked = input_facts(world, license)
    is_open = any(source.facts.get(fact) is None and spec["absent"] == "unknown" for fact, spec in world.vocabulary.facts["input"].items() if fact in asked)
    facts = tuple(str(source.facts.get(fact)) for fact in sorted(asked))
    return (source.id if is_open or not license.read else "", source.declared, source.facts.get("kind"), facts)


def _engage(frame: ReachFrame, wanted: Callable[[Rule], bool]) -> Engagement:
    """The engagement with what the rules find by its license alone; judged, if no other license can bear on it and it was known."""
    world = frame.world
    if world.ledgers is None:
        return _by_itself(frame, wanted)

    fresh: list[Engagement] = []

    def judged() -> tuple[Any, ...]:
        fresh.append(_by_itself(frame, wanted))
        if not fresh[0].verdicts and not rules_for(world, frame.license, "pair"):
            _judge(world.book, fresh[0])
        return fresh[0].kept()

    kept = world.once((wanted, *_about(frame)), judged)
    return fresh[0] if fresh else Engagement.known_again(frame, kept)


def _about(frame: ReachFrame) -> tuple[Any, ...]:
    """What tells one license that reaches a release in one way from all others."""
    reach = frame.reach
    return (frame.license.id, reach.source.id, reach.release.id, frame.by_label, *reach[2:])


def _by_itself(frame: ReachFrame, wanted: Callable[[Rule], bool]) -> Engagement:
    """The same. Where the world answers like one before, be it of another scenario, it is known again."""
    memory, about = frame.world.book.memory, (wanted, *_about(frame))
    kept = memory.recall(about, frame.answer)
    if kept is None:
        fresh = _acts_done(frame.world, frame)
        fresh.findings.extend(_reach_findings(fresh, wanted))
        found = [one.kept() for one in fresh.findings]
        _judge(frame.world.book, fresh)
        kept = found, fresh.kept()
        memory.remember(about, frame.heard, kept)
    frame.world.calls = []
    found, judged = kept
    acts, hangs_on = judged[:2]
    on_labels = _on_labels(frame, acts, wanted)
    if on_labels or rules_for(frame.world, frame.license, "pair"):
        return Engagement(frame, acts, hangs_on, [*found, *on_labels])
    return Engagement.known_again(frame, judged)


def _on_labels(frame: ReachFrame, acts: dict[str, Truth], wanted: Callable[[Rule], bool]) -> list[tuple[Any, ...]]:
    """What the rules on labels find beside the license, kept by itself: the same licenses stand under many labels."""
    if not acts or not frame.license.read or not any(_rules_on(frame, on, names, wanted) for _, on, names in _labels(frame)):
        return []
    memory, about = frame.world.book.memory, ("label", wanted, *acts.items(), *_about(frame))
    kept: list[tuple[Any, ...]] | None = memory.recall(about, frame.answer)
    if kept is None:
        fresh = frame.afresh()                                 # what it was asked for before would not be heard again
        kept = [one.kept() for one in _label_findings(fresh, acts, wanted)]
        memory.remember(about, fresh.heard, kept)
    return kept


def _acts_done(world: World, frame: ReachFrame) -> Engagement:
    """Which acts does the actor do under this license, by this way of reaching the release?"""
    acts: dict[str, Truth] = {}
    hangs_on: set[str] = set()
    for name in world.vocabulary.acts:
        truth = frame.evaluate(*world.vocabulary.expression("act:" + name, world.hasty))[0]
        if truth is not False:
            acts[name] = truth
        if truth is None:
            hangs_on |= open_facts(world.vocabulary.trees["act:" + name], frame)
    return Engagement(frame, acts, frozenset(hangs_on))


def _reach_findings(engagement: Engagement, wanted: Callable[[Rule], bool]) -> Iterator[Finding]:
    frame = engagement.frame
    if not frame.license.read:
        return
    for rule in rules_for(frame.world, frame.license, "reach"):
        if not wanted(rule) or (not engagement.acts and rule.axis == "legal"):
            continue
        if rule.for_each is None:
            yield from _try(rule, frame, None, engagement.acts)
            continue
        items = frame.license.grants(frame.world.vocabulary.acts) if rule.for_each == "grants" else frame.license.terms[rule.for_each[6:]]
        for item in items if isinstance(items, list) else [items] if items.get("value") else []:
            if rule.for_each != "grants" or item["act"] in engagement.acts:
                yield from _try(rule, ItemFrame(frame, item), item, engagement.acts)


def _try(rule: Rule, frame: Frame, item: Any, engaged: dict[str, Truth], other: License | None = None) -> Iterator[Finding]:
    """The finding, if the rule holds or may hold and speaks of an act that is done."""
    if rule.effect == "reserves":
        return
    acts = (item["act"],) if rule.acts == "item" else tuple(rule.acts) if rule.acts else tuple(engaged)
    acts = tuple(act for act in acts if act in engaged)
    if not acts and rule.axis == "legal":
        return
    truth, calls = frame.tried(rule)
    if truth is not False:
        yield Finding(rule, frame, item, truth, calls, acts, other)


def _add_pair_findings(engaged: list[Engagement]) -> None:
    """Rules on two licenses that meet. Reaches of one license in one relation behave alike, so one stands for all."""
    alike: dict[tuple[str, str, str], Engagement] = {}
    for engagement in engaged:
        frame = engagement.frame
        if engagement.acts and frame.license.read:
            alike.setdefault((frame.license.id, frame.reach.relation, frame.reach.manner), engagement)
    for left in alike.values():
        rules = rules_for(left.frame.world, left.frame.license, "pair")
        for right in alike.values() if rules else ():
            if left.frame.license.id != right.frame.license.id:
                left.findings.extend(_pair_findings(left, right.frame, rules))


def _pair_findings(left: Engagement, right: ReachFrame, rules: list[Rule]) -> Iterator[Finding]:
    world = left.frame.world

    def found(other: ReachFrame) -> list[Finding]:
        pair = PairFrame(left.frame, other)
        return [finding for rule in rules for finding in _try(rule, pair, None, left.acts, right.license)]

    if world.ledgers is None:
        yield from found(right)
        return
    # the other is looked at afresh: what it knows by now was noted by whoever asked it first
    kept = world.once((tuple(left.acts), _about(left.frame), _about(right)), lambda: [one.kept() for one in found(right.afresh())])
    pair = PairFrame(left.frame, right) if kept else left.frame
    yield from (Finding.known_again(pair, one, right.license) for one in kept)


def _label_findings(frame: ReachFrame, acts: dict[str, Truth], wanted: Callable[[Rule], bool]) -> Iterator[Finding]:
    for text, on, names in _labels(frame):
        # each license that the label joins has a frame, which serves every rule
        alternatives = [[LabelFrame(frame, text, on, named) for named in together] for together in names]
        for rule in _rules_on(frame, on, names, wanted):
            yield from _try_label(rule, alternatives, acts)


def label_notes(outcome: Outcome) -> Iterator[Finding]:
    """What is to be said of labels besides what bears on a verdict: left out where only verdicts were asked for."""
    for engagement in outcome.engagements:
        for kept in _on_labels(engagement.frame, engagement.acts, _only_noted):
            finding = Finding.known_again(engagement.frame, kept)
            _no_surer_than_its_acts(finding, engagement)
            yield finding


def _only_noted(rule: Rule) -> bool:
    return rule.axis == "legal" and not _may_change_a_verdict(rule)


def _labels(frame: ReachFrame) -> Iterator[tuple[str, str, _Names]]:
    """The label of the release and those of inputs on the way; where each stands, and what it names."""
    for text, on in ((frame["release.license"], "release"), *((text, "input") for text in frame.ask("declared"))):
        if text:
            names, ambiguous, _ = frame.ask("label", str(text))
            if ambiguous and (frame.license.id,) in names:
                names = ((frame.license.id,),)                 # a name that several texts share may well mean this one
            yield str(text), on, names or ((None,),)


def _rules_on(frame: ReachFrame, on: str, names: _Names, wanted: Callable[[Rule], bool]) -> list[Rule]:
    """The rules that may hold of one of the licenses that a label names."""
    ids = [named for together in names for named in together]
    return list(dict.fromkeys(rule for named in ids for rule in label_rules(frame.world, frame.license, on, named) if wanted(rule)))


def _try_label(rule: Rule, alternatives: list[list[LabelFrame]], engaged: dict[str, Truth]) -> Iterator[Finding]:
    """A label may join licenses: it is at fault if each license of one of its alternatives is."""
    findings = []
    truths = []
    for together in alternatives:
        found = [list(_try(rule, frame, None, engaged)) for frame in together]
        truths.append(conjunction([one[0].truth if one else False for one in found]))
        findings += [finding for one in found for finding in one]
    truth = disjunction(truths)
    if truth is not False:
        speaker = next((finding for finding in findings if finding.truth is truth), findings[0])
        speaker.truth = truth
        yield speaker


def _plain_findings(frame: ReleaseFrame, subject: str) -> Iterator[Finding]:
    for rule in frame.world.book.by_subject.get(subject, ()):
        if rule.quick(frame) is not False:
            truth, calls = frame.evaluate(*rule.when)
            yield Finding(rule, frame, None, truth, calls)


def _judge(book: Book, engagement: Engagement) -> None:
    """The verdict on every act done under the license; what nothing grants becomes a finding of its own."""
    license = engagement.frame.license
    if not license.read:
        engagement.verdicts = {act: ANYTHING | (NONE_ENGAGED if truth is None else 0) for act, truth in engagement.acts.items()}
        engagement.rests_on = engagement.hangs_on | {f"inputs.{engagement.frame.reach.source.id}.license"}
        return
    reserved = [rule for rule in book.by_subject.get("reach", ()) if rule.effect == "reserves"]
    verdicts: dict[str, int] = {}
    for act, engaged in engagement.acts.items():
        truths: dict[str, Truth] = {effect: disjunction(finding.truth for finding in engagement.findings
                                                        if finding.rule.effect == effect and act in finding.acts)
                                    for effect in VERDICT_EFFECTS}
        verdicts[act] = of_act(engaged, truths["forbids"], truths["needs_permission"], truths["grants"], truths["requires"])
        said = truths["forbids"] is not False or truths["needs_permission"] is not False      # an express limit speaks for itself
        if truths["grants"] is not True and not said:
            truth = conjunction([engaged, None if truths["grants"] is None else True])
            engagement.findings.extend(Finding(rule, engagement.frame, None, truth, [], (act,)) for rule in reserved)
    engagement.verdicts = verdicts
    for finding in engagement.findings:
        _no_surer_than_its_acts(finding, engagement)
    engagement.rests_on = engagement.hangs_on.union(*(finding.open_facts() for finding in engagement.findings
                                                      if finding.truth is None and finding.rule.effect in VERDICT_EFFECTS))


def _no_surer_than_its_acts(finding: Finding, engagement: Engagement) -> None:
    """Permissions and bans that only matter if an act is done at all are no surer than the act."""
    if finding.truth and finding.rule.axis == "legal" and all(engagement.acts[act] is None for act in finding.acts):
        finding.truth = None
