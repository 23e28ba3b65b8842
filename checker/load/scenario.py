"""A scenario file to a Scenario: shape, names, ids, lineage, licenses; every problem at once, every assumption said."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from checker.core.license import NO_LICENSE, OWN_WORK, UNREAD
from checker.core.scenario import Alternatives, Input, Reference, Release, Scenario, Step
from checker.core.vocabulary import Vocabulary
from checker.errors import BadInput
from checker.load import shape
from checker.load.book import Library
from checker.load.expression import ExpressionError
from checker.load.problems import fragment
from checker.load.registry import MAX_DEPTH
from checker.load.sources import Sources
from checker.load.strict_yaml import Document, load, parse

#: candidates of an open license, action or form
MAX_CANDIDATES = 40


def load_scenario(path: Path, library: Library, *, name: str | None = None, as_of: str = "", profile: str | None = None) -> Scenario:
    """The scenario in a file. `as_of` stands in where the file gives no day; `profile` overrides the file's. Raises BadInput."""
    return understand(load(path, name), library, as_of=as_of, profile=profile)


def parse_scenario(text: str, library: Library, *, name: str = "scenario", as_of: str = "", profile: str | None = None,
                   asked: str = "") -> Scenario:
    """The scenario in a text; `asked` is a day that stands before the file's own. Raises BadInput."""
    return understand(parse(text, name), library, as_of=as_of, profile=profile, asked=asked)


def understand(document: Document, library: Library, *, as_of: str = "", profile: str | None = None, asked: str = "") -> Scenario:
    """The scenario in a document. Raises BadInput with every problem."""
    schema = library.schema("scenario")
    shape.check(schema, document)
    value = _salvaged(schema, document) if document.problems else document.value
    if value is not None:
        scenario = _Reader(document, value, library, as_of, profile, asked).scenario()
    document.check()
    return scenario


def _salvaged(schema: Mapping[str, Any], document: Document) -> dict[str, Any] | None:
    from checker.load.salvage import salvage

    return salvage(schema, document)


class _Reader:
    """Reads one document; problems go to the document, assumptions to a list."""

    def __init__(self, document: Document, value: dict[str, Any], library: Library, as_of: str, profile: str | None, asked: str = "") -> None:
        self.document = document
        self.data = value
        self.library = library
        self.book = library.book()
        self.vocabulary: Vocabulary = self.book.vocabulary
        self.sources = Sources(library)
        self.as_of = str(asked or self.data.get("as_of") or as_of)
        self.profile_name = profile or self.data.get("profile")
        self.assumptions: list[str] = []
        self.upstream: list[Input] = []
        self._say = self.vocabulary.sentence
        self.text_counts: Any = None                           # the text at the download, or the one of today: see the position

    def scenario(self) -> Scenario:
        data = self.data
        if not self.as_of:
            self.document.problem((), "no_day")
        elif not _is_day(self.as_of):
            self.document.problem(("as_of",), "not_in_the_calendar", day=self.as_of)
        positions, profile = self._positions(), self._profile()
        self.text_counts = positions.get("license-version") or profile.get("license-version")
        inputs = [self._input(index, one) for index, one in enumerate(data["inputs"])] + self.upstream
        steps = [self._step(index, one) for index, one in enumerate(data.get("steps") or ())]
        self._check_ids(inputs, steps)
        releases = [self._release(index, one) for index, one in enumerate(data.get("releases") or ())]
        releases += self._internal(inputs, steps, releases)
        self._check_lineage(inputs, steps, releases)
        actor = dict(data.get("actor") or {})
        if data.get("agreements") is None:
            self.assumptions.append(self._say("no_agreements"))
        return Scenario(
            title=str(data.get("title") or self.document.file), as_of=self.as_of,
            actor={key: value for key, value in actor.items() if key in self.vocabulary.facts["actor"]},
            figures=tuple(self._figures(actor)), agreements=self._agreements(),
            inputs=tuple(inputs), steps=tuple(steps), releases=tuple(releases),
            positions=positions, profile=profile, conditions=self._conditions(), labels=self._labels(releases, inputs),
            assumptions=tuple(dict.fromkeys(self.assumptions)), source={key: value for key, value in data.items() if key != "expect"},
            file=self.document.file)

    # ---- inputs ------------------------------------------------------------------------------------------------------

    def _input(self, index: int, one: Mapping[str, Any]) -> Input:
        path = ("inputs", index)
        facts = {key: value for key, value in one.items() if key in self.vocabulary.facts["input"] and value is not None}
        made_from = tuple(self._reference(reference) for reference in one.get("from") or ())
        if one.get("obtained") and self.text_counts == "today":
            self.assumptions.append(self._say("text_of_today", artifact=one["id"], obtained=one["obtained"], day=self.as_of))
            one = {key: value for key, value in one.items() if key != "obtained"}
        found = self.sources.of(one, self.as_of)
        if found.problem:
            name = str(one[found.problem_at])
            hint = self.document.nearest(name.casefold(), found.known)
            self.document.problem((*path, found.problem_at), found.problem, hint=hint, name=name, known=", ".join(found.known))
        if one.get("certainty") != "refuted":
            self.assumptions.extend(found.assumptions)
        if found.modalities and "modalities" not in facts:
            facts["modalities"] = found.modalities
        candidates, labels = self._candidates(one, path, found)
        for number, base in enumerate(found.bases):
            made_from += (self._upstream(one["id"], number, base),)
        made_by = one.get("action") or self.vocabulary.data["steps"]["made_by"].get(one.get("kind"), "fine_tune")
        return Input(id=one["id"], candidates=candidates, labels=labels, facts=facts, declared=one.get("declared"), made_from=made_from,
                     made_by=made_by, certainty=one.get("certainty") or "assumed",
                     model=one.get("model"), note=one.get("note") or "", line=self.document.place(path)[0])

    def _upstream(self, owner: str, number: int, base: Mapping[str, Any], depth: int = 1) -> Reference:
        """A base that the registry knows, as an input of its own behind the one named."""
        identifier = f"{owner}~{number}" if number else f"{owner}~base"
        found = self.sources.of({"id": identifier, "model": base["model"]}, self.as_of)
        bases = found.bases if depth < MAX_DEPTH else ()
        made_from = tuple(self._upstream(identifier, inner, one, depth + 1) for inner, one in enumerate(bases))
        candidates = found.candidates or (((UNREAD,),),)
        facts = {"modalities": found.modalities} if found.modalities else {}
        self.upstream.append(Input(id=identifier, candidates=candidates, labels=found.labels or (base["model"],), facts=facts,
                                   model=base["model"], made_from=made_from, certainty="assumed"))
        self.assumptions.append(self._say("made_from", artifact=owner, model=base["model"]))
        return Reference(identifier, None, base.get("action"))

    def _candidates(self, one: Mapping[str, Any], path: tuple[Any, ...], found: Any) -> tuple[tuple[Alternatives, ...], tuple[str, ...]]:
        stated = one.get("license")
        if stated is not None:
            texts = stated["one_of"] if isinstance(stated, Mapping) else [stated]
            parsed = [self._expression(text, (*path, "license"), one) for text in texts[:MAX_CANDIDATES]]
            if len(texts) > MAX_CANDIDATES:
                self.document.problem((*path, "license"), "too_many_candidates", count=len(texts), most=MAX_CANDIDATES)
            return tuple(parsed), tuple(str(text) for text in texts)
        if found.candidates:
            return found.candidates, found.labels
        if one.get("from") or found.bases:
            return ((),), (one.get("declared") or self._say("what_it_is_made_from"),)
        if one.get("declared"):
            return self._declared(one["id"], str(one["declared"]), str(one.get("obtained") or self.as_of))
        self.assumptions.append(self._say("license_of_unknown", artifact=one["id"]))
        return (((UNREAD,),),), (UNREAD,)

    def _declared(self, identifier: str, label: str, day: str) -> tuple[tuple[Alternatives, ...], tuple[str, ...]]:
        """Where nothing is known of what it was made from, the label is all that anybody granted; one that names no license says nothing."""
        said = self.sources.label(label)
        dated = self.sources.in_force(label, day) if said.get("ambiguous") else None
        named: Alternatives = ((dated,),) if dated else () if said["altered"] else tuple(said["licenses"])
        self.assumptions.append(self._say("label_taken" if named else "label_unread", artifact=identifier, label=label))
        if not named:
            return (((UNREAD,),),), (UNREAD,)
        if said.get("ambiguous"):
            return tuple((one,) for one in named), tuple(" AND ".join(one) for one in named)
        return (named,), (label,)

    def _expression(self, text: str, path: tuple[Any, ...], one: Mapping[str, Any]) -> Alternatives:
        try:
            found = self.sources.alternatives(str(text))
            if " with " in f" {text} ".casefold():
                self.assumptions.append(self._say("exception_not_read", text=text))
            return found
        except ExpressionError as error:
            dated = self.sources.in_force(str(text), str(one.get("obtained") or self.as_of))
            if dated:
                self.assumptions.append(self._say("text_in_force", text=text, license=dated, day=one.get("obtained") or self.as_of))
                return ((dated,),)
            hint = "" if error.several else self.document.nearest(str(text).casefold(), self.sources.all_names())
            self.document.note(path, str(error), hint or ("" if error.says_how else fragment("write_a_license")))
            return ((UNREAD,),)

    # ---- steps and releases ------------------------------------------------------------------------------------------

    def _reference(self, reference: Any) -> Reference:
        if isinstance(reference, str):
            return Reference(reference)
        return Reference(reference["id"], reference.get("as"), reference.get("action"))

    def _step(self, index: int, one: Mapping[str, Any]) -> Step:
        action = one["action"]
        actions = tuple(dict.fromkeys(action["one_of"])) if isinstance(action, Mapping) else (action,)
        by = one.get("by") or "actor"
        return Step(id=one["id"], actions=actions, inputs=tuple(self._reference(reference) for reference in one.get("from") or ()),
                    facts={key: value for key, value in one.items() if key in self.vocabulary.facts["step"] and value is not None},
                    by="actor" if by == (self.data.get("actor") or {}).get("name") else by,
                    certainty=one.get("certainty") or "assumed", line=self.document.place(("steps", index))[0])

    def _release(self, index: int, one: Mapping[str, Any]) -> Release:
        form = one.get("form")
        possible = self.vocabulary.forms if form is None else form["one_of"] if isinstance(form, Mapping) else [form]
        forms = tuple(dict.fromkeys(possible))
        facts = {key: value for key, value in one.items() if key in self.vocabulary.facts["release"] and key != "form" and value is not None}
        if "fields" not in facts:
            self.assumptions.append(self._say("no_intended_uses", release=one.get("id") or one["of"]))
        conduct = {key: value for key, value in (one.get("conduct") or {}).items() if value is not None}
        return Release(id=one.get("id") or one["of"], of=one["of"], forms=forms, facts=facts, conduct=conduct,
                       figures=tuple(self._stated(figure, ("releases", index, "figures", number), "product")
                                     for number, figure in enumerate(one.get("figures") or ()) if _counts(figure)),
                       certainty=one.get("certainty") or "assumed", line=self.document.place(("releases", index))[0])

    def _internal(self, inputs: list[Input], steps: list[Step], releases: list[Release]) -> list[Release]:
        """What the actor made, or (if it made nothing) took, and did not release, it uses inside only."""
        used = {reference.id for step in steps for reference in step.inputs} | {reference.id for one in inputs for reference in one.made_from}
        used |= {release.of for release in releases}
        last = [step.id for step in steps if step.by == "actor" and step.id not in used]
        idle = [one.id for one in inputs if one.id not in used]
        if releases or last:
            self.assumptions += [self._say("goes_nowhere", artifact=one) for one in idle]
            idle = []
        self.assumptions += [self._say("no_release", artifact=one) for one in (*last, *idle)]
        taken = {release.id for release in releases}
        return [Release(id=f"{one}~internal" if one in taken else one, of=one, forms=("internal",), facts={}, conduct={})
                for one in dict.fromkeys((*last, *idle))]

    # ---- the actor ---------------------------------------------------------------------------------------------------

    def _figures(self, actor: Mapping[str, Any]) -> list[dict[str, Any]]:
        figures = [self._stated(figure, ("actor", "figures", index), "licensee_and_affiliates")
                   for index, figure in enumerate(actor.get("figures") or ()) if _counts(figure)]
        for metric in self.vocabulary.words["metrics"]:
            amount = actor.get(metric)
            if amount is not None:
                stated = dict(amount) if isinstance(amount, Mapping) else {"value": amount}
                figures += [{"metric": metric, "scope": scope, **stated} for scope in ("licensee", "licensee_and_affiliates")]
        self._check_figures(figures)
        return figures

    def _check_figures(self, figures: list[dict[str, Any]]) -> None:
        """A part is never larger than the whole: product, licensee, with affiliates; and no figure is above and below at once."""
        scopes = list(self.vocabulary.words["counted_over"])
        for part in figures:
            for whole in figures:
                same = part["metric"] == whole["metric"] and part.get("date") == whole.get("date")
                least, most = part.get("value", part.get("above", 0)), whole.get("value", whole.get("below", float("inf")))
                if same and scopes.index(part["scope"]) <= scopes.index(whole["scope"]) and least > most:
                    self.document.problem(("actor",), "impossible_figures", metric=part["metric"], part=part["scope"], least=f"{least:,}",
                                          whole=whole["scope"], most=f"{most:,}")
                    return

    def _stated(self, figure: Mapping[str, Any], path: tuple[Any, ...], scope: str) -> dict[str, Any]:
        if not {"value", "above", "below"} & set(figure):
            self.document.problem(path, "figure_without_number")
        return {"scope": scope, **figure}

    def _agreements(self) -> tuple[dict[str, Any], ...] | None:
        stated = self.data.get("agreements")
        if stated is None:
            return None
        found = []
        for index, one in enumerate(stated):
            ids = []
            for number, name in enumerate(one["licenses"]):
                resolved = self.sources.resolve(name)
                place = ("agreements", index, "licenses", number)
                if not resolved:
                    self._unknown_license(place, name)
                elif len(resolved) > 1:
                    self.document.problem(place, "several_licenses", name=name, licenses=", ".join(resolved))
                ids += resolved
            found.append({**one, "licenses": ids})
        return tuple(found)

    def _unknown_license(self, path: tuple[Any, ...], name: str, *, key: bool = False) -> None:
        hint = self.document.nearest(name.casefold(), self.sources.all_names())
        self.document.problem(path, "unknown_license", hint=hint, key=key, name=name[:80])

    # ---- positions, profile, labels ----------------------------------------------------------------------------------

    def _positions(self) -> dict[str, Any]:
        stated = self.data.get("positions") or {}
        for name, answer in stated.items():
            for license_id, one in answer.items() if isinstance(answer, Mapping) else [(None, answer)]:
                self._answer(self.document, name, license_id, one)
                if license_id is not None and license_id not in self.library.license_files:
                    self._unknown_license(("positions", name, license_id), license_id, key=True)
        return dict(stated)

    def _conditions(self) -> dict[str, bool]:
        """Key of each condition of a license that the file speaks of -> does it hold?"""
        found: dict[str, bool] = {}
        for name, stated in (self.data.get("conditions") or {}).items():
            resolved = self.sources.resolve(name)
            if not resolved:
                self._unknown_license(("conditions", name), name, key=True)
            found |= {f"conditions.{license_id}.{word}": holds for license_id in resolved for word, holds in stated.items()}
        return found

    def _answer(self, document: Document, name: str, license_id: str | None, answer: str) -> None:
        """Refuse an answer to a question that is not asked, or one that is none of its answers."""
        position = self.book.positions.get(name)
        if position is None:
            hint = document.nearest(name, self.book.positions)
            document.problem(("positions", name), "unknown_question", hint=hint, key=True, name=name)
            return
        known = [one["id"] for one in position["answers"]] + ["open"]
        if answer not in known:
            place = ("positions", name, *([license_id] if license_id else []))
            document.problem(place, "unknown_answer", answer=answer, name=name, known=", ".join(known))

    def _profile(self) -> dict[str, Any]:
        """Position -> answer of the profile: one of the book's, or a file of the user's beside the scenario."""
        name = self.profile_name or "mainstream"
        if name in self.book.profiles:
            return {"id": name, **self.book.answers(name)}
        path = _beside(Path(self.document.file).parent, name)
        if path is None:
            hint = self.document.nearest(name, self.book.profiles)
            self.document.problem(("profile",), "unknown_profile", hint=hint, name=name, known=", ".join(self.book.profiles))
            return {"id": name}
        try:
            return self._own_profile(load(path))
        except BadInput as error:
            self.document.problems += error.problems
            return {"id": name}

    def _own_profile(self, own: Document) -> dict[str, Any]:
        """A user's profile: that of the book which it extends, with its own answers. Raises BadInput."""
        shape.check(self.library.schema("profile"), own)
        own.check()
        parent, stated = own.value.get("extends", "mainstream"), own.value.get("positions", {})
        if parent not in self.book.profiles:
            own.problem(("extends",), "unknown_profile_of_the_book", name=parent, known=", ".join(self.book.profiles))
        for name, answer in stated.items():
            self._answer(own, name, None, answer)
        own.check()
        return {**self.book.answers(parent), **stated, "id": own.value["id"]}

    def _labels(self, releases: list[Release], inputs: list[Input]) -> dict[str, Any]:
        texts = {str(release.facts["license"]) for release in releases if release.facts.get("license")}
        texts |= {one.declared for one in inputs if one.declared}
        return {text: self.sources.label(text) for text in sorted(texts)}

    # ---- the whole ---------------------------------------------------------------------------------------------------

    def _check_ids(self, inputs: list[Input], steps: list[Step]) -> None:
        seen: dict[str, tuple[str, int]] = {}
        for group, index, name, _ in _things(inputs, steps):
            if name in seen:
                # what the registry adds stands nowhere in the file; then the id that was written has to change
                place = seen[name] if group == "inputs" and index >= len(self.data["inputs"]) else (group, index)
                self.document.problem((*place, "id"), "id_twice", name=name)
            seen.setdefault(name, (group, index))
            if name in (NO_LICENSE, OWN_WORK):
                self.document.problem((group, index, "id"), "reserved_word", name=name)

    def _check_lineage(self, inputs: list[Input], steps: list[Step], releases: list[Release]) -> None:
        things = list(_things(inputs, steps))
        known = {name for _, _, name, _ in things}
        made = {name: [reference.id for reference in references] for _, _, name, references in things if references}
        for group, index, _, references in things:
            for number, reference in enumerate(references):
                if reference.id not in known:
                    self._unknown_thing((group, index, "from", number), reference.id, known)
        names: set[str] = set()
        for index, release in enumerate(releases):
            if release.of not in known:
                self._unknown_thing(("releases", index, "of"), release.of, known)
            if release.id in names:
                self.document.problem(("releases", index), "release_twice", name=release.id)
            names.add(release.id)
        cycle = _cycle(made)
        if cycle:
            place = next((group, index) for group, index, name, references in things if name == cycle[0] and references)
            self.document.problem(place, "a_circle", things=" -> ".join(cycle[:6]) + (" …" if len(cycle) > 6 else ""))

    def _unknown_thing(self, path: tuple[Any, ...], name: str, known: set[str]) -> None:
        hint = self.document.nearest(name, known)
        self.document.problem(path, "unknown_thing", hint=hint, name=name)


def _things(inputs: list[Input], steps: list[Step]) -> Iterator[tuple[str, int, str, tuple[Reference, ...]]]:
    """(group, index in the file, id, what it is made from) of every input and step."""
    for index, one in enumerate(inputs):
        yield "inputs", index, one.id, one.made_from
    for index, step in enumerate(steps):
        yield "steps", index, step.id, step.inputs


def _beside(base: Path, name: str) -> Path | None:
    """The YAML file of this name in the folder or below it; None if there is none."""
    path = base / name
    try:
        inside = path.is_file() and path.resolve().is_relative_to(base.resolve())
    except OSError:                                            # a name that no file can have
        return None
    return path if inside and path.suffix in (".yaml", ".yml") else None


def _is_day(text: str) -> bool:
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _counts(figure: Mapping[str, Any]) -> bool:
    return figure.get("certainty") not in ("alleged", "refuted")


def _cycle(made: Mapping[str, list[str]]) -> list[str]:
    """One circle among artifacts, or []. Without recursion: chains may be long."""
    done: set[str] = set()
    for start in made:
        if start in done:
            continue
        path: list[str] = []
        on_path: set[str] = set()
        stack: list[tuple[str, bool]] = [(start, False)]
        while stack:
            node, leaving = stack.pop()
            if leaving:
                path.pop()
                on_path.discard(node)
                done.add(node)
                continue
            if node in on_path:
                return [*path[path.index(node):], node]
            if node in done:
                continue
            path.append(node)
            on_path.add(node)
            stack.append((node, True))
            stack.extend((before, False) for before in made.get(node, ()))
    return []
