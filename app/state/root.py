"""The one state of the window: open documents, keys, signing, and the person's settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import flet as ft

from app import actions
from app.errors import N_, PasswordNeeded, TekenError, WrongPassword
from app.services import settings as kept
from app.services.locale import Words, words
from app.services.naming import folder_name
from app.services.settings import Settings
from app.state.document import DocumentState
from app.state.keys import KeysState
from app.state.platform import Picked, Platform
from app.state.signing import SigningState, close_quietly
from app.state.stamping import picture, propose
from app.state.verifying import VerifyingState
from app.state.work import Work

WIDE = 900  # pixels at ordinary text size
LARGE = 1.3  # of the text


@dataclass(frozen=True, slots=True)
class Ask:
    """A file that waits for its password; `wrong` where one was tried."""

    picked: Picked
    wrong: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that could not be opened, and why."""

    name: str
    problem: TekenError


@ft.observable
@dataclass(eq=False)
class AppState(Work):
    """The root. `width` and `height` are of the window, in pixels; `text_scale` 2 is 200 %."""

    services: actions.Services = field(kw_only=True)
    platform: Platform = field(kw_only=True)
    settings_file: Path | None = field(default=None, kw_only=True)
    settings: Settings = field(default_factory=Settings)
    width: float = 1280.0
    height: float = 800.0
    pixel_ratio: float = 1.0
    text_scale: float = 1.0
    documents: list[DocumentState] = field(default_factory=list)
    current: int = 0
    asks: tuple[Ask, ...] = ()
    password: str = field(default="", repr=False)
    refused: tuple[Refused, ...] = ()

    def __post_init__(self) -> None:
        self.keys = KeysState(services=self.services, platform=self.platform)
        self.signing = SigningState(services=self.services, platform=self.platform)
        self.verifying = VerifyingState(services=self.services, platform=self.platform)
        if self.settings_file is not None:
            self.settings = kept.load(self.settings_file)
        self.keys.chosen = self.settings.key
        self._tried: tuple[DocumentState, ...] = ()

    # -- the person's settings -----------------------------------------------------------------

    @property
    def words(self) -> Words:
        return words(self.settings.language)

    @property
    def wide(self) -> bool:
        """Whether list, page and panel have room side by side: large text needs more of it."""
        return self.width >= WIDE * max(self.text_scale, 1)

    @property
    def large_text(self) -> bool:
        """Whether what shares a line needs one of its own."""
        return self.text_scale > LARGE

    def change(self, settings: Settings) -> None:
        """Use these settings from now on and keep them."""
        self.settings = settings
        if self.settings_file is not None:
            kept.save(self.settings_file, settings)

    def speak(self, language: str) -> None:
        """Switch the language."""
        self.change(replace(self.settings, language=language))

    def resized(self, width: float, height: float, pixel_ratio: float) -> None:
        """The window has this size now."""
        self.width, self.height, self.pixel_ratio = width, height, pixel_ratio

    def magnified(self, text_scale: float) -> None:
        """Text has this size now, beside its ordinary one."""
        self.text_scale = text_scale

    def folder_of(self, path: Path) -> str:
        """The folder that a file lies in, as the person calls it."""
        return folder_name(path.parent, Path.home()) or self.words.gettext("your home folder")

    # -- opening -------------------------------------------------------------------------------

    @property
    def document(self) -> DocumentState | None:
        """The document on the screen."""
        return self.documents[self.current] if self.documents else None

    async def pick(self, title: str) -> None:
        """Let the person choose files, then open them."""
        picked: Sequence[Picked] = ()
        async with self.doing(N_("Choosing files")):
            picked = await self.platform.pick_pdfs(title)
        if picked:
            await self.open(picked)

    async def open(self, picked: Sequence[Picked]) -> None:
        """Open files; a bad one is listed with its reason and stops no other."""
        first = len(self.documents)
        self.refused = ()
        async with self.doing(N_("Opening")):
            for each in picked:
                await self._open(each, "")
        await self._show_first(first)

    async def give_password(self) -> None:
        """Open the file that waits longest with the password that was typed."""
        first = len(self.documents)
        password, self.password = self.password, ""
        async with self.doing(N_("Opening")):
            ask, self.asks = self.asks[0], self.asks[1:]
            await self._open(ask.picked, password)
        await self._show_first(first)

    def give_up_password(self) -> None:
        """Leave the file that waits for a password closed."""
        self.password = ""
        self.asks[0].picked.discard()
        self.asks = self.asks[1:]

    async def _open(self, picked: Picked, password: str) -> None:
        try:
            opened = await actions.open_document(picked.path, password)
        except (PasswordNeeded, WrongPassword) as error:
            self.asks = (Ask(picked, isinstance(error, WrongPassword)), *self.asks)
            return
        except TekenError as error:
            self.refused = (*self.refused, Refused(picked.path.name, error))
            picked.discard()
            return
        picked.discard()
        if picked.temporary:
            opened = replace(opened, path=None)
        document = DocumentState(opened, self.services, location=self.settings.location)
        self.documents.append(document)
        if not picked.temporary:
            self.change(self.settings.opened(picked.path))

    async def _show_first(self, first: int) -> None:
        """Go to the first file just opened, unless there is still something to say."""
        if len(self.documents) > first:
            self.current = first
            self.platform.go("/" if self.asks or self.refused else "/document")
            await self.show(first)

    async def open_recent(self, path: str) -> None:
        """Open a file of the recent ones; forget it where it is gone."""
        await self.open([Picked(Path(path))])
        if self.refused:
            self.forget(path)

    def forget(self, path: str) -> None:
        """Take a file off the recent ones."""
        rest = tuple(item for item in self.settings.recent if item != path)
        self.change(replace(self.settings, recent=rest))

    # -- verifying -----------------------------------------------------------------------------

    async def verify_picked(self, title: str) -> None:
        """Let the person choose a file, and verify it."""
        picked = await self.verifying.choose(title)
        if picked or self.verifying.problem:
            self.platform.go("/verify")
        if picked:
            await self.verifying.check(picked)

    async def verify_opened(self, document: DocumentState) -> None:
        """Verify an open document."""
        self.platform.go("/document/verify")
        await self.verifying.check_opened(document.opened)

    async def verify_saved(self, path: Path) -> None:
        """Verify a file that was just signed."""
        self.platform.go("/result/verify")
        await self.verifying.check(Picked(path))

    # -- documents -----------------------------------------------------------------------------

    async def show(self, index: int) -> None:
        """Bring a document onto the screen, with a stamp where there is room for it."""
        self.current = index
        if not self.keys.known:
            await self.keys.load()
        await self.refresh_stamp()

    async def refresh_stamp(self) -> None:
        """Propose a place and draw the stamp of the present key."""
        if self.document is not None:
            await propose(self.document, self.keys.info, self.words, self.pixel_ratio)

    async def redraw_stamp(self) -> None:
        """Draw the stamp anew: it has another size."""
        if self.document is not None:
            await picture(self.document, self.keys.info, self.words, self.pixel_ratio)

    async def choose(self, where: str) -> None:
        """Where the signature of the document on the screen shows: see `DocumentState.where`."""
        if self.document is not None:
            self.document.choose(where)
            self.document.reveal_stamp()
            await self.redraw_stamp()

    async def reveal_stamp(self) -> None:
        """Show the page with the stamp."""
        if self.document is not None:
            self.document.reveal_stamp()
            self.platform.go("/document")

    async def use_key(self, name: str) -> None:
        """Sign with this key from now on."""
        self.keys.chosen = name
        self.change(replace(self.settings, key=name))
        await self.refresh_stamp()

    async def repair(self, document: DocumentState) -> None:
        """Put a repaired copy in the place of a damaged document: it is shown, then signed."""
        async with self.doing(N_("Repairing")):
            try:
                opened = await actions.open_repaired(document.opened)
            except TekenError as error:
                document.problem = error
                return
            repaired = DocumentState(opened, self.services, repaired=True)
            repaired.location = document.location
            at = self.documents.index(document)
            self.documents = [*self.documents[:at], repaired, *self.documents[at + 1 :]]
            await close_quietly([document])
            await self.show(at)

    async def close(self, index: int) -> None:
        """Close one document."""
        document = self.documents.pop(index)
        self.current = max(0, min(self.current, len(self.documents) - 1))
        await close_quietly([document])
        if not self.documents:
            self.platform.go("/")

    async def close_all(self) -> None:
        """Free every document: the window is gone."""
        documents, self.documents, self.current = [*self.documents], [], 0
        await close_quietly(documents)
        await self.verifying.close()

    # -- signing -------------------------------------------------------------------------------

    @property
    def to_sign(self) -> list[DocumentState]:
        """The documents that one unlock would sign."""
        return [d for d in self.documents if d.chosen and d.opened.obstacle is None]

    async def to_pin(self) -> None:
        """On to the PIN, where there is something to sign."""
        if self.to_sign:
            self.platform.go("/document/unlock")

    def include(self, document: DocumentState, chosen: bool) -> None:
        """Whether a document is signed with the others."""
        document.chosen = chosen
        self.documents = [*self.documents]

    async def sign(self) -> None:
        """Unlock with the PIN that was typed, sign, and show what came of it."""
        key, documents = self.keys.info, self.to_sign
        if key is None or not documents:
            return
        location = documents[0].location.strip()
        self.change(replace(self.settings, key=key.name, location=location))
        if await self.signing.sign(key, documents):
            self._tried = tuple(documents)
            self.platform.go("/result")

    @property
    def unsigned(self) -> list[DocumentState]:
        """What is still open once the result is on the screen."""
        outcomes = zip(self._tried, self.signing.outcomes, strict=False)
        done = [document for document, outcome in outcomes if outcome.saved]
        return [each for each in self.documents if each not in done]

    async def settle(self) -> None:
        """The result is on the screen: close what is signed. Sooner, it would show on the way."""
        rest = self.unsigned
        done = [each for each in self.documents if each not in rest]
        self._tried, self.signing.total = (), 0
        self.documents, self.current = rest, 0
        await close_quietly(done)

    async def next(self) -> None:
        """From the result on to what is still open, or to the start."""
        if self.documents:
            self.platform.go("/document")
            await self.show(0)
        else:
            self.platform.go("/")
