"""Which algorithms a verifier accepts, and until when (TS 119 312; EN 319 102-1, 5.1.4)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """End dates of algorithms and key sizes."""

    @classmethod
    def default(cls) -> Policy:
        return cls()
