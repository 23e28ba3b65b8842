"""Two licenses: may what was made from a work under the one be released, as a whole, under the other?

The question is an ordinary scenario, judged by the same rules as any other (see `rules/vocabulary/pairs.yaml`): one
input, one step, and for each license asked about one release that carries it as its label.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from checker.core import duties, sensitivity
from checker.core.assess import assess
from checker.core.book import Book
from checker.core.finding import Finding
from checker.core.outcome import Engagement
from checker.core.reach_frame import admitted
from checker.core.rule import Rule
from checker.core.scenario import Input, Reference, Release, Scenario, Step
from checker.core.verdict import GOOD, members, worst
from checker.core.wording import fill

ANSWERS = ("yes", "no", "depends", "unknown")


class Answer(NamedTuple):
    """`compatible` is one of ANSWERS; `reason` one sentence; `sections` the clauses it rests on, each with its license."""

    compatible: str
    reason: str
    sections: tuple[str, ...]


def answers(book: Book, inbound: str, outbounds: Sequence[str], relation: str, *, as_of: str, profile: dict[str, Any]) -> list[Answer]:
    """The answer for each outbound license, in order. Raises KeyError for a relation that is not in the vocabulary."""
    scenario = question(book, inbound, outbounds, relation, as_of=as_of, profile=profile)
    assumed = {f"conditions.{inbound}.{word}": True for word in book.vocabulary.data["pairs"]["assumed"]}
    engaged: dict[str, list[Engagement]] = {release.id: [] for release in scenario.releases}
    for engagement in assess(book, scenario, {}, assumed, only=_speaks_to_a_pair).engagements:
        engaged[engagement.frame.reach.release.id].append(engagement)
    return [_Judge(book, scenario, inbound, outbound).answer(engaged[release.id]) for outbound, release in zip(outbounds, scenario.releases)]


def _speaks_to_a_pair(rule: Rule) -> bool:
    """Does it grant, bar, or say of itself what it means for a pair? Duties that are due under any label make no difference."""
    return rule.effect in ("forbids", "needs_permission", "grants") or "compatible" in rule.data


def question(book: Book, inbound: str, outbounds: Sequence[str], relation: str, *, as_of: str, profile: dict[str, Any]) -> Scenario:
    """The scenario that puts the question: one release per outbound license, nothing else open."""
    pairs = book.vocabulary.data["pairs"]
    kind = pairs["kinds"].get(book.license(inbound).kind, "model")
    spec = pairs["relations"][relation]
    if kind == "service" and relation in pairs["service"]["relations"]:
        spec = pairs["service"]
    source = Input("inbound", (((inbound,),),), {**pairs["input"], "kind": kind, "obtained": as_of})
    role = spec.get("as") or (relation if relation in book.vocabulary.roles else None)
    step = Step("result", (spec["action"],), (Reference("inbound", role),), dict(pairs["step"]))
    facts = {key: value for key, value in pairs["release"].items() if key not in ("form", *spec.get("open", ()))}
    releases = tuple(Release(book.vocabulary.sentence("result_under", license=outbound), "result", (pairs["release"]["form"],),
                             {**facts, "date": as_of, "license": outbound}, {}) for outbound in outbounds)
    figures = tuple({"metric": metric, "scope": scope, "value": 0} for metric in book.vocabulary.words["metrics"]
                    for scope in book.vocabulary.words["counted_over"])
    labels = {outbound: {"licenses": ((outbound,),), "altered": False} for outbound in outbounds}
    return Scenario("", as_of, dict(pairs["actor"]), figures, (), (source,), (step,), releases, dict(spec.get("positions", {})), profile, labels)


class _Judge:
    """Reads the answer for one pair off what the rules found."""

    def __init__(self, book: Book, scenario: Scenario, inbound: str, outbound: str) -> None:
        self.book, self.scenario = book, scenario
        self.inbound, self.outbound = book.license(inbound), book.license(outbound)
        self.acts = set(book.vocabulary.data["pairs"]["acts"])
        self.words: dict[str, str] = book.vocabulary.data["pairs"]["words"]

    def answer(self, engagements: Sequence[Engagement]) -> Answer:
        unread = next((one for one in (self.inbound, self.outbound) if not one.read), None)
        if unread is not None:
            return Answer("unknown", self._say("unread", license=unread.name), ())
        findings = [finding for engagement in engagements for finding in engagement.findings if finding.truth is not False]
        for compatible, found in self._against(findings):
            return compatible if isinstance(compatible, Answer) else Answer(compatible, self._reason(found), self._sections(found))
        return self._in_favor(engagements, findings)

    def _against(self, findings: Sequence[Finding]) -> Iterator[tuple[Any, Finding]]:
        """What stands against it, strongest first: a bar, a right not given, what hangs on something open."""
        of_pair = sorted((one for one in findings if one.rule.data.get("compatible")), key=lambda one: one.rule.effect != "forbids")
        engaged = [one for one in findings if one not in of_pair and self.acts & set(one.acts)]
        bars = [one for one in engaged if one.rule.effect in ("forbids", "needs_permission")]
        reserved = [one for one in engaged if one.rule.effect == "reserves"]
        yield from (("no", one) for one in bars if one.truth)
        yield from (("no", one) for one in of_pair if one.truth and one.rule.data["compatible"] == "no")
        yield from ((Answer("unknown", self._say("silent"), ()), one) for one in reserved if one.truth)
        yield from (("depends", one) for one in [*of_pair, *bars, *reserved])

    def _in_favor(self, engagements: Sequence[Engagement], findings: Sequence[Finding]) -> Answer:
        opened = sorted({key for engagement in engagements if not self._good(engagement) for key in engagement.hangs_on})
        if opened:
            return Answer("depends", self._say("open", questions=self._questions(opened)), ())
        if not any(engagement.acts for engagement in engagements):
            return Answer("yes", self._say("untouched"), ())
        if self.inbound.id == self.outbound.id:
            return Answer("yes", self._say("same"), ())
        share_alike = self.inbound.terms["share_alike"]
        if share_alike["value"] != "none" and any(one == self.outbound.id for one, _ in admitted(share_alike.get("compatible"))):
            section = share_alike.get("section", "")
            return Answer("yes", self._say("admitted", section=section), (f"{self.inbound.id} {section}",))
        granted = dict.fromkeys(section for finding in findings if finding.rule.effect == "grants" for section in self._sections(finding))
        return Answer("yes", self._say("granted"), tuple(granted))

    def _good(self, engagement: Engagement) -> bool:
        """Does nothing stand in the way of the step, whatever the answer to what is open?"""
        return set(members(worst(bits for act, bits in engagement.verdicts.items() if act in self.acts))) <= GOOD

    def _reason(self, finding: Finding) -> str:
        """The rule's own sentence; what it hangs on, if it is not sure."""
        text = fill(str(finding.rule.data["message"]), duties.look_up(finding))
        opened = sorted(finding.open_facts()) if finding.truth is None else []
        return f"{text} {self._say('open', questions=self._questions(opened))}" if opened else text

    def _questions(self, keys: Sequence[str]) -> str:
        return " ".join(sensitivity.ask(self.book, self.scenario, key) if not key.startswith("positions.")
                        else str(self.book.positions[key.partition(".")[2]]["question"]) for key in keys)

    def _sections(self, finding: Finding) -> tuple[str, ...]:
        section = duties.cited(finding).get("section")
        return (f"{self.inbound.id} {section}",) if section else ()

    def _say(self, word: str, **values: str) -> str:
        return fill(self.words[word], {"inbound": self.inbound.name, "outbound": self.outbound.name, **values}.__getitem__)
