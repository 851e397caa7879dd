"""Which algorithms a verifier accepts, and until when (TS 119 312; EN 319 102-1, 5.1.4).

The dates are data: assets/trust/algorithms.toml says what each section means.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache, lru_cache
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from app.crypto.verify.reasons import UNKNOWN_ALGORITHM, WEAK, WEAK_UNPROVEN, Failure
from app.errors import N_
from app.model import Reason

FILE = Path(__file__).resolve().parents[3] / "assets" / "trust" / "algorithms.toml"
_NEVER = datetime.min.replace(tzinfo=UTC)
_ALWAYS = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Use:
    """Something that a signature rests on, and the moment (aware) from which on it is weak."""

    name: str  # as people know it: SHA-1, RSA 1024
    until: datetime


@dataclass(frozen=True, slots=True)
class Policy:
    """The moment from which on each is weak; what is missing was never safe.

    `digests` and `references` go by the names of hashlib, `rsa` by bits, `curves` by name.
    """

    digests: Mapping[str, datetime]
    references: Mapping[str, datetime]
    rsa: Mapping[int, datetime]
    curves: Mapping[str, datetime]

    @classmethod
    def default(cls) -> Policy:
        """What assets/trust/algorithms.toml says."""
        return _default()

    @classmethod
    def from_toml(cls, data: bytes) -> Policy:
        """Read a policy file. Raises ValueError where it is not one."""
        content = tomllib.loads(data.decode())
        return cls(
            _ends(content.get("digests")),
            _ends(content.get("references")),
            {int(bits): end for bits, end in _ends(content.get("rsa")).items()},
            _ends(content.get("curves")),
        )

    def digest(self, name: str) -> Use:
        """A digest where collisions would help to forge; `name` as in hashlib."""
        return Use(_shown(name), self.digests.get(name, _NEVER))

    def reference(self, name: str) -> Use:
        """A digest that names a certificate; `name` as in hashlib."""
        return Use(_shown(name), self.references.get(name, _NEVER))

    def key(self, public_key: bytes) -> Use:
        """A key, by its DER SubjectPublicKeyInfo. Raises Failure where nobody here can use it."""
        kind, bits = kind_of(public_key)
        if kind != "rsa":
            return Use(kind, self.curves.get(kind, _NEVER))
        sizes = [size for size in self.rsa if size <= bits]
        return Use(f"RSA {bits}", self.rsa[max(sizes)] if sizes else _NEVER)

    def uses(self, digest: str, public_key: bytes) -> tuple[Use, ...]:
        """What a signature rests on; `digest` is empty where the key has its own (Ed25519)."""
        key = self.key(public_key)
        return (self.digest(digest), key) if digest else (key,)


def weakness(
    uses: Iterable[Use], at: datetime, proven: bool, since: datetime
) -> tuple[Reason, ...]:
    """What is weak of that on which a signature rests; its certificate began at `since`.

    `proven`: it existed at the moment `at`, else that is just now. What was safe once is a reason,
    indeterminate; all times are aware. Raises Failure where it cannot have been used in time.
    """
    weakest = min(uses, key=lambda use: use.until)
    if at < weakest.until:
        return ()
    if proven or weakest.until <= since:  # a signature is no older than its certificate
        raise Failure(WEAK(what=weakest.name))
    return (WEAK_UNPROVEN(what=weakest.name),)


@lru_cache(maxsize=256)
def kind_of(public_key: bytes) -> tuple[str, int]:
    """The name of its curve, or "rsa", and bits. Raises Failure where nobody here can use it."""
    try:
        key = load_der_public_key(public_key)
    except (ValueError, UnsupportedAlgorithm):
        raise Failure(UNKNOWN_ALGORITHM(what=N_("the key cannot be read"))) from None
    match key:
        case rsa.RSAPublicKey():
            return "rsa", key.key_size
        case ec.EllipticCurvePublicKey():
            return key.curve.name, key.key_size
        case ed25519.Ed25519PublicKey():
            return "ed25519", 256
    raise Failure(UNKNOWN_ALGORITHM(what=type(key).__name__.removesuffix("PublicKey")))


@cache
def _default() -> Policy:
    return Policy.from_toml(FILE.read_bytes())


def _ends(section: object) -> dict[str, datetime]:
    if not isinstance(section, dict):
        raise ValueError("a section is missing")
    return {name: _end(value) for name, value in section.items()}


def _end(value: object) -> datetime:
    if value is True:
        return _ALWAYS
    if type(value) is date:
        return datetime.combine(value, time(), UTC)
    raise ValueError(f"neither a date nor true: {value!r}")


def _shown(digest: str) -> str:
    """sha1 -> SHA-1, sha3_256 -> SHA3-256."""
    name = digest.upper().replace("_", "-")
    return name.replace("SHA", "SHA-") if "-" not in name else name
