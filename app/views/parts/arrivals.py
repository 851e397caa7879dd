"""What became of the files that were chosen: a password is missing, refused, or open."""

from __future__ import annotations

import flet as ft

from app.state import AppState
from app.views.parts.basics import C, S, link, named, notice, primary, secondary, text


def arrivals(state: AppState) -> list[ft.Control]:
    """What is left to say and to do after files were opened; mostly nothing."""
    return [*_passwords(state), *_refused(state), *_open_now(state)]


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
        on_submit=state.give_password, error_max_lines=3,
        error=_("That is not the password of this PDF.") if ask.wrong else None,
    )  # fmt: skip
    return [named("password", notice([
        text(_("“{name}” is protected by a password.").format(name=ask.picked.path.name)),
        ft.Container(height=4), field,
        ft.Row([primary(_("Open"), state.give_password), link(_("Skip this file"), leave)],
               wrap=True),
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
    label = state.words.ngettext(
        "Go on with {count} document", "Go on with {count} documents", count
    )

    async def show() -> None:
        state.platform.go("/document")

    go_on = secondary if state.asks else primary
    return [ft.Row([named("show", go_on(label.format(count=count), show))], wrap=True)]
