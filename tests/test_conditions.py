"""The condition language: what it refuses, what it means, and that it never says more than it knows."""

from __future__ import annotations

import json
import string
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from checker.core.blame import open_facts
from checker.core.conditions import FUNCTIONS, MAX_DEPTH, MAX_LENGTH, Bounds, ConditionError, build, compare, names, parse
from checker.core.frame import Frame, ReleaseFrame
from checker.core.reach_frame import ReachFrame
from checker.core.truth import Truth, conjunction, disjunction, negation
from checker.load.book import Library

settings.register_profile("conditions", deadline=None, derandomize=True, database=None)
PROFILE = settings.get_profile("conditions")

COLORS = ("red", "green", "blue")
TYPES: Mapping[str, str] = {
    "a": "bool", "b": "bool", "c": "bool", "x": "number", "y": "number", "color": "word:red|green|blue", "text": "text", "day": "date",
    "place": "region", "list": "list", "colors": "list:word:red|green|blue", "hidden": "bool", "free": "any", "item": "answer",
    "things": "list", "things[].ok": "bool", "things[].size": "number", "things[].color": "word:red|green|blue",
}


def refusal(text: str) -> str:
    """What the parser says of a condition that it must refuse."""
    with pytest.raises(ConditionError) as caught:
        parse(text, TYPES)
    return str(caught.value)


# ---- the whitelist ---------------------------------------------------------------------------------------------------

FOREIGN = {
    "text.upper() == 'A'": "bare name",
    "().__class__.__bases__": "words joined by dots",
    "'a'.join(list)": "bare name",
    "a.b()": "bare name",
    "(lambda: a)()": "bare name",
    "lambda: a": "Lambda",
    "[t for t in list]": "ListComp",
    "{t for t in list}": "SetComp",
    "{t: t for t in list}": "DictComp",
    "(t.ok for t in things)": "GeneratorExp",
    "any(t.ok for t in things if t.ok)": "without `if`",
    "all(t.ok for t in things for u in things)": "for x in collection",
    "any(t for t, u in things)": "for x in collection",
    "any(t.ok async for t in things)": "for x in collection",
    "any([a, b])": "for x in collection",
    "any(things)": "for x in collection",
    "any()": "for x in collection",
    "f'{a}' == 'True'": "JoinedStr",
    "(a := b)": "NamedExpr",
    "import os": "Not a condition",
    "a; b": "Not a condition",
    "a = b": "Not a condition",
    "assert a": "Not a condition",
    "__import__('os')": "Unknown function `__import__`",
    "eval('a')": "Unknown function `eval`",
    "__builtins__": "Unknown name `__builtins__`",
    "a.__class__": "Unknown name `a.__class__`",
    "any(t.__class__ == 'a' for t in things)": "no `__class__`",
    "exceeds(*list)": "Starred",
    "[*list] == list": "Starred",
    "exceeds(item=a)": "without keywords",
    "exceeds(**things)": "without keywords",
    "list[0] == 'a'": "Subscript",
    "list[0:1] == list": "Subscript",
    "a if b else c": "IfExp",
    "x + 1 == 2": "BinOp",
    "-x == 1": "Only `not`",
    "~x == 1": "Only `not`",
    "+x == 1": "Only `not`",
    "a & b": "BinOp",
    "color is 'red'": "Is is not a comparison",
    "color is not 'red'": "IsNot is not a comparison",
    "{'a': 1} == list": "Dict",
    "{1, 2} == list": "Set",
    "None": "not a literal",
    "...": "not a literal",
    "b'red' == color": "not a literal",
    "1j == x": "not a literal",
    "await a": "Await",
    "color in [color]": "literals only",
    "[x, y] == list": "literals only",
    "": "Not a condition",
    " \n\t": "Not a condition",
    "a\x00": "Not a condition",
    "((a)": "Not a condition",
}


@pytest.mark.parametrize("text", FOREIGN)
def test_what_is_not_in_the_language_is_refused(text: str) -> None:
    message = refusal(text)
    assert FOREIGN[text] in message
    assert message.endswith((".", "?"))


HUGE = {
    "length": "a or " * MAX_LENGTH + "a",
    "one too long": "a" * (MAX_LENGTH + 1),
    "parentheses": "(" * 900 + "a" + ")" * 900,
    "not": "not " * (MAX_DEPTH + 5) + "a",
    "signs": "-" * (MAX_LENGTH - 10) + "x == 1",
    "brackets": "[" * 150 + "]" * 150 + " == list",
    "dots": "a" + ".a" * 900,
    "quantifiers": "any(" * 60 + "a" + " for t in things)" * 60,
}


@pytest.mark.parametrize("name", HUGE)
def test_huge_input_is_refused(name: str) -> None:
    assert refusal(HUGE[name]).endswith((".", "?"))


def test_the_limits_say_what_to_do() -> None:
    assert f"{MAX_LENGTH}" in refusal(HUGE["length"])
    assert "by name" in refusal(HUGE["length"])
    assert "too deeply" in refusal(HUGE["not"])
    assert parse("not " * (MAX_DEPTH // 2) + "a", TYPES)
    assert parse(" or ".join(["a"] * (MAX_LENGTH // 6)), TYPES)


TREE_WORDS = {"const", "name", "answer", "local", "not", "and", "or", "call", "any", "all", "count", "==", "!=", "<", "<=", ">", ">=", "in", "not in"}
TOKENS = ["a", "b", "x", "color", "things", "t", "t.ok", "'red'", "1", "2.5", "(", ")", "[", "]", ",", ".", "and", "or", "not", "in", "==", "<", ">=", "for",
          "any(", "all(", "count(", "exceeds(", "granted(", "clause", "lambda", ":", ":=", "if", "else", "*", "**", "f''", "__class__", "\\", "\n", "{", "}",
          "None", "True", "await", "yield", "é", "\ud800"]


def words_of(tree: Any) -> Iterator[str]:
    """The first word of every part of a tree."""
    yield tree[0]
    for part in () if tree[0] in ("const", "name", "answer", "local") else tree[1:]:
        if isinstance(part, list):
            yield from words_of(part)


@settings(PROFILE, max_examples=200)
@given(st.one_of(st.lists(st.sampled_from(TOKENS), max_size=14).map(" ".join), st.text(max_size=60), st.text(string.printable, max_size=60)))
def test_any_text_is_a_condition_or_is_refused(text: str) -> None:
    try:
        tree = parse(text, TYPES)
    except ConditionError as error:
        assert str(error).strip()
    else:
        assert set(words_of(tree)) <= TREE_WORDS
        assert set(names(tree)) <= set(TYPES)


# ---- names, words and types ------------------------------------------------------------------------------------------

MISTAKES = {
    "commercal": "Unknown name `commercal`. Did you mean `commercial`?",
    "release.fomr == 'internal'": "Unknown name `release.fomr`. Did you mean `release.form`?",
    "agreemnt()": "Unknown function `agreemnt`. Did you mean `agreement`?",
    "release.form == 'hosted_ap'": "Did you mean `hosted_api`?",
    "'hosted_ap' == release.form": "Did you mean `hosted_api`?",
    "release.form != 'weights_publik'": "Did you mean `weights_public`?",
    "release.form in ['internal', 'hosted_ap']": "`hosted_ap` is not one of internal",
    "relation not in ['copi']": "Did you mean `copy`?",
    "'open_sourc' in input.claimed": "Did you mean `open_source`?",
    "'servce' in release.released_as": "Did you mean `service`?",
    "terms.use == 'alowed'": "Did you mean `allowed`?",
    "terms.use.beyond == 'permision'": "Did you mean `permission`?",
    "any(r.relatin == 'copy' for r in reaches)": "Did you mean `reaches[].relation`?",
    "any(r.relation == 'copi' for r in reaches)": "Did you mean `copy`?",
    "any(s.action == 'fine_tun' for s in steps)": "Did you mean `fine_tune`?",
}
MISMATCHES = {
    "x": "must be true or false",
    "'red'": "must be true or false",
    "color": "must be true or false",
    "count(t.ok for t in things)": "must be true or false",
    "a and x": "join true and false",
    "a or 'red'": "join true and false",
    "not color": "join true and false",
    "any(t.size for t in things)": "join true and false",
    "x == 'red'": "cannot be compared",
    "color == 1": "cannot be compared",
    "a == 1": "cannot be compared",
    "x < day": "cannot be compared",
    "list == 'red'": "cannot be compared",
    "colors == color": "cannot be compared",
    "a < b": "orders numbers and dates",
    "list < list": "orders numbers and dates",
    "a >= True": "orders numbers and dates",
    "1 < a < 3": "cannot be compared",
    "x in y": "wants a list",
    "'red' in color": "wants a list",
    "x not in 3": "wants a list",
    "any(t.ok for t in x)": "runs over a collection",
    "all(a for t in color)": "runs over a collection",
    "count(a for t in b) > 1": "runs over a collection",
    "exceeds()": "takes 1 arguments, not 0",
    "agreement(a)": "takes 0 arguments, not 1",
    "overlap(list)": "takes 2 arguments, not 1",
    "granted(list)": "takes the answer of a term",
    "withheld(x)": "takes the answer of a term",
}


@pytest.mark.parametrize("text", MISTAKES)
def test_a_misspelled_word_is_named_with_the_nearest_known(library: Library, text: str) -> None:
    with pytest.raises(ConditionError) as caught:
        parse(text, library.book().vocabulary.types("reach"))
    assert MISTAKES[text] in str(caught.value)


@pytest.mark.parametrize("text", MISMATCHES)
def test_types_are_checked(text: str) -> None:
    assert MISMATCHES[text] in refusal(text)


UNCHECKED = {
    "all(x == 'reserch' for x in release.fields)": "the elements of a list of words are not words",
    "any(x.whatever == 'a' for x in release.fields)": "a word has no fields",
    "overlap(1, 2)": "arguments of functions have no type",
    "begins_with(release.regions, 3)": "arguments of functions have no type",
    "position('no-such-question') == 'yes'": "ids of positions are not looked up",
    "shipped('sourc')": "words given to functions are not looked up",
    "commercial_as('pade')": "words given to functions are not looked up",
    "granted(release.form)": "any word passes for the answer of a term; KeyError when evaluated",
    "withheld(terms.use.beyond)": "any word passes for the answer of a term; KeyError when evaluated",
    "actor.home == 'Atlantis'": "regions are not looked up",
    "release.fields == [['general']]": "a list within a list passes for a literal",
}


@pytest.mark.parametrize("text", UNCHECKED)
def test_what_can_never_hold_is_refused(library: Library, text: str) -> None:
    with pytest.raises(ConditionError):
        parse(text, library.book().vocabulary.types("reach"))


def test_names_of_one_subject_are_not_names_of_another(library: Library) -> None:
    vocabulary = library.book().vocabulary
    strange = [("relation == 'copy'", "release"), ("terms.use == 'allowed'", "scenario"), ("other.relation == 'copy'", "reach"), ("label.known", "reach")]
    for text, subject in strange:
        with pytest.raises(ConditionError, match="Unknown name"):
            parse(text, vocabulary.types(subject))
    assert parse("other.relation == 'copy'", vocabulary.types("pair"))
    assert parse("label.known", vocabulary.types("label"))


def test_every_function_is_understood(library: Library) -> None:
    types = {**library.book().vocabulary.types("reach"), "free": "any"}
    assert all(any(hasattr(kind, "f_" + name) for kind in (Frame, ReleaseFrame, ReachFrame)) for name in FUNCTIONS)
    for name, (wanted, result) in FUNCTIONS.items():
        call = f"{name}({', '.join(['terms.use' if kind == 'answer' else 'free' for kind in wanted])})"
        tree = parse(call if result == "bool" else f"{call} == 'a'", types)
        assert name in json.dumps(tree)


# ---- what a condition means ------------------------------------------------------------------------------------------
# Random conditions are made as trees of tuples: rendered to text for the program, and interpreted directly for comparison.

Node = tuple[Any, ...]
FLAGS = ("a", "b", "c", "hidden")
NUMBERS = ("x", "y")
HIDDEN = "a and x > 1"                    # what the definition `hidden` stands for
ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": lambda left, right: left == right, "!=": lambda left, right: left != right, "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right, ">": lambda left, right: left > right, ">=": lambda left, right: left >= right,
}


def simple(inside: bool) -> st.SearchStrategy[Node]:
    """Conditions without joints; `inside` a quantifier its element may be named."""
    amount = st.one_of(st.sampled_from(NUMBERS).map(lambda name: ("number", name)), st.integers(0, 3).map(lambda value: ("value", value)))
    word = st.sampled_from(COLORS)
    kinds: list[st.SearchStrategy[Node]] = [
        st.sampled_from(FLAGS).map(lambda name: ("flag", name)),
        st.booleans().map(lambda value: ("value", value)),
        st.tuples(st.just("compare"), st.lists(st.sampled_from(sorted(ORDER)), min_size=1, max_size=2), st.lists(amount, min_size=3, max_size=3)),
        st.tuples(st.just("word"), st.sampled_from(["==", "!="]), word),
        st.tuples(st.just("among"), st.sampled_from(["in", "not in"]), st.lists(word, max_size=3)),
        st.tuples(st.just("holds"), st.sampled_from(["in", "not in"]), word),
    ]
    if inside:
        kinds += [st.just(("ok",)), st.tuples(st.just("size"), st.sampled_from(sorted(ORDER)), st.integers(0, 2))]
    return st.one_of(kinds)


def joined(parts: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """Conditions joined by and, or, not."""
    return st.one_of(st.tuples(st.just("not"), parts), st.tuples(st.sampled_from(["and", "or"]), st.lists(parts, min_size=2, max_size=3)))


BODIES = st.recursive(simple(True), joined, max_leaves=4)
CONDITIONS = st.recursive(
    st.one_of(simple(False), simple(False), st.tuples(st.sampled_from(["any", "all"]), BODIES),
              st.tuples(st.just("count"), st.sampled_from(sorted(ORDER)), st.integers(0, 2), BODIES)), joined, max_leaves=8)
#: without quantifiers, whose elements `blame` does not look into
PLAIN = st.recursive(simple(False), joined, max_leaves=8)


def render(node: Node) -> str:
    """A condition as a rule would write it."""
    word = node[0]
    if word == "value":
        return str(node[1])
    if word in ("flag", "number"):
        return str(node[1])
    if word == "not":
        return f"not ({render(node[1])})"
    if word in ("and", "or"):
        return f" {word} ".join(f"({render(part)})" for part in node[1])
    if word == "compare":
        sides = [render(side) for side in node[2]]
        return sides[0] + "".join(f" {operator}\n {side}" for operator, side in zip(node[1], sides[1:]))
    if word == "word":
        return f"color {node[1]} '{node[2]}'"
    if word == "among":
        return f"color {node[1]} {list(node[2])!r}"
    if word == "holds":
        return f"'{node[2]}' {node[1]} colors"
    if word == "ok":
        return "t.ok"
    if word == "size":
        return f"t.size {node[1]} {node[2]}"
    if word == "count":
        return f"count({render(node[3])} for t in things) {node[1]} {node[2]}"
    return f"{word}({render(node[1])} for t in things)"


def related(operator: str, left: Any, right: Any) -> Truth:
    """A comparison, unknown if a side is."""
    return None if left is None or right is None else ORDER[operator](left, right)


def member(operator: str, one: Any, many: Any) -> Truth:
    """Membership, unknown if a side is."""
    return None if one is None or many is None else (one in many) is (operator == "in")


def interpret(node: Node, facts: Mapping[str, Any], element: Mapping[str, Any] | None = None) -> Any:
    """What a condition means, read off directly."""
    word, rest = node[0], node[1:]
    if word == "value":
        return rest[0]
    if word == "flag" and rest[0] == "hidden":
        return conjunction([facts["a"], related(">", facts["x"], 1)])
    if word in ("flag", "number"):
        return facts[rest[0]]
    if word == "not":
        return negation(interpret(rest[0], facts, element))
    if word in ("and", "or"):
        return (conjunction if word == "and" else disjunction)([interpret(part, facts, element) for part in rest[0]])
    if word == "compare":
        sides = [interpret(side, facts, element) for side in rest[1]]
        return conjunction([related(operator, left, right) for operator, left, right in zip(rest[0], sides, sides[1:])])
    if word == "word":
        return related(rest[0], facts["color"], rest[1])
    if word == "among":
        return member(rest[0], facts["color"], rest[1])
    if word == "holds":
        return member(rest[0], rest[1], facts["colors"])
    if word == "ok":
        return element["ok"] if element is not None else None
    if word == "size":
        return related(rest[0], element["size"] if element is not None else None, rest[1])
    if facts["things"] is None:
        return None
    results = [interpret(rest[-1], facts, one) for one in facts["things"]]
    if word == "count":
        return None if None in results else related(rest[0], results.count(True), rest[1])
    return (disjunction if word == "any" else conjunction)(results)


DOMAINS: Mapping[str, tuple[Any, ...]] = {
    "a": (True, False), "b": (True, False), "c": (True, False), "x": (0, 1, 2, 3, 4), "y": (0, 1, 2), "color": COLORS,
    "colors": ((), ("red",), ("green", "blue"), COLORS), "things": ((), ({"ok": True, "size": 1},), ({"ok": False, "size": 2}, {"ok": True, "size": 0})),
}
THINGS = st.lists(st.fixed_dictionaries({"ok": st.sampled_from([True, False, None]), "size": st.sampled_from([0, 1, 2, None])}), max_size=3).map(tuple)
FACTS = st.fixed_dictionaries({**{name: st.sampled_from([*domain, None, None]) for name, domain in DOMAINS.items() if name != "things"},
                               "things": st.one_of(THINGS, THINGS, THINGS, st.none())})


class Definitions:
    """As much of a vocabulary as a frame asks for: one named condition."""

    def __init__(self) -> None:
        self.trees = {"def:hidden": parse(HIDDEN, TYPES)}

    def expression(self, key: str, hasty: bool) -> Any:
        return build(self.trees[key], hasty), names(self.trees[key])

    def defines(self, name: str) -> bool:
        return "def:" + name in self.trees


class SmallWorld:
    """As much of a world as a frame asks for."""

    def __init__(self, hasty: bool) -> None:
        self.vocabulary = Definitions()
        self.hasty = hasty
        self.calls: list[Any] = []
        self.cuts: dict[str, set[Any]] = {}

    def open(self, key: str, values: Any) -> None:
        self.cuts.setdefault(key, set()).update(values)

    def cut(self, figure: Bounds, last_below: float) -> None:
        self.open(figure.fact, (last_below, last_below + 1))


class SmallFrame(Frame):
    """Names stand for given facts; every name that was asked for is kept."""

    def __init__(self, facts: Mapping[str, Any], hasty: bool = False) -> None:
        super().__init__(SmallWorld(hasty))  # type: ignore[arg-type]
        self.facts = facts
        self.asked: list[str] = []

    __slots__ = ("facts", "asked")

    def resolve(self, name: str) -> Any:
        self.asked.append(name)
        if name == "hidden":
            return self.define("def:hidden", name)
        value = self.facts[name]
        if value is None:
            self.atoms[name] = name
        return value


DEFINITIONS = Definitions()


def evaluate(text: str, facts: Mapping[str, Any]) -> Any:
    """What the program says: parsed, sent through JSON (as the cache does), built, evaluated."""
    tree = json.loads(json.dumps(parse(text, TYPES)))
    return build(tree)(SmallFrame(facts))


@settings(PROFILE, max_examples=200)
@given(CONDITIONS, FACTS)
def test_the_program_agrees_with_a_direct_reading(node: Node, facts: dict[str, Any]) -> None:
    assert evaluate(render(node), facts) is interpret(node, facts)


@settings(PROFILE, max_examples=200)
@given(CONDITIONS, FACTS)
def test_haste_changes_neither_the_answer_nor_who_is_to_blame(node: Node, facts: dict[str, Any]) -> None:
    tree = parse(render(node), TYPES)
    frame = SmallFrame(facts, hasty=True)
    assert build(tree, hasty=True)(frame) is interpret(node, facts)
    assert open_facts(tree, frame) == open_facts(tree, SmallFrame(facts))


NAMED = {"word": "color", "among": "color", "holds": "colors", "any": "things", "all": "things", "count": "things"}


def mentioned(node: Any) -> set[str]:
    """The names that a condition mentions."""
    if not isinstance(node, (tuple, list)):
        return set()
    if node and node[0] == "compare":
        return set().union(*(mentioned(side) for side in node[2][:len(node[1]) + 1]))
    word = node[0] if node and isinstance(node[0], str) else ""
    own = node[1:2] if word in ("flag", "number") else (NAMED[word],) if word in NAMED else ()
    return set(own).union(*(mentioned(part) for part in node))


@settings(PROFILE, max_examples=200)
@given(CONDITIONS, FACTS)
def test_there_is_no_short_circuit(node: Node, facts: dict[str, Any]) -> None:
    tree = parse(render(node), TYPES)
    assert set(names(tree)) == mentioned(node)
    small = SmallFrame({**facts, "things": ({"ok": True, "size": 1},)})
    build(tree)(small)
    assert mentioned(node) <= set(small.asked) <= mentioned(node) | ({"a", "x"} if "hidden" in mentioned(node) else set())


def test_names_are_given_once_in_order_of_first_mention() -> None:
    tree = parse("c or a and (c or any(t.ok and b for t in things)) or granted(item) or stated(color)", TYPES)
    assert names(tree) == ["c", "a", "things", "b", "item", "color"]


@pytest.mark.parametrize("text", ["True or a", "False and a", "a or True", "False and (b or a)", "any(t.ok for t in list) or a", "1 < 0 < x or a"])
def test_operands_behind_a_decided_one_are_evaluated(text: str) -> None:
    small = SmallFrame({"a": None, "b": None, "x": 1, "list": ()})
    build(parse(text, TYPES))(small)
    assert "a" in small.asked


def completed(facts: Mapping[str, Any], used: set[str]) -> Iterator[dict[str, Any]]:
    """Every way to fill in what is unknown among the names used."""
    unknown = [name for name in sorted(used | ({"a", "x"} if "hidden" in used else set())) if name in facts and facts[name] is None]
    for values in product(*(DOMAINS[name] for name in unknown)):
        filled = {**facts, **dict(zip(unknown, values))}
        known = filled["things"] or ()
        holes = [(index, field) for index, one in enumerate(known) for field, value in one.items() if value is None] if "things" in used else []
        for answers in product(*((True, False) if field == "ok" else (0, 1, 2) for _, field in holes)):
            things = [dict(one) for one in known]
            for (index, field), value in zip(holes, answers):
                things[index][field] = value
            yield {**filled, "things": tuple(things)}


@settings(PROFILE, max_examples=120)
@given(CONDITIONS, FACTS)
def test_a_definite_answer_holds_whatever_is_learned(node: Node, facts: dict[str, Any]) -> None:
    text = render(node)
    before = evaluate(text, facts)
    assume(before is not None)
    tree = build(parse(text, TYPES))
    for number, world in enumerate(completed(facts, mentioned(node))):
        assert tree(SmallFrame(world)) is before, world
        if number > 300:
            break


@settings(PROFILE, max_examples=60)
@given(CONDITIONS, FACTS)
def test_with_every_fact_known_the_answer_is_definite(node: Node, facts: dict[str, Any]) -> None:
    world = next(completed(facts, set(DOMAINS)))
    assert evaluate(render(node), world) in (True, False)


def test_spaces_and_line_breaks_do_not_matter() -> None:
    assert parse("a  and\n\n   (b or\tc)", TYPES) == parse("a and (b or c)", TYPES)


def test_quoted_text_is_kept_as_it_is() -> None:
    assert evaluate("text == 'two  spaces'", {"text": "two  spaces"}) is True


# ---- numbers known only within limits --------------------------------------------------------------------------------

INFINITE = float("inf")
LIMITS = [(low, high) for low in range(6) for high in [*range(low, 6), INFINITE]]


@pytest.mark.parametrize("operator", ["<", "<=", ">", ">="])
def test_bounds_say_what_every_number_between_them_says(operator: str) -> None:
    for low, high in LIMITS:
        for right in range(-1, 8):
            between = range(low, 12 if high == INFINITE else int(high) + 1)
            answers = {ORDER[operator](value, right) for value in between}
            small = SmallFrame({})
            found = compare(operator, Bounds(low, high, "figure"), right, small)
            cuts = small.world.cuts.get("figure", set())
            assert found is (answers.pop() if len(answers) == 1 else None), (operator, low, high, right)
            if found is not None:
                assert not cuts
            else:
                assert {ORDER[operator](value, right) for value in cuts} == {True, False}
                assert all(low <= value <= high for value in cuts), (operator, low, high, right, cuts)


@pytest.mark.parametrize("operator", sorted(ORDER))
def test_bounds_never_say_too_much(operator: str) -> None:
    for low, high in LIMITS:
        for right in range(-1, 8):
            found = compare(operator, Bounds(low, high, "figure"), right, SmallFrame({}))
            between = range(low, 12 if high == INFINITE else int(high) + 1)
            assert found is None or {ORDER[operator](value, right) for value in between} == {found}
            assert compare(operator, Bounds(low, high, "figure"), Bounds(right, right + 1, "other"), SmallFrame({})) is None


@pytest.mark.parametrize("operator", ["<", "<=", ">", ">=", "==", "!="])
def test_bounds_on_the_right_never_say_too_much(operator: str) -> None:
    for low, high in LIMITS:
        for left in range(-1, 8):
            found = compare(operator, left, Bounds(low, high, "figure"), SmallFrame({}))
            between = range(low, 12 if high == INFINITE else int(high) + 1)
            assert found is None or {ORDER[operator](left, value) for value in between} == {found}


def test_bounds_may_stand_in_a_list_comparison() -> None:
    assert compare("in", Bounds(0, 5, "figure"), (1, 2), SmallFrame({})) is None
    assert compare("not in", Bounds(0, 5, "figure"), (1, 2), SmallFrame({})) is None


@pytest.mark.parametrize("operator", [*sorted(ORDER), "in", "not in"])
def test_nothing_is_known_of_what_is_not_known(operator: str) -> None:
    assert compare(operator, None, (1,) if "in" in operator else 1) is None
    assert compare(operator, 1, None) is None


def test_values_that_have_no_order_are_unknown_not_an_error() -> None:
    assert compare("<", "a", 1) is None


# ---- blame -----------------------------------------------------------------------------------------------------------

BOUNDED = st.fixed_dictionaries({**{name: st.sampled_from([*domain, None, None, None]) for name, domain in DOMAINS.items() if name not in ("x", "things")},
                                 "x": st.one_of(st.sampled_from(DOMAINS["x"]), st.just(Bounds(0, 4, "x")), st.none()), "things": st.none()})


def blamed(text: str, facts: Mapping[str, Any]) -> frozenset[str]:
    """The facts that the program holds answerable for not knowing."""
    return open_facts(parse(text, TYPES), SmallFrame(facts))


def unknown_in(facts: Mapping[str, Any]) -> list[str]:
    return [name for name, value in facts.items() if (value is None or isinstance(value, Bounds)) and name in DOMAINS]


@settings(PROFILE, max_examples=120)
@given(PLAIN, BOUNDED)
def test_a_known_answer_is_nobodys_fault(node: Node, facts: dict[str, Any]) -> None:
    text = render(node)
    if evaluate(text, facts) is not None:
        assert blamed(text, facts) == frozenset()
    else:
        assert blamed(text, facts) <= set(unknown_in(facts)) & (mentioned(node) | {"a", "x"})
        assert blamed(text, facts)


@settings(PROFILE, max_examples=120)
@given(PLAIN, BOUNDED, st.data())
def test_the_blamed_facts_alone_settle_an_unknown_answer(node: Node, facts: dict[str, Any], data: st.DataObject) -> None:
    text = render(node)
    assume(evaluate(text, facts) is None)
    told = {name: data.draw(st.sampled_from(DOMAINS[name])) for name in blamed(text, facts)}
    assert evaluate(text, {**facts, **told}) is not None


@settings(PROFILE, max_examples=120)
@given(PLAIN, BOUNDED, st.data())
def test_facts_that_are_not_blamed_cannot_settle_it(node: Node, facts: dict[str, Any], data: st.DataObject) -> None:
    text = render(node)
    assume(evaluate(text, facts) is None)
    innocent = set(unknown_in(facts)) - blamed(text, facts)
    told = {name: data.draw(st.sampled_from(DOMAINS[name])) for name in sorted(innocent)}
    assert evaluate(text, {**facts, **told}) is None


def test_who_cannot_change_the_answer_is_not_blamed() -> None:
    facts = {"a": None, "b": None, "c": True, "x": Bounds(0, 5, "x"), "color": None}
    assert blamed("a or c", facts) == frozenset()
    assert blamed("(a or c) and b", facts) == {"b"}
    assert blamed("(a and not c) or (b and c)", facts) == {"b"}
    assert blamed("x > 3 and b", facts) == {"b", "x"}
    assert blamed("x > 7 or color == 'red'", facts) == {"color"}
    assert blamed("hidden", facts) == {"a", "x"}


QUANTIFIED = ["any(t.ok for t in things)", "all(t.ok for t in things)", "count(t.ok for t in things) > 0", "any(t.size > 1 for t in things)"]


@pytest.mark.parametrize("quantifier", QUANTIFIED)
def test_an_unknown_collection_is_blamed(quantifier: str) -> None:
    assert blamed(quantifier, {"things": None}) == {"things"}
    assert blamed(f"({quantifier}) and b", {"things": None, "b": None}) == {"b", "things"}
    assert blamed(quantifier.replace("t.ok", "(t.ok and b)").replace("t.size > 1", "b"), {"things": ({"ok": True, "size": 2},), "b": None}) == {"b"}


def test_an_unknown_field_of_an_element_is_blamed() -> None:
    facts = {"things": ({"ok": None, "size": 1},)}
    assert evaluate("any(t.ok for t in things)", facts) is None
    assert blamed("any(t.ok for t in things)", facts)
