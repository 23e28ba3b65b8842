"""Every fact that an answer can hang on has a place in the form: sizes of the actor and of a product, who did a step, how sure a thing is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask.testing import FlaskClient
from test_web import DISPUTES, SEEDS, ask, client, folder, form  # noqa: F401 - fixtures

from checker.app.check import check_text
from checker.app.workbench import to_text
from checker.load.book import Library
from checker.web import sheet


def test_sizes_are_asked_of_the_actor_and_of_a_product(client: FlaskClient) -> None:  # noqa: F811
    page = form(ask(client, inputs__0__license="mit", **{"actor.annual_revenue_usd": "20,000,000", "releases.0.figures.monthly_revenue_usd": "5000",
                                                        "releases.0.figures.monthly_active_users": "70"}))
    assert page.base["actor"] == {"annual_revenue_usd": 20_000_000}
    assert page.base["releases"][0]["figures"] == [{"metric": "monthly_active_users", "value": 70}, {"metric": "monthly_revenue_usd", "value": 5000}]
    assert page.answers["releases.0.figures.monthly_revenue_usd"] == ["5,000"]
    page = form(ask(client, page, **{"releases.0.figures.monthly_active_users": ""}))
    assert page.base["releases"][0]["figures"] == [{"metric": "monthly_revenue_usd", "value": 5000}]
    page = form(ask(client, page, **{"releases.0.figures.monthly_revenue_usd": ""}))
    assert "figures" not in page.base["releases"][0]


@pytest.mark.parametrize("figures", [
    "[{metric: monthly_active_users, below: 100}]", "[{metric: monthly_active_users, value: 5, certainty: reported}]", "[]",
    "[{metric: monthly_active_users, value: 5}, {metric: monthly_active_users, value: 6, date: 2025-03}]",
    "[{metric: registered_users, value: 1}, {metric: monthly_active_users, value: 5, source: x}, {metric: daily_active_users, value: 2.5}]"])
def test_figures_that_say_more_than_a_number_are_kept(client: FlaskClient, folder: Path, figures: str) -> None:  # noqa: F811
    (folder / "case.yaml").write_text(f"inputs: [{{id: base, license: qwen}}]\nreleases: [{{of: base, form: hosted_api, figures: {figures}}}]\n"
                                      .replace("2025-03", '"2025-03"'))
    page = form(ask(client, do="open", file="case.yaml"))
    again = form(ask(client, page, **{"releases.0.name": "Other"}))
    assert again.base["releases"][0]["figures"] == yaml.safe_load((folder / "case.yaml").read_text())["releases"][0]["figures"]


@pytest.mark.parametrize("odd", ["x", 5, {}, [None], ["x"], [{"metric": []}], [{}], {"metric": 1}, [{"metric": "monthly_active_users"}]])
def test_odd_figures_are_told_not_fatal(client: FlaskClient, odd: Any) -> None:  # noqa: F811
    page = form(ask(client, inputs__0__license="mit", releases__0__form="hosted_api"))
    page.base["releases"][0]["figures"] = odd
    release = {**page.base["releases"][0], "figures": odd}
    page.answers["base"] = [json.dumps({**page.base, "releases": [release]})]
    assert ask(client, page, **{"releases.0.figures.registered_users": "7"}).status_code == 200


def test_a_family_who_did_it_and_how_sure(client: FlaskClient, library: Library) -> None:  # noqa: F811
    page = form(ask(client, **{"inputs.0.family": "qwen", "inputs.0.certainty": "reported", "steps.0.action": "fine_tune", "steps.0.by": "another lab",
                               "steps.0.certainty": "alleged", "releases.0.form": "hosted_api", "releases.0.certainty": "reported"}))
    assert page.base["inputs"] == [{"id": "base", "family": "qwen", "certainty": "reported"}]
    assert page.base["steps"] == [{"id": "result", "action": "fine_tune", "from": ["base"], "by": "another lab", "certainty": "alleged"}]
    assert page.base["releases"] == [{"id": "product", "of": "result", "form": "hosted_api", "certainty": "reported"}]
    assert check_text(to_text(sheet.complete(page.base)[0]), "x", library, as_of="2026-02-03")["verdict"] == "not_enough_facts"


@pytest.mark.parametrize("path", [*SEEDS, *DISPUTES][::4], ids=lambda path: path.stem)
def test_each_open_fact_has_a_field(path: Path, client: FlaskClient, folder: Path, library: Library) -> None:  # noqa: F811
    (folder / "case.yaml").write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    response = ask(client, do="open", file="case.yaml")
    base = form(response).base
    for one in check_text(to_text(base), "x", library, as_of="2026-02-03")["questions"]:
        place = sheet.place_of(base, one["fact"])
        assert place and f'id="{place}' in response.text, one["fact"]
