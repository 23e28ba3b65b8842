"""Run the examples inside rules: each is a small scenario around a license called `example`.

What an example does not say is ordinary: a company tunes a model whose license grants everything, and offers a hosted
API commercially. `terms` changes the license; `other` adds a second input under `example-2`; `label` is a license that
the release carries as its label (`label_head`: its kind and the like), `label_text` a label as free text; `own` a license of the actor's own;
with `declared: true` somebody else made the input from the licensed model and gave it that label. Positions have such examples too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from checker.core.assess import assess
from checker.core.book import Book
from checker.core.license import License, normalize_terms
from checker.core.rule import Rule
from checker.core.scenario import Input, Reference, Release, Scenario, Step
from checker.core.worlds import explore, settle

_OPEN_GRANTS = {term: {"value": "allowed", "section": "1", "quote": "everything"} for term in
                ("use", "modify", "commercial_use", "distribute_weights", "distribute_derivatives", "hosted_service",
                 "train_other_models_with_outputs", "train_other_models_with_materials")}
_DERIVATIVES = dict.fromkeys(("fine_tune", "adapter", "quantize", "merge"), "yes")
KEYS = ("terms", "license", "other", "label", "label_head", "label_text", "own", "action", "form", "input", "step", "release", "conduct", "actor",
        "users", "figures", "agreements", "positions", "declared")


def outcome(book: Book, rule: Rule, facts: Mapping[str, Any]) -> str:
    """What the rule does in the example: fires, silent or unknown. Raises KeyError for a key that examples do not have."""
    unknown = set(facts) - set(KEYS)
    if unknown:
        raise KeyError(f"An example has no `{sorted(unknown)[0]}`; it has {', '.join(KEYS)}.")
    result = assess(_book(book, facts), _scenario(book, facts))
    truths = [finding.truth for finding in result.findings if finding.rule.id == rule.id]
    if True in truths:
        return "fires"
    return "unknown" if truths else "silent"


def problems(book: Book, rule: Rule) -> Iterator[tuple[int, str | Exception]]:
    """(index, how it comes out, or why it cannot be run) for every example that does not come out as it says."""
    for index, example in enumerate(rule.data["examples"]):
        try:
            found = outcome(book, rule, example["facts"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            yield index, error
            continue
        if found != example["expect"]:
            yield index, found


def under_each_answer(book: Book, position: Mapping[str, Any], example: Mapping[str, Any]) -> dict[str, str]:
    """Answer of an unsettled question -> the verdict in the example, or what the rule that it names does."""
    found = {}
    for answer in (one["id"] for one in position["answers"]):
        facts = {**example["facts"], "positions": {**example["facts"].get("positions", {}), position["id"]: answer}}
        if "rule" in example:
            found[answer] = outcome(book, book.rule_by_id[example["rule"]], facts)
        else:
            found[answer] = settle(explore(_book(book, facts), _scenario(book, facts), {}).leaves)
    return found


def _book(book: Book, facts: Mapping[str, Any]) -> Book:
    licenses = {"example": _license(book, "example", facts.get("terms") or {}, facts.get("license") or {}),
                "example-2": _license(book, "example-2", facts.get("other") or {}, {}),
                "label": _license(book, "label", facts.get("label") or {}, facts.get("label_head") or {}),
                "own": _license(book, "own", facts.get("own") or {}, {})}
    return Book(book.vocabulary, book.rules, book.positions, book.profiles, book.norms, licenses.get, {})


def _license(book: Book, license_id: str, terms: Mapping[str, Any], head: Mapping[str, Any]) -> License:
    complete = {**_OPEN_GRANTS, "derivative": _DERIVATIVES, **terms}
    cited = {name: _cite(answer) for name, answer in complete.items()}
    return License({"id": license_id, "name": f"the {license_id} license", "licensor": "the licensor", **head}, normalize_terms(cited, book.vocabulary.terms))


def _cite(answer: Any) -> Any:
    if isinstance(answer, list):
        return [{"section": "1", "quote": "as quoted", **item} for item in answer]
    return {"section": "1", "quote": "as quoted", **answer} if isinstance(answer, dict) and "value" in answer else answer


def _scenario(book: Book, facts: Mapping[str, Any]) -> Scenario:
    source = dict(facts.get("input") or {})
    certainty, declared = source.pop("certainty", "assumed"), source.pop("declared", None)
    inputs = [Input("base", ((("example",),),), source, declared=declared, certainty=certainty)]
    references = [Reference("base")]
    if facts.get("declared"):
        inputs = [inputs[0]._replace(id="origin"), Input("base", ((()),), source, declared="label", made_from=(Reference("origin"),))]
    if "other" in facts:
        inputs.append(Input("second", ((("example-2",),),), {}))
        references.append(Reference("second"))
    action = facts.get("action", "fine_tune")
    steps = [Step("result", (action,), tuple(references), facts.get("step") or {})] if action else []
    label = facts.get("label_text") or ("label" if "label" in facts else None)
    stated = {"name": "Result", "commercial": True, **({"license": label} if label else {}), **(facts.get("release") or {})}
    release = Release("release", "result" if steps else "base", (facts.get("form", "hosted_api"),),
                      {key: value for key, value in stated.items() if value is not None}, facts.get("conduct") or {})
    figures = list(facts.get("figures") or ())
    if "users" in facts:
        figures.append({"metric": "monthly_active_users", "scope": "licensee_and_affiliates", "value": facts["users"]})
        figures.append({"metric": "monthly_active_users", "scope": "licensee", "value": facts["users"]})
    profile = {"id": "mainstream", **{key: one["profiles"].get("mainstream", "open") for key, one in book.positions.items()}}
    actor = {"own_licenses": ["own"] if "own" in facts else [], **(facts.get("actor") or {})}
    labels: dict[str, Any] = {"label": {"licenses": (("label",),), "altered": False}}
    if "label_text" in facts:
        labels[facts["label_text"]] = {"licenses": (), "altered": " plus " in facts["label_text"]}
    agreements = facts.get("agreements")
    return Scenario("example", "2026-01-01", {key: value for key, value in actor.items() if value is not None}, tuple(figures),
                    tuple(agreements) if agreements is not None else None, tuple(inputs), tuple(steps), (release,),
                    facts.get("positions") or {}, profile, labels)
