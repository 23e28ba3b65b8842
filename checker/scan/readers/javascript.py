"""JavaScript and TypeScript, by tokens: what is loaded or given to a client, through constants and defaults. Comments are no code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from checker.scan import calls, forms, names, telling
from checker.scan.source import Malformed, Mention, Source

HINTS = (b"model", b"llm", b"dataset", b"hugging", b"hf.co", b"hf://", b"ollama", b"from_pretrained", b"transformers", b"openai", b"anthropic", b"embed",
         b"whisper", b"tokenizer", b"checkpoint")
_SUFFIXES = (".js", ".ts", ".jsx", ".tsx", ".mjs", ".cjs", ".mts", ".cts", ".vue", ".svelte", ".astro")
_TOKEN = re.compile(
    r"\s+|//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/"
    r"|'([^'\\\n]*(?:\\.[^'\\\n]*)*)'|\"([^\"\\\n]*(?:\\.[^\"\\\n]*)*)\"|`([^`\\]*(?:\\.[^`\\]*)*)`"
    r"|([A-Za-z_$][\w$]*)|\?\?=?|\|\|=?|=>|[=!]==?|[<>]=|.", re.DOTALL)
_STATEMENTS = frozenset({"const", "let", "var", "function", "export", "import", "return", "if", "for", "class", "async", "await"})
_OPERATORS = ("===", "==", "!==", "!=", "+")
#: what stands before a string that is given to something
_OPEN = frozenset({"(", ",", "[", "=", ":", "??", "||", "?", "return", "=>", "??=", "||="})
_GIVES = ("=", ":", "??=", "||=", "??", "||")
_INTERPOLATED = re.compile(r"\$\{([A-Za-z_$][\w$.]*)\}")
MAX_BYTES = 3_000_000
#: lines longer than this are made by a bundler
MAX_LINE = 20_000
MAX_VALUES = 60


class _Token(NamedTuple):
    kind: str               # `name`, `text`, `template` or `mark`
    text: str
    line: int


def fits(path: str) -> bool:
    """Sources of JavaScript and TypeScript; not what a minifier made."""
    name = path.lower()
    return name.endswith(_SUFFIXES) and not name.endswith((".min.js", ".bundle.js", ".d.ts"))


def read(source: Source) -> Iterator[Mention]:
    """What the code names."""
    if source.size <= MAX_BYTES and not (source.promises and (source.holds(HINTS) or source.shows_models)):
        return
    if source.size > MAX_BYTES or any(len(line) > MAX_LINE for line in source.lines):
        raise Malformed("made by a bundler, or too long to be written by hand", "too_large")
    yield from _Reader(list(_tokens(source.text))).mentions()


def _tokens(text: str) -> Iterator[_Token]:
    line = 1
    for match in _TOKEN.finditer(text):
        token = match.group()
        if match.group(1) is not None or match.group(2) is not None:
            yield _Token("text", match.group(1) if match.group(1) is not None else match.group(2), line)
        elif match.group(3) is not None:
            yield _Token("template" if "${" in token else "text", match.group(3), line)
        elif match.group(4):
            yield _Token("name", token, line)
        elif not token[0].isspace() and not token.startswith(("//", "/*")):
            yield _Token("mark", token, line)
        line += token.count("\n")


def _ends(token: _Token) -> bool:
    """Does an expression end here?"""
    return token.text in (",", ";") if token.kind == "mark" else token.kind == "name" and token.text in _STATEMENTS


class _Reader:
    """The tokens of one file, and the constants among them."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens = tokens
        self.constants: dict[str, list[_Token]] = {}
        for index in range(1, len(tokens) - 1):
            if tokens[index].text == "=" and tokens[index - 1].kind == "name":
                self.constants.setdefault(tokens[index - 1].text, []).extend(self._values(index + 1))
            elif tokens[index].text == ":" and tokens[index - 1].kind == "name" and tokens[index + 1].kind == "name":
                self._typed(index)

    def _typed(self, index: int) -> None:
        """`const NAME: string = …`."""
        end = next((place for place in range(index + 1, min(index + 12, len(self.tokens))) if self.tokens[place].text in ("=", ";", ",", ")", "{")), None)
        if end is not None and self.tokens[end].text == "=":
            self.constants.setdefault(self.tokens[index - 1].text, []).extend(self._values(end + 1))

    def _values(self, start: int) -> list[_Token]:
        """The strings of the expression that begins here, up to its end; strings handed to calls inside it are not its own."""
        found: list[_Token] = []
        depth = calls_depth = 0
        for index in range(start, min(start + 400, len(self.tokens))):
            token = self.tokens[index]
            if token.text in ("(", "[", "{") and token.kind == "mark":
                depth += 1
                if token.text == "(" and index > start and self.tokens[index - 1].kind == "name" and not calls.is_default(self.tokens[index - 1].text):
                    calls_depth = calls_depth or depth
                if token.text == "{":
                    return found
            elif token.text in (")", "]", "}") and token.kind == "mark":
                if depth == 0:
                    break
                calls_depth = 0 if calls_depth == depth else calls_depth
                depth -= 1
            elif depth == 0 and index > start and _ends(token):
                break
            elif token.kind in ("text", "template") and not calls_depth and self._is_whole(index):
                found.append(token)
            if len(found) > MAX_VALUES:
                break
        return found

    def _is_whole(self, index: int) -> bool:
        """Is a string a value by itself, and no part of a comparison, a sum, or a key?"""
        after = self.tokens[index + 1].text if index + 1 < len(self.tokens) else ""
        return self.tokens[index - 1].text not in _OPERATORS and after not in (*_OPERATORS, ":")

    def mentions(self) -> Iterator[Mention]:
        """What calls load, then what telling names are given."""
        made: set[tuple[str, int]] = set()
        weak: list[Mention] = []
        for index, token in enumerate(self.tokens[:-1]):
            following = self.tokens[index + 1]
            if token.kind in ("text", "template") and calls.is_fetched(token.text):
                yield Mention(self._filled(token), token.line, "used", "an address", "id")
            elif token.kind == "text" and forms.is_model(token.text) and self._is_open(index):
                weak.append(Mention(token.text, token.line, "used", "by its form", "form", None, "low"))
            if token.kind == "name" and following.text == "(" and following.kind == "mark":
                if calls.is_output(token.text):
                    made |= {(one.text, one.line) for argument in self._arguments(index + 2)[:2] for one in argument}
                else:
                    yield from self._call(index)
            elif following.kind == "mark" and following.text in _GIVES and (token.kind == "name" or (token.kind == "text" and following.text == ":")):
                weak += self._told(token.text, index)
        provider = names.provider(token.text for token in self.tokens if token.kind == "text" and token.text.startswith("http"))
        asked = {(one.text, one.line) for one in weak if provider and one.how == "model" and "/" in one.text}
        for one in weak:
            if (one.text, one.line) not in made:
                yield one._replace(place=f"{names.SERVED}{provider}") if (one.text, one.line) in asked else one

    def _is_open(self, index: int) -> bool:
        """Is a string given to something: a name that is not one's own, a function that does more than tell, a list?"""
        before = self.tokens[index - 1] if index else None
        if before is None or not self._is_whole(index) or before.text not in _OPEN:
            return False
        place = index - 2
        if before.text in ("=", ":") and place >= 0:
            if self.tokens[place].text in ("string", "String"):
                place -= 2
            return place < 0 or not (telling.own(self.tokens[place].text) or telling.role(self.tokens[place].text) == "dataset")
        if before.text in ("(", ","):
            return not calls.only_tells(self._caller(index))
        return True

    def _caller(self, index: int) -> str:
        """The name of the function whose argument a token is; nothing if it is in a list or in braces."""
        depth = 0
        for place in range(index - 1, max(index - 60, 0), -1):
            text = self.tokens[place].text if self.tokens[place].kind == "mark" else ""
            depth += (text in (")", "]", "}")) - (text in ("(", "[", "{"))
            if depth < 0:
                return self.tokens[place - 1].text if text == "(" else ""
        return ""

    def _told(self, name: str, index: int) -> Iterator[Mention]:
        role = telling.role(name)
        if role is None or (self.tokens[index - 1].text == "?" and self.tokens[index].kind == "text"):
            return
        start = index + 2
        if self.tokens[index + 1].text == ":" and start + 1 < len(self.tokens) and self.tokens[start].text in ("string", "String"):
            if self.tokens[start + 1].text != "=":
                return
            start += 2
        for value in self._values(start):
            yield Mention(self._filled(value), value.line, role, name, "id", None, "medium")

    def _call(self, index: int) -> Iterator[Mention]:
        name = self.tokens[index].text
        owner = self.tokens[index - 2].text if index > 1 and self.tokens[index - 1].text == "." else ""
        known = calls.find(name, owner, "")
        if known is None:
            return
        arguments = self._arguments(index + 2)
        if known.place in ("ollama", "sentence", "reranker", "hub"):
            yield from self._options(index, known, name)
        for place in known.at:
            if isinstance(place, int) and place < len(arguments):
                for value in arguments[place]:
                    yield from calls.mention(known, self._filled(value), value.line, known.role, f"{name}()")

    def _options(self, index: int, known: calls.Known, name: str) -> Iterator[Mention]:
        """The options of a call as an object: `{ model: "…" }`."""
        for place in range(index + 2, min(index + 60, len(self.tokens) - 2)):
            token = self.tokens[place]
            if token.text in (")", ";") and token.kind == "mark":
                return
            if token.kind == "name" and token.text in known.at and self.tokens[place + 1].text == ":":
                for value in self._values(place + 2):
                    yield from calls.mention(known, self._filled(value), value.line, known.role, f"{name}({token.text}:)")

    def _arguments(self, start: int) -> list[list[_Token]]:
        """The strings of each argument of a call: literal, or through a constant."""
        found: list[list[_Token]] = [[]]
        depth = 0
        for index in range(start, min(start + 200, len(self.tokens))):
            token = self.tokens[index]
            if token.kind == "mark" and token.text in ("(", "[", "{"):
                depth += 1
            elif token.kind == "mark" and token.text in (")", "]", "}"):
                if depth == 0:
                    break
                depth -= 1
            elif depth == 0 and token.kind == "mark" and token.text == ",":
                found.append([])
            elif depth == 0 and token.kind in ("text", "template"):
                found[-1].append(token)
            elif depth == 0 and token.kind == "name" and self.tokens[index - 1].text != ".":
                found[-1] += self.constants.get(token.text, [])[:MAX_VALUES]
        return found

    def _filled(self, token: _Token) -> str:
        """A template with its constants filled in; what is not known stays and makes it no name."""
        if token.kind != "template":
            return token.text

        def value(match: re.Match[str]) -> str:
            texts = self.constants.get(match.group(1).rpartition(".")[2], [])
            return texts[0].text if len(texts) == 1 else match.group()

        return _INTERPOLATED.sub(value, token.text)
