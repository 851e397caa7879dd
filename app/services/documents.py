"""A document opened to be read: a private copy, its pages for drawing, what is known of it."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

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
    `fields_only`: one of `fields` may be signed, a new one may not be added.
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

    def close(self) -> None:
        """Free the copy; a second call does nothing."""
        self.pages.close()
        self.content.close()


def open_document(source: Path | bytes, password: str, name: str) -> Opened:
    """Copy and open; `name` is for bytes. Raises a DocumentError or a StorageFault."""
    with ExitStack() as on_error:
        copy = snapshot.take(source)
        on_error.callback(copy.close)
        pages = open_rendered(copy.open(), password)
        on_error.callback(pages.close)
        with copy.open() as file:
            found = preflight.look(file, password)
        sizes = tuple(pages.page_size(index) for index in range(pages.page_count))
        on_error.pop_all()
    named = source.name if isinstance(source, Path) else name
    return Opened(
        name=visible(named) or naming.UNNAMED,
        path=source if isinstance(source, Path) else None,
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
    )
