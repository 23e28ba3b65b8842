"""The use cases of the workbench: judge a scenario under construction, find models, open and save files of one folder."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from checker.app import repair
from checker.app.check import Entry, in_stages, read
from checker.app.wording import problem
from checker.core.sensitivity import ask_condition, notes_on_condition
from checker.errors import BadInput, Problem
from checker.load.book import Library
from checker.load.scenario import parse_scenario, understand
from checker.load.sources import Sources
from checker.load.strict_yaml import parse, read_text

#: files of the folder that are listed, and how deep it is searched
MOST_FILES, DEEPEST = 300, 4
#: stands in where a file gives no day, while only its form is looked at
_ANY_DAY = "2000-01-01"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,99}")
_WORD = re.compile(r"[a-z]+|[0-9]+(?:\.[0-9]+)?")


class Judged(NamedTuple):
    """A scenario as text, and its Assessment, or why there is none."""

    text: str
    entry: Entry | None
    problems: tuple[Problem, ...] = ()


class Found(NamedTuple):
    """A model of the registry: its id, and the license it is under or what it is made from."""

    model: str
    under: str


class Asked(NamedTuple):
    """A condition of a license: how the scenario names the license, the question with its clauses, what was noted there, and the answer, None for none."""

    license: str
    word: str
    name: str
    ask: str
    notes: list[str]
    holds: bool | None


class Workbench:
    """One library, and one folder in which scenario files may be read and written."""

    def __init__(self, library: Library, folder: Path) -> None:
        self.library = library
        self.folder = folder.resolve()
        self._sources = Sources(library)

    def judge(self, scenario: Mapping[str, Any], name: str, *, as_of: str) -> Judged:
        """The Assessment of a scenario as the form has it."""
        *_, judged = self.judge_in_stages(scenario, name, as_of=as_of)
        return judged

    def judge_in_stages(self, scenario: Mapping[str, Any], name: str, *, as_of: str) -> Iterator[Judged]:
        """As `judge`; where ways out have to be looked for, first once without them."""
        text = to_text(scenario)
        try:
            understood = parse_scenario(text, self.library, name=name, as_of=as_of)._replace(place=name)
            for entry in in_stages(understood, self.library, read(name, text, name)):
                yield Judged(text, entry)
        except BadInput as error:
            yield Judged(text, None, tuple(error.problems))

    def repaired(self, scenario: Mapping[str, Any], one: Mapping[str, Any]) -> dict[str, Any]:
        """The scenario after a repair of its Assessment. Raises BadInput where no value in a file stands for it."""
        value: dict[str, Any] = parse(repair.apply(to_text(scenario), one), "scenario").value
        return value

    def warm(self) -> None:
        """Read ahead what the first answers need, so that they come as fast as all others."""
        self.search("a")
        self.judge({"inputs": [{"id": "model", "license": "none"}]}, "warm", as_of=_ANY_DAY)

    def profiles(self) -> dict[str, str]:
        """Profile id -> what it stands for."""
        known = self.library.book().vocabulary.words["profiles"]
        return {name: f"{one.get('title') or name}: {known[name]}" if name in known else str(one.get("title") or name)
                for name, one in self.library.book().profiles.items()}

    # ---- conditions of licenses --------------------------------------------------------------------------------------

    def conditions(self, scenario: Mapping[str, Any], entry: Mapping[str, Any] | None) -> list[Asked]:
        """The conditions that the licenses of an Assessment ask about, and those of which the scenario speaks."""
        found: dict[str, Asked] = {}
        for name, stated in _mapping(scenario.get("conditions")).items():
            for license_id in self._sources.resolve(str(name)) or [str(name)]:
                for word, holds in _mapping(stated).items():
                    said = holds if isinstance(holds, bool) else None
                    found[f"conditions.{license_id}.{word}"] = Asked(license_id, word, str(name), *self._ask(license_id, word), said)
        for key in _read_by(entry):
            if key.startswith("conditions.") and key not in found:
                license_id, _, word = key.removeprefix("conditions.").rpartition(".")
                name = next((one.name for one in found.values() if one.license == license_id), license_id)
                found[key] = Asked(license_id, word, name, *self._ask(license_id, word), None)
        return list(found.values())

    def _ask(self, license_id: str, word: str) -> tuple[str, list[str]]:
        book = self.library.book()
        if license_id in self.library.license_files and "ask" in book.vocabulary.conditions.get(word, ()):
            return ask_condition(book, license_id, word), notes_on_condition(book, license_id, word)
        return f"{license_id}: {word}", []

    # ---- models ------------------------------------------------------------------------------------------------------

    def is_known(self, model: str) -> bool:
        """Is the model in the registry?"""
        return self._sources.registry.find(model) is not None

    def search(self, text: str, most: int = 8) -> list[Found]:
        """Models of the registry in whose id every word of the text stands, the shortest id first."""
        wanted = _WORD.findall(text.casefold())[:12]
        if not wanted:
            return []
        fitting = [(id_, under) for words, id_, under in self._models if all(any(have.startswith(word) for have in words) for word in wanted)]
        return [Found(*one) for one in sorted(fitting, key=lambda one: (len(one[0]), one[0]))[:most]]

    @cached_property
    def _models(self) -> list[tuple[list[str], str, str]]:
        """(words, id, what it is under) of every model that has an id of its own."""
        registry = self._sources.registry
        found = {}
        for path in sorted(registry.folder.glob("[!_]*.yaml")):
            file = registry.publisher(path.stem)
            for one in file.get("models", ()):
                if "*" not in one["match"]:
                    found[f"{file['publisher']}/{one['match']}"] = str(one["license"])
        return [(_WORD.findall(model.casefold()), model, under) for model, under in sorted(found.items())]

    # ---- files -------------------------------------------------------------------------------------------------------

    def files(self) -> list[str]:
        """The scenario files of the folder, by their path below it."""
        return [one.relative_to(self.folder).as_posix() for one in self._walk(self.folder, DEEPEST)][:MOST_FILES]

    def _walk(self, folder: Path, depth: int) -> Iterator[Path]:
        try:
            inside = sorted(folder.iterdir())
        except OSError:
            return
        for path in inside[:2_000]:
            if path.name.startswith(".") or path.is_symlink():
                continue
            if path.is_dir() and depth:
                yield from self._walk(path, depth - 1)
            elif path.suffix in (".yaml", ".yml") and path.is_file():
                yield path

    def open(self, name: str) -> dict[str, Any]:
        """The scenario in a file of the folder. Raises BadInput, also for a path that leads out of the folder."""
        path = (self.folder / name).resolve() if "\0" not in name else self.folder
        if not path.is_relative_to(self.folder) or path.suffix not in (".yaml", ".yml"):
            raise BadInput([problem("not_in_the_folder", name)])
        return self.understand(read_text(path, name), name)

    def example(self, name: str) -> dict[str, Any]:
        """The scenario of a worked example, without what it is expected to show."""
        path = self.library.root / "seeds" / f"{name}.yaml"
        return {key: value for key, value in self.understand(read_text(path), path.name).items() if key != "expect"}

    def understand(self, text: str, name: str) -> dict[str, Any]:
        """The scenario in a text. Raises BadInput if licet could not use it."""
        document = parse(text, name)
        understand(document, self.library, as_of=_ANY_DAY)
        value: dict[str, Any] = document.value
        return value

    def save(self, name: str, text: str, *, replace: bool = False) -> Path:
        """Write a scenario file into the folder. Raises BadInput if the name is no plain name, or taken and not to be replaced."""
        stem = name.removesuffix(".yaml").removesuffix(".yml").strip()
        path = self.folder / f"{stem}.yaml"
        if not _NAME.fullmatch(stem):
            raise BadInput([problem("not_a_file_name", name[:100])])
        scratch = self.folder / f".{stem}.{os.getpid()}.part"
        try:
            scratch.write_text(text, encoding="utf-8")
            if replace and not path.is_symlink():
                os.replace(scratch, path)
            else:
                os.link(scratch, path)                         # unlike a rename, this never replaces a file
                scratch.unlink()
        except FileExistsError:
            scratch.unlink()
            raise BadInput([problem("file_is_there", path.name)]) from None
        except OSError as error:
            raise BadInput([problem("cannot_be_written", path.name, why=error.strerror)]) from None
        return path


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _read_by(entry: Mapping[str, Any] | None) -> list[str]:
    """Keys of the facts that the questions and findings of an Assessment rest on, the questions first."""
    questions = [one["fact"] for one in entry["questions"]] if entry else []
    return list(dict.fromkeys([*questions, *(key for one in (entry["findings"] if entry else ()) for key in one["rests_on"]["facts"])]))


def to_text(scenario: Mapping[str, Any]) -> str:
    """The scenario as a file."""
    import yaml

    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    return str(yaml.dump(dict(scenario), Dumper=dumper, sort_keys=False, allow_unicode=True, width=120))
