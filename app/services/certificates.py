"""What a person can read of a certificate, to compare it with what an authority publishes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

from app.crypto import certificates
from app.errors import TekenError

_LABELS = {NameOID.TITLE: "T"}  # others have a short name in RFC 4514


@dataclass(frozen=True, slots=True)
class Facts:
    """Names as "CN=...; O=..."; `serial` and `sha256` in hexadecimal, times aware (UTC)."""

    subject: str
    issuer: str
    serial: str
    not_before: datetime
    not_after: datetime
    sha256: str


def facts(der: bytes) -> Facts | None:
    """The facts of a certificate in DER; None where it cannot be read."""
    try:
        certificate = certificates.load(der)
        return Facts(
            _name(certificate.subject),
            _name(certificate.issuer),
            _groups(f"{certificate.serial_number:X}"),
            certificate.not_valid_before_utc,
            certificate.not_valid_after_utc,
            _groups(certificate.fingerprint(SHA256()).hex().upper()),
        )
    except (TekenError, ValueError):  # names and dates are only read when they are asked for
        return None


def _name(name: x509.Name) -> str:
    """All parts, the person first as in RFC 4514, which would escape each comma of a degree."""
    return "; ".join(f"{_LABELS.get(each.oid, each.rfc4514_attribute_name)}={each.value!s}"
                     for each in reversed(list(name)))  # fmt: skip


def _groups(digits: str) -> str:
    """Hexadecimal digits by fours, as people compare them."""
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))
