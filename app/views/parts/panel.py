"""What is decided about a document: where the signature shows, why it is given, and by whom."""

from __future__ import annotations

from functools import partial

import flet as ft

from app.model import Place
from app.services.locale import Words
from app.state import AppState
from app.state.document import FIELD, DocumentState, StampDraft
from app.state.keys import KeysState
from app.views.parts.basics import (
    S,
    heading,
    link,
    named,
    notice,
    primary,
    problem,
    quiet,
    text,
    uncertified,
)
from app.views.parts.component import component
from app.views.parts.preflight import look_out

TEXT_LIMIT = 120  # characters of a reason or a place


@component
def Panel(
    state: AppState, document: DocumentState, stamp: StampDraft, keys: KeysState
) -> ft.Control:
    """Everything to decide before the PIN; the button to go on is the screen's."""
    parts = [*_facts(state, document)]
    if document.opened.obstacle is None:
        parts += [
            ft.Divider(), *_where(state, document, stamp),
            ft.Divider(), *_why(state, document),
            ft.Divider(), *_who(state, keys),
        ]  # fmt: skip
    return ft.Column(parts, spacing=12, tight=True,
                     horizontal_alignment=ft.CrossAxisAlignment.STRETCH)  # fmt: skip


def sign_button(state: AppState) -> ft.Control:
    """On to the PIN: one document, or all that are chosen."""
    _, count = state.words.gettext, len(state.to_sign)
    if count < 2:
        return primary(_("Sign"), state.to_pin, icon=ft.Icons.DRAW_OUTLINED, disabled=not count)
    return primary(_("Sign all ({count})").format(count=count), state.to_pin)


def _facts(state: AppState, document: DocumentState) -> list[ft.Control]:
    opened, words = document.opened, state.words
    pages = words.ngettext("{count} page", "{count} pages", document.pages)
    facts = f"{pages.format(count=document.pages)} · {words.size(opened.size)}"
    parts = [heading(opened.name, S.TITLE_SMALL), quiet(facts, S.BODY_SMALL)]
    if opened.signatures:
        told = words.ngettext(
            "This document already holds {count} signature. It has not been verified here.",
            "This document already holds {count} signatures. They have not been verified here.",
            opened.signatures,
        )
        check = link(words.gettext("Verify"), partial(state.verify_opened, document),
                     icon=ft.Icons.FACT_CHECK_OUTLINED)  # fmt: skip
        parts.append(notice([text(told.format(count=opened.signatures)), ft.Row([check])]))
    return [*parts, *look_out(state, document)]


def _where(state: AppState, document: DocumentState, stamp: StampDraft) -> list[ft.Control]:
    _, words = state.words.gettext, state.words

    async def choose(event: ft.Event[ft.RadioGroup]) -> None:
        await state.choose(event.control.value or "auto")

    places = []
    free = not document.opened.fields_only
    if free:
        proposed = _on_page(_("Proposed place"), stamp.proposed, words)
        places.append(_option(state, "auto", proposed, "place-auto"))
    if free and stamp.mode == "placed":
        mine = _on_page(_("My place"), stamp.place, words)
        places.append(_option(state, "placed", mine, "place-mine"))
    for field in document.opened.fields:
        named_field = _("Field “{name}”").format(name=field.name)
        places.append(_option(state, f"{FIELD}{field.name}", named_field, "place-field"))
    if free:
        places.append(_option(state, "hidden", _("Not visible"), "place-hidden"))
    group = ft.RadioGroup(
        ft.Column(places, spacing=0, tight=True), value=document.where, on_change=choose
    )
    title = heading(_("Where the signature shows"), S.TITLE_SMALL)
    return [title, group, *_hints(state, document, stamp)]


def _option(state: AppState, value: str, label: str, identifier: str) -> ft.Control:
    """A radio button whose label wraps; its own would be cut."""
    row = ft.Container(
        ft.Row([ft.Radio(value=value), ft.Container(text(label), expand=True)], spacing=0),
        on_click=partial(state.choose, value), padding=ft.Padding.symmetric(vertical=4),
    )  # fmt: skip
    return ft.Semantics(content=ft.MergeSemantics(content=row), identifier=identifier, key=value)


def _on_page(label: str, place: Place | None, words: Words) -> str:
    if place is None:
        return label
    page = words.gettext("page {page}").format(page=place.page)
    return f"{label} ({page})"


def _hints(state: AppState, document: DocumentState, stamp: StampDraft) -> list[ft.Control]:
    _ = state.words.gettext
    found = problem(stamp.problem, state.words, "stamp-problem")
    if not document.movable or stamp.mode == "hidden":
        return found
    hints = [_("Tap the page to move it; drag its corner to resize it.")]
    if state.wide:
        hints.append(_("The arrow keys move it little by little."))
    back = link(_("Back to the original position"), partial(state.choose, "auto"),
                icon=ft.Icons.UNDO)  # fmt: skip
    reveal = named("reveal", link(_("Show it on the page"), state.reveal_stamp,
                                  icon=ft.Icons.MY_LOCATION))  # fmt: skip
    links = [reveal] if stamp.place else []
    if stamp.mode == "placed":
        links.append(named("reset", back))
    return [*found, quiet(" ".join(hints), S.BODY_SMALL), ft.Column(links, spacing=0, tight=True)]


def _why(state: AppState, document: DocumentState) -> list[ft.Control]:
    _ = state.words.gettext

    async def reason(event: ft.Event[ft.TextField]) -> None:
        document.reason = event.control.value or ""

    async def location(event: ft.Event[ft.TextField]) -> None:
        document.location = event.control.value or ""

    return [
        named("reason", ft.TextField(label=_("Reason (optional)"), value=document.reason,
                                     on_change=reason, max_length=TEXT_LIMIT, counter="")),
        named("location", ft.TextField(label=_("City (optional)"), value=document.location,
                                       on_change=location, max_length=TEXT_LIMIT, counter="")),
    ]  # fmt: skip


def _who(state: AppState, keys: KeysState) -> list[ft.Control]:
    _, info = state.words.gettext, keys.info
    if info is None:
        return [heading(_("Signer"), S.TITLE_SMALL), quiet(_("No key on this device yet."))]

    async def choose(event: ft.Event[ft.Dropdown]) -> None:
        await state.use_key(event.control.value or "")

    shown: ft.Control = text(info.person.name)
    if len(keys.infos) > 1:
        options = [ft.DropdownOption(key=each.name, text=each.name) for each in keys.infos]
        shown = ft.Dropdown(label=_("Key"), value=info.name, options=options, on_select=choose,
                            expand=True)  # fmt: skip
    return [
        heading(_("Signer"), S.TITLE_SMALL),
        ft.Row([shown]) if len(keys.infos) > 1 else shown,
        ft.Row([uncertified(state.words, info.self_made)], wrap=True),
    ]
