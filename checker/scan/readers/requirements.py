"""Lists of Python packages: models that are installed as packages, by their address."""

from __future__ import annotations

import re
from collections.abc import Iterator

from checker.scan.source import Mention, Source

_NAMES = re.compile(r"(?i)(?:.*[-_.])?(?:requirements|constraints)(?:[-_.].*)?\.(?:txt|in|pip)$")
_ADDRESS = re.compile(r"https?://(?:www\.)?(?:huggingface\.co|hf\.co)/[^\s;#\"']{1,300}")
_SPACY = re.compile(r"https?://github\.com/explosion/spacy-models/releases/download/([a-z]{2,3}_[a-z]+_[a-z]+_(?:sm|md|lg|trf))-")
_SPACY_PACKAGE = re.compile(r"[ \t]*([a-z]{2,3}[-_](?:core|dep|ent)[-_][a-z]+[-_](?:sm|md|lg|trf))[ \t]*(?:[=<>~!@;#]|\Z)")
MAX_LINE = 4_000


def fits(path: str) -> bool:
    """`requirements.txt` and its like."""
    name = path.rpartition("/")[2]
    return _NAMES.match(name) is not None or (path.rpartition("/")[0].rpartition("/")[2] == "requirements" and name.endswith(".txt"))


def read(source: Source) -> Iterator[Mention]:
    """The addresses of the hub, and packages of spaCy's models."""
    for number, line in enumerate(source.lines, 1):
        yield from addressed(line, number)


def addressed(line: str, number: int) -> Iterator[Mention]:
    """The models that one requirement names."""
    if line.lstrip().startswith("#") or len(line) > MAX_LINE:
        return
    for match in _ADDRESS.finditer(line):
        yield Mention(match.group(), number, "used", "requirement: an address", "id")
    spacy = _SPACY.search(line) or _SPACY_PACKAGE.match(line)
    if spacy and "huggingface.co" not in line:
        yield Mention(f"spacy://{spacy.group(1).replace('-', '_')}", number, "used", "requirement: a model of spaCy")
