"""`licet audit`: tables of models to verdict columns and a summary."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from checker.app import audit as app
from checker.app import audit_documents, formats
from checker.cli import options
from checker.cli.streams import complain

#: unusable rows that are told one by one
_SHOWN = 20


@click.command()
@click.argument("tables", nargs=-1, required=True, metavar="TABLE…")
@click.option("-o", "--output", "outputs", multiple=True, type=click.Path(dir_okay=False),
              help="Where to write; repeatable. Rows: .parquet, .arrow, .csv, .jsonl. Summary: .html, .json, .txt.")
@click.option("-f", "--format", "format_", type=click.Choice(["text", "json", "html"]),
              help="What goes to standard output. Default: text, nothing with -o.")
@click.option("--scenario", "scenarios", multiple=True, metavar="NAME|FILE",
              help="What is asked of every model: tune-host-publish (default), host, internal, or a scenario file with an input `model`. "
                   "Repeatable; rows choose by a column `scenario`, those that name none get the first.")
@click.option("--edges", type=click.Path(exists=True, dir_okay=False), help="A further table of child, base, relation.")
@click.option("--column", "columns", multiple=True, metavar="NAME=COLUMN", help="The table's name for one of: " + ", ".join(app.COLUMNS) + ". Repeatable.")
@click.option("--engine", type=click.Choice(["local", "spark"]), default="local", help="Where rows are joined. spark: Parquet tables to one -o FOLDER.parquet.")
@click.option("--snapshot", type=click.Path(dir_okay=False),
              help="Also keep what was followed as integers; given as TABLE, it is judged again at once, under another scenario or profile.")
@click.option("--only", metavar="COLUMNS", help="Of the rows, write these columns alone: id,verdict,label.")
@click.option("--explain", "explained", metavar="ID", help="Instead of counts: the full report on one model of the table.")
@click.option("--profile", metavar="NAME", help="Answers to unsettled questions: cautious, mainstream, permissive, open.")
@click.option("--as-of", metavar="DAY", help="The day the question is asked. Default: today.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but what was asked for with -f.")
def command(tables: tuple[str, ...], outputs: tuple[str, ...], format_: str | None, scenarios: tuple[str, ...], edges: str | None, columns: tuple[str, ...],
            engine: str, snapshot: str | None, only: str | None, explained: str | None, profile: str | None, as_of: str | None, quiet: bool) -> int:
    """Audit the models of each TABLE (Parquet, CSV, JSON Lines; plain, gzip or zstd; patterns too): which licenses reach them, what these say.

    \b
    Example:
      licet audit models.parquet -o verdicts.parquet -o summary.html
      licet audit 'hub/*.jsonl.gz' --edges edges.csv --column id=modelId --scenario host
      licet audit models.parquet --explain mistralai/Mistral-7B-v0.1

    Exit code: 0 when every usable row has its answer, 2 if a file could not be read or written.
    """
    names = tuple(one.strip() for one in only.split(",")) if only is not None else ()
    audit_documents.refuse_only(names, outputs)
    audit_documents.refuse_outputs(outputs, snapshot, app.inputs(tables, edges) if outputs or snapshot is not None else ())
    if explained is not None and outputs:
        raise click.UsageError("--explain gives one report, on standard output: -f html > FILE. No -o.")
    if engine == "spark":
        _refuse_on_spark(outputs, format_, snapshot, explained, only)
    library = options.library()
    with _progress(quiet) as tick:
        asked: dict[str, Any] = {"as_of": options.day(as_of), "profile": profile, "scenarios": scenarios, "columns": _columns(columns), "edges": edges,
                                 "tick": tick}
        if engine == "spark":
            counted = app.audit_on_spark(tables, outputs[0], library, **asked)
            if not quiet:
                click.echo(json.dumps(counted, indent=1))
            return 0
        shown = None if quiet and format_ is None or outputs and format_ is None else format_ or "text"
        done = app.audit(tables, library, compare=explained is None and audit_documents.has_summary(outputs, shown), only=names, **asked)
        if snapshot is not None:
            audit_documents.keep_snapshot(done, snapshot)
        if explained is not None:
            documents: list[tuple[str | None, str]] = [(None, formats.renderer(format_ or "text")([app.explain(done, explained, library)]))]
        else:
            documents = audit_documents.documents(done, outputs, shown, tick, names)
    for path, text in documents:
        if path is None:
            options.show(text, machine=format_ not in (None, "text"))
        else:
            options.save(Path(path), text)
    if done.head["unusable"] and not quiet:
        _complain_of_rows(done.head["listed"], done.head["unusable"])
    return 0


def _complain_of_rows(listed: Sequence[str], unusable: int) -> None:
    """Some of the unusable rows, and where to find the others."""
    for problem in listed[:_SHOWN]:
        complain(problem)
    which = "them" if len(listed) == unusable else f"the first {len(listed):,}"
    rows = "row" if unusable == 1 else "rows"
    complain(f"{unusable:,} {rows} could not be used" + (f"; a summary lists {which} (-o FILE.json)." if unusable > _SHOWN else "."))


def _refuse_on_spark(outputs: tuple[str, ...], *others: str | None) -> None:
    if len(outputs) != 1 or any(others) or Path(outputs[0]).suffix.casefold() != ".parquet":
        raise click.UsageError("--engine spark writes one -o FOLDER.parquet, whole. Summaries, snapshots, --only and --explain are the local engine's.")


def _columns(stated: tuple[str, ...]) -> Mapping[str, str]:
    wrong = [one for one in stated if not all(one.partition("="))]
    if wrong:
        raise click.BadParameter(f"{wrong[0]!r} is not of the form NAME=COLUMN.", param_hint="--column")
    return {name: column for name, _, column in (one.partition("=") for one in stated)}


def _silent(what: str, done: int, of: int) -> None:
    """Tell nobody."""


@contextmanager
def _progress(quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """A line on a terminal that says what is done and how far it is; nothing elsewhere."""
    stream = sys.stderr
    if quiet or not stream.isatty():
        yield _silent
        return
    bars: list[Any] = []

    def tick(what: str, done: int, of: int) -> None:
        if bars and bars[0].label != what:
            bars.pop().render_finish()
        if not bars:
            bars.append(click.progressbar(length=of or 1, label=what, file=stream, show_eta=of > 0))
            bars[0].render_progress()
        if of:
            bars[0].update(done - bars[0].pos)

    try:
        yield tick
    finally:
        if bars:
            bars[0].render_finish()
