"""Strings as integers: the same whether hashes tell all strings apart or none of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.audit import chain
from checker.audit.chain import mapped
from checker.audit.numbers import Index, appended, distinct, interned, rising

words = st.lists(st.sampled_from(["a", "b", "c", "dd", "", "é"]), max_size=12)


@pytest.fixture(params=["as they are", "all alike", "every other one alike"], autouse=True)
def hashes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes that collide give the same answers."""
    real = pl.Series.hash
    spread = {"all alike": 1, "every other one alike": 2}.get(request.param)
    if spread:
        monkeypatch.setattr(pl.Series, "hash", lambda series, *_: real(series) % spread * 2**62)


@given(words, st.booleans())
def test_interned_texts_are_numbered_as_they_come(texts: list[str], with_null: bool) -> None:
    values: list[Any] = [*texts, None, *texts] if with_null else texts
    place, number = interned(pl.Series(values, dtype=pl.String))
    assert [values[one] for one in place] == list(dict.fromkeys(values))
    assert [values[place[one]] for one in number] == values


@given(words, words, words)
def test_an_index_finds_what_is_there(first: list[str], later: list[str], asked: list[str]) -> None:
    known = list(dict.fromkeys(first))
    index = Index(pl.Series(known, dtype=pl.String))
    for added in later:                                         # one at a time, and all of them in the end
        if added not in known:
            index.add(pl.Series([added], dtype=pl.String))
            known.append(added)
    assert index.texts.to_list() == known
    assert index.find(pl.Series(asked, dtype=pl.String)).tolist() == [known.index(one) if one in known else -1 for one in asked]


def test_an_index_knows_no_case() -> None:
    index = Index(pl.Series(["A/b", "É"]))
    index.add(pl.Series(["C"]))
    assert index.find(pl.Series(["a/B", "é", "c", "d"])).tolist() == [0, 1, 2, -1]
    assert index.texts.to_list() == ["A/b", "É", "C"]


@given(words)
def test_an_index_sees_what_recurs(texts: list[str]) -> None:
    assert Index(pl.Series(texts, dtype=pl.String)).recurring == (len(set(texts)) < len(texts))


@given(st.lists(st.integers(0, 5), max_size=30))
def test_orders(keys: list[int]) -> None:
    array = np.array(keys, np.int32)
    assert rising(array).tolist() == np.argsort(array, kind="stable").tolist()
    values, place = distinct(array)
    assert values.tolist() == sorted(set(keys))
    assert [values[one] for one in place] == keys


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=40))
def test_a_function_is_asked_once_for_each_pair(pairs: list[tuple[int, int]]) -> None:
    asked: list[tuple[int, int]] = []

    def function(left: int, right: int) -> int:
        asked.append((left, right))
        return left * 100 + right

    left, right = (np.array([pair[side] for pair in pairs], np.int32) for side in (0, 1))
    assert mapped(function, left, right).tolist() == [one * 100 + other for one, other in pairs]
    assert sorted(asked) == sorted(set(pairs))


def test_one_series_after_another_keeps_its_name() -> None:
    assert appended(pl.Series("id", ["a"]), pl.Series("other", ["b"])).name == "id"


@settings(deadline=None)                                     # the first example loads scipy
@given(st.integers(1, 12).flatmap(lambda size: st.tuples(st.just(size), st.lists(st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)), max_size=30))))
def test_both_ways_to_find_circles_find_the_same(drawn: tuple[int, list[tuple[int, int]]]) -> None:
    size, edges = drawn
    child, base = (np.array([edge[side] for edge in edges], np.int64) for side in (0, 1))
    found = []
    for least in (0, 1_000):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(chain, "WORTH_SCIPY", least)
            part = chain.components(size, child, base)
        found.append([[bool(part[one] == part[other]) for one in range(size)] for other in range(size)])
    assert found[0] == found[1]
