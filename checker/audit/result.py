"""What an audit found: one row per row of the table, and counts over all of them. Nothing is judged here."""

from __future__ import annotations

import contextlib
import os
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from operator import itemgetter
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from checker.audit.chain import expression
from checker.audit.models import PROBLEMS
from checker.audit.numbers import appended, distinct
from checker.audit.problems import problem
from checker.core.verdict import DEPENDS, NOT_ENOUGH_FACTS, VERDICTS
from checker.errors import BadInput

if TYPE_CHECKING:
    import polars as pl

    from checker.audit.plan import Plan, Question
    from checker.audit.table import Table

ALL_VERDICTS = (*VERDICTS, NOT_ENOUGH_FACTS, DEPENDS)
#: the columns of a row, in docs/reference/audit.md: what is told of it whatever the answers, and the answers
FACTS = ("file", "row", "id", "declared", "downloads", "created", "depth", "path", "problems", "question")
ANSWERS = ("scenario", "verdict", "best", "worst", "upstream", "label", "governing", "reaches", "findings", "open")
#: how far a path is told, in models; what is told of a longer chain
MAX_PATH, MAX_DEPTH = 24, 32_767
#: rows and questions of the summary's lists
MAX_LISTED = 25
#: labels of the matrix; a mark for all others
MAX_LABELS, OTHERS = 8, "\0"
#: rows of one group in a Parquet file
ROW_GROUP = 1 << 17
FORMATS = {".parquet": "write_parquet", ".csv": "write_csv", ".jsonl": "write_ndjson", ".ndjson": "write_ndjson"}


def needed(names: Collection[str]) -> tuple[str, ...]:
    """The facts from which the columns of these names are made; of no names, all."""
    return tuple(one for one in FACTS if not names or one in names or one == "question" or (one == "declared" and "label" in names))


def facts(table: Table, plan: Plan, names: Collection[str] = FACTS) -> pl.DataFrame:
    """One row per usable row of the table, in its order: what it said, where it stands in its chain, the number of its question."""
    import polars as pl

    files = [one["path"] for one in table.files]
    found: dict[str, Any] = {
        "file": pl.col("file").replace_strict(range(len(files)), files, return_dtype=pl.Enum(files)), "row": "line", "id": "id", "declared": plan.labels,
        "downloads": "downloads", "created": "created", "depth": pl.Series(plan.chains.depth[plan.by_row]).clip(upper_bound=MAX_DEPTH).cast(pl.Int16),
        "path": paths(plan.base, plan.names, plan.by_row) if "path" in names else None, "problems": _problems(plan.problems) if "problems" in names else None,
        "question": pl.Series(plan.question)}
    return table.rows.select(**{name: found[name] for name in FACTS if name in names})


def rows(frame: pl.DataFrame, questions: Sequence[Question], answers: Sequence[Mapping[str, Any]], scenarios: Sequence[str],
         names: Collection[str] = ANSWERS) -> pl.DataFrame:
    """The facts with the answers joined back, those of these names."""
    import polars as pl

    joined = told(questions, answers, scenarios, names).select(pl.all().gather(frame["question"]))
    if "label" in names:
        unread = (joined["label"] == NO_LABEL) & frame["declared"].is_not_null()
        joined = joined.with_columns(label=pl.when(unread).then(pl.lit(UNCLEAR_LABEL, joined.schema["label"])).otherwise(pl.col("label")))
    return pl.concat([frame, joined], how="horizontal")


def told(questions: Sequence[Question], answers: Sequence[Mapping[str, Any]], scenarios: Sequence[str], names: Collection[str] = ANSWERS) -> pl.DataFrame:
    """One row per question, its texts numbered so that millions of rows can share them."""
    import polars as pl

    return pl.DataFrame([pl.Series(name, one.texts, pl.Enum(one.words) if one.words else pl.Categorical)
                         for name, one in columns(questions, answers, scenarios, names).items()])


#: what a label may be to the licenses that reach the model: see docs/reference/audit.md; one that is none, and one that names nothing known
LABELS = ("same", "other", "too_lax", "too_strict", "altered", "unclear", "sole", "none")
NO_LABEL, UNCLEAR_LABEL = "none", "unclear"
#: the columns of answers that have closed lists of words
CLOSED = {**dict.fromkeys(("verdict", "best", "worst", "upstream"), ALL_VERDICTS), "label": LABELS}


class Texts(NamedTuple):
    """A column of answers: the text of each question, and the closed list of words that it may have (empty: any)."""

    texts: list[str | None]
    words: tuple[str, ...] = ()


def columns(questions: Sequence[Question], answers: Sequence[Mapping[str, Any]], scenarios: Sequence[str],
            names: Collection[str] = ANSWERS) -> dict[str, Texts]:
    """The columns of answers that have these names, per question."""
    texts: dict[str, Iterator[str | None]] = {                  # none is made before it is wanted
        "scenario": (scenarios[one.scenario] for one in questions),
        **{name: map(itemgetter(name), answers) for name in CLOSED},
        "governing": map(_governing, questions),
        "reaches": map(_reaches, questions),
        "findings": ("; ".join(map(_finding, one["findings"])) for one in answers),
        "open": ("; ".join(one["open"]) for one in answers),
    }
    return {name: Texts(list(texts[name]), CLOSED.get(name, ())) for name in ANSWERS if name in names}


def _governing(question: Question) -> str:
    return "; ".join(sorted({license for license, _ in _ways(question)}))


def _reaches(question: Question) -> str:
    return "; ".join(f"{license} ({step})" for license, step in sorted(_ways(question)))


def _ways(question: Question) -> list[tuple[str, str]]:
    """The licenses that reach a model, each with the step by which it comes."""
    own = [(_expression(question.own), "own")] if question.own is not None else []
    return [*((_expression(token), step) for token, step in question.inherited), *own]


def _finding(one: Mapping[str, Any]) -> str:
    return f"{one['rule']}: {one['license']}" if one["license"] else str(one["rule"])


def _expression(token: Any) -> str:
    """The licenses a token may mean: `|` between those of which nobody knows which, OR and AND as in a license expression."""
    return " | ".join(expression(one) for one in token.candidates)


def paths(base: Any, names: pl.Series, models: Any) -> pl.Series:
    """The ids from the root to the base of each of the models, by the first base of each (`base`: -1 where it has none); null where there is none."""
    import numpy as np
    import polars as pl

    used = np.zeros(len(base), bool)                            # many models share a base, and with it the path
    used[base[base >= 0]] = True
    bases = np.flatnonzero(used)
    hops = _hops(base, bases)
    order = np.argsort(-hops, kind="stable")
    bases, hops = bases[order], hops[order]
    texts, here = names.gather(bases), bases
    for hop in range(1, int(hops.max(initial=0)) + 1):          # those that go on come first
        further = int(np.count_nonzero(hops >= hop))
        here = base[here[:further]]
        longer = pl.select(pl.concat_str(names.gather(here), texts[:further], separator=" > ")).to_series()
        texts = pl.concat([longer.alias(texts.name), texts[further:]])
    place = np.full(len(base) + 1, len(bases), np.uint32)       # the last entry is for those without a base
    place[bases] = np.arange(len(bases))
    return appended(texts, pl.Series([None], dtype=pl.String)).gather(place[base[models]])


def _hops(base: Any, models: Any) -> Any:
    """How many models are above each by the first base, as far as a path is told."""
    import numpy as np

    hops = np.zeros(len(models), np.int32)
    here, going = base[models], np.arange(len(models))
    for hop in range(1, MAX_PATH):
        on = here >= 0
        here, going = here[on], going[on]
        if not len(going):
            break
        hops[going] = hop
        here = base[here]
    return hops


def _problems(bits: Any) -> pl.Series:
    """The names of the problems of each row."""
    import polars as pl

    found, number = distinct(bits)
    texts = ["; ".join(name for place, name in enumerate(PROBLEMS) if int(one) >> place & 1) for one in found]
    return pl.Series(texts, dtype=pl.Enum(sorted(set(texts)))).gather(pl.Series(number))


# ---- counts ----------------------------------------------------------------------------------------------------------


def summary(frame: pl.DataFrame, questions: Sequence[Question], answers: Sequence[Mapping[str, Any]], words: Mapping[str, Any]) -> dict[str, Any]:
    """Counts over all rows: the unknown share first, verdicts, profiles, labels, drift, depths, problems, the most used faulty models.

    The answers are those that compare profiles.
    """
    import numpy as np
    import polars as pl

    asked = np.bincount(frame["question"].to_numpy(), minlength=len(questions)).tolist()
    unknown = sum(rows_ for question, rows_ in zip(questions, asked) if re.search(r"\bunknown\b", _governing(question)))
    made = frame.filter(pl.col("depth") > 0)
    return {
        "method": words["method"], "limits": words["limits"], "label_words": words["labels"], "all_verdicts": list(ALL_VERDICTS),
        "models": int(frame["id"].str.to_lowercase().n_unique()),
        "unknown": {"no_label": int(frame["declared"].null_count()), "some_license_unknown": unknown},
        "verdicts": _counted(frame, "verdict"), "upstream": _counted(made, "upstream"),
        "profiles": _profiles(frame["question"].to_numpy(), [one["profiles"] for one in answers]),
        "labels": _counted(frame, "label"), "labels_of_derivatives": _counted(made, "label"),
        "depths": dict(sorted((int(depth), rows) for depth, rows in _counted(frame, "depth").items())),
        "problems": _counted_problems(frame, words), **_drift(questions, frame), "faulty": _faulty(frame),
        "questions": _questions(questions, frame["question"].to_numpy(), answers),
    }


def _counted(frame: pl.DataFrame, column: str) -> dict[Any, int]:
    import polars as pl

    counts = frame.group_by(column).agg(rows=pl.len()).sort("rows", pl.col(column).cast(pl.String), descending=[True, False])
    return {key: rows for key, rows in counts.iter_rows() if key is not None}


def _counted_problems(frame: pl.DataFrame, words: Mapping[str, Any]) -> dict[str, Any]:
    counts = dict.fromkeys(PROBLEMS, 0)
    for together, number in _counted(frame, "problems").items():
        for name in filter(None, together.split("; ")):
            counts[name] += number
    return {name: {"rows": number, "meaning": words["problems"][name]} for name, number in counts.items()}


def _profiles(question: Any, profiles: Sequence[Mapping[str, str]]) -> dict[str, dict[str, int]]:
    import numpy as np

    weights = np.bincount(question, minlength=len(profiles)).tolist()
    found: dict[str, dict[str, int]] = {}
    for verdicts, rows_ in zip(profiles, weights):
        for profile, verdict in verdicts.items():
            counts = found.setdefault(profile, dict.fromkeys(ALL_VERDICTS, 0))
            counts[verdict] += rows_
    return found


def _drift(questions: Sequence[Question], frame: pl.DataFrame) -> dict[str, Any]:
    """What comes from upstream beside what the child declares: as a matrix, and the most frequent pairs with steps, state of the label and verdict."""
    import polars as pl

    pairs = [("; ".join(sorted({_expression(token) for token, _ in one.inherited})) or None, " + ".join(sorted({step for _, step in one.inherited})),
              one.declared.text if one.declared else None) for one in questions]
    by_question = pl.DataFrame(pairs, schema={"upstream_licenses": pl.String, "step": pl.String, "child": pl.String}, orient="row")
    keys = ("upstream_licenses", "step", "child", "label", "verdict")
    counted = frame.group_by("question", "label", "verdict").agg(rows=pl.len())
    told = pl.concat([by_question.select(pl.all().gather(counted["question"])), counted.drop("question")], how="horizontal")
    told = told.filter(pl.col("upstream_licenses").is_not_null()).with_columns(pl.col("label", "verdict").cast(pl.String))
    grouped = told.group_by(keys).agg(pl.col("rows").sum()).sort("rows", *keys, descending=[True, *[False] * len(keys)])
    return {"drift": grouped.head(4 * MAX_LISTED).to_dicts(), "matrix": _matrix(told.select("upstream_licenses", "child", "rows").sort(pl.all()).rows())}


def _matrix(pairs: Sequence[tuple[str, str | None, int]]) -> dict[str, Any]:
    """Rows by what comes from upstream and by label: the most frequent of both, no label first, all others last."""
    upstream, labels, cells = Counter[str](), Counter[str](), Counter[tuple[str | None, str | None]]()
    for above, label, rows_ in pairs:
        upstream[above] += rows_
        if label is not None:
            labels[label] += rows_
    above_kept, labels_kept = (dict.fromkeys(name for name, _ in one.most_common(many)) for one, many in ((upstream, MAX_LISTED), (labels, MAX_LABELS)))
    for above, label, rows_ in pairs:
        cells[above if above in above_kept else None, OTHERS if label is not None and label not in labels_kept else label] += rows_
    columns = [None, *labels_kept, *([OTHERS] if len(labels) > MAX_LABELS else [])]
    lines = [*above_kept, *([None] if len(upstream) > MAX_LISTED else [])]
    return {"labels": [{"label": one if one != OTHERS else None, "others": one == OTHERS} for one in columns],
            "rows": [{"upstream": one, "counts": [cells[one, label] for label in columns]} for one in lines]}


def _faulty(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """Of the models that are barred, need permission, or promise more than upstream gives, the most downloaded."""
    import polars as pl

    wrong = frame.filter(pl.col("verdict").is_in(["prohibited", "needs_permission"]) | pl.col("label").is_in(["too_lax", "altered"]))
    wrong = wrong.sort(pl.col("downloads").fill_null(-1), "id", descending=[True, False]).unique("id", keep="first", maintain_order=True)
    return wrong.head(MAX_LISTED).select("id", "downloads", "declared", "governing", "path", "verdict", "label", "findings").with_columns(
        pl.col("verdict", "label", "governing", "findings").cast(pl.String)).to_dicts()


def _questions(questions: Sequence[Question], question: Any, answers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    import numpy as np

    weights = np.bincount(question, minlength=len(answers))
    order = np.argsort(-weights, kind="stable")[: 4 * MAX_LISTED].tolist()
    told = []
    for number in order:
        declared = questions[number].declared
        told.append({"governing": _governing(questions[number]), "reaches": _reaches(questions[number]), **answers[number], "question": number,
                     "rows": int(weights[number]), "declared": declared.text if declared else None})
    return {"distinct": len(answers), "most_asked": told}


# ---- writing ---------------------------------------------------------------------------------------------------------


def write(frame: pl.DataFrame, path: Path, metadata: Mapping[str, str]) -> None:
    """Write the rows whole or not at all, in the format of the file's name. Raises BadInput where that cannot be done."""
    method = FORMATS[path.suffix.casefold()]
    with whole(path) as scratch:
        if method == "write_parquet":
            sink(frame, scratch, metadata)
        else:
            getattr(frame, method)(scratch)


def sink(frame: pl.DataFrame, target: Path | IO[bytes], metadata: Mapping[str, str]) -> None:
    """Write the rows as Parquet, on all cores."""
    frame.lazy().sink_parquet(target, compression="zstd", compression_level=1, metadata=dict(metadata), row_group_size=ROW_GROUP,
                              statistics={"min": False, "max": False, "distinct_count": False, "null_count": True})


@contextlib.contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A file to write to that takes the place of another once it is whole, or never; a link is followed, a pipe or device written to.

    Raises BadInput where that cannot be done.
    """
    target = Path(os.path.realpath(path))
    scratch = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        if target.exists() and not target.is_file():
            yield target
            return
        yield scratch
        os.replace(scratch, target)
    except Exception as error:
        if not isinstance(error, OSError) and type(error).__module__.partition(".")[0] != "polars":
            raise
        raise BadInput([problem("cannot_be_written", str(path), why=str(error).splitlines()[0][:160])]) from None
    finally:
        with contextlib.suppress(OSError):
            scratch.unlink()
