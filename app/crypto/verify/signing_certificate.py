"""The attributes by which a signature names its certificate: signing-certificate and its -v2.

RFC 5035; EN 319 122-1, 5.2.2. Only the first reference counts: it is the signer's. Those behind it
may narrow the choice of a path, which ends at an explicit anchor anyway; policies name none here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from app.crypto.verify import names
from app.crypto.verify.asn1 import (
    INTEGER,
    OCTETS,
    OCTETS_IN_PIECES,
    SEQUENCE,
    Members,
    Node,
    parse_all,
)
from app.crypto.verify.certificate import Certificate
from app.crypto.verify.names import Name
from app.crypto.verify.reasons import SIGNING_CERTIFICATE, Failure
from app.crypto.verify.schemes import Identifier

_V1 = "1.2.840.113549.1.9.16.2.12"
_V2 = "1.2.840.113549.1.9.16.2.47"


@dataclass(frozen=True, slots=True)
class Reference:
    """An ESSCertID or ESSCertIDv2."""

    digest: str  # as in hashlib
    value: bytes
    issuer_serial: tuple[Name, int] | None

    def names(self, certificate: Certificate) -> bool:
        """Whether it is that certificate that it names."""
        if hashlib.new(self.digest, certificate.der).digest() != self.value:
            return False
        own = certificate.issuer, certificate.serial
        return self.issuer_serial is None or self.issuer_serial == own


def references(attributes: Mapping[str, tuple[bytes, ...]]) -> tuple[Reference, ...]:
    """What each of the two attributes says, none where there is neither.

    Raises Failure where one stands twice or has several values, BadAsn1.
    """
    found = []
    for kind in (_V1, _V2):
        values = attributes.get(kind)
        if values is None:
            continue
        if len(values) != 1:
            raise Failure(SIGNING_CERTIFICATE())
        found.append(_first(values[0], default="sha1" if kind == _V1 else "sha256"))
    return tuple(found)


def _first(value: bytes, default: str) -> Reference:
    members = Members(parse_all(value).of(SEQUENCE))
    certificates = members.next(SEQUENCE).children()
    members.optional(SEQUENCE)  # policies
    members.end()
    if not certificates:
        raise Failure(SIGNING_CERTIFICATE())
    members = Members(certificates[0].of(SEQUENCE))
    algorithm = members.optional(SEQUENCE) if default == "sha256" else None
    digest = Identifier.read(algorithm).digest if algorithm else default
    certificate_hash = members.next(OCTETS, OCTETS_IN_PIECES).octets()
    issuer_serial = members.optional(SEQUENCE)
    members.end()
    return Reference(
        digest, certificate_hash, _issuer_serial(issuer_serial) if issuer_serial else None
    )


def _issuer_serial(node: Node) -> tuple[Name, int]:
    """IssuerSerial: its GeneralNames are one directoryName (RFC 5035, 5)."""
    members = Members(node)
    issuers, serial = members.next(SEQUENCE), members.next(INTEGER)
    members.end()
    return names.read(issuers.only().of(0xA4).only().raw), serial.integer()
