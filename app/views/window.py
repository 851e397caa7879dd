"""Joins a page of Flet, a desktop window or a browser tab, to the state that it shows."""

from __future__ import annotations

import flet as ft

from app.state import AppState
from app.views import late, theme
from app.views.app import MODES, App
from app.views.parts.component import component

PROBE = 10  # pixels
LOCALES = {"id": ft.Locale("id", "ID"), "en": ft.Locale("en", "US")}


def show(page: ft.Page, state: AppState) -> None:
    """Dress the page and render the screens; from here on the state decides what is seen."""
    late.forgive()
    page.title = "Teken"
    page.fonts = theme.FONTS
    page.theme, page.dark_theme = theme.theme(dark=False), theme.theme(dark=True)

    def sized(_: object = None) -> None:
        state.resized(page.width or 0, page.height or 0, page.media.device_pixel_ratio or 1)

    page.overlay.append(_probe(state))
    page.on_resize = sized
    page.on_media_change = sized
    page.on_close = state.close_all
    sized()
    page.render_views(Dressed, page, state)


def _probe(state: AppState) -> ft.Control:
    """A letter outside the window: the client tells in no other way how large text is."""

    def measured(event: ft.LayoutSizeChangeEvent[ft.LayoutControl]) -> None:
        state.magnified(event.height / PROBE)

    letter = ft.Text("0", style=ft.TextStyle(size=PROBE, height=1), on_size_change=measured)
    hidden = ft.Semantics(content=letter, exclude_semantics=True)
    return ft.Container(hidden, left=-10 * PROBE, top=0)


@component
def Dressed(page: ft.Page, state: AppState) -> ft.Control:
    """The app in the language and the light that the person chose."""
    language, chosen = state.settings.language, state.settings.theme

    def dress() -> None:
        page.theme_mode = MODES[chosen]
        page.locale_configuration = ft.LocaleConfiguration(
            list(LOCALES.values()), LOCALES[language]
        )
        page.update()

    ft.use_effect(dress, dependencies=[language, chosen])
    return App(state)
