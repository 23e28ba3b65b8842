"""Obstacles: what stands in the way of a good verdict, and which changes could touch it.

A change that touches nothing an obstacle reads leaves it where it is. So of every way out, some change touches each
obstacle; the search for repairs branches over those and over nothing else.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from checker.core.book import Book
from checker.core.changes import Change
from checker.core.conditions import Tree
from checker.core.finding import Finding, LabelFrame, PairFrame
from checker.core.license import License
from checker.core.outcome import Engagement, Outcome
from checker.core.reach_frame import ItemFrame, ReachFrame, rules_for
from checker.core.verdict import GOOD_BITS

#: words for what is read beside the facts of the release
LINEAGE, AGREEMENT, EVERY_FORM = "*lineage", "*agreement", "*forms"
#: what the functions of the condition language look up beyond their arguments
_LOOKS_UP = {"commercial_as": ("commercial",), "displayed": ("conduct.displays",), "agreement": (AGREEMENT,), "triggered": ("form",)}
_NAMES = {"release.released_as": "form", "release.published": EVERY_FORM, "artifact.name": "name",
          "improves_itself": LINEAGE, "reaches": LINEAGE, "steps": LINEAGE}


class Obstacle(NamedTuple):
    """One thing in the way: what it reads of its release, by which artifacts it comes, under which licenses. `ban`: whose express ban it is."""

    release: str
    reads: frozenset[str]
    artifacts: frozenset[str]
    licenses: frozenset[str]
    texts: frozenset[str] = frozenset()
    ban: str = ""

    def touched_by(self, change: Change) -> bool:
        """Could the change take it away?"""
        group, name, fact = change.fact
        if group == "inputs":
            return name in self.artifacts or LINEAGE in self.reads
        if group == "agreements":
            # an express ban names no way to ask; a separate license is proposed only where the text asks for one
            return AGREEMENT in self.reads and name in self.licenses and name != self.ban
        if fact == "form" and EVERY_FORM in self.reads:
            return True
        if name != self.release:
            return False
        inner = ".".join(change.path[2:])
        if inner == "conduct.ships":
            return f"{inner}:{change.after['what']}" in self.reads
        if inner == "conduct.displays":
            return inner in self.reads and change.after["text"] in self.texts
        return inner in self.reads


class Obstacles:
    """Finds the obstacles of outcomes. What a rule reads for a license is worked out once."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.vocabulary = book.vocabulary
        self._known: dict[tuple[str, str], frozenset[str]] = {}

    def of_world(self, outcome: Outcome) -> list[Obstacle]:
        """What keeps the verdict of one world from being good: each has to go."""
        found = []
        for engagement in outcome.engagements:
            in_the_way = [act for act, bits in engagement.verdicts.items() if bits & ~GOOD_BITS]
            if in_the_way and not engagement.frame.license.read:
                found.append(self._unread(engagement, in_the_way))
            elif in_the_way:
                # whether a ban leaves no way to ask is looked at over all worlds, once asking is among the changes
                found += [self.of_findings([finding])._replace(ban="") for finding in engagement.findings
                          if finding.rule.effect in ("forbids", "needs_permission", "reserves") and set(finding.acts) & set(in_the_way)]
        return found

    def of_findings(self, findings: Iterable[Finding]) -> Obstacle:
        """One obstacle for findings that are the same in several worlds, or that come by several ways: to touch one may be enough."""
        parts = [self._of_finding(finding) for finding in findings]
        first = parts[0]
        return Obstacle(first.release, frozenset().union(*(one.reads for one in parts)), frozenset().union(*(one.artifacts for one in parts)),
                        frozenset().union(*(one.licenses for one in parts)), frozenset().union(*(one.texts for one in parts)), first.ban)

    def _of_finding(self, finding: Finding) -> Obstacle:
        frame = finding.frame.reach_frame if isinstance(finding.frame, ItemFrame) else finding.frame
        assert isinstance(frame, ReachFrame)
        license, rule = frame.license, finding.rule
        reads = self._acts(finding.acts, license) | self._rule(rule.id, [tree for name, tree in rule.trees.items() if name in ("when", "done")], license)
        if rule.effect == "reserves":
            granting = [one for one in rules_for(frame.world, license, "reach") if one.effect == "grants"]
            reads = reads.union(*(self._rule(one.id, [one.trees["when"]], license) for one in granting))
        paths, licenses = set(frame.reach.path), {license.id}
        if isinstance(frame, PairFrame):
            paths |= set(frame.other.reach.path)
            licenses.add(frame.other.license.id)
            reads |= self._acts(self.vocabulary.acts, frame.other.license)
        if isinstance(frame, LabelFrame) and frame.on == "release":
            reads |= {"license"}
        texts = frozenset(map(str, finding.item["text"])) if finding.item and isinstance(finding.item.get("text"), list) else frozenset()
        return Obstacle(frame.reach.release.id, reads, frozenset(paths), frozenset(licenses), texts, license.id if rule.effect == "forbids" else "")

    def _unread(self, engagement: Engagement, acts: Iterable[str]) -> Obstacle:
        """A license that nobody has read: nothing helps but to do without the work, or without the act."""
        frame = engagement.frame
        own = frame.license.id
        return Obstacle(frame.reach.release.id, self._acts(acts, frame.license), frozenset(frame.reach.path), frozenset({own}), ban=own)

    # ---- what a condition reads --------------------------------------------------------------------------------------

    def _acts(self, acts: Iterable[str], license: License) -> frozenset[str]:
        return frozenset().union(*(self._rule("act:" + act, [self.vocabulary.trees["act:" + act]], license) for act in acts))

    def _rule(self, name: str, trees: Iterable[Tree], license: License) -> frozenset[str]:
        known = self._known.get((name, license.id))
        if known is None:
            known = self._known[name, license.id] = frozenset(one for tree in trees for one in self._reads(tree, license))
        return known

    def _reads(self, tree: Any, license: License) -> Iterator[str]:
        if not isinstance(tree, list) or not tree or tree[0] == "const":
            return
        if tree[0] in ("name", "answer"):
            yield from self._name(str(tree[1]).removeprefix("other."), license)
        elif tree[0] == "call":
            yield from _LOOKS_UP.get(tree[1], ())
            if tree[1] == "shipped":
                yield f"conduct.ships:{tree[2][1]}"
            if tree[1] == "met" and tree[2][0] == "const":
                yield from self._conditions(tree[2][1], license)
            elif tree[1] in ("triggered", "granted", "withheld", "met"):
                yield from self._conditions(_words(license.terms), license)
        for part in tree[1:]:
            yield from self._reads(part, license)

    def _name(self, name: str, license: License) -> Iterator[str]:
        if self.vocabulary.defines(name):
            yield from self._reads(self.vocabulary.trees["def:" + name], license)
        elif name in _NAMES:
            yield _NAMES[name]
        elif name.startswith("release."):
            yield name.removeprefix("release.")
        elif name.startswith("label."):
            yield "license"

    def _conditions(self, words: Iterable[str], license: License) -> Iterator[str]:
        """What these conditions read."""
        for word in words:
            tree = self.vocabulary.trees.get("condition:" + word)
            if tree is not None:
                yield from self._reads(tree, license)


def _words(value: Any) -> Iterator[str]:
    """Every condition that an answer, an item or a trigger of a license carries."""
    if isinstance(value, Mapping):
        yield from value.get("conditions") or ()
        value = list(value.values())
    for one in value if isinstance(value, list) else ():
        yield from _words(one)
