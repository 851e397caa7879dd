"""Many files in one go: a bad one never stops the others, and a second run continues the first.

Signing happens in the caller's thread, waiting for the disk in a few others. Outcomes come in the
order of the jobs, each only when its file and its name are on the disk.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import BinaryIO

from app.crypto.recognise import recognise
from app.errors import InternalFault, StorageFault, TargetExists, TekenError
from app.model import Algorithm, SignedFile
from app.services import files, unfinished

SYNC_THREADS = 8  # a disk that needs 20 ms a sync still does 200 files a second
IN_FLIGHT = 32  # files signed and not yet on the disk; bounds open descriptors


@dataclass(frozen=True, slots=True)
class Job:
    """One file to sign, and where the result goes."""

    source: Path
    target: Path


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a job: `made` or `fault`; `ms` are milliseconds from reading to the disk."""

    job: Job
    made: SignedFile | None = None
    fault: TekenError | None = None
    ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Prepared:
    """A job that was looked at: `outcome` where that settled it, else the `sha256` to be signed."""

    job: Job
    sha256: bytes = b""
    outcome: Outcome | None = None


SignInto = Callable[[Prepared, BinaryIO, BinaryIO], SignedFile]


def prepare(
    jobs: Sequence[Job], chain: tuple[bytes, ...], algorithm: Algorithm
) -> Iterator[Prepared]:
    """Hash every original; settle what is missing, unreadable, already signed or in the way.

    Sweeps out of the folders of the targets what killed runs left; writes nothing.
    """
    look = _Look(jobs, chain, algorithm)
    for job in jobs:
        started = perf_counter()
        try:
            yield look.examined(job)
        except Exception as error:
            yield Prepared(job, outcome=Outcome(job, fault=typed(error), ms=_ms(started)))


class _Look:
    """What is known across the jobs of one run."""

    def __init__(self, jobs: Sequence[Job], chain: tuple[bytes, ...], algorithm: Algorithm) -> None:
        self._chain, self._algorithm = chain, algorithm
        self._makes = {job.target.absolute(): job for job in jobs}
        self._taken: dict[Path, bytes] = {}
        self._swept: set[Path] = set()

    def examined(self, job: Job) -> Prepared:
        started = perf_counter()
        self._sweep(job.target.parent)
        sha256, size = files.digest(job.source)
        if made := self._own_result(job.source):
            own = Job(job.source, job.source)
            return Prepared(own, sha256, Outcome(own, made, ms=_ms(started)))
        if self._taken.setdefault(job.target, sha256) != sha256:
            raise TargetExists(name=job.target.name)  # another file of this run has that name
        if not os.path.lexists(job.target):
            return Prepared(job, sha256)
        made = self._in_the_way(job.target, sha256, size)
        return Prepared(job, sha256, Outcome(job, made, ms=_ms(started)))

    def _sweep(self, folder: Path) -> None:
        if folder not in self._swept:
            unfinished.sweep(folder)
            self._swept.add(folder)

    def _in_the_way(self, target: Path, sha256: bytes, size: int) -> SignedFile:
        """What stands at the target if it is ours; a folder or what nobody may read is not."""
        try:
            made = self._recognised(target, sha256, size)
        except StorageFault as error:
            raise TargetExists(name=target.name) from error
        if made is None:
            raise TargetExists(name=target.name)
        return made

    def _own_result(self, path: Path) -> SignedFile | None:
        """Whether a file is what this run makes of another: `*.pdf` names both the second time."""
        maker = self._makes.get(path.absolute())
        if maker is None or maker.source == path or not os.path.lexists(maker.source):
            return None
        return self._recognised(path, *files.digest(maker.source))

    def _recognised(self, path: Path, sha256: bytes, size: int) -> SignedFile | None:
        """What an earlier run made of the same original, complete; None for anything else."""
        with files.open_input(path) as file:
            return recognise(file, sha256, size, self._chain, self._algorithm)


def run(prepared: Sequence[Prepared], sign_into: SignInto) -> Generator[Outcome, None, None]:
    """Sign what is not settled; one outcome for each, in order. Closing it early loses nothing."""
    waiting: deque[tuple[Job, Future[Outcome]]] = deque()
    begun: dict[Path, Future[Outcome]] = {}
    with ThreadPoolExecutor(SYNC_THREADS, "sync") as pool:
        for item in prepared:
            if item.outcome is not None:
                future = _settled(item.outcome)
            elif item.job.target in begun:  # the same original twice: the same result
                future = begun[item.job.target]
            else:
                future = begun[item.job.target] = _start(item, sign_into, pool)
            waiting.append((item.job, future))
            while len(waiting) > IN_FLIGHT or (waiting and waiting[0][1].done()):
                yield _result(*waiting.popleft())
        while waiting:
            yield _result(*waiting.popleft())


def _result(job: Job, future: Future[Outcome]) -> Outcome:
    return replace(future.result(), job=job)


def _start(item: Prepared, sign_into: SignInto, pool: ThreadPoolExecutor) -> Future[Outcome]:
    """Sign one file here and leave the disk to the pool."""
    job, started = item.job, perf_counter()
    try:
        new, made = _signed(item, sign_into)
    except Exception as error:
        return _settled(Outcome(job, fault=typed(error), ms=_ms(started)))
    return pool.submit(_finish, job, new, made, started)


def _settled(outcome: Outcome) -> Future[Outcome]:
    future: Future[Outcome] = Future()
    future.set_result(outcome)
    return future


def _signed(item: Prepared, sign_into: SignInto) -> tuple[files.NewFile, SignedFile]:
    with files.open_input(item.job.source) as source:
        files.make_folder(item.job.target.parent)
        new = files.NewFile(item.job.target, files.permissions(source))
        try:
            return new, sign_into(item, source, new.file)
        except BaseException:
            new.close()
            raise


def _finish(job: Job, new: files.NewFile, made: SignedFile, started: float) -> Outcome:
    """Sync the content, give it its name, sync the name."""
    try:
        with new:
            new.sync()
            new.publish()
        files.sync_folder(job.target.parent)
    except Exception as error:
        return Outcome(job, fault=typed(error), ms=_ms(started))
    return Outcome(job, made, ms=_ms(started))


def typed(error: Exception) -> TekenError:
    """`error` itself, or an InternalFault that names its type: no foreign exception goes on."""
    if isinstance(error, TekenError):
        return error
    fault = InternalFault(what=type(error).__name__)
    fault.__cause__ = error
    return fault


def _ms(started: float) -> float:
    return (perf_counter() - started) * 1000
