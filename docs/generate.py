"""Write the generated pages of the documentation, and the generated blocks of the others.

    python docs/generate.py            write what is stale
    python docs/generate.py --check    write nothing; name what is stale, and exit with 1 if anything is

A block stands between `<!-- generated: NAME ARGUMENT -->` and `<!-- end -->`; NAME is a key of `BLOCKS`. What is written
comes from the program itself: its commands, the vocabulary, the rules, and what it prints.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable
from pathlib import Path

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
sys.path += [str(ROOT), str(DOCS)]

from generating import commands, language, printed, vocabulary  # noqa: E402

MARKED = re.compile(r"(<!-- generated: ([a-z]+)(?: ([^\n]*?))? -->\n).*?(<!-- end -->)", re.DOTALL)
BLOCKS: dict[str, Callable[[str], str]] = {
    **{name: getattr(vocabulary, name) for name in ("facts", "forms", "actions", "roles", "asked", "verdicts", "conduct", "acts", "background")},
    **{name: getattr(language, name) for name in ("functions", "names", "elements")},
    **{name: getattr(printed, name) for name in ("output", "incomplete", "words", "pairs")},
}
PAGES: dict[str, Callable[[], str]] = {"reference/commands.md": commands.commands_page, "reference/vocabulary.md": vocabulary.vocabulary_page}


def fill(page: str) -> str:
    """A page with its generated blocks renewed."""

    def renewed(match: re.Match[str]) -> str:
        name, argument = match[2], (match[3] or "").strip()
        made = printed.result(argument, page[: match.start()]) if name == "result" else BLOCKS[name](argument)
        return match[1] + "\n" + made + "\n" + match[4]

    return MARKED.sub(renewed, page)


def pages() -> dict[Path, str]:
    """Every page that is generated in whole or in part, as it should be."""
    found = {DOCS / name: make() for name, make in PAGES.items()}
    for path in sorted(DOCS.rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        if path not in found and MARKED.search(text):
            found[path] = fill(text)
    return found


def stale() -> dict[Path, str]:
    """The pages that are not as they should be."""
    return {path: text for path, text in pages().items() if not path.is_file() or path.read_text(encoding="utf-8") != text}


def main() -> int:
    """Write, or check."""
    parser = argparse.ArgumentParser(description="Write the generated parts of the documentation.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if anything is stale")
    check = parser.parse_args().check
    found = stale()
    for path, text in found.items():
        print(f"{path.relative_to(ROOT)}: {'stale; run python docs/generate.py' if check else 'written'}")
        if not check:
            path.write_text(text, encoding="utf-8")
    return 1 if check and found else 0


if __name__ == "__main__":
    sys.exit(main())
