"""AlgorithmIdentifiers of CMS: which digest they name, and how a signature is to be checked.

RFC 3370, RFC 4055 and 4056 (RSA), RFC 5753 and 5758 (ECDSA), RFC 5754 (SHA-2), RFC 8419 (Ed25519),
RFC 9688 (SHA-3). Missing parameters and NULL mean the same here: standards disagree about which of
them is right, and programs do as they like.
"""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding

from app.crypto.verify import certificate
from app.crypto.verify.asn1 import NULL, OID, SEQUENCE, Members, Node, parse_all
from app.crypto.verify.certificate import Signed
from app.crypto.verify.reasons import CMS_FORM, UNKNOWN_ALGORITHM, Failure
from app.errors import N_

_NIST = "2.16.840.1.101.3.4"
_DIGESTS = {
    "1.2.840.113549.2.5": "md5",
    "1.3.14.3.2.26": "sha1",
    f"{_NIST}.2.4": "sha224",
    f"{_NIST}.2.1": "sha256",
    f"{_NIST}.2.2": "sha384",
    f"{_NIST}.2.3": "sha512",
    f"{_NIST}.2.7": "sha3_224",
    f"{_NIST}.2.8": "sha3_256",
    f"{_NIST}.2.9": "sha3_384",
    f"{_NIST}.2.10": "sha3_512",
}
_HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "md5": hashes.MD5,
    "sha1": hashes.SHA1,
    "sha224": hashes.SHA224,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
    "sha3_224": hashes.SHA3_224,
    "sha3_256": hashes.SHA3_256,
    "sha3_384": hashes.SHA3_384,
    "sha3_512": hashes.SHA3_512,
}
# None: the digest is the one that the SignerInfo names.
_RSA = {
    "1.2.840.113549.1.1.1": None,
    "1.2.840.113549.1.1.4": "md5",
    "1.2.840.113549.1.1.5": "sha1",
    "1.2.840.113549.1.1.14": "sha224",
    "1.2.840.113549.1.1.11": "sha256",
    "1.2.840.113549.1.1.12": "sha384",
    "1.2.840.113549.1.1.13": "sha512",
    f"{_NIST}.3.13": "sha3_224",
    f"{_NIST}.3.14": "sha3_256",
    f"{_NIST}.3.15": "sha3_384",
    f"{_NIST}.3.16": "sha3_512",
}
_ECDSA = {
    "1.2.840.10045.2.1": None,  # of a key, but some write it here
    "1.2.840.10045.4.1": "sha1",
    "1.2.840.10045.4.3.1": "sha224",
    "1.2.840.10045.4.3.2": "sha256",
    "1.2.840.10045.4.3.3": "sha384",
    "1.2.840.10045.4.3.4": "sha512",
    f"{_NIST}.3.9": "sha3_224",
    f"{_NIST}.3.10": "sha3_256",
    f"{_NIST}.3.11": "sha3_384",
    f"{_NIST}.3.12": "sha3_512",
}
_PSS = "1.2.840.113549.1.1.10"
_MGF1 = "1.2.840.113549.1.1.8"
_ED25519 = "1.3.101.112"
_MAX_SALT = 512  # bytes; no modulus in use holds a longer one

_CONTRADICTION = N_("its algorithms contradict each other")
_INCOMPLETE = N_("parameters of its algorithm are missing")

_Parameters = padding.PSS | padding.PKCS1v15 | ec.ECDSA | None


@dataclass(frozen=True, slots=True)
class Identifier:
    """An AlgorithmIdentifier (RFC 5280, 4.1.1.2); `parameters` as encoded, empty for NULL."""

    oid: str
    parameters: bytes = b""

    @classmethod
    def read(cls, node: Node, tag: int = SEQUENCE) -> Identifier:
        """`tag` may be an implicit one. Raises BadAsn1."""
        members = Members(node.of(tag))
        oid = members.next(OID).oid()
        parameters = members.any()
        members.end()
        if parameters is None or (parameters.tag == NULL and not parameters.content):
            return cls(oid)
        return cls(oid, parameters.raw)

    @property
    def digest(self) -> str:
        """The digest it names, as in hashlib. Raises Failure."""
        name = _DIGESTS.get(self.oid)
        if name is None or self.parameters:
            raise Failure(UNKNOWN_ALGORITHM(what=self.oid))
        return name


def verifies(algorithm: Identifier, digest: str, key: bytes, signature: bytes, data: bytes) -> bool:
    """Whether `key` (DER SubjectPublicKeyInfo) made `signature` over `data` by that algorithm.

    `digest` is the one that the SignerInfo names, as in hashlib. Raises Failure where the algorithm
    is unknown or wants another digest, BadAsn1.
    """
    how = method(algorithm, digest)
    if algorithm.oid == _PSS:
        _check_allowed(key, digest, _salt_length(algorithm, digest))
    return certificate.verifies(Signed(data, signature, *how), key)


def method(algorithm: Identifier, digest: str) -> tuple[hashes.HashAlgorithm | None, _Parameters]:
    """What `Signed` is made of; `digest` is the expected one. Raises Failure, BadAsn1."""
    made_with = _HASHES[digest]()
    if algorithm.oid == _PSS:
        salt = _salt_length(algorithm, digest)
        return made_with, padding.PSS(padding.MGF1(made_with), salt)
    if algorithm.parameters:
        raise Failure(UNKNOWN_ALGORITHM(what=algorithm.oid))
    if algorithm.oid in _RSA:
        _check_same(_RSA[algorithm.oid], digest)
        return made_with, padding.PKCS1v15()
    if algorithm.oid in _ECDSA:
        _check_same(_ECDSA[algorithm.oid], digest)
        return made_with, ec.ECDSA(made_with)
    if algorithm.oid == _ED25519:
        _check_same("sha512", digest)  # RFC 8419, 3.1
        return None, None
    raise Failure(UNKNOWN_ALGORITHM(what=algorithm.oid))


def implied_digest(algorithm: Identifier) -> str:
    """The digest that a signature algorithm names, as in hashlib. Raises Failure, BadAsn1."""
    if algorithm.oid == _PSS and algorithm.parameters:
        made_with = Members(parse_all(algorithm.parameters).of(SEQUENCE)).optional(0xA0)
        return Identifier.read(made_with.only()).digest if made_with else "sha1"
    implied = (_RSA | _ECDSA | {_ED25519: "sha512"}).get(algorithm.oid)
    if implied is None:
        raise Failure(UNKNOWN_ALGORITHM(what=algorithm.oid))
    return implied


def _salt_length(algorithm: Identifier, digest: str) -> int:
    """Of RSASSA-PSS-params (RFC 4055, 3.1): one digest everywhere, and the trailer that exists."""
    if not algorithm.parameters:
        raise Failure(CMS_FORM(what=_INCOMPLETE))
    members = Members(parse_all(algorithm.parameters).of(SEQUENCE))
    made_with, mask, salt, trailer = (members.optional(tag) for tag in (0xA0, 0xA1, 0xA2, 0xA3))
    members.end()
    _check_same(Identifier.read(made_with.only()).digest if made_with else "sha1", digest)
    _check_same(_mask_digest(mask.only()) if mask else "sha1", digest)
    salt_length = salt.only().integer() if salt else 20
    if (trailer and trailer.only().integer() != 1) or not 0 <= salt_length <= _MAX_SALT:
        raise Failure(UNKNOWN_ALGORITHM(what=algorithm.oid))
    return salt_length


def _check_allowed(key: bytes, digest: str, salt: int) -> None:
    """A key may be for RSASSA-PSS with one digest, and with a salt at least that long (3.3)."""
    allowed = Identifier.read(parse_all(key).children()[0])
    if allowed.oid == _PSS and allowed.parameters and salt < _salt_length(allowed, digest):
        raise Failure(CMS_FORM(what=_CONTRADICTION))


def _mask_digest(node: Node) -> str:
    mask = Identifier.read(node)
    if mask.oid != _MGF1 or not mask.parameters:
        raise Failure(UNKNOWN_ALGORITHM(what=mask.oid))
    return Identifier.read(parse_all(mask.parameters)).digest


def _check_same(wanted: str | None, digest: str) -> None:
    if wanted is not None and wanted != digest:
        raise Failure(CMS_FORM(what=_CONTRADICTION))
