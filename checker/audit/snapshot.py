"""A table that was followed once, as integers: what may be asked of it again, under other rules, profiles and scenarios, without following it again.

A snapshot is a file of Arrow: the facts of each row, what a result says of it whatever the answers, the number of its question among them. The
questions, and what all was made from, are JSON in the metadata of its schema.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from checker.audit import arrow
from checker.audit.chain import Token
from checker.audit.plan import Question
from checker.audit.problems import problem
from checker.errors import BadInput

if TYPE_CHECKING:
    import polars as pl

#: the entry of the metadata that marks a snapshot, and the form of what it holds
MARK, FORM = "licet-snapshot", 4
#: the entry with a digest of that one, and of the columns
SEAL = "licet-seal"


class Snapshot(NamedTuple):
    """Its file; questions; `head`, all it was made from; the facts of its rows as Arrow's table."""

    path: str
    questions: list[Question]
    head: dict[str, Any]
    facts: Any

    def frame(self, names: Collection[str]) -> pl.DataFrame:
        """The facts of its rows, those of these names. Raises BadInput if they are broken."""
        import polars as pl

        facts = self.facts.select([one for one in self.facts.column_names if one in names])
        try:
            facts.validate(full=True)
        except ValueError as error:
            raise broken(self.path, error) from None
        found = pl.from_arrow(facts)
        assert isinstance(found, pl.DataFrame)
        return found.with_columns(pl.col([one for one in arrow.REPEATED if one in names]).cast(pl.String))


def keep(path: Path, facts: pl.DataFrame, questions: Sequence[Question], head: dict[str, Any]) -> None:
    """Write a snapshot to a file. Raises OSError."""
    table = arrow.table(facts)
    text = json.dumps({"form": FORM, **head, **_packed(questions)}, separators=(",", ":"))
    arrow.write(table, path, {MARK: text, SEAL: seal(text, table.schema)})


def read(path: str) -> Snapshot | None:
    """A snapshot; None if the file is none. Raises BadInput if it is not whole."""
    with Path(path).open("rb") as file:
        if file.read(len(arrow.MAGIC)) != arrow.MAGIC:
            return None
    try:
        facts = arrow.read(path)
        marks = {name.decode(): text.decode() for name, text in (facts.schema.metadata or {}).items()}
        if MARK not in marks:
            raise BadInput([problem("no_snapshot", path)])
        head = json.loads(marks[MARK])
        if head.pop("form") != FORM or marks.get(SEAL) != seal(marks[MARK], facts.schema):
            raise BadInput([problem("snapshot_of_another_form", path)])
        found = Snapshot(path, _questions(head), head, facts.replace_schema_metadata())
        question = facts["question"].to_numpy()
        if question.dtype.kind not in "iu" or not 0 <= int(question.min(initial=0)) <= int(question.max(initial=0)) < max(len(found.questions), 1):
            raise BadInput([problem("snapshot_without_questions", path)])
    except (OSError, ValueError, TypeError, KeyError, IndexError, AttributeError, NotImplementedError, MemoryError) as error:
        raise broken(path, error) from None
    return found


def seal(text: str, schema: Any) -> str:
    """A digest of what is said of all rows, and of their columns: who reads a broken type of a column may break down."""
    columns = [(one.name, str(one.type), sorted((one.metadata or {}).items())) for one in schema]
    return hashlib.sha256(f"{text}\0{columns}".encode()).hexdigest()


def broken(path: str, error: Exception) -> BadInput:
    """What is said of a snapshot that is not whole."""
    return BadInput([problem("broken_snapshot", path, why=str(error)[:120])])


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
