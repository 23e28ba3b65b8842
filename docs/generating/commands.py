"""The commands, from their own help."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import click

from checker.app import formats
from checker.cli.main import licet

from .markdown import code, table


def commands(group: click.Command = licet, prefix: tuple[str, ...] = ("licet",)) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """(words, command) of every command, sub-commands included, in alphabetical order."""
    if isinstance(group, click.Group):
        context = click.Context(group)
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            if command is not None:
                yield (*prefix, name), command
                yield from commands(command, (*prefix, name))


def commands_page() -> str:
    """docs/reference/commands.md"""
    found = list(commands())
    parts = [
        "# The command line\n",
        "<!-- written by docs/generate.py from the help of the commands -->\n",
        _help(licet),
        "Every command takes `-h` and `--help`; `licet --version` prints the version. Documents go to standard output, everything else to standard\n"
        "error. Exit codes and gates: [Use licet in CI](../how-to/use-in-ci.md).\n",
        table(("command", "does"), ((f"[`{' '.join(name)}`](#{'-'.join(name)})", (command.help or "").split("\n\n")[0]) for name, command in found)),
    ]
    for name, command in found:
        parts += [f"## {' '.join(name)}\n", f"```text\n{' '.join(name)} {_usage(command)}\n```\n", _help(command)]
        choices = [(one.name, one.type.choices) for one in command.params if isinstance(one, click.Argument) and isinstance(one.type, click.Choice)]
        parts += [f"`{str(argument).upper()}` is one of {code(*values)}.\n" for argument, values in choices]
        options = [one for one in command.params if isinstance(one, click.Option) and not one.hidden]
        if options:
            parts.append(table(("option", "meaning"), ((_option(one), one.help or "") for one in options)))
    return "\n".join(parts)


def _usage(command: click.Command) -> str:
    pieces = ["[OPTIONS]"] if any(isinstance(one, click.Option) for one in command.params) else []
    if isinstance(command, click.Group):
        pieces.append("COMMAND")
    for one in command.params:
        if isinstance(one, click.Argument):
            name = one.metavar or str(one.name).upper() + ("…" if one.nargs == -1 else "")
            pieces.append(name if one.required else f"[{name}]")
    return " ".join(pieces)


def _option(option: click.Option) -> str:
    names = "`, `".join(option.opts) + (f"` / `{'`, `'.join(option.secondary_opts)}" if option.secondary_opts else "")
    if option.is_flag:
        return f"`{names}`"
    return f"`{names} {option.metavar or _value_name(option)}`"


def _value_name(option: click.Option) -> str:
    if isinstance(option.type, click.Choice):
        return "[" + "|".join(str(one) for one in option.type.choices) + "]"
    if option.type.name == "format":
        return "[" + "|".join(formats.names()) + "]"
    names = {"file": "FILE", "directory": "FOLDER", "path": "PATH", "integer": "NUMBER", "float": "NUMBER"}
    return names.get(option.type.name, option.type.name.upper())


def _help(command: click.Command) -> str:
    """The help text: its paragraphs; an example as a block of shell lines."""
    parts = []
    for paragraph in inspect.cleandoc(command.help or "").split("\n\n"):
        if not paragraph.startswith("\b"):
            parts.append(" ".join(paragraph.split()) + "\n")
            continue
        head, *lines = paragraph.removeprefix("\b").strip("\n").split("\n")
        parts.append(f"{head}\n\n```sh\n" + "\n".join(line.strip() for line in lines) + "\n```\n")
    return "\n".join(parts)
