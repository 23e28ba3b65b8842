"""The words of licenses, scenarios and rules, and the rules themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from checker.core.verdict import CONDUCT, DEPENDS, NOT_ENOUGH_FACTS, VERDICTS
from checker.report.words import words as wording

from .known import book, rule_link
from .markdown import code, table, yes
from .values import VOCABULARY, absent, fact_form, shape_form


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
        "## Verdicts\n", verdicts(), "## Conduct\n", conduct(), *_terms(), "## Facts\n",
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


def conduct(_: str = "") -> str:
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
        fields = "; ".join(f"`{name}`: {shape_form(shape)}" for name, shape in spec.get("fields", {}).items())
        rows.append((code(term), spec["ask"] + (" (for information)" if spec.get("informational") else ""), answer, code(*spec.get("short", ())), fields))
    yield table(("term", "question", "answers", "short", "sub-fields"), rows)
    yield f"Every answer may also carry {code(*known.data['terms']['fields'])}.\n"
    shapes = known.data["terms"]["shapes"]
    yield "### Triggers\n"
    yield "When a duty bites. A part that is missing means: relation copy, modification or component; released as copy.\n"
    yield table(("key", "value"), ((code(name), shape_form(shape)) for name, shape in shapes["trigger"]["properties"].items()))
    yield "### Scales\n"
    yield table(("key", "value"), ((code(name), shape_form(shape)) for name, shape in shapes["scale"]["properties"].items()))


def facts(group: str, base: str = f"../reference/{VOCABULARY}") -> str:
    """The facts of one group."""
    specs = book().vocabulary.facts[group]
    if base == VOCABULARY:
        rows = ((code(name), spec["title"], fact_form(spec, base), absent(spec), yes(spec.get("changeable")), spec.get("ask", ""))
                for name, spec in specs.items())
        return table(("fact", "meaning", "value", "left out means", "changeable", "question"), rows)
    return table(("key", "meaning", "value", "left out means"),
                 ((code(name), spec["title"], fact_form(spec, base), absent(spec)) for name, spec in specs.items()))


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
            carriers.setdefault(rule.data["action"], []).append(rule_link(rule.id))
    carriers.setdefault("ask_permission", []).extend(rule_link(rule.id) for rule in book().rules if rule.effect in ("needs_permission", "reserves"))
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
    return rule_link(rule, flag) + (f" (`{rule}`)" if rule != flag else "")


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
                ((rule_link(rule.id), rule.data["title"], wording()["regulation_status"][rule.data["status"]], rule.data.get("in_force", ""),
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
                        ((rule_link(rule.id), rule.data["title"], _speaks_of(rule), _bears_on(rule)) for rule in by_effect[effect]))


def _speaks_of(rule: Any) -> str:
    return str(rule.subject) + (f", each of {code(rule.for_each)}" if rule.for_each else "")


def _bears_on(rule: Any) -> str:
    if rule.effect == "requires":
        return code(rule.data["action"])
    if rule.effect == "notes":
        return ""
    return "the act of the item" if rule.acts == "item" else code(*rule.acts) if rule.acts else "every act that is done"
