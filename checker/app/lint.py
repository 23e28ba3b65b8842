"""The book's checks of itself: what a schema cannot see."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from checker.app import examples
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
        found += (Problem(document.file, *document.place(path), what, instead) for path, what, instead in _rule(library, rule))
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
        found += (Problem(document.file, *document.place(where), what, instead) for where, what, instead in _license(library, document))
    found += _registry(library)
    return sorted(set(found))


#: (group, stem) of a file below rules/
Key = tuple[str, str]


def _key(name: str) -> Key:
    folder = name.split("/")[1]
    return folder if folder in ("vocabulary", "positions", "profiles", "norms") else "rules", name.rpartition("/")[2][:-5]


Found = Iterator[tuple[tuple[Any, ...], str, str]]


def _rule(library: Library, rule: Rule) -> Found:
    book = library.book()
    expected = [example["expect"] for example in rule.data["examples"]]
    if expected.count("fires") < 1 or expected.count("silent") < (1 if "not_open" in rule.data else 2):
        yield ("examples",), "Examples are missing.", "A rule brings one that fires, one that is silent, and a near miss one fact away."
    if "unknown" not in expected and "not_open" not in rule.data:
        yield ("examples",), "No example shows the rule unknown.", "Add one, or say in `not_open:` why nothing can leave it open."
    for index, what in examples.problems(book, rule):
        yield ("examples", index), f"Example `{rule.data['examples'][index]['name']}` {what}.", "Mend the example or the condition."
    for field, known in (("norms", book.norms), ("opposing", book.norms)):
        for index, one in enumerate(rule.data.get(field, ())):
            if one not in known:
                yield (field, index), f"`{one}` does not exist.", f"Write a file for it, or take it out of {field}."
    for position_id in _positions_named(rule.trees):
        if position_id not in book.positions:
            yield ("when",), f"No position is called `{position_id}`.", "Write its file."


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
            yield Problem(name, 1, 1, f"The id is taken by {seen[key]}.", "Choose another.")
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
            what = "says the same as" if other.effect == rule.effect else "contradicts"
            document = documents["rules", rule.id]
            yield Problem(document.file, *document.place(("when",)), f"The rule {what} {other.id}.", "Take one of them out, or tell their conditions apart.")


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
            yield Problem(terms.file, *terms.place(("terms", term)), f"No rule reads `{term}`.", "Write the rule, or mark the term informational.")
    for name, one in vocabulary.conditions.items():
        if not {"when", "carried_by", "ask"} & set(one):
            document = documents["vocabulary", "conditions"]
            yield Problem(document.file, *document.place((name,)), f"Nothing reads the condition `{name}`.", "Add `when`, `carried_by` or `ask`.")


def _positions(library: Library, documents: dict[Key, Document]) -> Iterator[Problem]:
    book = library.book()
    for position_id, position in book.positions.items():
        document = documents["positions", position_id]
        answers = [answer["id"] for answer in position["answers"]]
        for profile in (name for name in book.profiles if name != "open"):
            answer = position["profiles"].get(profile)
            if answer not in (*answers, "open"):
                what = f"The {profile} profile answers {answer}."
                yield Problem(document.file, *document.place(("profiles",)), what, f"Write one of: {', '.join(answers)}, open.")
        for path, what, instead in _position_examples(book, position, answers):
            yield Problem(document.file, *document.place(path), what, instead)


def _position_examples(book: Any, position: dict[str, Any], answers: list[str]) -> Found:
    if not position.get("examples") and not position.get("not_shown"):
        yield ("id",), "No example shows what the answers do.", "Add one under `examples:`, or say in `not_shown:` why none can."
    for index, example in enumerate(position.get("examples", ())):
        path = ("examples", index)
        try:
            found = examples.under_each_answer(book, position, example)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            yield path, f"Example `{example['name']}` cannot be run: {error}", "Mend the example."
            continue
        if found != example["expect"]:
            yield path, f"Example `{example['name']}` comes out as {found}.", "Mend the example or what reads the position."
        if len(set(found.values())) < 2 <= len(answers):
            yield path, f"Example `{example['name']}` comes out the same under every answer.", "Choose one in which the question matters."


def _license(library: Library, document: Document) -> Found:
    book = library.book()
    value = document.value
    for field in ("replaces", "replaced_by"):
        other = value.get(field)
        if other and other not in library.license_files:
            yield (field,), f"`{other}` is not in the book.", "Add its file, or leave the line out."
    for path, answer in _answers(value["terms"], ("terms",)):
        quote = answer.get("quote")
        if quote and len(str(quote).split()) > 15:
            yield (*path, "quote"), f"A quotation of {len(str(quote).split())} words.", "At most 15."
        if answer.get("value") == "conditional" and not answer.get("conditions"):
            yield path, "Conditional on nothing.", "Add `conditions:`."
        for key, one in answer.items():
            if isinstance(one, dict) and "position" in one:
                yield from _reading(book, (*path, key), one)


def _reading(book: Any, path: tuple[Any, ...], value: dict[str, Any]) -> Found:
    position = book.positions.get(value["position"])
    if position is None:
        yield path, f"No position is called `{value['position']}`.", "Write its file."
        return
    answers = {answer["id"] for answer in position["answers"]}
    if set(value["readings"]) != answers:
        yield path, f"Readings for {', '.join(sorted(value['readings']))}.", f"The answers of {value['position']} are {', '.join(sorted(answers))}."


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
                what = f"`{entry.get('license')}` is not in the book."
                yield Problem(document.file, *document.place(("models", index)), what, "Write the id of a license, or `unknown`.")
        if str(document.value.get("publisher", "")).casefold() != path.stem:
            yield Problem(document.file, 1, 1, "The publisher is not the file's name.", f"Write the publisher called {path.stem}.")
