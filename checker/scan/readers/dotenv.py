"""Files of variables, one on a line: `.env` and its like, `.properties`, `.ini`, Terraform."""

from __future__ import annotations

import re
from collections.abc import Iterator

from checker.scan import containers
from checker.scan.commands import Word, expand, told
from checker.scan.source import Malformed, Mention, Source
from checker.scan.tree import json_documents

_NAMES = re.compile(r"(?i)(?:.*[._-])?env(?:[._-].*)?$|.*\.(?:env|properties|ini|conf|cfg)(?:\.(?:example|sample|template|dist))?$|\.flaskenv$|\.envrc$"
                    r"|.*\.(?:tf|tfvars|hcl|nomad)(?:\.example)?$")
_LINE = re.compile(r"[ \t]*(?:export[ \t]+|set[ \t]+|-[ \t]*)?([A-Za-z_][A-Za-z0-9_.-]*)[ \t]*[=:][ \t]*(.*?)[ \t]*\Z")
_SCRIPTS = (".py", ".ts", ".js", ".sh", ".md", ".yaml", ".yml", ".json", ".toml", ".lock", ".txt")
MAX_LINE = 4_000


def fits(path: str) -> bool:
    """Names with `env` as a part, and files of properties."""
    name = path.rpartition("/")[2]
    return _NAMES.match(name) is not None and not name.lower().endswith(_SCRIPTS)


def read(source: Source) -> Iterator[Mention]:
    """What the variables that are set name; what is commented out is not set."""
    known: dict[str, Word] = {}
    for number, line in enumerate(source.lines, 1):
        match = _LINE.match(line) if len(line) <= MAX_LINE and not line.lstrip().startswith(("#", ";", "//")) else None
        if match is None:
            continue
        value = expand(Word(_unquoted(match.group(2)), number), known)
        known[match.group(1)] = value
        if value.text.startswith("[") and match.group(1) in containers.KEYS:
            yield from _listed(value)
        else:
            yield from told(match.group(1), value, match.group(1))


def _listed(value: Word) -> Iterator[Mention]:
    """The arguments of a program, as a list of strings on one line."""
    try:
        documents = json_documents(value.text)
    except Malformed:
        return
    for document in documents:
        yield from containers.arguments([Word(one.text, value.line) for one in document.items if one.text], {})


def _unquoted(text: str) -> str:
    if text[:1] in ("'", '"'):
        end = text.find(text[0], 1)
        return text[1:end] if end > 0 else text[1:]
    return re.split(r"[ \t]+[#;]", text, maxsplit=1)[0].strip()
