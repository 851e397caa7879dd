"""The PIN: which key signs which documents, unlocked once for all of them."""

from __future__ import annotations

import asyncio

import flet as ft

from app.model import KeyInfo
from app.state import AppState
from app.state.keys import KeysState
from app.state.signing import SigningState
from app.views.parts.basics import (
    S,
    busy,
    link,
    named,
    primary,
    problem,
    quiet,
    text,
    uncertified,
)
from app.views.parts.component import component
from app.views.parts.screen import column, foot, screen
from app.views.parts.to_sign import ToSign


@component
def UnlockScreen(state: AppState, keys: KeysState, signing: SigningState) -> ft.View:
    """Who signs, what is signed, and the PIN: on a phone at the foot, above its keyboard."""
    _ = state.words.gettext
    above = busy(state.words, signing.busy)
    if keys.info is None:
        return screen(state, _("Signer"), column(_no_key(state, keys)), above=above)
    parts = [*_signer(state, keys.info), ToSign(state)]
    act = _Progress(state, signing) if signing.total else _Pin(state, signing)
    if state.wide:
        return screen(state, _("Enter the PIN"), column([*parts, act]), above=above)
    return screen(state, _("Enter the PIN"), column(parts), above=above, below=[foot(act)])


def _no_key(state: AppState, keys: KeysState) -> list[ft.Control]:
    _ = state.words.gettext
    if keys.unreachable is not None:
        return [
            *problem(keys.unreachable, state.words, "keystore"),
            ft.Row([primary(_("Try again"), keys.load)], wrap=True),
        ]

    async def new() -> None:
        state.platform.go("/keys/new")

    async def bring() -> None:
        state.platform.go("/keys/import")

    return [
        text(_("To sign, this device needs a key of yours."), S.BODY_LARGE),
        ft.Row([named("create-key", primary(_("Create a key"), new)),
                link(_("Import a .p12 file"), bring)], wrap=True),
    ]  # fmt: skip


def _signer(state: AppState, info: KeyInfo) -> list[ft.Control]:
    _ = state.words.gettext
    until = _("Valid until {date}").format(date=state.words.date(info.not_after))
    return [ft.Column([
        quiet(_("Signer"), S.LABEL_MEDIUM),
        text(info.person.name, S.TITLE_LARGE),
        quiet(" · ".join(filter(None, (info.person.position, until)))),
        ft.Container(uncertified(state.words, info.self_made), padding=ft.Padding.only(top=4)),
    ], spacing=2, tight=True)]  # fmt: skip


@component
def _Pin(state: AppState, signing: SigningState) -> ft.Control:
    """The field for the PIN; after wrong ones it waits, and says how long."""
    _ = state.words.gettext
    seconds = signing.seconds_to_wait()
    beat, set_beat = ft.use_state(0)

    async def tick() -> None:
        if signing.seconds_to_wait():
            await asyncio.sleep(1)
            set_beat(beat + 1)

    ft.use_effect(tick, dependencies=[beat, signing.ready_at])
    shown: ft.Ref[ft.TextField] = ft.use_memo(ft.Ref, [])

    async def begin() -> None:
        """Ready to type on a desk; on a phone the keyboard would hide what is signed."""
        if state.wide and shown.current is not None:
            await shown.current.focus()  # type: ignore[no-untyped-call]

    ft.use_effect(begin, dependencies=[])
    ft.on_unmounted(signing.forget_pin)

    async def typed(event: ft.Event[ft.TextField]) -> None:
        signing.pin = event.control.value or ""

    waiting = seconds > 0
    field = ft.TextField(
        label=_("PIN"), value=signing.pin, on_change=typed, on_submit=state.sign, password=True,
        ref=shown, disabled=bool(signing.busy),
    )  # fmt: skip
    label = _("Wait {seconds} seconds").format(seconds=seconds) if waiting else _("Sign now")
    idle = not signing.pin or waiting or bool(signing.busy) or not state.to_sign
    return ft.Column([
        named("pin", field),
        *problem(signing.problem, state.words),
        ft.Row([named("sign-now", primary(label, state.sign, disabled=idle,
                                          icon=ft.Icons.LOCK_OPEN_OUTLINED))], wrap=True),
    ], spacing=12, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)  # fmt: skip


@component
def _Progress(state: AppState, signing: SigningState) -> ft.Control:
    """How far it is; what is not begun yet can be left out."""
    _ = state.words.gettext
    done = len(signing.outcomes)
    told = _("{done} of {total} documents").format(done=done, total=signing.total)

    async def stop() -> None:
        signing.stop()

    return ft.Column([
        ft.ProgressBar(value=done / max(signing.total, 1), bar_height=6, border_radius=3),
        ft.Semantics(content=text(told), identifier="progress", live_region=True),
        ft.Row([link(_("Stop after this one"), stop)], wrap=True),
    ], spacing=8, tight=True)  # fmt: skip
