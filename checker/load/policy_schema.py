"""JSON Schemas of what an organization writes: its policy, its waivers. Facts have the form that they have in a scenario."""

from __future__ import annotations

from checker.core.concerns import WORDS
from checker.core.verdict import CONDUCT, DEPENDS, NOT_ENOUGH_FACTS, VERDICTS
from checker.core.vocabulary import Vocabulary
from checker.load.problems import fragment
from checker.load.schema import DAY, DRAFT, NAME, TEXT, Schema, many, record, scenario, words

#: a name, or several of which one fits
_NAMES: Schema = {"anyOf": [NAME, many(NAME, 1)]}
FINGERPRINT: Schema = {"type": "string", "pattern": "^[0-9a-f]{12}$",
                       "description": fragment("a_fingerprint_is")}
#: a path from the folder of the policy, with forward slashes
PATH: Schema = {"type": "string", "pattern": r"^(?!/|[A-Za-z]:|.*\\|(.*/)?\.\.(/|$)).{1,300}$",
                "description": fragment("write_a_path")}


_DIGEST: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$", "description": fragment("write_a_digest")}


def _fail_words(vocabulary: Vocabulary) -> list[str]:
    return list(dict.fromkeys([*WORDS, *VERDICTS, *vocabulary.data["policy"]["counts_as"]]))


def policy(vocabulary: Vocabulary) -> Schema:
    """The schema of an organization's policy: standing facts, and what it accepts of what licenses allow."""
    facts = scenario(vocabulary)["properties"]
    stated = {key: shape for key, shape in facts["releases"]["items"]["properties"].items() if key not in ("id", "of")}
    match = record({
        "license": {**_NAMES, "description": fragment("ids_of_licenses")},
        "kind": words(["model", "software", "data", "content", "output_terms"]),
        "family": NAME, "licensor": NAME, "model": {**_NAMES, "description": fragment("model_ids")},
        "term": words([name for name, spec in vocabulary.terms.items() if "parts" not in spec]), "is": {"anyOf": [NAME, many(NAME, 1)]},
        "when": TEXT, "verdict": words([*VERDICTS, NOT_ENOUGH_FACTS, DEPENDS]), "conduct": words(CONDUCT), "flag": NAME,
        "form": words(vocabulary.forms), "path": PATH, "reason": TEXT}, minProperties=1)
    own_model = record({"model": {**NAME, "description": fragment("a_model_id")}, "license": NAME}, ("model", "license"))
    place = record({"path": PATH, "scenario": PATH, "skip": TEXT, **stated}, ("path",))
    waivers_ = record({"longest_days": {"type": "integer", "minimum": 1}, "unwaivable": many(words(_fail_words(vocabulary)))})
    return {"$schema": DRAFT, "title": "licet policy", **record({
        "extends": record({"file": TEXT, "sha256": _DIGEST}, ("file", "sha256")),
        "approver": NAME, "actor": facts["actor"], "release": record(stated), "profile": NAME, "positions": facts["positions"],
        "default": words(["deny", "review", "allow"]), "allow": many(match), "review": many(match), "deny": many(match),
        "models": many(own_model), "places": many(place), "waivers": waivers_, "fail_on": many(words(_fail_words(vocabulary)))})}


def waivers(vocabulary: Vocabulary) -> Schema:
    """The schema of a file of waivers and separate agreements."""
    scope = record({"rule": NAME, "license": NAME, "model": NAME, "release": NAME, "path": PATH}, minProperties=1)
    waiver = record({"fingerprint": FINGERPRINT, "fingerprints": many(FINGERPRINT, 1), "scope": scope, "reason": words(vocabulary.data["policy"]["reasons"]),
                     "note": TEXT, "owner": NAME, "approver": NAME, "ticket": NAME, "granted": DAY, "expires": DAY},
                    ("reason", "owner", "approver", "ticket", "granted", "expires"))
    agreements = {**scenario(vocabulary)["properties"]["agreements"], "type": "array"}
    return {"$schema": DRAFT, "title": "licet waivers", **record({"waivers": many(waiver), "agreements": agreements})}
