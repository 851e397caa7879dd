"""A component that survives its own faults: Flet stops drawing for good after one that raises."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import flet as ft

from app.errors import InternalFault
from app.services.locale import LANGUAGES, words

P = ParamSpec("P")
R = TypeVar("R", bound=ft.Control)

log = logging.getLogger("teken")


def component(draw: Callable[P, R]) -> Callable[P, R]:
    """As `ft.component`; what goes wrong while drawing is logged and told in its place."""
    is_view = draw.__annotations__.get("return") == "ft.View"

    @functools.wraps(draw)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ft.Control:
        try:
            return draw(*args, **kwargs)
        except Exception as error:
            log.exception("%s cannot be drawn", draw.__name__)
            told = ft.Text(_explain(error))
            if is_view:
                return ft.View(route=ft.use_view_path(), appbar=ft.AppBar(), controls=[told])
            return told

    return ft.component(guarded)  # type: ignore[arg-type]


def _explain(error: Exception) -> str:
    """In all languages: which one is chosen is not known here."""
    fault = InternalFault(what=type(error).__name__)
    return "\n".join(words(language).explain(fault) for language in LANGUAGES)
