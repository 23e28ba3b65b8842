"""`licet notice`: the notices that the duties of a scenario call for, as files."""

from __future__ import annotations

from pathlib import Path

import click

from checker.app import notice as app
from checker.cli import options
from checker.cli.streams import standard_input
from checker.errors import BadInput
from checker.load.strict_yaml import decode, read_text


@click.command()
@click.argument("file", type=click.Path(allow_dash=True))
@click.option("-o", "--output", required=True, type=click.Path(file_okay=False), help="The folder to write to.")
@options.texts_option
@click.option("--force", is_flag=True, help="Replace files that licet did not write, or that were changed since.")
@click.option("--profile", metavar="NAME", help="Answers to unsettled questions, as in licet check.")
@click.option("--as-of", metavar="DAY", help="The day the question is asked, where the file gives none. Default: today.")
def command(file: str, output: str, texts: Path | None, force: bool, profile: str | None, as_of: str | None) -> int:
    """Write the notice bundle for the scenario in FILE: NOTICE, model card, changes, license copies, terms checklist, what is left to do.

    \b
    Example:
      licet notice seeds/v07-shell-of-llama.yaml -o notices

    Exit code: 0 written, or nothing is due; 2 a file could not be used, or something else is in the way.
    """
    library = options.library()
    text = decode(standard_input(), "standard input") if file == "-" else read_text(Path(file))
    files = app.build(text, "standard input" if file == "-" else file, library, as_of=options.day(as_of), profile=profile, texts=texts)
    if not files:
        click.echo(app.nothing_due())
        return 0
    folder = Path(output)
    problems = [] if force else app.foreign(folder, files)
    if problems:
        raise BadInput(problems)
    for name, content in {**files, app.MANIFEST: app.manifest(files)}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_symlink():
            path.unlink()                                      # --force replaces the link, not what it points to
        options.save(path, content)
    purposes = app.purposes()
    for name in files:
        purpose = purposes.get(Path(name).name)
        click.echo(f"{folder / name}" + (f": {purpose}" if purpose else ""))
    return 0
