"""A document opened to be read: a private copy, its pages for drawing, what is known of it."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from app.crypto.pdf import repair
from app.crypto.pdf.oddities import Oddity
from app.crypto.pdf.rendering import RenderedPdf, open_rendered
from app.crypto.text import visible
from app.errors import TekenError
from app.services import naming, preflight, snapshot
from app.services.preflight import EmptyField


@dataclass(frozen=True, slots=True)
class Opened:
    """A document as it is shown. Sizes are (width, height) in points of the upright pages.

    `name` holds nothing invisible: the signed file is named after it.
    `obstacle` says why it can be read and not be signed; None where nothing is known to hinder.
    `fields_only`: one of `fields` may be signed, a new one may not be added. `repairable`: the
    obstacle is damage that a repair may mend.
    """

    name: str
    path: Path | None  # None where only bytes were given
    size: int  # bytes
    sha256: bytes
    page_sizes: tuple[tuple[float, float], ...]
    fields: tuple[EmptyField, ...]
    signatures: int
    obstacle: TekenError | None
    password: str = field(repr=False)
    content: snapshot.Snapshot = field(repr=False)
    pages: RenderedPdf = field(repr=False)
    fields_only: bool = False
    oddities: tuple[Oddity, ...] = ()
    repairable: bool = False

    def close(self) -> None:
        """Free the copy; a second call does nothing."""
        self.pages.close()
        self.content.close()


def open_document(source: Path | bytes, password: str, name: str) -> Opened:
    """Copy and open; `name` is for bytes. Raises a DocumentError or a StorageFault."""
    named = visible(source.name if isinstance(source, Path) else name) or naming.UNNAMED
    path = source if isinstance(source, Path) else None
    return _open(snapshot.take(source), password, named, path)


def open_revision(opened: Opened, size: int) -> Opened:
    """The first `size` bytes of a document as one of its own: what a signature covers."""
    return _open(opened.content.prefix(size), opened.password, opened.name, opened.path)


def open_repaired(opened: Opened) -> Opened:
    """A damaged document written anew; what it is made of stays open. Raises as `repair` does."""
    with opened.content.open() as file:
        mended = repair.repair(file.read(), opened.password)
    return replace(open_document(mended, opened.password, opened.name), path=opened.path)


def _open(copy: snapshot.Snapshot, password: str, name: str, path: Path | None) -> Opened:
    with ExitStack() as on_error:
        on_error.callback(copy.close)
        pages = open_rendered(copy.open(), password)
        on_error.callback(pages.close)
        with copy.open() as file:
            found = preflight.look(file, password)
        sizes = tuple(pages.page_size(index) for index in range(pages.page_count))
        on_error.pop_all()
    return Opened(
        name=name,
        path=path,
        size=copy.size,
        sha256=copy.sha256,
        page_sizes=sizes,
        fields=found.fields,
        signatures=found.signatures,
        obstacle=found.obstacle,
        password=password,
        content=copy,
        pages=pages,
        fields_only=found.fields_only,
        oddities=found.oddities,
        repairable=found.repairable,
    )
