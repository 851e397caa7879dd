"""CMS as a test wants it: a sound SignedData, of which every part can be replaced."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from app.crypto import der
from app.crypto.der import NULL, integer, octet_string, oid, sequence, tagged
from app.crypto.verify import asn1
from app.crypto.verify.asn1 import parse_all
from app.crypto.verify.certificate import elements
from tests import pki
from tests.crypto.verify import authorities
from tests.crypto.verify.authorities import Holder

DOCUMENT = b"a document"
DATA, SIGNED_DATA = "1.2.840.113549.1.7.1", "1.2.840.113549.1.7.2"
CONTENT_TYPE, MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
SIGNING_TIME, PROTECTION = "1.2.840.113549.1.9.5", "1.2.840.113549.1.9.52"
REFERENCE, REFERENCE_V2 = "1.2.840.113549.1.9.16.2.12", "1.2.840.113549.1.9.16.2.47"
NIST = "2.16.840.1.101.3.4"
DIGESTS = {
    "md5": "1.2.840.113549.2.5",
    "sha1": "1.3.14.3.2.26",
    "sha224": f"{NIST}.2.4",
    "sha256": f"{NIST}.2.1",
    "sha384": f"{NIST}.2.2",
    "sha512": f"{NIST}.2.3",
    "sha3_256": f"{NIST}.2.8",
    "sha3_384": f"{NIST}.2.9",
    "sha3_512": f"{NIST}.2.10",
}
RSA = {
    "": "1.2.840.113549.1.1.1",
    "md5": "1.2.840.113549.1.1.4",
    "sha1": "1.2.840.113549.1.1.5",
    "sha224": "1.2.840.113549.1.1.14",
    "sha256": "1.2.840.113549.1.1.11",
    "sha384": "1.2.840.113549.1.1.12",
    "sha512": "1.2.840.113549.1.1.13",
    "sha3_256": f"{NIST}.3.14",
    "sha3_384": f"{NIST}.3.15",
    "sha3_512": f"{NIST}.3.16",
}
ECDSA = {
    "": "1.2.840.10045.2.1",
    "sha1": "1.2.840.10045.4.1",
    "sha224": "1.2.840.10045.4.3.1",
    "sha256": "1.2.840.10045.4.3.2",
    "sha384": "1.2.840.10045.4.3.3",
    "sha512": "1.2.840.10045.4.3.4",
    "sha3_256": f"{NIST}.3.10",
    "sha3_384": f"{NIST}.3.11",
    "sha3_512": f"{NIST}.3.12",
}
PSS, MGF1, ED25519 = "1.2.840.113549.1.1.10", "1.2.840.113549.1.1.8", "1.3.101.112"

Sign = Callable[[bytes], bytes]


def algorithm(dotted: str, *parameters: bytes) -> bytes:
    """An AlgorithmIdentifier."""
    return sequence(oid(dotted), *parameters)


def attribute(kind: str, *values: bytes) -> bytes:
    """An Attribute with its values in this order."""
    return sequence(oid(kind), tagged(0x31, *values))


def name_and_serial(certificate: bytes) -> tuple[bytes, bytes]:
    """Issuer and serial number of a certificate, as encoded."""
    fields = elements(elements(certificate)[0])
    return fields[3], fields[1]


def reference(certificate: bytes, digest: str = "sha256", issuer_serial: bytes = b"") -> bytes:
    """A signing-certificate-v2 attribute that names a certificate."""
    named = algorithm(DIGESTS[digest]) if digest != "sha256" else b""
    value = octet_string(hashlib.new(digest, certificate).digest())
    return attribute(REFERENCE_V2, sequence(sequence(sequence(named, value, issuer_serial))))


def old_reference(certificate: bytes, issuer_serial: bytes = b"") -> bytes:
    """A signing-certificate attribute, which is always SHA-1."""
    value = octet_string(hashlib.sha1(certificate, usedforsecurity=False).digest())
    return attribute(REFERENCE, sequence(sequence(sequence(value, issuer_serial))))


def issuer_serial(certificate: bytes) -> bytes:
    """An IssuerSerial that names a certificate."""
    issuer, serial = name_and_serial(certificate)
    return sequence(sequence(tagged(0xA4, issuer)), serial)


def indefinite(value: bytes) -> bytes:
    """The same in BER: every length indefinite that can be, and every string in two pieces."""
    node = parse_all(value)
    if node.tag == asn1.OCTETS:
        half = len(node.content) // 2
        pieces = octet_string(node.content[:half]), octet_string(node.content[half:])
        return b"\x24\x80" + b"".join(pieces) + b"\0\0"
    if node.tag in (asn1.SEQUENCE, asn1.SET, 0xA0, 0xA1):
        inner = b"".join(indefinite(child.raw) for child in node.children())
        return bytes((node.tag, 0x80)) + inner + b"\0\0"
    return value


@dataclass(frozen=True)
class Cms:
    """The parts of a SignedData, encoded. `sign` makes the signature over the SET of attributes."""

    certificates: tuple[bytes, ...]
    signer: bytes  # its SignerIdentifier
    digest_algorithm: bytes
    signature_algorithm: bytes
    attributes: tuple[bytes, ...] | None
    sign: Sign
    version: int = 1
    digest_algorithms: tuple[bytes, ...] | None = None  # None: just the one
    content_type: str = DATA
    content: bytes | None = None
    revocation: tuple[bytes, ...] = ()
    signer_version: int = 1
    unsigned: tuple[bytes, ...] = ()
    signers: int = 1

    def signed(self) -> bytes:
        """What is signed."""
        return der.set_of(*self.attributes or ())

    def der(self) -> bytes:
        """The ContentInfo."""
        return sequence(oid(SIGNED_DATA), tagged(0xA0, self.signed_data()))

    def signed_data(self) -> bytes:
        content = () if self.content is None else (tagged(0xA0, octet_string(self.content)),)
        return sequence(
            integer(self.version),
            tagged(0x31, *self.digest_algorithms_in_use),
            sequence(oid(self.content_type), *content),
            tagged(0xA0, *self.certificates) if self.certificates else b"",
            tagged(0xA1, *self.revocation) if self.revocation else b"",
            tagged(0x31, *(self.signer_info() for _ in range(self.signers))),
        )

    @property
    def digest_algorithms_in_use(self) -> tuple[bytes, ...]:
        return (
            (self.digest_algorithm,) if self.digest_algorithms is None else self.digest_algorithms
        )

    def signer_info(self) -> bytes:
        attributes = b"" if self.attributes is None else b"\xa0" + self.signed()[1:]
        return sequence(
            integer(self.signer_version),
            self.signer,
            self.digest_algorithm,
            attributes,
            self.signature_algorithm,
            octet_string(self.sign(self.signed())),
            tagged(0xA1, *self.unsigned) if self.unsigned else b"",
        )

    def without(self, kind: str) -> Cms:
        """Without the signed attributes of that type."""
        left = [each for each in self.attributes or () if elements(each)[0] != oid(kind)]
        return replace(self, attributes=tuple(left))

    def having(self, *attributes: bytes) -> Cms:
        """With these signed attributes besides."""
        return replace(self, attributes=(*(self.attributes or ()), *attributes))


def pss(digest: str, salt: int, mask: str = "", *trailer: bytes) -> bytes:
    """RSASSA-PSS with its parameters spelled out."""
    mask_algorithm = algorithm(MGF1, algorithm(DIGESTS[mask or digest]))
    return algorithm(
        PSS,
        sequence(
            tagged(0xA0, algorithm(DIGESTS[digest])),
            tagged(0xA1, mask_algorithm),
            tagged(0xA2, integer(salt)),
            *trailer,
        ),
    )


def hash_of(digest: str) -> hashes.HashAlgorithm:
    kind: type[hashes.HashAlgorithm] = getattr(hashes, digest.upper())
    return kind()


def _rsa_sign(key: rsa.RSAPrivateKey, digest: str, salt: int | None, data: bytes) -> bytes:
    made_with = hash_of(digest)
    if salt is None:
        return key.sign(data, padding.PKCS1v15(), made_with)
    return key.sign(data, padding.PSS(padding.MGF1(made_with), salt), made_with)


def _ec_sign(key: ec.EllipticCurvePrivateKey, digest: str, data: bytes) -> bytes:
    return key.sign(data, ec.ECDSA(hash_of(digest), deterministic_signing=True))


def signing(key: Any, digest: str, salt: int | None = None) -> tuple[bytes, Sign]:
    """The usual AlgorithmIdentifier for a key, and how it signs; a salt makes it PSS."""
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return algorithm(ECDSA[digest]), partial(_ec_sign, key, digest)
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return algorithm(ED25519), key.sign
    identifier = algorithm(RSA[digest], NULL) if salt is None else pss(digest, salt)
    return identifier, partial(_rsa_sign, key, digest, salt)


def made(
    signer: Holder, digest: str = "sha256", salt: int | None = None, content: bytes = DOCUMENT
) -> Cms:
    """A sound detached signature over `content`."""
    signature_algorithm, sign = signing(signer.key, digest, salt)
    return Cms(
        certificates=(signer.der, *signer.pool),
        signer=sequence(*name_and_serial(signer.der)),
        digest_algorithm=algorithm(DIGESTS[digest]),
        signature_algorithm=signature_algorithm,
        attributes=(
            attribute(CONTENT_TYPE, oid(DATA)),
            attribute(MESSAGE_DIGEST, octet_string(hashlib.new(digest, content).digest())),
            reference(signer.der),
        ),
        sign=sign,
    )


def person(key: Any, serial: int = 0, **changes: Any) -> Holder:
    """Somebody with that key, certified by an authority of these tests."""
    return authorities.root().issue(pki.name_of("Signer"), key, serial=serial, **changes)
