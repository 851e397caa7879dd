"""The pages of a document, one below the other, drawn only where they are seen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

import flet as ft

from app.model import Place
from app.services.locale import Words
from app.state.document import DocumentState, Picture
from app.views.parts.basics import Act, C, S, text
from app.views.parts.component import component
from app.views.parts.marks import marks
from app.views.parts.scroller import Keyboard, Scroller
from app.views.parts.stamp import StampOverlay

AROUND = 8  # pages framed on either side of the visible ones; far more than a fling covers
PAPER = "#FFFFFF"  # paper is white, in dark mode too
Tap = Callable[[ft.Event[ft.GestureDetector]], Awaitable[None]]


@component
def Pages(
    document: DocumentState, words: Words, scroller: Scroller, pixel_ratio: float, settled: Act,
    go_on: Act, changed: tuple[Place, ...] = (),
) -> ft.Control:  # fmt: skip
    """All pages. `settled` is called when the stamp got another size, `go_on` by Ctrl+Enter;
    `changed` is outlined."""
    keyboard = Keyboard(scroller, go_on, ft.use_ref(False))
    layout, margin = document.layout, scroller.margin
    width = max(document.window[0], layout.width + 2 * margin)
    left = (width - layout.width) / 2

    async def measured(event: ft.LayoutSizeChangeEvent[ft.LayoutControl]) -> None:
        first = not document.window[0]
        document.resize((event.width, event.height), margin, pixel_ratio)
        if not first:
            await scroller.restore()

    ft.use_effect(scroller.restore, dependencies=[document.moves])
    frames = [
        _Frame(
            words, page, document.pages,
            (left, layout.tops[page], layout.width, layout.page_height(page)),
            document.pictures.get(page), page in document.broken,
            partial(_tapped, document, page, scroller.focus), document.movable,
        )
        for page in _around(document)
    ]  # fmt: skip
    outlines = marks(document, changed, words, left)
    overlay = StampOverlay(document, document.stamp, words, left, scroller.focus, settled)
    sheet = ft.Container(
        ft.Stack([*frames, *outlines, overlay], width=width, height=layout.height,
                 clip_behavior=ft.ClipBehavior.NONE),
        padding=ft.Padding.symmetric(vertical=margin),
    )  # fmt: skip
    column = ft.Column(
        [sheet], ref=scroller.down, width=width, scroll=ft.ScrollMode.AUTO, spacing=0,
        on_scroll=scroller.scrolled_down, scroll_interval=40,
    )  # fmt: skip
    row = ft.Row([column], ref=scroller.across, scroll=ft.ScrollMode.AUTO, spacing=0, expand=True,
                 vertical_alignment=ft.CrossAxisAlignment.STRETCH,
                 on_scroll=scroller.scrolled_across, scroll_interval=40)  # fmt: skip
    touch = ft.GestureDetector(
        row, drag_interval=16, on_scale_start=scroller.pinch_start,
        on_scale_update=scroller.pinch, on_scale_end=scroller.pinch_end,
    )  # fmt: skip
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
    picture: Picture | None, broken: bool, tapped: Tap, aims: bool,
) -> ft.Control:  # fmt: skip
    """One page: its picture, or paper while it is drawn. `aims`: a tap on it puts the stamp."""
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
        on_tap_up=tapped, mouse_cursor=ft.MouseCursor.PRECISE if aims else ft.MouseCursor.BASIC,
    )  # fmt: skip
