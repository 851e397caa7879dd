"""Moving about in a document: scrolling, zooming about the middle, and what keys do."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from time import monotonic

import flet as ft

from app.state.document import DocumentState
from app.views.parts.basics import Act

LAID_OUT = 0.06  # seconds until the client has laid out what it was sent
PINCH = 0.08  # seconds between two steps of a pinch
NUDGES = {
    "Arrow Left": (-1, 0), "Arrow Right": (1, 0), "Arrow Up": (0, 1), "Arrow Down": (0, -1),
}  # fmt: skip
SCROLLS = {"Page Up": -0.9, "Page Down": 0.9}  # of the window's height
Detector = ft.GestureDetector


class Scroller:
    """The window onto the pages of one document; `margin` is the space around them, in pixels."""

    def __init__(self, document: DocumentState, margin: float) -> None:
        self.document = document
        self.margin = margin
        self.down: ft.Ref[ft.Column] = ft.Ref()
        self.across: ft.Ref[ft.Row] = ft.Ref()
        self.keys: ft.Ref[ft.KeyboardListener] = ft.Ref()
        self._left = 0.0  # pixels scrolled to the right
        self._pinched, self._pinch_from, self._pinch_to = 0.0, 1.0, 0.0

    # -- what the client tells -----------------------------------------------------------------

    def scrolled_down(self, event: ft.OnScrollEvent) -> None:
        self.document.scrolled(event.pixels - self.margin)

    def scrolled_across(self, event: ft.OnScrollEvent) -> None:
        self._left = event.pixels

    def pinch_start(self) -> None:
        self._pinch_from, self._pinch_to = self.document.zoom, 0.0

    async def pinch(self, event: ft.ScaleUpdateEvent[Detector]) -> None:
        """Two fingers zoom; a mouse that drags the paper, which nothing else takes, pans."""
        if event.pointer_count < 2:
            await self.pan(-event.focal_point_delta.x, -event.focal_point_delta.y)
            return
        self._pinch_to = self._pinch_from * event.scale
        if monotonic() > self._pinched + PINCH:
            self._pinched = monotonic()
            await self.zoom(self._pinch_to)

    async def pinch_end(self) -> None:
        """The last step of a pinch may have been left out."""
        if self._pinch_to:
            await self.zoom(self._pinch_to)

    # -- what is done --------------------------------------------------------------------------

    async def to_page(self, page: int) -> None:
        """Bring the top of a page (from 0) to the top."""
        await self._down_to(self.document.layout.tops[page])
        await self.focus()

    async def pan(self, right: float, down: float) -> None:
        if down and self.down.current is not None:
            await self.down.current.scroll_to(delta=down, duration=0)
        if right and self.across.current is not None:
            await self.across.current.scroll_to(delta=right, duration=0)

    async def zoom(self, zoom: float) -> None:
        """Change the zoom; what is in the middle of the window stays there."""
        document, before = self.document, self.document.zoom
        window, paper = document.window[0], document.layout.width
        middle = (self._left + window / 2 - self.margin) / paper if self._left else 0.5
        down = document.zoom_to(zoom)
        if document.zoom == before:
            return
        await asyncio.sleep(LAID_OUT)
        await self._down_to(down)
        if self.across.current is not None:
            left = middle * document.layout.width + self.margin - window / 2
            self._left = max(left, 0)
            await self.across.current.scroll_to(offset=self._left, duration=0)

    async def restore(self) -> None:
        """Show again what was on the screen before it was built anew."""
        if self.document.offset > 0:
            await asyncio.sleep(LAID_OUT)
            await self._down_to(self.document.offset)

    async def focus(self) -> None:
        """Give the keys to the pages again, after a text field had them."""
        if self.keys.current is not None:
            await self.keys.current.focus()  # type: ignore[no-untyped-call]

    async def _down_to(self, offset: float) -> None:
        if self.down.current is not None:
            await self.down.current.scroll_to(offset=max(offset + self.margin, 0), duration=0)


@dataclass(frozen=True)
class Keyboard:
    """Arrows nudge the stamp by a point; Page Up and Page Down scroll; Ctrl+Enter goes on.

    It listens outside of what scrolls: inside, arrows would scroll as well.
    """

    scroller: Scroller
    go_on: Act
    control: ft.MutableRef[bool]

    def around(self, content: ft.Control) -> ft.Control:
        return ft.KeyboardListener(
            content, ref=self.scroller.keys, autofocus=True,
            on_key_down=self._down, on_key_repeat=self._down, on_key_up=self._up,
        )  # fmt: skip

    async def _down(self, event: ft.KeyDownEvent | ft.KeyRepeatEvent) -> None:
        document = self.scroller.document
        if event.key in NUDGES:
            document.nudge(*NUDGES[event.key])
        elif event.key in SCROLLS:
            await self.scroller.pan(0, SCROLLS[event.key] * document.window[1])
        elif event.key.startswith("Control"):
            self.control.current = True
        elif event.key == "Enter" and self.control.current:
            await self.go_on()

    async def _up(self, event: ft.KeyUpEvent) -> None:
        if event.key.startswith("Control"):
            self.control.current = False
