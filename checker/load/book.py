"""Read the book from its folders: vocabulary, rules, positions, profiles, norms, licenses.

What was read and checked is kept in a cache under a digest of every byte it was made from, so it is always right; a
cache that cannot be written is no error.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import checker
from checker.core.book import Book
from checker.core.license import UNREAD, License, normalize_terms, reserved
from checker.core.rule import Rule
from checker.core.vocabulary import Vocabulary
from checker.load.names import Names, compiled
from checker.load.paths import data_root

if TYPE_CHECKING:
    from checker.load.fingerprints import Fingerprints

#: raise when the form of what is cached changes
CACHE_FORM = "4"
#: the folders of all that answers rest on
KNOWLEDGE = ("rules", "licenses")


class Library:
    """The files of one data root, and what has been read of them."""

    def __init__(self, root: Path | None = None, cache: Path | None = None) -> None:
        self.root = root or data_root()
        self.cache = _cache_folder() if cache is None else cache
        # Plain strings below the root, not Path objects: there are hundreds, and every start makes them.
        self.license_files = {name[:-5]: f"licenses/{name}" for name in os.listdir(self.root / "licenses") if name.endswith(".yaml")}
        self._book: Book | None = None
        self._names: Names | None = None
        self._fingerprints: Fingerprints | None = None
        self._schemas: dict[str, dict[str, Any]] = {}
        self._heads: dict[str, dict[str, Any]] = {}

    @cached_property
    def rule_files(self) -> list[str]:
        """Every file of the rules, named from the root."""
        return sorted(_below(str(self.root), "rules"))

    @cached_property
    def rules_digest(self) -> str:
        """Digest of the files of the rules."""
        return self._digest(self.rule_files)

    @cached_property
    def knowledge_digest(self) -> str:
        """Digest of all that answers rest on."""
        return self.digest_below(*KNOWLEDGE)

    @property
    def texts(self) -> Path:
        """The folder where license texts are kept if nobody names another; it need not be there."""
        return self.cache / "texts"

    def path(self, name: str) -> Path:
        """The file that is called `name` below the root."""
        return self.root / name

    def licenses_digest(self, ids: Iterable[str]) -> str:
        """Digest of the files of these licenses."""
        return self._digest([self.license_files[one] for one in sorted(set(ids)) if one in self.license_files])

    def digest_below(self, *folders: str) -> str:
        """Digest of every file below these folders."""
        return self._digest(name for folder in folders for name in sorted(_below(str(self.root), folder)))

    def period(self, day: str, *texts: str) -> str:
        """The time around a day in which nothing changes that hangs on the day: between two dates that rules, licenses, names, models or texts name."""
        from checker.load import days

        changing = self._changing
        return day if changing is None else days.period(day, sorted({*changing, *days.dates(text.encode() for text in texts)}))

    @cached_property
    def _changing(self) -> list[str] | None:
        """Every date that rules, licenses, names and models name; None where one shows the day itself."""
        from checker.load import days

        def found() -> dict[str, Any]:
            read = [self.path(name).read_bytes() for folder in KNOWLEDGE for name in _below(str(self.root), folder)]
            return {"days": None if days.shown(read) else days.dates(read)}

        known: list[str] | None = self._cached(f"days-{self.knowledge_digest}", found)["days"]
        return known

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
            data = self._cached(f"book-{self.rules_digest}", self._read_rules)
            vocabulary = Vocabulary(data["vocabulary"], data["trees"])
            self._book = Book(vocabulary, [Rule(one["data"], one["trees"]) for one in data["rules"]], data["positions"],
                              data["profiles"], data["norms"], self._find_license, {"rules": self.rules_digest})
        return self._book

    def _read_rules(self) -> dict[str, Any]:
        from checker.load.rules import read_rules

        return read_rules(self.root, self.rule_files)

    def _find_license(self, license_id: str) -> License | None:
        name = self.license_files.get(license_id)
        if name is None:
            listed = self.names().listed.get(license_id) if license_id != UNREAD else None
            return reserved(license_id, UNREAD, self.book().vocabulary, {}, listed) if listed else None
        data = self.cached_file("license", self.path(name), lambda: read_license(self.path(name), self.schema("license"), name))
        terms = normalize_terms(data.pop("terms"), self.book().vocabulary.terms)
        return License(data, terms, name)

    def cached_file(self, kind: str, path: Path, read: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """What `read` makes of a file, kept until the file, its name or the rules change."""
        key = hashlib.sha256(path.read_bytes() + f"{self.rules_digest} {path.name}".encode()).hexdigest()[:24]
        return self._cached(f"{kind}-{key}", read)

    def names(self) -> Names:
        """Every name of every license: what a label says."""
        if self._names is None:
            tables = sorted(_below(str(self.root), "licenses/names")) if (self.root / "licenses" / "names").is_dir() else []
            digest = self._digest([*sorted(self.license_files.values()), *tables])
            self._names = Names(self._cached(f"names-{digest}", lambda: read_names(self.root, self.license_files, tables)))
        return self._names

    def fingerprints(self) -> Fingerprints:
        """What license texts are recognized by. Raises BadInput if the file is not there."""
        from checker.errors import BadInput
        from checker.load.fingerprints import FILE, Fingerprints
        from checker.load.problems import problem

        if self._fingerprints is None:
            path = self.root / FILE
            if not path.is_file():
                raise BadInput([problem("no_fingerprints", FILE)])
            self._fingerprints = Fingerprints(path.read_bytes())
        return self._fingerprints

    def heads(self) -> dict[str, dict[str, Any]]:
        """What stands before the terms in each license file, by id."""
        return read_heads(self.root, self.license_files)

    def head(self, license_id: str) -> dict[str, Any]:
        """What stands before the terms in the file of one license; empty if there is none."""
        name = self.license_files.get(license_id)
        if license_id not in self._heads and name is not None:
            self._heads[license_id] = self._cached(f"head-{self._digest([name])}", lambda: read_heads(self.root, {license_id: name})[license_id])
        return self._heads.get(license_id, {})

    def kept(self, name: str) -> dict[str, Any] | None:
        """What was kept under a name, which is a digest of everything it rests on; None if nothing was, or not whole."""
        try:
            with self._kept_at(name).open("rb") as handle:
                seal, _, body = handle.read().partition(b"\n")
            if seal == _seal(body):
                loaded: dict[str, Any] = json.loads(body)
                return loaded
        except (OSError, ValueError):
            pass
        return None

    def keep(self, name: str, value: dict[str, Any]) -> None:
        """Keep a value for later."""
        body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        _write(self._kept_at(name), _seal(body) + b"\n" + body)

    def _kept_at(self, name: str) -> Path:
        return self.cache / f"{name}-{checker.__version__}-{CACHE_FORM}.json"

    def _cached(self, name: str, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        value = self.kept(name)
        if value is None:
            value = make()
            self.keep(name, value)
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
        with contextlib.suppress(OSError):
            scratch.unlink()


# ---- licenses --------------------------------------------------------------------------------------------------------


def read_names(root: Path, license_files: Mapping[str, str], tables: Iterable[str]) -> dict[str, Any]:
    """Every name, from the heads of the license files (what stands before the terms) and the files of licenses/names/. Raises BadInput."""
    from checker.load import schema as schemas
    from checker.load import shape
    from checker.load.strict_yaml import load

    read = {}
    for name in tables:
        document = load(root / name, name)
        kind = name.rpartition("/")[2][:-5]
        shape.check(schemas.names(kind), document)
        document.check()
        read[kind] = document.value
    families, listed = read.get("families", {}).get("families", ()), read.get("listed", {}).get("licenses", ())
    return compiled(read_heads(root, license_files), read.get("words", {}), families, listed)


def read_heads(root: Path, license_files: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """License id -> what stands before the terms in its file. Raises BadInput."""
    from checker.load.strict_yaml import load, parse

    heads = {}
    for license_id, name in license_files.items():
        head, _, _ = (root / name).read_text(encoding="utf-8").partition("\nterms:")
        value = parse(head, name).value
        heads[license_id] = value if {"name", "identifiers"} <= set(value) else load(root / name, name).value
    return heads


def read_license(path: Path, schema: dict[str, Any], name: str) -> dict[str, Any]:
    """One license file, checked. Raises BadInput with every problem."""
    from checker.load import shape
    from checker.load.strict_yaml import load

    document = load(path, name)
    shape.check(schema, document)
    if not document.problems and document.value["id"] != path.stem:
        document.problem(("id",), "id_not_the_file", name=path.stem)
    document.check()
    value: dict[str, Any] = document.value
    return value
