"""All screens and the ways between them."""

from __future__ import annotations

from functools import partial

import flet as ft

from app.state import AppState
from app.views.document import DocumentScreen, OptionsScreen
from app.views.key_forms import CreateKeyScreen, ImportKeyScreen
from app.views.keys import KeysScreen
from app.views.parts.component import component
from app.views.result import ResultScreen
from app.views.start import StartScreen
from app.views.unlock import UnlockScreen
from app.views.verify import VerifiedPages, VerifyScreen

MODES = {
    "system": ft.ThemeMode.SYSTEM, "light": ft.ThemeMode.LIGHT, "dark": ft.ThemeMode.DARK,
}  # fmt: skip


@component
def App(state: AppState) -> ft.Control:
    """The window: one screen a path level, so that the system's way back works."""
    keys, signing = state.keys, state.signing
    document = ft.Route(
        path="document", component=partial(DocumentScreen, state),
        children=[
            ft.Route(path="options", component=partial(OptionsScreen, state)),
            ft.Route(path="unlock", component=partial(UnlockScreen, state, keys, signing)),
            _verify(state),
        ],
    )  # fmt: skip
    own = ft.Route(
        path="keys", component=partial(KeysScreen, state, keys),
        children=[
            ft.Route(path="new", component=partial(CreateKeyScreen, state, keys, keys.form)),
            ft.Route(path="import", component=partial(ImportKeyScreen, state, keys, keys.form)),
        ],
    )  # fmt: skip
    result = ft.Route(path="result", component=partial(ResultScreen, state, signing),
                      children=[_verify(state)])  # fmt: skip
    start = ft.Route(
        path="/", component=partial(StartScreen, state, keys),
        children=[document, own, result, _verify(state)],
    )  # fmt: skip
    return ft.Router([start], manage_views=True)


def _verify(state: AppState) -> ft.Route:
    """The verify screen below another one: the way back leads to where it was asked for."""
    pages = ft.Route(path="pages", component=partial(VerifiedPages, state, state.verifying))
    return ft.Route(path="verify", component=partial(VerifyScreen, state, state.verifying),
                    children=[pages])  # fmt: skip
