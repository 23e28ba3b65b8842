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
from checker.audit import records, result
from checker.cli.main import licet, main
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
        "An id of 302 bytes; 300 are the most.", "An id with control characters, or bytes that are no text.", "A row without an id."]


def test_a_scenario_that_is_no_name_and_no_file_is_told_with_the_names_there_are(library: Library, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="Write one of: tune-host-publish, host, internal; or the path"):
        app.audit((write(tmp_path, "t.jsonl", ROWS),), library, as_of=DAY, scenarios=("hots",))


@pytest.mark.parametrize(("line", "told"), [
    (r'{"id": "x/\ud800"}', "bytes that are no text"), ('{"id": {"name": "x/y"}}', "`id` is nothing that can be read as text"), ('{"id": ["x/y", "x/z"]}', "`id`"),
    ('{"id": "x/y", "license": {"name": "mit"}}', "`license`"), ('{"id": "x/y", "license": ["mit", ["apache-2.0"]]}', "`license`"),
    ('{"id": "x/y", "base_model": {"name": "x/one"}}', "`base_model`"), ('{"id": "x/y", "base_model": [["x/one"]]}', "`base_model`"),
    (json.dumps({"id": "x/y", "base_model": ["x/z"] * 10_001}), "more than 10,000 bases"), (json.dumps({"id": "x/y", "base_model": "x/z," * 10_001}), "more than 10,000 bases"),
    ('{"id": "x/y", "license": "mit", "license": "cc-by-nc-4.0"}', "A record that says `license` twice"), ('{"id": "x/y", "tags": {"a": 1, "a": 2}}', "`a` twice"),
])
def test_rows_that_say_what_no_row_can_are_listed(library: Library, tmp_path: Path, line: str, told: str) -> None:
    (tmp_path / "t.jsonl").write_text(f'{{"id": "x/one", "license": "mit"}}\n{line}\n')
    done = app.audit((str(tmp_path / "t.jsonl"),), library, as_of=DAY)
    assert done.rows["id"].to_list() == ["x/one"]
    assert told in done.head["listed"][0] and ":2:1:" in done.head["listed"][0]


def test_ids_of_bytes_that_are_no_text_are_listed(library: Library, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(b"id,license\nx/\xc3,mit\nx/\xc4,mit\nx/one,mi\xfft\n")
    done = app.audit((str(tmp_path / "t.csv"),), library, as_of=DAY)
    assert done.rows.select("id", "verdict").rows() == [("x/one", "not_enough_facts")]
    assert done.head["unusable"] == 2


def test_odd_numbers_and_halves_of_characters_spoil_nothing(library: Library, tmp_path: Path) -> None:
    lines = [r'{"id": "x/one", "license": "mit", "downloads": -1e30}', r'{"id": "x/two", "license": "mit", "downloads": 1e400}',
             r'{"id": "x/three", "license": "\udfff", "downloads": NaN}', r'{"id": "x/four", "license": "mit", "created": "\ud83d\ude00"}']
    (tmp_path / "t.jsonl").write_text("\n".join(lines))
    rows = run(library, str(tmp_path / "t.jsonl"))
    assert rows["downloads"].to_list() == [-2**62, None, None, None]
    assert rows["created"][3] == "😀" and rows["verdict"][2] == "not_enough_facts"


def test_a_quotation_mark_that_is_never_closed_spoils_one_row(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('id,license,note\nx/a,mit,\nx/b,"mit,\nx/c,mit,"two\nlines"\nx/d,mit,"\nx/e,mit,\nx/f,"mit",\nx/g,"mit"t,\nx/h,mit,"\n')
    done = app.audit((str(path),), library, as_of=DAY)
    assert done.rows.select("id", "row").rows() == [("x/a", 2), ("x/c", 4), ("x/e", 7), ("x/f", 8)]
    assert [int(one.split(":")[1]) for one in done.head["listed"]] == [3, 6, 9, 10]


def test_a_table_of_quotation_marks_that_are_never_closed_is_refused(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "MAX_AGAIN", 1_000)
    (tmp_path / "t.csv").write_text("id,license\n" + 'x/a,"mit\n' + "x/b,mit\n" * 1_001)
    with pytest.raises(BadInput, match="quotation mark that is never closed"):
        run(library, str(tmp_path / "t.csv"))


def test_of_a_table_without_a_usable_row_some_are_told_and_how_many_there_are(library: Library, tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_text("{bad\n" * 1_234)
    with pytest.raises(BadInput) as error:
        run(library, str(tmp_path / "t.jsonl"))
    assert len(error.value.problems) == 21 and "None of its 1,234 rows can be used" in str(error.value.problems[-1])


def test_a_line_of_csv_that_is_too_long_is_listed(library: Library, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("id,license\nx/one,mit\nx/two," + "m" * 5_000_000 + "\n\nx/three,mit\n")
    done = app.audit((str(tmp_path / "t.csv"),), library, as_of=DAY)
    assert done.rows["id"].to_list() == ["x/one", "x/three"]
    assert [one.partition(": ")[2].partition(" Mend")[0] for one in done.head["listed"]] == ["A line that is too long."]


def test_a_base_is_never_left_out_because_it_is_long_or_there_are_many(library: Library, tmp_path: Path) -> None:
    many = [f"x/base-{number}" for number in range(300)]
    rows = run(library, write(tmp_path, "t.jsonl", [
        *({"id": one, "license": "cc-by-nc-4.0" if one == many[-1] else "mit"} for one in many),
        {"id": "x/merged", "license": "mit", "base_model": ", ".join(many), "relation": "merge"},
        {"id": "x/of-a-long-one", "license": "mit", "base_model": "x/" + "y" * 400, "relation": "finetune"},
        {"id": "x/of-a-path", "license": "mit", "base_model": "/home/" + "y/" * 400, "relation": "finetune"}]))
    assert rows.select("verdict", "problems").rows()[-3:] == [("prohibited", ""), ("not_enough_facts", "missing_base"), ("not_enough_facts", "local_base")]


def test_chains_longer_than_a_depth_can_tell(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(result, "MAX_DEPTH", 5)
    rows = run(library, write(tmp_path, "t.jsonl", [{"id": f"x/{number}", "license": "mit", "base_model": f"x/{number - 1}" if number else None, "relation": "finetune"}
                                                    for number in range(9)]))
    assert rows["depth"].to_list() == [0, 1, 2, 3, 4, 5, 5, 5, 5]


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


def test_packed_tables_that_are_broken_anywhere_are_refused(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl.gz"
    packed = gzip.compress(b"".join(b'{"id": "x/%d"}\n' % (number * 7919 % 10007) for number in range(5000)), mtime=0)
    for place in range(20, len(packed), len(packed) // 40):
        path.write_bytes(packed[:place] + bytes(byte ^ 255 for byte in packed[place:place + 8]) + packed[place + 8:])
        with pytest.raises(BadInput, match="ends or breaks here"):
            run(library, str(path))


@pytest.mark.parametrize("pattern", ["**x.csv", "nowhere/**x*.csv"])
def test_what_is_no_pattern_names_no_file(library: Library, tmp_path: Path, pattern: str) -> None:
    with pytest.raises(BadInput, match="No such file"):
        run(library, str(tmp_path / pattern))


def test_a_pipe_is_no_table(library: Library, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "t.csv")
    with pytest.raises(BadInput, match="Neither a file nor a folder"):
        run(library, str(tmp_path / "t.csv"))


def test_a_file_that_is_named_twice_is_read_once(library: Library, tmp_path: Path) -> None:
    path = Path(write(tmp_path, "t.jsonl", ROWS))
    (tmp_path / "link.jsonl").symlink_to(path)
    done = app.audit((str(path), str(tmp_path / ".." / tmp_path.name / "t.jsonl"), str(tmp_path / "*.jsonl")), library, as_of=DAY)
    assert done.rows.height == len(ROWS)


def test_edges_that_cannot_be_read_are_refused(library: Library, tmp_path: Path) -> None:
    table, edges = write(tmp_path, "t.jsonl", ROWS), tmp_path / "e.parquet"
    pl.DataFrame({"child": ["x/a"], "base": ["x/b"]}).write_parquet(edges)
    edges.write_bytes(edges.read_bytes()[:-9])
    with pytest.raises(BadInput, match="Not a whole Parquet file"):
        run(library, table, edges=str(edges))
    (tmp_path / "e.csv").write_text("child,from\nx/a,x/b\n")
    with pytest.raises(BadInput, match="no column base or base_model or parent. Give one of them this name. It has: child, from"):
        run(library, table, edges=str(tmp_path / "e.csv"))


def test_edges_may_differ_in_what_they_say(library: Library, tmp_path: Path) -> None:
    (tmp_path / "e.jsonl").write_text('{"child": "a/null", "base": "a/root"}\n{"child": "a/no-license", "base": "a/root", "relation": "quantized"}\n')
    rows = run(library, write(tmp_path, "t.jsonl", ROWS), edges=str(tmp_path / "e.jsonl"))
    assert dict(rows.select("id", "problems").rows())["a/no-license"] == ""


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


@pytest.mark.parametrize("name", ["t.jsonl", "./t.jsonl", "link.jsonl", "e.csv"])
@pytest.mark.parametrize("option", ["-o", "--snapshot"])
def test_what_is_read_is_never_written_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, option: str) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, "t.jsonl", ROWS)
    Path("e.csv").write_text("child,base\na/root,a/tuned\n")
    Path("link.jsonl").symlink_to("t.jsonl")
    before = Path(name).read_bytes()
    done = CliRunner().invoke(licet, ["audit", "t.jsonl", "--edges", "e.csv", option, name, *(["-o", "x.csv"] if option != "-o" else [])])
    assert "it would be lost" in str(done.exception)
    assert Path(name).read_bytes() == before and not Path("x.csv").exists()


@pytest.mark.parametrize(("arguments", "told"), [
    (["-o", "o.csv", "-o", "./o.csv"], "Two outputs in one file"), (["-o", "o.arrow", "--snapshot", "o.arrow"], "Two outputs in one file"),
    (["--snapshot", "nowhere/x.licet"], "There is no such folder"), (["-o", "nowhere/o.csv"], "There is no such folder")])
def test_outputs_that_cannot_be_are_refused_before_any_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], told: str) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.jsonl").write_text("no table")
    assert told in str(CliRunner().invoke(licet, ["audit", "t.jsonl", *arguments]).exception)


def test_names_that_are_no_text_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("t\udcff.jsonl").write_text('{"id": "x/one"}\n')
    Path("t.jsonl").write_text('{"id": "x/one"}\n')
    for arguments, told in ((["t\udcff.jsonl"], "not UTF-8. Rename it"), (["t*.jsonl"], "not UTF-8. Rename it"), (["t.jsonl", "-o", "o\udcff.csv"], "not UTF-8. Choose"),
                            (["t.jsonl", "--snapshot", "o\udcff.licet"], "not UTF-8. Choose"), (["t.jsonl", "--explain", "\udcff"], "No row of the table")):
        assert told in str(CliRunner().invoke(licet, ["audit", *arguments]).exception)


def test_a_report_is_not_written_where_rows_would_be(tmp_path: Path) -> None:
    done = CliRunner().invoke(licet, ["audit", write(tmp_path, "t.jsonl", ROWS), "--explain", "a/root", "-o", str(tmp_path / "o.html")])
    assert done.exit_code == 2 and "--explain gives one report, on standard output" in done.output


@pytest.mark.parametrize("name", ["o.parquet", "o.csv", "o.arrow", "o.html"])
def test_links_are_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    Path("there").mkdir()
    Path("there", name).write_text("before")
    Path(name).symlink_to(Path("there", name))
    assert CliRunner().invoke(licet, ["audit", write(tmp_path, "t.jsonl", ROWS), "-o", name, "--as-of", DAY], standalone_mode=False).return_value == 0
    assert Path(name).is_symlink() and Path("there", name).read_bytes() != b"before"
    assert [one.name for one in Path("there").iterdir()] == [name]


def audited(*arguments: str, **options: Any) -> int:
    """The exit code of an audit by itself, whose output goes where `options` say."""
    code = "import sys; from checker.cli.main import main; sys.argv[0] = 'licet'; main()"
    return subprocess.run([sys.executable, "-c", code, "audit", *arguments, "--as-of", DAY], timeout=PATIENCE, check=False, **options).returncode


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device")
@pytest.mark.parametrize("arguments", [(), ("-f", "json")])
def test_output_that_nothing_takes_is_a_failure(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        assert audited(write(tmp_path, "t.jsonl", ROWS), *arguments, stdout=full, stderr=subprocess.PIPE) == 2


def test_complaints_that_nobody_reads_change_nothing(tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_text('{"id": "x/one"}\n{bad\n')
    (tmp_path / "worse.jsonl").write_text("{bad\n")
    codes = []
    for name in ("bad.jsonl", "worse.jsonl"):
        reader, writer = os.pipe()
        os.close(reader)
        codes.append(audited(str(tmp_path / name), stdout=subprocess.DEVNULL, stderr=writer))
        os.close(writer)
    assert codes == [0, 2]


def test_a_library_that_breaks_down_is_told_and_is_no_verdict(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def panic(*_: Any, **__: Any) -> None:
        raise pl.exceptions.PanicException("unwrapped nothing")

    monkeypatch.setattr(licet, "main", panic)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2 and "licet could not finish (PanicException" in capsys.readouterr().err


def test_the_summary_ends_its_last_line(tmp_path: Path) -> None:
    done = CliRunner().invoke(licet, ["audit", write(tmp_path, "t.jsonl", ROWS), "--as-of", DAY], standalone_mode=False)
    assert done.stdout.endswith(".\n") and not done.stdout.endswith("\n\n")


def test_models_are_explained_whatever_letters_their_ids_have(tmp_path: Path) -> None:
    table = write(tmp_path, "t.jsonl", [{"id": "Straße/Größe", "license": "mit"}])
    for name in ("Straße/Größe", "straße/GRÖßE"):
        assert CliRunner().invoke(licet, ["audit", table, "--explain", name, "--as-of", DAY], standalone_mode=False).return_value == 0


def test_columns_of_bytes_are_refused_as_such(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    pl.DataFrame({"id": ["x/y"], "created": [b"\xff"], "downloads": [b"1"], "datasets": [b"\xff"]}).write_parquet(path)
    with pytest.raises(BadInput) as error:
        run(library, str(path))
    assert [problem.what.split("`")[1] for problem in error.value.problems] == ["datasets", "downloads", "created"]


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
