"""Files of the person: read with typed errors, written whole and synced or not at all.

What a file means is not known here; names, bytes and the disk only.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, cast

from app.errors import (
    DiskFull,
    FileIsFolder,
    FileMissing,
    FileUnreadable,
    StorageFault,
    TargetExists,
    TargetNotWritable,
)
from app.services import unfinished

_MISSING = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP}
_FULL = {errno.ENOSPC, errno.EDQUOT}
_READ = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_CHUNK = 1 << 20
_NO_WAIT = getattr(os, "O_NONBLOCK", 0)  # a named pipe must not hold the others up


def reading_fault(error: OSError, path: Path) -> StorageFault:
    """The typed error for a failed read; only the last part of the path is shown."""
    kind = FileMissing if error.errno in _MISSING else FileUnreadable
    if error.errno == errno.EISDIR:
        kind = FileIsFolder
    return kind(name=_last(path))


def _last(path: Path) -> str:
    """The last part of a path, which is all that is shown; "." and "/" have none."""
    return path.name or str(path)


def writing_fault(error: OSError, path: Path) -> StorageFault:
    """The typed error for a failed write."""
    if error.errno in _FULL:
        return DiskFull()
    return TargetExists(name=_last(path)) if error.errno == errno.EEXIST else _unwritable(path)


def _unwritable(path: Path) -> StorageFault:
    return TargetNotWritable(name=_last(path))


class _Input(io.FileIO):
    """A regular file whose read errors are ours."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            super().__init__(_open_regular(path), "rb")
        except OSError as error:
            raise reading_fault(error, path) from error

    def readinto(self, buffer: bytearray) -> int | None:  # type: ignore[override]
        try:
            return super().readinto(buffer)
        except OSError as error:
            raise reading_fault(error, self._path) from error

    def read(self, size: int | None = -1) -> bytes:
        try:
            return super().read(-1 if size is None else size) or b""
        except OSError as error:
            raise reading_fault(error, self._path) from error


def _open_regular(path: Path) -> int:
    """A descriptor of a regular file; pipes, devices and folders raise OSError."""
    descriptor = os.open(path, _READ | _NO_WAIT)
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return descriptor
    os.close(descriptor)
    raise OSError(errno.EISDIR if stat.S_ISDIR(mode) else errno.EINVAL, "not a regular file")


def open_input(path: Path) -> BinaryIO:
    """Open a regular file for reading, without a buffer; a symbolic link is followed.

    Raises FileMissing, FileUnreadable, also from its `read`.
    """
    try:
        return cast("BinaryIO", _Input(path))
    except ValueError as error:  # a NUL in the name
        raise FileMissing(name=path.name) from error


def read_bytes(path: Path, limit: int | None = None) -> bytes:
    """The whole file, or FileUnreadable where it holds more than `limit` bytes."""
    with open_input(path) as file:
        data = file.read(-1 if limit is None else limit + 1)
    if limit is not None and len(data) > limit:
        raise FileUnreadable(name=path.name)
    return data


def digest(path: Path) -> tuple[bytes, int]:
    """SHA-256 (32 bytes) and size of a file. Raises FileMissing, FileUnreadable."""
    found, size = hashlib.sha256(), 0
    with open_input(path) as file:
        while chunk := file.read(_CHUNK):
            found.update(chunk)
            size += len(chunk)
    return found.digest(), size


class NewFile:
    """A file that will appear at `target` whole, synced to disk, or not at all.

    Write to `file`, then `sync` and `publish`, in any thread; leaving the context drops what was
    not published. `mode` are its permissions, less the umask. A file that is there already is
    never replaced. Raises TargetExists, TargetNotWritable, DiskFull.
    """

    def __init__(self, target: Path, mode: int = 0o666) -> None:
        self.target = target
        try:
            self._unfinished = unfinished.create(target, mode)
        except (OSError, ValueError) as error:
            raise _as_fault(error, target) from error
        self.file = cast("BinaryIO", io.BufferedRandom(_Output(self._unfinished, target)))

    def sync(self) -> None:
        """Flush the content to the disk itself."""
        self.file.flush()
        try:
            unfinished.sync(self._unfinished.descriptor)
        except OSError as error:
            raise writing_fault(error, self.target) from error

    def publish(self) -> None:
        """Give it its name. The name is durable after `sync_folder`."""
        try:
            self._unfinished.publish()
        except (OSError, ValueError) as error:
            raise _as_fault(error, self.target) from error

    def close(self) -> None:
        """Drop it unless it was published; a second call does nothing."""
        with suppress(StorageFault, OSError, ValueError):
            self.file.close()  # flushes: a full disk would complain a second time
        self._unfinished.close()

    def __enter__(self) -> NewFile:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class _Output(io.FileIO):
    """The descriptor of an unfinished file; write errors are ours."""

    def __init__(self, made: unfinished.Unfinished, target: Path) -> None:
        self._target = target
        super().__init__(made.descriptor, "r+b", closefd=False)

    def write(self, data: bytes) -> int | None:  # type: ignore[override]
        try:
            return super().write(data)
        except OSError as error:
            raise writing_fault(error, self._target) from error


def _as_fault(error: OSError | ValueError, path: Path) -> StorageFault:
    return writing_fault(error, path) if isinstance(error, OSError) else _unwritable(path)


def write_new(target: Path, chunks: Iterable[bytes], mode: int = 0o666) -> Path:
    """Write a new file durably, its directory entry included."""
    with NewFile(target, mode) as new:
        for chunk in chunks:
            new.file.write(chunk)
        new.sync()
        new.publish()
    sync_folder(target.parent)
    return target


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable, where the system knows such a thing."""
    try:
        unfinished.sync_folder(folder)
    except OSError as error:
        raise writing_fault(error, folder) from error


def make_folder(folder: Path) -> None:
    """Create a folder and those above it, durably; one that exists is fine."""
    try:
        if folder.is_dir():
            return
        new = [each for each in (folder, *folder.parents) if not each.exists()]
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:  # a file has that name
        raise _unwritable(folder) from error
    except (OSError, ValueError) as error:
        raise _as_fault(error, folder) from error
    for each in new:
        sync_folder(each.parent)


def permissions(file: BinaryIO) -> int:
    """The permission bits of an open file: a copy shall not be readable by more people."""
    return stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o666
