"""A test PKI that is the same on every run: root, issuing authority, and people of an invented OPD.

Private keys are derived from fixed integers when asked for and never written to a file.
`python -m tests.pki` rebuilds the public certificates in tests/golden/pki, byte for byte.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    pkcs12,
)
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from app.crypto import der
from app.crypto.certificates import PrivateKey
from app.crypto.keystore.software import SoftwareKey
from app.model import Algorithm, Person

GOLDEN = Path(__file__).parent / "golden" / "pki"
NOT_BEFORE = datetime(2020, 1, 1, tzinfo=UTC)
NOT_AFTER = datetime(2060, 1, 1, tzinfo=UTC)
SIGNED_AT = datetime(2026, 11, 2, 1, 30, tzinfo=UTC)  # a moment at which the good ones are valid

OFFICE = "Dinas Contoh Kota Kupang"
TALLO = Person(
    "Maria Yosefina Tallo, S.STP., M.Si.",
    "Kepala Dinas Contoh Kota Kupang",
    "Pembina Tk. I (IV/b)",
    "198003262000032001",
    OFFICE,
)
NDUN = Person(
    "Yohanes Ndun, S.Sos.", "Plt. Sekretaris", "Penata Tk. I (III/d)", "197511022005011003", OFFICE
)
LAIKOSA = Person(
    "Ni Luh Putu Laikosa", "Kepala Bidang Layanan", "Penata (III/c)", "198812172011012009", OFFICE
)

# How many odd numbers to step from the hash of a label to a prime: found once by `_prime`, so
# that a session need not search again.
_STEPS = {
    "RSA-2048 p": 415,
    "RSA-2048 q": 670,
    "RSA-3072 p": 538,
    "RSA-3072 q": 310,
    "RSA-4096 p": 1443,
    "RSA-4096 q": 51,
}


@dataclass(frozen=True)
class Identity:
    """A person of the test PKI with key and chain (end-entity, issuing, root)."""

    name: str
    person: Person
    key: PrivateKey
    certificates: tuple[x509.Certificate, ...]

    @property
    def chain(self) -> tuple[bytes, ...]:
        """DER, end-entity first."""
        return tuple(c.public_bytes(Encoding.DER) for c in self.certificates)

    def signing_key(
        self, algorithm: Algorithm | None = None, deterministic: bool = True
    ) -> SoftwareKey:
        """A ready key; deterministic unless told otherwise, so that golden files can be built."""
        return SoftwareKey(self.key, self.chain, algorithm, deterministic)

    def pkcs12(self, passphrase: str, friendly_name: str = "teken") -> bytes:
        """A .p12 with the whole chain; the salt and IV in it are random."""
        return pkcs12.serialize_key_and_certificates(
            friendly_name.encode(),
            self.key,
            self.certificates[0],
            self.certificates[1:],
            BestAvailableEncryption(passphrase.encode()),
        )


@cache
def ec_key(number: int, curve: str = "P-256") -> ec.EllipticCurvePrivateKey:
    """The key whose private scalar is `number`."""
    curves: dict[str, ec.EllipticCurve] = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1()}
    return ec.derive_private_key(number, curves[curve])


@cache
def rsa_key(bits: int) -> rsa.RSAPrivateKey:
    """One fixed RSA key of each size."""
    p, q, e = _prime(f"RSA-{bits} p", bits // 2), _prime(f"RSA-{bits} q", bits // 2), 65537
    d = pow(e, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(e, p * q)
    exponents = rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q)
    return rsa.RSAPrivateNumbers(p, q, d, *exponents, public).private_key(
        unsafe_skip_rsa_key_validation=True
    )


def _prime(label: str, bits: int) -> int:
    raw = hashlib.shake_256(f"Teken test key {label}".encode()).digest(bits // 8)
    candidate = int.from_bytes(raw, "big") | 3 << (bits - 2) | 1
    candidate += 2 * _STEPS.get(label, 0)
    while (candidate - 1) % 65537 == 0 or not _is_prime(candidate):
        candidate += 2
    return candidate


def _is_prime(number: int) -> bool:
    """Two rounds of Fermat's test: the numbers are hashes, nobody chose them to deceive."""
    return all(pow(base, number - 1, number) == 1 for base in (2, 3))


def usage(*names: str) -> x509.KeyUsage:
    """A keyUsage extension with the named bits."""
    every = (
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement "
        "key_cert_sign crl_sign encipher_only decipher_only"
    )
    return x509.KeyUsage(**{bit: bit in names for bit in every.split()})


SIGNING_USAGE = usage("digital_signature", "content_commitment")
CA_USAGE = usage("key_cert_sign", "crl_sign")


def certificate(
    subject: x509.Name,
    key: PrivateKey,
    serial: int,
    issuer: tuple[x509.Name, PrivateKey],
    extensions: Sequence[tuple[x509.ExtensionType, bool]] = ((SIGNING_USAGE, True),),
    not_before: datetime = NOT_BEFORE,
    not_after: datetime = NOT_AFTER,
    digest: hashes.SHA256 | hashes.SHA384 = hashes.SHA256(),  # noqa: B008 - immutable
) -> x509.Certificate:
    """Any certificate a test needs; the same arguments give the same bytes."""
    issuer_name, issuer_key = issuer
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer_name)
        .not_valid_before(not_before)
        .not_valid_after(not_after)
        .serial_number(serial)
        .public_key(key.public_key())
    )
    for extension, critical in (*_key_identifiers(key, issuer_key), *extensions):
        builder = builder.add_extension(extension, critical)
    deterministic = True if isinstance(issuer_key, ec.EllipticCurvePrivateKey) else None
    return builder.sign(issuer_key, digest, ecdsa_deterministic=deterministic)


def _key_identifiers(
    key: PrivateKey, issuer_key: PrivateKey
) -> list[tuple[x509.ExtensionType, bool]]:
    return [
        (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), False),
    ]


def name_of(common_name: str, title: str = "", organisation: str = "Teken Uji") -> x509.Name:
    """CN, title and O; empty parts are left out."""
    parts = (
        (NameOID.COUNTRY_NAME, "ID"),
        (NameOID.ORGANIZATION_NAME, organisation),
        (NameOID.TITLE, title),
        (NameOID.COMMON_NAME, common_name),
    )
    return x509.Name([x509.NameAttribute(oid, text) for oid, text in parts if text])


ROOT_NAME = name_of("Teken Uji Root CA")
ISSUING_NAME = name_of("Teken Uji Issuing CA")


def ca_constraints(depth: int | None) -> list[tuple[x509.ExtensionType, bool]]:
    """The extensions of an authority that allows `depth` authorities below itself."""
    return [(x509.BasicConstraints(ca=True, path_length=depth), True), (CA_USAGE, True)]


@cache
def root() -> x509.Certificate:
    """The self-signed trust anchor of all tests."""
    key = ec_key(1001)
    return certificate(ROOT_NAME, key, 1, (ROOT_NAME, key), ca_constraints(1))


@cache
def issuing() -> x509.Certificate:
    """The authority that issues the people's certificates."""
    return certificate(ISSUING_NAME, ec_key(1002), 2, (ROOT_NAME, ec_key(1001)), ca_constraints(0))


def leaf(name: str, person: Person, key: PrivateKey, serial: int, **changes: object) -> Identity:
    """A person's certificate by the issuing authority; `changes` go to `certificate`."""
    subject = name_of(person.name, person.position, person.organisation)
    issuer = (ISSUING_NAME, ec_key(1002))
    own = certificate(subject, key, serial, issuer, **changes)  # type: ignore[arg-type]
    return Identity(name, person, key, (own, issuing(), root()))


_LEAVES: dict[str, Callable[[str], Identity]] = {
    "p256": lambda n: leaf(n, TALLO, ec_key(2001), 11),
    "p384": lambda n: leaf(n, TALLO, ec_key(2002, "P-384"), 12),
    "rsa2048": lambda n: leaf(n, TALLO, rsa_key(2048), 13),
    "rsa3072": lambda n: leaf(n, TALLO, rsa_key(3072), 14),
    "rsa4096": lambda n: leaf(n, TALLO, rsa_key(4096), 15),
    "second": lambda n: leaf(n, NDUN, ec_key(2003), 16),
    "third": lambda n: leaf(n, LAIKOSA, ec_key(2004), 17),
    "expired": lambda n: leaf(
        n, TALLO, ec_key(2005), 18, not_after=datetime(2021, 1, 1, tzinfo=UTC)
    ),
    "not_yet_valid": lambda n: leaf(
        n, TALLO, ec_key(2006), 19, not_before=datetime(2058, 1, 1, tzinfo=UTC)
    ),
    "wrong_usage": lambda n: leaf(
        n, TALLO, ec_key(2007), 20, extensions=[(usage("key_agreement"), True)]
    ),
    "ca_as_leaf": lambda n: leaf(n, TALLO, ec_key(2008), 21, extensions=ca_constraints(None)),
    "unknown_critical": lambda n: leaf(
        n,
        TALLO,
        ec_key(2009),
        22,
        extensions=[
            (SIGNING_USAGE, True),
            (x509.UnrecognizedExtension(x509.ObjectIdentifier("2.25.424242"), b"\x05\x00"), True),
        ],
    ),
}
NAMES = tuple(_LEAVES)
GOOD_NAMES = NAMES[: NAMES.index("expired")]


@cache
def identity(name: str = "p256") -> Identity:
    """A person by the name of the leaf: one of `NAMES`."""
    return _LEAVES[name](name)


@cache
def time_stamper() -> Identity:
    """A time-stamp authority (RFC 3161, 2.3), below the issuing authority."""
    purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    extensions = [(usage("digital_signature"), True), (purpose, True)]
    person = Person("Teken Uji TSA", organisation="Teken Uji")
    return leaf("tsa", person, ec_key(2010), 23, extensions=extensions)


@cache
def responder() -> Identity:
    """An OCSP responder of the issuing authority. Its RSA signatures are the same on every run."""
    purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING])
    extensions = [
        (usage("digital_signature"), True), (purpose, False), (x509.OCSPNoCheck(), False),
    ]  # fmt: skip
    person = Person("Teken Uji OCSP", organisation="Teken Uji")
    return leaf("ocsp", person, rsa_key(2048), 24, extensions=extensions)


def revoked(
    serial: int, date: datetime, *extensions: x509.ExtensionType, critical: bool = False
) -> x509.RevokedCertificate:
    """An entry of a CRL."""
    builder = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(date)
    for extension in extensions:
        builder = builder.add_extension(extension, critical)
    return builder.build()


def crl(
    *entries: x509.RevokedCertificate,
    issuer: tuple[x509.Name, PrivateKey] | None = None,
    this_update: datetime = SIGNED_AT,
    next_update: datetime = NOT_AFTER,
    number: int = 1,
    extensions: Sequence[tuple[x509.ExtensionType, bool]] = (),
) -> bytes:
    """A CRL (DER), by the issuing authority unless told otherwise; always the same bytes."""
    name, key = issuer or (ISSUING_NAME, ec_key(1002))
    builder = x509.CertificateRevocationListBuilder().issuer_name(name).last_update(this_update)
    builder = builder.next_update(next_update)
    for entry in entries:
        builder = builder.add_revoked_certificate(entry)
    for extension, critical in ((x509.CRLNumber(number), False), *extensions):
        builder = builder.add_extension(extension, critical)
    deterministic = True if isinstance(key, ec.EllipticCurvePrivateKey) else None
    made = builder.sign(key, hashes.SHA256(), ecdsa_deterministic=deterministic)
    return made.public_bytes(Encoding.DER)


def clean_crls() -> tuple[bytes, bytes]:
    """Of the root and of the issuing authority, as of SIGNED_AT: nobody was revoked."""
    return crl(issuer=(ROOT_NAME, ec_key(1001))), crl()


def ocsp_response(
    certificate: x509.Certificate,
    revoked_at: datetime | None = None,
    reason: x509.ReasonFlags | None = None,
    *,
    unknown: bool = False,
    issuer: x509.Certificate | None = None,
    signer: Identity | None = None,
    this_update: datetime = SIGNED_AT,
    next_update: datetime | None = None,
    produced_at: datetime | None = None,
    extensions: Sequence[tuple[x509.ExtensionType, bool]] = (),
) -> bytes:
    """What `signer`, else `responder`, says of a certificate: good unless told otherwise (DER).

    `issuer` is the issuing authority unless told otherwise; `produced_at` is `this_update`.
    """
    signer, status = signer or responder(), ocsp.OCSPCertStatus.GOOD
    if revoked_at or unknown:
        status = ocsp.OCSPCertStatus.UNKNOWN if unknown else ocsp.OCSPCertStatus.REVOKED
    named = certificate, issuer or issuing(), hashes.SHA1()  # noqa: S303 - as responders do
    times = this_update, next_update, revoked_at
    builder = ocsp.OCSPResponseBuilder().add_response(*named, status, *times, reason)
    own = signer.certificates[0]
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, own).certificates([own])
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return _produced(builder.sign(signer.key, hashes.SHA256()), signer, produced_at or this_update)


def _produced(response: ocsp.OCSPResponse, signer: Identity, at: datetime) -> bytes:
    """The response with another producedAt, which the builder takes from the clock, signed anew."""
    old, new = (f"{time:%Y%m%d%H%M%SZ}".encode() for time in (response.produced_at_utc, at))
    signed = response.tbs_response_bytes.replace(old, new, 1)
    if isinstance(signer.key, ec.EllipticCurvePrivateKey):
        value = signer.key.sign(signed, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
    else:
        value = signer.key.sign(signed, padding.PKCS1v15(), hashes.SHA256())
    whole = response.public_bytes(Encoding.DER)
    basic = whole[whole.index(response.tbs_response_bytes) :]
    _, _, end = der.element(basic, 0)
    algorithm = basic[end : der.element(basic, end)[2]]
    certificates = basic[der.element(basic, end + len(algorithm))[2] :]
    basic = der.sequence(signed, algorithm, der.tagged(0x03, b"\0", value), certificates)
    kind = der.oid("1.3.6.1.5.5.7.48.1.1")  # id-pkix-ocsp-basic
    return der.sequence(
        der.tagged(0x0A, b"\0"),  # successful
        der.tagged(0xA0, der.sequence(kind, der.octet_string(basic))),
    )


def golden_files() -> dict[str, bytes]:
    """File name to PEM of one certificate: everything under tests/golden/pki."""
    certificates = {"root": root(), "issuing": issuing()}
    certificates |= {name: identity(name).certificates[0] for name in NAMES}
    return {f"{name}.pem": c.public_bytes(Encoding.PEM) for name, c in certificates.items()}


def main() -> None:
    """Rebuild the golden certificates."""
    GOLDEN.mkdir(parents=True, exist_ok=True)
    for name, pem in golden_files().items():
        (GOLDEN / name).write_bytes(pem)


if __name__ == "__main__":
    main()
