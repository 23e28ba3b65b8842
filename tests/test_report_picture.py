"""The lineage picture: complete, in order, the same every time; boxes do not overlap; the reach of a license is drawn and told."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from itertools import combinations
from typing import Any

import pytest
from test_report_html import PAYLOADS, Page, flat, seed

from checker.load.paths import data_root
from checker.report import html
from checker.report._picture import MAX_NODES, picture
from checker.report.words import words


def chained(count: int) -> dict[str, Any]:
    """An Assessment whose lineage has `count` inputs, each tuned, all merged in the end."""
    value = seed("v04")
    node, edge = value["lineage"]["nodes"][0], value["lineage"]["edges"][0]
    names = [f"in{number}" for number in range(count)]
    value["lineage"]["nodes"] = [{**node, "id": one, "name": f"Publisher/Some-long-model-name-{one}"} for one in names] \
        + [{**node, "id": f"tuned-{one}", "role": "made", "name": one, "licenses": []} for one in names] \
        + [{**node, "id": "all", "role": "made", "name": "all", "licenses": []}] + [one for one in value["lineage"]["nodes"] if one["role"] == "release"]
    value["lineage"]["edges"] = [{**edge, "from": one, "to": f"tuned-{one}"} for one in names] + [{**edge, "from": f"tuned-{one}", "to": "all"} for one in names] \
        + [{**edge, "from": "all", "to": "release:api", "actions": ["hosted_api"], "relations": []}]
    value["licenses"][0]["reaches"] = [{"artifact": "in0", "relation": "modification", "path": ["in0", "tuned-in0", "all"]}]
    return value


def drawn(value: dict[str, Any]) -> dict[str, Any]:
    found = picture(value)
    assert found is not None
    return found


@pytest.mark.parametrize("count", [1, 3, 29], ids=lambda count: f"{2 * count + 2} nodes")
def test_boxes_stand_apart_and_time_flows_to_the_right(count: int) -> None:
    found = drawn(chained(count))
    assert len(found["nodes"]) == 2 * count + 2 and len(found["lines"]) == 2 * count + 1
    for one, other in combinations(found["nodes"], 2):
        apart = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
        assert apart or one["y"] + one["height"] <= other["y"] or other["y"] + other["height"] <= one["y"], (one["id"], other["id"])
    place = {box["id"]: box for box in found["nodes"]}
    for line in found["lines"]:
        start, end = line["id"]
        assert place[start]["x"] + place[start]["width"] < place[end]["x"]
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= found["width"] and box["y"] + box["height"] <= found["height"] for box in found["nodes"])


def test_the_reach_of_a_license_is_drawn_and_told() -> None:
    value = chained(3)
    reached = {box["id"] for box in drawn(value)["nodes"] if 1 in box["reached"]}
    assert reached == {"in0", "tuned-in0", "all", "release:api"}
    assert {line["id"] for line in drawn(value)["lines"] if 1 in line["reached"]} == {("in0", "tuned-in0"), ("tuned-in0", "all"), ("all", "release:api")}
    told = Page(html.render([value])).text("s1-lineage")
    assert f"Publisher/Some-long-model-name-in0 → in0, all → Release Avocado: {words()['relations']['modification']}" in told


def test_every_line_says_the_step_and_what_it_makes_of_its_input() -> None:
    told = Page(html.render([seed("v04")])).text("s1-lineage")
    assert told.count(words()["actions"]["train_on_outputs"]) >= 3 and words()["relations"]["transfer"] in told
    assert words()["verdicts"]["permitted_with_obligations"]["label"] in told


def test_circles_twins_loose_ends_and_loners_do_no_harm() -> None:
    value = chained(2)
    edge = value["lineage"]["edges"][0]
    value["lineage"]["edges"] += [{**edge, "from": "all", "to": "in0"}, {**edge, "from": "in0", "to": "in0"}, edge, {**edge, "from": "nobody", "to": "all"}]
    value["lineage"]["nodes"].append({**value["lineage"]["nodes"][0], "id": "alone"})
    assert len(drawn(value)["nodes"]) == 7
    Page(html.render([value]))


def test_what_is_too_large_is_told_in_words() -> None:
    value = chained(MAX_NODES)
    assert picture(value) is None
    page = Page(html.render([value])).text("s1-lineage")
    assert words()["sentences"]["picture_too_large"] in page and f"tuned-in{MAX_NODES - 1}" in page


def test_the_picture_is_the_same_every_time() -> None:
    code = "import json, sys; from checker.report import html; sys.stdout.reconfigure(encoding='utf-8'); sys.stdout.write(html.render(json.load(sys.stdin)))"
    texts = {subprocess.run([sys.executable, "-c", code], input=json.dumps([chained(7)]), capture_output=True, encoding="utf-8", check=True,
                            env={"PYTHONHASHSEED": salt, "PYTHONPATH": str(data_root())}, cwd=tempfile.gettempdir()).stdout for salt in "01"}
    assert texts == {html.render([chained(7)])}


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_hostile_names_stay_inside_their_box(payload: str) -> None:
    value = chained(2)
    for node in value["lineage"]["nodes"]:
        node["name"], node["licenses"] = payload, [payload, payload, payload]
    page = Page(html.render([value]))
    assert {tag for tag, _ in page.shape} == {tag for tag, _ in Page(html.render([chained(2)])).shape}
    for box in drawn(value)["nodes"]:
        assert all(len(row) <= 25 for row in (*box["name"], *box["licenses"])) and len(box["name"]) <= 2


def test_a_large_lineage_stays_small() -> None:
    assert len(html.render([chained(29)]).encode()) < 1_000_000


def test_the_glossary_explains_every_verdict() -> None:
    page = Page(html.render([seed("v01")])).text("glossary")
    for verdict in words()["verdicts"].values():
        meaning = dict(words()["glossary"]).get(verdict["label"])
        assert meaning and flat(meaning) in page, verdict["label"]


def test_a_picture_taller_than_a_sheet_has_strips_that_cut_no_box() -> None:
    assert drawn(chained(3))["strips"] == [] and not drawn(chained(3))["fits"] and drawn(seed("v01"))["fits"]
    found = drawn(chained(29))
    assert len(found["strips"]) > 3 and found["strips"][0][0] == 0
    assert [round(top + height, 1) for top, height in found["strips"]] == [*(top for top, _ in found["strips"][1:]), found["height"]]
    for top, _ in found["strips"]:
        assert all(not box["y"] < top < box["y"] + box["height"] for box in found["nodes"])
