"""Three-valued truth against its definition: what is unknown stands for both answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import permutations, product

import pytest

from checker.core.truth import Truth, conjunction, disjunction, negation

Join = Callable[[Iterable[Truth]], Truth]
TRUTHS: tuple[Truth, ...] = (True, False, None)
T, F, U = True, False, None
#: left, right, left and right, left or right
TABLE = [
    (T, T, T, T), (T, F, F, T), (T, U, U, T),
    (F, T, F, T), (F, F, F, F), (F, U, F, U),
    (U, T, U, T), (U, F, F, U), (U, U, U, U),
]
#: every way to write down none to four operands
OPERANDS = [values for length in range(5) for values in product(TRUTHS, repeat=length)]


def completions(values: tuple[Truth, ...]) -> list[tuple[bool, ...]]:
    """Every way to replace what is unknown by true or false."""
    return list(product(*[(True, False) if value is None else (value,) for value in values]))


def common(answers: list[bool]) -> Truth:
    """The answer on which all agree, else unknown."""
    return answers[0] if len(set(answers)) == 1 else None


@pytest.mark.parametrize(("left", "right", "both", "either"), TABLE)
def test_kleene_tables(left: Truth, right: Truth, both: Truth, either: Truth) -> None:
    assert conjunction([left, right]) is both
    assert disjunction([left, right]) is either


@pytest.mark.parametrize(("value", "other"), [(T, F), (F, T), (U, U)])
def test_negation(value: Truth, other: Truth) -> None:
    assert negation(value) is other
    assert negation(negation(value)) is value


def test_nothing_joined_is_the_neutral_value() -> None:
    assert conjunction([]) is True
    assert disjunction([]) is False


def test_an_answer_is_what_all_completions_agree_on() -> None:
    for values in OPERANDS:
        whole = completions(values)
        assert conjunction(values) is common([all(one) for one in whole]), values
        assert disjunction(values) is common([any(one) for one in whole]), values


def test_de_morgan() -> None:
    for values in OPERANDS:
        assert negation(conjunction(values)) is disjunction([negation(value) for value in values]), values
        assert negation(disjunction(values)) is conjunction([negation(value) for value in values]), values


@pytest.mark.parametrize("join", [conjunction, disjunction])
def test_order_and_grouping_do_not_matter(join: Join) -> None:
    for values in OPERANDS:
        whole = join(values)
        assert all(join(one) is whole for one in permutations(values)), values
        assert all(join([join(values[:cut]), join(values[cut:])]) is whole for cut in range(len(values) + 1)), values


@pytest.mark.parametrize("join", [conjunction, disjunction])
def test_learning_more_never_flips_a_definite_answer(join: Join) -> None:
    for values in OPERANDS:
        before = join(values)
        for place in [place for place, value in enumerate(values) if value is None]:
            for told in (True, False):
                after = join([*values[:place], told, *values[place + 1:]])
                assert before is None or after is before, (values, place, told)


@pytest.mark.parametrize("join", [conjunction, disjunction])
@pytest.mark.parametrize("first", TRUTHS)
def test_every_operand_is_looked_at(join: Join, first: Truth) -> None:
    left = iter([first, None, True, False, None])
    join(left)
    assert list(left) == []


@pytest.mark.parametrize("value", TRUTHS)
def test_the_result_is_a_truth_value_itself(value: Truth) -> None:
    for result in (conjunction([value, value]), disjunction([value, value]), negation(value)):
        assert result is True or result is False or result is None
