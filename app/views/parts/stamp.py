"""The stamp on the page: as it will print, to be dragged, and resized by its corner."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import flet as ft

from app.services.locale import Words
from app.state.document import DocumentState, StampDraft
from app.views import theme
from app.views.parts.basics import Act
from app.views.parts.component import component

HANDLE = theme.TARGET
HALF = HANDLE / 2
DOT = 14  # pixels: what is seen of the handle
INTERVAL = 16  # milliseconds between two events of a drag
Detector = ft.GestureDetector


@component
def StampOverlay(
    document: DocumentState, stamp: StampDraft, words: Words, left: float, touched: Act,
    settled: Act,
) -> ft.Control:  # fmt: skip
    """The stamp, `left` pixels right of the column's edge.

    `touched` is called when it is tapped or grabbed, `settled` after it was resized.
    """
    origin = ft.use_ref(ft.Offset(0, 0))
    place = document.field_place or stamp.place
    if place is None or stamp.mode == "hidden":
        return ft.Container(width=0, height=0, left=0, top=0)
    x, y, width, height = document.layout.to_pixels(place.page - 1, place.rect)
    picture = _picture(stamp.picture, width, height)
    if not document.movable:
        return ft.Container(picture, left=x + left, top=y)

    body = _Draggable(document.grab, document.drag, touched, None, origin)
    corner = _Draggable(document.grab, document.stretch, touched, settled, origin)
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
    return ft.Container(whole, left=x + left, top=y)


@dataclass(frozen=True)
class _Draggable:
    """A drag in any direction, made of a vertical and a horizontal one.

    A free ("pan") drag would lose every vertical start to the scrolling around it.
    """

    grab: Callable[[], None]
    follow: Callable[[float, float], None]
    touched: Act
    settled: Act | None
    origin: ft.MutableRef[ft.Offset]

    def around(self, content: ft.Control, cursor: ft.MouseCursor) -> ft.Control:
        return Detector(
            content, mouse_cursor=cursor, drag_interval=INTERVAL, on_tap=self.touched,
            on_vertical_drag_down=self._down, on_horizontal_drag_down=self._down,
            on_vertical_drag_start=self._begin, on_horizontal_drag_start=self._begin,
            on_vertical_drag_update=self._move, on_horizontal_drag_update=self._move,
            on_vertical_drag_end=self._end, on_horizontal_drag_end=self._end,
        )  # fmt: skip

    async def _down(self, event: ft.DragDownEvent[Detector]) -> None:
        self.origin.current = event.global_position

    async def _begin(self, _: ft.DragStartEvent[Detector]) -> None:
        self.grab()
        await self.touched()

    async def _move(self, event: ft.DragUpdateEvent[Detector] | ft.DragEndEvent[Detector]) -> None:
        start, here = self.origin.current, event.global_position
        if start is not None:
            self.follow(here.x - start.x, here.y - start.y)

    async def _end(self, event: ft.DragEndEvent[Detector]) -> None:
        await self._move(event)  # the last updates may have been left out
        if self.settled is not None:
            await self.settled()


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
