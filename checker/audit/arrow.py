"""Rows in Arrow's file format: read where they lie and written without packing, which takes a fraction of what Parquet takes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checker.audit.result import NO_LABEL, UNCLEAR_LABEL, Texts

if TYPE_CHECKING:
    import polars as pl

#: how such a file begins
MAGIC = b"ARROW1"
#: bytes of text up to which each text is found by a number of 32 bits
MAX_BYTES = 1 << 31
#: texts that many rows share
REPEATED = ("declared", "created", "path")


def table(frame: pl.DataFrame) -> Any:
    """The rows as Arrow's table; texts in the form that every reader knows, those that come again and again each kept once."""
    import polars as pl
    import pyarrow as pa

    found = frame.to_arrow(compat_level=pl.CompatLevel.oldest()).combine_chunks()
    for place, name in enumerate(found.column_names):          # the others keep what their fields say of them
        if name in REPEATED:
            found = found.set_column(place, name, _shared_once(found[name]))
        elif found[name].type == pa.large_string() and found[name].nbytes < MAX_BYTES:
            found = found.set_column(place, name, found[name].cast(pa.string()))
    return found


def _shared_once(column: Any) -> Any:
    """Texts, each kept once; the places of them take as few bytes as their number needs."""
    import numpy as np
    import pyarrow as pa

    found = column.dictionary_encode()
    many = max((len(part.dictionary) for part in found.chunks), default=0)
    return found.cast(pa.dictionary(pa.from_numpy_dtype(np.min_scalar_type(-1 - many)), found.type.value_type))


def joined(facts: Any, columns: Mapping[str, Texts]) -> Any:
    """The facts of each row, and the text of its question in every column."""
    import numpy as np

    question = facts["question"].to_numpy().astype(np.intp)
    for name, column in columns.items():
        facts = facts.append_column(name, _shared(column, question, _there(facts["declared"]) if name == "label" else None))
    return facts


def _there(column: Any) -> Any:
    """Which rows have a value; read off the bits that say so, since Arrow's functions take longer to load than all else here."""
    import numpy as np

    found = []
    for part in column.chunks:
        bits = part.buffers()[0]
        some = np.unpackbits(np.frombuffer(bits, np.uint8), bitorder="little") if bits is not None else np.ones(part.offset + len(part), np.uint8)
        found.append(some[part.offset:part.offset + len(part)])
    return np.concatenate(found).astype(bool) if found else np.zeros(0, bool)


def _shared(column: Texts, question: Any, labeled: Any | None) -> Any:
    """The texts of all rows, each kept once. A label that stands there and says nothing is unclear."""
    import numpy as np
    import pyarrow as pa

    texts = column.words or tuple(dict.fromkeys(one for one in column.texts if one is not None))
    number = {text: place for place, text in enumerate(texts)}
    missing = np.array([one is None for one in column.texts], bool)
    place = np.array([0 if one is None else number[one] for one in column.texts], np.min_scalar_type(-1 - len(texts)))[question]
    if labeled is not None:
        place[labeled & (place == number[NO_LABEL])] = number[UNCLEAR_LABEL]
    # a place stands below what is missing, too: Polars looks at it
    return pa.DictionaryArray.from_arrays(pa.array(place, mask=missing[question] if missing.any() else None), pa.array(texts, pa.string()))


def write(rows: Any, path: Path, metadata: Mapping[str, str]) -> None:
    """Write the rows and what is said of them all. Raises OSError."""
    import pyarrow as pa

    schema = rows.schema.with_metadata({**(rows.schema.metadata or {}), **metadata})
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, schema) as writer:
        writer.write_table(rows.replace_schema_metadata(schema.metadata))


def read(path: str) -> Any:
    """The rows of a file, used where they lie; what is said of them all is the metadata of their schema. Raises OSError, ValueError.

    They can be copied safely; `validate(full=True)` has to come before a text among them is read.
    """
    import pyarrow as pa

    with pa.memory_map(path) as file, pa.ipc.open_file(file) as reader:
        rows = reader.read_all()
    rows.validate()
    return rows
