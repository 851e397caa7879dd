"""A Name that stands outside of a certificate compares like one within."""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.x509.name import _ASN1Type as Text
from cryptography.x509.oid import NameOID

from app.crypto.der import octet_string, oid, sequence, set_of, tagged
from app.crypto.verify import names
from app.crypto.verify.asn1 import BadAsn1
from tests import pki

UNIQUE = NameOID.X500_UNIQUE_IDENTIFIER


def part(text: str, kind: Text = Text.UTF8String) -> x509.NameAttribute[str]:
    return x509.NameAttribute(NameOID.COMMON_NAME, text, kind)


def relative(*parts: x509.NameAttribute[str]) -> x509.Name:
    return x509.Name([x509.RelativeDistinguishedName(parts)])


@pytest.mark.parametrize(
    "name",
    [
        pki.ROOT_NAME,
        x509.Name([]),
        x509.Name([part("Maria"), part("Yosefina", Text.PrintableString)]),
        relative(part("Maria"), x509.NameAttribute(NameOID.TITLE, "Kepala")),
        x509.Name([part("Zo\u00eb", Text.BMPString)]),
        x509.Name([part("Zo\u00eb", Text.UniversalString)]),
        x509.Name([x509.NameAttribute(UNIQUE, b"\x01\x02", Text.BitString)]),
    ],
)
def test_as_the_certificate_has_it(name: x509.Name) -> None:
    assert names.read(name.public_bytes()) == names.normal(name)


def test_parts_of_one_level_are_told_from_levels() -> None:
    title = x509.NameAttribute(NameOID.TITLE, "Kepala")
    both, one_by_one = relative(part("Maria"), title), x509.Name([part("Maria"), title])
    assert names.read(both.public_bytes()) != names.read(one_by_one.public_bytes())
    assert names.read(both.public_bytes()) != names.read(relative(part("Maria")).public_bytes())


@pytest.mark.parametrize(
    "spoiled",
    [
        b"",
        octet_string(b"x"),
        sequence(sequence()),
        sequence(set_of(sequence(oid("2.5.4.3")))),
        sequence(set_of(sequence(oid("2.5.4.3"), tagged(0x0C, b"A"), tagged(0x0C, b"B")))),
        sequence(set_of(sequence(oid("2.5.4.3"), b"\x02\x01\x01"))),
        x509.Name([part("Maria")]).public_bytes() + b"\0",
    ],
)
def test_what_is_no_name(spoiled: bytes) -> None:
    with pytest.raises(BadAsn1):
        names.read(spoiled)
