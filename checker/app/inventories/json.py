"""An inventory as JSON, for machines."""

from __future__ import annotations

import json
from typing import Any

from checker.scan.inventory import Inventory


def render(inventory: Inventory, *_: Any, **__: Any) -> str:
    """`{"hits", "licenses", "hosted", "local", "skipped"}`, each a list in the order of files and lines."""
    return json.dumps(inventory.data(), ensure_ascii=False, indent=2) + "\n"
