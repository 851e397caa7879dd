"""Many files: looked at without writing, signed in order, each whole or not at all."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest

from app.errors import (
    DiskFull,
    DocumentChanged,
    FileMissing,
    InternalFault,
    SessionEnded,
    TargetExists,
    TekenError,
)
from app.model import SignedFile
from app.services import batch, unfinished
from app.services.batch import Job, Outcome, Prepared
from tests import pki

KEY = pki.identity()
ALGORITHM = KEY.signing_key().algorithm


@pytest.fixture
def jobs(tmp_path: Path) -> list[Job]:
    """Forty files that will be signed into a folder which is not there yet."""
    for number in range(40):
        (tmp_path / f"{number:02}.pdf").write_bytes(b"original %d" % number)
    return [
        Job(tmp_path / f"{number:02}.pdf", tmp_path / "out" / f"{number:02}.pdf")
        for number in range(40)
    ]


def prepare(jobs: list[Job]) -> list[Prepared]:
    return list(batch.prepare(jobs, KEY.chain, ALGORITHM))


def copy(item: Prepared, source: BinaryIO, target: BinaryIO) -> SignedFile:
    """Stands for signing."""
    data = source.read()
    target.write(data + b" signed")
    return SignedFile(item.sha256, b"", len(data), 7, "")


def failing(error: BaseException, name: str = "07.pdf") -> Callable[..., SignedFile]:
    """Stands for signing that fails at one file, after it has written half of it."""

    def sign(item: Prepared, source: BinaryIO, target: BinaryIO) -> SignedFile:
        made = copy(item, source, target)
        if item.job.source.name == name:
            raise error
        return made

    return sign


def written(jobs: list[Job]) -> list[str]:
    folder = jobs[0].target.parent
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


# -- looking ---------------------------------------------------------------------------------------


def test_looking_writes_nothing(jobs: list[Job], tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    found = prepare(jobs)
    assert all(item.outcome is None and len(item.sha256) == 32 for item in found)
    assert sorted(tmp_path.iterdir()) == before


def test_looking_goes_on_behind_what_cannot_be_read(jobs: list[Job]) -> None:
    jobs[3].source.unlink()
    found = prepare(jobs)
    assert [item.job for item in found] == jobs
    assert [item.job for item in found if item.outcome] == [jobs[3]]
    assert isinstance(found[3].outcome and found[3].outcome.fault, FileMissing)


def test_a_foreign_exception_while_looking_stops_nobody(
    jobs: list[Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    def recognise(*_: object) -> None:
        raise RecursionError

    jobs[0].target.parent.mkdir()
    jobs[5].target.write_bytes(b"x")
    monkeypatch.setattr(batch, "recognise", recognise)
    faults = [item.outcome.fault for item in prepare(jobs) if item.outcome]
    assert [type(fault) for fault in faults] == [InternalFault]
    assert faults[0] is not None and isinstance(faults[0].__cause__, RecursionError)


# -- signing ---------------------------------------------------------------------------------------


def test_outcomes_come_in_order_however_the_disk_finishes(
    jobs: list[Job], way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = threading.Event()
    sync, finished = unfinished.sync, []

    def slow_for_the_first(descriptor: int) -> None:
        sync(descriptor)
        if not finished and not later.is_set():
            finished.append("first waits")
            assert later.wait(20)
        else:
            later.set()

    monkeypatch.setattr(unfinished, "sync", slow_for_the_first)
    outcomes = list(batch.run(prepare(jobs), copy))
    assert [outcome.job for outcome in outcomes] == jobs
    assert finished
    assert all(outcome.made and outcome.ms > 0 for outcome in outcomes)
    assert written(jobs) == [job.target.name for job in jobs]


def test_few_files_are_open_at_once_however_slow_the_disk(
    jobs: list[Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []
    go_on = threading.Event()
    monkeypatch.setattr(batch, "IN_FLIGHT", 6)
    monkeypatch.setattr(unfinished, "sync", lambda _: go_on.wait(20))

    def sign(item: Prepared, *ends: BinaryIO) -> SignedFile:
        begun.append(item.job.source.name)
        if len(begun) == 7:  # no more before one is done
            threading.Timer(0.2, go_on.set).start()
        return copy(item, *ends)

    run = batch.run(prepare(jobs), sign)
    next(run)
    assert len(begun) == 7
    run.close()


def test_each_outcome_is_on_the_disk_when_it_comes(jobs: list[Job], way: str) -> None:
    for number, outcome in enumerate(batch.run(prepare(jobs), copy)):
        assert outcome.job.target.read_bytes() == b"original %d signed" % number


@pytest.mark.parametrize(
    "error", [SessionEnded(), DocumentChanged(), DiskFull(), ValueError("x"), MemoryError()]
)
def test_one_that_fails_is_told_stops_nobody_and_leaves_nothing(
    jobs: list[Job], way: str, error: Exception
) -> None:
    outcomes = list(batch.run(prepare(jobs), failing(error)))
    faults = {outcome.job.source.name: outcome.fault for outcome in outcomes if outcome.fault}
    assert list(faults) == ["07.pdf"]
    if isinstance(error, TekenError):
        assert faults["07.pdf"] is error
    else:
        assert isinstance(faults["07.pdf"], InternalFault)
        assert faults["07.pdf"].__cause__ is error
    assert written(jobs) == [job.target.name for job in jobs if job.target.name != "07.pdf"]


def test_closed_early_what_is_begun_is_finished_and_nothing_is_half(
    jobs: list[Job], way: str
) -> None:
    run = batch.run(prepare(jobs), copy)
    told = [next(run).job.target.name for _ in range(3)]
    run.close()
    assert 3 <= len(written(jobs)) < 40
    assert set(told) <= set(written(jobs))
    for name in written(jobs):
        assert (jobs[0].target.parent / name).read_bytes().endswith(b" signed")


def test_an_interruption_goes_through_and_nothing_is_half(jobs: list[Job], way: str) -> None:
    outcomes: list[Outcome] = []
    with pytest.raises(KeyboardInterrupt):
        outcomes.extend(batch.run(prepare(jobs), failing(KeyboardInterrupt())))
    assert written(jobs) == [f"{number:02}.pdf" for number in range(7)]
    assert list(jobs[0].target.parent.glob(".*")) == []


def test_a_file_that_comes_in_between_is_not_replaced(jobs: list[Job], way: str) -> None:
    prepared = prepare(jobs)
    jobs[2].target.parent.mkdir()
    jobs[2].target.write_bytes(b"of somebody else")
    outcomes = list(batch.run(prepared, copy))
    assert [type(outcome.fault) for outcome in outcomes if outcome.fault] == [TargetExists]
    assert jobs[2].target.read_bytes() == b"of somebody else"


def test_a_file_that_goes_in_between_is_told(jobs: list[Job]) -> None:
    prepared = prepare(jobs)
    jobs[1].source.unlink()
    outcomes = list(batch.run(prepared, copy))
    assert [type(outcome.fault) for outcome in outcomes if outcome.fault] == [FileMissing]
    assert len(written(jobs)) == 39


def test_two_jobs_for_one_result_share_it_where_their_originals_are_the_same(
    jobs: list[Job],
) -> None:
    jobs[1].source.write_bytes(jobs[0].source.read_bytes())
    twins = [jobs[0], Job(jobs[1].source, jobs[0].target), Job(jobs[2].source, jobs[0].target)]
    signings: list[Path] = []

    def sign(item: Prepared, *ends: BinaryIO) -> SignedFile:
        signings.append(item.job.source)
        return copy(item, *ends)

    outcomes = list(batch.run(prepare(twins), sign))
    assert [bool(outcome.made) for outcome in outcomes] == [True, True, False]
    assert isinstance(outcomes[2].fault, TargetExists)
    assert [outcome.job for outcome in outcomes] == twins
    assert signings == [jobs[0].source]


def test_one_that_is_missing_does_not_answer_for_another_of_its_name(jobs: list[Job]) -> None:
    jobs[0].source.unlink()
    twins = [jobs[0], Job(jobs[1].source, jobs[0].target)]
    missing, made = batch.run(prepare(twins), copy)
    assert isinstance(missing.fault, FileMissing)
    assert made.made is not None
