"""The open documents: a list on a desk, a step to the next on a phone."""

from __future__ import annotations

from functools import partial

import flet as ft

from app.state import AppState
from app.state.document import DocumentState
from app.views import theme
from app.views.parts.basics import C, S, heading, icon_button, named, quiet, text

MOST_OF_LIST = 300  # pixels: above the page strip


def list_of_documents(state: AppState) -> list[ft.Control]:
    """On a desk: all open documents, where there is more than one."""
    count = len(state.documents)
    if count < 2:
        return []
    title = state.words.ngettext("{count} document", "{count} documents", count)
    rows = [_row(state, index, each) for index, each in enumerate(state.documents)]
    height = min(theme.TARGET * count + 8, MOST_OF_LIST)
    return [
        ft.Container(heading(title.format(count=count), S.TITLE_SMALL),
                     padding=ft.Padding.only(left=12, top=14, bottom=4)),
        ft.Container(ft.ListView(rows, scroll=ft.ScrollMode.ALWAYS), height=height),
        ft.Divider(),
    ]  # fmt: skip


def _row(state: AppState, index: int, document: DocumentState) -> ft.Control:
    _ = state.words.gettext
    here = index == state.current
    blocked = document.opened.obstacle is not None
    name = text(document.opened.name, S.TITLE_SMALL if here else S.BODY_MEDIUM, max_lines=2,
                overflow=ft.TextOverflow.ELLIPSIS)  # fmt: skip
    about = [quiet(_("Cannot be signed"), S.BODY_SMALL)] if blocked else []
    show = ft.Container(
        ft.Column([name, *about], spacing=0, tight=True), on_click=partial(state.show, index),
        padding=ft.Padding.symmetric(vertical=14, horizontal=12), ink=True,
    )  # fmt: skip
    row = ft.Row([
        ft.Container(named(f"document-{index + 1}", show), expand=True),
        icon_button(ft.Icons.CLOSE, _("Close “{name}”").format(name=document.opened.name),
                    partial(state.close, index)),
        ft.Container(width=12),  # the scroll bar
    ], spacing=0)  # fmt: skip
    return ft.Container(row, bgcolor=C.SECONDARY_CONTAINER if here else None,
                        key=f"document-{document.number}")  # fmt: skip


def neighbours(state: AppState) -> list[ft.Control]:
    """On a phone: the document before and the one behind."""
    count = len(state.documents)
    if count < 2 or state.wide:
        return []
    _ = state.words.gettext

    async def step(by: int) -> None:
        await state.show((state.current + by) % count)

    where = _("Document {number} of {count}").format(number=state.current + 1, count=count)
    short = text(f"{state.current + 1}/{count}", S.LABEL_MEDIUM, semantics_label=where)
    return [
        icon_button(ft.Icons.CHEVRON_LEFT, _("Document before"), partial(step, -1)),
        named("which", short),
        icon_button(ft.Icons.CHEVRON_RIGHT, _("Next document"), partial(step, 1)),
    ]
