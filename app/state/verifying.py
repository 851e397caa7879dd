"""The verify screen: one file, its verdict, and the revision of it that is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import flet as ft

from app import actions
from app.crypto.text import visible
from app.errors import N_, DocumentError, PasswordNeeded, WrongPassword
from app.model import Place, SignatureReport, Verdict
from app.services.locale import Words
from app.state.document import DocumentState
from app.state.platform import Picked, Platform
from app.state.signing import close_quietly
from app.state.work import Work

FIGURE = 600  # pixels: width of a page with its changes outlined


@ft.observable
@dataclass(eq=False)
class VerifyingState(Work):
    """What was judged, when, and how it came out. `verdict` None: not judged yet.

    `document` is the file as it is, None where it cannot be shown; `revision` is what one of its
    signatures, `seen`, covers. `ask` waits for its password; `wrong` where one was tried.
    """

    services: actions.Services = field(kw_only=True)
    platform: Platform = field(kw_only=True)
    name: str = ""
    verdict: Verdict | None = None
    judged_at: datetime | None = None
    document: DocumentState | None = None
    revision: DocumentState | None = None
    seen: SignatureReport | None = None
    ask: Picked | None = None
    wrong: bool = False
    password: str = field(default="", repr=False)
    figure: bytes | None = field(default=None, repr=False)  # JPEG: the first page that changed
    report_at: Path | None = None  # where the report was saved
    _turn: int = 0  # of the file being judged: an answer that comes late is for nobody

    @property
    def shown(self) -> DocumentState | None:
        """What the pages show: the signed revision while one is looked at, else the file."""
        return self.revision or self.document

    @property
    def changes(self) -> tuple[Place, ...]:
        """Where the file looks different from what was signed."""
        return () if self.verdict is None else tuple(_changes(self.verdict))

    @property
    def marks(self) -> tuple[Place, ...]:
        """What to outline on the pages: nothing on a signed revision."""
        return () if self.revision else self.changes

    # -- judging -------------------------------------------------------------------------------

    async def choose(self, title: str) -> Picked | None:
        """Let the person choose a file; None where none was chosen, or none can be."""
        async with self.doing(N_("Choosing files")):
            return await self.platform.pick_pdf(title)
        return None

    async def pick(self, title: str) -> None:
        """Let the person choose a file, and judge it."""
        if picked := await self.choose(title):
            await self.check(picked)

    async def check(self, picked: Picked, password: str = "") -> None:
        """Judge a file that was chosen; it may ask for its password first."""
        turn = await self._begin(visible(picked.path.name))
        async with self.doing(N_("Verifying"), lambda: turn == self._turn):
            try:
                opened = await actions.open_document(picked.path, password)
            except (PasswordNeeded, WrongPassword) as error:
                self.ask, self.wrong = picked, isinstance(error, WrongPassword)
                return
            except DocumentError:  # what cannot be shown is judged all the same
                await self._judge_unseen(picked, password, turn)
                return
            picked.discard()
            await self._judge(opened, turn)

    async def check_opened(self, opened: actions.Opened) -> None:
        """Judge a document that is open elsewhere: the bytes that are shown there."""
        turn = await self._begin(opened.name)
        async with self.doing(N_("Verifying"), lambda: turn == self._turn):
            await self._judge(await actions.open_revision(opened, opened.size), turn)

    async def give_password(self) -> None:
        """Judge the file that waits, with the password that was typed."""
        password, self.password = self.password, ""
        if self.ask is not None:
            picked, self.ask = self.ask, None
            await self.check(picked, password)

    async def _begin(self, name: str) -> int:
        """Forget what was judged before."""
        await self.close()
        self.name, self.problem = name, None
        return self._turn

    async def _judge(self, opened: actions.Opened, turn: int) -> None:
        document = DocumentState(opened, self.services, reading=True)
        if turn != self._turn:
            await close_quietly([document])
            return
        self.document = document
        now = self.services.clock()
        trust = await actions.load_trust(self.services)
        self._tell(await actions.verify_shown(self.services, opened, trust, now), now, turn)
        if turn == self._turn and self.changes:
            page = self.changes[0].page
            rects = [place.rect for place in self.changes if place.page == page]
            figure = await actions.outlined(opened, page, rects, FIGURE)
            self.figure = figure if turn == self._turn else None

    async def _judge_unseen(self, picked: Picked, password: str, turn: int) -> None:
        now = self.services.clock()
        try:
            trust = await actions.load_trust(self.services)
            verdict = await actions.verify(self.services, picked.path, trust, now, password)
        finally:
            picked.discard()
        self._tell(verdict, now, turn)

    def _tell(self, verdict: Verdict, now: datetime, turn: int) -> None:
        if turn != self._turn:
            return
        self.verdict, self.judged_at = verdict, now
        if self.document is not None and self.changes:
            self.document.reveal(self.changes[0])

    # -- looking -------------------------------------------------------------------------------

    async def show_change(self, number: int) -> None:
        """Bring one of `changes` onto the screen."""
        await self.see_whole()
        if self.document is not None:
            self.document.reveal(self.changes[number])

    async def see_signed(self, report: SignatureReport) -> None:
        """Show the document as this signature covers it: nothing that was added later."""
        if self.document is None:
            return
        async with self.doing(N_("Opening")):
            opened = await actions.open_revision(self.document.opened, report.covers_bytes)
            await self.see_whole()
            self.revision = DocumentState(opened, self.services, reading=True)
            self.seen = report

    async def see_whole(self) -> None:
        """Show the file as it is again."""
        revision, self.revision, self.seen = self.revision, None, None
        if revision is not None:
            await close_quietly([revision])

    # -- keeping -------------------------------------------------------------------------------

    async def save_report(self, words: Words, title: str) -> None:
        """Put a report where the person wants it; in a browser: download."""
        verdict, at = self.verdict, self.judged_at
        if verdict is None or at is None:
            return
        name = words.gettext("Verification of {name}").format(name=Path(self.name).stem) + ".pdf"
        async with self.doing(N_("Writing the report")):
            if self.platform.downloads:
                await self.platform.download(name, await self._report(verdict, at, words))
            elif target := await self.platform.ask_target(title, name):
                report = await self._report(verdict, at, words)
                self.report_at = await actions.save_report(target, report)

    async def _report(self, verdict: Verdict, at: datetime, words: Words) -> bytes:
        if self.document is None:
            return await actions.report(Path(self.name), verdict, at, words, "pdf")
        opened = self.document.opened
        return await actions.report_shown(opened, verdict, at, words, "pdf")

    async def close(self) -> None:
        """Free what is shown, and forget it."""
        shown = [each for each in (self.revision, self.document) if each is not None]
        if self.ask is not None:
            self.ask.discard()
        self._turn += 1
        self.name, self.ask, self.wrong, self.password = "", None, False, ""
        self.figure = self.report_at = None
        self.verdict = self.judged_at = self.document = self.revision = self.seen = None
        await close_quietly(shown)


def _changes(verdict: Verdict) -> Iterator[Place]:
    """The places of all reasons, each once, in the order of the pages."""
    reasons = [r for report in verdict.signatures for r in report.reasons]
    found = {Place(r.page, rect): None for r in reasons if r.page for rect in r.rects}
    yield from sorted(found, key=lambda place: (place.page, -place.rect.top))
