"""Snapshots of audits: the same rows as from the table, whole or refused; and Parquet files with columns added to them."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from test_audit import DAY, ROWS, write

from checker.audit import pages, snapshot
from checker.audit.thrift import BINARY, BYTE, DOUBLE, I16, I32, I64, LIST, STRUCT, TRUE, Broken, Reader, written
from checker.cli.main import licet
from checker.errors import BadInput


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def audit(*arguments: str) -> None:
    assert CliRunner().invoke(licet, ["audit", *arguments, "--as-of", DAY], catch_exceptions=False, standalone_mode=False).return_value == 0


def kept(folder: Path) -> str:
    """A snapshot of all the oddities."""
    audit(write(folder, "t.jsonl", ROWS), "--snapshot", f"{folder}/t.licet", "-o", f"{folder}/first.parquet")
    return f"{folder}/t.licet"


def test_a_result_from_a_snapshot_is_the_one_from_the_table(tmp_path: Path) -> None:
    audit(kept(tmp_path), "-o", f"{tmp_path}/again.parquet")
    first, again = (pl.read_parquet(tmp_path / f"{name}.parquet") for name in ("first", "again"))
    assert first.schema == again.schema
    assert first.rows() == again.rows()
    assert {"upstream", "label"} <= {name for name in again.columns if again[name].n_unique() > 2}
    assert again["upstream"].null_count() > 0
    assert "unclear" in again["label"].to_list()
    assert pl.read_parquet_metadata(tmp_path / "first.parquet")["licet"] == pl.read_parquet_metadata(tmp_path / "again.parquet")["licet"]


def test_another_scenario_is_another_answer_to_the_same_rows(tmp_path: Path) -> None:
    audit(kept(tmp_path), "--scenario", "host", "-o", f"{tmp_path}/snapshot.parquet", "-o", f"{tmp_path}/snapshot.csv")
    audit(f"{tmp_path}/t.jsonl", "--scenario", "host", "-o", f"{tmp_path}/table.parquet", "-o", f"{tmp_path}/table.csv")
    found, expected = (pl.read_parquet(tmp_path / f"{name}.parquet") for name in ("snapshot", "table"))
    assert found.rows() == expected.rows()
    assert (tmp_path / "snapshot.csv").read_text() == (tmp_path / "table.csv").read_text()


def test_a_snapshot_that_is_not_whole_is_refused(tmp_path: Path) -> None:
    path = Path(kept(tmp_path))
    whole = path.read_bytes()
    for broken in (whole[:200] + bytes(50) + whole[250:], _with(whole, snapshot.QUESTION, np.full(len(ROWS), 200, np.uint8)),
                   _with(whole, snapshot.QUESTION, np.zeros(3, np.uint8)), _with(whole, snapshot.QUESTION, np.full(len(ROWS), -1)),
                   _with(whole, snapshot.HEAD, None), _with(whole, snapshot.FACTS, None)):
        path.write_bytes(broken)
        with pytest.raises(BadInput, match="Not a whole snapshot"):
            snapshot.read(str(path))
    path.write_bytes(whole[:-30])                               # nothing says any more that it is a snapshot
    done = CliRunner().invoke(licet, ["audit", str(path)])
    assert isinstance(done.exception, BadInput)


def test_a_snapshot_of_pages_that_cannot_be_taken_over_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = kept(tmp_path)

    def broken(*_: Any) -> None:
        raise Broken("another way to pack")

    monkeypatch.setattr(pages, "_taken_over", broken)
    done = CliRunner().invoke(licet, ["audit", path, "--as-of", DAY, "-o", f"{tmp_path}/out.parquet"])
    assert isinstance(done.exception, BadInput) and "Make the snapshot again" in str(done.exception)
    assert not [one for one in tmp_path.iterdir() if "out" in one.name]


def _with(whole: bytes, name: str, array: Any) -> bytes:
    """The snapshot with another member, or with one that says nothing."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(changed, "w") as new:
        for one in old.namelist():
            with new.open(one, "w") as file:
                if one != name:
                    file.write(old.read(one))
                elif array is not None:
                    np.save(file, array)
    return changed.getvalue()


# ---- Parquet ---------------------------------------------------------------------------------------------------------

texts = st.one_of(st.none(), st.sampled_from(["a", "é", "", "x" * 300]), st.integers(0, 400).map(str))


@given(st.lists(texts, max_size=60), st.integers(1, 25), st.booleans())
@settings(deadline=None)
def test_columns_are_added_to_a_file_as_it_is(values: list[str | None], group: int, many: bool) -> None:
    values = values * (40 if many else 1)
    frame = pl.DataFrame({"number": range(len(values)), "text": pl.Series([one and one * 2 for one in values], dtype=pl.String)})
    source, target = io.BytesIO(), io.BytesIO()
    frame.write_parquet(source, row_group_size=group * (40 if many else 1), metadata={"old": "entry"})
    known = sorted({one for one in values if one is not None}) + (["never used"] * many)
    place = np.array([-1 if one is None else known.index(one) for one in values], np.int32)
    pages.extend(source, target, {"one": pages.Places(known, place), "two": pages.Places(known[::-1], np.where(place < 0, -1, len(known) - 1 - place))}, {"new": "entry"})
    expected = frame.with_columns(one=pl.Series(values, dtype=pl.String), two=pl.Series(values, dtype=pl.String))
    target.seek(0)
    assert pl.read_parquet(target).equals(expected)
    target.seek(0)
    assert pl.read_parquet_metadata(target) == {"new": "entry"}


def test_more_texts_than_two_bytes_can_count() -> None:
    known = [str(number) for number in range(70_000)]
    source, target = io.BytesIO(), io.BytesIO()
    pl.DataFrame({"number": range(70_000)}).write_parquet(source)
    pages.extend(source, target, {"text": pages.Places(known, np.arange(70_000, dtype=np.int32))}, {})
    target.seek(0)
    assert pl.read_parquet(target)["text"].to_list() == known


@given(st.binary(max_size=200))
def test_what_is_no_parquet_is_refused(noise: bytes) -> None:
    for content in (noise, b"PAR1" + noise + len(noise).to_bytes(4, "little") + b"PAR1"):
        with pytest.raises(Broken):
            pages.extend(io.BytesIO(content), io.BytesIO(), {}, {})


def test_structures_are_read_as_they_were_written() -> None:
    deep = {1: (STRUCT, {2: (I64, -(1 << 62)), 3: (BINARY, b"\xff\0")}), 20: (LIST, (I32, list(range(-20, 20)))), 21: (TRUE, True), 22: (TRUE, True),
            300: (I16, -7), 301: (BYTE, 200), 302: (DOUBLE, b"12345678"), 303: (LIST, (TRUE, [1, 2]))}
    assert Reader(written(deep)).structure() == deep
    endless: Any = {}
    for _ in range(20):
        endless = {1: (STRUCT, endless)}
    with pytest.raises(Broken, match="deep"):
        Reader(written(endless)).structure()


def test_the_head_of_a_snapshot_is_plain_to_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(kept(tmp_path)) as archive:
        head = json.loads(archive.read(snapshot.HEAD))
    assert head[snapshot.MARK] == snapshot.FORM
    assert head["as_of"] == DAY
