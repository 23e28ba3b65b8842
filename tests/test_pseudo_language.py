"""A translation is files alone: in a made-up language, in which every wording stands between brackets, nothing else is left in a report
but names, numbers, ids and quotations."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any

import pytest
import yaml

from checker.app.check import check_text
from checker.core import wording
from checker.load.book import Library
from checker.load.paths import data_root
from checker.load.strict_yaml import load
from checker.report import html, markdown, text
from checker.report.words import words

#: what is wording in the files of rules and licenses: the keys whose text a translator translates
PROSE = {"message", "remedy", "why", "object", "answers", "question", "matters", "ask", "provision", "summary", "doubt", "title", "text", "covers", "what"}
#: files in which every text is wording, but for the keys that are words of the data
ALL_PROSE = {"sentences.yaml", "questions.yaml", "words.yaml", "uses.yaml"}
CASES = ("v02-avocado-qwen2.5-72b", "v04-avocado-three-teachers", "v05-avocado-facts-missing", "v13-give-back-control", "v14-eu-launch")
_PLACEHOLDER = re.compile(r"\{[a-z_.]+\}")


def wrapped(value: str) -> str:
    return f"\u27e6{value}\u27e7"


def deep(value: Any) -> Any:
    """Every text in brackets."""
    if isinstance(value, str):
        return wrapped(value) if re.search("[A-Za-z]", _PLACEHOLDER.sub("", value)) else value
    if isinstance(value, Mapping):
        return {key: deep(one) for key, one in value.items()}
    return [deep(one) for one in value] if isinstance(value, list) else value


def translated(value: Any, prose: frozenset[str], key: str = "") -> Any:
    """The content of a file with the texts under these keys in brackets."""
    if isinstance(value, Mapping):
        return {name: translated(one, prose, str(name)) for name, one in value.items()}
    if isinstance(value, list):
        return [translated(one, prose, key) for one in value]
    return deep(value) if key in prose else value


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A library in the made-up language, and the words of values and reports in it; English again afterwards."""
    root = tmp_path_factory.mktemp("translated")
    for path in sorted(data_root().glob("rules/**/*.yaml")) + sorted(data_root().glob("licenses/*.yaml")):
        target = root / path.relative_to(data_root())
        target.parent.mkdir(parents=True, exist_ok=True)
        prose = PROSE - {"title"} if path.parent.name == "norms" else {"summary", "doubt", "where"} if path.parent.name == "licenses" else PROSE
        prose = prose | {"effect"} if path.parent.name == "positions" else prose
        content = load(path).value
        content = deep(content) if path.parent.name == "vocabulary" and path.name in ALL_PROSE else translated(content, frozenset(prose))
        target.write_text(yaml.dump(content, Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper), allow_unicode=True, sort_keys=False), encoding="utf-8")
    shutil.copytree(data_root() / "licenses" / "models", root / "licenses" / "models", dirs_exist_ok=True)
    before = [(one, json.loads(json.dumps(one))) for one in (words(), wording.words())]
    for one, copy in before:
        one.update(deep(copy))
    yield Library(root, tmp_path_factory.mktemp("cache"))
    for one, copy in before:
        one.clear()
        one.update(copy)


class Texts(HTMLParser):
    """What a page says: its texts and the attributes that are read out or shown, without code, quotations and style."""

    QUIET = {"code", "q", "style", "bdo"}
    SAID = ("aria-label", "data-label", "title", "alt", "placeholder")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._quiet = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._quiet += tag in self.QUIET
        self.found += [value for name, value in attrs if name in self.SAID and value]

    def handle_endtag(self, tag: str) -> None:
        self._quiet -= tag in self.QUIET

    def handle_data(self, data: str) -> None:
        if not self._quiet:
            self.found.append(data)


def left_over(said: str) -> set[str]:
    """The words outside of all brackets."""
    found, depth = [], 0
    for piece in re.split("([\u27e6\u27e7])", said):
        depth += {"\u27e6": 1, "\u27e7": -1}.get(piece, 0)
        if not depth and piece not in "\u27e6\u27e7":
            found.append(piece)
    return set(re.findall(r"[^\W\d_]{2,}", " ".join(found)))


#: keys of an Assessment whose texts are names, ids, numbers, addresses or quotations
NAMES = {"id", "name", "licensor", "url", "effective", "section", "quote", "rule", "license", "artifact", "release", "source", "who", "where", "since", "holders",
         "flag", "version", "path", "sha256", "place", "fact", "position_used", "as_of", "profile", "schema", "declared", "licenses", "term", "fingerprint", "file",
         "when", "values", "looked_up", "open", "facts", "positions", "rules_digest", "licenses_digest", "in_force", "scenario", "of", "text", "by", "choice"}


def names_in(value: Any, under: bool = False) -> Iterator[str]:
    """Every text of an Assessment that no translator touches, with the keys of what a scenario states."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from [str(key)] if under else []
            yield from names_in(one, under or key in NAMES)
    elif isinstance(value, list):
        for one in value:
            yield from names_in(one, under)
    elif under and isinstance(value, str):
        yield value


@pytest.mark.parametrize("name", CASES)
def test_nothing_is_left_in_english(name: str, elsewhere: Library) -> None:
    source = (data_root() / "seeds" / f"{name}.yaml").read_text(encoding="utf-8")
    entry = check_text(source, "x.yaml", elsewhere, as_of="2026-01-01")
    policies = [str(elsewhere.book().license(one["id"]).terms["use_policy"].get("value")) for one in entry["licenses"]]
    allowed = {"licet", "true", "false", "null", *(word for one in (*names_in(entry), *policies) for word in left_over(one))}
    page = re.sub(r"\w+\u2026", "", " ".join(Texts(html.render([entry])).found))          # a name that is cut in the picture
    assert sorted(left_over(page) - allowed) == []
    for said in (markdown.render([entry]), text.render([entry], explain=True)):
        plain = re.sub(r"`[^`]*`|\u201c[^\u27e6\u27e7\u201d]*\u201d|</?[a-z]+[^>]*>|&[a-z]+;", " ", said)
        assert sorted(left_over(plain) - allowed) == []
