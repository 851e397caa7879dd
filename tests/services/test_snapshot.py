"""A private copy: what is shown and signed does not change when the file does."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from app.errors import FileMissing, FileUnreadable
from app.services import snapshot
from app.services.snapshot import IN_MEMORY, take
from tests.commands import FULL, mounted

SIZES = [0, 1, IN_MEMORY, IN_MEMORY + 1]


def content(size: int) -> bytes:
    return (b"0123456789abcdef" * (size // 16 + 1))[:size]


@pytest.mark.parametrize("size", SIZES)
def test_the_copy_is_the_file_as_it_was(tmp_path: Path, size: int) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(content(size))
    taken = take(path)
    path.write_bytes(b"changed")
    with taken.open() as file:
        assert file.read() == content(size)
    assert (taken.size, taken.sha256) == (size, hashlib.sha256(content(size)).digest())
    taken.close()


def test_bytes_are_a_copy_too() -> None:
    taken = take(b"%PDF")
    assert (taken.size, taken.sha256) == (4, hashlib.sha256(b"%PDF").digest())
    assert taken.open().read() == b"%PDF"


@pytest.mark.parametrize("size", [1000, IN_MEMORY + 1])
def test_readers_do_not_disturb_each_other(tmp_path: Path, size: int) -> None:
    (tmp_path / "a.pdf").write_bytes(content(size))
    taken = take(tmp_path / "a.pdf")
    wrong: list[int] = []

    def read(offset: int) -> None:
        with taken.open() as file:
            for at in range(offset, size - 100, max(1, size // 50)):
                file.seek(at)
                if file.read(100) != content(size)[at : at + 100]:
                    wrong.append(at)

    threads = [threading.Thread(target=read, args=(offset,)) for offset in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    taken.close()


def test_a_reader_knows_its_place() -> None:
    file = take(content(100)).open()
    assert (file.seek(-10, os.SEEK_END), file.tell()) == (90, 90)
    assert file.read(4) == content(100)[90:94]
    assert file.seek(2, os.SEEK_CUR) == 96
    assert file.read() == content(100)[96:]
    assert file.read() == b""


def test_the_copy_of_a_large_file_has_no_name_and_ends_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "a.pdf").write_bytes(content(IN_MEMORY + 1))
    descriptors = len(list(Path("/proc/self/fd").iterdir()))
    taken = take(tmp_path / "a.pdf")
    assert list((tmp_path / "temporary").iterdir()) == []
    taken.close()
    assert len(list(Path("/proc/self/fd").iterdir())) == descriptors


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        take(tmp_path / "nowhere.pdf")
    with pytest.raises(FileUnreadable):
        take(tmp_path)


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    """Of 128 KB, for temporary files."""
    (tmp_path / "out").mkdir()
    (tmp_path / "a.pdf").write_bytes(content(IN_MEMORY + 1))
    script = "\n".join((
        "import sys, pathlib",
        "from app.errors import DiskFull",
        "from app.services import snapshot",
        "try: snapshot.take(pathlib.Path('a.pdf'))",
        "except DiskFull: print('full')",
    ))  # fmt: skip
    ran = subprocess.run(
        [*mounted(FULL), sys.executable, "-c", script],
        cwd=tmp_path, env={**os.environ, "TMPDIR": str(tmp_path / "out")},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (ran.stdout, ran.returncode) == ("full\n", 0), ran.stderr


def test_a_copy_that_fails_is_freed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing(snapshot.files._Input):
        def read(self, size: int | None = -1) -> bytes:
            raise FileUnreadable(name="a.pdf")

    (tmp_path / "a.pdf").write_bytes(b"x")
    monkeypatch.setattr(snapshot.files, "_Input", Failing)
    descriptors = len(list(Path("/proc/self/fd").iterdir()))
    with pytest.raises(FileUnreadable):
        take(tmp_path / "a.pdf")
    assert len(list(Path("/proc/self/fd").iterdir())) == descriptors


@pytest.mark.parametrize("size", SIZES)
def test_a_prefix_is_a_copy_of_its_own(size: int) -> None:
    taken = take(content(size))
    for wanted in {0, 1, size // 2, size, size + 1}:
        prefix = taken.prefix(wanted)
        part = content(size)[:wanted]
        assert (prefix.size, prefix.sha256) == (len(part), hashlib.sha256(part).digest())
        assert prefix.open().read() == part
        prefix.close()
    assert taken.open().read() == content(size)
    taken.close()


def test_another_process_reads_it_as_a_file_while_that_is_needed() -> None:
    taken = take(b"surat")
    with taken.as_file("surat.pdf") as path:
        assert (path.name, path.read_bytes()) == ("surat.pdf", b"surat")
    assert not path.parent.exists()
    taken.close()
