"""Weak algorithms and signatures that only a careless verifier accepts.

Weak is said as such: when nothing proves that the signature is older, it is indeterminate; once a
time is proven at which it was weak, it is invalid (EN 319 102-1, 5.1.4 and 5.5).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import partial

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from app.crypto.certificates import PrivateKey
from app.crypto.der import NULL, octet_string, sequence
from tests import pki
from tests.attacks.authorities import ISSUING, moment
from tests.attacks.base import ALL, RSA, Base, Document
from tests.attacks.families.signed_data import signed
from tests.attacks.table import Family
from tests.attacks.tokens import Token, with_token
from tests.crypto.verify import cms_maker
from tests.crypto.verify.authorities import Holder
from tests.crypto.verify.cms_maker import DIGESTS, Cms, algorithm, pss

FAMILY = Family("algorithms")
STREAM_ONLY = [each for each in ALL if each.signer is RSA]
WEAK = pki.name_of("Lemah")


@FAMILY.control(on=ALL)
def strong(base: Base) -> Document:
    return signed(base)


@FAMILY.control()
def strong_and_time_stamped(base: Base) -> Document:
    return with_token(base, Token())


def by(base: Base, who: Holder, digest: str = "sha256") -> Document:
    original = base.original

    def signer(covered: bytes) -> bytes:
        return cms_maker.made(who, digest, content=covered).der()

    return original.seal(original.field_signed(), signer)


def small_rsa() -> Holder:
    return ISSUING.issue(WEAK, pki.rsa_key(1024), serial=621)


def small_curve() -> Holder:
    key = ec.derive_private_key(4001, ec.SECP192R1())
    return ISSUING.issue(WEAK, key, serial=622)


def of_old(key: PrivateKey, serial: int) -> Holder:
    """Somebody certified when what is weak now was not yet."""
    return ISSUING.issue(WEAK, key, serial=serial, not_before=moment(2010))


@FAMILY.attack("invalid", 2)
def sha_1(base: Base) -> Document:
    """The certificate is younger than the end of SHA-1, and so is the signature."""
    return signed(base, digest="sha1")


@FAMILY.attack("invalid", 2, on=STREAM_ONLY)
def md5(base: Base) -> Document:
    return signed(base, digest="md5")


@FAMILY.attack("invalid", 2)
def rsa_of_1024_bits(base: Base) -> Document:
    return by(base, small_rsa())


@FAMILY.attack("indeterminate", 2)
def sha_1_under_an_old_certificate(base: Base) -> Document:
    """It may have been made when SHA-1 was safe; nothing proves it."""
    return by(base, of_old(pki.ec_key(4002), 624), "sha1")


@FAMILY.attack("indeterminate", 2)
def rsa_of_1024_bits_under_an_old_certificate(base: Base) -> Document:
    return by(base, of_old(pki.rsa_key(1024), 625))


@FAMILY.attack(("indeterminate", "invalid"), 2)
def sha_1_under_an_old_certificate_at_a_proven_time(base: Base) -> Document:
    """The proof is younger than the end of SHA-1; the signature may not be."""
    return with_token(base, Token(), of_old(pki.ec_key(4002), 624), digest="sha1")


@FAMILY.attack("invalid", 2)
def curve_of_192_bits(base: Base) -> Document:
    return by(base, small_curve())


@FAMILY.attack("invalid", 2)
def sha_1_at_a_proven_time(base: Base) -> Document:
    return with_token(base, Token(), digest="sha1")


@FAMILY.attack("invalid", 2)
def rsa_of_1024_bits_at_a_proven_time(base: Base) -> Document:
    return with_token(base, Token(), small_rsa())


@FAMILY.attack("invalid", 2)
def digest_weaker_than_the_signature(base: Base) -> Document:
    """The attributes are signed over SHA-256; the letter is bound to them by SHA-1 only."""

    def weakened(cms: Cms) -> Cms:
        return replace(cms, digest_algorithm=algorithm(DIGESTS["sha1"]))

    return signed(base, weakened)


# -- RSASSA-PSS and PKCS #1 v1.5 -----------------------------------------------------------------

_PSS: dict[str, bytes] = {
    "pss of another digest": pss("sha384", 32),
    "pss of another mask": pss("sha256", 32, "sha512"),
    "pss of another salt": pss("sha256", 8),
    "pss without parameters": algorithm("1.2.840.113549.1.1.10"),
    "pkcs 1 announced as pss": pss("sha256", 0),
    "rsa announced as ecdsa": algorithm(cms_maker.ECDSA["sha256"]),
    "rsa announced with another digest": algorithm(cms_maker.RSA["sha512"], NULL),
}
for _name, _announced in _PSS.items():

    def _change(cms: Cms, announced: bytes = _announced) -> Cms:
        return replace(cms, signature_algorithm=announced)

    FAMILY.add(
        _name, lambda base, change=_change: signed(base, change), "invalid", 2, on=STREAM_ONLY
    )


@dataclass(frozen=True)
class Cubic:
    """The public half of a key with the exponent 3. Nobody needs the other half here."""

    modulus: int

    def public_key(self) -> rsa.RSAPublicKey:
        return rsa.RSAPublicNumbers(3, self.modulus).public_key()


def forged_cube(data: bytes, size: int = 256) -> bytes:
    """A number whose cube begins as a PKCS #1 v1.5 block does, garbage behind the digest.

    Verifiers that do not look at what follows the digest accept it without any private key
    (Bleichenbacher, CRYPTO 2006).
    """
    digest = sequence(
        algorithm(DIGESTS["sha256"], NULL), octet_string(hashlib.sha256(data).digest())
    )
    block = b"\0\1" + b"\xff" * 8 + b"\0" + digest
    top = int.from_bytes(block + b"\xff" * (size - len(block)), "big")
    return cube_root(top).to_bytes(size, "big")


def cube_root(number: int) -> int:
    """The largest integer whose cube is not above `number`."""
    low, high = 0, 1 << (number.bit_length() // 3 + 2)
    while low < high - 1:
        middle = (low + high) // 2
        low, high = (middle, high) if middle**3 <= number else (low, middle)
    return low


@FAMILY.attack("invalid", 2)
def forged_for_a_small_exponent(base: Base) -> Document:
    modulus = pki.rsa_key(2048).public_key().public_numbers().n
    cubic = ISSUING.issue(WEAK, Cubic(modulus), serial=623)  # type: ignore[arg-type]

    original = base.original

    def signer(covered: bytes) -> bytes:
        honest = cms_maker.made(replace(cubic, key=pki.rsa_key(2048)), content=covered)
        return replace(honest, sign=forged_cube).der()

    return original.seal(original.field_signed(), signer)


@FAMILY.attack("invalid", 2, on=STREAM_ONLY)
def shorter_than_the_modulus(base: Base) -> Document:
    return signed(base, lambda cms: replace(cms, sign=lambda data: cms.sign(data)[1:]))


@FAMILY.attack("invalid", 2, on=STREAM_ONLY)
def larger_than_the_modulus(base: Base) -> Document:
    """The same number modulo n."""

    modulus = base.signer.key.public_key().public_numbers().n  # type: ignore[union-attr]

    def larger(cms: Cms, data: bytes) -> bytes:
        return (int.from_bytes(cms.sign(data), "big") + modulus).to_bytes(257, "big")

    return signed(base, lambda cms: replace(cms, sign=partial(larger, cms)))
