"""Pairs of licenses: one, or a table of them, put to the engine."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from checker.app.wording import problem
from checker.core import pairs
from checker.core.conditions import nearest
from checker.errors import BadInput, Problem
from checker.load.book import Library
from checker.load.sources import Sources
from checker.load.strict_yaml import printable

#: rows of one table
MAX_ROWS = 1_000_000
#: characters shown of a cell that names no license
MAX_SHOWN = 80
COLUMNS = ("inbound", "outbound", "relation")


class Pair(NamedTuple):
    """A question: may what stands in this relation to a work under `inbound` be released, as a whole, under `outbound`? Ids."""

    inbound: str
    outbound: str
    relation: str


class Row(NamedTuple):
    """A row of a table: its cells as they were written, by column; the pair, unless `problems` say why there is none."""

    said: dict[str, str]
    pair: Pair | None
    problems: tuple[Problem, ...] = ()


def relations(library: Library) -> list[str]:
    """The relations that may be asked about; the first is meant where none is named."""
    spec = library.book().vocabulary.data["pairs"]
    return [spec["default"], *(one for one in spec["relations"] if one != spec["default"])]


def answer(asked: Pair, library: Library, *, as_of: str, profile: str = "open") -> dict[str, Any]:
    """`{"compatible", "reason", "sections"}`."""
    return answers([asked], library, as_of=as_of, profile=profile)[0]


def answers(asked: list[Pair], library: Library, *, as_of: str, profile: str = "open") -> list[dict[str, Any]]:
    """One entry per pair, in order. Pairs that share the inbound license and the relation are judged together."""
    book = library.book()
    taken = {"id": profile, **book.answers(profile)}
    together: dict[tuple[str, str], dict[str, pairs.Answer | None]] = {}
    for pair in asked:
        together.setdefault((pair.inbound, pair.relation), {})[pair.outbound] = None
    for (inbound, relation), found in together.items():
        found.update(zip(found, pairs.answers(book, inbound, list(found), relation, as_of=as_of, profile=taken)))
    return [_entry(together[pair.inbound, pair.relation][pair.outbound]) for pair in asked]


def _entry(found: pairs.Answer | None) -> dict[str, Any]:
    assert found is not None
    return {"compatible": found.compatible, "reason": found.reason, "sections": list(found.sections)}


def told(rows: list[Row], library: Library, *, as_of: str, profile: str = "open") -> list[dict[str, Any]]:
    """One entry per row, in order: `inbound`, `outbound`, `relation`, and the answer. A row that is no pair keeps its words, and has None for an answer."""
    found = iter(answers([row.pair for row in rows if row.pair], library, as_of=as_of, profile=profile))
    return [{**row.pair._asdict(), **next(found)} if row.pair else _unanswered(row) for row in rows]


def _unanswered(row: Row) -> dict[str, Any]:
    why = " ".join(f"{one.what} {one.instead}".strip() for one in row.problems)
    return {**{column: printable(row.said.get(column, ""))[:MAX_SHOWN] for column in COLUMNS}, "compatible": None, "reason": printable(why), "sections": []}


def table(entries: Iterable[Mapping[str, Any]]) -> str:
    """The answers as CSV: the pair, then `compatible` (empty where the row is no pair), `reason`, `sections` (joined by semicolons)."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*COLUMNS, "compatible", "reason", "sections"])
    for one in entries:
        writer.writerow([*(one[column] for column in COLUMNS), one["compatible"], one["reason"], "; ".join(one["sections"])])
    return out.getvalue()


def read_table(text: str, name: str, library: Library) -> tuple[list[Row], list[Problem]]:
    """The rows of a CSV text with the columns inbound, outbound and, where wanted, relation; and every problem. Raises BadInput without these columns."""
    lines = csv.reader(io.StringIO(text), strict=True)
    try:
        head = [one.strip().casefold() for one in next(lines, [])]
    except csv.Error as error:
        raise BadInput([_no_csv(name, 1, error)]) from None
    missing = [one for one in COLUMNS[:2] if one not in head]
    if missing:
        raise BadInput([_missing(name, missing)])
    reader = _Reader(name, library, head)
    rows: list[Row] = []
    over: list[Problem] = []
    while (row := _next(lines, name)) is not None:
        if len(rows) == MAX_ROWS:
            over = [problem("too_many_pairs", name, lines.line_num, 1, most=f"{MAX_ROWS:,}")]
            break
        if row:
            rows.append(Row({}, None, (row,)) if isinstance(row, Problem) else reader.row(row, lines.line_num))
    return rows, [*(wrong for one in rows for wrong in one.problems), *over]


def _next(lines: Any, name: str) -> list[str] | Problem | None:
    """The cells of the next row, what is wrong with it, or None behind the last. What follows a row that is no CSV is read all the same."""
    try:
        found: list[str] | None = next(lines, None)
        return found
    except csv.Error as error:
        return _no_csv(name, lines.line_num, error)


def _missing(name: str, columns: list[str]) -> Problem:
    known = ", ".join(COLUMNS)
    if len(columns) == 1:
        return problem("no_pair_column", name, 1, 1, name=columns[0], known=known)
    return problem("no_pair_columns", name, 1, 1, first=columns[0], second=columns[1], known=known)


def _no_csv(name: str, line: int, error: csv.Error) -> Problem:
    return problem("no_csv", name, line, 1, why=error)


class _Reader:
    """Reads the rows of one table with these columns; each name is looked up once."""

    def __init__(self, name: str, library: Library, columns: list[str]) -> None:
        self.name, self.columns = name, columns
        self.sources = Sources(library)
        self.relations = relations(library)
        self.known: dict[str, tuple[list[str], str]] = {}

    def row(self, cells: list[str], line: int) -> Row:
        said = dict(zip(self.columns, cells))
        if len(cells) != len(self.columns):
            return Row(said, None, (problem("row_of_other_length", self.name, line, 1, cells=len(cells), columns=len(self.columns)),))
        problems = []
        ids = []
        for column in COLUMNS[:2]:
            found, near = self._license(said[column])
            ids += found[:1]
            if len(found) != 1:
                shown, place = said[column][:MAX_SHOWN], self._place(cells, column)
                problems.append(problem("license_of_two_meanings", self.name, line, place, name=shown, found=", ".join(found)) if found else
                                problem("license_not_known", self.name, line, place, name=shown, near=near))
        relation = said.get("relation", "").strip() or self.relations[0]
        if relation not in self.relations:
            problems.append(problem("no_such_relation", self.name, line, self._place(cells, "relation"), name=relation[:MAX_SHOWN],
                                    near=nearest(relation, self.relations), known=", ".join(self.relations)))
        return Row(said, None if problems else Pair(ids[0], ids[1], relation), tuple(problems))

    def _license(self, name: str) -> tuple[list[str], str]:
        """The ids that a name may mean; if there are none, names like it."""
        if name not in self.known:
            found = self.sources.resolve(name)
            self.known[name] = found, "" if found else nearest(name.casefold()[:MAX_SHOWN], self.sources.all_names())
        return self.known[name]

    def _place(self, cells: list[str], column: str) -> int:
        """The column (from 1) at which a cell begins, quotation marks aside."""
        return 1 + sum(len(one) + 1 for one in cells[:self.columns.index(column)])
