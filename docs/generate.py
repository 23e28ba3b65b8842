"""Write the generated pages of the documentation, and the generated blocks of the others.

    python docs/generate.py            write what is stale
    python docs/generate.py --check    write nothing; name what is stale, and exit with 1 if anything is

A block stands between `<!-- generated: NAME ARGUMENT -->` and `<!-- end -->`; NAME is a key of `BLOCKS`. What is written
comes from the program itself: its commands, the vocabulary, the rules, and what it prints.
"""

from __future__ import annotations

import argparse
import importlib
import inspect
import pkgutil
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
sys.path.insert(0, str(ROOT))

import click  # noqa: E402

from checker import core  # noqa: E402
from checker.app import formats  # noqa: E402
from checker.app.check import check_text  # noqa: E402
from checker.cli.main import licet  # noqa: E402
from checker.core import conditions, vocabulary  # noqa: E402
from checker.core.frame import Frame  # noqa: E402
from checker.core.verdict import CONDUCT, DEPENDS, NOT_ENOUGH_FACTS, VERDICTS  # noqa: E402
from checker.load.book import Library  # noqa: E402
from checker.report import text as text_report  # noqa: E402
from checker.report.words import words as wording  # noqa: E402

#: the day on which a scenario of the documentation is asked if it names none
DAY = "2026-01-10"
MARKED = re.compile(r"(<!-- generated: ([a-z]+)(?: ([^\n]*?))? -->\n).*?(<!-- end -->)", re.DOTALL)
YAML_BLOCK = re.compile(r"^```yaml\n(.*?)^```$", re.DOTALL | re.MULTILINE)
VOCABULARY = "vocabulary.md"


@cache
def library() -> Library:
    """The project's own book."""
    return Library(ROOT)


@cache
def book() -> Any:
    """What the library holds."""
    return library().book()


# ---- Markdown --------------------------------------------------------------------------------------------------------


def table(heads: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    """A table; a pipe or a line break inside a cell is taken care of."""
    heads = list(heads)
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(_cell(one) for one in line) + " |" for line in lines) + "\n"


def _cell(value: Any) -> str:
    return " ".join(str(value).split()).replace("|", "\\|")


def code(*words: Any) -> str:
    """Words as code, joined by commas."""
    return ", ".join(f"`{word}`" for word in words)


def yes(value: Any) -> str:
    """A cell that is filled only where something holds."""
    return "yes" if value else ""


# ---- commands --------------------------------------------------------------------------------------------------------


def commands(group: click.Command = licet, prefix: tuple[str, ...] = ("licet",)) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """(words, command) of every command, sub-commands included, in alphabetical order."""
    if isinstance(group, click.Group):
        context = click.Context(group)
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            if command is not None:
                yield (*prefix, name), command
                yield from commands(command, (*prefix, name))


def commands_page() -> str:
    """docs/reference/commands.md"""
    found = list(commands())
    parts = [
        "# The command line\n",
        "<!-- written by docs/generate.py from the help of the commands -->\n",
        _help(licet),
        "Every command takes `-h` and `--help`; `licet --version` prints the version. Documents go to standard output, everything else to standard\n"
        "error. Exit codes and gates: [Use licet in CI](../how-to/use-in-ci.md).\n",
        table(("command", "does"), ((f"[`{' '.join(name)}`](#{'-'.join(name)})", (command.help or "").split("\n\n")[0]) for name, command in found)),
    ]
    for name, command in found:
        parts += [f"## {' '.join(name)}\n", f"```text\n{' '.join(name)} {_usage(command)}\n```\n", _help(command)]
        choices = [(one.name, one.type.choices) for one in command.params if isinstance(one, click.Argument) and isinstance(one.type, click.Choice)]
        parts += [f"`{str(argument).upper()}` is one of {code(*values)}.\n" for argument, values in choices]
        options = [one for one in command.params if isinstance(one, click.Option) and not one.hidden]
        if options:
            parts.append(table(("option", "meaning"), ((_option(one), one.help or "") for one in options)))
    return "\n".join(parts)


def _usage(command: click.Command) -> str:
    pieces = ["[OPTIONS]"] if any(isinstance(one, click.Option) for one in command.params) else []
    if isinstance(command, click.Group):
        pieces.append("COMMAND")
    for one in command.params:
        if isinstance(one, click.Argument):
            name = one.metavar or str(one.name).upper() + ("…" if one.nargs == -1 else "")
            pieces.append(name if one.required else f"[{name}]")
    return " ".join(pieces)


def _option(option: click.Option) -> str:
    names = "`, `".join(option.opts) + (f"` / `{'`, `'.join(option.secondary_opts)}" if option.secondary_opts else "")
    if option.is_flag:
        return f"`{names}`"
    return f"`{names} {option.metavar or _value_name(option)}`"


def _value_name(option: click.Option) -> str:
    if isinstance(option.type, click.Choice):
        return "[" + "|".join(str(one) for one in option.type.choices) + "]"
    if option.type.name == "format":
        return "[" + "|".join(formats.names()) + "]"
    names = {"file": "FILE", "directory": "FOLDER", "path": "PATH", "integer": "NUMBER", "float": "NUMBER"}
    return names.get(option.type.name, option.type.name.upper())


def _help(command: click.Command) -> str:
    """The help text: its paragraphs; an example as a block of shell lines."""
    parts = []
    for paragraph in inspect.cleandoc(command.help or "").split("\n\n"):
        if not paragraph.startswith("\b"):
            parts.append(" ".join(paragraph.split()) + "\n")
            continue
        head, *lines = paragraph.removeprefix("\b").strip("\n").split("\n")
        parts.append(f"{head}\n\n```sh\n" + "\n".join(line.strip() for line in lines) + "\n```\n")
    return "\n".join(parts)


# ---- what a value may be ---------------------------------------------------------------------------------------------


def _words_link(group: str, base: str) -> str:
    anchors = {"uses": "uses", "conditions": "conditions", "forms": "forms", "relations": "relations", "duties": "duties"}
    return f"[{group.replace('_', ' ')}]({base}#{anchors.get(group, group)})"


def _of(of: Any, base: str) -> str:
    """The words a fact may have: named here if they are few, else linked."""
    group = of["words"] if isinstance(of, Mapping) else of
    if isinstance(group, str):
        known = list(book().vocabulary.words[group])
        return code(*known) if len(known) <= 5 else f"a word of {_words_link(group, base)}"
    return code(*group)


def fact_form(spec: Mapping[str, Any], base: str = VOCABULARY) -> str:
    """What may be written for a fact."""
    kind = spec["type"]
    if kind == "word":
        return _of(spec["of"], base)
    if kind == "list":
        of = spec["of"]
        inner = _of(of, base) if isinstance(of, Mapping) else {"region": "regions", "text": "texts"}.get(of, of)
        return f"list of {inner.removeprefix('a word of ')}"
    if kind == "records":
        fields = ", ".join(f"`{name}`" + ("" if one.get("required") else "?") for name, one in spec["fields"].items())
        return f"list of {{{fields}}}"
    if kind == "commercial":
        return f"`true`, `false`, or a mapping with {code(*book().vocabulary.words['commercial_kinds'])}"
    return {"text": "text", "bool": "`true`, `false`", "number": "number", "date": "date", "region": f"[region]({base}#regions)"}[kind]


def _absent(spec: Mapping[str, Any]) -> str:
    absent = spec["absent"]
    if isinstance(absent, list):
        return code(*absent)
    return absent if absent in ("unknown", "none") or " " in str(absent) else f"`{absent}`"


def _shape(shape: Mapping[str, Any]) -> str:
    """What may be written in a sub-field of an answer."""
    if "$shape" in shape:
        return f"a [{shape['$shape']}](#{'triggers' if shape['$shape'] == 'trigger' else 'scales'})"
    if "vocabulary" in shape:
        inner = _words_link(shape["vocabulary"], "")
        return inner + (" or a [position](#positions)" if shape.get("position") else "")
    if "enum" in shape:
        return code(*shape["enum"])
    if shape.get("type") == "array":
        return "list: " + _shape(shape.get("items", {}))
    return {"string": "text", "number": "number", "boolean": "`true`, `false`"}.get(shape.get("type", ""), "any")


# ---- the vocabulary --------------------------------------------------------------------------------------------------


def vocabulary_page() -> str:
    """docs/reference/vocabulary.md"""
    known = book().vocabulary
    parts = [
        "# The vocabulary\n",
        "<!-- written by docs/generate.py from rules/ -->\n",
        "Everything that licenses, scenarios and rules may say. It is read from `rules/`; `licet explain WORD` shows any of it in the terminal.\n",
        "[Verdicts](#verdicts) · [conduct](#conduct) · [terms](#terms) · [facts](#facts) · [forms](#forms) · [steps](#steps) · [acts](#acts) ·\n"
        "[duties](#duties) · [conditions](#conditions) · [uses](#uses) · [other words](#other-words) · [regions](#regions) · [definitions](#definitions) ·\n"
        "[positions](#positions) · [flags](#flags) · [regulation](#regulation) · [rules](#rules)\n",
        "## Verdicts\n", verdicts(), "## Conduct\n", conduct_words(), *_terms(), "## Facts\n",
        "What a scenario can say. *Changeable*: the actor could decide otherwise; the rest can only be found out. `?` marks a key that may be left out.\n",
    ]
    for group in known.facts:
        parts += [f"### Facts of the {group}\n", facts(group, VOCABULARY)]
    parts += ["## Forms\n", "In which form a release reaches others, and what they get by it.\n", forms(), *_steps(), *_acts_and_duties()]
    parts += ["## Conditions\n", "What a `conditional` grant can hang on. *Read by*: a condition, the terms that speak for it, or a question to the user.\n",
              _conditions()]
    parts += ["## Uses\n", table(("word", "meaning"), ((code(word), meaning) for word, meaning in known.words["uses"].items())), "## Other words\n"]
    for group, words in known.words.items():
        if group not in ("uses", "conditions", "forms", "relations", "duties"):
            parts += [f"### {group}\n", table(("word", "meaning"), ((code(word), meaning) for word, meaning in words.items()))]
    parts += [*_regions(), *_positions(), *_flags(), *_rules()]
    return "\n".join(parts).replace(f"({VOCABULARY}#", "(#")


def verdicts(_: str = "") -> str:
    """The verdicts, best first, then the two that hold over worlds."""
    said = wording()["verdicts"]
    return table(("verdict", "as a report says it"), ((code(word), said[word]["sentence"]) for word in (*VERDICTS, NOT_ENOUGH_FACTS, DEPENDS)))


def conduct_words(_: str = "") -> str:
    """The words for conduct, worst first, with those for one duty."""
    said = wording()
    return table(("conduct", "of the whole", "of one duty"), ((code(word), said["conduct"][word], said["status"][word]) for word in CONDUCT))


def _terms() -> Iterator[str]:
    known = book().vocabulary
    yield "## Terms\n"
    yield ("The questions every license is asked. *Short*: an answer that may be written without section and quotation, because no clause says it.\n"
           "*For information*: a rule need not read it.\n")
    rows = []
    for term, spec in known.terms.items():
        if spec.get("list"):
            answer = "list of entries"
        elif spec.get("text"):
            answer = "a text or `null`"
        else:
            answer = code(*spec["values"]) + (f"; for each of {code(*spec['parts'])}" if "parts" in spec else "")
        fields = "; ".join(f"`{name}`: {_shape(shape)}" for name, shape in spec.get("fields", {}).items())
        rows.append((code(term), spec["ask"] + (" (for information)" if spec.get("informational") else ""), answer, code(*spec.get("short", ())), fields))
    yield table(("term", "question", "answers", "short", "sub-fields"), rows)
    yield f"Every answer may also carry {code(*known.data['terms']['fields'])}.\n"
    shapes = known.data["terms"]["shapes"]
    yield "### Triggers\n"
    yield "When a duty bites. A part that is missing means: relation copy, modification or component; released as copy.\n"
    yield table(("key", "value"), ((code(name), _shape(shape)) for name, shape in shapes["trigger"]["properties"].items()))
    yield "### Scales\n"
    yield table(("key", "value"), ((code(name), _shape(shape)) for name, shape in shapes["scale"]["properties"].items()))


def facts(group: str, base: str = f"../reference/{VOCABULARY}") -> str:
    """The facts of one group."""
    specs = book().vocabulary.facts[group]
    if base == VOCABULARY:
        rows = ((code(name), spec["title"], fact_form(spec, base), _absent(spec), yes(spec.get("changeable")), spec.get("ask", ""))
                for name, spec in specs.items())
        return table(("fact", "meaning", "value", "left out means", "changeable", "question"), rows)
    return table(("key", "meaning", "value", "left out means"),
                 ((code(name), spec["title"], fact_form(spec, base), _absent(spec)) for name, spec in specs.items()))


def forms(_: str = "") -> str:
    """The forms of a release."""
    return table(("form", "meaning", "others get"), ((code(form), spec["title"], code(*spec["released_as"])) for form, spec in book().vocabulary.forms.items()))


def actions(_: str = "") -> str:
    """The actions of a step, with what each makes of an input."""
    known = book().vocabulary.actions
    kinds = list(next(iter(known.values()))["relation"])
    rows = ((code(name), spec["title"], spec["makes"], *(spec["relation"][kind] for kind in kinds)) for name, spec in known.items())
    return table(("action", "meaning", "makes a", *kinds), rows)


def roles(_: str = "") -> str:
    """The words of `as:`."""
    return table(("`as`", "the input is, whatever its kind"), ((code(role), code(relation)) for role, relation in book().vocabulary.roles.items()))


def _steps() -> Iterator[str]:
    known = book().vocabulary
    yield "## Steps\n"
    yield "What a step makes of each kind of input; `as` in a scenario overrides the kind.\n"
    yield actions()
    yield table(("action", "trains a model", "manner"), ((code(name), yes(spec["trains"]), code(spec["manner"])) for name, spec in known.actions.items()))
    yield roles()
    yield "### Relations\n"
    yield table(("relation", "meaning"), ((code(word), meaning) for word, meaning in known.words["relations"].items()))
    yield "### Composition\n"
    yield ("What an input is to the result of two steps: the row says what it is to the first result, the column what that is to the second.\n"
           "The order in which a long path is read makes no difference.\n")
    relations = list(known.composition)
    yield table(("", *(code(one) for one in relations)), ((code(row), *(known.composition[row][column] for column in relations)) for row in relations))
    yield "### Manners\n"
    yield ("How a result came about, as a license's definition of a derivative sees it, in rising order of doubt: the last one on a path is asked.\n"
           "If the text is silent, the position decides.\n")
    yield table(("manner", "part of the term `derivative`", "position"),
                ((code(name), code(one["part"]), code(one["position"])) for name, one in known.manners.items()))


def _acts_and_duties() -> Iterator[str]:
    known = book().vocabulary
    yield "## Acts\n"
    yield "What is done with a licensed work, and the term that grants it. The condition says when it is done.\n"
    yield acts()
    yield table(("act", "done when"), ((code(name), code(" ".join(act["when"].split()))) for name, act in known.acts.items()))
    yield "## Duties\n"
    carriers: dict[str, list[str]] = {}
    for rule in book().rules:
        if rule.effect == "requires":
            carriers.setdefault(rule.data["action"], []).append(_rule_link(rule.id))
    carriers.setdefault("ask_permission", []).extend(_rule_link(rule.id) for rule in book().rules if rule.effect in ("needs_permission", "reserves"))
    yield table(("duty", "meaning", "rules"), ((code(word), meaning, ", ".join(carriers.get(word, ()))) for word, meaning in known.words["duties"].items()))


def acts(_: str = "") -> str:
    """The acts and the terms that grant them."""
    return table(("act", "meaning", "granted by"), ((code(name), act["title"], code(act["term"]) if act["term"] else "rules alone")
                                                    for name, act in book().vocabulary.acts.items()))


def asked(_: str = "") -> str:
    """The conditions of licenses that only the user can tell of."""
    return table(("word", "question"), ((code(name), one["ask"]) for name, one in book().vocabulary.conditions.items() if "ask" in one))


def _conditions() -> str:
    def read(one: Mapping[str, Any]) -> str:
        if "carried_by" in one:
            return code(*one["carried_by"])
        return code(" ".join(one["when"].split())) if "when" in one else one.get("ask", "")

    return table(("word", "meaning", "read by"), ((code(name), one["title"], read(one)) for name, one in book().vocabulary.conditions.items()))


def _regions() -> Iterator[str]:
    regions = book().vocabulary.data["regions"]
    yield "## Regions\n"
    yield "A country is its two-letter code (ISO 3166-1). `world` contains everything.\n"
    yield table(("group", "contains"), ((code(name), ", ".join(members)) for name, members in regions["groups"].items()))
    yield "Also read: " + ", ".join(f"`{alias}` as `{name}`" for alias, name in regions["aliases"].items()) + ".\n"
    yield "## Definitions\n"
    yield "Named parts of conditions; they may be used in any rule on a reach, a pair or a label.\n"
    yield table(("name", "condition"), ((code(name), code(" ".join(str(text).split()))) for name, text in book().vocabulary.data["definitions"].items()))


def _positions() -> Iterator[str]:
    yield "## Positions\n"
    yield ("Unsettled questions, and how the profiles answer them; `licet explain ID` names who holds each answer. `open` decides nothing.\n"
           "*Background*: assumed, said once, never turns a verdict.\n")
    profiles = [name for name in book().profiles if name != "open"]
    rows = []
    for position_id, one in sorted(book().positions.items()):
        answers = "; ".join(f"{code(answer['id'])}: {answer['title']}" for answer in one["answers"])
        rows.append((code(position_id), one["question"], answers, *(code(one["profiles"].get(name, "open")) for name in profiles), yes(one.get("background"))))
    yield table(("position", "question", "answers", *profiles, "background"), rows)
    yield table(("profile", "meaning"), ((code(name), one.get("summary", "")) for name, one in sorted(book().profiles.items())))


def background(_: str = "") -> str:
    """The questions that are assumed away."""
    return table(("position", "question"), ((code(key), one["question"]) for key, one in sorted(book().positions.items()) if one.get("background")))


def _flag_link(rule: str, flag: str) -> str:
    """The flag, linked to its rule, with the rule's own name where several rules raise one flag."""
    return _rule_link(rule, flag) + (f" (`{rule}`)" if rule != flag else "")


def _flags() -> Iterator[str]:
    norms = book().norms

    def sources(ids: Iterable[str]) -> str:
        return "; ".join(f"[{norms[one]['title']}]({norms[one]['url']})" if norms[one].get("url") else norms[one]["title"] for one in ids)

    yield "## Flags\n"
    yield "What norms or named people say. A flag changes no verdict.\n"
    yield table(("strength", "meaning"), ((code(word), meaning) for word, meaning in wording()["strength"].items()))
    flags = [rule for rule in book().rules if rule.effect == "flags"]
    yield table(("flag", "title", "about", "strength", "sources", "against it"),
                ((_flag_link(rule.id, rule.data["flag"]), rule.data["title"], rule.data.get("about", "actor"), code(rule.data["strength"]),
                  sources(rule.data["norms"]), sources(rule.data.get("opposing", ()))) for rule in flags))
    yield "## Regulation\n"
    yield "What law, guidelines, codes and bills say to the actor, as far as they were read. It changes no verdict.\n"
    yield table(("rule", "title", "status", "in force", "sources"),
                ((_rule_link(rule.id), rule.data["title"], wording()["regulation_status"][rule.data["status"]], rule.data.get("in_force", ""),
                  sources(rule.data["norms"])) for rule in book().rules if rule.effect == "regulates"))


def _rules() -> Iterator[str]:
    yield "## Rules\n"
    yield "The rules of the legal axis, by what follows when their condition holds.\n"
    by_effect: dict[str, list[Any]] = {}
    for rule in book().rules:
        if rule.axis == "legal":
            by_effect.setdefault(rule.effect, []).append(rule)
    for effect in ("grants", "needs_permission", "forbids", "requires", "reserves", "notes"):
        if effect in by_effect:
            yield f"### {effect}\n"
            yield table(("rule", "title", "speaks of", "acts or duty"),
                        ((_rule_link(rule.id), rule.data["title"], _speaks_of(rule), _bears_on(rule)) for rule in by_effect[effect]))


def _speaks_of(rule: Any) -> str:
    return str(rule.subject) + (f", each of {code(rule.for_each)}" if rule.for_each else "")


def _bears_on(rule: Any) -> str:
    if rule.effect == "requires":
        return code(rule.data["action"])
    if rule.effect == "notes":
        return ""
    return "the act of the item" if rule.acts == "item" else code(*rule.acts) if rule.acts else "every act that is done"


@cache
def _rule_files() -> dict[str, str]:
    apart = ("vocabulary", "positions", "profiles", "norms")
    return {name.rpartition("/")[2][:-5]: name for name in library().rule_files if name.split("/")[1] not in apart}


def _rule_link(rule_id: str, shown: str | None = None) -> str:
    return f"[`{shown or rule_id}`](../../{_rule_files()[rule_id]})"


# ---- the condition language ------------------------------------------------------------------------------------------


def functions(_: str = "") -> str:
    """Every function, with the meaning that its method in `checker.core.frame` states."""
    rows = []
    for name, (arguments, result) in conditions.FUNCTIONS.items():
        shown = f"{name}({', '.join(arguments)})"
        speaks = "one license" if name in vocabulary.NEEDS_LICENSE else ""
        rows.append((code(shown), result, " ".join(function_meanings(name)), speaks))
    return table(("function", "gives", "meaning", "speaks of"), rows)


def function_meanings(name: str) -> list[str]:
    """The first line of each docstring that the methods behind a function have (they differ where a pair is meant)."""
    found: dict[str, None] = {}
    for owner in _frames():
        method = vars(owner).get("f_" + name)
        if method is not None and method.__doc__:
            found[inspect.cleandoc(method.__doc__).split("\n")[0]] = None
    return list(found)


@cache
def _frames() -> tuple[type, ...]:
    """The frames of conditions, plain ones before those that know a license."""
    modules = [importlib.import_module(f"checker.core.{one.name}") for one in pkgutil.iter_modules(core.__path__)]
    found = {owner for module in modules for owner in vars(module).values() if isinstance(owner, type) and issubclass(owner, Frame)}
    return tuple(sorted(found, key=lambda owner: (len(owner.__mro__), owner.__name__)))


def names(_: str = "") -> str:
    """The names that conditions may use, and in rules on which subject."""
    by_subject = {subject: book().vocabulary.types(subject) for subject in vocabulary.SUBJECTS}
    rows: dict[str, tuple[str, list[str]]] = {}
    for subject, types in by_subject.items():
        for name, kind in types.items():
            shown = _family_of_names(name)
            if shown is not None:
                rows.setdefault(shown, (_type(kind) if shown == name else "", []))[1].append(subject)
    return table(("name", "type", *vocabulary.SUBJECTS),
                 ((code(name), kind, *(yes(subject in subjects) for subject in vocabulary.SUBJECTS)) for name, (kind, subjects) in rows.items()))


def _family_of_names(name: str) -> str | None:
    """The name itself, or the one row that stands for many; None for fields of elements."""
    if "[]" in name or "(" in name:
        return None
    for start, shown in (("other.", "other.NAME"), ("terms.", "terms.TERM"), ("label.terms.", "label.terms.TERM")):
        if name.startswith(start):
            return shown + (".FIELD" if name.count(".") - shown.count(".") == 1 and start != "other." else "")
    return name


def _type(kind: str) -> str:
    many, word = kind.startswith("list"), kind.removeprefix("list:")
    if word.startswith("word:"):
        values = word.removeprefix("word:").split("|")
        group = next((group for group, known in book().vocabulary.words.items() if list(known) == values), None)
        if values == list(book().vocabulary.actions):
            shown = f"word of [steps]({VOCABULARY}#steps)"
        else:
            shown = f"word of {_words_link(group, VOCABULARY)}" if group else f"word: {code(*values)}"
        return ("list of " if many else "") + shown
    return "list" + (f" of {word}" if word not in ("", "list") else "") if many else word


def elements(_: str = "") -> str:
    """The collections a quantifier may run over, and the fields of their elements."""
    fields: dict[str, dict[str, None]] = {}
    for name in book().vocabulary.types("release"):
        collection, mark, field = name.partition("[].")
        if mark:
            shown = _family_of_names(field) or field
            fields.setdefault(collection, {})[shown] = None
    return table(("collection", "fields of an element"), ((code(one), code(*known)) for one, known in fields.items()))


# ---- what the program prints -----------------------------------------------------------------------------------------


def output(argument: str) -> str:
    """What `licet check` prints on a file of the project."""
    path, _, options = argument.partition(" ")
    return _printed((ROOT / path).read_text(encoding="utf-8"), path, explain="--explain" in options)


def result(argument: str, before: str) -> str:
    """What `licet check` prints on the last scenario above the block; with a word, the sections from that heading on (up to a second one)."""
    text = YAML_BLOCK.findall(before)[-1]
    return _printed(text, "scenario.yaml", sections=tuple(argument.split()))


def _printed(text: str, name: str, *, explain: bool = False, sections: tuple[str, ...] = ()) -> str:
    entry = check_text(text, name, library(), as_of=DAY)
    shown = text_report.render([entry], explain=explain).rstrip("\n")
    if sections:
        heads = wording()["headings"]
        parts = re.split("\n\n(?=(?:" + "|".join(re.escape(one) for one in heads.values()) + ")\n)", shown)
        wanted = ["answer" if number == 0 else next(key for key, head in heads.items() if part.startswith(head + "\n")) for number, part in enumerate(parts)]
        shown = "\n\n".join(part for key, part in zip(wanted, parts, strict=True) if key in sections)
    return f"```text\n{shown}\n```\n"


def incomplete(_: str = "") -> str:
    """The licenses whose text at hand is incomplete or a transcription."""
    found = [(one.id, one.name, one.head["text"]["incomplete"]) for one in (book().license(key) for key in sorted(library().license_files))
             if (one.head.get("text") or {}).get("incomplete")]
    rows = ((code(key), *rest) for key, *rest in found)
    return f"{len(found)} of {len(library().license_files)} texts:\n\n" + table(("license", "name", "what is missing"), rows)


def values(name: str) -> str:
    """A closed list of words."""
    return table(("word", "meaning"), ((code(word), meaning) for word, meaning in book().vocabulary.words[name].items()))


def pairs(_: str) -> str:
    """The rules that say what they mean for a pair of licenses."""
    rows = [(code(rule.id), rule.data["title"], rule.data["compatible"], rule.data["why"]) for rule in book().rules if rule.data.get("compatible")]
    return table(("rule", "says", "answer", "why"), rows)


BLOCKS: dict[str, Callable[[str], str]] = {
    "facts": facts, "forms": forms, "actions": actions, "roles": roles, "asked": asked, "words": values,
    "verdicts": verdicts, "conduct": conduct_words, "acts": acts,
    "functions": functions, "names": names, "elements": elements, "output": output, "background": background, "incomplete": incomplete,
    "pairs": pairs,
}
PAGES: dict[str, Callable[[], str]] = {"reference/commands.md": commands_page, "reference/vocabulary.md": vocabulary_page}


# ---- writing ---------------------------------------------------------------------------------------------------------


def fill(page: str) -> str:
    """A page with its generated blocks renewed."""

    def renewed(match: re.Match[str]) -> str:
        name, argument = match[2], (match[3] or "").strip()
        made = result(argument, page[: match.start()]) if name == "result" else BLOCKS[name](argument)
        return match[1] + "\n" + made + "\n" + match[4]

    return MARKED.sub(renewed, page)


def pages() -> dict[Path, str]:
    """Every page that is generated in whole or in part, as it should be."""
    found = {DOCS / name: make() for name, make in PAGES.items()}
    for path in sorted(DOCS.rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        if path not in found and MARKED.search(text):
            found[path] = fill(text)
    return found


def stale() -> dict[Path, str]:
    """The pages that are not as they should be."""
    return {path: text for path, text in pages().items() if not path.is_file() or path.read_text(encoding="utf-8") != text}


def main() -> int:
    """Write, or check."""
    parser = argparse.ArgumentParser(description="Write the generated parts of the documentation.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if anything is stale")
    check = parser.parse_args().check
    found = stale()
    for path, text in found.items():
        print(f"{path.relative_to(ROOT)}: {'stale; run python docs/generate.py' if check else 'written'}")
        if not check:
            path.write_text(text, encoding="utf-8")
    return 1 if check and found else 0


if __name__ == "__main__":
    sys.exit(main())
