"""A draft scenario from an inventory: inputs, what was made of them, what is released. What nobody told stays out of it, and so unknown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from checker.load.book import Library
from checker.load.sources import Sources
from checker.scan.inventory import Hit, Inventory, LabelHit

#: the step that a role is an input of
_ACTIONS = {"merged": "merge", "adapter_base": "adapt", "base": "fine_tune", "dataset": "train"}
#: how the hub names the ways in which a model was made
_RELATIONS = {"finetune": "fine_tune", "adapter": "adapt", "quantized": "quantize", "merge": "merge"}
#: roles of what goes into a model that the repository makes
_PARTS = tuple(_ACTIONS)
#: labels that declare nothing
_EMPTY = frozenset({"other", "unknown", "license", "???"})
MAX_NOTE, MAX_LABEL = 500, 300


def draft(inventory: Inventory, library: Library, title: str = "") -> dict[str, Any]:
    """A scenario as data: every model and data set is an input, every folder in which one is made from others is a step.

    A step whose folder declares a license is a release of weights under it. What is only used is built into one piece of
    software, in a form that nobody has told yet.
    """
    return _Draft(inventory, library, title).data()


class _Draft:
    """One draft in the making: ids that are taken, inputs by name."""

    def __init__(self, inventory: Inventory, library: Library, title: str) -> None:
        self.inventory, self.library, self.title = inventory, library, title
        self.registry = Sources(library).registry
        self.taken: set[str] = set()
        self.inputs: dict[tuple[str, str], dict[str, Any]] = {}
        self.declared = {one.of: one.label for one in reversed(inventory.licenses) if one.of and one.label.casefold() not in _EMPTY}

    def data(self) -> dict[str, Any]:
        """The whole scenario."""
        for hit in self.inventory.hits:
            self._input(hit)
        for one in self.inventory.hosted:
            name = (one.provider, one.id)
            if name not in self.inputs:
                note = _note(one.file, one.line, one.evidence)
                self.inputs[name] = {"id": self._slug(one.id), "kind": "service", "name": f"{one.id} ({one.provider})", "note": note}
        steps, releases = self._made()
        used = [one["id"] for one in self._idle(steps)]
        if used:
            steps.append({"id": self._slug("software"), "action": "combine", "from": used})
            releases.append({"of": steps[-1]["id"]})
        self._chain()
        data: dict[str, Any] = {"title": self.title or "What the repository names (a draft)", "inputs": list(self.inputs.values())}
        return data | ({"steps": steps} if steps else {}) | ({"releases": releases} if releases else {})

    def _input(self, hit: Hit) -> None:
        name = (hit.registry, hit.id)
        if name in self.inputs:
            return
        one: dict[str, Any] = {"id": self._slug(hit.id)}
        if hit.role == "dataset":
            one |= {"kind": "dataset", "name": hit.id}
        elif hit.registry == "huggingface":
            one |= {"model": hit.id}
        else:
            one |= {"kind": "model", "name": hit.id}
        if hit.id in self.declared:
            one["declared"] = self.declared[hit.id][:MAX_LABEL]
        self.inputs[name] = one | {"note": _note(hit.file, hit.line, f"{hit.role}; {hit.evidence}")}

    def _made(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """A step for each folder where something is made from models or data, and a release where a license is declared for it."""
        steps: list[dict[str, Any]] = []
        releases: list[dict[str, Any]] = []
        for folder, hits in sorted(_by_folder(self.inventory.hits).items()):
            shipped = [hit for hit in hits if hit.role == "shipped"]
            parts = [hit for hit in hits if hit.role in _PARTS]
            if shipped and parts:
                self._shipped(shipped, parts)
                continue
            if not any(hit.role != "dataset" for hit in parts):
                continue
            action = next(_ACTIONS[role] for role in _PARTS if any(hit.role == role for hit in parts))
            made = {"id": self._slug(folder.rpartition("/")[2] or "result"), "action": action, "from": self._ids(parts)}
            steps.append(made)
            label = next((one for one in self.inventory.licenses if _declares(one, folder)), None)
            if label is not None:
                releases.append({"of": made["id"], "form": "weights_public", "license": label.label[:MAX_LABEL]})
        return steps, releases

    def _shipped(self, shipped: Iterable[Hit], parts: Iterable[Hit]) -> None:
        """Weights in a folder are made from what their headers, or the files beside them, name."""
        for hit in shipped:
            origins = [part for part in parts if part.file == hit.file] or list(parts)
            self.inputs[hit.registry, hit.id] |= {"from": self._ids(origins), "action": "quantize" if hit.id.lower().endswith(".gguf") else "fine_tune"}

    def _ids(self, hits: Iterable[Hit]) -> list[str]:
        return list(dict.fromkeys(self.inputs[hit.registry, hit.id]["id"] for hit in hits))

    def _idle(self, steps: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Inputs that go into no step and no other input: they are used as they are."""
        used = {name for step in steps for name in step["from"]} | {name for one in self.inputs.values() for name in one.get("from", ())}
        roles: dict[tuple[str, str], set[str]] = {}
        for hit in self.inventory.hits:
            roles.setdefault((hit.registry, hit.id), set()).add(hit.role)
        for name, one in self.inputs.items():
            if one["id"] not in used or "used" in roles.get(name, ()):
                yield one

    def _chain(self) -> None:
        """What a model was made from, as a lock file tells, where the registry does not know it."""
        for link in self.inventory.links:
            one = self.inputs.get(("huggingface", link.id))
            if one is None or self.registry.find(link.id) is not None:
                continue
            base = self.inputs.get(("huggingface", link.base))
            if base is None:
                base = {"id": self._slug(link.base), "model": link.base, "note": _note(link.file, link.line, "base, as the hub says")}
                self.inputs["huggingface", link.base] = base
            if "declared" not in base and link.base in self.declared:
                base["declared"] = self.declared[link.base][:MAX_LABEL]
            if base is not one and not self._reaches(base["id"], one["id"]):
                one["from"] = list(dict.fromkeys([*one.get("from", ()), base["id"]]))
                one["action"] = _RELATIONS.get(link.relation, "fine_tune")

    def _reaches(self, start: str, goal: str) -> bool:
        """Is `start` made from `goal`, however far?"""
        made = {one["id"]: one.get("from", ()) for one in self.inputs.values()}
        seen, stack = set(), [start]
        while stack:
            name = stack.pop()
            if name == goal:
                return True
            if name not in seen:
                seen.add(name)
                stack.extend(made.get(name, ()))
        return False

    def _slug(self, name: str) -> str:
        """A short id made from a name, not yet taken."""
        stem = re.sub(r"[^a-z0-9._-]+", "-", name.rpartition("/")[2].lower()).strip("-._")[:80] or "input"
        slug, number = stem, 2
        while slug in self.taken or slug in ("none", "own_work"):
            slug, number = f"{stem}-{number}", number + 1
        self.taken.add(slug)
        return slug


def _by_folder(hits: Iterable[Hit]) -> dict[str, list[Hit]]:
    found: dict[str, list[Hit]] = {}
    for hit in hits:
        found.setdefault(hit.file.rpartition("/")[0], []).append(hit)
    return found


def _declares(label: LabelHit, folder: str) -> bool:
    """Is it the label of a card in this folder?"""
    of_card = not label.of and label.evidence.startswith(("card", "model card"))
    return of_card and label.file.rpartition("/")[0] == folder and label.label.casefold() not in _EMPTY


def _note(file: str, line: int, how: str) -> str:
    text = f"{file}:{line}: {how}"
    return "".join(character if character.isprintable() else "?" for character in text)[:MAX_NOTE]
