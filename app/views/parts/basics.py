"""The small pieces that every screen is made of."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import flet as ft

from app.crypto.text import visible
from app.errors import TekenError
from app.services.locale import Words
from app.views import theme

Act = Callable[[], Awaitable[None]]
C = ft.Colors
S = ft.TextThemeStyle


def named(identifier: str, content: ft.Control) -> ft.Control:
    """Give a piece a name for tests and assistive tools."""
    return ft.Semantics(content=content, identifier=identifier)


def text(
    value: str, style: ft.TextThemeStyle = S.BODY_MEDIUM, color: str | None = None, **more: object
) -> ft.Text:
    """A text in one of the theme's styles; it wraps, is never cut, and hides nothing."""
    shown = visible(value)
    return ft.Text(shown, theme_style=style, color=color, **more)  # type: ignore[arg-type]


def quiet(value: str, style: ft.TextThemeStyle = S.BODY_MEDIUM) -> ft.Text:
    """What may be read, and need not be."""
    return text(value, style, C.ON_SURFACE_VARIANT)


def heading(value: str, style: ft.TextThemeStyle = S.TITLE_MEDIUM) -> ft.Control:
    """A heading, also for a screen reader."""
    return ft.Semantics(content=text(value, style), header=True)


def primary(
    label: str, act: Act, *, icon: ft.IconData | None = None, disabled: bool = False
) -> ft.Control:
    """The one filled button of a screen."""
    return ft.FilledButton(label, icon=icon, on_click=act, disabled=disabled)


def secondary(
    label: str, act: Act, *, icon: ft.IconData | None = None, disabled: bool = False
) -> ft.Control:
    """An outlined button."""
    return ft.OutlinedButton(label, icon=icon, on_click=act, disabled=disabled)


def link(label: str, act: Act, *, icon: ft.IconData | None = None, disabled: bool = False
         ) -> ft.Control:  # fmt: skip
    """A button that is only its words."""
    return ft.TextButton(label, icon=icon, on_click=act, disabled=disabled)


def icon_button(icon: ft.IconData, label: str, act: Act, *, disabled: bool = False) -> ft.Control:
    """A button that is only an icon; `label` is its tooltip and its name for a screen reader."""
    button = ft.IconButton(
        icon=icon, tooltip=visible(label), on_click=act, disabled=disabled,
        size_constraints=ft.BoxConstraints(min_width=theme.TARGET, min_height=theme.TARGET),
    )  # fmt: skip
    return ft.MergeSemantics(content=button)


def notice(
    content: Sequence[ft.Control], *, bad: bool = False, icon: ft.IconData | None = None
) -> ft.Control:
    """A calm box with something to know; `bad`: something went wrong."""
    ink = C.ON_ERROR_CONTAINER if bad else C.ON_SURFACE_VARIANT
    mark = ft.Icon(icon or (ft.Icons.ERROR_OUTLINE if bad else ft.Icons.INFO_OUTLINE), color=ink,
                   size=20)  # fmt: skip
    return ft.Container(
        ft.Row(
            [mark, ft.Column([*content], spacing=4, expand=True, tight=True,
                             horizontal_alignment=ft.CrossAxisAlignment.STRETCH)],
            spacing=12, vertical_alignment=ft.CrossAxisAlignment.START,
        ),
        bgcolor=C.ERROR_CONTAINER if bad else C.SURFACE_CONTAINER,
        border_radius=8, padding=ft.Padding.symmetric(vertical=12, horizontal=14),
    )  # fmt: skip


def problem(
    error: TekenError | None, words: Words, identifier: str = "problem"
) -> list[ft.Control]:
    """What went wrong, in place, read out at once; nothing where nothing did."""
    if error is None:
        return []
    told = notice([text(words.explain(error), color=C.ON_ERROR_CONTAINER)], bad=True)
    return [ft.Semantics(content=told, identifier=identifier, live_region=True)]


def uncertified(words: Words, self_made: bool) -> ft.Control:
    """The label that stands wherever a signature is shown."""
    _ = words.gettext
    label = _("NOT CERTIFIED - TEST") if self_made else _("NOT CERTIFIED")
    return named("uncertified", ft.Container(
        text(label, S.LABEL_SMALL, C.ON_SURFACE),
        border=ft.Border.all(1, C.OUTLINE), border_radius=4,
        padding=ft.Padding.symmetric(vertical=3, horizontal=8),
    ))  # fmt: skip


def busy(words: Words, what: str) -> list[ft.Control]:
    """A thin line while something is being done, with its name for a screen reader."""
    if not what:
        return []
    told = words.gettext(what)
    bar = ft.ProgressBar(bar_height=3)
    return [ft.Semantics(content=bar, label=told, live_region=True, exclude_semantics=True)]
