"""Our DER is the DER that asn1crypto writes."""

from __future__ import annotations

import pytest
from asn1crypto import core
from hypothesis import given
from hypothesis import strategies as st

from app.crypto import der


@given(st.integers(0, 1 << 200))
def test_integers(value: int) -> None:
    assert der.integer(value) == core.Integer(value).dump()


@given(st.binary(max_size=70_000))
def test_lengths_take_the_fewest_bytes(value: bytes) -> None:
    assert der.octet_string(value) == core.OctetString(value).dump()


@pytest.mark.parametrize("dotted", ["1.2.840.113549.1.7.2", "2.16.840.1.101.3.4.2.1", "2.5.29.15"])
def test_object_identifiers(dotted: str) -> None:
    assert der.oid(dotted) == core.ObjectIdentifier(dotted).dump()


def test_a_set_is_sorted() -> None:
    assert der.set_of(b"\x02\x01\x05", b"\x02\x01\x03") == b"\x31\x06\x02\x01\x03\x02\x01\x05"


@given(st.binary(max_size=400))
def test_an_element_is_found_again(value: bytes) -> None:
    written = b"before" + der.octet_string(value)
    tag, start, end = der.element(written, 6)
    assert (tag, written[start:end], end) == (4, value, len(written))
