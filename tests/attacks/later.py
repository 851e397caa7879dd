"""Changes that come after a signature, each as two files: nobody signs it, or a colleague does.

That somebody else signs the changed letter must not make it the letter that was signed before.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.attacks.base import SECOND, STREAM, TABLE, Base, Document
from tests.attacks.letter import Objects
from tests.attacks.table import Family, Shows

Change = Callable[[Document], Objects]
Edit = tuple[bytes, bytes]


def enter(family: Family, changes: dict[str, tuple[Change, Shows]]) -> None:
    """Two rows for each change: by a table unsigned and by a stream countersigned, or crosswise."""
    for turn, (name, (change, shows)) in enumerate(changes.items()):
        one, other = (TABLE, STREAM) if turn % 2 == 0 else (STREAM, TABLE)
        family.add(name, _unsigned(change), "altered", 5, shows, on=(one,))
        family.add(
            f"{name}, countersigned", _countersigned(change), "altered", 5, shows, on=(other,)
        )


def _unsigned(change: Change) -> Callable[[Base], Document]:
    return lambda base: base.signed.update(change(base.signed))


def _countersigned(change: Change) -> Callable[[Base], Document]:
    return lambda base: base.signed.update(change(base.signed)).sign(who=SECOND)


def edited(number: int, *edits: Edit, more: Objects | None = None) -> Change:
    """An object with parts of it replaced, and new objects that it needs."""
    return lambda document: document.edit(number, *edits) | (more or {})


def added(number: int, entries: bytes, more: Objects | None = None) -> Change:
    """A dictionary with more entries, and new objects that these need."""
    return lambda document: document.add(number, entries) | (more or {})


def replaced(objects: Objects) -> Change:
    """Objects written anew."""
    return lambda document: objects
