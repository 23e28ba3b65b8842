"""Where the data lies: beside the package in a checkout or editable install, inside it in a wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def data_root() -> Path:
    """The folder that holds `licenses/`, `rules/` and `seeds/`."""
    inside = _PACKAGE / "data"
    return inside if (inside / "rules").is_dir() else _PACKAGE.parent
