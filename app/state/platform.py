"""What the state asks of the device: pickers, folders, sharing, the way between screens."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Picked:
    """A file that the person chose. A temporary one (an upload) is deleted once it is read."""

    path: Path
    temporary: bool = False

    def discard(self) -> None:
        """Delete a temporary one, and the folder that was made for it alone."""
        if self.temporary:
            with suppress(OSError):
                self.path.unlink()
                self.path.parent.rmdir()


class Platform(Protocol):
    """The edge to the device; every method may fail, and says so by an exception."""

    @property
    def downloads(self) -> bool:
        """Whether files are handed over as bytes (browser, phone) and have no folder to open."""

    @property
    def shares(self) -> bool:
        """Whether there is a share sheet (a phone)."""

    async def pick_pdfs(self, title: str) -> Sequence[Picked]: ...

    async def pick_pdf(self, title: str) -> Picked | None: ...

    async def pick_key_file(self, title: str) -> Picked | None: ...

    async def ask_target(self, title: str, name: str) -> Path | None:
        """Where to save; None where the person gave up."""

    async def download(self, name: str, data: bytes) -> None: ...

    async def open_folder(self, folder: Path) -> None: ...

    async def share(self, path: Path) -> None: ...

    def go(self, route: str) -> None:
        """Show the screen of `route`."""
