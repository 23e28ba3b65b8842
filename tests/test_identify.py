"""Texts are recognized by their exact wording; what is only alike is told with what differs, and never named."""

from __future__ import annotations

import html
import json
import os
import random
import re
import subprocess
import sys
import textwrap
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as some

from checker.app.identify import identify, of_text
from checker.app.texts import FILE, index
from checker.cli.main import licet
from checker.errors import BadInput
from checker.load.book import Library
from checker.load.texts import digest as recorded
from checker.load.wording import Wording

#: a text of our own, in the place of a license
OURS = """House License

Copyright (c) 2024 Somebody

1. You may look at the Work, and you may show it to up to 100 friends.

2. You may not sell the Work. Whoever shows it says where it comes from; this holds for copies too.

3. The Work comes as it is, without any promise. When it breaks, you keep both parts.
"""


def paragraphs(text: str) -> list[str]:
    return [one for one in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if one.strip()]


def in_html(text: str) -> str:
    return "<!doctype html><html><head><title>x</title></head><body>" + "".join(f"<p class='a'>{html.escape(one)}</p>\n" for one in paragraphs(text)) + "</body></html>"


SAME = {
    "as it is": lambda text: text,
    "wrapped": lambda text: "\n\n".join(textwrap.fill(" ".join(one.split()), 60, break_long_words=False) for one in paragraphs(text)),
    "on one line": lambda text: " ".join(text.split()),
    "Windows lines": lambda text: text.replace("\n", "\r\n"),
    "upper case": str.upper,
    "HTML": in_html,
    "Markdown": lambda text: "\n\n".join(f"> **{one.split()[0]}** {' '.join(one.split()[1:])}" for one in paragraphs(text)),
    "indented comment": lambda text: "\n".join(f" * {line}" for line in text.splitlines()),
}


@pytest.mark.parametrize("change", SAME.values(), ids=SAME)
def test_lines_case_and_mark_up_are_no_wording(change: Any) -> None:
    said = Wording(change(OURS))
    assert (said.digest, said.labels and [one[:2] for one in said.labels]) == (Wording(OURS).digest, [one[:2] for one in Wording(OURS).labels])
    assert Wording(OURS.replace('"', "“")).digest == said.digest


@pytest.mark.parametrize(("before", "after"), [("100", "700"), ("not sell", "sell"), ("friends", "enemies"), ("promise.", "promise. Commercial use is forbidden.")])
def test_a_word_or_number_is_wording(before: str, after: str) -> None:
    assert Wording(OURS.replace(before, after)).digest != Wording(OURS).digest


def test_numbers_are_kept_apart() -> None:
    assert Wording("section 1.1 and 2").digest != Wording("section 11 and 2").digest
    assert Wording("https://example.org/a-very-long-address").digest == Wording("https://example.org/a-very-\nlong-address").digest


@given(some.text(max_size=500))
def test_any_text_can_be_read(text: str) -> None:
    wording = Wording(text)
    clauses = wording.clauses
    assert [clause.start for clause in clauses[1:]] == [clause.end for clause in clauses[:-1]]
    assert (clauses[-1].end if clauses else 0) == wording.size
    assert all(1 <= wording.line(word) <= text.count("\n") + text.count("\r") + 1 for word in range(wording.size))
    assert wording.digest_of(0, wording.size) == wording.digest
    letters = [wording.letters_before(word) for word in range(wording.size + 1)]
    assert letters == sorted(set(letters)) and [wording.word_behind(one) for one in letters] == list(range(wording.size + 1))
    assert wording.word_behind(letters[-1] + 1) is None and len(wording.words) == wording.size


@given(some.text(max_size=200) | some.text(alphabet="a e\u0301\u00a0\u2026\ufb01\u00bd\u1100\u1161\u11a8\uff76\uff9e\u00ad\u3280\u00b4\u0344", max_size=20))
def test_characters_are_folded_as_if_the_text_were_folded_at_once(text: str) -> None:
    assert Wording(f"x{text}").text == Wording(f"x{text}\u1100\u4e00").text.removesuffix("\u1100\u4e00")


# ---- a book with one text of ours ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory, library: Library) -> Library:
    """A book whose fingerprints are of our own text alone."""
    root = tmp_path_factory.mktemp("root")
    for folder in ("rules", "licenses"):
        (root / folder).mkdir()
    for path in [*library.rule_files, "licenses/texts/recognition.yaml", *(f"licenses/names/{one}.yaml" for one in ("words", "families", "listed"))]:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(library.path(path).read_bytes())
    text = library.path("licenses/mit.yaml").read_text(encoding="utf-8")
    text = re.sub(r"sha256: \"\w+\"", f'sha256: "{recorded(OURS)}"', text).replace("id: mit", "id: house-1.0").replace("name: MIT License", "name: House License")
    text = re.sub(r"^identifiers:.*$", "identifiers: {spdx: [], huggingface: [], license_name: [], scancode: []}", text, flags=re.MULTILINE)
    (root / "licenses" / "house-1.0.yaml").write_text(text, encoding="utf-8")
    folder = tmp_path_factory.mktemp("texts")
    (folder / "house.txt").write_text(OURS, encoding="utf-8")
    made = Library(root, tmp_path_factory.mktemp("cache"))
    data, missing = index(folder, made)
    assert missing == []
    made.path(FILE).write_bytes(data)
    return made


@pytest.mark.parametrize("change", SAME.values(), ids=SAME)
def test_the_text_is_identified(change: Any, ours: Library) -> None:
    found = of_text(change(OURS), ours)
    assert (found["status"], found["id"], found["similarity"], found["differences"]) == ("identified", "house-1.0", 1.0, [])


def test_one_number_is_shown_with_its_place(ours: Library) -> None:
    found = of_text(OURS.replace("100", "700"), ours)
    assert (found["status"], found["id"], found["closest"]) == ("modified", None, "house-1.0")
    [difference] = found["differences"]
    assert (difference["kind"], difference["line"], difference["words"]) == ("changed", 5, "700") and "to up to 700 friends" in difference["text"]
    assert 0.5 < found["similarity"] < 1


LISTED = """<p>House License</p><p>Copyright (c) 2024 Somebody</p><ol>
<li>You may look at the Work, and you may show it to up to 100 friends.</li>
<li>You may not sell the Work. Whoever shows it says where it comes from; this holds for copies too.</li>
<li>The Work comes as it is, without any promise. When it breaks, you keep both parts.</li></ol>"""
AROUND = {"numbers made by mark-up": LISTED, "numbers that Markdown counts": re.sub(r"(?m)^\d\.", "1.", OURS), "another kind of number": re.sub(r"(?m)^(\d)\.", r"(\1)", OURS),
          "the title in front": f"# House License\n\n{OURS}", "a copyright line in front": f"Copyright 2025 X, Inc. and its affiliates. All rights reserved.\n\n{OURS}",
          "a copyright line behind": f"{OURS}\n(c) 2025 Jane Doe <jane@example.org>\n", "a page's head": f"---\ntitle: License\n---\n{OURS}",
          "escaped characters": re.sub(r"([.,;()])", r"\\\1", OURS), "soft hyphens": OURS.replace("friends", "fri\u00adends"), "a byte order mark": f"\ufeff{OURS}",
          "the sign": OURS.replace("(c)", "©"), "the sign alone": OURS.replace("Copyright (c)", "©")}


@pytest.mark.parametrize("text", AROUND.values(), ids=AROUND)
def test_labels_of_items_titles_and_copyright_lines_are_not_the_text(text: str, ours: Library) -> None:
    found = of_text(text, ours)
    assert (found["status"], found["id"], found["differences"]) == ("identified", "house-1.0", [])


MORE = {"another number": OURS.replace("2. You", "7. You"), "a sentence behind a name": f"Copyright 2025 X. Iran stays out.\n\n{OURS}", "a rule in front": f"Not for sale.\n\n{OURS}",
        "another title": f"MIT License\n\n{OURS}", "a last line": f"{OURS}Friends pay\n", "a page's head that rules": f"---\nuse: not commercial\n---\n{OURS}"}


@pytest.mark.parametrize("text", MORE.values(), ids=MORE)
def test_anything_more_makes_another_text(text: str, ours: Library) -> None:
    found = of_text(text, ours)
    assert (found["status"], found["closest"]) == ("modified", "house-1.0") and found["differences"]
    assert all(one["words"] and one["text"] and text.splitlines()[one["line"] - 1].strip() for one in found["differences"])


def test_a_text_inside_a_longer_one_is_pointed_at(ours: Library) -> None:
    found = of_text(f"# A project\n\nIt does things.\n\n## License\n\n{OURS}\n## Thanks\n\nTo all of you.\n", ours)
    assert (found["status"], found["contains"]) == ("modified", [{"id": "house-1.0", "lines": [7, 15]}])


def test_two_texts_in_one_file_are_two_answers(tmp_path: Path, ours: Library) -> None:
    (tmp_path / "LICENSE").write_text(f"{OURS}\n-----\n\n{OURS}", encoding="utf-8")
    found, _ = identify([tmp_path / "LICENSE"], ours)
    assert [(one["status"], one["id"], one["lines"]) for one in found] == [("identified", "house-1.0", [1, 9]), ("identified", "house-1.0", [13, 21])]
    assert of_text(f"{OURS}\n{OURS}", ours)["status"] == "modified"


def test_a_clause_that_is_missing_is_told(ours: Library) -> None:
    found = of_text(OURS.replace("Whoever shows it says where it comes from; this holds for copies too.", ""), ours)
    assert (found["status"], found["closest"]) == ("modified", "house-1.0")
    assert [(one["line"], one["missing_words"] > 10) for one in found["differences"]] == [(9, True)]


def test_a_sentence_that_was_added_is_shown(ours: Library) -> None:
    found = of_text(OURS.replace("3. The", "Commercial use of it is forbidden to everybody.\n\n3. The"), ours)
    assert (found["status"], found["closest"]) == ("modified", "house-1.0")
    assert any("Commercial use of it is forbidden" in one["text"] and one["line"] == 9 for one in found["differences"])


@pytest.mark.parametrize("text", ["", "x", "All rights reserved.", "本许可不适用。", "You may look at the sky. " * 200, "\0" * 10])
def test_another_text_is_unknown(text: str, ours: Library) -> None:
    found = of_text(text, ours)
    assert (found["status"], found["id"], found["closest"]) == ("unknown", None, None)


# ---- the book itself -------------------------------------------------------------------------------------------------

MIT_HEADS = ["", "MIT License\n\nCopyright (c) 2023 Jane Doe\n\n", "The MIT License (MIT)\n\nCopyright © 2015-2024 The Foo Authors <foo@example.org>\nCopyright (c) 2020 Bar, Inc.\n\n",
             "Copyright <YEAR> <COPYRIGHT HOLDER>\n\n"]


@pytest.fixture(scope="module")
def kept(library: Library) -> dict[str, str]:
    """License id -> text, where LICET_TEXTS names a folder; else empty."""
    folder = os.environ.get("LICET_TEXTS")
    by_digest = {} if not folder else {recorded(one): one for one in (path.read_text(encoding="utf-8", errors="replace") for path in Path(folder).iterdir())}
    return {license_id: by_digest[head["text"]["sha256"]] for license_id, head in library.heads().items() if head["text"]["sha256"] in by_digest}


def test_every_text_has_fingerprints(library: Library) -> None:
    assert library.fingerprints().data["texts"] == {license_id: head["text"]["sha256"] for license_id, head in library.heads().items()}
    assert library.path(FILE).stat().st_size < 3_000_000


def test_the_fingerprints_are_those_of_the_texts(library: Library, kept: dict[str, str]) -> None:
    if kept:
        assert index(Path(os.environ["LICET_TEXTS"]), library) == (library.path(FILE).read_bytes(), [])


def test_no_text_can_be_read_from_them(library: Library) -> None:
    data = library.path(FILE).read_bytes()
    line = json.loads(data.partition(b"\n")[0])
    assert all(len(opening.split()) <= 5 for opening in line["template"]["openings"])
    assert b"merchantability" not in data.lower() and b"warranties" not in data.partition(b"\n")[2]


@pytest.mark.parametrize("change", SAME.values(), ids=SAME)
def test_all_originals_are_right(change: Any, library: Library, kept: dict[str, str]) -> None:
    found = {license_id: of_text(change(text), library) for license_id, text in kept.items()}
    assert [one for one, answer in found.items() if one not in (answer["id"], *answer.get("same_text", ()))] == []


@pytest.mark.parametrize("head", MIT_HEADS)
def test_year_and_holder_are_filled_in(head: str, library: Library, kept: dict[str, str]) -> None:
    for license_id in ("mit", "isc", "bsd-2-clause", "bsd-3-clause", "zlib") if kept else ():
        named = head.replace("MIT License", library.book().license(license_id).name).replace("(MIT)", "")
        for text in (named + kept[license_id], " ".join((named + kept[license_id]).split())):
            assert of_text(text, library)["id"] == license_id


@pytest.mark.parametrize("holder", ["2024 Foo Bar, Inc.", "(c) 2019-2024 The Foo Authors"])
def test_the_notice_of_an_appendix_is_filled_in(holder: str, library: Library, kept: dict[str, str]) -> None:
    for license_id in ("apache-2.0", "ecl-2.0") if kept else ():
        filled = kept[license_id].replace("[yyyy] [name of copyright owner]", holder)
        assert filled != kept[license_id] and of_text(filled, library)["id"] == license_id
        assert of_text(filled.replace(holder, "2024 Foo, not for commercial use"), library)["status"] == "modified"
        renumbered = re.sub(r"(?m)^(\s*)3\.", r"\g<1>2.", kept[license_id], count=1)
        assert renumbered != kept[license_id] and of_text(renumbered, library)["status"] == "modified"


@pytest.mark.parametrize("head", ["Not for military use.\n\n", "Modified MIT License\n\nCopyright (c) 2024 X\n\n", "Llama 3.1 Community License Agreement\n\nCopyright (c) 2024 X\n\n",
                                  "MIT License, except for commercial use\n\n"])
def test_a_head_that_says_more_is_no_head(head: str, library: Library, kept: dict[str, str]) -> None:
    if kept:
        found = of_text(head + kept["mit"], library)
        assert (found["status"], found["id"]) == ("modified", None)


@pytest.mark.parametrize("head", MIT_HEADS)
def test_a_changed_template_is_told_without_its_head(head: str, library: Library, kept: dict[str, str]) -> None:
    if kept:
        found = of_text(head + kept["mit"].replace("the rights", "the non-commercial rights", 1), library)
        assert (found["status"], found["closest"], [one["words"] for one in found["differences"]]) == ("modified", "mit", ["non commercial"])


ADDED = "You may not use the Materials or their outputs to improve any other model, unless we allow it in writing beforehand."


def edited(text: str, choose: random.Random) -> dict[str, str]:
    """The text with one thing changed each."""
    parts = paragraphs(text)
    found = {"added": "\n\n".join([*parts[: len(parts) // 2], ADDED, *parts[len(parts) // 2:]]), "appended": f"{text}\nCommercial use is forbidden.",
             "inserted": re.sub(r"(\w{4,}) (\w{4,})", r"\1 not \2", text, count=1)}
    numbers = list(re.finditer(r"(?<![\w.])\d{1,4}(?![\w.]*\w)", text))
    if numbers:
        number = choose.choice(numbers)
        found["number"] = f"{text[: number.start()]}{int(number[0]) + 600}{text[number.end():]}"
    long = [place for place, one in enumerate(parts) if 0 < place < len(parts) - 1 and len(one.split()) > 12]
    if long:
        gone = choose.choice(long)
        found["deleted"] = "\n\n".join(parts[:gone] + parts[gone + 1:])
    return found


def test_an_edited_text_is_never_identified_and_its_original_is_named_as_closest(library: Library, kept: dict[str, str]) -> None:
    choose = random.Random(7)
    wrong = []
    for license_id, text in kept.items():
        for kind, changed in edited(text, choose).items():
            found = of_text(changed, library)
            twin = library.fingerprints().whole(Wording(text))
            if found["status"] == "identified" and license_id == "bsd-3-clause" and found["id"] == "bsd-2-clause":
                continue                                       # without its third clause the one is the other, word for word
            if found["status"] != "modified" or found["closest"] not in [one.id for one in twin] or not found["differences"]:
                wrong.append((license_id, kind, found["status"], found["closest"], found["similarity"]))
    assert wrong == []


def test_likeness_is_not_identification(library: Library, kept: dict[str, str]) -> None:
    """Texts of one family differ by a few words, and each is itself."""
    for license_id in ("qwen", "qwen-research", "kimi-k2-modified-mit", "mit", "gemma-2024-02-21", "gemma-2024-04-01", "openmdw-1.0", "openmdw-1.1") if kept else ():
        assert of_text(kept[license_id], library)["id"] == license_id


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    """The wheel with the texts of ScanCode's data: the one that LICET_SCANCODE names, else fresh from PyPI."""
    if not os.environ.get("LICET_SCANCODE"):
        subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", tmp_path, "scancode-toolkit-mini>=32,<33"], check=True)
    return Path(os.environ.get("LICET_SCANCODE") or next(tmp_path.glob("*.whl")))


@pytest.mark.slow
def test_no_other_text_of_a_large_collection_is_taken_for_ours(library: Library, collection: Path) -> None:
    heads = library.heads()
    ours = {key: license_id for license_id, head in heads.items() for key in head["identifiers"].get("scancode", ())}
    named: dict[str, str] = {}
    with zipfile.ZipFile(collection) as wheel:
        for name in wheel.namelist():
            key = name.rpartition("/")[2].removesuffix(".LICENSE")
            if name.startswith("licensedcode/data/licenses/") and name.endswith(".LICENSE"):
                text = re.sub(r"\A---\n.*?\n---\n", "", wheel.read(name).decode("utf-8", "replace"), flags=re.DOTALL)
                found = of_text(text, library)
                if found["status"] == "identified" and found["id"] != ours.get(key):
                    named[key] = found["id"]
    assert {key: license_id for key, license_id in named.items() if heads[license_id]["licensor"] != "any"} == {}
    assert named == {"bsd-2-clause-netbsd": "bsd-2-clause"}     # the same template, filled in


# ---- files -----------------------------------------------------------------------------------------------------------


def test_every_file_that_is_no_text_is_named(tmp_path: Path, library: Library) -> None:
    (tmp_path / "a.bin").write_bytes(b"\x7fELF\0\0")
    (tmp_path / "b.txt").write_bytes(b"x" * 2_000_001)
    (tmp_path / "c.txt").write_text("nothing", encoding="utf-8")
    found, problems = identify([tmp_path / "a.bin", tmp_path / "b.txt", tmp_path / "c.txt", tmp_path / "none", tmp_path], library)
    assert len(problems) == 4 and [one["status"] for one in found] == ["unknown"]


def test_a_file_that_cannot_be_read_does_not_hide_the_answers_on_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("nothing", encoding="utf-8")
    done = CliRunner().invoke(licet, ["license", "identify", str(tmp_path / "none"), str(tmp_path / "a.txt"), "--format", "json"])
    assert isinstance(done.exception, BadInput) and [one["status"] for one in json.loads(done.stdout)] == ["unknown"]


def test_standard_input_is_a_file_too() -> None:
    done = CliRunner().invoke(licet, ["license", "identify", "-", "--format", "json"], input="nothing that anybody knows")
    assert [(one["file"], one["status"]) for one in json.loads(done.stdout)] == [("standard input", "unknown")]
    bad = CliRunner().invoke(licet, ["license", "identify", "-"], input=b"\0")
    assert isinstance(bad.exception, BadInput) and [str(one) for one in bad.exception.problems][0].startswith("standard input:1:1: It is not text.")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_other_encodings_are_read(encoding: str, tmp_path: Path, ours: Library) -> None:
    (tmp_path / "LICENSE").write_text(OURS, encoding=encoding)
    assert identify([tmp_path / "LICENSE"], ours)[0][0]["id"] == "house-1.0"


def test_a_scan_knows_the_license_text_of_a_repository(tmp_path: Path, library: Library, kept: dict[str, str]) -> None:
    from checker.app.scan import identifier

    if kept:
        known = identifier(library)
        assert known(MIT_HEADS[1] + kept["mit"]) == "mit" and known(kept["mit"].upper()) == "mit"
        assert known(kept["llama-3.1"]) == "llama-3.1" and known(kept["llama-3.1"].replace("700", "100")) != "llama-3.1"


HOSTILE = {"scripts that never end": "<p><script>" * 60_000, "addresses in a row": "http://1" * 80_000, "tags that never end": "<p " * 200_000, "links": "[a](" * 150_000,
           "one clause again and again": "You may not sell the Work. " * 30_000, "the text and much more": OURS + "This is another sentence of four words.\n" * 20_000,
           "entities": "&amp;" * 150_000, "one word": "x" * 700_000}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_takes_no_longer_than_a_plain_one(text: str, ours: Library) -> None:
    started = time.process_time()
    of_text("an ordinary sentence of seven words here\n" * 18_000, ours)
    plain_one = time.process_time() - started
    started = time.process_time()
    of_text(text, ours)
    assert time.process_time() - started < 30 * plain_one + 0.5
