"""`licet lint` finds what is wrong with a book: each defect is planted in a copy and has to be found at its place."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from checker.app.lint import lint
from checker.load.book import Library

ROOT = Path(__file__).parent.parent


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A small copy of the data: all rules, three licenses."""
    shutil.copytree(ROOT / "rules", tmp_path / "rules")
    (tmp_path / "licenses" / "models").mkdir(parents=True)
    for name in ("mit", "qwen", "apache-2.0"):
        shutil.copy(ROOT / "licenses" / f"{name}.yaml", tmp_path / "licenses")
    return tmp_path


def found(root: Path) -> list[str]:
    return [str(problem) for problem in lint(Library(root, root / "cache"))]


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


RULE = "rules/legal/duties/license-copy.yaml"


@pytest.mark.parametrize(("file", "old", "new", "what"), [
    (RULE, "terms.license_copy == 'required'", "terms.license_cpy == 'required'", "Unknown name `terms.license_cpy`. Did you mean `terms.license_copy`?"),
    (RULE, "terms.license_copy == 'required'", "terms.license_copy == 'requird'", "Did you mean `required`?"),
    (RULE, "triggered(", "trigered(", "Did you mean `triggered`?"),
    (RULE, "expect: silent}", "expect: fires}", "is silent, expected fires"),
    (RULE, "action: license_copy\n", "action: licence_copy\n", "Did you mean `license_copy`?"),
    (RULE, "id: license-copy", "id: license-kopy", "The id is not the file's name"),
    (RULE, "effect: requires", "effect: flags", "of the ethics axis"),
    (RULE, "remedy:", "remdy:", "Unknown key `remdy`. Did you mean `remedy`?"),
    ("rules/ethics/evasion.yaml", "norms: [acm-2.8]", "norms: [acm-9.9]", "`acm-9.9` does not exist"),
    ("rules/ethics/evasion.yaml", "{release.name}", "{release.nme}", "Nothing is called `{release.nme}`"),
    ("rules/ethics/evasion.yaml", "release.conduct.did", "release.conduct.did and agreement()", "speaks of one license"),
    (RULE, "shipped('license_copy')", "shipped('licence_copy')", "Did you mean `license_copy`?"),
    ("rules/legal/limits/region-of-actor.yaml", "position('region-clause-in-policy')", "position('region-clause')", "Did you mean `region-clause-in-policy`?"),
    ("rules/ethics/evasion.yaml", '  - {name: "nobody says", facts: {conduct: {}}, expect: unknown}\n', "", "No example shows the rule unknown"),
    ("rules/vocabulary/terms.yaml", "    title: Owner of outputs\n", "    title: Owner of outputs\n", ""),
    ("rules/vocabulary/definitions.yaml", "hosted: overlap(", "hosted: hosted and overlap(", "uses itself"),
    ("rules/positions/commercial.yaml", "mainstream: any-business", "mainstream: whatever", "The mainstream profile answers whatever"),
    ("licenses/qwen.yaml", "beyond: permission, only_if", "beyond: permision, only_if", "Did you mean `permission`?"),
    ("licenses/qwen.yaml", "this-product: product", "that-product: product", "Readings for"),
    ("licenses/qwen.yaml", "modify:", "modfy:", "Did you mean `modify`?"),
    ("licenses/mit.yaml", "id: mit", "id: MIT", "The id is not the file's name"),
])
def test_a_planted_defect_is_found(copy: Path, file: str, old: str, new: str, what: str) -> None:
    edit(copy / file, old, new)
    problems = found(copy)
    if not what:
        assert problems == []
        return
    assert any(what in problem and problem.startswith(file + ":") for problem in problems), problems


def test_the_copy_itself_is_clean(copy: Path) -> None:
    assert found(copy) == []


def test_a_term_that_no_rule_reads(copy: Path) -> None:
    (copy / "rules/legal/duties/must-update.yaml").unlink()
    assert any("No rule reads `must_update`" in problem for problem in found(copy))


def test_rules_that_contradict(copy: Path) -> None:
    text = (copy / "rules/legal/limits/field-barred.yaml").read_text()
    (copy / "rules/legal/limits/field-granted.yaml").write_text(text.replace("id: field-barred", "id: field-granted").replace("effect: forbids", "effect: grants"))
    assert any("contradicts" in problem for problem in found(copy))


def test_an_exception_is_the_other_rule_and_not_it(copy: Path) -> None:
    path = copy / "rules/legal/duties/license-copy-not-inside.yaml"
    text = (copy / RULE).read_text().replace("id: license-copy", "id: license-copy-not-inside\noverrides: [license-copy]").replace("effect: requires", "effect: notes")
    path.write_text(text)
    rule = Library(copy, copy / "cache").book().rule_by_id["license-copy"]
    assert rule.trees["when"][0] == "and" and rule.trees["when"][-1][0] == "not"
    edit(copy / RULE, "effect: requires", "overrides: [license-copy-not-inside]\neffect: requires")
    assert any("circle" in problem for problem in found(copy))
    edit(copy / RULE, "overrides: [license-copy-not-inside]", "overrides: [nothing]")
    assert any("There is no rule `nothing`" in problem for problem in found(copy))
