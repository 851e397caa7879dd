"""Beside the pages: which page of how many, which document of how many, and the zoom."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

import flet as ft

from app.state import AppState
from app.state.document import DocumentState
from app.state.layout import next_zoom
from app.views.parts.basics import C, S, icon_button, named, text
from app.views.parts.documents import neighbours
from app.views.parts.scroller import Scroller

Flip = Callable[[], Awaitable[None]]


def desk_tools(state: AppState, document: DocumentState, scroller: Scroller) -> ft.Control:
    """Above the pages, in words."""
    here = text(_where(state, document), S.LABEL_MEDIUM, C.ON_SURFACE_VARIANT)
    percent = named("zoom", text(f"{round(document.zoom * 100)} %", S.LABEL_MEDIUM))
    smaller, larger = _zooms(state, document, scroller)
    return ft.Container(
        ft.Row([ft.Container(named("where", here), expand=True), smaller, percent, larger],
               spacing=0),
        padding=ft.Padding.symmetric(horizontal=16),
        border=ft.Border.only(bottom=ft.BorderSide(1, C.OUTLINE_VARIANT)),
    )  # fmt: skip


def phone_tools(
    state: AppState, document: DocumentState, scroller: Scroller, flip: Flip
) -> ft.Control:
    """Below the pages, in few letters; a screen reader has all of them. `flip`: the page strip."""
    where = _where(state, document)
    here: ft.Control = text(where, S.LABEL_MEDIUM, C.ON_SURFACE_VARIANT)
    if document.pages > 1:
        short = ft.Text(f"{document.page + 1}/{document.pages}", semantics_label=where)
        here = ft.TextButton(short, icon=ft.Icons.VIEW_CAROUSEL_OUTLINED, on_click=flip)
    beside = neighbours(state)
    place = ft.Container(named("where", here), expand=True, alignment=ft.Alignment.CENTER_LEFT)
    zooms = _zooms(state, document, scroller)
    if beside and state.large_text:
        lines: list[ft.Control] = [ft.Row([*beside, place], spacing=0), ft.Row([*zooms], spacing=0)]
        return ft.Column(lines, spacing=0)
    return ft.Row([*beside, place, *zooms], spacing=0)


def _where(state: AppState, document: DocumentState) -> str:
    if document.pages == 1:
        return state.words.ngettext("{count} page", "{count} pages", 1).format(count=1)
    where = state.words.gettext("Page {page} of {pages}")
    return where.format(page=document.page + 1, pages=document.pages)


def _zooms(
    state: AppState, document: DocumentState, scroller: Scroller
) -> tuple[ft.Control, ft.Control]:
    """To make the pages smaller, and larger."""
    _ = state.words.gettext

    async def zoom(step: int) -> None:
        await scroller.zoom(next_zoom(document.zoom, step))
        await scroller.focus()

    return (
        icon_button(ft.Icons.REMOVE, _("Zoom out"), partial(zoom, -1)),
        icon_button(ft.Icons.ADD, _("Zoom in"), partial(zoom, 1)),
    )
