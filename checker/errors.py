"""The one way in which licet says that an input cannot be used."""

from typing import NamedTuple


class Problem(NamedTuple):
    """One thing wrong with an input: where it stands, what is wrong, what to write instead."""

    file: str
    line: int
    column: int
    what: str
    instead: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place}: {self.what}" + (f" {self.instead}" if self.instead else "")


class BadInput(Exception):
    """Everything wrong with an input, at once. `problems` is never empty."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems
