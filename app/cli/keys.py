"""`teken key create|import|list|delete`."""

from __future__ import annotations

import argparse
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace

from app import actions
from app.actions import Services
from app.cli import secrets
from app.cli.terminal import Terminal
from app.errors import N_, KeyDamaged, NipWrong, UsageFault
from app.model import Algorithm, KeyInfo, Person

_PERSON = ("name", "position", "rank", "nip", "organisation")


async def create(chosen: argparse.Namespace, services: Services, terminal: Terminal) -> None:
    """Make a key with a test certificate."""
    person = with_options(Person(name=chosen.key), chosen)
    kind = chosen.type
    algorithm = Algorithm("ecdsa", "sha384" if kind == "p384" else "sha256")
    if kind.startswith("rsa"):
        algorithm = Algorithm("rsa-pkcs1")
    algorithm = with_algorithm(algorithm, chosen)
    pin = await secrets.new_pin(chosen.pin_file, terminal)
    info = await actions.create_key(services, chosen.key, person, pin, kind, algorithm)
    _show_new(info, terminal)


async def import_(chosen: argparse.Namespace, services: Services, terminal: Terminal) -> None:
    """Move a key file into the keystore."""
    p12 = await actions.read_file(chosen.p12, actions.KEY_FILE_LIMIT)
    passphrase = await secrets.passphrase(chosen.passphrase_file, terminal)
    certified = (await actions.open_key_file(p12, passphrase)).info
    person = with_options(certified.person, chosen)
    algorithm = with_algorithm(certified.algorithm, chosen)
    pin = await secrets.new_pin(chosen.pin_file, terminal)
    info = await actions.import_key(services, chosen.key, p12, passphrase, pin, person, algorithm)
    _show_new(info, terminal)


async def list_(chosen: argparse.Namespace, services: Services, terminal: Terminal) -> None:  # noqa: ARG001 - as the others
    """Show the keys of this device, and what is damaged there."""
    keys = await actions.list_keys(services)
    for info in keys:
        _show(info, terminal)
    damaged = await actions.damaged_keys(services)
    for record in damaged:
        fault = KeyDamaged(name=record)
        terminal.object(name=record, error=terminal.error(fault))
        terminal.note(terminal.words.explain(fault))
    if not keys and not damaged:
        terminal.say(terminal.words.gettext("No key yet: teken key create"))


async def delete(chosen: argparse.Namespace, services: Services, terminal: Terminal) -> None:
    """Delete a key, after its name was typed once more."""
    _ = terminal.words.gettext
    if not chosen.yes:
        prompt = _("This cannot be undone. Type the name of the key to delete it:")
        if terminal.confirm(prompt) != chosen.key:
            raise UsageFault(what=N_("That is another name: nothing was deleted."))
    await actions.delete_key(services, chosen.key)
    terminal.object(ok=True, name=chosen.key)
    terminal.say(_("Deleted: {name}").format(name=chosen.key))


COMMANDS: dict[str, Callable[[argparse.Namespace, Services, Terminal], Awaitable[None]]] = {
    "create": create,
    "import": import_,
    "list": list_,
    "delete": delete,
}


def with_options(person: Person, chosen: argparse.Namespace) -> Person:
    """What was given on the command line goes before what the certificate says."""
    given = {part: getattr(chosen, part) for part in _PERSON if getattr(chosen, part) is not None}
    if nip := given.get("nip"):
        given["nip"] = re.sub(r"\s", "", nip)
        if not re.fullmatch(r"[0-9]{18}", given["nip"]):
            raise NipWrong
    return replace(person, **given)


def with_algorithm(usual: Algorithm, chosen: argparse.Namespace) -> Algorithm:
    """The usual algorithm of a key, changed by --pss and --digest."""
    scheme = "rsa-pss" if chosen.pss else usual.scheme
    return Algorithm(scheme, chosen.digest or usual.digest)


def _show_new(info: KeyInfo, terminal: Terminal) -> None:
    _ = terminal.words.gettext
    terminal.say(_("New key: {name}").format(name=info.name))
    _show(info, terminal)


def _show(info: KeyInfo, terminal: Terminal) -> None:
    """One key: a few lines, or a JSON object."""
    label = actions.label(info)
    terminal.object(
        name=info.name,
        person=info.person.name,
        position=info.person.position,
        organisation=info.person.organisation,
        algorithm=f"{info.algorithm.scheme} {info.algorithm.digest}",
        not_before=info.not_before.isoformat(),
        not_after=info.not_after.isoformat(),
        self_made=info.self_made,
        label=label,
    )
    _ = terminal.words.gettext
    who = ", ".join(part for part in (info.person.name, info.person.position) if part)
    terminal.say(f"{info.name}: {who}")
    until = _("valid until {date}").format(date=terminal.words.date(info.not_after))
    terminal.say(f"  {info.algorithm.scheme} {info.algorithm.digest}, {until}")
    terminal.say(f"  {label}")
