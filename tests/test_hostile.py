"""Hostile scenarios: an Assessment or every problem with its place, soon and in little memory; never another exception."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from effort import PATIENCE

from checker.app.check import check_text
from checker.core.verdict import DEPENDS, NOT_ENOUGH_FACTS, VERDICTS
from checker.errors import BadInput
from checker.load.book import Library
from checker.load.registry import MAX_DEPTH

ROOT = Path(__file__).parent.parent
SEEDS = sorted((ROOT / "seeds").glob("*.yaml"))
WORDS = {*VERDICTS, NOT_ENOUGH_FACTS, DEPENDS}
SENTENCES = re.compile(r"f\.yaml:[1-9][0-9]*:[1-9][0-9]*: [^\n]+\. [A-Z][^\n]*[.?]")
JUNK = ("", '""', '"junk"', "-1", "true", "[]", "{}", "x" * 10_000, "none", '"2025-13-45"', "NO", "!!python/name:os.system", "~", "0.5", "10" * 8,
        '"a\\nb"', "{one_of: [x]}", "[[~]]", "{a: ~}", "2025-02-31", "unknown", "open")
#: scalars of each seed that are replaced, each by every junk
SCALARS = 5


def outcome(text: str, library: Library) -> str | list[str]:
    """The verdict, or the problems; whatever else happens is a failure."""
    try:
        entry = check_text(text, "f.yaml", library, as_of="2025-12-10")
    except BadInput as error:
        problems = [str(problem) for problem in error.problems]
        assert problems and all(SENTENCES.fullmatch(problem) for problem in problems), problems[:3]
        return problems
    assert entry["verdict"] in WORDS
    json.dumps(entry, allow_nan=False)
    return str(entry["verdict"])


# ---- the seeds, broken -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_a_seed_without_one_of_its_lines(path: Path, library: Library) -> None:
    lines = path.read_text().splitlines(keepends=True)
    for number in range(len(lines)):
        outcome("".join(lines[:number] + lines[number + 1:]), library)


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_a_seed_with_junk_for_one_of_its_values(path: Path, library: Library) -> None:
    text = path.read_text()
    scalars = [event for event in yaml.parse(text, Loader=yaml.SafeLoader) if isinstance(event, yaml.ScalarEvent)]
    for event in random.Random(path.name).sample(scalars, SCALARS):
        for junk in JUNK:
            outcome(text[:event.start_mark.index] + junk + text[event.end_mark.index:], library)


@pytest.mark.parametrize("junk", [junk for junk in JUNK if junk not in ("none", "unknown")], ids=lambda junk: junk[:20])
def test_junk_for_a_form_is_refused_where_it_stands(junk: str, library: Library) -> None:
    problems = outcome(f"inputs: [{{id: a, license: mit}}]\nreleases:\n- of: a\n  form: {junk}\n", library)
    if junk in ("", "~"):
        assert problems in WORDS                                       # the form is not known
    else:
        assert isinstance(problems, list) and {problem.split(":")[1] for problem in problems} <= {"4", "5"}, problems


# ---- mistakes in what refers to what ---------------------------------------------------------------------------------

BASE = "inputs:\n- {id: a, license: mit}\n"


@pytest.mark.parametrize(("text", "said"), [
    pytest.param(BASE + "steps:\n- {id: a, action: fine_tune, from: [a]}", ["4:3: A circle: a -> a.", "4:8: The id `a` stands twice."],
                 id="a step called like an input"),
    pytest.param(BASE + "- {id: a, license: mit}", ["3:8: The id `a` stands twice."], id="two inputs of one id"),
    pytest.param(BASE + "- {id: none}", ["3:8: `none` is a reserved word."], id="a reserved word"),
    pytest.param("inputs:\n- {id: a, model: dolly}\n- {id: x~base}\n- {id: x, model: databricks/dolly-v2-12b}",
                 ["3:8: The id `x~base` stands twice."], id="an id that the registry gives"),
    pytest.param("inputs:\n- {id: z, license: mit}\n- {id: a, license: mit, from: [a]}", ["3:3: A circle: a -> a."], id="an input made from itself"),
    pytest.param(BASE + "steps:\n- {id: s, action: fine_tune, from: [s]}", ["4:3: A circle: s -> s."], id="a step made from itself"),
    pytest.param(BASE + "steps:\n- {id: s, action: merge, from: [a]}\n- {id: t, action: merge, from: [u]}\n- {id: u, action: merge, from: [t]}",
                 ["5:3: A circle: t -> u -> t."], id="a circle"),
    pytest.param(BASE + "steps:\n- {id: s, action: merge, from: [a, aa, {id: ab}]}",
                 ["4:36: There is no input or step `aa`. Did you mean `a`?", "4:40: There is no input or step `ab`. Did you mean `a`?"],
                 id="made from nothing"),
    pytest.param(BASE + "releases:\n- {of: avocado}", ["4:8: There is no input or step `avocado`."], id="a release of nothing"),
    pytest.param(BASE + "releases:\n- {of: a}\n- {of: a}", ["5:3: Two releases are called `a`."], id="two releases of one id"),
    pytest.param(BASE + "releases:\n- {of: a, id: x}\n- {of: a, id: x}", ["5:3: Two releases are called `x`."], id="two releases of one id, given"),
    pytest.param("inputs:\n- {id: a, license: MTI}", ["2:20: No license is known as `MTI`. Did you mean `mit`?"], id="unknown license"),
    pytest.param("inputs:\n- {id: a, family: qwne}", ["2:19: No family of models is called `qwne`. Did you mean `qwen`?"], id="unknown family"),
    pytest.param(BASE + "agreements: [{licenses: [qwne]}]", ["3:26: No license is known as `qwne`. Did you mean `qwen`?"],
                 id="agreement on an unknown license"),
    pytest.param(BASE + "positions: {whose-user: open}", ["3:13: No unsettled question is called `whose-user`. Did you mean `whose-users`?"],
                 id="unknown position"),
    pytest.param(BASE + "positions: {whose-users: {Qwen: open}}", ["3:27: No license is known as `Qwen`."], id="position on an unknown license"),
    pytest.param(BASE + "positions: {whose-users: mine}", ["3:26: `mine` is not an answer to whose-users."], id="unknown answer"),
    pytest.param(BASE + "profile: mainstraem", ["3:10: No profile is called `mainstraem`. Did you mean `mainstream`?"], id="unknown profile"),
    pytest.param(BASE + f"profile: {'p' * 290}.yaml", ["3:10: No profile is called"], id="a profile that no file can be called"),
    pytest.param(BASE + "profile: ../../etc/passwd.yaml", ["3:10: No profile is called"], id="a profile elsewhere"),
    pytest.param(BASE + "as_of: 2025-02-31", ["3:8: `2025-02-31` is not in the calendar."], id="a day that never was"),
    pytest.param(BASE + 'as_of: "2025-12-10\\n"', ["3:8: `as_of` is `2025-12-10?`."], id="a day and a line break"),
    pytest.param('inputs:\n- {id: ""}', ["2:8: `id` is ``."], id="empty id"),
    pytest.param('inputs:\n- {id: a, license: ""}', ["2:20: `license` is empty."], id="empty license"),
    pytest.param('inputs:\n- {id: a, license: " "}', ["2:20: No license is known as ``."], id="blank license"),
    pytest.param("inputs:\n- {id: a, license: \u202etim}", ["2:20: A character that changes the direction of the text."], id="reversed license"),
    pytest.param("inputs:\n- {id: \u05d0}", ["2:8: `id` is `\u05d0`."], id="id in Hebrew"),
])
def test_a_mistake_is_told_with_its_place(text: str, said: list[str], library: Library) -> None:
    problems = outcome(text, library)
    assert isinstance(problems, list) and len(problems) == len(said)
    for start, problem in zip(sorted(said), sorted(problems)):
        assert problem.startswith("f.yaml:" + start), problem


def test_a_profile_of_ones_own_is_checked(library: Library, tmp_path: Path) -> None:
    scenario = tmp_path / "scenario.yaml"
    (tmp_path / "own.yaml").write_text("id: own\nextends: mainstraem\npositions:\n  whose-user: open\n  whose-users: mine\n")
    with pytest.raises(BadInput) as caught:
        check_text(BASE + "profile: own.yaml", str(scenario), library, as_of="2025-12-10")
    assert [(Path(one.file).name, one.line, one.column) for one in caught.value.problems] == [("own.yaml", 2, 10), ("own.yaml", 4, 3), ("own.yaml", 5, 16)]
    (tmp_path / "own.yaml").write_text("id: own\nextends: cautious\npositions:\n  whose-users: open\n")
    assert check_text(BASE + "profile: own.yaml", str(scenario), library, as_of="2025-12-10")["profile"] == "own"


def test_a_profile_outside_the_folder_is_no_profile(library: Library, tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "own.yaml").write_text("id: own\n")
    (tmp_path / "inner" / "link.yaml").symlink_to(tmp_path / "own.yaml")
    for name in ("../own.yaml", "link.yaml", str(tmp_path / "own.yaml")):
        with pytest.raises(BadInput, match="No profile is called"):
            check_text(BASE + f"profile: {name}", str(tmp_path / "inner" / "scenario.yaml"), library, as_of="2025-12-10")


def test_a_registry_that_goes_in_circles_is_followed_only_so_far(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "rules", tmp_path / "rules")
    (tmp_path / "licenses" / "models").mkdir(parents=True)
    shutil.copy(ROOT / "licenses" / "mit.yaml", tmp_path / "licenses")
    (tmp_path / "licenses" / "models" / "o.yaml").write_text("publisher: o\nmodels: [{match: m, license: mit, derived_from: [{model: o/m}]}]\n")
    library = Library(tmp_path, tmp_path / "cache")
    entry = check_text("inputs: [{id: a, model: o/m}]", "f.yaml", library, as_of="2025-12-10")
    assert entry["verdict"] == "permitted"
    assert sum("is made from o/m (model registry)" in one for one in entry["assumptions"]) == MAX_DEPTH


# ---- license expressions ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["((((MIT))))", "(" * 140 + "MIT" + ")" * 140, "MIT AND " * 36 + "MIT", "mit or Mit OR MIT", "MIT+", "LicenseRef-x",
                                     "none", "(none)", "none OR MIT", "MIT AND unknown", "GPL-2.0 WITH Classpath-exception-2.0"])
def test_an_expression_is_read(written: str, library: Library) -> None:
    assert outcome(f"inputs: [{{id: a, license: {json.dumps(written)}}}]", library) in WORDS


@pytest.mark.parametrize("written", ["(" * 500 + "MIT" + ")" * 500, "MIT AND " * 2_000 + "MIT", "(" * 299, "MIT OR", "OR", "AND AND", "WITH", "()",
                                     "(", ")", "MIT AND (", "MIT AND/OR ISC", "MIT WITH MIT", "MIT WITH nothing", "nothing", "nothing OR MIT",
                                     "MIT OR (nothing)", "MIT MIT", "a:b", "x/y", "%s", "{0}", "(MIT OR ISC) AND " * 16 + "MIT", "\x00", "\x1b[31m"])
def test_an_expression_is_refused(written: str, library: Library) -> None:
    problems = outcome(f"inputs:\n- {{id: a, license: {json.dumps(written)}}}", library)
    assert isinstance(problems, list) and [problem.split(": ")[0] for problem in problems] == ["f.yaml:2:20"]
    assert len(problems[0]) < 500


def nested(levels: int) -> str:
    text = "MIT"
    for level in range(levels):
        text = f"ISC {'AND' if level % 2 else 'OR'} ({text})"
    return text


@pytest.mark.parametrize("label", [nested(90), nested(1_500), "(" * 500 + "MIT" + ")" * 500, "(" * 9_000, "MIT AND " * 2_000 + "MIT", "modified " * 2_000,
                                   "MIT, but not really"])
def test_a_label_may_say_anything(label: str, library: Library) -> None:
    releases = json.dumps([{"of": "a", "form": "weights_public", "license": label}])
    assert outcome(f"inputs: [{{id: a, license: mit}}]\nreleases: {releases}", library) in WORDS


# ---- large and tangled -----------------------------------------------------------------------------------------------


def scenario(inputs: list[Any], steps: list[Any] | None = None, **release: Any) -> str:
    """A scenario that releases the last step, or the last input."""
    of = (steps or inputs)[-1]["id"]
    release = {"of": of, "form": "hosted_api", "commercial": True, "regions": ["US"], "fields": ["general"], **release}
    return json.dumps({"actor": {"kind": "company", "home": "US", "monthly_active_users": 5}, "agreements": [], "inputs": inputs, "steps": steps or [],
                       "releases": [release]}, ensure_ascii=False)


def chain(length: int) -> str:
    names = ["a", *(f"s{number}" for number in range(length))]
    return scenario([{"id": "a", "license": "qwen"}], [{"id": name, "action": "fine_tune", "from": [before]} for before, name in zip(names, names[1:])])


def lattice(layers: int) -> str:
    """Each of two artifacts of a layer is made from both of the layer below: 2^layers paths."""
    steps = [{"id": f"{side}{layer}", "action": "merge", "from": [f"a{layer - 1}", f"b{layer - 1}"]} for layer in range(1, layers + 1) for side in "ab"]
    return scenario([{"id": "a0", "license": "qwen"}, {"id": "b0", "license": "llama-4"}], steps, form="weights_public", license="MIT")


def wide(count: int, *licenses: str) -> str:
    inputs = [{"id": f"i{number}", "kind": "dataset", "license": licenses[number % len(licenses)]} for number in range(count)]
    return scenario(inputs, [{"id": "s", "action": "fine_tune", "from": [one["id"] for one in inputs]}])


def alleged(count: int) -> str:
    steps = [{"id": f"s{number}", "action": "fine_tune", "from": ["a"], "certainty": "alleged"} for number in range(count)]
    return scenario([{"id": "a", "license": "qwen"}], [*steps, {"id": "end", "action": "merge", "from": [one["id"] for one in steps]}])


def unknown_facts(count: int) -> str:
    """Releases of which nothing is said but their form: each adds facts that nobody knows."""
    inputs = [{"id": one, "license": one} for one in ("llama-4", "gemma-2024-04-01", "qwen")]
    releases = [{"id": f"r{number}", "of": "s", "form": "weights_public"} for number in range(count)]
    return json.dumps({"inputs": inputs, "steps": [{"id": "s", "action": "merge", "from": [one["id"] for one in inputs]}], "releases": releases})


def test_wrong_forms_and_wrong_names_are_told_in_one_breath(library: Library) -> None:
    text = """title: t
as_of: "2026-01-01"
inputs:
  - {id: base, kind: modle, license: apachee-2.0}
  - {license: mit}
steps:
  - {id: tuned, action: fine_tunee, from: [base, nothing]}
  - {id: two, action: merge, from: [tuned, bas]}
releases: [{of: twoo, form: hosted_apii}]
positions: {no-such: x}
profile: mainstreem
agreements: [{licenses: [nope]}, {licenses: 3}]
surprise: 1
"""
    with pytest.raises(BadInput) as caught:
        check_text(text, "f.yaml", library, as_of="2026-01-01")
    told = [(problem.line, problem.what.partition("`")[2].partition("`")[0]) for problem in caught.value.problems]
    assert told == [(4, "kind"), (4, "apachee-2.0"), (5, "inputs"), (7, "action"), (7, "nothing"), (8, "bas"), (9, "twoo"), (9, "form"), (10, "no-such"),
                    (11, "mainstreem"), (12, "nope"), (12, "licenses"), (13, "surprise")]


MIXED = ("mit", "cc-by-sa-4.0", "qwen", "llama-4", "gpl-3.0")
TWELVE = [{"id": f"i{number}", "license": "apache-2.0 OR isc OR mit"} for number in range(12)]
CANDIDATES = [{"id": "a", "license": {"one_of": ["mit", "qwen", "gpl-3.0"]}}]
RTL = "\u05d0\u05d1\u05d2 \u0627\u0644\u0639\u0631\u0628\u064a\u0629 \u200f!"
MODELS = ("p" * 290 + "/x", "../../etc/passwd", "_legacy/x", "_mirrors/x", "/", "a/b/c", "Qwen/", "qwen", "Qwen/\u0130", "CON/x", "*/*", "Qwen/*")
ONE = [{"id": "a", "license": "mit"}]


@pytest.mark.parametrize("text", [
    pytest.param(lattice(25), id="2^25 paths"),
    pytest.param(wide(5_000, "mit"), id="5,000 inputs of one license"),
    pytest.param(wide(250, *MIXED), id="250 inputs of five licenses"),
    pytest.param(scenario(TWELVE, [{"id": "s", "action": "merge", "from": [one["id"] for one in TWELVE]}]), id="3^12 choices"),
    pytest.param(alleged(40), id="40 things that may not have happened"),
    pytest.param(unknown_facts(3), id="three releases of which little is known"),
    pytest.param(json.dumps({"inputs": [{"id": f"i{number}", "model": f"p{number}/x"} for number in range(200)]}), id="200 unknown models, used inside"),
    pytest.param(scenario(CANDIDATES, [{"id": "s", "action": {"one_of": ["fine_tune", "merge"]}, "from": ["a"]}]), id="candidates everywhere"),
    pytest.param(scenario(ONE, [{"id": "s", "action": "fine_tune", "from": ["a"] * 5_000}]), id="5,000 times the same input"),
    pytest.param(scenario(ONE, name=RTL, note=RTL), id="names from right to left"),
    pytest.param(scenario(ONE, name="<script>{{7*7}}{0.__class__}%s", license="${jndi:x}`id`"), id="names that are code"),
    pytest.param('title: "' + "\u00e9" * 1_000_000 + '"\n' + BASE, id="a title of a million characters"),
    pytest.param(scenario([{"id": f"i{number}", "model": model} for number, model in enumerate(MODELS)]), id="odd models"),
    pytest.param(scenario(ONE, date="9999"), id="a year alone"),
    pytest.param("inputs: []", id="nothing at all"),
])
def test_an_attack_is_answered(text: str, library: Library) -> None:
    assert outcome(text, library) in WORDS


UNKNOWN = "more problems here and below."


@pytest.mark.parametrize(("text", "says"), [
    pytest.param('title: "' + "x" * 1_000_001 + '"\n' + BASE, "At most 1,000,000.", id="a longer title"),
    pytest.param(scenario([{"id": f"i{number}"} for number in range(20_001)]), "At most 20000.", id="20,001 inputs"),
    pytest.param(scenario([{"id": "a", "license": {"one_of": ["mit"] * 41}}]), "At most 40.", id="41 candidates"),
    pytest.param(scenario([{"id": f"i{number}", "license": f"qwenn{number}"} for number in range(5_000)]), UNKNOWN, id="5,000 unknown licenses"),
    pytest.param(scenario([{"id": f"i{number}", "family": f"qwenn{number}"} for number in range(3_000)]), UNKNOWN, id="3,000 unknown families"),
    pytest.param(scenario([{"id": f"input{number}", "kind": "modle", f"licence{number}": 1} for number in range(5_000)]), UNKNOWN, id="10,000 typos"),
    pytest.param(BASE + "positions:\n" + "".join(f"  p{number}: x\n" for number in range(20_000)), UNKNOWN, id="20,000 unknown positions"),
    pytest.param(scenario([{"id": "a"}], [{"id": f"step{number}", "action": "merge", "from": [f"stepp{number}"]} for number in range(1_100)]), UNKNOWN,
                 id="1,100 times made from nothing"),
])
def test_an_attack_is_refused(text: str, says: str, library: Library) -> None:
    """Without the bound on suggestions the last five take minutes."""
    problems = outcome(text, library)
    assert isinstance(problems, list) and says in problems[-1]


def test_the_use_inside_is_judged_though_a_release_has_its_name(library: Library) -> None:
    """Not released, and a release of something else is called like it."""
    steps = [{"id": "s", "action": "fine_tune", "from": ["a"]}, {"id": "t", "action": "fine_tune", "from": ["a"]}]
    entry = check_text(scenario(ONE, steps, of="t", id="s"), "f.yaml", library, as_of="2025-12-10")
    assert [(one["id"], one["of"]) for one in entry["releases"]] == [("s", "t"), ("s~internal", "s")]


ALONE = """
import json, re, resource, sys
from pathlib import Path
from checker.app.check import check_text
from checker.errors import BadInput
from checker.load.book import Library
try:
    verdict = check_text(sys.stdin.read(), "f.yaml", Library(), as_of="2025-12-10")["verdict"]
except BadInput as error:
    verdict = str(error.problems[-1])
status = Path("/proc/self/status")
if status.exists():  # what getrusage says there begins with the size of the process that started this one
    peak = int(re.search(r"VmHWM:\\s*([0-9]+)", status.read_text())[1]) // 1024
else:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 if sys.platform != "darwin" else 1024**2)
print(json.dumps([verdict, peak]))
"""


def alone(text: str) -> tuple[str, int]:
    """Verdict or last problem, and peak memory in MB, of a process of its own."""
    done = subprocess.run([sys.executable, "-c", ALONE], input=text, capture_output=True, text=True, timeout=PATIENCE, cwd=ROOT)
    assert done.returncode == 0, done.stderr[-2_000:]
    verdict, peak = json.loads(done.stdout)
    return verdict, peak


@pytest.mark.parametrize(("text", "says"), [
    pytest.param(chain(10_000), "permitted_with_obligations", id="a chain of 10,000 steps"),
    pytest.param("- [x, y, z]\n" * 90_000, "The file is a list. Write a mapping.", id="360,000 values"),
    pytest.param(wide(5_000, *MIXED), "permitted_with_obligations", id="5,000 inputs of five licenses", marks=pytest.mark.slow),
    pytest.param(unknown_facts(10), NOT_ENOUGH_FACTS, id="ten releases of which little is known", marks=pytest.mark.slow),
])
def test_an_attack_takes_little_memory(text: str, says: str) -> None:
    found, peak = alone(text)
    assert says in found and peak < 500
