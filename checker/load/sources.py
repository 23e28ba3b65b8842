"""Where the license of an input comes from: the model registry, a family, a name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from checker.core.license import UNREAD
from checker.core.scenario import Alternatives
from checker.load import shape
from checker.load.book import Library
from checker.load.expression import ExpressionError, alternatives, normalize, resolver
from checker.load.registry import Registry
from checker.load.strict_yaml import load


class Source(NamedTuple):
    """What is known of an input's origin: candidate licenses with a label each, bases, modalities, what was assumed."""

    candidates: tuple[Alternatives, ...] = ()
    labels: tuple[str, ...] = ()
    bases: tuple[Mapping[str, Any], ...] = ()
    modalities: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    problem: str = ""
    problem_at: str = "model"
    known: tuple[str, ...] = ()


class Sources:
    """Looks inputs, names and labels up in one library."""

    def __init__(self, library: Library) -> None:
        self.library = library

    def _say(self, name: str, **values: Any) -> str:
        return self.library.book().vocabulary.sentence(name, **values)

    @cached_property
    def registry(self) -> Registry:
        def read(path: Path) -> dict[str, Any]:
            def checked() -> dict[str, Any]:
                document = load(path)
                if not path.stem.startswith("_"):
                    shape.check(self.library.schema("models"), document)
                    document.check()
                value: dict[str, Any] = document.value
                return value

            return self.library.cached_file("models", path, checked)

        return Registry(self.library.root / "licenses" / "models", read)

    def of(self, one: Mapping[str, Any], as_of: str) -> Source:
        """What the registry says of an input that names a model or a family."""
        if one.get("family"):
            return self._family(str(one["family"]), str(one.get("obtained") or as_of), one["id"])
        model = one.get("model")
        if not model:
            return Source()
        entry = self.registry.find(str(model))
        if entry is None:
            return Source() if one.get("license") else Source(assumptions=(self._say("not_in_registry", model=model),))
        found = Source(modalities=tuple(entry.get("modalities", ())), bases=tuple(entry.get("derived_from", ())))
        if not entry.get("license") or one.get("license"):
            return found
        license_id = self.on(entry["license"], str(one.get("obtained") or as_of))
        return found._replace(candidates=(((self._id(license_id),),),), labels=(f"{entry['model']} ({license_id})",),
                              assumptions=(self._say("governed_by", model=model, license=license_id),))

    def on(self, license_id: str, day: str) -> str:
        """The version of a replaced text that was in force on a day: the one asked for, or the newest before it."""
        seen = {license_id}
        while license_id in self.library.license_files:
            one = self.library.book().license(license_id)
            before = one.head.get("replaces")
            if not before or before in seen or not one.effective or one.effective <= day:
                break
            license_id = before
            seen.add(before)
        return license_id

    def _family(self, family: str, day: str, identifier: str) -> Source:
        entries = [entry for entry in self.registry.families(family.casefold()) if str(entry.get("released") or "") <= day]
        entries = [{**entry, "license": self.on(entry["license"], day)} for entry in entries]
        licenses = sorted({entry["license"] for entry in entries})
        if not licenses:
            return Source(problem=f"No family of models is called `{family}`.", problem_at="family", known=tuple(self.registry.known_families()))
        labels = []
        for license_id in licenses:
            examples = sorted({entry["match"].rstrip("*-") for entry in entries if entry["license"] == license_id})
            labels.append(f"{license_id} ({', '.join(examples[:3])}{' …' if len(examples) > 3 else ''})")
        return Source(candidates=tuple(((self._id(one),),) for one in licenses), labels=tuple(labels),
                      assumptions=(self._say("some_release", artifact=identifier, family=family),))

    def _id(self, name: str) -> str:
        return name if name in self.library.license_files else UNREAD

    # ---- names -------------------------------------------------------------------------------------------------------

    @cached_property
    def _names(self) -> dict[str, list[str]]:
        return self.library.names()

    @cached_property
    def _resolver(self) -> Any:
        return resolver(self._names)

    def resolve(self, name: str) -> list[str]:
        """The ids a name may mean; an id is itself, without looking further."""
        folded = name.strip().casefold()
        for candidate in (folded, normalize(name)):
            if candidate in self.library.license_files:
                return [candidate]
        found: list[str] = self._resolver(name)
        return found

    def all_names(self) -> list[str]:
        """Every name that means something, for suggestions."""
        return list(self._names)

    def in_force(self, name: str, day: str) -> str | None:
        """Of several texts that share a name, the one in force on that day: the newest that is not younger."""
        dated = []
        for license_id in self.resolve(name):
            effective = self.library.book().license(license_id).effective
            if effective and effective <= day:
                dated.append((effective, license_id))
        return max(dated)[1] if dated else None

    def label(self, text: str) -> dict[str, Any]:
        """What a label says: the licenses it names (alternatives of licenses together), or whether it names one with words added.

        `ambiguous` marks a name that several texts share: it may be any of them.
        """
        named = self.resolve(text)
        if len(named) > 1:
            return {"licenses": tuple((one,) for one in named), "altered": False, "ambiguous": True}
        try:
            return {"licenses": self.alternatives(text), "altered": False}
        except ExpressionError:
            words = re.findall(r"[A-Za-z0-9][A-Za-z0-9.+-]*", text)
            added = len(words) > 1 and any(self.resolve(word) for word in words)
            altered = not named and (added or re.search(r"\bmodified\b", text, re.IGNORECASE) is not None)
            return {"licenses": (), "altered": altered}

    def alternatives(self, text: str) -> Alternatives:
        """The alternatives that a license expression leaves. Raises ExpressionError."""
        return alternatives(text, self.resolve, self._later)

    def _later(self, license_id: str) -> list[str]:
        """The text and its later versions, where a label says "or later"."""
        stem, _, version = license_id.rpartition("-")

        def number(one: str) -> list[int]:
            name, _, digits = one.rpartition("-")
            return [int(part) for part in digits.split(".")] if name == stem and re.fullmatch(r"[0-9]+(\.[0-9]+)*", digits) else []

        least = number(license_id)
        return sorted(one for one in self.library.license_files if least and number(one) >= least) or [license_id]
