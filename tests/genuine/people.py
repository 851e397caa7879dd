"""Who signs the genuine files: the people of the test PKI, and more of them with other keys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID

from app.crypto.verify.trust import Anchor, Trust
from tests import pki

AT = pki.SIGNED_AT + timedelta(days=1)  # when the files are judged
_CURVES: dict[str, type[ec.EllipticCurve]] = {
    "p521": ec.SECP521R1,
    "brainpool256": ec.BrainpoolP256R1,
    "brainpool384": ec.BrainpoolP384R1,
    "brainpool512": ec.BrainpoolP512R1,
}


def _on_curve(name: str) -> pki.Identity:
    number = tuple(_CURVES).index(name)
    key = ec.derive_private_key(2101 + number, _CURVES[name]())
    return pki.leaf(name, pki.LAIKOSA, key, 101 + number)


def _ed25519(name: str) -> pki.Identity:
    key = ed25519.Ed25519PrivateKey.from_private_bytes(b"Teken test key, Ed25519: 32 byte")
    return pki.leaf(name, pki.NDUN, key, 110)  # type: ignore[arg-type]


def _asked_for(name: str) -> pki.Identity:
    """A certificate that says where to ask about it: pyHanko takes no OCSP answer about others."""
    usage = (pki.SIGNING_USAGE, True)
    return pki.leaf(name, pki.NDUN, pki.ec_key(2011), 112, extensions=[usage, (_ASK, False)])


_ASK = x509.AuthorityInformationAccess(
    [
        x509.AccessDescription(
            AuthorityInformationAccessOID.OCSP,
            x509.UniformResourceIdentifier("http://ocsp.invalid"),
        )
    ]
)


def _time_stamper(name: str) -> pki.Identity:
    """An RSA time-stamp authority: pyHanko's own can use no other key."""
    purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    extensions = [(pki.usage("digital_signature"), True), (purpose, True), (_ASK, False)]
    person = pki.Person("Teken Uji TSA RSA", organisation="Teken Uji")
    return pki.leaf(name, person, pki.rsa_key(2048), 111, extensions=extensions)


def _by_rsa(name: str) -> pki.Identity:
    """For pdfsig, which signs by RSA only, and NSS, which wants a subject of its own for each."""
    if name == "rsa second":
        return pki.leaf(name, pki.NDUN, pki.rsa_key(3072), 113)
    return pki.leaf(name, pki.LAIKOSA, pki.rsa_key(4096), 114)


_MORE: dict[str, Callable[[str], pki.Identity]] = {
    **dict.fromkeys(_CURVES, _on_curve),
    "ed25519": _ed25519,
    **dict.fromkeys(("rsa second", "rsa third"), _by_rsa),
    "asked": _asked_for,
    "tsa": _time_stamper,
}


@cache
def person(name: str) -> pki.Identity:
    """One of `pki.NAMES`, or of those above."""
    return _MORE[name](name) if name in _MORE else pki.identity(name)


@cache
def trust() -> Trust:
    """Trust in the root; the lists say that nobody is revoked."""
    return Trust((_anchor(),), crls=pki.clean_crls())


@cache
def bare_trust() -> Trust:
    """Trust in the root, and nothing at hand: all evidence must be in the file."""
    return Trust((_anchor(),))


def _anchor() -> Anchor:
    return Anchor(pki.root().public_bytes(Encoding.DER))
