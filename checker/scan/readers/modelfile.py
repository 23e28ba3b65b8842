"""Ollama Modelfiles: FROM, ADAPTER, DRAFT, LICENSE. Prompts and templates in `\"\"\"` are text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from checker.scan.source import Label, Mention, Source

_INSTRUCTION = re.compile(r"[ \t]*([A-Za-z]+)[ \t]+(.*)")
_WEIGHTS = re.compile(r"(?i).*\.(gguf|ggml|bin|safetensors)$|.*blobs/sha256[-:].*")


def fits(path: str) -> bool:
    """`Modelfile`, alone or as part of a name."""
    name = path.rpartition("/")[2].lower()
    return name.endswith("modelfile") or name.startswith("modelfile") or ".modelfile" in name


def read(source: Source) -> Iterator[Mention | Label]:
    """The model it is made from, adapters, and the license it gives."""
    yield from mentions(source.text)
    yield from _licenses(source.text)


def mentions(text: str, first_line: int = 1) -> Iterator[Mention]:
    """What the instructions of a Modelfile name."""
    for number, word, value in _instructions(text, first_line):
        value = value.split(" #")[0].strip().strip("\"'")
        if word == "FROM" and value:
            addressed = "://" in value or value.startswith(("hf.co/", "huggingface.co/"))
            local = not addressed and (_WEIGHTS.match(value) or value.startswith((".", "/", "~")) or value.count("/") > 2)
            yield Mention(value, number, "used", "Modelfile: FROM", "path" if local else "ollama")
        elif word in ("ADAPTER", "DRAFT") and value:
            yield Mention(value, number, "used", f"Modelfile: {word}", "path")


def _licenses(text: str) -> Iterator[Label]:
    for number, word, value in _instructions(text, 1):
        if word == "LICENSE":
            title = next((line.strip() for line in value.strip('"').split("\n") if line.strip()), "")
            yield Label(title[:120], number, "Modelfile: LICENSE")


def _instructions(text: str, first_line: int) -> Iterator[tuple[int, str, str]]:
    """Line, word and value of each instruction; a value in three quotation marks goes on over lines."""
    lines = text.split("\n")
    index = 0
    while index < len(lines):
        match = _INSTRUCTION.match(lines[index])
        number = index + first_line
        index += 1
        if match is None or lines[index - 1].lstrip().startswith("#"):
            continue
        value = match.group(2).strip()
        if value.startswith('"""'):
            held = [value[3:]]
            while '"""' not in held[-1] and index < len(lines):
                held.append(lines[index])
                index += 1
            value = "\n".join(held).replace('"""', "")
        elif value.startswith('"') and value.count('"') == 1:
            while index < len(lines) and '"' not in lines[index]:
                index += 1
            index += 1
        yield number, match.group(1).upper(), value
