"""Judge one world: every rule on every subject, findings with their trace, verdict sets per license, release and act."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, Self

from checker.core.blame import open_facts
from checker.core.book import Book
from checker.core.frame import Frame, ReleaseFrame
from checker.core.license import OWN_WORK, License
from checker.core.lineage import Reach
from checker.core.reach_frame import ItemFrame, ReachFrame, admitted, input_facts, label_licenses, rules_for
from checker.core.rule import VERDICT_EFFECTS, Rule
from checker.core.scenario import Choice, Scenario, happened
from checker.core.truth import Truth, conjunction, disjunction
from checker.core.verdict import ANYTHING, NONE_ENGAGED, of_act, worst, worst_of
from checker.core.world import Call, World


class Finding:
    """One rule that holds (`truth` True) or may hold (None) for one subject."""

    __slots__ = ("rule", "frame", "item", "truth", "calls", "acts", "release", "license", "reach", "other", "_open")

    def __init__(self, rule: Rule, frame: Frame, item: Any, truth: Truth, calls: list[Call], acts: tuple[str, ...] = (),
                 other: License | None = None) -> None:
        self.rule, self.frame, self.item, self.truth, self.calls, self.acts, self.other = rule, frame, item, truth, calls, acts, other
        reach_frame = frame.reach_frame if isinstance(frame, ItemFrame) else frame
        self.license: License | None = reach_frame.license if isinstance(reach_frame, ReachFrame) else None
        self.reach: Reach | None = reach_frame.reach if isinstance(reach_frame, ReachFrame) else None
        release_frame = reach_frame.release_frame if isinstance(reach_frame, ReachFrame) else reach_frame
        self.release = release_frame.release if isinstance(release_frame, ReleaseFrame) and rule.subject != "scenario" else None
        self._open: frozenset[str] | None = None

    def open_facts(self) -> frozenset[str]:
        """Keys of unknown facts and open positions it rests on."""
        if self._open is None:
            self._open = open_facts(self.rule.trees["when"], self.frame)
        return self._open

    def kept(self) -> tuple[Any, ...]:
        """All that holds of it in every world where the same was asked and answered."""
        label = (self.frame.text, self.frame.on, self.frame.named) if isinstance(self.frame, LabelFrame) else None
        hangs_on = self.open_facts() if self.truth is None and self.rule.effect in VERDICT_EFFECTS else self._open
        return self.rule, self.item, label, self.truth, self.calls, self.acts, hangs_on

    @classmethod
    def known_again(cls, frame: ReachFrame, kept: tuple[Any, ...]) -> Self:
        """The same finding in the world of the frame."""
        rule, item, label, truth, calls, acts, hangs_on = kept
        own = LabelFrame(frame, *label) if label else ItemFrame(frame, item) if item is not None else frame
        finding = cls(rule, own, item, truth, calls, acts)
        finding._open = hangs_on
        return finding


class Engagement:
    """One license reaching one release: which acts are done under it, and what the verdict on each can be."""

    __slots__ = ("frame", "acts", "hangs_on", "findings", "verdicts")

    def __init__(self, frame: ReachFrame, acts: dict[str, Truth], hangs_on: set[str]) -> None:
        self.frame, self.acts, self.hangs_on = frame, acts, hangs_on
        self.findings: list[Finding] = []
        self.verdicts: dict[str, int] = {}

    def verdict(self) -> int:
        """What the verdict over all its acts can be."""
        return worst(self.verdicts.values())


class Outcome(NamedTuple):
    """One world, judged."""

    world: World
    engagements: list[Engagement]
    findings: list[Finding]                    # of every effect, truth True or None
    by_license: dict[str, int]
    by_release: dict[str, int]
    acts: dict[str, dict[str, int]]            # license -> act -> verdicts
    overall: int
    hangs_on: set[str]                         # open facts and positions that may change a verdict


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
    change a verdict, `only` all that it does not choose.
    """
    wanted = only or (_may_change_a_verdict if verdict_only else _any_rule)
    everything = only is None and not verdict_only
    world = World(book, scenario, choice or {}, given or {})
    governing = chosen_licenses(scenario, world.choice)
    engagements: list[Engagement] = []
    findings: list[Finding] = []
    for release in scenario.releases:
        if not happened("releases", release, world.choice):
            continue
        frame = ReleaseFrame(world, release)
        frame.reach_frames = _frames(frame, governing)
        engaged = [_engage(reach_frame, wanted) for reach_frame in frame.reach_frames]
        _add_pair_findings(engaged)
        for engagement in engaged:
            _judge(book, engagement)
            findings += engagement.findings
        if everything:
            findings += _plain_findings(book, frame, "release")
        engagements += engaged
    if everything and scenario.releases:
        findings += _plain_findings(book, ReleaseFrame(world, scenario.releases[0]), "scenario")
    return _outcome(world, engagements, findings)


def _any_rule(rule: Rule) -> bool:
    return True


def _may_change_a_verdict(rule: Rule) -> bool:
    return rule.effect in VERDICT_EFFECTS


def _frames(frame: ReleaseFrame, governing: dict[str, tuple[str, ...]]) -> list[ReachFrame]:
    """One frame per license and way of reaching the release. Inputs of which the same is known are judged once, for all of them."""
    world = frame.world
    found: dict[tuple[Any, ...], ReachFrame] = {}
    for reach in world.lineage.reaches(frame.release):
        by_label = not governing[reach.source.id] and _a_label_may_govern(world, reach)
        for license_id in label_licenses(world, reach.source.declared) if by_label else governing[reach.source.id]:
            if license_id == OWN_WORK:
                continue
            license = world.book.license(license_id)
            reach = _as_the_text_sees_it(world, license, reach)
            key = (license_id, by_label, *reach[2:9], reach.path[1:], reach.taught_in, *_told_apart(world, license, reach))
            known = found.get(key)
            if known is None:
                found[key] = ReachFrame(frame, license, reach, by_label)
            else:
                known.alike.append(reach)
    return list(found.values())


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
    """The engagement with what the rules find by its license alone. Where the world answers like one before, it is known again."""
    world, reach, memory = frame.world, frame.reach, frame.world.book.memory
    about = (wanted, frame.license.id, reach.source.id, reach.release.id, frame.by_label, *reach[2:])
    kept = memory.recall(about, frame.answer)
    if kept is not None:
        world.calls = []
        acts, hangs_on, findings = kept
        engagement = Engagement(frame, acts, set(hangs_on))
        engagement.findings = [Finding.known_again(frame, one) for one in findings]
        return engagement
    engagement = _acts_done(world, frame)
    engagement.findings = [*_reach_findings(engagement, wanted), *_label_findings(engagement, wanted)]
    found = [one.kept() for one in engagement.findings]
    memory.remember(about, frame.heard, (engagement.acts, frozenset(engagement.hangs_on), found))
    return engagement


def _acts_done(world: World, frame: ReachFrame) -> Engagement:
    """Which acts does the actor do under this license, by this way of reaching the release?"""
    acts: dict[str, Truth] = {}
    hangs_on: set[str] = set()
    for name in world.vocabulary.acts:
        truth = frame.evaluate(*world.vocabulary.expression("act:" + name))[0]
        if truth is not False:
            acts[name] = truth
        if truth is None:
            hangs_on |= open_facts(world.vocabulary.trees["act:" + name], frame)
    return Engagement(frame, acts, hangs_on)


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
    if rule.quick(frame) is not False:
        truth, calls = frame.evaluate(*rule.when)
        yield Finding(rule, frame, item, truth, calls, acts, other)


class PairFrame(ReachFrame):
    """A reach beside another that meets it in the same release; `other.…` names speak of the other."""

    __slots__ = ("other",)

    def __init__(self, frame: ReachFrame, other: ReachFrame) -> None:
        super().__init__(frame.release_frame, frame.license, frame.reach, frame.by_label)
        self.other = other

    def resolve(self, name: str) -> Any:
        if name.startswith("other."):
            return self.other[name[6:]]
        return super().resolve(name)

    def atom(self, name: str) -> str | None:
        return self.other.atom(name[6:]) if name.startswith("other.") else super().atom(name)

    def f_admits(self, compatible: Any, label: Any) -> Any:
        """In a pair: does one license admit the other beside or instead of itself, at least on conditions?"""
        return any(license_id == label for license_id, _ in admitted(compatible))


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
                pair = PairFrame(left.frame, right.frame)
                for rule in rules:
                    left.findings += _try(rule, pair, None, left.acts, right.frame.license)


class LabelFrame(ReachFrame):
    """A reach, and one license that the label of the release (or of an input on the way) names; none if it names none."""

    __slots__ = ("text", "on", "named", "reach_frame")

    def __init__(self, frame: ReachFrame, text: str, on: str, named: str | None) -> None:
        super().__init__(frame.release_frame, frame.license, frame.reach, frame.by_label)
        self.text, self.on, self.named = text, on, named
        self.parent = self.reach_frame = frame                 # what was worked out for the reach holds whatever the label

    def atom(self, name: str) -> str | None:
        return super().atom(name) if name.startswith("label.") else self.reach_frame.atom(name)

    def resolve(self, name: str) -> Any:
        if not name.startswith("label."):
            return self.reach_frame[name]
        rest = name[6:]
        if rest in ("text", "on"):
            return getattr(self, rest)
        if rest == "known":
            return self.named is not None
        if rest == "altered":
            return self.ask("label", self.text)[2]
        return "" if self.named is None else self.ask("named", self.named, rest)

    def ask(self, *question: Any) -> Any:
        return self.reach_frame.ask(*question)


def _label_findings(engagement: Engagement, wanted: Callable[[Rule], bool]) -> Iterator[Finding]:
    reach_frame = engagement.frame
    rules = rules_for(reach_frame.world, reach_frame.license, "label")
    if not engagement.acts or not reach_frame.license.read or not rules:
        return
    labels = [(reach_frame["release.license"], "release")]
    labels += [(text, "input") for text in reach_frame.ask("declared")]
    for text, on in labels:
        if text:
            alternatives = _label_frames(reach_frame, str(text), on)
            for rule in rules:
                if wanted(rule):
                    yield from _try_label(rule, alternatives, engagement.acts)


def label_notes(outcome: Outcome) -> Iterator[Finding]:
    """What is to be said of labels besides what bears on a verdict: left out where only verdicts were asked for."""
    for engagement in outcome.engagements:
        for finding in _label_findings(engagement, lambda rule: rule.axis == "legal" and not _may_change_a_verdict(rule)):
            _no_surer_than_its_acts(finding, engagement)
            yield finding


def _label_frames(frame: ReachFrame, text: str, on: str) -> list[list[LabelFrame]]:
    """Alternatives of what the label names; each of the licenses that it joins has a frame, which serves every rule."""
    alternatives, ambiguous, _ = frame.ask("label", text)
    alternatives = alternatives or ((None,),)
    if ambiguous and (frame.license.id,) in alternatives:
        alternatives = ((frame.license.id,),)                  # a name that several texts share may well mean this one
    return [[LabelFrame(frame, text, on, named) for named in together] for together in alternatives]


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


def _plain_findings(book: Book, frame: ReleaseFrame, subject: str) -> Iterator[Finding]:
    for rule in book.by_subject.get(subject, ()):
        if rule.quick(frame) is not False:
            truth, calls = frame.evaluate(*rule.when)
            yield Finding(rule, frame, None, truth, calls)


def _judge(book: Book, engagement: Engagement) -> None:
    """The verdict on every act done under the license; what nothing grants becomes a finding of its own."""
    license = engagement.frame.license
    if not license.read:
        engagement.verdicts = {act: ANYTHING | (NONE_ENGAGED if truth is None else 0) for act, truth in engagement.acts.items()}
        engagement.hangs_on.add(f"inputs.{engagement.frame.reach.source.id}.license")
        return
    reserved = [rule for rule in book.by_subject.get("reach", ()) if rule.effect == "reserves"]
    for act, engaged in engagement.acts.items():
        truths: dict[str, Truth] = {effect: disjunction(finding.truth for finding in engagement.findings
                                                        if finding.rule.effect == effect and act in finding.acts)
                                    for effect in VERDICT_EFFECTS}
        engagement.verdicts[act] = of_act(engaged, truths["forbids"], truths["needs_permission"], truths["grants"], truths["requires"])
        said = truths["forbids"] is not False or truths["needs_permission"] is not False      # an express limit speaks for itself
        if truths["grants"] is not True and not said:
            truth = conjunction([engaged, None if truths["grants"] is None else True])
            engagement.findings += [Finding(rule, engagement.frame, None, truth, [], (act,)) for rule in reserved]
    for finding in engagement.findings:
        _no_surer_than_its_acts(finding, engagement)


def _no_surer_than_its_acts(finding: Finding, engagement: Engagement) -> None:
    """Permissions and bans that only matter if an act is done at all are no surer than the act."""
    if finding.truth and finding.rule.axis == "legal" and all(engagement.acts[act] is None for act in finding.acts):
        finding.truth = None


def _outcome(world: World, engagements: list[Engagement], findings: list[Finding]) -> Outcome:
    by_license: dict[str, int] = {}
    by_release: dict[str, int] = {release.id: NONE_ENGAGED for release in world.scenario.releases}
    acts: dict[str, dict[str, int]] = {}
    hangs_on: set[str] = set()
    for engagement in engagements:
        license_id, release_id = engagement.frame.license.id, engagement.frame.reach.release.id
        verdict = engagement.verdict()
        by_license[license_id] = worst_of(by_license.get(license_id, NONE_ENGAGED), verdict)
        by_release[release_id] = worst_of(by_release[release_id], verdict)
        for act, one in engagement.verdicts.items():
            known = acts.setdefault(license_id, {})
            known[act] = worst_of(known.get(act, NONE_ENGAGED), one)
        hangs_on |= engagement.hangs_on
        for finding in engagement.findings:
            if finding.truth is None and finding.rule.effect in VERDICT_EFFECTS:
                hangs_on |= finding.open_facts()
    return Outcome(world, engagements, findings, by_license, by_release, acts, worst(by_release.values()), hangs_on)

