"""A signed file: its name, where a person finds it, and what can be done with it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import NamedTuple

import flet as ft

from app.state import AppState
from app.state.signing import Outcome, SigningState
from app.views.parts.basics import Act, S, icon_button, named, quiet, secondary, text


class _Deed(NamedTuple):
    identifier: str
    icon: ft.IconData
    label: str
    act: Act


def saved_file(
    state: AppState, signing: SigningState, outcome: Outcome, path: Path, alone: bool
) -> ft.Control:
    """One file with its buttons in words; of several, each is a row and its buttons are icons."""
    lines: list[ft.Control] = [text(path.name, S.TITLE_MEDIUM if alone else S.BODY_LARGE)]
    if not state.platform.downloads:
        where = state.words.gettext("In the folder {folder}")
        lines.append(quiet(where.format(folder=state.folder_of(path)), S.BODY_SMALL))
    deeds = _deeds(state, signing, outcome, path)
    if alone:
        buttons = [named(d.identifier, secondary(d.label, d.act, icon=d.icon)) for d in deeds]
        return ft.Column([*lines, ft.Row(buttons, wrap=True, run_spacing=8)], spacing=6, tight=True)
    icons = [
        named(deed.identifier, icon_button(deed.icon, f"{deed.label}: {path.name}", deed.act))
        for deed in deeds
    ]
    if state.large_text:
        return ft.Column([*lines, ft.Row(icons)], spacing=2, tight=True)
    return ft.Row([ft.Column(lines, spacing=2, tight=True, expand=True), *icons])


def _deeds(state: AppState, signing: SigningState, outcome: Outcome, path: Path) -> list[_Deed]:
    """What this device can do with a file."""
    _ = state.words.gettext
    save = partial(signing.save_copy, outcome, _("Save the signed file"))
    if state.platform.downloads:
        found = [_Deed("download", ft.Icons.DOWNLOAD_OUTLINED, _("Download"), save)]
    else:
        show = partial(signing.open_folder, path.parent)
        found = [
            _Deed("folder", ft.Icons.FOLDER_OUTLINED, _("Open folder"), show),
            _Deed("copy", ft.Icons.SAVE_ALT_OUTLINED, _("Save a copy"), save),
        ]
    if state.platform.shares:
        share = partial(signing.share, outcome)
        found.append(_Deed("share", ft.Icons.SHARE_OUTLINED, _("Share"), share))
    check = partial(state.verify_saved, path)
    found.append(_Deed("verify", ft.Icons.FACT_CHECK_OUTLINED, _("Verify"), check))
    return found
