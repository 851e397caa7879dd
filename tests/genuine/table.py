"""A row for every genuine file: how it is built, who signed it, and what they reached."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from app.crypto.verify.trust import Trust
from app.model import Level, VerdictName
from tests.genuine import families, people

Builder = Callable[[], bytes]


class By(NamedTuple):
    """One signature: by whom (a name of `people`), how far it goes, and what for."""

    who: str
    level: Level = "B-B"
    kind: Literal["approval", "certification", "timestamp"] = "approval"


SEAL = By("tsa", "", "timestamp")  # a document time stamp


def certifier(who: str, level: Level = "B-B") -> By:
    return By(who, level, "certification")


@dataclass(frozen=True)
class Genuine:
    """One file. `signed` are its signatures, the oldest first; all have the same `verdict`."""

    family: str
    name: str
    builder: Builder = field(repr=False)
    signed: tuple[By, ...]
    verdict: VerdictName
    trust: Callable[[], Trust] = field(repr=False)
    password: str

    @property
    def id(self) -> str:
        return f"{self.family}: {self.name}"

    def build(self) -> bytes:
        """The file, built once a session."""
        return _built(self.builder)


@dataclass
class Family:
    """Rows that belong together, by the program that signed."""

    name: str
    files: list[Genuine] = field(default_factory=list)

    def add(
        self,
        name: str,
        builder: Builder,
        *signed: By,
        verdict: VerdictName = "valid",
        trust: Callable[[], Trust] = people.trust,
        password: str = "",
    ) -> None:
        """One more row."""
        self.files.append(Genuine(self.name, name, builder, signed, verdict, trust, password))

    def file(self, *signed: By, **settings: object) -> Callable[[Builder], Builder]:
        """Enter the decorated builder under its own name."""

        def enter(builder: Builder) -> Builder:
            name = builder.__name__.replace("_", " ").strip()
            self.add(name, builder, *signed, **settings)  # type: ignore[arg-type]
            return builder

        return enter


@functools.cache
def _built(builder: Builder) -> bytes:
    return builder()


@functools.cache
def genuine() -> tuple[Genuine, ...]:
    """Every row of every family."""
    found: list[Genuine] = []
    for module in pkgutil.iter_modules(families.__path__, f"{families.__name__}."):
        found += importlib.import_module(module.name).FAMILY.files
    return tuple(found)
