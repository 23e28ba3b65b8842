"""Files as real projects write them, from `tests/scanned`: every model and data set with role and line, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from checker.scan.scanner import survey

CASES: list[dict[str, Any]] = [case for file in sorted(Path(__file__).with_name("scanned").glob("*.yaml")) for case in yaml.safe_load(file.read_text())]


def notebook(cells: list[str]) -> str:
    """A notebook of these code cells, as Jupyter writes it: one line of a cell on each line of the file."""
    code = [{"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": cell.splitlines(keepends=True)} for cell in cells]
    return json.dumps({"cells": code, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)


def line_of(text: str, name: str) -> int:
    """The first line of a notebook's text in which a name stands."""
    return next(number for number, line in enumerate(text.split("\n"), 1) if name in line)


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["file"]))
def test_a_real_file_is_read_right(case: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / case["file"]
    path.parent.mkdir(parents=True, exist_ok=True)
    text = notebook(case["cells"]) if "cells" in case else case["text"]
    path.write_text(text)
    found = survey(tmp_path)
    hits = [one.split() for one in case.get("hits", [])]
    expected = [(name, role, int(line[0]) if line else line_of(text, name)) for name, role, *line in hits]
    assert sorted((one.id, one.role, one.line) for one in found.hits) == sorted(expected)
    assert sorted(one.id for one in found.hosted) == sorted(case.get("hosted", []))
    assert sorted(one.id for one in found.local) == sorted(case.get("local", []))
    assert [one for one in found.skipped if one.cause == "malformed"] == []

