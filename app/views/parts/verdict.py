"""A verdict for the eyes: colour, icon and words together, each of which would do alone."""

from __future__ import annotations

from typing import NamedTuple

import flet as ft

from app.model import SignatureReport, Verdict, VerdictName
from app.services import verdicts
from app.services.locale import Words
from app.views.parts.basics import C, S, named, text


class Tone(NamedTuple):
    """Green is for what is verified, red for what is altered or invalid; the rest is neutral."""

    icon: ft.IconData
    color: str


TONES: dict[VerdictName, Tone] = {
    "valid": Tone(ft.Icons.VERIFIED_OUTLINED, C.SECONDARY),
    "indeterminate": Tone(ft.Icons.HOURGLASS_EMPTY, C.ON_SURFACE_VARIANT),
    "untrusted": Tone(ft.Icons.HELP_OUTLINE, C.ON_SURFACE_VARIANT),
    "altered": Tone(ft.Icons.REPORT_OUTLINED, C.TERTIARY),
    "invalid": Tone(ft.Icons.CANCEL_OUTLINED, C.TERTIARY),
    "unsigned": Tone(ft.Icons.DRAW_OUTLINED, C.ON_SURFACE_VARIANT),
    "unreadable": Tone(ft.Icons.VISIBILITY_OFF_OUTLINED, C.ON_SURFACE_VARIANT),
}


def banner(verdict: Verdict, words: Words) -> ft.Control:
    """The verdict on a file: in a word, then in a sentence."""
    icon, color = TONES[verdict.name]
    word = text(verdicts.word(verdict.name, words), S.TITLE_LARGE, color)
    box = ft.Container(
        ft.Column([
            ft.Row([ft.Icon(icon, color, size=28), ft.Container(word, expand=True)], spacing=10),
            text(verdicts.sentence(verdict, words), S.BODY_LARGE),
            *_certainty(verdict, words),
        ], spacing=8, tight=True),
        bgcolor=C.SURFACE_CONTAINER, padding=ft.Padding.all(16),
        border=ft.Border.only(left=ft.BorderSide(4, color)),
    )  # fmt: skip
    return ft.Semantics(content=box, identifier="verdict", live_region=True)


def _certainty(verdict: Verdict, words: Words) -> list[ft.Control]:
    """One label for all who signed: the weakest."""
    people = [each for each in verdict.signatures if each.kind != "timestamp"]
    if not people:
        return []
    weakest = min(people, key=verdicts.is_certified)
    return [ft.Row([certainty(weakest, words)], wrap=True)]


def certainty(report: SignatureReport, words: Words) -> ft.Control:
    """Whether it is a certified electronic signature, said wherever one is shown."""
    _ = words.gettext
    certified = verdicts.is_certified(report)
    label = _("CERTIFIED") if certified else _("NOT CERTIFIED")
    return named("certified" if certified else "uncertified", ft.Container(
        text(label, S.LABEL_SMALL),
        border=ft.Border.all(1, C.OUTLINE), border_radius=4,
        padding=ft.Padding.symmetric(vertical=3, horizontal=8),
    ))  # fmt: skip


def chip(name: VerdictName, words: Words) -> ft.Control:
    """The verdict on one signature."""
    icon, color = TONES[name]
    return ft.Row([
        ft.Icon(icon, color, size=18), text(verdicts.word(name, words), S.LABEL_MEDIUM, color),
    ], spacing=6, tight=True)  # fmt: skip
