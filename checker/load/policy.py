"""Policies and waivers from files: shape, names, conditions, dates; every problem at once, at its line."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from checker.core.conditions import ConditionError, Tree, parse
from checker.core.license import NO_LICENSE, OWN_WORK, UNREAD
from checker.errors import BadInput
from checker.load import shape
from checker.load.book import Library
from checker.load.expression import ExpressionError
from checker.load.scenario import understand
from checker.load.sources import Sources
from checker.load.strict_yaml import Document, read_text
from checker.load.strict_yaml import parse as parse_yaml

#: the lists of a policy, the one that wins first
LISTS = ("deny", "review", "allow")
#: how far a policy may extend others
MAX_EXTENDS = 5
#: lists whose entries are looked at one by one
_ENTRIES = (*LISTS, "models", "places", "waivers")
#: what a policy states for every scenario, in the words of a scenario
_STANDING = ("actor", "profile", "positions", "agreements")
_STRICTER = ("deny", "review", "allow")


def load_policy(path: Path, library: Library, name: str | None = None) -> dict[str, Any]:
    """The policy in a file, with all that it extends. Raises BadInput.

    `entries` has the matches of each list, `places` where what is done, `files` every file that was read, with its digest.
    """
    return _Reader(library).policy(path, name or str(path), 0)


def no_policy(library: Library) -> dict[str, Any]:
    """What holds where there is no policy: what licenses say decides alone."""
    words = library.book().vocabulary.data["policy"]
    return {"files": [], "approver": None, "actor": {}, "release": {}, "profile": None, "positions": {}, "default": None,
            "entries": {one: [] for one in LISTS}, "models": [], "places": [], "fail_on": list(words["fail_on"]),
            "longest_days": words["longest_days"], "unwaivable": list(words["unwaivable"])}


class _Reader:
    def __init__(self, library: Library) -> None:
        self.library = library
        self.book = library.book()
        self.sources = Sources(library)

    def policy(self, path: Path, name: str, depth: int) -> dict[str, Any]:
        document, digest = self._read(path, name, "policy")
        own = _sound(document)
        base = self._extended(document, path, depth)
        _check_standing(document, own, self.library)
        entries = {one: [self._entry(document, one, index, match) for index, match in own.get(one, ())] for one in LISTS}
        places = [self._place(document, index, place) for index, place in own.get("places", ())]
        models = [{"model": one["model"], "license": self._own_license(document, ("models", index, "license"), one["license"])}
                  for index, one in own.get("models", ())]
        document.check()
        own_waivers = own.get("waivers") or {}
        stated = [one for one in (own.get("default"), base["default"]) if one]
        return {
            "files": [{"path": name, "sha256": digest}, *base["files"]],
            "approver": own.get("approver") or base["approver"],
            **{key: {**base[key], **(own.get(key) or {})} for key in ("actor", "release", "positions")},
            "profile": own.get("profile") or base["profile"],
            "default": min(stated, key=_STRICTER.index, default="deny"),
            "entries": {one: entries[one] + base["entries"][one] for one in LISTS},
            "models": models + base["models"],
            "places": places or base["places"],
            "fail_on": list(own["fail_on"]) if "fail_on" in own and depth == 0 and not base["files"] else
            list(dict.fromkeys([*base["fail_on"], *own.get("fail_on", ())])),
            "longest_days": min(own_waivers.get("longest_days", base["longest_days"]), base["longest_days"]),
            "unwaivable": list(dict.fromkeys([*base["unwaivable"], *own_waivers.get("unwaivable", ())])),
        }

    def _read(self, path: Path, name: str, schema: str) -> tuple[Document, str]:
        text = read_text(path, name)
        document = parse_yaml(text, name)
        if document.value is None:
            document.value = {}
        shape.check(self.library.schema(schema), document)
        if not isinstance(document.value, dict):
            document.check()
        return document, hashlib.sha256(text.encode()).hexdigest()

    def _extended(self, document: Document, path: Path, depth: int) -> dict[str, Any]:
        """The policy that this one extends; its file must be the one whose digest is written, so that it cannot change unseen."""
        stated = _sound(document).get("extends")
        if not stated:
            return no_policy(self.library)
        place = ("extends", "file")
        if depth >= MAX_EXTENDS:
            document.problem(place, "too_many_policies", most=MAX_EXTENDS)
            return no_policy(self.library)
        other = path.parent / stated["file"]
        try:
            digest = hashlib.sha256(read_text(other, stated["file"]).encode()).hexdigest()
            if digest == stated["sha256"]:
                return self.policy(other, str(stated["file"]), depth + 1)
            document.problem(("extends", "sha256"), "not_what_was_approved", policy=stated["file"], digest=digest)
        except BadInput as error:
            line, column = document.place(place)
            document.problems += [one if one.line else one._replace(file=document.file, line=line, column=column) for one in error.problems]
        return no_policy(self.library)

    # ---- entries -----------------------------------------------------------------------------------------------------

    def _entry(self, document: Document, group: str, index: int, match: Mapping[str, Any]) -> dict[str, Any]:
        path = (group, index)
        where: dict[str, Any] = {key: [value] if isinstance(value, str) else list(value) for key, value in match.items()
                                 if key not in ("reason", "when", "term", "is")}
        if "license" in where:
            where["license"] = [one for number, name in enumerate(where["license"])
                                for one in self._licenses(document, (*path, "license"), number, name, match)]
        self._known(document, (*path, "flag"), where.get("flag", ()), {rule.data["flag"] for rule in self.book.rules if "flag" in rule.data}, "unknown_flag")
        for field, unknown in (("family", "unknown_license_family"), ("licensor", "unknown_licensor")):
            if field in where:
                known = {str(getattr(self.book.license(one), field)) for one in self.library.license_files}
                self._known(document, (*path, field), where[field], known, unknown)
        trees = [tree for tree in (self._when(document, path, match), self._term(document, path, match)) if tree]
        return {"list": group, "where": where, "trees": trees, "reason": match.get("reason"), "file": document.file, "line": document.place(path)[0]}

    def _licenses(self, document: Document, path: tuple[Any, ...], number: int, name: str, match: Mapping[str, Any]) -> list[str]:
        if name in (NO_LICENSE, UNREAD, OWN_WORK):
            return [name]
        found = self.sources.resolve(name)
        if not found:
            place = path if isinstance(match["license"], str) else (*path, number)
            hint = document.nearest(name.casefold(), self.sources.all_names())
            document.problem(place, "unknown_license_of_the_list", hint=hint, name=name[:80])
        return list(found)

    def _own_license(self, document: Document, path: tuple[Any, ...], text: str) -> str:
        """A license or an expression, as an input of a scenario may name it."""
        try:
            self.sources.alternatives(text)
        except ExpressionError as error:
            document.note(path, str(error), document.nearest(text.casefold(), self.sources.all_names()))
        return text

    def _known(self, document: Document, path: tuple[Any, ...], names: Iterable[str], known: Iterable[str], unknown: str, term: str = "") -> None:
        """Refuse each name that is not known, with the problem of the id `unknown`."""
        words = sorted(known)
        for name in names:
            if name not in words:
                document.problem(path, unknown, hint=document.nearest(name, words), name=name[:80], known=", ".join(words[:12]), term=term)

    def _when(self, document: Document, path: tuple[Any, ...], match: Mapping[str, Any]) -> Tree | None:
        return self._parse(document, (*path, "when"), match["when"]) if "when" in match else None

    def _term(self, document: Document, path: tuple[Any, ...], match: Mapping[str, Any]) -> Tree | None:
        """`term` (and `is`) as a condition: what the text says on it is one of these, or, without `is`, anything but nothing."""
        term = match.get("term")
        if term is None:
            if "is" in match:
                document.problem((*path, "is"), "is_without_term")
            return None
        spec = self.book.vocabulary.terms[term]
        wanted = [match["is"]] if isinstance(match.get("is"), str) else list(match.get("is") or ())
        text = f"stated(terms.{term})"
        if spec.get("list") and wanted:
            field = spec["required"][0]
            known = self.book.vocabulary.words.get(spec["fields"][field].get("vocabulary", ""))
            if known:
                self._known(document, (*path, "is"), wanted, known, "unknown_word_for_term", term=term)
            text = f"any(one.{field} in {wanted!r} for one in terms.{term})"
        elif "values" in spec:
            self._known(document, (*path, "is"), wanted, spec["values"], "unknown_answer_to_term", term=term)
            text = f"terms.{term} in {wanted!r}" if wanted else f"terms.{term} not in {list(spec['short'])!r} and stated(terms.{term})"
            if set(wanted) - set(spec["values"]):
                return None
        elif wanted:
            text = f"terms.{term} in {wanted!r}"
        return self._parse(document, (*path, "is" if wanted else "term"), text)

    def _parse(self, document: Document, path: tuple[Any, ...], text: str) -> Tree | None:
        try:
            return parse(text, self.book.vocabulary.types("reach"))
        except ConditionError as error:
            document.note(path, str(error))
            return None

    def _place(self, document: Document, index: int, place: Mapping[str, Any]) -> dict[str, Any]:
        path = ("places", index)
        folder = _folder(place["path"])
        others = [_folder(one["path"]) for number, one in _sound(document)["places"] if number < index]
        if folder in others:
            document.problem((*path, "path"), "place_twice", name=folder)
        if "scenario" in place and set(place) - {"path", "scenario"}:
            document.problem((*path, "scenario"), "facts_in_the_scenario")
        facts = {key: value for key, value in place.items() if key not in ("path", "scenario", "skip")}
        return {"path": folder, "scenario": place.get("scenario"), "skip": place.get("skip"), "facts": facts,
                "file": document.file, "line": document.place(path)[0]}

    # ---- waivers -----------------------------------------------------------------------------------------------------

    def waivers(self, path: Path, name: str, longest_days: int) -> dict[str, Any]:
        document, digest = self._read(path, name, "waivers")
        own = _sound(document)
        _check_standing(document, own, self.library)
        found = [self._waiver(document, index, one, longest_days) for index, one in own.get("waivers", ())]
        document.check()
        return {"files": [{"path": name, "sha256": digest}], "waivers": found, "agreements": document.value.get("agreements")}

    def _waiver(self, document: Document, index: int, one: Mapping[str, Any], longest_days: int) -> dict[str, Any]:
        path = ("waivers", index)
        named = [key for key in ("fingerprint", "fingerprints", "scope") if key in one]
        if len(named) != 1:
            document.problem(path, "waiver_covers_too_much" if named else "waiver_covers_nothing")
        scope = dict(one.get("scope") or {})
        if "license" in scope:
            scope["license"] = self._licenses(document, (*path, "scope", "license"), 0, scope["license"], scope)
        if "rule" in scope:
            words = self.book.vocabulary.data["policy"]
            rules = {rule.id for rule in self.book.rules} | {f"policy-{one}" for one in words["answers"]} | {*words["say"], *words["fail_on"]}
            self._known(document, (*path, "scope", "rule"), [scope["rule"]], rules, "unknown_rule")
        _check_term(document, path, one, longest_days)
        prints = [one["fingerprint"]] if "fingerprint" in one else list(one.get("fingerprints", ()))
        return {**one, "scope": scope, "fingerprints": prints, "file": document.file, "line": document.place(path)[0]}


def load_waivers(path: Path, library: Library, longest_days: int, name: str | None = None) -> dict[str, Any]:
    """The waivers and agreements in a file. Raises BadInput."""
    return _Reader(library).waivers(path, name or str(path), longest_days)


def _sound(document: Document) -> dict[str, Any]:
    """What of the document has the right form; the entries of its lists with their numbers. The file is refused for the rest all the same."""
    faulty = {path[:length] for path in document.faults for length in (1, 2)}
    found: dict[str, Any] = {}
    for key, value in document.value.items():
        if key in _ENTRIES and isinstance(value, list):
            found[key] = [(index, one) for index, one in enumerate(value) if (key, index) not in faulty]
        elif (key,) not in faulty and value is not None:
            found[key] = value
    return found


def _folder(path: str) -> str:
    return path.strip("/").removeprefix("./") or "."


def _check_standing(document: Document, own: Mapping[str, Any], library: Library) -> None:
    """Facts, profile, positions and agreements are understood as those of a scenario are, with their lines in this file."""
    scratch = Document(document.file)
    scratch.marks, scratch.key_marks = document.marks, document.key_marks
    scratch.value = {"inputs": [], "as_of": "2000-01-01", **{key: own[key] for key in _STANDING if own.get(key) is not None}}
    try:
        understand(scratch, library)
    except BadInput as error:
        document.problems += error.problems


def _check_term(document: Document, path: tuple[Any, ...], one: Mapping[str, Any], longest_days: int) -> None:
    days = {}
    for key in ("granted", "expires"):
        try:
            days[key] = datetime.date.fromisoformat(one[key])
        except ValueError:
            document.problem((*path, key), "not_in_the_calendar", day=one[key])
    if len(days) < 2:
        return
    term = (days["expires"] - days["granted"]).days
    if term <= 0:
        document.problem((*path, "expires"), "waiver_expires_before")
    elif term > longest_days:
        latest = days["granted"] + datetime.timedelta(days=longest_days)
        document.problem((*path, "expires"), "waiver_too_long", days=term, most=longest_days, latest=latest.isoformat())
