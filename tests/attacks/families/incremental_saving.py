"""Incremental saving (ISA; Mladenov et al., CCS 2019, 4.3): content appended to a signed file.

The variants leave out parts of the appended revision, or copy the signature into it, so that
verifiers take it for no revision at all or for the signed one.
"""

from __future__ import annotations

from tests.attacks.base import ALL, SECOND, STREAM, TABLE, Base, Document
from tests.attacks.letter import CONTENT, FORGED, NEXT, PAGE, PAGES, line, page_content
from tests.attacks.revision import EOF, Lies
from tests.attacks.table import Family
from tests.handmade import startxref, stream

FAMILY = Family("incremental saving")
EVIL = {CONTENT: page_content(FORGED)}


@FAMILY.control(on=ALL)
def signed_once(base: Base) -> Document:
    return base.signed


@FAMILY.control(on=ALL)
def signed_twice(base: Base) -> Document:
    return base.signed.sign(who=SECOND)


@FAMILY.control()
def signed_three_times(base: Base) -> Document:
    return base.signed.sign(who=SECOND).sign("Kepala")


@FAMILY.attack("altered", 5, "text", on=ALL)
def content_replaced(base: Base) -> Document:
    return base.signed.update(EVIL)


@FAMILY.attack("altered", 5, "text")
def content_replaced_after_two_signatures(base: Base) -> Document:
    return base.signed.sign(who=SECOND).update(EVIL)


@FAMILY.attack("altered", 5, "text", on=ALL)
def content_replaced_then_signed_by_another(base: Base) -> Document:
    return base.signed.update(EVIL).sign(who=SECOND)


@FAMILY.attack("altered", 5, "text")
def content_replaced_then_signed_by_the_same(base: Base) -> Document:
    return base.signed.update(EVIL).sign()


@FAMILY.attack("altered", 5, "text")
def content_replaced_in_the_revision_of_another_signature(base: Base) -> Document:
    signed = base.signed
    return signed.seal(signed.field_signed() | EVIL)


@FAMILY.attack("altered", 5, "text")
def content_replaced_twice(base: Base) -> Document:
    return base.signed.update({CONTENT: page_content(b"Dibayarkan Rp 500.000")}).update(EVIL)


@FAMILY.attack("altered", 5, "text")
def page_added(base: Base) -> Document:
    signed = base.signed
    page = signed.body(PAGE).replace(b"/Contents 4 0 R", b"/Contents %d 0 R" % (NEXT + 1))
    more = {NEXT: page, NEXT + 1: stream(b"", line(FORGED))}
    return signed.update(signed.edit(PAGES, (b"]/Count 2", b" 60 0 R]/Count 3")) | more)


@FAMILY.attack("altered", 5, "look")
def page_removed(base: Base) -> Document:
    signed = base.signed
    return signed.update(signed.edit(PAGES, (b" 6 0 R]/Count 2", b"]/Count 1")))


@FAMILY.attack("unreadable", 1)
def objects_without_section(base: Base) -> Document:
    """Variant 2: neither cross-reference section nor trailer."""
    return base.signed.update(EVIL, Lies(section=False, end=lambda at: b""))


@FAMILY.attack("unreadable", 1, "text")
def section_missing(base: Base) -> Document:
    """Variant 3: startxref leads to where a section should be; viewers rebuild the table."""
    trailer = b"trailer\n<</Root 1 0 R/Size 61/Prev %d>>\n" % startxref(base.signed.data)
    return base.signed.update(EVIL, Lies(section=False, junk=trailer))


@FAMILY.attack("altered", 1)
def section_without_rows(base: Base) -> Document:
    """Its own table of contents does not know the object; a rebuilding viewer would."""
    return base.signed.update(EVIL, Lies(unlisted=[CONTENT]))


@FAMILY.attack("altered", 1)
def without_end_marker(base: Base) -> Document:
    return base.signed.update(EVIL, Lies(end=lambda at: b"startxref\n%d\n" % at))


@FAMILY.attack("unreadable", 1)
def without_startxref(base: Base) -> Document:
    return base.signed.update(EVIL, Lies(end=lambda at: EOF))


@FAMILY.attack("invalid", 1, "text")
def signature_copied_along(base: Base) -> Document:
    """Variant 4: the revision brings a copy of the signature dictionary, under its own number."""
    signed = base.signed
    return signed.update({**EVIL, signed.value: signed.body(signed.value)})


@FAMILY.attack("invalid", 1, "text")
def signature_copied_and_widened(base: Base) -> Document:
    """The copy claims the whole file but the gap of the signature that it was copied from."""
    signed = base.signed
    value, (start, end) = signed.value, signed.gap
    body = signed.body(value)
    total = len(signed.update({**EVIL, value: body}).data)
    at = body.index(b"/ByteRange[") + len(b"/ByteRange[")
    wide = b"0 %d %d %d" % (start, end, total - end)
    to = body.index(b"]", at)
    return signed.update({**EVIL, value: body[:at] + wide.ljust(to - at) + body[to:]})


@FAMILY.attack("altered", 5, "text", on=(TABLE,))
def by_a_stream_after_a_table(base: Base) -> Document:
    """The newest section has the other form (7.5.8.4)."""
    return Document(base.signed.data, STREAM, {}).update(EVIL)


@FAMILY.attack("altered", 5, "text", on=(STREAM,))
def by_a_table_after_a_stream(base: Base) -> Document:
    return Document(base.signed.data, TABLE, {}).update(EVIL)
