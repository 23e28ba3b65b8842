"""`licet gate`: a repository against the licenses of what it uses and against the organization's policy."""

from __future__ import annotations

from pathlib import Path

import click

from checker.app import gate as app
from checker.cli import options
from checker.cli.streams import complain

_FILE = click.Path(exists=True, dir_okay=False)


@click.command()
@click.argument("path", type=click.Path(exists=True), default=".")
@options.document_options
@click.option("--policy", type=_FILE, help=f"The policy. Default: {app.POLICY} in PATH, if there is one.")
@click.option("--waivers", type=_FILE, help=f"Waivers and separate agreements. Default: {app.WAIVERS} in PATH, if there is one.")
@click.option("--baseline", type=click.Path(dir_okay=False), help=f"What was known before. Default: {app.BASELINE} in PATH.")
@click.option("--new-only", is_flag=True, help="Fail only on what the baseline does not know.")
@click.option("--validate", is_flag=True, help="Only read policy, waivers and baseline, and tell what is wrong in them.")
def command(path: str, formats_: tuple[str, ...], outputs: tuple[str, ...], profile: str | None, as_of: str | None, explain: bool,
            color: bool | None, quiet: bool, policy: str | None, waivers: str | None, baseline: str | None, new_only: bool,
            validate: bool) -> int:
    """Scan the repository at PATH, and gate on what the licenses say and what the policy accepts. PATH may be one scenario file.

    \b
    Example:
      licet gate .
      licet gate . -f sarif -o licet.sarif -f log
      licet gate . --new-only

    Exit code: 0 passed, 1 failed, 2 the gate could not be finished.
    """
    if validate:
        for file in app.validate(Path(path), options.library(), policy=_path(policy), waivers=_path(waivers), baseline=_path(baseline)):
            complain(f"{file}: valid")
        return 0
    day = options.day(as_of)
    outcome = app.gate(Path(path), options.library(), as_of=day, profile=profile, policy=_path(policy), waivers=_path(waivers),
                       baseline=_path(baseline), new_only=new_only, progress=options.progress)
    for entry in outcome.entries:
        for error in entry.get("errors", ()):
            complain(error)
    named = formats_ if formats_ or outputs or quiet else ("log",)
    options.write(outcome.entries, named, outputs, explain=explain, color=color, quiet=quiet, fail_on=())
    if not quiet:
        complain(f"Policy: {outcome.policy}" if outcome.policy else f"No {app.POLICY}: only what the licenses say counts. `licet init --policy` writes one.")
    if not outcome.finished:
        return 2
    return 0 if outcome.passed else 1


def _path(name: str | None) -> Path | None:
    return Path(name) if name else None
