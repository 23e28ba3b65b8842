"""One model of a table as a scenario of its own: every model on its chain an input, with its label, its license and how it was made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from checker.audit.chain import Token, expression
from checker.audit.problems import problem
from checker.errors import BadInput

if TYPE_CHECKING:
    from checker.audit.plan import Plan

#: the input of a use scenario that the audited model stands in for
MODEL = "model"
#: models of one chain that are shown
MAX_MODELS = 500
#: what the template may not say of the model itself, since the table does
_TOLD = ("license", "declared", "from", "action", "model", "family", "name")


def document(plan: Plan, row: int, source: Mapping[str, Any]) -> dict[str, Any]:
    """The use scenario `source` with the model of this row, and all it was made from, as inputs. Raises BadInput where there are too many."""
    import numpy as np

    model = int(plan.model[row])
    ids = {model: MODEL}
    queue = [model]
    inputs = []
    for number in queue:
        edges = np.flatnonzero(plan.chains.graph.child == number)
        bases = [(int(plan.chains.graph.base[edge]), plan.steps[int(plan.chains.graph.step[edge])]) for edge in edges]
        for base, _ in bases:
            if base not in ids:
                ids[base] = f"base-{len(ids)}"
                queue.append(base)
        if len(ids) > MAX_MODELS:
            raise BadInput([problem("chain_too_long", str(plan.names[model]), most=MAX_MODELS)])
        references = [{"id": ids[base], "action": step} for base, step in bases]
        inputs += _asked(plan, row, references) if number == model else [_on_chain(plan, number, ids[number], references)]
    stand_in = next(one for one in source["inputs"] if one["id"] == MODEL)
    kept = {key: value for key, value in stand_in.items() if key not in _TOLD}
    return {**source, "inputs": [{**kept, **inputs[0]}, *(one for one in source["inputs"] if one["id"] != MODEL), *inputs[1:]]}


def _asked(plan: Plan, row: int, references: list[dict[str, str]]) -> list[dict[str, Any]]:
    """The model itself, and, where the registry knows it, the licensed original that its label is compared with."""
    question = plan.questions[int(plan.question[row])]
    model = int(plan.model[row])
    name = str(plan.names[model])
    label = plan.labels[row] or _label(plan, model)
    found: dict[str, Any] = {"id": MODEL, "name": name}
    original = []
    if _registered(plan, model):
        references = [*references, {"id": "original", "action": "copy"}]
        original = [{"id": "original", "name": f"{name}, as the model registry knows it", **_license(plan.sets.tokens[int(plan.own[model])])}]
    if question.own is not None:
        found |= _license(question.own)
    if references:
        found |= {"from": references, **({"declared": label} if label else {})}
    return [found, *original]


def _on_chain(plan: Plan, model: int, identifier: str, references: list[dict[str, str]]) -> dict[str, Any]:
    found: dict[str, Any] = {"id": identifier, "name": str(plan.names[model])}
    registered = _registered(plan, model)
    inherited, own = int(plan.chains.inherited[model]), int(plan.own[model])
    speaks = not references or ((registered or bool(plan.creative[model])) and not plan.sets.covers(inherited, own))
    if speaks:
        found |= _license(plan.sets.tokens[own])
    label = None if registered else _label(plan, model)
    if references:
        found |= {"from": references, **({"declared": label} if label else {})}
    return found


def _registered(plan: Plan, model: int) -> bool:
    known = plan.known.get(model)
    return known is not None and known.token is not None


def _label(plan: Plan, model: int) -> str | None:
    """The label of a model: that of its latest row that has one."""
    import numpy as np

    for row in np.flatnonzero(plan.model == model)[::-1]:
        if plan.labels[int(row)] is not None:
            return str(plan.labels[int(row)])
    return None


def _license(token: Token) -> dict[str, Any]:
    texts = [expression(one) for one in token.candidates]
    found: dict[str, Any] = {"license": texts[0] if len(texts) == 1 else {"one_of": texts}}
    return found | ({"modalities": list(token.modalities)} if token.modalities else {})
