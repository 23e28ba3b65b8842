"""The workbench asks what a license of the scenario hangs on besides its facts, keeps the answers of a file, and shows where each leads."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
import yaml
from flask.testing import FlaskClient
from test_web import HOST, START, Form, ask, client, folder, form  # noqa: F401 - fixtures

from checker.app import formats

FIELD = "conditions.kimi-k3.named_business"
QUESTION = "run a business of the kind that the cited clause names"
CASE = {"inputs.0.license": "kimi-k3", "steps.0.action": "fine_tune", "releases.0.form": "hosted_api", "releases.0.commercial": "yes", "actor.kind": "company"}


def answered(client: FlaskClient, before: Form, said: str) -> Form:  # noqa: F811
    return form(ask(client, before, **{FIELD: said}))


def test_a_condition_is_asked_only_where_a_license_has_it(client: FlaskClient) -> None:  # noqa: F811
    asked = formats.wording()["workbench"]["headings"]["conditions"]
    nothing = form(ask(client, **{**CASE, "inputs.0.license": "mit"}))
    assert not [name for name in nothing.answers if name.startswith("conditions.")] and asked not in nothing.text
    page = form(ask(client, **CASE))
    assert page.answers[FIELD] == [""] and asked in page.text and "conditions" not in page.base
    assert re.search(QUESTION + r".* \(Kimi K3 License, 2, 4", page.text)
    assert "operates a Model as a Service business" in page.text, "what the clause means by such a business"


def test_each_answer_counts_and_can_be_taken_back(client: FlaskClient) -> None:  # noqa: F811
    verdicts = formats.wording()["verdicts"]
    page = answered(client, form(ask(client, **CASE)), "no")
    assert page.base["conditions"] == {"kimi-k3": {"named_business": False}} and page.answers[FIELD] == ["no"]
    assert verdicts["permitted_with_obligations"]["sentence"] in page.text
    page = answered(client, page, "yes")
    assert page.base["conditions"] == {"kimi-k3": {"named_business": True}} and verdicts["not_enough_facts"]["sentence"] in page.text
    page = answered(client, page, "")
    assert "conditions" not in page.base and page.answers[FIELD] == [""]


def test_the_question_leads_to_its_field(client: FlaskClient) -> None:  # noqa: F811
    page = ask(client, **CASE).text
    links = re.findall(r'<li><a href="#([^"]+)"><bdi>([^<]+)', page.partition('id="h-asked"')[2].partition("</section>")[0])
    to = next(to for to, text in links if QUESTION in unescape(text))
    assert re.search(rf'<select id="{to}" name="{re.escape(FIELD)}"', page)


def test_it_appears_while_one_writes(client: FlaskClient) -> None:  # noqa: F811
    empty = form(client.get(START, base_url=HOST))
    assert f'name="{FIELD}"' in ask(client, empty, live="yes", **CASE).text
    assert f'name="{FIELD}"' not in ask(client, empty, live="yes").text


@pytest.mark.parametrize("stated", [
    "{kimi-k3: {named_business: true}}", "{Kimi-K3: {named_business: false}}", "{kimi-k3: {named_business: false}, llama-4: {service_rules: true}}",
    "{qwen-community-1.0: {named_business: true, end_users: false}}"])
def test_what_a_file_states_is_kept(client: FlaskClient, folder: Path, stated: str) -> None:  # noqa: F811
    """Also for a license that does not reach the scenario, and under the name that the file uses."""
    (folder / "case.yaml").write_text(f"inputs: [{{id: base, license: kimi-k3}}]\nreleases: [{{of: base, form: hosted_api, commercial: true}}]\nconditions: {stated}\n")
    page = form(ask(client, do="open", file="case.yaml"))
    again = form(ask(client, page))
    assert again.base["conditions"] == page.base["conditions"] == yaml.safe_load(stated)
    saved = form(ask(client, again, do="save", save_name="again"))
    assert yaml.safe_load((folder / "again.yaml").read_text())["conditions"] == yaml.safe_load(stated), saved.text


def test_a_name_of_the_file_is_answered_under_that_name(client: FlaskClient, folder: Path) -> None:  # noqa: F811
    (folder / "case.yaml").write_text("inputs: [{id: base, license: kimi-k3}]\nreleases: [{of: base, form: hosted_api, commercial: true}]\n"
                                      "conditions: {Kimi-K3: {named_business: false}}\n")
    page = form(ask(client, form(ask(client, do="open", file="case.yaml")), **{"conditions.Kimi-K3.named_business": "yes"}))
    assert page.base["conditions"] == {"Kimi-K3": {"named_business": True}}


@pytest.mark.parametrize("name", ["conditions.", "conditions.x", "conditions..y", "conditions.no-license.named_business", "conditions.kimi-k3.no_such_word",
                                  "conditions.<img src=x>.named_business"])
def test_what_nobody_asked_is_told_not_fatal(client: FlaskClient, name: str) -> None:  # noqa: F811
    response = ask(client, **CASE, **{name: "yes"})
    assert response.status_code == 200 and "<img" not in response.text
    page = form(response)
    assert form(ask(client, page, **{one: "" for one in page.answers if one.startswith("conditions.")})).base.get("conditions") is None


@pytest.mark.parametrize("odd", ["x", [], [1], {"kimi-k3": None}, {"kimi-k3": "yes"}, {"kimi-k3": {"named_business": "maybe"}}, {"": {"": []}}])
def test_odd_values_are_told_not_fatal(client: FlaskClient, odd: object) -> None:  # noqa: F811
    import json

    page = form(ask(client, **CASE))
    page.answers["base"] = [json.dumps({**page.base, "conditions": odd})]
    assert ask(client, page).status_code == 200
