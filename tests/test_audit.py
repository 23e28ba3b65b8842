"""`licet audit`: tables of every form, chains with everything that is wrong with them, one answer per row."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import zstandard
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checker.app import audit as app
from checker.app import audit_documents
from checker.app.questions import BY_FINDINGS, Judge
from checker.audit import result
from checker.audit import table as tables
from checker.audit.chain import Graph, Sets, Token, follow, without_circles
from checker.audit.models import PROBLEMS, base_id
from checker.cli.main import licet
from checker.core.study import brief, study
from checker.errors import BadInput
from checker.load.book import Library

DAY = "2026-08-01"
ROWS: list[dict[str, Any]] = [
    {"id": "a/root", "license": "mit", "downloads": 5, "created": "2025-01-01"},
    {"id": "a/tuned", "license": "apache-2.0", "base_model": "meta-llama/Llama-3.1-8B", "relation": "finetune", "downloads": "50"},
    {"id": "a/quantized", "license": None, "base_model": ["a/tuned"], "relation": ["quantized"]},
    {"id": "a/strict", "license": "cc-by-nc-4.0", "base_model": "a/root", "relation": "finetune"},
    {"id": "a/named", "license": "other", "license_name": "llama3.1"},
    {"id": "a/unclear", "license": "other", "license_name": "my very own license"},
    {"id": "a/itself", "license": "mit", "base_model": "A/Itself"},
    {"id": "a/left", "license": "mit", "base_model": "a/right", "relation": "finetune"},
    {"id": "a/right", "license": "apache-2.0", "base_model": "a/left", "relation": "finetune"},
    {"id": "a/behind", "license": "mit", "base_model": "a/right", "relation": "finetune"},
    {"id": "a/local", "license": "mit", "base_model": "/home/somebody/model", "relation": "finetune"},
    {"id": "a/placeholder", "license": "mit", "base_model": "[More Information Needed]"},
    {"id": "a/missing", "license": "mit", "base_model": "nobody/knows-this", "relation": "finetune"},
    {"id": "a/old", "license": "mit", "base_model": "https://huggingface.co/gpt2", "relation": "finetune"},
    {"id": "a/merge", "license": ["mit"], "base_model": ["a/tuned", "a/strict", "a/strict"], "relation": ["merge", "merge", "merge"]},
    {"id": "Qwen/Qwen2.5-72B", "license": "mit"},
    {"id": "a/no-license", "license": ""},
    {"id": "a/null", "license": "UNKNOWN"},
    {"id": "a/twice", "license": "mit", "created": "2024-01-01"},
    {"id": "a/twice", "license": "cc-by-nc-4.0", "created": "2025-01-01"},
    {"id": "a/of-twice", "license": None, "base_model": "a/twice", "relation": "quantized"},
    {"id": "https://huggingface.co/a/web", "license": "mit"},
    {"id": "a/choice", "license": "MIT OR GPL-3.0", "base_model": "a/root", "relation": "finetune"},
]


def write(folder: Path, name: str, rows: list[dict[str, Any]]) -> str:
    """The rows as a file of the form that its name says."""
    path = folder / name
    if ".parquet" in name:
        frame = pl.DataFrame([{**row, "license": _joined(row.get("license")), "base_model": _list(row.get("base_model")),
                               "relation": _list(row.get("relation")), "downloads": int(row.get("downloads") or 0)} for row in rows], infer_schema_length=None)
        frame.write_parquet(path)
    elif ".csv" in name:
        frame = pl.DataFrame([{**row, "license": _joined(row.get("license")), "base_model": str(_list(row["base_model"])) if row.get("base_model") else None,
                               "relation": str(_list(row["relation"])) if row.get("relation") else None,
                               "downloads": str(row.get("downloads") or "")} for row in rows], infer_schema_length=None)
        path.write_bytes(packed(name, frame.write_csv().encode()))
    else:
        path.write_bytes(packed(name, "".join(json.dumps(row) + "\n" for row in rows).encode()))
    return str(path)


def packed(name: str, data: bytes) -> bytes:
    return gzip.compress(data) if name.endswith(".gz") else zstandard.compress(data) if name.endswith(".zst") else data


def _list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _joined(value: Any) -> Any:
    return " AND ".join(value) if isinstance(value, list) else value


def run(library: Library, *paths: str, **options: Any) -> pl.DataFrame:
    return app.audit(paths, library, as_of=DAY, **options).rows


@pytest.fixture(scope="module")
def found(library: Library, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The rows' answers by id (of an id that stands twice, the last)."""
    frame = run(library, write(tmp_path_factory.mktemp("audit"), "models.jsonl", ROWS))
    assert frame["id"].to_list() == [row["id"].removeprefix("https://huggingface.co/") for row in ROWS]
    return {row["id"]: row for row in frame.to_dicts()}


@pytest.mark.parametrize(("model", "column", "value"), [
    ("a/root", "verdict", "permitted_with_obligations"), ("a/root", "label", "sole"), ("a/root", "depth", 0), ("a/root", "path", None),
    ("a/tuned", "governing", "apache-2.0; llama-3.1"), ("a/tuned", "reaches", "apache-2.0 (own); llama-3.1 (fine_tune)"), ("a/tuned", "label", "too_lax"),
    ("a/tuned", "upstream", "permitted_with_obligations"), ("a/tuned", "path", "meta-llama/Llama-3.1-8B"), ("a/tuned", "downloads", 50),
    ("a/quantized", "reaches", "apache-2.0 (quantize); llama-3.1 (fine_tune)"), ("a/quantized", "label", "none"), ("a/quantized", "depth", 2),
    ("a/quantized", "path", "meta-llama/Llama-3.1-8B > a/tuned"), ("a/quantized", "verdict", "permitted_with_obligations"),
    ("a/strict", "verdict", "prohibited"), ("a/strict", "upstream", "permitted_with_obligations"), ("a/strict", "label", "too_strict"),
    ("a/named", "governing", "llama-3.1"), ("a/named", "declared", "llama3.1"),
    ("a/unclear", "verdict", "not_enough_facts"), ("a/unclear", "label", "unclear"), ("a/unclear", "governing", "unknown"),
    ("a/itself", "problems", "self_loop"), ("a/itself", "verdict", "permitted_with_obligations"),
    ("a/left", "problems", "cycle"), ("a/right", "problems", "cycle"), ("a/right", "governing", "apache-2.0"),
    ("a/behind", "problems", ""), ("a/behind", "governing", "apache-2.0; mit"), ("a/behind", "label", "other"), ("a/behind", "depth", 1),
    ("a/local", "problems", "local_base"), ("a/local", "verdict", "not_enough_facts"), ("a/local", "worst", "prohibited"), ("a/local", "label", "sole"),
    ("a/placeholder", "problems", "placeholder_base"), ("a/placeholder", "verdict", "permitted_with_obligations"),
    ("a/missing", "problems", "missing_base"), ("a/missing", "upstream", "not_enough_facts"),
    ("a/old", "problems", "renamed_base"), ("a/old", "governing", "mit"), ("a/old", "label", "same"),
    ("a/merge", "governing", "apache-2.0; cc-by-nc-4.0; llama-3.1; mit"), ("a/merge", "verdict", "prohibited"), ("a/merge", "label", "too_lax"),
    ("Qwen/Qwen2.5-72B", "governing", "qwen"), ("Qwen/Qwen2.5-72B", "label", "too_lax"), ("Qwen/Qwen2.5-72B", "verdict", "permitted_with_obligations"),
    ("a/no-license", "verdict", "not_enough_facts"), ("a/no-license", "label", "none"), ("a/no-license", "declared", None), ("a/null", "declared", None),
    ("a/twice", "verdict", "prohibited"), ("a/web", "declared", "mit"), ("a/of-twice", "governing", "cc-by-nc-4.0"), ("a/of-twice", "verdict", "prohibited"),
    ("a/choice", "label", "same"), ("a/choice", "governing", "mit"),
])
def test_each_model_gets_its_answer(found: dict[str, dict[str, Any]], model: str, column: str, value: Any) -> None:
    assert found[model][column] == value


def test_an_id_that_recurs_is_judged_by_each_label(library: Library, tmp_path: Path) -> None:
    frame = run(library, write(tmp_path, "models.jsonl", ROWS)).filter(pl.col("id") == "a/twice")
    assert frame["verdict"].to_list() == ["permitted_with_obligations", "prohibited"]
    assert frame["problems"].to_list() == ["recurs", ""]


@pytest.mark.parametrize("name", ["models.parquet", "models.csv", "models.csv.gz", "models.csv.zst", "models.jsonl.gz", "models.jsonl.zst"])
def test_every_format_gives_the_same_rows(library: Library, tmp_path: Path, name: str) -> None:
    expected = run(library, write(tmp_path, "plain.jsonl", ROWS))
    assert run(library, write(tmp_path, name, ROWS)).drop("file", "row", "downloads").to_dicts() == expected.drop("file", "row", "downloads").to_dicts()


def test_the_order_of_rows_changes_neither_answers_nor_the_numbers_of_questions(library: Library, tmp_path: Path) -> None:
    """Circles are cut and ids that recur are told apart by their place: those are left out."""
    same = [{"id": f"a/said-{number}", "license": text, "base_model": base, "relation": "finetune"}
            for number, text in enumerate(("gpl", "GNU GPL", "GPL")) for base in (None, "gpt2")]
    rows = [*(one for one in ROWS if one["id"] != "a/twice"), *same]
    tables = [write(tmp_path, f"{name}.parquet", part) for name, part in (("there", rows), ("back", rows[::-1]))]
    one, other = (app.audit((table,), library, as_of=DAY, compare=False) for table in tables)
    assert one.questions == other.questions
    assert {question.declared.text for question in one.questions if question.declared and "gpl" in str(question.declared.text).lower()} == {"GNU GPL", "MIT OR GPL-3.0"}
    shown, turned = (done.rows.drop("file", "row").with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String)).sort("id") for done in (one, other))
    assert shown.equals(turned)


def test_several_files_and_patterns_are_one_table(library: Library, tmp_path: Path) -> None:
    write(tmp_path, "one.parquet", ROWS[:8])
    write(tmp_path, "two.parquet", ROWS[8:])
    frame = run(library, str(tmp_path / "*.parquet"))
    assert frame.height == len(ROWS)
    assert frame.filter(pl.col("id") == "a/left")["problems"].to_list() == ["cycle"]


def test_edges_and_names_of_columns(library: Library, tmp_path: Path) -> None:
    table, edges = tmp_path / "t.csv", tmp_path / "e.csv"
    table.write_text("modelName,tag\nx/base,cc-by-nc-4.0\nx/child,mit\n")
    edges.write_text("child,base,relation,source\nx/child,x/between,finetune,s\nx/between,x/base,quantized,s\n")
    frame = run(library, str(table), columns={"id": "modelName", "license": "tag"}, edges=str(edges))
    child = frame.row(1, named=True)
    assert child["governing"] == "cc-by-nc-4.0; mit"
    assert child["path"] == "x/base > x/between"
    assert child["verdict"] == "prohibited"


def test_rows_choose_their_scenario(library: Library, tmp_path: Path) -> None:
    rows = [{"id": "x/one", "license": "qwen-research", "scenario": name} for name in ("host", "internal", None)]
    frame = run(library, write(tmp_path, "t.jsonl", rows))
    assert frame["scenario"].to_list() == ["host", "internal", "tune-host-publish"]
    with pytest.raises(BadInput, match="No scenario of this name"):
        run(library, write(tmp_path, "u.jsonl", [{"id": "x/one", "scenario": "nonsense"}]))


def test_a_scenario_of_ones_own(library: Library, tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text("actor: {name: We, kind: academic, home: DE}\ninputs: [{id: model}]\n"
                    "releases: [{id: r, of: model, form: internal, commercial: false, regions: [DE], fields: [research]}]\n")
    frame = run(library, write(tmp_path, "t.jsonl", [{"id": "x/one", "license": "cc-by-nc-4.0"}]), scenarios=(str(mine),))
    assert frame["verdict"].to_list() == ["permitted"]
    mine.write_text("inputs: [{id: other, license: mit}]\n")
    with pytest.raises(BadInput, match="No input has the id `model`"):
        run(library, write(tmp_path, "t.jsonl", [{"id": "x/one"}]), scenarios=(str(mine),))


def test_the_report_on_one_model_agrees_with_its_row(library: Library, tmp_path: Path) -> None:
    done = app.audit((write(tmp_path, "t.jsonl", ROWS),), library, as_of=DAY)
    verdicts = {row["id"]: row["verdict"] for row in done.rows.to_dicts()}
    for model, verdict in verdicts.items():
        entry = app.explain(done, model, library)
        assert entry["verdict"] == verdict, model
    with pytest.raises(BadInput, match="No row of the table has this id"):
        app.explain(done, "a/nowhere", library)


def test_a_snapshot_gives_the_same_rows_and_may_be_asked_again(library: Library, tmp_path: Path) -> None:
    done = app.audit((write(tmp_path, "t.jsonl", ROWS),), library, as_of=DAY, scenarios=("host",))
    kept = str(tmp_path / "t.licet")
    audit_documents.keep_snapshot(done, kept)
    again = app.audit((kept,), library, as_of=DAY, scenarios=("host",))
    assert again.rows.to_dicts() == done.rows.to_dicts()
    assert app.audit((kept,), library, as_of=DAY, scenarios=("internal",)).rows.drop("question").to_dicts() == \
        run(library, write(tmp_path, "t.jsonl", ROWS), scenarios=("internal",)).drop("question").to_dicts()
    with pytest.raises(BadInput, match="The snapshot is of 2026-08-01"):
        app.audit((kept,), library, as_of="2024-08-02", scenarios=("host",))
    audit_documents.keep_snapshot(app.audit((write(tmp_path, "t.jsonl", [*ROWS, {"id": "x/chose", "scenario": "host"}]),), library, as_of=DAY, scenarios=("host",)), kept)
    with pytest.raises(BadInput, match="chose among the scenarios host"):
        app.audit((kept,), library, as_of=DAY)


# ---- the command -----------------------------------------------------------------------------------------------------


def test_the_command_writes_rows_and_summaries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = write(tmp_path, "t.jsonl", [*ROWS, {"id": "x/</script><b>", "license": "<img onerror>", "base_model": "y/<b>"}])
    outputs = [f"{tmp_path}/out.{ending}" for ending in ("parquet", "html", "json", "csv")]
    done = CliRunner().invoke(licet, ["audit", table, "--as-of", DAY, *(part for one in outputs for part in ("-o", one))], catch_exceptions=False, standalone_mode=False)
    assert done.return_value == 0
    frame = pl.read_parquet(outputs[0])
    summary = json.loads(Path(outputs[2]).read_text())
    assert summary["schema"] == "licet/audit/1"
    assert summary["rows"] == {"read": frame.height, "answered": frame.height, "unusable": 0}
    assert sum(summary["verdicts"].values()) == frame.height
    assert {sum(counted.values()) for counted in summary["profiles"].values()} == {frame.height}
    assert summary["profiles"]["mainstream"] | summary["verdicts"] == summary["profiles"]["mainstream"]
    assert len(summary["results"]) == frame.height
    assert pl.read_csv(outputs[3]).height == frame.height
    page = Path(outputs[1]).read_text()
    assert "<b>" not in page.partition("</style>")[2].replace("<bdi>", "")
    assert "<img" not in page
    assert page.index("What is not known") < page.index("Verdicts")


@pytest.mark.parametrize(("arguments", "message"), [
    (["nowhere.parquet"], "No such file"),
    (["{table}", "-o", "out.docx"], "What format is this"),
    (["{table}", "--column", "id=nope"], "There is no column `nope`"),
    (["{table}", "--column", "size=nope"], "reads no column `size`"),
    (["{table}", "--scenario", "no-such.yaml"], "no-such.yaml"),
])
def test_wrong_use_is_told(tmp_path: Path, arguments: list[str], message: str) -> None:
    table = write(tmp_path, "t.jsonl", ROWS[:1])
    done = CliRunner().invoke(licet, ["audit", *(one.replace("{table}", table) for one in arguments)])
    assert isinstance(done.exception, (BadInput, OSError)) and message in str(done.exception)


# ---- chains ----------------------------------------------------------------------------------------------------------


@st.composite
def graphs(draw: st.DrawFn) -> tuple[int, list[tuple[int, int, int]], list[int], list[bool]]:
    count = draw(st.integers(1, 12))
    model = st.integers(0, count - 1)
    edges = draw(st.lists(st.tuples(model, model, st.integers(0, 4)).filter(lambda edge: edge[0] != edge[1]), max_size=24, unique_by=lambda edge: edge[:2]))
    return count, edges, draw(st.lists(st.integers(0, 3), min_size=count, max_size=count)), draw(st.lists(st.booleans(), min_size=count, max_size=count))


@given(graphs())
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_chains_are_as_their_definition_says(drawn: tuple[int, list[tuple[int, int, int]], list[int], list[bool]]) -> None:
    """What reaches a model, worked out the slow way: for every model that speaks, each step that a path can have as its highest."""
    count, edges, own, speaks = drawn
    sets = Sets([Token((((name,),),)) for name in "abcd"])
    columns = np.array(edges, np.int32).reshape(-1, 3)
    columns = columns[np.argsort(columns[:, 0], kind="stable")]
    graph = Graph(count, columns[:, 0], columns[:, 1], columns[:, 2])
    chains = follow(graph, np.array(own, np.int32), np.array(speaks), sets)

    below = {model: {base for child, base, _ in edges if child == model} for model in range(count)}

    def ancestors(model: int) -> set[int]:
        seen: set[int] = set()
        queue = list(below[model])
        while queue:
            one = queue.pop()
            if one not in seen:
                seen.add(one)
                queue += below[one]
        return seen

    assert {model for model in range(count) if chains.circular[model]} == {model for model in range(count) if model in ancestors(model)}
    kept = [(child, base, step) for child, base, step in edges if not (child in ancestors(base) and base in ancestors(child))]

    def whole(model: int) -> frozenset[tuple[int, int]]:
        inherited = frozenset((token, max(step, before)) for child, base, step in kept if child == model for token, before in whole(base))
        if (speaks[model] or not inherited) and own[model] not in {token for token, _ in inherited}:
            return inherited | {(own[model], 0)}
        return inherited

    assert [sets.members[number] for number in chains.whole] == [whole(model) for model in range(count)]
    assert without_circles(chains.graph)[0] is chains.graph


def test_a_long_chain_ends() -> None:
    size = 3_000
    graph = Graph(size, np.arange(1, size, dtype=np.int32), np.arange(size - 1, dtype=np.int32), np.full(size - 1, 2, np.int32))
    chains = follow(graph, np.zeros(size, np.int32), np.zeros(size, bool), Sets([Token((((("x",)),),))]))
    assert chains.depth[-1] == size - 1


@pytest.mark.parametrize(("text", "expected"), [
    ("org/name", ("org/name", None)), ("https://huggingface.co/org/name/tree/main", ("org/name", None)), ("org/name@abc123", ("org/name", None)),
    ("https://huggingface.co/org/name?x=1", ("org/name", None)), ("https://example.org/a/b", ("https://example.org/a/b", "local_base")),
    ("./out", ("./out", "local_base")), ("C:\\models\\x", ("C:\\models\\x", "local_base")), ("models/x", ("models/x", "local_base")),
    ("a/b/c", ("a/b/c", "local_base")), ("x.safetensors", ("x.safetensors", "local_base")), ("None", ("", "placeholder_base")), ("my model", ("my model", "local_base")),
])
def test_bases_are_read(text: str, expected: tuple[str, str | None]) -> None:
    assert base_id(text, app.words()) == expected


def test_every_problem_and_label_has_words() -> None:
    assert set(app.words()["problems"]) == set(PROBLEMS)
    assert set(app.words()["labels"]) == set(result.LABELS)
    assert set(app.words()["label_states"]) <= set(result.LABELS)
    assert set(app.words()["columns"]) == set(app.COLUMNS)


def test_every_rule_on_labels_gives_a_state(library: Library) -> None:
    named = [rule for rules in app.words()["label_states"].values() for rule in rules]
    assert sorted(named) == sorted(rule.id for rule in library.book().rules if rule.subject == "label" and rule.axis == "legal")


def test_lists_written_as_text_are_read() -> None:
    assert tables.split('["a/b", "c/d"]') == tables.split("['a/b','c/d']") == tables.split("a/b, c/d") == tables.split("a/b;c/d") == ["a/b", "c/d"]


def test_an_answer_is_what_the_whole_study_says(library: Library, tmp_path: Path) -> None:
    """An audit leaves out ethics, regulation, sensitivity and repairs; what it does tell is what the full judgment tells."""
    done = app.audit((write(tmp_path, "t.jsonl", ROWS),), library, as_of=DAY, compare=False)
    judge = Judge(library, done.templates, app.words()["label_states"])
    for question in done.questions:
        scenario = judge.scenario(question, done.templates[question.scenario].scenario)
        short, full = ([(held.finding.rule.id, held.truth, held.hangs_on, held.finding.acts) for held in judged.merged if held.finding.rule.axis == "legal"]
                       for judged in (brief(library.book(), scenario), study(library.book(), scenario)))
        assert short == full


def test_profiles_are_compared_where_asked_for(library: Library, tmp_path: Path) -> None:
    done = app.audit((write(tmp_path, "t.jsonl", ROWS[:4]),), library, as_of=DAY, scenarios=("internal",))
    judge = Judge(library, done.templates, app.words()["label_states"])
    for question, answer in zip(done.questions, done.answers):
        assert set(answer["profiles"]) == set(app.words()["compared_profiles"])
        assert answer["profiles"]["mainstream"] == answer["verdict"]
        assert judge.answer(question) == {key: value for key, value in answer.items() if key != "profiles"}


def test_where_verdicts_are_wanted_nothing_else_is_looked_for(library: Library, tmp_path: Path) -> None:
    """They are the same; and whoever wants the rest later gets it."""
    table, fresh = write(tmp_path, "t.jsonl", ROWS), Library(library.root, tmp_path / "cache")
    whole = app.audit((table,), library, as_of=DAY, compare=False)
    some = app.audit((table,), fresh, as_of=DAY, compare=False, only=("id", "verdict"))
    assert not set(BY_FINDINGS).intersection(*some.answers)
    assert [{**everything, **verdicts} for everything, verdicts in zip(whole.answers, some.answers)] == whole.answers
    assert some.only(("id", "open", "verdict")).rows() == whole.rows.select("id", "open", "verdict").rows()
    assert app.audit((table,), fresh, as_of=DAY, compare=False).rows.rows() == whole.rows.rows()
    assert app.audit((table,), fresh, as_of=DAY, only=("id", "verdict")).answers == app.audit((table,), library, as_of=DAY).answers


def test_the_matrix_counts_every_derived_row_once(library: Library, tmp_path: Path) -> None:
    many = [{"id": f"m/{number}", "license": f"mit OR label-{number}", "base_model": ROWS[0]["id"], "relation": "finetune"} for number in range(12)]
    done = app.audit((write(tmp_path, "t.jsonl", [*ROWS, *many]),), library, as_of=DAY)
    summary = result.summary(done.rows, done.questions, done.answers, app.words())
    matrix = summary["matrix"]
    assert sum(sum(row["counts"]) for row in matrix["rows"]) == sum(bool(question.inherited) for question in (done.questions[one] for one in done.facts["question"]))
    assert sum(one["rows"] for one in summary["drift"]) == sum(sum(row["counts"]) for row in matrix["rows"])
    row = next(one for one in matrix["rows"] if one["upstream"] == "llama-3.1")
    assert row["counts"][[one["label"] for one in matrix["labels"]].index("apache-2.0")] == 1


@pytest.mark.parametrize(("name", "value"), [("t.jsonl", ["a/b"]), ("t.csv", "a/b"), ("t.parquet", ["a/b"]), ("u.parquet", "a/b")])
def test_data_sets_are_counted_and_said_not_to_be_judged(library: Library, tmp_path: Path, name: str, value: Any) -> None:
    path = tmp_path / name
    rows = [{"id": "x/one", "license": "mit", "datasets": value}, {"id": "x/two", "license": "mit", "datasets": None}]
    if name.endswith("jsonl"):
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    else:
        frame = pl.DataFrame(rows)
        frame.write_csv(path) if name.endswith("csv") else frame.write_parquet(path)
    done = app.audit((str(path),), library, as_of=DAY)
    assert done.head["datasets"] == 1
    told = dict(audit_documents.documents(done, (), "text"))[None]
    assert "name data sets (not judged)" in told and "Data sets that a row names" in "".join(app.words()["limits"])
