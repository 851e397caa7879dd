"""An unlocked time: a key that signs the listed documents, each once, until it is locked again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from types import TracebackType

from app import errors
from app.crypto.keystore import SigningKey
from app.model import Algorithm, KeyInfo

MAX_SECONDS = 3600
MAX_COUNT = 10_000


@dataclass(frozen=True, slots=True)
class Remaining:
    """What a session may still do, for the screen. `sha256s` are in the order they were given."""

    seconds: float
    count: int
    sha256s: tuple[bytes, ...]


class Session:
    """A key unlocked once for many signatures.

    `sha256s` are the hashes (32 bytes) of whole files; one given twice may be signed twice.
    `now` (aware) is the time of unlocking; `seconds` and `count` (signatures) are cut to an hour
    and 10,000. `clock` is monotonic: setting the device's clock back lengthens nothing.

    `lock` drops the key; a signature that is being made at that moment is still finished. The time
    is looked at on each use: call `remaining` now and then so that an expired key is dropped too.
    OpenSSL overwrites a dropped key; nothing in Python could keep it from swap before.
    """

    def __init__(
        self,
        info: KeyInfo,
        key: SigningKey,
        sha256s: Iterable[bytes],
        now: datetime,
        seconds: float,
        count: int,
        clock: Callable[[], float],
    ) -> None:
        self.info = info
        self._key: SigningKey | None = key
        self._chain, self._algorithm = key.chain, key.algorithm
        self._size = key.dry_run()
        self._open = Counter(map(bytes, sha256s))
        self._clock = clock
        seconds = min(seconds, MAX_SECONDS)
        self._deadline = clock() + seconds
        self.expires_at = now + timedelta(seconds=seconds)
        self._count = min(count, MAX_COUNT)
        self._guard = Lock()

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.lock()

    def key_for(self, sha256: bytes, now: datetime | None = None) -> SigningKey:
        """A key for one signature on the document with this hash.

        Raises SessionEnded when locked, expired, used up, or when the document is not listed (any
        more). The document counts as signed once the key has signed, not before. `now` (aware)
        matters after the device slept: the monotonic clock may have stood still meanwhile.
        """
        with self._guard:
            if now is not None and now >= self.expires_at:
                self._end()
            self._live_key(sha256)
        return _KeyForOne(self, sha256)

    @property
    def sha256s(self) -> tuple[bytes, ...]:
        """The documents it may still sign."""
        return self.remaining().sha256s

    def remaining(self) -> Remaining:
        """What is left; all zero once the session has ended."""
        with self._guard:
            if not self._is_live():
                return Remaining(0.0, 0, ())
            seconds = self._deadline - self._clock()
            return Remaining(max(0.0, seconds), self._count, tuple(self._open.elements()))

    def lock(self) -> None:
        """End the session at once, from any thread."""
        with self._guard:
            self._end()

    def _end(self) -> None:
        self._key = None
        self._count = 0
        self._open.clear()

    def _is_live(self) -> bool:
        if self._key is None:
            return False
        if self._clock() >= self._deadline or self._count <= 0:
            self._end()
        return self._key is not None

    def _live_key(self, sha256: bytes) -> SigningKey:
        if not self._is_live() or self._key is None or self._open[sha256] <= 0:
            raise errors.SessionEnded
        return self._key

    def _sign(self, sha256: bytes, data: bytes) -> bytes:
        with self._guard:
            key = self._live_key(sha256)
            self._open[sha256] -= 1
            self._count -= 1
            if self._count <= 0:
                self._end()
        return key.sign(data)  # outside the guard: `lock` need not wait for it


class _KeyForOne:
    """A `SigningKey` that signs once, for one document of a session's list."""

    __slots__ = ("_session", "_sha256")

    def __init__(self, session: Session, sha256: bytes) -> None:
        self._session = session
        self._sha256 = sha256

    @property
    def chain(self) -> tuple[bytes, ...]:
        return self._session._chain

    @property
    def algorithm(self) -> Algorithm:
        return self._session._algorithm

    def sign(self, data: bytes) -> bytes:
        return self._session._sign(self._sha256, data)

    def dry_run(self) -> int:
        return self._session._size
