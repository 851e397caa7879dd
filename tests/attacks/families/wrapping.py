"""Signature wrapping (SWA; Mladenov et al., CCS 2019, 4.4): what was signed is moved aside.

The second signed range goes to the end of the file, and what comes free is filled with objects and
a cross-reference section of the attacker. The digest stays right.
"""

from __future__ import annotations

from dataclasses import replace

from tests.attacks import sealing
from tests.attacks.base import ALL, TABLE, Base, Document
from tests.attacks.letter import CONTENT, FORGED, NEXT, PAGE_2, TRAILER, page_content
from tests.attacks.revision import Lies, highest, section
from tests.attacks.table import Family
from tests.handmade import startxref

FAMILY = Family("wrapping")
EVIL = page_content(FORGED)
_MARK = b"[%s]" % (b"@" * 50)  # a ByteRange that is not known yet
SMUGGLED = b"/Reason(Disetujui Bupati)/Name(Bupati)"


@FAMILY.control(on=ALL)
def objects_behind_the_signature(base: Base) -> Document:
    """The signature dictionary need not come last."""
    return roomy(base)


@FAMILY.control()
def wide_padding(base: Base) -> Document:
    return roomy(base, room=4000)


@FAMILY.attack("invalid", 1, "text", on=ALL)
def dictionary_replaced_by_a_copy(base: Base) -> Document:
    """The copy holds the same CMS, and a ByteRange that skips what was inserted."""
    return with_copy(base.signed)


@FAMILY.attack("invalid", 1, "text")
def certified_letter_wrapped(base: Base) -> Document:
    return with_copy(base.certified(1))


@FAMILY.attack("invalid", 1, "text")
def second_byte_range_in_the_gap(base: Base) -> Document:
    """The key stands twice in one dictionary; many readers take the later one."""
    filler = b"/ByteRange" + _MARK + b">>\nendobj\n"
    return moved(roomy(base), {CONTENT: EVIL}, filler)


@FAMILY.attack("invalid", 1, "text")
def range_moved_without_telling(base: Base) -> Document:
    """The ByteRange stays: it now ends before the file does."""
    return moved(roomy(base), {CONTENT: EVIL})


@FAMILY.attack("invalid", 1)
def claims_behind_the_value(base: Base) -> Document:
    """The padding is shortened, and entries of the dictionary stand in the gap."""
    return in_padding(roomy(base, room=4000), SMUGGLED)


@FAMILY.attack("invalid", 1)
def objects_in_the_padding(base: Base) -> Document:
    return in_padding(roomy(base, room=4000), _hidden_content())


@FAMILY.attack("invalid", 1, "text", on=(TABLE,))
def objects_in_the_padding_named_later(base: Base) -> Document:
    """The later revision brings nothing but a row that points into the gap."""
    document = in_padding(roomy(base, room=4000), _hidden_content())
    at = document.data.index(b"%d 0 obj\n%s" % (CONTENT, EVIL))
    return document.update({}, Lies(rows={CONTENT: (1, at, 0)}))


@FAMILY.attack("invalid", 1, "text", on=(TABLE,))
def second_document_in_the_gap(base: Base) -> Document:
    """Catalog, pages and all: the whole graph that is shown stands in the gap."""
    catalog = b"<</Type/Catalog/Pages %d 0 R/AcroForm 10 0 R>>" % (NEXT + 9)
    pages = base.signed.body(2)
    return with_copy(base.signed, {1: catalog, NEXT + 9: pages, PAGE_2: base.signed.body(PAGE_2)})


def roomy(base: Base, room: int = 2600) -> Document:
    """Signed with objects behind the signature dictionary, so that its gap is far from the end."""
    original = base.original
    signed = original.field_signed()
    value = {NEXT: signed.pop(NEXT)}
    return original.seal(value | signed, shape=replace(sealing.HONEST, room=room))


def with_copy(document: Document, more: dict[int, bytes] | None = None) -> Document:
    """Wrapped; the signature dictionary in use is a copy in the inserted part."""
    body, number = document.body(document.value), document.value
    at = body.index(b"/ByteRange[")
    copy = body[: at + 10] + _MARK + body[body.index(b"]", at) + 1 :]
    return moved(document, {CONTENT: EVIL, number: copy, **(more or {})})


def moved(document: Document, objects: dict[int, bytes], filler: bytes = b"") -> Document:
    """The second range at the end, and before it a section where startxref looks for one.

    `filler` stands behind the value; without it the file goes on as it did, up to the section.
    """
    data, (_, end) = document.data, document.gap
    at, tail, streams = startxref(data), data[end:], document.base.streams
    filler = filler.ljust(at - end) if filler else data[end:at]
    assert len(filler) == at - end
    own = highest(data) + 1
    before = startxref(document.base.original.data)
    trailer = b"/Root 1 0 R%s/Prev %d/Size %d" % (TRAILER, before, own + 1)
    known = _places(document, at)
    numbers = dict.fromkeys([*known, *objects], (1, 0, 0))
    begin = at + len(section(numbers, own, trailer, at, streams))
    bodies, places = b"", {}
    for number, body in objects.items():
        places[number] = begin + len(bodies)
        bodies += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    shift = begin + len(bodies) - end
    known = {number: place + shift * (place > end) for number, place in known.items()}
    rows = {number: (1, place, 0) for number, place in (known | places).items()}
    whole = data[:end] + filler + section(rows, own, trailer, at, streams) + bodies
    said = sealing.written([0, document.gap[0], len(whole), len(tail)])
    return document.become(whole.replace(_MARK, said.ljust(len(_MARK))) + tail)


def _places(document: Document, to: int) -> dict[int, int]:
    """Where the objects of the signed revision stand; the inserted section must name them, too."""
    start = len(document.base.original.data) - 1
    found = {
        number: document.data.rfind(b"\n%d 0 obj\n" % number, start, to) for number in range(99)
    }
    return {number: place + 1 for number, place in found.items() if place >= 0}


def in_padding(document: Document, smuggled: bytes) -> Document:
    """Something in the place of the zeros behind the CMS; the length of the gap stays."""
    start, end = document.gap
    value = document.data[start:end]
    used = len(value[:-1].rstrip(b"0")) + 64  # digits, surely all of the CMS
    used += used % 2 == 0  # the opening bracket counts
    new = (value[:used] + b">" + smuggled).ljust(len(value))
    assert len(new) == len(value)
    return document.patch(value, new)


def _hidden_content() -> bytes:
    return b">>\nendobj\n%d 0 obj\n%s\nendobj\n62 0 obj\n<<" % (CONTENT, EVIL)
