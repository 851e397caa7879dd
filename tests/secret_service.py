"""A real Secret Service for tests: gnome-keyring on a private D-Bus, in folders of its own.

Several can run side by side; each ends with its context. Nothing of the person's session is used.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

# No service files: nothing can be started by a message, neither a prompter nor a second keyring.
_BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""
_PATIENCE = 20.0  # seconds


@contextmanager
def session_bus() -> Iterator[dict[str, str]]:
    """A D-Bus session with nobody on it; gives the environment that leads to it."""
    # Short path: a socket's name has at most 107 characters.
    folder = Path(tempfile.mkdtemp(prefix="teken-bus-"))
    try:
        environment = _environment(folder)
        configuration = folder / "bus.conf"
        configuration.write_text(_BUS.format(socket=folder / "bus"))
        command = ["dbus-daemon", f"--config-file={configuration}", "--nofork", "--nopidfile"]
        with _running(command, environment):
            _wait_for(lambda: _accepts(folder / "bus"), "dbus-daemon")
            yield environment
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def secret_service(password: str = "rahasia") -> Iterator[dict[str, str]]:  # noqa: S107
    """gnome-keyring with an unlocked login collection; gives the environment that leads to it."""
    with session_bus() as environment:
        command = ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"]
        command.append(f"--control-directory={environment['XDG_RUNTIME_DIR']}/keyring")
        with _running(command, environment, password):
            _wait_for(lambda: _is_unlocked(environment), "gnome-keyring-daemon")
            yield environment


def lock(environment: dict[str, str]) -> None:
    """Lock the default collection, as a screen lock or a person does."""
    with _default_collection(environment) as collection:
        collection.lock()


def _environment(folder: Path) -> dict[str, str]:
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(folder)}
    for variable, name in (
        ("XDG_RUNTIME_DIR", "run"),
        ("XDG_DATA_HOME", "data"),
        ("XDG_CONFIG_HOME", "config"),
        ("XDG_CACHE_HOME", "cache"),
    ):
        (folder / name).mkdir(mode=0o700)
        environment[variable] = str(folder / name)
    environment["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={folder / 'bus'}"
    return environment


@contextmanager
def _running(command: list[str], environment: dict[str, str], stdin: str = "") -> Iterator[None]:
    if shutil.which(command[0]) is None:
        raise FileNotFoundError(f"{command[0]} is not installed: ./dev test installs it")
    with tempfile.TemporaryFile() as given:
        given.write(stdin.encode())
        given.seek(0)
        quiet = subprocess.DEVNULL
        process = subprocess.Popen(
            command, env=environment, stdin=given, stdout=quiet, stderr=quiet
        )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(ready, who: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not ready():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{who} did not start")
        time.sleep(0.02)


def _accepts(path: Path) -> bool:
    """Whether somebody listens: the file is there a moment before."""
    with suppress(FileNotFoundError, ConnectionRefusedError), socket.socket(socket.AF_UNIX) as end:
        end.connect(str(path))
        return True
    return False


def _is_unlocked(environment: dict[str, str]) -> bool:
    from secretstorage.exceptions import SecretStorageException

    with suppress(SecretStorageException), _default_collection(environment) as collection:
        return not collection.is_locked()
    return False


@contextmanager
def _default_collection(environment: dict[str, str]):
    import secretstorage
    from jeepney.io.blocking import open_dbus_connection

    bus = environment["DBUS_SESSION_BUS_ADDRESS"]
    with closing(open_dbus_connection(bus)) as connection:
        yield secretstorage.collection.Collection(
            connection, "/org/freedesktop/secrets/aliases/default"
        )
