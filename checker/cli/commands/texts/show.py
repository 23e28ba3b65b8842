"""`licet texts show`: a text, or the clauses of it that answer a term."""

from __future__ import annotations

from pathlib import Path

import click

from checker.app import texts
from checker.cli import options
from checker.cli.commands.texts import _rows
from checker.cli.streams import complain
from checker.load.strict_yaml import printable


@click.command()
@click.argument("name", metavar="LICENSE")
@click.option("--term", help="Only the clauses in which the answer to this term is quoted.")
@_rows.folder_option
def command(name: str, term: str | None, folder: Path | None) -> int:
    """Show the text of a LICENSE that is kept in the folder, or the whole clauses that answer one term. No network.

    Exit code: 1 if no clause answers the term; 2 if the text is not there or is not the one that was read.

    \b
    Example:
      licet texts show llama-3.1
      licet texts show llama-3.1 --term scale_thresholds
    """
    library = options.library()
    license_id = options.license_id(name, library, "LICENSE")
    where = folder or library.texts
    if term is not None and term not in library.book().vocabulary.terms:
        from checker.core.conditions import nearest

        raise click.BadParameter(f"No term is called {term!r}.{nearest(term, list(library.book().vocabulary.terms))}", param_hint="--term")
    text = texts.kept(license_id, where)
    [state] = texts.verify([license_id], library, where)
    if text is None or state["status"] != texts.KEPT:
        why = f"is not what was read: {state['why']}" if text is not None else "is not there"
        raise click.ClickException(f"The text of {license_id} in {where} {why}. Get it with 'licet texts fetch {license_id}' or 'licet texts add FILE'.")
    parts = [text] if term is None else texts.clauses(library.book().license(license_id), text, term)
    if not parts:
        complain(f"{license_id} says nothing on {term}, or says it in words that stand in another document.")
        return 1
    options.show("\n\n".join("\n".join(printable(line.expandtabs()) for line in part.splitlines()) for part in parts) + "\n", machine=False)
    return 0
