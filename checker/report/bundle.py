"""The notices that a release has to carry, as files, from its Assessment alone: nothing is judged here, and no terms are drafted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from checker.core.license import NO_LICENSE
from checker.core.wording import say
from checker.report._clean import clean
from checker.report._templates import web_address
from checker.report.markdown import markdown
from checker.report.words import label, words

#: duty -> what the bundle ships to perform it
SHIPPED = {"license_copy": "license_copy", "notice_file": "notice_file", "copyright_notice": "copyright_notice", "state_changes": "change_notes",
           "attribution": "copyright_notice"}
#: file -> the duties for which it is written
_WHEN = {"CHANGES.md": ("state_changes",), "LICENSES.md": ("license_copy",), "TERMS.md": ("flow_down_terms", "use_policy", "share_alike"),
         "DISPLAY.md": ("display",)}
_DONE = ("met", "cured")


def bundle(entry: Mapping[str, Any], release: str, copies: Mapping[str, str] | None = None) -> dict[str, str]:
    """File name -> content for one release; empty if nothing is due. `copies`: license id -> file of the copy that goes along."""
    due = [one for one in _duties(entry) if one["release"] == release]
    if not due:
        return {}
    values = _values(entry, release, due, copies or {})
    files = {"NOTICE": notice(entry, release), "conduct.yaml": conduct(entry, release)}
    for name in ("MODEL_CARD.md", *_WHEN, "TODO.md"):
        if name not in _WHEN or any(one["action"] in _WHEN[name] for one in due):
            files[name] = markdown(f"bundle/{name}.j2", values)
    return files


def _duties(entry: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The duties, each with the quotation of the clause that asks for it."""
    quotes = {(one["rule"], one["license"], one["release"]): one["quote"] for one in entry["findings"]}
    return [{**one, "quote": quotes.get((one["rule"], one["license"], one["release"]))} for one in entry["obligations"]]


def _values(entry: Mapping[str, Any], release: str, due: list[dict[str, Any]], copies: Mapping[str, str]) -> dict[str, Any]:
    by_action: dict[str, list[dict[str, Any]]] = {action: [] for action in words()["duties"]}
    for one in due:
        by_action.setdefault(one["action"], []).append(one)
    return {"s": words("bundle.en"), "name": _name(entry, release), "works": list(_works(entry, release)), "changes": list(_changes(entry, release)),
            "of": by_action, "copies": copies, "names": {one["id"]: one["name"] for one in entry["licenses"]},
            "urls": {one["id"]: one["url"] for one in entry["licenses"] if web_address(one["url"])},
            "lines": list(dict.fromkeys(line for one in by_action["display"] for line in _displayed(one["text"]))),
            "left": [one for one in due if one["status"] not in _DONE and _by_hand(one, copies)]}


def _by_hand(duty: Mapping[str, Any], copies: Mapping[str, str]) -> bool:
    """Does the bundle leave the duty, or a part of it, to be done? Notices of others and texts that are not at hand are in none of its files."""
    if duty["action"] == "license_copy":
        return duty["license"] not in copies
    return duty["action"] not in SHIPPED or SHIPPED[duty["action"]] == "copyright_notice"


def _name(entry: Mapping[str, Any], release: str) -> str:
    found = next(one for one in entry["releases"] if one["id"] == release)
    return str(found["name"] or release)


def _works(entry: Mapping[str, Any], release: str) -> Iterator[dict[str, Any]]:
    """The works that the release comes from, each with its license and what became of it."""
    nodes = {one["id"]: one for one in entry["lineage"]["nodes"]}
    made = next(one["of"] for one in entry["releases"] if one["id"] == release)
    for license in entry["licenses"]:
        seen = set()
        for reach in license["reaches"]:
            if reach["path"][-1] == made and reach["artifact"] not in seen and reach["relation"] not in ("tool", "idea"):
                seen.add(reach["artifact"])
                license_name = words("bundle.en")["no_license"] if license["id"] == NO_LICENSE else license["name"]
                yield {"name": nodes.get(reach["artifact"], {}).get("name") or reach["artifact"], "license": license["id"], "license_name": license_name,
                       "licensor": label("license_words", "any_licensor") if license["licensor"] == "any" else license["licensor"],
                       "url": license["url"], "relation": label("relations", reach["relation"])}


def _changes(entry: Mapping[str, Any], release: str) -> Iterator[dict[str, str]]:
    """What the actor's own steps did, in the order of the scenario."""
    nodes = {one["id"]: one["name"] for one in entry["lineage"]["nodes"]}
    made = next(one["of"] for one in entry["releases"] if one["id"] == release)
    into: dict[str, list[Mapping[str, Any]]] = {}
    for edge in entry["lineage"]["edges"]:
        into.setdefault(edge["to"], []).append(edge)
    upstream, queue = set(), [made]
    while queue:
        one = queue.pop()
        if one not in upstream:
            upstream.add(one)
            queue += [edge["from"] for edge in into.get(one, ())]
    for edge in entry["lineage"]["edges"]:
        if edge["to"] in upstream and edge["by"] == "actor":
            actions = [edge["action"]] if edge["action"] else edge["actions"]
            data_alone = edge["relations"] == ["data"]
            done = words("bundle.en")["learned"] if data_alone else " / ".join(label("made", one) for one in actions)
            yield {"to": nodes[edge["to"]], "from": nodes.get(edge["from"], edge["from"]), "action": done}


def notice(entry: Mapping[str, Any], release: str) -> str:
    """The NOTICE file: what the release comes from, and word for word what the licenses order."""
    known = words("bundle.en")
    lines = [say(known["notice_head"], {"name": _plain(_name(entry, release))}), ""]
    for work in _works(entry, release):
        url = f", {work['url']}" if web_address(work["url"]) else ""
        lines.append("- " + _plain(say(known["notice_work"], {**work, "license": work["license_name"], "url": url})))
    ordered = list(dict.fromkeys(one["text"] for one in entry["obligations"] if one["release"] == release and one["action"] == "notice_file" and one["text"]))
    if ordered:
        lines += ["", known["notice_exact"]]
    for text in ordered:
        lines += ["", str(text).strip("\n")]
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    """Data on one line of a plain file."""
    return " ".join(clean(text).split())


def conduct(entry: Mapping[str, Any], release: str) -> str:
    """What the scenario may state of the release once the bundle goes along; the rest as comments, for when it is done."""
    import yaml

    known = words("bundle.en")
    due = [one for one in entry["obligations"] if one["release"] == release]
    stated: Mapping[str, Any] = next((one for one in entry["scenario"].get("releases") or () if (one.get("id") or one.get("of")) == release), {})
    said = stated.get("conduct") or {}
    before = [dict(one) for one in said.get("ships") or ()]
    there = {one["what"] for one in before}
    ships = before + [{"what": what} for what in sorted({SHIPPED[one["action"]] for one in due if one["action"] in SHIPPED} - there)]
    later: dict[str, Any] = {}
    left = [one for one in due if one["status"] not in _DONE]
    lines = [{"text": line, "where": one["object"]} for one in left if one["action"] == "display" for line in _displayed(one["text"])]
    if lines:
        later["displays"] = [*(said.get("displays") or ()), *lines]
    if any(one["action"] == "flow_down_terms" for one in left):
        later["terms_flow_down"] = True
    head = _plain(say(known["conduct_head"], {"release": release}))
    text = f"# {head}\n" + yaml.safe_dump({"conduct": {"ships": ships}}, sort_keys=False, allow_unicode=True)
    if later:
        text += f"  # {known['conduct_later']}\n"
        text += "".join(f"  # {line}\n" for line in yaml.safe_dump(later, sort_keys=False, allow_unicode=True, width=10_000).splitlines())
    return text


def _displayed(text: str) -> list[str]:
    """The lines of a duty to display: of several that will do, the first."""
    first = text.split('" or "')[0].strip('"')
    return first.split('" and "')
