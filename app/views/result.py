"""What came of it: where each signed file is, and why another was not signed."""

from __future__ import annotations

from functools import partial

import flet as ft

from app.state import AppState
from app.state.signing import Outcome, SigningState
from app.views.parts.basics import (
    C,
    S,
    busy,
    column,
    named,
    notice,
    primary,
    problem,
    quiet,
    screen,
    secondary,
    text,
    uncertified,
)
from app.views.parts.component import component


@component
def ResultScreen(state: AppState, signing: SigningState) -> ft.View:
    """One part a document, the signed ones first said."""
    _ = state.words.gettext
    many = len(signing.outcomes) > 1
    body = column([
        _headline(state, signing),
        *([_certainty(state, signing)] if signing.signed else []),
        *problem(signing.problem, state.words),
        *[_outcome(state, signing, each) for each in signing.outcomes],
        *_copied(state, signing),
        *([ft.Divider()] if many else []),
        ft.Row([named("next", primary(_next(state), state.next))], wrap=True),
    ])  # fmt: skip
    return screen(state, _("Result"), body, above=busy(state.words, signing.busy))


def _next(state: AppState) -> str:
    rest = len(state.documents)
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
    label = text(told.format(done=done, total=total), S.HEADLINE_SMALL)
    row = ft.Row([ft.Icon(icon, ink, size=32), ft.Container(label, expand=True)], spacing=12)
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


def _outcome(state: AppState, signing: SigningState, outcome: Outcome) -> ft.Control:
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
    return named("saved", ft.Column([
        text(path.name, S.TITLE_MEDIUM),
        quiet(_("Saved in {folder}").format(folder=path.parent), S.BODY_SMALL),
        ft.Row(_buttons(state, signing, outcome), wrap=True, run_spacing=8),
    ], spacing=6, tight=True))  # fmt: skip


def _buttons(state: AppState, signing: SigningState, outcome: Outcome) -> list[ft.Control]:
    _, saved = state.words.gettext, outcome.saved
    if saved is None:
        return []
    save = partial(signing.save_copy, outcome, _("Save the signed file"))
    if state.platform.downloads:
        found = [named("download", secondary(_("Download"), save,
                                             icon=ft.Icons.DOWNLOAD_OUTLINED))]  # fmt: skip
    else:
        open_folder = partial(signing.open_folder, saved.path.parent)
        found = [
            named("folder", secondary(_("Open folder"), open_folder,
                                      icon=ft.Icons.FOLDER_OUTLINED)),
            named("copy", secondary(_("Save a copy"), save, icon=ft.Icons.SAVE_ALT_OUTLINED)),
        ]  # fmt: skip
    if state.platform.shares:
        share = partial(signing.share, outcome)
        found.append(named("share", secondary(_("Share"), share, icon=ft.Icons.SHARE_OUTLINED)))
    return found


def _copied(state: AppState, signing: SigningState) -> list[ft.Control]:
    if not signing.copied_to:
        return []
    told = state.words.gettext("Copied to {path}").format(path=signing.copied_to)
    return [ft.Semantics(content=quiet(told), live_region=True)]
