"""The policy that a new organization begins with: valid, commented, and passing for a repository that names no model; schemas for editors."""

from __future__ import annotations

import json
from pathlib import Path

from checker.load.book import Library

_TEMPLATES = Path(__file__).parent / "templates"
#: the folder beside policy and scenarios that holds their schemas
SCHEMAS = ".licet"


def policy() -> str:
    """The text of a first policy."""
    return (_TEMPLATES / "licet.yaml").read_text(encoding="utf-8")


def waivers() -> str:
    """The text of a first file of waivers."""
    return (_TEMPLATES / "licet.waivers.yaml").read_text(encoding="utf-8")


def schema_file(name: str) -> str:
    """Where the schema of policy, waivers or scenario lies, from the folder of the file that names it."""
    return f"{SCHEMAS}/{name}.schema.json"


def schema(name: str, library: Library) -> str:
    """The text of a schema file."""
    return json.dumps(library.schema(name), indent=1) + "\n"
