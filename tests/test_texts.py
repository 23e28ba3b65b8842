"""The folder of texts: what is fetched, added, verified and shown is what was read, word for word. The server is on this machine."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from checker.app import formats, texts
from checker.app.check import check_text
from checker.cli import options
from checker.cli.main import licet
from checker.load import fetching
from checker.load.book import Library
from checker.load.texts import digest as recorded

OURS = """House License

1. You may look at the Work, and you may show it to up to 100 friends.

2. You may not sell the Work. Whoever shows it says where it comes from, as they please, in any words that they like.

3. The Work comes as it is, without any promise. When it breaks, you keep both parts.
"""
#: address on the server -> status, header, body
PAGES: dict[str, tuple[int, dict[str, str], bytes]] = {
    "/text": (200, {}, OURS.encode()),
    "/page": (200, {"Content-Type": "text/html"}, f"<html><body><p>{OURS.replace(chr(10) * 2, '</p><p>')}</p></body></html>".encode()),
    "/changed": (200, {}, OURS.replace("100", "700").encode()),
    "/pdf": (200, {}, b"%PDF-1.7 \0\0"),
    "/long": (200, {}, b"x" * (fetching.MAX_BYTES + 1)),
    "/moved": (302, {"Location": "/text"}, b""),
    "/away": (302, {"Location": "file:///etc/passwd"}, b""),
    "/round": (302, {"Location": "/round"}, b""),
}


class Handler(BaseHTTPRequestHandler):
    """Answers from PAGES."""

    def do_GET(self) -> None:
        status, header, body = PAGES.get(self.path, (404, {}, b"nothing"))
        self.send_response(status)
        for name, value in header.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a web server on this machine."""
    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    running.server_close()
    thread.join()


@pytest.fixture
def book(tmp_path: Path, library: Library, server: str) -> Library:
    """A book with one license of our own, whose text lies on the server."""
    root = tmp_path / "root"
    for path in [*library.rule_files, "licenses/texts/recognition.yaml", *(f"licenses/names/{one}.yaml" for one in ("words", "families", "listed"))]:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(library.path(path).read_bytes())
    text = library.path("licenses/mit.yaml").read_text(encoding="utf-8")
    text = re.sub(r"^text:.*$", f'text: {{url: "{server}/text", sha256: "{recorded(OURS)}"}}', text, flags=re.MULTILINE)
    text = re.sub(r"^identifiers:.*$", "identifiers: {spdx: [], huggingface: [], license_name: [], scancode: []}", text, flags=re.MULTILINE)
    text = re.sub(r"^  use:.*$", '  use: {value: allowed, section: "1", quote: "look at the Work"}', text.replace("id: mit", "id: house-1.0").replace("MIT License", "House License"),
                  flags=re.MULTILINE)
    (root / "licenses" / "house-1.0.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "house.txt").write_text(OURS, encoding="utf-8")
    made = Library(root, tmp_path / "cache")
    made.path(texts.FILE).write_bytes(texts.index(tmp_path / "source", made)[0])
    return made


def at(book: Library, address: str) -> Library:
    """The same book, the text lying elsewhere."""
    path = book.path("licenses/house-1.0.yaml")
    path.write_text(re.sub(r'url: "[^"]*"', f'url: "{address}"', path.read_text(encoding="utf-8"), count=1), encoding="utf-8")
    made = Library(book.root, book.cache)
    made.path(texts.FILE).write_bytes(book.path(texts.FILE).read_bytes())
    return made


@pytest.mark.parametrize("page", ["/text", "/page", "/moved"])
def test_a_right_text_is_kept(page: str, book: Library, server: str, tmp_path: Path) -> None:
    [row] = texts.fetch(["house-1.0"], at(book, server + page), tmp_path / "kept")
    assert row["status"] == texts.KEPT
    assert [row["status"] for row in texts.verify(["house-1.0"], book, tmp_path / "kept")] == [texts.KEPT]


@pytest.mark.parametrize(("page", "status", "why"), [
    ("/changed", texts.DIFFERS, "closest to house-1.0, 1 differences"), ("/nowhere", texts.FAILED, "404"), ("/pdf", texts.FAILED, "not text"),
    ("/long", texts.FAILED, "longer than"), ("/away", texts.FAILED, "status 302"), ("/round", texts.FAILED, "status 302"),
])
def test_anything_else_is_told_and_not_kept(page: str, status: str, why: str, book: Library, server: str, tmp_path: Path) -> None:
    [row] = texts.fetch(["house-1.0"], at(book, server + page), tmp_path / "kept")
    assert row["status"] == status and why in row["why"]
    assert texts.kept("house-1.0", tmp_path / "kept") is None


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://example.org/x", "", "no address", "http://", "data:text/plain,x", "http://127.0.0.1:1/x"])
def test_only_the_web_is_asked(url: str) -> None:
    with pytest.raises(fetching.FetchError):
        fetching.fetch(url)


def test_a_page_that_shows_a_file_is_asked_for_the_file() -> None:
    assert fetching.plain_file("https://github.com/a/b/blob/main/LICENSE") == "https://github.com/a/b/raw/main/LICENSE"
    assert fetching.plain_file("https://huggingface.co/a/b/blob/main/LICENSE") == "https://huggingface.co/a/b/raw/main/LICENSE"
    assert fetching.plain_file("https://example.org/blob/main") == "https://example.org/blob/main"


def test_a_text_that_was_changed_afterwards_is_found_out(book: Library, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    assert [row["status"] for row in texts.add([("LICENSE", OURS)], book, folder)] == [texts.KEPT]
    (folder / "house-1.0.txt").write_text(OURS.replace("not sell", "sell"), encoding="utf-8")
    assert [row["status"] for row in texts.verify(["house-1.0"], book, folder)] == [texts.DIFFERS]


def run(book: Library, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[int, str]:
    """A command line on this book: exit code, output."""
    monkeypatch.setattr(options, "library", lambda: book)
    result = CliRunner().invoke(licet, ["texts", *arguments], standalone_mode=False)
    return (result.return_value if result.exception is None else 2), result.output + str(result.exception or "")


def test_the_whole_clause_behind_an_answer_is_shown(book: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, source = str(tmp_path / "kept"), str(tmp_path / "source" / "house.txt")
    assert run(book, monkeypatch, "add", source, "--folder", folder)[0] == 0
    code, output = run(book, monkeypatch, "show", "house-1.0", "--term", "use", "--folder", folder)
    assert (code, output.strip()) == (0, OURS.split("\n\n")[1])
    assert run(book, monkeypatch, "show", "house-1.0", "--folder", folder)[1].strip() == OURS.strip()
    assert "No term is called" in run(book, monkeypatch, "show", "house-1.0", "--term", "usee", "--folder", folder)[1]


def test_a_text_that_is_not_there_is_not_shown(book: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, output = run(book, monkeypatch, "show", "house-1.0", "--folder", str(tmp_path / "none"))
    assert code == 2 and "licet texts fetch house-1.0" in output


def test_fetching_says_what_became_of_each(book: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(book, monkeypatch, "fetch", "house-1.0", "--folder", str(tmp_path / "kept")) == (0, "kept: house-1.0\n")
    assert run(book, monkeypatch, "verify", "--folder", str(tmp_path / "kept")) == (0, "kept: house-1.0\n")
    assert run(book, monkeypatch, "fetch", "--folder", str(tmp_path / "kept"))[0] == 2
    assert run(book, monkeypatch, "verify", "--folder", str(tmp_path / "empty"))[0] == 2


def test_the_whole_clause_is_cited_where_the_text_is_at_hand(book: Library, tmp_path: Path) -> None:
    """A copy with the wording that was read is cited, whatever its name; a changed one is none. What else the report says stays the same."""
    scenario = "title: t\nas_of: '2026-01-01'\nactor: {name: A, kind: company}\ninputs:\n- {id: m, license: house-1.0}\nreleases:\n- {of: m, form: internal}\n"
    copies = tmp_path / "copies"
    copies.mkdir()
    (copies / "anything.txt").write_text(OURS.replace("100", "700"), encoding="utf-8")
    without = check_text(scenario, "s.yaml", book, as_of="2026-01-01", texts=copies)
    (copies / "LICENSE").write_text(OURS.upper(), encoding="utf-8")
    entry = check_text(scenario, "s.yaml", book, as_of="2026-01-01", texts=copies)
    assert [(one["license"], one["path"]) for one in entry["inputs"].pop("texts")] == [("house-1.0", str(copies / "LICENSE"))]
    [license] = entry["licenses"]
    assert {used["quote"]: used.pop("clause", None) for used in license["terms_used"]}["look at the Work"] == [OURS.upper().split("\n\n")[1]]
    assert entry == without


@pytest.mark.parametrize("name", ["html", "markdown", "text"])
def test_every_document_shows_the_whole_clause(name: str, book: Library, tmp_path: Path) -> None:
    scenario = "title: t\nactor: {name: A, kind: company}\ninputs:\n- {id: m, license: house-1.0}\nreleases:\n- {of: m, form: internal}\n"
    entry = check_text(scenario, "s.yaml", book, as_of="2026-01-01", texts=tmp_path / "source")
    document = formats.renderer(name)([entry], **({"explain": True} if name == "text" else {}))
    assert "you may show it to up to 100 friends" in " ".join(document.split())
