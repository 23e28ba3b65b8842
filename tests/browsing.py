"""What the tests in a browser share: one chromium, a page that is watched, and a workbench that is served. Needs the extra `browser` and Debian's chromium."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from effort import PATIENCE

from checker.app.workbench import Workbench
from checker.load.book import Library

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = os.environ.get("LICET_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or "chromium is not installed"
#: WCAG 2.2 A and AA, and what axe-core calls good practice
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One chromium for all tests."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


class Watched:
    """A page whose every request, dialog and word on the console is noted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.noted: list[str] = []
        page.on("dialog", lambda dialog: (self.noted.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("console", lambda message: self.noted.append(f"console {message.text}"))
        page.on("pageerror", lambda error: self.noted.append(f"error {error}"))
        page.on("request", lambda request: self.noted.append(f"request {request.url}") if self._foreign(request.url) else None)

    def _foreign(self, url: str) -> bool:
        return not url.startswith(("file://", "about:", "blob:", "http://127.0.0.1:"))

    def violations(self) -> list[str]:
        """What axe-core objects to once the page is laid out: rule, and where."""
        from axe_playwright_python.sync_playwright import Axe

        self.page.wait_for_function("() => document.getAnimations().every(one => one.playState === 'finished')")
        found = Axe().run(self.page, options=RULES).response["violations"]
        return [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]]

    def overflow(self) -> int:
        """Pixels by which the page is wider than its window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def opened(browser: Browser, **options: Any) -> Page:
    """A page in a context of its own, which waits as long as a crowded machine takes."""
    context = browser.new_context(**options)
    context.set_default_timeout(1_000 * PATIENCE)
    return context.new_page()


@pytest.fixture()
def watched(browser: Browser) -> Iterator[Watched]:
    page = opened(browser, viewport={"width": 1440, "height": 1000})
    one = Watched(page)
    yield one
    page.context.close()
    assert one.noted == []


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path, Library]]:
    """(address, folder, library) of a workbench that is served as the command serves it."""
    from waitress.server import create_server

    from checker.web.server import create

    folder, library = tmp_path_factory.mktemp("cases"), Library()
    # the port is known only once the server has one, and the pages answer to no other
    waiting = create_server(lambda environ, start: [], host="127.0.0.1", port=0, channel_request_lookahead=1)
    port = int(waiting.effective_port)
    waiting.application = create(Workbench(library, folder), port=port, key="key", today=lambda: "2025-12-10")
    thread = threading.Thread(target=waiting.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{port}/key/", folder, library
    waiting.close()


def verdict_of(page: Page) -> str:
    return page.locator("#answer .verdict").inner_text().partition(" ")[2].strip()


def told(page: Page, label: str) -> None:
    """Wait until the answer says so, without a word from us."""
    page.wait_for_function("label => document.querySelector('#answer .verdict')?.textContent.includes(label)", arg=label)
