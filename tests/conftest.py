"""What the tests share: one library with a cache of its own; in a browser, a watched page and a workbench."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from browsing import bench, browser, watched  # noqa: F401 - fixtures
from hypothesis import settings
from random_cases import random_books  # noqa: F401 - a fixture

from checker.load.book import Library

ROOT = Path(__file__).parent.parent
#: how long an example takes says more of the machine than of the code
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
os.environ.setdefault("XDG_CACHE_HOME", str(ROOT / ".cache-tests"))


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The project's own book, read once."""
    return Library(ROOT, tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def texts() -> dict[str, str]:
    """Digest -> wording of the license texts in the folder that LICET_TEXTS names; empty where it names none."""
    from checker.load.texts import index

    folder = os.environ.get("LICET_TEXTS")
    return index(Path(folder)) if folder else {}
