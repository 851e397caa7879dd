"""Random access to the bytes of a file, in memory or on disk, in bounded memory."""

from __future__ import annotations

from typing import BinaryIO, Protocol


class Source(Protocol):
    """`size` bytes that can be looked at through windows."""

    size: int

    def window(self, at: int, length: int) -> tuple[bytes, int]:
        """A buffer and the position in it where byte `at` stands.

        It holds at least `length` bytes from there, or all up to the end of the source.
        """


class MemorySource:
    """Bytes that are in memory already: every window is the whole, nothing is copied."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.size = len(data)

    def window(self, at: int, length: int) -> tuple[bytes, int]:  # noqa: ARG002 - whole file
        return self._data, at


class FileSource:
    """An open, seekable file, read in windows: memory use does not grow with the file."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = file.seek(0, 2)

    def window(self, at: int, length: int) -> tuple[bytes, int]:
        self._file.seek(at)
        return self._file.read(max(0, min(length, self.size - at))), 0


def open_source(data: bytes | BinaryIO) -> Source:
    """Wrap bytes or an open file."""
    return MemorySource(data) if isinstance(data, bytes) else FileSource(data)


def read(source: Source, at: int, length: int) -> bytes:
    """Exactly the bytes `at` to `at + length`, fewer at the end of the source."""
    buffer, start = source.window(at, length)
    return buffer[start : start + length]
