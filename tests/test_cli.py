"""The command line from outside: exit codes, streams, files; no traceback, no socket."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from effort import PATIENCE

import checker
from checker.cli import options
from checker.cli.main import main

ROOT = Path(__file__).parent.parent
SEEDS = sorted(str(path) for path in (ROOT / "seeds").glob("*.yaml"))
GOOD = "as_of: '2025-12-10'\nagreements: []\ninputs: [{id: a, license: mit}]\n"
BAD = GOOD.replace("mit", "none")
BROKEN = "inputs:\n- {id: a, licence: mit}\nas_of: 2025-13-01\n"
BROKEN_SAYS = ["broken.yaml:2:11: Unknown key `licence`. Did you mean `license`?", 'broken.yaml:3:8: `as_of` is `2025-13-01`. Write a day like "2025-12-10".']


class Done:
    """What a run left behind. Whatever it did, it showed no traceback."""

    def __init__(self, code: int, out: bytes, err: bytes) -> None:
        self.code, self.out, self.err = code, out.decode(errors="replace"), err.decode()
        assert "Traceback" not in self.out + self.err, self.err
        assert code in (0, 1, 2), (code, self.err)

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Bench:
    """A folder with a good, a bad and a broken scenario, and a way to run licet in it."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch, captured: pytest.CaptureFixture[bytes]) -> None:
        self.folder, self.patch, self.captured = folder, patch, captured
        for name, text in {"good.yaml": GOOD, "bad.yaml": BAD, "broken.yaml": BROKEN}.items():
            self.write(name, text)

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def __call__(self, *arguments: str, stdin: str = "", **environment: str) -> Done:
        """Run here, which is quick, or in a process of its own where the environment matters."""
        if environment:
            return self.python("-m", "checker", *arguments, stdin=stdin, **environment)
        self.patch.chdir(self.folder)
        self.patch.setattr(sys, "argv", ["licet", *arguments])
        self.patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        with pytest.raises(SystemExit) as left:
            main()
        return Done(int(left.value.code or 0), *self.captured.readouterr())

    def python(self, *arguments: str, stdin: str = "", **environment: str) -> Done:
        done = subprocess.run([sys.executable, *arguments], input=stdin.encode(), capture_output=True, cwd=self.folder, timeout=PATIENCE,
                              env={**os.environ, "PYTHONPATH": str(ROOT), **environment})
        return Done(done.returncode, done.stdout, done.stderr)

    def shell(self, command: str) -> Done:
        """`licet` in a command line of the shell."""
        done = subprocess.run(["sh", "-c", command.replace("licet", f"{sys.executable} -m checker")], capture_output=True, cwd=self.folder, timeout=PATIENCE,
                              env={**os.environ, "PYTHONPATH": str(ROOT)})
        return Done(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def licet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Bench:
    return Bench(tmp_path, monkeypatch, capsysbinary)


# ---- exit codes ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("arguments", "code", "says"), [
    (["check", "good.yaml"], 0, ""),
    (["check", "bad.yaml"], 1, "bad.yaml: failed on needs_permission, not_met\n"),
    (["check", "bad.yaml", "--fail-on", "never"], 0, ""),
    (["check", "bad.yaml", "--fail-on", "prohibited"], 0, ""),
    (["check", "good.yaml", "bad.yaml"], 1, "good.yaml: passed\nbad.yaml: failed on needs_permission"),
    (["check", "broken.yaml"], 2, "\n".join(BROKEN_SAYS)),
    (["check", "bad.yaml", "broken.yaml", "nowhere.yaml", "good.yaml"], 2,
     "\n".join([*BROKEN_SAYS, "nowhere.yaml: Cannot be read (No such file or directory). Give the path of a readable file."])),
    (["check", "."], 2, ".: Cannot be read (Is a directory). Give the path of a readable file."),
    (["check", "a\x1b[31m\u202eb"], 2, "a?[31m?b: Cannot be read"),
    (["check"], 2, "Missing argument 'FILES...'"),
    (["check", "--nonsense", "good.yaml"], 2, "No such option"),
    (["chek", "good.yaml"], 2, "No such command 'chek'. Did you mean 'check'?"),
    ([], 2, "Usage: licet"),
    (["--help"], 0, ""),
    (["check", "good.yaml", "--as-of", "2025-13-01"], 2, "'2025-13-01' is not a day. Write it like 2025-12-10."),
    (["check", "good.yaml", "--as-of", "tomorrow"], 2, "'tomorrow' is not a day."),
    (["check", "good.yaml", "--profile", "nonsense"], 2, "good.yaml:1:1: No profile is called `nonsense`. Write one of: cautious, "),
    (["check", "good.yaml", "--profile", "p" * 5_000 + ".yaml"], 2, "No profile is called"),
    (["check", "good.yaml", "--fail-on", "bad_luck"], 2, "'bad_luck' is not one of"),
    (["check", "good.yaml", "-f", "nonsense"], 2, "'nonsense' is not one of"),
    (["check", "good.yaml", "-o", "result.unknown"], 2, "What format is result.unknown? Say it with -f."),
    (["check", "good.yaml", "-f", "json", "-o", "a.json", "-o", "b.json"], 2, "More -o than -f."),
    (["check", "good.yaml", "-f", "json", "-f", "text"], 2, "json and text would both go to standard output."),
    (["check", "good.yaml", "-f", "json", "-o", "a", "-f", "text", "-o", "a"], 2, "json and text would both go to a."),
    (["check", "good.yaml", "-f", "json", "-o", "nowhere/a.json"], 2, "nowhere/a.json: cannot be written (No such file or directory)."),
    (["check", "good.yaml", "-f", "json", "-o", "good.yaml/a.json"], 2, "good.yaml/a.json: cannot be written (Not a directory)."),
    (["check", "good.yaml", "-f", "json", "-o", "."], 2, "is a directory"),
    (["check", "good.yaml", "-f", "json", "-o", "n" * 300], 2, "cannot be written (File name too long)."),
    (["report", "bad.yaml", "-f", "json"], 0, ""),
    (["report", "broken.yaml"], 2, "\n".join(BROKEN_SAYS)),
    (["test", "good.yaml"], 0, "0 passed, 0 failed, 1 without expect"),
    (["test", "broken.yaml", "good.yaml"], 2, "\n".join([*BROKEN_SAYS, "0 passed, 0 failed, 1 without expect, 1 unreadable"])),
    (["test", "nowhere.yaml"], 2, "does not exist"),
    (["schema", "nonsense"], 2, "'nonsense' is not one of"),
    (["schema", "scenario"], 0, ""),
], ids=lambda value: " ".join(value)[:60] if isinstance(value, list) else "")
def test_the_exit_code_says_how_it_ended(arguments: list[str], code: int, says: str, licet: Bench) -> None:
    done = licet(*arguments)
    assert done.code == code, done.err
    assert says in done.err if says else done.err == ""
    if arguments[:1] == ["check"]:
        assert bool(done.out) == (code != 2 or "bad.yaml" in arguments)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="needs a user for whom a folder can be closed")
def test_a_closed_folder_is_wrong_use(licet: Bench) -> None:
    (licet.folder / "closed").mkdir(mode=0o500)
    assert licet("check", "good.yaml", "-f", "json", "-o", "closed/a.json").code == 2


@pytest.mark.parametrize("text", ["- expect\n", "expect", "", "[" * 5_000, "a: !!python/object/apply:os.system [x]", "\x00", "expect: {verdict: []}"])
def test_junk_is_bad_input_for_every_command(text: str, licet: Bench) -> None:
    licet.write("junk.yaml", text)
    done = licet("check", "junk.yaml")
    assert done.code == 2 and done.err.startswith("junk.yaml:1:") and not done.out
    done = licet("test", "junk.yaml")
    assert done.code == 2 and done.err.startswith("junk.yaml:1:")


def test_a_mistake_of_licet_is_no_failed_gate(licet: Bench) -> None:
    program = ("import sys, checker.app.check as app\n"
               "def broken(*_, **__): raise RuntimeError('it broke \\x1b[31m')\n"
               "app.check_file = broken\nsys.argv = ['licet', 'check', 'good.yaml']\n"
               "from checker.cli.main import main\nmain()")
    done = licet.python("-c", program)
    assert done.code == 2 and not done.out
    assert done.err.startswith("licet could not finish (RuntimeError: it broke ?[31m). This is a mistake in licet: please report it.")


# ---- formats and files -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("formats", "outputs", "pairs"), [
    ([], [], [("text", None)]),
    (["json"], [], [("json", None)]),
    ([], ["a.json", "b.txt"], [("json", "a.json"), ("text", "b.txt")]),
    (["json", "text"], ["a.json"], [("json", "a.json"), ("text", None)]),
    (["text", "json"], ["a.json"], [("text", None), ("json", "a.json")]),
    (["text", "json"], ["a"], [("text", "a"), ("json", None)]),
    (["text", "json"], ["a.json", "b.txt"], [("text", "a.json"), ("json", "b.txt")]),
    (["json"], ["-"], [("json", None)]),
    (["json", "text"], ["-", "b"], [("json", None), ("text", "b")]),
])
def test_each_format_finds_its_file(formats: list[str], outputs: list[str], pairs: list[Any]) -> None:
    assert options.plan(formats, outputs, False) == pairs


@pytest.mark.parametrize(("formats", "outputs"), [
    ([], ["a"]), ([], ["a.unknown"]), (["json"], ["a", "b"]), (["json", "text"], []), (["json", "text"], ["-"] * 2), (["json", "text"], ["a", "a"]), ([], ["a.json"] * 2),
])
def test_what_cannot_be_paired_is_wrong_use(formats: list[str], outputs: list[str]) -> None:
    with pytest.raises(click.UsageError):
        options.plan(formats, outputs, False)


def test_several_documents_are_written_at_once(licet: Bench) -> None:
    done = licet("check", "good.yaml", "bad.yaml", "-f", "json", "-o", "result", "-f", "text", "-o", "result.txt")
    assert (done.code, done.out, done.err) == (1, "", "")
    assert [entry["verdict"] for entry in json.loads((licet.folder / "result").read_text())] == ["permitted", "needs_permission"]
    assert "MIT" in (licet.folder / "result.txt").read_text()
    assert not list(licet.folder.glob(".*")), "nothing half-written stays behind"


def test_a_file_is_written_over_and_a_link_followed(licet: Bench) -> None:
    target = licet.write("target.json", "old")
    (licet.folder / "link.json").symlink_to(target)
    assert licet("check", "good.yaml", "-o", "link.json").code == 0
    assert (licet.folder / "link.json").is_symlink() and json.loads(target.read_text())["verdict"] == "permitted"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_written_to_and_not_replaced(licet: Bench) -> None:
    """Writing by renaming would put a file in the place of /dev/null."""
    pipe = licet.folder / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE) as reader:
        try:
            assert licet("check", "good.yaml", "-f", "json", "-o", "pipe").code == 0
            assert pipe.is_fifo()
            assert json.loads(reader.communicate(timeout=PATIENCE)[0])["verdict"] == "permitted"
        finally:
            reader.kill()


# ---- machine output --------------------------------------------------------------------------------------------------


def test_one_file_is_an_object(licet: Bench) -> None:
    assert licet("check", "good.yaml", "-f", "json").json["verdict"] == "permitted"
    assert licet("check", "bad.yaml", "-f", "json").json["inputs"]["files"][0]["path"] == "bad.yaml"


def test_several_files_are_an_array_in_the_order_given(licet: Bench) -> None:
    done = licet("check", "bad.yaml", "broken.yaml", "good.yaml", "nowhere.yaml", "-f", "json")
    assert [entry.get("verdict") for entry in done.json] == ["needs_permission", None, "permitted", None]
    assert done.json[1] == {"file": "broken.yaml", "errors": BROKEN_SAYS}
    assert [line.split(":")[0] for line in done.err.splitlines()] == ["broken.yaml", "broken.yaml", "nowhere.yaml"]


def test_a_broken_file_alone_is_its_errors(licet: Bench) -> None:
    assert licet("check", "broken.yaml", "-f", "json").json == {"file": "broken.yaml", "errors": BROKEN_SAYS}


def test_standard_input_is_a_file(licet: Bench) -> None:
    done = licet("check", "-", "good.yaml", "-", "-f", "json", stdin=BAD)
    assert [entry["verdict"] for entry in done.json] == ["needs_permission", "permitted", "needs_permission"]
    assert licet("check", "-", stdin="a: [").err.startswith("standard input:1:")
    assert "Larger than 4,000,000 bytes" in licet("check", "-", stdin="#" * 4_000_001).err


def test_machine_output_is_utf_8_wherever_it_runs(licet: Bench) -> None:
    title = "\U0001f600 \u05d0 \u00e9"
    licet.write("title.yaml", GOOD + f"title: {title}\n")
    for encoding in ("ascii", "latin-1"):
        done = licet("check", "title.yaml", "-f", "json", PYTHONIOENCODING=encoding, LC_ALL="C")
        assert done.json["scenario"]["title"] == title and done.code == 0
    done = licet("check", "title.yaml", PYTHONIOENCODING="latin-1", LC_ALL="C")
    assert "\\U0001f600" in done.out and (done.code, done.err) == (0, "")


def test_the_same_input_gives_the_same_bytes(licet: Bench) -> None:
    """Whatever order sets have, and whether the cache is warm."""
    arguments = ["check", *SEEDS, "--as-of", "2026-11-21", "-f", "json"]
    first = licet(*arguments, PYTHONHASHSEED="0", XDG_CACHE_HOME=str(licet.folder / "cache"))
    assert first.code == 1 and len(first.json) == len(SEEDS)
    for seed in ("0", "1"):
        again = licet(*arguments, PYTHONHASHSEED=seed, XDG_CACHE_HOME=str(licet.folder / "cache"))
        assert again.out == first.out
    texts = [licet("check", *SEEDS[:6], "--explain", PYTHONHASHSEED=seed).out for seed in ("0", "1")]
    assert texts[0] == texts[1] and texts[0]


def test_a_stored_result_is_reported_again(licet: Bench) -> None:
    licet("check", "good.yaml", "broken.yaml", "-o", "result.json")
    stored = json.loads((licet.folder / "result.json").read_text())
    done = licet("report", "result.json", "-f", "json")
    assert done.json == stored and done.code == 2


@pytest.mark.parametrize("stored", ['{"schema": "licet/assessment/1"}', '{"schema": "licet/assessment/1", "verdict": 5, "licenses": 5}', '[{"errors": 5}]', '{"errors": [5]}', "[]",
                                    "5", "[" * 100_000, '{"schema": "licet/assessment/1", "errors": "x"}', "\x00"], ids=lambda value: value[:30])
@pytest.mark.parametrize("form", ["text", "html"])
def test_a_damaged_result_is_bad_input(stored: str, form: str, licet: Bench) -> None:
    licet.write("result.json", stored)
    done = licet("report", "result.json", "-f", form)
    assert done.code == 2 and not done.out and done.err and "mistake in licet" not in done.err


# ---- quiet, color, streams -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("arguments", "code"), [(["good.yaml"], 0), (["bad.yaml"], 1), (["good.yaml", "bad.yaml"], 1), (["good.yaml", "-o", "a.json"], 0)])
def test_quiet_prints_nothing(arguments: list[str], code: int, licet: Bench) -> None:
    done = licet("check", "--quiet", *arguments)
    assert (done.code, done.out, done.err) == (code, "", "")


def test_quiet_prints_what_was_asked_for_and_what_is_wrong(licet: Bench) -> None:
    assert licet("check", "-q", "good.yaml", "-f", "json").json["verdict"] == "permitted"
    assert licet("check", "-q", "broken.yaml").err.splitlines() == BROKEN_SAYS


@pytest.mark.parametrize(("arguments", "environment", "colored"), [([], {}, False), (["--color"], {}, True), (["--color"], {"NO_COLOR": "1"}, True), (["--no-color"], {}, False)])
def test_color_in_a_pipe_is_only_what_was_asked_for(arguments: list[str], environment: dict[str, str], colored: bool, licet: Bench) -> None:
    assert ("\033[" in licet("check", "good.yaml", *arguments, **environment).out) == colored


@pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(("arguments", "no_color", "colored"), [([], "", True), ([], "1", False), (["--no-color"], "", False), (["--color"], "1", True)])
def test_color_on_a_terminal(arguments: list[str], no_color: str, colored: bool, licet: Bench) -> None:
    import pty

    terminal, end = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": no_color, "TERM": "xterm"}
    code = subprocess.run([sys.executable, "-m", "checker", "check", "good.yaml", *arguments], stdout=end, stderr=end, cwd=licet.folder, env=environment, timeout=PATIENCE).returncode
    os.close(end)
    shown = b""
    try:
        while chunk := os.read(terminal, 65_536):
            shown += chunk
    except OSError:                                            # the end of a pseudo-terminal
        pass
    os.close(terminal)
    assert code == 0 and (b"\033[" in shown) == colored


@pytest.mark.parametrize(("arguments", "code"), [(["check", "good.yaml"], 0), (["check", "bad.yaml"], 1), (["check", "bad.yaml", "-f", "json"], 1), (["schema", "license"], 0),
                                                 (["check", "broken.yaml", "-f", "json"], 2)])
def test_a_reader_that_has_gone_changes_nothing(arguments: list[str], code: int, licet: Bench) -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run([sys.executable, "-m", "checker", *arguments], stdout=write, stderr=subprocess.PIPE, cwd=licet.folder, timeout=PATIENCE,
                          env={**os.environ, "PYTHONPATH": str(ROOT)})
    os.close(write)
    assert done.returncode == code
    said = [line for line in done.stderr.decode().splitlines() if "failed on" not in line]
    assert said == (BROKEN_SAYS if code == 2 else [])


@pytest.mark.skipif(os.name != "posix", reason="needs a POSIX shell")
@pytest.mark.parametrize(("command", "code"), [
    ("licet check good.yaml >&-", 0), ("licet check bad.yaml -f json >&-", 1), ("licet check - <&-", 2), ("licet check broken.yaml 2>&-", 2),
    ("licet check bad.yaml <&- >&- 2>&-", 1), ("licet --help >&-", 0),
])
def test_closed_streams_change_nothing(command: str, code: int, licet: Bench) -> None:
    assert licet.shell(command).code == code


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a full device")
@pytest.mark.parametrize("command", ["licet check good.yaml > /dev/full", "licet check good.yaml -f json -o /dev/full", "licet schema scenario > /dev/full"])
def test_a_full_disk_is_told(command: str, licet: Bench) -> None:
    done = licet.shell(command)
    assert done.code == 2 and "No space left on device" in done.err


# ---- what it never does ----------------------------------------------------------------------------------------------


def test_the_module_is_the_command(licet: Bench) -> None:
    assert licet("--version").out == licet.python("-m", "checker", "--version").out == f"licet, version {checker.__version__}\n"
    for name, code in {"good.yaml": 0, "bad.yaml": 1, "broken.yaml": 2}.items():
        here, there = licet("check", name), licet.python("-m", "checker", "check", name)
        assert (here.code, here.out, here.err) == (there.code, there.out, there.err) and here.code == code


NO_SOCKETS = """
import os, sys
def watch(event, arguments):
    if event.startswith("socket."):
        os._exit(99)
sys.addaudithook(watch)
sys.argv = ["licet", *sys.argv[1:]]
from checker.cli.main import main
main()
"""


@pytest.mark.parametrize("arguments", [["check", SEEDS[4], "--explain"], ["check", SEEDS[4], "-f", "json"], ["check", SEEDS[1], "-f", "html"], ["check", "broken.yaml"]])
def test_no_socket_is_opened(arguments: list[str], licet: Bench) -> None:
    assert licet.python("-c", NO_SOCKETS, *arguments).code in (1, 2)


def test_the_watch_sees_a_socket(licet: Bench) -> None:
    program = NO_SOCKETS.replace("main()\n", "import socket; socket.socket()\n")
    done = subprocess.run([sys.executable, "-c", program], cwd=licet.folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=PATIENCE)
    assert done.returncode == 99


@pytest.mark.parametrize("cache", ["/dev/null", "/proc", "good.yaml"])
def test_a_cache_that_cannot_be_written_is_no_error(cache: str, licet: Bench) -> None:
    done = licet("check", "good.yaml", XDG_CACHE_HOME=cache)
    assert (done.code, done.err) == (0, "")
