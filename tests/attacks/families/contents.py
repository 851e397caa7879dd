"""/Contents that is not exactly the hexadecimal string in the gap, zeros behind its CMS.

The gap is the one place that anyone can write to without breaking the digest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tests.attacks.base import ALL, SECOND, Base, Document, honest_cms
from tests.attacks.letter import (
    AMOUNT,
    CERTIFIER,
    CERTIFIER_NAME,
    CONTENT,
    FORGED,
    NEXT,
    page_content,
    signature_field,
)
from tests.attacks.sealing import HONEST, RANGE, VALUE, dictionary, in_hexadecimal
from tests.attacks.table import Family

FAMILY = Family("contents")
HIDDEN = b"disembunyikan"


@FAMILY.control(on=ALL)
def zeros_behind_the_value(base: Base) -> Document:
    return sealed(base)


@FAMILY.control()
def capital_digits(base: Base) -> Document:
    return sealed(base, lambda value, width: in_hexadecimal(value, width).upper())


def sealed(
    base: Base, write: Callable[[bytes, int], bytes] = in_hexadecimal, room: int = 2600
) -> Document:
    """Signed by hand; `write` puts the CMS into so many characters of the gap."""
    original = base.original
    shape = replace(HONEST, write_value=write, room=room)
    return original.seal(original.field_signed(), shape=shape)


def behind(value: bytes, width: int, tail: bytes) -> bytes:
    """The value, some zeros, and `tail` in digits at the very end."""
    digits = in_hexadecimal(value, width)
    return digits[: -1 - 2 * len(tail)] + tail.hex().encode() + b">"


@FAMILY.attack("invalid", 1)
def text_behind_the_padding(base: Base) -> Document:
    return sealed(base, lambda value, width: behind(value, width, HIDDEN))


@FAMILY.attack("invalid", 1)
def one_bit_behind_the_padding(base: Base) -> Document:
    return sealed(base, lambda value, width: behind(value, width, b"\x01"))


@FAMILY.attack("invalid", 1)
def ones_for_padding(base: Base) -> Document:
    return sealed(base, lambda value, width: in_hexadecimal(value + b"\xff", width))


@FAMILY.attack("invalid", 1)
def padding_changed_after_signing(base: Base) -> Document:
    return sealed(base).patch(b"00000000>", b"deadbeef>")


@FAMILY.attack("invalid", 1)
def second_value_in_the_padding(base: Base) -> Document:
    other = honest_cms(SECOND)(b"")
    return sealed(base, lambda value, width: in_hexadecimal(value + other, width), room=5000)


@FAMILY.attack("invalid", 1)
def blanks_between_the_digits(base: Base) -> Document:
    return sealed(
        base, lambda value, width: in_hexadecimal(value, width).replace(b"0000>", b"00  >")
    )


@FAMILY.attack("invalid", 1)
def no_digits(base: Base) -> Document:
    return sealed(base).patch(b"00000000>", b"lampiran>")


@FAMILY.attack("invalid", 1)
def shorter_than_the_gap(base: Base) -> Document:
    """The string ends early, blanks fill the gap."""
    return sealed(base, lambda value, width: b"<%s>" % value.hex().encode() + b" " * (
        width - 2 - 2 * len(value)
    ))  # fmt: skip


@FAMILY.attack("invalid", 1)
def a_literal_string(base: Base) -> Document:
    """Its bytes are the same; 12.8.3.3.1 demands hexadecimal digits."""

    def write(value: bytes, width: int) -> bytes:
        padded = value.ljust((width - 2) // 4, b"\0")
        return b"(%s)" % b"".join(b"\\%03o" % byte for byte in padded)

    return sealed(base, write, room=5200)


@FAMILY.attack("invalid", 1)
def an_object_of_its_own(base: Base) -> Document:
    original = base.original
    objects = original.field_signed()
    value = objects[NEXT].replace(VALUE, b" %d 0 R" % (NEXT + 1))
    return original.seal({**objects, NEXT: value, NEXT + 1: VALUE})


@FAMILY.attack("invalid", 1)
def written_twice(base: Base) -> Document:
    """Another value before the one in the gap: readers differ about which one counts."""
    return doubled(base, b"/Contents<00>")


@FAMILY.attack("invalid", 1)
def written_twice_once_in_disguise(base: Base) -> Document:
    return doubled(base, b"/#43ontents<00>")


@FAMILY.attack("invalid", 1)
def the_gap_holds_another_entry(base: Base) -> Document:
    """/Contents stands in the signed part, and the gap excludes /Cert instead."""
    original = base.original
    objects = original.field_signed()
    value = honest_cms(base.signer)(b"").hex().encode()
    made = objects[NEXT].replace(b"/Contents" + VALUE, b"/Contents<%s>/Cert%s" % (value, VALUE))
    return original.seal({**objects, NEXT: made})


@FAMILY.attack("altered", 2)
def values_of_two_signatures_swapped(base: Base) -> Document:
    first = sealed(base)
    second = first.seal(
        {
            CERTIFIER: signature_field(CERTIFIER_NAME, b"0 0 0 0", b"/V %d 0 R" % (NEXT + 9)),
            NEXT + 9: dictionary(),
        },
    )
    one, two = (_value(document) for document in (first, second))
    assert len(one) == len(two)
    mark = b"@" * len(one)
    data = second.data.replace(one, mark).replace(two, one).replace(mark, two)
    return second.become(data)


@FAMILY.attack("altered", 2)
def value_of_another_letter(base: Base) -> Document:
    """The same signer did sign something of the same length."""
    other = base.write({**base.original.objects, CONTENT: page_content(FORGED)})
    other = other.seal(other.field_signed())
    return sealed(base).patch(_value(sealed(base)), _value(other))


@FAMILY.attack("altered", 2, "text", on=ALL)
def letter_around_the_value_replaced(base: Base) -> Document:
    """The other way round: the forged letter with the value of the true one."""
    other = base.write({**base.original.objects, CONTENT: page_content(FORGED)})
    other = other.seal(other.field_signed())
    return other.patch(_value(other), _value(sealed(base)))


@FAMILY.attack("altered", 2, "text", on=ALL)
def content_edited_in_place(base: Base) -> Document:
    return base.signed.patch(AMOUNT, FORGED)


@FAMILY.attack("altered", 2)
def claimed_time_edited_in_place(base: Base) -> Document:
    return base.signed.patch(b"/M(D:2026", b"/M(D:2025")


@FAMILY.attack("altered", 2)
def file_identifier_edited_in_place(base: Base) -> Document:
    """Behind the gap: the second range counts as well."""
    data = base.signed.data
    at = data.rindex(b"/ID[<001122")
    return base.signed.become(data[:at] + b"/ID[<991122" + data[at + 11 :])


@FAMILY.attack("altered", 2)
def one_bit_of_the_header(base: Base) -> Document:
    data = base.signed.data
    version = b"%PDF-1.7" if data.startswith(b"%PDF-1.7") else b"%PDF-1.5"
    return base.signed.become(b"%PDF-1.6" + data[len(version) :])


def doubled(base: Base, entry: bytes) -> Document:
    original = base.original
    objects = original.field_signed()
    value = objects[NEXT].replace(b"/ByteRange" + RANGE, entry + b"/ByteRange" + RANGE)
    return original.seal({**objects, NEXT: value})


def _value(document: Document) -> bytes:
    """The newest /Contents as it is written."""
    data = document.data
    start = data.rindex(b"/Contents<") + len(b"/Contents")
    return data[start : data.index(b">", start) + 1]
