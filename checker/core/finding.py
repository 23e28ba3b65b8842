"""Findings: what a rule says of one subject, and the frames of the subjects that are more than one license as it reaches a release."""

from __future__ import annotations

from typing import Any

from checker.core.blame import open_facts
from checker.core.frame import Frame, ReleaseFrame
from checker.core.license import License
from checker.core.lineage import Reach
from checker.core.reach_frame import ItemFrame, ReachFrame, admitted
from checker.core.rule import VERDICT_EFFECTS, Rule
from checker.core.truth import Truth
from checker.core.world import Call


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
    def known_again(cls, frame: ReachFrame, kept: tuple[Any, ...], other: License | None = None) -> Finding:
        """The same finding in the world of the frame (which knows the other license, where it is of a pair)."""
        rule, item, label, truth, calls, acts, hangs_on = kept
        own = LabelFrame(frame, *label) if label else ItemFrame(frame, item) if item is not None else frame
        finding = cls(rule, own, item, truth, calls, acts, other)
        finding._open = hangs_on
        return finding


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
