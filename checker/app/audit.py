"""Audit tables of models: read, plan, put the distinct questions to the core, join the answers back.

What is asked of every model is a scenario in which it stands for the input `model`; see `checker.app.questions`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from checker.app.check import Entry, check_text, tool
from checker.app.questions import BY_FINDINGS, BY_PROFILES, Answer, Judge, Template, template
from checker.app.wording import problem
from checker.audit.chain import NOBODY_KNOWS, Token
from checker.audit.models import Known, Lookups
from checker.core.vocabulary import Vocabulary
from checker.errors import BadInput
from checker.load.book import Library
from checker.load.sources import Sources
from checker.load.strict_yaml import load, read_text

if TYPE_CHECKING:
    import polars as pl

    from checker.audit.plan import Plan, Question
    from checker.audit.snapshot import Snapshot

#: names under which a table's columns can be mapped
COLUMNS = ("id", "license", "license_name", "base_model", "relation", "datasets", "downloads", "created", "scenario")
#: bytes of tables that probably ask hundreds of questions
WORTH_HELPERS = 50_000
_FOLDER = Path(__file__).resolve().parent.parent / "audit"
Tick = Callable[[str, int, int], None]


class Followed(NamedTuple):
    """Distinct questions; `head`, all they were made from: files, unusable rows; how many rows there are, and, when asked for by names, what is told
    of each whatever the answers. `plan` and `snapshot`: where they come from, a table or a snapshot of one."""

    questions: list[Question]
    head: dict[str, Any]
    rows: int
    facts: Callable[[tuple[str, ...]], pl.DataFrame]
    plan: Plan | None = None
    snapshot: Snapshot | None = None


@dataclass(frozen=True)
class Audit:
    """What was followed, and the answer to each question."""

    followed: Followed
    answers: list[Answer]
    templates: tuple[Template, ...]
    tool: dict[str, Any]
    notice: str

    @property
    def questions(self) -> list[Question]:
        """The distinct questions."""
        return self.followed.questions

    @property
    def head(self) -> dict[str, Any]:
        """All it was made from."""
        return self.followed.head

    @cached_property
    def facts(self) -> pl.DataFrame:
        """One row per usable row of the table."""
        from checker.audit import result

        return self.followed.facts(result.FACTS)

    @cached_property
    def rows(self) -> pl.DataFrame:
        """The facts with the answers joined back."""
        from checker.audit import result

        return result.rows(self.facts, self.questions, self.answers, self.scenarios)

    def only(self, names: Sequence[str]) -> pl.DataFrame:
        """Of the rows, the columns of these names, in this order; no other is made."""
        from checker.audit import result

        facts = self.followed.facts(result.needed(names))
        return result.rows(facts, self.questions, self.answers, self.scenarios, names).select(names)

    @property
    def scenarios(self) -> list[str]:
        """The names of the use scenarios."""
        return [one.name for one in self.templates]


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
          columns: Mapping[str, str] | None = None, edges: str | None = None, compare: bool = True, only: Sequence[str] = (),
          tick: Tick = lambda *_: None) -> Audit:
    """Audit all rows of the files that the patterns name. `scenarios`: files or names, the first is asked of rows that name none.

    `columns`: our name -> the table's. `edges`: a further table of child, base, relation. `compare`: judge under the profiles that a summary
    compares, too. `only`: the columns that will be wanted (none: all); what no other needs is not looked for. Raises BadInput with every problem.
    """
    from concurrent.futures import ThreadPoolExecutor

    from checker.audit.result import needed

    templates = _templates(scenarios, library, as_of=as_of, profile=profile)
    _refuse_columns(columns or {})
    judge = Judge(library, templates, words()["label_states"], _besides(only, compare))
    told = {**tool(library), "licenses_digest": library.licenses_digest(library.license_files)}
    made = {"licenses": library.digest_below("licenses"), "period": library.period(as_of)}
    names = [one.name for one in templates]
    kept = _kept(patterns, names, made, told=bool(columns or edges))
    followed = kept or _followed(patterns, library, columns or {}, edges, names, {"as_of": as_of, **made}, judge, tick)
    with ThreadPoolExecutor(1) as beside:                       # who judges many questions are other processes
        if followed.plan is not None:
            beside.submit(followed.facts, needed(only))
        answers = judge.answers(followed.questions, lambda done, of: tick("judging distinct questions", done, of))
    return Audit(followed, answers, templates, told, library.book().vocabulary.sentence("notice"))


def inputs(patterns: tuple[str, ...], edges: str | None) -> tuple[str, ...]:
    """The files that are read. Raises BadInput for a pattern that names none."""
    from checker.audit import table as tables

    return (*tables.expand(patterns), *([edges] if edges is not None else []))


def _besides(only: Sequence[str], compare: bool) -> tuple[str, ...]:
    """What the answers have to tell beside verdicts: for a summary everything."""
    return (*BY_FINDINGS, *BY_PROFILES) if compare else tuple(name for name in BY_FINDINGS if not only or name in only)


def _kept(patterns: tuple[str, ...], names: list[str], made: Mapping[str, str], *, told: bool) -> Followed | None:
    """What a snapshot holds, where that is all that was named. Raises BadInput where it is of another day, or columns or edges were `told`."""
    from checker.audit import snapshot

    kept = snapshot.read(patterns[0]) if len(patterns) == 1 and Path(patterns[0]).is_file() else None
    if kept is None:
        return None
    if told:
        raise BadInput([problem("snapshot_with_columns", patterns[0])])
    _refuse_snapshot(patterns[0], kept.head, names, made)
    return Followed(kept.questions, kept.head, kept.facts.num_rows, kept.frame, snapshot=kept)


def _followed(patterns: tuple[str, ...], library: Library, columns: Mapping[str, str], edges: str | None, names: list[str], made: dict[str, str],
              judge: Judge, tick: Tick) -> Followed:
    """The tables, read and followed; who helps to judge a large one gets ready meanwhile."""
    from checker.audit import result
    from checker.audit import table as tables
    from checker.audit.plan import plan

    large = sum(Path(path).stat().st_size for path in tables.expand(patterns)) > WORTH_HELPERS
    with judge.helped() if large else nullcontext():
        table = tables.read(patterns, words(), columns, lambda path: tick(f"reading {path}", 0, 0))
        extra = tables.read_edges(edges, words()) if edges else None
        tick("following the chains", 0, 0)
        planned = plan(table, extra, lookups(library, as_of=made["as_of"]), tuple(names), judge.expect)
    table = table._replace(rows=table.rows.drop(tables.LISTS))  # who is made from whom is in the plan
    head = {"files": list(table.files), "datasets": int(table.rows["datasets"].sum()), "unusable": table.unusable,
            "listed": [str(one) for one in table.problems], "scenarios": names, "chose": table.rows["scenario"].null_count() < table.rows.height, **made}
    return Followed(planned.questions, head, table.rows.height, cache(lambda names: result.facts(table, planned, names)), planned)


def _refuse_snapshot(path: str, head: Mapping[str, Any], names: list[str], made: Mapping[str, str]) -> None:
    """A snapshot knows what labels and the registry meant while no other date had come; and which scenario each row chose, if they chose."""
    problems = []
    if any(head[key] != value for key, value in made.items()):
        problems.append(problem("snapshot_of_another_day", path, day=head["as_of"]))
    if head["scenarios"] != names and head["chose"]:
        problems.append(problem("snapshot_of_other_scenarios", path, scenarios=", ".join(head["scenarios"])))
    if problems:
        raise BadInput(problems)


def _templates(scenarios: tuple[str, ...], library: Library, *, as_of: str, profile: str | None) -> tuple[Template, ...]:
    found: dict[str, Template] = {}
    for one in scenarios or built_in():
        path = Path(one) if one not in built_in() else _FOLDER / "scenarios" / f"{one}.yaml"
        if not path.exists():
            raise BadInput([problem("no_such_template", one, known=", ".join(built_in()))])
        name = path.stem
        if name in found:
            raise BadInput([problem("two_scenarios_alike", one, name=name)])
        found[name] = template(name, read_text(path), str(path) if one not in built_in() else path.name, library, as_of=as_of, profile=profile,
                               compared=words()["compared_profiles"])
    return tuple(found.values())


def _refuse_columns(columns: Mapping[str, str]) -> None:
    known = words()["columns"]
    unknown = [problem("unknown_column", f"--column {name}={column}", name=name, known=", ".join(known))
               for name, column in columns.items() if name not in known]
    if unknown:
        raise BadInput(unknown)


# ---- what the plan asks of the rest ----------------------------------------------------------------------------------


def lookups(library: Library, *, as_of: str) -> Lookups:
    """Labels by the project's one normalizer, models by its registry, steps by its vocabulary."""
    sources = Sources(library)
    registry = sources.registry
    alike: dict[Any, str] = {}

    def label(text: str) -> Token:
        said = sources.label(text)
        if said["licenses"]:
            candidates = tuple((one,) for one in said["licenses"]) if said.get("ambiguous") else (said["licenses"],)
            return Token(candidates, standing_for(text, said["licenses"]))
        return NOBODY_KNOWS._replace(text=words()["altered_label"] if said["altered"] else words()["unclear_label"])

    def standing_for(text: str, licenses: Sequence[tuple[str, ...]]) -> str:
        """One text for all labels that say the same: the id where there is one, else the label that was read first."""
        return licenses[0][0] if len(licenses) == len(licenses[0]) == 1 else alike.setdefault(tuple(licenses), text)

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


def _steps(vocabulary: Vocabulary) -> tuple[str, ...]:
    """The steps that a table may state, by rising doubt: what changes nothing first."""
    used = dict.fromkeys(words()["relations"].values())
    return tuple(sorted(used, key=lambda step: (step != "copy", vocabulary.manner_rank[vocabulary.actions[step]["manner"]], step)))


# ---- one model in full -----------------------------------------------------------------------------------------------


def explain(done: Audit, identifier: str, library: Library) -> Entry:
    """The full Assessment of one model of the table, with its whole chain. Raises BadInput where the table does not have it."""
    from checker.audit.explain import document

    plan = done.followed.plan
    if plan is None:
        raise BadInput([problem("snapshot_without_chains", identifier)])
    row = _row_of(done.facts["id"].str.to_lowercase(), identifier)
    asked = done.templates[done.questions[int(done.facts["question"][row])].scenario]
    text = json.dumps(document(plan, row, asked.scenario.source), ensure_ascii=False)       # JSON is YAML
    return check_text(text, identifier, library, as_of=asked.scenario.as_of, profile=asked.scenario.profile["id"])


def _row_of(ids: pl.Series, identifier: str) -> int:
    """The row of a model: the last that has its id, whatever the case of its letters."""
    from checker.core.conditions import nearest

    wanted = identifier.encode("utf-8", "replace").decode().strip().lower()     # as the ids were, which is not folded: ß is not ss
    found = (ids == wanted).arg_true()
    if not len(found):
        alike = ids.filter(ids.str.contains(wanted.rpartition("/")[2], literal=True)).head(2000).to_list()
        near = nearest(wanted, alike).strip()
        raise BadInput([problem("no_such_row_but_near", identifier, near=near) if near else problem("no_such_row", identifier)])
    return int(found[-1])


def audit_on_spark(patterns: tuple[str, ...], output: str, library: Library, *, as_of: str, profile: str | None = None, scenarios: tuple[str, ...] = (),
                   columns: Mapping[str, str] | None = None, edges: str | None = None, tick: Tick = lambda *_: None) -> dict[str, Any]:
    """The same audit on Spark: Parquet tables to a folder of Parquet files. Gives rows, unusable rows and verdicts counted. Raises BadInput."""
    try:
        from checker.audit import spark
        session = spark.session()
    except ModuleNotFoundError:
        raise BadInput([problem("no_spark", "--engine spark")]) from None
    from checker.audit import result
    from checker.audit import table as tables

    templates = _templates(scenarios, library, as_of=as_of, profile=profile)
    _refuse_columns(columns or {})
    paths = tables.expand(patterns)
    others = [problem("not_parquet", path) for path in paths if tables.kind_of(path) != "parquet"]
    if Path(output).exists():
        others.append(problem("folder_is_there", output))
    if others:
        raise BadInput(others)
    tick("following the chains", 0, 0)
    extra = tables.read_edges(edges, words()).iter_rows() if edges else ()
    names = tuple(one.name for one in templates)
    rows, questions, unusable = spark.plan(session, paths, columns or {}, extra, lookups(library, as_of=as_of), names)
    judge = Judge(library, templates, words()["label_states"])
    answers = judge.answers(questions, lambda done, of: tick("judging distinct questions", done, of))
    tick(f"writing {output}", 0, 0)
    told = result.told(questions, answers, names).drop("scenario").to_dicts()
    verdicts = spark.write(session, spark.joined(session, rows, told), output)
    return {"rows": sum(verdicts.values()), "unusable": unusable, "questions": len(questions), "verdicts": verdicts}
