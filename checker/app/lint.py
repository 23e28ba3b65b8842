"""The book's checks of itself: what a schema cannot see."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from checker.app import examples
from checker.app.wording import problem
from checker.core.conditions import names
from checker.core.rule import Rule
from checker.errors import BadInput, Problem
from checker.load.book import Library
from checker.load.strict_yaml import Document, load

#: who reads a term besides the conditions of rules
_READ_BY_ENGINE = {"derivative"}


def lint(library: Library) -> list[Problem]:
    """Every problem in licenses, rules, vocabulary, positions, norms and registry."""
    try:
        book = library.book()
    except BadInput as error:
        return error.problems
    found: list[Problem] = []
    documents = {_key(name): load(library.path(name), name) for name in library.rule_files}
    for rule in book.rules:
        document = documents["rules", rule.id]
        found += _rule(library, rule, document)
    found += _doubles(library)
    found += _contradictions(library, documents)
    found += _vocabulary(library, documents)
    found += _positions(library, documents)
    for license_id, name in sorted(library.license_files.items()):
        try:
            book.license(license_id)
        except BadInput as error:
            found += error.problems
            continue
        document = load(library.path(name), name)
        found += _license(library, document)
    found += _registry(library)
    return sorted(set(found))


#: (group, stem) of a file below rules/
Key = tuple[str, str]


def _key(name: str) -> Key:
    folder = name.split("/")[1]
    return folder if folder in ("vocabulary", "positions", "profiles", "norms") else "rules", name.rpartition("/")[2][:-5]


def _rule(library: Library, rule: Rule, document: Document) -> Iterator[Problem]:
    book = library.book()
    expected = [example["expect"] for example in rule.data["examples"]]
    if expected.count("fires") < 1 or expected.count("silent") < (1 if "not_open" in rule.data else 2):
        yield problem("examples_missing", document.file, *document.place(("examples",)))
    if "unknown" not in expected and "not_open" not in rule.data:
        yield problem("no_example_unknown", document.file, *document.place(("examples",)))
    for index, found in examples.problems(book, rule):
        example, place = rule.data["examples"][index], document.place(("examples", index))
        if isinstance(found, Exception):
            yield problem("rule_example_cannot_be_run", document.file, *place, name=example["name"], why=found)
        else:
            yield problem("rule_example_comes_out_otherwise", document.file, *place, name=example["name"], found=found, expected=example["expect"])
    for field, known in (("norms", book.norms), ("opposing", book.norms)):
        for index, one in enumerate(rule.data.get(field, ())):
            if one not in known:
                yield problem("no_such_norm", document.file, *document.place((field, index)), name=one, field=field)
    for position_id in _positions_named(rule.trees):
        if position_id not in book.positions:
            yield problem("no_such_position", document.file, *document.place(("when",)), name=position_id)


def _positions_named(tree: Any) -> Iterator[str]:
    if isinstance(tree, dict):
        for one in tree.values():
            yield from _positions_named(one)
    elif isinstance(tree, list):
        if tree[:2] == ["call", "position"] and tree[2][0] == "const":
            yield tree[2][1]
        for one in tree:
            yield from _positions_named(one)


def _doubles(library: Library) -> Iterator[Problem]:
    """One id, one file: rules live in folders, so two could share a name."""
    seen: dict[Key, str] = {}
    for name in library.rule_files:
        key = _key(name)
        if key in seen:
            yield problem("id_is_taken", name, 1, 1, other=seen[key])
        seen[key] = name


def _contradictions(library: Library, documents: dict[Key, Document]) -> Iterator[Problem]:
    """Two rules under one condition that give opposite answers, or the same one twice."""
    seen: dict[str, Rule] = {}
    for rule in library.book().rules:
        if rule.axis != "legal" or rule.effect == "requires":
            continue
        key = f"{rule.subject} {rule.for_each} {rule.acts} {rule.trees['when']}"
        other = seen.setdefault(key, rule)
        if other is not rule:
            document = documents["rules", rule.id]
            yield problem("rule_says_the_same" if other.effect == rule.effect else "rule_contradicts",
                          document.file, *document.place(("when",)), other=other.id)


def _vocabulary(library: Library, documents: dict[Key, Document]) -> Iterator[Problem]:
    book = library.book()
    vocabulary = book.vocabulary
    mentioned = {name for rule in book.rules for tree in rule.trees.values() for name in names(tree)}
    mentioned |= {name for tree in vocabulary.trees.values() for name in names(tree)}
    read = {name.split(".")[1] for name in mentioned if name.startswith("terms.")} | _READ_BY_ENGINE
    read |= {part.split(".")[-1] for name in mentioned for part in [name] if ".terms." in name}
    read |= {rule.for_each.removeprefix("terms.") for rule in book.rules if rule.for_each}
    read |= {act["term"] for act in vocabulary.acts.values() if act["term"]}
    terms = documents["vocabulary", "terms"]
    for term, spec in vocabulary.terms.items():
        if term not in read and not spec.get("informational"):
            yield problem("term_not_read", terms.file, *terms.place(("terms", term)), name=term)
    for name, one in vocabulary.conditions.items():
        if not {"when", "carried_by", "ask"} & set(one):
            document = documents["vocabulary", "conditions"]
            yield problem("condition_not_read", document.file, *document.place((name,)), name=name)


def _positions(library: Library, documents: dict[Key, Document]) -> Iterator[Problem]:
    book = library.book()
    for position_id, position in book.positions.items():
        document = documents["positions", position_id]
        answers = [answer["id"] for answer in position["answers"]]
        for profile in (name for name in book.profiles if name != "open"):
            answer = position["profiles"].get(profile)
            if answer not in (*answers, "open"):
                yield problem("profile_answers_otherwise", document.file, *document.place(("profiles",)),
                              profile=profile, answer=answer, answers=", ".join(answers))
        yield from _position_examples(book, position, answers, document)


def _position_examples(book: Any, position: dict[str, Any], answers: list[str], document: Document) -> Iterator[Problem]:
    if not position.get("examples") and not position.get("not_shown"):
        yield problem("no_example_of_the_answers", document.file, *document.place(("id",)))
    for index, example in enumerate(position.get("examples", ())):
        place = document.place(("examples", index))
        try:
            found = examples.under_each_answer(book, position, example)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            yield problem("example_cannot_be_run", document.file, *place, name=example["name"], why=error)
            continue
        if found != example["expect"]:
            yield problem("example_comes_out_otherwise", document.file, *place, name=example["name"], found=found)
        if len(set(found.values())) < 2 <= len(answers):
            yield problem("example_comes_out_the_same", document.file, *place, name=example["name"])


def _license(library: Library, document: Document) -> Iterator[Problem]:
    book = library.book()
    value = document.value
    for field in ("replaces", "replaced_by"):
        other = value.get(field)
        if other and other not in library.license_files:
            yield problem("license_not_in_the_book", document.file, *document.place((field,)), name=other)
    for path, answer in _answers(value["terms"], ("terms",)):
        quote = answer.get("quote")
        if quote and len(str(quote).split()) > 15:
            yield problem("quotation_too_long", document.file, *document.place((*path, "quote")), count=len(str(quote).split()))
        if answer.get("value") == "conditional" and not answer.get("conditions"):
            yield problem("conditional_on_nothing", document.file, *document.place(path))
        for key, one in answer.items():
            if isinstance(one, dict) and "position" in one:
                yield from _reading(book, document, (*path, key), one)


def _reading(book: Any, document: Document, path: tuple[Any, ...], value: dict[str, Any]) -> Iterator[Problem]:
    position = book.positions.get(value["position"])
    if position is None:
        yield problem("no_such_position", document.file, *document.place(path), name=value["position"])
        return
    answers = {answer["id"] for answer in position["answers"]}
    if set(value["readings"]) != answers:
        yield problem("readings_of_other_answers", document.file, *document.place(path), found=", ".join(sorted(value["readings"])),
                      position=value["position"], answers=", ".join(sorted(answers)))


def _answers(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], dict[str, Any]]]:
    if isinstance(value, dict):
        yield path, value
        for key, one in value.items():
            yield from _answers(one, (*path, key))
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from _answers(one, (*path, index))


def _registry(library: Library) -> Iterator[Problem]:
    from checker.load import schema as schemas
    from checker.load import shape

    schema = schemas.registry(library.book().vocabulary)
    for path in sorted((library.root / "licenses" / "models").glob("[!_]*.yaml")):
        document = load(path, f"licenses/models/{path.name}")
        shape.check(schema, document)
        yield from document.problems
        for index, entry in enumerate(document.value.get("models", ())):
            if entry.get("license") not in library.license_files and entry.get("license") != "unknown":
                yield problem("registered_license_not_in_the_book", document.file, *document.place(("models", index)), name=entry.get("license"))
        if str(document.value.get("publisher", "")).casefold() != path.stem:
            yield problem("publisher_is_not_the_name", document.file, 1, 1, name=path.stem)
