"""What the program prints, and lists of what the book holds."""

from __future__ import annotations

import re

from checker.app.check import check_text
from checker.report import text as text_report
from checker.report.words import words as wording

from .known import ROOT, book, library
from .markdown import code, table

#: the day on which a scenario of the documentation is asked if it names none
DAY = "2026-01-10"
YAML_BLOCK = re.compile(r"^```yaml\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def output(argument: str) -> str:
    """What `licet check` prints on a file of the project."""
    path, _, options = argument.partition(" ")
    return _printed((ROOT / path).read_text(encoding="utf-8"), path, explain="--explain" in options)


def result(argument: str, before: str) -> str:
    """What `licet check` prints on the last scenario above the block; with a word, the sections from that heading on (up to a second one)."""
    text = YAML_BLOCK.findall(before)[-1]
    return _printed(text, "scenario.yaml", sections=tuple(argument.split()))


def _printed(text: str, name: str, *, explain: bool = False, sections: tuple[str, ...] = ()) -> str:
    entry = check_text(text, name, library(), as_of=DAY)
    shown = text_report.render([entry], explain=explain).rstrip("\n")
    if sections:
        heads = wording()["headings"]
        parts = re.split("\n\n(?=(?:" + "|".join(re.escape(one) for one in heads.values()) + ")\n)", shown)
        wanted = ["answer" if number == 0 else next(key for key, head in heads.items() if part.startswith(head + "\n")) for number, part in enumerate(parts)]
        shown = "\n\n".join(part for key, part in zip(wanted, parts, strict=True) if key in sections)
    return f"```text\n{shown}\n```\n"


def incomplete(_: str = "") -> str:
    """The licenses whose text at hand is incomplete or a transcription."""
    found = [(one.id, one.name, one.head["text"]["incomplete"]) for one in (book().license(key) for key in sorted(library().license_files))
             if (one.head.get("text") or {}).get("incomplete")]
    rows = ((code(key), *rest) for key, *rest in found)
    return f"{len(found)} of {len(library().license_files)} texts:\n\n" + table(("license", "name", "what is missing"), rows)


def words(name: str) -> str:
    """A closed list of words."""
    return table(("word", "meaning"), ((code(word), meaning) for word, meaning in book().vocabulary.words[name].items()))


def pairs(_: str) -> str:
    """The rules that say what they mean for a pair of licenses."""
    rows = [(code(rule.id), rule.data["title"], rule.data["compatible"], rule.data["why"]) for rule in book().rules if rule.data.get("compatible")]
    return table(("rule", "says", "answer", "why"), rows)
