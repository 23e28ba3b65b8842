"""The model registry: model id -> license, family, what it was made from. A model that is not in it is unknown."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

#: how far a chain of bases is followed
MAX_DEPTH = 12


class Registry:
    """Model ids looked up in one file per publisher. `read` gives the checked content of a file of licenses/models/."""

    def __init__(self, folder: Path, read: Callable[[Path], dict[str, Any]]) -> None:
        self.folder = folder
        self._read = read
        self._files: dict[str, dict[str, Any]] = {}

    def publisher(self, name: str) -> dict[str, Any]:
        """The file of a publisher, empty if there is none."""
        stem = name.casefold()
        if stem not in self._files:
            path = self.folder / f"{stem}.yaml"
            usable = re.fullmatch(r"[a-z0-9_][a-z0-9._-]{0,99}", stem) is not None and path.is_file()
            self._files[stem] = self._read(path) if usable else {}
        return self._files[stem]

    def find(self, model: str) -> dict[str, Any] | None:
        """The entry for a model id (`publisher/name`), with `model` in its current spelling; None if it is not known."""
        model = self.publisher("_legacy").get("aliases", {}).get(model, model)
        publisher, _, name = model.partition("/")
        if not name:
            return None
        file = self.publisher(publisher)
        name = file.get("aliases", {}).get(name, name)
        best = max((entry for entry in file.get("models", ()) if _matches(entry["match"], name)), key=lambda entry: _rank(entry["match"]),
                   default=None)
        if best is not None:
            return {**best, "model": f"{file['publisher']}/{name}"}
        return self._mirrored(model, publisher, name)

    def _mirrored(self, model: str, publisher: str, name: str) -> dict[str, Any] | None:
        """A mirror's copy, resolved to its base as a derivation; only a unique hit on an exact name counts."""
        mirrors = self.publisher("_mirrors")
        found = []
        for mirror in mirrors.get("mirrors", ()):
            stripped = _strip(name, mirror["strip"]) if mirror["publisher"].casefold() == publisher.casefold() else None
            if stripped is not None:
                action = mirrors.get("suffixes", {}).get(name[len(stripped):], mirror["action"])
                found += [(f"{base}/{stripped}", action) for base in mirror["of"] if self._has_exactly(base, stripped)]
        if len({base for base, _ in found}) != 1:
            return None
        base, action = found[0]
        return {"model": model, "match": name, "license": None, "derived_from": [{"model": base, "action": action}]}

    def _has_exactly(self, publisher: str, name: str) -> bool:
        return any(entry["match"].casefold() == name.casefold() for entry in self.publisher(publisher).get("models", ()))

    def exact(self) -> list[dict[str, Any]]:
        """Every entry that names one model, with `model` as its id, over all publishers."""
        return [{**entry, "model": f"{file['publisher']}/{entry['match']}"} for file in self._all_files() for entry in file.get("models", ())
                if "*" not in entry["match"]]

    def _all_files(self) -> list[dict[str, Any]]:
        return [self.publisher(path.stem) for path in sorted(self.folder.glob("[!_]*.yaml"))] if self.folder.is_dir() else []

    def families(self, family: str) -> list[dict[str, Any]]:
        """Every entry of a family, over all publishers."""
        return self._by_family.get(family, [])

    def known_families(self) -> list[str]:
        """The names of all families."""
        return sorted(self._by_family)

    @cached_property
    def _by_family(self) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = {}
        for file in self._all_files():
            for entry in file.get("models", ()):
                if entry.get("family"):
                    found.setdefault(entry["family"], []).append({**entry, "publisher": file["publisher"]})
        return found


def _strip(name: str, suffixes: list[str]) -> str | None:
    """The name without the longest of the suffixes; itself where none is asked for; None where none is there."""
    for suffix in sorted(suffixes, key=len, reverse=True):
        if name.casefold().endswith(suffix.casefold()):
            return name[: -len(suffix)]
    return None if suffixes else name


def _matches(pattern: str, name: str) -> bool:
    """Does the name fit the pattern, `*` standing for anything, whatever the case? (No regular expression: there are many patterns.)"""
    first, *rest = pattern.casefold().split("*")
    name = name.casefold()
    if not rest:
        return name == first
    if not name.startswith(first):
        return False
    place = len(first)
    for part in rest[:-1]:
        place = name.find(part, place)
        if place < 0:
            return False
        place += len(part)
    return len(name) - place >= len(rest[-1]) and name.endswith(rest[-1])


def _rank(pattern: str) -> tuple[bool, int]:
    """An exact name beats a pattern, a longer pattern a shorter one."""
    return "*" not in pattern, len(pattern)
