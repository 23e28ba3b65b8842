"""`licet scan`: what a repository names, where, and what was not read."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.scan.inventory import Inventory
from checker.scan.scanner import survey


@pytest.fixture
def scanned(tmp_path: Path):  # noqa: ANN201
    """Scan a repository made of these files."""

    def scan(files: dict[str, str | bytes]) -> Inventory:
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return survey(tmp_path)

    return scan


def hits(inventory: Inventory) -> list[tuple[str, str, int]]:
    return [(one.id, one.role, one.line) for one in inventory.hits]


def test_python_is_followed_through_constants_defaults_and_strings(scanned) -> None:
    found = scanned({"a.py": '''"""Not this: from_pretrained("doc/string")"""
import os
MODEL = "Qwen/Qwen2.5-7B"
ORG = "meta-llama"
AutoModel.from_pretrained(MODEL, revision="abc123")
AutoModel.from_pretrained(f"{ORG}/Llama-3.1-8B")
pipeline("text-generation", model=os.getenv("MODEL_X", "google/gemma-2b"))
# AutoModel.from_pretrained("com/ment")
def load(name="bigscience/bloom"):
    return AutoModel.from_pretrained(name)
load_dataset("imdb")
load_dataset("json", data_files="x.json")
model.push_to_hub("me/mine")
'''})
    assert hits(found) == [("Qwen/Qwen2.5-7B", "used", 3), ("meta-llama/Llama-3.1-8B", "used", 6), ("google/gemma-2b", "used", 7), ("bigscience/bloom", "used", 9), ("imdb", "dataset", 11)]
    assert found.hits[0].revision == "abc123"
