"""Certificate revocation lists (RFC 5280, 5): what one says, and about which certificates."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import TypeVar

from cryptography import x509
from cryptography.x509 import ReasonFlags
from cryptography.x509.oid import CRLEntryExtensionOID, ExtensionOID

from app.crypto.verify.certificate import (
    CRITICAL,
    Certificate,
    Signed,
    Unreadable,
    elements,
    reading,
    signature,
)
from app.crypto.verify.names import Name, comparable, normal, point_names
from app.crypto.verify.usage import is_authority

HOLD = ReasonFlags.certificate_hold
EVERY_REASON = frozenset(ReasonFlags) - {ReasonFlags.unspecified, ReasonFlags.remove_from_crl}

_Extension = TypeVar("_Extension", bound=x509.ExtensionType)
_UNDERSTOOD = {
    ExtensionOID.ISSUING_DISTRIBUTION_POINT,
    ExtensionOID.DELTA_CRL_INDICATOR,
    ExtensionOID.AUTHORITY_KEY_IDENTIFIER,
    ExtensionOID.CRL_NUMBER,
}
_UNDERSTOOD_IN_ENTRIES = {
    CRLEntryExtensionOID.CERTIFICATE_ISSUER,
    CRLEntryExtensionOID.CRL_REASON,
    CRLEntryExtensionOID.INVALIDITY_DATE,
}
_SEQUENCE = 0x30
_LARGEST = 16 << 20  # bytes


@dataclass(frozen=True, slots=True)
class Revocation:
    """Since when, and why. An earlier invalidityDate counts (5.3.2)."""

    since: datetime
    reason: ReasonFlags = ReasonFlags.unspecified


@dataclass(frozen=True, slots=True)
class Scope:
    """What a CRL is about (5.2.5); `names` are those of its distribution point, if it has any."""

    names: frozenset[object] | None = None
    users_only: bool = False
    authorities_only: bool = False
    attributes_only: bool = False
    reasons: frozenset[ReasonFlags] = EVERY_REASON
    indirect: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Crl:
    """A CRL; it is a delta when `base` (the number of the CRL that it continues) is given."""

    issuer: Name
    this_update: datetime
    next_update: datetime | None
    number: int | None
    base: int | None
    scope: Scope
    signed: Signed = field(repr=False)
    _parsed: x509.CertificateRevocationList = field(repr=False)
    _strict: bool  # entries may hold critical extensions
    _entries: dict[tuple[Name, int], Revocation | None] = field(default_factory=dict, repr=False)

    def entry(self, issuer: Name, serial: int) -> Revocation | None:
        """What it says of the certificate with that serial number by that issuer.

        Raises Unreadable, also at a rule unknown here in any entry (5.3).
        """
        if (issuer, serial) not in self._entries:
            with reading():
                self._entries[issuer, serial] = self._find(issuer, serial)
        return self._entries[issuer, serial]

    def continues(self, complete: Crl) -> bool:
        """Whether it is a delta to that CRL (6.3.3 c); who signed it is another question."""
        if self.base is None or self.number is None or complete.number is None:
            return False
        same = self.issuer == complete.issuer and self.scope == complete.scope
        return same and self.base <= complete.number < self.number

    def _find(self, issuer: Name, serial: int) -> Revocation | None:
        if self._strict:
            for entry in self._parsed:
                _check_known(entry.extensions, _UNDERSTOOD_IN_ENTRIES)
        if not self.scope.indirect and serial > 0:
            found = self._parsed.get_revoked_certificate_by_serial_number(serial)
            return _revocation(found) if found else None
        named = self.issuer
        for entry in self._parsed:
            # 5.3.3: it stands for the entries that follow as well.
            if names := _value(entry.extensions, x509.CertificateIssuer):
                named = normal(names.get_values_for_type(x509.DirectoryName)[0])
            if (named, entry.serial_number) == (issuer, serial):
                return _revocation(entry)
        return None


@lru_cache(maxsize=8)
def load(data: bytes) -> Crl:
    """Parse DER as one CRL. Raises Unreadable, also at a rule unknown here (5.2)."""
    if len(data) > _LARGEST:
        raise Unreadable
    with reading():
        return _load(data)


def _load(data: bytes) -> Crl:
    parsed = x509.load_der_x509_crl(data)
    tbs, algorithm, value = elements(data)
    fields = elements(tbs)
    if algorithm not in fields[:2]:  # 5.1.1.2; version 1 states no version
        raise Unreadable
    _check_known(parsed.extensions, _UNDERSTOOD)
    entries = next((part for part in fields[3:] if part[0] == _SEQUENCE), b"")
    issuer = normal(parsed.issuer)
    number = _value(parsed.extensions, x509.CRLNumber)
    base = _value(parsed.extensions, x509.DeltaCRLIndicator)
    return Crl(
        issuer=issuer,
        this_update=parsed.last_update_utc,
        next_update=parsed.next_update_utc,
        number=number.crl_number if number else None,
        base=base.crl_number if base else None,
        scope=_scope(_value(parsed.extensions, x509.IssuingDistributionPoint), issuer),
        signed=signature(parsed, tbs, value),
        _parsed=parsed,
        _strict=CRITICAL in entries,
    )


def _check_known(extensions: x509.Extensions, understood: Set[x509.ObjectIdentifier]) -> None:
    if any(extension.critical and extension.oid not in understood for extension in extensions):
        raise Unreadable


def _value(extensions: x509.Extensions, kind: type[_Extension]) -> _Extension | None:
    return next((e.value for e in extensions if isinstance(e.value, kind)), None)


def _scope(point: x509.IssuingDistributionPoint | None, issuer: Name) -> Scope:
    if point is None:
        return Scope()
    return Scope(
        point_names(point, issuer),
        point.only_contains_user_certs,
        point.only_contains_ca_certs,
        point.only_contains_attribute_certs,
        EVERY_REASON if point.only_some_reasons is None else point.only_some_reasons,
        point.indirect_crl,
    )


def _revocation(entry: x509.RevokedCertificate) -> Revocation:
    reason = _value(entry.extensions, x509.CRLReason)
    invalid = _value(entry.extensions, x509.InvalidityDate)
    since = entry.revocation_date_utc
    return Revocation(
        min(since, invalid.invalidity_date_utc) if invalid else since,
        reason.reason if reason else ReasonFlags.unspecified,
    )


def reasons_covered(crl: Crl, certificate: Certificate) -> frozenset[ReasonFlags]:
    """For which reasons a revocation of the certificate would be in the CRL; for none if empty.

    RFC 5280, 6.3.3 b, d: by one of the certificate's distribution points, or without one.
    """
    scope, issuer = crl.scope, certificate.issuer
    excluded = scope.users_only if is_authority(certificate) else scope.authorities_only
    if scope.attributes_only or excluded:
        return frozenset()
    covered = frozenset[ReasonFlags]()
    for names, issuers, reasons in _points(certificate):
        # b 1: somebody else's CRL must be named and must say that it is about others.
        by_right = crl.issuer in issuers and scope.indirect if issuers else crl.issuer == issuer
        if by_right and (scope.names is None or not scope.names.isdisjoint(names)):
            covered |= scope.reasons & reasons
    return covered


_Point = tuple[frozenset[object], frozenset[Name], frozenset[ReasonFlags]]


@lru_cache(maxsize=512)
def _points(certificate: Certificate) -> tuple[_Point, ...]:
    """Names, other issuers and reasons of each distribution point.

    The last one is implied: what the issuer itself publishes under its own name (6.3.3, end).
    """
    issuer = certificate.issuer
    found = []
    for point in certificate.extension(x509.CRLDistributionPoints) or ():
        named = [n for n in point.crl_issuer or () if isinstance(n, x509.DirectoryName)]
        others = frozenset(normal(name.value) for name in named)
        by = next(iter(others), issuer)
        names = point_names(point, by) or frozenset(map(comparable, point.crl_issuer or ()))
        found.append((names, others, point.reasons or EVERY_REASON))
    return (*found, (frozenset({(x509.DirectoryName, issuer)}), frozenset(), EVERY_REASON))
