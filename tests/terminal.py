"""A person at a terminal: types, presses Ctrl+C, reads what a command draws."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from tests.commands import TEKEN, environ

PATIENCE = 20.0  # seconds
CTRL_C, CTRL_D = "\x03", "\x04"


class Screen:
    """A command on a terminal of its own. `text` is all that was drawn so far."""

    def __init__(self, process: subprocess.Popen[bytes], terminal: int) -> None:
        self.process = process
        self.text = ""
        self._terminal = terminal

    def see(self, text: str) -> None:
        """Wait until that stands on the screen behind what was seen before."""
        deadline = time.monotonic() + PATIENCE
        before = self.text.count(text)
        while self.text.count(text) == before:
            if time.monotonic() > deadline or not self._read(deadline):
                raise AssertionError(f"{text!r} did not appear in {self.text!r}")

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self._terminal, keys.encode())

    def end(self) -> int:
        """Wait for the end; gives the exit status."""
        deadline = time.monotonic() + PATIENCE
        while self._read(deadline):
            pass
        return self.process.wait(max(0.1, deadline - time.monotonic()))

    def _read(self, deadline: float) -> bool:
        """Read a little; False at the end."""
        ready, _, _ = select.select([self._terminal], [], [], max(0, deadline - time.monotonic()))
        data = b""
        with suppress(OSError):  # EIO: nobody holds the other end any more
            data = os.read(self._terminal, 65536) if ready else b""
        self.text += data.decode(errors="replace")
        return bool(data)


@contextmanager
def screen(
    *arguments: str,
    cwd: Path,
    given: Mapping[str, str] | None = None,
    stdout: IO[bytes] | None = None,
) -> Iterator[Screen]:
    """Run the command on a terminal; it is killed where the block ends before it does."""
    terminal, other = pty.openpty()
    try:
        process = subprocess.Popen(
            ["setsid", "--ctty", *TEKEN, *arguments], cwd=cwd, env=given or environ(cwd),
            stdin=other, stdout=stdout or other, stderr=other,
        )  # fmt: skip
    finally:
        os.close(other)
    try:
        yield Screen(process, terminal)
    finally:
        process.kill()
        process.wait()
        os.close(terminal)
