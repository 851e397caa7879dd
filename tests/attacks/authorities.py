"""Who vouches in the attacks, and who only pretends to: trust, revocation lists, impostors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from app.crypto.certificates import PrivateKey
from app.crypto.verify.trust import Anchor, Trust
from tests import pki

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AT = pki.SIGNED_AT + DAY  # when the files are judged
Issuer = tuple[x509.Name, PrivateKey]
ROOT: Issuer = (pki.ROOT_NAME, pki.ec_key(1001))
ISSUING: Issuer = (pki.ISSUING_NAME, pki.ec_key(1002))


def der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def revocation_list(
    revoked: Mapping[int, datetime] = {},
    issuer: Issuer = ISSUING,
    since: datetime = AT - 12 * HOUR,
    until: datetime = AT + 6 * DAY,
    extensions: Sequence[tuple[x509.ExtensionType, bool]] = (),
    signer: PrivateKey | None = None,
) -> bytes:
    """A CRL in DER: `revoked` is serial number to moment. `signer` forges it with another key."""
    name, key = issuer
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(name)
        .last_update(since)
        .next_update(until)
        .add_extension(x509.CRLNumber(1), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False
        )
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    for serial, moment in revoked.items():
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(moment)
        builder = builder.add_revoked_certificate(entry.build())
    made = builder.sign(signer or key, hashes.SHA256(), ecdsa_deterministic=True)
    return made.public_bytes(Encoding.DER)


def trusting(*lists: bytes) -> Trust:
    """Trust in the root alone, with these revocation lists at hand."""
    return Trust(anchors=(Anchor(der(pki.root())),), crls=lists)


@cache
def trust() -> Trust:
    """Trust in the root; nobody is revoked, and that is known."""
    return trusting(revocation_list(), revocation_list(issuer=ROOT))


@cache
def stranger(serial: int = 11) -> pki.Identity:
    """The same name as the honest signer's, in a certificate that it gave itself."""
    key = pki.ec_key(3001)
    name = pki.name_of(pki.TALLO.name, pki.TALLO.position, pki.TALLO.organisation)
    own = pki.certificate(name, key, serial, (name, key))
    return pki.Identity("stranger", pki.TALLO, key, (own,))


def moment(year: int, month: int = 1, day: int = 1) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)
