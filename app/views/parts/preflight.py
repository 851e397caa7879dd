"""What to know of a document before it is signed: what hinders, what mends it, what is odd."""

from __future__ import annotations

from functools import partial

import flet as ft

from app.state import AppState
from app.state.document import DocumentState
from app.views.parts.basics import S, named, notice, problem, quiet, secondary, text

ASIDE = ("encrypted", "pdfa", "pdfua")  # no doubt about them: facts, in one quiet line each


def look_out(state: AppState, document: DocumentState) -> list[ft.Control]:
    """All of it, mostly nothing."""
    _ = state.words.gettext
    mended: list[ft.Control] = []
    if document.opened.repairable:
        mended = [quiet(_("Teken can write this document anew. The damaged file stays as it is."),
                        S.BODY_SMALL)]  # fmt: skip
    if document.repaired:
        mended = [notice([text(_("This is a repaired copy. Look through its pages before you "
                                 "sign."))])]  # fmt: skip
    return [*obstacle(state, document), *mended, *_oddities(state, document)]


def obstacle(state: AppState, document: DocumentState) -> list[ft.Control]:
    """Why it cannot be signed, and the way out where there is one."""
    told = problem(document.opened.obstacle, state.words, "obstacle")
    if not document.opened.repairable:
        return told
    _ = state.words.gettext
    mend = secondary(_("Repair"), partial(state.repair, document),
                     icon=ft.Icons.BUILD_OUTLINED, disabled=bool(state.busy))  # fmt: skip
    return [
        *told,
        ft.Row([named("repair", mend)], wrap=True),
        *problem(document.problem, state.words, "repair-problem"),
    ]  # fmt: skip


def _oddities(state: AppState, document: DocumentState) -> list[ft.Control]:
    """Nothing is forbidden; the person should know of it before and not after."""
    _ = state.words.gettext
    found = document.opened.oddities
    odd = [text(_(each.sentence)) for each in found if each.code not in ASIDE]
    aside = [quiet(_(each.sentence)) for each in found if each.code in ASIDE]
    return [named("oddities", notice(odd)), *aside] if odd else [*aside]
