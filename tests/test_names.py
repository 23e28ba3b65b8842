"""Names: any spelling of a label to an id, to several, or to nothing; never to another license."""

from __future__ import annotations

from typing import Any

import pytest
from effort import effort
from hypothesis import given
from hypothesis import strategies as some

from checker.app.check import check_text
from checker.load.book import Library
from checker.load.names import ALTERED, AMBIGUOUS, LICENSE, LISTED, SILENT, UNKNOWN, Names, address
from checker.load.sources import Sources
from checker.load.strict_yaml import load

#: every identifier that the hub accepts
HUB_TAGS = [
    "apache-2.0", "mit", "openrail", "bigscience-openrail-m", "creativeml-openrail-m", "bigscience-bloom-rail-1.0", "bigcode-openrail-m", "afl-3.0",
    "artistic-2.0", "bsl-1.0", "bsd", "bsd-2-clause", "bsd-3-clause", "bsd-3-clause-clear", "c-uda", "cc", "cc0-1.0", "cc-by-2.0", "cc-by-2.5",
    "cc-by-3.0", "cc-by-4.0", "cc-by-sa-3.0", "cc-by-sa-4.0", "cc-by-nc-2.0", "cc-by-nc-3.0", "cc-by-nc-4.0", "cc-by-nd-4.0", "cc-by-nc-nd-3.0",
    "cc-by-nc-nd-4.0", "cc-by-nc-sa-2.0", "cc-by-nc-sa-3.0", "cc-by-nc-sa-4.0", "cdla-sharing-1.0", "cdla-permissive-1.0", "cdla-permissive-2.0",
    "wtfpl", "ecl-2.0", "epl-1.0", "epl-2.0", "etalab-2.0", "eupl-1.1", "eupl-1.2", "agpl-3.0", "gfdl", "gpl", "gpl-2.0", "gpl-3.0", "lgpl",
    "lgpl-2.1", "lgpl-3.0", "isc", "h-research", "intel-research", "lppl-1.3c", "ms-pl", "apple-ascl", "apple-amlr", "mpl-2.0", "odc-by", "odbl",
    "openmdw-1.0", "openmdw-1.1", "openrail++", "osl-3.0", "postgresql", "ofl-1.1", "ncsa", "unlicense", "zlib", "pddl", "lgpl-lr",
    "deepfloyd-if-license", "fair-noncommercial-research-license", "llama2", "llama3", "llama3.1", "llama3.2", "llama3.3", "llama4",
    "grok2-community", "gemma", "unknown", "other"]
#: tags that the hub itself calls a family, or that several texts share
FAMILIES = {"openrail", "bsd", "cc", "gfdl", "gpl", "lgpl", "openrail++", "gemma"}

SAME = [
    ("apache-2.0", ["Apache-2.0", "apache 2.0", "Apache 2", "apache2", "Apache License, Version 2.0", "the Apache 2.0 license", "apache-license-2.0", "APACHE LICENSE 2.0",
                    "Apache License 2.0 (Apache-2.0)", "LicenseRef-scancode-apache-2.0", "http://www.apache.org/licenses/LICENSE-2.0.txt",
                    "https://apache.org/licenses/LICENSE-2.0.html", "https://opensource.org/license/apache-2-0", "https://spdx.org/licenses/Apache-2.0.html",
                    "https://opensource.org/licenses/Apache-2.0", "Apache Software License v2.0"]),
    ("mit", ["MIT", "the MIT license", "MIT License (MIT)", "**MIT**", "*MIT*", "Expat", "mit-license", "https://opensource.org/licenses/MIT", "http://opensource.org/licenses/mit-license.php",
             "https://choosealicense.com/licenses/mit/", "mit licence", "SPDX-License-Identifier: MIT"]),
    ("gpl-3.0", ["GPLv3", "GPL-3.0-only", "GPL-3.0-or-later", "gpl 3", "GNU GPL v3", "GNU General Public License v3.0", "GPLv3+", "https://www.gnu.org/licenses/gpl-3.0.en.html",
                 "GNU General Public License, version 3 or later"]),
    ("gpl-2.0", ["GPLv2", "GPL-2.0", "https://www.gnu.org/licenses/old-licenses/gpl-2.0.txt"]),
    ("lgpl-3.0", ["LGPLv3", "GNU Lesser General Public License v3.0"]),
    ("agpl-3.0", ["AGPLv3", "GNU Affero General Public License v3"]),
    ("bsd-3-clause", ["BSD-3-Clause", "BSD 3-Clause", "3-clause BSD", 'BSD 3-Clause "New" or "Revised" License', "New BSD License", "Modified BSD License", "bsd-3"]),
    ("bsd-2-clause", ["BSD-2-Clause", 'BSD 2-clause "Simplified" license', "Simplified BSD"]),
    ("cc-by-nc-4.0", ["CC-BY-NC-4.0", "cc by-nc 4.0", "CC BY NC 4.0 International", "Creative Commons Attribution-NonCommercial 4.0 International",
                      "Attribution-NonCommercial 4.0 International", "https://creativecommons.org/licenses/by-nc/4.0/",
                      "http://creativecommons.org/licenses/by-nc/4.0/legalcode.txt", "https://creativecommons.org/licenses/by-nc/4.0/deed.de",
                      "Creative Commons Attribution Non Commercial 4.0"]),
    ("cc-by-4.0", ["CC-BY-4.0", "Creative Commons Attribution 4.0", "CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/legalcode"]),
    ("cc0-1.0", ["CC0", "CC0 1.0 Universal", "Creative Commons Zero v1.0 Universal", "https://creativecommons.org/publicdomain/zero/1.0/"]),
    ("odbl-1.0", ["odbl", "ODbL-1.0", "Open Database License 1.0"]),
    ("mpl-2.0", ["MPL 2.0", "Mozilla Public License 2.0", "https://www.mozilla.org/MPL/2.0/"]),
    ("llama-2", ["llama2", "Llama 2 Community License", "LLAMA 2 COMMUNITY LICENSE AGREEMENT", "https://github.com/meta-llama/llama-models/blob/master/models/llama2/LICENSE"]),
    ("llama-3", ["llama3", "Meta Llama 3 Community License Agreement", "Llama 3 Community License"]),
    ("llama-3.1", ["llama3.1", "Llama3_1", "Llama 3.1 Community License", "llama-3.1-community-license", "Meta Llama 3.1 Community License Agreement", "the Llama 3.1 license",
                   "https://raw.githubusercontent.com/meta-llama/llama-models/refs/heads/main/models/llama3_1/LICENSE"]),
    ("qwen", ["qwen", "Qwen LICENSE AGREEMENT", "Qwen License"]),
    ("qwen-research", ["qwen-research", "Qwen Research License"]),
    ("tongyi-qianwen", ["Tongyi Qianwen LICENSE AGREEMENT", "https://github.com/QwenLM/Qwen/raw/main/Tongyi%20Qianwen%20LICENSE%20AGREEMENT"]),
    ("creativeml-openrail-m", ["creativeml-openrail-m", "CreativeML Open RAIL-M", "creativeml-open-rail-m"]),
    ("openmdw-1.1", ["openmdw-1.1", "Open Model, Data & Weights License Agreement v1.1"]),
    ("kimi-k2-modified-mit", ["moonshot-ai-modified-mit-2025", "Modified MIT License (Kimi K2)"]),
    ("fair", ["Fair", "Fair License"]), ("mulanpsl-2.0", ["MulanPSL-2.0", "Mulan PSL v2", "木兰宽松许可证，第2版", "木兰宽松许可证 第2版"]), ("etalab-2.0", ["etalab-2.0", "Licence Ouverte 2.0"]),
    ("eupl-1.1", ["EUPL-1.1", "EUPL v1.1"]), ("cc-by-3.0", ["CC-BY-3.0", "CC BY 3.0 Unported"]), ("ipl-1.0", ["IPL-1.0"]),
]
SEVERAL = [
    ("gemma", {"gemma-2024-02-21", "gemma-2024-04-01", "gemma-2025-03-24", "gemma-2026-04-01"}), ("Gemma Terms of Use", {"gemma-2025-03-24"}),
    ("https://ai.google.dev/gemma/terms/", {"gemma-2026-04-01"}), ("openrail++", {"creativeml-openrail-pp-m", "creativeml-openrail-pp-m-sdxl"}),
    ("llama", {"llama-2", "llama-3.1", "llama-4"}), ("FLUX.1 [dev] Non-Commercial License", {"flux-1-dev-nc-1.0", "flux-1-dev-nc-1.1.1"}), ("BSD", {"bsd-2-clause", "bsd-3-clause"}), ("GPL", {"gpl-2.0", "gpl-3.0"}), ("Apache", {"apache-2.0"}),
    ("Llama license", {"llama-2", "llama-4"}), ("Meta Llama License", {"llama-2", "llama-4"}),
    ("modified-mit", {"kimi-k2-modified-mit", "mistral-modified-mit-20m"}), ("CC BY-SA", {"cc-by-sa-3.0", "cc-by-sa-4.0"}), ("exaone", {"exaone-1.1-nc", "exaone-1.2-nc"}),
]
NOT_IT = ["Apache-2.0 plus a condition", "MIT*", "MIT?", "~MIT", "Apache-2.0 **", "modified MIT", "Modified MIT License", "MIT-style", "MIT-like license", "llama3.1-ish", "apache-2.0-with-naming-clause", "MIT AND",
          "whizreviewer-llama-3.1-license", "cc-by-4.0-asserted-by-medmnist", "GPL-3.0 with extras", "custom MIT", "MIT (modified)", "MIT but not for war", "CC BY 4.0 except data"]
NOTHING = ["house license", "fair use", "m", "https://example.com/LICENSE", "https://creativecommons.org/licenses/by/3.0/us/", "nonsense-9.9", "cc-by-3.0-igo-x" * 40]


@pytest.fixture(scope="module")
def names(library: Library) -> Names:
    return library.names()


@pytest.mark.parametrize(("license_id", "labels"), SAME, ids=[one for one, _ in SAME])
def test_one_license_has_many_spellings(license_id: str, labels: list[str], names: Names) -> None:
    assert {label: names.ids(label) for label in labels} == {label: [license_id] for label in labels}


@pytest.mark.parametrize(("label", "some_of"), SEVERAL)
def test_a_shared_name_is_told_as_shared(label: str, some_of: set[str], names: Names) -> None:
    found = names.meaning(label)
    assert found.kind == AMBIGUOUS and len(found.ids) > 1 and some_of <= set(found.ids)


@pytest.mark.parametrize("label", NOT_IT)
def test_a_name_with_words_added_is_not_that_license(label: str, names: Names) -> None:
    assert names.meaning(label) == (ALTERED, ())


@pytest.mark.parametrize("label", NOTHING)
def test_what_names_nothing_means_nothing(label: str, names: Names) -> None:
    assert names.meaning(label) in ((UNKNOWN, ()), (ALTERED, ())) and names.ids(label) == []


@pytest.mark.parametrize("tag", HUB_TAGS)
def test_every_tag_of_the_hub_is_known(tag: str, names: Names, library: Library) -> None:
    found = names.meaning(tag)
    if tag in ("unknown", "other"):
        assert found == (SILENT, ())
    elif tag in FAMILIES:
        assert found.kind == AMBIGUOUS
    else:
        assert found.kind in (LICENSE, LISTED) and len(found.ids) == 1
        assert (found.ids[0] in library.license_files) == (found.kind == LICENSE)
    assert len(set(HUB_TAGS)) == 83


def test_an_id_is_always_itself(names: Names, library: Library) -> None:
    for license_id in [*library.license_files, *names.listed]:
        assert names.ids(license_id) == names.ids(license_id.upper()) == names.ids(f" {license_id} ") == [license_id]


def test_every_identifier_of_a_file_leads_to_it(names: Names, library: Library) -> None:
    for license_id in library.license_files:
        head = library.book().license(license_id).head
        wanted = [head["name"], *(name for group in head["identifiers"].values() for name in group)]
        assert [name for name in wanted if license_id not in names.ids(name)] == []


def test_families_name_what_is_known(names: Names, library: Library) -> None:
    families = load(library.path("licenses/names/families.yaml")).value["families"]
    known = {*library.license_files, *names.listed}
    assert [one for family in families for one in family["licenses"] if one not in known] == []


LABELS = some.sampled_from([label for _, labels in SAME for label in labels if "/" not in label])


@given(LABELS, some.sampled_from([str.upper, str.lower, str.title, lambda text: text.replace(" ", "  "), lambda text: f"\t{text}\n", lambda text: text.replace("-", "‐")]))
def test_case_and_space_do_not_matter(library: Library, label: str, change: Any) -> None:
    assert library.names().ids(change(label)) == library.names().ids(label)


@given(LABELS, some.sampled_from(["plus a condition", "modified", "-ish", "for friends only", "with a rider", "non-military"]), some.booleans())
def test_no_word_is_swallowed(library: Library, label: str, more: str, before: bool) -> None:
    assert library.names().ids(f"{more} {label}" if before else f"{label} {more}") == []


@given(some.text(max_size=400))
def test_any_text_has_an_answer(library: Library, text: str) -> None:
    found = library.names().meaning(text)
    assert (len(found.ids) == 1) == (found.kind in (LICENSE, LISTED)) and (len(found.ids) > 1) == (found.kind == AMBIGUOUS)


@pytest.mark.parametrize(("text", "place"), [
    ("HTTPS://WWW.Example.org/License.TXT", "example.org/license"), ("http://github.com/a/b/raw/master/LICENSE", "github.com/a/b/blob/main/license"),
    ("https://raw.githubusercontent.com/a/b/main/LICENSE", "github.com/a/b/blob/main/license"), ("https://hf.co/a/b/resolve/main/LICENSE", "huggingface.co/a/b/blob/main/license"),
    ("www.example.org/a/?x=1#y", "example.org/a"), ("not an address", None),
])
def test_addresses_are_told_apart_by_what_matters(text: str, place: str | None) -> None:
    assert address(text) == place


def test_the_license_file_of_a_known_model_is_its_license(library: Library) -> None:
    assert Sources(library).resolve("https://huggingface.co/Qwen/Qwen2.5-3B/blob/main/LICENSE") == ["qwen-research"]
    assert Sources(library).resolve("https://huggingface.co/nobody/nothing/blob/main/LICENSE") == []
    assert Sources(library).resolve("https://huggingface.co/Qwen/Qwen2.5-3B/blob/main/README.md") == []


def test_repeated_labels_cost_next_to_nothing(names: Names) -> None:
    labels = [f"Apache License {number}.{number % 7}" for number in range(1_000)]
    first = [names.meaning(label) for label in labels]
    again, calls = effort(lambda: [names.meaning(label) for label in labels])
    assert again == first and calls < 5 * len(labels)


# ---- in a scenario ---------------------------------------------------------------------------------------------------

SCENARIO = """
actor: {name: Somebody, kind: company, home: US}
inputs: [{id: base, license: LICENSE, declared: DECLARED}]
steps: [{id: made, action: fine_tune, from: [base]}]
releases: [{of: made, form: weights_public, license: mit}]
"""


def check(library: Library, license: str, declared: str = "mit", as_of: str = "2025-12-10") -> dict[str, Any]:
    return check_text(SCENARIO.replace("LICENSE", license).replace("DECLARED", declared), "s.yaml", library, as_of=as_of)


@pytest.mark.parametrize("license", ["other", "EUPL-1.1", "cc-by-3.0", "IPL-1.0", "proprietary"])
def test_what_nobody_read_is_not_covered(license: str, library: Library) -> None:
    entry = check(library, license)
    assert entry["verdict"] == "not_enough_facts"
    assert any("not" in line and "read" in line for line in entry["not_covered"])


def test_a_listed_license_has_its_name(library: Library) -> None:
    assert check(library, "EUPL-1.1")["licenses"][0]["name"] == "European Union Public License 1.1"


def test_explaining_a_listed_license_says_that_it_was_not_read(library: Library) -> None:
    from checker.app.explain import explain

    page = explain("EUPL-1.1", library)
    assert page and len(page) == 2 and "European Union Public License 1.1" in page[0] and "not been read" in page[1]


def test_an_expression_may_be_in_plain_words(library: Library) -> None:
    entry = check(library, "Apache License 2.0 OR the MIT license")
    assert {entry["licenses"][0]["id"], *(one["choice"]["base"] for one in entry["rejected"])} == {"apache-2.0", "mit"}


@pytest.mark.parametrize("declared", ["EUPL-1.1", "cc-by-3.0", "h-research"])
def test_a_label_that_nobody_read_is_not_judged(declared: str, library: Library) -> None:
    found = {one["rule"] for one in check(library, "llama-3.1", declared)["findings"] if declared in one["message"]}
    assert not found & {"label-says-less", "label-says-more", "share-alike-label"}


@pytest.mark.parametrize(("as_of", "license_id"), [("2024-03-01", "gemma-2024-02-21"), ("2024-12-01", "gemma-2024-04-01"), ("2025-12-10", "gemma-2025-03-24"), ("2026-05-01", "gemma-2026-04-01")])
@pytest.mark.parametrize("name", ["gemma", "Gemma Terms of Use", "https://ai.google.dev/gemma/terms"])
def test_the_text_in_force_is_chosen_and_said(name: str, as_of: str, license_id: str, library: Library) -> None:
    entry = check(library, name, as_of=as_of)
    assert entry["licenses"][0]["id"] == license_id
    assert any(license_id in line and as_of in line for line in entry["assumptions"])


@pytest.mark.parametrize("name", ["exaone", "openrail++", "flux-1-dev-non-commercial-license", "llama"])
def test_texts_that_do_not_replace_each_other_are_not_chosen_by_date(name: str, library: Library) -> None:
    sources = Sources(library)
    assert len(sources.resolve(name)) > 1 and sources.in_force(name, "2026-06-01") is None


@pytest.mark.parametrize(("label", "named"), [
    ("Apache-2.0 and MIT", {("apache-2.0", "mit")}),
    ("MIT License; additional information: Llama 3.1 Community License", {("mit", "llama-3.1")}),
    ("nvidia-open-model-2024-06-14 + Llama 3.1 as additional information", {("nvidia-open-model-2024-06-14", "llama-3.1")}),
    ("Apache-2.0, no commercial use", set()), ("Apache-2.0 and a promise", set()), ("Apache-2.0 plus MIT-like terms", set()), ("and", set()), ("+ + ; ,", set()),
])
def test_a_label_names_what_it_joins_only_if_nothing_is_left_over(label: str, named: set[tuple[str, ...]], library: Library) -> None:
    said = Sources(library).label(label)
    assert set(said["licenses"]) == named
    assert not (named and said["altered"])
