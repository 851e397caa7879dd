"""A document: its pages with the stamp on them, and what is decided about it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

import flet as ft

from app.state import AppState
from app.state.document import DocumentState
from app.state.layout import next_zoom
from app.views import theme
from app.views.parts.basics import (
    C,
    S,
    busy,
    column,
    icon_button,
    named,
    quiet,
    screen,
    secondary,
    text,
)
from app.views.parts.component import component
from app.views.parts.pages import Pages
from app.views.parts.panel import Panel, sign_button
from app.views.parts.scroller import Scroller
from app.views.parts.strip import Strip

MOST_OF_LIST = 300  # pixels: of the list of documents, above the page strip
MARGIN = 24  # pixels around the pages on a desk; on a phone they fill the width


@component
def DocumentScreen(state: AppState) -> ft.View:
    """The document on the screen; without one there is only the way back."""
    document = state.document
    if document is None:
        return screen(state, "Teken", column([quiet(state.words.gettext("No document is open."))]))
    body = Desk(state, document) if state.wide else Phone(state, document)
    return screen(state, document.opened.name, body, actions=[_more(state), ft.Container(width=8)],
                  above=busy(state.words, state.busy))  # fmt: skip


@component
def OptionsScreen(state: AppState) -> ft.View:
    """The panel as a screen of its own, for a phone."""
    _, document = state.words.gettext, state.document
    parts = [] if document is None else [Panel(state, document, document.stamp, state.keys)]
    return screen(state, _("Signature"), column(parts))


@component
def Desk(state: AppState, document: DocumentState) -> ft.Control:
    """List or strip, page, panel, side by side."""
    _ = state.words.gettext
    scroller = ft.use_memo(partial(Scroller, document, MARGIN), [document])
    width = theme.STRIP if len(state.documents) == 1 else theme.LIST
    strip = ft.Container(Strip(document, state.words, scroller), expand=True,
                         key=f"strip-{document.number}")  # fmt: skip
    side = ft.Column([*_documents(state), strip], width=width, spacing=0)
    pages = ft.Column(
        [_tools(state, document, scroller),
         _pages(state, document, scroller)],
        expand=True, spacing=0, horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip
    panel = ft.Container(
        ft.Column([
            ft.Column([Panel(state, document, document.stamp, state.keys)], expand=True,
                      scroll=ft.ScrollMode.AUTO,
                      horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
            named("sign", sign_button(state)),
        ], horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
        width=theme.PANEL, padding=16,
    )  # fmt: skip
    line = ft.VerticalDivider(width=1, thickness=1)
    return ft.Row([side, line, pages, line, panel], expand=True, spacing=0,
                  vertical_alignment=ft.CrossAxisAlignment.STRETCH)  # fmt: skip


@component
def Phone(state: AppState, document: DocumentState) -> ft.Control:
    """The page full-bleed, below it one bar."""
    _ = state.words.gettext
    scroller = ft.use_memo(partial(Scroller, document, 0), [document])
    strip, show_strip = ft.use_state(False)

    async def options() -> None:
        state.platform.go("/document/options")

    async def flip() -> None:
        show_strip(not strip)

    pages = _pages(state, document, scroller)
    below = []
    if strip:
        below.append(ft.Container(Strip(document, state.words, scroller, True), height=170,
                                  key=f"strip-{document.number}"))  # fmt: skip
    bar = ft.Row([
        ft.Container(named("options", secondary(_("Options"), options)), expand=1),
        ft.Container(named("sign", sign_button(state)), expand=2),
    ], spacing=8)  # fmt: skip
    foot = ft.Container(
        ft.Column([_tools(state, document, scroller, flip), bar], spacing=4,
                  horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
        padding=ft.Padding.only(left=12, right=12, bottom=12, top=4), bgcolor=C.SURFACE,
        border=ft.Border.only(top=ft.BorderSide(1, C.OUTLINE_VARIANT)),
    )  # fmt: skip
    return ft.Column([pages, *below, foot], expand=True, spacing=0,
                     horizontal_alignment=ft.CrossAxisAlignment.STRETCH)  # fmt: skip


def _more(state: AppState) -> ft.Control:
    _ = state.words.gettext

    async def pick() -> None:
        await state.pick(_("Choose the documents to sign"))

    return icon_button(ft.Icons.NOTE_ADD_OUTLINED, _("Open another PDF"), pick)


def _pages(state: AppState, document: DocumentState, scroller: Scroller) -> ft.Control:
    """The pages, built anew for each document: another one begins at its own top."""
    pages = Pages(document, state.words, scroller, state.pixel_ratio, state.redraw_stamp,
                  state.to_pin)  # fmt: skip
    return ft.Container(pages, expand=True, key=f"pages-{document.number}")


def _tools(
    state: AppState, document: DocumentState, scroller: Scroller,
    flip: Callable[[], Awaitable[None]] | None = None,
) -> ft.Control:  # fmt: skip
    """Which page of how many, which document of how many, and the zoom."""
    _ = state.words.gettext

    async def zoom(step: int) -> None:
        await scroller.zoom(next_zoom(document.zoom, step))
        await scroller.focus()

    where = _("Page {page} of {pages}").format(page=document.page + 1, pages=document.pages)
    here: ft.Control = text(where, S.LABEL_MEDIUM, C.ON_SURFACE_VARIANT)
    if flip:  # on a phone in few letters; a screen reader has all of them
        short = ft.Text(f"{document.page + 1}/{document.pages}", semantics_label=where)
        here = ft.TextButton(short, icon=ft.Icons.VIEW_CAROUSEL_OUTLINED, on_click=flip)
    percent = f"{round(document.zoom * 100)} %"
    return ft.Container(
        ft.Row([
            *_neighbours(state),
            ft.Container(named("where", here), expand=True, alignment=ft.Alignment.CENTER_LEFT),
            icon_button(ft.Icons.REMOVE, _("Zoom out"), partial(zoom, -1)),
            *([] if flip else [named("zoom", text(percent, S.LABEL_MEDIUM))]),
            icon_button(ft.Icons.ADD, _("Zoom in"), partial(zoom, 1)),
        ], spacing=0),
        padding=ft.Padding.symmetric(horizontal=0 if flip else 16),
        border=None if flip else ft.Border.only(bottom=ft.BorderSide(1, C.OUTLINE_VARIANT)),
    )  # fmt: skip


def _neighbours(state: AppState) -> list[ft.Control]:
    """On a phone: the document before and the one behind."""
    count = len(state.documents)
    if count < 2 or state.wide:
        return []
    _ = state.words.gettext

    async def step(by: int) -> None:
        await state.show((state.current + by) % count)

    return [
        icon_button(ft.Icons.CHEVRON_LEFT, _("Document before"), partial(step, -1)),
        named("which", text(f"{state.current + 1}/{count}", S.LABEL_MEDIUM)),
        icon_button(ft.Icons.CHEVRON_RIGHT, _("Next document"), partial(step, 1)),
    ]


def _documents(state: AppState) -> list[ft.Control]:
    """On a desk: all open documents, where there is more than one."""
    if len(state.documents) < 2:
        return []
    rows = [_document_row(state, index, each) for index, each in enumerate(state.documents)]
    height = min(theme.TARGET * len(rows) + 16, MOST_OF_LIST)
    return [
        ft.Container(ft.ListView(rows, padding=ft.Padding.symmetric(vertical=8)), height=height),
        ft.Divider(),
    ]


def _document_row(state: AppState, index: int, document: DocumentState) -> ft.Control:
    _ = state.words.gettext
    here = index == state.current
    blocked = document.opened.obstacle is not None
    name = text(document.opened.name, S.TITLE_SMALL if here else S.BODY_MEDIUM, max_lines=2,
                overflow=ft.TextOverflow.ELLIPSIS)  # fmt: skip
    about = [quiet(_("Cannot be signed"), S.BODY_SMALL)] if blocked else []
    show = ft.Container(
        ft.Column([name, *about], spacing=0, tight=True), on_click=partial(state.show, index),
        padding=ft.Padding.symmetric(vertical=14, horizontal=12),
    )  # fmt: skip
    row = ft.Row([
        ft.Container(named(f"document-{index + 1}", show), expand=True),
        icon_button(ft.Icons.CLOSE, _("Close “{name}”").format(name=document.opened.name),
                    partial(state.close, index)),
    ], spacing=0)  # fmt: skip
    return ft.Container(row, bgcolor=C.SECONDARY_CONTAINER if here else None,
                        key=f"document-{document.number}")  # fmt: skip
