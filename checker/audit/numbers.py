"""Strings to integers, once: what is joined and compared afterwards are numbers.

Strings are found by their hashes in sorted arrays, and every hit is compared with the string itself; those that share a hash with another go
the slower way that knows no hashes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

#: values that integers may have, for each integer that there is, up to which a table of all is faster than sorting
_DENSE = 4
#: texts of one part
_PART = 1 << 16


def interned(texts: pl.Series) -> tuple[Any, Any]:
    """The places where each distinct text stands first, in rising order, and for every text the number of its distinct one."""
    import numpy as np

    if not len(texts):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    keys, bits = _by_hash(texts.hash().to_numpy())
    order = _places(keys, bits)
    first = np.concatenate(([True], keys[1:] >> bits != keys[:-1] >> bits))
    place = order[first]
    number = np.empty(len(texts), np.int64)
    number[order] = np.cumsum(first) - 1
    other = texts.gather(place[number]).ne_missing(texts).arg_true().to_numpy()
    if len(other):
        further, number_of = _interned_slowly(texts.gather(other))
        number[other] = len(place) + number_of
        place = np.concatenate([place, other[further]])
    order_of_places = np.argsort(place)
    rank = np.empty(len(place), np.int64)
    rank[order_of_places] = np.arange(len(place))
    return place[order_of_places], rank[number]


def _by_hash(hashes: Any) -> tuple[Any, int]:
    """Hash and place of each text in one integer, in rising order, and how many bits of it are the place: sorting these takes a fraction of the time
    of finding the order of the hashes. Where hashes are cut short, more are equal."""
    import numpy as np

    bits = len(hashes).bit_length()
    keys = hashes >> bits << bits | np.arange(len(hashes), dtype=np.uint64)
    keys.sort()
    return keys, bits


def _places(keys: Any, bits: int) -> Any:
    """The places that are in keys."""
    import numpy as np

    return (keys & ((1 << bits) - 1)).view(np.int64)


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
    """Where each of many texts stands, whatever the case of their letters. `recurring`: some stand at several places, and none can be found."""

    def __init__(self, texts: pl.Series) -> None:
        import numpy as np

        self._texts = texts
        self._keys, self._bits = _by_hash(_hashes(texts))
        self._added: Index | None = None
        alike = np.flatnonzero(self._keys[1:] >> self._bits == self._keys[:-1] >> self._bits)
        same = self._at(unique(np.concatenate([alike, alike + 1])))[1]
        self.recurring = len(interned(same)[0]) < len(same)

    def _at(self, positions: Any) -> tuple[Any, pl.Series]:
        """The places that these keys name, and the texts there in lower case."""
        place = _places(self._keys[positions], self._bits)
        return place, self._texts.gather(place).str.to_lowercase()

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

        texts = texts.str.to_lowercase()
        hashes = texts.hash().to_numpy() >> self._bits << self._bits
        order = np.argsort(hashes)                              # what is looked up in rising order is found many times faster
        start = np.empty(len(texts), np.int64)
        start[order] = np.searchsorted(self._keys, hashes[order])
        start[start == len(self._keys)] = -1
        alike = np.flatnonzero(self._keys[start] >> self._bits == hashes >> self._bits) if len(self._keys) else start[:0]
        place, there = self._at(start[alike])
        asked = texts.gather(alike)
        same = there.eq_missing(asked).to_numpy()
        found = np.full(len(texts), -1, np.int64)
        found[alike[same]] = place[same]
        if not same.all():
            others = alike[~same]
            found[others] = self._among_alike(asked.filter(~same), unique(start[others]))
        return found

    def _among_alike(self, texts: pl.Series, starts: Any) -> Any:
        """The place of each text in lower case among all whose hashes are equal to the ones that stand there."""
        import numpy as np

        ends = np.searchsorted(self._keys, self._keys[starts] | ((1 << self._bits) - 1), side="right")
        place, there = self._at(np.concatenate([np.arange(*limits) for limits in zip(starts, ends)]))
        number = _joined(texts, there)
        return np.where(number < 0, -1, place[number])


def _hashes(texts: pl.Series) -> Any:
    """The hash of each text in lower case; part by part, since memory that is used again is faster."""
    import numpy as np

    parts = [part.to_series().str.to_lowercase().hash().to_numpy() for part in texts.to_frame().iter_slices(_PART)]
    return np.concatenate([np.zeros(0, np.uint64), *parts])


def appended(series: pl.Series, more: pl.Series) -> pl.Series:
    """One series after another."""
    import polars as pl

    return pl.concat([series, more.alias(series.name)])


def distinct(keys: Any) -> tuple[Any, Any]:
    """The distinct integers (none below 0) in rising order, and for every one its place among them. For many keys of few values."""
    import numpy as np

    size = int(keys.max(initial=-1)) + 1
    if size > _DENSE * len(keys):
        values = unique(keys)
        return values, np.searchsorted(values, keys).astype(np.int32)
    there = np.zeros(size, bool)
    there[keys] = True
    return np.flatnonzero(there), (np.cumsum(there, dtype=np.int32) - 1)[keys]


def unique(keys: Any) -> Any:
    """The distinct integers in rising order. Sorting takes a fraction of the time of numpy's own hash table."""
    import numpy as np

    ordered = np.sort(keys)
    return ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))] if len(ordered) else ordered


def rising(keys: Any) -> Any:
    """The order that sorts small integers (32 bits), equal ones as they stand. Faster than a stable argsort: each is sorted together with its place."""
    import numpy as np

    return np.sort(keys.astype(np.int64) << 32 | np.arange(len(keys))) & 0xFFFFFFFF
