"""What a verifier may rely on: explicit trust anchors, helpful certificates, revocation data.

Nothing is trusted because it came with the document. Values only; `services` load them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from app.crypto.verify.algorithms import Policy

Purpose = Literal["signature", "timestamp"]


@dataclass(frozen=True, slots=True)
class Anchor:
    """A certificate that ends a chain (RFC 5280, 6.1.1 d).

    `certified`: it belongs to a PSrE, so signatures below it are "TTE tersertifikasi".
    """

    certificate: bytes = field(repr=False)  # DER
    purposes: frozenset[Purpose] = frozenset({"signature", "timestamp"})
    certified: bool = False


@dataclass(frozen=True, slots=True)
class Trust:
    """Anchors, and what helps to reach them; `certificates`, `crls` and `ocsps` are DER.

    `freshness` is how old revocation data may be at the time it is asked about.
    """

    anchors: tuple[Anchor, ...] = ()
    certificates: tuple[bytes, ...] = field(default=(), repr=False)
    crls: tuple[bytes, ...] = field(default=(), repr=False)
    ocsps: tuple[bytes, ...] = field(default=(), repr=False)
    policy: Policy = field(default_factory=Policy.default)
    freshness: timedelta = timedelta(days=7)
