"""The OS keyring, as the only place for the small secrets that wrap a key.

The one edge of app/crypto: whatever the platform throws leaves here as a `KeyFault`.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from app import errors

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

# In this order, and no other: never what a configuration file or a priority picks, so that no
# plain-text or null backend can slip in (keyring's own `get_keyring` would take them).
ALLOWED = (
    "keyring.backends.Windows.WinVaultKeyring",
    "keyring.backends.macOS.Keyring",
    "keyring.backends.SecretService.Keyring",
    "keyring.backends.libsecret.Keyring",
    "keyring.backends.kwallet.DBusKeyring",
)
VALUE_LIMIT = 2560  # bytes of UTF-16: CRED_MAX_CREDENTIAL_BLOB_SIZE of Windows

_USER = "teken"
_LOCKED = frozenset({"KeyringLocked", "LockedException", "PromptDismissedException"})
_ABSENT = frozenset({"NoKeyringError", "SecretServiceNotAvailableException"})


class Vault(Protocol):
    """Small named texts in a safe place of the device; every method raises KeystoreMissing or
    KeystoreLocked."""

    @property
    def kind(self) -> str:
        """Which safe place it is: a key is only looked for where it was put."""

    def read(self, entry: str) -> str | None:
        """The text, or None when there is no such entry."""

    def write(self, entry: str, value: str) -> None:
        """Store or replace; `value` is below `VALUE_LIMIT`."""

    def erase(self, entry: str) -> None:
        """Remove; nothing happens when there is no such entry."""


class OsVault:
    """The keyring of the operating system, through the keyring package."""

    def __init__(self, backend: KeyringBackend) -> None:
        kind = _path(type(backend))
        if kind not in ALLOWED:
            raise errors.KeystoreMissing
        self._backend = backend
        self._kind = kind

    @classmethod
    def find(cls) -> OsVault:
        """The keyring of this device; raises KeystoreMissing when none is safe enough."""
        for path in ALLOWED:
            module, _, name = path.rpartition(".")
            backend: type[KeyringBackend] = getattr(importlib.import_module(module), name)
            if backend.viable:
                with _translated():
                    return cls(backend())
        raise errors.KeystoreMissing

    @property
    def kind(self) -> str:
        """The class path of the backend."""
        return self._kind

    def read(self, entry: str) -> str | None:
        """The text, or None when there is no such entry."""
        with _translated():
            return self._backend.get_password(_service(entry), _USER)

    def write(self, entry: str, value: str) -> None:
        """Store or replace; ValueError for a value that Windows could not hold."""
        if len(value.encode("utf-16")) >= VALUE_LIMIT:
            raise ValueError("too long for the keyring of Windows")
        with _translated():
            self._backend.set_password(_service(entry), _USER, value)

    def erase(self, entry: str) -> None:
        """Remove; nothing happens when there is no such entry."""
        if self.read(entry) is not None:
            with _translated():
                self._backend.delete_password(_service(entry), _USER)


def _service(entry: str) -> str:
    # One service per entry: with several users of one service, Windows renames entries.
    return f"Teken {entry}"


def _path(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except Exception as e:
        raise _fault(e) from e


def _fault(error: BaseException) -> errors.KeyFault:
    """Refused, or its prompt dismissed: KeystoreLocked. Not there: KeystoreMissing.

    Each platform has exception classes of its own, known here by name and looked for along the
    causes, because their packages are not installed on the other platforms.
    """
    names: set[str] = set()
    cause: BaseException | None = error
    while cause is not None:
        names |= {kind.__name__ for kind in type(cause).__mro__}
        cause = cause.__cause__
    if names & _LOCKED:
        return errors.KeystoreLocked()
    if names & _ABSENT or "KeyringError" not in names:
        return errors.KeystoreMissing()
    return errors.KeystoreLocked()  # it is there and refused
