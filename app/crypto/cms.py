"""The CMS of a PAdES baseline signature: SignedData with one SignerInfo, written in DER.

RFC 5652; RFC 5035 (signing-certificate-v2); EN 319 122-1, 5 and 6; EN 319 142-1, 6.3.
All that does not depend on the document is encoded once per identity.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

from app.crypto.der import NULL, element, integer, octet_string, oid, sequence, set_of, tagged
from app.model import Algorithm, DigestName

_DIGEST_OIDS: dict[DigestName, str] = {
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
}
_RSA_OIDS: dict[DigestName, str] = {  # RFC 4055, 5
    "sha256": "1.2.840.113549.1.1.11",
    "sha384": "1.2.840.113549.1.1.12",
    "sha512": "1.2.840.113549.1.1.13",
}
_ECDSA_OIDS: dict[DigestName, str] = {  # RFC 5758, 3.2
    "sha256": "1.2.840.10045.4.3.2",
    "sha384": "1.2.840.10045.4.3.3",
    "sha512": "1.2.840.10045.4.3.4",
}
_DATA = oid("1.2.840.113549.1.7.1")
_SIGNED_DATA = oid("1.2.840.113549.1.7.2")
_CONTENT_TYPE = oid("1.2.840.113549.1.9.3")
_MESSAGE_DIGEST = oid("1.2.840.113549.1.9.4")
_SIGNING_CERTIFICATE_V2 = oid("1.2.840.113549.1.9.16.2.47")
_PSS = oid("1.2.840.113549.1.1.10")
_MGF1 = oid("1.2.840.113549.1.1.8")


class Identity:
    """The parts of a signature that stay the same for one chain and algorithm."""

    def __init__(self, chain: tuple[bytes, ...], algorithm: Algorithm) -> None:
        digest = sequence(oid(_DIGEST_OIDS[algorithm.digest]))  # RFC 5754, 2: no parameters
        # EN 319 142-1, 6.3: no signing-time attribute, the time is /M
        self._fixed_attributes = (
            sequence(_CONTENT_TYPE, set_of(_DATA)),
            sequence(_SIGNING_CERTIFICATE_V2, set_of(_signing_certificate(chain[0]))),
        )
        self._before = (
            integer(1)
            + set_of(digest)
            + sequence(_DATA)
            + tagged(0xA0, *sorted(chain))  # CertificateSet is a SET OF
        )
        self._signer = integer(1) + _issuer_and_serial(chain[0]) + digest
        self._signature_algorithm = signature_algorithm(algorithm)
        digest_size = hashlib.new(algorithm.digest).digest_size
        self._longest = len(
            self.signed_data(self.signed_attributes(bytes(digest_size)), bytes(512))
        )

    def signed_attributes(self, message_digest: bytes) -> bytes:
        """The DER of the SET OF attributes: what is signed (RFC 5652, 5.4)."""
        digest = sequence(_MESSAGE_DIGEST, set_of(octet_string(message_digest)))
        return set_of(*self._fixed_attributes, digest)

    def signed_data(self, attributes: bytes, signature: bytes) -> bytes:
        """The ContentInfo. In it the attributes are tagged [0] IMPLICIT instead of SET."""
        signer = sequence(
            self._signer,
            b"\xa0" + attributes[1:],
            self._signature_algorithm,
            octet_string(signature),
        )
        content = sequence(self._before, tagged(0x31, signer))
        return sequence(_SIGNED_DATA, tagged(0xA0, content))

    def size(self, signature_size: int) -> int:
        """Room in bytes for the ContentInfo with a signature of at most that size (512 or less)."""
        return self._longest - 512 + signature_size


@lru_cache(maxsize=16)
def identity(chain: tuple[bytes, ...], algorithm: Algorithm) -> Identity:
    """The identity of a key, encoded once."""
    return Identity(chain, algorithm)


def signature_algorithm(algorithm: Algorithm) -> bytes:
    """The AlgorithmIdentifier of a signature (RFC 4055; RFC 5758); PSS with MGF1 of its digest."""
    if algorithm.scheme == "ecdsa":
        return sequence(oid(_ECDSA_OIDS[algorithm.digest]))
    if algorithm.scheme == "rsa-pkcs1":
        return sequence(oid(_RSA_OIDS[algorithm.digest]), NULL)
    digest = sequence(oid(_DIGEST_OIDS[algorithm.digest]))
    salt = hashlib.new(algorithm.digest).digest_size
    parameters = sequence(
        tagged(0xA0, digest), tagged(0xA1, sequence(_MGF1, digest)), tagged(0xA2, integer(salt))
    )
    return sequence(_PSS, parameters)


def _signing_certificate(certificate: bytes) -> bytes:
    """SigningCertificateV2 with one ESSCertIDv2: SHA-256 is its default algorithm and left out.

    EN 319 122-1, 5.2.2.3: the optional issuerSerial adds nothing to the hash and is left out.
    """
    return sequence(sequence(sequence(octet_string(hashlib.sha256(certificate).digest()))))


def _issuer_and_serial(certificate: bytes) -> bytes:
    """IssuerAndSerialNumber, its parts copied byte for byte out of the certificate."""
    _, at, _ = element(certificate, 0)  # Certificate
    _, at, _ = element(certificate, at)  # TBSCertificate
    tag, _, end = element(certificate, at)
    if tag == 0xA0:  # version
        at = end
        _, _, end = element(certificate, at)
    serial = certificate[at:end]
    _, _, at = element(certificate, end)  # signature algorithm
    _, _, end = element(certificate, at)  # issuer
    return sequence(certificate[at:end], serial)
