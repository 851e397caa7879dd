"""The only place where real adapters are built and joined: clock, dice, folders, keyring, pages."""

from __future__ import annotations

import atexit
import os
import secrets
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache, cached_property, partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from app.errors import N_, UsageFault

if TYPE_CHECKING:
    import flet

    from app.actions import Services
    from app.crypto.keystore.vault import OsVault
    from app.crypto.verify.trust import Trust
    from app.model import Verdict
    from app.services.locale import Words
    from app.services.sandbox import Sandbox

# No server answers there yet, and nobody can register a name under .example (RFC 2606): the office
# sets its own address before the first letter goes out.
CLIENT_SECONDS = 20  # without a byte of Flet's client
LINK_BASE = "https://teken.example"


def services(
    environ: Mapping[str, str] = os.environ, link_base: str = "", suffix: str | None = None
) -> Services:
    """Everything that the steps of the journey need, for the window and for the command.

    `link_base` and `suffix` go before TEKEN_LINK_BASE and TEKEN_SUFFIX. Raises UsageFault.
    """
    from app.actions import Services
    from app.crypto.keystore.keyring import KeyringKeystore
    from app.services import naming
    from app.services.preview import Previews
    from app.services.records import FileRecords

    folder = data_folder(environ)
    suffix = environ.get("TEKEN_SUFFIX", naming.SUFFIX) if suffix is None else suffix
    return Services(
        keystore=KeyringKeystore(
            FileRecords(folder / "keys"), DeviceVault(), time.monotonic, os.urandom
        ),
        preview=Previews(),
        clock=local_time,
        monotonic=time.monotonic,
        random=os.urandom,
        judge=judge,
        trust=partial(load_trust, folder / "trust"),
        link_base=_checked_base(link_base or environ.get("TEKEN_LINK_BASE") or LINK_BASE),
        results=folder / "signed",
        suffix=_checked_suffix(suffix),
    )


def judge(path: Path, trust: Trust, at: datetime, password: str) -> Verdict:
    """Judge a foreign file in a process of its own; it is started at the first file."""
    return _sandbox().judge(path, trust, at, password)


@cache
def _sandbox() -> Sandbox:
    from app.services.sandbox import Sandbox

    sandbox = Sandbox()
    atexit.register(sandbox.close)
    return sandbox


def load_trust(own: Path, more: Sequence[Path] = ()) -> Trust:
    """What is trusted; read anew each time, since a person may add to it."""
    from app.services import trust

    return trust.load_trust(own, more)


def window(environ: MutableMapping[str, str] = os.environ) -> dict[str, Any]:
    """What `flet.run` needs: a window of its own, or the same app served to browsers here.

    Served, it listens on loopback only, and under an unguessable path: another person on this
    machine, or a page of another site in the same browser, can reach the port but not the app.
    """
    from app.services import files

    results = data_folder(environ) / "signed"
    files.make_folder(results)
    built, settings = replace(services(environ), results=results), settings_file(environ)
    if _has_window(environ):
        if not _is_phone(environ):
            built = replace(built, results=None)  # beside the original, where people look
        return {"main": partial(_show, built, settings, None)}
    import flet as ft

    uploads = Path(tempfile.mkdtemp(prefix="teken-"))
    atexit.register(shutil.rmtree, uploads, ignore_errors=True)
    if hasattr(signal, "SIGHUP"):  # its terminal is gone: leave nothing, as on Ctrl+C
        signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGINT))
    environ["FLET_SECRET_KEY"] = secrets.token_hex(32)  # of the addresses for uploads
    port, path = int(environ.get("TEKEN_PORT") or _free_port()), secrets.token_urlsafe(24)
    print(f"Teken: http://127.0.0.1:{port}/{path}", flush=True)  # noqa: T201 - for the person
    return {
        "main": partial(_show, built, settings, uploads),
        "name": path, "host": "127.0.0.1", "port": port, "upload_dir": str(uploads),
        "view": ft.AppView.WEB_BROWSER, "web_renderer": ft.WebRenderer.CANVAS_KIT, "no_cdn": True,
    }  # fmt: skip


def _is_phone(environ: Mapping[str, str]) -> bool:
    return environ.get("FLET_PLATFORM") in ("android", "ios")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _has_window(environ: Mapping[str, str], platform: str = sys.platform) -> bool:
    """A phone has one; a desktop where there is a display and Flet's client."""
    if _is_phone(environ):
        return True
    shown = platform in ("win32", "darwin") or any(map(environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))
    return shown and not environ.get("TEKEN_PORT") and _has_client(environ)


def _has_client(environ: Mapping[str, str]) -> bool:
    """Flet fetches the client of its windows at the first start; a browser does as well."""
    if find_spec("flet_desktop") is None:
        return False
    if environ.get("FLET_VIEW_PATH"):
        return True
    client = import_module("flet_desktop")  # of the extra "desktop": a phone does without
    patience = socket.getdefaulttimeout()
    socket.setdefaulttimeout(CLIENT_SECONDS)
    try:
        client.ensure_client_cached()
    except Exception as error:  # of a download, an archive, a full disk
        print(f"No window of its own: {error}", file=sys.stderr)  # noqa: T201 - for the person
        return False
    finally:
        socket.setdefaulttimeout(patience)
    return True


def _show(services: Services, settings: Path, uploads: Path | None, page: flet.Page) -> None:
    """Build the state of one window, or of one browser tab."""
    from app.state import AppState
    from app.views.device import Device
    from app.views.window import show

    show(page, AppState(services=services, platform=Device(page, uploads), settings_file=settings))


def settings_file(environ: Mapping[str, str] = os.environ) -> Path:
    """Where the window keeps a person's choices."""
    return data_folder(environ) / "settings.json"


def words(language: str) -> Words:
    """How the app speaks in a language: "id" or "en"."""
    from app.services import locale

    return locale.words(language)


def local_time() -> datetime:
    """Now, with the offset of this device's time zone."""
    return datetime.now().astimezone()


def data_folder(environ: Mapping[str, str], platform: str = sys.platform) -> Path:
    """The folder for this person's keys and settings: one for the window and the command.

    TEKEN_HOME goes first; a packaged phone app has one folder only.
    """
    if home := environ.get("TEKEN_HOME"):
        return Path(home)
    if _is_phone(environ):
        return Path(environ["FLET_APP_STORAGE_DATA"])
    if platform == "win32":
        return Path(environ.get("APPDATA") or Path.home()) / "Teken"
    if platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "Teken"
    return Path(environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "teken"


class DeviceVault:
    """The keyring of the operating system, looked for when it is first needed.

    So the app starts, shows documents and signs with a key file where there is no keyring.
    """

    @cached_property
    def _found(self) -> OsVault:
        from app.crypto.keystore.vault import OsVault

        return OsVault.find()

    @property
    def kind(self) -> str:
        return self._found.kind

    def read(self, entry: str) -> str | None:
        return self._found.read(entry)

    def write(self, entry: str, value: str) -> None:
        self._found.write(entry, value)

    def erase(self, entry: str) -> None:
        self._found.erase(entry)


def _checked_base(address: str) -> str:
    """An address that a QR code may carry: short ASCII, http or https, nothing behind the path."""
    parts = urlsplit(address)
    plain = address.isascii() and address.isprintable() and " " not in address
    if not plain or parts.scheme not in ("https", "http") or not parts.netloc:
        raise UsageFault(what=N_("The link base must begin with https:// and name a host."))
    if parts.query or parts.fragment or len(address) > 100:
        raise UsageFault(what=N_("The link base must be short, without ? and #."))
    return address


def _checked_suffix(suffix: str) -> str:
    if {"/", "\\", "\0"} & set(suffix):
        raise UsageFault(what=N_("The name of a signed file must stay in its folder."))
    return suffix
