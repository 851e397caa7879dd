"""Which algorithms a verifier accepts, and until when (TS 119 312; EN 319 102-1, 5.1.4).

The dates are in assets/trust/algorithms.toml; `Policy.default` says the same, for tests and for
callers without files.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

NEVER = datetime(1, 1, 1, tzinfo=UTC)
ALWAYS = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Policy:
    """The moment from which on each is weak; what is not listed was never accepted.

    `rsa` and `curves` go by size in bits: the largest entry that is not larger counts.
    """

    digests: Mapping[str, datetime]  # names as in hashlib
    rsa: Mapping[int, datetime]
    curves: Mapping[int, datetime]

    @classmethod
    def default(cls) -> Policy:
        """What assets/trust/algorithms.toml says."""
        always = dict.fromkeys(
            ("sha256", "sha384", "sha512", "sha3_256", "sha3_384", "sha3_512"), ALWAYS
        )
        old = {"md5": _day(2005, 8, 1), "sha1": _day(2012, 8, 1), "sha224": _day(2029, 1, 1)}
        return cls(
            {**old, **always},
            {1024: _day(2013, 8, 1), 2048: ALWAYS},
            {160: _day(2013, 8, 1), 224: _day(2029, 1, 1), 256: ALWAYS},
        )

    @classmethod
    def from_toml(cls, data: bytes) -> Policy:
        """Read the policy file. Raises ValueError where it is not one."""
        content = tomllib.loads(data.decode())
        digests, sizes = content["digests"], content["sizes"]
        return cls(
            {str(name): _end(value) for name, value in digests.items()},
            {int(size): _end(value) for size, value in sizes["rsa"].items()},
            {int(size): _end(value) for size, value in sizes["ec"].items()},
        )

    def digest_until(self, name: str) -> datetime:
        """Until when a digest was safe."""
        return self.digests.get(name, NEVER)

    def key_until(self, key: object) -> datetime:
        """Until when keys of this kind and size were safe."""
        if isinstance(key, rsa.RSAPublicKey):
            return _by_size(self.rsa, key.key_size)
        if isinstance(key, ec.EllipticCurvePublicKey):
            return _by_size(self.curves, key.key_size)
        return ALWAYS if isinstance(key, ed25519.Ed25519PublicKey) else NEVER


def _by_size(ends: Mapping[int, datetime], size: int) -> datetime:
    return ends.get(max((least for least in ends if least <= size), default=0), NEVER)


def _day(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


def _end(value: object) -> datetime:
    """A date, or `true` for what is safe for now."""
    if value is True:
        return ALWAYS
    if isinstance(value, date) and not isinstance(value, datetime):
        return _day(value.year, value.month, value.day)
    raise ValueError(f"{value!r} is no date")
