"""Adding a license or a rule touches one file: it works everywhere, and the cache never hides it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from checker.app.check import check_text
from checker.app.explain import explain
from checker.app.formats import names, renderer
from checker.app.lint import lint
from checker.app.testing import run
from checker.errors import BadInput
from checker.load.book import Library
from checker.load.strict_yaml import load

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
        assert "Brand New License" in document, name
        # a log, annotations and a portfolio tell what fails, and a bill of materials what things are under; all others tell the duty
        assert "stamp" in document or name in ("github", "log", "portfolio", "spdx"), name
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


# ---- the schemas, and every name of a license --------------------------------------------------------------------------


def test_the_schemas_accept_them(root: Path) -> None:
    book = library(root)
    for path, schema in ((add_license(root), "license"), (add_rule(root), "rule")):
        value = load(path).value
        assert [error.message for error in Draft7Validator(book.schema(schema)).iter_errors(value)] == []
        assert [error.message for error in Draft7Validator(book.schema(schema)).iter_errors({**value, "surprise": 1})]


def test_a_new_license_answers_to_all_its_names(root: Path) -> None:
    path = add_license(root)
    before = set(library(root).names())
    path.write_text(path.read_text().replace("spdx: [MIT], huggingface: [mit]", "spdx: [Brand-New-9], huggingface: [brandy]").replace("scancode: [mit]", "scancode: []"))
    assert {"brand-new-9", "brandy"} <= set(library(root).names()) - before
    for name in ("brand-new-1.0", "BRAND-NEW-1.0", "Brand New License", "Brand-New-9", "brandy"):
        entry = check_text(SCENARIO.replace("Brand-New-1.0", name), "s.yaml", library(root), as_of="2026-01-01")
        assert [license["id"] for license in entry["licenses"]] == ["brand-new-1.0"], name
    together = check_text(SCENARIO.replace("Brand-New-1.0", '"MIT OR brandy"'), "s.yaml", library(root), as_of="2026-01-01")
    assert [one["choice"] for one in together["rejected"]] == [{"base": "mit"}]
    labelled = check_text(SCENARIO.replace("name: Tuned", "name: Tuned, license: brandy"), "s.yaml", library(root), as_of="2026-01-01")
    assert not any(finding["rule"] == "label-unclear" for finding in labelled["findings"])


def test_a_new_license_changes_nothing_for_the_others(root: Path) -> None:
    scenario = SCENARIO.replace("Brand-New-1.0", "MIT")
    before = check_text(scenario, "s.yaml", library(root), as_of="2026-01-01")
    path = add_license(root)
    path.write_text(path.read_text().replace("spdx: [MIT], huggingface: [mit]", "spdx: [], huggingface: []").replace("scancode: [mit]", "scancode: []"))
    assert check_text(scenario, "s.yaml", library(root), as_of="2026-01-01") == before


def test_a_new_rule_on_another_axis_shows_there_and_nowhere_else(root: Path) -> None:
    add_license(root)
    rule = RULE.replace("axis: legal", "axis: ethics").replace("effect: requires\naction: register\nobject: the stamp office", FLAG).replace("remedy: Buy a stamp.\n", "")
    (root / "rules" / "ethics" / "malta-stamp.yaml").write_text(rule)
    book = library(root)
    assert lint(book) == []
    entry = check_text(SCENARIO, "s.yaml", book, as_of="2026-01-01")
    assert [flag["flag"] for flag in entry["ethics"]] == ["malta-stamp"]
    assert not any("malta" in one["rule"] for one in [*entry["findings"], *entry["obligations"], *entry["regulation"]])
    assert "In Malta a stamp is due" in renderer("text")([entry])


FLAG = "effect: flags\nflag: malta-stamp\nabout: actor\nstrength: analogous\nnorms: [acm-1.3]\nanswers: Buy a stamp."
NO_TERM = ("subject: reach\nterm: license_copy", "subject: release"), ("bound and copies and contained and ", ""), ("{license.name} §{term.section}: ", "")
WRONG = {
    "an ethical rule with a legal effect": [("axis: legal", "axis: ethics"), ("requires\naction: register", "forbids\nflag: f\nstrength: direct\nnorms: [acm-1.3]\nanswers: a")],
    "a legal rule that flags": [("effect: requires\naction: register\nobject: the stamp office", FLAG)],
    "a duty without a word for it": [("action: register\n", "")],
    "a rule on law without a status": [("axis: legal", "axis: regulation"), ("requires\naction: register", "regulates")],
    "a ban on a release, which no verdict hears of": [*NO_TERM, ("requires\naction: register", "forbids")],
    "a duty of a release, which no list shows": [*NO_TERM],
    "a name that nothing has": [("{release.name}", "{release.nmae}")],
    "a list where one answer is": [("term: license_copy", "for_each: terms.use")],
}


@pytest.mark.parametrize("name", WRONG)
def test_a_rule_that_cannot_work_is_refused_when_it_is_read(root: Path, name: str) -> None:
    path, text = add_rule(root), RULE
    for old, new in WRONG[name]:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text)
    with pytest.raises(BadInput, match="malta-stamp.yaml:[0-9]+:[0-9]+: "):
        library(root).book()


# ---- the cache -------------------------------------------------------------------------------------------------------


def checked(root: Path, scenario: str = SCENARIO, cache: Path | None = None) -> dict[str, Any]:
    return check_text(scenario, "s.yaml", Library(root, cache or root / "cache"), as_of="2026-01-01")


def test_every_byte_of_every_file_counts_and_the_old_ones_bring_the_old_result_back(root: Path) -> None:
    add_license(root)
    add_rule(root)
    (root / "licenses" / "models" / "maker.yaml").write_text("publisher: Maker\nmodels: [{match: thing, license: mit}]\n")
    scenario = SCENARIO.replace("license: Brand-New-1.0}", "license: Brand-New-1.0}, {id: other, model: Maker/thing}").replace("from: [base]", "from: [base, other]")
    first = checked(root, scenario)
    for file, old, new, shown in (("licenses/brand-new-1.0.yaml", "paragraph 2", "paragraph 3", "paragraph 3"),
                                  ("rules/legal/duties/malta-stamp.yaml", "needs a stamp.", "needs a stamp!", "needs a stamp!"),
                                  ("rules/vocabulary/conditions.yaml", "title: research only", "title: research alone", None),
                                  ("rules/positions/derivative-finetune.yaml", "question: \"Is", "question: \"Was", None),
                                  ("licenses/models/maker.yaml", "license: mit", "license: brand-new-1.0", None)):
        path = root / file
        before = path.read_text()
        assert old in before, file
        path.write_text(before.replace(old, new))
        changed = checked(root, scenario)
        assert changed != first, file
        assert shown is None or shown in json.dumps(changed), file
        assert changed == checked(root, scenario, root / "another cache"), file
        path.write_text(before)
        assert checked(root, scenario) == first, file


@pytest.mark.parametrize("spoil", [lambda data: data[:len(data) // 2], lambda data: data[:-1], lambda data: data.replace(b"legal", b"lega1"), lambda data: b"\xff\xfe" + data,
                                   lambda data: b"[" * 100_000, lambda data: data + b" ", lambda data: b""])
def test_a_cache_that_was_cut_or_changed_is_not_believed(root: Path, spoil: Callable[[bytes], bytes]) -> None:
    add_license(root)
    add_rule(root)
    first = checked(root)
    files = list((root / "cache").iterdir())
    whole = {path: path.read_bytes() for path in files}
    for path in files:
        path.write_bytes(spoil(whole[path]))
    assert checked(root) == first
    assert all(path.read_bytes() == whole[path] for path in files if path.name.startswith(("book", "license")))


def test_a_folder_in_place_of_a_cached_file_does_no_harm(root: Path) -> None:
    add_license(root)
    first = checked(root)
    for path in list((root / "cache").iterdir()):
        path.unlink()
        path.mkdir()
    assert checked(root) == first


def test_a_folder_that_may_not_be_written_does_no_harm(root: Path) -> None:
    add_license(root)
    closed = root / "closed"
    closed.mkdir(mode=0o500)
    try:
        assert checked(root, cache=closed) == checked(root)
    finally:
        closed.chmod(0o700)


def test_two_roots_may_share_a_cache(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    add_license(root)
    other = tmp_path_factory.mktemp("other") / "root"
    shutil.copytree(root, other)
    license_file, shared = other / "licenses" / "brand-new-1.0.yaml", root / "shared"
    license_file.write_text(license_file.read_text().replace("paragraph 2", "paragraph 3"))
    add_rule(other)
    alone, other_alone = checked(root), checked(other)
    assert [checked(root, cache=shared), checked(other, cache=shared), checked(root, cache=shared)] == [alone, other_alone, alone]
    assert alone != other_alone


def test_a_copy_under_another_name_is_still_checked(root: Path) -> None:
    shutil.copy(root / "licenses" / "mit.yaml", root / "licenses" / "mitt.yaml")
    book = library(root).book()
    assert book.license("mit").id == "mit"
    with pytest.raises(BadInput, match="not the file's name"):
        book.license("mitt")


def test_beside_the_whole_book_the_seeds_come_out_as_before(tmp_path: Path) -> None:
    for folder in ("licenses", "rules", "seeds"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    add_license(tmp_path)
    # Some seeds do not say where they are offered, so the rule is told whom it means.
    path = add_rule(tmp_path)
    path.write_text(RULE.replace("bound and", "bound and license.id == 'brand-new-1.0' and"))
    book = library(tmp_path)
    seeds = sorted((tmp_path / "seeds").glob("*.yaml"))
    assert len(seeds) >= 16
    assert {path.stem: run(path, book, as_of="2026-01-01") for path in seeds} == {path.stem: [] for path in seeds}
    assert check_text(SCENARIO, "s.yaml", book, as_of="2026-01-01")["licenses"][0]["id"] == "brand-new-1.0"


def test_a_folder_that_may_not_even_be_entered_does_no_harm(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add_license(root)

    def refuse(*_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission denied")

    before = checked(root)
    for name in ("mkdir", "write_bytes", "unlink", "is_dir"):
        monkeypatch.setattr(Path, name, refuse)
    assert checked(root, cache=root / "closed") == before
