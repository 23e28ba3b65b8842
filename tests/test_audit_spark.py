"""The audit on Spark gives the rows that the local engine gives. Needs Java, so it runs only when asked for: pytest -m spark."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from test_audit import DAY, ROWS, write

from checker.app import audit as app
from checker.app.questions import Judge
from checker.audit import spark
from checker.audit import spark_chains as chains
from checker.audit.models import PROBLEMS
from checker.audit.result import MAX_PATH
from checker.errors import BadInput
from checker.load.book import Library

pytestmark = [pytest.mark.spark, pytest.mark.filterwarnings("ignore")]
LABELS = ["mit", "apache-2.0", "llama3.1", "cc-by-nc-4.0", "gemma", "openrail", "other", None, None, "MIT OR GPL-3.0", "my own", "cc-by-sa-4.0"]
RELATIONS = ["finetune", "Quantized ", "adapter", "merge", "distilled by hand", None]
ODD = ["meta-llama/Llama-3.1-8B", "gpt2", "./out", "None", "nobody/knows", "p/m1, p/m2", "['p/m3', 'p/m4']", "https://huggingface.co/P/m5/tree/main", " p/m6 ",
       "p/m7@main", "Qwen/Qwen2.5-7B-Instruct", "unsloth/Meta-Llama-3.1-8B", "p/" + "long" * 100, "/home/" + "long/" * 100, "; ".join(f"p/m{number}" for number in range(300))]
EXTRA = [("p/m3", "p/m1"), ("p/m4", "gpt2"), ("new/child", "p/m2"), ("p/m9", "new/child"), ("P/M8", "./model.bin"), ("p/m10", "P/M10"), ("p/m11", "none"),
         ("unsloth/Meta-Llama-3.1-8B-Instruct", "p/m2"), ("p/m12", "unsloth/Meta-Llama-3.1-8B-Instruct"), ("Qwen/Qwen2.5-7B-Instruct", "p/m1")]


def made_up(count: int, seed: int) -> list[dict[str, Any]]:
    """Models in chains, with merges, circles, ids that recur in other cases, and bases and relations of every sort."""
    draw = random.Random(seed)
    rows: list[dict[str, Any]] = [{"id": f"long/m{number}", "base_model": [f"long/m{number - 1}"] if number else None, "downloads": number} for number in range(40)]
    rows += [{"id": f"ring/m{number}", "base_model": [f"ring/m{(number + 1) % 3}"], "license": "mit"} for number in range(3)]
    rows += [{"id": "p/empty", "base_model": ["None"]}, {"id": "p/behind", "base_model": ["ring/m1"], "relation": ["finetune"]}]
    for number in range(count):
        bases = [f"p/m{draw.randrange(max(1, count if draw.random() < 0.02 else number))}" for _ in range(draw.choice([0, 1, 1, 1, 2, 3]))]
        bases += [draw.choice(ODD)] if draw.random() < 0.1 else []
        relations = [draw.choice(RELATIONS) for _ in bases] if draw.random() < 0.9 else ["merge", "adapter"]
        same = draw.randrange(number + 1)
        rows.append({"id": f"p/m{number}" if draw.random() > 0.05 else f"P/M{same}" if draw.random() < 0.5 else f"p/m{same}", "license": draw.choice(LABELS),
                     "base_model": bases or None, "relation": relations if bases else None,
                     "created": f"2025-01-{draw.randrange(1, 29):02}" if draw.random() < 0.9 else None, "downloads": number})
    draw.shuffle(rows)
    return rows


def compared(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows in one order, words as text."""
    return frame.with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String)).sort("file", "row")


def as_asked(judge: Judge, questions: list[Any], *_: Any, **__: Any) -> list[dict[str, Any]]:
    """Answers that tell the question, so that no two are alike; judging thousands of questions is another test's."""
    return [{"verdict": "permitted", "best": "permitted", "worst": "permitted", "upstream": None, "label": "none", "findings": [], "open": [repr(one)]}
            for one in questions]


def both(library: Library, folder: Path, tables: tuple[str, ...], edges: str | None = None) -> pl.DataFrame:
    """What Spark wrote; held to the rows of the local engine, every column."""
    output = folder / "out.parquet"
    counted = app.audit_on_spark(tables, str(output), library, as_of=DAY, edges=edges)
    local = app.audit(tables, library, as_of=DAY, edges=edges, compare=False).rows
    found = pl.read_parquet(output / "*.parquet")
    assert found.columns == local.columns
    assert counted["rows"] == local.height
    assert counted["verdicts"] == dict(local.group_by(pl.col("verdict").cast(pl.String)).len().iter_rows())
    assert_frame_equal(compared(found), compared(local))
    return found


def test_each_oddity_gives_the_same_rows(library: Library, tmp_path: Path) -> None:
    odd = [{"id": " "}, {"id": "a/spaced ", "license": " MIT\t"}, {"id": "a/\ufffd"}, {"id": "a/long", "base_model": "b/" + "y" * 400}]
    both(library, tmp_path, (write(tmp_path, "a [table] of 100%.parquet", [*ROWS, *odd]),))


@pytest.mark.parametrize(("count", "few"), [(5000, chains.FEW), (150, 0)], ids=["few", "as if there were much of everything"])
def test_made_up_tables_give_the_same_rows(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int, few: int) -> None:
    monkeypatch.setattr(chains, "FEW", few)
    monkeypatch.setattr(Judge, "answers", as_asked)
    rows = made_up(count, seed=1)
    tables = tuple(write(tmp_path, f"{name}.parquet", part) for name, part in (("two", rows[count // 3:]), ("one", rows[: count // 3])))
    edges = write(tmp_path, "edges.csv", [{"child": child, "base": base, "relation": "merge"} for child, base in EXTRA])
    found = both(library, tmp_path, tables, edges)
    assert found["path"].str.count_matches(" > ").max() == MAX_PATH - 1
    assert set("; ".join(found["problems"].unique()).split("; ")) >= set(PROBLEMS)


def test_rows_go_from_the_table_to_the_result_without_a_shuffle(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                                capsys: pytest.CaptureFixture[str]) -> None:
    """Where bases are few enough to be everywhere; what is shuffled before are numbers alone."""
    joined = spark.joined

    def explained(session: Any, rows: Any, answers: Any) -> Any:
        rows.explain()
        return joined(session, rows, answers)

    monkeypatch.setattr(spark, "joined", explained)
    monkeypatch.setattr(Judge, "answers", as_asked)
    app.audit_on_spark((write(tmp_path, "t.parquet", made_up(200, seed=2)),), str(tmp_path / "o.parquet"), library, as_of=DAY)
    plan = capsys.readouterr().out
    assert "BroadcastHashJoin" in plan
    assert "hashpartitioning" not in plan


def test_bad_input_is_refused(library: Library, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="Not Parquet"):
        app.audit_on_spark((write(tmp_path, "t.csv", ROWS),), str(tmp_path / "o.parquet"), library, as_of=DAY)
    pl.DataFrame({"id": [1], "license": [2]}).write_parquet(tmp_path / "n.parquet")
    with pytest.raises(BadInput, match="is bigint, not text"):
        app.audit_on_spark((str(tmp_path / "n.parquet"),), str(tmp_path / "o.parquet"), library, as_of=DAY)
