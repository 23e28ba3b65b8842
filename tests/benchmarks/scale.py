"""How licet grows: cold start, a warm assessment, audits of ten thousand to millions of made-up rows; writes the table of docs/performance.md.

    python tests/benchmarks/scale.py                         # print
    python tests/benchmarks/scale.py --write                 # and write docs/performance.md
    python tests/benchmarks/scale.py --rows 10000000         # one size
    python tests/benchmarks/scale.py --write --spark         # on Spark too (local mode; extra spark, Java)

made_up.py beside this file makes the tables. Every measurement is a process of its own, with the processor time of its helpers; a join of the same
table, made in the same minute, stands beside the audits. This script imports nothing large: the memory of a process counts from that of its parent.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import importlib.metadata
import itertools
import json
import math
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
PAGE = ROOT / "docs" / "performance.md"
SIZES = (10_000, 100_000, 500_000, 1_000_000, 2_000_000)
#: rows from which on growth is told: below, the start of the program is most of it
GROWING = 100_000
TIMES = 3
DAY = "2026-08-22"
#: the columns of a result that a list of verdicts needs
VERDICTS = ("--only", "id,verdict")


# ---- measuring -------------------------------------------------------------------------------------------------------

SEED = "seeds/v04-avocado-three-teachers.yaml"
WARM = {
    f"assessment of `{SEED}`, warm": f"""
from pathlib import Path
from checker.core.assess import assess
from checker.load.scenario import load_scenario
book, scenario = library.book(), load_scenario(Path({SEED!r}), library)
def once(): assess(book, scenario)
""",
    "identifying the text of this project's `LICENSE`, warm": """
from pathlib import Path
from checker.app.identify import of_text
text = Path("LICENSE").read_text()
def once(): of_text(text, library)
"""}
MEDIAN = """
import resource, time
from checker.load.book import Library
library = Library()
{code}
once()
def timed(clock):
    started = clock(); once(); return clock() - started
for clock in (time.perf_counter, time.process_time): print(sorted(timed(clock) for _ in range(101))[50])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
#: what the times of an audit are compared with: the same table read, and each model joined with its first base
BASELINE = """
import polars as pl, sys
models = pl.scan_parquet(sys.argv[1])
models.join(models.select("id", "license"), left_on=pl.col("base_model").list.first(), right_on="id", how="left").collect()
"""
Measured = dict[str, float]


def surroundings(cache: str) -> dict[str, str]:
    """The environment of what is measured: modules are compiled once, as they are where licet is installed, and answers are kept in this cache."""
    return {**{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}, "XDG_CACHE_HOME": cache}


def run(*arguments: str, cache: str, output: str = os.devnull) -> Measured:
    """Seconds, processor seconds with those of its helpers, and the memory of the largest process (MB), of `python …`. Raises if it fails."""
    with tempfile.TemporaryFile() as said, open(output, "wb") as shown:
        started = time.perf_counter()
        process = subprocess.Popen([sys.executable, *arguments], stdout=shown, stderr=said, cwd=ROOT, env=surroundings(cache))
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if status:
            said.seek(0)
            raise RuntimeError(said.read().decode()[-2000:])
    return {"seconds": seconds, "cpu": usage.ru_utime + usage.ru_stime, "memory": usage.ru_maxrss / 1024}


def median(*arguments: str, cache: str, times: int = TIMES) -> Measured:
    """The median of several runs, by processor time; a place `{}` in the name of the cache makes each the first ever, with a cache of its own."""
    return sorted((run(*arguments, cache=cache.format(number)) for number in range(times)), key=lambda one: one["cpu"])[times // 2]


def warm(code: str, cache: str) -> Measured:
    """The median of 101 calls in one process."""
    done = subprocess.run([sys.executable, "-c", MEDIAN.format(code=code)], stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT, env=surroundings(cache))
    seconds, cpu, memory = map(float, done.stdout.split())
    return {"seconds": seconds, "cpu": cpu, "memory": memory}


def smaller(folder: str) -> list[tuple[str, Measured]]:
    """What is done to one scenario, one text, one repository."""
    cache, many = f"{folder}/cache", Path(folder) / "repository"
    for number in range(5):
        shutil.copytree(ROOT / "checker", many / str(number), ignore=shutil.ignore_patterns("__pycache__"))
    files = sum(one.is_file() for one in many.rglob("*"))
    check = ("-m", "checker", "check", SEED, "--fail-on", "never")
    run(*check, cache=cache)
    return [("start of the interpreter", median("-c", "pass", cache=cache)), ("the same with `import click, yaml`", median("-c", "import click, yaml", cache=cache)),
            (f"`licet check {SEED}`", median(*check, cache=cache)), *((name, warm(code, cache)) for name, code in WARM.items()),
            (f"`licet scan` of {files:,} files", median("-m", "checker", "scan", str(many), cache=cache, times=1))]


def on_spark(sizes: Sequence[int], folder: str) -> str:
    """The same audits on Spark, on this machine, questions answered before. Its Java is no process that could be asked for its processor time: what
    its tasks took and shuffled comes from its log of events."""
    lines = ["", "On Spark in local mode, questions answered before:", "", "| rows | seconds by the clock | processor seconds of tasks | shuffled, MB | shuffled, rows |",
             "| --- | --- | --- | --- | --- |"]
    for rows in sizes:
        cache, table, log = (f"{folder}/{name}" for name in (f"cache-{rows}", "table.parquet", f"events-{rows}"))
        arguments = ("-m", "checker", "audit", table, "--as-of", DAY, "-q", "-o")
        os.mkdir(log)
        Path(log, "spark-defaults.conf").write_text(f"spark.eventLog.enabled true\nspark.eventLog.dir file://{log}\nspark.eventLog.compress false\n", encoding="utf-8")
        run(str(HERE / "made_up.py"), str(rows), table, cache=cache)
        run(*arguments, f"{folder}/result.parquet", cache=cache)
        os.environ["SPARK_CONF_DIR"] = log
        took = run(*arguments, f"{folder}/spark-{rows}.parquet", "--engine", "spark", cache=cache)
        tasks = [event["Task Metrics"] for file in Path(log).rglob("events_*") for event in map(json.loads, file.open(encoding="utf-8")) if event.get("Task Metrics")]
        shuffled = [one["Shuffle Write Metrics"] for one in tasks]
        lines.append(f"| {rows:,} | {took['seconds']:.0f} | {sum(one['Executor CPU Time'] for one in tasks) / 1e9:.0f} "
                     f"| {sum(one['Shuffle Bytes Written'] for one in shuffled) / 1e6:.0f} | {sum(one['Shuffle Records Written'] for one in shuffled):,} |")
        print(lines[-1], file=sys.stderr, flush=True)
    return "\n".join(lines) + "\n"


def audits(rows: int, folder: str) -> dict[str, Measured]:
    """The audit of a made-up table: the first ever, all columns or verdicts alone, one whose questions were answered before, those from its snapshot; and the baseline."""
    table, result, snapshot, counted, cache = (f"{folder}/{name}" for name in ("table.parquet", "result.parquet", "table.licet", "counts.json", f"cache-{rows}"))
    run(str(HERE / "made_up.py"), str(rows), table, cache=cache)
    arguments = ("-m", "checker", "audit", table, "--as-of", DAY, "-q", "-o", result)
    found = {"first": median(*arguments, cache=f"{cache}-{{}}"), "first verdicts": median(*arguments, *VERDICTS, cache=f"{cache}-verdicts-{{}}"),
             "baseline": median("-c", BASELINE, table, cache=cache)}
    run(*arguments, "--snapshot", snapshot, cache=cache)
    found |= {"again": median(*arguments, cache=cache), "verdicts": median(*arguments, *VERDICTS, cache=cache)}
    from_snapshot = ("-m", "checker", "audit", snapshot, "--as-of", DAY, "-q")
    found["snapshot"] = median(*from_snapshot, "-o", f"{folder}/result.arrow", cache=cache)
    found["snapshot verdicts"] = median(*from_snapshot, "-o", f"{folder}/verdicts.arrow", *VERDICTS, cache=cache)
    run(*from_snapshot, "-f", "json", cache=cache, output=counted)
    found["counts"] = median(*from_snapshot, "-f", "json", cache=cache)
    found["again"]["questions"] = json.loads(Path(counted).read_text())["questions"]["distinct"]
    found["again"]["snapshot"] = Path(snapshot).stat().st_size / 1e6
    return found


# ---- telling ---------------------------------------------------------------------------------------------------------


def machine() -> str:
    """When, where and under which load it was measured."""
    model = ""
    with contextlib.suppress(OSError):
        model = next((line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")), "")
    return (f"{datetime.date.today().isoformat()}, {os.cpu_count()} cores ({model or platform.machine()}), Python {platform.python_version()}, Polars {importlib.metadata.version('polars')}; "
            f"load average {os.getloadavg()[0]:.1f} at the beginning.")


WHAT = {"again": "An audit", "snapshot": "One from its snapshot", "snapshot verdicts": "Its verdicts alone", "baseline": "The baseline"}


def growth(found: dict[int, dict[str, Measured]]) -> list[str]:
    """How processor time grows: a fixed part and one for each row, fitted by their relative errors; what a million more rows took; the exponent."""
    sizes = [rows for rows in found if rows >= GROWING]
    if len(sizes) < 2:
        return []
    told = []
    for name, what in WHAT.items():
        seconds = {rows: found[rows][name]["cpu"] for rows in sizes}
        fixed, each = line(seconds)
        off = max(abs(fixed + each * rows - took) / took for rows, took in seconds.items())
        told.append(f"{what}: {fixed:.2f} s and {1e6 * each:.2f} s for a million rows; no measurement is further than {100 * off:.0f} % from that.")
    for small, large in itertools.pairwise(sizes):
        more = {name: (found[large][name]["cpu"] - found[small][name]["cpu"]) / (large - small) * 1e6 for name in WHAT}
        power = {name: math.log(found[large][name]["cpu"] / found[small][name]["cpu"]) / math.log(large / small) for name in ("again", "baseline")}
        told.append(f"From {small:,} to {large:,} rows a million more took {more['again']:.2f} s (snapshot {more['snapshot']:.2f} s, baseline {more['baseline']:.2f} s); "
                    f"all of the time, the start included, grew with rows to the power {power['again']:.2f} (baseline {power['baseline']:.2f}).")
    return told


def line(seconds: dict[int, float]) -> tuple[float, float]:
    """Fixed seconds and seconds for each row that come nearest to what was measured, by relative errors (least squares)."""
    weights = [1 / took ** 2 for took in seconds.values()]
    total = sum(weights)
    rows = sum(weight * many for weight, many in zip(weights, seconds)) / total
    mean = sum(weight * took for weight, took in zip(weights, seconds.values())) / total
    each = (sum(weight * (many - rows) * (took - mean) for weight, (many, took) in zip(weights, seconds.items()))
            / sum(weight * (many - rows) ** 2 for weight, many in zip(weights, seconds)))
    return mean - each * rows, each


def told(where: str, singles: list[tuple[str, Measured]], found: dict[int, dict[str, Measured]], load: float) -> str:
    """The measurements as Markdown."""
    lines = [where.replace("at the beginning.", f"at the beginning, {load:.1f} at the end."), "", "| what | ms | processor ms | memory, MB |", "|---|---|---|---|"]
    lines += [f"| {name} | {1000 * one['seconds']:.1f} | {1000 * one['cpu']:.1f} | {one['memory']:,.0f} |" for name, one in singles]
    lines += ["", f"Audits: seconds / processor seconds, from the start of the program to the written file (Parquet; from a snapshot Arrow); the median of {TIMES} runs. The first audit ever has "
              "an empty cache: it also reads rules and licenses and answers every question. The answered ones and the snapshot's are what every later audit takes. *id, verdict*: these two "
              "columns alone (`--only`).", "",
              "| rows | distinct questions | first audit ever | id, verdict | questions answered before | id, verdict | memory, MB | from the snapshot | id, verdict | its size, MB "
              "| counts alone from it | baseline |", "|---|---|---|---|---|---|---|---|---|---|---|---|"]
    for rows, one in found.items():
        took = {name: f"{measured['seconds']:.1f} / {measured['cpu']:.1f}" for name, measured in one.items()}
        lines.append(f"| {rows:,} | {one['again']['questions']:,.0f} | {took['first']} | {took['first verdicts']} | {took['again']} | {took['verdicts']} | {one['again']['memory']:,.0f} | "
                     f"{took['snapshot']} | {took['snapshot verdicts']} | {one['again']['snapshot']:,.0f} | {took['counts']} | {took['baseline']} |")
    largest = found[max(found)]
    ratio = largest["again"]["cpu"] / largest["baseline"]["cpu"]
    lines += ["", "The baseline reads the same table with Polars and joins each model with its first base, and writes nothing. "
              f"At {max(found):,} rows an audit takes {ratio:.1f} times the processor time of the baseline.", ""]
    return "\n".join([*lines, *(f"- {one}" for one in growth(found)), ""])


def main() -> None:
    parser = argparse.ArgumentParser(description="How licet grows with what it is given.")
    parser.add_argument("--rows", type=int, action="append", help="rows of an audit; repeatable")
    parser.add_argument("--write", action="store_true", help="write the table into docs/performance.md")
    parser.add_argument("--spark", action="store_true", help="on Spark, too")
    options = parser.parse_args()
    sizes = sorted(options.rows or SIZES)
    where = machine()
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        singles = smaller(folder)
        for rows in sizes:
            found[rows] = audits(rows, folder)
            print(f"{rows:,} rows", found[rows], file=sys.stderr, flush=True)
        spark = on_spark([rows for rows in sizes if rows >= GROWING] or sizes, folder) if options.spark else ""
    text = told(where, singles, found, os.getloadavg()[0]) + spark
    print(text)
    if options.write:
        before, mark, rest = PAGE.read_text(encoding="utf-8").partition("<!-- measured -->\n")
        _, end, after = rest.partition("<!-- end of measured -->\n")
        PAGE.write_text(before + mark + "\n" + text + "\n" + end + after, encoding="utf-8")


if __name__ == "__main__":
    main()
