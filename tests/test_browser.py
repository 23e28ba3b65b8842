"""In a real browser: the report and the workbench as people use them. Needs the extra `browser` and Debian's chromium.

Every page is held to the rules of axe-core; nothing may be asked of any other machine, written to the console or shown as a dialog.
"""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from browsing import Watched, opened, told, verdict_of
from test_audit import DAY, ROWS, write
from test_report_html import PAYLOADS, SEEDS, assessed, everything, replaced, seed
from test_report_picture import chained

from checker.app import audit, audit_documents
from checker.app.check import check_text
from checker.load.book import Library
from checker.load.paths import data_root
from checker.report import html, portfolio
from checker.report.words import words

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
WIDTHS = (390, 768, 1440)
V = words()["verdicts"]


def shown(watched: Watched, folder: Path, entries: list[Any], name: str = "report.html") -> Page:
    """The report on these Assessments, opened from a file."""
    path = folder / name
    path.write_text(html.render(entries), encoding="utf-8")
    watched.page.goto(path.as_uri())
    return watched.page


# ---- the report ------------------------------------------------------------------------------------------------------


REPORTS = {"v02": lambda: [seed("v02")], "v04": lambda: [seed("v04")], "v05": lambda: [seed("v05")], "everything": lambda: [everything()], "60": lambda: [chained(29)],
           "several": lambda: [seed("v01"), seed("v05"), {"file": "bad.yaml", "errors": ["bad.yaml:1:1: no."]}], "none": list}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", REPORTS)
def test_a_report_has_no_violation_and_fits(watched: Watched, tmp_path: Path, name: str, scheme: Any) -> None:
    watched.page.emulate_media(color_scheme=scheme)
    page = shown(watched, tmp_path, REPORTS[name]())
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert watched.overflow() <= 0, width
    page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
    assert watched.violations() == []
    page.set_viewport_size({"width": 390, "height": 900})
    assert watched.overflow() <= 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_summary_of_an_audit_has_no_violation_and_fits(watched: Watched, library: Library, tmp_path: Path, scheme: Any) -> None:
    bad = {"id": "x/<b>" + "long" * 60, "license": "<img onerror>", "base_model": "y/<b>", "datasets": ["a/b"], "downloads": 10**12}
    done = audit.audit((write(tmp_path, "t.jsonl", [*ROWS, bad, {"id": ""}]),), library, as_of=DAY)
    page = tmp_path / "audit.html"
    page.write_text(dict(audit_documents.documents(done, (str(page),), None))[str(page)], encoding="utf-8")
    watched.page.emulate_media(color_scheme=scheme)
    watched.page.goto(page.as_uri())
    for width in WIDTHS:
        watched.page.set_viewport_size({"width": width, "height": 900})
        assert watched.overflow() <= 0, width
        assert watched.violations() == []
    watched.page.emulate_media(media="print")
    assert watched.overflow() <= 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_the_report_of_every_seed_has_no_violation(watched: Watched, tmp_path: Path, path: Path, scheme: Any) -> None:
    watched.page.emulate_media(color_scheme=scheme)
    page = shown(watched, tmp_path, [assessed(path)])
    page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert watched.overflow() <= 0, width
    assert watched.violations() == []


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The documentation as a site."""
    folder = tmp_path_factory.mktemp("site")
    subprocess.run([sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(folder)], check=True, cwd=data_root())
    return folder


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["index", "tutorial", "how-to/use-the-workbench", "how-to/write-a-scenario", "how-a-verdict-is-made", "reference/commands"])
def test_the_documentation_has_no_violation(watched: Watched, site: Path, name: str, scheme: Any) -> None:
    watched.page.emulate_media(color_scheme=scheme)
    watched.page.goto((site / f"{name}.html").as_uri())
    assert watched.violations() == []
    background = watched.page.evaluate("getComputedStyle(document.querySelector('.wy-nav-content')).backgroundColor")
    assert background == {"light": "rgb(252, 252, 252)", "dark": "rgb(22, 25, 29)"}[scheme]
    watched.noted.clear()                                      # the search of the theme asks for its index, which a file may not


def test_a_portfolio_turns_its_pages_without_script(watched: Watched, tmp_path: Path) -> None:
    path = tmp_path / "portfolio.html"
    path.write_text(portfolio.render([seed("v01")] * 150 + [seed("v02"), {"file": "bad.yaml", "errors": ["bad.yaml:1:1: no."]}]), encoding="utf-8")
    page = watched.page
    page.goto(path.as_uri())
    assert page.locator(".page:visible tbody tr").count() == 1 and V["needs_permission"]["label"] in page.locator(".page:visible h2").inner_text()
    page.get_by_role("link", name=f"{V['permitted']['label']}, page 2").click()
    assert page.locator(".page:visible tbody tr").count() == 50
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert watched.overflow() <= 0, width
    assert watched.violations() == []
    page.emulate_media(media="print")
    assert page.locator(".page:visible tbody tr").count() == 152


def test_hostile_strings_do_nothing(watched: Watched, tmp_path: Path) -> None:
    for number, payload in enumerate([*PAYLOADS.values(), "\u05d0\u05d1\u05d2 " * 50, "x" * 1_000_000]):
        value = everything()
        # a long text stands wherever a scenario states one; everywhere else too it would make a page of eighty megabytes
        value = replaced(value, payload) if len(payload) < 5_000 else {**value, "scenario": replaced(value["scenario"], payload[:10_000])}
        value["lineage"] = chained(2)["lineage"]
        for node in value["lineage"]["nodes"]:
            node["name"], node["licenses"] = payload, [payload]
        shown(watched, tmp_path, [value] if len(payload) < 100_000 else [{**everything(), "scenario": {"title": payload}}], f"{number}.html")
        assert watched.page.evaluate("document.querySelectorAll('script, img, iframe, object, embed, [onerror], [onload], [onmouseover]').length") == 0
        for width in (390, 1440):
            watched.page.set_viewport_size({"width": width, "height": 900})
            assert watched.overflow() <= 0, payload[:40]


def test_choosing_a_license_shows_how_far_it_reaches(watched: Watched, tmp_path: Path) -> None:
    page = shown(watched, tmp_path, [seed("v04")])

    def faint(boxes: int) -> None:
        """Waits until so many boxes have stepped back."""
        page.wait_for_function("boxes => [...document.querySelectorAll('.picture svg .box')].filter(one => getComputedStyle(one).opacity < 0.5).length === boxes", arg=boxes)

    faint(0)
    page.keyboard.press("Tab")
    page.locator(".far input").first.focus()
    page.keyboard.press("ArrowDown")
    faint(1)                                                   # of three teachers, two are under the first license
    page.keyboard.press("ArrowDown")
    faint(2)


def test_the_way_through_by_keyboard(watched: Watched, tmp_path: Path) -> None:
    page = shown(watched, tmp_path, [seed("v05")])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    seen = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("document.activeElement.tagName"))
    assert {"A", "SUMMARY", "INPUT"} <= seen


def folded(page: Page, selector: str) -> int:
    """How many of these elements do not show."""
    return int(page.eval_on_selector_all(selector, "all => all.filter(one => one.getClientRects().length === 0).length"))


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_it_prints_completely(watched: Watched, tmp_path: Path, paper: str) -> None:
    """What is folded away on the screen is on paper, but what is said to be left out; no page is cut at its side, and the colors are those of paper."""
    watched.page.emulate_media(media="print", color_scheme="dark")
    page = shown(watched, tmp_path, [everything()])
    page.set_viewport_size({"width": 700, "height": 1000})
    assert watched.overflow() <= 0
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert folded(page, "details:not(.unprinted) > :not(summary)") == 0
    assert folded(page, ".unprinted > :not(summary)") == folded(page, ".unprinted > summary, .unprinted > :not(summary)") / 2 > 0
    assert page.locator(".paper:visible").count() == 1
    page.eval_on_selector(".unprinted", "one => one.open = true")
    assert page.locator(".unprinted > :not(summary):visible").count() == 1
    page.eval_on_selector(".in-full input", "one => one.checked = true")
    assert folded(page, "details > *") == page.locator(".paper:visible").count() == 0
    document = page.pdf(format=paper, prefer_css_page_size=False)
    assert document.startswith(b"%PDF") and document.count(b"/Type /Page\n") + document.count(b"/Type /Page ") > 2


# ---- the workbench ---------------------------------------------------------------------------------------------------


def test_v02_from_an_empty_form_to_a_saved_repair(watched: Watched, bench: tuple[str, Path, Library]) -> None:
    address, folder, library = bench
    page = watched.page
    page.goto(address)
    page.get_by_label("Name of this case").fill("Avocado")
    page.get_by_label("The actor's name").fill("Meta")
    page.get_by_label("What the actor is").select_option("company")
    page.get_by_label("Where the actor is established").fill("us")
    page.get_by_label("Monthly active users of all your products").fill("3,000,000,000")
    page.get_by_label("Model", exact=True).fill("qwen2.5 72b")
    page.get_by_role("button", name="Qwen/Qwen2.5-72B", exact=True).click()
    page.get_by_label("What is done", exact=True).select_option("fine_tune")
    page.get_by_label("Name of what the step makes").fill("Avocado")
    page.get_by_label("In which form it is released").select_option("hosted_api")
    page.get_by_label("Where it is offered").fill("US, EU")
    page.get_by_label("Whether it is commercial").select_option("yes")
    told(page, V["needs_permission"]["label"])
    page.get_by_label("Other models you could take instead").fill("Qwen/Qwen3-32B")
    page.get_by_role("button", name="Apply this: Swap Qwen/Qwen2.5-72B for Qwen/Qwen3-32B").click()
    told(page, V["permitted"]["label"])
    assert verdict_of(page) == V["permitted"]["label"] and page.get_by_label("Model", exact=True).input_value() == "Qwen/Qwen3-32B"
    page.get_by_text("Files and other formats").click()
    page.get_by_role("button", name="Save in the folder").click()
    page.get_by_text("Saved as").first.wait_for(state="attached")
    saved = (folder / "Avocado.yaml").read_text(encoding="utf-8")
    assert check_text(saved, "x", library, as_of="2025-12-10")["verdict"] == "permitted"
    page.goto(address)
    page.get_by_text("Begin, open or save").click()
    page.get_by_label("A scenario in the folder").select_option("Avocado.yaml")
    page.get_by_role("button", name="Open", exact=True).click()
    told(page, V["permitted"]["label"])
    page.get_by_text("Files and other formats").click()
    page.get_by_label("Format", exact=True).select_option("json")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download", exact=True).click()
    assert json.loads(Path(download.value.path()).read_text(encoding="utf-8"))["verdict"] == "permitted"
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the scenario").click()
    assert yaml.safe_load(Path(download.value.path()).read_text(encoding="utf-8"))["inputs"] == [{"id": "base", "model": "Qwen/Qwen3-32B"}]
    with page.expect_popup() as popup:
        page.get_by_role("button", name="Open the report").click()
    popup.value.wait_for_load_state()
    assert V["permitted"]["label"] in popup.value.title()      # no script may run in it, so axe-core cannot: the reports above are this page


def test_a_first_user_gets_to_a_report_by_what_the_screen_says(watched: Watched, bench: tuple[str, Path, Library]) -> None:
    """We tune Llama 3.1 8B and ship it in our app in the EU: each thing still to be said is asked, and its link leads to its field."""
    page = watched.page
    page.goto(bench[0])
    page.get_by_label("Model", exact=True).fill("llama 3.1 8b")
    page.get_by_role("button", name="meta-llama/Llama-3.1-8B", exact=True).click()
    page.get_by_role("link", name="What is done in step 1?").click()
    page.locator(":focus, :target").first.wait_for()
    page.get_by_label("What is done", exact=True).select_option(label="tuned")
    page.get_by_role("link", name="In which form does release 1 reach others?").click()
    page.get_by_label("In which form it is released").select_option(label="shipped inside an app or device")
    page.get_by_label("Where it is offered").fill("EU")
    page.wait_for_function("() => !document.querySelector('#h-missing')")
    page.get_by_label("Where the actor is established").fill("DE")
    page.get_by_label("Monthly active users of all your products").fill("20000")
    told(page, V["permitted_with_obligations"]["label"])
    assert "Built with Llama" in page.locator("#answer").inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("example", [None, "v02-avocado-qwen2.5-72b", "v05-avocado-facts-missing"])
def test_the_workbench_has_no_violation_and_fits(watched: Watched, bench: tuple[str, Path, Library], example: str | None, scheme: Any) -> None:
    page = watched.page
    page.emulate_media(color_scheme=scheme)
    page.goto(bench[0])
    if example:
        page.get_by_text("Begin, open or save").click()
        page.get_by_label("An example").select_option(example)
        page.get_by_role("button", name="Look at an example").click()
        page.get_by_label("use this model or license").fill("Qwen/Qwen3-32B")
        page.locator("#side, #answer .note").first.wait_for()
    page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert watched.overflow() <= 0, width
    assert watched.violations() == []


#: changes an answer of the form, and waits until the verdict has changed and is painted
CHANGE = """([field, value]) => new Promise((done) => {
  const verdict = document.querySelector("#status .badge").textContent;
  new MutationObserver((_, watch) => {
    if (document.querySelector("#status .badge").textContent === verdict) return;
    watch.disconnect();
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
  }).observe(document.getElementById("status"), { childList: true, subtree: true });
  const start = performance.now();
  document.getElementById(field).value = value;
  document.getElementById(field).dispatchEvent(new Event("input", { bubbles: true }));
})"""


def test_from_change_to_verdict(watched: Watched, bench: tuple[str, Path, Library], benchmark: Any) -> None:
    """V04 with another license for one of its teachers, and back again: reported where benchmarks are, never asserted."""
    page = watched.page
    page.goto(bench[0])
    page.get_by_text("Begin, open or save").click()
    page.get_by_label("An example").select_option("v04-avocado-three-teachers")
    page.get_by_role("button", name="Look at an example").click()
    values = itertools.cycle(["qwen-research", ""])

    def change() -> None:
        page.evaluate(CHANGE, ["f-inputs-0-license", next(values)])

    def rest() -> None:
        page.wait_for_load_state("networkidle")

    benchmark.pedantic(change, setup=rest, rounds=20, warmup_rounds=2)


def test_a_key_that_is_not_known_any_more_is_told(watched: Watched, bench: tuple[str, Path, Library]) -> None:
    """After a new start, a page of the last one says so at the next change instead of standing still."""
    page = watched.page
    page.goto(bench[0])
    page.route("**/key/", lambda route: route.fulfill(status=403, body=f"<main><p>{words()['workbench']['errors']['key']}</p></main>"))
    page.get_by_label("Name of this case").fill("x")
    page.get_by_text("Only the address that licet printed").wait_for()
    page.unroute("**/key/")
    page.route("**/key/", lambda route: route.abort())
    page.get_by_label("Name of this case").fill("y")
    page.get_by_text("the program was stopped").wait_for()
    watched.noted.clear()                                      # the browser notes both refusals


def test_without_script_the_buttons_do_the_same(browser: Browser, bench: tuple[str, Path, Library]) -> None:
    page = opened(browser, java_script_enabled=False)
    page.goto(bench[0])
    page.get_by_label("Model", exact=True).fill("qwen2.5 72b")
    page.get_by_role("button", name="Update the answer").last.click()
    page.get_by_role("button", name="Qwen/Qwen2.5-72B", exact=True).click()
    page.get_by_label("What is done", exact=True).select_option("fine_tune")
    page.get_by_label("In which form it is released").select_option("internal")
    page.get_by_role("button", name="Update the answer").last.click()
    assert verdict_of(page) in {one["label"] for one in V.values()}
    page.context.close()


#: writes a text into every field of the form in which anything can be written, but the model; one of a million characters into the title alone
FILL = """([text, only]) => {
  const fields = [...document.querySelectorAll("#sheet input:not([type=hidden], [type=checkbox], [type=radio], [type=file], [type=date]), #sheet textarea")];
  const wanted = fields.filter((one) => one.name !== "inputs.0.model" && (!only || one.name === "title"));
  for (const one of wanted) one.value = text;
  wanted[0].dispatchEvent(new Event("input", { bubbles: true }));
  return wanted.length;
}"""


def test_a_refusal_has_no_violation(watched: Watched, bench: tuple[str, Path, Library]) -> None:
    watched.page.goto(bench[0].replace("/key/", "/another/"))
    assert "Only the address that licet printed" in watched.page.inner_text("main") and watched.violations() == []
    watched.noted.clear()                                      # the browser notes the status


def test_what_cannot_be_used_is_told_without_a_violation(watched: Watched, bench: tuple[str, Path, Library]) -> None:
    page = watched.page
    page.goto(bench[0])
    page.get_by_label("License", exact=True).fill("no such license")
    page.get_by_label("Where the actor is established").fill("Atlantis")
    page.get_by_label("Monthly active users of all your products").fill("many")
    page.get_by_text("is no number").wait_for()
    page.get_by_text("is no country").wait_for()
    assert watched.violations() == []


@pytest.mark.parametrize("payload", [*PAYLOADS.values(), "x" * 1_000_000], ids=[*PAYLOADS, "million"])
def test_hostile_answers_do_nothing(watched: Watched, bench: tuple[str, Path, Library], payload: str) -> None:
    page = watched.page
    page.goto(bench[0])
    text = payload.encode("utf-8", "replace").decode("utf-8")
    page.get_by_label("Model", exact=True).fill("Qwen/Qwen3-32B")
    page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
    filled = page.evaluate(FILL, [text, len(text) > 100_000])
    assert filled > (0 if len(text) > 100_000 else 15)
    page.wait_for_timeout(400)
    page.get_by_role("button", name="Add another release").click()
    page.wait_for_load_state()
    assert page.evaluate("document.querySelectorAll('script:not([src=\"/script.js\"]), img, iframe, [onerror], [onload], [onmouseover]').length") == 0
    assert watched.overflow() <= 0
