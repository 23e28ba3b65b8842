"""Snapshots of audits: the same rows as from the table, whole or refused."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest
from click.testing import CliRunner
from test_audit import DAY, ROWS, write

from checker.audit import arrow, result, snapshot
from checker.cli.main import licet
from checker.errors import BadInput


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def audit(*arguments: str) -> None:
    assert CliRunner().invoke(licet, ["audit", *arguments, "--as-of", DAY], catch_exceptions=False, standalone_mode=False).return_value == 0


def kept(folder: Path) -> str:
    """A snapshot of all the oddities."""
    audit(write(folder, "t.jsonl", ROWS), "--snapshot", f"{folder}/t.licet", "-o", f"{folder}/first.parquet", "-o", f"{folder}/first.arrow")
    return f"{folder}/t.licet"


def test_a_result_from_a_snapshot_is_the_one_from_the_table(tmp_path: Path) -> None:
    audit(kept(tmp_path), "-o", f"{tmp_path}/again.parquet", "-o", f"{tmp_path}/again.arrow")
    first, again = (pl.read_parquet(tmp_path / f"{name}.parquet") for name in ("first", "again"))
    assert first.schema == again.schema
    assert first.rows() == again.rows()
    assert {"upstream", "label"} <= {name for name in again.columns if again[name].n_unique() > 2}
    assert again["upstream"].null_count() > 0
    assert "unclear" in again["label"].to_list()
    assert pl.read_parquet_metadata(tmp_path / "first.parquet")["licet"] == pl.read_parquet_metadata(tmp_path / "again.parquet")["licet"]


def test_rows_as_arrow_are_read_by_polars_too(tmp_path: Path) -> None:
    audit(kept(tmp_path), "-o", f"{tmp_path}/again.arrow")
    found, expected = pl.read_ipc(tmp_path / "again.arrow"), pl.read_parquet(tmp_path / "first.parquet")
    assert None in expected["upstream"]
    assert found.to_dicts() == expected.to_dicts()


def test_rows_as_arrow_are_those_of_parquet(tmp_path: Path) -> None:
    audit(kept(tmp_path), "-o", f"{tmp_path}/again.arrow")
    assert (tmp_path / "again.arrow").read_bytes() == (tmp_path / "first.arrow").read_bytes()
    rows, expected = arrow.read(f"{tmp_path}/again.arrow"), pl.read_parquet(tmp_path / "first.parquet")
    assert rows.column_names == expected.columns
    assert rows.to_pylist() == expected.to_dicts()
    assert rows.schema.metadata[b"licet"].decode() == pl.read_parquet_metadata(tmp_path / "first.parquet")["licet"]


@pytest.mark.parametrize("of", ["t.jsonl", "t.licet"])
@pytest.mark.parametrize("names", [["id", "verdict"], ["label"], ["open", "path", "question", "upstream"], [*result.ANSWERS, *result.FACTS]], ids="+".join)
def test_some_columns_are_those_of_the_whole(tmp_path: Path, of: str, names: list[str]) -> None:
    kept(tmp_path)
    audit(f"{tmp_path}/{of}", "--only", ",".join(names), *(part for ending in ("parquet", "arrow", "csv") for part in ("-o", f"{tmp_path}/some.{ending}")))
    expected = pl.read_parquet(tmp_path / "first.parquet").select(names)
    assert pl.read_parquet(tmp_path / "some.parquet").to_dicts() == expected.to_dicts()
    assert arrow.read(f"{tmp_path}/some.arrow").to_pylist() == expected.to_dicts()
    assert (tmp_path / "some.csv").read_text() == expected.write_csv()


@pytest.mark.parametrize(("only", "output", "told"), [
    ("id,verdit", "x.parquet", "--only verdit: Rows have no column `verdit`. They have: file, row, id, "), ("id,id", "x.parquet", "is named twice"),
    ("", "x.parquet", "Rows have no column ``"), ("id", "x.json", "No rows are written.")])
def test_columns_that_cannot_be_written_are_refused_before_anything_is_read(tmp_path: Path, only: str, output: str, told: str) -> None:
    with pytest.raises(BadInput) as refused:
        audit(str(tmp_path / "nothing.jsonl"), "--only", only, "-o", str(tmp_path / output))
    assert told in str(refused.value.problems[0])


def test_a_snapshot_takes_no_more_bytes_than_its_rows_need(tmp_path: Path) -> None:
    kinds = {one.name: one.type for one in arrow.read(kept(tmp_path)).schema}
    assert kinds["id"] == pa.string() and {kinds[name].index_type for name in arrow.REPEATED} == {pa.int8()}
    many = pl.DataFrame({"id": ["x"] * 300, **{name: [f"{number}" for number in range(300)] for name in arrow.REPEATED}})
    assert {arrow.table(many).schema.field(name).type.index_type for name in arrow.REPEATED} == {pa.int16()}
    assert arrow.table(many)["path"].to_pylist() == many["path"].to_list()


def test_another_scenario_is_another_answer_to_the_same_rows(tmp_path: Path) -> None:
    audit(kept(tmp_path), "--scenario", "host", "-o", f"{tmp_path}/snapshot.parquet", "-o", f"{tmp_path}/snapshot.csv")
    audit(f"{tmp_path}/t.jsonl", "--scenario", "host", "-o", f"{tmp_path}/table.parquet", "-o", f"{tmp_path}/table.csv")
    found, expected = (pl.read_parquet(tmp_path / f"{name}.parquet") for name in ("snapshot", "table"))
    assert found.rows() == expected.rows()
    assert (tmp_path / "snapshot.csv").read_text() == (tmp_path / "table.csv").read_text()


def test_a_snapshot_that_is_not_whole_is_refused(tmp_path: Path) -> None:
    path = Path(kept(tmp_path))
    whole, rows = path.read_bytes(), arrow.read(str(path))       # mapped: the file itself must stay as it is
    path = tmp_path / "broken.licet"
    head = json.loads(rows.schema.metadata[snapshot.MARK.encode()])
    beyond, before = (rows.set_column(rows.column_names.index("question"), "question", [[number] * len(ROWS)]) for number in (len(head["questions"]), -1))
    for broken, told in ((rows, {**head, "form": 1}), (rows, {**head, "questions": [[0]]}), (rows, []), (rows.drop_columns("question"), head), (beyond, head),
                         (before, head), (rows.set_column(0, "question", [["a"] * len(ROWS)]), head)):
        text = json.dumps(told)
        arrow.write(broken.replace_schema_metadata(), path, {snapshot.MARK: text, snapshot.SEAL: snapshot.seal(text, broken.schema)})
        with pytest.raises(BadInput, match="Not a whole snapshot"):
            snapshot.read(str(path))
    for cut in (whole[:-30], whole[:len(whole) // 2], whole[:20], whole[:-200] + bytes(100) + whole[-100:]):
        path.write_bytes(cut)
        with pytest.raises(BadInput, match="Not a whole snapshot"):
            snapshot.read(str(path))


def test_columns_that_are_no_longer_what_they_were_are_refused(tmp_path: Path) -> None:
    """Whatever breaks down on a type that no library has ever written is not asked to read it."""
    rows = arrow.read(kept(tmp_path))
    path = tmp_path / "broken.licet"
    place = rows.column_names.index("problems")
    field = rows.schema.field(place)
    marked = field.with_metadata({name: text[:-1] + b"\xff" for name, text in field.metadata.items()})
    for schema in (rows.schema.set(place, marked), rows.schema.set(place, field.with_name("prob\x7fems")), rows.schema.set(0, rows.schema.field(0).remove_metadata())):
        arrow.write(pa.Table.from_arrays(rows.columns, schema=schema), path, {})
        with pytest.raises(BadInput, match="Not a whole snapshot, or one of another version"):
            snapshot.read(str(path))


def test_another_file_of_arrow_is_no_snapshot(tmp_path: Path) -> None:
    arrow.write(pa.table({"id": ["a/b"]}), tmp_path / "t.arrow", {})
    done = CliRunner().invoke(licet, ["audit", str(tmp_path / "t.arrow")])
    assert "no snapshot" in str(done.exception)


@pytest.mark.parametrize("further", [("--column", "id=name"), ("--edges", "e.csv")])
def test_what_a_snapshot_cannot_follow_is_refused(tmp_path: Path, further: tuple[str, str]) -> None:
    (tmp_path / "e.csv").write_text("child,base\na/root,a/tuned\n")
    option, value = further
    done = CliRunner().invoke(licet, ["audit", kept(tmp_path), option, str(tmp_path / value) if option == "--edges" else value, "--as-of", DAY])
    assert "A snapshot has its columns and edges" in str(done.exception)


def test_the_head_of_a_snapshot_is_plain_to_read(tmp_path: Path) -> None:
    head = json.loads(arrow.read(kept(tmp_path)).schema.metadata[snapshot.MARK.encode()])
    assert head["form"] == snapshot.FORM
    assert head["as_of"] == DAY
