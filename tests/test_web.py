"""The workbench: what its form reads and writes, what it refuses, and that it stays in its folder and on this machine."""

from __future__ import annotations

import copy
import io
import json
import re
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from effort import effort
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from checker.app import formats
from checker.app.check import check_text
from checker.app.workbench import Workbench, to_text
from checker.cli.commands.serve import command
from checker.errors import BadInput
from checker.load.book import Library
from checker.load.paths import data_root
from checker.web import guard, sheet
from checker.web.page import END
from checker.web.server import create

SEEDS = sorted((data_root() / "seeds").glob("*.yaml"))
DISPUTES = sorted((data_root() / "tests" / "disputes").glob("*.yaml"))
DAY = "2026-02-03"
HOST = "http://127.0.0.1:8317"
KEY = "a-key"
START = f"/{KEY}/"
HOSTILE = ["</script><script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "]]>", "a\u202eb", "a\x00b", "n" * 10_000, "{{7919*7907}}", "- x: [", "NO", "2026-01-01", "1e3", "|\n a"]


@pytest.fixture()
def folder(tmp_path: Path) -> Path:
    inner = tmp_path / "cases"
    inner.mkdir()
    (tmp_path / "secret.yaml").write_text("inputs: [{id: a, license: mit}]\n")
    (inner / "one.yaml").write_text((data_root() / "seeds" / "v02-avocado-qwen2.5-72b.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    (inner / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    return inner


@pytest.fixture()
def client(library: Library, folder: Path) -> FlaskClient:
    return create(Workbench(library, folder), port=8317, key=KEY, today=lambda: DAY).test_client()


class Form(HTMLParser):
    """What a browser would send back of the page's form, and the page's text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.answers: dict[str, list[str]] = {}
        self.text = ""
        self._select = self._area = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "input" and given.get("form", "sheet") == "sheet" and "name" in given and not given["name"].endswith("-far"):
            if given.get("type") not in ("checkbox", "radio", "file") or "checked" in given:
                self.answers.setdefault(given["name"], []).append(given.get("value", ""))
        elif tag == "select":
            self._select = given["name"]
            self.answers.setdefault(self._select, [])
        elif tag == "option" and ("selected" in given or not self.answers[self._select]) and "value" in given:
            self.answers[self._select] = [given["value"]]
        elif tag == "textarea":
            self._area = given["name"]
            self.answers.setdefault(self._area, []).append("")

    def handle_endtag(self, tag: str) -> None:
        self._area = "" if tag == "textarea" else self._area

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._area:
            self.answers[self._area][-1] += data

    @property
    def base(self) -> dict[str, Any]:
        value: dict[str, Any] = json.loads(self.answers["base"][-1])
        return value


def ask(client: FlaskClient, before: Form | None = None, do: str = "", path: str = "", **answers: Any) -> TestResponse:
    """Send the form back, with some answers changed and one button pressed."""
    before = before or Form(client.get(START, base_url=HOST).text)
    changed = {name.replace("__", "."): value if isinstance(value, list) else [value] for name, value in answers.items()}
    return client.post(START + path, data={**before.answers, **changed, **({"do": [do]} if do else {})}, base_url=HOST)


def form(response: TestResponse) -> Form:
    assert response.status_code == 200, response.text
    return Form(response.text)


# ---- the form --------------------------------------------------------------------------------------------------------


def test_an_empty_form_waits_for_a_model(client: FlaskClient) -> None:
    page = form(client.get(START, base_url=HOST))
    assert formats.wording()["workbench"]["labels"]["waiting"] in page.text
    assert page.base == sheet.empty(DAY)


def test_a_release_in_an_app_from_nothing(client: FlaskClient) -> None:
    page = form(ask(client, actor__name="We", actor__kind="company", actor__home="de", actor__monthly_active_users="20 000", inputs__0__model="llama 3.1 8b"))
    assert 'value="use:0:meta-llama/Llama-3.1-8B-Instruct"' in unescape(ask(client, page).text)
    page = form(ask(client, page, do="use:0:meta-llama/Llama-3.1-8B-Instruct"))
    page = form(ask(client, page, steps__0__action="fine_tune", releases__0__form="on_device", releases__0__regions="eu", releases__0__commercial="yes"))
    assert page.base["actor"] == {"name": "We", "kind": "company", "home": "DE", "monthly_active_users": 20_000}
    assert page.base["releases"] == [{"id": "product", "of": "result", "form": "on_device", "regions": ["EU"], "commercial": True}]
    assert formats.wording()["verdicts"]["permitted_with_obligations"]["sentence"] in page.text
    assert "Built with Llama" in page.text


@pytest.mark.parametrize("path", [*SEEDS, *DISPUTES], ids=lambda path: path.stem)
def test_what_is_opened_and_sent_back_is_the_same(path: Path, library: Library, folder: Path) -> None:
    """Whatever a file states, the form keeps it: what it can show, and what it cannot."""
    bench = Workbench(library, folder)
    client = create(bench, port=8317, key=KEY, today=lambda: DAY).test_client()
    (folder / "file.yaml").write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    page = form(ask(client, do="open", file="file.yaml"))
    before = yaml.safe_load(to_text(bench.open("file.yaml")))
    again = form(ask(client, page)).base
    assert plain(again) == plain({"as_of": DAY, **before})
    judged = [check_text(to_text(one), "x", library, as_of=DAY) for one in (sheet.complete(again)[0], before)]
    assert judged[0]["verdict"] == judged[1]["verdict"] and judged[0]["obligations"] == judged[1]["obligations"]


def plain(scenario: dict[str, Any]) -> Any:
    """The scenario without what means the same said or not said: null, and an empty mapping."""
    def bare(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: bare(one) for key, one in value.items() if one is not None and one != {}}
        return [bare(one) for one in value] if isinstance(value, list) else value
    return bare(scenario)


def test_rows_are_added_and_taken_away(client: FlaskClient) -> None:
    page = form(ask(client, do="add:inputs"))
    assert [one["id"] for one in page.base["inputs"]] == ["base", "base-2"]
    page = form(ask(client, page, steps__0__from=["base", "base-2"]))
    assert page.base["steps"][0]["from"] == ["base", "base-2"]
    page = form(ask(client, page, do="remove:inputs:0"))
    assert [one["id"] for one in page.base["inputs"]] == ["base-2"] and page.base["steps"][0]["from"] == ["base-2"]
    page = form(ask(client, page, do="remove:steps:0"))
    assert page.base["releases"] == [{"id": "product"}]
    for nonsense in ("remove:inputs:99", "remove:actor:0", "add:nothing", "use:9:x", "use:x:y", "apply:7", "apply:x", "zzz", ":::"):
        assert form(ask(client, page, do=nonsense)).base == page.base


def test_answers_of_every_kind(client: FlaskClient) -> None:
    page = form(ask(client, releases__0__form="hosted_api", **{
        "releases.0.conduct.displays": "Built with Qwen\nImproved using Qwen", "releases.0.conduct.ships": ["license_copy", "source"],
        "releases.0.conduct.names_base_to_users": "no", "releases.0.conduct.did": ["-"], "agreements": "qwen\nllama-3.1", "actor.public_funding": "yes",
        "steps.0.compute_share": "0.25", "releases.0.date": "2026-05-01"}))
    assert page.base["releases"][0]["conduct"] == {"names_base_to_users": False, "displays": [{"text": "Built with Qwen"}, {"text": "Improved using Qwen"}],
                                                   "ships": [{"what": "license_copy"}, {"what": "source"}], "did": []}
    assert page.base["agreements"] == [{"licenses": ["qwen"]}, {"licenses": ["llama-3.1"]}]
    assert page.base["actor"] == {"public_funding": True} and page.base["steps"][0]["compute_share"] == 0.25 and page.base["releases"][0]["date"] == "2026-05-01"
    page = form(ask(client, page, **{name: [] for name in page.answers if name.startswith(("releases.0.conduct", "actor.", "agreements"))}))
    assert "conduct" not in page.base["releases"][0] and page.base["actor"] == {} and "agreements" not in page.base


def test_what_is_no_number_is_said_and_stays_to_be_mended(client: FlaskClient) -> None:
    response = ask(client, **{"actor.monthly_active_users": "many", "inputs.0.license": "mit"})
    page = form(response)
    assert "“many” is no number" in page.text and page.answers["actor.monthly_active_users"] == ["many"] and "monthly_active_users" not in page.base["actor"]


def test_an_unsettled_question_is_answered_by_a_choice(client: FlaskClient) -> None:
    page = form(ask(client, do="open", file="one.yaml"))
    assert page.answers["positions.whose-users"] == [""]
    page = form(ask(client, page, **{"positions.whose-users": "this-product", "positions.no-such-question": "x"}))
    assert page.base["positions"] == {"whose-users": "this-product"}
    assert formats.wording()["verdicts"]["permitted_with_obligations"]["sentence"] in page.text
    assert "positions" not in form(ask(client, page, **{"positions.whose-users": ""})).base


def test_two_bases_stand_side_by_side(client: FlaskClient) -> None:
    page = form(ask(client, do="open", file="one.yaml"))
    labels = formats.wording()["verdicts"]
    for other, verdict in (("Qwen/Qwen3-32B", "permitted"), ("mit", "permitted"), ("none", "needs_permission")):
        text = unescape(ask(client, page, compare_input="base", compare_with=other).text)
        table = re.sub(r"<[^>]+>", " ", text[text.index('id="side"'):text.index('class="note export"')])
        assert labels["needs_permission"]["label"] in table and labels[verdict]["label"] in table, other
    assert form(ask(client, page, compare_input="base", compare_with="Qwen/Qwen3-32B")).base == page.base
    assert "Qwen/Qwen2.5-72B" in ask(client, page, compare_input="base", compare_with="qwen 2.5 72b").text


def test_a_repair_is_applied_with_a_click(client: FlaskClient) -> None:
    page = form(ask(client, do="open", file="one.yaml"))
    response = ask(client, page, candidates="Qwen/Qwen3-32B")
    button = re.search(r'value="(apply:\d+)"[^>]*aria-label="[^"]*Qwen3-32B', response.text)
    assert button
    after = form(ask(client, Form(response.text), do=button[1]))
    assert after.base["inputs"] == [{"id": "base", "model": "Qwen/Qwen3-32B"}] and after.base["candidates"] == ["Qwen/Qwen3-32B"]
    assert formats.wording()["verdicts"]["permitted"]["sentence"] in after.text
    assert {key: value for key, value in after.base.items() if key not in ("inputs", "candidates")} == {key: value for key, value in page.base.items() if key != "inputs"}


def test_a_candidate_that_nobody_knows_is_told(client: FlaskClient) -> None:
    assert "no/such-model" in form(ask(client, inputs__0__model="Qwen/Qwen2.5-72B", candidates="no/such-model")).text


# ---- documents and files ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*formats.names(), "yaml"])
def test_every_format_is_offered(client: FlaskClient, library: Library, name: str) -> None:
    page = form(ask(client, do="open", file="one.yaml"))
    response = ask(client, page, path="document", format=name)
    assert response.status_code == 200 and "attachment" in response.headers["Content-Disposition"] and len(response.text) > 100
    if name == "yaml":
        assert check_text(response.text, "x", library, as_of=DAY)["verdict"] == "needs_permission"


def test_the_report_opens_as_a_page_that_may_do_nothing(client: FlaskClient) -> None:
    page = form(ask(client, do="open", file="one.yaml"))
    response = ask(client, page, path="document", view="html")
    assert response.text.startswith("<!DOCTYPE html>") and response.headers["Content-Security-Policy"] == guard.REPORT_POLICY


def test_saved_opened_again_and_not_overwritten_by_accident(client: FlaskClient, folder: Path) -> None:
    page = form(ask(client, do="open", file="one.yaml"))
    assert "Saved as" in ask(client, page, do="save", save_name="my case").text
    assert form(ask(client, do="open", file="my case.yaml")).base == page.base
    changed = form(ask(client, page, title="Another"))
    assert "There is a file of this name." in ask(client, changed, do="save", save_name="my case").text
    assert "Another" not in (folder / "my case.yaml").read_text()
    assert "Saved as" in ask(client, changed, do="save", save_name="my case.yaml", replace="yes").text
    assert "Another" in (folder / "my case.yaml").read_text()
    assert sorted(one.name for one in folder.iterdir()) == ["link.yaml", "my case.yaml", "one.yaml"]


@pytest.mark.parametrize("name", ["../secret.yaml", "/etc/passwd", "link.yaml", "..", "", "\0", "no-such.yaml", "../cases/../secret.yaml", "one.yaml/x.yaml"])
def test_nothing_outside_the_folder_is_read(client: FlaskClient, name: str) -> None:
    before = form(client.get(START, base_url=HOST))
    after = form(ask(client, before, do="open", file=name))
    assert after.base == before.base and formats.wording()["workbench"]["labels"]["problems"] in after.text


@pytest.mark.parametrize("name", ["../out", "/tmp/out", "", ".hidden", "a/b", "a\0b", "x" * 300, "..", "link"])
def test_nothing_outside_the_folder_is_written(client: FlaskClient, folder: Path, name: str) -> None:
    before = {path: path.read_bytes() for path in folder.parent.rglob("*") if path.is_file()}
    page = form(ask(client, inputs__0__license="mit"))
    assert formats.wording()["workbench"]["labels"]["problems"] in ask(client, page, do="save", save_name=name, replace="yes").text
    assert {path: path.read_bytes() for path in folder.parent.rglob("*") if path.is_file()} == before


def test_a_file_from_elsewhere_and_an_example(client: FlaskClient) -> None:
    page = form(client.get(START, base_url=HOST))
    upload = {**page.answers, "do": ["upload"], "upload": (io.BytesIO(SEEDS[0].read_bytes()), "v01.yaml")}
    assert form(client.post(START, data=upload, base_url=HOST, content_type="multipart/form-data")).base["title"].startswith("V01")
    for name in sheet.layout()["examples"]:
        assert form(ask(client, do="example", example=name)).base["inputs"]
    assert form(ask(client, do="example", example="../rules/profiles/open")).base == sheet.empty(DAY)


def test_the_scenario_of_the_readme_opens(client: FlaskClient) -> None:
    """Its release has no id: it is called by what it releases."""
    text = re.search(r"```yaml\n(.*?)```", (data_root() / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert text and "{of: helper" in text[1]
    upload = {**form(client.get(START, base_url=HOST)).answers, "do": ["upload"], "upload": (io.BytesIO(text[1].encode()), "scenario.yaml")}
    opened = form(client.post(START, data=upload, base_url=HOST, content_type="multipart/form-data"))
    assert opened.base["releases"][0]["of"] == "helper" and "id" not in opened.base["releases"][0]
    assert client.post(START, data=opened.answers, base_url=HOST).status_code == 200


def test_terms_of_services_are_proposed_by_the_names_of_their_models(client: FlaskClient, library: Library) -> None:
    """Every text on outputs can be found by some name, and choosing one makes the item a service under it."""
    found = {terms for one in sheet.layout()["services"] for name in one["called"] for terms in sheet.services(f"{name}-4o mini")}
    book = library.book()
    assert found == {one for one in library.license_files if book.license(one).kind == "output_terms"}
    assert sheet.services("gpt-4o") == sheet.services("GPT 4o") == sheet.services("chatgpt") != [] and not sheet.services("Qwen2.5-72B")
    page = ask(client, **{"inputs.0.model": "gpt-4o"}).get_data(as_text=True)
    assert f'value="service:0:{sheet.services("gpt-4o")[0]}"' in page and formats.wording()["workbench"]["labels"]["no_proposals"] not in page
    chosen = form(ask(client, do=f"service:0:{sheet.services('gpt-4o')[0]}", **{"inputs.0.model": "gpt-4o"}))
    assert chosen.base["inputs"][0] == {"id": "base", "license": sheet.services("gpt-4o")[0], "kind": "service", "name": "gpt-4o"}


def test_nothing_is_asked_twice(client: FlaskClient) -> None:
    """What still has to be said stands there once, not again as a question of the answer."""
    page = ask(client, **{"inputs.0.model": "Qwen/Qwen2.5-72B"}).get_data(as_text=True)
    to = re.findall(r'<li><a href="#([^"]+)">', page)
    assert "f-releases-0-form" in to and len(to) == len(set(to))


def test_a_broken_file_is_told_with_its_problems(client: FlaskClient, folder: Path) -> None:
    (folder / "bad.yaml").write_text("inputs: [{id: a, licens: mit}]\ninputs: []\n")
    assert "licens" in form(ask(client, do="open", file="bad.yaml")).text


# ---- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("headers", "status"), [
    ({"Host": "evil.example:8317"}, 421), ({"Host": "127.0.0.1:80"}, 421), ({"Host": ""}, 421), ({"Origin": "http://evil.example"}, 403), ({"Origin": "null"}, 403),
    ({"Origin": "https://127.0.0.1:8317"}, 403), ({"Sec-Fetch-Site": "cross-site"}, 403), ({"Sec-Fetch-Site": "same-site"}, 403),
    ({"Origin": HOST, "Sec-Fetch-Site": "same-origin"}, 200), ({"Host": "localhost:8317"}, 200),
])
def test_only_its_own_pages_may_ask(client: FlaskClient, headers: dict[str, str], status: int) -> None:
    assert client.post(START, data={"base": "{}"}, base_url=HOST, headers=headers).status_code == status


@pytest.mark.parametrize("path", ["", "document", "no-such-page"])
@pytest.mark.parametrize("start", ["/", "//", "/x/", "/\u00e9/", f"/{KEY}x/", f"/{KEY[:-1]}/", f"/{KEY.upper()}/", f"//{KEY}/", "/style.css/"])
def test_without_the_key_nothing_is_told_and_nothing_happens(client: FlaskClient, folder: Path, start: str, path: str) -> None:
    """Another user of this machine reaches the port, and learns not even which files there are."""
    asked = [client.get(start + path, base_url=HOST), client.post(start + path, data={"base": "{}", "do": "save", "save_name": "x"}, base_url=HOST)]
    assert {one.status_code for one in asked} == {403}
    assert not any(word in one.text for one in asked for word in (KEY, str(folder), "one.yaml"))
    assert sorted(one.name for one in folder.iterdir()) == ["link.yaml", "one.yaml"]


def test_the_address_is_a_new_one_at_every_start(tmp_path: Path) -> None:
    """What the command prints opens the page; nothing else does, and the next start has another."""
    found = []
    for _ in range(2):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        program = subprocess.Popen([sys.executable, "-m", "checker", "serve", str(tmp_path), "--port", str(port)], stderr=subprocess.PIPE, text=True)
        try:
            assert program.stderr is not None
            address = re.search(r"http://\S+/", program.stderr.readline())
            assert address is not None
            with urllib.request.urlopen(address[0]) as page:     # noqa: S310 - our own address
                assert page.status == 200
            with pytest.raises(urllib.error.HTTPError, match="403"):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/")     # noqa: S310
            found.append(address[0].split("/")[3])
        finally:
            program.terminate()
            program.communicate()
    assert found[0] != found[1] and min(map(len, found)) >= 32


def test_size_and_rate_are_bounded(client: FlaskClient) -> None:
    page = form(client.get(START, base_url=HOST))
    assert client.post(START, data={**page.answers, "title": "x" * (guard.MAX_BYTES + 1)}, base_url=HOST).status_code == 413
    assert {client.get("/favicon.ico", base_url=HOST).status_code for _ in range(guard.MAX_REQUESTS + 5)} == {204, 429}


@pytest.mark.parametrize("path", ["/", START, "/style.css", "/script.js", START + "no-such-page"])
def test_every_answer_is_sealed(client: FlaskClient, path: str) -> None:
    headers = client.get(path, base_url=HOST).headers
    assert headers["Content-Security-Policy"] == guard.POLICY and "unsafe" not in guard.POLICY
    assert headers["X-Content-Type-Options"] == "nosniff" and headers["Cache-Control"] == "no-store" and "Set-Cookie" not in headers


def test_a_page_has_no_script_or_style_of_its_own(client: FlaskClient) -> None:
    page = ask(client, do="open", file="one.yaml").text
    assert re.findall(r"<script[^>]*>", page) == ['<script src="/script.js" defer>']
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|https?://[^\"<]*\.(js|css)", page)


@pytest.mark.parametrize("base", ["", "{", "[]", "null", "7", '{"inputs": 5}', '{"inputs": [5]}', '{"inputs": [{}]}', '{"inputs": [{"id": 5}]}', '{"actor": "x"}',
                                  '{"releases": [{"of": "a", "conduct": 5}]}', '{"steps": [{"id": "a", "from": 5}]}', "[" * 100_000])
def test_a_base_that_is_no_scenario_is_refused(client: FlaskClient, base: str) -> None:
    assert client.post(START, data={"base": base}, base_url=HOST).status_code == 400


def test_a_base_of_odd_values_is_told_not_fatal(client: FlaskClient) -> None:
    odd: list[Any] = [5, None, True, [], {}, "x", [[]], {"one_of": []}, [{"id": 7}], [{"text": []}]]
    for value in odd:
        base = {"inputs": [{"id": "a", "license": "mit", "modalities": value, "claimed": value}], "actor": {"home": value, "own_licenses": value}, "title": value,
                "steps": [{"id": "b", "action": value, "name": value}], "releases": [{"id": "c", "of": value, "form": value, "regions": value,
                "conduct": {"ships": value}}], "positions": value if isinstance(value, dict) else None, "as_of": DAY}
        assert client.post(START, data={"base": json.dumps(base)}, base_url=HOST).status_code == 200, value


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_answers_come_back_as_they_were_and_do_nothing(client: FlaskClient, text: str) -> None:
    page = form(client.get(START, base_url=HOST))
    fields = [name for name in page.answers if name.partition(".")[0] in ("title", "actor", "inputs", "steps", "releases")]
    response = ask(client, page, **{"inputs.0.model": "Qwen/Qwen3-32B", **{name: text for name in fields if "model" not in name}, "compare_with": text, "save_name": text})
    assert response.status_code == 200 and re.findall(r"<script[^>]*>", response.text) == ['<script src="/script.js" defer>'] and "<img" not in response.text
    assert "62615533" not in response.text
    assert ask(client, Form(response.text), title=text, path="document", format="yaml").headers["Content-Disposition"].isascii()


# ---- the parts -------------------------------------------------------------------------------------------------------


def test_search_finds_models_by_their_words(library: Library, folder: Path) -> None:
    bench = Workbench(library, folder)
    assert "meta-llama/Llama-3.1-8B" in [one.model for one in bench.search("llama 3.1 8b")]
    assert all("qwen2.5" in one.model.casefold() for one in bench.search("qwen2.5 72b"))
    assert bench.search("zzzz no such model") == [] and bench.search("") == [] and bench.search("\x00*") == []
    assert all(bench.is_known(one.model) for text in ("llama", "mistral", "qwen", "gemma") for one in bench.search(text))


def test_the_text_of_a_scenario_reads_back(library: Library, folder: Path) -> None:
    scenario = copy.deepcopy(sheet.empty(DAY))
    scenario["inputs"][0]["license"] = "mit"
    for odd in ("NO", "1e3", "null", "~", "- x", "a: b", "#x", "'", "\"", "2026-01-01", " x ", "é", "yes", "x\ny", "\t"):
        scenario["title"] = odd
        text = to_text(sheet.complete(scenario)[0])
        assert Workbench(library, folder).understand(text, "x")["title"] == odd, odd


def test_a_live_answer_comes_in_parts_the_verdict_first(client: FlaskClient) -> None:
    """The script gets only what changes: the verdict, then the reasons, and once more with the ways out where any were looked for."""
    page = form(ask(client, do="open", file="one.yaml"))
    verdict = formats.wording()["verdicts"]["needs_permission"]["label"]
    apply = formats.wording()["workbench"]["buttons"]["apply"]
    parts = ask(client, page, live="yes").text.split(END)
    assert len(parts) == 5 and parts[-1] == "" and all(verdict in part for part in parts[:-1])
    assert [len(part) < 1_000 for part in parts[:-1]] == [True, False, True, False] and "<form" not in "".join(parts)
    assert [apply in part for part in parts] == [False, False, False, True, False]
    permitted = ask(client, page, live="yes", inputs__0__model="Qwen/Qwen3-32B").text.split(END)
    assert len(permitted) == 3


def test_a_live_answer_is_not_worked_out_once_nobody_waits(client: FlaskClient) -> None:
    page = form(ask(client, do="open", file="one.yaml"))
    for told in ([True], [False, True]):
        text = client.post(START, data={**page.answers, "live": "yes"}, base_url=HOST, environ_overrides={"waitress.client_disconnected": iter(told).__next__}).text
        assert text.count(END) == len(told)


@pytest.mark.parametrize(("said", "kept"), [("Germany", "DE"), ("de", "DE"), ("uk", "GB"), ("The EU", "EU"), ("worldwide", "WORLD"), ("Norway", "NO"), ("South Korea", "KR")])
def test_a_country_may_be_called_by_its_name(client: FlaskClient, said: str, kept: str) -> None:
    page = form(ask(client, actor__home=said, releases__0__regions=f"US, {said}"))
    assert page.base["actor"]["home"] == kept and page.base["releases"][0]["regions"] == ["US", kept]
    assert not ask(client, page, inputs__0__license="mit").text.count("is no country")


def test_what_is_no_country_is_told_and_the_answer_stays(client: FlaskClient) -> None:
    page = form(ask(client, inputs__0__license="mit", steps__0__action="fine_tune", releases__0__form="internal"))
    said = ask(client, page, live="yes", releases__0__regions="US, Atlantis").text
    assert "US, Atlantis\u201d is no country" in said and formats.wording()["verdicts"]["permitted"]["label"] in said


@pytest.mark.parametrize(("said", "number"), [("20.000", 20_000), ("3.000.000.000", 3_000_000_000), ("20,000", 20_000), ("20 000", 20_000), ("700.5", 700.5), ("0.125", 0.125)])
def test_numbers_as_people_write_them(client: FlaskClient, said: str, number: float) -> None:
    assert form(ask(client, actor__monthly_active_users=said)).base["actor"]["monthly_active_users"] == number


def test_each_question_leads_to_its_field(client: FlaskClient) -> None:
    """What the answer hangs on is asked above it, and its link leads to a field of the form."""
    page = ask(client, inputs__0__model="Qwen/Qwen2.5-72B", steps__0__action="fine_tune", releases__0__form="hosted_api").text
    links = re.findall(r'<li><a href="#([^"]+)"', page.partition('id="h-asked"')[2].partition("</section>")[0])
    assert "f-actor-monthly_active_users" in links and "f-releases-0-commercial" in links and all(f'id="{one}"' in page for one in links)


def test_an_input_that_goes_into_nothing_is_told(client: FlaskClient) -> None:
    page = form(ask(client, form(ask(client, do="add:inputs")), inputs__0__license="mit", inputs__1__license="isc", steps__0__action="merge"))
    sentence = formats.wording()["workbench"]["missing"]["unused"].replace("{number}", "2")
    assert sentence in page.text
    assert sentence not in form(ask(client, page, steps__0__from=["base", "base-2"])).text


def test_a_number_that_is_none_is_told_at_once(client: FlaskClient) -> None:
    page = form(client.get(START, base_url=HOST))
    assert "is no number" not in ask(client, page, live="yes").text
    assert "\u201cmany\u201d is no number" in ask(client, page, live="yes", actor__monthly_active_users="many").text


def test_from_change_to_verdict(client: FlaskClient, library: Library) -> None:
    """A page costs a few times what the judgement alone costs, which the benchmarks hold to a few hundredths of a second."""
    text = (data_root() / "seeds" / "v04-avocado-three-teachers.yaml").read_text(encoding="utf-8")
    page = form(ask(client, do="example", example="v04-avocado-three-teachers"))

    def warm(act: Callable[[], object]) -> int:
        act()
        return effort(act)[1]

    judged = warm(lambda: check_text(text, "x", library, as_of=DAY))
    assert warm(lambda: ask(client, page, title="Another")) < 12 * judged
    assert warm(lambda: ask(client, page, title="Another", live="yes")) < 6 * judged


def test_the_command_says_what_is_wrong(tmp_path: Path) -> None:
    assert CliRunner().invoke(command, [str(tmp_path / "none")]).exit_code == 2
    assert CliRunner().invoke(command, ["--port", "80"]).exit_code == 2


def test_bad_names_are_told(library: Library, folder: Path) -> None:
    with pytest.raises(BadInput):
        Workbench(library, folder).save("../x", "")
