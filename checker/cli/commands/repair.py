"""`licet repair`: the smallest ways out of a verdict that is not good, and a scenario file with one of them made."""

from __future__ import annotations

import json
from pathlib import Path

import click

from checker.app import repair as app
from checker.cli import options
from checker.cli.streams import complain, standard_input
from checker.core.repair import LARGEST, MOST
from checker.load.book import Library
from checker.load.strict_yaml import decode, read_text


@click.command()
@click.argument("file", type=click.Path(allow_dash=True))
@options.candidate_option
@click.option("--any-model", is_flag=True, help="Try one model of the registry for each license that it knows.")
@click.option("--cost", "costs", multiple=True, metavar="CHANGE=NUMBER", help="What a kind of change costs: the cheapest ways out come first; repeatable.")
@click.option("--most", type=click.IntRange(1, 50), default=MOST, show_default=True, help="Ways out of each kind.")
@click.option("--largest", type=click.IntRange(1, 6), default=LARGEST, show_default=True, help="Changes in one way out.")
@click.option("--apply", "number", type=click.IntRange(1), metavar="N", help="Write the scenario with way out N made.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, allow_dash=True), help="Where to write it. Default: standard output.")
@click.option("-f", "--format", "format_", type=click.Choice(["text", "json"]), default="text", help="How to list the ways out.")
@click.option("--profile", metavar="NAME", help="Answers to unsettled questions, as in licet check.")
@click.option("--as-of", metavar="DAY", help="The day the question is asked, where the file gives none. Default: today.")
def command(file: str, candidates: tuple[str, ...], any_model: bool, costs: tuple[str, ...], most: int, largest: int, number: int | None,
            output: str | None, format_: str, profile: str | None, as_of: str | None) -> int:
    """Find the smallest ways out for the scenario in FILE: what to do, or what to find out.

    \b
    Example:
      licet repair seeds/v02-avocado-qwen2.5-72b.yaml --candidate Qwen/Qwen3-32B
      licet repair seeds/v02-avocado-qwen2.5-72b.yaml --candidate Qwen/Qwen3-32B --apply 1 -o changed.yaml

    Exit code: 0 nothing stands in the way or a way out was found, 1 none was found, 2 a file could not be used.
    """
    library = options.library()
    text = decode(standard_input(), "standard input") if file == "-" else read_text(Path(file))
    found, search = app.find_text(text, "standard input" if file == "-" else file, library, as_of=options.day(as_of), profile=profile,
                                  candidates=candidates, any_model=any_model, most=most, largest=largest, costs=_costs(costs, library))
    if number is not None:
        if number > len(found):
            raise click.BadParameter(f"There are {len(found)} ways out.", param_hint="--apply")
        changed = app.apply(text, found[number - 1])
        if output in (None, "-"):
            options.show(changed, machine=True)
        else:
            options.save(Path(str(output)), changed)
            complain(f"{output}: way out {number} made.")
        return 0
    listed = json.dumps({"repairs": found, "repair_search": search}, indent=2, ensure_ascii=False) + "\n" if format_ == "json" else app.as_text(found, search)
    if output in (None, "-"):
        options.show(listed, machine=format_ == "json")
    else:
        options.save(Path(str(output)), listed)
    return 1 if search is not None and not found else 0


def _costs(stated: tuple[str, ...], library: Library) -> dict[str, float]:
    known = library.book().vocabulary.data["repairs"]["changes"]
    costs = {}
    for one in stated:
        change, _, number = one.partition("=")
        try:
            costs[change] = float(number)
        except ValueError:
            costs[change] = -1.0
        if change not in known or not 0 < costs[change] < 1_000_000:
            raise click.BadParameter(f"{one!r}. Write CHANGE=NUMBER, a number above 0, and one of these changes: {', '.join(known)}.", param_hint="--cost")
    return costs
