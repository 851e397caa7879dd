"""The reader takes BER as it comes, and nothing that is too deep, too large or broken."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from asn1crypto import core
from hypothesis import given
from hypothesis import strategies as st

from app.crypto import der
from app.crypto.verify import asn1
from app.crypto.verify.asn1 import BadAsn1, Members, Node, parse, parse_all
from tests.crypto.verify.cms_maker import indefinite

leaves = st.builds(der.octet_string, st.binary(max_size=40)) | st.builds(
    der.integer, st.integers(0, 1 << 80)
)
values = st.recursive(
    leaves,
    lambda inner: st.builds(der.sequence, inner, inner) | st.builds(der.set_of, inner, inner),
)


def walk(node: Node) -> None:
    """Read everything that can be read of it."""
    for reading in (node.octets, node.oid, node.integer, node.der, node.only):
        with suppress(BadAsn1):
            reading()
    with suppress(BadAsn1):
        for child in node.children():
            walk(child)


@given(values)
def test_der_comes_back_as_it_was(value: bytes) -> None:
    node = parse_all(value)
    assert node.der() == node.raw == value


@given(values)
def test_indefinite_lengths_and_pieces_are_the_same_value(value: bytes) -> None:
    assert parse_all(indefinite(value)).der() == value


@given(st.binary(max_size=300))
def test_nothing_but_its_own_exception_comes_out(data: bytes) -> None:
    with suppress(BadAsn1):
        walk(parse(data))


@given(values, st.data())
def test_mutants_do_no_harm(value: bytes, data: st.DataObject) -> None:
    spoiled = bytearray(indefinite(value))
    at = data.draw(st.integers(0, len(spoiled) - 1))
    spoiled[at] = data.draw(st.integers(0, 255))
    with suppress(BadAsn1):
        walk(parse(bytes(spoiled)))


@given(values)
def test_a_value_that_is_cut_off_is_refused(value: bytes) -> None:
    written = indefinite(value)
    for length in range(len(written)):
        with pytest.raises(BadAsn1):
            parse(written[:length])


@given(st.integers(-(1 << 160), 1 << 160))
def test_numbers(value: int) -> None:
    assert parse_all(core.Integer(value).dump()).integer() == value


@pytest.mark.parametrize(
    "dotted", ["0.9.2342.19200300.100.1.1", "1.2.840.113549.1.7.2", "2.999.3", "2.5.29.15", "1.3.6"]
)
def test_object_identifiers(dotted: str) -> None:
    assert parse_all(core.ObjectIdentifier(dotted).dump()).oid() == dotted


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x30",
        b"\x30\x82\x01",  # a length that is cut off
        b"\x30\x03\x02\x01",  # longer than what there is
        b"\x30\x80\x02\x01\x05",  # no end of contents
        b"\x30\x80\x02\x01\x05\x00",
        b"\x04\x80\x00\x00",  # indefinite, but primitive
        b"\x1f\x81\x01\x00",  # a long tag
        b"\x00\x00",  # an end without a beginning
        b"\x30\x85\x00\x00\x00\x00\x00",  # a length of five bytes
        b"\x30\xff" + b"\x01" * 200,
    ],
)
def test_what_is_no_element_is_refused(data: bytes) -> None:
    with pytest.raises(BadAsn1):
        parse(data)


@pytest.mark.parametrize(
    "inner", [b"\x02\x02\x01", b"\x00\x00", b"\x30\x80\x00", b"\x04\x84\x7f\xff\xff\xff"]
)
def test_what_is_inside_stays_inside(inner: bytes) -> None:
    with pytest.raises(BadAsn1):
        parse(der.sequence(inner) + bytes(8)).children()


@pytest.mark.parametrize("data", [b"\x06\x00", b"\x06\x02\x2a\x86", b"\x06\x41" + b"\x01" * 65])
def test_object_identifiers_that_are_none(data: bytes) -> None:
    with pytest.raises(BadAsn1):
        parse_all(data).oid()


@pytest.mark.parametrize("data", [b"\x02\x00", b"\x02\x41" + b"\x01" * 65])
def test_numbers_that_are_none(data: bytes) -> None:
    with pytest.raises(BadAsn1):
        parse_all(data).integer()


def test_trailing_bytes_are_seen() -> None:
    assert parse(b"\x05\x00\x00").behind == 2
    with pytest.raises(BadAsn1):
        parse_all(b"\x05\x00\x00")


@pytest.mark.parametrize("opening", [b"\x30\x80", b"\x24\x80", b"\xa0\x80"])
def test_depth_is_bounded_when_the_end_is_looked_for(opening: bytes) -> None:
    with pytest.raises(BadAsn1):
        parse(opening * 100_000 + b"\0\0" * 100_000)


@pytest.mark.parametrize("tag", [0x30, 0x24])
def test_depth_is_bounded_when_somebody_looks_inside(tag: int) -> None:
    value = der.octet_string(b"core")
    for _ in range(2000):
        value = der.tagged(tag, value)
    node = parse_all(value)
    with pytest.raises(BadAsn1):
        node.der()
    with pytest.raises(BadAsn1):
        node.octets()


def test_the_number_of_elements_is_bounded() -> None:
    node = parse_all(der.sequence(b"\x05\x00" * (asn1.MAX_ELEMENTS - 1)))
    assert len(node.children()) == asn1.MAX_ELEMENTS - 1
    with pytest.raises(BadAsn1):
        node.children()  # the bound is for the value, however often it is looked at


def test_time_is_bounded_whatever_is_nested() -> None:
    """Each level of an indefinite length is searched again for its end."""
    wide = b"\x30\x80" * 30 + b"\x05\x00" * 2_000_000 + b"\0\0" * 30
    begin = time.monotonic()
    with pytest.raises(BadAsn1):
        walk(parse(wide))
    assert time.monotonic() - begin < 5


def test_members_are_taken_in_order() -> None:
    members = Members(parse_all(der.sequence(der.integer(1), der.octet_string(b"x"), b"\x05\x00")))
    assert members.optional(asn1.SEQUENCE) is None
    assert members.next(asn1.INTEGER).integer() == 1
    with pytest.raises(BadAsn1):
        members.next(asn1.SEQUENCE)
    assert members.next(asn1.OCTETS, asn1.OCTETS_IN_PIECES).octets() == b"x"
    with pytest.raises(BadAsn1):
        members.end()
    last = members.any()
    assert last is not None and last.tag == asn1.NULL
    assert members.any() is None
    members.end()


def test_an_explicit_tag_holds_exactly_one() -> None:
    assert parse_all(der.tagged(0xA0, der.integer(7))).only().integer() == 7
    for wrong in (b"", der.integer(7) * 2):
        with pytest.raises(BadAsn1):
            parse_all(der.tagged(0xA0, wrong)).only()
