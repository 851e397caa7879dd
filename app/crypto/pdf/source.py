"""Random access to the bytes of a file, in memory or on disk, in bounded memory."""

from __future__ import annotations

import io
from typing import BinaryIO, Protocol, runtime_checkable

_IN_MEMORY = 32 << 20  # bytes

_WHOLE = 1 << 20  # bytes; of more, a window is a copy, so that no object can be larger than one


@runtime_checkable
class Source(Protocol):
    """`size` bytes that can be looked at through windows."""

    size: int

    def window(self, at: int, length: int) -> tuple[bytes, int]:
        """A buffer and the position in it where byte `at` stands.

        It holds at least `length` bytes from there, or all up to the end of the source.
        """


class MemorySource:
    """Bytes that are in memory already. Few are handed out whole: nothing is copied."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.size = len(data)

    def window(self, at: int, length: int) -> tuple[bytes, int]:
        if self.size <= _WHOLE:
            return self._data, at
        return self._data[at : at + length], 0


class FileSource:
    """An open, seekable file, read in windows: memory use does not grow with the file."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = file.seek(0, 2)

    def window(self, at: int, length: int) -> tuple[bytes, int]:
        self._file.seek(at)
        return self._file.read(max(0, min(length, self.size - at))), 0


class Prefix:
    """The first `size` bytes of a source: an earlier revision, as if the file ended there."""

    def __init__(self, source: Source, size: int) -> None:
        self._source = source
        self.size = size

    def window(self, at: int, length: int) -> tuple[bytes, int]:
        length = max(0, min(length, self.size - at))
        buffer, start = self._source.window(at, length)
        return buffer[start : start + length], 0


def open_source(data: bytes | BinaryIO | Source) -> Source:
    """Wrap bytes or an open file; a source stays what it is."""
    if isinstance(data, bytes):
        return MemorySource(data)
    return data if isinstance(data, Source) else FileSource(data)


def read(source: Source, at: int, length: int) -> bytes:
    """Exactly the bytes `at` to `at + length`, fewer at the end of the source."""
    buffer, start = source.window(at, length)
    return buffer[start : start + length]


def as_file(source: Source) -> bytes | BinaryIO:
    """A source as other libraries read it: in memory where it is small."""
    if source.size <= _IN_MEMORY:
        return read(source, 0, source.size)
    return io.BufferedReader(_SourceFile(source), 1 << 16)


class _SourceFile(io.RawIOBase):
    """A source as a read-only file."""

    def __init__(self, source: Source) -> None:
        self._source, self._at = source, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._source.size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = read(self._source, self._at, len(buffer))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)
