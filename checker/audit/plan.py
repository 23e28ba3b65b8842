"""From a table to its distinct questions: who is made from whom, which licenses reach it, what its label says beside them.

Nothing is judged here. The answers to the questions, a few thousand for millions of rows, are joined back by number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from checker.audit.chain import NOBODY_KNOWS, NOTHING, UNKNOWN, Chains, Sets, Token, follow, mapped
from checker.audit.models import PROBLEMS, Known, Lookups, Models, written
from checker.audit.numbers import appended, distinct
from checker.audit.problems import problem
from checker.audit.table import edges as edges_of
from checker.errors import BadInput

if TYPE_CHECKING:
    import polars as pl

    from checker.audit.chain import Integers
    from checker.audit.table import Table

#: distinct labels and scenarios of one table
MAX_TOKENS, MAX_SCENARIOS = 1 << 16, 1 << 7
#: labels, the first that are met, of which it is told what is likely
MAX_LIKELY = 500


Parts = tuple["Integers", "Integers", "Integers"]


class Question(NamedTuple):
    """What distinguishes a row for the law: the licenses that reach the model, each with its step; its own; its label beside them; the scenario."""

    scenario: int
    inherited: tuple[tuple[Token, str], ...]
    own: Token | None
    declared: Token | None

    def upstream(self) -> frozenset[str]:
        """Every license that may reach the model from what it was made from."""
        return frozenset(one for token, _ in self.inherited for one in token.ids())


class Plan(NamedTuple):
    """Per row: the question it asks (a number), its model, what was odd, its label; `by_row` makes values of rows from those of models. Per model:
    chain, name, first base (-1: none), what the registry knows, the token of its own license, whether it is more than a copy of its bases."""

    questions: list[Question]
    question: Integers
    model: Integers
    by_row: Any
    problems: Any
    chains: Chains
    names: pl.Series
    base: Any
    known: dict[int, Known]
    labels: pl.Series
    own: Integers
    creative: Any
    sets: Sets
    steps: tuple[str, ...]


def plan(table: Table, edges: pl.DataFrame | None, lookups: Lookups, scenarios: tuple[str, ...],
         expect: Callable[[Iterator[Question]], None] = lambda likely: None) -> Plan:
    """The distinct questions of a table. `edges` (child, base, relation) are added to its own; `scenarios`: the names that rows may give; `expect`
    is told, as soon as the labels are read, which questions are likely."""
    from concurrent.futures import ThreadPoolExecutor

    import numpy as np
    import polars as pl

    tokens = [NOBODY_KNOWS]
    with ThreadPoolExecutor(2) as beside:                       # most of it is sorting and joining, which leaves the interpreter free
        read = beside.submit(_labels, table.rows, lookups, tokens)
        read.add_done_callback(lambda done: None if done.exception() else expect(_likely(tokens[:MAX_LIKELY], lookups.words["unstated_relation"])))
        stated = beside.submit(lambda: written(edges_of(table.rows), edges, lookups))
        models = Models(table, stated.result, lookups)
        texts, text, token_of = read.result()
    latest, differs = models.latest(text, token_of)
    text = np.where(text >= 0, text, latest[models.by_row])
    label, declared = token_of[text], token_of[latest]
    granted = _granted(tokens)
    known_token = np.full(models.count, -1, np.int32)
    for number, known in models.known.items():
        if known.token is not None:
            known_token[number] = _token(tokens, known.token)
    if len(tokens) > MAX_TOKENS:
        raise BadInput([problem("too_many_labels", table.files[0]["path"], most=f"{MAX_TOKENS:,}")])
    sets = Sets(tokens)
    creative = models.creative()
    own = np.where(known_token >= 0, known_token, granted[declared])
    chains = follow(models.graph, own, creative | (known_token >= 0), sets)
    models.flag("cycle", np.flatnonzero(chains.circular))
    problems = models.problems[models.by_row].copy()
    problems[differs] |= 1 << PROBLEMS.index("recurs")
    parts = _parts(models, chains, sets, label, granted, known_token >= 0, creative)
    questions, question = _distinct(parts, _scenario(table.rows, scenarios), sets, lookups.steps)
    labels = appended(texts, pl.Series([None], dtype=pl.String)).gather(text)       # -1 is the last: none
    return Plan(questions, question, models.model, models.by_row, problems, chains, models.names, models.first_base(chains), models.known, labels,
                own, creative, sets, lookups.steps)


def _parts(models: Models, chains: Chains, sets: Sets, label: Integers, granted: Integers, registered: Any, creative: Any) -> Parts:
    """Per row: the set that reaches it, its own token (-1: none of its own), the token that it declares beside them (-1: none)."""
    import numpy as np

    registered, creative = registered[models.by_row], creative[models.by_row]
    inherited = np.where(registered, chains.whole[models.by_row], chains.inherited[models.by_row])
    root = inherited == NOTHING
    own = np.where(root | (creative & ~registered), granted[label], -1).astype(np.int32)
    beside = np.flatnonzero(~root & (own >= 0))
    covered = mapped(lambda number, token: int(sets.covers(number, token)), inherited[beside], own[beside])
    own[beside[covered == 1]] = -1
    return inherited, own, np.where(root, -1, label).astype(np.int32)


def _distinct(parts: Parts, scenario: Integers, sets: Sets, steps: tuple[str, ...]) -> tuple[list[Question], Integers]:
    """The distinct questions, and the number of that of each row."""
    import numpy as np

    inherited, own, declared = (part.astype("int64") for part in parts)
    declarations, number = distinct((declared + 1) * MAX_SCENARIOS + scenario)
    beside, number = distinct((own + 1) * len(declarations) + number)
    asked, number = distinct(inherited * len(beside) + number)

    def token(one: int) -> Token | None:
        return sets.tokens[one - 1] if one else None

    def question(key: int) -> Question:
        above, rest = divmod(key, len(beside))
        itself, rest = divmod(int(beside[rest]), len(declarations))
        said, scenario = divmod(int(declarations[rest]), MAX_SCENARIOS)
        return Question(scenario, sets.told(above, steps), token(itself), token(said))

    questions = [question(int(key)) for key in asked]
    place = numbered(questions)
    return list(place), np.fromiter(map(place.__getitem__, questions), np.int32, len(questions))[number]


def numbered(questions: Iterable[Question]) -> dict[Question, int]:
    """The distinct questions, in order, with the number of each: whatever engine asks them, and in which order."""
    return {one: number for number, one in enumerate(sorted(set(questions), key=repr))}


def _likely(tokens: Iterable[Token], step: str) -> Iterator[Question]:
    """What models of these labels probably ask: by themselves, and made by this step from a model of the same label."""
    for declared in tokens:
        own = declared._replace(text=None)
        yield Question(0, (), own, None)
        yield Question(0, ((own, step),), None, declared)


def _granted(tokens: list[Token]) -> Integers:
    """The token of the license that each label grants, without the label itself; at the end, for no label, that nobody knows."""
    import numpy as np

    return np.array([_token(tokens, token._replace(text=None)) for token in tuple(tokens)] + [UNKNOWN], np.int32)


def _token(tokens: list[Token], token: Token) -> int:
    if token not in tokens:
        tokens.append(token)
    return tokens.index(token)


# ---- labels and scenarios --------------------------------------------------------------------------------------------


def _labels(rows: pl.DataFrame, lookups: Lookups, tokens: list[Token]) -> tuple[pl.Series, Any, Integers]:
    """The distinct labels, that of each row by number (-1: none), and the token of each label (at the end, of none: -1). Each is read once."""
    import numpy as np
    import polars as pl

    words = lookups.words
    license = rows["license"]
    if rows["license_name"].null_count() < rows.height:
        pointing = [one for one in license.unique() if one is not None and one.strip().casefold() in words["see_license_name"]]
        named = pl.when(pl.col("license").is_in(pointing)).then(pl.coalesce("license_name", "license")).otherwise(pl.col("license"))
        license = rows.select(license=named)["license"]
    texts = license.drop_nulls().unique(maintain_order=True)
    known = {token: number for number, token in enumerate(tokens)}
    means_none = texts.str.strip_chars().str.to_lowercase().is_in(words["no_license"]).to_numpy()
    stripped = [None if none else text.strip() for text, none in zip(texts, means_none)]
    # of labels that say the same, the first that is read stands for all: it must not hang on the order of the rows
    read = {text: lookups.label(text) for text in sorted({one for one in stripped if one is not None})}
    numbers = [-1 if text is None else known.setdefault(read[text], len(known)) for text in stripped]
    tokens[:] = known
    place = license.cast(pl.Enum(texts)).to_physical().cast(pl.Int32).fill_null(-1).to_numpy()
    return texts.str.strip_chars(), np.where(np.append(means_none, True)[place], -1, place), np.array([*numbers, -1], np.int32)


def _scenario(rows: pl.DataFrame, scenarios: tuple[str, ...]) -> Integers:
    import numpy as np
    import polars as pl

    given = rows["scenario"].drop_nulls().unique(maintain_order=True).to_list()
    unknown = [problem("unknown_scenario", f"column scenario: {one[:80]}", scenarios=", ".join(scenarios))
               for one in given if one not in scenarios][:20]
    if len(scenarios) > MAX_SCENARIOS:
        unknown.append(problem("too_many_scenarios", "--scenario", most=MAX_SCENARIOS))
    if unknown:
        raise BadInput(unknown)
    if not given:
        return np.zeros(rows.height, np.int32)
    number = rows["scenario"].replace_strict(list(scenarios), range(len(scenarios)), default=0, return_dtype=pl.Int32)
    return number.to_numpy().astype(np.int32)
