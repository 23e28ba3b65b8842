"""Fingerprints: what stays the same while it is the same finding. No version, no line and no wording goes into one."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Iterable

from checker.core.finding import Finding
from checker.core.study import key_of


def identify(key: Iterable[str]) -> str:
    """A short name for what the words of the key name together."""
    return hashlib.sha256("\0".join(key).encode("utf-8", "backslashreplace")).hexdigest()[:12]


def of_finding(finding: Finding) -> str:
    """Rule, license, clause and release, with the input it speaks of, whatever its revision, and the scenario's name."""
    source = finding.reach.source if finding.reach else None
    subject = str(source.model or source.id).partition("@")[0] if source else ""
    scenario = finding.frame.world.scenario
    return identify((*key_of(finding, _released(finding)), subject, place_of(scenario.place or scenario.file)))


def _released(finding: Finding) -> str | None:
    """A release without a name of its own goes by the model that is released: an id that a draft made up may change with what else is found."""
    release = finding.release
    if release is None or release.id != release.of:
        return None
    return next((str(one.model).partition("@")[0] for one in finding.frame.world.scenario.inputs if one.id == release.of and one.model), None)


def place_of(file: str) -> str:
    """A file's name as fingerprints know it: however the path is written; without the folders of one machine."""
    path = posixpath.normpath(file.replace("\\", "/"))
    return posixpath.basename(path) if path.startswith("/") or path[1:3] == ":/" else path
