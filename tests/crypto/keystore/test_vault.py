"""The edge to the OS keyring: what is allowed, what its errors become, a real Secret Service."""

from __future__ import annotations

import gc

import keyring.backends.chainer
import keyring.backends.fail
import keyring.backends.null
import keyring.backends.SecretService
import keyring.errors
import pytest
import secretstorage.exceptions
from keyring.backend import KeyringBackend

from app import errors
from app.crypto.keystore import vault
from app.crypto.keystore.vault import OsVault
from tests import secret_service

# keyring drops a bus connection without closing it when a collection stays locked.
drops_connections = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")


class PlaintextKeyring(KeyringBackend):
    """As in keyrings.alt: a file that everybody can read."""

    priority = 9

    def get_password(self, service: str, username: str) -> str | None:
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        raise AssertionError("a secret was about to be stored in a plain file")

    def delete_password(self, service: str, username: str) -> None:
        raise AssertionError("never asked")


class Failing(keyring.backends.SecretService.Keyring):
    """A backend whose every call raises `error`."""

    error: BaseException = RuntimeError()

    def get_password(self, service: str, username: str) -> str | None:
        raise self.error

    def set_password(self, service: str, username: str, password: str) -> None:
        raise self.error

    def delete_password(self, service: str, username: str) -> None:
        raise self.error


FOREIGN = [
    PlaintextKeyring,
    Failing,  # a subclass of an allowed one is another one
    keyring.backends.fail.Keyring,
    keyring.backends.null.Keyring,
    keyring.backends.chainer.ChainerBackend,
]


def refuses(backend: type[KeyringBackend]) -> None:
    with pytest.raises(errors.KeystoreMissing):
        OsVault(backend())


@pytest.mark.parametrize("backend", FOREIGN)
def test_only_listed_backends_are_allowed(backend: type[KeyringBackend]) -> None:
    refuses(backend)


def test_planted_an_open_list_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault, "ALLOWED", (*vault.ALLOWED, vault._path(PlaintextKeyring)))
    with pytest.raises(pytest.fail.Exception):
        refuses(PlaintextKeyring)


def test_the_allowed_backends_exist_in_the_installed_package() -> None:
    for path in vault.ALLOWED:
        module, _, name = path.rpartition(".")
        backend = getattr(vault.importlib.import_module(module), name)
        assert issubclass(backend, KeyringBackend)
        assert vault._path(backend) == path


def test_without_a_keyring_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/nonexistent")
    with pytest.raises(errors.KeystoreMissing):
        OsVault.find()


def test_a_bus_without_a_secret_service_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    with secret_service.session_bus() as environment:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", environment["DBUS_SESSION_BUS_ADDRESS"])
        with pytest.raises(errors.KeystoreMissing):
            OsVault.find()


def test_a_configured_backend_is_not_taken(
    monkeypatch: pytest.MonkeyPatch, keyring: dict[str, str]
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    assert OsVault.find().kind == "keyring.backends.SecretService.Keyring"


def test_a_real_secret_service_keeps_what_it_is_given(keyring: dict[str, str]) -> None:
    first, second = OsVault.find(), OsVault.find()
    first.write("a", "one")
    first.write("b", "x" * 1278)
    first.write("a", "two")
    assert (second.read("a"), second.read("b"), second.read("c")) == ("two", "x" * 1278, None)
    second.erase("a")
    second.erase("a")
    assert (first.read("a"), first.read("b")) == (None, "x" * 1278)


@drops_connections
def test_a_locked_collection_is_locked(keyring: dict[str, str]) -> None:
    os_vault = OsVault.find()
    os_vault.write("a", "one")
    secret_service.lock(keyring)
    for call in (
        lambda: os_vault.read("a"),
        lambda: os_vault.write("a", "two"),
        lambda: os_vault.erase("a"),
    ):
        with pytest.raises(errors.KeystoreLocked) as caught:
            call()
        assert caught.value.__cause__ is not None
    del caught
    gc.collect()


def test_a_keyring_that_went_away_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    with secret_service.secret_service() as environment:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", environment["DBUS_SESSION_BUS_ADDRESS"])
        os_vault = OsVault.find()
    with pytest.raises(errors.KeystoreMissing):
        os_vault.read("a")


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("native", "expected"),
    [
        (keyring.errors.KeyringLocked("dismissed"), errors.KeystoreLocked),
        (keyring.errors.PasswordSetError("Cancelled by user"), errors.KeystoreLocked),
        (keyring.errors.KeyringError("denied"), errors.KeystoreLocked),
        (secretstorage.exceptions.LockedException(), errors.KeystoreLocked),
        (secretstorage.exceptions.PromptDismissedException(), errors.KeystoreLocked),
        (
            caused(
                keyring.errors.InitError("x"), secretstorage.exceptions.PromptDismissedException()
            ),
            errors.KeystoreLocked,
        ),
        (
            caused(
                keyring.errors.InitError("x"),
                secretstorage.exceptions.SecretServiceNotAvailableException(),
            ),
            errors.KeystoreMissing,
        ),
        (keyring.errors.NoKeyringError(), errors.KeystoreMissing),
        (ConnectionResetError(), errors.KeystoreMissing),
        (OSError("winerror 5"), errors.KeystoreMissing),
    ],
    ids=repr,
)
def test_native_errors_stop_at_the_edge(
    monkeypatch: pytest.MonkeyPatch, native: Exception, expected: type[errors.KeyFault]
) -> None:
    monkeypatch.setattr(vault, "ALLOWED", (vault._path(Failing),))
    monkeypatch.setattr(Failing, "error", native)
    os_vault = OsVault(Failing())
    for call in (
        lambda: os_vault.read("a"),
        lambda: os_vault.write("a", "b"),
        lambda: os_vault.erase("a"),
    ):
        with pytest.raises(expected) as caught:
            call()
        assert caught.value.__cause__ is native


@pytest.mark.parametrize(("length", "fits"), [(1278, True), (1279, False), (4000, False)])
def test_values_that_windows_could_not_hold_are_refused_everywhere(
    monkeypatch: pytest.MonkeyPatch, length: int, fits: bool
) -> None:
    stored: list[str] = []
    monkeypatch.setattr(vault, "ALLOWED", (vault._path(Failing),))
    monkeypatch.setattr(Failing, "set_password", lambda self, s, u, value: stored.append(value))
    os_vault = OsVault(Failing())
    if fits:
        os_vault.write("a", "x" * length)
    else:
        with pytest.raises(ValueError, match="Windows"):
            os_vault.write("a", "x" * length)
    assert bool(stored) is fits
