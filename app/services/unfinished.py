"""Files without a name yet: what a killed run leaves behind is nothing, or is swept away later.

On Linux the file has no name at all until it is whole (O_TMPFILE). Elsewhere, and on file systems
without that, it has a hidden name in the same folder and a lock that dies with its process.
"""

from __future__ import annotations

import errno
import os
import secrets
import sys
from contextlib import suppress
from pathlib import Path
from typing import Protocol

_PREFIX, _SUFFIX = ".teken-", ".part"
_CLOEXEC = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_NO_SUCH_FEATURE = {errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL, errno.ENOSYS}
_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS, errno.EXDEV, errno.EACCES}
_DESCRIPTORS = Path("/proc/self/fd")


class Unfinished(Protocol):
    """A file being written. Its methods raise OSError; `close` never does."""

    descriptor: int

    def publish(self) -> None:
        """Give it its name; FileExistsError where that is taken."""

    def close(self) -> None:
        """Close it, and drop it unless it was published."""


def create(target: Path, mode: int) -> Unfinished:
    """A new, empty, private file on the file system of `target`."""
    if hasattr(os, "O_TMPFILE") and _DESCRIPTORS.is_dir():
        try:
            return _Nameless(target, mode)
        except OSError as error:
            if error.errno not in _NO_SUCH_FEATURE:
                raise
    return _Hidden(target, mode)


class _Nameless:
    """An O_TMPFILE: the kernel frees it when its process ends, however that happens."""

    def __init__(self, target: Path, mode: int) -> None:
        self._target = target
        self.descriptor = os.open(target.parent, os.O_TMPFILE | os.O_RDWR | _CLOEXEC, mode)

    def publish(self) -> None:
        folder = os.open(self._target.parent, os.O_RDONLY | os.O_DIRECTORY | _CLOEXEC)
        try:  # open(2): linkat with AT_SYMLINK_FOLLOW, which Python passes only with a dir_fd
            source = str(_DESCRIPTORS / str(self.descriptor))
            os.link(source, self._target.name, dst_dir_fd=folder, follow_symlinks=True)
        finally:
            os.close(folder)

    def close(self) -> None:
        self.descriptor = _close(self.descriptor)


class _Hidden:
    """A hidden name beside the target, locked as long as this process lives."""

    def __init__(self, target: Path, mode: int) -> None:
        self._target = target
        self._path = target.parent / f"{_PREFIX}{secrets.token_hex(8)}{_SUFFIX}"
        flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | _CLOEXEC
        self.descriptor = os.open(self._path, flags, mode | 0o600)
        _lock(self.descriptor)

    def publish(self) -> None:
        if sys.platform == "win32":  # an open file cannot be renamed there; rename never replaces
            self.descriptor = _close(self.descriptor)
            self._path.rename(self._target)
            return
        try:
            os.link(self._path, self._target)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            self._rename()

    def _rename(self) -> None:
        """Without links (FAT): take the name first, so that nothing foreign is replaced."""
        flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | _CLOEXEC
        os.close(os.open(self._target, flags, 0o600))
        try:
            self._path.replace(self._target)
        except OSError:
            self._target.unlink(missing_ok=True)
            raise

    def close(self) -> None:
        with suppress(OSError):
            self._path.unlink()
        self.descriptor = _close(self.descriptor)
        with suppress(OSError):  # Windows: only after it was closed
            self._path.unlink()


def _close(descriptor: int) -> int:
    if descriptor >= 0:
        with suppress(OSError):
            os.close(descriptor)
    return -1


def _lock(descriptor: int) -> bool:
    """Hold the file until it is closed; False where another process holds it."""
    if sys.platform == "win32":
        return True  # an open file cannot be deleted there anyway
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def sweep(folder: Path) -> int:
    """Remove what killed processes left in a folder; how many. Those of living ones stay."""
    swept = 0
    with suppress(OSError):
        for path in folder.glob(f"{_PREFIX}*{_SUFFIX}"):
            swept += _remove_abandoned(path)
    return swept


def _remove_abandoned(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | _CLOEXEC)
    except OSError:
        return False
    abandoned = _lock(descriptor)
    if sys.platform == "win32":
        os.close(descriptor)
    try:
        if abandoned:
            path.unlink()
    except OSError:
        return False
    finally:
        if sys.platform != "win32":
            os.close(descriptor)
    return abandoned


def sync(descriptor: int) -> None:
    """Write a file through to the disk."""
    if sys.platform == "darwin":
        import fcntl

        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
        return
    os.fsync(descriptor)


def sync_folder(folder: Path) -> None:
    """Write the names in a folder through to the disk; Windows does so by itself."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY | _CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
