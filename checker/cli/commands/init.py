"""`licet init`: the first files of a repository, from a few questions or from options."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from checker.app import gate, interview, starter
from checker.cli import options
from checker.cli.streams import complain
from checker.load.book import Library

F = TypeVar("F", bound=Callable[..., Any])
_FILE = "scenario.yaml"


def _answers(function: F) -> F:
    """An option for every question of the interview."""
    for question in reversed(interview.questions()):
        shown = f" Like {question.example}." if question.example else ""
        function = click.option(f"--{question.key.replace('_', '-')}", question.key, metavar="TEXT", help=f"{question.ask}?{shown}")(function)
    return function


@click.command()
@click.option("--policy", is_flag=True, help=f"Write {gate.POLICY} and {gate.WAIVERS} instead of a scenario.")
@click.option("-o", "--output", type=click.Path(dir_okay=False), help=f"Where to write the scenario. Default: {_FILE} in PATH.")
@_answers
@click.option("--no-input", is_flag=True, help="Ask nothing, even in a terminal.")
@click.option("--force", is_flag=True, help="Write over files that are there.")
@click.argument("path", type=click.Path(exists=True, file_okay=False), default=".")
def command(policy: bool, output: str | None, no_input: bool, force: bool, path: str, **given: str | None) -> int:
    """Write a first scenario, or with --policy a first policy, into the folder PATH.

    In a terminal a few questions are asked; what an option answers is not asked, and an empty answer leaves it unknown. Without a
    terminal the options answer: a scenario needs --model, a policy needs nothing.

    \b
    Example:
      licet init --policy
      licet gate .
      licet init --model Qwen/Qwen2.5-72B --action fine_tune --form hosted_api --commercial yes
      licet check scenario.yaml

    Exit code: 0 when written, 2 if it could not be.
    """
    library = options.library()
    what = interview.POLICY if policy else interview.SCENARIO
    folder = Path(path)
    if policy and output:
        raise click.UsageError(f"-o is for a scenario; a policy is always {gate.POLICY}.")
    files = [folder / gate.POLICY, folder / gate.WAIVERS] if policy else [Path(output) if output else folder / _FILE]
    there = [str(file) for file in files if file.exists()]
    if there and not force:
        raise click.ClickException(f"{' and '.join(there)}: already there. Use --force to write over what is there.")
    answers = _collect(what, given, library, ask=not no_input and sys.stdin.isatty())
    schemas = files[0].parent
    texts = ([interview.policy(answers), starter.waivers()] if policy else [interview.scenario(answers, "./" + starter.schema_file(what))])
    for name in (what, "waivers") if policy else (what,):
        (schemas / starter.SCHEMAS).mkdir(exist_ok=True)
        options.save(schemas / starter.schema_file(name), starter.schema(name, library))
    for file, text in zip(files, texts):
        options.save(file, text)
        complain(f"{file}: written")
    complain(f"Next: licet gate {path}" if policy else f"Next: licet check {files[0]}")
    return 0


def _collect(what: str, given: dict[str, str | None], library: Library, *, ask: bool) -> dict[str, Any]:
    """The answers: of the options, and in a terminal of whoever sits there. Every wrong option is told at once."""
    answers: dict[str, Any] = {}
    wrong = []
    for question in interview.questions():
        text = given.get(question.key)
        if text is not None and what not in question.wanted_for:
            wrong.append(f"--{question.key.replace('_', '-')} is not asked for a {what}.")
        elif text is not None:
            try:
                answers[question.key] = interview.read(question, text, library)
            except ValueError as error:
                wrong.append(f"--{question.key.replace('_', '-')}: {error}")
        elif question.must and not ask and what in question.wanted_for:
            wrong.append(f"There is no terminal to ask in. Say --{question.key} {question.example}, or --policy for a policy.")
    if wrong:
        raise click.UsageError("\n".join(wrong))
    for question in interview.questions():
        if ask and what in question.wanted_for and question.key not in answers:
            answers[question.key] = _asked(question, library)
    for model in interview.unknown_models(answers, library):
        complain(f"{model} is not in the model registry: add `license:` to its input, or the answer will hang on it.")
    return answers


def _asked(question: interview.Question, library: Library) -> Any:
    """Ask until the answer is right; nothing is an answer too, unless it must be there."""
    choices = question.choices(library)
    for number, (word, meaning) in enumerate(choices.items(), 1):
        complain(f"  {number:>2}  {word}" + (f": {meaning}" if meaning != word.replace("_", " ") else ""))
    hint = " (yes or no)" if question.type == "bool" else f" (like {question.example})" if question.example else ""
    while True:
        text = click.prompt(f"{question.ask}{hint}", default="", show_default=False, err=True)
        try:
            value = interview.read(question, text, library)
        except ValueError as error:
            complain(f"  {error}")
            continue
        if value or value is False or value == 0 or not question.must:
            return value
        complain("  This one is needed.")
