"""A scenario with a few facts changed, as the variants of an `expect` write them: path -> value."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any


def varied(scenario: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of the scenario with the changes made. Raises KeyError with the path of a change that has no place.

    A path is keys joined by dots (`actor.home`, `positions.whose-users`); what stands in a list is named by its id
    (`inputs.base.license`, `releases.api.conduct.displays`). The value null takes out what stands there.
    """
    changed = copy.deepcopy(dict(scenario))
    for path, value in changes.items():
        try:
            _put(changed, path, value)
        except KeyError:
            raise KeyError(path) from None
    return changed


def _put(thing: Any, path: str, value: Any) -> None:
    if isinstance(thing, list):
        place = _place(thing, path)
        rest = path[len(_name(thing[place])) + 1:]
        if rest:
            _put(thing[place], rest, value)
        elif value is None:
            del thing[place]
        else:
            thing[place] = value
    elif not isinstance(thing, dict):
        raise KeyError(path)
    elif "." not in path and value is None:
        del thing[path]
    elif "." not in path:
        thing[path] = value
    else:
        key, _, rest = path.partition(".")
        _put(thing.setdefault(key, {}), rest, value)


def _place(entries: list[Any], path: str) -> int:
    """The entry whose id the path begins with; the longest id wins, since ids may hold dots."""
    found = [number for number, entry in enumerate(entries) if f"{path}.".startswith(f"{_name(entry)}.")]
    if not found:
        raise KeyError(path)
    return max(found, key=lambda number: len(_name(entries[number])))


def _name(entry: Any) -> str:
    return str(entry.get("id") or entry.get("of") or "\n") if isinstance(entry, Mapping) else str(entry)
