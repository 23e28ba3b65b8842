"""Questions of a gate: where each is answered, and what is asked of a whole place once, however many models it is asked of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from checker.core.concerns import file_of, identity, named
from checker.core.figures import measure_of
from checker.core.vocabulary import split_key
from checker.core.wording import say

Row = dict[str, Any]


def answered(entry: Mapping[str, Any], rows: Iterable[Row], policy: Mapping[str, Any], words: Mapping[str, Any]) -> None:
    """Say of every question of the rows where it is answered; for a row that is only a question, this is what to do."""
    is_file = file_of(entry).endswith((".yaml", ".yml"))
    told = words["answer_in_scenario" if is_file else "answer_in_policy"]
    names = {node["id"]: node["name"] for node in (entry.get("lineage") or {}).get("nodes", ())}
    where = file_of(entry) if is_file else policy["files"][0]["path"] if policy["files"] else words["no_policy"]
    for row in rows:
        row["asks"] = [{**one, "answer": _answer(one["fact"], told, where)} for one in row["asks"]]
        if row["kind"] == "verdict":
            about = [split_key(one["fact"]) for one in row["asks"]]
            if not is_file and about and all((group, fact) == ("inputs", "license") for group, _, fact in about):
                row["message"] = " ".join([*(say(words["license_unknown"], {"subject": names.get(thing, thing)}) for _, thing, _ in about), row["message"]])
            row["remedy"] = " ".join(dict.fromkeys(one["answer"] for one in row["asks"])) or words["whole"].get(row["rule"], "")


def _answer(key: str, told: Mapping[str, str], where: str) -> str:
    group, thing, fact = split_key(key)
    measure = measure_of(key)
    kind = group if group in told else "other"
    if measure is not None:
        kind, fact = ("release_figures", measure.metric) if measure.release else ("figures", measure.metric)
    elif group == "inputs" and fact != "license":
        kind = "other"
    return say(told[kind], {"file": where, "fact": _as_written(fact), "metric": fact, "id": thing})


def _as_written(fact: str) -> str:
    """`conduct.ships` as one writes it: `conduct: {ships: …}`."""
    *outer, last = fact.partition("@")[0].split(".")
    text = f"{last}: …"
    for name in reversed(outer):
        text = f"{name}: {{{text}}}"
    return text


def once(rows: Iterable[tuple[Mapping[str, Any], Row]]) -> None:
    """Of questions that several entries of a place ask alike, the first says of what they are asked; the others repeat it."""
    first: dict[tuple[str, str], Row] = {}
    for entry, row in rows:
        if row["kind"] != "verdict" or not row["open"]:
            continue
        speaker = first.setdefault((identity(entry), row["fingerprint"]), row)
        asked_of = [named(entry, split_key(key)[1]) for key in row["open"] if split_key(key)[1]]
        row["asked_of"] = asked_of
        if speaker is not row:
            row["repeats"] = True
            speaker["asked_of"] = list(dict.fromkeys([*speaker["asked_of"], *asked_of]))
