"""Jupyter notebooks: code cells as Python, `!` and `%%bash` as shell. Outputs and text cells are no code."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from checker.scan import embedded
from checker.scan.commands import Word
from checker.scan.readers import python, scripts
from checker.scan.shell import script
from checker.scan.source import Malformed, Mention, Source

_SHELL = re.compile(r"[ \t]*!")
_MAGIC = re.compile(r"[ \t]*%{1,2}[A-Za-z]")
_SHELL_CELL = re.compile(r"%%(?:bash|sh|zsh|shell|script|system|sx|!)")
_WRITTEN_CELL = re.compile(r"%%(?:writefile|file|writetemplate)\s+(?:-a\s+)?[\"']?([^\s\"']+)")
_COMMAND_MAGIC = re.compile(r"[ \t]*%(?:env|set_env|run|pip|conda|uv|sx|system|sc)\b")
_ASSIGNED_SHELL = re.compile(r"([ \t]*)[A-Za-z_][\w, ]*=[ \t]*[!%]")
_QUESTION = re.compile(r"[\w.]+\?{1,2}\s*\Z")


def fits(path: str) -> bool:
    """Notebooks."""
    return path.lower().endswith(".ipynb")


def read(source: Source) -> Iterator[Mention]:
    """What the code cells name. All cells are one program, for a name may be set in one and used in the next."""
    try:
        notebook = json.loads(source.text)
    except (ValueError, RecursionError) as error:
        raise Malformed(f"not a notebook: {type(error).__name__}") from None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if cells is None and isinstance(notebook, dict):
        cells = [cell for sheet in notebook.get("worksheets") or () if isinstance(sheet, dict) for cell in sheet.get("cells") or ()]
    rows = [row for cell in cells or () if isinstance(cell, dict) and cell.get("cell_type") == "code" for row in _rows(cell)]
    code = "\n".join(row for _, row in rows).lower().encode(errors="replace")
    if not any(hint in code for hint in (*python.hints(), *scripts.HINTS)) and not source.shows_models:
        return
    places = _places(source.lines, rows)
    yield from _told(rows, places)


def _rows(cell: dict[str, Any]) -> list[tuple[str, str]]:
    """(kind, line) of each line of a cell.

    Kinds: `python`; `shell` (a line for the shell) and `more` of it; `script` (in a cell for the shell); `file NAME`; `none`; `other`.
    """
    held = cell.get("source", cell.get("input", ""))
    lines = ("".join(str(one) for one in held) if isinstance(held, list) else str(held)).split("\n")
    if _SHELL_CELL.match(lines[0]):
        return [("none", lines[0]), *(("script", line) for line in lines[1:])]
    written = _WRITTEN_CELL.match(lines[0])
    if written:
        return [("none", lines[0]), *((f"file {written.group(1)}", line) for line in lines[1:])]
    if lines[0].startswith("%%") and not re.match(r"%%(time|timeit|capture|prun|memit)\b", lines[0]):
        return [("other", line) for line in lines]
    found: list[tuple[str, str]] = []
    shell = False
    for line in lines:
        match = _SHELL.match(line)
        if shell or match or _COMMAND_MAGIC.match(line) or _ASSIGNED_SHELL.match(line):
            found.append(("more" if shell else "shell", line))
            shell = line.rstrip().endswith("\\")
        elif _MAGIC.match(line) or _QUESTION.match(line):
            found.append(("none", line))
        else:
            found.append(("python", line))
    # A cell that is no Python must not spoil the others: its lines stand each for itself.
    return found if _parses(found) else [("alone" if kind == "python" else kind, line) for kind, line in found]


def _parses(rows: list[tuple[str, str]]) -> bool:
    import ast
    import warnings

    text = _module(rows)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _module(rows: list[tuple[str, str]]) -> str:
    """The Python lines in their places; a command among them becomes `pass`, indented as it was, so that blocks stay whole."""

    def kept(kind: str, line: str) -> str:
        if kind == "python":
            return line
        return line[: len(line) - len(line.lstrip())] + "pass" if kind in ("shell", "none") else ""

    return "\n".join(kept(kind, line) for kind, line in rows)


def _places(lines: list[str], rows: list[tuple[str, str]]) -> list[int]:
    """The line of the file where each line of code stands. They come in the file in the same order, as JSON strings."""
    places: list[int] = []
    at = 0
    for _, row in rows:
        wanted = json.dumps(row, ensure_ascii=False)[1:-1].strip()
        other = json.dumps(row)[1:-1].strip()
        near = range(at, min(at + 3_000, len(lines))) if wanted else ()
        found = next((number for number in near if wanted in lines[number] or other in lines[number]), None)
        if found is not None:
            at = found
        places.append(at + 1)
        if found is not None and len(lines) > 1:
            at += lines[found].rstrip().endswith(('"', '",'))
    return places


def _told(rows: list[tuple[str, str]], places: list[int]) -> Iterator[Mention]:
    def placed(mention: Mention) -> Mention:
        return mention._replace(line=places[min(mention.line, len(places)) - 1] if places else 1)

    alone = {"alone"}
    known: dict[str, Word] = {}
    try:
        module = python.Module(_module(rows))
        known = module.constants()
        yield from (placed(one) for one in module.mentions())
    except Malformed:
        alone.add("python")
    for number, (kind, line) in enumerate(rows):
        if kind in alone:
            yield from _alone(line, places[number])
    shell = "\n".join(_command(line) if kind == "shell" else line if kind in ("script", "more") else "" for kind, line in rows)
    yield from (placed(one) for one in script(shell, 1, known))
    for kind, group in groupby(enumerate(rows, 1), key=lambda one: one[1][0]):
        if kind.startswith("file "):
            written = list(group)
            text = "\n".join(line for _, (_, line) in written)
            yield from (placed(one) for one in embedded.mentions(kind[5:], text, written[0][0]))


def _command(line: str) -> str:
    """A line for the shell as the shell gets it: Python's `{NAME}` as a variable, magics as the commands they are."""
    text = re.sub(r"^[ \t]*(?:[A-Za-z_][\w, ]*=[ \t]*)?[!%]{0,2}", "", line)
    text = re.sub(r"^(?:set_)?env[ \t]+([A-Za-z_]\w*)(?:[ \t]+(?!=)|[ \t]*=[ \t]*)", r"export \1=", text)
    return re.sub(r"(?<![$\"'{:])\{([A-Za-z_]\w*)\}", r"${\1}", re.sub(r"^run[ \t]", "python ", text))


def _alone(line: str, place: int) -> Iterator[Mention]:
    """A line that is Python by itself, where the cells together are none."""
    try:
        yield from (one._replace(line=place) for one in list(python.mentions(line.strip())))
    except Malformed:
        return
