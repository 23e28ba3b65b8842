"""An inventory as a CycloneDX 1.6 bill of materials. Needs the extra `bom`."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

import checker
from checker.app.wording import problem
from checker.errors import BadInput
from checker.load.strict_yaml import printable
from checker.scan.inventory import Hit, Inventory

if TYPE_CHECKING:
    from cyclonedx.model.component import Component


def render(inventory: Inventory, *_: Any, name: str = "", as_of: str = "", **__: Any) -> str:
    """One component per model, data set and service, each with the places where it stands. Its serial number comes from its content."""
    try:
        from cyclonedx.model.bom import Bom, BomMetaData
        from cyclonedx.model.component import Component, ComponentType
        from cyclonedx.model.tool import ToolRepository
        from cyclonedx.output.json import JsonV1Dot6
    except ImportError:
        raise BadInput([problem("no_library_for_boms", "cyclonedx")]) from None
    subject = Component(name=printable(name) or "repository", type=ComponentType.APPLICATION, bom_ref="subject")
    licet = Component(name="licet", version=checker.__version__, type=ComponentType.APPLICATION, bom_ref="licet")
    bill = Bom(serial_number=uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(inventory.data(), sort_keys=True)), version=1,
               metadata=BomMetaData(component=subject, timestamp=_instant(as_of), tools=ToolRepository(components=[licet])))
    grouped: dict[tuple[str, str], list[Hit]] = {}
    for hit in inventory.hits:
        grouped.setdefault((hit.registry, hit.id), []).append(hit)
    made = [_component(hits, inventory) for _, hits in sorted(grouped.items())]
    for component in made:
        bill.components.add(component)
        bill.register_dependency(component)
    bill.register_dependency(subject, made)
    _services(bill, inventory)
    text = JsonV1Dot6(bill).output_as_string(indent=2)
    return json.dumps(json.loads(text), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _instant(day: str) -> Any:
    import datetime

    return datetime.datetime.fromisoformat(day or "1970-01-01").replace(tzinfo=datetime.UTC)


def _component(hits: list[Hit], inventory: Inventory) -> Component:
    """A model or data set with its purl where it has one, the labels that stand for it, and its occurrences."""
    from cyclonedx.model import Property
    from cyclonedx.model.component import Component, ComponentType
    from cyclonedx.model.component_evidence import ComponentEvidence, Occurrence
    from cyclonedx.model.license import DisjunctiveLicense, LicenseAcknowledgement
    from packageurl import PackageURL

    first = hits[0]
    group, _, name = first.id.rpartition("/") if first.registry != "file" else ("", "", first.id)
    revision = next((hit.revision for hit in hits if hit.revision), None)
    labels = dict.fromkeys(printable(one.label) for one in inventory.licenses if one.of == first.id)
    places = [Occurrence(bom_ref=f"{first.registry}:{first.id}#{number}", location=printable(hit.file), line=hit.line) for number, hit in enumerate(hits)]
    properties = [("role", role) for role in sorted({hit.role for hit in hits})] + [("registry", first.registry)]
    return Component(
        name=printable(name), group=printable(group) or None, version=revision, bom_ref=f"{first.registry}:{first.id}",
        type=ComponentType.DATA if first.role == "dataset" else ComponentType.MACHINE_LEARNING_MODEL,
        purl=PackageURL("huggingface", group, name, revision) if first.registry == "huggingface" and group else None,
        licenses=[DisjunctiveLicense(name=label, acknowledgement=LicenseAcknowledgement.DECLARED) for label in labels],
        properties=[Property(name=f"licet:{key}", value=value) for key, value in properties], evidence=ComponentEvidence(occurrences=places))


def _services(bill: Any, inventory: Inventory) -> None:
    from cyclonedx.model.contact import OrganizationalEntity
    from cyclonedx.model.service import Service

    for provider, name in sorted({(one.provider, one.id) for one in inventory.hosted}):
        bill.services.add(Service(name=printable(name), bom_ref=f"service:{provider}:{name}", provider=OrganizationalEntity(name=printable(provider))))
