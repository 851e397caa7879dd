"""What a CMS brings along to judge it: certificates, CRLs and OCSP answers, wherever it has them.

RFC 5652, 10.2; RFC 5940; ISO 32000-2, 12.8.3.3.2 (Adobe's attribute); EN 319 122-1, annex A.1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from app.crypto.der import octet_string, oid, sequence, tagged
from app.crypto.verify.asn1 import OID, SEQUENCE, BadAsn1, Members, Node, parse_all

_ADOBE_REVOCATION = "1.2.840.113583.1.1.8"
_CERTIFICATE_VALUES = "1.2.840.113549.1.9.16.2.23"
_REVOCATION_VALUES = "1.2.840.113549.1.9.16.2.24"
_OCSP_RESPONSE = "1.3.6.1.5.5.7.16.2"
_BASIC_OCSP_RESPONSE = "1.3.6.1.5.5.7.48.1.1"


@dataclass(frozen=True, slots=True)
class Embedded:
    """DER certificates, CertificateLists and OCSPResponses, each once."""

    certificates: tuple[bytes, ...]
    crls: tuple[bytes, ...]
    ocsps: tuple[bytes, ...]


def find(
    certificates: Node | None,
    revocation: Node | None,
    signed_attributes: Mapping[str, tuple[bytes, ...]],
    unsigned_attributes: Mapping[str, tuple[bytes, ...]],
) -> Embedded:
    """Gather it: `certificates` is a CertificateSet, `revocation` the RevocationInfoChoices.

    Attributes that are not as they should be help nobody, and are passed over. Raises BadAsn1.
    """
    found = [*_certificates(certificates), *_revocation(revocation)]
    for value in signed_attributes.get(_ADOBE_REVOCATION, ()):
        with suppress(BadAsn1):
            found += _archived(value, basic=False)
    for value in unsigned_attributes.get(_REVOCATION_VALUES, ()):
        with suppress(BadAsn1):
            found += _archived(value, basic=True)
    for value in unsigned_attributes.get(_CERTIFICATE_VALUES, ()):
        with suppress(BadAsn1):
            found += _certificates(parse_all(value))
    kinds = ("certificate", "crl", "ocsp")
    return Embedded(*(tuple(dict.fromkeys(der for k, der in found if k == kind)) for kind in kinds))


def _certificates(node: Node | None) -> Iterator[tuple[str, bytes]]:
    """Other choices than Certificate (attribute certificates, PKCS #6) are not used here."""
    for each in node.children() if node else ():
        if each.tag == SEQUENCE:
            yield "certificate", each.raw


def _revocation(node: Node | None) -> Iterator[tuple[str, bytes]]:
    for each in node.children() if node else ():
        if each.tag == SEQUENCE:
            yield "crl", each.raw
        elif each.tag == 0xA1:  # OtherRevocationInfoFormat
            members = Members(each)
            kind, value = members.next(OID).oid(), members.any()
            if value and kind == _OCSP_RESPONSE:
                yield "ocsp", value.raw
            elif value and kind == _BASIC_OCSP_RESPONSE:
                yield "ocsp", _whole(value.raw)


def _archived(value: bytes, basic: bool) -> Iterator[tuple[str, bytes]]:
    """RevocationInfoArchival and RevocationValues: both [0] CRLs, [1] OCSP answers, [2] others."""
    members = Members(parse_all(value))
    crls, ocsps = members.optional(0xA0), members.optional(0xA1)
    for each in crls.only().children() if crls else ():
        yield "crl", each.raw
    for each in ocsps.only().children() if ocsps else ():
        yield "ocsp", _whole(each.raw) if basic else each.raw


def _whole(basic: bytes) -> bytes:
    """The OCSPResponse around a BasicOCSPResponse (RFC 6960, 4.2.1)."""
    successful = tagged(0x0A, b"\0")
    return sequence(
        successful, tagged(0xA0, sequence(oid(_BASIC_OCSP_RESPONSE), octet_string(basic)))
    )
