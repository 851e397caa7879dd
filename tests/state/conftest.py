"""A state over real services; only the device, the keyring and the clock are stood in for."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pytest

from app.actions import Services
from app.crypto.keystore.keyring import KeyringKeystore
from app.crypto.verify.trust import Trust
from app.model import Person
from app.services.preview import Previews
from app.services.sandbox import judge
from app.state import AppState
from app.state.platform import Picked
from tests.crypto.keystore.doubles import Clock, MemoryRecords, MemoryVault

R = TypeVar("R")
Run = Callable[[Coroutine[Any, Any, R]], R]

SAMPLES = Path(__file__).resolve().parents[2] / "docs" / "samples"
PIN = "471193"


@dataclass
class Device:
    """Gives the files that a test names, and remembers where the window went."""

    downloads: bool = True
    shares: bool = False
    gives: list[Picked] = field(default_factory=list)
    target: Path | None = None
    routes: list[str] = field(default_factory=list)
    downloaded: dict[str, bytes] = field(default_factory=dict)
    opened: list[Path] = field(default_factory=list)
    shared: list[Path] = field(default_factory=list)

    async def pick_pdfs(self, title: str) -> Sequence[Picked]:
        return self.gives

    async def pick_pdf(self, title: str) -> Picked | None:
        return self.gives[0] if self.gives else None

    async def pick_key_file(self, title: str) -> Picked | None:
        return self.gives[0] if self.gives else None

    async def ask_target(self, title: str, name: str) -> Path | None:
        return self.target

    async def download(self, name: str, data: bytes) -> None:
        self.downloaded[name] = data

    async def open_folder(self, folder: Path) -> None:
        self.opened.append(folder)

    async def share(self, path: Path) -> None:
        self.shared.append(path)

    def go(self, route: str) -> None:
        self.routes.append(route)


@pytest.fixture
def run() -> Iterator[Run[Any]]:
    """One event loop for a whole test: painting goes on between two steps."""
    with asyncio.Runner() as runner:
        yield runner.run


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def device() -> Device:
    return Device()


@pytest.fixture
def services(tmp_path: Path, clock: Clock) -> Services:
    results = tmp_path / "signed"
    results.mkdir()
    keystore = KeyringKeystore(MemoryRecords(), MemoryVault(), clock.monotonic, os.urandom)
    return Services(
        judge=judge,
        trust=lambda _: Trust(),
        keystore=keystore, preview=Previews(), clock=lambda: clock.now,
        monotonic=clock.monotonic, random=os.urandom, link_base="https://teken.example",
        results=results,
    )  # fmt: skip


@pytest.fixture
def state(services: Services, device: Device, tmp_path: Path, run: Run[Any]) -> Iterator[AppState]:
    state = AppState(
        services=services, platform=device, settings_file=tmp_path / "settings.json"
    )  # fmt: skip
    yield state
    run(state.close_all())


@pytest.fixture
def key(services: Services) -> str:
    """The name of a key of the person."""
    person = Person("Maria Melati Contoh, S.Sos., M.Si.", "Kepala Badan")
    services.keystore.create("utama", person, PIN, "p256", services.clock())
    return "utama"


def letter(copy_to: Path, name: str = "surat-undangan.pdf") -> Path:
    """A sample in a folder of the test."""
    copy_to.mkdir(exist_ok=True)
    target = copy_to / name
    target.write_bytes((SAMPLES / "surat-undangan.pdf").read_bytes())
    return target
