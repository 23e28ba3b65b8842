"""Fingerprints: what stays the same while it is the same finding. No version, no line and no wording goes into one."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Iterable

from checker.core.assess import Finding


def identify(key: Iterable[str]) -> str:
    """A short name for what the words of the key name together."""
    return hashlib.sha256("\0".join(key).encode()).hexdigest()[:12]


def of_finding(key: Iterable[str], finding: Finding) -> str:
    """`key` (rule, license, clause, release) with the input it speaks of, whatever its revision, and the scenario's name."""
    source = finding.reach.source if finding.reach else None
    subject = str(source.model or source.id).partition("@")[0] if source else ""
    scenario = finding.frame.world.scenario
    return identify((*key, subject, place_of(scenario.place or scenario.file)))


def place_of(file: str) -> str:
    """A file's name as fingerprints know it: however the path is written; without the folders of one machine."""
    path = posixpath.normpath(file.replace("\\", "/"))
    return posixpath.basename(path) if path.startswith("/") or path[1:3] == ":/" else path
