"""Shell text: lines to commands, commands to words, with variables and quotations, and the line of every word."""

from __future__ import annotations

import re
from collections.abc import Iterator

from checker.scan.commands import Word, command, expand, told
from checker.scan.source import Malformed, Mention
from checker.scan.words import words

_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=(.*)\Z", re.DOTALL)
_DEFAULTED = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*):?=([^{}]*)\}")
_HEREDOC = re.compile(r"<<-?\s*(['\"]?)([A-Za-z_][A-Za-z0-9_]*)\1")
MAX_WORDS = 20_000


def script(text: str, first_line: int = 1, variables: dict[str, Word] | None = None) -> Iterator[Mention]:
    """What the commands of a script name, one after the other, each with the variables set before it."""
    known = dict(variables or {})
    for given, body in commands(text, first_line):
        yield from _command(given, known)
        if body is not None:
            yield from _here_document(given, body)


def commands(text: str, first_line: int = 1) -> Iterator[tuple[list[Word], Word | None]]:
    """The simple commands of a script as words; with each the text that is fed to it (a here-document), if any."""
    lines = text.split("\n")
    index = 0
    while index < len(lines):
        start = index
        logical = lines[index]
        while logical.endswith("\\") and not logical.endswith("\\\\") and index + 1 < len(lines) and index - start < 500:
            index += 1
            logical = logical + "\n" + lines[index]
        while _open_quote(logical) and index + 1 < len(lines) and index - start < 500:
            index += 1
            logical = logical + "\n" + lines[index]
        index += 1
        body, index = _body(logical, lines, index, first_line)
        simple = list(_simple(logical, first_line + start))
        for number, given in enumerate(simple):
            yield given, body if number == len(simple) - 1 else None


def _body(logical: str, lines: list[str], index: int, first_line: int) -> tuple[Word | None, int]:
    """The here-document that a line opens, and the index behind it."""
    here = _HEREDOC.search(logical)
    if here is None:
        return None, index
    start = index
    while index < len(lines) and lines[index].strip() != here.group(2):
        index += 1
    if index >= len(lines):
        return None, start
    return Word("\n".join(lines[start:index]), first_line + start), index + 1


def _open_quote(text: str) -> bool:
    """Does a quotation begin in the text that does not end there?"""
    quote = ""
    place = 0
    while place < len(text):
        character = text[place]
        if character == "\\" and quote != "'":
            place += 1
        elif quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character == "#" and (place == 0 or text[place - 1].isspace()):
            end = text.find("\n", place)
            if end < 0:
                return False
            place = end
        place += 1
    return bool(quote)


def _simple(text: str, line: int) -> Iterator[list[Word]]:
    """The words of each simple command in a logical line."""
    return _Splitter(text, line).split()


class _Splitter:
    """Goes through the text of a command character by character, as a shell does."""

    def __init__(self, text: str, line: int) -> None:
        self.text, self.line, self.place = text, line, 0
        self.given: list[Word] = []
        self.piece: list[str] = []
        #: the line where the word begins; None between words
        self.begun: int | None = None
        self.quote = ""

    def split(self) -> Iterator[list[Word]]:
        """The words of each command, when it ends."""
        count = 0
        while self.place < len(self.text):
            character = self.text[self.place]
            if self.quote:
                self._quoted(character)
            elif character in "\\'\"$" or (character == "(" and self.piece[-1:] == ["="]):
                self._special(character)
            elif character == "#" and self.begun is None:
                end = self.text.find("\n", self.place)
                self.place = len(self.text) if end < 0 else end - 1
            elif character.isspace() or character in ";&|<>()":
                self._word()
                count += 1
                self.line += character == "\n"
                if character in ";&|()\n" and self.given:
                    yield self.given
                    self.given = []
                if count > MAX_WORDS:
                    raise Malformed("a command of too many words", "too_large")
            else:
                self._take(character)
            self.place += 1
        self._word()
        if self.given:
            yield self.given

    def _take(self, text: str) -> None:
        """Some characters more of the word."""
        self.begun = self.line if self.begun is None else self.begun
        self.piece.append(text)
        self.line += text.count("\n")

    def _word(self) -> None:
        """The word ends here, if one has begun."""
        if self.begun is not None:
            self.given.append(Word("".join(self.piece), self.begun))
        self.piece, self.begun = [], None

    def _quoted(self, character: str) -> None:
        following = self.text[self.place + 1:self.place + 2]
        if character == self.quote:
            self.quote = ""
        elif character == "\\" and self.quote == '"' and following in ('"', "\\", "$", "`", "\n"):
            self.place += 1
            if following == "\n":
                self.line += 1
            else:
                self._take(following)
        else:
            self._take(character)

    def _special(self, character: str) -> None:
        """A backslash, the beginning of a quotation, a variable or an array."""
        following = self.text[self.place + 1:self.place + 2]
        if character == "\\":
            self.place += 1
            if following == "\n":
                self.line += 1
            elif following:
                self._take(following)
        elif character in "'\"":
            self._take("")
            self.quote = character
        elif character == "(" or following in ("{", "("):
            end = _closing(self.text, self.place + (character == "$"))
            self._take(self.text[self.place:end])
            self.place = end - 1
        else:
            self._take(character)


def _closing(text: str, place: int) -> int:
    """The index behind the bracket that closes the one at `place`."""
    opening, closing = text[place], "}" if text[place] == "{" else ")"
    depth = 0
    for index in range(place, min(len(text), place + 2_000)):
        if text[index] == opening:
            depth += 1
        elif text[index] == closing:
            depth -= 1
            if depth == 0:
                return index + 1
    return place + 1


def _command(given: list[Word], known: dict[str, Word]) -> Iterator[Mention]:
    """One command: what it sets, and what it names."""
    names = [word.text for word in given]
    if names[0] in ("export", "local", "readonly", "declare", "typeset", "set", "ENV", "ARG"):
        given = [word for word in given[1:] if not word.text.startswith("-")]
    for word in given:
        for match in _DEFAULTED.finditer(word.text):
            yield from _set(match.group(1), Word(match.group(2), word.line, False), known)
    index = 0
    while index < len(given) and (assigned := _ASSIGNMENT.match(given[index].text)):
        yield from _set(assigned.group(1), Word(assigned.group(2), given[index].line), known)
        index += 1
    rest = [expand(word, known) for word in given[index:]]
    if not rest:
        return
    inner = words("commands")["shells"].get(rest[0].text.rpartition("/")[2])
    code = next((rest[number + 1] for number, word in enumerate(rest[:-1]) if word.text == "-c" or (inner and re.fullmatch(r"-[a-z]*c", word.text))), None)
    if inner and code is not None:
        yield from script(code.text, code.line, known)
    elif code is not None and re.fullmatch(r"python[0-9.]*", rest[0].text.rpartition("/")[2]):
        yield from _python(code)
    else:
        yield from command(rest)
    for word in given[index:]:
        if word.text.startswith("$("):
            yield from script(word.text[2:-1], word.line, known)


def _set(name: str, value: Word, known: dict[str, Word]) -> Iterator[Mention]:
    filled = expand(value, known)
    known[name] = filled
    if not filled.text.startswith("("):
        yield from told(name, filled, name)
        return
    for offset, row in enumerate(filled.text.strip("()").split("\n")):
        for element in row.partition(" #")[0].split():
            yield from told(name, Word(element, filled.line + offset, filled.sure), name)


def _here_document(given: list[Word], body: Word) -> Iterator[Mention]:
    """Text fed to a program: Python code, shell code, or a Modelfile being written."""
    name = given[0].text.rpartition("/")[2]
    if re.fullmatch(r"python[0-9.]*", name):
        yield from _python(body)
    elif name in words("commands")["shells"]:
        yield from script(body.text, body.line)
    elif any("modelfile" in word.text.lower() for word in given):
        from checker.scan.readers import modelfile

        yield from modelfile.mentions(body.text, body.line)


def _python(code: Word) -> Iterator[Mention]:
    from checker.scan.readers import python

    try:
        found = list(python.mentions(code.text))
    except Malformed:
        return
    yield from (one._replace(line=one.line + code.line - 1) for one in found)
