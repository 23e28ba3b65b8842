"""Made-up scenarios of sixty nodes of which much is not known: thirty inputs, twenty-eight steps, two releases, several licenses and merges."""

from __future__ import annotations

import random
from typing import Any

import yaml

Data = dict[str, Any]
LICENSES = ("apache-2.0", "mit", "qwen", "llama-3.1", "gemma-2025-03-24", "CC-BY-NC-4.0", "cc-by-4.0", "llama-4", "GPL-3.0", "CC-BY-SA-4.0")
ACTIONS = ("fine_tune", "merge", "train_on_outputs", "quantize", "distill", "adapt")
POSITIONS = ("derivative-finetune", "distill-derivative", "hosting-distribution", "commercial", "output-terms-privity", "whose-users", "dataset-inheritance")
#: what may be unknown: facts, and what decides who is related to whom
FACTS = ("home", "figures", "commercial", "regions", "competes_with", "fields", "purpose", "modalities")
STRUCTURE = ("license", "form", "action", "input alleged", "step alleged")
ALL = ("home", "license", "figures", "form", "commercial", "action", "regions", "purpose", "input alleged", "competes_with", "step alleged", "fields", "modalities", "position")


def sixty_nodes(seed: int, unknown: int, kinds: tuple[str, ...]) -> str:
    """The text of a scenario with so many things left open, of these kinds in turn."""
    draw = random.Random(seed)
    licenses = draw.sample(LICENSES, draw.randint(4, 9))
    inputs: list[Data] = [{"id": f"i{number}", "license": draw.choice(licenses), "modalities": ["text"]} for number in range(30)]
    steps: list[Data] = []
    for number in range(28):
        before = f"s{number - 1}" if draw.random() < 0.6 else f"s{draw.randrange(max(0, number - 6), number or 1)}"
        sources = [before if number > 2 else f"i{number + 3}", f"i{number}"]
        steps.append({"id": f"s{number}", "action": draw.choice(ACTIONS), "from": sources, "purpose": "other", "name": f"N{number}"})
    plain: Data = {"commercial": True, "regions": ["US"], "audience": "public", "fields": ["general"], "date": "2025-11-01"}
    releases: list[Data] = [{"id": "api", "of": "s27", "form": "hosted_api", "name": "A", "competes_with": [], **plain},
                            {"id": "weights", "of": "s24", "form": "weights_public", "name": "B", "competes_with": [], **plain, "license": draw.choice(["apache-2.0", "mit"])}]
    data: Data = {"title": f"sixty nodes {seed}", "as_of": "2026-01-01", "actor": {"name": "Us", "kind": "company", "home": "US", "monthly_active_users": 1000},
                  "agreements": [], "inputs": inputs, "steps": steps, "releases": releases}
    for number in range(unknown):
        _forget(data, kinds[number % len(kinds)], number, licenses, draw)
    return str(yaml.safe_dump(data, sort_keys=False))


def _forget(data: Data, kind: str, number: int, licenses: list[str], draw: random.Random) -> None:
    """Leave one thing open."""
    actor, inputs, steps, releases = (data[name] for name in ("actor", "inputs", "steps", "releases"))
    if kind in ("home", "figures", "range"):
        actor.pop({"home": "home"}.get(kind, "monthly_active_users"), None)
        actor |= {"monthly_active_users": {"above": 1000}} if kind == "range" else {}
    elif kind in ("commercial", "regions", "competes_with", "fields"):
        draw.choice(releases).pop(kind, None)
    elif kind in ("purpose", "modalities"):
        draw.choice(steps if kind == "purpose" else inputs).pop(kind, None)
    elif kind == "form":
        releases[number % 2]["form"] = {"one_of": [["hosted_api", "weights_public"], ["internal", "hosted_in_product", "on_device"]][number % 3 == 0]}
    elif kind == "action":
        draw.choice(steps)["action"] = {"one_of": ["fine_tune", "train_on_outputs"]}
    elif kind in ("input alleged", "step alleged"):
        draw.choice(inputs if kind == "input alleged" else steps)["certainty"] = "alleged"
    elif kind == "license":
        draw.choice(inputs)["license"] = {"one_of": draw.sample(licenses, 2)}
    elif kind == "position":
        data.setdefault("positions", {})[POSITIONS[number % len(POSITIONS)]] = "open"
    else:
        data["profile"] = "open"


#: name -> text
FAMILY = {f"{unknown} {name}": sixty_nodes(seed, unknown, kinds) for seed, (unknown, name, kinds) in enumerate([
    (5, "of all kinds", ALL), (8, "of all kinds", ALL), (14, "of all kinds", ALL), (20, "of all kinds", ALL), (8, "facts", FACTS), (20, "facts", FACTS),
    (5, "relations", STRUCTURE), (8, "relations", STRUCTURE), (10, "relations", STRUCTURE), (20, "relations", STRUCTURE),
    (12, "of all kinds, all unsettled", ("open", *ALL)), (12, "facts, all unsettled", ("open", *FACTS)), (16, "of which some are ranges", ("range", "position", "commercial", "license"))])}
