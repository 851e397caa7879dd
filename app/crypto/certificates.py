"""X.509 certificates of signers: inspect, order, check before use, label, and make one for tests.

Whether a chain is *trusted* is the verifier's question and is not answered here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import (
    ExtendedKeyUsageOID,
    ExtensionOID,
    NameOID,
    PublicKeyAlgorithmOID,
)

from app import errors
from app.model import Algorithm, KeyInfo, Person

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey

TEST_LABEL = "TIDAK TERSERTIFIKASI - UJI"
UNCERTIFIED_LABEL = "TIDAK TERSERTIFIKASI"
TEST_SUFFIX = " (UJI)"

_NAME_LIMIT = 64  # ub-common-name and its siblings (RFC 5280, appendix A.1); here in bytes
_SUBJECT_LIMIT = 208  # bytes of DER: keeps a P-256 certificate of our own within 700 bytes
_RSA_BITS = range(2048, 4097)
_CURVES = ("secp256r1", "secp384r1")

# Critical extensions that an end-entity certificate may carry: checked below, or without a
# bearing on whether its key may sign a document (RFC 5280, 4.2: any other one must be refused).
_UNDERSTOOD = frozenset(
    {
        ExtensionOID.KEY_USAGE,
        ExtensionOID.EXTENDED_KEY_USAGE,
        ExtensionOID.BASIC_CONSTRAINTS,
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
        ExtensionOID.CERTIFICATE_POLICIES,
    }
)
_OTHER_PURPOSES = frozenset(
    {
        ExtendedKeyUsageOID.TIME_STAMPING,
        ExtendedKeyUsageOID.OCSP_SIGNING,
        ExtendedKeyUsageOID.SERVER_AUTH,
    }
)

_Extension = TypeVar("_Extension", bound=x509.ExtensionType)


def load(der: bytes) -> x509.Certificate:
    """Parse one DER certificate; raises CertificateUnusable."""
    try:
        return x509.load_der_x509_certificate(der)
    except (ValueError, x509.InvalidVersion) as e:
        raise errors.CertificateUnusable(what="it cannot be read") from e


def to_der(certificate: x509.Certificate) -> bytes:
    """The DER bytes of a certificate."""
    return certificate.public_bytes(Encoding.DER)


def public_key(certificate: x509.Certificate) -> PublicKey:
    """The key of a certificate; raises KeyUnsupported outside RSA 2048-4096, P-256 and P-384."""
    try:
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm) as e:
        raise errors.KeyUnsupported(what="its certificate names an unknown algorithm") from e
    return check_key(key)


def check_key(key: object) -> PublicKey:
    """Let only accepted public keys pass; raises KeyUnsupported."""
    if isinstance(key, rsa.RSAPublicKey):
        if key.key_size not in _RSA_BITS:
            raise errors.KeyUnsupported(what=f"RSA {key.key_size}")
        return key
    if isinstance(key, ec.EllipticCurvePublicKey):
        if key.curve.name not in _CURVES:
            raise errors.KeyUnsupported(what=key.curve.name)
        return key
    raise errors.KeyUnsupported(what=type(key).__name__.lstrip("_"))


def check_match(chain: Sequence[bytes], key: PublicKey) -> None:
    """Refuse a key that its certificate does not certify; raises KeyMismatch."""
    if _spki(public_key(load(leaf_of(chain)))) != _spki(key):
        raise errors.KeyMismatch


def check_usable(chain: Sequence[bytes], algorithm: Algorithm, at: datetime) -> None:
    """Refuse a certificate that no reader would accept for a document signed at `at` (aware).

    Raises CertificateNotYetValid, CertificateExpired, CertificateUnusable or KeyUnsupported.
    Only the end-entity certificate is looked at: its issuers are the verifier's business.
    """
    not_before, not_after = _usable_period(leaf_of(chain), algorithm)
    if at < not_before:
        raise errors.CertificateNotYetValid(date=f"{not_before:%Y-%m-%d}")
    if at > not_after:
        raise errors.CertificateExpired(date=f"{not_after:%Y-%m-%d}")


@lru_cache(maxsize=64)
def _usable_period(der: bytes, algorithm: Algorithm) -> tuple[datetime, datetime]:
    """notBefore and notAfter, both included (RFC 5280, 4.1.2.5), once the rest is in order.

    Kept for a certificate, because a batch asks for each of its thousands of files.
    """
    leaf = load(der)
    # (1): what it may be used for.
    _check_purpose(leaf)
    # (2): the key, and whether it can do what will be asked of it.
    if isinstance(public_key(leaf), rsa.RSAPublicKey) != algorithm.scheme.startswith("rsa"):
        raise errors.KeyUnsupported(what="its certificate is for another algorithm")
    # RFC 4055, 1.2: a key that is named so must not be used with PKCS #1 v1.5
    only_pss = leaf.public_key_algorithm_oid == PublicKeyAlgorithmOID.RSASSA_PSS
    if only_pss and algorithm.scheme != "rsa-pss":
        raise errors.KeyUnsupported(what="its certificate permits RSASSA-PSS only")
    # (3): when.
    return leaf.not_valid_before_utc, leaf.not_valid_after_utc


def _check_purpose(leaf: x509.Certificate) -> None:
    extensions = _extensions(leaf)
    for extension in extensions:
        if extension.critical and extension.oid not in _UNDERSTOOD:
            oid = extension.oid.dotted_string
            raise errors.CertificateUnusable(what="it holds an unknown rule", oid=oid)
    constraints = _value(extensions, x509.BasicConstraints)
    usage = _value(extensions, x509.KeyUsage)
    if (constraints and constraints.ca) or (usage and usage.key_cert_sign):
        raise errors.CertificateUnusable(what="it belongs to a certificate authority")
    # RFC 5280, 4.2.1.3: without the extension every usage is permitted.
    if usage and not (usage.digital_signature or usage.content_commitment):
        raise errors.CertificateUnusable(what="its key usage is not signing")
    purposes = _value(extensions, x509.ExtendedKeyUsage)
    if purposes and set(purposes) <= _OTHER_PURPOSES:
        raise errors.CertificateUnusable(what="it is for another purpose only")


def label(chain: Sequence[bytes]) -> str:
    """What to print beside every signature by this chain.

    No trust anchors exist yet, so nothing is ever called certified (PP 71/2019, art. 59-60):
    the answer fails closed to "TIDAK TERSERTIFIKASI", also for the chain of a real PSrE.
    """
    return TEST_LABEL if is_self_made(chain) else UNCERTIFIED_LABEL


def is_self_made(chain: Sequence[bytes]) -> bool:
    """Whether `self_made` wrote it: it carries our label and its own key signed it."""
    return _is_self_made(leaf_of(chain))


@lru_cache(maxsize=64)
def _is_self_made(der: bytes) -> bool:
    """Kept for a certificate, because each stamp of a batch asks for its label."""
    leaf = load(der)
    return TEST_LABEL in _texts(leaf, NameOID.ORGANIZATIONAL_UNIT_NAME) and _issued(leaf, leaf)


def person_of(chain: Sequence[bytes]) -> Person:
    """Name, position and organisation as the certificate's subject states them."""
    leaf = load(leaf_of(chain))
    name, position, organisation = (
        next(iter(_texts(leaf, oid)), "")
        for oid in (NameOID.COMMON_NAME, NameOID.TITLE, NameOID.ORGANIZATION_NAME)
    )
    return Person(name.removesuffix(TEST_SUFFIX), position, organisation=organisation)


def key_info(
    name: str, chain: tuple[bytes, ...], algorithm: Algorithm, person: Person | None = None
) -> KeyInfo:
    """What the screens show of a key; `person` None: as its certificate states."""
    leaf = load(leaf_of(chain))
    person = person or person_of(chain)
    period = leaf.not_valid_before_utc, leaf.not_valid_after_utc
    return KeyInfo(name, person, algorithm, chain, *period, is_self_made(chain))


def leaf_of(chain: Sequence[bytes]) -> bytes:
    """The end-entity certificate of a chain; raises CertificateUnusable when there is none."""
    if not chain:
        raise errors.CertificateUnusable(what="it is missing")
    return chain[0]


def order_chain(certificates: Iterable[bytes], leaf: bytes) -> tuple[bytes, ...]:
    """`leaf`, then each issuer found among `certificates` (DER, any order), up to the root.

    Certificates that are no part of the path are left out; a missing issuer ends the chain.
    """
    pool = [load(der) for der in certificates]
    path = [load(leaf)]
    while not _issued(path[-1], path[-1]):
        issuer = next((c for c in pool if c not in path and _issued(path[-1], c)), None)
        if issuer is None:
            break
        path.append(issuer)
    return tuple(to_der(certificate) for certificate in path)


def self_made(
    key: PrivateKey,
    person: Person,
    not_before: datetime,
    not_after: datetime,
    serial: int,
    deterministic: bool = False,
) -> bytes:
    """A self-signed DER certificate for trying things out, labelled as such in its subject.

    `serial` is a positive random number below 2**159 (RFC 5280, 4.1.2.2). With a P-256 key the
    result has at most 700 bytes. `deterministic` is for golden files (RFC 6979).
    """
    check_key(key.public_key())
    subject = _subject(person)
    elliptic = isinstance(key, ec.EllipticCurvePrivateKey)
    return to_der(
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .not_valid_before(not_before.astimezone(UTC))
        .not_valid_after(not_after.astimezone(UTC))
        .serial_number(serial)
        .public_key(key.public_key())
        .add_extension(_signing_usage(), critical=True)
        .sign(key, hashes.SHA256(), ecdsa_deterministic=deterministic if elliptic else None)
    )


def _subject(person: Person) -> x509.Name:
    # The label stands first and is never left out; the common name repeats it in short because
    # many readers show nothing else. A part that is too long is dropped: half a title misleads.
    room = _NAME_LIMIT - len(TEST_SUFFIX)
    common = _printable(person.name).encode()[:room].decode(errors="ignore").strip() or "-"
    parts = [
        x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, TEST_LABEL),
        x509.NameAttribute(NameOID.COMMON_NAME, common + TEST_SUFFIX),
    ]
    for oid, text in (
        (NameOID.TITLE, _printable(person.position)),
        (NameOID.ORGANIZATION_NAME, _printable(person.organisation)),
    ):
        if not 0 < len(text.encode()) <= _NAME_LIMIT:
            continue
        longer = [*parts, x509.NameAttribute(oid, text)]
        if len(x509.Name(longer).public_bytes()) <= _SUBJECT_LIMIT:
            parts = longer
    return x509.Name(parts)


def _printable(text: str) -> str:
    return "".join(character for character in text if character.isprintable()).strip()


def _signing_usage() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,  # X.509's newer name of nonRepudiation
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False  # another name, another key, or an algorithm that proves nothing here
    return True


def _extensions(certificate: x509.Certificate) -> x509.Extensions:
    try:
        return certificate.extensions
    except (ValueError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType) as e:
        raise errors.CertificateUnusable(what="its extensions cannot be read") from e


def _value(extensions: x509.Extensions, kind: type[_Extension]) -> _Extension | None:
    return next((e.value for e in extensions if isinstance(e.value, kind)), None)


def _texts(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> list[str]:
    try:
        return [str(a.value) for a in certificate.subject.get_attributes_for_oid(oid)]
    except ValueError as e:
        raise errors.CertificateUnusable(what="its subject cannot be read") from e


def _spki(key: PublicKey) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
