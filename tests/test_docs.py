"""The documentation: generated parts are fresh, nothing is left out, links and examples work."""

from __future__ import annotations

import importlib.util
import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import click
import pytest

from checker.app import testing
from checker.app.check import check_file, check_text
from checker.cli.main import licet
from checker.core.conditions import FUNCTIONS
from checker.core.verdict import CONDUCT, DEPENDS, NOT_ENOUGH_FACTS, VERDICTS
from checker.load import schema as schemas
from checker.load.book import Library
from checker.load.strict_yaml import parse
from checker.report import text as text_report

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
SEEDS = sorted((ROOT / "seeds").glob("*.yaml"))
DISPUTES = sorted((ROOT / "tests" / "disputes").glob("*.yaml"))
DAY = "2026-01-10"


def name(path: Path) -> str:
    """A page as a test id."""
    return str(path.relative_to(ROOT))


@cache
def generator() -> Any:
    """docs/generate.py as a module."""
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def code_words() -> frozenset[str]:
    """Everything that stands as code in a page, and every word in a block of code."""
    found: set[str] = set()
    for path in PAGES:
        text = path.read_text(encoding="utf-8")
        for block in re.findall(r"^```.*?$(.*?)^```$", text, re.DOTALL | re.MULTILINE):
            found.update(re.findall(r"[A-Za-z_][\w.-]*", block))
        found.update(re.findall(r"`([^`\n]+)`", text))
    return frozenset(found | {re.split(r"[(:\s]", one)[0] for one in found})


def commands() -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """(words, command), sub-commands included."""
    yield from generator().commands.commands()


# ---- generated parts -------------------------------------------------------------------------------------------------


def test_generated_pages_are_fresh() -> None:
    assert [name(path) for path in generator().stale()] == [], "run python docs/generate.py"


def test_a_changed_page_is_noticed() -> None:
    page = (DOCS / "reference" / "conditions.md").read_text(encoding="utf-8")
    assert generator().fill(page) == page
    assert generator().fill(page.replace("`exceeds(any)`", "`exceeds(none)`")) == page


def test_every_marker_is_closed_and_known() -> None:
    for path in sorted(DOCS.rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        assert text.count("<!-- generated:") == text.count("<!-- end -->") == len(generator().MARKED.findall(text)), name(path)


# ---- nothing is left out ---------------------------------------------------------------------------------------------


def test_every_command_and_option_has_help_and_is_documented() -> None:
    page = (DOCS / "reference" / "commands.md").read_text(encoding="utf-8")
    for words, command in commands():
        assert command.help, words
        section = page.partition(f"\n## {' '.join(words)}\n")[2].partition("\n## ")[0]
        assert section, words
        for option in command.params:
            if isinstance(option, click.Option) and not option.hidden and "--help" not in option.opts:
                assert option.help, (words, option.name)
                assert all(f"`{one}" in section for one in (*option.opts, *option.secondary_opts)), (words, option.opts)


def test_every_function_fact_form_action_and_word_is_mentioned(library: Library) -> None:
    vocabulary = library.book().vocabulary
    wanted = {*FUNCTIONS, *vocabulary.forms, *vocabulary.actions, *vocabulary.acts, *vocabulary.terms, *VERDICTS, NOT_ENOUGH_FACTS, DEPENDS, *CONDUCT}
    wanted |= {fact for facts in vocabulary.facts.values() for fact in facts}
    wanted |= {word for words in vocabulary.words.values() for word in words}
    wanted |= {*library.book().positions, *library.book().rule_by_id}
    assert sorted(wanted - code_words()) == []


def test_every_function_says_what_it_means() -> None:
    assert [one for one in FUNCTIONS if not generator().language.function_meanings(one)] == []


def test_every_key_of_a_scenario_is_explained(library: Library) -> None:
    page = (DOCS / "how-to" / "write-a-scenario.md").read_text(encoding="utf-8")
    keys = set(re.findall(r"`([a-z_]+)`", page))

    def walk(schema: Any) -> Iterator[str]:
        if isinstance(schema, dict):
            yield from schema.get("properties", {})
            for inner in schema.values():
                yield from walk(inner)
        elif isinstance(schema, list):
            for inner in schema:
                yield from walk(inner)

    missing = set(walk(schemas.scenario(library.book().vocabulary))) - keys
    assert sorted(missing - code_words()) == [] and missing <= {"one_of", "production", "paid", "internal_business"}


#: keys of the report whose own keys are data
MAPS = {"scenario", "licenses[].acts", "questions[].verdicts", "unsettled[].positions[].by_license", "background[].positions[].by_license", "rejected[].choice",
        "repairs[].changes[].from", "repairs[].changes[].to", "repairs[].changes[].values", "findings[].trace.values", "findings[].trace.looked_up",
        "regulation[].trace.values", "regulation[].trace.looked_up"}


def keys_of(value: Any, path: str = "") -> Iterator[str]:
    """`a`, `a.b`, `a[].c` of every key in a report."""
    if isinstance(value, dict):
        for key, inner in value.items():
            here = f"{path}.{key}" if path else key
            yield here
            if here not in MAPS:
                yield from keys_of(inner, here)
    elif isinstance(value, list):
        for inner in value:
            yield from keys_of(inner, path + "[]")


def test_every_key_of_the_report_is_explained_and_exists(library: Library, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found: set[str] = set()
    for path in (*SEEDS, *DISPUTES):
        found |= set(keys_of(check_file(str(path), library, as_of=DAY)))
    text = 'inputs: [{id: lib, kind: software, license: "GPL-3.0 OR MIT"}]'
    (tmp_path / "LICENSE").write_text("the wording", encoding="utf-8")
    monkeypatch.setattr("checker.app.texts.digest", lambda _: library.book().license("gpl-3.0").head["text"]["sha256"])
    found |= set(keys_of(check_text(text, "alternatives, with a text at hand", library, as_of=DAY, texts=tmp_path)))
    found |= set(keys_of(check_file("does-not-exist.yaml", library, as_of=DAY)))
    page = (DOCS / "reference" / "assessment.md").read_text(encoding="utf-8")
    explained = {key for row in re.findall(r"^\| (`.*?) \|", page, re.MULTILINE) for key in re.findall(r"`([^`]+)`", row)}
    # a regulation is a finding with more keys, and sources look alike wherever they stand
    same = {re.sub(r"(regulation\[\]\.norms|ethics\[\]\.opposing)\[\]", "ethics[].norms[]", key) for key in found}
    same = {re.sub(r"^regulation\[\]\.(?!status|in_force|norms)", "findings[].", key) for key in same}
    same = {re.sub(r"^background\[\]", "unsettled[]", key) for key in same}
    assert sorted(same - explained) == [], "not explained"
    assert sorted(explained - found) == [], "does not exist"


# ---- links -----------------------------------------------------------------------------------------------------------


def anchors(path: Path) -> set[str]:
    """The anchors that GitHub gives the headings of a page."""
    text = re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    found: dict[str, int] = {}
    result = set()
    for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE):
        anchor = re.sub(r"[^\w\- ]", "", heading.strip().casefold()).replace(" ", "-")
        number = found.get(anchor, 0)
        found[anchor] = number + 1
        result.add(f"{anchor}-{number}" if number else anchor)
    return result


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_relative_links_lead_somewhere(path: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        if not target.exists() or not target.is_relative_to(ROOT) or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


# ---- examples --------------------------------------------------------------------------------------------------------


SCENARIOS = [(path, block) for path in PAGES for block in re.findall(r"^```yaml\n(title:.*?)^```$", path.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)]


def test_there_are_examples() -> None:
    assert len(SCENARIOS) >= 8 and any(path.name == "README.md" for path, _ in SCENARIOS)


@pytest.mark.parametrize(("path", "block"), SCENARIOS, ids=[f"{name(path)}-{number}" for number, (path, _) in enumerate(SCENARIOS)])
def test_a_scenario_of_the_docs_works(path: Path, block: str, library: Library) -> None:
    entry = check_text(block, path.name, library, as_of=DAY)
    assert entry["verdict"] and entry["complete"]
    assert text_report.render([entry])
    assert not testing.run_text(block, path.name, library, as_of=DAY)


def test_the_rule_of_the_docs_works(tmp_path: Path) -> None:
    """The rule in add-a-rule.md passes lint when it is added to the book."""
    import shutil

    from checker.app.lint import lint

    page = (DOCS / "how-to" / "add-a-rule.md").read_text(encoding="utf-8")
    rule = next(block for block in re.findall(r"^```yaml\n(.*?)^```$", page, re.DOTALL | re.MULTILINE) if "examples:" in block)
    shutil.copytree(ROOT / "rules", tmp_path / "rules")
    (tmp_path / "licenses" / "models").mkdir(parents=True)
    (tmp_path / "rules" / "ethics" / f"{parse(rule, 'rule').value['id']}.yaml").write_text(rule, encoding="utf-8")
    assert [str(problem) for problem in lint(Library(tmp_path, tmp_path / "cache"))] == []


def command_lines() -> Iterator[tuple[Path, str]]:
    """Every `licet …` command line of the pages, in blocks and in running text."""
    for path in PAGES:
        text = path.read_text(encoding="utf-8")
        for language, block in re.findall(r"^```(\w*)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE):
            if language in ("sh", "yaml"):
                for line in block.splitlines():
                    for found in re.findall(r"(?:^|[\s/])licet ([a-z-].*)", re.split(r"\s#", line)[0]):
                        yield path, re.split(r"\s+(?:\||>|&&|;)", found)[0].strip()
        for found in re.findall(r"`licet ([^`\n]+)`", re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)):
            yield path, found.strip()


LINES = sorted({(name(path), line) for path, line in command_lines()})


def refusal(line: str) -> str:
    """Why the command line would be refused; "" if it would not."""
    words = shlex.split(line)
    command: click.Command = licet
    context = click.Context(licet, info_name="licet")
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(context, words[0])
        if found is None:
            return f"no command {words[0]}"
        command, words = found, words[1:]
        context = click.Context(command, info_name=command.name, parent=context)
    try:
        given, _, _ = command.make_parser(context).parse_args(list(words))
        for one in command.params:
            closed = isinstance(one.type, click.Choice) or one.type.name == "format"
            for value in _values(given.get(str(one.name))) if closed else ():
                if not value.isupper():
                    one.type.convert(value, one, context)
    except click.UsageError as error:
        return error.message
    return ""


def _values(value: Any) -> list[str]:
    found = value if isinstance(value, (list, tuple)) else [value]
    return [one for one in found if isinstance(one, str)]


@pytest.mark.parametrize(("page", "line"), LINES)
def test_a_command_line_of_the_docs_is_accepted(page: str, line: str) -> None:
    assert refusal(line) == ""


@pytest.mark.parametrize("line", ["check scenario.yaml --no-such", "no-such x", "schema no-such", "check x.yaml -f no-such", "check x.yaml --fail-on no-such"])
def test_a_wrong_command_line_is_refused(line: str) -> None:
    assert refusal(line)


# ---- words -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [DOCS / "generate.py", *sorted((DOCS / "generating").glob("*.py")), *PAGES], ids=name)
def test_the_pages_speak_of_the_project_alone(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"shared/|\bissues?\b|\bsessions?\b", text, re.IGNORECASE) == []


def test_no_code_block_stands_inside_a_list() -> None:
    """The site's Markdown would show it as a line of text."""
    assert [str(path) for path in sorted(DOCS.rglob("*.md")) if re.search(r"^ +```", path.read_text(encoding="utf-8"), re.MULTILINE)] == []
