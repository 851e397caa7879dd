"""What reading a foreign file may cost: objects, inflated bytes, seconds. One budget serves all
revisions of a file."""

from __future__ import annotations

from collections.abc import Callable

from app.errors import LimitExceeded

MAX_OBJECTS = 2_000_000  # objects read, the same one in another revision counted again
MAX_INFLATED = 512 << 20  # bytes that come out of filters, all streams together
_LOOKS = 128  # objects between two looks at the clock


class Budget:
    """Counts down; raises LimitExceeded where something is used up.

    `clock` gives seconds; without one, time is not bounded (a file of one's own).
    """

    def __init__(
        self,
        objects: int = MAX_OBJECTS,
        inflated: int = MAX_INFLATED,
        seconds: float = 0.0,
        clock: Callable[[], float] | None = None,
    ) -> None:
        self._objects, self._inflated = objects, inflated
        self._clock = clock
        self._end = clock() + seconds if clock is not None else 0.0

    def object(self) -> None:
        """One more object is read."""
        self._objects -= 1
        if self._objects < 0:
            raise LimitExceeded(what="number of objects")
        if self._objects % _LOOKS == 0:
            self.time()

    def inflated(self, size: int) -> None:
        """`size` more bytes came out of a filter."""
        self._inflated -= size
        if self._inflated < 0:
            raise LimitExceeded(what="stream size")
        self.time()

    def time(self) -> None:
        """Look at the clock."""
        if self._clock is not None and self._clock() > self._end:
            raise LimitExceeded(what="time")
