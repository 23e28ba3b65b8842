"""License texts outside the project: a folder that keeps them, each checked by its wording; and their fingerprints."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from checker.app.identify import IDENTIFIED, decode, of_text
from checker.core.license import License
from checker.errors import BadInput, Problem
from checker.load import fingerprinting
from checker.load.book import Library
from checker.load.fingerprints import FILE, RULES
from checker.load.strict_yaml import MAX_BYTES, load, printable
from checker.load.texts import digest, normalize

__all__ = ["DIFFERS", "FAILED", "FILE", "KEPT", "MISSING", "add", "at_hand", "cite", "clauses", "fetch", "index", "kept", "verify"]

#: what became of one text
KEPT, DIFFERS, FAILED, MISSING = "kept", "differs", "failed", "missing"


def index(folder: Path, library: Library) -> tuple[bytes, list[str]]:
    """The fingerprints of the texts in a folder, and the ids of licenses whose text is not there."""
    return fingerprinting.build(library.heads(), fingerprinting.read_texts(folder), load(library.path(RULES), RULES).value)


def fetch(license_ids: Iterable[str], library: Library, folder: Path) -> Iterator[dict[str, Any]]:
    """Fetch the official text of each license and keep it if its wording is right: `{id, url, status, why, differences}` each."""
    from checker.load import fetching

    for license_id in license_ids:
        url = str(library.book().license(license_id).head.get("text", {}).get("url", ""))
        answer: dict[str, Any] = {"id": license_id, "url": url}
        try:
            data = fetching.fetch(url)
            text = decode(data, url)
        except (fetching.FetchError, BadInput) as error:
            why = error.problems[0] if isinstance(error, BadInput) else error
            yield {**answer, "status": FAILED, "why": printable(f"{why.what} {why.instead}" if isinstance(why, Problem) else str(why))}
            continue
        found = of_text(text, library)
        if _is(found, license_id):
            _keep(folder, license_id, text)
            yield {**answer, "status": KEPT, "why": found["part"] or ""}
        else:
            yield {**answer, "status": DIFFERS, "why": _why(found), "differences": found["differences"]}


def add(files: Iterable[tuple[str, str]], library: Library, folder: Path) -> Iterator[dict[str, Any]]:
    """Keep texts at hand (name and text each), each under the license whose wording it is: `{file, id, status, why}` each."""
    for name, text in files:
        found = of_text(text, library)
        if found["status"] == IDENTIFIED:
            _keep(folder, found["id"], text)
            yield {"file": name, "id": found["id"], "status": KEPT, "why": found["part"] or ""}
        else:
            yield {"file": name, "id": found["closest"], "status": DIFFERS, "why": _why(found)}


def verify(license_ids: Iterable[str], library: Library, folder: Path) -> Iterator[dict[str, Any]]:
    """Is each text in the folder still what its name says: `{id, status, why}` each."""
    for license_id in license_ids:
        text = kept(license_id, folder)
        if text is None:
            yield {"id": license_id, "status": MISSING, "why": ""}
            continue
        found = of_text(text, library)
        right = _is(found, license_id)
        yield {"id": license_id, "status": KEPT if right else DIFFERS, "why": (found["part"] or "") if right else _why(found)}


def kept(license_id: str, folder: Path) -> str | None:
    """The text of a license in the folder; None if it is not there."""
    path = folder / f"{license_id}.txt"
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else None


def clauses(license: License, text: str, term: str) -> list[str]:
    """The paragraphs of the text in which the answer to a term is quoted, whole and as they stand."""
    return _paragraphs(text, _quotes(license.terms.get(term)))


def at_hand(license_ids: Iterable[str], library: Library, folder: Path) -> dict[str, tuple[str, str]]:
    """License id -> path and text of the first file of the folder that has exactly the wording that was read, whatever its name is."""
    digests = {(library.book().license(license_id).head.get("text") or {}).get("sha256"): license_id for license_id in sorted(license_ids)}
    digests.pop(None, None)
    found: dict[str, tuple[str, str]] = {}
    for path in sorted(folder.iterdir()) if digests and folder.is_dir() else ():
        if path.is_file() and path.stat().st_size <= MAX_BYTES:
            text = path.read_bytes().decode("utf-8", errors="replace")
            license_id = digests.get(digest(text))
            if license_id is not None:
                found.setdefault(license_id, (str(path), text))
    return found


def cite(entry: dict[str, Any], library: Library, folder: Path) -> None:
    """Put whole clauses into an Assessment, where the text of a license is in the folder; each text is named among its inputs."""
    found = at_hand((one["id"] for one in entry["licenses"]), library, folder)
    for license in entry["licenses"]:
        for used in license["terms_used"] if license["id"] in found else ():
            used["clause"] = _paragraphs(found[license["id"]][1], [used["quote"]] if used["quote"] else ())
    if found:
        entry["inputs"]["texts"] = [{"license": license_id, "path": path, "sha256": hashlib.sha256(text.encode()).hexdigest()}
                                    for license_id, (path, text) in sorted(found.items())]


def _paragraphs(text: str, quotes: Iterable[str]) -> list[str]:
    """Those in which one of the quotations stands."""
    wanted = [normalize(quote) for quote in quotes]
    paragraphs = [paragraph.strip("\n") for paragraph in re.split(r"\n\s*\n", text.replace("\r\n", "\n"))]
    return [paragraph for paragraph in paragraphs if any(quote in normalize(paragraph) for quote in wanted)]


def _quotes(answer: Any) -> Iterator[str]:
    if isinstance(answer, Mapping):
        if isinstance(answer.get("quote"), str):
            yield answer["quote"]
        for one in answer.values():
            yield from _quotes(one)
    elif isinstance(answer, list):
        for one in answer:
            yield from _quotes(one)


def _is(found: Mapping[str, Any], license_id: str) -> bool:
    return found["status"] == IDENTIFIED and license_id in (found["id"], *found["same_text"])


def _why(found: Mapping[str, Any]) -> str:
    if found["status"] == IDENTIFIED:
        return f"it is the text of {found['id']}"
    return f"closest to {found['closest']}, {len(found['differences'])} differences" if found["closest"] else "none of the texts that are known"


def _keep(folder: Path, license_id: str, text: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    scratch = folder / f".{license_id}.part"
    scratch.write_text(text, encoding="utf-8", errors="replace")
    scratch.replace(folder / f"{license_id}.txt")
