"""The gate's decision: what of all concerns fails, what is waived, what was known before. It is written into the Assessments."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from checker.core.concerns import concerns, file_of, identity, make, named, severity
from checker.core.license import UNREAD
from checker.core.study import Study
from checker.core.wording import counted, in_words, say
from checker.policy.asking import answered, once
from checker.policy.baseline import is_known
from checker.policy.decide import ACCEPTED, NONE, ORDER, REVIEW, Decision, Policy, decide
from checker.policy.waivers import cover

Row = dict[str, Any]


class Judged(NamedTuple):
    """One place, assessed: the Assessment, its study (None for a file that could not be used), and concerns of the place itself."""

    entry: dict[str, Any]
    study: Study | None
    others: tuple[Row, ...] = ()


def judge(places: Sequence[Judged], policy: Policy, waivers: Mapping[str, Any], known: Mapping[str, Any] | None, day: str, words: Mapping[str, Any]) -> bool:
    """Put `gate` into every entry: whether it passes, both answers, every concern with its state. True if nothing fails.

    `known` is what the baseline knows (fingerprint -> concern), None where there is none; `words` the vocabulary of policies.
    """
    failing = set(policy["fail_on"])
    rows: list[tuple[int, Row]] = []
    answers: list[list[Decision]] = []
    for number, (entry, study, others) in enumerate(places):
        answers.append(decide(policy, entry, study) if study else [])
        subjects = {node["id"]: node["name"] for node in (entry.get("lineage") or {}).get("nodes", ())}
        own = [{**one, "subject": subjects.get(one["artifact"])} for one in concerns(entry, failing)]
        answered(entry, own, policy, words)
        rows += [(number, one) for one in (*own, *_of_policy(entry, answers[-1], policy, own, words), *others)]
    once((places[number].entry, one) for number, one in rows)
    placed = [(identity(places[number].entry), one) for number, one in rows]
    covered = cover(waivers["waivers"], placed, failing, policy["unwaivable"], words["most_covered"], day)
    for index, (_, one) in enumerate(rows):
        _settle(one, failing, covered.by_concern.get(index), covered.expired.get(index), known, day, words)
    remarks = [{**_remark(kind, waiver, about, day, words), "state": "failed" if "waiver" in failing else "noted"} for kind, waiver, about in covered.remarks]
    remarks += [{**one, "state": "failed" if "waiver" in failing else "noted"} for one in _ended(waivers, day, words)]
    for number, (entry, study, _) in enumerate(places):
        own = [one for owner, one in rows if owner == number] + (remarks if number == 0 else [])
        _record(entry, own, answers[number], policy, known is not None, undecided=study is None or len(study.outcomes) < study.exploration.cases)
    return all(entry["gate"]["passed"] for entry, *_ in places)


def _settle(one: Row, failing: Collection[str], waiver: Mapping[str, Any] | None, expired: Mapping[str, Any] | None,
            known: Mapping[str, Any] | None, day: str, words: Mapping[str, Any]) -> None:
    one["known"] = known is not None and is_known(one, known)
    one["state"] = "failed" if set(failing) & set(one["words"]) else "noted"
    if one["state"] == "failed" and waiver is not None:
        one["state"], one["waiver"] = "waived", _shown(waiver)
    elif one["state"] == "failed" and expired is not None:
        one["waiver"] = _shown(expired)
        one["message"] = " ".join(part for part in (one["message"], _expired(expired, day, words)) if part)
    elif one["state"] == "failed" and one["known"]:
        one["state"] = "known"


def _expired(waiver: Mapping[str, Any], day: str, words: Mapping[str, Any]) -> str:
    return say(words["say"]["expired"]["message"], {**waiver, "age": _age(waiver["expires"], day, words)})


def _shown(waiver: Mapping[str, Any]) -> Row:
    return {key: waiver.get(key) for key in ("reason", "note", "owner", "approver", "ticket", "granted", "expires", "file", "line")}


def _record(entry: Row, own: list[Row], answers: Sequence[Decision], policy: Policy, has_baseline: bool, *, undecided: bool) -> None:
    own.sort(key=lambda one: (("failed", "waived", "known", "noted").index(one["state"]), severity(one["words"]), one["rule"], one["fingerprint"]))
    least = NONE if policy["default"] is None else REVIEW if undecided else ACCEPTED
    answer = min((least, *(one.answer for one in answers)), key=ORDER.index)
    entry["gate"] = {
        "passed": not any(one["state"] == "failed" for one in own),
        "law": entry.get("verdict"),
        "policy": {"answer": answer, "default": policy["default"],
                   "licenses": [{"license": one.license, "artifact": one.artifact, "release": one.release, "answer": one.answer,
                                 "entry": {"file": one.match["file"], "line": one.match["line"]} if one.match else None} for one in answers]},
        "fail_on": sorted(policy["fail_on"]), "baseline": has_baseline, "concerns": own,
    }


# ---- concerns of the policy ------------------------------------------------------------------------------------------


def _of_policy(entry: Mapping[str, Any], answers: Iterable[Decision], policy: Policy, law: Sequence[Row], words: Mapping[str, Any]) -> Iterator[Row]:
    """What the policy does not accept. Where only its default speaks, and the law already fails there, once is enough."""
    failing = set(policy["fail_on"])
    failed = {(one["license"], one["release"]) for one in law if failing & set(one["words"])}
    nodes = {node["id"]: node["location"] for node in (entry.get("lineage") or {}).get("nodes", ())}
    for one in answers:
        told = (one.license, one.release) in failed or (one.license == UNREAD and (None, None) in failed)
        if one.answer == ACCEPTED or (one.match is None and told):
            continue
        said = words["say"][one.answer]
        values = {"license": one.license_name, "release": one.release, "subject": one.subject, "reason": _reason(one, words),
                  "approver": policy["approver"] or words["say"]["approver"],
                  "policy": policy["files"][0]["path"] if policy["files"] else ""}
        shown = {"rule": f"policy-{one.answer}", "license": one.license, "release": one.release, "artifact": one.artifact, "title": said["title"],
                "message": say(said["message"], values), "remedy": say(said["remedy" if one.match else "by_default"], values),
                 "why": words["counts_as"][one.answer]}
        key = ("policy", one.answer, one.license, one.subject.partition("@")[0], named(entry, one.release), identity(entry))
        yield {**make(key, "policy", [one.answer], nodes.get(one.artifact) or {"file": file_of(entry), "line": 0}, shown), "subject": one.subject}


def _reason(one: Decision, words: Mapping[str, Any]) -> str:
    wording = words["say"]
    if one.match is None:
        return ": " + say(wording["no_entry"], {"answer": words["answers"][one.answer]})
    parts = [str(one.match["reason"] or ""), "" if one.certain else wording["not_certain"]]
    return f" ({one.match['file']}:{one.match['line']})" + "".join(f"; {part}" for part in parts if part)


def place_concern(kind: str, key: Iterable[str], location: Mapping[str, Any], words: Mapping[str, Any], **values: Any) -> Row:
    """A concern of a place itself: a file that was not read, a model that its scenario does not list."""
    said = words["say"][kind]
    told = {"rule": kind, "title": said["title"], "message": say(said["message"], values), "remedy": say(said["remedy"], values),
            "why": words["counts_as"].get(kind, "")}
    return {**make((kind, *key), "scan", [kind], location, told), "subject": str(values.get("subject") or "")}


def _age(since: str, day: str, words: Mapping[str, Any]) -> str:
    return counted(words["days"], (datetime.date.fromisoformat(day) - datetime.date.fromisoformat(since)).days)


def _ended(waivers: Mapping[str, Any], day: str, words: Mapping[str, Any]) -> Iterator[Row]:
    """Agreements whose end has passed: they changed what is allowed, and do so no longer."""
    said = words["say"]["ended"]
    for one in waivers["agreements"] or ():
        until = one.get("until")
        if until and until < day:
            values = {"with": one.get("with") or words["not_named"], "licenses": ", ".join(one["licenses"]), "until": until,
                      "age": _age(until, day, words), "reference": one.get("reference") or words["not_named"]}
            told = {"rule": "agreement-ended", "title": said["title"], "message": say(said["message"], values), "remedy": say(said["remedy"], values),
                    "why": words["counts_as"]["waiver"]}
            row = make(("agreement", values["with"], values["licenses"], until), "waiver", ["waiver"], {"file": waivers["files"][0]["path"], "line": 1}, told)
            yield {**row, "known": False, "subject": values["with"]}


def _remark(kind: str, waiver: Mapping[str, Any], about: Sequence[Mapping[str, Any]], day: str, words: Mapping[str, Any]) -> Row:
    said = words["say"][kind]
    subject = ", ".join(waiver["fingerprints"]) or in_words(waiver["scope"])
    counts_as = sorted({word for one in about for word in one["words"]})
    licenses = {one["license"] for one in about}
    values = {**waiver, "subject": subject, "day": day, "concerns": counted(words["concerns"], len(about)),
              "licenses": counted(words["licenses"], len(licenses)), "words": ", ".join(counts_as),
              "fingerprints": ", ".join(dict.fromkeys(one["fingerprint"] for one in about))}
    message = _expired(waiver, day, words) if kind == "expired" else say(said["message"], values)
    told = {"rule": f"waiver-{kind}", "title": said["title"], "message": message, "remedy": say(said["remedy"], values), "why": words["counts_as"]["waiver"]}
    row = make(("waiver", kind, subject), "waiver", ["waiver"], {"file": waiver["file"], "line": waiver["line"]}, told)
    return {**row, "known": False, "subject": subject}

