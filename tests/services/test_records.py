"""Key records as files: whole or not at all, for their owner only."""

from __future__ import annotations

import errno
import os
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest

from app import errors
from app.services import files
from app.services.records import FileRecords

ONE, TWO = "a" * 32, "b" * 32


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "keys"


@pytest.fixture
def records(folder: Path) -> FileRecords:
    return FileRecords(folder)


def test_what_is_written_is_read_again(records: FileRecords) -> None:
    records.write(TWO, b"two")
    records.write(ONE, bytes(100_000))
    assert (records.read(ONE), records.read(TWO)) == (bytes(100_000), b"two")
    assert records.list() == [ONE, TWO]


def test_before_anything_is_written_there_is_nothing(records: FileRecords, folder: Path) -> None:
    assert (records.read(ONE), list(records.list())) == (None, [])
    records.delete(ONE)
    assert not folder.exists()


def test_a_record_is_never_replaced(records: FileRecords) -> None:
    records.write(ONE, b"first")
    with pytest.raises(errors.TargetExists):
        records.write(ONE, b"second")
    assert records.read(ONE) == b"first"


def test_only_the_owner_may_read(records: FileRecords, folder: Path) -> None:
    before = os.umask(0)
    try:
        records.write(ONE, b"one")
    finally:
        os.umask(before)
    (path,) = folder.iterdir()
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_deleted_record_is_gone_and_may_be_deleted_again(records: FileRecords) -> None:
    records.write(ONE, b"one")
    records.delete(ONE)
    records.delete(ONE)
    assert (records.read(ONE), list(records.list())) == (None, [])


def test_a_record_is_held_by_one_at_a_time(records: FileRecords) -> None:
    for name in (ONE, TWO):
        records.write(name, b"")
    order: list[str] = []

    def wait_for(name: str) -> None:
        with records.exclusive(name):
            order.append(name)

    with ThreadPoolExecutor(1) as pool:
        with records.exclusive(ONE):
            pool.submit(wait_for, TWO).result(10)
            waiting = pool.submit(wait_for, ONE)
            assert records.read(ONE) == b""  # readers are not hindered
            assert not wait([waiting], 0.2).done
            order.append("let go")
        waiting.result(10)
    assert order == [TWO, "let go", ONE]


def test_a_record_that_is_not_there_cannot_be_held(records: FileRecords) -> None:
    with pytest.raises(errors.FileMissing), records.exclusive(ONE):
        raise AssertionError


def test_a_file_system_without_locks_is_told(
    records: FileRecords, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without(*arguments: object) -> None:
        raise OSError(errno.ENOLCK, "no locks")

    records.write(ONE, b"")
    monkeypatch.setattr("fcntl.flock", without)
    with pytest.raises(errors.FileUnreadable), records.exclusive(ONE):
        raise AssertionError


def test_other_files_are_no_records(records: FileRecords, folder: Path) -> None:
    records.write(ONE, b"one")
    for name in ("notes.txt", "x.key", f"{'A' * 32}.key", f"{TWO}.key~"):
        (folder / name).write_text("x")
    assert records.list() == [ONE]


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "a" * 31, "A" * 32, f"{'a' * 32}\n"])
def test_no_name_leads_out_of_the_folder(records: FileRecords, name: str) -> None:
    for call in (records.read, records.delete, lambda name: records.write(name, b"")):
        with pytest.raises(ValueError, match="record"):
            call(name)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(errors.TargetNotWritable):
        FileRecords(tmp_path / "file" / "keys").write(ONE, b"one")


def test_a_record_that_cannot_be_read_or_deleted_is_told(
    records: FileRecords, folder: Path
) -> None:
    (folder / f"{ONE}.key").mkdir(parents=True)
    with pytest.raises(errors.FileUnreadable):
        records.read(ONE)
    with pytest.raises(errors.TargetNotWritable):
        records.delete(ONE)


def test_a_folder_that_cannot_be_listed_is_told(
    records: FileRecords, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*arguments: object) -> None:
        raise PermissionError(13, "denied")

    monkeypatch.setattr(Path, "glob", denied)
    with pytest.raises(errors.FileUnreadable):
        records.list()


def test_a_full_disk_leaves_nothing_behind(
    records: FileRecords, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*arguments: object) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr(files.unfinished, "sync", full)
    with pytest.raises(errors.DiskFull):
        records.write(ONE, b"one")
    assert list(folder.iterdir()) == []
