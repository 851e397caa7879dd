"""Check 2: the signature over the signed attributes, and whether its algorithms are safe.

RFC 8017 (RSA), RFC 4055 and 8702 (PSS), RFC 5758 (ECDSA), RFC 8419 (EdDSA).
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from app.crypto.verify import reasons
from app.crypto.verify.algorithms import Policy
from app.crypto.verify.asn1 import NULL, SEQUENCE, BadAsn1, Node
from app.crypto.verify.certificate import Unreadable, load
from app.crypto.verify.reasons import Failure
from app.crypto.verify.signed_data import DIGESTS, SignerInfo
from app.errors import N_
from app.model import Reason

_HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "md5": hashes.MD5,
    "sha1": hashes.SHA1,
    "sha224": hashes.SHA224,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
    "sha3_256": hashes.SHA3_256,
    "sha3_384": hashes.SHA3_384,
    "sha3_512": hashes.SHA3_512,
}
_RSA, _PSS, _MGF1 = (f"1.2.840.113549.1.1.{last}" for last in (1, 10, 8))
_ED25519 = "1.3.101.112"
_RSA_WITH = {
    "1.2.840.113549.1.1.4": "md5",
    "1.2.840.113549.1.1.5": "sha1",
    "1.2.840.113549.1.1.14": "sha224",
    "1.2.840.113549.1.1.11": "sha256",
    "1.2.840.113549.1.1.12": "sha384",
    "1.2.840.113549.1.1.13": "sha512",
    "2.16.840.1.101.3.4.3.14": "sha3_256",
    "2.16.840.1.101.3.4.3.15": "sha3_384",
    "2.16.840.1.101.3.4.3.16": "sha3_512",
}
_ECDSA_WITH = {
    "1.2.840.10045.4.1": "sha1",
    "1.2.840.10045.4.3.1": "sha224",
    "1.2.840.10045.4.3.2": "sha256",
    "1.2.840.10045.4.3.3": "sha384",
    "1.2.840.10045.4.3.4": "sha512",
    "2.16.840.1.101.3.4.3.10": "sha3_256",
    "2.16.840.1.101.3.4.3.11": "sha3_384",
    "2.16.840.1.101.3.4.3.12": "sha3_512",
}
_EC_KEY = "1.2.840.10045.2.1"  # some write the kind of key instead of the algorithm
_MAX_SALT = 512


class Key(NamedTuple):
    """The public key of a certificate, and since when the certificate may have been used."""

    public: object
    not_before: datetime


def check(signer: SignerInfo, certificate: bytes) -> None:
    """(2.4): the key of the certificate made the signature. Raises Failure."""
    key = load_key(certificate).public
    for data in signer.signed_bytes:
        try:
            return _verify(signer, key, data)
        except InvalidSignature:
            continue
        except (ValueError, TypeError, UnsupportedAlgorithm, IndexError):
            break
    raise Failure(reasons.SIGNATURE())


def check_strength(
    signer: SignerInfo, certificate: bytes, policy: Policy, at: datetime, proven: bool
) -> tuple[Reason, ...]:
    """(2.5): digest and key were safe at `at`, which is `proven` or now. Raises Failure.

    What became weak before the certificate began cannot have been used in time.
    """
    key, not_before = load_key(certificate)
    digest_end, key_end = policy.digest_until(signer.digest), policy.key_until(key)
    end, what = min((digest_end, signer.digest), (key_end, _describe(key)))
    if at < end:
        return ()
    if proven or end <= not_before:
        raise Failure(reasons.WEAK(what=what))
    return (reasons.WEAK_UNPROVEN(what=what),)


@lru_cache(maxsize=128)
def load_key(certificate: bytes) -> Key:
    """Parse a certificate once. Raises Failure."""
    try:
        loaded = load(certificate)
        return Key(load_der_public_key(loaded.key), loaded.not_before)
    except (Unreadable, ValueError, UnsupportedAlgorithm) as error:
        raise Failure(reasons.CMS_FORM(what=N_("the key in its certificate"))) from error


def _describe(key: object) -> str:
    size = getattr(key, "key_size", "")
    kind = "RSA" if isinstance(key, rsa.RSAPublicKey) else "EC"
    return f"{kind} {size}".strip()


def _verify(signer: SignerInfo, key: object, data: bytes) -> None:
    kind, *parameters = signer.algorithm.children()
    oid = kind.oid()
    digest = _HASHES[signer.digest]()
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(signer.signature, data, _padding(oid, parameters, signer.digest), digest)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        _agree(_ECDSA_WITH.get(oid), signer.digest, any_digest=oid == _EC_KEY)
        key.verify(signer.signature, data, ec.ECDSA(digest))
    elif isinstance(key, ed25519.Ed25519PublicKey):
        _agree("sha512" if oid == _ED25519 else None, signer.digest)
        key.verify(signer.signature, data)
    else:
        raise UnsupportedAlgorithm(oid)


def _agree(stated: str | None, digest: str, any_digest: bool = False) -> None:
    if not any_digest and stated != digest:
        raise Failure(reasons.CMS_FORM(what=N_("it names different digests")))


def _padding(oid: str, parameters: list[Node], digest: str) -> padding.AsymmetricPadding:
    if oid != _PSS:
        _agree(_RSA_WITH.get(oid), digest, any_digest=oid == _RSA)
        if any(each.tag != NULL for each in parameters):
            raise Failure(reasons.CMS_FORM(what=N_("the parameters of its algorithm")))
        return padding.PKCS1v15()
    salt = _pss(parameters, digest)
    return padding.PSS(padding.MGF1(_HASHES[digest]()), salt)


def _pss(parameters: list[Node], digest: str) -> int:
    """The length of the salt; all else must be as everybody expects it (RFC 4055, 3.1)."""
    given = {node.tag: node.children()[0] for each in parameters for node in each.children()}
    hashed, masked = (given.get(tag) for tag in (0xA0, 0xA1))
    stated = _hash_of(hashed)
    mask = "sha1"
    if masked is not None:
        kind, inner = masked.expect(SEQUENCE).children()
        mask = _hash_of(inner) if kind.oid() == _MGF1 else ""
    trailer = given[0xA3].integer() if 0xA3 in given else 1
    salt = given[0xA2].integer() if 0xA2 in given else 20
    if (stated, mask, trailer) != (digest, digest, 1) or not 0 <= salt <= _MAX_SALT:
        raise Failure(reasons.CMS_FORM(what=N_("the parameters of its algorithm")))
    return salt


def _hash_of(node: Node | None) -> str:
    if node is None:
        return "sha1"
    kind, *rest = node.expect(SEQUENCE).children()
    if any(each.tag != NULL for each in rest):
        raise BadAsn1("digest")
    return DIGESTS.get(kind.oid(), "")
