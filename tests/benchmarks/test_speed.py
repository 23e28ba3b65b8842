"""How long things take; reported, never asserted. Ratios to a base measured in the same run say more than milliseconds."""

from __future__ import annotations

import subprocess
import sys
import tracemalloc
from pathlib import Path
from typing import Any

from checker.app import compatibility
from checker.app.check import check_text
from checker.app.compatibility import Pair
from checker.app.formats import renderer
from checker.core.assess import assess
from checker.load.book import Library
from checker.load.scenario import load_scenario

ROOT = Path(__file__).parent.parent.parent
V02, V04, V05 = (ROOT / "seeds" / f"{name}.yaml" for name in ("v02-avocado-qwen2.5-72b", "v04-avocado-three-teachers", "v05-avocado-facts-missing"))


def run(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], check=False, stdout=subprocess.DEVNULL, cwd=ROOT)


def test_cold_base(benchmark: Any) -> None:
    """The base of the ratio: an interpreter that imports click and yaml."""
    benchmark(run, "-c", "import click, yaml")


def test_cold_check(benchmark: Any) -> None:
    """`licet check` of V02 from a cold start."""
    benchmark(run, "-m", "checker", "check", str(V02), "-f", "json")


def test_warm_assess(benchmark: Any, library: Library) -> None:
    """One assessment of V04, every finding with what it rests on, without sensitivity."""
    scenario = load_scenario(V04, library)
    benchmark(assess, library.book(), scenario)


def test_warm_assessment(benchmark: Any, library: Library) -> None:
    """The complete result of V04 with sensitivity."""
    benchmark(check_text, V04.read_text(), "v04", library, as_of="2025-12-10")


def test_warm_worlds(benchmark: Any, library: Library) -> None:
    """The complete result of V05, where little is known."""
    benchmark(check_text, V05.read_text(), "v05", library, as_of="2025-12-10")


def test_html(benchmark: Any, library: Library) -> None:
    """The HTML report of V04 from its result."""
    entry = check_text(V04.read_text(), "v04", library, as_of="2025-12-10")
    benchmark(renderer("html"), [entry])


def test_pairs(benchmark: Any, library: Library) -> None:
    """One license against every license we know; all pairs take as many times that as there are licenses."""
    asked = [Pair("llama-3.1", outbound, "modification") for outbound in sorted(library.license_files)]
    benchmark(compatibility.answers, asked, library, as_of="2025-12-10")


def test_memory(benchmark: Any, library: Library) -> None:
    """Peak of Python's own memory while V04 is judged."""

    def peak() -> int:
        tracemalloc.start()
        check_text(V04.read_text(), "v04", library, as_of="2025-12-10")
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    benchmark.extra_info["peak_bytes"] = benchmark(peak)
