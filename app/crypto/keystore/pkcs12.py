"""A key file (PKCS #12, .p12 or .pfx) as an authority issues it, opened with its passphrase."""

from __future__ import annotations

import warnings
from collections.abc import Iterable

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from app import errors
from app.crypto import certificates
from app.crypto.certificates import PrivateKey
from app.crypto.keystore import iterations
from app.crypto.keystore.software import SoftwareKey
from app.model import Algorithm

MAX_BYTES = 1024 * 1024
MAX_ITERATIONS = 5_000_000  # in the whole file: some seconds; common are 2,048 to 600,000 each

# 1.2.840.113549.1.12.1: pbeWithSHAAnd... 1 and 2 are RC4, 5 and 6 are RC2 (RFC 7292, appendix C).
# OpenSSL keeps both in its legacy provider, which not every build carries.
_OLD_CIPHERS = tuple(bytes.fromhex("060a2a864886f70d010c01") + bytes((n,)) for n in (1, 2, 5, 6))


def open_pkcs12(
    data: bytes, passphrase: str, algorithm: Algorithm | None = None, name: str = "PKCS #12"
) -> SoftwareKey:
    """The key of a .p12 file, ready to sign; the errors are those of `load`."""
    key, chain = load(data, passphrase, name)
    return SoftwareKey(key, chain, algorithm)


def load(
    data: bytes, passphrase: str, name: str = "PKCS #12"
) -> tuple[PrivateKey, tuple[bytes, ...]]:
    """Private key and chain (DER, end-entity first) of a .p12 file; `name` is for the errors.

    Raises WrongPassphrase, KeyDamaged (no PKCS #12, or altered), KeyUnsupported (kind of key, or
    an old cipher that this device's OpenSSL lacks), KeyMismatch (no certificate of this key) and
    CertificateUnusable (no certificate at all).
    """
    if len(data) > MAX_BYTES or iterations.total(data) > MAX_ITERATIONS:
        raise errors.KeyDamaged(name=name)
    content = _content(data, passphrase, name)
    if content.key is None:
        raise errors.KeyUnsupported(what="the file holds no private key")
    if not isinstance(content.key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise errors.KeyUnsupported(what=type(content.key).__name__.lstrip("_"))
    certificates.check_key(content.key.public_key())
    found = [content.cert, *content.additional_certs]
    return content.key, _chain(content.key, [c.certificate for c in found if c is not None])


def _chain(key: PrivateKey, found: Iterable[x509.Certificate]) -> tuple[bytes, ...]:
    ders = [certificates.to_der(certificate) for certificate in found]
    if not ders:
        raise errors.CertificateUnusable(what="the file holds none")
    leaf = next((der for der in ders if _is_of(der, key)), None)
    if leaf is None:
        raise errors.KeyMismatch
    return certificates.order_chain(ders, leaf)


def _is_of(der: bytes, key: PrivateKey) -> bool:
    try:
        certificates.check_match([der], certificates.check_key(key.public_key()))
    except (errors.KeyMismatch, errors.KeyUnsupported):
        return False  # an issuer, with another kind of key perhaps
    return True


def _content(data: bytes, passphrase: str, name: str) -> pkcs12.PKCS12KeyAndCertificates:
    try:
        with warnings.catch_warnings():
            # Java and Firefox write BER; the library reads it and warns that it once may not.
            warnings.simplefilter("ignore", UserWarning)
            return pkcs12.load_pkcs12(data, passphrase.encode())
    except UnsupportedAlgorithm as e:
        raise errors.KeyUnsupported(what="its kind or its protection is unknown") from e
    except (ValueError, TypeError, x509.InvalidVersion) as e:
        raise _fault(e, data, name) from e


def _fault(error: Exception, data: bytes, name: str) -> errors.KeyFault:
    """The library tells its reasons only in words, and the one about the passphrase is also what
    OpenSSL says when it lacks the cipher."""
    if "password" not in str(error).lower():
        return errors.KeyDamaged(name=name)
    if any(oid in data for oid in _OLD_CIPHERS) and not _has_old_ciphers():
        return errors.KeyUnsupported(what="the file is protected by RC2 or RC4")
    return errors.WrongPassphrase()


def _has_old_ciphers() -> bool:
    from cryptography.hazmat.decrepit.ciphers.algorithms import RC2
    from cryptography.hazmat.primitives.ciphers import Cipher, modes

    try:
        Cipher(RC2(bytes(16)), modes.CBC(bytes(8))).encryptor()
    except UnsupportedAlgorithm:
        return False
    return True
