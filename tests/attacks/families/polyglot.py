"""Files that are two things at once: other documents before, behind or around the signed one."""

from __future__ import annotations

from tests.attacks.base import ALL, BOTH, Base, Document
from tests.attacks.letter import CONTENT, FORGED, TRAILER, letter, page_content
from tests.attacks.revision import Lies
from tests.attacks.table import Family
from tests.handmade import stream, table

FAMILY = Family("polyglot")
FORGED_LETTER = {**letter(), CONTENT: page_content(FORGED)}


@FAMILY.control(on=ALL)
def one_document(base: Base) -> Document:
    return base.signed


def forged(base: Base) -> bytes:
    """A whole other letter, which nobody signed."""
    return base.write(FORGED_LETTER).data


def before(base: Base, data: bytes) -> Document:
    return base.signed.become(data + base.signed.data)


def behind(base: Base, data: bytes) -> Document:
    return base.signed.become(base.signed.data + data)


@FAMILY.attack("unreadable", 1)
def another_document_before(base: Base) -> Document:
    return before(base, forged(base))


@FAMILY.attack("invalid", 1)
def text_before(base: Base) -> Document:
    """Readers look for the header in the first 1,024 bytes, and some count offsets from there."""
    return before(base, b"From: kantor\r\n\r\n")


@FAMILY.attack("invalid", 1)
def line_end_before(base: Base) -> Document:
    return before(base, b"\n")


@FAMILY.attack("invalid", 1)
def byte_order_mark_before(base: Base) -> Document:
    return before(base, b"\xef\xbb\xbf")


@FAMILY.attack("invalid", 1)
def archive_before(base: Base) -> Document:
    return before(base, b"PK\x03\x04" + bytes(60))


@FAMILY.attack("invalid", 1)
def script_before(base: Base) -> Document:
    return before(base, b"<script>/*")


@FAMILY.attack("unsigned", 1)
def another_document_behind(base: Base) -> Document:
    """As it is, with offsets of its own: readers that search from behind lose their way."""
    return behind(base, forged(base))


@FAMILY.attack("unsigned", 1, "text", on=BOTH)
def another_document_behind_fitted(base: Base) -> Document:
    """Its offsets are made to fit, and its chain does not know the signed one."""
    return base.signed.update(FORGED_LETTER, Lies(prev=b""))


@FAMILY.attack("unsigned", 1, "text")
def another_document_behind_by_a_table(base: Base) -> Document:
    data = table(FORGED_LETTER, before=base.signed.data, trailer=b"/Root 1 0 R" + TRAILER)
    at = data.rindex(b"/Prev ")
    return base.signed.become(data[:at] + b"/Xrev " + data[at + 6 :])


@FAMILY.attack("altered", 1)
def archive_behind(base: Base) -> Document:
    return behind(base, b"PK\x05\x06" + bytes(18))


@FAMILY.attack("altered", 1)
def header_behind(base: Base) -> Document:
    return behind(base, b"%PDF-1.7\n")


@FAMILY.attack("unsigned", 1)
def signed_document_attached(base: Base) -> Document:
    """The signed letter is a stream of another one: nothing of it is signed."""
    attached = {40: stream(b"/Type/EmbeddedFile", base.signed.data)}
    return Document(table({**FORGED_LETTER, **attached}), base, {})


@FAMILY.attack("unreadable", 1)
def end_cut_off(base: Base) -> Document:
    return base.signed.become(base.signed.data[:-20])


@FAMILY.attack("invalid", 1)
def end_marker_cut_off(base: Base) -> Document:
    return base.signed.become(base.signed.data[:-6])


@FAMILY.attack("unreadable", 1)
def cut_in_the_value(base: Base) -> Document:
    return base.signed.become(base.signed.data[: base.signed.gap[1] - 100])


@FAMILY.attack("unreadable", 1)
def second_half_missing(base: Base) -> Document:
    return base.signed.become(base.signed.data[: base.signed.gap[1]])
