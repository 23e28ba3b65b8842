"""Strings to integers, once: what is joined and compared afterwards are numbers.

Strings are found by their 64-bit hashes in sorted arrays, and every hit is compared with the string itself; where two strings share a hash, the
slower way that knows no hashes is gone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl


def interned(texts: pl.Series) -> tuple[Any, Any]:
    """The places where each distinct text stands first, in rising order, and for every text the number of its distinct one."""
    import numpy as np

    if not len(texts):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    hashes = texts.hash().to_numpy()
    order = np.argsort(hashes)
    ordered = hashes[order]
    first = np.concatenate(([True], ordered[1:] != ordered[:-1]))
    place = np.minimum.reduceat(order, np.flatnonzero(first))
    order_of_places = np.argsort(place)
    rank = np.empty(len(place), np.int64)
    rank[order_of_places] = np.arange(len(place))
    number = np.empty(len(texts), np.int64)
    number[order] = rank[np.cumsum(first) - 1]
    place = place[order_of_places]
    if (texts.gather(place[number]).ne_missing(texts)).any():
        return _interned_slowly(texts)
    return place, number


def _interned_slowly(texts: pl.Series) -> tuple[Any, Any]:
    import numpy as np

    place = np.flatnonzero(texts.is_first_distinct().to_numpy())
    return place, _joined(texts, texts.gather(place))


def _joined(texts: pl.Series, known: pl.Series) -> Any:
    """The place of each text among the known ones, -1 where it is not there, by a join."""
    import numpy as np
    import polars as pl

    table = pl.DataFrame({"text": known}).with_row_index("number")
    found = pl.DataFrame({"text": texts}).join(table, on="text", how="left", nulls_equal=True, maintain_order="left")["number"]
    return found.cast(pl.Int64).fill_null(-1).to_numpy().astype(np.int64)


class Index:
    """Where each of many distinct texts stands. `recurring`: they may not be distinct, and `find` then gives any of the places."""

    def __init__(self, texts: pl.Series) -> None:
        import numpy as np

        self._texts = texts
        hashes = texts.hash().to_numpy()
        self._order = np.argsort(hashes)
        self._hashes = hashes[self._order]
        self._added: Index | None = None
        self.recurring = bool((self._hashes[1:] == self._hashes[:-1]).any())

    @property
    def texts(self) -> pl.Series:
        """All texts, in order."""
        return self._texts if self._added is None else appended(self._texts, self._added.texts)

    def add(self, texts: pl.Series) -> None:
        """Add texts that are not there, at the end."""
        self._added = Index(texts if self._added is None else appended(self._added.texts, texts))

    def find(self, texts: pl.Series) -> Any:
        """The place of each text, -1 where it is not there."""
        import numpy as np

        found = self._find(texts)
        if self._added is not None and len(absent := np.flatnonzero(found < 0)):
            later = self._added.find(texts.gather(absent))
            found[absent] = np.where(later < 0, -1, len(self._texts) + later)
        return found

    def _find(self, texts: pl.Series) -> Any:
        import numpy as np

        if not len(self._hashes):
            return np.full(len(texts), -1, np.int64)
        hashes = texts.hash().to_numpy()
        order = np.argsort(hashes)                              # what is looked up in rising order is found many times faster
        place = np.empty(len(texts), np.int64)
        place[order] = np.searchsorted(self._hashes, hashes[order])
        place[place == len(self._hashes)] = 0
        there = self._hashes[place] == hashes
        place = self._order[place]
        if (self._texts.gather(place[there]) != texts.filter(there)).any():
            return _joined(texts, self._texts)
        return np.where(there, place, -1)


def appended(series: pl.Series, more: pl.Series) -> pl.Series:
    """One series after another."""
    import polars as pl

    return pl.concat([series, more.alias(series.name)])


def distinct(keys: Any) -> tuple[Any, Any]:
    """The distinct integers in rising order, and for every one its place among them. For many keys of few values."""
    import numpy as np

    values = unique(keys)
    return values, np.searchsorted(values, keys).astype(np.int32)


def unique(keys: Any) -> Any:
    """The distinct integers in rising order. Sorting takes a fraction of the time of numpy's own hash table."""
    import numpy as np

    ordered = np.sort(keys)
    return ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))] if len(ordered) else ordered


def rising(keys: Any) -> Any:
    """The order that sorts small integers (32 bits), equal ones as they stand. Faster than a stable argsort: each is sorted together with its place."""
    import numpy as np

    return np.sort(keys.astype(np.int64) << 32 | np.arange(len(keys))) & 0xFFFFFFFF
