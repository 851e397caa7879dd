"""What certificates are for: documents, time stamps, and other things."""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID as Eku

from tests import pki
from tests.crypto.verify import authorities
from tests.crypto.verify.authorities import authority, signer
from tests.crypto.verify.paths import ISSUER, ROOT, failure, found

DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")
ADOBE = x509.ObjectIdentifier("1.2.840.113583.1.1.5")
MICROSOFT = x509.ObjectIdentifier("1.3.6.1.4.1.311.10.3.12")
FOR_DOCUMENTS = [
    [Eku.EMAIL_PROTECTION], [Eku.CLIENT_AUTH, Eku.EMAIL_PROTECTION], [DOCUMENT_SIGNING], [ADOBE],
    [MICROSOFT], [Eku.ANY_EXTENDED_KEY_USAGE], [Eku.SERVER_AUTH, Eku.CODE_SIGNING, ADOBE],
]  # fmt: skip
FOR_OTHER_THINGS = [
    [Eku.SERVER_AUTH], [Eku.TIME_STAMPING], [Eku.OCSP_SIGNING], [Eku.CODE_SIGNING],
    [Eku.CLIENT_AUTH], [Eku.SERVER_AUTH, Eku.CLIENT_AUTH], [x509.ObjectIdentifier("2.25.9")],
]  # fmt: skip


@pytest.mark.parametrize("purposes", FOR_DOCUMENTS, ids=str)
def test_documents_are_signed_with_certificates_for_that(
    purposes: list[x509.ObjectIdentifier],
) -> None:
    assert found(signer(ISSUER, x509.ExtendedKeyUsage(purposes)))
    assert found(signer(authority(ROOT, "For some", 3020, x509.ExtendedKeyUsage(purposes))))


@pytest.mark.parametrize("purposes", FOR_OTHER_THINGS, ids=str)
def test_certificates_for_other_things_do_not_sign_documents(
    purposes: list[x509.ObjectIdentifier],
) -> None:
    assert failure(signer(ISSUER, x509.ExtendedKeyUsage(purposes))) == "usage"
    limited = authority(ROOT, "For others", 3021, x509.ExtendedKeyUsage(purposes))
    assert failure(signer(limited)) == "usage"


KEY_USAGES = {
    ("digital_signature",): True,
    ("content_commitment",): True,
    ("content_commitment", "key_encipherment"): True,
    ("key_encipherment", "data_encipherment"): False,
    ("key_agreement",): False,
    ("digital_signature", "key_cert_sign"): False,
    ("crl_sign",): False,
}


@pytest.mark.parametrize(("names", "may"), KEY_USAGES.items(), ids=str)
def test_key_usage_says_who_may_sign(names: tuple[str, ...], may: bool) -> None:
    leaf = ISSUER.issue(pki.name_of("Signer"), pki.ec_key(3022), [(pki.usage(*names), True)])
    if may:
        assert found(leaf)
    else:
        assert failure(leaf) == "usage"


def test_without_key_usage_everything_is_permitted() -> None:
    assert found(ISSUER.issue(pki.name_of("Signer"), pki.ec_key(3023), []))


STAMPERS = {
    "as demanded": ([(x509.ExtendedKeyUsage([Eku.TIME_STAMPING]), True)], True),
    "not critical": ([(x509.ExtendedKeyUsage([Eku.TIME_STAMPING]), False)], False),
    "not sole": ([(x509.ExtendedKeyUsage([Eku.TIME_STAMPING, Eku.EMAIL_PROTECTION]), True)], False),
    "any": ([(x509.ExtendedKeyUsage([Eku.ANY_EXTENDED_KEY_USAGE]), True)], False),
    "no purpose": ([], False),
}


@pytest.mark.parametrize(("extensions", "may"), STAMPERS.values(), ids=STAMPERS)
def test_time_is_stamped_with_certificates_for_nothing_else(
    extensions: authorities.Extensions, may: bool
) -> None:
    extensions = [(pki.usage("digital_signature"), True), *extensions]
    leaf = ISSUER.issue(pki.name_of("Clock"), pki.ec_key(3024), extensions)
    if may:
        assert found(leaf, purpose="timestamp")
        assert failure(leaf, purpose="signature") == "usage"
    else:
        assert failure(leaf, purpose="timestamp") == "usage"
