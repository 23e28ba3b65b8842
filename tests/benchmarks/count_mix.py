"""Count the kinds of models in a real table, for scale.py to draw made-up ones from: what a model declares, how it was made, and of which kinds its
bases are, all jointly.

    python tests/benchmarks/count_mix.py models.jsonl.gz --edges edges.csv.gz > tests/benchmarks/mix.json

A kind is [label, [[relation, kind of base], …], registered id or null]. Of registered models one stands for all that are under the same license.
Kinds hold no names of models but those of the registry, and no label but those that more than one row has.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from typing import Any

import numpy as np

from checker.app import audit as app
from checker.cli import options
from checker.load.book import Library

#: bases of one model that are kept
MAX_BASES = 6
#: labels in fewer rows are told as `other`
SELDOM = 2


def counted(tables: tuple[str, ...], edges: str | None, library: Library) -> dict[str, Any]:
    """The kinds of models, the number of rows of each."""
    done = app.audit(tables, library, as_of=options.day(None), edges=edges, compare=False)
    plan = done.plan
    assert plan is not None
    graph, names = plan.chains.graph, plan.names
    shares = Counter(done.facts["declared"])
    label: dict[int, str] = {}
    for model, one in zip(plan.model.tolist(), done.facts["declared"]):
        if one is not None:
            label[model] = one if shares[one] >= SELDOM else "other"
    start = np.searchsorted(graph.child, np.arange(graph.size + 1))
    stands_for: dict[Any, str] = {}
    kinds: dict[tuple[Any, ...], int] = {}
    kind = np.zeros(graph.size, np.int64)
    for model in np.argsort(plan.chains.depth, kind="stable").tolist():
        known = plan.known.get(model)
        if known is not None and known.token is not None:
            told: tuple[Any, ...] = ("", (), stands_for.setdefault(known.token, names[model]))
        else:
            bases = tuple((plan.steps[graph.step[edge]], int(kind[graph.base[edge]])) for edge in range(start[model], min(start[model + 1], start[model] + MAX_BASES)))
            told = (label.get(model, ""), bases, None)
        kind[model] = kinds.setdefault(told, len(kinds))
    rows = np.bincount(kind[plan.model], minlength=len(kinds)).tolist()
    return {"note": "Kinds of models counted over public hub metadata of 2022 to 2026: [rows, label, [[step, kind of base], …], registered id].",
            "kinds": [[number, *told] for number, told in zip(rows, kinds)]}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("tables", nargs="+")
    parser.add_argument("--edges")
    asked = parser.parse_args()
    json.dump(counted(tuple(asked.tables), asked.edges, options.library()), sys.stdout, ensure_ascii=False, separators=(",", ":"))
    print()
