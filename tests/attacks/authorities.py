"""Who vouches in the attacks, and who only pretends to: trust, revocation lists, impostors."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from app.crypto.certificates import PrivateKey
from app.crypto.verify.trust import Anchor, Trust
from tests import pki
from tests.crypto.verify.authorities import Holder

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AT = pki.SIGNED_AT + DAY  # when the files are judged
ROOT = Holder(pki.ROOT_NAME, pki.ec_key(1001), pki.root())
ISSUING = Holder(pki.ISSUING_NAME, pki.ec_key(1002), pki.issuing(), (ROOT,))
Extensions = Sequence[tuple[x509.ExtensionType, bool]]


def holder(who: pki.Identity) -> Holder:
    """Somebody of the test PKI, below the issuing authority."""
    return Holder(who.certificates[0].subject, who.key, who.certificates[0], (ISSUING, ROOT))


def identity(who: Holder) -> pki.Identity:
    """Somebody who was made up here, able to sign as people of the test PKI do."""
    above = (each.certificate for each in who.above)
    return pki.Identity("made up", pki.TALLO, who.key, (who.certificate, *above))


def revocation_list(
    *entries: x509.RevokedCertificate,
    issuer: Holder = ISSUING,
    key: PrivateKey | None = None,
    since: datetime = AT - 12 * HOUR,
    until: datetime = AT + 6 * DAY,
    extensions: Extensions = (),
) -> bytes:
    """A CRL (DER) that is fresh when the files are judged; `key` forges it."""
    return pki.crl(
        *entries,
        issuer=(issuer.name, key or issuer.key),
        this_update=since,
        next_update=until,
        extensions=extensions,
    )


def root_list(*entries: x509.RevokedCertificate) -> bytes:
    """The revocation list of the root."""
    return revocation_list(*entries, issuer=ROOT)


def trusting(*lists: bytes, ocsps: tuple[bytes, ...] = ()) -> Trust:
    """Trust in the root alone, with these revocation lists and answers at hand."""
    anchor = Anchor(pki.root().public_bytes(Encoding.DER))
    return Trust(anchors=(anchor,), crls=lists, ocsps=ocsps)


@cache
def trust() -> Trust:
    """Trust in the root; nobody is revoked, and that is known."""
    return trusting(revocation_list(), root_list())


@cache
def stranger() -> pki.Identity:
    """The same name and serial as the honest signer's, in a certificate that it gave itself."""
    key = pki.ec_key(3001)
    name = pki.identity().certificates[0].subject
    own = pki.certificate(name, key, 11, (name, key))
    return pki.Identity("stranger", pki.TALLO, key, (own,))


def moment(year: int, month: int = 1, day: int = 1) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)
