"""Shell scripts, Dockerfiles, Makefiles and Procfiles."""

from __future__ import annotations

import re
from collections.abc import Iterator

from checker.scan import embedded
from checker.scan.commands import Word, expand, told
from checker.scan.shell import script
from checker.scan.source import Malformed, Mention, Source
from checker.scan.tree import json_documents

_NAMES = re.compile(r"(?i)(?:.*\.)?(dockerfile|containerfile)(?:\..*)?$|(?:gnu)?makefile$|procfile(?:\..*)?$|\.?justfile$|jenkinsfile(?:\..*)?$"
                    r"|.*dockerfile$|.*[_-]makefile$"
                    r"|.*\.(sh|bash|zsh|ksh|mk|command|slurm|sbatch|service|bat|cmd|ps1|just|groovy|jenkinsfile|fish|pbs|lsf|sub)(?:\.(?:example|template|in|j2))?$")
HINTS = (b"model", b"llm", b"hf", b"hugging", b"ollama", b"dataset", b"checkpoint", b"lora", b"adapter", b"embed", b"spacy", b"tune ", b"from_pretrained",
         b"sglang", b"whisper")
_INSTRUCTION = re.compile(r"\s*(?:ONBUILD\s+)?([A-Za-z]+)\s+(.*)\Z", re.DOTALL)
_MAKE_VARIABLE = re.compile(r"^ *(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*[:?+]?=[ \t]*([^\n#]*)", re.MULTILINE)
_SET = re.compile(r"^[ \t]*(?:def[ \t]+|env\.)?([A-Za-z_]\w*)[ \t]*=[ \t]*[\"']([^\"'\n]{1,300})[\"']", re.MULTILINE)
_STEP = re.compile(r"\b(?:sh|bat|powershell)[ \t(]+(?:script:[ \t]*)?(?:\"\"\"(.*?)\"\"\"|\'\'\'(.*?)\'\'\'|\"([^\"\n]*)\"|\'([^\'\n]*)\')", re.DOTALL)
_HERE_DOCUMENT = re.compile(r"<<-?[ \t]*(['\"]?)[A-Za-z_]\w*\1[ \t]*([^\n]*)\n(.*)\Z", re.DOTALL)
_ADDED = re.compile(r"(?:https?://(?:www\.)?(?:huggingface\.co|hf\.co)/|hf://)[^\s\"',\]]{1,400}")
_ENV_PAIR = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=(\"[^\"]*\"|'[^']*'|[^\s\\]+)")


def fits(path: str) -> bool:
    """By the usual names of scripts and of files that hold commands."""
    return _NAMES.match(path.rpartition("/")[2]) is not None


def read(source: Source) -> Iterator[Mention]:
    """What the commands name."""
    if not (source.holds(HINTS) or source.shows_models):
        return
    name = source.name.lower()
    if name.startswith("jenkinsfile") or name.endswith((".groovy", ".jenkinsfile")):
        yield from _pipeline(source.text)
    elif "dockerfile" in name or "containerfile" in name:
        yield from dockerfile(source.text)
    elif name.endswith(("makefile", "justfile", ".mk")):
        yield from script(_recipes(source.text))
    elif name.endswith((".bat", ".cmd")):
        yield from script(re.sub(r"(?im)^\s*(?:rem\b|::).*$", "", source.text).replace("^\n", "\\\n").replace("set ", ""))
    elif name.endswith(".ps1"):
        yield from script(re.sub(r"(?m)^\s*\$(?:env:)?([A-Za-z_]\w*)\s*=\s*", r"\1=", source.text.replace("`\n", "\\\n")))
    elif name.endswith(".service"):
        yield from script(re.sub(r"(?m)^(?:ExecStart\w*|Environment)=-?", "", source.text))
    elif name.startswith("procfile"):
        yield from script(re.sub(r"(?m)^[A-Za-z0-9_-]+:[ \t]*", "", source.text))
    else:
        yield from script(source.text)


def _recipes(text: str) -> str:
    """A Makefile as a script, line by line: its variables in the shell's form, recipes without their marks."""
    text = _MAKE_VARIABLE.sub(lambda match: f"{match.group(1)}='{match.group(2).rstrip()}'" if not {"'", "\\"} & set(match.group(2)) else match.group(), text)
    text = re.sub(r"\$\(([A-Za-z_][A-Za-z0-9_]*)\)", r"${\1}", text)
    text = re.sub(r"(?m)^[A-Za-z0-9_.%$(){}/ -]{1,200}::?(?!=).*$", "", text)       # targets and what they need are no commands
    return re.sub(r"(?m)^\t[@-]+", "\t", text)


def _pipeline(text: str) -> Iterator[Mention]:
    """A pipeline of Jenkins: what it sets, then what its `sh` steps run."""
    text = re.sub(r"(?m)^[ \t]*//.*$", "", text)
    known: dict[str, Word] = {}
    for match in _SET.finditer(text):
        known[match.group(1)] = Word(match.group(2), text.count("\n", 0, match.start(2)) + 1)
        yield from told(match.group(1), known[match.group(1)], match.group(1))
    for match in _STEP.finditer(text):
        group = next(number for number in (1, 2, 3, 4) if match.group(number) is not None)
        yield from script(re.sub(r"\$\{(?:env|params)\.", "${", match.group(group)), text.count("\n", 0, match.start(group)) + 1, known)


def dockerfile(text: str) -> Iterator[Mention]:
    """What the instructions of a Dockerfile name: variables, commands run, the command of the image."""
    known: dict[str, Word] = {}
    image = ""
    for line, word, value in _instructions(text):
        if word in ("ENV", "ARG"):
            pairs = [(match.group(1), match.group(2).strip("\"'"), match.start()) for match in _ENV_PAIR.finditer(value)]
            if not pairs and word == "ENV" and len(value.split(None, 1)) == 2:
                pairs = [(*value.split(None, 1), 0)]            # type: ignore[list-item]
            for name, given, start in pairs:
                known[name] = Word(given, line + value.count("\n", 0, start))
                yield from told(name, known[name], f"Dockerfile: {word} {name}")
        elif word == "FROM":
            image = value.split()[0] if value.split() else ""
        elif word in ("RUN", "CMD", "ENTRYPOINT", "ADD", "COPY", "HEALTHCHECK"):
            value = re.sub(r"\A(?:--[\w-]+=\S+\s+)+", lambda match: "\n" * match.group().count("\n"), value)
            here = _HERE_DOCUMENT.match(value)
            if here:
                name = here.group(2) if word in ("COPY", "ADD") else "command.sh"
                yield from embedded.mentions(name.strip("\"'"), here.group(3), line + 1)
            elif word == "ADD":
                for match in _ADDED.finditer(value):
                    address = Word(match.group(), line + value.count("\n", 0, match.start()))
                    yield from told("model", expand(address, known), "Dockerfile: ADD")
            elif word != "COPY":
                yield from _run(value.removeprefix("CMD "), line, known, image if word in ("CMD", "ENTRYPOINT") else "")


def _run(value: str, line: int, known: dict[str, Word], image: str) -> Iterator[Mention]:
    if not value.startswith("["):
        yield from script(value, line, known)
        return
    from checker.scan.containers import arguments

    try:
        documents = json_documents(value)
    except Malformed:
        return
    for document in documents:
        yield from arguments([Word(one.text, one.line + line - 1) for one in document.items if one.text], known, image)


def _instructions(text: str) -> Iterator[tuple[int, str, str]]:
    """Line, word and value of each instruction, with continued lines and here-documents; comments between are left out."""
    lines = text.split("\n")
    index = 0
    while index < len(lines):
        start = index
        if lines[index].lstrip().startswith("#") or not lines[index].strip():
            index += 1
            continue
        held = [lines[index]]
        while (held[-1].rstrip().endswith("\\") or held[-1].lstrip().startswith("#")) and index + 1 < len(lines):
            index += 1
            # a comment between continued lines; an empty line keeps the count
            held.append("\\" if lines[index].lstrip().startswith("#") else lines[index])
        index += 1
        here = re.search(r"<<-?\s*['\"]?([A-Za-z_][A-Za-z0-9_]*)", held[-1])
        if here:
            while index < len(lines):
                held.append(lines[index])
                index += 1
                if lines[index - 1].strip() == here.group(1):
                    break
        match = _INSTRUCTION.match("\n".join(line.rstrip() for line in held))
        if match:
            yield start + 1, match.group(1).upper(), match.group(2)
