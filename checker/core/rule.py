"""A rule: what follows when a condition over terms and facts holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from checker.core.conditions import Evaluate, Tree, build, input_facts, names

#: effects in which a rule can end, and what each decides
VERDICT_EFFECTS = ("grants", "needs_permission", "forbids", "requires")
EFFECTS = (*VERDICT_EFFECTS, "reserves", "notes", "flags", "regulates")


class Rule:
    """One rule file. `when` and `done` are compiled on first use."""

    __slots__ = ("id", "axis", "subject", "for_each", "effect", "acts", "data", "trees", "_when", "_done", "_quick", "_input_facts")

    def __init__(self, data: Mapping[str, Any], trees: Mapping[str, Tree]) -> None:
        self.id: str = data["id"]
        self.axis: str = data["axis"]
        self.subject: str = data["subject"]
        self.for_each: str | None = data.get("for_each")
        self.effect: str = data["effect"]
        self.acts: Any = data.get("acts")
        self.data = data
        self.trees = trees
        self._when: tuple[Evaluate, list[str]] | None = None
        self._done: tuple[Evaluate, list[str]] | None = None
        self._quick: Evaluate | None = None
        self._input_facts: frozenset[str] | None = None

    @property
    def quick(self) -> Evaluate:
        """The truth of the condition alone, in haste."""
        if self._quick is None:
            self._quick = build(self.trees["when"], hasty=True)
        return self._quick

    @property
    def input_facts(self) -> frozenset[str]:
        """The facts of inputs that the condition asks for."""
        if self._input_facts is None:
            self._input_facts = input_facts(self.trees["when"])
        return self._input_facts

    @property
    def when(self) -> tuple[Evaluate, list[str]]:
        """(closure, names) of the condition."""
        if self._when is None:
            self._when = (build(self.trees["when"]), names(self.trees["when"]))
        return self._when

    @property
    def done(self) -> tuple[Evaluate, list[str]] | None:
        """(closure, names) of what shows that a duty was performed, if the rule says so."""
        if self._done is None and "done" in self.trees:
            self._done = (build(self.trees["done"]), names(self.trees["done"]))
        return self._done
