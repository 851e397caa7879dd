"""The edge between `cryptography` and the checks of certificates: what is read is read here.

Reading and verifying are pure, so results are kept: a signer's chain comes again with every file.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import HashAlgorithm
from cryptography.hazmat.primitives.serialization import load_der_public_key

from app.crypto.der import element, oid
from app.crypto.verify.names import Name, normal

_Extension = TypeVar("_Extension", bound=x509.ExtensionType)
_POLICY_MAPPINGS = x509.ObjectIdentifier("2.5.29.33")
CRITICAL = b"\x01\x01\xff"  # how an extension that is critical begins, behind its OID
_RSASSA_PSS = oid("1.2.840.113549.1.1.10")
_Parameters = padding.PSS | padding.PKCS1v15 | ec.ECDSA | None


class Unreadable(Exception):
    """Foreign bytes that are not what they should be, or that nobody here can read."""


@dataclass(frozen=True, slots=True, eq=False)
class Signed:
    """What somebody signed, and how (RFC 5280, 4.1.1; `data` and `value` are DER)."""

    data: bytes
    value: bytes
    hash: HashAlgorithm | None
    parameters: _Parameters
    _answers: dict[bytes, bool] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """The digest, as in hashlib; empty where the key has its own."""
        return self.hash.name.replace("-", "_") if self.hash else ""

    def by(self, key: bytes) -> bool:
        """As `verifies`, but each answer is kept."""
        if key not in self._answers:
            self._answers[key] = verifies(self, key)
        return self._answers[key]


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate, as far as checks need it. Two are equal when their bytes are.

    `issuer_der` is the issuer's name as it is written, `key` the DER SubjectPublicKeyInfo and
    `key_bits` what that wraps, `oids` the dotted OIDs of the extensions and `critical` those of
    the critical ones.
    """

    der: bytes
    version: x509.Version = field(compare=False)
    serial: int = field(compare=False)
    issuer: Name = field(compare=False)
    issuer_der: bytes = field(compare=False)
    subject: Name = field(compare=False)
    not_before: datetime = field(compare=False)
    not_after: datetime = field(compare=False)
    key: bytes = field(compare=False)
    key_bits: bytes = field(compare=False)
    signed: Signed = field(compare=False)
    extensions: Mapping[type, x509.ExtensionType] = field(compare=False)
    oids: frozenset[str] = field(compare=False)
    critical: frozenset[str] = field(compare=False)
    policy_mappings: Mapping[str, frozenset[str]] = field(compare=False)

    def issued_by(self, issuer: Certificate) -> bool:
        """Whether that is its issuer, by name and by key."""
        return self.issuer == issuer.subject and self.signed.by(issuer.key)

    @property
    def self_issued(self) -> bool:
        """RFC 5280, 6.1: by its names, whoever signed it."""
        return self.issuer == self.subject

    def extension(self, kind: type[_Extension]) -> _Extension | None:
        """The value of that extension, if there is one."""
        return self.extensions.get(kind)  # type: ignore[return-value]


@lru_cache(maxsize=512)
def load(data: bytes) -> Certificate:
    """Parse DER as one certificate, and all of it at once: nothing can fail later.

    Raises Unreadable.
    """
    with reading():
        return _load(data)


@contextmanager
def reading() -> Iterator[None]:
    """Turn whatever a parser raises at foreign bytes into Unreadable: they are not used."""
    try:
        with warnings.catch_warnings():
            # Of serial numbers below one, and NULL where a parameter should be missing: neither
            # bears on trust, and real authorities have issued both.
            warnings.simplefilter("ignore")
            yield
    except Exception as e:
        raise Unreadable from e


def _load(data: bytes) -> Certificate:
    parsed = x509.load_der_x509_certificate(data)
    extensions = tuple(parsed.extensions) if parsed.version is x509.Version.v3 else ()
    tbs, algorithm, value = elements(data)
    fields = elements(tbs)[parsed.version is x509.Version.v3 :]  # v1 states no version
    _, inner, issuer, _, _, key = fields[:6]
    if inner != algorithm:  # RFC 5280, 4.1.1.2
        raise Unreadable
    return Certificate(
        der=data,
        version=parsed.version,
        serial=parsed.serial_number,
        issuer=normal(parsed.issuer),
        issuer_der=issuer,
        subject=normal(parsed.subject),
        not_before=parsed.not_valid_before_utc,
        not_after=parsed.not_valid_after_utc,
        key=key,
        key_bits=bits(elements(key)[1]),
        signed=signature(parsed, tbs, value),
        extensions={type(e.value): e.value for e in extensions},
        oids=frozenset(e.oid.dotted_string for e in extensions),
        critical=frozenset(e.oid.dotted_string for e in extensions if e.critical),
        policy_mappings=_policy_mappings(extensions),
    )


def _policy_mappings(extensions: Iterable[x509.Extension[Any]]) -> Mapping[str, frozenset[str]]:
    """From an issuer's policy to those of its subject that are as good (RFC 5280, 4.2.1.5)."""
    found: dict[str, frozenset[str]] = {}
    for extension in extensions:
        if extension.oid == _POLICY_MAPPINGS:  # the parser leaves it as it is
            for pair in elements(extension.value.value):
                policy, equivalent = map(_dotted, elements(pair))
                found[policy] = found.get(policy, frozenset()) | {equivalent}
    return found


def _dotted(identifier: bytes) -> str:
    """An OBJECT IDENTIFIER as text (X.690, 8.19)."""
    arcs = [0]
    for byte in identifier[element(identifier, 0)[1] :]:
        arcs[-1] = arcs[-1] << 7 | byte & 127
        if byte < 128:
            arcs.append(0)
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:-1])))


def elements(data: bytes) -> list[bytes]:
    """The encodings within a constructed one, of DER that was parsed before."""
    _, at, end = element(data, 0)
    found = []
    while at < end:
        start, (_, _, at) = at, element(data, at)
        found.append(data[start:at])
    return found


def bits(data: bytes) -> bytes:
    """The whole bytes that a BIT STRING holds. Raises Unreadable where it has others."""
    _, start, end = element(data, 0)
    if data[start]:
        raise Unreadable
    return data[start + 1 : end]


def signature(
    parsed: x509.Certificate | x509.CertificateRevocationList, data: bytes, value: bytes
) -> Signed:
    """The signature over `data`, from its BIT STRING; by an unknown algorithm it is nobody's."""
    try:
        algorithm = parsed.signature_hash_algorithm, parsed.signature_algorithm_parameters
    except (ValueError, UnsupportedAlgorithm):
        algorithm = None, None
    return Signed(data, bits(value), *algorithm)


def verifies(signed: Signed, key: bytes) -> bool:
    """Whether the holder of `key` (DER SubjectPublicKeyInfo) made the signature; in doubt not."""
    pss_only = elements(elements(key)[0])[0] == _RSASSA_PSS  # RFC 4055, 1.2: no other padding
    if pss_only and not isinstance(signed.parameters, padding.PSS):
        return False
    try:
        _verify(load_der_public_key(key), signed)
    except (InvalidSignature, Unreadable, ValueError, TypeError, UnsupportedAlgorithm):
        return False
    return True


def _verify(key: object, signed: Signed) -> None:
    how, digest = signed.parameters, signed.hash
    match key:
        case rsa.RSAPublicKey() if digest and isinstance(how, padding.PKCS1v15 | padding.PSS):
            key.verify(signed.value, signed.data, how, digest)
        case ec.EllipticCurvePublicKey() if isinstance(how, ec.ECDSA):
            key.verify(signed.value, signed.data, how)
        case ed25519.Ed25519PublicKey() | ed448.Ed448PublicKey() if not digest and not how:
            key.verify(signed.value, signed.data)
        case dsa.DSAPublicKey() if digest and how is None:
            key.verify(signed.value, signed.data, digest)
        case _:
            raise Unreadable
