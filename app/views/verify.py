"""Whether a signed file is genuine: the verdict in a sentence, then why, then the pages."""

from __future__ import annotations

from functools import partial

import flet as ft

from app.model import Verdict
from app.state import AppState
from app.state.verifying import VerifyingState
from app.views.parts.basics import (
    Act,
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
)
from app.views.parts.component import component
from app.views.parts.paper import Paper
from app.views.parts.screen import column, screen
from app.views.parts.timeline import timeline
from app.views.parts.verdict import banner

READING = 440  # pixels: what is read, beside the pages
MARGIN = 24  # pixels around the pages on a desk


@component
def VerifyScreen(state: AppState, verifying: VerifyingState) -> ft.View:
    """One file; on a desk its pages stand beside the verdict."""
    _ = state.words.gettext
    path, document = ft.use_view_path(), verifying.shown

    async def see() -> None:
        if not state.wide:
            state.platform.go(f"{path}/pages")

    body = column([
        *_waiting(state, verifying),
        *problem(verifying.problem, state.words),
        *([] if verifying.verdict is None else _judged(state, verifying, verifying.verdict, see)),
    ])  # fmt: skip
    if state.wide and document is not None:
        body = ft.Row([
            ft.Container(body, width=READING),
            ft.VerticalDivider(width=1, thickness=1),
            Paper(state, verifying, document, MARGIN),
        ], expand=True, spacing=0, vertical_alignment=ft.CrossAxisAlignment.STRETCH)  # fmt: skip
    another = icon_button(ft.Icons.FOLDER_OPEN_OUTLINED, _("Verify another PDF"),
                          partial(verifying.pick, _("Choose the PDF to verify")))  # fmt: skip
    return screen(state, verifying.name or _("Verification"), body,
                  [another, ft.Container(width=8)], busy(state.words, verifying.busy))  # fmt: skip


@component
def VerifiedPages(state: AppState, verifying: VerifyingState) -> ft.View:
    """The pages as a screen of their own, for a phone."""
    document = verifying.shown
    if document is None:
        body = column([quiet(state.words.gettext("No document is open."))])
    else:
        body = Paper(state, verifying, document, 0)
    return screen(state, verifying.name, body, above=busy(state.words, verifying.busy))


def _waiting(state: AppState, verifying: VerifyingState) -> list[ft.Control]:
    """What stands there before there is a verdict."""
    _ = state.words.gettext
    if verifying.ask is not None:
        return [_password(state, verifying)]
    if verifying.verdict is not None:
        return []
    if verifying.busy:
        return [named("judging", quiet(_("The signatures are being verified …"), S.BODY_LARGE))]
    pick = partial(verifying.pick, _("Choose the PDF to verify"))
    return [
        text(_("Choose a PDF: Teken says whether it is genuine, without any network."),
             S.BODY_LARGE),
        ft.Row([named("choose", primary(_("Choose PDF"), pick))], wrap=True),
    ]  # fmt: skip


def _password(state: AppState, verifying: VerifyingState) -> ft.Control:
    _ = state.words.gettext

    async def typed(event: ft.Event[ft.TextField]) -> None:
        verifying.password = event.control.value or ""

    field = ft.TextField(
        label=_("Password"), value=verifying.password, on_change=typed, password=True,
        autofocus=True, on_submit=verifying.give_password,
        error=_("That is not the password of this PDF.") if verifying.wrong else None,
    )  # fmt: skip
    return named("password", notice([
        text(_("“{name}” is protected by a password.").format(name=verifying.name)),
        ft.Container(height=4), field, ft.Container(height=4),
        ft.Row([primary(_("Verify"), verifying.give_password)], wrap=True),
    ], icon=ft.Icons.LOCK_OUTLINE))  # fmt: skip


def _judged(
    state: AppState, verifying: VerifyingState, verdict: Verdict, see: Act
) -> list[ft.Control]:
    return [
        banner(verdict, state.words),
        *_changes(state, verifying, see),
        _deeds(state, verifying, see),
        *timeline(state.words, verifying, verdict, see),
        *_checked(state, verifying),
    ]


def _changes(state: AppState, verifying: VerifyingState, see: Act) -> list[ft.Control]:
    """The places that look different; a tap shows them."""
    if not verifying.changes:
        return []
    _ = state.words.gettext
    pages: dict[int, int] = {}  # to the number of the first place on each
    for number, place in enumerate(verifying.changes):
        pages.setdefault(place.page, number)

    async def show(number: int) -> None:
        await verifying.show_change(number)
        await see()

    links = [
        named(f"change-{page}", link(_("Show page {page}").format(page=page),
                                     partial(show, number), icon=ft.Icons.CROP_FREE))
        for page, number in pages.items()
    ]  # fmt: skip
    told = _("What looks different from what was signed is outlined in red.")
    return [ft.Column([
        text(told), *_figure(state, verifying, partial(show, 0)),
        ft.Row(links, wrap=True, spacing=16),
    ], spacing=4, tight=True)]  # fmt: skip


def _figure(state: AppState, verifying: VerifyingState, show: Act) -> list[ft.Control]:
    """On a phone the first page that changed stands among the words; a tap shows it large."""
    if verifying.figure is None or state.wide:
        return []
    page = verifying.changes[0].page
    label = state.words.gettext("Changed after signing, page {page}").format(page=page)
    image = ft.Image(verifying.figure, exclude_from_semantics=True, fit=ft.BoxFit.FIT_WIDTH)
    frame = ft.Container(image, border=ft.Border.all(1, C.OUTLINE_VARIANT), on_click=show)
    return [ft.Semantics(content=frame, identifier="figure", label=label, image=True)]


def _deeds(state: AppState, verifying: VerifyingState, see: Act) -> ft.Control:
    """Keep the report; on a phone also: look at the pages."""
    _ = state.words.gettext
    save = partial(verifying.save_report, state.words, _("Save the report"))
    buttons = [named("report", secondary(_("Save report"), save, icon=ft.Icons.SAVE_ALT_OUTLINED,
                                         disabled=bool(verifying.busy)))]  # fmt: skip
    if verifying.document is not None and not (state.wide or verifying.changes):
        buttons.append(named("pages", secondary(_("View the pages"), see,
                                                icon=ft.Icons.DESCRIPTION_OUTLINED)))  # fmt: skip
    row: list[ft.Control] = [ft.Row(buttons, wrap=True, run_spacing=8)]
    if verifying.report_at:
        folder = state.folder_of(verifying.report_at)
        told = _("The report is in the folder {folder}: {name}").format(
            folder=folder, name=verifying.report_at.name
        )
        row.append(ft.Semantics(content=quiet(told, S.BODY_SMALL), live_region=True))
    return ft.Column(row, spacing=6, tight=True)


def _checked(state: AppState, verifying: VerifyingState) -> list[ft.Control]:
    """When this was found, and that it was found here."""
    if verifying.judged_at is None:
        return []
    told = state.words.gettext("Verified on this device, without a network, on {moment}.")
    return [quiet(told.format(moment=state.words.moment(verifying.judged_at)), S.BODY_SMALL)]
