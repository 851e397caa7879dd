"""What a CMS brings along is found wherever programs put it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from app.crypto.der import element, octet_string, oid, sequence, tagged
from app.crypto.verify.certificate import elements
from app.crypto.verify.signed_data import SignedData, read
from tests import pki
from tests.crypto.verify import authorities, cms_maker
from tests.crypto.verify.cms_maker import attribute

ROOT = authorities.root()
SIGNER = authorities.signer(ROOT)
SOUND = cms_maker.made(SIGNER)
ADOBE = "1.2.840.113583.1.1.8"
CERTIFICATES, REVOCATION = "1.2.840.113549.1.9.16.2.23", "1.2.840.113549.1.9.16.2.24"
RESPONSE, BASIC = "1.3.6.1.5.5.7.16.2", "1.3.6.1.5.5.7.48.1.1"

CRL = (
    x509.CertificateRevocationListBuilder()
    .issuer_name(ROOT.name)
    .last_update(pki.NOT_BEFORE)
    .next_update(pki.NOT_AFTER)
    .sign(ROOT.key, hashes.SHA256())
    .public_bytes(Encoding.DER)
)
OCSP = (
    ocsp.OCSPResponseBuilder()
    .add_response(
        SIGNER.certificate,
        ROOT.certificate,
        hashes.SHA256(),
        ocsp.OCSPCertStatus.GOOD,
        pki.SIGNED_AT,
        None,
        None,
        None,
    )
    .responder_id(ocsp.OCSPResponderEncoding.NAME, ROOT.certificate)
    .sign(ROOT.key, hashes.SHA256())
    .public_bytes(Encoding.DER)
)
_, _wrapped = elements(OCSP)
BASIC_OCSP = elements(elements(_wrapped)[0])[1][4:]


def archive(crls: bytes, ocsps: bytes) -> bytes:
    return sequence(tagged(0xA0, sequence(crls)), tagged(0xA1, sequence(ocsps)))


def brought(made: cms_maker.Cms) -> SignedData:
    return read(made.der())


def test_the_parts_of_an_answer_are_as_this_test_believes() -> None:
    assert elements(elements(_wrapped)[0])[0] == oid(BASIC)
    assert element(BASIC_OCSP, 0)[2] == len(BASIC_OCSP)


def test_revocation_of_the_signed_data_itself() -> None:
    whole = tagged(0xA1, oid(RESPONSE), OCSP)
    found = brought(replace(SOUND, revocation=(CRL, whole), version=5))
    assert (found.crls, found.ocsps) == ((CRL,), (OCSP,))


def test_basic_answers_become_whole_ones() -> None:
    basic = tagged(0xA1, oid(BASIC), BASIC_OCSP)
    assert brought(replace(SOUND, revocation=(basic,), version=5)).ocsps == (OCSP,)


def test_other_kinds_of_revocation_are_passed_over() -> None:
    other = tagged(0xA1, oid("2.25.1"), b"\5\0")
    found = brought(replace(SOUND, revocation=(other, CRL), version=5))
    assert (found.crls, found.ocsps) == ((CRL,), ())


def test_adobes_attribute() -> None:
    found = brought(SOUND.having(attribute(ADOBE, archive(CRL, OCSP))))
    assert (found.crls, found.ocsps) == ((CRL,), (OCSP,))


def test_adobes_attribute_must_be_signed() -> None:
    found = brought(replace(SOUND, unsigned=(attribute(ADOBE, archive(CRL, OCSP)),)))
    assert (found.crls, found.ocsps) == ((), ())


def test_values_of_cades() -> None:
    unsigned = (
        attribute(REVOCATION, archive(CRL, BASIC_OCSP)),
        attribute(CERTIFICATES, sequence(ROOT.der)),
    )
    found = brought(replace(SOUND, certificates=(SIGNER.der,), unsigned=unsigned))
    assert found.certificates == (SIGNER.der, ROOT.der)
    assert (found.crls, found.ocsps) == ((CRL,), (OCSP,))


def test_each_is_there_once() -> None:
    made = replace(SOUND, revocation=(CRL, CRL), certificates=(SIGNER.der, SIGNER.der))
    found = brought(made.having(attribute(ADOBE, archive(CRL, OCSP))))
    assert (found.certificates, found.crls) == ((SIGNER.der,), (CRL,))


@pytest.mark.parametrize("value", [octet_string(b"x"), sequence(tagged(0xA0)), b"\5\0"])
def test_attributes_that_are_broken_help_nobody(value: bytes) -> None:
    found = brought(SOUND.having(attribute(ADOBE, value)))
    assert (found.crls, found.ocsps) == ((), ())
