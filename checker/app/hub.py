"""Ask a hub what it says of the models that a repository names: `licet.lock`. The only module that opens a socket, and only when asked to."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from checker.app.wording import problem
from checker.errors import BadInput
from checker.load.registry import MAX_DEPTH
from checker.load.strict_yaml import printable
from checker.scan.inventory import LOCK, Inventory
from checker.scan.names import HUGGING_FACE

__all__ = ["LOCK", "lock"]

#: repositories that are asked about at most, with their bases; seconds for each answer
MAX_ASKED, TIMEOUT = 500, 15
_HEAD = ("# Written by `licet scan --hub`: what the hub said on the day of each entry. Commit it, so that later scans need no network.",
         "# A declared license is a label; what governs follows from what a model was made from.")

Asked = tuple[str, str, str | None]


def lock(inventory: Inventory, day: str, *, endpoint: str | None = None, progress: Callable[[str], None] = lambda name: None) -> str:
    """The text of a lock file for all models and data sets of the hub, and their bases. Raises BadInput if no hub can be asked."""
    try:
        from huggingface_hub import HfApi
    except ImportError:
        raise BadInput([problem("no_hub_client", LOCK)]) from None
    client = HfApi(endpoint=endpoint, library_name="licet")
    entries: dict[tuple[str, str], dict[str, Any]] = {}
    waiting: list[tuple[Asked, int]] = [(one, 0) for one in _named(inventory)]
    while waiting and len(entries) < MAX_ASKED:
        (kind, name, revision), depth = waiting.pop(0)
        if (kind, name) in entries:
            continue
        progress(name)
        entry = _ask(client, kind, name, revision)
        entries[kind, name] = {"id": name, "kind": kind, **entry, "date": day}
        if depth < MAX_DEPTH:
            waiting += [(("model", base["id"], None), depth + 1) for base in entry.get("base", ())]
    if entries and all("problem" in one for one in entries.values()):
        first = next(iter(entries.values()))
        raise BadInput([problem("hub_does_not_answer", endpoint or "the hub", count=len(entries), why=first["problem"])])
    return "\n".join([*_HEAD, "format: licet/lock/1", "models:", *(f"  - {json.dumps(entries[key], ensure_ascii=False)}" for key in sorted(entries))]) + "\n"


def _named(inventory: Inventory) -> Iterable[Asked]:
    found: dict[tuple[str, str], Asked] = {}
    for hit in inventory.hits:
        if hit.registry == HUGGING_FACE:
            kind = "dataset" if hit.role == "dataset" else "model"
            found.setdefault((kind, hit.id), (kind, hit.id, hit.revision))
    return [found[key] for key in sorted(found)]


def _ask(client: Any, kind: str, name: str, revision: str | None) -> dict[str, Any]:
    """What the hub says of one repository; of one it does not show, why."""
    from huggingface_hub.errors import HfHubHTTPError

    ask = client.dataset_info if kind == "dataset" else client.model_info
    try:
        info = ask(name, revision=revision, timeout=TIMEOUT)
    except HfHubHTTPError as error:
        status = getattr(getattr(error, "response", None), "status_code", None)
        return {"problem": f"the hub answers {status}" if status else type(error).__name__}
    except Exception as error:  # noqa: BLE001  (the client's transport may raise anything; it is told, and the others are asked)
        return {"problem": type(error).__name__}
    return _entry(info)


def _entry(info: Any) -> dict[str, Any]:
    card = _card(getattr(info, "card_data", None))
    tags = [str(tag) for tag in getattr(info, "tags", None) or ()]
    labels = [str(one) for one in _listed(card.get("license"))] or [tag.partition(":")[2] for tag in tags if tag.startswith("license:")]
    entry: dict[str, Any] = {"revision": _clean(getattr(info, "sha", None) or "")}
    if labels:
        entry["license"] = _clean(" AND ".join(labels))
    if card.get("license_name"):
        entry["license_name"] = _clean(card["license_name"])
    bases = list(_bases(card, tags))
    return entry | ({"base": bases} if bases else {}) | ({"gated": True} if getattr(info, "gated", False) else {})


def _bases(card: dict[str, Any], tags: Iterable[str]) -> Iterator[dict[str, str]]:
    """Parents by the card, in the relation that the card or the hub's tags give."""
    relations = {match.group(2): match.group(1) for tag in tags if (match := re.match(r"base_model:(finetune|adapter|quantized|merge):(.+)\Z", tag))}
    stated = str(card.get("base_model_relation") or "")
    named = dict.fromkeys([*(str(one) for one in _listed(card.get("base_model"))), *relations])
    for name in named:
        if re.fullmatch(r"[\w.-]{1,96}(/[\w.-]{1,96})?", name):
            yield {"id": name, "relation": stated if stated in ("finetune", "adapter", "quantized", "merge") else relations.get(name, "finetune")}


def _card(value: Any) -> dict[str, Any]:
    data = value.to_dict() if hasattr(value, "to_dict") else value
    return data if isinstance(data, dict) else {}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def _clean(value: Any) -> str:
    return printable(str(value))[:200]
