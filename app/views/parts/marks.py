"""Outlines on the pages: where a file looks different from what was signed."""

from __future__ import annotations

import flet as ft

from app.model import Place
from app.services.locale import Words
from app.state.document import DocumentState

INK = "#A8201A"  # on paper, which is white in the dark too
AROUND = 3  # pixels between what changed and its outline


def marks(
    document: DocumentState, places: tuple[Place, ...], words: Words, left: float
) -> list[ft.Control]:
    """An outline for each place; the pages begin `left` pixels from the column's edge."""
    return [_mark(document, place, words, left, number) for number, place in enumerate(places, 1)]


def _mark(
    document: DocumentState, place: Place, words: Words, left: float, number: int
) -> ft.Control:
    x, y, width, height = document.layout.to_pixels(place.page - 1, place.rect)
    label = words.gettext("Changed after signing, page {page}").format(page=place.page)
    outline = ft.Container(
        width=width + 2 * AROUND, height=height + 2 * AROUND, border_radius=2,
        bgcolor=ft.Colors.with_opacity(0.08, INK), border=ft.Border.all(2.5, INK),
    )  # fmt: skip
    return ft.Container(
        ft.Semantics(content=outline, identifier=f"mark-{number}", label=label, image=True),
        left=x + left - AROUND, top=y - AROUND, key=f"mark-{number}", ignore_interactions=True,
    )  # fmt: skip
