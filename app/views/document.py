"""A document: its pages with the stamp on them, and what is decided about it."""

from __future__ import annotations

from functools import partial

import flet as ft

from app.state import AppState
from app.state.document import DocumentState
from app.views import theme
from app.views.parts.basics import Act, C, busy, icon_button, link, named, quiet, secondary
from app.views.parts.component import component
from app.views.parts.documents import list_of_documents
from app.views.parts.pages import Pages
from app.views.parts.panel import Panel, sign_button
from app.views.parts.preflight import obstacle
from app.views.parts.screen import column, screen
from app.views.parts.scroller import Scroller
from app.views.parts.strip import Strip
from app.views.parts.tools import desk_tools, phone_tools

MARGIN = 24  # pixels around the pages on a desk; on a phone they fill the width
STRIP_HEIGHT = 170  # pixels, on a phone
LOW = 480  # pixels: a window that has no height for two lines below its pages


@component
def DocumentScreen(state: AppState) -> ft.View:
    """The document on the screen; without one there is only the way back."""
    document = state.document
    if document is None:
        return screen(state, "Teken", column([quiet(state.words.gettext("No document is open."))]))
    body = Desk(state, document) if state.wide else Phone(state, document)
    actions = [_verify(state, document), _more(state), ft.Container(width=8)]
    return screen(state, document.opened.name, body, actions, busy(state.words, state.busy))


@component
def OptionsScreen(state: AppState) -> ft.View:
    """The panel as a screen of its own, for a phone."""
    _, document = state.words.gettext, state.document
    parts = [] if document is None else [Panel(state, document, document.stamp, state.keys)]
    return screen(state, _("Signature"), column(parts))


@component
def Desk(state: AppState, document: DocumentState) -> ft.Control:
    """List or strip, page, panel, side by side."""
    scroller = ft.use_memo(partial(Scroller, document, MARGIN), [document])
    width = theme.STRIP if len(state.documents) == 1 else theme.LIST
    strip = ft.Container(Strip(document, state.words, scroller), expand=True,
                         key=f"strip-{document.number}")  # fmt: skip
    side = ft.Column([*list_of_documents(state), strip], width=width, spacing=0,
                     horizontal_alignment=ft.CrossAxisAlignment.STRETCH)  # fmt: skip
    pages = ft.Column(
        [desk_tools(state, document, scroller), _pages(state, document, scroller)],
        expand=True, spacing=0, horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip
    decisions = ft.Container(Panel(state, document, document.stamp, state.keys), padding=16)
    wide = ft.CrossAxisAlignment.STRETCH
    panel = ft.Column([
        ft.Column([decisions], expand=True, scroll=ft.ScrollMode.AUTO, horizontal_alignment=wide),
        ft.Divider(),
        ft.Container(named("sign", sign_button(state)), padding=16),
    ], width=theme.PANEL, spacing=0, horizontal_alignment=wide)  # fmt: skip
    line = ft.VerticalDivider(width=1, thickness=1)
    return ft.Row([side, line, pages, line, panel], expand=True, spacing=0,
                  vertical_alignment=ft.CrossAxisAlignment.STRETCH)  # fmt: skip


@component
def Phone(state: AppState, document: DocumentState) -> ft.Control:
    """The page full-bleed, below it what hinders, and one bar."""
    _ = state.words.gettext
    scroller = ft.use_memo(partial(Scroller, document, 0), [document])
    strip, show_strip = ft.use_state(False)

    async def options() -> None:
        state.platform.go("/document/options")

    async def flip() -> None:
        show_strip(not strip)

    below = []
    if strip:
        below.append(ft.Container(Strip(document, state.words, scroller, True), height=STRIP_HEIGHT,
                                  key=f"strip-{document.number}", bgcolor=C.SURFACE,
                                  border=ft.Border.only(top=ft.BorderSide(1, C.OUTLINE_VARIANT)),
                                  ))  # fmt: skip
    tools = phone_tools(state, document, scroller, flip)
    bar: list[ft.Control] = [
        named("options", secondary(_("Options"), options)),
        ft.Container(named("sign", sign_button(state)), expand=True),
    ]
    if state.height < LOW and not state.large_text:  # a phone on its side
        lines: list[ft.Control] = [ft.Row([ft.Container(tools, expand=True), *bar], spacing=8)]
    else:
        lines = [tools, ft.Row(bar, spacing=8)]
    foot = ft.Container(
        ft.Column([*_hindrance(state, document, options), *lines], spacing=4,
                  horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
        padding=ft.Padding.only(left=12, right=12, bottom=12, top=4), bgcolor=C.SURFACE,
        border=ft.Border.only(top=ft.BorderSide(1, C.OUTLINE_VARIANT)),
    )  # fmt: skip
    return ft.Column([_pages(state, document, scroller), *below, foot], expand=True, spacing=0,
                     horizontal_alignment=ft.CrossAxisAlignment.STRETCH)  # fmt: skip


def _hindrance(state: AppState, document: DocumentState, options: Act) -> list[ft.Control]:
    """What hinders; large text would leave no room for the page, so it is said a tap away."""
    if document.opened.obstacle is None or not state.large_text:
        return obstacle(state, document)
    label = state.words.gettext("Cannot be signed")
    return [named("obstacle", link(label, options, icon=ft.Icons.ERROR_OUTLINE))]


def _verify(state: AppState, document: DocumentState) -> ft.Control:
    label = state.words.gettext("Verify the signatures")
    return named("verify", icon_button(ft.Icons.FACT_CHECK_OUTLINED, label,
                                       partial(state.verify_opened, document)))  # fmt: skip


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
