"""A translation is files alone: in a made-up language, in which every wording stands between brackets, nothing else is left in a report
but names, numbers, ids and quotations."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import yaml
from test_audit import write
from test_license_commands import run

from checker.app import audit, audit_documents, explain, formats, licenses, notice, outbound
from checker.app.check import check_text
from checker.app.inventories import text as inventory
from checker.app.wording import words as app_words
from checker.app.workbench import Workbench
from checker.cli import options
from checker.core import wording
from checker.core.problems import wordings
from checker.errors import BadInput
from checker.load.book import Library
from checker.load.paths import data_root
from checker.load.strict_yaml import load
from checker.report import html, markdown, text
from checker.report.words import words
from checker.scan.inventory import Hit, Inventory, LabelHit
from checker.web import sheet
from checker.web.page import Page

#: what is wording in the files of rules and licenses: the keys whose text a translator translates
PROSE = {"message", "remedy", "why", "object", "answers", "question", "matters", "ask", "provision", "summary", "doubt", "title", "text", "covers", "what"}
#: files in which every text is wording, but for the keys that are words of the data
ALL_PROSE = {"sentences.yaml", "questions.yaml", "words.yaml", "uses.yaml"}
CASES = ("v02-avocado-qwen2.5-72b", "v04-avocado-three-teachers", "v05-avocado-facts-missing", "v13-give-back-control", "v14-eu-launch")
#: what a file of words holds that is none: ids of licenses, in the order in which they are listed; parts that stand between licenses in an expression
NO_WORDING = {"listed_first"}
#: of the words of audits, those that are told; the others are those of tables
AUDIT_PROSE = {"method", "limits", "labels", "problems"}
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


def all_words() -> list[dict[str, Any]]:
    """Every file of words that the program has, as it is kept in memory."""
    package = data_root() / "checker"
    pages = [words(path.stem) for path in sorted((package / "report" / "words").glob("*.*.json"))]
    spoken = [app_words(path.stem.partition(".")[0]) for path in sorted((package / "app" / "words").glob("*.json"))]
    return [words(), wording.words(), *pages, *spoken, *(wordings(path.parent, "en") for path in sorted(package.glob("*/words/problems.en.json")))]


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A library in the made-up language, and the words of values and reports in it; English again afterwards."""
    root = tmp_path_factory.mktemp("translated")
    for path in sorted(data_root().glob("rules/**/*.yaml")) + sorted(data_root().glob("licenses/*.yaml")):
        target = root / path.relative_to(data_root())
        target.parent.mkdir(parents=True, exist_ok=True)
        prose = PROSE - {"title"} if path.parent.name == "norms" else {"summary", "doubt", "note", "where"} if path.parent.name == "licenses" else PROSE
        prose = prose | {"effect"} if path.parent.name == "positions" else prose
        prose = prose | {"name"} if path.parent.name not in ("norms", "vocabulary", "profiles", "licenses") else prose       # of examples
        content = load(path).value
        content = deep(content) if path.parent.name == "vocabulary" and path.name in ALL_PROSE else translated(content, frozenset(prose))
        target.write_text(yaml.dump(content, Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper), allow_unicode=True, sort_keys=False), encoding="utf-8")
    for path in sorted((data_root() / "seeds").glob("*.yaml")):
        (root / "seeds").mkdir(exist_ok=True)
        (root / "seeds" / path.name).write_text(re.sub("^title: .*", "title: \u27e6seed\u27e7", path.read_text(encoding="utf-8"), flags=re.MULTILINE), encoding="utf-8")
    for folder in ("models", "texts", "names"):
        shutil.copytree(data_root() / "licenses" / folder, root / "licenses" / folder, dirs_exist_ok=True)
    audit_words: Any = audit.words()
    before = [(one, json.loads(json.dumps(one))) for one in (*all_words(), audit_words)]
    for one, copy in before:
        one.update(deep({name: part for name, part in copy.items() if name not in NO_WORDING and (one is not audit_words or name in AUDIT_PROSE)}))
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
    assert depth == 0, said
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


# ---- the other pages -------------------------------------------------------------------------------------------------


#: keys whose texts are sentences of others: they stand between quotation marks, or are added where a page names its source
QUOTED = {"quote", "title", "source", "who", "note", "doubt", "incomplete", "read"}


def kept(value: Any) -> set[str]:
    """The words of data that no translator touches: ids, conditions, names, addresses, quotations."""
    if isinstance(value, Mapping):
        return {word for key, one in value.items() if key not in QUOTED for word in kept(one) | left_over(str(key))}
    return {word for one in value for word in kept(one)} if isinstance(value, list) else left_over(str(value))


@pytest.fixture(scope="module")
def names(elsewhere: Library) -> set[str]:
    """What may stand on a page about the book as it is: what its files hold outside of all brackets, and their names."""
    files = [path for folder in ("rules", "licenses") for path in (elsewhere.root / folder).rglob("*.yaml")]
    return {"licet", "true", "false"} | {word for path in files for word in kept(load(path).value) | left_over(path.stem)}


_NOT_SAID = re.compile(r"`[^`\u27e6\u27e7]*`|\u201c(?:[^\u27e6\u27e7\u201c\u201d]|\u201c[^\u27e6\u27e7\u201d]*\u201d)*\u201d|https?://[^\s\u27e6\u27e7]+|</?[a-z]+>")


def unsaid(page: str, names: set[str]) -> list[str]:
    """The words of a text that stand outside of all brackets and are no names; without code, quotations and addresses."""
    return sorted(left_over(_NOT_SAID.sub(" ", page)) - names)


@pytest.mark.parametrize("name", ["scale-threshold", "outputs-against-terms", "whose-users", "needs_permission", "not_met", "waived", "distribute_derivative", "fine_tune",
                                  "hosted_api", "aia-53", "use_restrictions", "llama-3.1", "actor.kind", "waiver-unused", "swap", "mainstream", "noncommercial"])
def test_explain(name: str, elsewhere: Library, names: set[str]) -> None:
    lines = explain.explain(name, elsewhere)
    assert lines and unsaid("\n".join(lines), names) == []


def test_explain_what_is_not_there(elsewhere: Library, names: set[str]) -> None:
    assert unsaid(explain.not_found("lama-3", elsewhere), names) == []
    assert unsaid(explain.not_found("0123456789ab", elsewhere), names) == []


def test_the_summary_of_an_audit(elsewhere: Library, names: set[str], tmp_path: Path) -> None:
    rows = [{"id": "a/a", "license": "mit", "datasets": ["d/d"]}, {"id": "a/b", "base_model": "a/a", "license": "gpl-3.0"}, {"id": "a/c", "base_model": "x/y"}]
    done = audit.audit((write(tmp_path, "t.jsonl", rows),), elsewhere, as_of="2026-08-01")
    told = dict(audit_documents.documents(done, tuple(str(tmp_path / one) for one in ("a.html", "a.txt")), None))
    asked = kept([text for one in done.templates for text in (one.name, one.scenario.title)])
    for name, page in told.items():
        said = " ".join(Texts(page).found) if name.endswith("html") else page
        assert unsaid(said.replace(str(tmp_path), ""), names | asked) == []


def test_outbound_and_notice(elsewhere: Library, names: set[str]) -> None:
    source = (data_root() / "seeds" / "v07-shell-of-llama.yaml").read_text(encoding="utf-8")
    own = kept(yaml.safe_load(source))
    found = outbound.find_text(source, "x.yaml", elsewhere, as_of="2026-01-01")
    for format_ in ("text", "markdown"):
        assert unsaid(outbound.page(found, format_), names | own) == []
    files = notice.build(source, "x.yaml", elsewhere, as_of="2026-01-01")
    assert files and [(name, unsaid(text, names | own)) for name, text in files.items() if unsaid(text, names | own)] == []


@pytest.mark.parametrize("format_", ["text", "markdown", "html"])
def test_licenses_alone_and_side_by_side(format_: str, elsewhere: Library, names: set[str]) -> None:
    for several in (["llama-3.1"], ["gpl-3.0", "qwen"]):
        page = licenses.page(several, elsewhere, format_)
        assert unsaid(" ".join(Texts(page).found) if format_ == "html" else page, names) == []


def test_look_ups(elsewhere: Library, names: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(options, "library", lambda: elsewhere)
    text = tmp_path / "text"
    text.write_text("Permission is hereby granted, free of charge, to any person obtaining a copy of this software")
    for call in (["identify", str(text), str(data_root() / "LICENSE")], ["compatible", "apache-2.0", "gpl-2.0"], ["coverage"], ["list", "--by", "Meta"]):
        said = run(*call)
        assert said.exit_code == 0, said.output
        assert unsaid(said.output.replace(str(tmp_path), "").replace(str(data_root()), ""), names) == [], call


def test_an_inventory(elsewhere: Library, names: set[str]) -> None:
    hits = (Hit("meta-llama/Llama-3.1-8B", "used", "huggingface", "a.py", 1, None, "medium"),) * 5
    found = Inventory(hits=hits, licenses=(LabelHit("mit", "a.py", 1),))
    assert unsaid(inventory.render(found, elsewhere, as_of="2026-01-01"), names | {"py"}) == []


@pytest.mark.parametrize("case", ["", "v04-avocado-three-teachers", "v05-avocado-facts-missing"])
def test_the_workbench(case: str, elsewhere: Library, names: set[str], tmp_path: Path) -> None:
    page = Page(Workbench(elsewhere, tmp_path), lambda: "2026-01-01")
    scenario = sheet.empty("2026-01-01")
    if case:
        scenario = yaml.safe_load((data_root() / "seeds" / f"{case}.yaml").read_text(encoding="utf-8"))
    said = re.sub(r"\w+\u2026", "", " ".join(Texts(page.render(scenario)).found))
    entry = check_text(json.dumps(scenario), "x.yaml", elsewhere, as_of="2026-01-01") if case else {}
    own = {word for one in names_in(entry) for word in left_over(one)} | kept(scenario) | set(formats.names())
    assert unsaid(said.replace(str(tmp_path), ""), names | own) == []


def test_what_the_workbench_cannot_do(elsewhere: Library, names: set[str], tmp_path: Path) -> None:
    bench = Workbench(elsewhere, tmp_path)
    (tmp_path / "a.yaml").write_text("inputs: []")
    for attempt in (lambda: bench.open("b.txt"), lambda: bench.save("../x", ""), lambda: bench.save("a", "")):
        with pytest.raises(BadInput) as refused:
            attempt()
        assert [unsaid(f"{one.what} {one.instead}", names) for one in refused.value.problems] == [[]]
