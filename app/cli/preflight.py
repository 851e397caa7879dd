"""`teken preflight`: whether a file will sign and stay valid, what is odd in it, and its repair."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from app import actions
from app.cli import secrets
from app.cli.terminal import Terminal
from app.errors import TekenError

if TYPE_CHECKING:
    from app.actions import PreFlight

OK, REFUSED = 0, 1
REPAIRED = "-diperbaiki"  # behind the name of a repaired file


async def run(chosen: argparse.Namespace, terminal: Terminal) -> int:
    """Look at what was named; 0 where all of it can be signed, repaired or as it is."""
    password = await secrets.password(chosen.password_file)
    good = [await _look(path, chosen, password, terminal) for path in chosen.files]
    return OK if all(good) else REFUSED


async def _look(path: Path, chosen: argparse.Namespace, password: str, terminal: Terminal) -> bool:
    try:
        found = await actions.preflight(path, password)
        repaired = None
        if chosen.repair and found.repairable:
            target = (chosen.out_dir or path.parent) / f"{path.stem}{REPAIRED}.pdf"
            repaired = await actions.repair(path, target, password)
            found = await actions.preflight(repaired, password)
    except TekenError as fault:
        terminal.object(file=str(path), ok=False, error=terminal.error(fault))
        terminal.note(f"{path}: {terminal.words.explain(fault)}")
        return False
    _report(path, found, repaired, terminal)
    return found.obstacle is None


def _report(path: Path, found: PreFlight, repaired: Path | None, terminal: Terminal) -> None:
    _ = terminal.words.gettext
    obstacle = found.obstacle
    notes = [{"code": odd.code, "text": _(odd.sentence)} for odd in found.oddities]
    terminal.object(
        file=str(path),
        ok=obstacle is None,
        error=terminal.error(obstacle) if obstacle else None,
        repaired=str(repaired) if repaired else None,
        signatures=found.signatures,
        fields=[field.name for field in found.fields],
        notes=notes,
    )
    said = terminal.words.explain(obstacle) if obstacle else _("It can be signed.")
    terminal.say(f"{path}: {said}")
    if repaired:
        terminal.say("  " + _("Repaired: {file}").format(file=repaired))
    if obstacle and found.repairable:
        terminal.say("  " + _("A repair may help: --repair."))
    for note in notes:
        terminal.say(f"  {note['text']}")
