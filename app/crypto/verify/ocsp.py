"""OCSP responses (RFC 6960): what one says of a certificate, and who says so."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ReasonFlags, ocsp

from app.crypto.der import element
from app.crypto.verify import certificate as certificates
from app.crypto.verify.asn1 import parse_all
from app.crypto.verify.certificate import (
    CRITICAL,
    Certificate,
    Signed,
    Unreadable,
    bits,
    elements,
    reading,
)
from app.crypto.verify.crl import Revocation
from app.crypto.verify.names import Name, normal
from app.crypto.verify.schemes import Identifier, implied_digest, method

_SUCCESSFUL = b"\x0a\x01\x00"  # 4.2.1, OCSPResponseStatus


@dataclass(frozen=True, slots=True, eq=False)
class Response:
    """A response about one certificate: not `known`, or revoked, or good without `revocation`.

    `name_hash` and `key_hash` are those of its issuer by `digest`; the responder is named by its
    name or by SHA-1 of its key.
    """

    responder: Name | bytes
    produced_at: datetime
    this_update: datetime
    next_update: datetime | None
    digest: str
    name_hash: bytes
    key_hash: bytes
    serial: int
    known: bool
    revocation: Revocation | None
    certificates: tuple[bytes, ...] = field(repr=False)
    signed: Signed = field(repr=False)

    def is_about(self, certificate: Certificate, issuer: Certificate) -> bool:
        """RFC 6960, 4.1.1, CertID."""
        return (
            self.serial == certificate.serial
            and self.name_hash == _hash(self.digest, certificate.issuer_der)
            and self.key_hash == _hash(self.digest, issuer.key_bits)
        )

    def responders(self, issuer: Certificate, pool: Iterable[bytes]) -> Iterator[Certificate]:
        """Who may be meant as its signer: the issuer itself, or a certificate that came along."""
        if self._names(issuer):
            yield issuer
        for der in (*self.certificates, *pool):
            with suppress(Unreadable):
                if self._names(found := certificates.load(der)):
                    yield found

    def _names(self, certificate: Certificate) -> bool:
        if isinstance(self.responder, bytes):
            return self.responder == _hash("sha1", certificate.key_bits)
        return self.responder == certificate.subject


@lru_cache(maxsize=64)
def load(data: bytes) -> Response:
    """Parse DER as one OCSPResponse. Raises Unreadable, also at a rule unknown here."""
    with reading():
        return _load(data)


def _load(data: bytes) -> Response:
    parsed = ocsp.load_der_ocsp_response(data)  # with several answers, all below raises
    status, wrapped = elements(data)
    _, basic = elements(elements(wrapped)[0])
    signed, algorithm, value, *_ = elements(basic[element(basic, 0)[1] :])
    # No extension that RFC 6960 defines for responses is critical.
    if status != _SUCCESSFUL or CRITICAL in signed:
        raise Unreadable
    identifier = Identifier.read(parse_all(algorithm))
    how = method(identifier, implied_digest(identifier))
    by_name, by_key = parsed.responder_name, parsed.responder_key_hash
    return Response(
        responder=normal(by_name) if by_name is not None else by_key or b"",
        produced_at=parsed.produced_at_utc,
        this_update=parsed.this_update_utc,
        next_update=parsed.next_update_utc,
        digest=parsed.hash_algorithm.name,
        name_hash=parsed.issuer_name_hash,
        key_hash=parsed.issuer_key_hash,
        serial=parsed.serial_number,
        known=parsed.certificate_status is not ocsp.OCSPCertStatus.UNKNOWN,
        revocation=_revocation(parsed),
        certificates=tuple(c.public_bytes(Encoding.DER) for c in parsed.certificates),
        signed=Signed(signed, bits(value), *how),
    )


def _revocation(parsed: ocsp.OCSPResponse) -> Revocation | None:
    since = parsed.revocation_time_utc
    if since is None:
        return None
    # 4.4.5: what an entry of a CRL may say besides, a response may say as well.
    for extension in parsed.single_extensions:
        if isinstance(extension.value, x509.InvalidityDate):
            since = min(since, extension.value.invalidity_date_utc)
    return Revocation(since, parsed.revocation_reason or ReasonFlags.unspecified)


def _hash(digest: str, data: bytes) -> bytes:
    # SHA-1 only names somebody here; who that is, signatures prove.
    return hashlib.new(digest, data, usedforsecurity=False).digest()
