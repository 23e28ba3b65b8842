"""Scripts without a suffix, known by their first line: `#!/bin/sh`, `#!/usr/bin/env python3`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from checker.scan.readers import javascript, python, scripts
from checker.scan.shell import script
from checker.scan.source import Mention, Source

_FIRST_LINE = re.compile(rb"#!\s*\S*?([A-Za-z]+)[0-9.]*(?:[ \t]+(?:-S[ \t]+)?([A-Za-z]+))?")
_SCRIPTS = ("node", "deno", "bun", "tsx")


def fits(path: str) -> bool:
    """Names without a suffix that nothing else tells of."""
    name = path.rpartition("/")[2]
    return "." not in name and not scripts.fits(path)


def read(source: Source) -> Iterator[Mention]:
    """What the script names; anything without such a first line is none."""
    match = _FIRST_LINE.match(source.head(200))
    if match is None:
        return
    program = (match.group(2) or match.group(1) if match.group(1) == b"env" else match.group(1)).decode()
    if program.startswith("python"):
        yield from python.read(source)
    elif program in _SCRIPTS:
        yield from javascript.read(source)
    elif source.holds(scripts.HINTS) or source.shows_models:
        yield from script(source.text)
