"""Plain text for a terminal: the verdict, why, what to do, what is open, what people may hold against you; details on request."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from checker.core.concerns import counts
from checker.core.verdict import GOOD, NOT_ENOUGH_FACTS
from checker.core.wording import say
from checker.report.words import label, open_words, range_words, state_words, words

#: effects that decide a verdict, strongest first
_DECIDING = ("forbids", "needs_permission", "reserves", "notes")
#: without --explain: reasons shown per license; duties that only may be due, above which they are counted instead
MOST_REASONS, MOST_POSSIBLE = 2, 4
#: a longer word is cut at the end of a line; an address stays whole
LONGEST_WORD = 250
#: ANSI colors by how good a verdict is
_COLORS = {"permitted": "32", "no_license_engaged": "32", "permitted_with_obligations": "32", "needs_permission": "33", "prohibited": "31"}


def render(assessments: Sequence[Any], *, width: int = 80, color: bool = False, explain: bool = False) -> str:
    """One text for one or several Assessments. `explain` adds every finding with its trace."""
    page = _Page(width, color)
    for number, entry in enumerate(assessments):
        if number:
            page.lines += ["", "-" * width, ""]
        if "errors" in entry:
            page.lines += [_plain(error) for error in entry["errors"]]
        else:
            page.assessment(entry, explain)
    return "\n".join(page.lines).rstrip() + "\n"


def document(repairs: Sequence[Any], search: Any, *, width: int = 100) -> str:
    """A text that lists ways out and nothing else."""
    page = _Page(width, False)
    for line in repair_lines(repairs, search) if search else [words()["sentences"]["nothing_to_repair"]]:
        page.line(line, "")
    return "\n".join(page.lines) + "\n"


def repair_lines(repairs: Sequence[Any], search: Any) -> Iterator[str]:
    """The ways out, things to do and things to find out apart, and how far was looked."""
    known = words()
    for kind in known["repair_kinds"]:
        own = [(number, one) for number, one in enumerate(repairs, 1) if one["kind"] == kind]
        if own:
            yield known["repair_headings"][kind]
        for number, one in own:
            first, *more = (change["text"] for change in one["changes"])
            then = known["verdicts"][one["verdict"]]["label"].casefold()
            yield f"  {number}. {first}" + ("" if more else f" [{then}]")
            for place, text in enumerate(more, 1):
                yield f"     {known['sentences']['repair_and']} {text}" + (f" [{then}]" if place == len(more) else "")
    if not repairs:
        yield known["sentences"]["no_repairs"].replace("{count}", str(search["largest"]))
    if not search["complete"]:
        yield known["sentences"]["repairs_stopped"].replace("{count}", str(search["looked_at"]))


def _plain(value: Any) -> str:
    """Data on one line, without characters that steer a terminal."""
    return "".join(character if character.isprintable() else " " for character in str(value))


def _sentence(text: str) -> str:
    """The text with the mark at its end that a sentence has."""
    return text if text.endswith("?") else text + "."


class _Page:
    def __init__(self, width: int, color: bool) -> None:
        self.width = max(40, width)
        self.color = color
        self.lines: list[str] = []
        self.words = words()

    def assessment(self, entry: dict[str, Any], explain: bool) -> None:
        self._answer(entry)
        if entry.get("gate"):
            self._section("gate", self._gate(entry["gate"]))
        if entry.get("then_and_now"):
            self._then_and_now(entry["then_and_now"])
        if entry["licenses"]:
            self._section("why", self._why(entry, not explain))
        self._section("todo", self._duties(entry, not explain))
        self._section("open", self._open(entry, explain))
        if entry.get("repair_search"):
            self._section("repairs", self._repairs(entry))
        elif entry["verdict"] not in GOOD or entry["conduct"] == "not_met":
            self._section("repairs", [self.words["sentences"]["repairs_elsewhere"].replace("{file}", entry["inputs"]["files"][0]["path"])])
        if entry["regulation"]:
            self._section("regulation", self._regulation(entry, explain))
        self._section("ethics", self._ethics(entry, explain))
        if explain:
            self._section("lineage", self._lineage(entry))
            self._section("acts", self._acts(entry))
            self._section("details", self._details(entry))
            self._section("assumptions", entry["assumptions"])
            self._section("not_covered", entry["not_covered"])
            self._section("envelope", self._envelope(entry))

    def _answer(self, entry: dict[str, Any]) -> None:
        verdict = self.words["verdicts"][entry["verdict"]]
        label = f"{verdict['mark']} {verdict['label']}"
        if self.color:
            label = f"\033[1;{_COLORS.get(entry['verdict'], '33')}m{label}\033[0m"
        self._paragraph(_plain(entry["scenario"].get("title", ""))[:200], "")
        self.lines.append(label)
        self._paragraph(verdict["sentence"], "  ")
        best, worst = entry["verdict_range"]
        if best != worst:
            self._paragraph(range_words(best, worst), "  ")
        self._paragraph(self.words["conduct"][entry["conduct"]], "  ")

    def _then_and_now(self, both: dict[str, Any]) -> None:
        """Two columns, and below them what changed."""
        known = self.words["then_and_now"]
        self.lines += ["", known["title"]]
        rows = [("", both["days"]), (known["verdict"], [self.words["verdicts"][one]["label"] for one in both["verdicts"]]),
                (known["conduct"], [self.words["conduct_short"][one] for one in both["conduct"]])]
        self.lines += [f"  {name:<10}{then:<28}{now}".rstrip() for name, (then, now) in rows]
        self.line(known["changed" if both["changed"] else "unchanged"], "  ")
        for row in both["changed"]:
            name = self.words["duties"].get(row["text"], row["text"])
            about = f" ({row['license']})" if row["license"] and row["kind"] == "duty" else ""
            states = " -> ".join(state_words(row["kind"], state) for state in (row["then"], row["now"]))
            self.line(" ".join([f"{name}{about}: {states}.", *row["because"]]), "    ")

    def _why(self, entry: dict[str, Any], brief: bool) -> Iterator[str]:
        deciding = [one for one in entry["findings"] if one["effect"] in _DECIDING]
        for license in entry["licenses"]:
            label = self.words["verdicts"][license["verdict"]]["label"].casefold()
            said: dict[str, dict[str, Any]] = {}
            for finding in sorted((one for one in deciding if one["license"] == license["id"]), key=lambda one: one["holds"] != "yes"):
                said.setdefault(finding["message"], finding)
            own = sorted(said.values(), key=lambda one: _DECIDING.index(one["effect"]))
            sections = ", ".join(dict.fromkeys(part.strip() for one in license["terms_used"] for part in str(one["section"]).split(",")))
            yield f"{license['name']} ({license['id']}): {label}" + (f" (§ {sections})" if sections and not own else "")
            shown = own[:MOST_REASONS] if brief else own
            for finding in shown:
                quote = f" \u201c{finding['quote']}\u201d" if finding["quote"] else ""
                yield f"  {finding['message']}{quote}"
            if len(own) > len(shown):
                yield "  " + self._more(len(own) - len(shown), "more_reasons")
            for used in () if brief else license["terms_used"]:
                yield from (f"    {used['term']} (§ {used['section']}): {paragraph}" for paragraph in used.get("clause", ()))

    def _gate(self, gate: dict[str, Any]) -> Iterator[str]:
        sentences = self.words["sentences"]
        answer = self.words["policy_answers"][gate["policy"]["answer"]]
        yield sentences["gate_passed" if gate["passed"] else "gate_failed"] + " " + say(sentences["gate_policy"], {"answer": answer})
        for one in filter(counts, gate["concerns"]):
            waiver = say(sentences["gate_waiver"], {**one["waiver"], "note": one["waiver"]["note"] or ""}) if one["state"] == "waived" else ""
            yield (f"{self.words['gate_states'][one['state']]}: {one['message'] or one['title']} {waiver} "
                   f"({one['location']['file']}:{one['location']['line']}, {one['fingerprint']})")

    def _duties(self, entry: dict[str, Any], brief: bool) -> Iterator[str]:
        due = [duty for duty in entry["obligations"] if duty["when"] == "due"]
        possible = [duty for duty in entry["obligations"] if duty["when"] != "due"]
        shown = due + ([] if brief and len(possible) > MOST_POSSIBLE else possible)
        for number, duty in enumerate(shown):
            mark = "x" if duty["status"] in ("met", "cured") else " "
            text = f": {duty['text']}" if duty["text"] else ""
            where = (f", §{duty['section']}" if duty["section"] else "") + (f", {duty['release']}" if len(entry["releases"]) > 1 else "")
            state = self.words["status"][duty["status"]] if duty["when"] == "due" else self.words["when"]["depends"]
            yield f"[{mark}] {self.words['duties'][duty['action']]}{text} ({duty['license']}{where}; {state}). {duty['remedy']}"
            following = shown[number + 1]["open"] if number + 1 < len(shown) else None
            if duty["open"] and following != duty["open"]:
                yield f"     {self.words['sentences']['these_hang_on']}: {_sentence('; '.join(self._open_key(entry, key) for key in duty['open']))}"
        if len(shown) < len(entry["obligations"]):
            yield self._more(len(entry["obligations"]) - len(shown), "more_duties")
        if not entry["obligations"]:
            yield self.words["sentences"]["nothing_due"]

    def _open_key(self, entry: dict[str, Any], key: str) -> str:
        """An open fact in words; an unsettled question as it stands below."""
        from checker.report._view import fact_words, names_of

        questions = {f"positions.{one['id']}": str(one["question"]) for one in entry["unsettled"]}
        return questions.get(key) or fact_words(key, names_of(entry))

    def _more(self, count: int, sentence: str) -> str:
        text: str = self.words["sentences"][sentence]
        return text.replace("{count}", str(count))

    def _positions(self, entries: list[dict[str, Any]], note: str, explain: bool) -> Iterator[str]:
        for one in entries:
            yield f"{one['question']} ({self.words['sentences'][note]}: {one['position_used']})"
            if explain and one["matters"]:
                yield f"     {one['matters']}"
            for answer in one["positions"]:
                changed = "".join(f"; {name}: {self.words['verdicts'][verdict]['label'].casefold()}" for name, verdict in answer["by_license"].items()
                                  if verdict != answer["verdict"])
                yield f"     {answer['title']}: {self.words['verdicts'][answer['verdict']]['label'].casefold()}{changed}"
                for told in (answer["effect"], *(self._holder(holder) for holder in answer["holders"])) if explain else ():
                    yield f"       {told}"

    def _holder(self, holder: dict[str, Any]) -> str:
        """Who holds a position, where it stands, and whether it was read."""
        read = [label("read", holder["read"])] if holder.get("read") else []
        unverified = [self.words["sentences"]["unverified"]] if holder.get("unverified") else []
        return ", ".join([holder["who"], *(str(holder[fact]) for fact in ("source", "where", "since") if holder.get(fact)), *read, *unverified])

    def _open(self, entry: dict[str, Any], explain: bool) -> Iterator[str]:
        for number, question in enumerate(entry["questions"], 1):
            yield f"{number}. {question['ask']}"
            yield from self._answers(question["verdicts"], entry["verdict"])
        yield from self._positions(entry["unsettled"], "used", explain)
        if not entry["questions"] and not entry["unsettled"]:
            yield open_words(entry)

    def _answers(self, verdicts: dict[str, str], overall: str) -> Iterator[str]:
        """The verdict under each answer; said once where it is the same under all: it is then the `overall` one, unless not all cases were looked at."""
        for answer, verdict in verdicts.items() if len(set(verdicts.values())) > 1 else ():
            yield f"     {answer}: {self.words['verdicts'][verdict]['label'].casefold()}"
        if set(verdicts.values()) == {NOT_ENOUGH_FACTS}:
            yield "     " + self.words["sentences"]["not_alone"]
        elif len(set(verdicts.values())) == 1:
            (verdict,) = set(verdicts.values())
            lead = self.words["sentences"]["whatever" if verdict == overall else "whatever_seen"]
            yield f"     {lead}: {self.words['verdicts'][verdict]['label'].casefold()}"

    def _repairs(self, entry: dict[str, Any]) -> Iterator[str]:
        yield from repair_lines(entry["repairs"], entry["repair_search"])

    def _ethics(self, entry: dict[str, Any], explain: bool) -> Iterator[str]:
        sentences = self.words["sentences"]
        for flag in entry["ethics"]:
            sources = "; ".join(", ".join([norm["source"], *norm["holders"]]) for norm in flag["norms"])
            yield f"{flag['title']} [{flag['flag']}; {self.words['strength'][flag['strength']]}]. {flag['message']} ({sources})"
            if flag["opposing"]:
                yield "     " + sentences["opposed_by"] + ": " + "; ".join(norm["provision"] for norm in flag["opposing"])
            if explain:
                yield from self._grounds(flag["norms"] + flag["opposing"], **{sentences["answers"]: flag["answers"], sentences["why"]: flag["why"]})
        if not entry["ethics"]:
            yield sentences["no_ethics"]

    def _regulation(self, entry: dict[str, Any], explain: bool) -> Iterator[str]:
        sentences = self.words["sentences"]
        for rule in entry["regulation"]:
            yield f"{rule['title']} [{self.words['regulation_status'][rule['status']]}]. {rule['message']}"
            if explain:
                yield from self._grounds(rule["norms"], **{sentences["remedy"]: rule["remedy"], sentences["why"]: rule["why"]})

    def _grounds(self, norms: list[dict[str, Any]], **told: str) -> Iterator[str]:
        """What can be done about it and why it is held, and each norm with what it says, who holds it and where it stands."""
        yield from (f"     {name}: {value}" for name, value in told.items() if value)
        for norm in norms:
            yield f"     {norm['source']}: {norm['provision']} " + "; ".join(str(one) for one in (*norm["holders"], norm["url"]) if one)

    def _details(self, entry: dict[str, Any]) -> Iterator[str]:
        from checker.report._templates import as_json
        from checker.report._view import fact_words, names_of

        names = names_of(entry)
        yield from self._positions(entry.get("background", []), "assumed_throughout", True)
        sentences = self.words["sentences"]
        for finding in entry["findings"]:
            effect, about = self.words["effects"][finding["effect"]], finding["license"] or finding["release"]
            yield f"{finding['id']} {finding['rule']} ({effect}, {about}): {finding['title']}. {finding['message']}"
            if finding["quote"]:
                yield f"     {finding['section']} \u201c{finding['quote']}\u201d"
            if finding["holds"] != "yes":
                open_facts = "; ".join(fact_words(key, names) for key in finding["rests_on"]["open"])
                yield f"     {sentences['hangs_on']}: {open_facts or sentences['hangs_on_open']}."
            for name in ("remedy", "why", "doubt"):
                if finding[name]:
                    yield f"     {sentences[name]}: {finding[name]}"
            for name, value in {**finding["trace"]["values"], **finding["trace"]["looked_up"]}.items():
                yield f"     {name} = {as_json(value)}"

    def _lineage(self, entry: dict[str, Any]) -> Iterator[str]:
        """From the releases back to the inputs, each further in than what was made of it."""
        from checker.report._picture import license_label
        from checker.report._view import lineage_rows

        for row in lineage_rows(entry["lineage"]):
            node, edge = row["node"], row["edge"]
            made = [self.words["made"].get(one) or label("forms", one) for one in (edge["actions"] if edge else ())]
            licenses = "; ".join(license_label(node, one) for one in node["licenses"])
            relations = ", ".join(label("relations", one) for one in (edge.get("relations", ()) if edge else ()))
            yield "  " * row["depth"] + " ".join(part for part in (
                f" {self.words['sentences']['or']} ".join(made), str(node["name"]), f"[{licenses}]" if licenses else "", f"({relations})" if relations else "",
                self.words["sentences"]["seen_above"] if row["seen"] else "") if part)

    def _acts(self, entry: dict[str, Any]) -> Iterator[str]:
        """The verdict on each act under each license, and on each release; alternatives that were not chosen."""
        for license in entry["licenses"]:
            acts = ", ".join(f"{label('acts', act)}: {self._told(verdict)}" for act, verdict in license["acts"].items())
            yield f"{license['name']}: {acts}"
            yield from [f"     {license['summary']}"] if license["summary"] else []
            if not license["in_every_world"]:
                yield f"     {self.words['sentences']['not_everywhere']}"
            for one in license["terms_used"]:
                yield f"     {one['term']}: {one['section']}" + (f" \u201c{one['quote']}\u201d" if one["quote"] else "")
        for release in entry["releases"]:
            forms = ", ".join(label("forms", one) for one in release["forms"])
            yield f"{release['name'] or release['id']} ({forms}): {self._told(release['verdict'])}; {self.words['conduct_short'][release['conduct']]}"
        for one in entry["rejected"]:
            choice = ", ".join(f"{item}: {chosen}" for item, chosen in one["choice"].items())
            yield f"{self.words['headings']['rejected']}: {choice}: {self._told(one['verdict'])}"

    def _told(self, verdict: str) -> str:
        text: str = self.words["verdicts"][verdict]["label"]
        return text.casefold()

    def _envelope(self, entry: dict[str, Any]) -> Iterator[str]:
        """The notice, who and what, and with what the answer was made."""
        from checker.report._view import flatten, inputs_read

        yield entry["notice"]
        tool = entry.get("tool") or {}
        yield f"{self.words['columns']['tool']}: " + ", ".join(f"{label('tool', name)} {value}" for name, value in tool.items())
        yield f"{self.words['columns']['as_of']}: {entry['as_of']}; {self.words['columns']['profile']}: {entry['profile']}"
        for one in inputs_read(entry.get("inputs") or {}):
            yield f"{self.words['headings']['inputs']}: {one['name']}" + (f", {self.words['columns']['digest']} {one['sha256']}" if one["sha256"] else "")
        for path, value in flatten(entry["scenario"]):
            yield f"  {path}: {value}"

    def _section(self, heading: str, lines: Any) -> None:
        title = self.words["headings"][heading]
        self.lines += ["", f"\033[1m{title}\033[0m" if self.color else title]
        for line in lines:
            self.line(line, "  ")

    def line(self, line: str, indent: str) -> None:
        """One line, its own indent kept where it is wrapped."""
        shown = _plain(line)
        body = shown.lstrip(" ")
        self._paragraph(body[:4_000], indent + " " * (len(shown) - len(body)))

    def _paragraph(self, text: str, indent: str) -> None:
        self.lines += textwrap.wrap(text, self.width, initial_indent=indent, subsequent_indent=indent + "  " if indent else "",
                                    break_on_hyphens=False, break_long_words=any(len(word) > LONGEST_WORD for word in text.split())) or [""]
