"""An unlocked private key in memory; every adapter that holds the key itself returns one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from app import errors
from app.crypto import certificates
from app.crypto.certificates import PrivateKey
from app.crypto.signatures import digest_of, padding_of
from app.model import Algorithm


def default_algorithm(key: object) -> Algorithm:
    """What a key signs with unless told otherwise; raises KeyUnsupported for a foreign kind.

    P-384 goes with SHA-384 (FIPS 186-5, 6.1.1: a digest as strong as the curve).
    """
    if isinstance(key, rsa.RSAPrivateKey):
        return Algorithm("rsa-pkcs1")
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return Algorithm("ecdsa", "sha384" if key.curve.name == "secp384r1" else "sha256")
    raise errors.KeyUnsupported(what=type(key).__name__.lstrip("_"))


class SoftwareKey:
    """A `SigningKey` by the cryptography package; safe to use from several threads at once.

    `chain` is DER, end-entity first. `deterministic` gives RFC 6979 nonces, for golden files.
    Raises KeyUnsupported for other keys or an algorithm that the key cannot do, and KeyMismatch
    when the certificate is of another key.
    """

    def __init__(
        self,
        key: PrivateKey,
        chain: Sequence[bytes],
        algorithm: Algorithm | None = None,
        deterministic: bool = False,
    ) -> None:
        algorithm = algorithm or default_algorithm(key)
        certificates.check_match(chain, certificates.check_key(key.public_key()))
        self._chain = tuple(chain)
        self._algorithm = algorithm
        self._sign, self._size = _signer(key, algorithm, deterministic)

    @property
    def chain(self) -> tuple[bytes, ...]:
        """DER certificates, end-entity first."""
        return self._chain

    @property
    def algorithm(self) -> Algorithm:
        """What `sign` uses."""
        return self._algorithm

    def sign(self, data: bytes) -> bytes:
        """Hash and sign `data`; ECDSA gives a DER Ecdsa-Sig-Value (RFC 3279, 2.2.3)."""
        return self._sign(data)

    def dry_run(self) -> int:
        """The largest size in bytes that `sign` can return."""
        return self._size


def _signer(
    key: PrivateKey, algorithm: Algorithm, deterministic: bool
) -> tuple[Callable[[bytes], bytes], int]:
    """`key` bound to its algorithm once, so that each signature costs one native call."""
    digest = digest_of(algorithm)
    if isinstance(key, ec.EllipticCurvePrivateKey) and algorithm.scheme == "ecdsa":
        ecdsa = ec.ECDSA(digest, deterministic_signing=deterministic)
        elliptic = key
        return lambda data: elliptic.sign(data, ecdsa), _ecdsa_size(key.key_size)
    if isinstance(key, rsa.RSAPrivateKey) and algorithm.scheme != "ecdsa":
        fill = padding_of(algorithm)
        modular = key
        return lambda data: modular.sign(data, fill, digest), (key.key_size + 7) // 8
    raise errors.KeyUnsupported(what="its certificate is for another algorithm")


def _ecdsa_size(bits: int) -> int:
    """SEQUENCE of two INTEGERs, each with a possible sign byte (RFC 3279, 2.2.3)."""
    integer = 2 + (bits + 7) // 8 + 1
    return 2 + 2 * integer  # short length form: below 128 bytes for P-256 and P-384
