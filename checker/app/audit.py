"""Audit tables of models: read, plan, put the distinct questions to the core, join the answers back.

What is asked of every model is a scenario in which it stands for the input `model`; see `checker.app.questions`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from checker.app.check import tool
from checker.app.questions import Answer, Judge, Template, template
from checker.audit.chain import NOBODY_KNOWS, Token
from checker.audit.models import Known, Lookups
from checker.core.vocabulary import Vocabulary
from checker.errors import BadInput, Problem
from checker.load.book import Library
from checker.load.sources import Sources
from checker.load.strict_yaml import load, read_text

if TYPE_CHECKING:
    from checker.audit.plan import Plan
    from checker.audit.table import Table

_FOLDER = Path(__file__).resolve().parent.parent / "audit"
Tick = Callable[[str, int, int], None]


class Audit(NamedTuple):
    """A table with its plan and the answer to each of its questions."""

    table: Table
    plan: Plan
    answers: list[Answer]
    templates: tuple[Template, ...]
    tool: dict[str, Any]


def built_in() -> tuple[str, ...]:
    """The names of the use scenarios that licet brings along; the first is the default."""
    names = sorted(path.stem for path in (_FOLDER / "scenarios").glob("*.yaml"))
    return (words()["default_scenario"], *(name for name in names if name != words()["default_scenario"]))


@cache
def words() -> Mapping[str, Any]:
    """How tables are written, and the words of answers."""
    value: Mapping[str, Any] = load(_FOLDER / "words.yaml").value
    return value


def audit(patterns: tuple[str, ...], library: Library, *, as_of: str, profile: str | None = None, scenarios: tuple[str, ...] = (),
          columns: Mapping[str, str] | None = None, edges: str | None = None, tick: Tick = lambda *_: None) -> Audit:
    """Audit all rows of the files that the patterns name. `scenarios`: files or names, the first is asked of rows that name none.

    `columns`: our name -> the table's. `edges`: a further table of child, base, relation. Raises BadInput with every problem.
    """
    from checker.audit import table as tables
    from checker.audit.plan import plan

    templates = _templates(scenarios, library, as_of=as_of, profile=profile)
    _refuse_columns(columns or {})
    table = tables.read(patterns, words(), columns or {}, lambda path: tick(f"reading {path}", 0, 0))
    extra = tables.read_edges(edges, words()) if edges else None
    tick("following the chains", 0, 0)
    planned = plan(table, extra, lookups(library, as_of=as_of), tuple(one.name for one in templates))
    judge = Judge(library, templates, words()["label_states"])
    answers = judge.answers(planned.questions, lambda done, of: tick("judging distinct questions", done, of))
    return Audit(table, planned, answers, templates, tool(library))


def _templates(scenarios: tuple[str, ...], library: Library, *, as_of: str, profile: str | None) -> tuple[Template, ...]:
    found: dict[str, Template] = {}
    for one in scenarios or built_in():
        path = Path(one) if one not in built_in() else _FOLDER / "scenarios" / f"{one}.yaml"
        name = path.stem
        if name in found:
            raise BadInput([Problem(one, 0, 0, f"Two scenarios are called `{name}`.", "Name the files differently.")])
        found[name] = template(name, read_text(path), str(path) if one not in built_in() else path.name, library, as_of=as_of, profile=profile,
                               compared=words()["compared_profiles"])
    return tuple(found.values())


def _refuse_columns(columns: Mapping[str, str]) -> None:
    known = words()["columns"]
    unknown = [Problem(f"--column {name}={column}", 0, 0, f"The audit reads no column `{name}`.", f"It reads: {', '.join(known)}.")
               for name, column in columns.items() if name not in known]
    if unknown:
        raise BadInput(unknown)


# ---- what the plan asks of the rest ----------------------------------------------------------------------------------


def lookups(library: Library, *, as_of: str) -> Lookups:
    """Labels by the project's one normalizer, models by its registry, steps by its vocabulary."""
    sources = Sources(library)
    registry = sources.registry

    def label(text: str) -> Token:
        said = sources.label(text)
        if said["licenses"]:
            candidates = tuple((one,) for one in said["licenses"]) if said.get("ambiguous") else (said["licenses"],)
            return Token(candidates, _shortest(text, said, sources))
        return NOBODY_KNOWS._replace(text=words()["altered_label"] if said["altered"] else words()["unclear_label"])

    def find(model: str) -> Known | None:
        entry = registry.find(model)
        if entry is None:
            return None
        found = sources.of({"id": model, "model": model}, as_of)
        token = Token(found.candidates, None, _modalities(found.candidates, found.modalities, library)) if found.candidates else None
        return Known(entry["model"], token, tuple((one["model"], one.get("action") or "fine_tune") for one in found.bases))

    mirrors = frozenset(one["publisher"].casefold() for one in registry.publisher("_mirrors").get("mirrors", ()))
    publishers = frozenset(path.stem for path in registry.folder.glob("[!_]*.yaml"))
    return Lookups(label, find, publishers, mirrors, frozenset(registry.publisher("_legacy").get("aliases", ())), _steps(library.book().vocabulary), words())


def _modalities(candidates: tuple[Any, ...], modalities: tuple[str, ...], library: Library) -> tuple[str, ...]:
    """The modalities, where a license leaves out regions by them; they would only tell equal questions apart elsewhere."""
    return modalities if any(library.book().license(one).terms["regions_excluded"] for one in Token(candidates).ids()) else ()


def _shortest(text: str, said: Mapping[str, Any], sources: Sources) -> str:
    """One text for all labels that say the same: the id where there is one, else the label."""
    if len(said["licenses"]) == 1 and len(said["licenses"][0]) == 1:
        found: str = said["licenses"][0][0]
        return found
    return _same_label(tuple(said["licenses"]), text)


_SAME: dict[Any, str] = {}


def _same_label(licenses: tuple[tuple[str, ...], ...], text: str) -> str:
    return _SAME.setdefault(licenses, text)


def _steps(vocabulary: Vocabulary) -> tuple[str, ...]:
    """The steps that a table may state, by rising doubt: what changes nothing first."""
    used = dict.fromkeys(words()["relations"].values())
    return tuple(sorted(used, key=lambda step: (step != "copy", vocabulary.manner_rank[vocabulary.actions[step]["manner"]], step)))


# ---- one model in full -----------------------------------------------------------------------------------------------


def counts(done: Audit) -> Counter[str]:
    """Verdict -> rows."""
    import numpy as np

    per_question = np.bincount(done.plan.question, minlength=len(done.answers))
    found: Counter[str] = Counter()
    for answer, rows in zip(done.answers, per_question):
        found[answer["verdict"]] += int(rows)
    return found
