"""Tables of models in Parquet, CSV or JSON Lines, plain or compressed: one frame of rows and one of edges, whatever they looked like.

A row that cannot be used (no id, no whole record) is counted and listed, never passed over in silence.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from checker.audit.problems import problem
from checker.audit.records import Records, csv_records, json_records
from checker.errors import BadInput, Problem

if TYPE_CHECKING:
    import polars as pl

#: bytes of one id, characters of one label; a longer id is no row, of a longer base the beginning is told and a mark, with which it is nobody's id
MAX_ID = 300
CUT = "…"
MAX_LABEL = 2_000
#: unusable rows that are listed; the rest is counted
MAX_LISTED = 1_000
#: bases of a row of text; one with more is no row
MAX_BASES = 10_000
#: those that are told where none is usable
MAX_TOLD = 20
_BATCH = 50_000
_MARKUP = "[](){}\"' "
#: several names that were written as one text
WRITTEN_LIST = r"""^\[\s*["'\]]|^\[\S*\]$|[,;|]"""
_SEPARATOR = re.compile(r"[,;|]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
#: what no id has: the same, and what stands for bytes that are no text
CONTROL = r"[\x{00}-\x{1f}\x{7f}-\x{9f}\x{2028}\x{2029}\x{202a}-\x{202e}\x{2066}-\x{2069}\x{fffd}]"
#: an id that was written as an address
ADDRESS = r"(?i)^https?://(www\.)?(huggingface\.(co|com)|hf\.co|hf-mirror\.com)/"
#: most ids, which need no mending
PLAIN_ID = r"^[A-Za-z0-9._/-]+$"
TEXT = ("id", "license", "license_name", "created", "scenario")
LISTS = ("base_model", "relation")

Columns = Mapping[str, str]
#: rows, unusable rows that are listed, how many there are
Read = tuple["pl.DataFrame", list[Problem], int]


class Table(NamedTuple):
    """`rows`: file, line (row of a Parquet file, line of a text), id, license, license_name, created, scenario, downloads, datasets (does it
    name any?), and the lists base_model, relation. `problems`: unusable rows, `unusable` their number."""

    rows: pl.DataFrame
    files: tuple[dict[str, str], ...]
    problems: tuple[Problem, ...]
    unusable: int


def read(patterns: tuple[str, ...], words: Mapping[str, Any], columns: Columns, tick: Callable[[str], None] = lambda _: None) -> Table:
    """The rows of all files that the patterns name, in order. Raises BadInput with every problem."""
    from concurrent.futures import ThreadPoolExecutor

    import polars as pl

    paths = expand(patterns)
    frames: list[pl.DataFrame] = []
    files: list[dict[str, str]] = []
    problems: list[Problem] = []
    broken: list[Problem] = []
    unusable = 0
    with ThreadPoolExecutor(1) as beside:
        for number, path in enumerate(paths):
            tick(path)
            digest = beside.submit(_digest, path)
            try:
                frame, bad, count = _read_one(path, words["columns"], columns)
            except BadInput as error:
                broken += error.problems
                continue
            problems += bad[: MAX_LISTED - len(problems)]
            unusable += count
            files.append({"path": path, "sha256": digest.result()})
            frames.append(frame.with_columns(file=pl.lit(number, pl.UInt16)))
    if broken:
        raise BadInput(broken)
    if not any(frame.height for frame in frames):
        none = [problem("no_usable_row", paths[0], rows=f"{unusable:,}")] if unusable else [problem("table_without_rows", paths[0])]
        raise BadInput([*problems[:MAX_TOLD], *none])
    rows = pl.concat(frames, how="diagonal_relaxed")
    return Table(rows, tuple(files), tuple(problems), unusable)


def read_edges(path: str, words: Mapping[str, Any]) -> pl.DataFrame:
    """A table of edges: child, base, relation. Rows without a child or base are left out. Raises BadInput."""
    import polars as pl

    known = words["edges"]
    if kind_of(path) == "parquet":
        found = _columns_of_edges(path, list(_schema(path)), known)
        frame = _collect(path, _scan(path).select(pl.col(column).cast(pl.String).alias(name) for name, column in found.items()))
    else:
        records = csv_records(path) if kind_of(path) == "csv" else json_records(path)
        rows: list[list[str | None]] = []
        seen: dict[str, None] = {}
        found = {}
        for line, record in records:
            if isinstance(record, Problem):
                raise BadInput([problem("unusable_edge", path, line, 1, what=record.what)])
            if len(record.keys() - seen.keys()):
                seen.update(dict.fromkeys(record))
                found = _columns_of_edges(path, list(seen), known)
            rows.append([_text(record.get(found.get(name, ""))) for name in known])
        frame = pl.DataFrame(rows, schema=dict.fromkeys(known, pl.String), orient="row")
    frame = frame.select(pl.col(name) if name in frame.columns else pl.lit(None, pl.String).alias(name) for name in known)
    return frame.with_columns(pl.all().str.strip_chars()).filter((pl.col("child") != "") & (pl.col("base") != "")).unique(maintain_order=True)


def _columns_of_edges(path: str, there: list[str], known: Mapping[str, Any]) -> dict[str, str]:
    """Which column is which. Raises BadInput where one is missing."""
    missing = [problem("edge_column_missing", path, 1, 1, names=" or ".join(known[name]), there=", ".join(there[:30]))
               for name in ("child", "base") if not any(alias in there for alias in known[name])]
    if missing:
        raise BadInput(missing)
    return columns_of(path, there, known, {}, ("child", "base"))


def expand(patterns: tuple[str, ...]) -> list[str]:
    """The files that the patterns name, each once. Raises BadInput for a pattern that names none."""
    found: dict[str, str] = {}
    missing = []
    for pattern in patterns:
        path = Path(pattern)
        if path.is_dir():
            missing.append(problem("folder_for_a_table", pattern, pattern=path / "*.parquet"))
            continue
        try:
            paths = [pattern] if path.is_file() else sorted(str(one) for one in Path(path.anchor).glob(str(path.relative_to(path.anchor))) if one.is_file())
        except ValueError:                                      # no pattern either
            paths = []
        if not paths:
            missing.append(problem("no_plain_file" if path.exists() else "no_such_file", pattern))
        missing += [problem("name_no_text", one) for one in paths if not is_text(one)]
        for one in paths:                                       # a file that is named in two ways is read once
            found.setdefault(os.path.realpath(one), one)
    if missing:
        raise BadInput(missing)
    return list(found.values())


def is_text(name: str) -> bool:
    """Can a name be written as UTF-8? That of a file need not."""
    return name.encode("utf-8", "ignore").decode() == name


def kind_of(path: str) -> str:
    """parquet, csv or jsonl, by the first bytes and the name. Raises BadInput."""
    with open(path, "rb") as handle:
        magic = handle.read(4)
    suffixes = [suffix.casefold() for suffix in Path(path).suffixes if suffix.casefold() not in (".gz", ".zst", ".zstd")]
    if magic == b"PAR1" or suffixes[-1:] == [".parquet"]:
        return "parquet"
    if suffixes[-1:] in ([".csv"], [".tsv"]):
        return "csv"
    if suffixes[-1:] in ([".jsonl"], [".ndjson"], [".json"]):
        return "jsonl"
    raise BadInput([problem("no_table", path)])


def _read_one(path: str, known: Mapping[str, Any], columns: Columns) -> Read:
    """Rows of one file in the common form, its unusable rows, and their number."""
    kind = kind_of(path)
    if kind == "parquet":
        return _usable(path, _read_parquet(path, known, columns), [], 0)
    return _read_text(path, csv_records(path) if kind == "csv" else json_records(path), known, columns)


def columns_of(path: str, there: list[str], known: Mapping[str, Any], columns: Columns, needed: tuple[str, ...] = ("id",)) -> dict[str, str]:
    """Our name -> the table's name for every column that is there. Raises BadInput if a needed or a named one is not."""
    found = {}
    problems = []
    for name, aliases in known.items():
        asked = columns.get(name)
        if asked is not None and asked not in there:
            problems.append(problem("named_column_missing", path, 1, 1, name=asked, there=", ".join(there[:30])))
        match = asked or next((alias for alias in aliases if alias in there), None)
        if match is not None:
            found[name] = match
        elif name in needed:
            problems.append(problem("needed_column_missing", path, 1, 1, name=name, there=", ".join(there[:30])))
    if problems:
        raise BadInput(problems)
    return found


# ---- Parquet ---------------------------------------------------------------------------------------------------------


def _scan(path: str) -> pl.LazyFrame:
    import polars as pl

    return pl.scan_parquet(path, glob=False)


def _schema(path: str) -> pl.Schema:
    """The columns of a file and their types. Raises BadInput."""
    with _whole_parquet(path):
        return _scan(path).collect_schema()


def _collect(path: str, frame: pl.LazyFrame) -> pl.DataFrame:
    with _whole_parquet(path):
        return frame.collect(engine="streaming")


@contextmanager
def _whole_parquet(path: str) -> Iterator[None]:
    """What Polars raises meanwhile, of a file that is not whole, as BadInput."""
    from polars.exceptions import PanicException, PolarsError

    try:
        yield
    except (PolarsError, PanicException, OSError) as error:
        raise BadInput([problem("broken_parquet", path, why=str(error).splitlines()[0][:160])]) from None


def _read_parquet(path: str, known: Mapping[str, Any], columns: Columns) -> pl.DataFrame:
    import polars as pl

    schema = _schema(path)
    found = columns_of(path, list(schema), known, columns)
    problems = [problem("column_no_text_or_lists" if name in (*LISTS, "license") else "column_no_text", path, 1, 1,
                        name=column, kind=schema[column], stands_for=name)
                for name, column in found.items() if not _fits(name, schema[column])]
    if problems:
        raise BadInput(problems)
    columns_there = [pl.col(column).alias(name) for name, column in found.items()]
    kinds = {name: schema[column] for name, column in found.items()}
    common = [_as_common(name, kinds.get(name)) for name in (*TEXT, "downloads", "datasets", *LISTS)]
    return _collect(path, _scan(path).select(columns_there).select(common).with_row_index("line", 1))


def _fits(name: str, kind: Any) -> bool:
    import polars as pl

    text = (pl.String, pl.Categorical, pl.Enum, pl.Null)
    if name == "datasets":
        return not kind.is_nested() and kind != pl.Binary or kind.base_type() in (pl.List, pl.Struct)
    if name in ("downloads", "created"):
        return not kind.is_nested() and kind != pl.Binary
    return kind.base_type() in text or (name in (*LISTS, "license") and kind.base_type() is pl.List and kind.inner.base_type() in text)


def _as_common(name: str, kind: Any) -> pl.Expr:
    """The column in the common form; a column that is not there is null."""
    import polars as pl

    column = pl.col(name)
    if name == "downloads":
        return pl.lit(None, pl.Int64).alias(name) if kind is None else column.cast(pl.Int64, strict=False)
    if name == "datasets":                                      # only whether there are any: they are not judged
        named = column.list.len() > 0 if isinstance(kind, pl.List) else column.cast(pl.String) != "" if kind is not None else pl.lit(False)
        return named.fill_null(False).alias(name)
    if name in LISTS:
        if kind is None or kind == pl.Null:
            return pl.lit(None, pl.List(pl.String)).alias(name)
        return column.cast(pl.List(pl.String)) if kind.base_type() is pl.List else pl.concat_list(column.cast(pl.String)).alias(name)
    if kind is None:
        return pl.lit(None, pl.String).alias(name)
    if kind.base_type() is pl.List:
        return column.cast(pl.List(pl.String)).list.drop_nulls().list.join(" AND ").replace("", None)
    return column.cast(pl.String)


# ---- text ------------------------------------------------------------------------------------------------------------


def _read_text(path: str, records: Records, known: Mapping[str, Any], columns: Columns) -> Read:
    import polars as pl

    schema: dict[str, Any] = {"line": pl.Int64, **dict.fromkeys(TEXT, pl.String), "downloads": pl.Int64, "datasets": pl.Boolean,
                              **dict.fromkeys(LISTS, pl.List(pl.String))}
    problems: list[Problem] = []
    count = 0
    batch: list[tuple[Any, ...]] = []
    frames = []
    found: dict[str, str] = {}
    seen: dict[str, None] = {}
    for line, record in records:
        if not isinstance(record, Problem):
            if len(record.keys() - seen.keys()):                # records may differ in what they have
                seen.update(dict.fromkeys(record))
                found = {name: next(alias for alias in ([columns[name]] if name in columns else known[name]) if alias in seen) for name in known
                         if any(alias in seen for alias in ([columns[name]] if name in columns else known[name]))}
            record = _of_text(path, line, record, found)
        if isinstance(record, Problem):
            count += 1
            if len(problems) < MAX_LISTED:
                problems.append(problem("unusable_row", path, line, 1, what=record.what))
            continue
        batch.append((line, *_values(record, found)))
        if len(batch) == _BATCH:
            frames.append(pl.DataFrame(batch, schema=schema, orient="row"))
            batch.clear()
    if seen:
        columns_of(path, list(seen), known, columns)           # a column that was asked for and never came
    frames.append(pl.DataFrame(batch, schema=schema, orient="row"))
    return _usable(path, pl.concat(frames), problems, count)


def _of_text(path: str, line: int, record: dict[str, Any], found: Mapping[str, str]) -> dict[str, Any] | Problem:
    """The record, if what names licenses and models is text in it, or a list of texts, and not too many; else what is wrong."""
    for name in ("id", "license", "base_model"):
        value = record.get(found.get(name, ""))
        if isinstance(value, (dict, list)) and not (isinstance(value, list) and name != "id" and all(one is None or isinstance(one, str) for one in value)):
            return problem("value_no_text", path, line, 1, name=found[name])
    bases = record.get(found.get("base_model", "")) or ""
    if isinstance(bases, (str, list)) and len(bases) > MAX_BASES and len(bases if isinstance(bases, list) else _SEPARATOR.findall(bases)) > MAX_BASES:
        return problem("too_many_bases", path, line, 1, most=f"{MAX_BASES:,}")
    return record


def _values(record: Mapping[str, Any], found: Mapping[str, str]) -> tuple[Any, ...]:
    def get(name: str) -> Any:
        return record.get(found[name]) if name in found else None

    texts = (_text(get(name)) for name in TEXT[1:])             # what is too long is cut here, lest many of them fill the memory
    return (_text(get("id")), *(one and one[:MAX_LABEL] for one in texts), _number(get("downloads")), bool(get("datasets")), _list(get("base_model")),
            _list(get("relation")))


def _text(value: Any) -> str | None:
    """A value as text: a list as all of its entries, which apply together."""
    if isinstance(value, list):
        return " AND ".join(str(one) for one in value if isinstance(one, (str, int, float))) or None
    return None if value is None or isinstance(value, dict) else str(value)


def _number(value: Any) -> int | None:
    try:
        return max(-2**62, min(int(float(value)), 2**62)) if value is not None else None
    except (ValueError, TypeError, OverflowError):
        return None


def _list(value: Any) -> list[str] | None:
    if value is None or isinstance(value, dict):
        return None
    if isinstance(value, list):
        return [one[:MAX_LABEL] for one in value if isinstance(one, str)]
    several = split(str(value)) if re.search(WRITTEN_LIST, str(value)) else [str(value)]
    return [one[:MAX_LABEL] for one in several]


# ---- what both share -------------------------------------------------------------------------------------------------


def _usable(path: str, frame: pl.DataFrame, problems: list[Problem], count: int) -> Read:
    """The frame without rows that have no usable id; these are listed."""
    import polars as pl

    ids, good = _ids(frame["id"])
    frame = frame.with_columns(ids, *(_bounded(name) for name in TEXT[1:] if _to_bound(frame[name])), pl.col("line").cast(pl.Int64))
    if good.all():
        return frame, problems, count
    bad = frame.filter(~good)
    for line, one in bad.select("line", "id").head(MAX_LISTED - len(problems)).iter_rows():
        problems.append(_unusable(path, int(line), one))
    return frame.filter(good), problems, count + bad.height


def _unusable(path: str, line: int, one: str | None) -> Problem:
    """Why an id cannot be used."""
    if not one:
        return problem("row_without_id", path, line, 1)
    size = len(one.encode())
    return problem("id_too_long", path, line, 1, bytes=size, most=MAX_ID) if size > MAX_ID else problem("id_with_control", path, line, 1)


def _ids(ids: pl.Series) -> tuple[pl.Series, pl.Series]:
    """The ids, without addresses and white space around them, and which of them can be used."""
    import polars as pl

    plain = ids.to_frame().select((pl.first().str.contains(PLAIN_ID) & (pl.first().str.len_bytes() <= MAX_ID)).fill_null(False)).to_series()
    if plain.all():
        return ids, plain
    odd = ids.filter(~plain).str.strip_chars().str.replace(ADDRESS, "")
    good = ((odd != "") & (odd.str.len_bytes() <= MAX_ID) & ~odd.str.contains(CONTROL)).fill_null(False)
    place = (~plain).cum_sum().cast(pl.Int64) - 1               # each odd one among the odd ones
    place = place.set(place < 0, 0)
    return odd.gather(place).zip_with(~plain, ids).alias("id"), good.gather(place) | plain


def _to_bound(texts: pl.Series) -> bool:
    """Is any of them empty, or perhaps too long?"""
    sizes = texts.str.len_bytes()
    return bool(((sizes == 0) | (sizes > MAX_LABEL)).any())


def _bounded(name: str) -> pl.Expr:
    import polars as pl

    return pl.when(pl.col(name) != "").then(pl.col(name).str.slice(0, MAX_LABEL)).otherwise(None)


def edges(rows: pl.DataFrame) -> pl.DataFrame:
    """One line per row (its place) and base, with its relation: lists side by side, or one relation for all bases."""
    import polars as pl

    frame = rows.select(pl.int_range(pl.len(), dtype=pl.UInt32).alias("row"), *LISTS)
    many = [frame[name].list.len().fill_null(0) for name in LISTS]
    alike = many[0] == many[1]
    pairs = frame.filter(alike).explode(LISTS, empty_as_null=False, keep_nulls=False)
    others = frame.filter(~alike).with_columns(pl.col("relation").list.first()).explode("base_model", empty_as_null=False, keep_nulls=False)
    found = pl.concat([pairs, others]).rename({"base_model": "base"}).filter(pl.col("base").is_not_null())
    written = found["base"].str.contains(WRITTEN_LIST)
    if written.any():
        lists = found.filter(written).with_columns(pl.col("base").map_elements(split, return_dtype=pl.List(pl.String))).explode("base")
        found = pl.concat([found.filter(~written), lists])
    found = found.with_columns(pl.col("base").str.strip_chars()).filter(pl.col("base") != "")
    if (found["base"].str.len_bytes() > MAX_ID).any():
        long = pl.col("base").str.len_bytes() > MAX_ID
        found = found.with_columns(base=pl.when(long).then(pl.col("base").str.slice(0, MAX_ID) + CUT).otherwise("base"))
    return found if found["row"].is_sorted() else found.sort("row", maintain_order=True)


def split(text: str) -> list[str]:
    """The entries of a list that was written as one text: JSON, Python, or separated by comma, semicolon or bar."""
    parts = [part.strip(_MARKUP) for part in _SEPARATOR.split(text)]
    return [_CONTROL.sub("", part) for part in parts if part]


def _digest(path: str) -> str:
    with open(path, "rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
