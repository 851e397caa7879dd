"""What killed runs leave behind is swept; what living ones write, and what is not ours, stays."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.services import unfinished

HIDDEN = ".teken-0123456789abcdef.part"


@pytest.fixture
def hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on systems where a file has a name from the start."""
    monkeypatch.delattr(os, "O_TMPFILE", raising=False)


def test_what_a_dead_process_left_is_swept(tmp_path: Path) -> None:
    kill = """if True:
        import os, pathlib, signal, sys
        del os.O_TMPFILE
        from app.services import unfinished
        made = unfinished.create(pathlib.Path(sys.argv[1]), 0o666)
        os.write(made.descriptor, b"half")
        os.kill(os.getpid(), signal.SIGKILL)
    """
    subprocess.run([sys.executable, "-c", kill, tmp_path / "b.pdf"], check=False)
    (left,) = tmp_path.iterdir()
    assert left.read_bytes() == b"half"
    assert unfinished.sweep(tmp_path) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("hidden")
def test_what_is_being_written_is_not_swept(tmp_path: Path) -> None:
    made = unfinished.create(tmp_path / "b.pdf", 0o666)
    os.write(made.descriptor, b"whole")
    assert unfinished.sweep(tmp_path) == 0
    made.publish()
    made.close()
    assert [path.name for path in tmp_path.iterdir()] == ["b.pdf"]
    assert (tmp_path / "b.pdf").read_bytes() == b"whole"


@pytest.mark.usefixtures("hidden")
def test_a_sweep_between_making_and_holding_costs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold, swept = unfinished._hold, []

    def swept_first(descriptor: int) -> bool:
        if not swept:
            swept.append(unfinished.sweep(tmp_path))
        return hold(descriptor)

    monkeypatch.setattr(unfinished, "_hold", swept_first)
    made = unfinished.create(tmp_path / "b.pdf", 0o666)
    made.publish()
    made.close()
    assert swept == [1]
    assert [path.name for path in tmp_path.iterdir()] == ["b.pdf"]


def test_what_is_not_ours_is_not_swept(tmp_path: Path) -> None:
    (tmp_path / "letter.pdf").write_bytes(b"x")
    (tmp_path / ".teken-0.part").mkdir()
    (tmp_path / HIDDEN).symlink_to("letter.pdf")
    (tmp_path / "teken-0.part").write_bytes(b"x")
    assert unfinished.sweep(tmp_path) == 0
    assert len(list(tmp_path.iterdir())) == 4
    assert unfinished.sweep(tmp_path / "nowhere") == 0


def test_a_rename_in_one_step_never_replaces(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_bytes(b"1")
    other.write_bytes(b"2")
    with pytest.raises(FileExistsError):
        unfinished._rename_new(one, other)
    assert other.read_bytes() == b"2"
    other.unlink()
    assert unfinished._rename_new(one, other)
    assert (one.exists(), other.read_bytes()) == (False, b"1")


@pytest.mark.usefixtures("hidden")
def test_a_rename_that_fails_leaves_no_empty_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OSError(1, "no")

    monkeypatch.setattr(os, "link", fails)
    monkeypatch.setattr(unfinished, "_rename_new", lambda *_: False)
    monkeypatch.setattr(Path, "replace", fails)
    made = unfinished.create(tmp_path / "b.pdf", 0o666)
    with pytest.raises(OSError, match="no"):
        made.publish()
    made.close()
    assert list(tmp_path.iterdir()) == []
