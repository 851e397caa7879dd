"""Doubles for the matrix of delays and times only: the rest is tested on a real keyring."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime, timedelta

from app import errors


class MemoryVault:
    """A `Vault` that remembers what was written, in order."""

    kind = "memory"

    def __init__(self) -> None:
        self.entries: dict[str, str] = {}
        self.writes: list[tuple[str, str]] = []

    def read(self, entry: str) -> str | None:
        return self.entries.get(entry)

    def write(self, entry: str, value: str) -> None:
        self.writes.append((entry, value))
        self.entries[entry] = value

    def erase(self, entry: str) -> None:
        self.entries.pop(entry, None)


class MemoryRecords:
    """`Records` in memory."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def read(self, name: str) -> bytes | None:
        return self.files.get(name)

    def write(self, name: str, data: bytes) -> None:
        if name in self.files:
            raise errors.TargetExists(name=name)
        self.files[name] = data

    def list(self) -> Sequence[str]:
        return sorted(self.files)

    def delete(self, name: str) -> None:
        self.files.pop(name, None)

    def exclusive(self, name: str) -> AbstractContextManager[None]:
        return nullcontext()  # of one process only


class Clock:
    """A wall clock and a monotonic one, moved by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.wall = datetime(2026, 11, 2, 1, 30, tzinfo=UTC)

    def monotonic(self) -> float:
        return self.seconds

    @property
    def now(self) -> datetime:
        return self.wall + timedelta(seconds=self.seconds)

    def wait(self, seconds: float) -> None:
        self.seconds += seconds
