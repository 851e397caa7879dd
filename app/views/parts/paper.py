"""The pages of a judged file: as it is, what changed outlined, or as it was signed."""

from __future__ import annotations

from functools import partial

import flet as ft

from app.services import verdicts
from app.state import AppState
from app.state.document import DocumentState
from app.state.verifying import VerifyingState
from app.views.parts.basics import C, S, link, named, text
from app.views.parts.component import component
from app.views.parts.pages import Pages
from app.views.parts.scroller import Scroller
from app.views.parts.tools import desk_tools


@component
def Paper(state: AppState, verifying: VerifyingState, document: DocumentState, margin: float
          ) -> ft.Control:  # fmt: skip
    """The pages with `margin` pixels around them, and above them what they are."""
    scroller = ft.use_memo(partial(Scroller, document, margin), [document])

    async def nothing() -> None:
        """Nothing is signed here."""

    pages = Pages(document, state.words, scroller, state.pixel_ratio, nothing, nothing,
                  verifying.marks)  # fmt: skip
    return ft.Column([
        *_as_signed(state, verifying),
        desk_tools(state, document, scroller),
        ft.Container(pages, expand=True, key=f"pages-{document.number}"),
    ], spacing=0, expand=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)  # fmt: skip


def _as_signed(state: AppState, verifying: VerifyingState) -> list[ft.Control]:
    """Whose revision this is, and the way back to the file."""
    if verifying.seen is None:
        return []
    _ = state.words.gettext
    told = _("As {name} signed it").format(name=verdicts.signer(verifying.seen, state.words))
    back = link(_("Back to the file as it is"), verifying.see_whole, icon=ft.Icons.UNDO)
    return [named("as-signed", ft.Container(
        ft.Row([text(told, S.TITLE_SMALL), named("whole", back)], wrap=True, spacing=16,
               alignment=ft.MainAxisAlignment.SPACE_BETWEEN),
        padding=ft.Padding.symmetric(vertical=4, horizontal=16), bgcolor=C.SECONDARY_CONTAINER,
    ))]  # fmt: skip
