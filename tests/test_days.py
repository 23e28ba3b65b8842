"""Days on which anything may change: answers are the same from one date of the data to the next."""

from __future__ import annotations

import datetime
import itertools
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_audit import ROWS, write

from checker.app import audit as app
from checker.app.questions import BY_FINDINGS, BY_PROFILES, Judge
from checker.load import days
from checker.load.book import KNOWLEDGE, Library

day = st.dates().map(str)
date = st.one_of(day, day.map(lambda one: one[:7]), day.map(lambda one: one[:4])).filter(lambda one: one[:2] in ("19", "20"))


@given(st.lists(date, max_size=6), day, day)
def test_days_of_one_period_compare_alike(changing: list[str], one: str, other: str) -> None:
    found = days.dates([" ".join(changing).encode()])
    assert found == sorted(set(changing))
    if days.period(one, found) == days.period(other, found):
        for date in changing:
            assert (one < date, one == date) == (other < date, other == date)


def changing(library: Library) -> list[datetime.date]:
    """The days that the data name."""
    texts = [path.read_bytes() for folder in KNOWLEDGE for path in (library.root / folder).rglob("*.yaml")]
    assert not days.shown(texts)
    return [datetime.date.fromisoformat(one) for one in days.dates(texts) if len(one) == 10]


def test_who_shows_the_day_says_something_else_every_day(tmp_path: Path) -> None:
    (tmp_path / "licenses").mkdir()
    (tmp_path / "rules").mkdir()
    rule = tmp_path / "rules" / "one.yaml"
    rule.write_text("message: From 2020-02-03 on.")
    found = [Library(tmp_path, tmp_path / "cache").period(one) for one in ("2020-02-02", "2020-02-03", "2020-02-04", "2020-03-04")]
    assert found == ["before 2020-02-03", "2020-02-03", "after 2020-02-03", "after 2020-02-03"]
    assert Library(tmp_path, tmp_path / "cache").period("2020-03-04", "until: 2020-03-01") == "after 2020-03-01"
    rule.write_text("message: It is {as_of}.")
    assert Library(tmp_path, tmp_path / "cache").period("2020-02-04") == "2020-02-04"


def test_between_two_dates_every_answer_is_the_same(library: Library, tmp_path: Path) -> None:
    """The engine itself, on the first and the last day of the latest periods."""
    table = write(tmp_path, "t.jsonl", ROWS)
    one_day = datetime.timedelta(1)
    spans = [(str(first + one_day), str(last - one_day)) for first, last in itertools.pairwise(changing(library)) if (last - first).days > 3]
    spans = [(first, last) for first, last in spans if library.period(first) == library.period(last)]    # no month begins in between

    def answers(day: str) -> list[dict[str, Any]]:
        done = app.audit((table,), library, as_of=day, compare=False)
        judge = Judge(library, done.templates, app.words()["label_states"], (*BY_FINDINGS, *BY_PROFILES))
        return [judge.answer(question) for question in done.questions]

    assert len(spans) > 20
    for first, last in spans[-3:]:
        assert first < last
        assert answers(first) == answers(last)


def test_answers_are_kept_until_a_date_comes(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    real = Judge.answer
    monkeypatch.setattr(Judge, "answer", lambda *arguments: asked.append(1) or real(*arguments))
    fresh = Library(library.root, tmp_path / "cache")
    last = changing(library)[-1]
    for days_later, many in ((1, True), (2, False), (1000, False), (0, True), (-1, True), (1, False)):
        asked.clear()
        app.audit((write(tmp_path, "t.jsonl", ROWS),), fresh, as_of=str(last + datetime.timedelta(days_later)), compare=False)
        assert bool(asked) is many, days_later
