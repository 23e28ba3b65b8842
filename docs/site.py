"""Used by mkdocs: files of the project that the pages link to (rules, seeds, the README) become part of the site, so that no link leads out of it."""

from __future__ import annotations

import re
from pathlib import Path
from posixpath import dirname, normpath, relpath
from typing import Any

from mkdocs.structure.files import File

ROOT = Path(__file__).parent.parent
#: a link that climbs: its text's end, its target, its anchor
_LINK = re.compile(r"(\]\(<?)((?:\.\./)+[^)#>\s]*)")
#: where they stand in the site
_FOLDER = "project"


def _outside(page: str, target: str) -> str | None:
    """The path from the project's root of a link target that leads out of docs/ to a file or folder that is there."""
    place = normpath(f"docs/{dirname(page)}/{target}")
    return place if not place.startswith(("..", "docs/")) and place != "docs" and (ROOT / place).exists() else None


def _address(place: str) -> str:
    """Where a file of the project stands in the site; a folder is the list of what is in it."""
    return f"{_FOLDER}/{place}/index.txt" if (ROOT / place).is_dir() else f"{_FOLDER}/{place}.txt"


def on_files(files: Any, config: Any) -> Any:
    """Add what the pages link to."""
    places = {_outside(page.src_uri, target) for page in files.documentation_pages() for _, target in _LINK.findall(page.content_string)}
    for place in sorted(one for one in places if one):
        path = ROOT / place
        listing = "\n".join(sorted(inner.name for inner in path.iterdir())) if path.is_dir() else path.read_text(encoding="utf-8")
        files.append(File.generated(config, _address(place), content=listing))
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:
    """Point the links there."""
    own = page.file.src_uri

    def point(match: re.Match[str]) -> str:
        place = _outside(own, match[2])
        return match[0] if place is None else match[1] + relpath(_address(place), dirname(own) or ".")

    return _LINK.sub(point, markdown)


def on_post_page(output: str, page: Any, config: Any) -> str:
    """Name the landmarks that the theme leaves unnamed."""
    footer = output.replace('<div role="contentinfo">', "<div>").replace("<footer>", '<footer role="contentinfo">')
    return footer.replace('<div class="rst-versions" role="note"', '<div class="rst-versions" role="region"')
