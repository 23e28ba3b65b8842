"""YAML, JSON and TOML: each document goes to the family that recognizes it, else it is read by its keys."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from checker.scan import settings
from checker.scan.inventory import Link
from checker.scan.source import Label, Malformed, Mention, Source
from checker.scan.tree import Node, json_documents, toml_documents, yaml_documents
from checker.scan.words import words

_NAMES = re.compile(r"(?i).*\.(ya?ml|json|json5|jsonc|toml|dvc|jsonld|cdx|spdx)(?:\.(?:example|sample|template|tmpl|tpl|dist|j2|jinja|jinja2|gotmpl|in))?$"
                    r"|(?:.*/)?(?:MLmodel|licet\.lock)$")
HINTS = (b"model", b"llm", b"dataset", b"hf://", b"hf.co", b"hugging", b"ollama", b"checkpoint", b"ckpt", b"adapter", b"lora", b"embed", b"pretrained",
         b"tokenizer", b"encoder", b"repo_id", b"whisper", b"spacy", b"cyclonedx", b"hf_hub")
_TEMPLATE_LINE = re.compile(r"(?m)^[ \t]*\{\{-?[^{}\n]*-?\}\}[ \t]*$|^[ \t]*\{%-?[^{}\n]*-?%\}[ \t]*$")
_TEMPLATE = re.compile(r"\{\{[^{}\n]*\}\}|\{%[^{}\n]*%\}|\{#[^{}\n]*#\}")


def fits(path: str) -> bool:
    """By the end of the name; lock files and vocabularies are data."""
    return _NAMES.match(path) is not None and path.rpartition("/")[2] not in words("files")["lock_files"]


@cache
def families() -> tuple[Any, ...]:
    """Every module in the folder of document families."""
    package = importlib.import_module("checker.scan.documents")
    folder = Path(str(package.__file__)).parent
    return tuple(importlib.import_module(f"checker.scan.documents.{one.name}") for one in pkgutil.iter_modules([str(folder)]) if not one.name.startswith("_"))


def read(source: Source) -> Iterator[Mention | Label | Link]:
    """What the documents of the file name."""
    if not source.holds(HINTS) or (source.name.endswith(".json") and not source.promises):
        return
    for document in documents(source):
        family = next((one for one in families() if one.recognizes(document, source.path)), None)
        if family is None:
            yield from settings.read(document, source)
        else:
            yield from family.read(document, source)


def documents(source: Source) -> list[Node]:
    """The documents of the file, by its name; of a template, what is left without its blanks. Raises Malformed."""
    match = _NAMES.match(source.path)
    kind = (match.group(1) or "yaml").lower() if match else "yaml"
    if kind == "toml":
        return toml_documents(source.text)
    if kind in ("json", "json5", "jsonc", "jsonld", "cdx") or (kind == "spdx" and source.text.lstrip()[:1] in "{["):
        return json_documents(source.text)
    try:
        return yaml_documents(source.text)
    except Malformed:
        if not _TEMPLATE.search(source.text):
            raise
    return yaml_documents(_TEMPLATE.sub("TEMPLATED", _TEMPLATE_LINE.sub("", source.text)))
