"""Outcomes: one world, judged: the engagements of licenses with releases, and the verdict sets they give."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple, Self

from checker.core.blame import open_facts
from checker.core.finding import Finding
from checker.core.reach_frame import ReachFrame
from checker.core.rule import VERDICT_EFFECTS
from checker.core.truth import Truth
from checker.core.verdict import NONE_ENGAGED, is_settled, worst, worst_of
from checker.core.world import World

#: what a verdict is about: everything, or ("license" or "release", id)
About = tuple[str, str] | None


class Engagement:
    """One license reaching one release: which acts are done under it, and what the verdict on each can be."""

    __slots__ = ("frame", "acts", "hangs_on", "rests_on", "verdicts", "_verdict", "_findings", "_kept")

    def __init__(self, frame: ReachFrame, acts: dict[str, Truth], hangs_on: frozenset[str], kept: list[tuple[Any, ...]] | None = None) -> None:
        self.frame, self.acts = frame, acts
        self.hangs_on = hangs_on                               # whether an act is done at all
        self.rests_on: frozenset[str] = hangs_on               # ... and what the rules that bear on its verdict found
        self.verdicts: Mapping[str, int] = {}
        self._verdict = 0
        self._findings: list[Finding] = []
        self._kept = kept

    @property
    def findings(self) -> list[Finding]:
        """What the rules found. Those known again are made when first looked at: of many worlds nobody wants more than the verdict."""
        if self._kept is not None:
            self._findings, self._kept = [Finding.known_again(self.frame, one) for one in self._kept], None
        return self._findings

    def duties(self) -> int:
        """How many duties there are or may be."""
        rules = [finding.rule for finding in self._findings] if self._kept is None else [rule for rule, *_ in self._kept]
        return sum(rule.effect == "requires" for rule in rules)

    def open_to(self, act: str) -> frozenset[str]:
        """Open facts and positions that may change the verdict on one act."""
        whether = open_facts(self.frame.world.vocabulary.trees["act:" + act], self.frame) if act in self.acts and self.acts[act] is None else frozenset()
        return whether.union(*(finding.open_facts() for finding in self.findings
                               if finding.truth is None and finding.rule.effect in VERDICT_EFFECTS and act in finding.acts))

    def kept(self) -> tuple[Any, ...]:
        """All that holds of it in every world where the same was asked and answered."""
        return self.acts, self.hangs_on, [one.kept() for one in self.findings], self.rests_on, self.verdicts, self.verdict() if self.verdicts else 0

    @classmethod
    def known_again(cls, frame: ReachFrame, kept: tuple[Any, ...]) -> Self:
        """The same engagement in the world of the frame."""
        acts, hangs_on, findings, *judged = kept
        engagement = cls(frame, acts, hangs_on, findings)
        engagement.rests_on, engagement.verdicts, engagement._verdict = judged
        return engagement

    def verdict(self) -> int:
        """What the verdict over all its acts can be."""
        if not self._verdict:
            self._verdict = worst(self.verdicts.values())
        return self._verdict


class Part(NamedTuple):
    """One release, judged: the verdict sets of all that reaches it, and what they hang on."""

    release: str
    verdict: int
    by_license: Mapping[str, int]
    acts: Mapping[str, Mapping[str, int]]      # license -> act -> verdicts
    rests_on: Mapping[str, frozenset[str]]     # license -> open facts and positions that may change the verdict under it
    engaged: int                               # how many licenses reach it, each way counted
    duties: int                                # how many duties there are or may be

    @classmethod
    def of(cls, release_id: str, engagements: Sequence[Engagement]) -> Self:
        """What the engagements with a release give together."""
        by_license: dict[str, int] = {}
        acts: dict[str, dict[str, int]] = {}
        rests_on: dict[str, frozenset[str]] = {}
        for engagement in engagements:
            license_id = engagement.frame.license.id
            by_license[license_id] = worst_of(by_license.get(license_id, NONE_ENGAGED), engagement.verdict())
            known = acts.setdefault(license_id, {})
            for act, one in engagement.verdicts.items():
                known[act] = worst_of(known.get(act, NONE_ENGAGED), one)
            rests_on[license_id] = rests_on.get(license_id, frozenset()) | engagement.rests_on
        return cls(release_id, worst(by_license.values()), by_license, acts, rests_on, len(engagements), sum(one.duties() for one in engagements))


class Outcome:
    """One world, judged. `plain` are the findings on a release or the whole scenario, whatever the license.

    Of most worlds nobody asks for more than the verdict: `judge` gives the engagements once they are looked at.
    """

    def __init__(self, world: World, parts: Iterable[Part], judge: Callable[[], list[Engagement]], plain: list[Finding]) -> None:
        self.world, self.plain = world, plain
        self._parts, self._judge = tuple(parts), judge
        self.by_license: dict[str, int] = {}
        self.by_release: dict[str, int] = {release.id: NONE_ENGAGED for release in world.scenario.releases}
        for part in self._parts:
            self.by_release[part.release] = part.verdict
            for license_id, verdict in part.by_license.items():
                self.by_license[license_id] = worst_of(self.by_license.get(license_id, NONE_ENGAGED), verdict)
        self.overall = worst(self.by_release.values())
        #: open facts and positions that may change a verdict
        self.hangs_on: frozenset[str] = frozenset().union(*(keys for part in self._parts for keys in part.rests_on.values()))
        #: how many licenses reach a release, each way counted, and how many duties there are or may be
        self.engaged = sum(part.engaged for part in self._parts)
        self.duties = sum(part.duties for part in self._parts)

    @cached_property
    def engagements(self) -> list[Engagement]:
        """Each license as it reaches each release."""
        return self._judge()

    def verdict(self, about: About) -> int:
        """What the verdict on all, a license or a release can be; what is not part of this world engages nothing."""
        if about is None:
            return self.overall
        return (self.by_license if about[0] == "license" else self.by_release).get(about[1], NONE_ENGAGED)

    def open_to(self, about: About) -> Iterator[frozenset[str]]:
        """Open facts and positions on which the verdict on all, a license or a release hangs: first those that decide whether the worst comes true."""
        open_parts = [(part.by_license[license_id], keys) for part in self._parts for license_id, keys in part.rests_on.items()
                      if about in (None, ("release", part.release), ("license", license_id)) and not is_settled(part.by_license[license_id])]
        possible = self.verdict(about)
        for place in range(possible.bit_length() - 1, 0, -1):
            yield frozenset().union(*(keys for bits, keys in open_parts if bits >> place & possible >> place & 1))

    @cached_property
    def acts(self) -> dict[str, dict[str, int]]:
        """License -> act -> verdicts."""
        found: dict[str, dict[str, int]] = {}
        for part in self._parts:
            for license_id, verdicts in part.acts.items():
                known = found.setdefault(license_id, {})
                for act, one in verdicts.items():
                    known[act] = worst_of(known.get(act, NONE_ENGAGED), one)
        return found

    @property
    def findings(self) -> list[Finding]:
        """Of every effect, truth True or None."""
        return [*(finding for engagement in self.engagements for finding in engagement.findings), *self.plain]

    def with_more(self, plain: Iterable[Finding]) -> "Outcome":
        """The same with more findings."""
        return Outcome(self.world, self._parts, lambda: self.engagements, [*self.plain, *plain])
