"""What tests of revocation ask about, and whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ReasonFlags
from cryptography.x509.oid import ExtendedKeyUsageOID as Eku

from app.crypto.verify import revocation
from app.crypto.verify.path import Path, find
from app.crypto.verify.reasons import Failure
from app.crypto.verify.revocation import Evidence
from app.crypto.verify.trust import Anchor, Trust
from tests import pki
from tests.crypto.verify.authorities import Holder, authority, root, signer

DAY = timedelta(days=1)
AT = pki.SIGNED_AT
ROOT_KEY = (pki.ROOT_NAME, pki.ec_key(1001))
TRUST = Trust(anchors=(Anchor(pki.root().public_bytes(Encoding.DER)),))
SIGNER = pki.identity()
LEAF, ISSUING = SIGNER.certificates[:2]
ROOT_CRL, CRL = pki.clean_crls()
HOLD = x509.CRLReason(ReasonFlags.certificate_hold)


def path_of(chain: Sequence[bytes] = SIGNER.chain, trust: Trust = TRUST, at: datetime = AT) -> Path:
    return find(chain[0], chain[1:], trust, at, "signature")


def outcome(
    *crls: bytes,
    ocsps: Sequence[bytes] = (),
    pool: Sequence[bytes] = (),
    at: datetime = AT,
    proven: bool = True,
    path: Path | None = None,
    trust: Trust = TRUST,
) -> str:
    """The code of the reason that comes out, or "good"."""
    evidence = Evidence(crls, tuple(ocsps), tuple(pool))
    try:
        remarks = revocation.check(path or path_of(), evidence, trust, at, proven)
    except Failure as failure:
        assert failure.reason.verdict == "invalid"
        return failure.reason.code
    assert all(reason.verdict in ("valid", "indeterminate") for reason in remarks)
    return "+".join(reason.code for reason in remarks) or "good"


def revoked(date: datetime, *more: x509.ExtensionType, serial: int = LEAF.serial_number) -> bytes:
    """A CRL of the issuing authority with the signer in it."""
    return pki.crl(pki.revoked(serial, date, *more))


def made(leaf: Holder) -> tuple[Path, Trust]:
    """The path of a leaf to the topmost of those above it, and trust in that one."""
    trust = leaf.above[-1].trust
    return find(leaf.der, leaf.pool, trust, AT, "signature"), trust


def crl_of(holder: Holder, *entries: x509.RevokedCertificate, **more: object) -> bytes:
    return pki.crl(*entries, issuer=(holder.name, holder.key), **more)  # type: ignore[arg-type]


TOP = root("Top", 3501)
BELOW = authority(TOP, "Below", 3502)
PERSON = signer(BELOW)
UNKNOWN_RULE = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.25.5"), b"\x05\x00")


def scoped(**scope: object) -> tuple[x509.ExtensionType, bool]:
    given = {
        "full_name": None, "relative_name": None, "only_contains_user_certs": False,
        "only_contains_ca_certs": False, "only_some_reasons": None, "indirect_crl": False,
        "only_contains_attribute_certs": False,
    }  # fmt: skip
    return x509.IssuingDistributionPoint(**given | scope), True  # type: ignore[arg-type]


def responder(*more: tuple[x509.ExtensionType, bool], **changes: object) -> pki.Identity:
    """One that the issuing authority made; `more` are extensions."""
    return pki.leaf(
        "r", pki.NDUN, pki.ec_key(3511), 92, extensions=[*more], **changes  # type: ignore[arg-type]
    )  # fmt: skip


ANSWERS = (x509.ExtendedKeyUsage([Eku.OCSP_SIGNING]), False)
NO_CHECK = (x509.OCSPNoCheck(), False)
