"""Text from people is hostile until it was here: bounded, on one line, nothing invisible."""

from __future__ import annotations

import unicodedata

from app.errors import TextNotAllowed

_HIDDEN = {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}  # controls, direction marks, unassigned ...


def printable(text: str, field: str, limit: int) -> str:
    """`text` in NFC without blanks around it. Raises TextNotAllowed(field, limit)."""
    normal = unicodedata.normalize("NFC", text).strip()
    if len(normal) > limit or any(unicodedata.category(char) in _HIDDEN for char in normal):
        raise TextNotAllowed(field=field, limit=limit)
    return normal


def visible(text: str) -> str:
    """`text` for the eyes: what is invisible, or turns the direction of reading, becomes "_".

    A name such as "faktur<U+202E>fdp.exe" must not look like "fakturexe.pdf".
    """
    return "".join("_" if unicodedata.category(char) in _HIDDEN else char for char in text)
