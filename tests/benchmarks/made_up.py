"""A Parquet table of made-up models, as many as one likes.

    python tests/benchmarks/made_up.py 2000000 models.parquet

The rows are drawn from kinds of models that count_mix.py counted over real hub metadata (mix.json beside this file): what a model declares, how it
was made and of which kinds its bases are, jointly, with chains up to 16; some rows name themselves, a circle of others, a path or nobody's model.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

HERE = Path(__file__).parent
RELATIONS = {"fine_tune": "finetune", "quantize": "quantized", "adapt": "adapter", "merge": "merge", "copy": "copy"}
ODD_BASES = ("gpt2", "nobody/knows-it", "/home/user/out", "None", "https://huggingface.co/Qwen/Qwen2.5-7B-Instruct")


def make(rows: int, path: Path, seed: int = 1) -> None:
    """Write a Parquet file of made-up models. Every row is of a kind that was counted, and made from rows of the kinds that its kind is made from."""
    kinds = json.loads((HERE / "mix.json").read_text(encoding="utf-8"))["kinds"]
    draw = np.random.default_rng(seed)
    weights = np.array([0 if registered else number for number, _, _, registered in kinds], float)
    times = draw.multinomial(rows, weights / weights.sum())
    kind = np.repeat(np.arange(len(kinds)), times)
    start = np.concatenate(([0], np.cumsum(times)))
    ids = pl.select(pl.format("publisher-{}/model-{}", pl.int_range(rows) % 9973, pl.int_range(rows))).to_series()
    bases, steps, names = _bases(kinds, start, ids, draw)
    frame = pl.DataFrame({"id": ids, "license": pl.Series([one[1] or None for one in kinds], dtype=pl.String).gather(kind),
                          "base_model": _lists(bases, names), "relation": _lists(steps, pl.Series(list(RELATIONS.values()))),
                          "downloads": pl.Series(draw.pareto(1.0, rows).clip(0, 1e9).astype(np.int64))})
    day = (pl.int_range(rows) % 28 + 1).cast(pl.String).str.zfill(2)
    month = (pl.int_range(rows) % 12 + 1).cast(pl.String).str.zfill(2)
    frame = frame.with_columns(created=pl.format("2025-{}-{}T12:00:00Z", month, day))
    frame.sample(fraction=1.0, shuffle=True, seed=seed).write_parquet(path, compression="zstd")


def _bases(kinds: list[Any], start: Any, ids: pl.Series, draw: Any) -> tuple[Any, Any, pl.Series]:
    """Bases and relations of every row as numbers (-1: no more), and the names of the bases: the rows, and those from elsewhere."""
    slots, rows = max(len(bases) for _, _, bases, _ in kinds), len(ids)
    others = [registered or f"elsewhere/model-{number}" for number, (_, _, _, registered) in enumerate(kinds)]
    bases, steps = np.full((slots, rows), -1, np.int32), np.full((slots, rows), -1, np.int8)
    order = list(RELATIONS)
    for number, (_, _, made_from, _) in enumerate(kinds):
        here = slice(start[number], start[number + 1])
        size = start[number + 1] - start[number]
        for slot, (step, base) in enumerate(made_from if size else ()):
            there = start[base + 1] - start[base]
            # few bases have most of the children
            bases[slot, here] = start[base] + (there * draw.random(size) ** 4).astype(np.int32) if there else rows + base
            steps[slot, here] = order.index(step)
    _spoil(bases, steps, rows + len(kinds), draw)
    return bases, steps, pl.concat([ids.alias("names"), pl.Series("names", [*others, *ODD_BASES])])


def _spoil(bases: Any, steps: Any, odd_bases: int, draw: Any) -> None:
    """Some rows are made from themselves, some in one large circle, some from what is no model id."""
    chosen = draw.permutation(np.flatnonzero(bases[0] < 0))
    share = len(chosen) // 1000
    itself, ring, odd = chosen[:share], chosen[share: share + share // 10], chosen[2 * share: 4 * share]
    bases[0, itself], bases[0, ring] = itself, np.roll(ring, 1)
    bases[0, odd] = odd_bases + draw.integers(len(ODD_BASES), size=len(odd))
    steps[0, np.concatenate([itself, ring, odd])] = 0


def _lists(slots: Any, names: pl.Series) -> pl.Series:
    """What the numbers of all slots name, as lists."""
    columns = [names.gather(pl.Series(slot).set(pl.Series(slot < 0), None)).alias(str(number)) for number, slot in enumerate(slots)]
    return pl.DataFrame(columns).select(lists=pl.concat_list(pl.all()).list.drop_nulls())["lists"]

if __name__ == "__main__":
    make(int(sys.argv[1]), Path(sys.argv[2]))
