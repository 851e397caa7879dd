"""Authorities that a test makes up: names, keys, certificates, the same on every run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from app.crypto.certificates import PrivateKey
from app.crypto.verify.trust import Anchor, Trust
from tests import pki

Extensions = Sequence[tuple[x509.ExtensionType, bool]]
AUTHORITY: Extensions = pki.ca_constraints(None)
_serials = count(5000)


@dataclass(frozen=True)
class Holder:
    """Who holds a certificate, and may issue others with its key."""

    name: x509.Name
    key: PrivateKey
    certificate: x509.Certificate
    above: tuple[Holder, ...] = field(default=(), repr=False)

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def pool(self) -> tuple[bytes, ...]:
        """The DER of those above it, its issuer first."""
        return tuple(holder.der for holder in self.above)

    @property
    def trust(self) -> Trust:
        """Trust in it as an anchor."""
        return Trust(anchors=(Anchor(self.der),))

    def issue(
        self,
        name: x509.Name,
        key: PrivateKey,
        extensions: Extensions = ((pki.SIGNING_USAGE, True),),
        not_before: datetime = pki.NOT_BEFORE,
        not_after: datetime = pki.NOT_AFTER,
        serial: int = 0,
        digest: hashes.SHA256 | hashes.SHA384 = hashes.SHA256(),  # noqa: B008 - immutable
    ) -> Holder:
        """A certificate for someone else, or with its own name and key for itself."""
        made = pki.certificate(
            name,
            key,
            serial or next(_serials),
            (self.name, self.key),
            extensions,
            not_before,
            not_after,
            digest,
        )
        return Holder(name, key, made, (self, *self.above))


def root(
    common_name: str = "Root", number: int = 3001, extensions: Extensions = AUTHORITY
) -> Holder:
    """A self-signed authority."""
    name, key = pki.name_of(common_name), pki.ec_key(number)
    made = pki.certificate(name, key, number, (name, key), extensions)
    return Holder(name, key, made)


def authority(issuer: Holder, common_name: str, number: int, *more: x509.ExtensionType) -> Holder:
    """An authority below another; `more` are critical extensions."""
    extensions = [*AUTHORITY, *((extension, True) for extension in more)]
    return issuer.issue(pki.name_of(common_name), pki.ec_key(number), extensions)


def signer(issuer: Holder, *more: x509.ExtensionType, common_name: str = "Signer") -> Holder:
    """A person; `more` are critical extensions."""
    extensions = [(pki.SIGNING_USAGE, True), *((extension, True) for extension in more)]
    return issuer.issue(pki.name_of(common_name), pki.ec_key(3900), extensions)
