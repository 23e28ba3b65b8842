"""What a scan finds: the result types, and nothing that reads."""

from __future__ import annotations

from typing import Any, NamedTuple

#: what a repository does with what it names: runs it, was made from it, adapts it, merges it, trains on it, holds its weights
ROLES = ("used", "base", "adapter_base", "merged", "dataset", "shipped")
#: the file that holds what a hub said
LOCK = "licet.lock"
#: how sure a hit is: stated where only such a name can stand; a default or a name in a telling place; guessed from its form
CONFIDENCES = ("high", "medium", "low")


class Hit(NamedTuple):
    """One model or data set that one file names in one role; `line` counts from 1, `revision` is None where none is pinned."""

    id: str
    role: str
    registry: str
    file: str
    line: int
    revision: str | None = None
    confidence: str = "high"
    evidence: str = ""


class LabelHit(NamedTuple):
    """A license that a file names, or whose text it is. `of` is the id of what it stands for, empty for the file's own project."""

    label: str
    file: str
    line: int
    of: str = ""
    evidence: str = ""

    @property
    def is_everywhere(self) -> bool:
        """Does it hold wherever its model is named? A lock file at the root speaks for every folder."""
        return self.evidence == LOCK


class Hosted(NamedTuple):
    """A model behind somebody's API: nothing of it is in the repository, its terms of service govern."""

    id: str
    provider: str
    file: str
    line: int
    evidence: str = ""


class Local(NamedTuple):
    """A path or a store of one's own where a model or data set is meant; where it came from is not said there."""

    id: str
    file: str
    line: int
    evidence: str = ""


class Skipped(NamedTuple):
    """What was not read, and why. `cause` is the word for it:

    `ignored` (by .gitignore), `other_kind` (no kind of file that names models), `link`, `unreadable`, `too_large`,
    `not_text`, `malformed`, `unsafe` (could run code, or hides its content in an archive).
    """

    file: str
    why: str
    cause: str


#: causes that mean less was seen than there is to see
GAPS = ("link", "unreadable", "too_large", "not_text", "malformed", "unsafe")


class Link(NamedTuple):
    """One model or data set was made from another (`relation`: `finetune`, `adapter`, `quantized`, `merge`), as a file tells."""

    id: str
    base: str
    relation: str
    file: str
    line: int


class Inventory(NamedTuple):
    """Everything a scan found, each list in the order of files and lines. Files are named from the root, with `/`."""

    hits: tuple[Hit, ...] = ()
    licenses: tuple[LabelHit, ...] = ()
    hosted: tuple[Hosted, ...] = ()
    local: tuple[Local, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    links: tuple[Link, ...] = ()

    def below(self, folder: str) -> Inventory:
        """The part that lies in a folder (`""` or `.` is the root); what is not read above it counts too."""
        prefix = folder.strip("/").removeprefix("./")
        if prefix in ("", "."):
            return self

        def inside(one: Any) -> bool:
            if isinstance(one, LabelHit) and one.is_everywhere:
                return True
            return f"{one.file}/".startswith(f"{prefix}/") or (isinstance(one, Skipped) and f"{prefix}/".startswith(f"{one.file}/"))

        return Inventory(tuple(filter(inside, self.hits)), tuple(filter(inside, self.licenses)), tuple(filter(inside, self.hosted)),
                         tuple(filter(inside, self.local)), tuple(filter(inside, self.skipped)), self.links)

    def data(self) -> dict[str, list[dict[str, Any]]]:
        """The inventory as plain values, in the form that is written as JSON."""
        return {
            "hits": [one._asdict() for one in self.hits],
            "licenses": [{"label": one.label, "file": one.file, "line": one.line} for one in self.licenses],
            "hosted": [one._asdict() for one in self.hosted],
            "local": [one._asdict() for one in self.local],
            "skipped": [{"file": one.file, "why": one.why} for one in self.skipped],
        }
