"""The charts of an audit's page: every number once, names that cannot break out, nothing for screen readers that the tables do not say."""

from __future__ import annotations

import re
from pathlib import Path

from test_audit import DAY, ROWS, write

from checker.app import audit as app
from checker.app import audit_documents
from checker.load.book import Library
from checker.report import _charts as charts


def test_a_bar_for_each_name_even_for_two_that_are_alike() -> None:
    drawn = charts.bars([("a<b>", 1, "one"), ("a<b>", 2, "two"), ("\u202eturned", 0, "under")])
    assert drawn.count("a&lt;b&gt;<") == 2 and "⟨U+202E⟩turned" in drawn
    assert [drawn.count(told) for told in ("<b>", ">one<", ">two<", ">under<", "\0")] == [0, 1, 1, 1, 0]
    assert drawn == charts.bars([("a<b>", 1, "one"), ("a<b>", 2, "two"), ("\u202eturned", 0, "under")])


def test_a_bar_is_as_long_as_its_value() -> None:
    def lengths(most: float | None) -> list[float]:
        drawn = charts.bars([("x", 40, ""), ("y", 10, "")], most)
        return [float(one) for one in re.findall(r'd="M0,[\d.]+h([\d.]+)v[\d.]+h-[\d.]+Z" fill="var\(--link\)"', drawn)]

    (longer, shorter), (half, _) = lengths(None), lengths(80)
    assert abs(longer - 4 * shorter) < 0.1 and abs(longer - 2 * half) < 0.1


def test_the_matrix_shows_what_there_is() -> None:
    drawn = charts.matrix(("up", ["mit", "mit", "gemma"]), ("down", ["none", "mit"]), [[1, 0], [0, 0], [1000, 2]])
    assert drawn.count('fill="var(--link)"') == 3
    assert {"up", "down", "mit", "gemma", "none"} <= set(re.findall(r">([^<]+)</text>", drawn))


def test_nothing_gives_no_chart() -> None:
    assert charts.bars([]) == charts.matrix(("", []), ("", []), []) == ""


def test_charts_are_of_the_page_and_not_read_aloud(library: Library, tmp_path: Path) -> None:
    done = app.audit((write(tmp_path, "t.jsonl", [*ROWS, {"id": "a/<script>", "license": "<script>", "downloads": 9, "base_model": "gpt2"}]),), library, as_of=DAY)
    ((_, page),) = audit_documents.documents(done, (str(tmp_path / "a.html"),), None)
    text = page if isinstance(page, str) else page.decode()
    figures = re.findall(r'<figure class="chart" aria-hidden="true">(.*?)</figure>', text, re.DOTALL)
    assert len(figures) == text.count("<svg") == 8 and all(figures)
    assert "<script" not in text
