"""What can be wrong with a table, its wording in `words`."""

from __future__ import annotations

from pathlib import Path

from checker.core.problems import problems

#: a problem by its id
problem = problems(Path(__file__).parent / "words")
