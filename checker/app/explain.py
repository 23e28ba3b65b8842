"""`licet explain`: what any id of the book stands for, as plain lines."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from checker.app import explain_words
from checker.app.explain_words import sentence, words
from checker.core.verdict import CONDUCT, DEPENDS, NOT_ENOUGH_FACTS, VERDICTS
from checker.core.wording import either, in_words, say
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


def not_found(name: str, library: Library, file: str | None = None) -> str:
    """That nothing has this name, in the stored result `file` or in the book; with near names, and how many names of each kind there are."""
    if file is not None:
        return sentence("no_finding", file=file, name=name)
    kinds = _names(library)
    known = {one.casefold(): one for several in kinds.values() for one in several}
    near = difflib.get_close_matches(name.casefold().replace(" ", "_"), list(known), MOST_NEAR)
    hint = sentence("near", names=", ".join(f"`{known[one]}`" for one in near)) if near else ""
    if FINGERPRINT.fullmatch(name):
        hint = sentence("fingerprint")
    counted = ", ".join(sentence("kind_count", count=len(several), kind=words()["kinds"][kind]) for kind, several in kinds.items() if several)
    return " ".join(filter(None, (sentence("no_name", name=name), hint, sentence("there_are", kinds=counted))))


def _names(library: Library) -> dict[str, list[str]]:
    """Kind -> the names there are to ask about."""
    book = library.book()
    vocabulary, policy = book.vocabulary, book.vocabulary.data["policy"]
    return {
        "verdicts": [*VERDICTS, NOT_ENOUGH_FACTS, DEPENDS, *CONDUCT],
        "rules": [*book.rule_by_id, *explain_words.gate_rules(policy)], "flags": sorted({rule.data["flag"] for rule in book.rules if "flag" in rule.data}),
        "licenses": list(library.license_files), "terms": list(vocabulary.terms), "positions": list(book.positions),
        "profiles": list(book.profiles), "norms": list(book.norms), "changes": list(vocabulary.data["repairs"]["changes"]),
        "policy": [word for group in words()["policy_groups"] for word in policy[group]],
        "other": list(dict.fromkeys(word for known in (*vocabulary.words.values(), *vocabulary.facts.values(), vocabulary.forms, vocabulary.acts,
                                                             vocabulary.actions, vocabulary.conditions) for word in known)),
    }


def _rule(name: str, library: Library) -> Iterator[str]:
    book = library.book()
    rule = book.rule_by_id.get(name)
    if rule is None:
        return
    data = rule.data
    yield sentence("rule", name=name, title=data["title"])
    subject = sentence("rule_of_each", subject=rule.subject, items=rule.for_each) if rule.for_each else rule.subject
    yield sentence("rule_is", axis=rule.axis, subject=subject, effect=rule.effect)
    yield sentence("when", condition=" ".join(str(data["when"]).split()))
    for field, said in words()["rule_fields"].items():
        if data.get(field):
            yield say(said, {"text": either(str(data[field]), True)})
    for field, said in words()["rule_norms"].items():
        for norm_id in data.get(field, ()):
            norm = book.norms[norm_id]
            cited = sentence("norm_cited", title=norm["title"], kind=norm["kind"], provision=norm["provision"])
            yield say(said, {"norm": f"{cited} {norm.get('url') or ''}".rstrip() + _checked(norm)})
    for field, said in words()["rule_words"].items():
        if data.get(field):
            yield say(said, {"word": data[field]})
    for example in data["examples"]:
        yield sentence("example", name=example["name"], outcome=example["expect"])


def _checked(source: Mapping[str, Any]) -> str:
    """Whether and when somebody read the source."""
    if source.get("unverified"):
        return f" {sentence('unverified')}"
    return f" {sentence('was_read', day=source['read'])}" if source.get("read") else ""


def _change(name: str, library: Library) -> Iterator[str]:
    """A kind of change that a way out may propose."""
    change = library.book().vocabulary.data["repairs"]["changes"].get(name)
    if change is None:
        return
    yield sentence("change", name=name, text=change["text"])
    yield sentence("change_cost", cost=change["cost"], name=name)
    if "fact" in change:
        yield sentence("change_fact", fact=change["fact"])


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
    yield sentence("term", name=term, title=spec["title"])
    yield spec["ask"]
    if "values" in spec:
        yield sentence("term_answers", words=", ".join(spec["values"]))
    if spec.get("fields"):
        yield sentence("term_fields", words=", ".join(spec["fields"]))
    granted = any(act["term"] == term for act in book.vocabulary.acts.values())
    readers = [rule.id for rule in book.rules if rule.for_each == f"terms.{term}" or (granted and rule.for_each == "grants")
               or any(other.endswith(f"terms.{term}") or f"terms.{term}." in other for other in rule.when[1])]
    yield sentence("read_by", readers=", ".join(readers) or sentence("read_by_none"))


def _position(name: str, library: Library) -> Iterator[str]:
    position = library.book().positions.get(name.removeprefix("positions."))
    if position is None:
        return
    yield sentence("position", name=position["id"], question=position["question"])
    if position.get("matters"):
        yield str(position["matters"])
    if position.get("background"):
        yield sentence("background")
    for answer in position["answers"]:
        yield from _position_answer(answer)
    for example in position.get("examples", ()):
        outcomes = "; ".join(f"{answer}: {in_words(outcome)}" for answer, outcome in example["expect"].items())
        yield sentence("example", name=example["name"], outcome=outcomes)
    if position.get("not_shown"):
        yield sentence("no_example", why=position["not_shown"])
    yield sentence("read_by", readers=", ".join(_readers(position["id"], library)))
    yield sentence("profiles", answers=", ".join(f"{profile}: {answer}" for profile, answer in position["profiles"].items()))
    for place, text in position.get("jurisdictions", {}).items():
        yield f"{place}: {text}"


def _position_answer(answer: Mapping[str, Any]) -> Iterator[str]:
    yield sentence("position_answer", name=answer["id"], title=answer["title"])
    if answer.get("effect"):
        yield "  " + sentence("effect", text=answer["effect"])
    for holder in answer.get("holders", ()):
        where = "".join(f", {holder[key]}" for key in ("where", "since") if holder.get(key))
        yield "  " + sentence("held_by", who=f"{holder['who']}{where}. {holder.get('source', '')}{_checked(holder)}").rstrip()
    if not answer.get("holders"):
        yield "  " + sentence("held_by_nobody")


def _readers(position_id: str, library: Library) -> Iterator[str]:
    """Rules, definitions, acts and licenses whose answer hangs on the position."""
    vocabulary = library.book().vocabulary
    trees = {rule.id: rule.trees for rule in library.book().rules} | {key.partition(":")[2]: tree for key, tree in vocabulary.trees.items()}
    asked = {key for key, tree in trees.items() if f"'position', ['const', '{position_id}']" in repr(tree)}
    asked |= {sentence("lineage_steps", manner=manner) for manner, spec in vocabulary.manners.items() if spec["position"] == position_id}
    asked |= {words()["elsewhere"][position_id]} if position_id in words()["elsewhere"] else set()
    yield from sorted(asked)
    for license_id in sorted(library.license_files):
        if f"position: {position_id}," in (library.root / library.license_files[license_id]).read_text(encoding="utf-8"):
            yield license_id


def _norm(name: str, library: Library) -> Iterator[str]:
    book = library.book()
    norm = book.norms.get(name)
    if norm is None:
        return
    yield sentence("norm", name=name, title=norm["title"], kind=norm["kind"])
    yield str(norm["provision"])
    for field, said in words()["norm_fields"].items():
        if norm.get(field):
            yield say(said, {"text": norm[field]})
    if norm.get("holders"):
        yield sentence("held_by", who=", ".join(norm["holders"]))
    if norm.get("unverified"):
        yield sentence("norm_unverified")
    users = [rule.id for rule in book.rules if name in (*rule.data.get("norms", ()), *rule.data.get("opposing", ()))]
    yield sentence("cited_by", rules=", ".join(users) or sentence("cited_by_none"))


def _profile(name: str, library: Library) -> Iterator[str]:
    book = library.book()
    if name in book.profiles:
        yield sentence("profile", name=name, title=book.profiles[name].get("title", ""))
        yield str(book.profiles[name].get("summary", ""))
        for key, position in sorted(book.positions.items()):
            yield f"  {key}: {position['profiles'].get(name) or sentence('profile_open')}"


def _word(name: str, library: Library) -> Iterator[str]:
    vocabulary = library.book().vocabulary
    for group, known in vocabulary.words.items():
        if name in known:
            meaning: Any = known[name]
            yield sentence("word", name=name, group=group.replace("_", " "), meaning=meaning["title"] if isinstance(meaning, dict) else meaning)
    if name in vocabulary.acts:
        yield sentence("act", name=name, title=vocabulary.acts[name]["title"], when=vocabulary.acts[name]["when"])
    if name in vocabulary.actions:
        yield sentence("step", name=name, title=vocabulary.actions[name]["title"], relation=vocabulary.actions[name]["relation"])


def _license(name: str, library: Library) -> Iterator[str]:
    found = Sources(library).resolve(name)
    if len(found) > 1:
        yield sentence("license_may_be", name=name, licenses=", ".join(found))
        return
    for license_id in found:
        license = library.book().license(license_id)
        if not license.read:
            yield sentence("license", name=license_id, title=license.name)
            yield library.book().vocabulary.sentence("license_not_read", license=license_id)
            return
        yield sentence("license_since" if license.effective else "license_by", name=license_id, title=license.name, licensor=license.licensor,
                       effective=license.effective)
        yield license.summary
        yield sentence("license_text", url=(license.head.get("text") or {}).get("url", ""))
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
