"""The app on a machine without a display: it prints an address, answers there, and ends cleanly."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.browser import PATIENCE, ROOT, answers, wait_for


@contextmanager
def started(home: Path, **more: str) -> Iterator[subprocess.Popen[str]]:
    """The app as `./dev run` starts it; its home and what is temporary are of the test."""
    (home / "temporary").mkdir()
    environment = {"HOME": str(home), "TMPDIR": str(home / "temporary"), "PATH": "", **more}
    process = subprocess.Popen(
        [sys.executable, "main.py"], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def served(app: subprocess.Popen[str]) -> None:
    """It prints where it is and answers there."""
    assert app.stdout is not None
    lines = iter(app.stdout.readline, "")
    url = next(line for line in lines if line.startswith("Teken: ")).split()[1]
    assert url.startswith("http://127.0.0.1:")
    wait_for(lambda: answers(url), "the app")


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_it_serves_until_it_is_stopped_and_leaves_nothing(tmp_path: Path, name: str) -> None:
    with started(tmp_path) as app:
        served(app)
        assert list((tmp_path / "temporary").iterdir()) != []  # for what is uploaded
        app.send_signal(getattr(signal, name))
        rest, _ = app.communicate(timeout=PATIENCE)
    assert (app.returncode, rest) == (0, "")  # no traceback either
    assert list((tmp_path / "temporary").iterdir()) == []


def test_where_the_client_of_windows_cannot_be_fetched_it_serves(tmp_path: Path) -> None:
    nowhere = "http://127.0.0.1:9/client.tar.gz"
    with started(tmp_path, DISPLAY=":99", FLET_CLIENT_URL=nowhere) as app:
        served(app)
