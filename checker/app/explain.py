"""`licet explain`: what any id of the book stands for, as plain lines."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from checker.app import explain_words
from checker.core.verdict import CONDUCT, DEPENDS, NOT_ENOUGH_FACTS, VERDICTS
from checker.core.wording import either, in_words
from checker.load.book import Library
from checker.load.sources import Sources

#: near names that are told
MOST_NEAR = 3
FINGERPRINT = re.compile(r"[0-9a-f]{12}")


def explain(name: str, library: Library) -> list[str] | None:
    """The page of any id or word of the book, also as a report writes it (`Needs permission`); None if nothing has this name."""
    plain = re.sub(r"[\s-]+", "_", name.strip().casefold())
    for spelling in dict.fromkeys((name, plain, plain.replace("_", "-"))):
        pages = [page for page in (list(kind(spelling, library)) for kind in _PAGES) if page]
        if pages:
            return [line for number, page in enumerate(pages) for line in ([""] if number else []) + page]
    return None


def finding(fingerprint: str, file: Path, library: Library) -> list[str] | None:
    """What a stored result says under a fingerprint, and the page of its rule; None if it has no such finding. Raises BadInput."""
    lines: list[str] = []
    for rule, own in explain_words.finding(fingerprint, file):
        lines += [*([""] if lines else []), *own, "", *(explain(rule, library) or [])]
    return lines or None


def suggestion(name: str, library: Library) -> str:
    """Near names, and the kinds of names there are, each with how many."""
    kinds = _names(library)
    known = {one.casefold(): one for several in kinds.values() for one in several}
    near = difflib.get_close_matches(name.casefold().replace(" ", "_"), list(known), MOST_NEAR)
    hint = f" Did you mean {', '.join(f'`{known[one]}`' for one in near)}?" if near else ""
    if FINGERPRINT.fullmatch(name):
        hint = " A fingerprint is explained from a stored result: `licet explain FINGERPRINT --result FILE`."
    return f"{hint} There are " + ", ".join(f"{len(several)} {kind}" for kind, several in kinds.items() if several) + "."


def _names(library: Library) -> dict[str, list[str]]:
    """Kind -> the names there are to ask about."""
    book = library.book()
    vocabulary, policy = book.vocabulary, book.vocabulary.data["policy"]
    return {
        "verdicts and states of conduct": [*VERDICTS, NOT_ENOUGH_FACTS, DEPENDS, *CONDUCT],
        "rules": [*book.rule_by_id, *explain_words.gate_rules(policy)], "flags": sorted({rule.data["flag"] for rule in book.rules if "flag" in rule.data}),
        "licenses": list(library.license_files), "terms": list(vocabulary.terms), "positions": list(book.positions),
        "profiles": list(book.profiles), "norms": list(book.norms), "changes": list(vocabulary.data["repairs"]["changes"]),
        "words of gates and policies": [word for group in explain_words.GROUPS for word in policy[group]],
        "other words": list(dict.fromkeys(word for words in (*vocabulary.words.values(), *vocabulary.facts.values(), vocabulary.forms, vocabulary.acts,
                                                             vocabulary.actions, vocabulary.conditions) for word in words)),
    }


def _rule(name: str, library: Library) -> Iterator[str]:
    book = library.book()
    rule = book.rule_by_id.get(name)
    if rule is None:
        return
    data = rule.data
    yield f"Rule {name}: {data['title']}"
    yield f"Axis: {rule.axis}. Speaks of: {rule.subject}{', each of ' + rule.for_each if rule.for_each else ''}. Effect: {rule.effect}."
    yield f"When: {' '.join(str(data['when']).split())}"
    for field, label in (("message", "Says"), ("remedy", "Remedy"), ("answers", "What answers it"), ("why", "Why"), ("not_open", "Never unknown")):
        if data.get(field):
            yield f"{label}: {either(str(data[field]), True)}"
    for field, label in (("norms", "Rests on"), ("opposing", "Against it")):
        for norm_id in data.get(field, ()):
            norm = book.norms[norm_id]
            how = " (unverified)" if norm.get("unverified") else f" (read: {norm['read']})" if norm.get("read") else ""
            yield f"{label}: {norm['title']} ({norm['kind']}): {norm['provision']} {norm.get('url') or ''}".rstrip() + how
    for field, label in (("strength", "Strength"), ("about", "About"), ("status", "Status"), ("in_force", "In force")):
        if data.get(field):
            yield f"{label}: {data[field]}"
    for example in data["examples"]:
        yield f"Example: {example['name']}: {example['expect']}"


def _change(name: str, library: Library) -> Iterator[str]:
    """A kind of change that a way out may propose."""
    change = library.book().vocabulary.data["repairs"]["changes"].get(name)
    if change is None:
        return
    yield f"Change {name}: {change['text']}"
    yield f"Cost: {change['cost']} (it only ranks; `licet repair --cost {name}=NUMBER` sets another)."
    if "fact" in change:
        yield f"Sets the fact {change['fact']}, which the vocabulary leaves to the actor."


def _flag(name: str, library: Library) -> Iterator[str]:
    for rule in library.book().rules:
        if rule.data.get("flag") == name and rule.id != name:
            yield from _rule(rule.id, library)


def _term(name: str, library: Library) -> Iterator[str]:
    book = library.book()
    spec = book.vocabulary.terms.get(name.removeprefix("terms."))
    if spec is None:
        return
    term = name.removeprefix("terms.")
    yield f"Term {term}: {spec['title']}"
    yield spec["ask"]
    if "values" in spec:
        yield f"Answers: {', '.join(spec['values'])}"
    if spec.get("fields"):
        yield f"Sub-fields: {', '.join(spec['fields'])}"
    granted = any(act["term"] == term for act in book.vocabulary.acts.values())
    readers = [rule.id for rule in book.rules if rule.for_each == f"terms.{term}" or (granted and rule.for_each == "grants")
               or any(other.endswith(f"terms.{term}") or f"terms.{term}." in other for other in rule.when[1])]
    yield f"Read by: {', '.join(readers) or 'nothing (for information)'}"


def _position(name: str, library: Library) -> Iterator[str]:
    position = library.book().positions.get(name.removeprefix("positions."))
    if position is None:
        return
    yield f"Unsettled question {position['id']}: {position['question']}"
    if position.get("matters"):
        yield str(position["matters"])
    if position.get("background"):
        yield "Background: assumed, said once, never turns a verdict."
    for answer in position["answers"]:
        yield f"Answer {answer['id']}: {answer['title']}"
        if answer.get("effect"):
            yield f"  Effect: {answer['effect']}"
        for holder in answer.get("holders", ()):
            where = "".join(f", {holder[key]}" for key in ("where", "since") if holder.get(key))
            note = " (unverified)" if holder.get("unverified") else f" (read: {holder['read']})" if holder.get("read") else ""
            yield f"  Held by: {holder['who']}{where}. {holder.get('source', '')}{note}".rstrip()
        if not answer.get("holders"):
            yield "  Held by: nobody whose words were read; it is shown because the words leave room for it."
    for example in position.get("examples", ()):
        yield f"Example: {example['name']}: " + "; ".join(f"{answer}: {in_words(outcome)}" for answer, outcome in example["expect"].items())
    if position.get("not_shown"):
        yield f"No example: {position['not_shown']}"
    yield f"Read by: {', '.join(_readers(position['id'], library))}"
    yield "Profiles: " + ", ".join(f"{profile}: {answer}" for profile, answer in position["profiles"].items())
    for place, text in position.get("jurisdictions", {}).items():
        yield f"{place}: {text}"


def _readers(position_id: str, library: Library) -> Iterator[str]:
    """Rules, definitions, acts and licenses whose answer hangs on the position."""
    vocabulary = library.book().vocabulary
    trees = {rule.id: rule.trees for rule in library.book().rules} | {key.partition(":")[2]: tree for key, tree in vocabulary.trees.items()}
    asked = {key for key, tree in trees.items() if f"'position', ['const', '{position_id}']" in repr(tree)}
    asked |= {f"steps of the lineage ({manner})" for manner, spec in vocabulary.manners.items() if spec["position"] == position_id}
    asked |= {word for word, spec in _ELSEWHERE.items() if position_id in spec}
    yield from sorted(asked)
    for license_id in sorted(library.license_files):
        if f"position: {position_id}," in (library.root / library.license_files[license_id]).read_text(encoding="utf-8"):
            yield license_id


#: positions that are read outside of the conditions, and where
_ELSEWHERE = {"duties of copies, where hosting counts as one": ("hosting-distribution",), "separate agreements that are only alleged": ("separate-agreement",),
              "the text in force": ("license-version",), "works without a license": ("model-as-copy",), "labels of inputs": ("label-precedence",)}


def _norm(name: str, library: Library) -> Iterator[str]:
    book = library.book()
    norm = book.norms.get(name)
    if norm is None:
        return
    yield f"Source {name}: {norm['title']} ({norm['kind']})"
    yield str(norm["provision"])
    for field, label in (("url", "Read at"), ("read", "Read"), ("in_force", "In force")):
        if norm.get(field):
            yield f"{label}: {norm[field]}"
    if norm.get("holders"):
        yield f"Held by: {', '.join(norm['holders'])}"
    if norm.get("unverified"):
        yield "Unverified."
    users = [rule.id for rule in book.rules if name in (*rule.data.get("norms", ()), *rule.data.get("opposing", ()))]
    yield f"Cited by: {', '.join(users) or 'nothing'}"


def _profile(name: str, library: Library) -> Iterator[str]:
    book = library.book()
    if name in book.profiles:
        yield f"Profile {name}: {book.profiles[name].get('title', '')}"
        yield str(book.profiles[name].get("summary", ""))
        for key, position in sorted(book.positions.items()):
            yield f"  {key}: {position['profiles'].get(name, 'open')}"


def _word(name: str, library: Library) -> Iterator[str]:
    vocabulary = library.book().vocabulary
    for group, words in vocabulary.words.items():
        if name in words:
            meaning: Any = words[name]
            yield f"{name} ({group.replace('_', ' ')}): {meaning['title'] if isinstance(meaning, dict) else meaning}"
    if name in vocabulary.acts:
        yield f"Act {name}: {vocabulary.acts[name]['title']}. When: {vocabulary.acts[name]['when']}"
    if name in vocabulary.actions:
        yield f"Step {name}: {vocabulary.actions[name]['title']}. What it makes of its inputs: {vocabulary.actions[name]['relation']}"


def _license(name: str, library: Library) -> Iterator[str]:
    found = Sources(library).resolve(name)
    if len(found) > 1:
        yield f"`{name}` may be: {', '.join(found)}"
        return
    for license_id in found:
        license = library.book().license(license_id)
        if not license.read:
            yield f"License {license_id}: {license.name}"
            yield library.book().vocabulary.sentence("license_not_read", license=license_id)
            return
        yield f"License {license_id}: {license.name} ({license.licensor}{', ' + license.effective if license.effective else ''})"
        yield license.summary
        yield f"Text: {(license.head.get('text') or {}).get('url', '')}"
        for term, spec in library.book().vocabulary.terms.items():
            yield from _answer(term, spec, license.terms[term])


def _answer(term: str, spec: dict[str, Any], answer: Any) -> Iterator[str]:
    if spec.get("list"):
        for item in answer:
            shown = ", ".join(f"{key}: {value}" for key, value in item.items() if key not in ("section", "quote", "note", "doubt"))
            yield f"  {term}: {shown} (§{item.get('section')}: \u201c{item.get('quote')}\u201d)"
    elif "parts" in spec:
        yield f"  {term}: " + ", ".join(f"{part}: {one['value']}" for part, one in answer.items())
    elif answer["value"] not in (None, "silent", "not_required", "none", "no"):
        yield f"  {term}: {answer['value']} (§{answer.get('section')}: \u201c{answer.get('quote')}\u201d)"


#: one function per kind of page
_PAGES: tuple[Callable[[str, Library], Iterator[str]], ...] = (
    explain_words.verdict, _rule, _flag, _term, _position, _norm, _profile, _word, explain_words.fact, _change, explain_words.policy_word, _license)
