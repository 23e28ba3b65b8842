"""Command lines: which words of them name models. One grammar for scripts, images, containers and notebooks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from checker.scan import forms, telling
from checker.scan.source import Malformed, Mention
from checker.scan.tree import json_documents, nodes
from checker.scan.words import words

_VARIABLE = re.compile(r"\$(?:\{([A-Za-z_][A-Za-z0-9_]*|[0-9])(?::?[-=]([^{}]*))?(?::?\?[^{}]*)?\}|\(([A-Za-z_][A-Za-z0-9_]*)\)|([A-Za-z_][A-Za-z0-9_]*))")
_OPTION = re.compile(r"--?([A-Za-z][A-Za-z0-9_.-]*)(?:=(.*))?\Z", re.DOTALL)
_OPTION_WITH_VALUE = re.compile(r"--?[A-Za-z][A-Za-z0-9_.-]*=")
_PAIR = re.compile(r"([A-Za-z_][A-Za-z0-9_.-]*)=(.*)\Z", re.DOTALL)
_HUB = re.compile(r"(?:https?://(?:[a-z-]+\.)*(?:huggingface\.co|hf\.co|modelscope\.cn)/|hf://|hf\.co/)")
_STORE = re.compile(r"(?:s3|gs|az|abfss?|wasbs?)://")
#: rounds of filling in variables: a value may hold another, and a default too
MAX_ROUNDS = 6
MAX_VALUE = 4_000


class Word(NamedTuple):
    """One word of a command line and the line where it stands; `sure` is false where a default was filled in."""

    text: str
    line: int
    sure: bool = True


def expand(word: Word, variables: Mapping[str, Word]) -> Word:
    """The word with its variables filled in: what was set before, else their default. What is not known stays as it is."""
    text, line, sure = word
    if "$" not in text:
        return word
    for _ in range(MAX_ROUNDS):
        match = next((one for one in _VARIABLE.finditer(text) if _set(one, variables) is not None or one.group(2) is not None), None)
        if match is None or len(text) > MAX_VALUE:
            break
        value = _set(match, variables)
        if value is None:
            value = Word(match.group(2), line, False)
        elif match.end() == len(text) and (match.start() == 0 or _OPTION_WITH_VALUE.fullmatch(text, 0, match.start())):
            line = value.line
        text, sure = text[: match.start()] + value.text + text[match.end():], sure and value.sure
    return Word(text, line, sure)


def _set(match: re.Match[str], variables: Mapping[str, Word]) -> Word | None:
    return variables.get(match.group(1) or match.group(3) or match.group(4))


def told(name: str, value: Word, how: str, roles: Mapping[str, str] | None = None) -> Iterator[Mention]:
    """What a variable, an option or a setting of this name mentions: one name, several with commas between, or JSON.

    A name that does not tell may still hold what has the form of a model's name.
    """
    role = telling.role(name)
    if role is None and not telling.own(name) and forms.is_model(value.text.strip()):
        yield Mention(value.text, value.line, "used", f"{how}, by its form", "form", None, "low")
    if role is None or not value.text.strip():
        return
    place = telling.place(name)
    confidence = "high" if value.sure else "medium"
    text = value.text.strip()
    if text[:1] in "{[" and len(text) > 2:
        yield from _json(value, how)
        return
    for part in text.split(","):
        given = _PAIR.match(part.strip())
        yield Mention(given.group(2) if given else part, value.line, role, how, place, None, confidence)


def _json(value: Word, how: str) -> Iterator[Mention]:
    try:
        documents = json_documents(value.text)
    except Malformed:
        return
    for document in documents:
        for _, node in nodes(document):
            for key, inner in node.pairs.items():
                if inner.text and (key in ("lora_path", "path") or telling.role(key)):
                    yield Mention(inner.text, value.line, telling.role(key) or "used", how, "id", None, "high" if value.sure else "medium")


def command(given: Sequence[Word], image: str = "") -> Iterator[Mention]:
    """What one simple command (or the arguments of an image) names. Variables have been filled in."""
    given = _implied(given, image)
    yield from _environment(given)
    given = _program(given)
    if not given:
        return
    name = "arguments" if given[0].text.startswith("-") else given[0].text.rpartition("/")[2]
    if name in _talking():
        return
    known, rest = _known(given) if not given[0].text.startswith("-") else (None, given)
    bare, options = _split(rest)
    if known and known.get("writes"):
        return
    yield from _positional(known, bare, options)
    for option, value in options:
        if _HUB.match(value.text):                             # an option without a value, and then the address
            yield from _bare(value, name)
        short = words("commands")["short_options"].get("-" + option)
        if short and name in short["programs"]:
            yield Mention(value.text, value.line, "used", f"{name} -{option}", short["place"], None, "high" if value.sure else "medium")
        elif known and known.get("options") == "modelscope" and option in ("model", "dataset"):
            yield Mention(f"modelscope://{value.text}", value.line, "dataset" if option == "dataset" else "used", f"{name} --{option}")
        else:
            yield from _option(option, value, options, name)
    for word in bare:
        yield from _bare(word, name)


def _environment(given: Sequence[Word]) -> Iterator[Mention]:
    """What the variables name that a container is started with: `docker run -e NAME=value`."""
    if len(given) < 4 or given[0].text.rpartition("/")[2] not in ("docker", "podman", "nerdctl", "sudo"):
        return
    for before, word in zip(given, given[1:]):
        pair = _PAIR.match(word.text.removeprefix("--env=").removeprefix("-e"))
        if pair and (before.text in ("-e", "--env") or word.text.startswith(("--env=", "-e"))):
            yield from told(pair.group(1), Word(pair.group(2), word.line, word.sure), pair.group(1))


@cache
def _wrappers() -> frozenset[str]:
    return frozenset(words("commands")["wrappers"])


@cache
def _talking() -> frozenset[str]:
    return frozenset(words("commands")["talking"])


def _implied(given: Sequence[Word], image: str) -> Sequence[Word]:
    """The words with the image's own program before them, if they begin with arguments."""
    if not image or not given:
        return given
    program = next((program for name, program in words("commands")["images"].items() if name in image), None)
    first = given[0].text
    starts = first.startswith("-") or (program == ["ollama"] and first != "ollama") or re.fullmatch(r"[A-Za-z0-9._-]+/[A-Za-z0-9._-]+", first)
    return [*(Word(one, given[0].line) for one in program), *given] if program and starts else given


def _program(given: Sequence[Word]) -> list[Word]:
    """The words from the program's name on: without assignments, sudo, timeouts, `python -m`, `docker run … image`."""
    rest = list(given)
    while rest:
        first = rest[0].text.rpartition("/")[2]
        if _PAIR.match(rest[0].text) or first in _wrappers() or (first == "run" and len(rest) < len(given)):
            rest = rest[1:]
        elif re.fullmatch(r"python[0-9.]*", first) and len(rest) > 2 and rest[1].text == "-m":
            rest = rest[2:]
        elif first in ("docker", "podman", "nerdctl") and len(rest) > 2 and rest[1].text in ("run", "exec", "create"):
            return _contained(rest)
        else:
            break
    return rest


def _contained(given: list[Word]) -> list[Word]:
    """The command that a `docker run` gives to its image, with the image's own program; options before it keep their sense."""
    for index, word in enumerate(given[2:], 2):
        program = next((program for name, program in words("commands")["images"].items() if re.search(rf"(?:^|/){re.escape(name)}(?:[:@]|$)", word.text)), None)
        if program is not None:
            return list(_implied(given[index + 1:], word.text)) or []
    found = next((index for index, word in enumerate(given) if word.text in ("ollama", "vllm", "huggingface-cli", "hf", "python", "python3")), None)
    return _program(given[found:]) if found else given


def _known(given: Sequence[Word]) -> tuple[dict[str, Any] | None, Sequence[Word]]:
    """The program that the first words name, and the words after them."""
    first = given[0].text.rpartition("/")[2].removesuffix(".exe")
    for one in words("commands")["programs"]:
        names: list[str] = one["words"]
        texts = [first, *(word.text for word in given[1:len(names)])]
        if texts == names:
            return one, given[len(names):]
    return None, given[1:]


def _split(rest: Sequence[Word]) -> tuple[list[Word], list[tuple[str, Word]]]:
    """Bare words, and options with their values; a word behind an option is both, for nobody knows here which options take one."""
    bare: list[Word] = []
    options: list[tuple[str, Word]] = []
    last: str | None = None
    for word in rest:
        match = _OPTION.match(word.text)
        if match and match.group(2) is not None:
            options.append((match.group(1), Word(match.group(2), word.line, word.sure)))
            last = None
        elif match:
            last = match.group(1)
        elif last is not None:
            options.append((last, word))
            last = last if last.replace("-", "_") in words("commands")["many"] else None
        else:
            bare.append(word)
    return bare, options


def _positional(known: Mapping[str, Any] | None, bare: Sequence[Word], options: Sequence[tuple[str, Word]]) -> Iterator[Mention]:
    if known is None:
        return
    how = " ".join(known["words"])
    given = {name: value.text for name, value in options}
    role = "dataset" if known.get("typed") and given.get(known["typed"]) == "dataset" else "used"
    if known.get("typed") and given.get(known["typed"]) == "space":
        return
    for index in known["at"]:
        if index < len(bare):
            word = bare[index]
            prefix = f"{known['place']}://" if known["place"] in ("modelscope", "spacy") else ""
            place = "hub" if prefix else known["place"]
            confidence = "high" if word.sure else "medium"
            yield Mention(prefix + word.text, word.line, "made" if known.get("made") else role, how, place, given.get("revision"), confidence)


def _option(option: str, value: Word, options: Sequence[tuple[str, Word]], name: str) -> Iterator[Mention]:
    how = f"{name} --{option}"
    joined = option.replace("-", "_")
    if joined in words("commands")["keyed"]:
        for part in value.text.split(","):
            pair = _PAIR.match(part)
            if pair:
                yield from told(pair.group(1), Word(pair.group(2), value.line, value.sure), how)
        return
    if value.text.startswith("{"):
        yield from _json(value, how)
        return
    revision = next((one.text for key, one in options if key in ("revision", "model-revision", "model_revision")), None)
    for mention in told(joined, value, how):
        yield mention._replace(revision=revision) if mention.role == "used" and "tokenizer" not in joined else mention


def _bare(word: Word, name: str) -> Iterator[Mention]:
    """A bare word that is an address of the hub or of a store, or `key=value`."""
    pair = _PAIR.match(word.text)
    confidence = "high" if word.sure else "medium"
    if pair and name != "git":
        last = pair.group(1).rpartition(".")[2]
        yield from told(last if telling.role(last) else pair.group(1), Word(pair.group(2), word.line, word.sure), f"{name} {pair.group(1)}=")
    elif _HUB.match(word.text):
        yield Mention(word.text, word.line, "used", f"{name}: an address", "id", None, confidence)
    elif forms.is_model(word.text):
        yield Mention(word.text, word.line, "used", f"{name}, by its form", "form", None, "low")
    elif _STORE.match(word.text) and any(telling.role(part) == "used" for part in word.text.split("/")[2:]):
        yield Mention(word.text, word.line, "used", f"{name}: an address", "path", None, confidence)
