"""A private copy of an opened document: what is shown and what is signed come from it alone.

Small ones stay in memory, large ones in a temporary file without a name; nothing is left behind.
"""

from __future__ import annotations

import hashlib
import io
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from app.errors import DiskFull
from app.services import files

IN_MEMORY = 8 << 20  # bytes
_CHUNK = 1 << 20


class Snapshot:
    """The bytes of a document as they were when it was opened.

    `sha256` is their hash (32 bytes). Close it to free the copy.
    """

    def __init__(self, copy: BinaryIO, sha256: bytes, size: int) -> None:
        self._copy = copy
        self._lock = threading.Lock()
        self.sha256 = sha256
        self.size = size

    def open(self) -> BinaryIO:
        """A new reader with a position of its own; readers may be used in several threads."""
        return cast("BinaryIO", io.BufferedReader(_Reader(self._copy, self._lock, self.size)))

    def prefix(self, size: int) -> Snapshot:
        """The first `size` bytes as a copy of their own. Raises DiskFull."""
        with self.open() as file:
            return _copy(file, size)

    @contextmanager
    def as_file(self, name: str) -> Iterator[Path]:
        """A file of these bytes, while the block runs, for another process. Raises DiskFull."""
        with tempfile.TemporaryDirectory(prefix="teken-") as folder:
            path = Path(folder) / name
            try:
                with self.open() as source, path.open("wb") as target:
                    shutil.copyfileobj(source, target, _CHUNK)
            except OSError as error:
                raise DiskFull from error
            yield path

    def close(self) -> None:
        """Free the copy; readers end."""
        with self._lock:
            self._copy.close()


class _Reader(io.RawIOBase):
    def __init__(self, copy: BinaryIO, lock: threading.Lock, size: int) -> None:
        self._copy, self._lock, self._size = copy, lock, size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        with self._lock:
            self._copy.seek(self._at)
            data = self._copy.read(len(buffer))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


def take(source: Path | bytes) -> Snapshot:
    """Copy a document. Raises FileMissing, FileUnreadable, DiskFull."""
    if isinstance(source, bytes):
        return Snapshot(io.BytesIO(source), hashlib.sha256(source).digest(), len(source))
    with files.open_input(source) as file:
        return _copy(file)


def _copy(file: BinaryIO, most: int = sys.maxsize) -> Snapshot:
    digest = hashlib.sha256()
    copy = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - the snapshot closes it
    size = 0
    try:
        while chunk := file.read(min(_CHUNK, most - size)):
            digest.update(chunk)
            copy.write(chunk)
            size += len(chunk)
        copy.flush()
    except OSError as error:
        copy.close()
        raise DiskFull from error
    except BaseException:
        copy.close()
        raise
    return Snapshot(cast("BinaryIO", copy), digest.digest(), size)
