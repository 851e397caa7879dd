"""Language and appearance: each switch says what it leads to, or what is chosen now."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import flet as ft

from app.services.settings import THEMES, Theme
from app.state import AppState
from app.views.parts.basics import link

_ICONS = {
    "system": ft.Icons.BRIGHTNESS_AUTO_OUTLINED,
    "light": ft.Icons.LIGHT_MODE_OUTLINED,
    "dark": ft.Icons.DARK_MODE_OUTLINED,
}


def switches(state: AppState) -> ft.Control:
    """The other language, and the next appearance."""
    _ = state.words.gettext
    other = "en" if state.settings.language == "id" else "id"
    now = state.settings.theme
    following = THEMES[(THEMES.index(now) + 1) % len(THEMES)]
    names = {"system": _("as the device"), "light": _("light"), "dark": _("dark")}

    async def speak() -> None:
        state.speak(other)

    async def dress(theme: Theme) -> None:
        state.change(replace(state.settings, theme=theme))

    language = "English" if other == "en" else "Bahasa Indonesia"
    return ft.Row([
        link(language, speak, icon=ft.Icons.TRANSLATE),
        link(_("Appearance: {now}").format(now=names[now]), partial(dress, following),
             icon=_ICONS[now]),
    ], spacing=24, wrap=True)  # fmt: skip
