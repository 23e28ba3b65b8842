"""The book's data: loops over licenses, rules, positions, norms, registry."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from checker.app import examples
from checker.app.explain import explain
from checker.app.lint import lint
from checker.load.book import Library
from checker.load.registry import Registry
from checker.load.sources import Sources
from checker.load.strict_yaml import load
from checker.load.texts import normalize

ROOT = Path(__file__).parent.parent
LICENSES = sorted(path.stem for path in (ROOT / "licenses").glob("*.yaml"))
RULES = sorted(path for path in (ROOT / "rules").rglob("*.yaml") if path.relative_to(ROOT / "rules").parts[0] in ("legal", "ethics", "regulation"))


def quotations(value: Any) -> list[str]:
    """Every quotation in a license file."""
    if isinstance(value, dict):
        own = [value["quote"]] if isinstance(value.get("quote"), str) else []
        return own + [quote for one in value.values() for quote in quotations(one)]
    return [quote for one in value for quote in quotations(one)] if isinstance(value, list) else []


def ordered_strings(terms: dict[str, Any]) -> list[str]:
    """Strings that a license orders to be reproduced."""
    notice = terms["notice_text"]
    strings = ([notice["value"]] if notice else []) + [text for one in terms["display_text"] for text in one["text"]] + [one["text"] for one in terms["derivative_naming"]]
    return [re.sub(r".*\[…: (.*)\].*", r"\1", one) for one in strings]     # what a text orders in its own words only, and to be filled in


def wording(value: dict[str, Any], texts: dict[str, str]) -> str:
    """The text of a license with the policies that are part of it, where they are at hand."""
    digests = [value["text"].get("sha256"), *(policy.get("sha256") for policy in value.get("policies", ()))]
    return "\n".join(texts[digest] for digest in digests if digest in texts)


@pytest.mark.parametrize("license_id", LICENSES)
def test_a_field_left_out_by_a_ban_is_among_the_bans(license_id: str) -> None:
    terms = load(ROOT / "licenses" / f"{license_id}.yaml").value["terms"]
    told = [one["field"] for one in terms["fields_excluded"] if "stands_in" in one]
    assert set(told) <= {one["use"] for one in terms["use_restrictions"]}
    assert [field for field in {one["field"] for one in terms["fields_excluded"] if "stands_in" not in one} if field in told] == []


def test_the_book_finds_nothing_wrong_with_itself(library: Library) -> None:
    assert [str(problem) for problem in lint(library)] == []


@pytest.mark.parametrize("license_id", LICENSES)
def test_a_license_says_what_its_text_says(license_id: str, texts: dict[str, str]) -> None:
    value = load(ROOT / "licenses" / f"{license_id}.yaml").value
    quotes = quotations(value["terms"])
    assert quotes
    assert [quote for quote in quotes if len(quote.split()) > 15] == []
    assert re.fullmatch("[0-9a-f]{64}", value["text"]["sha256"])
    if texts:
        assert value["text"]["sha256"] in texts, "the text with this digest is not in the folder"
        found = wording(value, texts)
        assert [quote for quote in [*quotes, *ordered_strings(value["terms"])] if normalize(quote) not in found] == []


def test_quotations_are_really_looked_for() -> None:
    value = load(ROOT / "licenses" / "qwen.yaml").value
    texts = {value["text"]["sha256"]: normalize("limited license under Alibaba Cloud's intellectual property or other rights")}
    missing = [quote for quote in quotations(value["terms"]) if normalize(quote) not in wording(value, texts)]
    assert missing and "limited license under Alibaba Cloud's intellectual property or other rights" not in missing


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_examples_of_a_rule(path: Path, library: Library) -> None:
    rule = library.book().rule_by_id[path.stem]
    for example in rule.data["examples"]:
        assert examples.outcome(library.book(), rule, example["facts"]) == example["expect"], example["name"]


def test_every_position_flag_and_regulation_has_a_page(library: Library) -> None:
    book = library.book()
    names = [*book.positions, *book.norms, *book.profiles, *book.rule_by_id, *book.vocabulary.terms, *library.license_files]
    names += [rule.data["flag"] for rule in book.rules if "flag" in rule.data]
    for name in names:
        page = explain(name, library)
        assert page and len(page) >= 2, name


def test_no_code_names_a_license(library: Library) -> None:
    """Law lives in YAML: no Python file mentions a license id in a string (common words that happen to be ids aside)."""
    import ast

    ids = set(library.license_files) - {"mit", "isc", "zlib", "fair", "own"}
    found = [(path.name, node.value) for path in (ROOT / "checker").rglob("*.py") for node in ast.walk(ast.parse(path.read_text()))
             if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in ids]
    assert found == []


@pytest.fixture(scope="module")
def registry(library: Library) -> Registry:
    return Sources(library).registry


@pytest.mark.parametrize(("model", "license_id"), [
    ("Qwen/Qwen2.5-72B", "qwen"), ("Qwen/Qwen2.5-3B", "qwen-research"), ("Qwen/Qwen3-32B", "apache-2.0"),
    ("Qwen/Qwen2-72B-Instruct", "tongyi-qianwen"), ("meta-llama/Llama-3.1-8B-Instruct", "llama-3.1"), ("meta-llama/Llama-2-70b", "llama-2"),
])
def test_sizes_and_generations_of_a_family_differ(model: str, license_id: str, registry: Registry) -> None:
    entry = registry.find(model)
    assert entry is not None and entry["license"] == license_id


def test_a_wrong_label_keeps_its_chain(registry: Registry) -> None:
    entry = registry.find("deepseek-ai/DeepSeek-R1-Distill-Llama-70B")
    assert entry is not None and entry["license"] == "mit"
    assert [base["model"] for base in entry["derived_from"]] == ["meta-llama/Llama-3.3-70B-Instruct"]


def test_a_mirror_is_a_derivation(registry: Registry) -> None:
    entry = registry.find("unsloth/Meta-Llama-3.1-8B-Instruct-bnb-4bit")
    assert entry is not None and entry.get("license") is None
    assert entry["derived_from"][0]["action"] == "quantize"


@pytest.mark.parametrize("model", ["Qwen/Qwen2.5-72B-of-a-stranger", "somebody/Llama-3.1-8B", "gpt", "", "a/b/c", "../../etc/passwd/x"])
def test_an_unknown_model_is_unknown(model: str, registry: Registry) -> None:
    assert registry.find(model) is None


def test_the_text_in_force_depends_on_the_day(library: Library) -> None:
    sources = Sources(library)
    early = sources.of({"id": "x", "model": "google/gemma-3-27b-it"}, "2025-12-10")
    late = sources.of({"id": "x", "model": "google/gemma-3-27b-it"}, "2026-06-01")
    assert early.candidates == (((("gemma-2025-03-24",),),)) and late.candidates == (((("gemma-2026-04-01",),),))
