"""Walk a repository, let the readers read, judge what they mention, and sort it into an inventory."""

from __future__ import annotations

import multiprocessing
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from checker.scan.inventory import CONFIDENCES, Hit, Hosted, Inventory, LabelHit, Link, Local, Skipped
from checker.scan.names import OLLAMA, judge, pinned
from checker.scan.readers import licenses, readers
from checker.scan.source import Label, Malformed, Mention, Source
from checker.scan.walk import Entry, walk
from checker.scan.words import words

#: what one file may give at most; a file with more is made to flood, and is told
MAX_FINDINGS = 5_000
#: files that one process reads at a time; files from which on sharing them pays; processes at most
CHUNK, WORTH_SHARING, MAX_PROCESSES = 100, 3_000, 4
#: kinds of files that are named in one line of what was not read
MAX_KINDS = 12

#: roles beside which the same file's `used` says nothing more (a tokenizer taken from the base)
_MADE_FROM = ("base", "adapter_base", "merged")

Progress = Callable[[list[Entry]], Iterable[Entry]]
#: what is known of a license text: its id, or `modified ID`; None if it is none that is known
Identify = Callable[[str], str | None]
Found = Hit | LabelHit | Hosted | Local | Skipped | Link


def survey(root: Path, progress: Progress = iter, identify: Identify = lambda text: None) -> Inventory:
    """The inventory of a repository.

    `progress` passes the files on, one by one, and may show how far it is; `identify` gives the id of a license text.
    """
    skipped: list[Skipped] = []
    entries = list(walk(root, skipped))
    paths = _Paths(entries)
    work = [entry for entry in entries if _fits(entry)]
    left = {entry.path for entry in work}
    found: list[Found] = [*skipped, *_unread(entry for entry in entries if entry.path not in left)]
    shown = iter(progress(work))
    for count, some in _inspected(work, paths, identify):
        found += some
        for _ in range(count):
            next(shown, None)
    next(shown, None)
    return _sorted(_own(found))


def _fits(entry: Entry) -> bool:
    return any(reader.fits(entry.path) for reader in readers())


def _inspected(work: list[Entry], paths: _Paths, identify: Identify) -> Iterator[tuple[int, list[Found]]]:
    """How many files were read, and what they gave, again and again. Many files are shared out to processes; few are not worth it."""
    chunks = [work[start:start + CHUNK] for start in range(0, len(work), CHUNK)]
    count = min(os.cpu_count() or 1, MAX_PROCESSES)
    if len(work) < WORTH_SHARING or count < 2 or "fork" not in multiprocessing.get_all_start_methods():
        yield from ((len(chunk), _chunk(chunk, paths, identify)) for chunk in chunks)
        return
    # Forked workers know what this process knows: readers, words, paths.
    _shared[:] = [(paths, identify)]
    try:
        with ProcessPoolExecutor(count, multiprocessing.get_context("fork")) as pool:
            yield from zip(map(len, chunks), pool.map(_in_worker, chunks))
    finally:
        _shared.clear()


#: what forked workers share with the process that forked them
_shared: list[tuple[_Paths, Identify]] = []


def _in_worker(chunk: list[Entry]) -> list[Found]:
    return _chunk(chunk, *_shared[0])


def _chunk(chunk: list[Entry], paths: _Paths, identify: Identify) -> list[Found]:
    found: list[Found] = []
    for entry in chunk:
        fitting = [reader for reader in readers() if reader.fits(entry.path)]
        found += inspect(Source(entry.path, entry.size, entry.real), fitting, paths.has, identify)
    return found


def _own(found: Iterable[Found]) -> Iterator[Found]:
    """The findings without names that the repository itself gives to models (`ollama create NAME`): they are its own."""
    found = list(found)
    made = {one.id.partition(":")[0] for one in found if isinstance(one, Hit) and one.role == "made"}
    for one in found:
        if not isinstance(one, Hit) or (one.role != "made" and not (one.registry == OLLAMA and one.id.partition(":")[0] in made)):
            yield one
        elif one.role != "made":
            yield Local(one.id, one.file, one.line, f"{one.evidence}: made in this repository")


class _Paths:
    """Which files and folders there are: a folder of the repository wins over a hub's repository of the same name."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.known: set[str] = set()
        for entry in entries:
            path = entry.path
            while path and path not in self.known:
                self.known.add(path)
                path = path.rpartition("/")[0]

    def has(self, path: str, folder: str) -> bool:
        """Is there such a path, from the root or from a folder of it?"""
        return path in self.known or (bool(folder) and f"{folder}/{path}" in self.known)


def inspect(source: Source, fitting: Iterable[Any], has: Callable[[str, str], bool] = lambda path, folder: False,
            identify: Identify = lambda text: None) -> list[Found]:
    """Everything these readers find in one file, once each."""
    folder = source.path.rpartition("/")[0]
    found: dict[Any, Found] = {}
    for one in _read(source, fitting):
        judged = _found(one, source.path, lambda text: has(text, folder), identify)
        if judged is not None:
            key = _identity(judged)
            found[key] = _joined(found[key], judged) if key in found else judged
        if len(found) > MAX_FINDINGS:
            found[None] = Skipped(source.path, f"names more than {MAX_FINDINGS:,} models; the rest was not read", "too_large")
            break
    hits = [one for one in found.values() if isinstance(one, Hit)]
    made_from = {one.id for one in hits if one.role in _MADE_FROM}
    # what is loaded as a data set is none of the models, whatever else its name is handed to
    data = {one.id for one in hits if one.role == "dataset" and one.confidence == "high"}
    weak = {one.id for one in hits if one.role == "used" and one.confidence != "high"} & data
    return [one for one in found.values() if not (isinstance(one, Hit) and one.role == "used" and (one.id in made_from or one.id in weak))]


def _joined(first: Found, other: Found) -> Found:
    """Two findings of the same: the first place of them, as sure as the surer."""
    if not isinstance(first, Hit) or not isinstance(other, Hit):
        return min(first, other, key=lambda one: getattr(one, "line", 0))
    upper, lower = sorted((first, other), key=lambda one: one.line)
    surer = min(first, other, key=lambda one: CONFIDENCES.index(one.confidence))
    return upper._replace(confidence=surer.confidence, evidence=surer.evidence, revision=upper.revision or lower.revision)


def _read(source: Source, fitting: Iterable[Any]) -> Iterator[Mention | Label | Link | Skipped]:
    """What the readers give; whatever goes wrong in a file is told of the file, and the scan goes on."""
    for reader in fitting:
        try:
            yield from reader.read(source)
        except Malformed as error:
            yield Skipped(source.path, error.why, error.cause)
        except OSError as error:
            yield Skipped(source.path, f"cannot be read ({error.strerror})", "unreadable")
        except (RecursionError, MemoryError):
            yield Skipped(source.path, "nested too deeply", "malformed")
        except (ValueError, OverflowError, SyntaxError) as error:
            yield Skipped(source.path, f"cannot be read as what its name says ({type(error).__name__})", "malformed")


def _identity(one: Found) -> Any:
    """What makes two findings in one file the same: all but where and how."""
    if isinstance(one, Hit):
        return Hit, one.id, one.role, one.registry
    if isinstance(one, LabelHit):
        return LabelHit, one.label, one.of
    return type(one), one[0], one[1]


def _found(one: Mention | Label | Link | Skipped, path: str, exists: Callable[[str], bool], identify: Identify) -> Found | None:
    """What becomes of a thing that a reader gives."""
    if isinstance(one, (Skipped, Link)):
        return one
    return _label(one, path, identify) if isinstance(one, Label) else _judged(one, path, exists)


def _label(label: Label, path: str, identify: Identify) -> LabelHit | None:
    known = identify(label.body) if label.body else None
    if known:
        return LabelHit(known, path, label.line, label.of, label.how)
    text = " ".join(label.text.split())
    how = f"{label.how}, not identified" if label.body else label.how
    return LabelHit(text[:200], path, label.line, label.of, how) if text else None


def _judged(mention: Mention, path: str, exists: Callable[[str], bool]) -> Hit | Hosted | Local | None:
    named = judge(mention.text, mention.place, dataset=mention.role == "dataset", exists=exists)
    if named.kind == "model":
        role = "dataset" if named.dataset and mention.role in ("used", "dataset") else mention.role
        confidence = mention.confidence if named.confidence is None or mention.confidence == "low" else named.confidence
        return Hit(named.id, role, named.registry, path, mention.line, pinned(mention.revision) or named.revision, confidence, mention.how)
    if named.kind == "hosted":
        return Hosted(named.id, named.registry, path, mention.line, mention.how)
    return Local(named.id, path, mention.line, mention.how) if named.kind == "local" else None


def _unread(entries: Iterable[Entry]) -> Iterator[Skipped]:
    """Files that no reader takes: those that look like weights or a license one by one, the others counted by kind."""
    others: Counter[str] = Counter()
    for entry in entries:
        told = _told(entry)
        if told is not None:
            yield told
        else:
            others[os.path.splitext(entry.path)[1].lower()[:12] or "no suffix"] += 1        # noqa: PTH122  (a string, many times)
    if others:
        yield _other_kinds(others)


def _told(entry: Entry) -> Skipped | None:
    """Why a file that looks like weights or a license was not read; None for any other."""
    known = words("files")
    suffix = entry.path.rpartition(".")[2].lower()
    if suffix in known["pickled"] and (entry.size >= known["telling_size"] or suffix not in known["arrays"]):
        return Skipped(entry.path, f"a .{suffix} file may run code when loaded; it is never opened", "unsafe")
    if suffix in known["archives"]:
        return Skipped(entry.path, f"a .{suffix} file may hold other files; it is never unpacked", "unsafe")
    if suffix in known["weights"]:
        return Skipped(entry.path, f"weights in a form that is not read (.{suffix})", "not_text")
    if licenses.looks_like(entry.path):
        return Skipped(entry.path, f"looks like a license, in a form that is not read (.{suffix})", "not_text")
    return None


def _other_kinds(others: Counter[str]) -> Skipped:
    shown = sorted(others.items(), key=lambda one: (-one[1], one[0]))
    named = ", ".join(f"{kind} ({count})" for kind, count in shown[:MAX_KINDS])
    total = sum(others.values())
    more = f", and {len(shown) - MAX_KINDS} more kinds" if len(shown) > MAX_KINDS else ""
    return Skipped(".", f"{total:,} file{'s' if total > 1 else ''} of kinds that are not read: {named}{more}", "other_kind")


def _sorted(found: Iterable[Found]) -> Inventory:
    groups: dict[type, list[Any]] = {kind: [] for kind in (Hit, LabelHit, Hosted, Local, Skipped, Link)}
    for one in found:
        groups[type(one)].append(one)
    ordered = [sorted(set(group), key=lambda one: (one.file, getattr(one, "line", 0), *map(str, one))) for group in groups.values()]
    return Inventory(*map(tuple, ordered))
