"""Where PINs, passphrases and key files come from: a file, standard input, the keyboard."""

from __future__ import annotations

from pathlib import Path

from app import actions
from app.cli.terminal import SECRET_LIMIT, Terminal, from_stdin, secret_text
from app.errors import PinsDiffer


async def pin(file: Path | None, terminal: Terminal) -> str:
    """The PIN of a key."""
    _ = terminal.words.gettext
    return await _secret(file, _("PIN"), terminal)


async def new_pin(file: Path | None, terminal: Terminal) -> str:
    """A new PIN, typed twice. Raises PinsDiffer."""
    _ = terminal.words.gettext
    first = await _secret(file, _("New PIN (at least six characters)"), terminal)
    if file is None and terminal.ask(_("The same PIN again")) != first:
        raise PinsDiffer
    return first


async def passphrase(file: Path | None, terminal: Terminal) -> str:
    """The passphrase of a key file."""
    _ = terminal.words.gettext
    return await _secret(file, _("Passphrase of the key file"), terminal)


async def password(file: Path | None) -> str:
    """The password of the PDFs; empty where none was given."""
    return secret_text(await _read(file)) if file else ""


async def _secret(file: Path | None, prompt: str, terminal: Terminal) -> str:
    return secret_text(await _read(file)) if file else terminal.ask(prompt)


async def _read(file: Path) -> bytes:
    given = from_stdin(file)
    return await actions.read_file(file, SECRET_LIMIT) if given is None else given
