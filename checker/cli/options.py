"""What several commands share: their options, the library, writing documents."""

from __future__ import annotations

import contextlib
import datetime
import os
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from checker.app import formats
from checker.cli.streams import silence
from checker.load.book import Library

F = TypeVar("F", bound=Callable[..., Any])

#: how half a character (a stored result may hold one) is written: as the escape that JSON has for it
UNPAIRED = "backslashreplace"


class _Format(click.ParamType):  # type: ignore[type-arg]  # generic only in newer releases
    """One of the formats there are; looked up only when asked for."""

    name = "format"

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        return "[" + "|".join(formats.names()) + "]"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value not in formats.names():
            self.fail(f"{value!r} is not one of {', '.join(formats.names())}.", param, ctx)
        return value


def document_options(function: F) -> F:
    """The options of every command that writes reports."""
    for option in reversed((
        click.option("-f", "--format", "formats_", multiple=True, type=_Format(), help="What to write; repeatable. Default: text, or what -o's name says."),
        click.option("-o", "--output", "outputs", multiple=True, type=click.Path(dir_okay=False, allow_dash=True),
                     help="Where to write it; repeatable, in the order of -f. Default: standard output."),
        click.option("--profile", metavar="NAME",
                     help="Answers to unsettled questions: cautious, mainstream, permissive, open, or a file beside the scenario."),
        click.option("--as-of", metavar="DAY", help="The day the question is asked, where the file gives none (default: today); a second day where it does."),
        click.option("--explain", is_flag=True, help="Add every finding and what it rests on (text)."),
        click.option("--color/--no-color", default=None, help="Color on a terminal. Default: as the terminal and NO_COLOR say."),
        click.option("-q", "--quiet", is_flag=True, help="Print nothing but what was asked for with -f or -o."),
    )):
        function = option(function)
    return function


texts_option = click.option("--texts", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="FOLDER",
                            help="A folder with license texts; those with the wording that was read are used. Default: those that licet texts keeps.")
candidate_option = click.option("--candidate", "candidates", multiple=True, metavar="MODEL",
                                help="A model that may be swapped in to find a way out; repeatable. A scenario may list its own under `candidates:`.")


def library() -> Library:
    """The book beside or inside the package."""
    return Library()


def license_id(name: str, library: Library, hint: str = "", *, read: bool = True) -> str:
    """The one license that a name means; a name that means nothing, or several, or (if `read`) a text nobody has read, is wrong use."""
    from checker.app import licenses

    found = licenses.find(name, library)
    if len(found) == 1 and read and found[0] not in library.license_files:
        raise click.BadParameter(f"{found[0]} is known by its name only: nobody has read its text for licet, so nothing is said about it.",
                                 param_hint=hint or None)
    if len(found) > 1:
        raise click.BadParameter(f"{name!r} may be {', '.join(found)}. Write which one.", param_hint=hint or None)
    if not found:
        raise click.BadParameter(f"No license is known as {name!r}.{licenses.suggestion(name, library)} "
                                 "`licet license list` shows those that were read.", param_hint=hint or None)
    return found[0]


def day(as_of: str | None) -> str:
    """The day the question is asked: as given, else today."""
    if as_of is None:
        return datetime.date.today().isoformat()
    try:
        return datetime.date.fromisoformat(as_of).isoformat()
    except ValueError:
        raise click.BadParameter(f"{as_of!r} is not a day. Write it like 2025-12-10.", param_hint="--as-of") from None


def write(entries: Sequence[Any], formats_: Sequence[str], outputs: Sequence[str], *, explain: bool, color: bool | None, quiet: bool,
          fail_on: Collection[str] | None = None) -> None:
    """Render and write each document; a format without a file goes to standard output. `fail_on`: see `checker.export`."""
    for name, path in plan(formats_, outputs, quiet):
        options: dict[str, Any] = {}
        if name == "text":
            options = {"explain": explain, **({} if path else terminal(color))}
        elif formats.is_export(name):
            options = {"fail_on": fail_on}
        document = _rendered(name, entries, options)
        if path is None:
            show(document, machine=name != "text")
        else:
            save(Path(path), document)
        if name == "github":
            _append_summary(formats.step_summary(entries, fail_on))


def _rendered(name: str, entries: Sequence[Any], options: Mapping[str, Any]) -> str:
    try:
        return formats.renderer(name)(entries, **options)
    except ModuleNotFoundError as error:
        raise click.ClickException(f"The format {name} needs {error.name}, which is not installed. Install licet[bom].") from None


def _append_summary(text: str) -> None:
    """GitHub names a file whose content it shows on the page of the run."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if path:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(text)


def progress(files: list[Any]) -> Iterator[Any]:
    """The files one by one, with a bar on a terminal and nothing elsewhere."""
    if not sys.stderr.isatty():
        yield from files
        return
    with click.progressbar(files, file=sys.stderr) as shown:
        yield from shown


def show(document: str, *, machine: bool) -> None:
    """To standard output; what a machine reads is UTF-8 wherever it runs. The gate's answer holds even if nobody reads on."""
    try:
        click.echo(document.encode("utf-8", UNPAIRED) if machine else document, nl=False, color=True)
    except BrokenPipeError:
        silence()


def plan(formats_: Sequence[str], outputs: Sequence[str], quiet: bool) -> list[tuple[str, str | None]]:
    """Pairs of format and file, in the order given; no file (or `-`) is standard output, which takes one document only."""
    pairs = [(name, None if path == "-" else path) for name, path in _pairs(formats_, outputs, quiet)]
    for number, (name, path) in enumerate(pairs):
        twin = next((other for other, where in pairs[:number] if where == path), None)
        if twin is not None:
            raise click.UsageError(f"{twin} and {name} would both go to {path or 'standard output'}. Give each its own -o.")
    return pairs


def _pairs(formats_: Sequence[str], outputs: Sequence[str], quiet: bool) -> list[tuple[str, str | None]]:
    if not formats_ and outputs:
        named = [(formats.of_file(path), path) for path in outputs]
        unknown = [path for name, path in named if name is None]
        if unknown:
            raise click.UsageError(f"What format is {unknown[0]}? Say it with -f.")
        return [(str(name), path) for name, path in named]
    if len(outputs) > len(formats_):
        raise click.UsageError("More -o than -f. Give each file its format.")
    if not formats_:
        return [] if quiet else [("text", None)]
    # With fewer files than formats, each file goes to the format that its name asks for, else to the next in order.
    pairs: list[tuple[str, str | None]] = []
    left = list(outputs)
    for name in formats_:
        fitting = next((path for path in left if formats.of_file(path) == name), None) if len(outputs) < len(formats_) else left[0]
        if fitting is not None:
            left.remove(fitting)
        pairs.append((name, fitting))
    if left:
        pairs = [(name, path or (left.pop(0) if left else None)) for name, path in pairs]
    return pairs


def terminal(color: bool | None) -> dict[str, Any]:
    """Width and color for standard output."""
    tty = sys.stdout.isatty()
    wanted = color if color is not None else tty and not os.environ.get("NO_COLOR")
    if not tty:
        return {"color": bool(wanted)}
    import shutil

    return {"width": min(110, shutil.get_terminal_size().columns), "color": bool(wanted)}


def save(path: Path, text: str | bytes) -> None:
    """Write a file whole or not at all; a link is followed, a pipe or device written to."""
    data = text.encode("utf-8", UNPAIRED) if isinstance(text, str) else text
    scratch = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(data)
            return
        target = path.resolve()
        scratch = target.with_name(scratch.name)
        scratch.write_bytes(data)
        os.replace(scratch, target)
    except OSError as error:
        with contextlib.suppress(OSError):
            scratch.unlink()
        raise click.ClickException(f"{path}: cannot be written ({error.strerror}). Check the folder, the rights and the space.") from None
