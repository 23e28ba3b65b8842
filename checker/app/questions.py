"""The distinct questions of an audit, each put to the core once: a scenario in which the audited model stands for one input.

Answers are kept in the cache under a digest of everything they rest on, so that the next audit asks only what is new.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, cached_property
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

import checker
from checker.app.helpers import Helpers
from checker.app.wording import problem
from checker.audit.chain import NOBODY_KNOWS, Token, expression
from checker.audit.explain import MODEL
from checker.audit.plan import Question
from checker.core import duties
from checker.core.alternatives import Choice, choose
from checker.core.scenario import Input, Reference, Scenario
from checker.core.study import Held, brief
from checker.core.verdict import worst
from checker.core.worlds import Leaf, settle, verdict_range
from checker.errors import BadInput
from checker.load.book import Library
from checker.load.scenario import parse_scenario
from checker.load.sources import Sources

UPSTREAM = "upstream"
#: the state of a label that no longer holds once one of several upstream licenses is the one it names
TOO_STRICT = "too_strict"
#: findings kept with an answer
TOP = 6
#: with more unanswered questions than this, every core helps
WORTH_A_PROCESS = 400
#: what an answer may tell beside verdicts: from the findings, and from judging under every profile that is compared
BY_FINDINGS, BY_PROFILES = ("label", "findings"), ("profiles",)
_EFFECTS = ("forbids", "needs_permission", "reserves", "requires", "notes")

Answer = dict[str, Any]
Tick = Callable[[int, int], None]


class Template(NamedTuple):
    """A use scenario of an audit: name, text, and how it is understood under the profile asked for and under each of those compared."""

    name: str
    text: str
    scenario: Scenario
    profiles: Mapping[str, Scenario]


def template(name: str, text: str, file: str, library: Library, *, as_of: str, profile: str | None,
             compared: Iterable[str]) -> Template:
    """Read a template. Raises BadInput, also if no input is called `model`."""
    scenario = parse_scenario(text, library, name=file, as_of=as_of, profile=profile)
    if not any(one.id == MODEL for one in scenario.inputs):
        raise BadInput([problem("no_input_for_the_model", file, 1, 1, name=MODEL)])
    profiles = {one: parse_scenario(text, library, name=file, as_of=as_of, profile=one) for one in compared}
    return Template(name, text, scenario, profiles)


class Judge:
    """Puts questions to the core. `label_states` says which rules give which state of a label; `besides`: what answers tell beside verdicts; a tick
    tells how many are answered, of how many."""

    def __init__(self, library: Library, templates: tuple[Template, ...], label_states: Mapping[str, list[str]],
                 besides: tuple[str, ...] = BY_FINDINGS) -> None:
        self.library = library
        self.templates = templates
        self.label_states = label_states
        self.besides = besides
        self.label = cache(Sources(library).label)
        self.helpers = Helpers(_judge, (str(library.root), str(library.cache), templates, dict(label_states), besides))

    def answers(self, questions: list[Question], tick: Tick = lambda done, of: None) -> list[Answer]:
        """The answer to each question, in order.

        They are put in an order of their own: whoever answers those of the same licenses after one another knows again most of what it finds.
        """
        kept = self.library.kept(self._kept_as) or {}
        keys = [repr(one) for one in questions]
        missing = sorted(((key, one) for key, one in zip(keys, questions) if not self._suffices(kept.get(key))), key=itemgetter(0))
        try:
            for number, (key, answer) in enumerate(self._asked(missing), 1):
                kept[key] = {**kept.get(key, {}), **answer}
                tick(number, len(missing))
        finally:
            self.helpers.end()
            if missing:                                         # who stops half-way need not ask again what was answered
                self.library.keep(self._kept_as, kept)
        return [kept[key] for key in keys]

    def _asked(self, missing: list[tuple[str, Question]]) -> Iterator[tuple[str, Answer]]:
        if not self.helpers.started and (len(missing) < WORTH_A_PROCESS or not Helpers.possible()):
            for key, question in missing:
                yield key, self.answer(question)
            return
        yield from zip((key for key, _ in missing), self.helpers.answers([one for _, one in missing]))

    @contextmanager
    def helped(self) -> Iterator[None]:
        """Meanwhile helpers get ready for the questions: where nothing is answered yet, and there will be many."""
        if Helpers.possible() and not any(map(self._suffices, (self.library.kept(self._kept_as) or {}).values())):
            self.helpers.start()
        try:
            yield
        except BaseException:
            self.helpers.end()
            raise

    def _suffices(self, answer: Answer | None) -> bool:
        """Does an answer that was kept tell all that is wanted?"""
        return answer is not None and all(name in answer for name in self.besides)

    def expect(self, questions: Iterable[Question]) -> None:
        """Questions that will probably be put: helpers that are there begin with them."""
        if self.helpers.started:
            self.helpers.begin(questions)

    @cached_property
    def _kept_as(self) -> str:
        return f"audit-answers-{self._digest}"

    @cached_property
    def _digest(self) -> str:
        """A digest of everything an answer rests on: the templates, rules, licenses, names, the program, and what dates lie around the day."""
        total = hashlib.sha256(f"{checker.__version__} {self.library.knowledge_digest}".encode())
        for one in self.templates:
            total.update(f"{one.name}\0{one.text}\0{self.library.period(one.scenario.as_of, one.text)}\0{sorted(one.scenario.profile.items())}\0".encode())
        for path in sorted(one for folder in ("core", "load") for one in Path(checker.__file__).parent.glob(f"{folder}/*.py")):
            total.update(path.read_bytes())
        total.update(Path(__file__).read_bytes())
        return total.hexdigest()[:32]

    # ---- one question ------------------------------------------------------------------------------------------------

    def scenario(self, question: Question, template: Scenario) -> Scenario:
        """The template with the question's model in it: made from what reaches it, under its own license, with its label."""
        ids = _ids(question.inherited)
        sources = [_input(identifier, token, {}) for identifier, (token, _) in zip(ids, question.inherited)]
        references = tuple(Reference(source.id, None, step) for source, (_, step) in zip(sources, question.inherited))
        stand_in = next(one for one in template.inputs if one.id == MODEL)
        own = question.own.candidates if question.own is not None else ((),)
        facts = {**_facts(question.own), **stand_in.facts}
        declared = question.declared.text if question.declared is not None else None
        model = stand_in._replace(candidates=own, labels=_labels(own), declared=declared, made_from=references, facts=facts)
        labels = {**template.labels, **({declared: self.label(declared)} if declared is not None else {})}
        inputs = tuple(model if one.id == MODEL else one for one in template.inputs)
        return template._replace(inputs=(*inputs, *sources), labels=labels)

    def answer(self, question: Question) -> Answer:
        """Verdict, range, the verdict of what comes from upstream alone, what it hangs on; besides state of the label, top findings, under profiles."""
        template = self.templates[question.scenario]
        book, scenario = self.library.book(), self.scenario(question, template.scenario)
        judged = brief(book, scenario) if set(BY_FINDINGS).intersection(self.besides) else None
        choice = judged.choice if judged is not None else choose(book, scenario)
        leaves = choice.exploration.leaves
        best, least = verdict_range(leaves)
        inherited = question.upstream()
        found: Answer = {
            "verdict": settle(leaves), "best": best, "worst": least,
            "upstream": settle(leaves, lambda leaf: _of(leaf, inherited)) if question.inherited else None,
            "open": sorted(choice.exploration.keys()),
        }
        if judged is not None:
            found |= {"label": self._label_state(question, judged.merged), "findings": list(_top(judged.merged))}
        return {**found, "profiles": self._under_profiles(question, template, choice)} if "profiles" in self.besides else found

    def _under_profiles(self, question: Question, template: Template, chosen: Choice) -> dict[str, str]:
        """The verdict under each of the profiles that are compared. One that answers all that was consulted alike gives the same."""
        found = {}
        asked, consulted = template.scenario.profile, chosen.exploration.consulted
        for name, other in template.profiles.items():
            same = chosen.possible == 1 and all(asked.get(key) == other.profile.get(key) for key in consulted)
            leaves = chosen.exploration.leaves if same else choose(self.library.book(), self.scenario(question, other)).exploration.leaves
            found[name] = settle(leaves)
        return found

    def _label_state(self, question: Question, findings: Iterable[Held]) -> str:
        """What the label is to the licenses that reach the model: the rules say it; else whether it is theirs."""
        if question.declared is None:
            return "sole" if question.own not in (None, NOBODY_KNOWS) else "none"
        upstream = question.upstream()
        if not any(self.library.book().license(one).read for one in upstream):
            return "sole"
        held = {one.finding.rule.id for one in findings if getattr(one.finding.frame, "on", None) == "input"}
        for state, rules in self.label_states.items():
            if held.intersection(rules) and not (state == TOO_STRICT and question.declared.covered_by(upstream)):
                return state
        return "same" if question.declared.covered_by(upstream) else "other"


def _of(leaf: Leaf, ids: frozenset[str]) -> int:
    return worst(bits for one, bits in leaf.by_license.items() if one in ids)


def _ids(inherited: Iterable[tuple[Token, str]]) -> list[str]:
    """Ids that say what each is and how it came: under the same one in every question, what is found of it is known again."""
    told = ["~".join((UPSTREAM, _labels(token.candidates)[0], step)).replace(".", "-") for token, step in inherited]
    return [one if one not in told[:place] else f"{one}~{place}" for place, one in enumerate(told)]


def _input(identifier: str, token: Token, facts: Mapping[str, Any]) -> Input:
    return Input(identifier, token.candidates, {**_facts(token), **facts}, _labels(token.candidates))


def _facts(token: Token | None) -> dict[str, Any]:
    return {"modalities": token.modalities} if token is not None and token.modalities else {}


def _labels(candidates: tuple[Any, ...]) -> tuple[str, ...]:
    return tuple(expression(one) or "what it is made from" for one in candidates)


def _top(findings: Iterable[Held]) -> Iterator[dict[str, Any]]:
    """The findings that weigh most: bans before what must be asked before duties, sure ones first; one of each rule and license."""
    told: dict[tuple[Any, ...], Held] = {}
    for one in findings:
        rule, license = one.finding.rule, one.finding.license
        if rule.axis == "legal" and rule.effect in _EFFECTS:
            told.setdefault((_EFFECTS.index(rule.effect), one.truth is not True, rule.id, license.id if license else ""), one)
    for key in sorted(told)[:TOP]:
        finding = told[key].finding
        yield {"rule": finding.rule.id, "effect": finding.rule.effect, "license": key[3] or None, "holds": "depends" if key[1] else "yes",
               "message": duties.message(finding, not key[1])}


def _judge(root: str, cache: str, templates: tuple[Template, ...], label_states: Mapping[str, list[str]],
           besides: tuple[str, ...]) -> Callable[[Question], Answer]:
    """What answers in a helper, with all it needs read."""
    judge = Judge(Library(Path(root), Path(cache)), templates, label_states, besides)
    judge.answer(Question(0, (), NOBODY_KNOWS, None))
    return judge.answer
