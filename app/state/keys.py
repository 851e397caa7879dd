"""The keys of this device as the screens show them, and the forms that create and import one."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, fields

import flet as ft

from app import actions
from app.errors import N_, KeyFileMissing, NipWrong, PersonNameMissing, PinsDiffer, TekenError
from app.model import KeyInfo, KeyKind, Person
from app.services import files
from app.state.platform import Picked, Platform
from app.state.work import Work

NIP_DIGITS = 18


@ft.observable
@dataclass(eq=False)
class KeyForm:
    """What is typed into "create" or "import"; emptied as soon as it was used."""

    key_name: str = ""
    name: str = ""
    position: str = ""
    rank: str = ""
    nip: str = ""
    organisation: str = ""
    kind: KeyKind = "p256"
    pin: str = field(default="", repr=False)
    again: str = field(default="", repr=False)
    passphrase: str = field(default="", repr=False)
    file: Picked | None = None

    def clear(self) -> None:
        """Forget everything typed."""
        for each in fields(self):
            setattr(self, each.name, each.default)

    def forget_secrets(self) -> None:
        """Forget PIN and passphrase."""
        self.pin = self.again = self.passphrase = ""

    @property
    def person(self) -> Person:
        nip = "".join(self.nip.split())
        texts = (self.name, self.position, self.rank, nip, self.organisation)
        return Person(*(text.strip() for text in texts))

    def check(self, with_person: bool) -> None:
        """Raise what the person should mend before anything is asked of the keystore."""
        person = self.person
        if with_person and not person.name:
            raise PersonNameMissing
        plain = person.nip.isascii() and person.nip.isdigit() and len(person.nip) == NIP_DIGITS
        if with_person and person.nip and not plain:
            raise NipWrong
        if self.pin != self.again:
            raise PinsDiffer


@ft.observable
@dataclass(eq=False)
class KeysState(Work):
    """All keys, and the one that would sign. `known` False: nobody asked the keystore yet."""

    services: actions.Services = field(kw_only=True)
    platform: Platform = field(kw_only=True)
    chosen: str = ""
    infos: tuple[KeyInfo, ...] = ()
    known: bool = False
    unreachable: TekenError | None = None  # why the keystore cannot be asked
    deleting: str = ""  # the key whose deletion waits for a yes
    form: KeyForm = field(default_factory=KeyForm)

    @property
    def info(self) -> KeyInfo | None:
        """The key that would sign: the one chosen, else the first."""
        named = (info for info in self.infos if info.name == self.chosen)
        return next(named, self.infos[0] if self.infos else None)

    async def load(self) -> None:
        """Ask the keystore for its keys."""
        try:
            self.infos, self.unreachable = await actions.list_keys(self.services), None
        except TekenError as error:
            self.infos, self.unreachable = (), error
        self.known = True

    def leave_form(self) -> None:
        """Leave neither a PIN nor a complaint behind on a form that is left."""
        self.form.forget_secrets()
        self.problem = None

    async def create(self) -> bool:
        """A new key from the form."""
        async with self.doing(N_("Creating the key")):
            form = self.form
            form.check(with_person=True)
            name = form.key_name.strip() or self._free_name(form.person.name)
            await actions.create_key(self.services, name, form.person, form.pin, form.kind)
            await self._use(name)
            return True
        return False

    async def pick_file(self, title: str) -> None:
        """Let the person choose a key file."""
        async with self.doing(""):
            picked = await self.platform.pick_key_file(title)
            if picked is not None:
                self.form.file = picked

    async def import_file(self) -> bool:
        """The key of the chosen file, under a PIN of this device."""
        async with self.doing(N_("Importing the key")):
            form = self.form
            if form.file is None:
                raise KeyFileMissing
            form.check(with_person=False)
            p12 = await asyncio.to_thread(files.read_bytes, form.file.path, actions.KEY_FILE_LIMIT)
            name = form.key_name.strip() or self._free_name(form.file.path.stem)
            await actions.import_key(self.services, name, p12, form.passphrase, form.pin)
            form.file.discard()
            await self._use(name)
            return True
        return False

    async def delete(self) -> None:
        """Delete the key whose deletion was asked for."""
        async with self.doing(N_("Deleting the key")):
            name, self.deleting = self.deleting, ""
            await actions.delete_key(self.services, name)
        await self.load()

    async def _use(self, name: str) -> None:
        self.form.clear()
        self.chosen = name
        await self.load()

    def _free_name(self, wish: str) -> str:
        """A name for a key that the person did not name."""
        taken = {info.name for info in self.infos}
        numbered = (wish if not n else f"{wish} {n + 1}" for n in range(len(taken) + 1))
        return next(name for name in numbered if name not in taken)
