"""Check that a signature was made by the key of its certificate (RFC 8017; FIPS 186-5)."""

from __future__ import annotations

from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from app.crypto import certificates
from app.errors import KeyMismatch
from app.model import Algorithm

_DIGESTS = {"sha256": hashes.SHA256, "sha384": hashes.SHA384, "sha512": hashes.SHA512}


def check(certificate: bytes, algorithm: Algorithm, signature: bytes, data: bytes) -> None:
    """Raise KeyMismatch unless the key of the DER certificate made `signature` over `data`.

    A token whose key and certificate do not belong together is noticed before a file is written.
    """
    digest = _DIGESTS[algorithm.digest]()
    key = _public_key(certificate)
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(digest))
        elif algorithm.scheme == "rsa-pss":
            key.verify(signature, data, _pss(digest), digest)
        else:
            key.verify(signature, data, padding.PKCS1v15(), digest)
    except InvalidSignature as error:
        raise KeyMismatch from error


def _pss(digest: hashes.HashAlgorithm) -> padding.PSS:
    return padding.PSS(padding.MGF1(digest), digest.digest_size)


@lru_cache(maxsize=16)
def _public_key(certificate: bytes) -> rsa.RSAPublicKey | ec.EllipticCurvePublicKey:
    return certificates.public_key(certificates.load(certificate))
