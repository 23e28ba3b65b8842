"""Where the license of an input comes from: the model registry, a family, a name."""

import re
from collections.abc import Mapping
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

from checker.core.license import NO_LICENSE, OWN_WORK, UNREAD
from checker.core.scenario import Alternatives
from checker.load import shape
from checker.load.book import Library
from checker.load.expression import ExpressionError, alternatives
from checker.load.names import ALTERED, LICENSE, UNKNOWN, Meaning, address, normalize
from checker.load.registry import Registry
from checker.load.strict_yaml import load

#: where a model on the hub keeps its license, as `address` writes it
_LICENSE_FILE = re.compile(r"huggingface\.co/([^/]+/[^/]+)/blob/[^/]+/(?:model_)?licen[cs]e[^/]*")


class Source(NamedTuple):
    """What is known of an input's origin: candidate licenses with a label each, bases, modalities, what was assumed; the id of a problem."""

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
        day = str(one.get("obtained") or as_of)
        license_id = self.on(entry["license"], day)
        said = "governed_by" if license_id == entry["license"] else "governed_by_dated"
        return found._replace(candidates=(((self._id(license_id),),),), labels=(f"{entry['model']} ({license_id})",),
                              assumptions=(self._say(said, model=model, license=license_id, day=day),))

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
            return Source(problem="no_model_family", problem_at="family", known=tuple(self.registry.known_families()))
        labels = []
        for license_id in licenses:
            examples = sorted({entry["match"].rstrip("*-") for entry in entries if entry["license"] == license_id})
            labels.append(f"{license_id} ({', '.join(examples[:3])}{' …' if len(examples) > 3 else ''})")
        return Source(candidates=tuple(((self._id(one),),) for one in licenses), labels=tuple(labels),
                      assumptions=(self._say("some_release", artifact=identifier, family=family),))

    def _id(self, name: str) -> str:
        return name if name in self.library.license_files else UNREAD

    # ---- names -------------------------------------------------------------------------------------------------------

    def meaning(self, name: str) -> Meaning:
        """What a name says; an id is itself, without looking further."""
        for candidate in (name.strip().casefold(), normalize(name)):
            if candidate in self.library.license_files:
                return Meaning(LICENSE, (candidate,))
        found = self.library.names().meaning(name)
        return found if found.kind != UNKNOWN else self._published_with(name)

    def _published_with(self, name: str) -> Meaning:
        """The license of a model that the registry knows, where a name is the address of its license file."""
        place = _LICENSE_FILE.fullmatch(address(name) or "")
        entry = self.registry.find(place[1]) if place else None
        license_id = (entry or {}).get("license")
        return Meaning(LICENSE, (license_id,)) if license_id in self.library.license_files else Meaning()

    def resolve(self, name: str) -> list[str]:
        """The ids a name may mean."""
        return list(self.meaning(name).ids)

    def all_names(self) -> list[str]:
        """Every name that means something, for suggestions."""
        return list(self.library.names())

    def in_force(self, name: str, day: str) -> str | None:
        """Of the texts that share a name, the one in force on that day.

        None unless each replaces another and all but the first have a date: else any of them may be meant.
        """
        ids = self.resolve(name)
        newest = next((one for one in ids if self._chain(one) >= set(ids)), None)
        dated = [one for one in ids if self.library.book().license(one).effective]
        return self.on(newest, day) if newest in dated and len(dated) >= len(ids) - 1 else None

    def _chain(self, license_id: str) -> set[str]:
        """The text and every text that it replaced, in one go or step by step."""
        found: set[str] = set()
        one: str | None = license_id
        while one in self.library.license_files and one not in found:
            found.add(one)
            one = self.library.book().license(one).head.get("replaces")
        return found

    def label(self, text: str) -> dict[str, Any]:
        """What a label says: the licenses it names (alternatives of licenses together), or whether it names one with words added.

        `ambiguous` marks a name that several texts share: it may be any of them. A license that nobody read says nothing.
        """
        said = self.meaning(text)
        if len(said.ids) > 1:
            return {"licenses": tuple((one,) for one in said.ids if self._read(one)), "altered": False, "ambiguous": True}
        try:
            named = self.alternatives(text)
        except ExpressionError:
            joined = self.library.names().joined(text)
            if joined:
                return {"licenses": tuple(product(*(one.ids for one in joined))), "altered": False, "ambiguous": any(len(one.ids) > 1 for one in joined)}
            return {"licenses": (), "altered": said.kind == ALTERED}
        return {"licenses": named if all(self._read(one) for together in named for one in together) else (), "altered": False}

    def _read(self, license_id: str) -> bool:
        return license_id in self.library.license_files or license_id in (NO_LICENSE, OWN_WORK)

    def alternatives(self, text: str) -> Alternatives:
        """The alternatives that a license expression leaves. Raises ExpressionError."""
        return alternatives(text, self.meaning, self._later)

    def _later(self, license_id: str) -> list[str]:
        """The text and its later versions, where a label says "or later"."""
        stem, _, version = license_id.rpartition("-")

        def number(one: str) -> list[int]:
            name, _, digits = one.rpartition("-")
            return [int(part) for part in digits.split(".")] if name == stem and re.fullmatch(r"[0-9]+(\.[0-9]+)*", digits) else []

        least = number(license_id)
        return sorted(one for one in self.library.license_files if least and number(one) >= least) or [license_id]
