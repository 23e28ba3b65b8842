"""Where the data lies: beside the package in a checkout or editable install, inside it in a wheel."""

from __future__ import annotations

import os
from pathlib import Path

#: what marks the root of a repository, and the file that marks what a policy is for
REPOSITORY, POLICY = ".git", "licet.yaml"
_PACKAGE = Path(__file__).resolve().parent.parent


def data_root() -> Path:
    """The folder that holds `licenses/`, `rules/` and `seeds/`."""
    inside = _PACKAGE / "data"
    return inside if (inside / "rules").is_dir() else _PACKAGE.parent


def root_of(file: Path) -> Path:
    """The folder whose policy counts for a scenario file: of its repository the innermost with one, else the whole; outside of any its own.

    Where one stands does not matter, and nothing is read outside of the repository: who may write there may not decide here.
    """
    folders, inside = _around(file)
    return _with_policy(folders if inside else folders[:1]) or folders[-1 if inside else 0]


def place_of(file: Path) -> str:
    """The name of a scenario file for fingerprints: its path from the folder of its policy or repository, with forward slashes."""
    folders, inside = _around(file)
    root = _with_policy(folders) or folders[-1 if inside else 0]
    return Path(os.path.normpath(file.absolute())).relative_to(root).as_posix()


def _around(file: Path) -> tuple[list[Path], bool]:
    """The folders around a file, the innermost first; up to the root of its repository, if it is in one."""
    folders = list(Path(os.path.normpath(file.absolute())).parents)
    end = next((number for number, folder in enumerate(folders) if (folder / REPOSITORY).exists()), None)
    return folders if end is None else folders[:end + 1], end is not None


def _with_policy(folders: list[Path]) -> Path | None:
    return next((folder for folder in folders if (folder / POLICY).is_file()), None)
