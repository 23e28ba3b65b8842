"""The HTML report: complete, well-formed, self-contained, and no place for what somebody else wrote to act."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from checker.core.result import assessment
from checker.load.book import Library
from checker.load.paths import data_root
from checker.load.scenario import load_scenario
from checker.report import _templates, html
from checker.report._view import fact_words, flatten, lineage_rows
from checker.report.words import words

SEEDS = sorted((data_root() / "seeds").glob("*.yaml"))
VOID = {"meta", "br", "hr", "input"}
BLOCKS = {"p", "ul", "ol", "dl", "div", "table", "section", "article", "header", "nav", "details", "h1", "h2", "h3", "h4", "h5", "h6"}
PAYLOADS = {
    "script": "</script><script>alert(1)</script>",
    "attribute": "\"><img src=x onerror=alert(1)>' onmouseover='x",
    "cdata": "]]><!-- </style></title></bdi>",
    "template": "{{7*7}}{% for x in y %}{{ ''.__class__ }}",
    "direction": "abc\u202egnp.exe\u2066",
    "controls": "a\x00b\x1b[31mc\ud800d",
    "long": "n" * 10_000,
    "scheme": "javascript:alert(1)",
    "data": "data:text/html,<script>alert(1)</script>",
    "web": "https://example.org/\"onclick=alert(1)",
    "markdown": "`code` | cell | **bold** [x](javascript:alert(1)) ![i](http://x) <b>h</b> $x$ ~~s~~\n# heading\n- item\n\n---\n```\nfence",
    "heading": "# heading",
    "underline": "===",
    "item": "1. item",
    "verdict": "prohibited",
}
PARTS = ("facts", "todo", "open", "lineage", "licenses", "unsettled", "regulation", "ethics", "rejected", "repairs", "assumptions", "not_covered", "envelope")
#: objects whose keys are data
KEYED = ("acts", "verdicts", "by_license", "choice", "values", "looked_up", "conduct", "positions", "commercial")


@cache
def library() -> Library:
    return Library(cache=Path(tempfile.mkdtemp(prefix="licet-test-")))


@cache
def stored(path: Path) -> str:
    scenario = load_scenario(path, library(), as_of="2026-01-01")
    envelope = {"tool": {"name": "licet", "version": "0", "rules_digest": "r", "licenses_digest": "l"},
                "inputs": {"files": [{"path": f"seeds/{path.name}", "sha256": "0" * 64}], "texts": [{"license": "qwen", "sha256": "1" * 64}]}}
    return json.dumps(assessment(library().book(), scenario, envelope))


def assessed(path: Path) -> dict[str, Any]:
    """The Assessment of a seed, a fresh one each time."""
    value: dict[str, Any] = json.loads(stored(path))
    return value


def seed(start: str) -> dict[str, Any]:
    return assessed(next(path for path in SEEDS if path.name.startswith(start)))


def everything() -> dict[str, Any]:
    """An Assessment in which every part of the report has something to show."""
    value = seed("v05")
    value["rejected"] = [{"choice": {"base": "mit AND apache-2.0"}, "verdict": "prohibited"}]
    value["repairs"] = [{"changes": ["Ask Alibaba Cloud", {"fact": "releases.api.form", "value": "internal"}], "kind": "do", "verdict": "permitted"},
                        {"changes": ["inputs.base.license"], "kind": "find_out", "verdict": "permitted"}]
    value["regulation"] = seed("v14")["regulation"]
    value["findings"].append({**value["findings"][0], "license": None, "effect": "notes", "title": "A label", "message": "A label that nobody knows."})
    value["scenario"]["agreements"] = [{"with": "Alibaba Cloud", "licenses": ["qwen"]}]
    value["scenario"]["actor"]["figures"] = [{"metric": "annual_revenue_usd", "value": 5}]
    value["lineage"]["nodes"][0]["declared"] = "MIT"
    return value


def replaced(value: Any, payload: str, inside: str = "") -> Any:
    """Every string of an Assessment, and every key that is data, replaced by the payload."""
    if isinstance(value, str):
        return payload
    if isinstance(value, list):
        return [replaced(one, payload) for one in value]
    if isinstance(value, dict):
        return {f"{payload}{number}" if inside in KEYED else key: replaced(one, payload, key) for number, (key, one) in enumerate(value.items())}
    return value


class Page(HTMLParser):
    """The page as a browser sees it; an assertion fails where tags do not balance."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.shape: list[tuple[str, tuple[str, ...]]] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.headings: list[int] = []
        self.words: list[tuple[str, str]] = []
        self.feed(text)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.shape.append((tag, tuple(sorted(f"class={value}" if name == "class" else name for name, value in attrs))))
        given = dict(attrs)
        assert len(given) == len(attrs), f"an attribute twice: {attrs}"
        assert not (tag in BLOCKS and any(name == "p" for name, _ in self.open)), f"<{tag}> inside <p>"
        if "id" in given:
            self.ids.append(given["id"] or "")
        if "href" in given:
            self.links.append(given["href"] or "")
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append((tag, given.get("id") or ""))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open[-1][0] == tag, f"</{tag}> closes <{self.open[-1][0]}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.words.append((" ".join(name for _, name in self.open), data))

    def text(self, inside: str = "") -> str:
        """All text, or that inside the element with this id."""
        return flat("".join(data for ids, data in self.words if not inside or inside in ids.split()))


def flat(text: Any) -> str:
    return " ".join(str(text).split())


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_a_seed_is_shown_completely(path: Path) -> None:
    value = assessed(path)
    page = Page(html.render([value]))
    text, todo = page.text(), page.text("s1-todo")
    assert words()["verdicts"][value["verdict"]]["label"] in text
    assert words()["conduct"][value["conduct"]] in text
    for duty in value["obligations"]:
        assert flat(duty["text"] or "") in todo and flat(duty["remedy"]) in todo and words()["duties"][duty["action"]] in todo
    for flag in value["ethics"]:
        assert flat(flag["title"]) in text and flat(flag["message"]) in text
    for finding in value["findings"]:
        assert flat(finding["quote"]) in text
        assert finding["effect"] == "grants" or flat(finding["message"]) in text
    for expected in [*value["assumptions"], *value["not_covered"], value["notice"], *(one["ask"] for one in value["questions"]),
                     *(one["question"] for one in value["unsettled"])]:
        assert flat(expected) in text


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_a_page_loads_nothing_and_runs_nothing(path: Path) -> None:
    page = html.render([assessed(path)])
    assert "<script" not in page.casefold()
    assert re.findall(r'http-equiv="([^"]*)" content="([^"]*)"', page) == [("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")]
    assert page.count("http-equiv") == 1
    for forbidden in (r"\bsrc\s*=", r"url\(", r"@import", r"<link", r"<iframe", r"<object", r"<base", r"<form", r"\son[a-z]+\s*="):
        assert not re.search(forbidden, page, re.IGNORECASE), forbidden
    assert page.startswith('<!DOCTYPE html>\n<html lang="en" dir="ltr">')


@pytest.mark.parametrize("several", [False, True], ids=["one", "several"])
def test_anchors_and_headings(several: bool) -> None:
    page = Page(html.render([everything(), *([seed("v12"), {"file": "bad.yaml", "errors": ["bad.yaml:1:1: no."]}] if several else [])]))
    assert len(page.ids) == len(set(page.ids))
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)
    assert page.headings.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(page.headings, page.headings[1:])), "a level of headings is skipped"


def test_several_have_a_summary_that_links_to_each() -> None:
    text = html.render([seed("v01"), seed("v03"), {"file": "bad <b>.yaml", "errors": ["bad.yaml:1:1: <i>no</i>."]}])
    page = Page(text)
    assert [link for link in page.links if re.fullmatch(r"#s\d+", link)] == ["#s1", "#s2", "#s3"]
    assert "bad <b>.yaml" in page.text("s3") and "<i>no</i>" in page.text("s3")


def test_nothing_to_report_is_still_a_page() -> None:
    assert words()["sentences"]["empty"] in Page(html.render([])).text()
    assert "no.yaml:1:1" in Page(html.render([{"file": "no.yaml", "errors": ["no.yaml:1:1: not YAML."]}])).text()


@cache
def shape(text: str) -> list[tuple[str, tuple[str, ...]]]:
    return Page(html.render([replaced(everything(), text), {"file": text, "errors": [text]}])).shape


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_hostile_strings_change_no_markup(payload: str) -> None:
    """Whatever the strings are, the page has the elements and attributes that it has with harmless ones."""
    hostile = html.render([replaced(everything(), payload), {"file": payload, "errors": [payload]}])
    page = Page(hostile)
    assert page.shape == shape("prohibited" if payload == "prohibited" else "harmless")
    assert all(link.startswith("#") for link in page.links)
    assert flat(_templates.clean(payload)) in page.text()
    hostile.encode("utf-8")
    for never in ("\u202e", "\u2066", "\x00", "\x1b", "49{%"):
        assert never not in hostile


def test_one_million_characters_are_no_obstacle() -> None:
    value = seed("v01")
    value["scenario"]["title"] = value["licenses"][0]["name"] = "<" + "x" * 1_000_000
    assert Page(html.render([value])).text().count("x" * 1_000_000) >= 2


@pytest.mark.parametrize(("text", "linked"), [
    ("https://example.org/a?b=c&d#e", True), ("HTTP://EXAMPLE.ORG", True), ("javascript:alert(1)", False), ("https://", False),
    ("http:///path", False), ("https://example.org/ (arXiv 1)", False), ("see https://example.org", False), ("https://e.org/\"x", False),
    ("//example.org", False), ("https://[::1", False),
    ("https://example.org/\u202e", False), ("https://e.org/" + "a" * 3_000, False), ("data:text/html,x", False), ("", False), (None, False), (7, False),
])
def test_only_web_addresses_become_links(text: Any, linked: bool) -> None:
    value = seed("v02")
    value["licenses"][0]["url"] = text
    value["ethics"][0]["norms"][0]["url"] = text
    links = [link for link in Page(html.render([value])).links if link == text]
    assert len(links) == (2 if linked else 0)


@pytest.mark.parametrize("start", ["v02", "v04", "v05", "v07"])
def test_ethics_stays_apart(start: str) -> None:
    value = seed(start)
    page = Page(html.render([value]))
    legal, ethics = page.text("s1-licenses"), page.text("s1-ethics")
    assert value["ethics"] and value["findings"]
    for flag in value["ethics"]:
        assert flat(flag["title"]) in ethics and flat(flag["message"]) in ethics
        assert flat(flag["title"]) not in legal and flat(flag["message"]) not in legal
    for finding in value["findings"]:
        assert flat(finding["title"]) not in ethics and flat(finding["message"]) not in ethics
        assert finding["effect"] == "grants" or flat(finding["message"]) in legal
    assert words()["sentences"]["ethics_apart"] in ethics


def test_what_may_be_due_says_on_what_it_hangs() -> None:
    value = seed("v05")
    page = Page(html.render([value]))
    todo = page.text("s1-todo")
    assert fact_words("inputs.base.license") in todo and "what was done in step Avocado" in todo
    assert "#s1-q1" in page.links


def test_every_part_is_there() -> None:
    page = Page(html.render([everything()]))
    for part in PARTS:
        assert words()["headings"][part] in page.text(f"s1-{part}")
    assert "A label that nobody knows." in page.text("s1-licenses")
    assert "mit AND apache-2.0" in page.text("s1-rejected")
    assert "1" * 64 in page.text("s1-envelope")


def test_the_same_input_gives_the_same_bytes() -> None:
    first = html.render([everything()])
    html._template.cache_clear()
    assert html.render([everything()]) == first
    code = "import json, sys; from checker.report import html; sys.stdout.reconfigure(encoding='utf-8'); sys.stdout.write(html.render(json.load(sys.stdin)))"
    for salt in ("0", "1"):
        run = subprocess.run([sys.executable, "-c", code], input=json.dumps([everything()]), capture_output=True, encoding="utf-8", check=True,
                             env={"PYTHONHASHSEED": salt, "PYTHONPATH": str(data_root())}, cwd=tempfile.gettempdir())
        assert run.stdout == first


def test_size() -> None:
    assert len(html.render([seed("v04")]).encode()) < 300_000


# ---- colors ----------------------------------------------------------------------------------------------------------


def luminance(color: str) -> float:
    parts = [int(color[place:place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_text_has_contrast_in_light_and_dark() -> None:
    style = re.search(r"<style>(.*?)</style>", html.render([]), re.DOTALL)
    assert style
    light, dark = (dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", block)) for block in re.findall(r":root \{(.*?)\}", style[1], re.DOTALL)[:2])
    assert light.keys() == dark.keys()
    for theme in (light, dark):
        for text in ("ink", "muted", "link", "good", "duty", "ask", "bar", "none", "facts", "law"):
            for ground in ("page", "card", "faint", "apart"):
                assert contrast(theme[text], theme[ground]) >= 4.5, (text, ground, theme[text], theme[ground])


# ---- arranging -------------------------------------------------------------------------------------------------------


def lineage(*edges: tuple[str, str]) -> dict[str, Any]:
    names = dict.fromkeys(name for edge in edges for name in edge)
    nodes = [{"id": name, "name": name, "kind": "model", "role": "made", "certainty": "assumed", "licenses": [], "declared": None} for name in names]
    made = {"action": "merge", "actions": ["merge"], "by": "actor", "certainty": "assumed"}
    return {"nodes": nodes, "edges": [{"from": start, "to": end, **made} for start, end in edges]}


def outline(value: dict[str, Any]) -> list[tuple[int, str, bool]]:
    return [(row["depth"], row["node"]["id"], row["seen"]) for row in lineage_rows(value)]


def test_a_lineage_reads_from_the_release_back() -> None:
    assert outline(lineage(("a", "b"), ("b", "c"))) == [(0, "c", False), (1, "b", False), (2, "a", False)]


def test_what_two_things_come_from_is_told_once() -> None:
    assert outline(lineage(("a", "b"), ("b", "c"), ("b", "d"), ("c", "e"), ("d", "e"))) == [
        (0, "e", False), (1, "c", False), (2, "b", False), (3, "a", False), (1, "d", False), (2, "b", True)]


def test_a_circle_and_an_unknown_end_do_no_harm() -> None:
    assert {name for _, name, _ in outline(lineage(("a", "b"), ("b", "a")))} == {"a", "b"}
    value = lineage(("a", "b"))
    value["nodes"] = value["nodes"][1:]
    assert outline(value) == [(0, "b", False), (1, "a", False)]


def test_a_very_deep_lineage_is_rendered() -> None:
    value = seed("v01")
    value["lineage"] = lineage(*((str(number), str(number + 1)) for number in range(2_000)))
    assert "2000" in Page(html.render([value])).text("s1-lineage")


def test_a_very_deep_scenario_is_flattened() -> None:
    deep: Any = "end"
    for _ in range(5_000):
        deep = [deep]
    assert flatten({"a": {"b": [1, {"c": None}], "d": []}}) == [("a.b[1]", "1"), ("a.b[2].c", "not known"), ("a.d", "none")]
    assert flatten(deep)[0][1] == "end"


@pytest.mark.parametrize(("key", "expected"), [
    ("inputs.gpt-4.1.license", "which license governs gpt-4.1"), ("steps.a.purpose", "what step a is for"),
    ("releases.api.conduct.displays", "displays of api"),
    ("positions.whose-users", "the unsettled question “whose-users”"), ("conditions.llama-3.1.recorded", "whether a condition of llama-3.1 holds: recorded"),
    ("figures.monthly_active_users.licensee@2025-04", "the number of monthly active users of all products of the licensee in the month before 2025-04"),
    ("figures.annual_revenue_usd.licensee", "the annual revenue in US dollars of all products of the licensee"),
    ("actor.home", "home of the actor"), ("odd", "odd"),
])
def test_keys_of_facts_in_words(key: str, expected: str) -> None:
    assert fact_words(key) == expected
