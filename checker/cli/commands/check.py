"""`licet check`: assess scenario files and gate on the outcome."""

from __future__ import annotations

from pathlib import Path

import click

from checker.app import check as app
from checker.cli import options
from checker.cli.streams import complain, standard_input


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(allow_dash=True))
@options.document_options
@options.texts_option
@options.candidate_option
@click.option("--fail-on", multiple=True, type=click.Choice(app.FAIL_WORDS), metavar="WORD",
              help=f"Fail on this verdict or conduct; repeatable: {', '.join(app.FAIL_WORDS)}. "
                   "Default: all worse than permitted with obligations, and not_met.")
def command(files: tuple[str, ...], formats_: tuple[str, ...], outputs: tuple[str, ...], profile: str | None, as_of: str | None,
            explain: bool, color: bool | None, quiet: bool, texts: Path | None, candidates: tuple[str, ...], fail_on: tuple[str, ...]) -> int:
    """Assess scenario FILES ("-" is standard input): what is allowed, what is due, what is open.

    \b
    Example:
      licet check seeds/v02-avocado-qwen2.5-72b.yaml
      licet check scenario.yaml --candidate Qwen/Qwen3-32B
      licet check seeds/v14-eu-launch.yaml --as-of 2026-11-21
      licet check scenario.yaml -f html -o report.html -f json -o result.json

    A file that names its own day is judged on that day; --as-of then shows that day and the other side by side.

    Exit code: 0 passed, 1 failed (see --fail-on), 2 the check could not be finished.
    """
    library = options.library()
    day = options.day(as_of)
    stdin = standard_input() if "-" in files else None
    whole = bool(formats_ or outputs or explain or candidates)     # the plain answer is to be there at once; it names the command that looks for repairs
    kept = texts or library.texts if whole else None
    entries = [app.check_file(file, library, as_of=day, profile=profile, stdin=stdin if file == "-" else None, candidates=candidates,
                              also_on=day if as_of else None, repairs=whole, texts=kept) for file in files]
    broken = [entry for entry in entries if "errors" in entry]
    for entry in broken:
        for error in entry["errors"]:
            complain(error)
    readable = [entry for entry in entries if "errors" not in entry]
    shown = entries if set(formats_) - {"text"} or outputs else readable
    if shown:
        options.write(shown, formats_, outputs, explain=explain, color=color, quiet=quiet, fail_on=app.failing(fail_on))
    if broken:
        return 2
    reasons = [(entry, app.failures(entry, fail_on)) for entry in readable]
    if not quiet and not formats_:
        for entry, found in reasons if len(files) > 1 else [one for one in reasons if one[1]]:
            complain(f"{entry['inputs']['files'][0]['path']}: {'failed on ' + ', '.join(found) if found else 'passed'}")
    return 1 if any(found for _, found in reasons) else 0
