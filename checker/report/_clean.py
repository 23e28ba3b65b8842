"""Characters that no document may pass on."""

from __future__ import annotations

import re

#: characters that steer a screen or a parser, turn the direction of a text, cannot be written as UTF-8, or are never seen
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]")


def clean(text: str) -> str:
    """The text with characters that nobody sees, or that turn its direction, written out as their number."""
    return _UNSEEN.sub(lambda match: f"\u27e8U+{ord(match[0]):04X}\u27e9", text) if _UNSEEN.search(text) else text
