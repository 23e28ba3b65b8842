"""`licet audit` where something is wrong: tables that are broken, audits that are stopped, disks that are full."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import zstandard
from click.testing import CliRunner
from effort import PATIENCE
from test_audit import DAY, ROWS, run, write

from checker.app import audit as app
from checker.app.helpers import Helpers
from checker.app.questions import Judge
from checker.audit import result
from checker.cli.main import licet
from checker.errors import BadInput
from checker.load.book import Library


def test_bad_rows_are_counted_and_listed(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    good = json.dumps({"id": "x/one", "license": "mit"})
    path.write_bytes(b"\n".join([good.encode(), b"{bad", b'["a"]', b'{"id": ""}', b'{"license": "mit"}', b"\xff\xfe\x00", b"[" * 100_000, b'{"id": "a\\u0000b"}', b"", good.encode()]))
    done = app.audit((str(path),), library, as_of=DAY)
    assert done.head["unusable"] == 7
    assert [int(problem.split(":")[1]) for problem in done.head["listed"]] == [2, 3, 6, 7, 4, 5, 8]
    assert done.facts.height == 2


def test_why_an_id_cannot_be_used_is_told(library: Library, tmp_path: Path) -> None:
    ids = ["x/one", "x/" + "y" * 300, "x/\u202eone", "https://huggingface.co/"]
    done = app.audit((write(tmp_path, "t.jsonl", [{"id": one} for one in ids]),), library, as_of=DAY)
    assert [one.split(":1: ")[1].partition(" Mend")[0] for one in done.head["listed"]] == [
        "An id of 302 bytes; 300 are the most.", "An id with control characters.", "A row without an id."]


def test_a_scenario_that_is_no_name_and_no_file_is_told_with_the_names_there_are(library: Library, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="Write one of: tune-host-publish, host, internal; or the path"):
        app.audit((write(tmp_path, "t.jsonl", ROWS),), library, as_of=DAY, scenarios=("hots",))


@pytest.mark.parametrize(("many", "told"), [(1, "1 row could not be used."), (2, "2 rows could not be used."), (30, "30 rows could not be used; a summary lists them (-o FILE.json)."),
                                           (1_200, "1,200 rows could not be used; a summary lists the first 1,000 (-o FILE.json).")])
def test_bad_rows_are_told_and_where_to_find_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, many: int, told: str) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "t.jsonl").write_text(json.dumps({"id": "x/one", "license": "mit"}) + "\n" + "{bad\n" * many)
    done = CliRunner().invoke(licet, ["audit", str(tmp_path / "t.jsonl"), "--as-of", DAY], catch_exceptions=False, standalone_mode=False)
    assert done.stderr.splitlines()[-1] == told
    assert done.stderr.count("not JSON") == min(many, 20)


@pytest.mark.parametrize(("name", "content", "message"), [
    ("t.parquet", b"PAR1 and then nothing", "Not a whole Parquet file"),
    ("t.jsonl.gz", gzip.compress(b'{"id": "x"}\n' * 5000, mtime=0)[:60], "ends or breaks here"),
    ("t.csv.zst", zstandard.compress(b"id,license\n" + b"x/y,mit\n" * 5000)[:-4], "ends or breaks here"),
    ("t.csv", b"name,license\nx,mit\n", "There is no column `id`"),
    ("t.jsonl", b"", "A table without rows"),
    ("t.txt", b"hello", "Not a table that can be read"),
    ("t.csv", "id,license\nx/y,mit\n".encode("utf-16"), "Save it as UTF-8"),
    ("t.csv", b"id,id\nx/y,x/z\n", "Two columns are called `id`"),
    ("t.json", b'[{"id": "x/y"}]', "one record to a line"),
])
def test_unusable_tables_are_refused(library: Library, tmp_path: Path, name: str, content: bytes, message: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BadInput, match=message):
        run(library, str(path))


def test_a_folder_is_no_table(library: Library, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="This is a folder"):
        run(library, str(tmp_path))


@pytest.mark.parametrize("content", [b"\xef\xbb\xbfid,license\nx/y,mit\n", b"id;license\nx/y;mit\n", b"id,license\r\nx/y,mit\r\n", b"id,license\nx/y,mit"])
def test_tables_as_spreadsheets_write_them(library: Library, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "t.csv").write_bytes(content)
    assert [(row["id"], row["declared"]) for row in run(library, str(tmp_path / "t.csv")).to_dicts()] == [("x/y", "mit")]


def test_a_table_that_breaks_in_its_middle_is_refused(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    pl.DataFrame({"id": [f"x/{number}" for number in range(5000)], "license": ["mit"] * 5000}).write_parquet(path)
    whole = path.read_bytes()
    for broken in (whole[:-10], whole[: len(whole) // 2], whole[:60] + bytes(400) + whole[460:]):
        path.write_bytes(broken)
        with pytest.raises(BadInput, match="Not a whole Parquet file"):
            run(library, str(path))


def test_who_stops_half_way_leaves_no_result_and_need_not_begin_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    table, output = write(tmp_path, "t.jsonl", ROWS), tmp_path / "out.parquet"
    asked: list[Any] = []
    real = Judge.answer

    def stopping(judge: Judge, question: Any) -> Any:
        asked.append(question)
        if len(asked) == 5:
            raise KeyboardInterrupt
        return real(judge, question)

    monkeypatch.setattr(Judge, "answer", stopping)
    arguments = ["audit", table, "--as-of", DAY, "-o", str(output)]
    assert CliRunner().invoke(licet, arguments).exit_code != 0
    assert sorted(one.name for one in tmp_path.iterdir()) == ["cache", "t.jsonl"]
    assert CliRunner().invoke(licet, arguments, standalone_mode=False).return_value == 0
    assert pl.read_parquet(output).height == len(ROWS)
    assert len(set(asked)) == len(asked) - 1                    # only the one that was stopped is asked again


def test_the_helpers_of_an_audit_that_was_killed_end_as_well(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text("import multiprocessing, os, signal, threading, time\nfrom checker.app.helpers import end_with\n"
                      "def helper(ready):\n    threading.Thread(target=end_with, args=(multiprocessing.parent_process(),), daemon=True).start()\n"
                      "    ready.put(1)\n    time.sleep(600)\n"
                      "if __name__ == '__main__':\n    context = multiprocessing.get_context('spawn')\n    ready = context.SimpleQueue()\n"
                      "    one = context.Process(target=helper, args=(ready,))\n    one.start()\n    ready.get()\n"
                      "    os.kill(os.getpid(), signal.SIGKILL)\n")
    killed = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env={**os.environ, "PYTHONPATH": str(Path(app.__file__).parents[2])})
    killed.communicate(timeout=PATIENCE)                              # the helper holds the other end of its pipes: this returns when it is gone
    assert killed.returncode == -9


def test_helpers_are_copies_only_of_a_process_without_other_threads(tmp_path: Path) -> None:
    alone = "fork" if sys.platform == "linux" else "spawn"
    script = ("import threading\nfrom checker.app.helpers import _way\nfirst = _way()\nwait = threading.Event()\n"
              "threading.Thread(target=wait.wait).start()\nprint(first, _way())\nwait.set()")
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=PATIENCE).stdout.split() == [alone, "spawn"]


def test_helpers_answer_as_the_process_itself_would(tmp_path: Path, library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Be they called when the questions are known, or before, so that they begin with likely ones."""
    def audited(folder: str) -> app.Audit:
        return app.audit((table,), Library(library.root, tmp_path / folder), as_of=DAY)

    begun: list[Any] = []
    begin = Helpers.begin
    monkeypatch.setattr(Helpers, "begin", lambda helpers, likely: begin(helpers, (begun.append(one) or one for one in likely)))
    table = write(tmp_path, "t.jsonl", ROWS)
    alone = audited("alone")
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    monkeypatch.setattr("checker.app.questions.WORTH_A_PROCESS", 1)
    assert audited("helped").answers == alone.answers
    assert not begun
    monkeypatch.setattr("checker.app.audit.WORTH_HELPERS", 0)
    assert audited("before").answers == alone.answers
    assert set(begun) & set(alone.questions)


@pytest.mark.parametrize("name", ["out.parquet", "out.csv", "out.html", "out.json"])
def test_a_full_disk_is_told_and_leaves_what_was_there(tmp_path: Path, name: str) -> None:
    rows = [{"id": f"x/model-{number}-{'long' * 20}", "license": "mit", "downloads": number * 7919} for number in range(2000)]
    output = tmp_path / name
    output.write_text("before")
    code = ("import resource, signal, sys; from checker.cli.main import main; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
            "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)); sys.argv[0] = 'licet'; main()")
    done = subprocess.run([sys.executable, "-c", code, "audit", write(tmp_path, "t.jsonl", rows), "--as-of", DAY, "-o", str(output)],
                          capture_output=True, text=True, timeout=PATIENCE, env={**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")})
    assert done.returncode == 2 and "annot be written" in done.stderr and "Traceback" not in done.stderr
    assert output.read_text() == "before"
    assert sorted(one.name for one in tmp_path.iterdir() if one.name != "cache") == sorted([name, "t.jsonl"])


def test_columns_of_a_wrong_type_are_refused_together(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    pl.DataFrame({"id": [1, 2], "license": [1.5, 2.5], "base_model": [[1], [2]]}).write_parquet(path)
    with pytest.raises(BadInput) as error:
        run(library, str(path))
    assert [problem.what.split("`")[1] for problem in error.value.problems] == ["id", "license", "base_model"]


def test_no_half_written_result(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = pl.DataFrame({"id": ["x"]})
    target = tmp_path / "out.parquet"
    target.write_bytes(b"before")

    def full(*_: Any, **__: Any) -> None:
        next(iter(tmp_path.glob("*")))
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pl.LazyFrame, "sink_parquet", full)
    with pytest.raises(BadInput, match="No space left"):
        result.write(frame, target, {})
    assert target.read_bytes() == b"before"
    assert [one.name for one in tmp_path.iterdir()] == ["out.parquet"]
