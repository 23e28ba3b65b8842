"""`licet license compatible`: may what was made from a work under one license be released under another?"""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Any

import click

from checker.app import compatibility as app
from checker.app.wording import sentence, words
from checker.cli import options
from checker.cli.streams import standard_input
from checker.errors import BadInput
from checker.load.strict_yaml import decode, read_text


@click.command()
@click.argument("inbound", required=False)
@click.argument("outbound", required=False)
@click.option("--relation", metavar="WORD", help="What is made of the work: modification (default), copy, component, transfer, data.")
@click.option("--pairs", "table", metavar="FILE", help='A CSV table of pairs with the columns inbound, outbound[, relation]; "-" is standard input.')
@click.option("--profile", metavar="NAME", default="open",
              help="Answers to unsettled questions: cautious, mainstream, permissive. Default: open, nothing is decided.")
@click.option("-f", "--format", "format_", type=click.Choice(["text", "json", "csv"]), help="What to write. Default: text; CSV for a table.")
def command(inbound: str | None, outbound: str | None, relation: str | None, table: str | None, profile: str, format_: str | None) -> int:
    """Say whether what contains, or was made from, a work under INBOUND may be released as a whole under OUTBOUND.

    The answer (yes, no, depends, unknown) comes from the rules that judge scenarios, with the clause behind it. It speaks of the two texts alone, not
    of who you are or what you use the work for: `licet check` does that.

    \b
    Example:
      licet license compatible Apache-2.0 GPL-2.0
      licet license compatible MPL-2.0 MIT --relation component --format json
      licet license compatible --pairs pairs.csv > answers.csv

    Exit code: 0 whatever the answer, 2 wrong use or a name that is not clear. In a table every row is answered that can be; the others keep their place,
    without an answer, and each of their problems is told.
    """
    library = options.library()
    if profile not in library.book().profiles:
        raise click.BadParameter(f"No profile is called {profile!r}. There are: {', '.join(sorted(library.book().profiles))}.", param_hint="--profile")
    if table is not None:
        if inbound or relation:
            raise click.UsageError("Name two licenses, or a table with --pairs; the relation is a column of the table.")
        text = decode(standard_input(), "standard input") if table == "-" else read_text(Path(table))
        rows, problems = app.read_table(text, "standard input" if table == "-" else table, library)
        _show(app.told(rows, library, as_of=options.day(None), profile=profile), format_ or "csv")
        if problems:
            raise BadInput(problems)
        return 0
    if not inbound or not outbound:
        raise click.UsageError("Name two licenses, INBOUND and OUTBOUND, or a table with --pairs.")
    pair = app.Pair(options.license_id(inbound, library, "INBOUND", read=False), options.license_id(outbound, library, "OUTBOUND", read=False),
                    _relation(relation, app.relations(library)))
    one = app.answer(pair, library, as_of=options.day(None), profile=profile)
    if format_ == "json":
        options.show(json.dumps(one, ensure_ascii=False, indent=2) + "\n", machine=True)
    else:
        _show([{**pair._asdict(), **one}], format_ or "text")
    return 0


def _relation(word: str | None, known: list[str]) -> str:
    if word is not None and word not in known:
        raise click.BadParameter(f"{word!r} is no relation. There are: {', '.join(known)}.", param_hint="--relation")
    return word or known[0]


def _text(one: dict[str, Any]) -> str:
    clauses = [f"  {sentence('lookup', 'clauses', sections='; '.join(one['sections']))}"] if one["sections"] else []
    pair = {column: one[column] for column in app.COLUMNS}
    lines = [sentence("lookup", "compatible", **pair, answer=words("lookup")["answers"][one["compatible"]]),
             *textwrap.wrap(one["reason"], 100, initial_indent="  ", subsequent_indent="  "), *clauses]
    return "\n".join(lines) + "\n"


def _show(entries: list[dict[str, Any]], format_: str) -> None:
    if format_ == "json":
        options.show(json.dumps(entries, ensure_ascii=False, indent=2) + "\n", machine=True)
    elif format_ == "csv":
        options.show(app.table(entries), machine=True)
    else:
        options.show("".join(_text(one) for one in entries if one["compatible"]), machine=False)
