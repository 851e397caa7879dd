"""The first screen: open one or many documents."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import flet as ft

from app.services.settings import THEMES, Theme
from app.state import AppState
from app.state.keys import KeysState
from app.views.parts.basics import (
    C,
    S,
    busy,
    column,
    heading,
    icon_button,
    link,
    named,
    notice,
    primary,
    problem,
    quiet,
    screen,
    text,
    uncertified,
)
from app.views.parts.component import component

_THEME_ICONS = {
    "system": ft.Icons.BRIGHTNESS_AUTO_OUTLINED,
    "light": ft.Icons.LIGHT_MODE_OUTLINED,
    "dark": ft.Icons.DARK_MODE_OUTLINED,
}


@component
def StartScreen(state: AppState, keys: KeysState) -> ft.View:
    """Open documents; what was open last; which key signs."""
    _ = state.words.gettext
    ft.use_effect(keys.load, dependencies=[])

    async def pick() -> None:
        await state.pick(_("Choose the documents to sign"))

    opening = named("open", primary(_("Open PDF"), pick, icon=ft.Icons.FOLDER_OPEN_OUTLINED,
                                    disabled=bool(state.busy)))  # fmt: skip
    body = column([
        heading(_("Sign a document"), S.HEADLINE_SMALL),
        text(_("Open one or several PDFs. They stay on this device and the originals are never "
               "changed."), S.BODY_LARGE),
        ft.Row([opening], wrap=True),
        *problem(state.problem, state.words),
        *_passwords(state),
        *_refused(state),
        *_open_now(state),
        *_recent(state),
        ft.Divider(),
        *_key(state, keys),
        quiet(_("A printed page cannot be verified by itself, and merging, splitting or saving a "
                "signed PDF anew breaks its signature."), S.BODY_SMALL),
    ])  # fmt: skip
    return screen(state, "Teken", body, _switches(state), busy(state.words, state.busy))


def _switches(state: AppState) -> list[ft.Control]:
    _ = state.words.gettext
    other = "en" if state.settings.language == "id" else "id"
    now = state.settings.theme
    following = THEMES[(THEMES.index(now) + 1) % len(THEMES)]
    names = {"system": _("as the device"), "light": _("light"), "dark": _("dark")}

    async def speak() -> None:
        state.speak(other)

    async def dress(theme: Theme) -> None:
        state.change(replace(state.settings, theme=theme))

    async def keys() -> None:
        state.platform.go("/keys")

    return [
        icon_button(ft.Icons.TRANSLATE, "English" if other == "en" else "Bahasa Indonesia", speak),
        icon_button(_THEME_ICONS[now], _("Appearance: {now}").format(now=names[now]),
                    partial(dress, following)),
        icon_button(ft.Icons.KEY_OUTLINED, _("My keys"), keys),
        ft.Container(width=8),
    ]  # fmt: skip


def _passwords(state: AppState) -> list[ft.Control]:
    """The file that waits for its password."""
    if not state.asks:
        return []
    _, ask = state.words.gettext, state.asks[0]

    async def typed(event: ft.Event[ft.TextField]) -> None:
        state.password = event.control.value or ""

    async def leave() -> None:
        state.give_up_password()

    field = ft.TextField(
        label=_("Password"), value=state.password, on_change=typed, password=True, autofocus=True,
        on_submit=state.give_password,
        error=_("That is not the password of this PDF.") if ask.wrong else None,
    )  # fmt: skip
    return [named("password", notice([
        text(_("“{name}” is protected by a password.").format(name=ask.picked.path.name)),
        ft.Container(height=4), field,
        ft.Row([primary(_("Open"), state.give_password), link(_("Do not open"), leave)], wrap=True),
    ], icon=ft.Icons.LOCK_OUTLINE))]  # fmt: skip


def _refused(state: AppState) -> list[ft.Control]:
    """Files that could not be opened, each with its reason."""
    ink = C.ON_ERROR_CONTAINER
    return [
        ft.Semantics(
            content=notice([text(each.name, S.TITLE_SMALL, ink),
                            text(state.words.explain(each.problem), color=ink)], bad=True),
            identifier="refused", live_region=True,
        )
        for each in state.refused
    ]  # fmt: skip


def _open_now(state: AppState) -> list[ft.Control]:
    """The way to what is open, where something was said first."""
    if not state.documents:
        return []
    count = len(state.documents)
    label = state.words.ngettext("Show {count} open document", "Show {count} open documents", count)

    async def show() -> None:
        state.platform.go("/document")

    return [ft.Row([named("show", primary(label.format(count=count), show))], wrap=True)]


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
            ft.Column([text(path.name), quiet(str(path.parent), S.BODY_SMALL)], spacing=0),
            expand=True, padding=ft.Padding.symmetric(vertical=8), ink=True,
            on_click=partial(state.open_recent, str(path)),
        ),
        icon_button(ft.Icons.CLOSE, _("Take off the list"), forget),
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
