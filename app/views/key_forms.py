"""The two forms that bring a key onto this device: create one, or import a .p12 file."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import flet as ft

from app.state import AppState
from app.state.keys import KeyForm, KeysState
from app.views.parts.basics import (
    S,
    busy,
    heading,
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

NAME_LIMIT = 100  # characters
PIN_LIMIT = 64


@component
def CreateKeyScreen(state: AppState, keys: KeysState, form: KeyForm) -> ft.View:
    """Who signs, as it will be printed, and a PIN."""
    _ = state.words.gettext
    ft.on_unmounted(keys.leave_form)

    async def create() -> None:
        if await keys.create():
            await _used(state)

    body = column([
        ft.Row([uncertified(state.words, True)], wrap=True),
        text(_("This key is for trying out and for use inside your office. Only a certificate of a "
               "recognised authority (PSrE) makes a certified electronic signature.")),
        heading(_("As it is printed in the signature"), S.TITLE_SMALL),
        _field(form, "name", _("Full name with titles")),
        _field(form, "position", _("Position (optional)"), hint=_("with Plt. or Plh., if any")),
        _field(form, "rank", _("Rank and grade (optional)")),
        _field(form, "nip", _("NIP (optional)"), hint=_("18 digits")),
        _field(form, "organisation", _("Office (optional)")),
        *_pins(state, form),
        *problem(keys.problem, state.words),
        ft.Row([named("create-now", primary(_("Create the key"), create,
                                            disabled=bool(keys.busy)))], wrap=True),
    ])  # fmt: skip
    return screen(state, _("New key"), body, above=busy(state.words, keys.busy))


@component
def ImportKeyScreen(state: AppState, keys: KeysState, form: KeyForm) -> ft.View:
    """A key file, its passphrase, and a PIN for this device."""
    _ = state.words.gettext
    ft.on_unmounted(keys.leave_form)

    async def bring() -> None:
        if await keys.import_file():
            await _used(state)

    async def pick() -> None:
        await keys.pick_file(_("Choose the key file"))

    chosen = [text(form.file.path.name, S.TITLE_SMALL)] if form.file else []
    body = column([
        text(_("A certificate authority (PSrE) hands out a key as a .p12 file with a passphrase. "
               "It is moved into the keystore of this device; keep the file in a safe place.")),
        ft.Row([named("pick-key", secondary(_("Choose file"), pick,
                                            icon=ft.Icons.FOLDER_OPEN_OUTLINED)), *chosen],
               wrap=True),
        _field(form, "passphrase", _("Passphrase of the file"), secret=True),
        *_pins(state, form),
        *problem(keys.problem, state.words),
        ft.Row([named("import-now", primary(_("Import the key"), bring,
                                            disabled=bool(keys.busy)))], wrap=True),
    ])  # fmt: skip
    return screen(state, _("Import a key"), body, above=busy(state.words, keys.busy))


def _pins(state: AppState, form: KeyForm) -> list[ft.Control]:
    _ = state.words.gettext
    return [
        heading(_("PIN for signing"), S.TITLE_SMALL),
        quiet(_("At least six digits, not all alike and not in a row. Never tell it to anyone; "
                "nobody can recover it.")),
        _field(form, "pin", _("PIN"), secret=True),
        _field(form, "again", _("PIN again"), secret=True),
    ]  # fmt: skip


def _field(
    form: KeyForm, name: str, label: str, hint: str = "", secret: bool = False
) -> ft.Control:
    return named(f"field-{name}", ft.TextField(
        label=label, value=getattr(form, name), on_change=_typed(form, name), password=secret,
        helper=hint or None, helper_max_lines=3, counter="",
        max_length=PIN_LIMIT if secret else NAME_LIMIT,
    ))  # fmt: skip


def _typed(form: KeyForm, name: str) -> Callable[[ft.Event[ft.TextField]], Awaitable[None]]:
    async def typed(event: ft.Event[ft.TextField]) -> None:
        setattr(form, name, event.control.value or "")

    return typed


async def _used(state: AppState) -> None:
    """Back to where a key was missed."""
    await state.use_key(state.keys.chosen)
    state.platform.go("/document/unlock" if state.documents else "/keys")
