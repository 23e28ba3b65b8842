"""The `licet` command: finds its subcommands in a folder, and turns every outcome into an exit code.

0 passed; 1 the gate failed; 2 wrong use, bad input, or the check could not be finished.
"""

from __future__ import annotations

import contextlib
import gc
import io
import os
import sys

import click

import checker
from checker.cli.folder import Folder
from checker.cli.streams import complain, prepare, settle, silence
from checker.errors import BadInput


class _Commands(Folder):
    """All commands; a reader of standard output that has gone is no failure."""

    def invoke(self, context: click.Context) -> object:
        try:
            return super().invoke(context)
        except BrokenPipeError:
            silence()
            return 0


@click.group(cls=_Commands, package="checker.cli.commands", context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(checker.__version__, prog_name="licet")
def licet() -> None:
    """What a model's licenses let you do, what they ask of you, and what nobody can say yet.

    Start with `licet check SCENARIO.yaml`. Not legal advice.
    """


def main() -> None:
    """Run the command line and leave with its exit code."""
    gc.set_threshold(100_000, 20, 20)                          # what a run reads lives until it ends: to look through it again and again only costs time
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character shows a question mark instead of ending the program.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    prepare()
    try:
        code = licet.main(prog_name="licet", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        silence()
        code = 0
    except KeyboardInterrupt:
        complain("Stopped.")
        code = 2
    except SystemExit:
        raise
    except BaseException as error:                             # what a library raises where it panics is no Exception
        code = _explain(error)
    settle()
    sys.exit(code if isinstance(code, int) else 0)


def _explain(error: BaseException) -> int:
    """Say what went wrong; the exit code that goes with it."""
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    if isinstance(error, click.ClickException):
        with contextlib.suppress(OSError):                     # nobody reads it
            error.show()
    elif isinstance(error, BadInput):
        for problem in error.problems:
            complain(str(problem))
    elif isinstance(error, click.Abort):
        complain("Stopped.")
    elif isinstance(error, OSError):
        complain(f"{error.filename or 'Output'}: {error.strerror}. Check the path, the rights and the space.")
    elif os.environ.get("LICET_DEBUG"):
        raise error
    else:
        complain(f"licet could not finish ({type(error).__name__}: {str(error)[:200]}). "
                 "This is a mistake in licet: please report it. LICET_DEBUG=1 shows where.")
    return 2
