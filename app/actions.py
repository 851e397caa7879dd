"""The steps of the journey, in its order: open, see, keys, unlock, sign, pass on.

The window and the command call the same functions. Each is async and does its work in a thread;
each raises a `TekenError` and nothing else. Nothing here knows of Flet or of a terminal.
"""

from __future__ import annotations

import asyncio
import base64
import functools
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, BinaryIO, ParamSpec, Protocol, TypeVar

from app.crypto.keystore import SigningKey
from app.errors import CertifiedFinal, InternalFault, TekenError
from app.model import (
    CertifyLevel,
    KeyInfo,
    KeyKind,
    Person,
    Place,
    SignedFile,
    SignRequest,
    Stamp,
)
from app.services import files, naming, snapshot

if TYPE_CHECKING:  # the command starts faster without what it may not need
    from app.crypto.pdf.document import PdfFile
    from app.crypto.pdf.objects import Ref
    from app.crypto.pdf.rendering import RenderedPdf

P = ParamSpec("P")
R = TypeVar("R")

CODE_BYTES = 16  # of the unguessable code in the link: 128 bits


class Session(Protocol):
    """An unlocked key, for a bounded time and the documents on its list."""

    @property
    def info(self) -> KeyInfo: ...

    @property
    def sha256s(self) -> tuple[bytes, ...]:
        """The documents it may still sign."""

    @property
    def expires_at(self) -> datetime: ...

    def key_for(self, sha256: bytes, now: datetime) -> SigningKey:
        """The key for one document of the list; raises SessionEnded."""

    def lock(self) -> None:
        """End it at once."""


class Keystore(Protocol):
    """The keys of this device."""

    def list(self) -> Sequence[KeyInfo]: ...

    def create(
        self, name: str, person: Person, pin: str, kind: KeyKind, now: datetime
    ) -> KeyInfo: ...

    def import_p12(
        self, name: str, p12: bytes, passphrase: str, pin: str, now: datetime
    ) -> KeyInfo: ...

    def delete(self, name: str) -> None: ...

    def unlock(self, name: str, pin: str, sha256s: Sequence[bytes], now: datetime) -> Session: ...


class Preview(Protocol):
    """Draws pages: JPEG of `width_px` pixels, cached as it sees fit. `page` counts from 0."""

    def page(self, document: RenderedPdf, page: int, width_px: int) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Services:
    """What wiring builds and every step is given."""

    keystore: Keystore
    preview: Preview
    clock: Callable[[], datetime]  # aware
    random: Callable[[int], bytes]
    link_base: str  # of the QR code, e.g. "https://teken.example"; "/v/<code>" follows
    results: Path | None = None  # folder for signed files; None: beside the original
    suffix: str = naming.SUFFIX


@dataclass(frozen=True, slots=True)
class EmptyField:
    """A signature field that waits; `place` None where it shows nothing."""

    name: str
    place: Place | None


@dataclass(frozen=True, slots=True)
class Opened:
    """A document as it is shown. Sizes are (width, height) in points of the upright pages.

    `obstacle` says why it can be read and not be signed; None where nothing is known to hinder.
    Close it with `close_document`.
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


@dataclass(frozen=True, slots=True)
class Decision:
    """What the person decided about a document. `visible` without a place means "auto"."""

    visible: bool = False
    place: Place | None = None
    field: str | None = None
    certify: CertifyLevel | None = None
    reason: str = ""
    location: str = ""


@dataclass(frozen=True, slots=True)
class Saved:
    """A signed file on the disk; the time is milliseconds of work."""

    path: Path
    sha256: bytes
    appended_bytes: int
    field: str
    place: Place | None
    self_made: bool  # signed with a test certificate: say "TIDAK TERSERTIFIKASI - UJI"
    ms: float


def guarded(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call `work`; a foreign exception becomes an InternalFault, so that none reaches a person."""
    try:
        return work(*args, **kwargs)
    except TekenError:
        raise
    except Exception as error:
        raise InternalFault(what=type(error).__name__) from error


def _step(work: Callable[P, R]) -> Callable[P, Coroutine[Any, Any, R]]:
    """Make a blocking function a step: async, in a thread, guarded."""

    @functools.wraps(work)
    async def run(*args: P.args, **kwargs: P.kwargs) -> R:
        return await asyncio.to_thread(lambda: guarded(work, *args, **kwargs))

    return run


# -- open and see ------------------------------------------------------------------------------


@_step
def open_document(source: Path | bytes, password: str = "", name: str = "") -> Opened:
    """Take a private copy of a document and read what its first screen needs.

    `name` is for bytes. Raises a DocumentError (PasswordNeeded, WrongPassword: ask and call again)
    or a StorageFault.
    """
    from app.crypto.pdf.rendering import open_rendered

    copy = snapshot.take(source)
    try:
        pages = open_rendered(copy.open(), password)
        fields, signatures, obstacle = _pre_flight(copy, password)
        return Opened(
            name=source.name if isinstance(source, Path) else name or naming.UNNAMED,
            path=source if isinstance(source, Path) else None,
            size=copy.size,
            sha256=copy.sha256,
            page_sizes=tuple(pages.page_size(index) for index in range(pages.page_count)),
            fields=fields,
            signatures=signatures,
            obstacle=obstacle,
            password=password,
            content=copy,
            pages=pages,
        )
    except BaseException:
        copy.close()
        raise


def _pre_flight(
    copy: snapshot.Snapshot, password: str
) -> tuple[tuple[EmptyField, ...], int, TekenError | None]:
    """Empty fields, the number of signatures, and why it cannot be signed, as far as known."""
    from app.crypto.pdf.document import PdfFile
    from app.crypto.pdf.forms import read_form

    try:
        with copy.open() as file:
            pdf = PdfFile(file, password)
            form = read_form(pdf)
            waiting = [field for field in form.empty if not form.locked(field.name)]
            places = _places(pdf, {field.widget for field in waiting})
    except TekenError as error:
        return (), 0, error
    fields = tuple(EmptyField(field.name, places.get(field.widget)) for field in waiting)
    obstacle = CertifiedFinal() if form.certified == 1 else None
    return fields, len(form.signed), obstacle


def _places(pdf: PdfFile, widgets: set[Ref]) -> dict[Ref, Place]:
    """Where widgets show, of those that show."""
    from app.crypto.pdf.geometry import box, geometry
    from app.crypto.pdf.objects import Name, Ref

    found: dict[Ref, Place] = {}
    for number, (_, page) in enumerate(pdf.pages() if widgets else (), 1):
        for item in pdf.get_list(page.get(Name("Annots"))):
            if isinstance(item, Ref) and item in widgets:
                corners = box(pdf, pdf.get_dict(item).get(Name("Rect")))
                rect = geometry(pdf, page).from_user(corners) if corners else None
                if rect and rect.width and rect.height:
                    found[item] = Place(number, rect)
    return found


@_step
def preview(services: Services, opened: Opened, page: int, width_px: int) -> bytes:
    """A page as JPEG, `width_px` pixels wide; `page` counts from 1. Raises DamagedPdf."""
    return services.preview.page(opened.pages, page - 1, width_px)


@_step
def close_document(opened: Opened) -> None:
    """Free the private copy."""
    opened.pages.close()
    opened.content.close()


# -- keys --------------------------------------------------------------------------------------


@_step
def list_keys(services: Services) -> tuple[KeyInfo, ...]:
    """The keys of this device; nothing is unlocked."""
    return tuple(services.keystore.list())


@_step
def create_key(
    services: Services, name: str, person: Person, pin: str, kind: KeyKind = "p256"
) -> KeyInfo:
    """Make a key with a test certificate of our own: "TIDAK TERSERTIFIKASI - UJI"."""
    return services.keystore.create(name, person, pin, kind, services.clock())


@_step
def import_key(services: Services, name: str, p12: bytes, passphrase: str, pin: str) -> KeyInfo:
    """Move a key as a PSrE issues it (PKCS #12) into this device's keystore."""
    return services.keystore.import_p12(name, p12, passphrase, pin, services.clock())


@_step
def delete_key(services: Services, name: str) -> None:
    """Delete a key for good."""
    services.keystore.delete(name)


@_step
def unlock(services: Services, key_name: str, pin: str, sha256s: Sequence[bytes]) -> Session:
    """Unlock a key for the documents with these hashes. The PIN is tried once."""
    return services.keystore.unlock(key_name, pin, sha256s, services.clock())


@_step
def lock(session: Session) -> None:
    """End an unlocked time at once."""
    session.lock()


# -- sign and pass on --------------------------------------------------------------------------


@_step
def sign(
    services: Services,
    opened: Opened,
    session: Session,
    decision: Decision,
    target: Path | None = None,
) -> Saved:
    """Sign the bytes that were shown into a new file: `target`, else a free name of our own.

    The bytes are hashed again while they are signed; nothing is written on any error.
    """
    target = target or naming.free(_proposed(services, opened))
    with opened.content.open() as source:
        return _sign_into(services, source, target, session, decision, opened)


def _sign_into(
    services: Services,
    source: BinaryIO,
    target: Path,
    session: Session,
    decision: Decision,
    opened: Opened,
) -> Saved:
    from app.crypto.sign import sign_file

    started = perf_counter()
    now = services.clock()
    key = session.key_for(opened.sha256, now)
    request = request_for(
        services, session.info.person, decision, now, opened.sha256, opened.password
    )
    with files.NewFile(target) as new:
        made = sign_file(source, new.file, key, request, services.random)
        new.sync()
        new.publish()
    files.sync_folder(target.parent)
    return saved(target, made, session.info, started)


def request_for(
    services: Services,
    person: Person,
    decision: Decision,
    now: datetime,
    sha256: bytes,
    password: str = "",
) -> SignRequest:
    """The decision about one document as the core takes it, with a link of its own in the stamp."""
    stamp = None
    if decision.visible:
        stamp = Stamp(person, link(services), decision.place)
    return SignRequest(
        signed_at=now,
        field=decision.field,
        certify=decision.certify,
        reason=decision.reason,
        location=decision.location,
        stamp=stamp,
        password=password,
        expected_sha256=sha256,
    )


def link(services: Services) -> str:
    """A new link for a QR code: an unguessable code and nothing about person or letter."""
    code = base64.b32encode(services.random(CODE_BYTES)).decode().rstrip("=").lower()
    return f"{services.link_base.rstrip('/')}/v/{code}"


def saved(path: Path, made: SignedFile, info: KeyInfo, started: float) -> Saved:
    """What a person is told about a signed file; `started` is a reading of perf_counter."""
    return Saved(
        path=path,
        sha256=made.sha256,
        appended_bytes=made.appended_bytes,
        field=made.field,
        place=made.place,
        self_made=info.self_made,
        ms=(perf_counter() - started) * 1000,
    )


def _proposed(services: Services, opened: Opened) -> Path:
    folder = services.results or (opened.path.parent if opened.path else Path.cwd())
    return folder / naming.signed_name(opened.name, services.suffix)


@_step
def contents(saved: Saved) -> bytes:
    """The signed file, for a share sheet or a download."""
    return files.read_bytes(saved.path)


@_step
def export(saved: Saved, target: Path) -> Path:
    """Copy a signed file to where the person wants it; never over another file."""
    return files.write_new(target, [files.read_bytes(saved.path)])
