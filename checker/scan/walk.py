"""The files of a repository: in a fixed order, inside the root, without what .gitignore leaves out. What is left out is told."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from checker.scan.inventory import Skipped
from checker.scan.words import words

#: bounds on one .gitignore: bytes, patterns, `*` in one part of a pattern. Each `*` more makes matching slower by the length of a name,
#: so names longer than `LONG_NAME` are compared with patterns of at most `FEW_STARS` only.
MAX_IGNORE_BYTES, MAX_IGNORE_PATTERNS, MAX_STARS = 500_000, 1_000, 4
FEW_STARS, LONG_NAME = 2, 64
MAX_DEPTH = 60
MAX_FILES = 500_000


class Entry(NamedTuple):
    """A file to read: its name from the root with `/`, where it really lies, its size in bytes."""

    path: str
    real: str
    size: int


class _Rules(NamedTuple):
    """The patterns of one .gitignore, and the folder (from the root, with `/` behind) that they speak of. `plain`: those for long names."""

    folder: str
    spec: Any
    plain: Any


def walk(root: Path, skipped: list[Skipped]) -> Iterator[Entry]:
    """Every regular file below the root; what is not given back is added to `skipped`."""
    base = os.path.realpath(root)
    foreign = set(words("files")["foreign_folders"])
    marks = set(words("files")["environment_marks"])
    stack: list[tuple[str, tuple[_Rules, ...]]] = [("", ())]
    given = 0
    while stack:
        folder, rules = stack.pop()
        try:
            with os.scandir(f"{base}/{folder}") as found:
                entries = sorted(found, key=lambda one: one.name)
        except OSError as error:
            skipped.append(Skipped(folder.rstrip("/") or ".", f"folder cannot be read ({error.strerror})", "unreadable"))
            continue
        if marks & {entry.name for entry in entries} and folder:
            skipped.append(Skipped(folder.rstrip("/"), "a virtual environment, not the repository's own", "ignored"))
            continue
        rules = (*rules, *_rules(base, folder, entries, skipped))
        ignored = 0
        deeper = []
        for entry in entries:
            path = folder + entry.name
            directory = _is_folder(entry)
            if entry.name == ".git" or (directory and entry.name in foreign):
                if entry.name != ".git":
                    skipped.append(Skipped(path, "installed or made by a tool, not the repository's own", "ignored"))
            elif rules and _ignored(rules, path + "/" if directory else path):
                ignored += not directory
                if directory:
                    skipped.append(Skipped(path, "left out by .gitignore", "ignored"))
            elif directory:
                deeper.append((path + "/", rules))
            else:
                one = _file(base, path, entry, skipped)
                if one is not None:
                    given += 1
                    yield one
        if ignored:
            skipped.append(Skipped(folder.rstrip("/") or ".", f"{ignored} file{'s' if ignored > 1 else ''} left out by .gitignore", "ignored"))
        if given > MAX_FILES or (deeper and folder.count("/") >= MAX_DEPTH):
            what = f"more than {MAX_FILES:,} files" if given > MAX_FILES else f"folders more than {MAX_DEPTH} levels deep"
            skipped.append(Skipped(folder.rstrip("/") or ".", what, "too_large"))
            deeper = []
            if given > MAX_FILES:
                return
        stack.extend(reversed(deeper))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _file(base: str, path: str, entry: os.DirEntry[str], skipped: list[Skipped]) -> Entry | None:
    """The entry if it is a regular file inside the root, perhaps through a link; else it is told why not."""
    try:
        real = f"{base}/{path}"
        if entry.is_symlink():
            real = os.path.realpath(real, strict=True)
            if not f"{real}{os.sep}".startswith(base + os.sep):
                skipped.append(Skipped(path, "a link that leads out of the repository", "link"))
                return None
            if os.path.isdir(real):                             # noqa: PTH112  (a string, from realpath)
                skipped.append(Skipped(path, "a link to a folder, which is read in its own place", "ignored"))
                return None
        status = os.stat(real)                                  # noqa: PTH116
        if not stat.S_ISREG(status.st_mode):
            skipped.append(Skipped(path, "not a regular file", "unreadable"))
            return None
        return Entry(path, real, status.st_size)
    except OSError as error:
        what, cause = ("a link that leads nowhere", "link") if entry.is_symlink() else ("cannot be read", "unreadable")
        skipped.append(Skipped(path, f"{what} ({error.strerror})", cause))
        return None


def _rules(base: str, folder: str, entries: list[os.DirEntry[str]], skipped: list[Skipped]) -> tuple[_Rules, ...]:
    """The rules of the .gitignore of a folder. Patterns that would take too long are told and not followed."""
    entry = next((one for one in entries if one.name == ".gitignore"), None)
    if entry is None or not entry.is_file(follow_symlinks=False):
        return ()
    import pathspec

    path = f"{folder}.gitignore"
    try:
        with open(f"{base}/{path}", "rb") as handle:
            data = handle.read(MAX_IGNORE_BYTES + 1)
    except OSError as error:
        skipped.append(Skipped(path, f"cannot be read ({error.strerror})", "unreadable"))
        return ()
    lines = data.decode("utf-8", errors="replace").splitlines()
    usable = [line for line in lines if _stars(line) <= MAX_STARS]
    if len(data) > MAX_IGNORE_BYTES or len(usable) > MAX_IGNORE_PATTERNS:
        skipped.append(Skipped(path, "too many patterns; none was followed", "too_large"))
        return ()
    if len(usable) < len(lines):
        skipped.append(Skipped(path, f"{len(lines) - len(usable)} patterns with too many `*` were not followed", "malformed"))
    try:
        plain = [line for line in usable if _stars(line) <= FEW_STARS]
        full = pathspec.GitIgnoreSpec.from_lines(usable)
        return (_Rules(folder, full, full if len(plain) == len(usable) else pathspec.GitIgnoreSpec.from_lines(plain)),)
    except (ValueError, re.error) as error:
        skipped.append(Skipped(path, f"not a list of patterns ({error}); none was followed", "malformed"))
        return ()


def _stars(line: str) -> int:
    """The most `*` in one part of a pattern, or the most `**` in the whole."""
    return max(line.count("**"), *(part.replace("**", "*").count("*") for part in line.split("/"))) if not line.startswith("#") else 0


def _ignored(rules: tuple[_Rules, ...], path: str) -> bool:
    """The nearest .gitignore that speaks of a path decides."""
    is_long = len(path) > LONG_NAME and any(len(part) > LONG_NAME for part in path.split("/"))
    for one in reversed(rules):
        verdict = (one.plain if is_long else one.spec).check_file(path[len(one.folder):]).include
        if verdict is not None:
            return bool(verdict)
    return False
