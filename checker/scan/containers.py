"""What a container runs: entry point, command and arguments as they stand in an image, a compose file or a pod."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from textwrap import dedent

from checker.scan.commands import Word, command, expand
from checker.scan.shell import commands as shell_commands
from checker.scan.shell import script
from checker.scan.source import Mention, Source
from checker.scan.tree import Node
from checker.scan.words import words

#: keys of a mapping that together make the command line, in order
KEYS = ("entrypoint", "command", "args", "cmd", "extraArgs", "extra_args", "vllmArgs", "engineArgs")


def arguments(given: Sequence[Word], variables: Mapping[str, Word], image: str = "") -> Iterator[Mention]:
    """A command line given word by word; a shell among them runs the text behind its option."""
    filled = [expand(word, variables) for word in given]
    if not filled:
        return
    shell = filled[0].text.rpartition("/")[2]
    if shell in words("commands")["shells"]:
        index = next((number for number, word in enumerate(filled) if re.fullmatch(r"-[a-z]*c", word.text)), None)
        rest = [number for number, word in enumerate(filled) if index is not None and number > index and word.text != "--"]
        if rest:
            text = given[rest[0]]
            yield from script(text.text, text.line, dict(variables))
            return
    yield from command(filled, image)


def run(node: Node, variables: Mapping[str, Word], source: Source) -> Iterator[Mention]:
    """What the mapping of a container, a service or a task runs."""
    image = node.get("image").text or node.get("image", "repository").text
    given: list[Word] = []
    for key in KEYS:
        given += list(spelled(node.get(key), source))
    yield from arguments(given, variables, image)


def spelled(node: Node, source: Source) -> Iterator[Word]:
    """The words of a command: a list word by word, a text split as a shell does, each on its own line of the file."""
    if isinstance(node.value, list):
        for one in node.items:
            if one.block:
                yield Word(_block(one, source), one.line + 1)
            elif one.text:
                yield Word(one.text, one.line)
    elif node.text:
        text = "\n".join(source.lines[node.line:node.last]) if node.block else node.text
        for given, _ in shell_commands(text.replace("\n", " ") if not node.block else _joined(text), node.line + node.block):
            yield from given


def _block(node: Node, source: Source) -> str:
    """The text of a block as it stands in the file, line by line; where lines are folded, each goes on in the next up to an empty one."""
    lines = dedent("\n".join(source.lines[node.line:node.last])).rstrip().split("\n")
    if not source.lines[node.line - 1].rstrip(" +-0123456789").endswith(">"):
        return "\n".join(lines)
    folded = [line if not line.strip() or line.rstrip().endswith("\\") or not following.strip() or line[:1].isspace() else f"{line} \\"
              for line, following in zip(lines, [*lines[1:], ""])]
    return "\n".join(folded)


def _joined(text: str) -> str:
    """A folded block as one command: each line goes on in the next."""
    lines = [line.rstrip() for line in text.rstrip().split("\n")]
    return "\n".join(line if line.endswith("\\") or number == len(lines) - 1 else f"{line} \\" for number, line in enumerate(lines))
