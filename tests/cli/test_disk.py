"""Disks and folders that refuse, for real: mounted read-only, full, forbidden by their modes.

Mounts are made in a namespace of the command and end with it. They need root, or a kernel that
lets everybody have such a namespace.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests import oracles
from tests.commands import (
    FULL,
    IN_PYTHON,
    KEY_FILE,
    MEGABYTES,
    NAMED,
    NO_INODES,
    READ_ONLY,
    SECONDS,
    UNPRIVILEGED,
    Ran,
    mounted,
    signed,
    slip,
    slips,
    teken,
)

WAYS = pytest.mark.parametrize("command", [IN_PYTHON, NAMED], ids=["nameless", "hidden"])


def sign(
    desk: Path, *names: str, under: Sequence[str] = (), command: Sequence[str] = IN_PYTHON
) -> Ran:
    """Sign into `out`; originals stay as they are, in bounds."""
    before = {name: (desk / name).read_bytes() for name in names}
    ran = teken(
        "sign", *names, *KEY_FILE, "--json", "--out-dir", "out",
        cwd=desk, under=under, command=command,
    )  # fmt: skip
    assert {name: (desk / name).read_bytes() for name in names} == before
    assert (ran.seconds < SECONDS, ran.megabytes < MEGABYTES, ran.err) == (True, True, "")
    return ran


def large(desk: Path, name: str = "large.pdf") -> str:
    """A letter of 1 MB."""
    (desk / name).write_bytes(slip() + b"%" * 1_000_000 + b"\n")
    return name


@pytest.fixture
def out(desk: Path) -> Path:
    (desk / "out").mkdir()
    return desk / "out"


@WAYS
def test_a_full_disk_takes_no_half_of_a_file_and_still_takes_the_small_ones(
    desk: Path, out: Path, command: Sequence[str]
) -> None:
    first, second = slips(desk, 2)
    ran = sign(desk, first, large(desk), second, under=mounted(FULL), command=command)
    assert (ran.status, ran.codes) == (1, [None, "disk_full", None])
    assert (desk / "listing").read_text().split() == [signed(first), signed(second)]


@WAYS
def test_a_disk_without_room_for_a_name_is_full(
    desk: Path, letter: str, out: Path, command: Sequence[str]
) -> None:
    ran = sign(desk, letter, under=mounted(NO_INODES), command=command)
    assert (ran.status, ran.codes) == (1, ["disk_full"])
    assert (desk / "listing").read_text() == ""


@WAYS
def test_a_read_only_disk_takes_nothing(
    desk: Path, letter: str, out: Path, command: Sequence[str]
) -> None:
    ran = sign(desk, letter, under=mounted(READ_ONLY), command=command)
    assert (ran.status, ran.codes) == (1, ["target_not_writable"])
    assert "Choose another folder. The original is unchanged." in ran.objects[0]["error"]["message"]
    assert (desk / "listing").read_text() == ""


@pytest.mark.parametrize("folder", ["out", "out/new", "out/new/er"])
def test_no_folder_is_made_on_a_read_only_disk(
    desk: Path, letter: str, out: Path, folder: str
) -> None:
    options = ("--json", "--out-dir", folder)
    ran = teken("sign", letter, *KEY_FILE, *options, cwd=desk, under=mounted(READ_ONLY))
    assert (ran.status, ran.codes) == (1, ["target_not_writable"])
    assert (desk / "listing").read_text() == ""


@WAYS
def test_a_folder_that_one_may_not_write_to_takes_nothing(
    desk: Path, letter: str, out: Path, command: Sequence[str]
) -> None:
    out.chmod(0o500)
    ran = sign(desk, letter, under=UNPRIVILEGED, command=command)
    assert (ran.status, ran.codes) == (1, ["target_not_writable"])
    assert list(out.iterdir()) == []


@WAYS
def test_a_folder_that_one_may_only_write_to_is_enough(
    desk: Path, letter: str, out: Path, command: Sequence[str]
) -> None:
    out.chmod(0o300)
    ran = sign(desk, letter, under=UNPRIVILEGED, command=command)
    out.chmod(0o700)
    assert ran.codes == [None]
    assert [(v.valid, v.whole) for v in oracles.pdfsig(out / signed(letter))] == [(True, True)]


@WAYS
def test_a_file_larger_than_one_may_write_is_not_written(
    desk: Path, out: Path, command: Sequence[str]
) -> None:
    ran = sign(desk, large(desk), under=("prlimit", "--fsize=500000"), command=command)
    assert (ran.status, ran.codes) == (1, ["target_not_writable"])
    assert list(out.iterdir()) == []


def test_what_is_not_a_folder_takes_nothing(desk: Path, letter: str) -> None:
    (desk / "out").write_text("x")
    ran = sign(desk, letter)
    assert (ran.status, ran.codes) == (1, ["target_not_writable"])
    assert (desk / "out").read_text() == "x"


def test_an_original_that_one_may_not_read_is_told(desk: Path) -> None:
    first, hidden, inside, last = slips(desk, 4)
    (desk / "secret").mkdir()
    (desk / inside).rename(desk / "secret" / inside)
    (desk / hidden).chmod(0)
    (desk / "secret").chmod(0)
    try:
        ran = teken(
            "sign", first, hidden, f"secret/{inside}", last, *KEY_FILE, "--json",
            cwd=desk, under=UNPRIVILEGED,
        )  # fmt: skip
    finally:
        (desk / "secret").chmod(0o700)
    assert ran.codes == [None, "file_unreadable", "file_unreadable", None]


def test_what_stands_in_the_way_unreadable_is_in_the_way(desk: Path, letter: str) -> None:
    (desk / signed(letter)).write_bytes(b"of somebody else")
    (desk / signed(letter)).chmod(0)
    ran = teken("sign", letter, *KEY_FILE, "--json", cwd=desk, under=UNPRIVILEGED)
    assert ran.codes == ["target_exists"]


def test_a_result_is_for_no_more_eyes_than_its_original(desk: Path) -> None:
    names = slips(desk, 2)
    for name, mode in zip(names, (0o600, 0o444), strict=True):
        (desk / name).chmod(mode)
    ran = teken("sign", *names, *KEY_FILE, "--json", cwd=desk)
    assert ran.codes == [None, None]
    modes = [(desk / signed(name)).stat().st_mode & 0o777 for name in names]
    assert modes == [0o600, 0o444]


@pytest.mark.parametrize("missing", KEY_FILE[1::2])
def test_a_key_file_that_one_may_not_read_is_told(desk: Path, letter: str, missing: str) -> None:
    (desk / missing).chmod(0)
    ran = teken("sign", letter, *KEY_FILE, "--json", cwd=desk, under=UNPRIVILEGED)
    assert (ran.status, ran.codes) == (1, ["file_unreadable"])
    assert f"“{missing}”" in ran.objects[0]["error"]["message"]
    assert not (desk / signed(letter)).exists()
