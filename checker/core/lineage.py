"""Lineage: which licensed work reaches which release, by which path, and as what.

The graph is walked backwards from a release. Paths with the same outcome are one `Reach`; the shortest of them is kept
as its witness. The cost is linear in the number of edges, whatever the number of paths.
"""

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from checker.core.scenario import ACTOR, Choice, Input, Reference, Release, Scenario, Step, happened, is_certain
from checker.core.vocabulary import Vocabulary, split_key


class Reach(NamedTuple):
    """An input as seen from a release."""

    source: Input
    release: Release
    relation: str
    manner: str                  # the manner that a license's definition of a derivative is asked about; "" for copies
    own: bool                    # some step on the path is the actor's
    first_own: bool              # the step that takes the input is the actor's
    modifies: bool               # a step of the actor changes it
    trains: bool                 # a step of the actor trains a model with it
    certain: bool                # every link of the path is sure
    path: tuple[str, ...]        # artifact ids from the input to what is released
    taught_in: str               # the step nearest to the input that trains on it, on this way; "" if none does


class _State(NamedTuple):
    relation: str = "copy"
    modified_by: str = ""        # highest manner among modifying steps
    trained: bool = False
    own: bool = False
    first_own: bool = False
    modifies: bool = False
    trains: bool = False
    certain: bool = True
    taught_in: str = ""


class Lineage:
    """The lineage of one scenario in one structural world."""

    def __init__(self, scenario: Scenario, choice: Choice, vocabulary: Vocabulary) -> None:
        self.scenario = scenario
        self.choice = choice
        self.vocabulary = vocabulary
        self.inputs = {item.id: item for item in scenario.inputs if happened("inputs", item, choice)}
        self.steps = {step.id: step for step in scenario.steps if happened("steps", step, choice)}

    def action(self, step: Step) -> str:
        """The step's action in this world."""
        return str(self.choice.get(f"steps.{step.id}.action", step.actions[0]))

    def kind(self, artifact: str) -> str:
        """The kind of an artifact: an input's own, or what its step makes."""
        if artifact in self.inputs:
            return str(self.inputs[artifact].facts.get("kind") or "model")
        step = self.steps.get(artifact)
        return str(self.vocabulary.actions[self.action(step)]["makes"]) if step else "model"

    def reaches(self, release: Release) -> list[Reach]:
        """Every input that reaches the release, once per way in which it does."""
        start = (release.of, _State(certain=is_certain(release.certainty)))
        seen: dict[tuple[str, _State], tuple[str, ...]] = {start: (release.of,)}
        taken: set[tuple[str, str, _State]] = set()
        queue = deque([start])
        found: list[Reach] = []
        while queue:
            artifact, state = node = queue.popleft()
            path = seen[node]
            if artifact == release.of and artifact in self.inputs:
                found.append(self._reach(self.inputs[artifact], release, state, path))
            for before, after in self._edges(artifact, state):
                source = self.inputs.get(before)
                if source is not None and (before, artifact, after) not in taken:
                    # each step that takes an input is a way of its own, whichever is met first
                    taken.add((before, artifact, after))
                    found.append(self._reach(source, release, after, (before, *path)))
                if (before, after) not in seen:
                    # of a very long chain the witness keeps both ends; the middle is left out
                    seen[before, after] = (before, *path) if len(path) < 200 else (before, path[0], *path[2:])
                    queue.append((before, after))
        return found

    def _reach(self, source: Input, release: Release, state: _State, path: tuple[str, ...]) -> Reach:
        manner = {"modification": state.modified_by, "transfer": "distill" if state.trained else "outputs",
                  "data": "data"}.get(state.relation, "")
        return Reach(source, release, state.relation, manner, state.own, state.first_own, state.modifies, state.trains,
                     state.certain and is_certain(source.certainty), path, state.taught_in)

    def _edges(self, artifact: str, state: _State) -> Iterator[tuple[str, _State]]:
        step = self.steps.get(artifact)
        if step is not None:
            yield from self._step_edges(step.inputs, step.id, self.action(step), step.by == ACTOR, is_certain(step.certainty), state)
        source = self.inputs.get(artifact)
        if source is not None:
            yield from self._step_edges(source.made_from, "", source.made_by, False, is_certain(source.certainty), state)

    def _step_edges(self, references: tuple[Reference, ...], step: str, action: str, own: bool, certain: bool,
                    state: _State) -> Iterator[tuple[str, _State]]:
        for reference in references:
            if reference.id not in self.inputs and reference.id not in self.steps:
                continue                                       # not part of this world
            name = reference.action or action
            yield reference.id, self._before(state, self.relation(reference, name), self.vocabulary.actions[name], step, own, certain)

    def relation(self, reference: Reference, action: str) -> str:
        """What a step makes of one of its inputs: by the role it is said to have there, else by its kind."""
        return str(self.vocabulary.roles.get(reference.role or "") or self.vocabulary.actions[action]["relation"][self.kind(reference.id)])

    def ancestors(self, artifact: str) -> set[str]:
        """Every artifact that went into this one, itself included."""
        found: set[str] = set()
        queue = [artifact]
        while queue:
            one = queue.pop()
            if one not in found:
                found.add(one)
                step, source = self.steps.get(one), self.inputs.get(one)
                queue += [reference.id for reference in (*(step.inputs if step else ()), *(source.made_from if source else ()))]
        return found

    def _before(self, state: _State, relation: str, spec: dict[str, str], step: str, own: bool, certain: bool) -> _State:
        """The state seen from the input of a step, given the state seen from its result."""
        manner = state.modified_by
        rank = self.vocabulary.manner_rank
        if relation == "modification" and (not manner or rank[spec["manner"]] > rank[manner]):
            manner = spec["manner"]
        learns = bool(spec["trains"]) and relation in ("transfer", "data")      # the step trains on this input, it does not change it
        return _State(
            relation=self.vocabulary.composition[relation][state.relation],
            modified_by=manner,
            trained=state.trained or learns,
            own=state.own or own,
            first_own=own,
            modifies=state.modifies or (own and relation == "modification"),
            trains=state.trains or (own and learns),
            certain=state.certain and certain,
            taught_in=step if learns and step else state.taught_in,
        )


def structural_keys(scenario: Scenario, vocabulary: Vocabulary) -> dict[str, tuple[str, ...]]:
    """Released artifact -> the keys of everything open that decides how it came about and what governs what went into it; "" -> all of them."""
    keys = {key: "" if key.startswith("releases.") else split_key(key)[1] for key in scenario.open_structure()}
    keys |= {f"inputs.{item.id}.alternative.{number}": item.id for item in scenario.inputs
             for number, several in enumerate(item.candidates) if len(several) > 1}
    lineage = Lineage(scenario, {}, vocabulary)
    above = {release.of: lineage.ancestors(release.of) for release in scenario.releases}
    return {"": tuple(keys), **{of: tuple(key for key, artifact in keys.items() if artifact in ancestors) for of, ancestors in above.items()}}
