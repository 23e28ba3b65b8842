"""Every model that is a row or a base, numbered; who is made from whom; what the model registry knows of them; what is odd about their bases."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from checker.audit.chain import AS_IT_IS, Chains, Graph, Token

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


class Models:
    """The models of a table by number. `model`: that of each row; `names`, `problems` (bits), `known` (registry): of each model."""

    def __init__(self, table: Table, extra: pl.DataFrame | None, lookups: Lookups) -> None:
        import numpy as np
        import polars as pl

        self.lookups = lookups
        self.rows = table.rows
        edges = _mended(_all_edges(table, extra), lookups.words)
        self.names = table.rows["id"]
        keys = self.names.str.to_lowercase()
        self.model: Any = np.arange(len(keys))
        self.recurring = keys.n_unique() < len(keys)
        if self.recurring:
            first = keys.is_first_distinct()
            self.names, distinct = self.names.filter(first), keys.filter(first)
            self.model, keys = _numbers(keys, distinct)[0], distinct
        edges = self._latest_of_each(edges.with_columns(step=self._steps(edges["relation"])))
        filled = edges.filter(pl.col("base") != "")
        (child, base), keys = self._numbered(filled, keys)
        step = filled["step"].to_numpy().astype(np.int64)
        child, base, step, odd = _once(child, base, step, (filled["odd"] == "local_base").fill_null(False).to_numpy())
        self.known: dict[int, Known] = {}
        local = np.unique(base[odd])
        child, base, step = self._with_registry(keys, (child, base, step), set(local.tolist()))
        self.count = len(self.names)
        self.problems = np.zeros(self.count, np.int32)
        self.flag("placeholder_base", self.model[edges.filter((pl.col("base") == "") & (pl.col("row") >= 0))["row"].to_numpy()])
        self._flag_bases(child, base, step, local)
        order = np.argsort(child, kind="stable")
        child, base, step = (part[order].astype(np.int32) for part in (child, base, step))
        self.graph = Graph(self.count, child, base, np.abs(step)).only(child != base)

    def _numbered(self, edges: pl.DataFrame, keys: pl.Series) -> tuple[tuple[Any, Any], pl.Series]:
        """Child and base of each edge by number, and the keys of all models: ids that are no row become models too."""
        import numpy as np

        base, keys, new = _numbers_of_all(edges["base"], keys)
        self.names = _appended(self.names, new)
        child = np.zeros(edges.height, np.int64)
        own = (edges["row"] >= 0).to_numpy()
        child[own] = self.model[edges["row"].to_numpy()[own]]
        if not own.all():
            child[~own], keys, new = _numbers_of_all(edges.filter(~own)["child"], keys)
            self.names = _appended(self.names, new)
        return (child, base), keys

    def flag(self, problem: str, models: Any) -> None:
        """Note a problem of some models."""
        self.problems[models] |= 1 << PROBLEMS.index(problem)

    def latest(self, text: Any, token_of: Integers) -> tuple[Any, Any]:
        """The label (by number, -1: none) of each model by its latest row that has one, and a mask of rows whose own means something else."""
        import numpy as np

        found = np.full(self.count, -1, np.int64)
        rows = np.flatnonzero(text >= 0)
        if self.recurring:
            rows = rows[np.argsort(self._age[rows])]
        found[self.model[rows]] = text[rows]
        return found, (text >= 0) & (token_of[found[self.model]] != token_of[text])

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

    def _latest_of_each(self, edges: pl.DataFrame) -> pl.DataFrame:
        """Where an id recurs, the bases of its latest row that has any; edges from elsewhere count always."""
        import polars as pl

        if not self.recurring:
            return edges
        own = edges.filter(pl.col("row") >= 0)
        own = own.with_columns(age=pl.Series(self._age[own["row"].to_numpy()]), model=pl.Series(self.model[own["row"].to_numpy()]))
        return pl.concat([own.filter(pl.col("age") == pl.col("age").max().over("model")).drop("age", "model"), edges.filter(pl.col("row") < 0)])

    def _steps(self, relations: pl.Series) -> pl.Series:
        """The number of the step of each edge; negative where the relation is not stated."""
        import polars as pl

        words, steps = self.lookups.words, self.lookups.steps
        known = {relation: steps.index(step) for relation, step in words["relations"].items()}
        distinct = [None, *relations.drop_nulls().unique()]
        numbers = [known.get((one or "").strip().casefold(), -steps.index(words["unstated_relation"])) for one in distinct]
        return relations.replace_strict(distinct, numbers, return_dtype=pl.Int32)

    # ---- the registry ------------------------------------------------------------------------------------------------

    def _with_registry(self, keys: pl.Series, edges: tuple[Any, Any, Any], local: set[int]) -> tuple[Any, Any, Any]:
        """The edges, with those that the registry knows; its bases may be new models."""
        import numpy as np
        import polars as pl

        child, base, step = edges
        asked = [int(number) for number in np.flatnonzero(self._may_be_known(keys, child)) if int(number) not in local]
        names = self.names.gather(asked).to_list()
        number_of = dict(zip((name.casefold() for name in names), asked))
        queue = list(zip(names, asked))
        more: dict[tuple[int, int], int] = {}
        added: list[str] = []
        while queue:
            name, number = queue.pop()
            known = self.lookups.registry(name)
            if known is None:
                continue
            self.known[number] = known
            for other, action in known.bases:
                there = number_of.get(other.casefold(), -1)
                if there < 0:
                    place = keys.index_of(other.casefold())
                    there = len(self.names) + len(added) if place is None else place
                    number_of[other.casefold()] = there
                    added += [other] if place is None else []
                    queue.append((other, there))
                more[number, there] = self.lookups.steps.index(action) if action in self.lookups.steps else AS_IT_IS
        self.names = pl.concat([self.names, pl.Series(self.names.name, added, pl.String)])
        known_child = np.isin(child, list(self.known))
        stated = set(zip(child[known_child].tolist(), base[known_child].tolist()))
        fresh = np.array([(*ends, one) for ends, one in more.items() if ends not in stated], np.int64).reshape(-1, 3)
        return tuple(np.concatenate([part, fresh[:, place]]) for place, part in enumerate((child, base, step)))  # type: ignore[return-value]

    def _may_be_known(self, keys: pl.Series, child: Any) -> Any:
        """Whose ids the registry may know: those of its publishers, of mirrors where no base is stated, and ids from before publishers."""
        import numpy as np

        publisher = keys.str.split("/").list.first()
        made = np.zeros(len(keys), bool)
        made[child] = True
        mirrored = publisher.is_in(list(self.lookups.mirrors)).to_numpy() & ~made
        return mirrored | publisher.is_in(list(self.lookups.publishers)).to_numpy() | keys.is_in(list(self.lookups.legacy)).to_numpy()

    def _flag_bases(self, child: Any, base: Any, step: Any, local: Any) -> None:
        """Flag what was odd about the bases of each model."""
        import numpy as np

        self.flag("self_loop", child[child == base])
        self.flag("relation_unstated", child[(step < 0) & (child != base)])
        self.flag("local_base", child[np.isin(base, local)])
        there = np.zeros(self.count, bool)
        there[self.model] = there[child] = there[list(self.known)] = there[local] = True
        self.flag("missing_base", child[~there[base]])
        renamed = [number for number, known in self.known.items() if known.current.casefold() != self.names[number].casefold()]
        self.flag("renamed_base", child[np.isin(base, renamed)])


def _numbers(keys: pl.Series, known: pl.Series) -> tuple[Any, Any]:
    """The place of each key among the known ones, and a mask of those that are there."""
    import numpy as np
    import polars as pl

    table = pl.DataFrame({"key": known}).with_row_index("number")
    found = pl.DataFrame({"key": keys}).join(table, on="key", how="left", maintain_order="left")["number"]
    return found.fill_null(0).to_numpy().astype(np.int64), found.is_not_null().to_numpy()


def _numbers_of_all(names: pl.Series, keys: pl.Series) -> tuple[Any, pl.Series, pl.Series]:
    """The number of each name, the keys with those that were not there, and the names of these."""
    folded = names.str.to_lowercase()
    number, there = _numbers(folded, keys)
    if there.all():
        return number, keys, names.clear()
    new = names.filter(~there)
    first = folded.filter(~there).is_first_distinct()
    more = folded.filter(~there).filter(first)
    number[~there] = len(keys) + _numbers(folded.filter(~there), more)[0]
    return number, _appended(keys, more), new.filter(first)


def _appended(series: pl.Series, more: pl.Series) -> pl.Series:
    import polars as pl

    return pl.concat([series, more.alias(series.name)])


def _once(child: Any, base: Any, step: Any, odd: Any) -> tuple[Any, Any, Any, Any]:
    """Each edge once; of equal ones the first with a stated relation."""
    import numpy as np

    key = child << 32 | base
    ordered = np.sort(key)
    if not (ordered[1:] == ordered[:-1]).any():
        return child, base, step, odd
    order = np.lexsort((np.arange(len(key)), step < 0, key))
    first = np.ones(len(key), bool)
    first[1:] = key[order][1:] != key[order][:-1]
    keep = np.sort(order[first])
    return child[keep], base[keep], step[keep], odd[keep]


def _all_edges(table: Table, extra: pl.DataFrame | None) -> pl.DataFrame:
    """The table's own edges and those from elsewhere (row -1): child, base, relation, row."""
    import polars as pl

    own = table.edges.select("base", "relation", child=table.rows["id"].gather(table.edges["row"]), row=pl.col("row").cast(pl.Int64))
    if extra is None:
        return own
    return pl.concat([own, extra.select("base", "relation", "child", row=pl.lit(-1, pl.Int64))])


def _mended(edges: pl.DataFrame, words: Mapping[str, Any]) -> pl.DataFrame:
    """Bases as model ids, and what was odd about each; addresses are read, what was never filled in is left empty."""
    import polars as pl

    bases = edges["base"]
    odd = bases.filter(~bases.str.contains(PLAIN) | bases.str.contains(unusual(words))).unique()
    if not len(odd):
        return edges.with_columns(odd=pl.lit(None, pl.String))
    read = [(one, *base_id(one, words)) for one in odd]
    mended = pl.DataFrame(read, schema={"base": pl.String, "mended": pl.String, "odd": pl.String}, orient="row")
    return edges.join(mended, on="base", how="left", maintain_order="left").with_columns(base=pl.coalesce("mended", "base")).drop("mended")


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
