"""In a real browser: three cases that people bring, from the address that `licet serve` prints to a saved report, by what the screen says alone.

Each walk is done with the pointer on a wide screen and on a telephone; one with the keyboard alone, one without JavaScript.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from browsing import Watched, opened, told

from checker.load.book import Library
from checker.report.words import words

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
V = {word: one["label"] for word, one in words()["verdicts"].items()}
W = words()["workbench"]


class Case(NamedTuple):
    """What somebody comes with: a name as they would type it, which proposal they take, what they do, in the words of the screen, and what comes out.

    `more`: further answers, each by the label of its field. `found`: what the saved report has to say.
    """

    title: str
    typed: str
    proposal: str
    done: str | None
    form: str
    more: tuple[tuple[str, str], ...]
    verdict: str
    found: tuple[str, ...]


CASES = {
    "we tune Llama 3.1 8B and ship it in our app in the EU": Case(
        "Llama in our app", "llama 3.1 8b", "meta-llama/Llama-3.1-8B", "tuned", "shipped inside an app or device",
        (("Where it is offered", "EU"), ("Where the actor is established", "Germany"), ("Monthly active users of all your products", "20.000")),
        V["permitted_with_obligations"], ("Llama 3.1 Community License Agreement", "Built with Llama", "Include a copy of the license")),
    "we host Qwen2.5-72B for paying customers": Case(
        "Qwen as a service", "Qwen2.5 72B", "Qwen/Qwen2.5-72B", None, "offered as a hosted API",
        (("Whether it is commercial", "yes"), ("Monthly active users of all your products", "20,000")),
        V["permitted"], ("Qwen LICENSE AGREEMENT", "above 100 million monthly users")),
    "we trained our model on outputs of GPT and publish the weights": Case(
        "Our model", "gpt-4o", "OpenAI Services Agreement", "trained on its outputs", "weights published",
        (("Whether it is commercial", "yes"),),
        V["not_enough_facts"], ("OpenAI Services Agreement", "develop")),
}


def walk(page: Page, case: Case, *, press_update: bool = False) -> None:
    """From the empty form to the answer. `press_update`: no script runs, so the button has to be pressed."""

    def update() -> None:
        if press_update:
            page.get_by_role("button", name=W["buttons"]["refresh"]).last.click()

    page.get_by_label("Name of this case").fill(case.title)
    page.get_by_label("Model", exact=True).fill(case.typed)
    update()
    page.locator(".proposals").get_by_role("button", name=case.proposal, exact=case.proposal.count("/") == 1).first.click()
    page.wait_for_load_state()
    if case.done is None:
        assert "remove the step" in page.locator("#answer").inner_text()
        page.get_by_role("button", name="Remove step 1").click()
        page.wait_for_load_state()
    else:
        page.get_by_label("What is done", exact=True).select_option(label=case.done)
    page.get_by_label("In which form it is released").select_option(label=case.form)
    for label, answer in case.more:
        field = page.get_by_label(label, exact=True)
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(label=answer)
        else:
            field.fill(answer)
    update()
    if not press_update:
        told(page, case.verdict)
        page.wait_for_function("() => !document.querySelector('#h-missing')")
    assert case.verdict in page.locator("#answer .verdict").inner_text() and not page.locator("#h-missing").count()


def saved(page: Page, case: Case) -> str:
    """The report that the button saves: a file of the case's name with everything in it."""
    with page.expect_download() as download:
        page.get_by_role("button", name=W["buttons"]["save_report"]).click()
    assert download.value.suggested_filename == case.title.replace(" ", "-") + ".html"
    text = Path(download.value.path()).read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>") and case.title in text and case.verdict in text
    assert [one for one in case.found if one not in text] == []
    return text


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_from_the_first_word_to_a_saved_report(watched: Watched, bench: tuple[str, Path, Library], tmp_path: Path, case: Case, width: int) -> None:
    page = watched.page
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(bench[0])
    walk(page, case)
    assert watched.overflow() <= 0 and watched.violations() == []
    (tmp_path / "saved.html").write_text(saved(page, case), encoding="utf-8")
    page.goto((tmp_path / "saved.html").as_uri())
    page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
    assert case.verdict in page.locator(".verdict").first.inner_text()
    assert watched.overflow() <= 0 and watched.violations() == []


def test_without_javascript(browser: Browser, bench: tuple[str, Path, Library]) -> None:
    page = opened(browser, java_script_enabled=False, viewport={"width": 390, "height": 900})
    for case in CASES.values():
        page.goto(bench[0])
        walk(page, case, press_update=True)
        saved(page, case)
    page.context.close()


@pytest.mark.parametrize("script", [True, False])
def test_what_a_license_asks_besides_is_answered(browser: Browser, bench: tuple[str, Path, Library], script: bool) -> None:
    """Each question of the answer leads to its field, also one that is folded away; the license's own is answered like any other."""
    page = opened(browser, java_script_enabled=script, viewport={"width": 390, "height": 900})
    page.goto(bench[0])
    page.get_by_label("License", exact=True).fill("kimi-k3")
    page.get_by_label("What is done", exact=True).select_option(label="tuned")
    page.get_by_label("In which form it is released").select_option(label="offered as a hosted API")
    page.get_by_label("Whether it is commercial", exact=True).select_option(label="yes")
    for said, verdict in (("", V["not_enough_facts"]), ("no", V["permitted_with_obligations"])):
        if said:
            page.locator("#conditions select").select_option(value=said)
        if not script:
            page.get_by_role("button", name=W["buttons"]["refresh"]).last.click()
        page.locator("#answer .verdict", has_text=verdict).first.wait_for()
        if not said:
            page.locator("[aria-labelledby=h-asked] a[href*=annual_revenue]").click()
            page.locator("#f-actor-annual_revenue_usd").wait_for()
    page.context.close()


def test_by_keyboard_alone(watched: Watched, bench: tuple[str, Path, Library]) -> None:
    """Tab and the arrows lead to every field in the order of the page; nothing catches the keyboard."""
    page = watched.page
    case = next(iter(CASES.values()))
    page.goto(bench[0])

    def tab_to(name: str) -> None:
        for _ in range(200):
            page.keyboard.press("Tab")
            if page.evaluate(NAMED).startswith(name):
                assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
                return
        raise AssertionError(f"Tab does not reach {name!r}.")

    def choose(label: str) -> None:
        page.keyboard.type(label)

    tab_to("Name of this case")
    page.keyboard.type(case.title)
    tab_to("Where the actor is established")
    page.keyboard.type("Germany")
    tab_to("Monthly active users of all your products")
    page.keyboard.type("20.000")
    tab_to("Model")
    page.keyboard.type(case.typed)
    page.locator(".proposals").wait_for()
    tab_to(case.proposal)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to("What is done")
    choose("tuned")
    tab_to("In which form it is released")
    choose("shipped inside")
    tab_to("Where it is offered")
    page.keyboard.type("EU")
    told(page, case.verdict)
    tab_to(W["buttons"]["save_report"])
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert "Built with Llama" in Path(download.value.path()).read_text(encoding="utf-8")


#: the name of what has the focus, as it is read out
NAMED = """() => {
  const one = document.activeElement;
  return (one.labels?.[0]?.textContent ?? one.getAttribute("aria-label") ?? one.textContent ?? "").trim();
}"""
