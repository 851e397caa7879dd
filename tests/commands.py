"""The `teken` command as a process of its own: what it says, how it ends, what it needs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import pki
from tests.builders import TRAILER, letter
from tests.handmade import table

TEKEN = (str(Path(sys.executable).with_name("teken")),)
# The same, for tests that change something in it first; the second as on macOS, Windows and FAT,
# where a file must have a name from the start.
START = "import os, sys;"
IN_PYTHON = (sys.executable, "-c", f"{START} from app.cli import main; sys.exit(main())")
NAMED = tuple(part.replace(START, f"{START} del os.O_TMPFILE;") for part in IN_PYTHON)
# Root may read and write everything: this takes that right away, and needs no other user.
UNPRIVILEGED = () if os.getuid() else ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
# Mounts of a process of its own: for root, or where the kernel gives everybody such a namespace.
OWN_MOUNTS = ("unshare", "--mount") if os.getuid() == 0 else ("unshare", "--mount", "-r")
FULL = "mount -t tmpfs -o size=128k none out"
NO_INODES = "mount -t tmpfs -o nr_inodes=1 none out"
READ_ONLY = "mount --bind out out && mount -o remount,bind,ro out"
KEY_FILE = ("--p12", "key.p12", "--passphrase-file", "passphrase")
SUFFIX = "-ditandatangani"
SECONDS, MEGABYTES = 10, 512  # what a refusal may cost


@dataclass(frozen=True)
class Ran:
    """What a command did. `status` is negative where a signal ended it; `megabytes` at its peak."""

    status: int
    out: str
    err: str
    seconds: float
    megabytes: float

    @property
    def objects(self) -> list[dict[str, Any]]:
        """The lines of --json."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def codes(self) -> list[str | None]:
        """The code of the error of each file; None for a file that was signed."""
        return [each["error"]["code"] if "error" in each else None for each in self.objects]


def environ(folder: Path, **changes: str) -> dict[str, str]:
    """This environment with a data folder of its own, in English, and no keyring."""
    given = {name: value for name, value in os.environ.items() if not name.startswith("TEKEN_")}
    given.pop("DBUS_SESSION_BUS_ADDRESS", None)
    return given | {"TEKEN_HOME": str(folder / "home"), "TEKEN_LANG": "en"} | changes


def teken(
    *arguments: str,
    cwd: Path,
    given: Mapping[str, str] | None = None,
    stdin: bytes = b"",
    under: Sequence[str] = (),
    command: Sequence[str] = TEKEN,
) -> Ran:
    """Run the command to its end; `under` is what runs it, such as strace."""
    with running(
        *arguments, cwd=cwd, given=given, stdin=stdin, under=under, command=command
    ) as run:
        return run.wait()


class Running:
    """A command under way."""

    def __init__(self, process: subprocess.Popen[bytes], out: Any, err: Any) -> None:
        self.process = process
        self._out, self._err = out, err
        self._started = time.monotonic()

    def wait(self) -> Ran:
        """What it did, once it has ended."""
        _, status, usage = os.wait4(self.process.pid, 0)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - self._started
        texts = []
        for file in (self._out, self._err):
            file.seek(0)
            texts.append(file.read().decode())
        return Ran(self.process.returncode, *texts, seconds, usage.ru_maxrss / 1000)


@contextmanager
def running(
    *arguments: str,
    cwd: Path,
    given: Mapping[str, str] | None = None,
    stdin: bytes = b"",
    under: Sequence[str] = (),
    command: Sequence[str] = TEKEN,
) -> Iterator[Running]:
    """Start the command; it is killed where the block ends before it does."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        with tempfile.TemporaryFile() as told:
            told.write(stdin)
            told.seek(0)
            process = subprocess.Popen(
                [*under, *command, *arguments], cwd=cwd, env=given or environ(cwd),
                stdin=told, stdout=out, stderr=err,
            )  # fmt: skip
        try:
            yield Running(process, out, err)
        finally:
            if process.returncode is None:
                process.kill()
                process.wait()


def mounted(mount: str) -> list[str]:
    """A run during which something is mounted on `out`; what is in it then goes to `listing`."""
    script = f'{mount} || exit 99; "$@"; status=$?; ls -A out >listing; exit $status'
    return [*OWN_MOUNTS, "sh", "-c", script, "sh"]


def key_file(folder: Path, identity: str = "p256") -> tuple[str, ...]:
    """Put a key file and its passphrase there; gives the options that name them."""
    (folder / "key.p12").write_bytes(pki.identity(identity).pkcs12("rahasia"))
    (folder / "passphrase").write_text("rahasia\n")
    return KEY_FILE


def slip(number: int = 0) -> bytes:
    """A small letter, another one for each number."""
    return table(letter(), trailer=TRAILER) + b"%% %d\n" % number


def slips(folder: Path, count: int) -> list[str]:
    """Small letters of different content; gives their names."""
    folder.mkdir(exist_ok=True)
    names = [f"slip-{number:03}.pdf" for number in range(count)]
    for number, name in enumerate(names):
        (folder / name).write_bytes(slip(number))
    return names


def signed(name: str, suffix: str = SUFFIX) -> str:
    """The name that a signed file gets."""
    return name.removesuffix(".pdf") + suffix + ".pdf"
