"""The page strip: small pages to go to, drawn only where they are seen."""

from __future__ import annotations

import flet as ft

from app.services.locale import Words
from app.state.document import THUMBNAIL, DocumentState, Picture
from app.views.parts.basics import C, S, text
from app.views.parts.component import component
from app.views.parts.pages import PAPER
from app.views.parts.scroller import Scroller

TALLEST = 1.6  # height of a small page in its widths; a longer one is made to fit
LABEL = 24  # pixels below each small page
GAP = 16
CHUNK = 20  # pages that are built together, or not at all

Thumbnails = tuple[Picture | None, ...]


@component
def Strip(
    document: DocumentState, words: Words, scroller: Scroller, horizontal: bool = False
) -> ft.Control:
    """All pages as small ones, each with its number; it follows the pages."""
    extent = GAP + (THUMBNAIL if horizontal else _height(document) + LABEL)
    view: ft.Ref[ft.ListView] = ft.use_memo(ft.Ref, [])
    length, offset = ft.use_ref(0.0), ft.use_ref(0.0)

    def seen() -> None:
        first = int((offset.current or 0) // extent)
        document.scroll_strip(first, first + int((length.current or 0) // extent) + 2)

    def measured(event: ft.LayoutSizeChangeEvent[ft.LayoutControl]) -> None:
        length.current = event.width if horizontal else event.height
        seen()

    def scrolled(event: ft.OnScrollEvent) -> None:
        offset.current = event.pixels
        seen()

    async def follow() -> None:
        """Bring the page on the screen into the strip."""
        top, size, at = document.page * extent, length.current or 0, offset.current or 0
        if view.current is not None and size and not at <= top <= at + size - extent:
            await view.current.scroll_to(offset=max(top - size / 2, 0), duration=0)

    ft.use_effect(follow, dependencies=[document.page])
    chunks = [
        _chunk(document, words, scroller, first, extent, horizontal)
        for first in range(0, document.pages, CHUNK)
    ]
    return ft.ListView(
        chunks, ref=view, horizontal=horizontal, expand=True, on_scroll=scrolled,
        scroll_interval=60, on_size_change=measured, size_change_interval=50,
        padding=ft.Padding.symmetric(vertical=8),
    )  # fmt: skip


def _height(document: DocumentState) -> float:
    """Of the tallest small page: all places in the strip are alike."""
    tallest = max(high / wide for wide, high in document.opened.page_sizes)
    return THUMBNAIL * min(tallest, TALLEST)


def _chunk(
    document: DocumentState, words: Words, scroller: Scroller, first: int, extent: float,
    horizontal: bool,
) -> ft.Control:  # fmt: skip
    """Some pages in a row; far from the window only the space that they take."""
    behind = min(first + CHUNK, document.pages)
    size = extent * (behind - first)
    far = behind < document.strip[0] - CHUNK or first > document.strip[1] + CHUNK
    content = None
    if not far:
        here = document.page if first <= document.page < behind else -1
        pictures = tuple(document.thumbnails.get(page) for page in range(first, behind))
        content = _Chunk(words, first, _height(document), here, pictures, scroller, horizontal)
    return ft.Container(
        content, width=size if horizontal else None, height=None if horizontal else size,
        key=f"chunk-{first}",
    )  # fmt: skip


@ft.memo  # type: ignore[untyped-decorator]
@component
def _Chunk(
    words: Words, first: int, height: float, here: int, pictures: Thumbnails, scroller: Scroller,
    horizontal: bool,
) -> ft.Control:  # fmt: skip
    small = [
        _small(words, page, height, page == here, picture, scroller)
        for page, picture in enumerate(pictures, first)
    ]
    if horizontal:
        return ft.Row(small, spacing=0, vertical_alignment=ft.CrossAxisAlignment.START)
    return ft.Column(small, spacing=0, horizontal_alignment=ft.CrossAxisAlignment.CENTER)


def _small(
    words: Words, page: int, height: float, here: bool, picture: Picture | None, scroller: Scroller
) -> ft.Control:
    async def go() -> None:
        await scroller.to_page(page)

    image = None
    if picture is not None:
        image = ft.Image(picture.jpeg, width=THUMBNAIL, fit=ft.BoxFit.CONTAIN,
                         gapless_playback=True, exclude_from_semantics=True)  # fmt: skip
    paper = ft.Container(
        image, width=THUMBNAIL, height=height, alignment=ft.Alignment.CENTER,
        bgcolor=PAPER if picture is None else None,
        border=ft.Border.all(2 if here else 1, C.PRIMARY if here else C.OUTLINE_VARIANT),
    )  # fmt: skip
    label = words.gettext("Go to page {page}").format(page=page + 1)
    number = text(str(page + 1), S.LABEL_SMALL, C.PRIMARY if here else C.ON_SURFACE_VARIANT,
                  no_wrap=True, semantics_label=label)  # fmt: skip
    inner = ft.Column(
        [paper, number], spacing=2, tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.CENTER,
    )  # fmt: skip
    return ft.Semantics(
        content=ft.Container(
            inner, on_click=go, width=THUMBNAIL + GAP, height=height + LABEL + GAP,
            alignment=ft.Alignment.TOP_CENTER,
        ),
        identifier=f"small-{page + 1}", selected=here, button=True,
    )  # fmt: skip
