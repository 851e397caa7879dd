"""A keystore on a real Secret Service, fresh for each test."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.crypto.keystore import sealed
from app.crypto.keystore.keyring import KeyringKeystore
from app.crypto.keystore.vault import OsVault
from app.services.records import FileRecords
from tests import secret_service
from tests.crypto.keystore.doubles import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """gnome-keyring, unlocked; the environment of this process leads to it."""
    with secret_service.secret_service() as environment:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        yield environment


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def keystore(keyring: dict[str, str], folder: Path, clock: Clock) -> KeyringKeystore:
    return KeyringKeystore(
        FileRecords(folder), OsVault.find(), clock.monotonic, secrets.token_bytes
    )


@pytest.fixture
def fast_scrypt(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests that open many records: the cost of scrypt is not what they are about."""
    monkeypatch.setattr(sealed, "SCRYPT_N", 2**4)
