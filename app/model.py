"""The values that travel between the rooms: frozen, without behaviour beyond their own facts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

DigestName = Literal["sha256", "sha384", "sha512"]
Scheme = Literal["rsa-pkcs1", "rsa-pss", "ecdsa"]
CertifyLevel = Literal[1, 2, 3]
KeyKind = Literal["p256", "p384", "rsa2048", "rsa3072", "rsa4096"]


@dataclass(frozen=True, slots=True)
class Algorithm:
    """RSA PKCS#1 v1.5 or RSA-PSS (RFC 8017), or ECDSA (FIPS 186-5), with its digest."""

    scheme: Scheme
    digest: DigestName = "sha256"


@dataclass(frozen=True, slots=True)
class Person:
    """Who signs, as printed in the stamp. Empty parts are left out."""

    name: str
    position: str = ""  # with its Plt./Plh. prefix, if any
    rank: str = ""  # pangkat/golongan, e.g. "Pembina Tk. I (IV/b)"
    nip: str = ""  # 18 digits, unspaced
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle on the upright page as a person sees it, in points; the origin is bottom-left."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def top(self) -> float:
        return self.y + self.height

    def overlaps(self, other: Rect) -> bool:
        return (
            self.x < other.right
            and other.x < self.right
            and self.y < other.top
            and other.y < self.top
        )

    def inside(self, outer: Rect, slack: float = 0.5) -> bool:
        """Whether it lies within `outer`; `slack` points forgive rounding of a dragged stamp."""
        return (
            self.x >= outer.x - slack
            and self.y >= outer.y - slack
            and self.right <= outer.right + slack
            and self.top <= outer.top + slack
        )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a stamp goes: `page` counts from 1."""

    page: int
    rect: Rect


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """An empty signature field to prepare; without a place it stays invisible."""

    name: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Stamp:
    """The visible signature. `place` None means "auto": free space is looked for."""

    person: Person
    link: str  # goes into the QR code: an unguessable code and nothing about person or letter
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class SignRequest:
    """What the person decided about one document.

    `signed_at` is aware and goes into /M. `certify` None makes an approval signature.
    `expected_sha256` (32 bytes) is the hash of the bytes that were shown; anything else is refused.
    """

    signed_at: datetime
    field: str | None = None
    certify: CertifyLevel | None = None
    reason: str = ""
    location: str = ""
    stamp: Stamp | None = None
    password: str = ""
    expected_sha256: bytes | None = None


@dataclass(frozen=True, slots=True)
class SignedFile:
    """What `sign_file` did; hashes are SHA-256 (32 bytes) of whole original and whole result."""

    original_sha256: bytes
    sha256: bytes
    original_bytes: int
    appended_bytes: int
    field: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class KeyInfo:
    """A key of this device, as listed without unlocking it. Times are aware (UTC)."""

    name: str
    person: Person
    algorithm: Algorithm
    chain: tuple[bytes, ...] = field(repr=False)  # DER, end-entity first
    not_before: datetime
    not_after: datetime
    self_made: bool  # a test certificate of our own: "TIDAK TERSERTIFIKASI - UJI"
