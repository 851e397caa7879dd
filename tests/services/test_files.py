"""Files of the person: read with typed errors, written whole or not at all, never over another."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from app.errors import (
    FileIsFolder,
    FileMissing,
    FileUnreadable,
    StorageFault,
    TargetExists,
    TargetNotWritable,
)
from app.services import files


@pytest.fixture
def target(tmp_path: Path) -> Path:
    (tmp_path / "out").mkdir()
    return tmp_path / "out" / "b.pdf"


def names(target: Path) -> list[str]:
    return sorted(path.name for path in target.parent.iterdir())


# -- reading -----------------------------------------------------------------------------------

CANNOT_BE_READ: dict[str, tuple[Callable[[Path], object], type[StorageFault]]] = {
    "nothing": (lambda path: None, FileMissing),
    "a folder": (Path.mkdir, FileIsFolder),
    "a pipe that nobody writes to": (os.mkfifo, FileUnreadable),
    "a link to nowhere": (lambda path: path.symlink_to("nowhere"), FileMissing),
    "a link to itself": (lambda path: path.symlink_to(path), FileMissing),
    "a device": (lambda path: path.symlink_to("/dev/zero"), FileUnreadable),
    "a disk that fails": (lambda path: path.symlink_to("/proc/self/mem"), FileUnreadable),
}


@pytest.mark.parametrize("what", CANNOT_BE_READ)
def test_what_cannot_be_read_is_told_by_its_last_name(what: str, tmp_path: Path) -> None:
    make, fault = CANNOT_BE_READ[what]
    make(tmp_path / "a.pdf")
    with pytest.raises(fault) as caught:
        files.read_bytes(tmp_path / "a.pdf")
    assert caught.value.details == {"name": "a.pdf"}


@pytest.mark.parametrize("name", ["a\0b", "a" * 300, "file/below"])
def test_names_that_no_disk_has_are_told(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageFault):
        files.read_bytes(tmp_path / name)


def test_a_limit_is_kept_to_the_byte(tmp_path: Path) -> None:
    path = tmp_path / "pin"
    path.write_bytes(bytes(10))
    assert files.read_bytes(path, 10) == files.read_bytes(path) == bytes(10)
    with pytest.raises(FileUnreadable):
        files.read_bytes(path, 9)


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "b").symlink_to("a")
    assert files.read_bytes(tmp_path / "b") == b"x"


# -- writing -----------------------------------------------------------------------------------


def test_a_file_appears_whole_and_only_when_it_is_published(target: Path, way: str) -> None:
    with files.NewFile(target) as new:
        new.file.write(b"first ")
        new.sync()
        assert not target.exists()
        new.file.write(b"second")
        new.sync()
        new.publish()
        assert target.read_bytes() == b"first second"
    assert names(target) == ["b.pdf"]


def test_what_is_not_published_leaves_nothing(target: Path, way: str) -> None:
    with files.NewFile(target) as new:
        new.file.write(b"half")
        new.sync()
    new.close()
    assert names(target) == []


def test_an_error_on_the_way_leaves_nothing(target: Path, way: str) -> None:
    def chunks():  # type: ignore[no-untyped-def]
        yield b"half"
        raise ValueError

    with pytest.raises(ValueError):
        files.write_new(target, chunks())
    assert names(target) == []


@pytest.mark.parametrize("late", [False, True], ids=["before", "while it is written"])
def test_another_file_is_never_replaced(target: Path, way: str, late: bool) -> None:
    if not late:
        target.write_bytes(b"other")
    with files.NewFile(target) as new:
        new.file.write(b"mine")
        new.sync()
        if late:
            target.write_bytes(b"other")
        with pytest.raises(TargetExists):
            new.publish()
    assert target.read_bytes() == b"other"
    assert names(target) == ["b.pdf"]


def test_of_many_at_once_one_gets_the_name(target: Path, way: str) -> None:
    start, won = threading.Barrier(8), []

    def write(number: int) -> None:
        with files.NewFile(target) as new:
            new.file.write(b"%d" % number)
            new.sync()
            start.wait()
            try:
                new.publish()
            except TargetExists:
                return
            won.append(number)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert target.read_bytes() == b"%d" % won[0]
    assert names(target) == ["b.pdf"]


@pytest.mark.parametrize("name", ["nowhere/b.pdf", "a\0b", "a" * 300, "file/below"])
def test_names_that_cannot_be_written_are_told(name: str, tmp_path: Path, way: str) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(TargetNotWritable):
        files.write_new(tmp_path / name, [b"x"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file"]


def test_no_descriptor_is_kept(target: Path, way: str) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    for number in range(20):
        files.write_new(target.with_name(f"{number}.pdf"), [b"x"])
        with pytest.raises(TargetExists):
            files.write_new(target.with_name(f"{number}.pdf"), [b"x"])
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_copy_is_for_no_more_eyes_than_its_original(tmp_path: Path, target: Path) -> None:
    source = tmp_path / "a.pdf"
    source.write_bytes(b"x")
    source.chmod(0o4740)
    with files.open_input(source) as file:
        mode = files.permissions(file)
    files.write_new(target, [b"x"], mode)
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


# -- folders -----------------------------------------------------------------------------------


def test_folders_are_made_as_far_as_they_are_missing(tmp_path: Path) -> None:
    for _ in range(2):
        files.make_folder(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()


@pytest.mark.parametrize("name", ["file", "file/below", "a\0b", "a" * 300])
def test_folders_that_cannot_be_made_are_told(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(TargetNotWritable):
        files.make_folder(tmp_path / name)


def test_a_folder_that_is_gone_cannot_be_synced(tmp_path: Path) -> None:
    with pytest.raises(TargetNotWritable):
        files.sync_folder(tmp_path / "gone")
