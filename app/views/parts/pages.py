"""The pages of a document, one below the other, drawn only where they are seen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

import flet as ft

from app.services.locale import Words
from app.state.document import DocumentState, Picture
from app.views.parts.basics import Act, C, S, text
from app.views.parts.component import component
from app.views.parts.stamp import StampOverlay

AROUND = 8  # pages framed on either side of the visible ones; far more than a fling covers
PAPER = "#FFFFFF"  # paper is white, in dark mode too
NUDGES = {
    "Arrow Left": (-1, 0), "Arrow Right": (1, 0), "Arrow Up": (0, 1), "Arrow Down": (0, -1),
}  # fmt: skip
SCROLLS = {"Page Up": -0.9, "Page Down": 0.9}  # of the window's height
Tap = Callable[[ft.Event[ft.GestureDetector]], Awaitable[None]]


class Scroller:
    """Moves the pages from outside: the page strip, the zoom buttons."""

    def __init__(self) -> None:
        self.down: ft.Ref[ft.Column] = ft.Ref()
        self.across: ft.Ref[ft.Row] = ft.Ref()
        self.keys: ft.Ref[ft.KeyboardListener] = ft.Ref()

    async def to(self, offset: float) -> None:
        if self.down.current is not None:
            await self.down.current.scroll_to(offset=max(offset, 0), duration=0)

    async def by(self, pixels: float) -> None:
        if self.down.current is not None:
            await self.down.current.scroll_to(delta=pixels, duration=0)

    async def focus(self) -> None:
        """Give the keys to the pages again, after a text field had them."""
        if self.keys.current is not None:
            await self.keys.current.focus()  # type: ignore[no-untyped-call]


@dataclass(frozen=True)
class Keyboard:
    """Arrows nudge the stamp by a point; Page Up and Page Down scroll; Ctrl+Enter goes on.

    It listens outside of what scrolls: inside, arrows would scroll as well.
    """

    document: DocumentState
    scroller: Scroller
    go_on: Act
    control: ft.MutableRef[bool]

    def around(self, content: ft.Control) -> ft.Control:
        return ft.KeyboardListener(
            content, ref=self.scroller.keys, autofocus=True,
            on_key_down=self._down, on_key_repeat=self._down, on_key_up=self._up,
        )  # fmt: skip

    async def _down(self, event: ft.KeyDownEvent | ft.KeyRepeatEvent) -> None:
        if event.key in NUDGES:
            self.document.nudge(*NUDGES[event.key])
        elif event.key in SCROLLS:
            await self.scroller.by(SCROLLS[event.key] * self.document.viewport[1])
        elif event.key.startswith("Control"):
            self.control.current = True
        elif event.key == "Enter" and self.control.current:
            await self.go_on()

    async def _up(self, event: ft.KeyUpEvent) -> None:
        if event.key.startswith("Control"):
            self.control.current = False


@component
def Pages(
    document: DocumentState, words: Words, scroller: Scroller, pixel_ratio: float, margin: float,
    settled: Act, go_on: Act,
) -> ft.Control:  # fmt: skip
    """All pages; `margin` is the space left of a page that fits the window, in pixels.

    `settled` is called when the stamp was given another size, `go_on` by Ctrl+Enter.
    """
    start = ft.use_ref(1.0)
    keyboard = Keyboard(document, scroller, go_on, ft.use_ref(False))
    layout = document.layout
    window, set_window = ft.use_state((0.0, 0.0))
    width = max(window[0], layout.width + 2 * margin)
    left = (width - layout.width) / 2

    def measured(event: ft.LayoutSizeChangeEvent[ft.LayoutControl]) -> None:
        set_window((event.width, event.height))
        fitting = min(event.width - 2 * margin, 900) if margin else event.width
        document.resize(max(fitting, 100), event.height, pixel_ratio)

    def scrolled(event: ft.OnScrollEvent) -> None:
        document.scrolled(event.pixels - margin)

    def pinch_start() -> None:
        start.current = document.zoom

    async def pinch(event: ft.ScaleUpdateEvent[ft.GestureDetector]) -> None:
        if event.pointer_count > 1:
            await scroller.to(document.zoom_to((start.current or 1.0) * event.scale))

    frames = [
        _Frame(
            words, page, document.pages,
            (left, layout.tops[page], layout.width, layout.page_height(page)),
            document.pictures.get(page), page in document.broken,
            partial(_tapped, document, page, scroller.focus),
        )
        for page in _around(document)
    ]  # fmt: skip
    overlay = StampOverlay(document, document.stamp, words, left, scroller.focus, settled)
    sheet = ft.Container(
        ft.Stack([*frames, overlay], width=width, height=layout.height,
                 clip_behavior=ft.ClipBehavior.NONE),
        padding=ft.Padding.symmetric(vertical=margin),
    )  # fmt: skip
    column = ft.Column(
        [sheet], ref=scroller.down, width=width, scroll=ft.ScrollMode.AUTO, spacing=0,
        on_scroll=scrolled, scroll_interval=40,
    )  # fmt: skip
    row = ft.Row([column], ref=scroller.across, scroll=ft.ScrollMode.AUTO, spacing=0, expand=True,
                 vertical_alignment=ft.CrossAxisAlignment.STRETCH)  # fmt: skip
    touch = ft.GestureDetector(row, on_scale_start=pinch_start, on_scale_update=pinch)
    return ft.Container(
        keyboard.around(touch), expand=True, bgcolor=C.SURFACE_CONTAINER_HIGH,
        on_size_change=measured, size_change_interval=50,
    )  # fmt: skip


def _around(document: DocumentState) -> range:
    seen = document.visible
    return range(max(seen.start - AROUND, 0), min(seen.stop + AROUND, document.pages))


async def _tapped(
    document: DocumentState, page: int, focus: Act, event: ft.TapEvent[ft.GestureDetector]
) -> None:
    await focus()
    if event.local_position is not None:
        document.tap(page, event.local_position.x, event.local_position.y)


@component
def _Frame(
    words: Words, page: int, pages: int, box: tuple[float, float, float, float],
    picture: Picture | None, broken: bool, tapped: Tap,
) -> ft.Control:  # fmt: skip
    """One page: its picture, or paper while it is drawn."""
    _ = words.gettext
    left, top, width, height = box
    name = _("Page {page} of {pages}") if picture or broken else _("Page {page}, being drawn")
    name = name.format(page=page + 1, pages=pages)
    content: ft.Control | None = None
    if picture is not None:
        content = ft.Image(picture.jpeg, width=width, height=height, fit=ft.BoxFit.FILL,
                           gapless_playback=True, exclude_from_semantics=True,
                           filter_quality=ft.FilterQuality.MEDIUM)  # fmt: skip
    elif broken:
        content = text(_("This page cannot be shown."), S.BODY_MEDIUM, "#5F1410")
    paper = ft.Container(content, width=width, height=height, bgcolor=PAPER,
                         alignment=ft.Alignment.CENTER,
                         border=ft.Border.all(1, C.OUTLINE_VARIANT))  # fmt: skip
    return ft.GestureDetector(
        ft.Semantics(content=paper, identifier=f"page-{page + 1}", label=name, image=True),
        left=left, top=top, width=width, height=height, key=f"page-{page}",
        on_tap_up=tapped, mouse_cursor=ft.MouseCursor.PRECISE,
    )  # fmt: skip
