"""The command and its terminal: prompts, Ctrl+C, the progress bar, outputs that take nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.commands import KEY_FILE, TEKEN, environ, running, signed, slips, teken
from tests.terminal import CTRL_C, CTRL_D, screen

P12 = ("--p12", "key.p12")
SLOW = ("--stamp", "auto")  # so that there is time to come in between
PROMPT = "Passphrase of the key file: "


def results(desk: Path) -> list[str]:
    return sorted(path.name for path in desk.iterdir() if signed("") in path.name)


def all_whole(desk: Path) -> bool:
    return all((desk / name).read_bytes().endswith(b"%%EOF\n") for name in results(desk))


# -- prompts -----------------------------------------------------------------------------------


def test_a_secret_is_asked_for_and_not_shown(desk: Path, letter: str) -> None:
    with screen("sign", letter, *P12, cwd=desk) as shown:
        shown.see(PROMPT)
        shown.type("rahasia\n")
        assert shown.end() == 0
    assert "rahasia" not in shown.text
    assert results(desk) == [signed(letter)]


def test_without_a_terminal_no_secret_is_waited_for(desk: Path, letter: str) -> None:
    ran = teken("sign", letter, *P12, cwd=desk)
    assert ran.status == 2
    assert "No terminal to ask on" in ran.err


@pytest.mark.parametrize("keys", [CTRL_C, CTRL_D], ids=["Ctrl+C", "Ctrl+D"])
def test_a_prompt_can_be_left(desk: Path, letter: str, keys: str) -> None:
    with screen("sign", letter, *P12, cwd=desk) as shown:
        shown.see(PROMPT)
        shown.type(keys)
        assert shown.end() == 130
    assert "Interrupted." in shown.text
    assert "Traceback" not in shown.text
    assert "exception" not in shown.text
    assert results(desk) == []


def test_a_secret_can_come_by_standard_input(desk: Path, letter: str) -> None:
    ran = teken("sign", letter, *P12, "--passphrase-file", "-", cwd=desk, stdin=b"rahasia\r\nx\n")
    assert (ran.status, results(desk)) == (0, [signed(letter)])


@pytest.mark.parametrize(
    ("content", "code"), [(b"\xff\xfe", "usage"), (bytes(5000), "file_unreadable")]
)
def test_a_file_that_can_be_no_secret_is_told(
    desk: Path, letter: str, content: bytes, code: str
) -> None:
    (desk / "passphrase").write_bytes(content)
    assert teken("sign", letter, *KEY_FILE, "--json", cwd=desk).codes == [code]


# -- the progress bar --------------------------------------------------------------------------


def test_a_bar_is_drawn_on_a_terminal_only(desk: Path) -> None:
    names = slips(desk, 5)
    with screen("sign", *names, *KEY_FILE, cwd=desk) as shown:
        assert shown.end() == 0
    assert "[########################] 5/5" in shown.text
    assert "5 files signed, 0 refused" in shown.text
    again = teken("sign", *names, *KEY_FILE, cwd=desk)
    assert "/5" not in again.out + again.err


def test_a_single_file_needs_no_bar(desk: Path, letter: str) -> None:
    with screen("sign", letter, *KEY_FILE, cwd=desk) as shown:
        assert shown.end() == 0
    assert "1/1" not in shown.text


def test_a_refusal_is_readable_beside_the_bar(desk: Path) -> None:
    names = slips(desk, 3)
    with screen("sign", names[0], "missing.pdf", *names[1:], *KEY_FILE, cwd=desk) as shown:
        assert shown.end() == 1
    lines = [line.rpartition("\r")[2] for line in shown.text.split("\r\n")]
    assert any(line.startswith("missing.pdf: The file “missing.pdf” was") for line in lines)


def test_json_on_the_same_terminal_stays_json(desk: Path) -> None:
    names = slips(desk, 4)
    with screen("sign", *names, *KEY_FILE, "--json", cwd=desk) as shown:
        assert shown.end() == 0
    assert [json.loads(line)["ok"] for line in shown.text.splitlines()] == [True] * 4


def test_json_into_a_file_leaves_the_terminal_to_the_bar(desk: Path) -> None:
    names = slips(desk, 4)
    with (
        (desk / "told").open("wb") as told,
        screen("sign", *names, *KEY_FILE, "--json", cwd=desk, stdout=told) as shown,
    ):
        assert shown.end() == 0
    assert "4/4" in shown.text
    lines = (desk / "told").read_text().splitlines()
    assert [json.loads(line)["ok"] for line in lines] == [True] * 4


# -- ends that come early ----------------------------------------------------------------------


def test_ctrl_c_keeps_what_is_signed_and_says_how_to_go_on(desk: Path) -> None:
    names = slips(desk, 200)
    with screen("sign", *names, *KEY_FILE, *SLOW, cwd=desk) as shown:
        shown.see("/200")
        shown.type(CTRL_C)
        assert shown.end() == 130
    assert "Interrupted. What is signed stays; run the same command again to go on." in shown.text
    assert "exception" not in shown.text.lower()
    assert 0 < len(results(desk)) < len(names)
    assert all_whole(desk)


@pytest.mark.parametrize("times", [2, 5])
def test_more_than_one_ctrl_c_ends_at_once_and_leaves_nothing_half(desk: Path, times: int) -> None:
    names = slips(desk, 200)
    with running("sign", *names, *KEY_FILE, *SLOW, cwd=desk) as run:
        while not results(desk):
            os.sched_yield()
        for _ in range(times):
            os.kill(run.process.pid, signal.SIGINT)  # `send_signal` would take its end away
            time.sleep(0.002)
        ran = run.wait()
    assert ran.status == 130
    assert "Traceback" not in ran.err
    assert "Warning" not in ran.err
    assert len(results(desk)) < len(names)
    assert all_whole(desk)


def test_a_reader_that_goes_away_ends_the_run_quietly(desk: Path) -> None:
    names = slips(desk, 200)
    command = subprocess.Popen(
        [*TEKEN, "sign", *names, *KEY_FILE, *SLOW], cwd=desk, env=environ(desk),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert command.stdout is not None and command.stderr is not None
    with command:
        command.stdout.readline()
        command.stdout.close()
        assert command.stderr.read() == ""
    assert command.returncode == 1
    assert 0 < len(results(desk)) < len(names)


@pytest.mark.parametrize("option", [(), ("--json",)], ids=["words", "json"])
def test_an_answer_that_cannot_be_written_is_told_beside_it(
    desk: Path, option: tuple[str, ...]
) -> None:
    names = slips(desk, 2)
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run(
            [*TEKEN, "sign", *names, *KEY_FILE, *option], cwd=desk, env=environ(desk),
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert ran.returncode == 1
    assert ran.stderr.splitlines() == [
        "The answer of this command could not be written. "
        "What is signed stays; run the same command again to go on."
    ]


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_obstacle(desk: Path, letter: str, closed: str) -> None:
    shell = ("sh", "-c", f'exec "$@" {closed}', "sh")
    assert teken("sign", letter, *KEY_FILE, cwd=desk, under=shell).status == 0
    assert results(desk) == [signed(letter)]
    assert (desk / signed(letter)).read_bytes().startswith(b"%PDF-")


def test_a_terminated_run_leaves_whole_files_only(desk: Path) -> None:
    names = slips(desk, 200)
    with running("sign", *names, *KEY_FILE, *SLOW, cwd=desk) as run:
        while not results(desk):
            os.sched_yield()
        run.process.terminate()
        assert run.wait().status < 0
    assert len(results(desk)) < len(names)
    assert all_whole(desk)
