"""Every model that is a row or a base, numbered; who is made from whom; what the model registry knows of them; what is odd about their bases."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from checker.audit.chain import AS_IT_IS, Chains, Graph, Token
from checker.audit.numbers import Index, appended, distinct, interned

if TYPE_CHECKING:
    import polars as pl

    from checker.audit.chain import Integers
    from checker.audit.table import Table

#: what may be odd about a row, in the order of their bits; the words are in words.yaml
PROBLEMS = ("self_loop", "cycle", "missing_base", "local_base", "placeholder_base", "renamed_base", "relation_unstated", "recurs")
PLAIN = r"^[A-Za-z0-9][\w.\-]*(/[\w.\-]+)?$"
_ADDRESS = re.compile(r"https?://([^/?#@]+)/([^?#]*)[^\s]*", re.IGNORECASE)
_REVISION = re.compile(r"(@[^/]*|:[^/]*|/(tree|blob|resolve|raw)/.*|/+)$")


class Known(NamedTuple):
    """What the model registry says of an id: its current spelling, the token of its license (None if it only knows bases), (base, step)."""

    current: str
    token: Token | None
    bases: tuple[tuple[str, str], ...]


class Lookups(NamedTuple):
    """What the audit asks of the rest of licet: what a label says; what the registry knows of an id, and of whose ids it may know anything;
    the steps by rising doubt; the words of tables."""

    label: Callable[[str], Token]
    registry: Callable[[str], Known | None]
    publishers: frozenset[str]
    mirrors: frozenset[str]
    legacy: frozenset[str]
    steps: tuple[str, ...]
    words: Mapping[str, Any]


class Written(NamedTuple):
    """The edges as they are written, of a table and then of a further one: the row of each of the former, the child of each of the latter; of each,
    by number, its base and its step; the distinct bases, as model ids, and what is odd about them."""

    row: Any
    children: pl.Series | None
    number: Any
    step: Any
    bases: pl.DataFrame


def written(edges: pl.DataFrame, extra: pl.DataFrame | None, lookups: Lookups) -> Written:
    """The edges (row, base, relation), and the further ones (child, base, relation). Every base and relation is read once."""
    base, relation = edges["base"], edges["relation"]
    if extra is not None:
        base, relation = appended(base, extra["base"]), appended(relation, extra["relation"])
    place, number = interned(base)
    bases = _mended(base.gather(place), lookups.words)
    return Written(edges["row"].to_numpy(), None if extra is None else extra["child"], number, _steps(relation, lookups), bases)


class Models:
    """The models of a table by number. `model`: that of each row; `by_row` makes values of rows from those of models; `names`, `problems` (bits),
    `known` (registry): of each model."""

    def __init__(self, table: Table, edges: Callable[[], Written], lookups: Lookups) -> None:
        import numpy as np

        self.lookups = lookups
        self.rows = table.rows
        self.index = Index(table.rows["id"])
        self.model: Any = np.arange(table.rows.height)
        self.recurring = self.index.recurring
        if self.recurring:
            place, self.model = interned(self.names.str.to_lowercase())
            self.index = Index(self.names.gather(place))
        self.by_row: Any = self.model if self.recurring else slice(table.rows.height)       # as they stand, without a copy
        self.known: dict[int, Known] = {}
        child, base, step, odd, placeholders = self._numbered(edges())
        local = np.unique(base[odd])
        child, base, step = self._with_registry((child, base, step), set(local.tolist()))
        self.count = len(self.names)
        self.problems = np.zeros(self.count, np.int32)
        self.flag("placeholder_base", placeholders)
        self._flag_bases(child, base, step, local)
        child, base, step = (part.astype(np.int32) for part in (child, base, step))
        self.graph = Graph(self.count, child, base, np.abs(step)).only(child != base)

    def _numbered(self, edges: Written) -> tuple[Any, Any, Any, Any, Any]:
        """Child, base and step of each edge, once, and whether its base is on somebody's disk; whose bases were never filled in.

        Where an id recurs, the edges of its latest row that has any count.
        """
        import numpy as np

        row, number, step = edges.row, edges.number, edges.step
        child = self.model[row]
        if edges.children is not None:
            child = np.concatenate([child, self._numbers(edges.children)])
        if self.recurring:
            latest = np.full(len(self.names), -1, np.int64)
            np.maximum.at(latest, child[:len(row)], self._age[row])
            keep = np.ones(len(child), bool)
            keep[:len(row)] = latest[child[:len(row)]] == self._age[row]
            row, child, number, step = row[keep[:len(row)]], child[keep], number[keep], step[keep]
        used, number = distinct(number)
        base, odd, empty = (part[number] for part in self._bases(edges.bases[used]))
        there = ~empty
        return *_once(child[there], base[there], step[there], odd[there]), child[:len(row)][empty[:len(row)]]

    @property
    def names(self) -> pl.Series:
        """The id of each model, as its first row or the first that made something from it wrote it."""
        return self.index.texts

    def _numbers(self, names: pl.Series) -> Any:
        """The model of each name, whatever its case; names that are no row become models too."""
        import numpy as np

        found = self.index.find(names)
        new = np.flatnonzero(found < 0)
        if len(new):
            names = names.gather(new)
            first, of_new = interned(names.str.to_lowercase())
            found[new] = len(self.names) + of_new
            self.index.add(names.gather(first))
        return found

    def _bases(self, read: pl.DataFrame) -> tuple[Any, Any, Any]:
        """The model of each base, which are on somebody's disk, and which were never filled in (whose number means nothing)."""
        import numpy as np
        import polars as pl

        empty = (read["base"] == "").to_numpy()
        found = np.zeros(len(empty), np.int64)
        found[~empty] = self._numbers(read.filter(pl.col("base") != "")["base"])
        return found, (read["odd"] == "local_base").fill_null(False).to_numpy(), empty

    def flag(self, problem: str, models: Any) -> None:
        """Note a problem of some models."""
        self.problems[models] |= 1 << PROBLEMS.index(problem)

    def latest(self, text: Any, token_of: Integers) -> tuple[Any, Any]:
        """The label (by number, -1: none) of each model by its latest row that has one, and a mask of rows whose own means something else."""
        import numpy as np

        found = np.full(self.count, -1, np.int32)
        rows = np.flatnonzero(text >= 0)
        if self.recurring:
            rows = rows[np.argsort(self._age[rows])]
        found[self.model[rows]] = text[rows]
        return found, (text >= 0) & (token_of[found[self.by_row]] != token_of[text])

    def creative(self) -> Any:
        """Which models are more than a copy or conversion of their bases, so that their publisher's own license counts too."""
        import numpy as np

        found = np.zeros(self.count, bool)
        mechanical = [self.lookups.steps.index(one) for one in self.lookups.words["mechanical"]]
        found[self.graph.child[~np.isin(self.graph.step, mechanical)]] = True
        return found

    def first_base(self, chains: Chains) -> Any:
        """The first base of each model, -1 where it has none."""
        import numpy as np

        found = np.full(self.count, -1, np.int32)
        found[chains.graph.child[::-1]] = chains.graph.base[::-1]
        return found

    @cached_property
    def _age(self) -> Any:
        """The rank of each row by age: those without a date first, then by date, then as they stand."""
        import numpy as np

        rank = np.empty(self.rows.height, np.int64)
        rank[np.argsort(self.rows["created"].rank("dense").fill_null(0).to_numpy(), kind="stable")] = np.arange(self.rows.height)
        return rank

    # ---- the registry ------------------------------------------------------------------------------------------------

    def _with_registry(self, edges: tuple[Any, Any, Any], local: set[int]) -> tuple[Any, Any, Any]:
        """The edges, with those that the registry knows; its bases may be new models."""
        import numpy as np
        import polars as pl

        child, base, step = edges
        numbers = [int(number) for number in np.flatnonzero(self._may_be_known(child)) if int(number) not in local]
        names = self.names.gather(numbers).to_list()
        asked: set[int] = set()
        more: dict[tuple[int, int], int] = {}
        while names:                                            # wave by wave, upwards
            found = [(number, known) for number, known in zip(numbers, map(self.lookups.registry, names)) if known is not None]
            asked.update(numbers)
            self.known.update(found)
            told = [(number, *base) for number, known in found for base in known.bases]
            bases = self._numbers(pl.Series([name for _, name, _ in told], dtype=pl.String)).tolist()
            for (number, _, action), there in zip(told, bases):
                more[number, there] = self.lookups.steps.index(action) if action in self.lookups.steps else AS_IT_IS
            new = {there: name for (_, name, _), there in zip(told, bases) if there not in asked}
            numbers, names = list(new), list(new.values())
        registered = np.zeros(len(self.names), bool)
        registered[list(self.known)] = True
        stated = set(zip(child[registered[child]].tolist(), base[registered[child]].tolist()))
        fresh = np.array([(*ends, one) for ends, one in more.items() if ends not in stated], np.int64).reshape(-1, 3)
        return tuple(np.concatenate([part, fresh[:, place]]) for place, part in enumerate((child, base, step)))  # type: ignore[return-value]

    def _may_be_known(self, child: Any) -> Any:
        """Whose ids the registry may know: those of its publishers, of mirrors where no base is stated, and ids from before publishers."""
        import numpy as np
        import polars as pl

        names = self.names
        made = np.zeros(len(names), bool)
        made[child] = True
        mirrors, publishers = self.lookups.mirrors, self.lookups.publishers
        found = np.flatnonzero(names.str.contains(_by(publishers | mirrors)).to_numpy())
        mirrored = names.gather(found).str.contains(_by(mirrors - publishers)).to_numpy()
        legacy = self.index.find(pl.Series(sorted(self.lookups.legacy), dtype=pl.String))
        may = np.zeros(len(names), bool)
        may[found[~mirrored | ~made[found]]] = may[legacy[legacy >= 0]] = True
        return may

    def _flag_bases(self, child: Any, base: Any, step: Any, local: Any) -> None:
        """Flag what was odd about the bases of each model."""
        import numpy as np

        self.flag("self_loop", child[child == base])
        self.flag("relation_unstated", child[(step < 0) & (child != base)])
        self.flag("local_base", child[np.isin(base, local)])
        there = np.zeros(self.count, bool)
        there[self.by_row] = there[child] = there[list(self.known)] = there[local] = True
        self.flag("missing_base", child[~there[base]])
        renamed = [number for number, known in self.known.items() if known.current.casefold() != self.names[number].casefold()]
        self.flag("renamed_base", child[np.isin(base, renamed)])


def _by(publishers: Iterable[str]) -> str:
    """A pattern of the ids of publishers."""
    return "(?i)^(?:" + "|".join(map(re.escape, sorted(publishers))) + ")(?:/|$)"


def _once(child: Any, base: Any, step: Any, odd: Any) -> tuple[Any, Any, Any, Any]:
    """Each edge once; of equal ones the first with a stated relation."""
    import numpy as np

    ordered = np.sort(child << 32 | base)
    if not (ordered[1:] == ordered[:-1]).any():
        return child, base, step, odd
    key = child << 33 | base << 1 | (step < 0)                  # numbers of models stay below 2 to the 30
    order = np.argsort(key, kind="stable")
    first = np.ones(len(key), bool)
    first[1:] = key[order][1:] >> 1 != key[order][:-1] >> 1
    keep = np.sort(order[first])
    return child[keep], base[keep], step[keep], odd[keep]


def _steps(relations: pl.Series, lookups: Lookups) -> Any:
    """The number of the step of each edge; negative where the relation is not stated."""
    import numpy as np

    words, steps = lookups.words, lookups.steps
    known = {relation: steps.index(step) for relation, step in words["relations"].items()}
    place, number = interned(relations)
    unstated = -steps.index(words["unstated_relation"])
    return np.array([known.get((one or "").strip().casefold(), unstated) for one in relations.gather(place)], np.int64)[number]


def _mended(bases: pl.Series, words: Mapping[str, Any]) -> pl.DataFrame:
    """Bases as model ids, and what was odd about each; addresses are read, what was never filled in is left empty."""
    import polars as pl

    odd = bases.filter(~bases.str.contains(PLAIN) | bases.str.contains(unusual(words)))
    read = [(one, *base_id(one, words)) for one in odd]
    mended = pl.DataFrame(read, schema={"base": pl.String, "mended": pl.String, "odd": pl.String}, orient="row")
    frame = bases.alias("base").to_frame().join(mended, on="base", how="left", maintain_order="left")
    return frame.with_columns(base=pl.coalesce("mended", "base")).drop("mended")


def unusual(words: Mapping[str, Any]) -> str:
    """A pattern of bases that look like a model id and may be none: paths, files, what was never filled in."""
    folders, endings, empty = ("|".join(re.escape(one) for one in words[name] if one) for name in ("local_folders", "local_endings", "no_base"))
    return f"(?i)^({folders})/|({endings})$|^({empty})$"


def base_id(text: str, words: Mapping[str, Any]) -> tuple[str, str | None]:
    """A base as a model id, and what is odd about it; what was never filled in gives an empty id."""
    text = text.strip()
    if text.casefold() in words["no_base"]:
        return "", "placeholder_base"
    if _is_path(text, words):
        return text, "local_base"
    if "://" in text:
        address = _ADDRESS.fullmatch(text)
        if address is None or address[1].casefold() not in words["hosts"]:
            return text, "local_base"
        text = address[2].strip("/")
    text = _REVISION.sub("", text)
    return text, None if 0 < len(text.split("/")) < 3 and text else "local_base"


def _is_path(text: str, words: Mapping[str, Iterable[str]]) -> bool:
    first = text.replace("\\", "/").split("/")[0]
    return (first in ("", ".", "..", "~") or "\\" in text or any(character.isspace() for character in text) or first.casefold() in words["local_folders"]
            or text.casefold().endswith(tuple(words["local_endings"])))
