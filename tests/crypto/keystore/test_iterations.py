"""How much stretching a key file asks for, in DER and in the BER that other programs write."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.serialization import PrivateFormat, pkcs12
from hypothesis import given
from hypothesis import strategies as st

from app.crypto.keystore import iterations
from tests import pki


def key_file(rounds: int) -> bytes:
    identity = pki.identity()
    protection = (
        PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(rounds)
        .key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
        .build(b"rahasia")
    )
    return pkcs12.serialize_key_and_certificates(
        b"x", identity.key, identity.certificates[0], identity.certificates[1:], protection
    )


def der(tag: int, content: bytes) -> bytes:
    size = len(content).to_bytes(4, "big")
    return bytes((tag, 0x84)) + size + content


def ber(tag: int, *content: bytes) -> bytes:
    """The indefinite form (X.690, 8.1.3.6)."""
    return bytes((tag, 0x80)) + b"".join(content) + b"\0\0"


SALTED = der(0x04, b"saltsalt") + b"\x02\x03\x01\x11\x70"  # 70,000
PARAMETERS = der(0x30, SALTED)


def test_keys_certificates_and_mac_are_summed() -> None:
    one, other = iterations.total(key_file(3000)), iterations.total(key_file(70_000))
    assert other - one == 2 * 67_000  # both bags; the library's MAC has a count of its own
    assert one > 2 * 3000


@pytest.mark.parametrize(
    "data",
    [
        PARAMETERS,
        ber(0x30, SALTED),
        ber(0xA0, der(0x30, der(0x04, PARAMETERS))),
        ber(0x30, ber(0x24, der(0x04, PARAMETERS[:7]), der(0x04, PARAMETERS[7:]))),
        der(0x30, der(0x24, der(0x04, PARAMETERS[:3]) + der(0x04, PARAMETERS[3:]))),
        ber(0x30, ber(0x24, der(0x04, b"salt"), der(0x04, b"salt")) + SALTED[-5:]),
        PARAMETERS + b"\0\0 and junk",
    ],
    ids=["der", "ber", "nested", "in pieces", "pieces in der", "salt in pieces", "junk after"],
)
def test_a_count_is_found_however_it_is_written(data: bytes) -> None:
    assert iterations.total(data) == 70_000


@pytest.mark.parametrize(
    "data",
    [b"", b"\x30", b"\x30\x80", b"\x30\x05\x04", b"%PDF-1.7", b"\x30\x80" * 5000,
     b"\x30\x82\xff\xff" + PARAMETERS],
)  # fmt: skip
def test_what_cannot_be_read_asks_for_nothing(data: bytes) -> None:
    assert iterations.total(data) == 0


def test_many_elements_end_the_reading() -> None:
    assert iterations.total(der(0x30, b"\x05\x00" * 50_000 + PARAMETERS)) == 0


def test_octet_strings_in_octet_strings_end_somewhere() -> None:
    data = PARAMETERS
    for _ in range(200):
        data = der(0x30, der(0x04, data))
    assert iterations.total(data) == 0


@given(st.binary(max_size=300))
def test_any_bytes_are_survived(data: bytes) -> None:
    assert iterations.total(b"\x30\x80" + data) >= 0
