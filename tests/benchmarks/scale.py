"""How licet grows: cold start, a warm assessment, audits of ten thousand to millions of made-up rows; writes the table of docs/performance.md.

    python tests/benchmarks/scale.py                         # print
    python tests/benchmarks/scale.py --write                 # and write docs/performance.md
    python tests/benchmarks/scale.py --rows 2000000 --keep big.parquet

The rows are drawn from ratios counted over real hub metadata (mix.json beside this file): labels, relations, chain lengths up to 16, labels of
children by the label of their base; with merges, self-loops, circles, missing and local bases, ids of real bases. Every measurement is a process
of its own; the time of an interpreter start, measured in the same minute, stands beside it.
"""

from __future__ import annotations

import argparse
import datetime
import json
import math
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
RELATIONS = {"fine_tune": "finetune", "quantize": "quantized", "adapt": "adapter", "merge": "merge", "copy": "copy"}
REAL_BASES = ("meta-llama/Llama-3.1-8B", "Qwen/Qwen2.5-7B-Instruct", "mistralai/Mistral-7B-v0.1", "google/gemma-7b", "gpt2", "nobody/knows-it", "/home/user/out", "None")
SIZES = (10_000, 100_000, 500_000, 2_000_000)


def make(rows: int, path: Path, seed: int = 1) -> None:
    """Write a Parquet file of made-up models."""
    mix = json.loads((HERE / "mix.json").read_text(encoding="utf-8"))
    draw = np.random.default_rng(seed)
    depth = np.sort(draw.choice(len(mix["depths"]), rows, p=_ratios(mix["depths"])))
    start = np.searchsorted(depth, np.arange(len(mix["depths"]) + 1))
    names = np.array(["", *sorted({*mix["root_labels"], *mix["drift"], *(label for one in mix["drift"].values() for label in one)} - {""})], dtype=object)
    number = {name: place for place, name in enumerate(names)}
    label = np.zeros(rows, np.int64)
    base = np.full(rows, -1)
    label[: start[1]] = draw.choice([number[one] for one in mix["root_labels"]], start[1], p=_ratios(list(mix["root_labels"].values())))
    for level in range(1, len(mix["depths"])):
        here = slice(start[level], start[level + 1])
        above = start[level] - start[level - 1]
        if above == 0 or start[level + 1] == start[level]:
            break
        # few bases have most of the children
        base[here] = start[level - 1] + (above * draw.random(start[level + 1] - start[level]) ** 4).astype(np.int64)
        for one in np.unique(label[base[here]]):
            ratios = mix["drift"].get(names[one]) or mix["root_labels"]
            chosen = np.flatnonzero(label[base[here]] == one) + start[level]
            label[chosen] = draw.choice([number[each] for each in ratios], len(chosen), p=_ratios(list(ratios.values())))
    _write(rows, draw, mix, names[label], base, path)


def _write(rows: int, draw: Any, mix: dict[str, Any], labels: Any, base: Any, path: Path) -> None:
    ids = pl.select(pl.format("publisher-{}/model-{}", pl.int_range(rows) % 9973, pl.int_range(rows))).to_series()
    relation = pl.Series(np.array(list(RELATIONS.values()), dtype=object)[draw.choice(len(RELATIONS), rows, p=_ratios([mix["relations"][one] for one in RELATIONS]))], dtype=pl.String)
    made = base >= 0
    first = ids.gather(np.maximum(base, 0)).set(pl.Series(~made), None)
    roots = np.flatnonzero(~made)
    outside = draw.choice(roots, len(roots) // 50, replace=False)
    texts = np.full(rows, None, dtype=object)
    texts[outside] = draw.choice(REAL_BASES, len(outside))
    texts[roots[:: 2000]] = ids.gather(roots[:: 2000]).to_list()                       # some are made from themselves
    ring = roots[1::2000]
    texts[ring] = ids.gather(np.roll(ring, 1)).to_list()                                # some in one large circle
    several = made & (draw.random(rows) < mix["bases"]["2"] + mix["bases"]["3"] + mix["bases"]["4"])
    second = ids.gather(np.where(several, (np.maximum(base, 0) * draw.random(rows)).astype(np.int64), 0)).set(pl.Series(~several), None)
    frame = pl.DataFrame({"id": ids, "license": pl.Series(labels, dtype=pl.String), "first": first, "text": pl.Series(texts, dtype=pl.String), "second": second, "relation": relation,
                          "downloads": pl.Series(draw.pareto(1.0, rows).clip(0, 1e9).astype(np.int64))})
    frame = frame.with_columns(
        license=pl.when(pl.col("license") != "").then(pl.col("license")),
        base_model=pl.concat_list(pl.coalesce("first", "text"), "second").list.drop_nulls(),
        created=pl.format("2025-{}-{}", (pl.int_range(rows) % 12 + 1).cast(pl.String).str.zfill(2), (pl.int_range(rows) % 28 + 1).cast(pl.String).str.zfill(2)))
    frame = frame.with_columns(relation=pl.when(pl.col("base_model").list.len() > 0).then(pl.concat_list("relation")))
    frame.select("id", "license", "base_model", "relation", "downloads", "created").sample(fraction=1.0, shuffle=True, seed=2).write_parquet(path, compression="zstd")


def _ratios(values: list[float]) -> Any:
    found = np.array(values, float)
    return found / found.sum()


# ---- measuring -------------------------------------------------------------------------------------------------------


def run(*arguments: str, cache: str) -> dict[str, float]:
    """Seconds, and the most memory of one process (MB), of `python …`. Raises if it fails."""
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=ROOT, env={**os.environ, "XDG_CACHE_HOME": cache})
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError((process.stderr.read() if process.stderr else b"").decode()[-2000:])
    return {"seconds": time.perf_counter() - started, "cpu": usage.ru_utime + usage.ru_stime, "memory": usage.ru_maxrss / 1024}


def measure(sizes: list[int], keep: str | None) -> list[tuple[str, dict[str, float]]]:
    """Every measurement with its name."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        cache, seed = f"{folder}/cache", "seeds/v04-avocado-three-teachers.yaml"
        run("-m", "checker", "check", seed, "--fail-on", "never", cache=cache)
        found.append(("interpreter start", best("-c", "pass", cache=cache)))
        found.append(("`licet check`, four licenses, from a cold start", best("-m", "checker", "check", seed, "--fail-on", "never", cache=cache)))
        for rows in sizes:
            table, result, snapshot = keep or f"{folder}/table.parquet", f"{folder}/result.parquet", f"{folder}/table.licet"
            make(rows, Path(table))
            arguments = ("-m", "checker", "audit", table, "--as-of", "2026-08-01", "-o", result)
            found.append((f"audit of {rows:,} rows, nothing answered before", run(*arguments, cache=f"{folder}/cache-{rows}")))
            found.append((f"audit of {rows:,} rows", best(*arguments, cache=f"{folder}/cache-{rows}")))
            run(*arguments, "--snapshot", snapshot, cache=f"{folder}/cache-{rows}")
            found.append((f"the same from its snapshot ({Path(snapshot).stat().st_size / 1e6:.0f} MB)",
                          best("-m", "checker", "audit", snapshot, "--as-of", "2026-08-01", "-o", result, cache=f"{folder}/cache-{rows}")))
            for name, one in found[-3:]:
                print(name, one, file=sys.stderr, flush=True)
    return found


def best(*arguments: str, cache: str) -> dict[str, float]:
    """The fastest of three runs."""
    return min((run(*arguments, cache=cache) for _ in range(3)), key=lambda one: one["seconds"])


def exponents(found: list[tuple[str, dict[str, float]]], sizes: list[int]) -> list[str]:
    """How the time of an audit grows from each size to the next: 1 is linear."""
    times = {rows: one["seconds"] for rows in sizes for name, one in found if name == f"audit of {rows:,} rows"}
    pairs = list(zip(sizes, sizes[1:]))
    return [f"{small:,} to {large:,} rows: time grows with rows to the power {math.log(times[large] / times[small]) / math.log(large / small):.2f}" for small, large in pairs]


def table(found: list[tuple[str, dict[str, float]]], sizes: list[int]) -> str:
    """The measurements as Markdown."""
    load = os.getloadavg()[0]
    lines = [f"{datetime.date.today().isoformat()}, {os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}, Polars {pl.__version__}, "
             f"load average {load:.1f} at the end.", "", "| what | seconds | processor seconds | memory, MB |", "|---|---|---|---|"]
    lines += [f"| {name} | {one['seconds']:.2f} | {one['cpu']:.2f} | {one['memory']:,.0f} |" for name, one in found]
    return "\n".join([*lines, "", *(f"- {line}" for line in exponents(found, sizes)), ""])


def main() -> None:
    parser = argparse.ArgumentParser(description="How licet grows with what it is given.")
    parser.add_argument("--rows", type=int, action="append", help="rows of an audit; repeatable")
    parser.add_argument("--keep", help="where to leave the table that was made")
    parser.add_argument("--make", action="store_true", help="only make the table")
    parser.add_argument("--write", action="store_true", help="write the table into docs/performance.md")
    options = parser.parse_args()
    sizes = sorted(options.rows or SIZES)
    if options.make:
        make(sizes[-1], Path(options.keep or "table.parquet"))
        return
    text = table(measure(sizes, options.keep), sizes)
    print(text)
    page = ROOT / "docs" / "performance.md"
    if options.write:
        before, mark, rest = page.read_text(encoding="utf-8").partition("<!-- measured -->\n")
        _, end, after = rest.partition("<!-- end of measured -->\n")
        page.write_text(before + mark + "\n" + text + "\n" + end + after, encoding="utf-8")


if __name__ == "__main__":
    main()
