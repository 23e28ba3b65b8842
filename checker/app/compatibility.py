"""Pairs of licenses: one, or a table of them, put to the engine."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any, NamedTuple

from checker.core import pairs
from checker.core.conditions import nearest
from checker.errors import BadInput, Problem
from checker.load.book import Library
from checker.load.sources import Sources

#: rows of one table
MAX_ROWS = 1_000_000
COLUMNS = ("inbound", "outbound", "relation")


class Pair(NamedTuple):
    """A question: may what stands in this relation to a work under `inbound` be released, as a whole, under `outbound`? Ids."""

    inbound: str
    outbound: str
    relation: str


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


def table(found: list[tuple[Pair, dict[str, Any]]]) -> str:
    """The answers as CSV: the pair, then `compatible`, `reason`, `sections` (joined by semicolons)."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*COLUMNS, "compatible", "reason", "sections"])
    for pair, one in found:
        writer.writerow([*pair, one["compatible"], one["reason"], "; ".join(one["sections"])])
    return out.getvalue()


def read_table(text: str, name: str, library: Library) -> list[Pair]:
    """The pairs in a CSV text with the columns inbound, outbound and, where wanted, relation. Raises BadInput with every problem."""
    lines = csv.reader(io.StringIO(text), strict=True)
    problems: list[Problem] = []
    found: list[Pair] = []
    reader = _Reader(name, library, problems)
    try:
        head = [one.strip().casefold() for one in next(lines, [])]
        if not reader.head(head):
            raise BadInput(problems)
        for number, row in enumerate(lines):
            if number >= MAX_ROWS:
                raise BadInput([Problem(name, lines.line_num, 1, f"More than {MAX_ROWS:,} pairs.", "Split the table.")])
            if row:
                found += reader.row(dict(zip(head, row)), row, lines.line_num)
    except csv.Error as error:
        problems.append(Problem(name, lines.line_num, 1, f"Not a CSV table ({error}).", "Write comma-separated values, quoted with \"."))
    if problems:
        raise BadInput(problems)
    return found


class _Reader:
    """Reads the rows of one table; each name is looked up once."""

    def __init__(self, name: str, library: Library, problems: list[Problem]) -> None:
        self.name, self.problems = name, problems
        self.sources = Sources(library)
        self.relations = relations(library)
        self.known: dict[str, list[str]] = {}
        self.columns = 0

    def head(self, columns: list[str]) -> bool:
        self.columns = len(columns)
        missing = [one for one in COLUMNS[:2] if one not in columns]
        if missing:
            self.problems.append(Problem(self.name, 1, 1, f"No column {' and '.join(missing)}.", f"The first line names the columns: {', '.join(COLUMNS)}."))
        return not missing

    def row(self, cells: dict[str, str], row: list[str], line: int) -> Iterator[Pair]:
        if len(row) != self.columns:
            what = f"{len(row)} cells where the first line names {self.columns} columns."
            self.problems.append(Problem(self.name, line, 1, what, "Write one cell for each column."))
            return
        ids = [self._license(cells.get(column, ""), self._place(cells, column, row, line)) for column in COLUMNS[:2]]
        relation = cells.get("relation", "").strip() or self.relations[0]
        if relation not in self.relations:
            what = f"`{relation[:80]}` is no relation.{nearest(relation, self.relations)}"
            self.problems.append(self._problem(self._place(cells, "relation", row, line), what, f"Write one of: {', '.join(self.relations)}."))
        elif all(ids):
            yield Pair(str(ids[0]), str(ids[1]), relation)

    def _license(self, name: str, place: tuple[int, int]) -> str | None:
        if name not in self.known:
            self.known[name] = self.sources.resolve(name)
        found = self.known[name]
        if len(found) == 1:
            return found[0]
        if found:
            self.problems.append(self._problem(place, f"`{name[:80]}` may be {', '.join(found)}.", "Write which one."))
        else:
            what = f"No license is known as `{name[:80]}`.{nearest(name.casefold()[:80], self.sources.all_names())}"
            self.problems.append(self._problem(place, what, "Write an id of `licet license list`."))
        return None

    def _problem(self, place: tuple[int, int], what: str, instead: str) -> Problem:
        return Problem(self.name, *place, what, instead)

    @staticmethod
    def _place(cells: dict[str, str], column: str, row: list[str], line: int) -> tuple[int, int]:
        """Line and column (from 1) at which a cell begins, quotation marks aside."""
        before = list(cells).index(column) if column in cells else len(row)
        return line, 1 + sum(len(one) + 1 for one in row[:before])
