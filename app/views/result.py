"""What came of it: where each signed file is, and why another was not signed."""

from __future__ import annotations

from pathlib import Path

import flet as ft

from app.state import AppState
from app.state.signing import Outcome, SigningState
from app.views.parts.basics import (
    C,
    S,
    busy,
    named,
    notice,
    primary,
    problem,
    quiet,
    text,
    uncertified,
)
from app.views.parts.component import component
from app.views.parts.saved import saved_file
from app.views.parts.screen import column, foot, screen


@component
def ResultScreen(state: AppState, signing: SigningState) -> ft.View:
    """One part a document, the signed ones first said; the way on is always in sight."""
    _ = state.words.gettext
    ft.use_effect(state.settle, dependencies=[])
    body = column([
        _headline(state, signing),
        *([_certainty(state, signing)] if signing.signed else []),
        *problem(signing.problem, state.words),
        *_kept(state, signing),
        *_outcomes(state, signing),
        *_copied(state, signing),
    ])  # fmt: skip
    on = ft.Row([named("next", primary(_next(state), state.next))], wrap=True)
    return screen(state, _("Result"), body, above=busy(state.words, signing.busy), below=[foot(on)])


def _next(state: AppState) -> str:
    rest = len(state.unsigned)
    if not rest:
        return state.words.gettext("Done")
    return state.words.ngettext("Next: {count} more", "Next: {count} more", rest).format(count=rest)


def _headline(state: AppState, signing: SigningState) -> ft.Control:
    _, done, total = state.words.gettext, len(signing.signed), len(signing.outcomes)
    if not done:
        told, icon, ink = _("Not signed"), ft.Icons.CANCEL_OUTLINED, C.ERROR
    else:
        icon, ink = ft.Icons.CHECK_CIRCLE_OUTLINE, C.PRIMARY
        told = _("Signed") if done == total == 1 else _("{done} of {total} signed")
    label = text(told.format(done=done, total=total), S.TITLE_LARGE)
    row = ft.Row([ft.Icon(icon, ink, size=28), label], spacing=12, wrap=True,
                 vertical_alignment=ft.CrossAxisAlignment.CENTER)  # fmt: skip
    return ft.Semantics(content=row, identifier="headline", live_region=True, header=True)


def _certainty(state: AppState, signing: SigningState) -> ft.Control:
    """What this signature is not: said before anybody relies on it."""
    _ = state.words.gettext
    info = signing.signer
    test = info is None or info.self_made
    told = (
        _("This signature was made with a test key of this device. It is not a certified "
          "electronic signature.")
        if test
        else _("Teken has not verified who issued this certificate. Do not count on a certified "
               "electronic signature.")
    )  # fmt: skip
    return notice([ft.Row([uncertified(state.words, test)], wrap=True), text(told)])


def _kept(state: AppState, signing: SigningState) -> list[ft.Control]:
    """Where files without a folder of their own are: said once, not as a path."""
    count = len(signing.signed)
    if not count or not state.platform.downloads:
        return []
    told = state.words.ngettext(
        "Teken keeps the signed file on this device. Download it to have it in your own folder.",
        "Teken keeps the signed files on this device. Download them to have them in your own "
        "folder.", count,
    )  # fmt: skip
    return [named("kept", text(told))]


def _outcomes(state: AppState, signing: SigningState) -> list[ft.Control]:
    """All documents, hairlines between those that were signed."""
    alone = len(signing.outcomes) == 1
    found: list[ft.Control] = []
    for outcome in signing.outcomes:
        part = _outcome(state, signing, outcome, alone)
        found += [ft.Divider(), part] if outcome.saved and not alone else [part]
    return found


def _outcome(state: AppState, signing: SigningState, outcome: Outcome, alone: bool) -> ft.Control:
    """A document: where it is now, or why it was not signed."""
    _ = state.words.gettext
    if outcome.problem is not None:
        ink = C.ON_ERROR_CONTAINER
        return named("failed", notice([
            text(_("Not signed: {name}").format(name=outcome.name), S.TITLE_SMALL, ink),
            text(state.words.explain(outcome.problem), color=ink),
        ], bad=True))  # fmt: skip
    if outcome.saved is None:
        return named("untried", notice([
            text(_("Not signed: {name}").format(name=outcome.name), S.TITLE_SMALL),
            text(_("It was left out when you stopped.")),
        ]))  # fmt: skip
    path = outcome.saved.path
    return named("saved", saved_file(state, signing, outcome, path, alone))


def _copied(state: AppState, signing: SigningState) -> list[ft.Control]:
    if not signing.copied_to:
        return []
    path = Path(signing.copied_to)
    told = state.words.gettext("A copy is in the folder {folder}: {name}")
    line = quiet(told.format(folder=state.folder_of(path), name=path.name))
    return [ft.Semantics(content=line, live_region=True)]
