"""Real files, where LICET_CORPUS names a folder of them with an `expect.yaml`: every required hit, and nothing else."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from checker.scan.inventory import Hit, Inventory
from checker.scan.scanner import survey

CORPUS = os.environ.get("LICET_CORPUS")
#: at least this part of what is expected is found, and of what is found is expected
ENOUGH = 0.97


@pytest.fixture(scope="module")
def inventory() -> Inventory:
    return survey(Path(str(CORPUS)))


def expected() -> list[dict[str, Any]]:
    return yaml.safe_load(Path(str(CORPUS), "expect.yaml").read_text()) if CORPUS else []


def is_required(hit: Hit, one: dict[str, Any]) -> bool:
    return any(hit.id == model["id"] and hit.role == model["role"] and hit.line == model["line"] for model in one["models"])


if CORPUS:

    def test_recall_and_precision_on_real_files(inventory: Inventory) -> None:
        by_file = {one["file"]: one for one in expected()}
        hits = [hit for hit in inventory.hits if hit.file in by_file]
        required = [(one["file"], model["id"], model["role"], model["line"]) for one in by_file.values() for model in one["models"]]
        missed = set(required) - {(hit.file, hit.id, hit.role, hit.line) for hit in hits}
        allowed = {(one["file"], str(other["text"])) for one in by_file.values() for other in one.get("may", [])}
        wrong = [hit for hit in hits if not is_required(hit, by_file[hit.file]) and (hit.file, hit.id) not in allowed]
        assert len(required) > 50
        assert 1 - len(missed) / len(required) >= ENOUGH, sorted(missed)
        assert 1 - len(wrong) / len(hits) >= ENOUGH, wrong

    def test_no_trap_is_reported(inventory: Inventory) -> None:
        traps = {(one["file"], trap["text"], trap.get("line")) for one in expected() for trap in one.get("not_models", [])}
        found = {(hit.file, hit.id, line) for hit in inventory.hits for line in (hit.line, None)}
        assert traps and not traps & found

    def test_paths_are_told_from_ids_and_labels_are_found(inventory: Inventory) -> None:
        local = {(one.file, one.id) for one in inventory.local}
        labels = {(one.file, one.label.casefold(), one.line) for one in inventory.licenses}
        wanted = {(one["file"], other["text"]) for one in expected() for other in one.get("local", [])}
        declared = {(one["file"], label["tag"].casefold(), label["line"]) for one in expected() for label in one["licences_declared"]}
        assert len(wanted - local) <= len(wanted) * (1 - ENOUGH) + 1, wanted - local
        assert not declared - labels
        assert {one.file for one in inventory.skipped if one.cause == "malformed"} <= {one["file"] for one in expected() if one.get("invalid_front_matter")}
