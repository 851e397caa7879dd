"""A root, an issuer and a signer, and the paths that are found for others."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.crypto.verify.path import Path, find
from app.crypto.verify.reasons import Failure
from app.crypto.verify.trust import Purpose, Trust
from tests import pki
from tests.crypto.verify.authorities import Holder, authority, root, signer

ROOT = root()
ISSUER = authority(ROOT, "Issuer", 3002)
SIGNER = signer(ISSUER)
PSS = "1.2.840.113549.1.1.10"
LATE = datetime(2061, 1, 1, tzinfo=UTC)


def found(
    leaf: Holder, trust: Trust = ROOT.trust, at: datetime = pki.SIGNED_AT, **more: object
) -> Path:
    purpose: Purpose = more.pop("purpose", "signature")  # type: ignore[assignment]
    pool = more.pop("pool", leaf.pool)
    return find(leaf.der, pool, trust, at, purpose, **more)  # type: ignore[arg-type]


def failure(leaf: Holder, trust: Trust = ROOT.trust, **more: object) -> str:
    with pytest.raises(Failure) as caught:
        found(leaf, trust, **more)  # type: ignore[arg-type]
    return caught.value.reason.code
