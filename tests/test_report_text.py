"""The text report: its order, its snapshots, and what hostile data do to it. `pytest --snapshot` does not exist: delete a snapshot to renew it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from checker.app.check import check_text
from checker.app.formats import renderer
from checker.load.book import Library
from checker.report.text import render
from checker.report.words import words

ROOT = Path(__file__).parent.parent
V05 = ROOT / "seeds" / "v05-avocado-facts-missing.yaml"
SNAPSHOTS = Path(__file__).parent / "snapshots"


@pytest.mark.parametrize("name", ["v01-avocado-qwen3-apache", "v02-avocado-qwen2.5-72b", "v05-avocado-facts-missing"])
def test_snapshot(name: str, library: Library) -> None:
    entry = check_text((ROOT / "seeds" / f"{name}.yaml").read_text(), f"seeds/{name}.yaml", library, as_of="2025-12-10")
    found = render([entry])
    path = SNAPSHOTS / f"{name}.txt"
    if not path.exists():
        path.write_text(found, encoding="utf-8")
        pytest.fail(f"{path.name} was missing and has been written: read it, then run again")
    assert found == path.read_text(encoding="utf-8")


def test_the_order_of_the_answer(library: Library) -> None:
    entry = check_text((ROOT / "seeds" / "v02-avocado-qwen2.5-72b.yaml").read_text(), "v02", library, as_of="2025-12-10")
    text = render([entry], explain=True)
    headings = [words()["headings"][name] for name in ("why", "todo", "open", "ethics", "lineage", "acts", "details", "assumptions", "not_covered", "envelope")]
    places = [text.index("\n" + heading + "\n") for heading in headings]
    assert places == sorted(places)
    assert text.index("Needs permission") < places[0]


def test_lines_fit_and_color_is_asked_for(library: Library) -> None:
    entry = check_text((ROOT / "seeds" / "v02-avocado-qwen2.5-72b.yaml").read_text(), "v02", library, as_of="2025-12-10")
    assert max(map(len, render([entry], width=60).splitlines())) <= 60
    assert "\033" not in render([entry]) and "\033[1;33m" in render([entry], color=True)


def test_data_cannot_steer_the_terminal(library: Library) -> None:
    entry = check_text("title: t\ninputs: [{id: base, license: mit}]\n", "x", library, as_of="2025-12-10")
    entry["scenario"]["title"] = "a\x1b[31mred\x07\u202ereversed"
    entry["findings"][0]["message"] = "\x1b]0;title\x07"
    found = render([entry], explain=True)
    assert not set(found) & {"\x1b", "\x07", "\u202e"}


def test_a_file_that_could_not_be_read() -> None:
    assert render([{"file": "x.yaml", "errors": ["x.yaml:1:1: Wrong. Do right."]}]) == "x.yaml:1:1: Wrong. Do right.\n"


@pytest.mark.parametrize("path", sorted((ROOT / "seeds").glob("*.yaml")), ids=lambda path: path.stem)
def test_explained_it_says_what_the_page_says(path: Path, library: Library) -> None:
    entry = check_text(path.read_text(encoding="utf-8"), f"seeds/{path.name}", library, as_of="2025-12-10")
    found = " ".join(render([entry], explain=True, width=2_000).split())
    said = [*entry["assumptions"], *entry["not_covered"], entry["notice"], *entry["tool"].values(), *(one["sha256"] for one in entry["inputs"]["files"]),
            *(node["name"] for node in entry["lineage"]["nodes"]), *(one["message"] for one in entry["findings"]), *(one["name"] for one in entry["licenses"])]
    said += [f"{words()['acts'][act]}: {words()['verdicts'][verdict]['label'].casefold()}" for one in entry["licenses"] for act, verdict in one["acts"].items()]
    assert [one for one in said if " ".join(str(one).split())[:1_500] not in found] == []


@pytest.mark.parametrize(("verdicts", "told"), [
    ({"yes": "permitted", "no": "prohibited"}, ["yes: permitted", "no: prohibited"]),
    ({"yes": "needs_permission", "no": "needs_permission"}, ["Whatever the answer: needs permission"]),
    ({"yes": "not_enough_facts", "no": "not_enough_facts"}, ["No answer to this alone settles it; it matters together with what else is open."]),
    ({}, []),
])
def test_a_question_says_what_its_answers_change(library: Library, verdicts: dict[str, str], told: list[str]) -> None:
    entry = check_text(V05.read_text(), "v05.yaml", library, as_of="2026-11-21")
    entry |= {"questions": [{"fact": "actor.home", "ask": "Where?", "verdicts": verdicts}], "verdict": verdicts.get("no", entry["verdict"])}
    for format_, lines in (("text", told), ("markdown", [one for one in told if "alone" in one]), ("html", [one for one in told if "alone" in one])):
        shown = " ".join(renderer(format_)([entry]).split())
        assert all(line in shown for line in lines)
        assert ("the same whatever the answer" in shown) == (format_ != "text" and told[:1] == ["Whatever the answer: needs permission"])


def test_what_the_law_says_stands_apart_from_what_people_say(library: Library) -> None:
    """Three axes, never mixed: each has a heading of its own, and one on which nothing was found has none or says so."""
    entry = check_text((ROOT / "seeds" / "v14-eu-launch.yaml").read_text(), "v14.yaml", library, as_of="2026-08-02")
    found, headings = render([entry]), words()["headings"]
    law, people = found.index(f"\n{headings['regulation']}\n"), found.index(f"\n{headings['ethics']}\n")
    assert law < found.index("Article 53(1)(a)") < people < found.index("closed-derivative-no-reciprocity")
    other = check_text((ROOT / "seeds" / "v06-startup-same-acts.yaml").read_text(), "v06.yaml", library, as_of="2025-12-10")
    assert not other["regulation"] and f"\n{headings['regulation']}\n" not in render([other])


def test_a_question_ends_with_one_mark(library: Library) -> None:
    text = """as_of: "2026-01-01"
inputs: [{id: base, license: mit}, {id: corpus, kind: dataset, license: CC-BY-4.0}]
steps: [{id: made, action: fine_tune, from: [base, corpus]}]
releases: [{of: made, form: weights_public}]
"""
    entry = check_text(text, "made.yaml", library, as_of="2026-01-01")
    assert not [name for name in ("html", "markdown") if re.search(r"[?]\s*(</\w+>)*\s*[.]\s", renderer(name)([entry]))]
    found = " ".join(render([entry]).split())
    assert "hangs on: Does a model inherit the license of the data it was trained on? " in found and "?." not in found


def test_where_only_some_cases_were_looked_at_no_answer_is_said_to_settle_nothing(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("checker.core.worlds.MAX_STRUCTURES", 3)
    monkeypatch.setattr("checker.core.worlds.MOST_SEEN", 3)
    alleged = ", ".join(f"{{id: m{number}, license: mit, certainty: alleged}}" for number in range(3))
    text = f"inputs: [{{id: nc, license: cc-by-nc-4.0}}, {alleged}]\nreleases: [{{of: nc, form: hosted_api, commercial: {{paid: true}}}}, {{of: m0, form: hosted_api}}]\n"
    entry = check_text(text, "s.yaml", library, as_of="2026-01-10")
    assert entry["verdict"] == "not_enough_facts" and {tuple(set(one["verdicts"].values())) for one in entry["questions"]} == {("prohibited",)}
    shown = " ".join(render([entry]).split())
    assert "Whatever the answer, in the cases that were looked at: prohibited" in shown and "Whatever the answer: " not in shown
    for name in ("html", "markdown"):
        assert "in others it may differ" in renderer(name)([entry]) and "The verdict is the same whatever the answer" not in renderer(name)([entry])
