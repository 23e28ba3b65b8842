"""What an audit gives: rows in files, a snapshot, and summaries."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from checker.app.audit import Audit, Tick, words
from checker.app.wording import problem
from checker.errors import BadInput

SCHEMA = "licet/audit/1"
#: endings of files that get every row, and of those that get a summary
ROWS = (".parquet", ".arrow", ".csv", ".jsonl", ".ndjson")
_SUMMARIES = {".html": "html", ".json": "json", ".txt": "text"}
#: rows up to which the JSON summary has them all
MAX_ROWS = 10_000


def refuse_outputs(outputs: Sequence[str], snapshot: str | None = None, inputs: Sequence[str] = ()) -> None:
    """Refuse files whose name asks for no format that there is, that cannot be there, or that something else is in, before any work is done.

    `inputs`: what is read. Raises BadInput.
    """
    from checker.audit.table import is_text

    known = (*ROWS, *_SUMMARIES)
    written = [*outputs, *([snapshot] if snapshot is not None else [])]
    places = [os.path.realpath(path) for path in written]
    problems = [problem("unknown_format", path, known=", ".join(known))
                for path in outputs if Path(path).suffix.casefold() not in known]
    problems += [problem("output_name_no_text", path) for path in written if not is_text(path)]
    problems += [problem("no_folder_for_it", path) for path, place in zip(written, places) if not Path(place).parent.is_dir()]
    problems += [problem("two_outputs_in_one_file", path) for number, path in enumerate(written) if places[number] in places[:number]]
    read = {os.path.realpath(path) for path in inputs}
    problems += [problem("output_is_input", path) for path, place in zip(written, places) if place in read]
    if problems:
        raise BadInput(problems)


def has_summary(outputs: tuple[str, ...], shown: str | None) -> bool:
    """Is a summary among what was asked for, on standard output (`shown`: its format) or in a file?"""
    return bool(shown) or any(Path(path).suffix.casefold() in _SUMMARIES for path in outputs)


def refuse_only(names: Sequence[str], outputs: Sequence[str]) -> None:
    """Refuse columns that rows do not have, and any where no rows are written, before any work is done. Raises BadInput."""
    from checker.audit import result

    known = (*result.FACTS, *result.ANSWERS)
    problems = [problem("no_such_row_column", f"--only {name}", name=name, known=", ".join(known)) for name in names if name not in known]
    problems += [problem("row_column_twice", f"--only {name}", name=name) for place, name in enumerate(names) if name in names[:place]]
    if names and not any(Path(path).suffix.casefold() in ROWS for path in outputs):
        problems.append(problem("only_without_rows", "--only", known=", ".join(ROWS)))
    if problems:
        raise BadInput(problems)


def documents(done: Audit, outputs: tuple[str, ...], shown: str | None, tick: Tick = lambda *_: None,
              only: Sequence[str] = ()) -> list[tuple[str | None, str]]:
    """Write the rows where asked (`only`: these columns alone), and give every summary that was asked for with its file (None: standard output)."""
    from checker.audit import result

    for path in outputs:
        if Path(path).suffix.casefold() in ROWS:
            tick(f"writing {path}", 0, 0)
            _write_rows(done, Path(path), only)
    wanted = [(path, _SUMMARIES[Path(path).suffix.casefold()]) for path in outputs if Path(path).suffix.casefold() in _SUMMARIES]
    everything: list[tuple[str | None, str]] = [*wanted, *([(None, shown)] if shown else [])]
    if not everything:
        return []
    counted = {"schema": SCHEMA, **_envelope(done), **result.summary(done.rows, done.questions, done.answers, words())}
    return [(path, _written(counted, done.rows, name)) for path, name in everything]


def _write_rows(done: Audit, path: Path, only: Sequence[str]) -> None:
    """Write the rows; as Arrow, those of a snapshot are taken over as they lie."""
    from checker.audit import arrow, result

    entries = {"licet": json.dumps(_envelope(done))}
    if path.suffix.casefold() != ".arrow":
        result.write(done.only(only) if only else done.rows, path, entries)
        return
    names = only or (*result.FACTS, *result.ANSWERS)
    kept = done.followed.snapshot
    facts = kept.facts.select(result.needed(names)) if kept is not None else arrow.table(done.followed.facts(result.needed(names)))
    answers = result.columns(done.questions, done.answers, done.scenarios, names)
    with result.whole(path) as scratch:
        arrow.write(arrow.joined(facts, answers).select(names), scratch, entries)


def keep_snapshot(done: Audit, path: str) -> None:
    """Write what was followed, so that it can be judged again at once."""
    from checker.audit import result, snapshot

    with result.whole(Path(path)) as scratch:
        snapshot.keep(scratch, done.facts, done.questions, done.head)


def _envelope(done: Audit) -> dict[str, Any]:
    scenario = done.templates[0].scenario
    asked = {question.scenario for question in done.questions}
    unusable, answered = done.head["unusable"], done.followed.rows
    return {"tool": done.tool, "inputs": done.head["files"], "rows": {"read": answered + unusable, "answered": answered, "unusable": unusable},
            "datasets": {"rows": done.head.get("datasets", 0), "judged": False}, "unusable": done.head["listed"],
            "as_of": scenario.as_of, "profile": scenario.profile.get("id", ""), "notice": done.notice,
            "scenarios": [{"name": one.name, "title": one.scenario.title, "sha256": hashlib.sha256(one.text.encode()).hexdigest()}
                          for number, one in enumerate(done.templates) if number in asked]}


def _written(counted: Mapping[str, Any], frame: Any, name: str) -> str:
    if name != "json":
        from checker.report import _audit

        return _audit.render(counted, name)
    listed = frame.head(MAX_ROWS).to_dicts() if frame.height <= MAX_ROWS else None
    return json.dumps({**counted, "results": listed}, ensure_ascii=False, sort_keys=True, indent=1) + "\n"
