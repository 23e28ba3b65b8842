"""Pages of `licet explain` on words: verdicts and conduct, what gates and policies say, facts, forms and conditions; and on a fingerprint."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from checker.app import formats, wording
from checker.core.concerns import concerns
from checker.core.verdict import CONDUCT, DEPENDS, NOT_ENOUGH_FACTS, VERDICTS
from checker.errors import BadInput
from checker.load.book import Library
from checker.load.strict_yaml import read_text

#: the wording of these pages: all of it; one sentence of it, filled in
words = partial(wording.words, "explain")
sentence = partial(wording.sentence, "explain")


def verdict(name: str, library: Library) -> Iterator[str]:
    """A verdict or state of conduct: what it means, and what a gate does with it."""
    known, policy = formats.wording(), _policy(library)
    if name in (*VERDICTS, NOT_ENOUGH_FACTS, DEPENDS):
        label = known["verdicts"][name]["label"]
        yield sentence("verdict", name=name, meaning=dict(known["glossary"])[label])
        yield str(known["verdicts"][name]["sentence"])
    elif name in CONDUCT:
        yield sentence("conduct", name=name, meaning=known["conduct"][name])
    else:
        return
    yield from _at_a_gate(name, policy)


def policy_word(name: str, library: Library) -> Iterator[str]:
    """A word of policies, waivers, gates and baselines; a rule of the gate itself, such as `waiver-unused`."""
    policy = _policy(library)
    for group, what in words()["policy_groups"].items():
        if name in policy[group]:
            yield sentence("policy_word", name=name, group=what, meaning=policy[group][name])
    if name in policy["counts_as"]:
        yield from _at_a_gate(name, policy)
    said = policy["say"].get(re.sub("^(waiver|policy|agreement)-", "", name))
    if isinstance(said, Mapping) and name in gate_rules(policy):
        yield sentence("gate_rule", name=name, title=said["title"])
        yield sentence("says", text=said["message"])
        if said["remedy"]:
            yield sentence("remedy", text=said["remedy"])


def gate_rules(policy: Mapping[str, Any]) -> list[str]:
    """The rules by which a gate itself speaks, as its concerns name them."""
    said = [name for name, one in policy["say"].items() if isinstance(one, Mapping)]
    return [f"policy-{name}" if name in policy["answers"] else name if name in policy["counts_as"] or name == "skipped" else
            "agreement-ended" if name == "ended" else f"waiver-{name}" for name in said]


def fact(name: str, library: Library) -> Iterator[str]:
    """A fact of a scenario, a form of a release, a condition of a grant."""
    vocabulary = library.book().vocabulary
    for group, facts in vocabulary.facts.items():
        spec = facts.get(name.removeprefix(f"{group}."))
        if spec is not None:
            yield sentence("fact", name=f"{group}.{name.removeprefix(f'{group}.')}", title=spec["title"], absent=spec.get("absent") or sentence("fact_absent"))
            if spec.get("ask"):
                yield str(spec["ask"])
    if name in vocabulary.forms:
        yield sentence("form", name=name, title=vocabulary.forms[name]["title"])
    if name in vocabulary.conditions:
        condition = vocabulary.conditions[name]
        yield sentence("condition", name=name, title=condition["title"])
        if condition.get("ask"):
            yield str(condition["ask"])


def finding(fingerprint: str, file: Path) -> Iterator[tuple[str, list[str]]]:
    """(rule, lines) of every concern in a stored result that has the fingerprint. Raises BadInput."""
    try:
        value = json.loads(read_text(file))
        entries: Sequence[Any] = value if isinstance(value, list) else [value]
        for entry in entries:
            own = entry["gate"]["concerns"] if "gate" in entry else concerns(entry)
            for one in own:
                if one["fingerprint"] == fingerprint and not one.get("repeats"):
                    yield str(one["rule"]), list(_told(one))
    except (ValueError, RecursionError, AttributeError, KeyError, TypeError):
        raise BadInput([wording.problem("no_stored_result", str(file), 1, 1)]) from None


def _told(one: Mapping[str, Any]) -> Iterator[str]:
    where = f"{one['location']['file']}:{one['location']['line']}"
    yield sentence("finding", fingerprint=one["fingerprint"], place=where, words=", ".join([*([one["state"]] if "state" in one else []), *one["words"]]))
    yield str(one["message"] or one["title"])
    if one["quote"]:
        yield sentence("clause", section=one.get("cites") or one["section"], quote=one["quote"])
    for asked in one.get("asks") or ():
        yield sentence("open", question=f"{asked['ask']} {asked.get('answer', '')}".rstrip())
    if one["remedy"]:
        yield sentence("remedy", text=one["remedy"])


def _policy(library: Library) -> dict[str, Any]:
    found: dict[str, Any] = library.book().vocabulary.data["policy"]
    return found


def _at_a_gate(name: str, policy: Mapping[str, Any]) -> Iterator[str]:
    if name in policy["fail_on"]:
        yield str(policy["gate_says"]["fails"])
    if name in policy["unwaivable"]:
        yield str(policy["gate_says"]["unwaivable"])
