"""What a stamp says: the person's words, cleaned, in the lines of a template.

Text from people is hostile. What could hide, reorder or overprint other text is refused, never
silently removed: a person must see in the stamp exactly what was typed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from app.crypto.pdf.fonts import Weight
from app.crypto.pdf.stamp_template import Keep, Template
from app.crypto.text import printable
from app.errors import TextNotAllowed
from app.model import Person

# Characters after normalisation. The longest names and positions seen in public letters are
# about 60 and 110.
LIMITS = {"name": 100, "position": 160, "rank": 60, "nip": 25, "organisation": 160, "label": 60}
NIP_DIGITS = 18
MAX_MARKS = 2  # combining marks on one letter; more would reach into the neighbouring lines

# Letters and marks that are not drawn, beyond what `printable` refuses.
_INVISIBLE = frozenset(
    {"\u034f", "\u115f", "\u1160", "\u17b4", "\u17b5", "\u2800", "\u3164", "\uffa0"}
)
_NIP = re.compile(r"[0-9][0-9 ./-]*")


@dataclass(frozen=True, slots=True)
class Line:
    """A line before it is broken to the width of its column."""

    text: str
    weight: Weight
    scale: float
    keep: Keep = "no"


def lines(person: Person, template: Template) -> tuple[Line, ...]:
    """The lines that have something to say. Raises TextNotAllowed."""
    words = {
        "name": clean("name", person.name),
        "position": clean("position", person.position),
        "rank": clean("rank", person.rank),
        "organisation": clean("organisation", person.organisation),
        "nip": spaced_nip(person.nip),
    }
    if not words["name"]:
        raise TextNotAllowed(field="name", limit=LIMITS["name"])
    return tuple(
        Line(style.text.format_map(words), style.weight, style.scale, style.keep)
        for style in template.lines
        if all(words[key] for key in words if f"{{{key}}}" in style.text)
    )


def clean(field: str, text: str) -> str:
    """`text` in NFC with single spaces. Raises TextNotAllowed, naming the field and its limit."""
    limit = LIMITS[field]
    if len(text) > 4 * limit:  # before the normalisation, whose cost it bounds
        raise TextNotAllowed(field=field, limit=limit)
    normal = printable(text, field, limit)
    words = " ".join(normal.split())
    if _piled_up(words) or not _INVISIBLE.isdisjoint(words):
        raise TextNotAllowed(field=field, limit=limit)
    return words


def spaced_nip(nip: str) -> str:
    """18 digits as `19800326 200003 1 001`; other numbers of office as they are typed."""
    digits = clean("nip", nip).replace(" ", "")
    if digits and not _NIP.fullmatch(digits):
        raise TextNotAllowed(field="nip", limit=LIMITS["nip"])
    if len(digits) == NIP_DIGITS and digits.isdigit():
        return f"{digits[:8]} {digits[8:14]} {digits[14]} {digits[15:]}"
    return clean("nip", nip)


def _piled_up(text: str) -> bool:
    """Whether more than MAX_MARKS combining marks follow each other, or one has no letter."""
    run = MAX_MARKS  # a mark at the very beginning has nothing to stand on
    for char in text:
        run = run + 1 if unicodedata.combining(char) else 0
        if run > MAX_MARKS:
            return True
    return False
