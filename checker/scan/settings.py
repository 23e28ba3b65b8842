"""Trees of settings (YAML, JSON, TOML), read by what their keys tell: options, environment, commands, addresses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache

from checker.scan import containers, embedded, telling
from checker.scan.commands import Word, expand, told
from checker.scan.shell import script
from checker.scan.source import Mention, Source
from checker.scan.tree import Node, nodes
from checker.scan.words import words

_ADDRESS = re.compile(r"(?:hf://|modelscope://|https?://(?:www\.)?(?:huggingface\.co|hf\.co|modelscope\.cn)/|hf\.co/|huggingface\.co/)")
_PAIR = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=(.*)\Z", re.DOTALL)

Roles = Callable[[str, str], str]


def read(document: Node, source: Source, roles: Roles = lambda key, role: role) -> Iterator[Mention]:
    """Every mention in a document. `roles` may give a key another role than its words tell."""
    variables = environment(document)
    for path, node in nodes(document):
        if path and path[-1] in _known("prose"):
            continue
        pairs = node.pairs
        if pairs:
            own = _own_environment(node, variables)
            if any(key in pairs for key in containers.KEYS):
                yield from containers.run(node, own, source)
            yield from _mapping(path, node, own, source, roles)
        else:
            yield from _list(path, node, variables, source, roles)


@cache
def _known(name: str) -> frozenset[str]:
    return frozenset(words("settings")[name])


def environment(document: Node) -> dict[str, Word]:
    """Variables that a document sets for all of itself: mappings and lists under the usual keys at its top."""
    found: dict[str, Word] = {}
    for key in ("env", "variables", "environment"):
        _variables(document.get(key), found)
    return found


def _own_environment(node: Node, around: Mapping[str, Word]) -> Mapping[str, Word]:
    """The variables of a container, on top of those around it."""
    if not any(key in node.pairs for key in _known("environments")):
        return around
    found = dict(around)
    for key in _known("environments"):
        _variables(node.get(key), found)
    return found


def _variables(node: Node, found: dict[str, Word]) -> None:
    for name, value in node.pairs.items():
        if value.text:
            found[name] = Word(value.text, value.line)
    for one in node.items if isinstance(node.value, list) else ():
        pair = _PAIR.match(one.text)
        if pair:
            found[pair.group(1)] = Word(pair.group(2), one.line)
        elif one.get("name").text and one.get("value").text:
            found[one.get("name").text] = Word(one.get("value").text, one.get("value").line)


def _mapping(path: tuple[str, ...], node: Node, variables: Mapping[str, Word], source: Source, roles: Roles) -> Iterator[Mention]:
    pairs = node.pairs
    name, value = pairs.get("name"), pairs.get("value")
    if name is not None and value is not None and name.text and value.text:
        yield from _scalar(name.text, value, variables, source, roles)
    around = path[-1] if path else ""
    for key, one in pairs.items():
        if key in _known("prose") or key in containers.KEYS or _is_alias(key, pairs):
            continue
        if (key in _known("scripts") or around == "scripts") and _runs(key, one):
            yield from _script(one, variables, source)
        elif one.block and ("." in key or key.endswith("file")) and embedded.is_read(key):
            yield from embedded.mentions(key, one.text, one.line + 1)
        elif isinstance(one.value, str) and one.text:
            inherits = telling.neutral(key) and around and telling.role(around) is not None and telling.role(key) is None
            if key == "repository" and node.get("type").text == "huggingface":
                yield Mention(one.text, one.line, "used", "adapter source", "id")
            else:
                yield from _scalar(around if inherits else key, one, variables, source, roles)


def _is_alias(key: str, pairs: Mapping[str, Node]) -> bool:
    """Is the value of this key a name of one's own, because the real one stands beside it?"""
    return any(other in pairs for other in words("settings")["aliases"].get(key, ()))


def _runs(key: str, node: Node) -> bool:
    """Is it a script? A list of texts or a text with a space; the name of a script to run is none."""
    texts = [one.text for one in node.items] if isinstance(node.value, list) else [node.text]
    return any(" " in text or "\n" in text for text in texts)


def _scalar(key: str, node: Node, variables: Mapping[str, Word], source: Source, roles: Roles) -> Iterator[Mention]:
    """One text under a key."""
    if len(node.text) > 2_000:
        return
    line = node.line if node.line == node.last and not node.block else source.line_of(node.text.strip().split("\n")[0], node.line, node.last)
    value = expand(Word(node.text.strip(), line), variables)
    if _ADDRESS.match(value.text):
        fetched = value.text.startswith(("hf://", "modelscope://")) or "/resolve/" in value.text or telling.role(key) or telling.parts(key)[-1:] in _fetching()
        if fetched and key not in _known("pages"):
            role = roles(key, telling.role(key) or "used")
            yield Mention(value.text, value.line, role, f"address in {key}", "id", None, "high" if value.sure else "medium")
        return
    for mention in told(key, value, key):
        yield mention._replace(role=roles(key, mention.role))


@cache
def _fetching() -> frozenset[tuple[str, ...]]:
    """Last words of keys under which an address is fetched from."""
    return frozenset((word,) for word in words("settings")["fetching"])


def _list(path: tuple[str, ...], node: Node, variables: Mapping[str, Word], source: Source, roles: Roles) -> Iterator[Mention]:
    """A list of texts under a telling key, or of `NAME=value`."""
    key = path[-1] if path else ""
    if key in containers.KEYS or key in _known("scripts"):
        return
    for one in node.items if isinstance(node.value, list) else ():
        if not isinstance(one.value, str) or not one.text:
            continue
        pair = _PAIR.match(one.text)
        if pair and key in _known("environments"):
            value = expand(Word(pair.group(2).strip("\"'"), one.line), variables)
            yield from told(pair.group(1), value, pair.group(1))
        elif key:
            yield from _scalar(key, one, variables, source, roles)


def _script(node: Node, variables: Mapping[str, Word], source: Source) -> Iterator[Mention]:
    known = dict(variables)
    for one in node.items:
        if one.block:
            yield from script("\n".join(source.lines[one.line:one.last]), one.line + 1, known)
        elif one.text:
            yield from script(one.text, one.line, known)
