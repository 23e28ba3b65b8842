"""Shell text: lines to commands, commands to words, with variables and quotations, and the line of every word."""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Iterator, Mapping

from checker.scan import embedded
from checker.scan.commands import Word, command, expand, told
from checker.scan.source import Malformed, Mention
from checker.scan.words import words

_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(\+?)=(.*)\Z", re.DOTALL)
_USED = re.compile(r"\$\{?([A-Za-z_][A-Za-z0-9_]*)(\[[^\[\]]{1,40}\])?")
_ALL = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\[[@*]\]\}\Z")
_DEFAULTED = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*):?=([^{}]*)\}")
_HEREDOC = re.compile(r"<<-?\s*(['\"]?)([A-Za-z_][A-Za-z0-9_]*)\1")
_ARRAY = re.compile(r"[ \t]*(?:(?:declare|local|export|readonly|typeset)[ \t]+(?:-\w+[ \t]+)*)?[A-Za-z_][A-Za-z0-9_]*\+?=\(")
MAX_WORDS = 20_000
#: characters between brackets; lines of one command
MAX_BRACKET = 20_000
MAX_LINES = 500
#: elements of an array, characters of a command that is put together
MAX_ELEMENTS, MAX_EVALUATED = 1_000, 20_000
_PYTHON = re.compile(r"python[0-9.]*")
#: what a program that is fed a text takes it for
_FED = {**dict.fromkeys(("kubectl", "oc", "helm", "docker", "docker-compose"), "fed.yaml"), "ollama": "Modelfile", "curl": "fed.json",
        **dict.fromkeys(("read", "ssh", "srun", "sbatch", "su", "source"), "command.sh")}
#: values of a loop or of an array that are followed
MAX_VALUES = 40
#: scripts inside scripts
MAX_DEPTH = 6


class Variables(dict[str, Word]):
    """The variables set so far; `many` are those with several values: arrays, and the variables of loops."""

    def __init__(self, known: Mapping[str, Word]) -> None:
        super().__init__(known)
        around = known if isinstance(known, Variables) else None
        self.many: dict[str, list[Word]] = dict(around.many) if around is not None else {}
        self.depth: int = around.depth + 1 if around is not None else 0


def script(text: str, first_line: int = 1, variables: Mapping[str, Word] | None = None) -> Iterator[Mention]:
    """What the commands of a script name, one after the other, each with the variables set before it."""
    known = Variables(variables or {})
    if known.depth > MAX_DEPTH:
        return
    for given, body in commands(text, first_line):
        yield from _command(given, known)
        if body is not None:
            yield from _here_document(given, body, known)


def commands(text: str, first_line: int = 1) -> Iterator[tuple[list[Word], Word | None]]:
    """The simple commands of a script as words; with each the text that is fed to it (a here-document), if any."""
    lines = text.split("\n")
    index = barren = 0
    absent: set[str] = set()
    while index < len(lines):
        start = index
        logical = lines[index]
        if start >= barren and _ARRAY.match(logical) and ")" not in logical.partition("=(")[2]:
            following = range(start + 1, min(start + MAX_LINES, len(lines)))
            end = next((number for number in following if lines[number].partition("#")[0].rstrip().endswith(")")), None)
            barren = start + MAX_LINES if end is None else 0
            index = end or start
            logical = "\n".join(lines[start:index + 1])
        while logical.endswith("\\") and not logical.endswith("\\\\") and index + 1 < len(lines) and index - start < MAX_LINES:
            index += 1
            logical = logical + "\n" + lines[index]
        while _open_quote(logical) and index + 1 < len(lines) and index - start < MAX_LINES:
            index += 1
            logical = logical + "\n" + lines[index]
        index += 1
        body, index = _body(logical, lines, index, first_line, absent)
        simple = list(_simple(logical, first_line + start))
        for number, given in enumerate(simple):
            yield given, body if number == len(simple) - 1 else None


def _body(logical: str, lines: list[str], index: int, first_line: int, absent: set[str]) -> tuple[Word | None, int]:
    """The here-document that a line opens, and the index behind it. `absent`: ends that were looked for and do not come any more."""
    here = _HEREDOC.search(logical)
    if here is None or here.group(2) in absent:
        return None, index
    start = index
    while index < len(lines) and lines[index].strip() != here.group(2):
        index += 1
    if index >= len(lines):
        absent.add(here.group(2))
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
        #: brackets that open before here are known not to close soon
        self.barren = 0

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
            end = _closing(self.text, self.place + (character == "$")) if self.place >= self.barren else self.place + 1
            if end <= self.place + 1 + (character == "$"):
                self.barren = max(self.barren, self.place + MAX_BRACKET)
            self._take(self.text[self.place:end])
            self.place = end - 1
        else:
            self._take(character)


def _closing(text: str, place: int) -> int:
    """The index behind the bracket that closes the one at `place`."""
    opening, closing = text[place], "}" if text[place] == "{" else ")"
    depth = 0
    for index in range(place, min(len(text), place + MAX_BRACKET)):
        if text[index] == opening:
            depth += 1
        elif text[index] == closing:
            depth -= 1
            if depth == 0:
                return index + 1
    return place + 1


def _command(given: list[Word], known: Variables) -> Iterator[Mention]:
    """One command: what it sets, and what it names."""
    names = [word.text for word in given]
    if names[0] == "for" and len(names) > 3 and names[2] == "in":
        yield from _loop(names[1], given[3:], known)
        return
    if names[0] in ("export", "local", "readonly", "declare", "typeset", "set", "ENV", "ARG"):
        given = [word for word in given[1:] if not word.text.startswith("-")]
    for word in given:
        for match in _DEFAULTED.finditer(word.text):
            yield from _set(match.group(1), Word(match.group(2), word.line, False), known)
    index = 0
    while index < len(given) and (assigned := _ASSIGNMENT.match(given[index].text)):
        yield from _set(assigned.group(1), Word(assigned.group(3), given[index].line), known, more=bool(assigned.group(2)))
        index += 1
    for filled in _filled(given[index:], known):
        yield from _run(filled, known)
    for word in given[index:]:
        if word.text.startswith("$("):
            yield from script(word.text[2:-1], word.line, known)


def _run(given: list[Word], known: Variables) -> Iterator[Mention]:
    """A command whose variables are filled in: a program, or a shell or Python with text to run."""
    program = given[0].text.rpartition("/")[2]
    if program == "eval" or " " in given[0].text.strip():
        text = " ".join(word.text for word in (given[1:] if program == "eval" else given))
        if text != given[0].text or text.split()[0] != program:
            yield from script(text, given[-1 if program == "eval" else 0].line, known) if len(text) < MAX_EVALUATED else ()
        return
    inner = words("commands")["shells"].get(program)
    code = next((given[number + 1] for number, word in enumerate(given[:-1]) if word.text == "-c" or (inner and re.fullmatch(r"-[a-z]*c", word.text))), None)
    if inner and code is not None:
        yield from script(code.text, code.line, known)
    elif code is not None and _PYTHON.fullmatch(program):
        yield from embedded.mentions("command.py", code.text, code.line)
    else:
        yield from command(given)


def _loop(name: str, items: list[Word], known: Variables) -> Iterator[Mention]:
    """`for NAME in …`: every value, for the commands inside."""
    values = [value for filled in _filled(items, known)[:1] for value in filled][:MAX_VALUES]
    known.many[name] = values
    known.pop(name, None)
    for value in values:
        yield from told(name, value, f"for {name}")


def _filled(given: list[Word], known: Variables) -> list[list[Word]]:
    """The command with its variables filled in: once for each value of the first variable that has several."""
    spliced: list[Word] = []
    for word in given:
        every = _ALL.match(word.text)
        spliced += known.many[every.group(1)] if every and every.group(1) in known.many else [word]
    if not spliced:
        return []
    name = next((match.group(1) for word in spliced if "$" in word.text for match in _USED.finditer(word.text) if match.group(1) in known.many), None)
    if name is None:
        return [_split([expand(word, known) for word in spliced])]
    indexed = re.compile(rf"\$\{{{name}\[[^\[\]]{{1,40}}\]\}}")
    plain = [word._replace(text=indexed.sub(f"${{{name}}}", word.text)) if "[" in word.text else word for word in spliced]
    return [_split([expand(word, ChainMap({name: value}, known)) for word in plain]) for value in known.many[name][:MAX_VALUES]]


def _split(given: list[Word]) -> list[Word]:
    """The words, options that came together out of one variable taken apart."""
    found: list[Word] = []
    for word in given:
        options = word.text.startswith("--") and " " in word.text and "{" not in word.text
        found += [Word(part, word.line, word.sure) for part in word.text.split()] if options else [word]
    return found


def _set(name: str, value: Word, known: Variables, *, more: bool = False) -> Iterator[Mention]:
    filled = expand(value, known)
    if not filled.text.startswith("("):
        known[name] = filled
        known.many.pop(name, None)
        yield from told(name, filled, name)
        return
    elements: list[Word] = []
    for offset, row in enumerate(filled.text.strip("()").split("\n")):
        given = row.partition(" #")[0].split() if not row.lstrip().startswith("#") else []
        elements += [Word(element.strip("\"'"), filled.line + offset, filled.sure) for element in given]
    known.many[name] = [*(known.many.get(name, []) if more else []), *elements][:MAX_ELEMENTS]
    known.pop(name, None)
    for element in elements:
        yield from told(name, element, name)


def _here_document(given: list[Word], body: Word, known: Variables) -> Iterator[Mention]:
    """Text fed to a program, or written into a file: read as what it is."""
    name = given[0].text.rpartition("/")[2]
    target = next((word.text for word in given[1:] if "." in word.text[1:] or "file" in word.text.lower()), "")
    if name in ("sudo", "exec", "nohup", "env") and len(given) > 1:
        name = given[1].text
    kind = _FED.get(name) or ("command.sh" if name in words("commands")["shells"] else "command.py" if _PYTHON.fullmatch(name) else "")
    if kind == "command.sh":
        yield from script(body.text, body.line, known)
    elif kind or (name in ("cat", "tee") and embedded.is_read(target)):
        text = "\n".join(expand(Word(line, body.line), known).text if "$" in line else line for line in body.text.split("\n"))
        yield from embedded.mentions(kind or target, text, body.line)
    elif name == "done":
        for number, line in enumerate(body.text.split("\n"), body.line):
            yield Mention(line.strip(), number, "used", "fed to a loop, by its form", "form", None, "low")
