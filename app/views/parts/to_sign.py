"""What one unlock will sign: every document with the hash that the key will be held to."""

from __future__ import annotations

import flet as ft

from app.state import AppState
from app.state.document import DocumentState
from app.views.parts.basics import C, S, heading, link, named, quiet, text
from app.views.parts.component import component

FEW = 6  # documents, shown at once: the PIN stays near


@component
def ToSign(state: AppState) -> ft.Control:
    """The documents; of many the first ones, and all when they are asked for."""
    _ = state.words.gettext
    whole, show_whole = ft.use_state(False)
    ready = [d for d in state.documents if d.opened.obstacle is None]
    count = len(state.to_sign)
    title = state.words.ngettext("{count} document", "{count} documents", count)
    shown = ready if whole or len(ready) <= FEW else ready[: FEW - 1]

    async def show() -> None:
        show_whole(True)

    rest = []
    if len(shown) < len(ready):
        label = _("Show all {count}").format(count=len(ready))
        rest = [ft.Row([named("all", link(label, show, icon=ft.Icons.EXPAND_MORE))])]
    return ft.Column([
        heading(title.format(count=count), S.TITLE_SMALL),
        *[_Row(document, state, len(ready) > 1) for document in shown],
        *rest,
        quiet(_("The numbers are the SHA-256 of each file as it was shown: exactly these bytes are "
                "signed."), S.BODY_SMALL),
    ], spacing=2, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)  # fmt: skip


@component
def _Row(document: DocumentState, state: AppState, choice: bool) -> ft.Control:
    sha256 = document.opened.sha256.hex()
    short = " ".join(sha256[at : at + 4] for at in range(0, 16, 4))

    async def choose(event: ft.Event[ft.Checkbox]) -> None:
        state.include(document, bool(event.control.value))

    # The whole hash is for the eyes: read aloud it would drown the name.
    whole = ft.Tooltip(sha256, exclude_from_semantics=True)
    facts = ft.Column([
        text(document.opened.name), quiet(f"{short} …", S.BODY_SMALL),
    ], spacing=0, tight=True, expand=True)  # fmt: skip
    box = ft.Checkbox(value=document.chosen, on_change=choose)
    mark = box if choice else ft.Icon(ft.Icons.DESCRIPTION_OUTLINED, C.ON_SURFACE_VARIANT, size=20)
    row = ft.Row([mark, facts], spacing=12, tooltip=whole)
    room = ft.Padding.symmetric(vertical=4)  # makes it a target
    return ft.MergeSemantics(content=ft.Container(row, padding=room))
