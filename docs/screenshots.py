"""Take the pictures of the documentation: the workbench with the case of the tutorial, and its report, on three screens and on paper.

Needs the extras `web` and `browser` and Debian's chromium: python docs/screenshots.py [FOLDER] (default: docs/images, the few that pages show).
With a FOLDER of your own you get every width, light, dark and print, to look through.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright
from waitress.server import create_server

from checker.app.workbench import Workbench
from checker.load.book import Library
from checker.web.server import create

DOCS = Path(__file__).parent
DAY = "2026-01-10"
WIDTHS = (390, 768, 1440)
#: what the pages show
SHOWN = ("workbench-1440-light.png",)


@contextmanager
def served() -> Iterator[str]:
    """The address of a workbench over an empty folder."""
    with tempfile.TemporaryDirectory() as folder:
        server: Any = create_server(lambda environ, start: [], host="127.0.0.1", port=0, channel_request_lookahead=1)
        server.application = create(Workbench(Library(), Path(folder)), port=int(server.effective_port), key="key", today=lambda: DAY)
        threading.Thread(target=server.run, daemon=True).start()
        yield f"http://127.0.0.1:{server.effective_port}/key/"


def fill(page: Page, address: str) -> None:
    """The case of the tutorial, step by step as it says."""
    page.goto(address)
    page.get_by_label("Name of this case").fill("Llama in our app")
    page.get_by_label("The actor's name").fill("Our company")
    page.get_by_label("What the actor is").select_option("company")
    page.get_by_label("Where the actor is established").fill("DE")
    page.get_by_label("Monthly active users of all your products").fill("20,000")
    page.get_by_label("Model", exact=True).fill("llama 3.1 8b")
    page.get_by_role("button", name="meta-llama/Llama-3.1-8B", exact=True).click()
    page.get_by_label("What is done", exact=True).select_option(label="tuned")
    page.get_by_label("In which form it is released").select_option(label="shipped inside an app or device")
    page.get_by_label("Where it is offered").fill("EU")
    page.get_by_label("Whether it is commercial").select_option("yes")
    page.wait_for_function("() => document.querySelector('#answer .verdict')?.textContent.includes('obligations')")
    page.wait_for_timeout(1_000)                               # the last answer is on its way


def pictures(page: Page, what: str, folder: Path, names: tuple[str, ...] | None) -> None:
    """The page on every screen and on paper; only those named, where names are given."""
    for scheme in ("light", "dark"):
        page.emulate_media(media="screen", color_scheme=scheme)      # type: ignore[arg-type]
        for width in WIDTHS:
            name = f"{what}-{width}-{scheme}.png"
            if names is None or name in names:
                page.set_viewport_size({"width": width, "height": 1000})
                page.evaluate("window.scrollTo(0, 0)")
                page.screenshot(path=folder / name, full_page=names is None)
    if names is None:
        page.pdf(path=folder / f"{what}.pdf", format="A4")


def main(folder: Path | None) -> None:
    """Take them all."""
    names = SHOWN if folder is None else None
    target = folder or DOCS / "images"
    target.mkdir(parents=True, exist_ok=True)
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium") or "chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 1000})
        fill(page, address)
        pictures(page, "workbench", target, names)
        with page.expect_popup() as popup:
            page.get_by_role("button", name="Open the report").click()
        popup.value.wait_for_load_state()
        pictures(popup.value, "report", target, names)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
