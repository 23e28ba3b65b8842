"""The book: licenses, rules, vocabulary, positions, profiles, norms, as values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from checker.core.license import NO_LICENSE, UNREAD, License, reserved
from checker.core.memory import Memory
from checker.core.rule import Rule
from checker.core.vocabulary import Vocabulary


class Book:
    """Everything licet knows. `find_license` gives a license by id, or None; licenses are read when first asked for."""

    def __init__(self, vocabulary: Vocabulary, rules: list[Rule], positions: Mapping[str, Any], profiles: Mapping[str, Any],
                 norms: Mapping[str, Any], find_license: Callable[[str], License | None], digests: Mapping[str, str]) -> None:
        self.vocabulary = vocabulary
        self.rules = sorted(rules, key=lambda rule: rule.id)
        self.positions = positions
        self.profiles = profiles
        self.norms = norms
        self.digests = digests
        self._find = find_license
        self._licenses: dict[str, License] = {}
        #: license id -> facts of inputs that bear on it; filled, as what follows, by `checker.core.reach_frame`
        self.input_facts: dict[str, frozenset[str]] = {}
        #: (license id, subject), or beside a label (license id, where it stands, license named) -> rules that the texts do not rule out
        self.applicable: dict[tuple[str | None, ...], list[Rule]] = {}
        #: what was found for a license that reaches a release; filled by `checker.core.assess`
        self.memory = Memory()

    def license(self, license_id: str) -> License:
        """The license with this id; one that nobody has read if the book does not have it."""
        found = self._licenses.get(license_id)
        if found is None:
            if license_id == NO_LICENSE:
                found = reserved(license_id, NO_LICENSE, self.vocabulary, self.vocabulary.data["terms"]["no_license"])
            else:
                found = self._find(license_id) or reserved(license_id, UNREAD, self.vocabulary, {})
            self._licenses[license_id] = found
        return found

    def answers(self, profile: str) -> dict[str, str]:
        """Position -> answer of a profile. The ground itself stays assumed even where all else is left open."""
        return {key: one["profiles"].get(profile) or (one["answers"][0]["id"] if one.get("background") else "open") for key, one in self.positions.items()}

    @cached_property
    def by_subject(self) -> dict[str, list[Rule]]:
        """Rules by the subject they speak of."""
        found: dict[str, list[Rule]] = {}
        for rule in self.rules:
            found.setdefault(rule.subject, []).append(rule)
        return found

    @cached_property
    def rule_by_id(self) -> dict[str, Rule]:
        """Rules by id."""
        return {rule.id: rule for rule in self.rules}
