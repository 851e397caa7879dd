"""The values that travel between the rooms: frozen, without behaviour beyond their own facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

DigestName = Literal["sha256", "sha384", "sha512"]
Scheme = Literal["rsa-pkcs1", "rsa-pss", "ecdsa"]
CertifyLevel = Literal[1, 2, 3]
KeyKind = Literal["p256", "p384", "rsa2048", "rsa3072", "rsa4096"]
# From worst to best: a file is as good as its worst signature.
VerdictName = Literal[
    "unreadable", "invalid", "altered", "untrusted", "indeterminate", "valid", "unsigned"
]
Level = Literal["", "B-B", "B-T", "B-LT", "B-LTA"]


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


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a signature is judged as it is; `check` is its number in docs/VERIFY.md.

    `sentence` is a gettext message id with placeholders for `details`; `indication` is the
    sub-indication of EN 319 102-1, 5.1.3 (empty where it has none). `page` counts from 1; `rects`
    are where the look of that page differs.
    """

    check: int
    code: str
    verdict: VerdictName
    indication: str
    sentence: str
    details: Mapping[str, object] = field(default_factory=dict)
    page: int | None = None
    rects: tuple[Rect, ...] = ()

    def explain(self, translate: Callable[[str], str]) -> str:
        """The sentence in the language that `translate` gives."""
        shown = dict(self.details)
        if isinstance(shown.get("what"), str):  # our own words, unlike names and dates
            shown["what"] = translate(str(shown["what"])).format_map(shown)
        return translate(self.sentence).format_map(shown)


@dataclass(frozen=True, slots=True)
class SignatureReport:
    """One signature or document timestamp, as it was judged.

    Names are as certified; `claims` are what the signer says without proof (reason, location, ...).
    """

    field_name: str
    kind: Literal["approval", "certification", "timestamp"]
    verdict: VerdictName
    reasons: tuple[Reason, ...]
    signer: Person | None  # None where no certificate could be read
    certified: bool  # TTE tersertifikasi: the chain ends at an anchor of a PSrE
    claimed_time: datetime | None  # /M
    trusted_time: datetime | None  # the earliest proven best-signature-time
    time_by: str  # who proved it: common name of the time-stamp authority
    level: Level
    covers_bytes: int  # the signed revision is this prefix of the file
    chain: tuple[bytes, ...] = field(repr=False)  # DER, end-entity first
    claims: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is true of a file: its worst signature's verdict, then each signature.

    `reasons` concern the file as a whole (it cannot be read, it is not signed).
    """

    name: VerdictName
    reasons: tuple[Reason, ...]
    signatures: tuple[SignatureReport, ...]
