"""A table that was followed once, as integers: what may be asked of it again, under other rules, profiles and scenarios, without following it again.

A snapshot is an archive, nothing in it packed by the archive itself: `head.json` (what it was made from, its questions), `facts.parquet` (what a
result says of each row whatever the answers), `question.npy` (the question of each row) and `labeled.npy` (has it a label?).
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from checker.audit import pages, result
from checker.audit.chain import Token
from checker.audit.plan import Question
from checker.errors import BadInput, Problem

if TYPE_CHECKING:
    import polars as pl

    from checker.audit.chain import Integers

#: the entry of the head that marks a snapshot, and its form
MARK, FORM = "licet-snapshot", 2
HEAD, FACTS, QUESTION, LABELED = "head.json", "facts.parquet", "question.npy", "labeled.npy"


class Snapshot(NamedTuple):
    """Questions; `head`, all it was made from; the question of each row and whether the row has a label; its facts as Parquet."""

    questions: list[Question]
    head: dict[str, Any]
    question: Integers
    labeled: Any
    facts: bytes

    def rows(self) -> int:
        """How many rows it has."""
        found: int = pages.footer(io.BytesIO(self.facts))[pages.ROWS][1]
        return found

    def frame(self) -> pl.DataFrame:
        """The facts of its rows."""
        import polars as pl

        return pl.read_parquet(io.BytesIO(self.facts))

    def write(self, target: BinaryIO, columns: Mapping[str, result.Texts], entries: Mapping[str, str]) -> None:
        """Write a result as Parquet: facts, and for each row the text of its question in every column. Raises Broken."""
        pages.extend(io.BytesIO(self.facts), target, {name: self._places(name, one) for name, one in columns.items()}, {**self.head["form"], **entries})

    def _places(self, name: str, column: result.Texts) -> pages.Places:
        """The column of all rows: each text once."""
        import numpy as np

        texts = column.words or tuple(sorted({one for one in column.texts if one is not None}))
        number = {text: place for place, text in enumerate(texts)}
        place = np.array([-1 if one is None else number[one] for one in column.texts], np.min_scalar_type(-1 - len(texts)))[self.question]
        if name == "label":
            place[self.labeled & (place == number[result.NO_LABEL])] = number[result.UNCLEAR_LABEL]
        return pages.Places(texts, place)


def keep(path: Path, facts: pl.DataFrame, questions: Sequence[Question], head: Mapping[str, Any]) -> None:
    """Write a snapshot to a file. Raises OSError."""
    import numpy as np

    form = io.BytesIO()
    result.rows(facts.head(0), questions[:0], (), ()).write_parquet(form)
    told = {MARK: FORM, **head, **_packed(questions), "form": {key: value for key, value in pages.entries(pages.footer(form)).items() if key != MARK}}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(HEAD, json.dumps(told, separators=(",", ":")))
        with archive.open(FACTS, "w", force_zip64=True) as file:
            result.sink(facts, file, {})
        question, labeled = facts["question"].to_numpy().astype(np.min_scalar_type(len(questions))), facts["declared"].is_not_null().to_numpy()
        for name, array in ((QUESTION, question), (LABELED, labeled)):
            with archive.open(name, "w", force_zip64=True) as file:
                np.save(file, array, allow_pickle=False)


def read(path: str) -> Snapshot | None:
    """A snapshot; None if the file is none. Raises BadInput if it is not whole."""
    if not zipfile.is_zipfile(path):
        return None
    import numpy as np

    try:
        with zipfile.ZipFile(path) as archive:
            head = json.loads(archive.read(HEAD))
            if head.pop(MARK) != FORM:
                raise ValueError("another form")
            question, labeled = (np.load(io.BytesIO(archive.read(name)), allow_pickle=False) for name in (QUESTION, LABELED))
            found = Snapshot(_questions(head), head, question, labeled, archive.read(FACTS))
        if not question.shape == labeled.shape == (found.rows(),) or question.dtype.kind != "u" or int(question.max(initial=0)) >= len(found.questions):
            raise ValueError("rows without a question")
    except (OSError, ValueError, TypeError, KeyError, IndexError, AttributeError, EOFError, NotImplementedError, zipfile.BadZipFile) as error:
        raise BadInput([Problem(path, 0, 0, f"Not a whole snapshot ({str(error)[:120]}).", "Make it again from the table.")]) from None
    return found


def _packed(questions: Sequence[Question]) -> dict[str, Any]:
    """Questions as what JSON can hold: each token once."""
    tokens: dict[Token, int] = {}

    def number(token: Token | None) -> int:
        return -1 if token is None else tokens.setdefault(token, len(tokens))

    asked = [[one.scenario, [[number(token), step] for token, step in one.inherited], number(one.own), number(one.declared)] for one in questions]
    return {"questions": asked, "tokens": list(tokens)}


def _questions(head: dict[str, Any]) -> list[Question]:
    """The questions that a head holds; they are taken out of it."""
    tokens = [Token(_tuples(candidates), text, tuple(modalities)) for candidates, text, modalities in head.pop("tokens")]
    return [Question(scenario, tuple((tokens[token], step) for token, step in inherited), tokens[own] if own >= 0 else None,
                     tokens[declared] if declared >= 0 else None) for scenario, inherited, own, declared in head.pop("questions")]


def _tuples(value: Any) -> Any:
    return tuple(_tuples(one) for one in value) if isinstance(value, list) else value
