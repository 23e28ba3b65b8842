"""The Markdown report: the same content, and nothing that somebody else wrote becomes markup."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from test_report_html import PARTS, PAYLOADS, SEEDS, assessed, everything, lineage, replaced, seed

from checker.report import _templates, markdown
from checker.report.words import words

#: the only HTML that the templates write
OWN_TAGS = re.compile(r"</?(?:details|summary|code)>|<br>|<a id=\"s\d+\">|</a>")
TARGET = re.compile(r"\]\(<https?://[^<>\s]*>\)|\]\(#s\d+\)")
CODE = re.compile(r"`[^`]*`")
ESCAPED = re.compile(r"\\.")


def escaped(text: Any) -> str:
    """As the report writes it in running text."""
    return markdown.escape(_templates.clean(str(text))).strip()


def bare(text: str) -> str:
    """The document without code, without what is escaped, and without its own tags and links: only markup is left of all that is special."""
    return CODE.sub("`", ESCAPED.sub("", TARGET.sub("](own)", OWN_TAGS.sub("", text))))


def shape(text: str) -> list[str]:
    """What makes blocks, tables, links and emphasis, line by line; code may be written in two ways."""
    return [re.sub(r"[^#>|*_~\[\]{}<$\\]|(?<!^)[#>]", "", re.sub(r"^( *)- ", "*", line)) for line in bare(text).split("\n")]


def section(text: str, part: str) -> str:
    found = re.search(rf"^## {re.escape(words()['headings'][part])}$(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, part
    return found[1]


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_a_seed_is_shown_completely(path: Path) -> None:
    value = assessed(path)
    text = markdown.render([value])
    todo = section(text, "todo")
    assert words()["verdicts"][value["verdict"]]["label"] in text
    assert words()["conduct"][value["conduct"]] in text
    for duty in value["obligations"]:
        assert escaped(duty["text"] or "") in todo and escaped(duty["remedy"]) in todo and words()["duties"][duty["action"]] in todo
    for flag in value["ethics"]:
        assert escaped(flag["title"]) in text and escaped(flag["message"]) in text
    for finding in value["findings"]:
        assert escaped(finding["quote"]) in text
        assert finding["effect"] == "grants" or escaped(finding["message"]) in text
    for expected in [*value["assumptions"], *value["not_covered"], value["notice"], *(one["ask"] for one in value["questions"]),
                     *(one["question"] for one in value["unsettled"])]:
        assert escaped(expected) in text


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_tables_have_as_many_cells_as_columns(path: Path) -> None:
    columns = 0
    for line in ESCAPED.sub("", markdown.render([assessed(path), assessed(path)])).split("\n"):
        if not line.startswith("|"):
            columns = 0
            continue
        columns = columns or line.count("|")
        assert line.count("|") == columns, line


def test_every_part_is_there() -> None:
    text = markdown.render([everything()])
    for part in PARTS:
        assert section(text, part).strip()
    assert "A label that nobody knows." in section(text, "licenses")
    assert "mit AND apache-2.0" in section(text, "rejected")


def test_several_have_a_summary_that_links_to_each() -> None:
    text = markdown.render([seed("v01"), {"file": "bad_<b>.yaml", "errors": ["bad.yaml:1:1: <i>no</i>."]}])
    assert "](#s1)" in text and "](#s2)" in text and '<a id="s2"></a>' in text
    assert "bad\\_&lt;b&gt;.yaml" in text and "bad.yaml:1:1: &lt;i&gt;no&lt;/i&gt;." in text


def test_nothing_to_report_is_still_a_document() -> None:
    assert words()["sentences"]["empty"] in markdown.render([])


@cache
def harmless(text: str) -> list[str]:
    return shape(markdown.render([replaced(everything(), text), {"file": text, "errors": [text]}]))


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_hostile_strings_change_no_markup(payload: str) -> None:
    text = markdown.render([replaced(everything(), payload), {"file": payload, "errors": [payload]}])
    assert shape(text) == harmless("prohibited" if payload == "prohibited" else "harmless")
    assert not re.search(r"<(?!/?(?:details|summary|code)>|br>|/a>|a id=\"s\d+\">)", re.sub(r"\(<https?://[^<>\s]*>\)", "", text))
    assert escaped(payload) in text
    text.encode("utf-8")
    for never in ("\u202e", "\u2066", "\x00", "\x1b", "{{", "{%"):
        assert never not in text
    assert not re.search(r"\]\((?!#s\d)", ESCAPED.sub("", TARGET.sub("", text)))


@pytest.mark.parametrize(("text", "expected"), [
    ("a_b*c`d", r"a\_b\*c\`d"), ("[x](y)", r"\[x\](y)"), ("a|b", r"a\|b"), ("<b>&amp;", "&lt;b&gt;&amp;amp;"), ("a\n\n# b", "a # b"),
    ("# b", r"\# b"), (" - b", r"\- b"),
    ("{% x %}", r"\{\% x %\}"), ("12. b", r"12\. b"), ("3.1", "3.1"), ("5.b", "5.b"), ("---", r"\---"), ("===", r"\==="),
    ("= b", "= b"), ("+ b", r"\+ b"), ("-5", "-5"), ("$x$", r"\$x\$"),
    ("~~x~~", r"\~\~x\~\~"), ("back\\slash", r"back\\slash"), ("{{x}}", r"\{\{x\}\}"), ("", ""),
    ("see http://e.org", r"see http:\//e.org"), ("www.e.org", r"www\.e.org"), ("a:b/c//d", "a:b/c//d"),
])
def test_escape(text: str, expected: str) -> None:
    assert markdown.escape(text) == expected


@pytest.mark.parametrize(("text", "expected"), [
    ("steps.a.purpose", "`steps.a.purpose`"), ("a[1] == {'b': 2}", "`a[1] == {'b': 2}`"), ("a`b", r"<code>a\`b</code>"), ("a|b", r"<code>a\|b</code>"),
    ("<b>", "<code>&lt;b&gt;</code>"), ("{{x}}", r"<code>\{\{x\}\}</code>"), ("", "<code></code>"), ("a\nb", "`a b`"),
])
def test_code(text: str, expected: str) -> None:
    assert markdown.code(text) == expected


@pytest.mark.parametrize(("address", "expected"), [
    ("https://e.org/a_b(c)?d=1&copy=2", "[x\\|y](<https://e.org/a_b(c)?d=1&amp;copy=2>)"), ("javascript:alert(1)", r"x\|y"), (None, r"x\|y"),
    ("https://e.org/|", r"x\|y"),
    ("https://e.org/>", r"x\|y"), ("https://e.org/ a", r"x\|y"),
])
def test_links(address: Any, expected: str) -> None:
    assert markdown.link("x|y", address) == expected


def test_exact_words_keep_their_lines() -> None:
    value = seed("v02")
    value["obligations"][0]["text"] = "First | line\n<second>"
    assert r"<code>First \| line<br>&lt;second&gt;</code>" in markdown.render([value])


@pytest.mark.parametrize("start", ["v02", "v04", "v05", "v07"])
def test_ethics_stays_apart(start: str) -> None:
    value = seed(start)
    text = markdown.render([value])
    legal, ethics = section(text, "licenses"), section(text, "ethics")
    assert value["ethics"] and value["findings"]
    for flag in value["ethics"]:
        assert escaped(flag["message"]) in ethics and escaped(flag["title"]) not in legal and escaped(flag["message"]) not in legal
    for finding in value["findings"]:
        assert escaped(finding["message"]) not in ethics and escaped(finding["title"]) not in ethics
        assert finding["effect"] == "grants" or escaped(finding["message"]) in legal
    assert words()["sentences"]["ethics_apart"] in ethics


def test_a_very_deep_lineage_is_rendered() -> None:
    value = seed("v01")
    value["lineage"] = lineage(*((str(number), str(number + 1)) for number in range(2_000)))
    assert "**2000**" in section(markdown.render([value]), "lineage")


def test_the_same_input_gives_the_same_bytes() -> None:
    first = markdown.render([everything()])
    markdown._environment.cache_clear()
    assert markdown.render([everything()]) == first
