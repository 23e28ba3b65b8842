"""The notice bundle of a scenario: the files that its duties call for, and where they may be written."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from checker.app.check import check_text
from checker.app.texts import at_hand
from checker.app.wording import problem
from checker.errors import Problem
from checker.load.book import Library
from checker.report.bundle import bundle
from checker.report.words import words

#: names the files of a bundle with their digests, so that only these are ever replaced
MANIFEST = ".licet-notice.json"


def build(text: str, name: str, library: Library, *, as_of: str, profile: str | None = None, texts: Path | None = None) -> dict[str, str]:
    """File -> content for every release of a scenario; with several releases, a folder for each. Raises BadInput.

    `texts` is a folder of license texts; without it, those are looked at that `licet texts` keeps.
    """
    entry = check_text(text, name, library, as_of=as_of, profile=profile)
    wanted = {one["license"] for one in entry["obligations"] if one["action"] == "license_copy"}
    found_texts = at_hand(wanted, library, texts or library.texts)
    copies = {license_id: f"licenses/{license_id}.txt" for license_id in found_texts}
    found = {release["id"]: bundle(entry, release["id"], copies) for release in entry["releases"]}
    found = {release: files for release, files in found.items() if files}
    written: dict[str, str] = {}
    for release, files in sorted(found.items()):
        folder = f"{release}/" if len(found) > 1 else ""
        due = {one["license"] for one in entry["obligations"] if one["release"] == release and one["action"] == "license_copy"}
        written |= {folder + file: content for file, content in files.items()}
        written |= {folder + copies[license_id]: found_texts[license_id][1] for license_id in sorted(due & set(copies))}
    return written


def manifest(files: Mapping[str, str]) -> str:
    """What the manifest of these files says."""
    return json.dumps({name: hashlib.sha256(content.encode()).hexdigest() for name, content in sorted(files.items())}, indent=1) + "\n"


def foreign(folder: Path, files: Mapping[str, str]) -> list[Problem]:
    """Files in the way: there already, not as wanted, and not as an earlier bundle left them."""
    known: Any = {}
    with contextlib.suppress(OSError, ValueError, RecursionError):
        known = json.loads((folder / MANIFEST).read_bytes())
    problems = []
    for name, content in sorted(files.items()):
        before = known.get(name) if isinstance(known, dict) else None
        if not _ours(folder, folder / name, content, before):
            problems.append(problem("file_in_the_way", str(folder / name), name=name))
    return problems


def _ours(folder: Path, path: Path, content: str, before: Any) -> bool:
    """May the file be written: is nothing there, or what is wanted, or what the digest `before` says? Never through a link out of the folder."""
    if any(one.is_symlink() for one in (path, *path.parents) if folder in one.parents):
        return False
    if not path.is_file():
        return not path.exists()
    now = path.read_bytes()
    return now == content.encode() or before == hashlib.sha256(now).hexdigest()


def purposes() -> dict[str, str]:
    """File of a bundle -> what it is for."""
    found: dict[str, str] = words("bundle.en")["files"]
    return found


def nothing_due() -> str:
    """What is said where no bundle is called for."""
    return str(words("bundle.en")["no_release"])
