"""`licet license list`: the licenses that licet has read."""

from __future__ import annotations

import json

import click

from checker.app import licenses as app
from checker.app.wording import sentence
from checker.cli import options
from checker.core.conditions import nearest
from checker.core.license import KINDS
from checker.core.wording import in_words


@click.command()
@click.option("--allows", "allows", multiple=True, metavar="WORD",
              help="Only texts that grant this, at least on conditions: an act (modify, host, distribute …), commercial, or a granting term; repeatable.")
@click.option("--family", "families", multiple=True, metavar="NAME", help="Only this family; repeatable.")
@click.option("--by", "licensors", multiple=True, metavar="NAME", help="Only this licensor (part of the name is enough); repeatable.")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(KINDS),
              help="Only this kind of license; repeatable.")
@click.option("-f", "--format", "format_", type=click.Choice(["text", "json"]), default="text", help="What to write. Default: text.")
def command(allows: tuple[str, ...], families: tuple[str, ...], licensors: tuple[str, ...], kinds: tuple[str, ...], format_: str) -> int:
    """List the licenses that licet has read, one a line: id, kind, name, licensor.

    \b
    Example:
      licet license list --allows commercial --allows modify --kind data
      licet license list --by Meta --format json
    """
    library = options.library()
    vocabulary = library.book().vocabulary
    terms = []
    for word in allows:
        term = app.grant_term(word, vocabulary)
        if term is None:
            known = dict.fromkeys([*app.grant_terms(vocabulary), *(name for name, act in vocabulary.acts.items() if act["term"])])
            raise click.BadParameter(f"No granting term or act is called {word!r}.{nearest(word, known)} There are: {', '.join(known)}.", param_hint="--allows")
        terms.append(term)
    found = app.listing(library, allows=terms, families=families, licensors=licensors, kinds=kinds)
    if format_ == "json":
        options.show(json.dumps(found, ensure_ascii=False, indent=2) + "\n", machine=True)
        return 0
    width = max((len(one["id"]) for one in found), default=0)
    for one in found:
        answers = "".join(f"  [{term}: {in_words(answer)}]" for term, answer in one["answers"].items() if answer != "allowed")
        licensor = f" ({one['licensor']})" if one["licensor"] != "any" else ""
        options.show(f"{one['id']:{width}}  {one['kind']:12}  {one['name']}{licensor}{answers}\n", machine=False)
    click.echo(sentence("lookup", "listed", count=len(found), of=len(library.license_files)), err=True)
    return 0
