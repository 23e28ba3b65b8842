"""How long a scan of 20,000 files takes, and how much memory; reported, never asserted."""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from typing import Any

import pytest

from checker.scan.scanner import survey

FILES = 20_000
PLAIN = "".join(f"def function_{number}(value):\n    return [value * item for item in range({number})]\n\n\n" for number in range(30))
KINDS = [
    *[("py", PLAIN)] * 17, ("py", PLAIN + 'MODEL = "Qwen/Qwen2.5-7B"\nAutoModel.from_pretrained(MODEL)\n'), *[("py", PLAIN + "class A(models.Model):\n    name = 'a/b'\n")] * 2,
    ("ipynb", json.dumps({"cells": [{"cell_type": "code", "source": ["x = 1\n", "AutoModel.from_pretrained('acme/m')"], "outputs": [{"data": {"image/png": "A" * 50_000}}]}]}, indent=1)),
    *[("yaml", "services:\n" + "".join(f"  s{number}:\n    image: a/b\n    command: --model acme/m\n" for number in range(10)))] * 9,
    *[("ts", "export const model = 1;\n" + "export function f(a: number) { return a; }\n" * 50)] * 10,
    *[("sh", "MODEL=acme/m\n" + "cp a b | grep c\n" * 30)] * 5, *[("md", "# Title\n" + "text\n" * 50)] * 5, *[("c", "int main() { return 0; }\n" * 50)] * 50,
]


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fifth Python, 200 notebooks, two sparse files of 1 GB."""
    root = tmp_path_factory.mktemp("large")
    for number in range(FILES):
        suffix, text = KINDS[number % len(KINDS)]
        path = root / f"d{number % 200}" / f"f{number}.{suffix}"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    for name in ("a.bin", "b.safetensors"):
        with (root / name).open("wb") as handle:
            handle.write((2).to_bytes(8, "little") + b"{}")
            handle.truncate(1 << 30)
    return root


def test_scan(benchmark: Any, repository: Path) -> None:
    """The whole scan, in as many processes as it takes."""
    inventory = benchmark.pedantic(survey, (repository,), rounds=1)
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    benchmark.extra_info["peak_megabytes"] = peak // (1024 if sys.platform == "linux" else 1024 * 1024)
    assert len(inventory.hits) > 1_000
