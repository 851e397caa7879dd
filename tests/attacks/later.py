"""Changes that come after a signature, each as two files: nobody signs it, or a colleague does.

That somebody else signs the changed letter must not make it the letter that was signed before.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.attacks.base import SECOND, STREAM, TABLE, Base, Document
from tests.attacks.letter import FORGED, NEXT, PAGE, Objects, form_xobject, line
from tests.attacks.table import Family, Shows

Change = Callable[[Document], Objects]
Edit = tuple[bytes, bytes]


def enter(family: Family, changes: dict[str, tuple[Change, Shows]]) -> None:
    """Two rows for each change: by a table unsigned and by a stream countersigned, or crosswise."""
    enter_unsigned(family, changes)
    for turn, (name, (change, shows)) in enumerate(changes.items()):
        base = TABLE if turn % 2 else STREAM
        signed = f"{name}, countersigned"
        family.add(signed, _countersigned(change), "altered", 5, shows, on=(base,))


def enter_unsigned(family: Family, changes: dict[str, tuple[Change, Shows]]) -> None:
    """Only the rows that nobody signs again: an honest signer refuses to."""
    for turn, (name, (change, shows)) in enumerate(changes.items()):
        base = STREAM if turn % 2 else TABLE
        family.add(name, _unsigned(change), "altered", 5, shows, on=(base,))


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


def annotated(entries: bytes, more: Objects | None = None) -> Change:
    """One more annotation on the first page."""

    def change(document: Document) -> Objects:
        page = document.edit(PAGE, (b"/Annots[", b"/Annots[%d 0 R " % NEXT))
        return page | {NEXT: b"<</Type/Annot%s>>" % entries} | (more or {})

    return change


# An appearance that writes the forged amount over the true one, and where it goes.
DRAWN = {
    NEXT + 1: form_xobject(b"0 0 400 40", b"1 g 0 0 400 40 re f 0 g " + line(FORGED, (12, 20)))
}
OVER = b"/Rect[60 640 460 680]/F 4/AP<</N 61 0 R>>"


def replaced(objects: Objects) -> Change:
    """Objects written anew."""
    return lambda document: objects
