"""A table that was followed once, as integers: what may be asked of it again, under other rules, profiles and scenarios, without following it again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from checker.audit.chain import Token
from checker.audit.plan import Question
from checker.errors import BadInput, Problem

if TYPE_CHECKING:
    import polars as pl

#: the metadata entry that marks a snapshot
MARK = "licet-snapshot"


def packed(questions: Sequence[Question], head: Mapping[str, Any]) -> dict[str, str]:
    """The metadata of a snapshot: its questions, and `head`, all it was made from."""
    tokens: dict[Token, int] = {}

    def number(token: Token | None) -> int:
        return -1 if token is None else tokens.setdefault(token, len(tokens))

    asked = [[one.scenario, [[number(token), step] for token, step in one.inherited], number(one.own), number(one.declared)] for one in questions]
    return {MARK: json.dumps({**head, "questions": asked, "tokens": list(tokens)}, separators=(",", ":"))}


def read(path: str) -> tuple[list[Question], dict[str, Any]] | None:
    """The questions and the head of a snapshot; None if the file is none. Raises BadInput if it is not whole."""
    import polars as pl
    from polars.exceptions import PolarsError

    try:
        text = pl.read_parquet_metadata(path).get(MARK)
    except (PolarsError, OSError):
        return None
    if text is None:
        return None
    try:
        head = json.loads(text)
        tokens = [Token(_tuples(candidates), text, tuple(modalities)) for candidates, text, modalities in head.pop("tokens")]
        questions = [Question(scenario, tuple((tokens[token], step) for token, step in inherited), tokens[own] if own >= 0 else None,
                              tokens[declared] if declared >= 0 else None) for scenario, inherited, own, declared in head.pop("questions")]
    except (ValueError, TypeError, KeyError, IndexError):
        raise BadInput([Problem(path, 0, 0, "Not a whole snapshot.", "Make it again from the table.")]) from None
    return questions, head


def facts(path: str) -> pl.DataFrame:
    """The rows of a snapshot. Raises BadInput if it is not whole."""
    import polars as pl
    from polars.exceptions import PolarsError

    try:
        return pl.read_parquet(path)
    except (PolarsError, OSError) as error:
        raise BadInput([Problem(path, 0, 0, f"Not a whole snapshot ({str(error).splitlines()[0][:120]}).", "Make it again from the table.")]) from None


def _tuples(value: Any) -> Any:
    return tuple(_tuples(one) for one in value) if isinstance(value, list) else value
