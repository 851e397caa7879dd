"""The page strip: small pages to go to, drawn only where they are seen."""

from __future__ import annotations

import flet as ft

from app.services.locale import Words
from app.state.document import THUMBNAIL, DocumentState, Picture
from app.views.parts.basics import C, S, text
from app.views.parts.component import component
from app.views.parts.pages import PAPER, Scroller

TALLEST = 1.6  # height of a small page in its widths; a longer one is cropped
LABEL = 28  # pixels below each small page
GAP = 16


@component
def Strip(
    document: DocumentState, words: Words, scroller: Scroller, horizontal: bool = False
) -> ft.Control:
    """All pages as small ones, each with its number."""
    extent = (THUMBNAIL if horizontal else _height(document)) + GAP + (0 if horizontal else LABEL)
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

    tops = document.layout.tops
    items = [
        _Small(words, page, _height(document), page == document.page,
               document.thumbnails.get(page), scroller, tops[page])
        for page in range(document.pages)
    ]  # fmt: skip
    return ft.ListView(
        items, horizontal=horizontal, item_extent=extent, expand=True, on_scroll=scrolled,
        scroll_interval=60, on_size_change=measured, size_change_interval=50,
        padding=ft.Padding.symmetric(vertical=8),
    )  # fmt: skip


def _height(document: DocumentState) -> float:
    """Of the tallest small page: all places in the strip are alike."""
    tallest = max(high / wide for wide, high in document.opened.page_sizes)
    return THUMBNAIL * min(tallest, TALLEST)


@ft.memo  # type: ignore[untyped-decorator]
@component
def _Small(
    words: Words, page: int, height: float, here: bool, picture: Picture | None,
    scroller: Scroller, top: float,
) -> ft.Control:  # fmt: skip
    async def go() -> None:
        await scroller.to(top)

    image = None
    if picture is not None:
        image = ft.Image(picture.jpeg, width=THUMBNAIL, fit=ft.BoxFit.CONTAIN,
                         gapless_playback=True, exclude_from_semantics=True)  # fmt: skip
    paper = ft.Container(
        image, width=THUMBNAIL, height=height, alignment=ft.Alignment.CENTER,
        bgcolor=PAPER if picture is None else None,
        border=ft.Border.all(2 if here else 1, C.PRIMARY if here else C.OUTLINE_VARIANT),
    )  # fmt: skip
    number = text(str(page + 1), S.LABEL_SMALL, C.PRIMARY if here else C.ON_SURFACE_VARIANT,
                  text_align=ft.TextAlign.CENTER)  # fmt: skip
    inner = ft.Column([paper, number], spacing=4, tight=True,
                      horizontal_alignment=ft.CrossAxisAlignment.CENTER)  # fmt: skip
    return ft.Semantics(
        content=ft.Container(inner, on_click=go, alignment=ft.Alignment.TOP_CENTER),
        identifier=f"small-{page + 1}", selected=here, button=True,
        label=words.gettext("Go to page {page}").format(page=page + 1),
    )  # fmt: skip
