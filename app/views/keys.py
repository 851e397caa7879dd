"""The keys of this device: who they sign for, until when, and that they are not certified."""

from __future__ import annotations

import flet as ft

from app.model import KeyInfo
from app.state import AppState
from app.state.keys import KeysState
from app.views.parts.basics import (
    C,
    S,
    busy,
    icon_button,
    link,
    named,
    notice,
    primary,
    problem,
    quiet,
    secondary,
    text,
    uncertified,
)
from app.views.parts.component import component
from app.views.parts.screen import column, screen


@component
def KeysScreen(state: AppState, keys: KeysState) -> ft.View:
    """All keys, and the two ways to get one."""
    _ = state.words.gettext
    ft.use_effect(keys.load, dependencies=[])

    async def new() -> None:
        state.platform.go("/keys/new")

    async def bring() -> None:
        state.platform.go("/keys/import")

    empty = keys.known and not keys.infos and keys.unreachable is None
    create = primary if empty else secondary
    body = column([
        *problem(keys.unreachable, state.words, "keystore"),
        *problem(keys.problem, state.words),
        *([text(_("There is no key on this device yet."), S.BODY_LARGE)] if empty else []),
        *_rows(state, keys),
        ft.Row([named("create", create(_("Create a key"), new, icon=ft.Icons.ADD)),
                named("import", secondary(_("Import a .p12 file"), bring))],
               wrap=True, run_spacing=8),
    ])  # fmt: skip
    return screen(state, _("My keys"), body, above=busy(state.words, keys.busy))


def _rows(state: AppState, keys: KeysState) -> list[ft.Control]:
    rows: list[ft.Control] = []
    for info in keys.infos:
        rows += [_row(state, keys, info), ft.Divider()]
    return rows


def _row(state: AppState, keys: KeysState, info: KeyInfo) -> ft.Control:
    _, words = state.words.gettext, state.words

    async def ask() -> None:
        keys.deleting = info.name

    person = info.person.name
    facts = ft.Column([
        text(person, S.TITLE_MEDIUM),
        *([quiet(info.name)] if info.name != person else []),
        *([quiet(info.person.position)] if info.person.position else []),
        _validity(state, info),
        ft.Container(ft.Row([uncertified(words, info.self_made)], wrap=True),
                     padding=ft.Padding.only(top=4)),
    ], spacing=2, tight=True)  # fmt: skip
    remove = icon_button(ft.Icons.DELETE_OUTLINE, _("Delete “{name}”").format(name=info.name), ask)
    beside = ft.Container(facts, padding=ft.Padding.only(top=12), expand=True)  # of its icon
    row = ft.Row([beside, remove], vertical_alignment=ft.CrossAxisAlignment.START)
    if keys.deleting != info.name:
        return named("key", row)
    return named("key", ft.Column([row, _sure(state, keys, info)], spacing=8, tight=True))


def _validity(state: AppState, info: KeyInfo) -> ft.Control:
    _, words = state.words.gettext, state.words
    first, last = words.date(info.not_before), words.date(info.not_after)
    if state.services.clock() > info.not_after:
        return text(_("Expired on {date}").format(date=last), color=C.TERTIARY)
    return quiet(_("Valid {first} to {last}").format(first=first, last=last))


def _sure(state: AppState, keys: KeysState, info: KeyInfo) -> ft.Control:
    """Deleting is for good: asked once more, in place."""
    _ = state.words.gettext

    async def keep() -> None:
        keys.deleting = ""

    told = _("Delete the key “{name}” for good? Documents that it signed stay as they are, but it "
             "can sign no more.").format(name=info.name)  # fmt: skip
    return notice([
        text(told, color=C.ON_ERROR_CONTAINER),
        ft.Row([named("delete", primary(_("Delete for good"), keys.delete)),
                link(_("Keep it"), keep)], wrap=True),
    ], bad=True, icon=ft.Icons.DELETE_OUTLINE)  # fmt: skip
