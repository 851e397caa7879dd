"""The stamp on the page: as it will print, to be dragged, resized by its corner, nudged by keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import flet as ft

from app.services.locale import Words
from app.state.document import DocumentState, StampDraft
from app.views import theme
from app.views.parts.basics import Act

HANDLE = theme.TARGET
HALF = HANDLE / 2
DOT = 14  # pixels: what is seen of the handle
INTERVAL = 16  # milliseconds between two events of a drag
NUDGES = {
    "Arrow Left": (-1, 0), "Arrow Right": (1, 0), "Arrow Up": (0, 1), "Arrow Down": (0, -1),
}  # fmt: skip
Detector = ft.GestureDetector


@ft.component
def StampOverlay(
    document: DocumentState, stamp: StampDraft, words: Words, left: float, settled: Act
) -> ft.Control:
    """The stamp, `left` pixels right of the column's edge; `settled` is called after a resize."""
    origin = ft.use_ref(ft.Offset(0, 0))
    place = document.field_place or stamp.place
    if place is None or stamp.mode == "hidden":
        return ft.Container(width=0, height=0, left=0, top=0)
    x, y, width, height = document.layout.to_pixels(place.page - 1, place.rect)
    picture = _picture(stamp.picture, width, height)
    if not document.movable:
        return ft.Container(picture, left=x + left, top=y)

    async def pressed(event: ft.KeyDownEvent | ft.KeyRepeatEvent) -> None:
        if event.key in NUDGES:
            document.nudge(*NUDGES[event.key])

    body = _Draggable(document.grab, document.drag, None, origin)
    corner = _Draggable(document.grab, document.stretch, settled, origin)
    whole = ft.Stack(
        [
            ft.Container(
                ft.Semantics(
                    content=body.around(picture, ft.MouseCursor.MOVE),
                    identifier="stamp", image=True, label=words.gettext("Visible signature"),
                ),
                left=0, top=0,
            ),
            ft.Container(
                ft.Semantics(
                    content=corner.around(_dot(), ft.MouseCursor.RESIZE_UP_LEFT_DOWN_RIGHT),
                    identifier="stamp-corner",
                    label=words.gettext("Resize the visible signature"),
                ),
                left=width - HALF, top=height - HALF,
            ),
        ],
        width=width + HALF, height=height + HALF, clip_behavior=ft.ClipBehavior.NONE,
    )  # fmt: skip
    return ft.Container(
        ft.KeyboardListener(whole, autofocus=True, on_key_down=pressed, on_key_repeat=pressed),
        left=x + left, top=y,
    )  # fmt: skip


@dataclass(frozen=True)
class _Draggable:
    """A drag in any direction, made of a vertical and a horizontal one.

    A free ("pan") drag would lose every vertical start to the scrolling around it.
    """

    grab: Callable[[], None]
    follow: Callable[[float, float], None]
    settled: Act | None
    origin: ft.MutableRef[ft.Offset]

    def around(self, content: ft.Control, cursor: ft.MouseCursor) -> ft.Control:
        return Detector(
            content, mouse_cursor=cursor, drag_interval=INTERVAL, on_tap=_nothing,
            on_vertical_drag_start=self._begin, on_horizontal_drag_start=self._begin,
            on_vertical_drag_update=self._move, on_horizontal_drag_update=self._move,
            on_vertical_drag_end=self._end, on_horizontal_drag_end=self._end,
        )  # fmt: skip

    async def _begin(self, event: ft.DragStartEvent[Detector]) -> None:
        self.origin.current = event.global_position
        self.grab()

    async def _move(self, event: ft.DragUpdateEvent[Detector]) -> None:
        start, here = self.origin.current, event.global_position
        self.follow(here.x - start.x, here.y - start.y)

    async def _end(self, _: ft.DragEndEvent[Detector]) -> None:
        if self.settled is not None:
            await self.settled()


async def _nothing() -> None:
    """A tap on the stamp is no tap on the page below it."""


def _picture(jpeg: bytes | None, width: float, height: float) -> ft.Control:
    image = None
    if jpeg is not None:
        image = ft.Image(jpeg, width=width, height=height, fit=ft.BoxFit.FILL,
                         gapless_playback=True, exclude_from_semantics=True)  # fmt: skip
    return ft.Container(
        image, width=width, height=height, bgcolor="#FFFFFF",
        foreground_decoration=ft.BoxDecoration(border=ft.Border.all(1.5, theme.SEED)),
    )  # fmt: skip


def _dot() -> ft.Control:
    dot = ft.Container(width=DOT, height=DOT, border_radius=DOT, bgcolor=theme.SEED,
                       border=ft.Border.all(2, "#FFFFFF"))  # fmt: skip
    return ft.Container(dot, width=HANDLE, height=HANDLE, alignment=ft.Alignment.CENTER)
