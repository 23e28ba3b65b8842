"""The audit on Spark gives the rows that the local engine gives. Needs Java, so it runs only when asked for: pytest -m spark."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from test_audit import DAY, ROWS, write

from checker.app import audit as app
from checker.audit import spark
from checker.errors import BadInput
from checker.load.book import Library

pytestmark = [pytest.mark.spark, pytest.mark.filterwarnings("ignore")]
LABELS = ["mit", "apache-2.0", "llama3.1", "cc-by-nc-4.0", "gemma", "openrail", "other", None, None, "MIT OR GPL-3.0", "my own", "cc-by-sa-4.0"]
RELATIONS = ["finetune", "quantized", "adapter", "merge", None]


def made_up(count: int, seed: int) -> list[dict[str, Any]]:
    """Models in chains, with merges, circles, ids that recur, and bases of every sort."""
    draw = random.Random(seed)
    rows: list[dict[str, Any]] = []
    for number in range(count):
        bases = [f"p/m{draw.randrange(max(1, count if draw.random() < 0.02 else number))}" for _ in range(draw.choice([0, 1, 1, 1, 2, 3]))]
        bases += [draw.choice(["meta-llama/Llama-3.1-8B", "gpt2", "./out", "None", "nobody/knows"])] if draw.random() < 0.1 else []
        rows.append({"id": f"p/m{number if draw.random() > 0.03 else draw.randrange(number + 1)}", "license": draw.choice(LABELS), "base_model": bases or None,
                     "relation": [draw.choice(RELATIONS) for _ in bases] or None, "created": f"2025-01-{draw.randrange(1, 29):02}", "downloads": number})
    return rows


def compared(frame: pl.DataFrame, columns: list[str]) -> list[dict[str, Any]]:
    return sorted(frame.select(columns).to_dicts(), key=lambda row: (row["id"], row["downloads"], str(row)))


@pytest.mark.parametrize(("rows", "few"), [(ROWS, spark.FEW), (made_up(120, 1), spark.FEW), (made_up(120, 1), 0)],
                         ids=["each oddity", "made up", "made up, as if there were much of everything"])
def test_both_engines_give_the_same_rows(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: list[dict[str, Any]], few: int) -> None:
    monkeypatch.setattr(spark, "FEW", few)
    table, output = write(tmp_path, "table.parquet", rows), tmp_path / "out.parquet"
    counted = app.audit_on_spark((table,), str(output), library, as_of=DAY)
    local = app.audit((table,), library, as_of=DAY).rows
    found = pl.read_parquet(output / "*.parquet")
    columns = [name for name in found.columns if name != "question"]
    assert set(local.columns) - set(columns) == {"file", "row", "path", "question"}
    assert counted["rows"] == local.height
    assert compared(found, columns) == compared(local, columns)


def test_bad_input_is_refused(library: Library, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="Not Parquet"):
        app.audit_on_spark((write(tmp_path, "t.csv", ROWS),), str(tmp_path / "o.parquet"), library, as_of=DAY)
    pl.DataFrame({"id": [1], "license": [2]}).write_parquet(tmp_path / "n.parquet")
    with pytest.raises(BadInput, match="is bigint, not text"):
        app.audit_on_spark((str(tmp_path / "n.parquet"),), str(tmp_path / "o.parquet"), library, as_of=DAY)
