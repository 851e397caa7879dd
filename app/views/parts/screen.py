"""The frame of every screen: its bar with the way back, one column to read, actions at the foot."""

from __future__ import annotations

from collections.abc import Sequence

import flet as ft

from app.crypto.text import visible
from app.state import AppState
from app.views import theme
from app.views.parts.basics import C, icon_button

BAR = 56  # pixels


def column(children: Sequence[ft.Control], spacing: float = theme.SPACE) -> ft.Control:
    """A scrolling column of readable width in the middle of the screen."""
    inner = ft.Container(
        ft.Column([*children], spacing=spacing, tight=True,
                  horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
        width=theme.COLUMN, padding=ft.Padding.symmetric(vertical=24, horizontal=theme.SPACE),
    )  # fmt: skip
    return ft.Column(
        [inner], scroll=ft.ScrollMode.AUTO, expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.CENTER,
    )  # fmt: skip


def foot(content: ft.Control) -> ft.Control:
    """What is done next, always in sight, as wide as the column above it."""
    inner = ft.Container(
        content, width=theme.COLUMN,
        padding=ft.Padding.symmetric(vertical=8, horizontal=theme.SPACE),
    )  # fmt: skip
    return ft.Container(
        inner, alignment=ft.Alignment.CENTER, bgcolor=C.SURFACE,
        border=ft.Border.only(top=ft.BorderSide(1, C.OUTLINE_VARIANT)),
    )  # fmt: skip


def screen(
    state: AppState, title: str, body: ft.Control, actions: Sequence[ft.Control] = (),
    above: Sequence[ft.Control] = (), below: Sequence[ft.Control] = (),
) -> ft.View:  # fmt: skip
    """A screen with its bar, and the way back on it: to the path above."""
    path = ft.use_view_path()
    heading = ft.Text(visible(title), max_lines=1, overflow=ft.TextOverflow.ELLIPSIS)

    async def back() -> None:
        state.platform.go(path.rpartition("/")[0] or "/")

    arrow = icon_button(ft.Icons.ARROW_BACK, state.words.gettext("Back"), back)
    height = BAR * min(max(state.text_scale, 1), 1.5)  # Flutter's title grows no more than that
    bar = ft.AppBar(
        title=ft.Semantics(content=heading, header=True), actions=[*actions],
        toolbar_height=height, leading=None if path == "/" else arrow, leading_width=height,
        automatically_imply_leading=False,
    )  # fmt: skip
    return ft.View(
        route=path, appbar=bar, padding=0, spacing=0, controls=[*above, body, *below],
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip
