"""What the workbench shows: the form, and beside it what `checker.app` says of the scenario."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from checker.app import formats
from checker.app.workbench import Judged, Workbench, to_text
from checker.core.license import License
from checker.core.wording import in_words, say
from checker.errors import BadInput, Problem
from checker.load.strict_yaml import decode
from checker.web import sheet as sheets
from checker.web.sheet import Scenario, Sheet

#: the name under which the text of the form is judged
FORM = "scenario.yaml"
#: questions shown above the answer; the report below has all
MOST_ASKED = 5
#: stands after each part of a live answer; no value can forge it, for every value is escaped
END = "<!--end-->"
_FILE_NAME = re.compile(r"[^A-Za-z0-9._-]+")


class Page:
    """Makes the pages. `today` gives the day on which an empty form asks its question."""

    def __init__(self, bench: Workbench, today: Callable[[], str]) -> None:
        self.bench = bench
        self.today = today
        self.words: dict[str, Any] = formats.wording()["workbench"]
        self.vocabulary = bench.library.book().vocabulary
        self.sheet = Sheet(self.vocabulary, self.words, bench.profiles())

    # ---- what a button does ------------------------------------------------------------------------------------------

    def act(self, scenario: Scenario, wrong: Mapping[str, str], answers: Mapping[str, Sequence[str]], upload: bytes | None, upload_name: str) -> str:
        """The page after the button `do` was pressed: `add:GROUP`, `remove:GROUP:NUMBER`, `use:NUMBER:MODEL`, `service:NUMBER:TERMS`, `open`, `save` …"""
        what, _, rest = (answers.get("do") or [""])[-1].partition(":")
        said = ""
        try:
            if what in ("new", "open", "upload", "example"):
                scenario, wrong, answers = self._begin(what, answers, upload, upload_name), {}, {}
            elif what == "save":
                path = self.bench.save((answers.get("save_name") or [""])[-1], self.whole_text(scenario), replace="replace" in answers)
                said = say(self.words["labels"]["saved"], {"path": path})
            elif what == "apply":
                scenario = self.repaired(scenario, int(rest) if rest.isdecimal() else -1)
            else:
                self._rows(scenario, what, rest)
        except BadInput as error:
            return self.render(scenario, wrong=wrong, answers=answers, problems=error.problems)
        return self.render(scenario, wrong=wrong, answers=answers, said=said)

    def _begin(self, what: str, answers: Mapping[str, Sequence[str]], upload: bytes | None, upload_name: str) -> Scenario:
        """Another scenario in the form: an empty one, or one from a file."""
        if what == "open":
            return self._filled(self.bench.open((answers.get("file") or [""])[-1]))
        if what == "upload":
            return self._filled(self.bench.understand(decode(upload or b"", upload_name), upload_name))
        if what == "example" and (answers.get("example") or [""])[-1] in sheets.layout()["examples"]:
            return self._filled(self.bench.example(answers["example"][-1]))
        return sheets.empty(self.today())

    def _filled(self, scenario: Scenario) -> Scenario:
        if not sheets.sound(scenario):
            raise BadInput([Problem(FORM, 0, 0, self.words["errors"]["form"])])
        return {"as_of": self.today(), **scenario}

    def _rows(self, scenario: Scenario, what: str, rest: str) -> None:
        first, _, second = rest.partition(":")
        if what == "add" and first in sheets.GROUPS:
            sheets.add(scenario, first)
        elif what == "remove" and first in sheets.GROUPS and second.isdecimal():
            sheets.remove(scenario, first, int(second))
        elif what == "use" and first.isdecimal() and int(first) < len(scenario.get("inputs") or ()):
            scenario["inputs"][int(first)]["model"] = second
        elif what == "service" and first.isdecimal() and int(first) < len(scenario.get("inputs") or ()):
            sheets.serve(scenario["inputs"][int(first)], second)

    def repaired(self, scenario: Scenario, number: int) -> Scenario:
        """The scenario after one of the repairs that its Assessment proposes; itself where there is no such repair."""
        judged = self.judge(scenario)
        repairs = judged.entry["repairs"] if judged and judged.entry else ()
        return self.bench.repaired(scenario, repairs[number]) if 0 <= number < len(repairs) else scenario

    # ---- what is shown -----------------------------------------------------------------------------------------------

    def judge(self, scenario: Scenario) -> Judged | None:
        """What is said of the scenario as far as it goes; None where there is nothing yet to speak of."""
        whole, _ = sheets.complete(scenario)
        return self.bench.judge(whole, FORM, as_of=self.today()) if whole.get("inputs") else None

    def whole_text(self, scenario: Scenario) -> str:
        """The scenario as a file, without what is only begun."""
        return to_text(sheets.complete(scenario)[0])

    def file_name(self, scenario: Scenario) -> str:
        """A plain file name after the title."""
        return _FILE_NAME.sub("-", str(scenario.get("title") or "scenario"))[:60].strip("-.") or "scenario"

    def render(self, scenario: Scenario, *, wrong: Mapping[str, str] | None = None, answers: Mapping[str, Sequence[str]] | None = None,
               problems: Sequence[Problem] = (), said: str = "") -> str:
        """The whole page. `wrong`: answers that could not be read; `problems`: why the last button did nothing; `said`: what it did."""
        shown = self._shown(scenario, self.judge(scenario), wrong or {}, answers or {})
        shown["problems"] = [*problems, *shown["problems"]]
        return str(self._template("workbench.html").render(
            **shown, said=said, base=json.dumps(scenario, ensure_ascii=False), folder=str(self.bench.folder),
            files=self.bench.files(), examples=self._examples, groups=list(sheets.GROUPS)))

    def live(self, scenario: Scenario, wrong: Mapping[str, str], answers: Mapping[str, Sequence[str]], gone: Callable[[], bool]) -> Iterator[str]:
        """What changes on the page with an answer, part by part as it is known: the verdict, the reasons, then the ways out.

        Once nobody waits for it any more (`gone`), the rest is not worked out.
        """
        whole, _ = sheets.complete(scenario)
        stages = self.bench.judge_in_stages(whole, FORM, as_of=self.today()) if whole.get("inputs") else iter((None,))
        for judged in stages:
            entry = judged.entry if judged else None
            yield str(self._template("_status.html").render(t=self.words, entry=entry, said="")) + END
            if gone():
                return
            yield str(self._template("live.html").render(**self._shown(scenario, judged, wrong, answers), said="")) + END
            if gone():
                return

    def _shown(self, scenario: Scenario, judged: Judged | None, wrong: Mapping[str, str], answers: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        """What the form and the answer beside it are made of."""
        entry = judged.entry if judged else None
        missing = [self._missing(*one) for one in sheets.complete(scenario)[1]]
        proposals = self._proposals(scenario)
        return {
            "t": self.words, "scenario": scenario, "rows": self.sheet.rows(scenario), "wrong": wrong, "problems": list(judged.problems if judged else ()),
            "missing": missing, "asked": self._asked(scenario, entry, {one["to"] for one in missing}), "entry": entry,
            "article": formats.pieces().article(entry) if entry else "",
            "proposals": proposals, "services": {number: self._services(scenario["inputs"][number]["model"]) for number in proposals},
            "governed": self._governed(entry),
            "made_from": self.vocabulary.sentence("what_it_is_made_from"), "positions": self._positions(scenario, entry),
            "conditions": self._conditions(scenario, entry),
            "comparison": self._comparison(scenario, entry, answers), "formats": formats.names(), "stem": self.file_name(scenario)}

    def error(self, reason: str, back: str = "") -> str:
        """The page that says why a request was refused, with a link `back` for those who know the address."""
        return str(self._template("refused.html").render(t=self.words, reason=reason, back=back))

    def _template(self, name: str) -> Any:
        return self._templates.get_template(name)

    @cached_property
    def _templates(self) -> Any:
        return formats.templates(Path(__file__).parent / "templates")

    @cached_property
    def _examples(self) -> dict[str, str]:
        """Name of an example -> its title."""
        return {name: str(self.bench.example(name).get("title") or name) for name in sheets.layout()["examples"]}

    def _asked(self, scenario: Scenario, entry: Mapping[str, Any] | None, missing: Collection[str]) -> list[dict[str, Any]]:
        """The questions whose answers change the verdict most, each with the id of the field that answers it, where the form has one.

        What is `missing`, and so asked for already, is not asked again.
        """
        asked = [{"text": one["ask"], "to": sheets.place_of(scenario, one["fact"])} for one in (entry["questions"] if entry else ())]
        return [one for one in asked if one["to"] not in missing][:MOST_ASKED]

    def _missing(self, sentence: str, field: str) -> dict[str, str]:
        return {"text": say(self.words["missing"][sentence], {"number": int(field.split(".")[1]) + 1}), "to": f"f-{field}".replace(".", "-")}

    def _proposals(self, scenario: Scenario) -> dict[int, Any]:
        """Number of an input -> models of the registry that its name may mean, where the registry does not know the name itself."""
        found: dict[int, Any] = {}
        for number, one in enumerate(scenario.get("inputs") or ()):
            model = one.get("model")
            if isinstance(model, str) and model and not self.bench.is_known(model):
                found[number] = self.bench.search(model[:200])
        return found

    def _services(self, model: str) -> list[License]:
        """The terms of the services under which a model of this name may be used."""
        book = self.bench.library.book()
        return [book.license(one) for one in sheets.services(model)]

    def _governed(self, entry: Mapping[str, Any] | None) -> dict[str, list[str]]:
        """Id of an input -> the license that was found to govern it, or the candidates."""
        return {node["id"]: node["licenses"] for node in (entry or {"lineage": {"nodes": ()}})["lineage"]["nodes"] if node["role"] == "input"}

    def _positions(self, scenario: Scenario, entry: Mapping[str, Any] | None) -> list[dict[str, Any]]:
        """The unsettled questions that matter here or are answered by the scenario, each with its answers."""
        stated = scenario.get("positions") or {}
        mattering = {one["id"]: one for one in (entry["unsettled"] if entry else ())}
        known = self.bench.library.book().positions
        shown = []
        for position_id in dict.fromkeys((*mattering, *(one for one in stated if one in known))):
            verdicts = {one["id"]: one["verdict"] for one in mattering.get(position_id, {}).get("positions", ())}
            own = stated.get(position_id)
            shown.append({"id": position_id, "question": known[position_id]["question"], "own": own if isinstance(own, str) else "",
                          "used": mattering.get(position_id, {}).get("position_used"), "kept": own if isinstance(own, dict) else None,
                          "answers": [(one["id"], one["title"], verdicts.get(one["id"])) for one in known[position_id]["answers"]]})
        return shown

    def _conditions(self, scenario: Scenario, entry: Mapping[str, Any] | None) -> list[dict[str, Any]]:
        """What the licenses that reach the scenario ask beyond its facts; one field for each answer that the scenario has a place for."""
        asked = {f"conditions.{one.name}.{one.word}": one for one in self.bench.conditions(scenario, entry)}
        return [{"name": name, "id": sheets.condition_field(one.license, one.word), "ask": one.ask, "notes": one.notes,
                 "shown": "" if one.holds is None else in_words(one.holds)} for name, one in asked.items()]

    def _comparison(self, scenario: Scenario, entry: Mapping[str, Any] | None, answers: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        """The scenario with one input exchanged, judged beside it. A name that the registry knows is a model, any other a license."""
        name = (answers.get("compare_with") or [""])[-1].strip()
        chosen = (answers.get("compare_input") or [""])[-1]
        inputs = scenario.get("inputs") or []
        found: dict[str, Any] = {"with": name, "input": chosen, "other": None, "problems": (), "proposals": ()}
        place = next((number for number, one in enumerate(inputs) if one.get("id") == chosen), 0)
        if not name or not inputs or entry is None:
            return found
        other = copy.deepcopy(scenario)
        kept = {key: value for key, value in inputs[place].items() if key not in ("model", "family", "license", "declared", "from", "modalities", "claimed")}
        other["inputs"][place] = {**kept, "model" if self.bench.is_known(name) else "license": name}
        judged = self.judge(other)
        if judged is not None:
            found.update(other=judged.entry, problems=judged.problems)
            if judged.entry is None:
                found["proposals"] = self.bench.search(name[:200])
        return found
