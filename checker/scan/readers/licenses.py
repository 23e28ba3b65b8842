"""License texts and notices that lie in the repository, by their names. Which text it is, others decide from its wording."""

from __future__ import annotations

import re
from collections.abc import Iterator

from checker.scan.source import Label, Source

_NAMES = re.compile(r"(?i)(?:un)?licen[cs]es?(?:[-_. ].*)?$|copying(?:[-_.].*)?$|eula(?:[-_.].*)?$|.+[-_.]licen[cs]e(?:\.(?:txt|md|rst))?$"
                    r"|(?:[a-z0-9.]+[-_.])?(?:use|acceptable)[-_]?(?:use)?[-_]?policy(?:\..*)?$")
_NOTICES = re.compile(r"(?i)(?:third[-_]party[-_])?notices?(?:[-_.].*)?$")
_UNDER = re.compile(r"(?:licensed|provided|distributed|released|made available) under(?: and subject to)?(?: the terms of)?(?: the| an?)? "
                    r"([A-Z][\w.()+,' -]{2,79}?)(?=\.(?:\s|$)|[;:\n]|, Copyright| found at|$)")
#: ends of names of files that are about licenses and are none
_CODE = (".py", ".js", ".ts", ".go", ".java", ".rs", ".c", ".h", ".cpp", ".html", ".css", ".yaml", ".yml", ".json", ".toml", ".sh", ".png",
         ".svg", ".pdf", ".docx", ".rb", ".php", ".kt", ".cs", ".tsx", ".jsx", ".vue", ".xml", ".lock", ".csv", ".tpl", ".tmpl", ".ipynb", ".sql")
_DOCUMENTS = ("pdf", "docx", "doc", "odt", "rtf", "html", "htm", "pages", "epub")
MAX_SIZE = 2_000_000
#: lines at the top among which the title stands
TITLE_LINES = 12


def looks_like(path: str) -> bool:
    """Is it, by its name, a license or a notice in a form that is not read (PDF, a word processor's)?"""
    name, _, suffix = path.rpartition("/")[2].rpartition(".")
    return suffix.lower() in _DOCUMENTS and (_NAMES.match(name) is not None or _NOTICES.match(name) is not None)


def fits(path: str) -> bool:
    """LICENSE, COPYING, NOTICE, a use policy; anything in a folder LICENSES."""
    folder, _, name = path.rpartition("/")
    if name.lower().endswith(_CODE):
        return False
    return _NAMES.match(name) is not None or _NOTICES.match(name) is not None or folder.rpartition("/")[2].upper() == "LICENSES"


def read(source: Source) -> Iterator[Label]:
    """The text, to be identified; of a notice, the licenses that it names."""
    if source.size > MAX_SIZE:
        return
    text = source.text
    if _NOTICES.match(source.name):
        for number, line in enumerate(source.lines, 1):
            for match in _UNDER.finditer(line[:2_000]):
                yield Label(match.group(1).strip(), number, "notice")
    elif text.strip():
        yield Label(_title(source), 1, "license text", body=text)


def _title(source: Source) -> str:
    """The first lines with words, up to an empty one."""
    held: list[str] = []
    for line in source.lines[:TITLE_LINES]:
        plain = " ".join(word for word in line.strip(" \t#*=-_<>!").split() if "://" not in word)
        if plain:
            held.append(plain)
        elif held:
            break
    return " ".join(held)[:120] or source.name
