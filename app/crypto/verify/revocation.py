"""Check 3: whether certificates of a path were revoked. What is not known is never good."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from app.crypto.verify.certificate import load
from app.crypto.verify.crl import HOLD, Revocation
from app.crypto.verify.path import Path
from app.crypto.verify.reasons import (
    CA_REVOKED,
    ON_HOLD,
    REVOCATION_UNKNOWN,
    REVOKED,
    REVOKED_LATER,
    REVOKED_UNPROVEN,
    Failure,
)
from app.crypto.verify.standing import Inquiry
from app.crypto.verify.trust import Trust
from app.crypto.verify.usage import is_never_revoked
from app.model import Reason


@dataclass(frozen=True, slots=True)
class Evidence:
    """What came with a document, in DER; `certificates` help to check who signed the rest."""

    crls: tuple[bytes, ...] = field(default=(), repr=False)
    ocsps: tuple[bytes, ...] = field(default=(), repr=False)
    certificates: tuple[bytes, ...] = field(default=(), repr=False)


def check(
    path: Path, evidence: Evidence, trust: Trust, at: datetime, proven: bool
) -> tuple[Reason, ...]:
    """What the evidence leaves to say of a path: nothing where nobody on it was revoked.

    `at` (aware) is a moment at which the signature is `proven` to have existed; else it is now, and
    the signature may be older than a revocation. What cannot be known is among the reasons, as
    indeterminate. Raises Failure where somebody was revoked in time.
    """
    inquiry = Inquiry(
        path,
        (*trust.crls, *evidence.crls),
        (*trust.ocsps, *evidence.ocsps),
        (*evidence.certificates, *trust.certificates),
        trust,
        at,
    )
    reasons = tuple(_reasons(path, inquiry, at, proven))
    for reason in reasons:
        if reason.verdict == "invalid":
            raise Failure(reason)
    return tuple(each for place, each in enumerate(reasons) if each not in reasons[:place])


def _reasons(path: Path, inquiry: Inquiry, at: datetime, proven: bool) -> Iterator[Reason]:
    """One at most for each certificate below the anchor, which itself is not asked about."""
    for place, (certificate, issuer) in enumerate(pairwise(map(load, path.chain))):
        standing = inquiry.standing(certificate, issuer)
        if isinstance(standing, Revocation):
            yield from _told(standing, place == 0, at, proven)
        elif standing == "unknown" and not is_never_revoked(certificate):
            yield REVOCATION_UNKNOWN()


def _told(revocation: Revocation, leaf: bool, at: datetime, proven: bool) -> Iterator[Reason]:
    date = f"{revocation.since:%Y-%m-%d}"
    if proven and at < revocation.since:
        if leaf:
            yield REVOKED_LATER(date=date)
    elif revocation.reason is HOLD:
        yield ON_HOLD(date=date)
    elif leaf:
        yield (REVOKED if proven else REVOKED_UNPROVEN)(date=date)
    else:
        yield CA_REVOKED(date=date)
