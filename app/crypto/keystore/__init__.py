"""What a signing key is to the rest of the house; one adapter a file, each chosen explicitly."""

from __future__ import annotations

from typing import Protocol

from app.model import Algorithm


class SigningKey(Protocol):
    """A key with its certificates, ready to sign: an unlocked one, or a token's handle."""

    @property
    def chain(self) -> tuple[bytes, ...]:
        """DER certificates, end-entity first, then its issuers as far as known."""

    @property
    def algorithm(self) -> Algorithm:
        """What `sign` will use."""

    def sign(self, data: bytes) -> bytes:
        """Sign `data` (it is hashed inside). ECDSA gives a DER Ecdsa-Sig-Value (RFC 3279, 2.2.3).

        Raises a `KeyFault`.
        """

    def dry_run(self) -> int:
        """The largest size in bytes that `sign` can return. Never prompts, never unlocks."""
