"""From the PIN to the signed files: one unlock, many documents, a reason for each that failed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import flet as ft

from app import actions
from app.errors import N_, TekenError
from app.model import KeyInfo
from app.state.document import DocumentState
from app.state.platform import Platform
from app.state.work import Work


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one document: either `saved` or `problem`; neither where it was not tried."""

    name: str
    saved: actions.Saved | None = None
    problem: TekenError | None = None


@ft.observable
@dataclass(eq=False)
class SigningState(Work):
    """The unlock screen and the result screen."""

    services: actions.Services = field(kw_only=True)
    platform: Platform = field(kw_only=True)
    pin: str = field(default="", repr=False)
    ready_at: datetime | None = None  # after wrong PINs: not before
    total: int = 0  # documents being signed, until the result is on the screen; else 0
    outcomes: tuple[Outcome, ...] = ()
    signer: KeyInfo | None = None  # of the outcomes
    copied_to: str = ""  # where the last copy went
    _stop: bool = False

    @property
    def signed(self) -> tuple[Outcome, ...]:
        return tuple(outcome for outcome in self.outcomes if outcome.saved)

    def seconds_to_wait(self) -> int:
        """Until the next PIN is looked at."""
        if self.ready_at is None:
            return 0
        rest = (self.ready_at - self.services.clock()).total_seconds()
        return max(0, int(rest + 0.999))

    async def sign(self, key: KeyInfo, documents: Sequence[DocumentState]) -> bool:
        """Unlock `key` with the PIN, once, and sign all `documents`. False: not unlocked."""
        pin, self.pin = self.pin, ""
        async with self.doing(N_("Unlocking the key")):
            session = await self._unlock(key, pin, documents)
            try:
                await self._sign_all(session, documents)
            finally:
                await actions.lock(session)
            self.signer, self.copied_to = key, ""
            return True
        self.total = 0
        return False

    async def _unlock(
        self, key: KeyInfo, pin: str, documents: Sequence[DocumentState]
    ) -> actions.Session:
        hashes = [document.opened.sha256 for document in documents]
        try:
            session = await actions.unlock(self.services, key.name, pin, hashes)
        except TekenError as error:
            seconds = error.details.get("seconds")
            if isinstance(seconds, int | float) and seconds > 0:
                self.ready_at = self.services.clock() + timedelta(seconds=seconds)
            raise
        self.ready_at = None
        return session

    async def _sign_all(self, session: actions.Session, documents: Sequence[DocumentState]) -> None:
        self.busy, self._stop = N_("Signing"), False
        self.outcomes, self.total = (), len(documents)
        for document in documents:
            outcome = Outcome(document.opened.name)
            if not self._stop:
                outcome = await self._sign_one(session, document)
            self.outcomes = (*self.outcomes, outcome)

    async def _sign_one(self, session: actions.Session, document: DocumentState) -> Outcome:
        """One document; its fault is its own and stops no other."""
        name = document.opened.name
        try:
            saved = await actions.sign(self.services, document.opened, session, document.decision)
        except TekenError as error:
            return Outcome(name, problem=error)
        return Outcome(name, saved)

    def forget_pin(self) -> None:
        """Leave no PIN behind on a screen that is left."""
        self.pin = ""

    def stop(self) -> None:
        """Sign no further document; the one being signed is finished."""
        self._stop = True

    async def save_copy(self, outcome: Outcome, title: str) -> None:
        """Put a copy where the person wants it; in a browser: download."""
        saved = outcome.saved
        if saved is None:
            return
        async with self.doing(""):
            if self.platform.downloads:
                await self.platform.download(saved.path.name, await actions.contents(saved))
            elif target := await self.platform.ask_target(title, saved.path.name):
                self.copied_to = str(await actions.export(saved, target))

    async def open_folder(self, folder: Path) -> None:
        """Show the signed file among the others."""
        async with self.doing(""):
            await self.platform.open_folder(folder)

    async def share(self, outcome: Outcome) -> None:
        """Hand the signed file to another app."""
        async with self.doing(""):
            if outcome.saved is not None:
                await self.platform.share(outcome.saved.path)


async def close_quietly(documents: Sequence[DocumentState]) -> None:
    """Free documents that leave the screen; what still draws them is let finish first."""
    for document in documents:
        with suppress(TekenError, asyncio.CancelledError):
            await document.painted()
            await actions.close_document(document.opened)
