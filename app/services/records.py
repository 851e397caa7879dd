"""Sealed key records as files of one folder: written whole or not at all, for their owner only."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from app.errors import FileMissing
from app.services import files

_SUFFIX = ".key"
_NAME = re.compile(r"[0-9a-f]{32}")
_LIMIT = 1024 * 1024  # bytes: far beyond what the keystore reads


class FileRecords:
    """The `Records` of a keystore in `folder`, which is made when it is first written to.

    Raises the `StorageFault`s of `files`, and ValueError for a foreign name.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, name: str) -> bytes | None:
        """The bytes, or None when there is no such record."""
        try:
            return files.read_bytes(self._path(name), _LIMIT)
        except FileMissing:
            return None

    def write(self, name: str, data: bytes) -> None:
        """Store a new record, mode 0600, durable on return; TargetExists rather than replace."""
        files.make_folder(self._folder)
        files.write_new(self._path(name), [data], mode=0o600)

    def list(self) -> Sequence[str]:
        """All names, sorted; files that are no records are left out."""
        try:
            stems = sorted(path.stem for path in self._folder.glob(f"*{_SUFFIX}"))
        except OSError as error:
            raise files.reading_fault(error, self._folder) from error
        return [stem for stem in stems if _NAME.fullmatch(stem)]

    def delete(self, name: str) -> None:
        """Remove; nothing happens when there is no such record."""
        path = self._path(name)
        try:
            path.unlink()
        except FileNotFoundError:
            return
        except OSError as error:
            raise files.writing_fault(error, path) from error
        files.sync_folder(self._folder)

    @contextmanager
    def exclusive(self, name: str) -> Iterator[None]:
        """Keep whoever asks the same of this record waiting, in this process or another.

        The system lets go of it when a process ends. Raises FileMissing, FileUnreadable.
        """
        path = self._path(name)
        with files.open_input(path) as file:
            try:
                _lock(file.fileno())
            except OSError as error:
                raise files.reading_fault(error, path) from error
            yield

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError("not the name of a record")
        return self._folder / f"{name}{_SUFFIX}"


def _lock(descriptor: int) -> None:
    """Lock an open file, waiting for it; closing the file unlocks it."""
    if sys.platform == "win32":
        import msvcrt

        os.lseek(descriptor, _LIMIT, os.SEEK_SET)  # behind all content: a lock there hinders no one
        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
        return
    import fcntl

    fcntl.flock(descriptor, fcntl.LOCK_EX)
