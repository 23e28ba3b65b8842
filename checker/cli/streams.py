"""Standard input, output and error: bounded, and without what steers a terminal."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import TextIO

import click

from checker.load.strict_yaml import MAX_BYTES, printable


def prepare() -> None:
    """A stream that the caller closed reads and writes nothing; one that lacks a character shows its number."""
    nowhere = Path(os.devnull)
    sys.stdin = sys.stdin or nowhere.open(encoding="utf-8")              # noqa: SIM115  (open as long as the program runs)
    sys.stdout = sys.stdout or nowhere.open("w", encoding="utf-8")       # noqa: SIM115
    sys.stderr = sys.stderr or nowhere.open("w", encoding="utf-8")       # noqa: SIM115
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def complain(text: str) -> None:
    """One line on standard error; a name or value in it may hold anything. Whether anybody reads it changes nothing."""
    try:
        click.echo(printable(text), err=True)
    except OSError:
        _let_go(sys.stderr)


def silence() -> None:
    """The reader of standard output has gone; what it did not read is not our failure."""
    _let_go(sys.stdout)


def settle() -> None:
    """What standard output and error do not take any more is let go, so that it does not change the exit code."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            _let_go(stream)


def _let_go(stream: TextIO) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def standard_input() -> bytes:
    """Standard input, up to one byte more than a file may have."""
    return sys.stdin.buffer.read(MAX_BYTES + 1)
