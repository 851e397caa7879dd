"""Check 3: whether the certificates of a path were revoked. What is not known is never good."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from app.crypto.verify import reasons
from app.crypto.verify.path import Path
from app.crypto.verify.trust import Trust
from app.model import Reason


@dataclass(frozen=True, slots=True)
class Evidence:
    """CRLs and OCSP responses (DER) that came with a document."""

    crls: tuple[bytes, ...] = field(default=(), repr=False)
    ocsps: tuple[bytes, ...] = field(default=(), repr=False)


def check(
    path: Path, evidence: Evidence, trust: Trust, at: datetime, proven: bool
) -> tuple[Reason, ...]:
    """Nothing is read yet, so nothing is known but of a leaf that is trusted by itself."""
    _ = evidence, trust, at, proven
    return () if path.direct else (reasons.REVOCATION_UNKNOWN(),)
