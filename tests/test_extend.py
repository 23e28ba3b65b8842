"""Adding a license or a rule touches one file: it works everywhere, and the cache never hides it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from checker.app.check import check_text
from checker.app.explain import explain
from checker.app.formats import names, renderer
from checker.app.lint import lint
from checker.load.book import Library

ROOT = Path(__file__).parent.parent
SCENARIO = """title: t
as_of: "2026-01-01"
actor: {home: US}
agreements: []
inputs: [{id: base, license: Brand-New-1.0}]
steps: [{id: tuned, action: fine_tune, from: [base]}]
releases: [{of: tuned, form: weights_public, name: Tuned, commercial: true, regions: [MT], conduct: {ships: []}}]
"""
RULE = """id: malta-stamp
axis: legal
subject: reach
term: license_copy
title: In Malta a stamp is due
when: bound and copies and contained and overlap(release.regions, ['MT'])
effect: requires
action: register
object: the stamp office
message: "{license.name} §{term.section}: {release.name} needs a stamp."
remedy: Buy a stamp.
why: To see a rule work.
examples:
  - {name: "in Malta", facts: {form: weights_public, release: {regions: [MT]}}, expect: fires}
  - {name: "elsewhere", facts: {form: weights_public, release: {regions: [US]}}, expect: silent}
  - {name: "nobody says where", facts: {form: weights_public}, expect: unknown}
  - {name: "only hosted", facts: {release: {regions: [MT]}}, expect: silent}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "rules", tmp_path / "rules")
    (tmp_path / "licenses" / "models").mkdir(parents=True)
    shutil.copy(ROOT / "licenses" / "mit.yaml", tmp_path / "licenses")
    return tmp_path


def library(root: Path) -> Library:
    return Library(root, root / "cache")


def add_license(root: Path) -> Path:
    path = root / "licenses" / "brand-new-1.0.yaml"
    text = (root / "licenses" / "mit.yaml").read_text()
    path.write_text(text.replace("id: mit\n", "id: brand-new-1.0\n", 1).replace("name: MIT License", "name: Brand New License", 1))
    return path


def add_rule(root: Path) -> Path:
    path = root / "rules" / "legal" / "duties" / "malta-stamp.yaml"
    path.write_text(RULE)
    return path


def test_one_license_file_and_one_rule_file_work_everywhere(root: Path) -> None:
    add_license(root)
    add_rule(root)
    book = library(root)
    assert lint(book) == []
    entry = check_text(SCENARIO, "s.yaml", book, as_of="2026-01-01")
    assert [license["id"] for license in entry["licenses"]] == ["brand-new-1.0"]
    assert any(finding["rule"] == "malta-stamp" for finding in entry["findings"])
    assert any(duty["rule"] == "malta-stamp" and duty["status"] == "not_assessed" for duty in entry["obligations"])
    for name in names():
        document = renderer(name)([entry])
        assert "Brand New License" in document and "stamp" in document, name
    assert explain("malta-stamp", book) and explain("brand-new-1.0", book)


def test_without_the_license_file_nothing_is_guessed(root: Path) -> None:
    entry = check_text(SCENARIO.replace("Brand-New-1.0", "LicenseRef-Brand-New-1.0"), "s.yaml", library(root), as_of="2026-01-01")
    assert entry["verdict"] == "not_enough_facts"


def test_the_cache_is_always_right(root: Path) -> None:
    license_file, rule_file = add_license(root), add_rule(root)
    first = check_text(SCENARIO, "s.yaml", library(root), as_of="2026-01-01")
    again = check_text(SCENARIO, "s.yaml", library(root), as_of="2026-01-01")
    assert first == again
    license_file.write_text(license_file.read_text().replace("name: Brand New License", "name: Brand Old License"))
    rule_file.write_text(rule_file.read_text().replace("['MT']", "['US']"))
    changed = check_text(SCENARIO, "s.yaml", library(root), as_of="2026-01-01")
    assert changed["licenses"][0]["name"] == "Brand Old License"
    assert not any(finding["rule"] == "malta-stamp" for finding in changed["findings"])
    assert changed["tool"]["rules_digest"] != first["tool"]["rules_digest"] and changed["tool"]["licenses_digest"] != first["tool"]["licenses_digest"]


@pytest.mark.parametrize("junk", ["", "{", "null", "[]", '{"vocabulary": 1}'])
def test_a_spoiled_cache_does_no_harm(root: Path, junk: str) -> None:
    add_license(root)
    first = check_text(SCENARIO, "s.yaml", library(root), as_of="2026-01-01")
    for path in (root / "cache").iterdir():
        path.write_text(junk)
    assert check_text(SCENARIO, "s.yaml", library(root), as_of="2026-01-01") == first


def test_a_cache_that_cannot_be_written_does_no_harm(root: Path) -> None:
    add_license(root)
    (root / "file").write_text("")
    book = Library(root, root / "file" / "below-a-file")
    assert check_text(SCENARIO, "s.yaml", book, as_of="2026-01-01")["licenses"][0]["id"] == "brand-new-1.0"
