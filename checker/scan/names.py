"""What a string names: a hub's repository, a model behind an API, a path, or nothing. The one place that decides it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import NamedTuple

from checker.scan import forms
from checker.scan.words import any_of, words

HUGGING_FACE, OLLAMA, MODELSCOPE, FILE = "huggingface", "ollama", "modelscope", "file"
MAX_LENGTH = 300
#: begins the place of a name that is asked of somebody's API; the provider follows
SERVED = "served by "

_PART = r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9_-])?"
_ID = re.compile(rf"({_PART})/({_PART})\Z")
_SINGLE = re.compile(rf"{_PART}\Z")
_URL = re.compile(r"https?://([^/\s?#]+)/([^\s?#]*)")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):/{1,3}")
_QUANT = re.compile(r"(.+/[^:/]+):([A-Za-z0-9_.-]+)\Z")
_OLLAMA = re.compile(r"(?:[A-Za-z0-9_.-]+/)?[A-Za-z0-9][A-Za-z0-9_.-]*(?::[A-Za-z0-9_.-]+)?\Z")
_REVISION = re.compile(r"[A-Za-z0-9._/-]{1,100}\Z")
_UNFILLED = re.compile(r"[<>{}$*%|\s\"'`()\[\],;=&^\\!?]")


class Named(NamedTuple):
    """What a string names. `kind`: `model` (with registry), `hosted` (with provider in `registry`), `local`, `nothing`."""

    kind: str
    id: str = ""
    registry: str = ""
    revision: str | None = None
    dataset: bool = False
    #: None: as sure as the place where it stands
    confidence: str | None = None


NOTHING = Named("nothing")


@cache
def _vocabulary() -> dict[str, frozenset[str]]:
    known = words("names")
    lists = [name for name, value in known.items() if isinstance(value, list)]
    return {name: frozenset(str(one).casefold() for one in known[name]) for name in lists}


@cache
def _patterns(name: str) -> re.Pattern[str]:
    return any_of(words("names")[name])


@cache
def _hosted() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((provider, any_of(patterns)) for provider, patterns in words("names")["hosted"].items())


@cache
def _prefixes() -> dict[str, str]:
    return {prefix: kind for kind, prefixes in words("names")["provider_prefixes"].items() for prefix in prefixes}


@cache
def _provider_hosts() -> tuple[tuple[str, str], ...]:
    return tuple((host, provider) for provider, hosts in words("names")["provider_hosts"].items() for host in hosts)


def provider(addresses: Iterable[str]) -> str:
    """Whose API is asked, if these are the addresses in a file; empty if nobody's, or one's own as well."""
    found = ""
    for address in addresses:
        host = address.partition("://")[2].partition("/")[0].partition(":")[0].casefold()
        if host in _vocabulary()["own_hosts"]:
            return ""
        found = found or next((name for end, name in _provider_hosts() if host == end or host.endswith(f".{end}")), "")
    return found


def judge(text: str, place: str, *, dataset: bool = False, exists: Callable[[str], bool] = lambda _: False) -> Named:
    """What `text` names where it stands (see `Mention.place`). `exists` says whether the repository has such a path."""
    if place == "shipped" and "://" not in text:
        return Named("model", text, FILE)
    text = text.strip().strip("\"'").strip()
    if not text or len(text) > MAX_LENGTH or not text.isprintable():
        return NOTHING
    addressed = _address(text, dataset=dataset)
    if addressed is not None:
        return addressed
    held = _held(text, place)
    if held is not None:
        return held
    if _is_path(text):
        unlikely = place in ("id", "api") and text[0] == "/" and text.split("/")[1].casefold() not in _vocabulary()["folders"]
        return NOTHING if unlikely or re.search(r"[<>{}*|\s$]", text) else Named("local", text)
    if _UNFILLED.search(text) or _patterns("placeholders").search(text):
        return NOTHING
    if place.startswith(SERVED):
        own = _prefixes().get(text.partition("/")[0]) in ("hub", "ollama")
        return (own and _routed(text, "api")) or Named("hosted", text, place.removeprefix(SERVED))
    if place == "form":
        if not forms.is_model(text) or exists(text):
            return NOTHING
        return _routed(text, "id") or _repository(text, "id", dataset=False)._replace(confidence="low")
    if place == "ollama":
        return _ollama(text)
    if place == "path":
        return Named("local", text)
    if not dataset:
        routed = _routed(text, place)
        if routed is not None:
            return routed
    if exists(text) and place != "api":
        return Named("local", text)
    return _repository(text, place, dataset=dataset)


def _held(text: str, place: str) -> Named | None:
    """A name of the hub inside a longer one: behind the hub's name and perhaps a provider's, before a slash or a file of weights."""
    parts = text.split("/")
    if place != "path" and parts[0] in _hub_names() and len(parts) > 2:
        rest = parts[2:] if len(parts) > 3 else parts[1:]
        return _repository("/".join(rest), "id", dataset=False) if len(rest) == 2 else None
    if len(parts) == 3 and not parts[2] and forms.is_model(text[:-1]):
        return _repository(text[:-1], place, dataset=False)
    if len(parts) > 2 and parts[-1].rpartition(".")[2].casefold() in _vocabulary()["weight_suffixes"] and forms.is_model("/".join(parts[:2])):
        return _repository("/".join(parts[:2]), "id", dataset=False)
    return None


@cache
def _hub_names() -> frozenset[str]:
    return frozenset(name for name, kind in _prefixes().items() if kind == "hub")


def _address(text: str, *, dataset: bool) -> Named | None:
    """A URL, or another address with a scheme; None if it is neither."""
    known = _vocabulary()
    url = _URL.match(text)
    if url:
        host, path = url.group(1).casefold(), url.group(2).strip("/")
        if host in known["hub_hosts"]:
            return _hub_path(path)
        if host in known["modelscope_hosts"]:
            found = re.match(rf"(models|datasets)/({_PART}/{_PART})(?:/|\Z)", path)
            return Named("model", found.group(2), MODELSCOPE, dataset=found.group(1) == "datasets") if found else NOTHING
        if host in known["ollama_hosts"]:
            return _ollama(path.removeprefix("library/"))
        return Named("local", text) if path.rpartition(".")[2].casefold() in known["file_suffixes"] and not _UNFILLED.search(path) else NOTHING
    scheme = _SCHEME.match(text)
    if scheme is None:
        host, _, path = text.partition("/")
        return _hub_path(path) if host.casefold() in known["hub_hosts"] else None
    kind, rest = scheme.group(1).casefold(), text[scheme.end():]
    if kind == "hf":
        return _hub_path(rest, dataset=dataset)
    if kind == "modelscope" and _ID.match(rest):
        return Named("model", rest, MODELSCOPE)
    if kind == "ollama":
        return _ollama(rest)
    if kind in known["library_schemes"]:
        return Named("model", rest, kind)
    return Named("local", text) if kind in known["store_schemes"] and not re.search(r"[<>{}$\s]", text) else NOTHING


def _hub_path(path: str, *, dataset: bool = False) -> Named:
    """What follows the hub's host or `hf://`: a repository, perhaps with revision and file."""
    kind, _, rest = path.removeprefix("api/").removeprefix("hf-inference/").removeprefix("pipeline/feature-extraction/").partition("/")
    if kind in _vocabulary()["hub_pages"] or (path.startswith("api/") and kind not in ("models", "datasets")):
        return NOTHING
    if kind in ("models", "datasets"):
        dataset, path = kind == "datasets", rest
    path, mark, revision = path.partition("@")
    if not mark:
        path, mark, revision = path.partition(":")
    publisher, _, rest = path.partition("/")
    name, _, inner = rest.partition("/")
    if name in ("resolve", "blob", "tree", "raw") and _patterns("canonical_models").match(publisher):
        return Named("model", publisher, HUGGING_FACE, pinned(inner.partition("/")[0]), dataset, "high")
    if mark and not revision.startswith("refs/"):
        revision = revision.partition("/")[0]
    elif mark:
        revision = "/".join(revision.split("/")[:3])
    found = re.match(r"(?:resolve|blob|tree|raw|commit)/([^/]+)", inner)
    revision = revision or (found.group(1) if found else "")
    name = name.removesuffix(".git")
    if not _ID.match(f"{publisher}/{name}"):
        single = dataset and not rest and _SINGLE.match(publisher)
        return Named("model", publisher, HUGGING_FACE, pinned(revision), True) if single else NOTHING
    if _patterns("placeholders").search(f"{publisher}/{name}"):
        return NOTHING
    return Named("model", f"{publisher}/{name}", HUGGING_FACE, pinned(revision), dataset, "high")


def pinned(revision: str | None) -> str | None:
    """A revision as it is written; a moving branch head is none."""
    if not revision or not _REVISION.match(revision) or revision in ("main", "master", "HEAD"):
        return None
    return None if re.fullmatch(r"(?i)[a-z]*i?q[0-9][a-z0-9_]*|f16|f32|bf16|fp16|latest|[0-9.]+bpw", revision) else revision


def _is_path(text: str) -> bool:
    """Can the text be nothing but a path of files?"""
    if text[0] in "/~\\" or text.startswith(("./", "../", ".\\", "..\\")) or text in (".", "..") or re.match(r"[A-Za-z]:[\\/]", text):
        return True
    parts = text.replace("\\", "/").rstrip("/").split("/")
    known = _vocabulary()
    if len(parts) > 1 and parts[0].casefold() in known["folders"]:
        return not re.match(r"models/(gemini|text-|embedding-|learnlm|imagen|veo)", text)
    suffix = parts[-1].rpartition(".")[2].casefold() if "." in parts[-1] else ""
    if suffix in known["file_suffixes"] and not (len(parts) == 2 and suffix in ("txt", "js", "go", "rs", "c", "h", "key", "index", "model", "env", "bin")):
        return True
    return len(parts) > 3 or text.endswith("/") or "\\" in text


def _ollama(text: str) -> Named:
    text = text.removeprefix("ollama/").removeprefix("library/")
    if not _OLLAMA.match(text) or text.isdigit():
        return NOTHING
    return Named("model", text, OLLAMA)


def _routed(text: str, place: str) -> Named | None:
    """A model behind an API by its name, or a name with a provider before it; None if neither."""
    if place in ("api", "id"):
        for provider, pattern in _hosted():
            if pattern.match(text):
                return Named("hosted", text, provider)
    if place not in ("api", "id"):
        return None
    prefix, _, rest = text.partition("/")
    kind = _prefixes().get(prefix)
    if not rest or kind is None:
        return _ollama(text) if _patterns("ollama_tags").match(text) else None
    if kind == "ollama":
        return _ollama(rest)
    if kind == "hub" and "/" in rest:
        return _repository(rest, "id", dataset=False)
    known = next((name for name, pattern in _hosted() if pattern.match(rest) or pattern.match(rest.rpartition("/")[2])), None)
    if kind == "hosted" and "/" in rest and known is None:
        # a router or a compatible server before an id of the hub
        return _repository(rest, "id", dataset=False)
    foreign = prefix in _vocabulary()["routers"] and place == "api"
    return Named("hosted", text, known or prefix) if known or foreign or (kind == "hosted" and prefix not in _vocabulary()["also_publishers"]) else None


def _repository(text: str, place: str, *, dataset: bool) -> Named:
    """An id of the hub, with a revision or a quantization behind it; an old id without publisher where one may stand."""
    known = _vocabulary()
    text, revision = text.partition("@")[::2]
    marked = _QUANT.match(text)
    if marked:
        text, mark = str(marked.group(1)), str(marked.group(2))
        if mark in known["router_marks"]:
            return Named("hosted", f"{text}:{mark}", "openrouter")
        revision = revision or (mark if re.fullmatch(r"[0-9a-f]{7,64}", mark) else "")
    match = _ID.match(text)
    if match and not revision.startswith("/") and "--" not in text and ".." not in text:
        publisher, name = match.groups()
        end = publisher.casefold().rpartition(".")[2] if "." in publisher else ""
        if publisher.casefold() in known["not_publishers"] or end in known["domain_ends"] or name.endswith(".git") or (publisher.isdigit() and name.isdigit()):
            return NOTHING
        return Named("model", text, HUGGING_FACE, pinned(revision))
    if "/" in text:
        return Named("local", text) if place in ("hub", "sentence", "reranker") and text.count("/") > 1 else NOTHING
    return _single(text, place, dataset=dataset)


def _single(text: str, place: str, *, dataset: bool) -> Named:
    """A name without publisher."""
    if not _SINGLE.match(text) or "--" in text:
        return NOTHING
    if dataset:
        return NOTHING if text.casefold() in _vocabulary()["dataset_formats"] or place != "hub" else Named("model", text, HUGGING_FACE)
    if _patterns("canonical_models").match(text):
        return Named("model", text, HUGGING_FACE, confidence=None if place == "hub" else "medium")
    publisher = {"sentence": "sentence-transformers", "reranker": "cross-encoder"}.get(place)
    if publisher:
        fits = any_of(words("names")["library_publishers"][publisher]).match(text)
        return Named("model", f"{publisher}/{text}", HUGGING_FACE, confidence=None if fits else "low")
    return Named("local", text) if place == "hub" else NOTHING
