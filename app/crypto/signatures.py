"""Signature algorithms as the cryptography package takes them, and the check of one signature."""

from __future__ import annotations

from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding

from app.crypto import certificates
from app.crypto.certificates import PublicKey
from app.errors import KeyMismatch
from app.model import Algorithm, DigestName

_DIGESTS: dict[DigestName, type[hashes.HashAlgorithm]] = {
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}


def digest_of(algorithm: Algorithm) -> hashes.HashAlgorithm:
    """The digest (FIPS 180-4)."""
    return _DIGESTS[algorithm.digest]()


def padding_of(algorithm: Algorithm) -> padding.AsymmetricPadding:
    """The padding of RSA (RFC 8017); PSS with a salt as long as the digest (RFC 4055, 3.1)."""
    if algorithm.scheme == "rsa-pkcs1":
        return padding.PKCS1v15()
    digest = digest_of(algorithm)
    return padding.PSS(padding.MGF1(digest), digest.digest_size)


def check(certificate: bytes, algorithm: Algorithm, signature: bytes, data: bytes) -> None:
    """Raise KeyMismatch unless the key of the DER certificate made `signature` over `data`.

    A token whose key and certificate do not belong together is noticed before a file is written.
    """
    key = _public_key(certificate)
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(digest_of(algorithm)))
        else:
            key.verify(signature, data, padding_of(algorithm), digest_of(algorithm))
    except InvalidSignature as error:
        raise KeyMismatch from error


@lru_cache(maxsize=16)
def _public_key(certificate: bytes) -> PublicKey:
    return certificates.public_key(certificates.load(certificate))
