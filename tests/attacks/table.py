"""A row for every attack file: how it is built, and how it must be judged.

A control is the same builder without its evil: it must be valid, so that nobody passes by refusing
everything.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from app.crypto.verify.trust import Trust
from app.model import VerdictName
from tests.attacks import authorities, families
from tests.attacks.base import BOTH, Base, Document

Builder = Callable[[Base], Document | bytes]
# What PDFium shows of the evil: forged text, another look than what was signed, or nothing yet.
Shows = Literal["", "text", "look"]


@dataclass(frozen=True)
class Attack:
    """One file. `verdicts` has more than one name only where the standards leave it open.

    `checks` are the numbers of docs/VERIFY.md, one of which must give the reason; none for what is
    valid. `trust` and `at` are what the verifier is given.
    """

    family: str
    name: str
    base: Base
    builder: Builder = field(repr=False)
    verdicts: frozenset[VerdictName]
    checks: frozenset[int]
    shows: Shows
    trust: Callable[[], Trust] = field(repr=False)
    at: datetime

    @property
    def id(self) -> str:
        return f"{self.family}: {self.name}, {self.base.name}"

    @property
    def control(self) -> bool:
        return not self.checks

    def build(self) -> bytes:
        """The file, the same on every run."""
        made = self.builder(self.base)
        return made if isinstance(made, bytes) else made.data


@dataclass
class Family:
    """Rows that belong together; its decorators make a row for each base of a builder."""

    name: str
    trust: Callable[[], Trust] = authorities.trust
    at: datetime = authorities.AT
    attacks: list[Attack] = field(default_factory=list)

    def add(
        self,
        name: str,
        builder: Builder,
        verdicts: VerdictName | tuple[VerdictName, ...],
        checks: int | tuple[int, ...],
        shows: Shows = "",
        on: Iterable[Base] = BOTH,
        trust: Callable[[], Trust] | None = None,
        at: datetime | None = None,
    ) -> None:
        """A row for each base in `on`."""
        names = frozenset([verdicts] if isinstance(verdicts, str) else verdicts)
        numbers = frozenset([checks] if isinstance(checks, int) else checks)
        settings = trust or self.trust, at or self.at
        for base in on:
            row = Attack(self.name, name, base, builder, names, numbers, shows, *settings)
            self.attacks.append(row)

    def attack(
        self,
        verdicts: VerdictName | tuple[VerdictName, ...],
        checks: int | tuple[int, ...],
        shows: Shows = "",
        **settings: object,
    ) -> Callable[[Builder], Builder]:
        """Enter the decorated builder under its own name."""

        def enter(builder: Builder) -> Builder:
            name = builder.__name__.replace("_", " ").strip()
            self.add(name, builder, verdicts, checks, shows, **settings)  # type: ignore[arg-type]
            return builder

        return enter

    def control(self, **settings: object) -> Callable[[Builder], Builder]:
        """The same builder without its evil: valid."""
        return self.attack("valid", (), **settings)


@functools.cache
def attacks() -> tuple[Attack, ...]:
    """Every row of every family."""
    found: list[Attack] = []
    for module in pkgutil.iter_modules(families.__path__, f"{families.__name__}."):
        found += importlib.import_module(module.name).FAMILY.attacks
    return tuple(found)
