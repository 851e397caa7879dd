"""Many files by the command: killed at any moment, it loses nothing and signs nothing twice.

Each fact is stated for both ways in which a file comes to its name: at the end (Linux), and by a
hidden one (other systems, and file systems that know no better).
"""

from __future__ import annotations

import os
import random
import re
import signal
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests import oracles
from tests.commands import (
    IN_PYTHON,
    KEY_FILE,
    NAMED,
    SECONDS,
    START,
    TEKEN,
    Ran,
    key_file,
    running,
    signed,
    slip,
    slips,
    teken,
)

WAYS = pytest.mark.parametrize("command", [IN_PYTHON, NAMED], ids=["nameless", "hidden"])
COUNT = 200
STAMP = ("--stamp", "1:60,60,220,80")


def sign(desk: Path, *names: str, command: Sequence[str] = TEKEN, under: Sequence[str] = ()) -> Ran:
    return teken("sign", *names, *KEY_FILE, "--json", cwd=desk, command=command, under=under)


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def all_valid(paths: Sequence[Path]) -> bool:
    """Each has one signature, and it is valid over the whole file."""
    with ThreadPoolExecutor(4) as pool:
        verdicts = pool.map(oracles.pdfsig, paths)
        return all([(v.valid, v.whole) for v in each] == [(True, True)] for each in verdicts)


# -- killed and begun again --------------------------------------------------------------------


def pdfs(desk: Path) -> list[str]:
    """What a person's `*.pdf` names: on the second run also what the first one made."""
    return sorted(path.name for path in desk.glob("*.pdf"))


def kill_in_the_middle(desk: Path, command: Sequence[str], dice: random.Random) -> None:
    """Begin, and kill without warning when some more results are there."""
    enough = len(pdfs(desk)) + dice.randrange(1, COUNT // 8)
    with running("sign", *pdfs(desk), *KEY_FILE, *STAMP, cwd=desk, command=command) as run:
        while len(pdfs(desk)) < enough and run.process.poll() is None:
            os.sched_yield()
        time.sleep(dice.uniform(0, 0.003))
        run.process.kill()
        assert run.wait().status == -signal.SIGKILL


@WAYS
def test_kill_after_kill_every_result_is_whole_and_none_is_made_twice(
    desk: Path, command: Sequence[str]
) -> None:
    originals = slips(desk, COUNT)
    dice = random.Random(command[-1])
    known: dict[str, bytes] = {}
    for _ in range(3):
        kill_in_the_middle(desk, command, dice)
        results = {name: (desk / name).read_bytes() for name in set(pdfs(desk)) - set(originals)}
        assert known.items() < results.items()  # the same bytes as before: not signed again
        assert all(data.endswith(b"%%EOF\n") for data in results.values())
        known = results
    assert len(known) < COUNT
    last = sign(desk, *pdfs(desk), *STAMP, command=command)
    assert set(last.codes) == {None}
    kept = {"home", *KEY_FILE[1::2], *originals}
    assert names_in(desk) - kept == {signed(name) for name in originals}  # and nothing else
    assert known.items() <= {name: (desk / name).read_bytes() for name in known}.items()
    assert all_valid([desk / signed(name) for name in originals])
    for number, name in enumerate(originals):
        assert (desk / name).read_bytes() == slip(number)
        assert (desk / signed(name)).read_bytes().startswith(slip(number))


STEPS = (  # the system call on whose entry a run dies, and how many results there are then
    ("fsync", 1, 0),  # the content is not on the disk
    ("link,linkat", 1, 0),  # it has no name
    ("fsync", 2, 1),  # its name is not on the disk
    ("fsync", 1, 1),  # of the second file: the first is recognised
)


@WAYS
def test_killed_between_any_two_steps(desk: Path, command: Sequence[str]) -> None:
    names = slips(desk, 2)
    (desk / "out").mkdir()
    for call, number, results in STEPS:
        killed = sign(
            desk, *names, "--out-dir", "out", command=one_at_a_time(command),
            under=injecting(f"{call}:signal=KILL:when={number}"),
        )  # fmt: skip
        assert killed.status != 0
        assert len(list((desk / "out").glob("*.pdf"))) == results
    again = sign(desk, *names, "--out-dir", "out", command=command)
    assert again.codes == [None, None]
    assert names_in(desk / "out") == {signed(name) for name in names}
    assert all_valid(sorted((desk / "out").iterdir()))


def injecting(*faults: str) -> list[str]:
    """A run under which the named system calls fail, or kill."""
    return ["strace", "-f", "-o", "/dev/null", *(f"--inject={fault}" for fault in faults)]


def one_at_a_time(command: Sequence[str]) -> list[str]:
    """The command with its disk work in order, so that system calls can be counted."""
    slow = "from app.services import batch; batch.SYNC_THREADS = 1; batch.IN_FLIGHT = 0;"
    return [part.replace(START, f"{START} {slow}") for part in command]


# -- on the disk before it is told -------------------------------------------------------------


def events(log: str, folder: Path) -> list[str]:
    """What was asked of the system, in order: the content, its name, the folder, the answer."""
    found = []
    for line in log.splitlines():
        if re.search(r"write\(\d+<[^>]*>(\(deleted\))?, \"%PDF", line):
            found.append("write")
        elif re.search(rf"fsync\(\d+<{folder}/", line):
            found.append("sync the content")
        elif re.search(rf"fsync\(\d+<{folder}>", line):
            found.append("sync the folder")
        elif link := re.search(r"link(?:at)?\(.*?([\w-]+\.pdf)\"", line):
            found.append(f"name {link[1]}")
        elif told := re.search(r"\"out\\\\?\": \\?\"out/([\w-]+\.pdf)", line):
            found.append(f"tell {told[1]}")
    return found


@WAYS
def test_content_name_and_folder_are_on_the_disk_before_a_file_is_called_signed(
    desk: Path, command: Sequence[str]
) -> None:
    names = slips(desk, 3)
    (desk / "out").mkdir()
    calls = "trace=fsync,link,linkat,write"
    strace = ("strace", "-f", "-y", "-s", "400", "-o", "log", "-e", calls, "-z")
    ran = sign(desk, *names, "--out-dir", "out", command=one_at_a_time(command), under=strace)
    assert ran.codes == [None] * 3
    expected = []
    for name in map(signed, names):
        expected += ["write", "sync the content", f"name {name}", "sync the folder", f"tell {name}"]
    assert events((desk / "log").read_text(), desk / "out") == expected


def test_a_new_folder_is_on_the_disk_too(desk: Path, letter: str) -> None:
    strace = ("strace", "-f", "-y", "-o", "log", "-e", "trace=mkdir,fsync")
    ran = sign(desk, letter, "--out", "new/er/b.pdf", under=strace)
    assert ran.codes == [None]
    log = (desk / "log").read_text()
    for folder in (desk, desk / "new", desk / "new" / "er"):
        assert f"<{folder}>)" in log


# -- a system that refuses ---------------------------------------------------------------------


@pytest.fixture
def out(desk: Path) -> Path:
    (desk / "out").mkdir()
    return desk / "out"


def refused(desk: Path, names: list[str], command: Sequence[str], *faults: str) -> Ran:
    """A run for which system calls fail; originals stay as they are, no temporary is left."""
    under = injecting(*faults)
    ran = sign(desk, *names, "--out-dir", "out", command=one_at_a_time(command), under=under)
    assert all((desk / name).read_bytes() == slip(number) for number, name in enumerate(names))
    assert not list((desk / "out").glob(".*"))
    return ran


@WAYS
@pytest.mark.parametrize(
    ("faults", "codes"),
    [
        (
            ("fsync:error=EIO:when=1", "link,linkat:error=ENOSPC:when=1"),
            ["target_not_writable", "disk_full", None],
        ),
        (
            ("fsync:error=ENOSPC:when=1", "link,linkat:error=EEXIST:when=1"),
            ["disk_full", "target_exists", None],
        ),
    ],
)
def test_a_disk_that_fails_leaves_nothing_and_stops_nobody(
    desk: Path, out: Path, command: Sequence[str], faults: tuple[str, ...], codes: list[str | None]
) -> None:
    names = slips(desk, 3)
    assert refused(desk, names, command, *faults).codes == codes
    assert names_in(out) == {signed(names[2])}


@WAYS
@pytest.mark.parametrize(
    "fault",
    [
        "link,linkat:error=EACCES",  # Android: an app may not link
        "link,linkat,renameat2:error=ENOSYS",  # FAT, and a kernel that cannot do that either
        "fsync:error=EINVAL:when=2",  # a network file system that syncs no folders
    ],
)
def test_a_system_that_can_do_less_is_enough(
    desk: Path, letter: str, out: Path, command: Sequence[str], fault: str
) -> None:
    assert refused(desk, [letter], command, fault).codes == [None]
    assert names_in(out) == {signed(letter)}
    assert all_valid([out / signed(letter)])


@WAYS
@pytest.mark.parametrize(
    "fault", ["link,linkat:error=EACCES", "link,linkat,renameat2:error=ENOSYS"]
)
def test_a_system_that_can_do_less_replaces_nothing_either(
    desk: Path, letter: str, out: Path, command: Sequence[str], fault: str
) -> None:
    """The other file comes after the look at what is there: so late that only the name can tell."""
    (out / signed(letter)).write_bytes(b"not ours")
    blind = [part.replace(START, f"{START} os.path.lexists = lambda _: False;") for part in command]
    ran = refused(desk, [letter], blind, fault)
    assert ran.codes == ["target_exists"]
    assert (out / signed(letter)).read_bytes() == b"not ours"
    assert names_in(out) == {signed(letter)}


# -- nothing is ever replaced ------------------------------------------------------------------


def other_file(target: Path) -> None:
    target.write_bytes(b"of somebody else")


def other_pdf(target: Path) -> None:
    target.write_bytes(slip(7))


def empty_file(target: Path) -> None:
    target.touch()


def folder(target: Path) -> None:
    target.mkdir()


def link_to_nowhere(target: Path) -> None:
    target.symlink_to("nowhere")


def link_to_another(target: Path) -> None:
    target.with_name("else").write_bytes(b"of somebody else")
    target.symlink_to("else")


def pipe(target: Path) -> None:
    os.mkfifo(target)


IN_THE_WAY = (
    other_file,
    other_pdf,
    empty_file,
    folder,
    link_to_nowhere,
    link_to_another,
    pipe,
)


def test_what_stands_there_and_is_not_ours_stays_as_it_is(desk: Path) -> None:
    names = slips(desk, len(IN_THE_WAY) + 1)
    for name, make in zip(names, IN_THE_WAY, strict=False):
        make(desk / signed(name))
    before = {path.name: path.lstat() for path in desk.iterdir()}
    ran = sign(desk, *names)
    assert ran.codes == ["target_exists"] * len(IN_THE_WAY) + [None]
    after = {path.name: path.lstat() for path in desk.iterdir()}
    assert after.keys() - before.keys() == {signed(names[-1])}
    same = ("st_ino", "st_size", "st_mtime_ns", "st_mode")
    for name, was in before.items():
        assert [getattr(after[name], each) for each in same] == [
            getattr(was, each) for each in same
        ]


@pytest.mark.parametrize("change", ["cut", "longer", "one bit", "another key"])
def test_a_result_that_was_changed_is_not_taken_for_ours(
    desk: Path, letter: str, change: str
) -> None:
    assert sign(desk, letter).codes == [None]
    result = desk / signed(letter)
    data = bytearray(result.read_bytes())
    if change == "cut":
        del data[-1:]
    elif change == "longer":
        data += b"\n"
    elif change == "one bit":
        data[-300] ^= 1
    else:
        key_file(desk, "second")
    result.write_bytes(data)
    assert sign(desk, letter).codes == ["target_exists"]
    assert result.read_bytes() == data


def test_the_original_is_never_the_result(desk: Path, letter: str) -> None:
    for options in (("--out", letter), ("--suffix", ""), ("--out-dir", ".", "--suffix", "")):
        assert sign(desk, letter, *options).codes == ["target_exists"]
    assert (desk / letter).read_bytes() == slip(0)


@WAYS
def test_two_runs_at_once_make_each_file_once(desk: Path, command: Sequence[str]) -> None:
    names = slips(desk, 60)
    with (
        running("sign", *names, *KEY_FILE, "--json", cwd=desk, command=command) as one,
        running("sign", *names, *KEY_FILE, "--json", cwd=desk, command=command) as other,
    ):
        codes = [one.wait().codes, other.wait().codes]
    assert {*codes[0], *codes[1]} <= {None, "target_exists"}
    assert all(None in pair for pair in zip(*codes, strict=True))
    assert {name for name in names_in(desk) if name.startswith(".")} == set()
    assert sign(desk, *names).codes == [None] * 60
    assert all_valid([desk / signed(name) for name in names[::10]])


# -- a bad file among good ones ----------------------------------------------------------------


def test_no_bad_file_stops_the_others(desk: Path) -> None:
    names = slips(desk, 4)
    (desk / "bad.pdf").write_bytes(b"no pdf")
    (desk / "folder.pdf").mkdir()
    os.mkfifo(desk / "pipe.pdf")
    (desk / "loop.pdf").symlink_to("loop.pdf")
    (desk / "mem.pdf").symlink_to("/proc/self/mem")  # a file whose reading fails
    bad = ["bad.pdf", "folder.pdf", "pipe.pdf", "loop.pdf", "mem.pdf", "no/where.pdf"]
    given = [name for pair in zip(bad, [*names, *names[:2]], strict=True) for name in pair]
    ran = sign(desk, *given)
    assert ran.codes[0::2] == [
        "not_a_pdf", "file_is_folder", "file_unreadable", "file_missing", "file_unreadable",
        "file_missing",
    ]  # fmt: skip
    assert ran.codes[1::2] == [None] * 6
    assert ran.seconds < SECONDS
    assert not (desk / "no").exists()
    assert all_valid([desk / signed(name) for name in names])
