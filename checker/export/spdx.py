"""SPDX 3.0.1 in JSON-LD, with the classes of its AI and dataset profiles. Needs the extra `bom`.

Conformance to the AI profile itself is not claimed: it wants the release time of every model, which a scenario need not know.
"""

from __future__ import annotations

import datetime
import io
import json
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from checker.core.concerns import ALWAYS_TOLD, file_of
from checker.core.fingerprint import identify
from checker.export._parts import Part, hub_id, is_data, is_model, parts, spdx_id
from checker.export._rows import clean, passed, two_answers

_TRAINED = "trainedOn"
#: no such host exists; ids are names here, not addresses
_NAMESPACE = "https://licet.invalid/"


def render(entries: Sequence[Mapping[str, Any]], fail_on: Collection[str] | None = None) -> str:
    """One document for all entries. Its date is the day asked about."""
    from spdx_python_model import v3_0_1 as model

    document = _Document(model, entries)
    for number, entry in enumerate(entries):
        document.add(entry, number)
    document.close(fail_on)
    out = io.BytesIO()
    model.JSONLDSerializer().write(document.objects, out)
    value = json.loads(out.getvalue())
    value["@graph"].sort(key=lambda one: (one.get("spdxId") or one.get("@id", ""), one["type"]))
    return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _reference(name: str) -> str:
    """The LicenseRef of a name; one that cannot stand in an identifier is told apart by its digest."""
    plain = re.sub(r"[^A-Za-z0-9.-]+", "-", name).strip("-")[:60]
    return "LicenseRef-" + (plain if plain == name else f"{plain}-{identify((name,))}".strip("-"))


class _Document:
    """Gathers the elements of one document; every id comes from the content."""

    def __init__(self, model: Any, entries: Sequence[Mapping[str, Any]]) -> None:
        self.model = model
        self.objects = model.SHACLObjectSet()
        self.base = _NAMESPACE + identify(json.dumps(entry, sort_keys=True) for entry in entries) + "/"
        self.entries = entries
        self.nothing = model.expandedlicensing_IndividualLicensingInfo.NAMED_INDIVIDUALS["NoAssertionLicense"]
        self.licenses: dict[str, Any] = {}
        self.listed: list[Any] = []
        self.elements: list[Any] = []
        readable = [entry for entry in entries if "errors" not in entry]
        day = max((entry["as_of"] for entry in readable), default="1970-01-01")
        self.info = model.CreationInfo(_id="_:creation", specVersion="3.0.1", created=datetime.datetime.fromisoformat(day).replace(tzinfo=datetime.UTC))
        self.objects.add(self.info)
        version = readable[0]["tool"]["version"] if readable else ""
        self.agent = self._new(model.SoftwareAgent, "agent", name="licet", description=f"licet {version}".strip())
        self.info.createdBy = [self.agent]

    def _new(self, kind: Any, key: str, **fields: Any) -> Any:
        element = kind(_id=self.base + re.sub(r"[^A-Za-z0-9._/-]", "-", key), creationInfo=self.info,
                       **{field: value for field, value in fields.items() if value is not None})
        self.objects.add(element)
        self.elements.append(element)
        return element

    def add(self, entry: Mapping[str, Any], number: int) -> None:
        """The artifacts of one entry, their licenses and origins."""
        if "errors" in entry:
            return
        listed = {part.id: part for part in parts(entry, number)}
        packages = {name: self._package(part) for name, part in listed.items()}
        self.listed += packages.values()
        for name, part in listed.items():
            self._relate(packages[name], "hasDeclaredLicense", [self._declared(part)], part.ref)
            self._relate(packages[name], "hasConcludedLicense", [self._concluded(part)], part.ref)
            self._origins(part, packages, listed)

    def _package(self, part: Part) -> Any:
        model, hub = self.model, hub_id(part)
        kind, purpose = (model.ai_AIPackage, "model") if is_model(part) else (
            (model.dataset_DatasetPackage, "data") if is_data(part) else (model.software_Package, "application"))
        found = self._new(kind, part.ref, name=part.name, comment=f"{clean(part.file)}:{part.line}",
                          software_packageUrl=f"pkg:huggingface/{hub[0]}/{hub[1]}" if hub else None,
                          software_downloadLocation=f"https://huggingface.co/{hub[0]}/{hub[1]}" if hub else None)
        found.software_primaryPurpose = getattr(model.software_SoftwarePurpose, purpose)
        if is_data(part):
            found.dataset_datasetType = [model.dataset_DatasetType.noAssertion]
        return found

    def _relate(self, origin: Any, kind: str, to: list[Any], name: str) -> None:
        self._new(self.model.Relationship, f"{name}/{kind}", from_=origin, to=to, relationshipType=getattr(self.model.RelationshipType, kind))

    def _origins(self, part: Part, packages: Mapping[str, Any], listed: Mapping[str, Part]) -> None:
        groups: dict[str, list[Any]] = {}
        for origin, _ in part.ways:
            if origin in packages:
                groups.setdefault(_TRAINED if is_data(listed[origin]) and is_model(part) else "descendantOf", []).append(packages[origin])
        for kind, origins in groups.items():
            self._relate(packages[part.id], kind, origins, part.ref)

    def _declared(self, part: Part) -> Any:
        return self._license([(part.declared, part.declared)]) if part.declared else self.nothing

    def _concluded(self, part: Part) -> Any:
        found = [(one["id"], f"{one['name']} ({one['id']})") for one in part.concluded]
        return self._license(found) if found else self.nothing

    def _license(self, names: Sequence[tuple[str, str]]) -> Any:
        """The expression of all these licenses; a name that is not on the SPDX list becomes a LicenseRef with its name as text."""
        words = [spdx_id(name) or _reference(name) for name, _ in names]
        expression = " AND ".join(dict.fromkeys(words))
        if expression not in self.licenses:
            custom = [self.model.DictionaryEntry(key=word, value=self._custom(word, shown)) for word, (_, shown) in zip(words, names)
                      if word.startswith("LicenseRef-")]
            found = self._new(self.model.simplelicensing_LicenseExpression, f"license/{identify((expression,))}",
                              simplelicensing_licenseExpression=expression)
            found.simplelicensing_customIdToUri = custom
            self.licenses[expression] = found
        return self.licenses[expression]

    def _custom(self, word: str, shown: str) -> str:
        if word not in self.licenses:
            self.licenses[word] = self._new(self.model.simplelicensing_SimpleLicensingText, f"text/{word}", name=word, simplelicensing_licenseText=clean(shown))
        return str(self.licenses[word]._id)

    def close(self, fail_on: Collection[str] | None) -> None:
        """The document itself: what it lists, and what was found."""
        told = [f"{file_of(entry)}: {', '.join(two_answers(entry).values()) or 'unreadable'}" for entry in self.entries]
        if fail_on is not None or any("gate" in entry for entry in self.entries):
            told.append("gate passed" if passed(self.entries, fail_on) else "gate failed")
        told += [f"{one['rule']}: {one['message']}" for entry in self.entries for one in (entry.get("gate") or {}).get("concerns", ())
                 if one["kind"] in ALWAYS_TOLD]
        document = self._new(self.model.SpdxDocument, "document", name="licet", comment=clean("; ".join(told)), rootElement=self.listed or [self.agent])
        document.element = [one for one in self.elements if one is not document]
        document.profileConformance = [getattr(self.model.ProfileIdentifierType, name) for name in ("core", "software", "simpleLicensing")]
