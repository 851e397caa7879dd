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
_NO_SYNC = {errno.EINVAL, errno.EBADF, errno.EOPNOTSUPP, errno.ENOSYS}  # of folders
_NO_SUCH_RENAME = {errno.EINVAL, errno.ENOSYS}
_AT_FDCWD, _RENAME_NOREPLACE = -100, 1  # linux/fcntl.h, linux/fs.h
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
        self._target, self._mode = target, mode
        self.descriptor = os.open(target.parent, os.O_TMPFILE | os.O_RDWR | _CLOEXEC, mode)

    def publish(self) -> None:
        try:
            self._link()
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            self._publish_copy()

    def _link(self) -> None:
        folder = os.open(self._target.parent, os.O_PATH | os.O_DIRECTORY | _CLOEXEC)
        try:  # open(2): linkat with AT_SYMLINK_FOLLOW, which Python passes only with a dir_fd
            source = str(_DESCRIPTORS / str(self.descriptor))
            os.link(source, self._target.name, dst_dir_fd=folder, follow_symlinks=True)
        finally:
            os.close(folder)

    def _publish_copy(self) -> None:
        """Where an app may not link at all (Android): through a hidden name after all."""
        hidden = _Hidden(self._target, self._mode)
        try:
            at, size = 0, os.fstat(self.descriptor).st_size
            while at < size:
                at += os.sendfile(hidden.descriptor, self.descriptor, at, size - at)
            sync(hidden.descriptor)
            hidden.publish()
        finally:
            hidden.close()

    def close(self) -> None:
        self.descriptor = _close(self.descriptor)


class _Hidden:
    """A hidden name beside the target, locked as long as this process lives."""

    def __init__(self, target: Path, mode: int) -> None:
        self._target = target
        self._create(mode)
        while not _hold(self.descriptor):  # somebody swept between the two steps
            self.close()
            self._create(mode)

    def _create(self, mode: int) -> None:
        self._path = self._target.parent / f"{_PREFIX}{secrets.token_hex(8)}{_SUFFIX}"
        flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | _CLOEXEC
        self.descriptor = os.open(self._path, flags, mode | 0o600)

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
        """Without links (FAT): in one step, else take the name first; nothing is ever replaced."""
        if _rename_new(self._path, self._target):
            return
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


def _rename_new(source: Path, target: Path) -> bool:
    """renameat2(2), which Python lacks; False where the system or the file system lacks it too."""
    import ctypes

    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is None:
        return False
    names = os.fsencode(source), os.fsencode(target)
    if call(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_NOREPLACE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _NO_SUCH_RENAME:
        return False
    raise OSError(number, os.strerror(number), str(target))


def _hold(descriptor: int) -> bool:
    """Lock a new file; False where a sweep took it. Without locks it is never swept."""
    _lock(descriptor, wait=True)
    return os.fstat(descriptor).st_nlink > 0


def _lock(descriptor: int, wait: bool = False) -> bool:
    """Hold the file until it is closed; False where another process holds it."""
    if sys.platform == "win32":
        return True  # an open file cannot be deleted there anyway
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
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
    try:
        descriptor = os.open(folder, os.O_RDONLY | _CLOEXEC)
    except PermissionError:  # one may put files there and not look: a post box
        return
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_SYNC:
            raise
    finally:
        os.close(descriptor)
