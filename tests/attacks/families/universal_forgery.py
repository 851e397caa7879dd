"""Universal signature forgery (USF; Mladenov et al., CCS 2019, 4.2): no signature left to check.

/Contents or /ByteRange are taken away or filled with nonsense, in place or by a later revision, in
the hope that a verifier that finds nothing to check finds nothing wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.attacks.base import ALL, Base, Document
from tests.attacks.letter import HEAD
from tests.attacks.table import Family

FAMILY = Family("universal forgery")


@FAMILY.control(on=ALL)
def untouched_signature_in_an_existing_field(base: Base) -> Document:
    return base.original.sign("Kepala")


def in_place(pattern: bytes, new: bytes) -> Callable[[Base], Document]:
    """The signature dictionary with what matches replaced where it stands, padded with blanks."""

    def build(base: Base) -> Document:
        data = base.signed.data
        match = re.search(pattern, data)
        assert match
        padded = new.ljust(len(match[0]))
        assert len(padded) == len(match[0])
        return base.signed.patch(match[0], padded)

    return build


def later(pattern: bytes, new: bytes) -> Callable[[Base], Document]:
    """The same by a later revision, which writes the dictionary anew."""

    def build(base: Base) -> Document:
        signed = base.signed
        body, count = re.subn(pattern, new, signed.body(signed.value))
        assert count == 1
        return signed.update({signed.value: body})

    return build


RANGE, CONTENTS = rb"/ByteRange\[[^]]*\]", rb"/Contents<[^>]*>"
for _name, _pattern, _new in (
    ("byte range absent", RANGE, b""),
    ("byte range null", RANGE, b"/ByteRange null"),
    ("byte range empty", RANGE, b"/ByteRange[]"),
    ("byte range all zero", RANGE, b"/ByteRange[0 0 0 0]"),
    ("byte range all negative", RANGE, b"/ByteRange[-1 -1 -1 -1]"),
    ("byte range a string", RANGE, b"/ByteRange(0 1 2 3)"),
    ("byte range a name", RANGE, b"/ByteRange/All"),
    ("contents absent", CONTENTS, b""),
    ("contents null", CONTENTS, b"/Contents null"),
    ("contents empty", CONTENTS, b"/Contents<>"),
    ("contents a zero byte", CONTENTS, b"/Contents<00>"),
    ("sub filter absent", rb"/SubFilter/ETSI.CAdES.detached", b""),
    ("sub filter unknown", rb"/SubFilter/ETSI.CAdES.detached", b"/SubFilter/None"),
    ("type of something else", rb"/Type/Sig/F", b"/Type/Foo/F"),
):
    FAMILY.add(f"{_name}, in place", in_place(_pattern, _new), "invalid", 1)
    FAMILY.add(f"{_name}, later", later(_pattern, _new), "invalid", 1)

# What is no dictionary any more stops the strict reader.
FAMILY.add("byte range without value", in_place(RANGE, b"/ByteRange"), "unreadable", 1)
FAMILY.add("contents without value", later(CONTENTS, b"/Contents"), "unreadable", 1)


@FAMILY.attack("invalid", 2)
def contents_zeros_in_place(base: Base) -> Document:
    """The gap is not signed: whoever fills it with zeros keeps the digest right."""
    start, end = base.signed.gap
    data = base.signed.data
    return base.signed.patch(data[start:end], b"<%s>" % (b"0" * (end - start - 2)))


@FAMILY.attack("altered", 1)
def signature_dictionary_null(base: Base) -> Document:
    signed = base.signed
    return signed.update({signed.value: b"null"})


@FAMILY.attack("invalid", 1)
def signature_dictionary_empty(base: Base) -> Document:
    signed = base.signed
    return signed.update({signed.value: b"<<>>"})


@FAMILY.attack("invalid", 1)
def forged_from_nothing(base: Base) -> Document:
    """A signature that nobody made: neither ByteRange nor Contents, in a file never signed."""
    original = base.original
    value = b"/V<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/Name(Bupati)>>"
    return original.update(original.add(HEAD, value))
