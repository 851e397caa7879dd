"""The first screen: open one or many documents."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import flet as ft

from app.state import AppState
from app.state.keys import KeysState
from app.views.parts.arrivals import arrivals
from app.views.parts.basics import (
    S,
    busy,
    heading,
    icon_button,
    link,
    named,
    primary,
    problem,
    quiet,
    secondary,
    text,
    uncertified,
)
from app.views.parts.component import component
from app.views.parts.screen import column, screen
from app.views.parts.switches import switches


@component
def StartScreen(state: AppState, keys: KeysState) -> ft.View:
    """Open documents; what was open last; which key signs."""
    _ = state.words.gettext
    ft.use_effect(keys.load, dependencies=[])

    async def pick() -> None:
        await state.pick(_("Choose the documents to sign"))

    async def own() -> None:
        state.platform.go("/keys")

    first = secondary if state.asks or state.documents else primary  # one is filled, no more
    opening = named("open", first(_("Open PDF"), pick, icon=ft.Icons.FOLDER_OPEN_OUTLINED,
                                  disabled=bool(state.busy)))  # fmt: skip
    body = column([
        heading(_("Sign a document"), S.HEADLINE_SMALL),
        text(_("Open one or several PDFs. They stay on this device and the originals are never "
               "changed."), S.BODY_LARGE),
        ft.Row([opening, _verify(state)], wrap=True, run_spacing=8),
        *problem(state.problem, state.words),
        *arrivals(state),
        *_recent(state),
        ft.Divider(),
        *_key(state, keys),
        quiet(_("A printed page cannot be verified by itself, and merging, splitting or saving a "
                "signed PDF anew breaks its signature."), S.BODY_SMALL),
        ft.Divider(),
        switches(state),
    ])  # fmt: skip
    mine = named("keys", link(_("My keys"), own, icon=ft.Icons.KEY_OUTLINED))
    return screen(state, "Teken", body, [mine, ft.Container(width=16)],
                  busy(state.words, state.busy))  # fmt: skip


def _verify(state: AppState) -> ft.Control:
    _ = state.words.gettext
    pick = partial(state.verify_picked, _("Choose the PDF to verify"))
    return named("verify", secondary(_("Verify"), pick, icon=ft.Icons.FACT_CHECK_OUTLINED))


def _recent(state: AppState) -> list[ft.Control]:
    if not state.settings.recent:
        return []
    _ = state.words.gettext
    rows = [_recent_row(state, Path(path)) for path in state.settings.recent]
    return [ft.Column([heading(_("Recent"), S.TITLE_SMALL), *rows], spacing=0, tight=True)]


def _recent_row(state: AppState, path: Path) -> ft.Control:
    _ = state.words.gettext

    async def forget() -> None:
        state.forget(str(path))

    return ft.Row([
        ft.Container(
            ft.Column([text(path.name), quiet(state.folder_of(path), S.BODY_SMALL)], spacing=0),
            expand=True, padding=ft.Padding.symmetric(vertical=8), ink=True,
            on_click=partial(state.open_recent, str(path)),
        ),
        icon_button(ft.Icons.CLOSE, _("Take “{name}” off the list").format(name=path.name), forget),
    ])  # fmt: skip


def _key(state: AppState, keys: KeysState) -> list[ft.Control]:
    """Which key will sign, or how to get one."""
    _ = state.words.gettext
    if keys.unreachable is not None:
        return problem(keys.unreachable, state.words, "keystore")
    if not keys.known:
        return []
    info = keys.info

    async def new() -> None:
        state.platform.go("/keys/new")

    if info is None:
        return [ft.Column([
            text(_("There is no key on this device yet.")),
            ft.Row([named("first-key", link(_("Create a key"), new, icon=ft.Icons.ADD))]),
        ], spacing=4, tight=True)]  # fmt: skip
    until = _("Valid until {date}").format(date=state.words.date(info.not_after))
    return [ft.Column([
        heading(_("Signer"), S.TITLE_SMALL),
        text(info.person.name, S.TITLE_MEDIUM),
        quiet(until),
        ft.Row([uncertified(state.words, info.self_made)], wrap=True),
    ], spacing=4, tight=True)]  # fmt: skip
