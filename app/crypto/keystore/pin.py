"""What a PIN must be, and how long to wait after wrong ones.

The device's own clock is all there is: one that is turned back brings the whole delay again, one
that is turned forward does end it. Without a server nothing on a device can tell the difference.
"""

from __future__ import annotations

import json
import math
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

from app import errors

MIN_LENGTH = 6
FREE_TRIES = 3
DELAYS = (30, 60, 300, 900, 3600)  # seconds, after the fourth wrong PIN and each one more


def normalised(pin: str) -> bytes:
    """The bytes of a PIN; the same however a keyboard composes its letters (NFKC)."""
    return unicodedata.normalize("NFKC", pin).encode()


def check_strength(pin: str) -> None:
    """Raise PinTooWeak unless it has six characters, not all alike and not in a row."""
    characters = normalised(pin).decode()
    if len(characters) < MIN_LENGTH or _is_run(characters):
        raise errors.PinTooWeak


def _is_run(text: str) -> bool:
    """Whether each character follows the one before by the same step of 0, 1 or -1.

    Digits run on from 9 to 0: 789012 is as easy as 123456.
    """
    modulus = 10 if text.isdecimal() else 0x110000
    steps = {(ord(b) - ord(a)) % modulus for a, b in pairwise(text)}
    return len(steps) == 1 and steps <= {0, 1, modulus - 1}


@dataclass(frozen=True, slots=True)
class Attempts:
    """How many wrong PINs in a row, and when the last one was (Unix seconds)."""

    failures: int = 0
    at: int = 0

    @property
    def delay(self) -> int:
        """Seconds to wait after the last wrong PIN."""
        late = self.failures - FREE_TRIES
        return DELAYS[min(late, len(DELAYS)) - 1] if late > 0 else 0

    def wait(self, now: float) -> int:
        """Seconds still to wait; the whole delay again when the clock was turned back."""
        if now < self.at:
            return self.delay
        return max(0, math.ceil(self.at + self.delay - now))

    def one_more(self, now: float) -> Attempts:
        """The count with a further wrong PIN."""
        return Attempts(self.failures + 1, int(now))

    def to_json(self) -> str:
        """For the OS keyring."""
        return json.dumps({"failures": self.failures, "at": self.at})

    @classmethod
    def from_json(cls, text: str) -> Attempts:
        """Raises ValueError for anything that `to_json` did not write."""
        value = json.loads(text)
        if not isinstance(value, dict) or set(value) != {"failures", "at"}:
            raise ValueError("not a count of attempts")
        failures, at = value["failures"], value["at"]
        if type(failures) is not int or type(at) is not int or failures < 0:
            raise ValueError("not a count of attempts")
        return cls(failures, at)
