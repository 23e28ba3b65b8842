"""In a real browser: documents of every format, full of hostile strings, opened as files and served by the workbench.

Nothing of them executes or is asked of anybody, and no page is wider than its window.
"""

from __future__ import annotations

import contextlib
import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import Watched
from test_audit import DAY, write
from test_report_html import PAYLOADS

from checker.app import audit, audit_documents, formats, licenses, notice, outbound
from checker.app.check import FAIL_ON, check_text
from checker.cli.options import UNPAIRED
from checker.errors import BadInput
from checker.export import github
from checker.load.book import Library

pytestmark = pytest.mark.browser
#: how a document of each format is called; the rest is JSON
SUFFIXES = {"html": "html", "portfolio": "html", "markdown": "md", "text": "txt", "github": "txt", "log": "txt", "junit": "xml"}
#: what may stand in a page that somebody's text had no part in
FOREIGN = "script, img, iframe, object, embed, form, base, link, meta[http-equiv=refresh], [onerror], [onload], [onmouseover], [onclick], a[href^=javascript], a[href^=data]"
#: how GitHub lays out Markdown, as far as it matters to the width of the page
MARKDOWN = """<!DOCTYPE html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Markdown</title>
<style>body { margin: 16px; overflow-wrap: break-word; } table { display: block; overflow: auto; } code { overflow-wrap: anywhere; } pre { overflow: auto; }</style>"""
#: stands where a payload will
MARK = "Xmarkx"
ALL = {**{name: text for name, text in PAYLOADS.items() if name not in ("verdict", "prohibited")}, "names": "\u05d0\u05d1 " * 3_000}


def stated(payload: str) -> str:
    """A scenario, as text, with the payload in every field that takes one."""
    short = payload[:290]
    return json.dumps({
        "title": payload, "as_of": "2026-01-01", "actor": {"name": payload, "home": "DE", "kind": "company"}, "note": payload,
        "agreements": [{"with": short, "licenses": ["qwen"], "reference": payload}],
        "inputs": [{"id": "base", "model": "Qwen/Qwen2.5-72B", "name": payload, "note": payload}, {"id": "lost", "model": short},
                   {"id": "theirs", "declared": short, "from": ["base"]}, {"id": "llama", "license": "llama-3.1", "name": payload}],
        "steps": [{"id": "made", "action": "fine_tune", "from": ["base", "lost", "theirs", "llama"], "name": payload}],
        "releases": [{"of": "made", "form": "weights_public", "name": payload, "license": short, "commercial": True,
                      "conduct": {"displays": [{"text": payload, "where": payload}]}}]})


def filled(value: Any, payload: str) -> Any:
    """An Assessment of a scenario full of `MARK`, with the payload instead: also one that no scenario file may hold, but a stored result might."""
    if isinstance(value, str):
        return value.replace(MARK, payload)
    if isinstance(value, list):
        return [filled(one, payload) for one in value]
    return {filled(key, payload): filled(one, payload) for key, one in value.items()} if isinstance(value, dict) else value


@pytest.fixture(scope="module")
def marked(library: Library) -> dict[str, Any]:
    entry = check_text(stated(MARK), f"{MARK}.yaml", library, as_of="2026-01-01")
    assert json.dumps(entry).count(MARK) > 40
    return entry


def documents(payload: str, marked: dict[str, Any], library: Library, folder: Path) -> Iterator[tuple[str, str]]:
    """(file name, content) of everything that licet writes of a scenario and of a table."""
    entries = [filled(marked, payload), {"file": payload, "errors": [f"{payload}:1:1: {payload}"]}]
    for name in formats.names():
        more: dict[str, Any] = {"fail_on": FAIL_ON} if formats.is_export(name) else {}
        yield f"{name}.{SUFFIXES.get(name, 'json')}", formats.renderer(name)(entries, **more)
    yield "summary.md", github.summary(entries, FAIL_ON)
    with contextlib.suppress(BadInput):
        text = stated(payload)
        yield from (("bundle-" + name.replace("/", "-"), content) for name, content in notice.build(text, "x.yaml", library, as_of="2026-01-01").items())
        yield from ((f"outbound.{suffix}", outbound.page(outbound.find_text(text, "x.yaml", library, as_of="2026-01-01"), format_))
                    for format_, suffix in (("text", "txt"), ("markdown", "md"), ("json", "json")))
    safe = payload.encode("utf-8", "replace").decode().replace("\x00", "")
    rows = [{"id": "a/b", "license": safe, "base_model": safe, "datasets": [safe], "downloads": 10**12}, {"id": f"a/{safe[:190]}", "license": safe, "base_model": f"b/{safe[:200]}", "datasets": [safe], "downloads": 10**12}, {"id": safe * 2}]
    done = audit.audit((write(folder, "t.jsonl", rows),), library, as_of=DAY)
    yield from ((Path(name).name, page) for name, page in audit_documents.documents(done, tuple(str(folder / f"audit.{suffix}") for suffix in ("html", "txt", "json")), None) if name)


def as_page(name: str, content: str) -> tuple[str, str]:
    """The document as a browser gets to see it: Markdown as the page that is made of it, with the HTML that it holds."""
    if not name.endswith(".md"):
        return name if name.endswith((".html", ".json", ".xml", ".txt")) else f"{name}.txt", content
    from markdown_it import MarkdownIt

    return f"{name}.html", MARKDOWN + MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(content)


@pytest.mark.parametrize("payload", ALL.values(), ids=ALL)
def test_no_document_does_anything(watched: Watched, library: Library, marked: dict[str, Any], tmp_path: Path, payload: str) -> None:
    page = watched.page
    for name, content in documents(payload, marked, library, tmp_path):
        name, content = as_page(name, content)
        path = tmp_path / name
        path.write_bytes(content.encode("utf-8", UNPAIRED))
        if name.endswith(".json"):
            json.loads(content)
        if name.endswith(".xml"):
            ElementTree.fromstring(content)
        page.goto(path.as_uri())
        assert page.url == path.as_uri(), "it leads to no other page"
        if name.endswith(".html"):
            own = page.evaluate(f"document.querySelectorAll({json.dumps(FOREIGN)}).length")
            assert own == 0, name
            for width in (390, 1440):
                page.set_viewport_size({"width": width, "height": 900})
                assert watched.overflow() <= 0, (name, width)
        assert watched.noted == [], name


#: sends the form as a button would, and gives status and headers of what comes back
SEND = """async (wanted) => {
  const form = new FormData(document.getElementById("sheet"));
  for (const [name, value] of Object.entries(wanted)) form.set(name, value);
  const answer = await fetch(location.pathname + "document", { method: "POST", body: form });
  return [answer.status, Object.fromEntries(answer.headers)];
}"""


@pytest.mark.parametrize("payload", [text for name, text in ALL.items() if name in ("script", "attribute", "cdata", "long", "markdown", "data")])
def test_what_is_downloaded_is_never_shown(watched: Watched, bench: tuple[str, Path, Library], tmp_path: Path, payload: str) -> None:
    """Every format is a file to keep, of a type that no browser runs as its own page; only the report is shown, and it may do nothing."""
    page = watched.page
    page.goto(bench[0])
    page.get_by_text("Begin, open or save").click()
    (tmp_path / "own.yaml").write_text(stated(payload), encoding="utf-8")
    page.get_by_label("Or a scenario file from elsewhere").set_input_files(tmp_path / "own.yaml")
    page.get_by_role("button", name="Open this file").click()
    page.locator("#answer .verdict").wait_for()
    for name in (*formats.names(), "yaml"):
        status, headers = page.evaluate(SEND, {"format": name})
        assert status == 200, name
        assert headers["content-disposition"].startswith('attachment; filename="') and headers["x-content-type-options"] == "nosniff", name
        file = headers["content-disposition"].partition('filename="')[2].removesuffix('"')
        assert file.isascii() and not set(file) & set('/\\<>"\';: '), file
        assert headers["content-type"].partition(";")[0] in ("text/plain", "application/json", *(["text/html"] if name == "html" else [])), name
        assert "script-src 'self'" in headers["content-security-policy"], name
    status, headers = page.evaluate(SEND, {"view": "1", "format": "html"})
    assert status == 200 and "sandbox" in headers["content-security-policy"] and "script-src" not in headers["content-security-policy"]
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        assert watched.overflow() <= 0, width


def test_the_pages_about_licenses_fit(watched: Watched, library: Library, tmp_path: Path) -> None:
    """One license, and several side by side, at every width."""
    for several in (["llama-3.1"], ["gpl-3.0", "qwen", "llama-3.1"]):
        path = tmp_path / f"{len(several)}.html"
        path.write_text(licenses.page(several, library, "html"), encoding="utf-8")
        watched.page.goto(path.as_uri())
        for width in (390, 768, 1440):
            watched.page.set_viewport_size({"width": width, "height": 900})
            assert watched.overflow() <= 0, (several, width)
        assert watched.violations() == []
