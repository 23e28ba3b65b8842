"""CycloneDX 1.6: an ML-BOM with declared and concluded licenses, pedigree and evidence. Needs the extra `bom`."""

from __future__ import annotations

import datetime
import json
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from checker.core.concerns import ALWAYS_TOLD, counts, file_of
from checker.core.fingerprint import identify
from checker.export._parts import Part, hub_id, is_data, is_model, parts, spdx_id
from checker.export._rows import clean, passed, words

if TYPE_CHECKING:
    from cyclonedx.model.bom import Bom
    from cyclonedx.model.component import Component

#: the prefix of our properties
_OURS = "licet:"


def render(entries: Sequence[Mapping[str, Any]], fail_on: Collection[str] | None = None) -> str:
    """One bill for all entries. Its date is the day asked about, its serial number comes from its content."""
    from cyclonedx.output.json import JsonV1Dot6

    text = JsonV1Dot6(_bill(entries, fail_on)).output_as_string(indent=2)
    return json.dumps(json.loads(text), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _bill(entries: Sequence[Mapping[str, Any]], fail_on: Collection[str] | None) -> Bom:
    from cyclonedx.model.bom import Bom, BomMetaData
    from cyclonedx.model.component import Component, ComponentType
    from cyclonedx.model.tool import ToolRepository

    readable = [entry for entry in entries if "errors" not in entry]
    tools = [Component(name=name, version=version, type=ComponentType.APPLICATION, bom_ref=f"tool-{name}-{version}")
             for name, version in sorted({(entry["tool"]["name"], entry["tool"]["version"]) for entry in readable})]
    subject = Component(name=clean(file_of(entries[0])) if len(entries) == 1 else words()["tool"], type=ComponentType.APPLICATION,
                        bom_ref="subject", properties=_properties(_told(entries, fail_on)))
    days = [entry["as_of"] for entry in readable]
    bill = Bom(
        serial_number=uuid.uuid5(uuid.NAMESPACE_URL, identify(json.dumps(entry, sort_keys=True) for entry in entries)), version=1,
        metadata=BomMetaData(component=subject, timestamp=_instant(max(days, default="1970-01-01")),
                             tools=ToolRepository(components=tools)))
    top: list[Component] = []
    for number, entry in enumerate(readable):
        listed = {part.id: part for part in parts(entry, number)}
        made = {name: _component(part, listed) for name, part in listed.items()}
        for name, component in made.items():
            bill.components.add(component)
            bill.register_dependency(component, [made[origin] for origin, _ in listed[name].ways if origin in made])
        top += made.values()
    bill.register_dependency(subject, top)
    return bill


def _instant(day: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(day).replace(tzinfo=datetime.UTC)


def _told(entries: Sequence[Mapping[str, Any]], fail_on: Collection[str] | None) -> Iterator[tuple[str, str]]:
    yield "note", words()["bom"]["note"]
    if fail_on is not None or any("gate" in entry for entry in entries):
        yield "gate", "passed" if passed(entries, fail_on) else "failed"
    for entry in entries:
        file = file_of(entry)
        if "errors" in entry:
            yield from (("unreadable", error) for error in entry["errors"])
            continue
        yield "verdict", f"{file}: {entry['verdict']}"
        yield "conduct", f"{file}: {entry['conduct']}"
        if "gate" in entry:
            yield "policy", f"{file}: {entry['gate']['policy']['answer']}"
        for one in filter(counts, (entry.get("gate") or {}).get("concerns", ())):
            said = f": {one['message']}" if one["kind"] in ALWAYS_TOLD else ""
            yield one["state"], f"{file}: {one['rule']} {one['license'] or ''} {one['fingerprint']}{said}"


def _properties(pairs: Any) -> list[Any]:
    from cyclonedx.model import Property

    return [Property(name=_OURS + name, value=clean(value)) for name, value in dict.fromkeys(pairs)]


def _component(part: Part, listed: Mapping[str, Part], nested: str = "") -> Component:
    """The component of a part; its direct origins are its ancestors, each a component of its own (`nested` keeps references apart)."""
    from cyclonedx.model.component import Component, ComponentType, Pedigree
    from cyclonedx.model.component_evidence import ComponentEvidence, Occurrence
    from packageurl import PackageURL

    kinds = {True: ComponentType.MACHINE_LEARNING_MODEL, False: ComponentType.DATA if is_data(part) else ComponentType.APPLICATION}
    hub = hub_id(part)
    origins = [] if nested else [listed[origin] for origin, _ in part.ways if origin in listed]
    steps = [("made_by", f"{action} of {origin}") for origin, action in part.ways]
    return Component(
        name=hub[1] if hub else part.name, group=hub[0] if hub else None, type=kinds[is_model(part)], bom_ref=part.ref + nested,
        purl=PackageURL("huggingface", *hub) if hub else None,
        licenses=_licenses(part), properties=_properties([("id", part.id), *steps]),
        pedigree=Pedigree(ancestors=[_component(origin, listed, f"-of-{part.ref}") for origin in origins]) if origins else None,
        evidence=None if nested else ComponentEvidence(occurrences=[Occurrence(bom_ref=f"{part.ref}-found", location=clean(part.file), line=part.line)]))


def _licenses(part: Part) -> list[Any]:
    from cyclonedx.model import XsUri
    from cyclonedx.model.license import DisjunctiveLicense, LicenseAcknowledgement
    from cyclonedx.spdx import is_supported_id

    def named(name: str, shown: str, url: str | None, how: LicenseAcknowledgement) -> DisjunctiveLicense:
        known = spdx_id(name)
        which = {"id": known} if known and is_supported_id(known) else {"name": clean(shown)}
        return DisjunctiveLicense(**which, url=XsUri(url) if url else None, acknowledgement=how)  # type: ignore[arg-type]

    found = [named(one["id"], f"{one['name']} ({one['id']})", one["url"], LicenseAcknowledgement.CONCLUDED) for one in part.concluded]
    return found + ([named(part.declared, part.declared, None, LicenseAcknowledgement.DECLARED)] if part.declared else [])
