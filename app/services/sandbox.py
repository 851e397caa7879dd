"""Judging foreign files in a process of its own, with bounds on memory, time and what it may do.

Where no second process can be started (Android, packaged apps) the parsers' own bounds must do:
the same work then runs here, against a deadline.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import select
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from app import model
from app.crypto.pdf.budget import Budget
from app.crypto.verify import verify
from app.crypto.verify.trust import Trust
from app.errors import FileMissing, FileUnreadable, InternalFault, LimitExceeded, TekenError
from app.model import Reason, Verdict

SECONDS = 30.0  # for one file
MEMORY = 1 << 30  # bytes of address space; Python and PDFium themselves take about a third
_ROOT = Path(__file__).resolve().parents[2]
_HEADER = 8  # bytes: how long the pickle behind it is
_LARGEST_ANSWER = 64 << 20


def judge(path: Path, trust: Trust, at: datetime, password: str = "") -> Verdict:
    """Judge a file here, in this process. What cannot be read is `unreadable`; raises nothing."""
    try:
        with path.open("rb") as file:
            budget = Budget(seconds=SECONDS, clock=time.monotonic)
            return verify(file, trust, at, password, budget)
    except FileNotFoundError:
        return unreadable(FileMissing(name=path.name))
    except OSError:
        return unreadable(FileUnreadable(name=path.name))


def unreadable(error: TekenError) -> Verdict:
    """The verdict on a file that was not looked into."""
    reason = Reason(1, error.code, "unreadable", "", error.sentence, error.details)
    return Verdict("unreadable", (reason,), ())


class Sandbox:
    """One worker, started when it is first needed and again when a file was its end."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._worker: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def judge(self, path: Path, trust: Trust, at: datetime, password: str = "") -> Verdict:
        """Judge a file in the worker; one that ends it or takes too long is `unreadable`."""
        if not _can_start():
            return judge(path, trust, at, password)
        with self._lock:
            try:
                return self._ask((os.fspath(path.absolute()), trust, at, password))
            except TimeoutError:
                self._stop()
                return unreadable(LimitExceeded(what="time"))
            except (EOFError, BrokenPipeError):  # out of memory, or a crash of PDFium
                self._stop()
                return unreadable(LimitExceeded(what="memory"))
            except (pickle.UnpicklingError, AttributeError, ValueError) as error:
                self._stop()
                return unreadable(InternalFault(what=type(error).__name__))

    def close(self) -> None:
        """End the worker; a second call does nothing."""
        with self._lock:
            self._stop()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(self, question: object) -> Verdict:
        worker = self._worker = self._worker or _start()
        _send(worker.stdin, question)  # type: ignore[arg-type]
        answer = _receive(worker.stdout, time.monotonic() + self._seconds)  # type: ignore[arg-type]
        if not isinstance(answer, Verdict):
            raise ValueError(type(answer).__name__)
        return answer

    def _stop(self) -> None:
        worker, self._worker = self._worker, None
        if worker is None:
            return
        worker.kill()
        worker.wait()
        for end in (worker.stdin, worker.stdout):
            with contextlib.suppress(OSError):
                end.close()  # type: ignore[union-attr]


def _can_start() -> bool:
    """Whether the interpreter that runs us can be started once more."""
    return os.name == "posix" and Path(sys.executable or "").name.startswith("python")


def _start() -> subprocess.Popen[bytes]:
    environ = {**os.environ, "PYTHONPATH": os.fspath(_ROOT)}
    command = [sys.executable, "-c", "from app.services.sandbox import serve; serve()"]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environ, cwd=os.sep, bufsize=0
    )


# -- the worker's side ---------------------------------------------------------------------------


def serve() -> None:
    """Answer questions from standard input until it ends."""
    _limit()
    source, target = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # a library that prints must not break the answers
    while header := source.read(_HEADER):
        path, trust, at, password = pickle.loads(source.read(int.from_bytes(header, "big")))  # noqa: S301 - our own parent
        _send(target, judge(Path(path), trust, at, password))


def _limit() -> None:
    import resource

    for kind, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        resource.setrlimit(kind, (most, most))


# -- frames --------------------------------------------------------------------------------------


def _send(stream: BinaryIO, value: object) -> None:
    data = pickle.dumps(value)
    stream.write(len(data).to_bytes(_HEADER, "big") + data)
    stream.flush()


def _receive(stream: BinaryIO, end: float) -> object:
    """One frame. The worker has read a hostile file, so only values of `app.model` are built."""
    size = int.from_bytes(b"".join(_read(stream, _HEADER, end)), "big")
    if size > _LARGEST_ANSWER:
        raise ValueError("size")
    return _Careful(b"".join(_read(stream, size, end))).load()


def _read(stream: BinaryIO, size: int, end: float) -> Iterator[bytes]:
    while size:
        ready, _, _ = select.select([stream], [], [], max(0.0, end - time.monotonic()))
        if not ready:
            raise TimeoutError
        part = stream.read(min(size, 1 << 16))
        if not part:
            raise EOFError
        size -= len(part)
        yield part


class _Careful(pickle.Unpickler):
    """Builds what a verdict consists of and nothing else."""

    _ALLOWED = frozenset(
        {("datetime", "datetime"), ("datetime", "timezone"), ("datetime", "timedelta")}
    )

    def __init__(self, data: bytes) -> None:
        import io

        super().__init__(io.BytesIO(data))

    def find_class(self, module: str, name: str) -> object:
        values = {"Verdict", "SignatureReport", "Reason", "Rect", "Person"}
        if (module == model.__name__ and name in values) or (module, name) in self._ALLOWED:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(name)
