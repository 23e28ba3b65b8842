"""Read the book from its folders: vocabulary, rules, positions, profiles, norms, licenses.

What was read and checked is kept in a cache under a digest of every byte it was made from, so it is always right; a
cache that cannot be written is no error.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import checker
from checker.core.book import Book
from checker.core.conditions import ConditionError, Tree, parse
from checker.core.license import License, normalize_terms
from checker.core.rule import Rule
from checker.core.vocabulary import Vocabulary
from checker.errors import BadInput, Problem
from checker.load.paths import data_root

#: raise when the form of what is cached changes
CACHE_FORM = "2"


class Library:
    """The files of one data root, and what has been read of them."""

    def __init__(self, root: Path | None = None, cache: Path | None = None) -> None:
        self.root = root or data_root()
        self.cache = _cache_folder() if cache is None else cache
        # Plain strings below the root, not Path objects: there are hundreds, and every start makes them.
        self.rule_files = sorted(_below(str(self.root), "rules"))
        self.license_files = {name[:-5]: f"licenses/{name}" for name in os.listdir(self.root / "licenses") if name.endswith(".yaml")}
        self.rules_digest = self._digest(self.rule_files)
        self._book: Book | None = None
        self._schemas: dict[str, dict[str, Any]] = {}

    def path(self, name: str) -> Path:
        """The file that is called `name` below the root."""
        return self.root / name

    def licenses_digest(self, ids: Iterable[str]) -> str:
        """Digest of the files of these licenses."""
        return self._digest([self.license_files[one] for one in sorted(set(ids)) if one in self.license_files])

    def _digest(self, names: Iterable[str]) -> str:
        """Digest of every byte of these files, and of their names."""
        total = hashlib.sha256()
        for name in names:
            with open(f"{self.root}/{name}", "rb") as handle:
                data = handle.read()
            total.update(f"{name}\0{len(data)}\0".encode())
            total.update(data)
        return total.hexdigest()[:24]

    def schema(self, name: str) -> dict[str, Any]:
        """A schema by name, made once and kept with the book."""

        def make() -> dict[str, Any]:
            from checker.load import schema as schemas

            return schemas.schema(name, self.book().vocabulary)

        if name not in self._schemas:
            self._schemas[name] = self._cached(f"schema-{name}-{self.rules_digest}", make)
        return self._schemas[name]

    def book(self) -> Book:
        """The book; raises BadInput if a rule or vocabulary file is wrong."""
        if self._book is None:
            data = self._cached(f"book-{self.rules_digest}", lambda: read_rules(self.root, self.rule_files))
            vocabulary = Vocabulary(data["vocabulary"], data["trees"])
            self._book = Book(vocabulary, [Rule(one["data"], one["trees"]) for one in data["rules"]], data["positions"],
                              data["profiles"], data["norms"], self._find_license, {"rules": self.rules_digest})
        return self._book

    def _find_license(self, license_id: str) -> License | None:
        name = self.license_files.get(license_id)
        if name is None:
            return None
        data = self.cached_file("license", self.path(name), lambda: read_license(self.path(name), self.schema("license"), name))
        terms = normalize_terms(data.pop("terms"), self.book().vocabulary.terms)
        return License(data, terms, name)

    def cached_file(self, kind: str, path: Path, read: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """What `read` makes of a file, kept until the file or the rules change."""
        key = hashlib.sha256(path.read_bytes() + self.rules_digest.encode()).hexdigest()[:24]
        return self._cached(f"{kind}-{key}", read)

    def names(self) -> dict[str, list[str]]:
        """Folded name, identifier or hub tag -> license ids, over all licenses."""
        digest = self._digest(sorted(self.license_files.values()))
        return dict(self._cached(f"names-{digest}-{self.rules_digest}", self._read_names))

    def _read_names(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        book = self.book()
        for license_id in sorted(self.license_files):
            one = book.license(license_id)
            identifiers = one.head.get("identifiers", {})
            for name in {license_id, one.name, *(name for group in identifiers.values() for name in group)}:
                found.setdefault(name.casefold(), []).append(license_id)
        return found

    def _cached(self, name: str, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        path = self.cache / f"{name}-{checker.__version__}-{CACHE_FORM}.json"
        try:
            with path.open("rb") as handle:
                seal, _, body = handle.read().partition(b"\n")
            if seal == _seal(body):
                loaded: dict[str, Any] = json.loads(body)
                return loaded
        except (OSError, ValueError):
            pass
        value = make()
        body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        _write(path, _seal(body) + b"\n" + body)
        return value


def _seal(body: bytes) -> bytes:
    """What shows that a cached file is whole and as it was written."""
    return hashlib.sha256(body).hexdigest().encode()


def _below(root: str, folder: str) -> Iterator[str]:
    """Every .yaml file below a folder of the root, named from the root."""
    with os.scandir(f"{root}/{folder}") as entries:
        for entry in entries:
            if entry.is_dir():
                yield from _below(root, f"{folder}/{entry.name}")
            elif entry.name.endswith(".yaml"):
                yield f"{folder}/{entry.name}"


def _cache_folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(base, "licet")


def _write(path: Path, data: bytes) -> None:
    """Write whole or not at all; a cache that cannot be written is left out."""
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch.write_bytes(data)
        os.replace(scratch, path)
    except OSError:
        scratch.unlink(missing_ok=True) if scratch.parent.is_dir() else None


# ---- reading and checking --------------------------------------------------------------------------------------------


def read_rules(root: Path, names: list[str]) -> dict[str, Any]:
    """Every file under rules/, checked, conditions parsed. Raises BadInput with every problem."""
    from checker.load import schema as schemas
    from checker.load import shape
    from checker.load.strict_yaml import Document, load

    problems: list[Problem] = []
    by_folder: dict[str, dict[str, Document]] = {}
    for name in names:
        folder, stem = name.split("/")[1], name.rpartition("/")[2][:-5]
        try:
            by_folder.setdefault(folder, {})[stem] = load(root / name, name)
        except BadInput as error:
            problems += error.problems
    if problems:
        raise BadInput(problems)
    vocabulary = Vocabulary({**{stem: document.value for stem, document in by_folder["vocabulary"].items()},
                             "positions": sorted(by_folder.get("positions", ()))})
    trees = vocabulary.trees = _vocabulary_trees(vocabulary, by_folder["vocabulary"])
    kinds = {"positions": "position", "profiles": "profile", "norms": "norm"}
    rules = []
    for folder, group in by_folder.items():
        if folder == "vocabulary":
            continue
        schema = schemas.schema(kinds.get(folder, "rule"), vocabulary)
        for stem, document in group.items():
            shape.check(schema, document)
            if not document.problems and document.value["id"] != stem:
                document.problem(("id",), f"The id is not the file's name ({stem}).", f"Write `id: {stem}`.")
            if folder not in kinds and not document.problems:
                rules.append({"data": document.value, "trees": _rule_trees(vocabulary, document)})
    _refuse_overrides({stem: document for folder, group in by_folder.items() if folder not in (*kinds, "vocabulary")
                       for stem, document in group.items() if not document.problems})
    problems = [problem for group in by_folder.values() for document in group.values() for problem in document.problems]
    if problems:
        raise BadInput(sorted(problems))
    return {
        "vocabulary": vocabulary.data, "trees": trees, "rules": _apply_overrides(rules),
        **{folder: {stem: document.value for stem, document in by_folder.get(folder, {}).items()} for folder in kinds},
    }


def _vocabulary_trees(vocabulary: Vocabulary, documents: dict[str, Any]) -> dict[str, Tree]:
    """The conditions of definitions, acts and conditions, parsed; a definition may not use itself."""
    types = vocabulary.types("reach")
    trees: dict[str, Tree] = {}
    for name, text in vocabulary.data["definitions"].items():
        _parse_into(trees, f"def:{name}", text, types, documents["definitions"], (name,))
    for name, act in vocabulary.acts.items():
        _parse_into(trees, f"act:{name}", act["when"], types, documents["acts"], (name, "when"))
    for name, one in vocabulary.conditions.items():
        if "when" in one:
            _parse_into(trees, f"condition:{name}", one["when"], types, documents["conditions"], (name, "when"))
    _refuse_cycles(trees, documents["definitions"])
    return trees


def _parse_into(trees: dict[str, Tree], key: str, text: Any, types: dict[str, str], document: Any, path: tuple[Any, ...]) -> None:
    try:
        trees[key] = parse(str(text), types)
    except ConditionError as error:
        document.problem(path, str(error))


def _refuse_cycles(trees: dict[str, Tree], document: Any) -> None:
    from checker.core.conditions import names

    def reaches(name: str, seen: tuple[str, ...]) -> bool:
        key = "def:" + name
        return name in seen or (key in trees and any(reaches(inner, (*seen, name)) for inner in names(trees[key])))

    for key in [key for key in trees if key.startswith("def:")]:
        if reaches(key[4:], ()):
            document.problem((key[4:],), "A definition that uses itself.", "Write one of them out.")
            trees[key] = ["const", False]


def _rule_trees(vocabulary: Vocabulary, document: Any) -> dict[str, Tree]:
    data = document.value
    types = vocabulary.types(data["subject"], data.get("for_each"))
    trees: dict[str, Tree] = {}
    for field in ("when", "done"):
        if field in data:
            _parse_into(trees, field, data[field], types, document, (field,))
    return trees


def _apply_overrides(rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """An exception becomes "… and not" on the rule it overrides, whatever the order of files. Circles were refused before."""
    exceptions: dict[str, list[str]] = {}
    for one in rules:
        for other in one["data"].get("overrides", ()):
            exceptions.setdefault(other, []).append(one["data"]["id"])
    by_id = {one["data"]["id"]: one for one in rules}
    done: dict[str, Tree] = {}

    def effective(rule_id: str) -> Tree:
        if rule_id not in done:
            nots = [["not", effective(exception)] for exception in sorted(exceptions.get(rule_id, ()))]
            when = by_id[rule_id]["trees"]["when"]
            done[rule_id] = ["and", when, *nots] if nots else when
        return done[rule_id]

    return [{"data": one["data"], "trees": {**one["trees"], "when": effective(one["data"]["id"])}} for one in rules]


def _refuse_overrides(documents: Mapping[str, Any]) -> None:
    """An exception binds a rule that exists, of the same subject and item, and overrides never run in a circle."""

    def circular(rule_id: str, seen: tuple[str, ...]) -> bool:
        named = documents[rule_id].value.get("overrides", ()) if rule_id in documents else ()
        return rule_id in seen or any(circular(other, (*seen, rule_id)) for other in named)

    for rule_id, document in documents.items():
        for index, other in enumerate(document.value.get("overrides", ())):
            if other not in documents:
                document.problem(("overrides", index), f"There is no rule `{other}`.", "Write its id, or take it out.")
            elif any(document.value.get(key) != documents[other].value.get(key) for key in ("subject", "for_each")):
                document.problem(("overrides", index), f"`{other}` speaks of another subject.", "An exception binds the same subject and item.")
        if document.value.get("overrides") and circular(rule_id, ()):
            document.problem(("overrides",), "Overrides that run in a circle.", "Take one of them out.")


def read_license(path: Path, schema: dict[str, Any], name: str) -> dict[str, Any]:
    """One license file, checked. Raises BadInput with every problem."""
    from checker.load import shape
    from checker.load.strict_yaml import load

    document = load(path, name)
    shape.check(schema, document)
    if not document.problems and document.value["id"] != path.stem:
        document.problem(("id",), f"The id is not the file's name ({path.stem}).", f"Write `id: {path.stem}`.")
    document.check()
    value: dict[str, Any] = document.value
    return value
