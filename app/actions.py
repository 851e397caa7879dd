"""The steps of the journey, in its order: open, see, keys, unlock, sign, pass on.

The window and the command call the same functions. Each is async and does its work in a thread;
each raises a `TekenError` and nothing else. Nothing here knows of Flet or of a terminal.
"""

from __future__ import annotations

import asyncio
import base64
import functools
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Lock
from time import perf_counter
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, ParamSpec, TypeVar

from app.errors import KeyNotChosen, KeyNotFound, TekenError
from app.model import (
    Algorithm,
    CertifyLevel,
    KeyInfo,
    KeyKind,
    Person,
    Place,
    Rect,
    SignedFile,
    SignRequest,
    Stamp,
    Verdict,
)
from app.services import batch, files, naming, unfinished
from app.services.batch import Job, Outcome, Prepared

if TYPE_CHECKING:  # the command starts faster without what it may not need
    from app.crypto.keystore import SigningKey
    from app.crypto.keystore.keyring import KeyringKeystore
    from app.crypto.keystore.session import Session
    from app.crypto.verify.trust import Trust
    from app.services.documents import Opened
    from app.services.locale import Words
    from app.services.preflight import PreFlight
    from app.services.preview import Previews
    from app.services.stamping import Proposal

# Values of other rooms that screens and command name through this one.
__all__ = ["Job", "KeyInfo", "Opened", "Outcome", "PreFlight", "Prepared", "Proposal", "Session"]

P = ParamSpec("P")
R = TypeVar("R")

ReportKind = Literal["html", "pdf"]
Judge = Callable[["Path", "Trust", datetime, str], Verdict]

CODE_BYTES = 16  # of the unguessable code in the link: 128 bits
SESSION_SECONDS = 300.0
KEY_FILE_LIMIT = 1 << 20  # bytes


@dataclass(frozen=True, slots=True)
class Services:
    """What wiring builds and every step is given."""

    keystore: KeyringKeystore
    preview: Previews
    clock: Callable[[], datetime]  # aware
    monotonic: Callable[[], float]  # seconds
    random: Callable[[int], bytes]
    link_base: str  # of the link in the QR code: "https://host"; "/v/<code>" follows
    judge: Judge
    trust: Callable[[Sequence[Path]], Trust]  # what is built in, what the person added, and more
    results: Path | None  # folder for files signed in the window; None: beside the original
    suffix: str = naming.SUFFIX


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A key file that was opened with its passphrase and is not kept."""

    info: KeyInfo
    key: SigningKey = field(repr=False)


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
        raise batch.typed(error) from error


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
    from app.services import documents

    return documents.open_document(source, password, name)


@_step
def preview(services: Services, opened: Opened, page: int, width_px: int) -> bytes:
    """A page as JPEG, `width_px` pixels wide; `page` counts from 1. Raises DamagedPdf."""
    return services.preview.page(opened.pages, page - 1, width_px)


@_step
def propose_stamp(
    services: Services, opened: Opened, info: KeyInfo | None, person: Person
) -> Proposal:
    """The size of the stamp and free space for it; `person` stands in where there is no key yet.

    Raises GlyphMissing, TextNotAllowed.
    """
    from app.services import stamping

    stamp, label = stamping.sample(info, person, services.link_base)
    return stamping.propose(opened, stamp, label)


@_step
def draw_stamp(
    services: Services,
    info: KeyInfo | None,
    person: Person,
    size: tuple[float, float],
    width_px: int,
) -> bytes:
    """The stamp as it will print, as JPEG. Raises StampTooSmall, GlyphMissing, TextNotAllowed."""
    from app.services import preview, stamping

    stamp, label = stamping.sample(info, person, services.link_base)
    return preview.stamp_picture(stamp, label, size, width_px)


@_step
def preflight(path: Path, password: str = "") -> PreFlight:
    """Whether a file will sign and stay valid, and what is odd in it. Raises a StorageFault."""
    from app.services import preflight as service

    with files.open_input(path) as file:
        return service.look(file, password)


@_step
def repair(path: Path, target: Path, password: str = "") -> Path:
    """Write a readable copy of a damaged file that nobody has signed.

    Raises NothingToRepair, RepairBreaksSignature, NotRepairable, a DocumentError, a StorageFault.
    """
    from app.crypto.pdf import repair as work

    files.make_folder(target.parent)
    return files.write_new(target, [work.repair(files.read_bytes(path), password)])


@_step
def open_revision(opened: Opened, size: int) -> Opened:
    """The first `size` bytes of a document as one of its own, e.g. what a signature covers.

    Raises a DocumentError, DiskFull.
    """
    from app.services import documents

    return documents.open_revision(opened, size)


@_step
def open_repaired(opened: Opened) -> Opened:
    """A damaged document that nobody has signed, written anew and opened: to be shown and signed.

    Raises NothingToRepair, RepairBreaksSignature, NotRepairable, a DocumentError.
    """
    from app.services import documents

    return documents.open_repaired(opened)


@_step
def close_document(opened: Opened) -> None:
    """Free the private copy."""
    opened.close()


# -- keys --------------------------------------------------------------------------------------


@_step
def list_keys(services: Services) -> tuple[KeyInfo, ...]:
    """The keys of this device; nothing is unlocked."""
    return tuple(services.keystore.list())


@_step
def find_key(services: Services, name: str | None = None) -> KeyInfo:
    """The key of that name; without a name the only key there is.

    Raises KeyNotFound, KeyNotChosen, KeyDamaged.
    """
    if name is not None:
        return services.keystore.find(name)
    keys = services.keystore.list()
    if len(keys) > 1:
        raise KeyNotChosen(names=", ".join(key.name for key in keys))
    if not keys:
        raise KeyNotFound
    return keys[0]


@_step
def damaged_keys(services: Services) -> tuple[str, ...]:
    """Records that hold no readable key, by names that `delete_key` takes."""
    return tuple(services.keystore.damaged())


def label(info: KeyInfo) -> str:
    """What must stand beside every signature by this key, e.g. "TIDAK TERSERTIFIKASI - UJI"."""
    from app.crypto import certificates

    return certificates.label(info.chain)


@_step
def create_key(
    services: Services,
    name: str,
    person: Person,
    pin: str,
    kind: KeyKind = "p256",
    algorithm: Algorithm | None = None,
) -> KeyInfo:
    """Make a key with a test certificate of our own: "TIDAK TERSERTIFIKASI - UJI"."""
    return services.keystore.create(name, person, pin, kind, services.clock(), algorithm)


@_step
def import_key(
    services: Services,
    name: str,
    p12: bytes,
    passphrase: str,
    pin: str,
    person: Person | None = None,
    algorithm: Algorithm | None = None,
) -> KeyInfo:
    """Move a key file as a PSrE issues it (PKCS #12) into this device's keystore, chain and all.

    `person` None: as its certificate says.
    """
    now = services.clock()
    return services.keystore.import_p12(name, p12, passphrase, pin, now, person, algorithm)


@_step
def delete_key(services: Services, name: str) -> None:
    """Delete a key for good."""
    services.keystore.delete(name)


@_step
def open_key_file(p12: bytes, passphrase: str, algorithm: Algorithm | None = None) -> KeyFile:
    """Open a key file for this once, without the keystore."""
    from app.crypto import certificates
    from app.crypto.keystore.pkcs12 import open_pkcs12

    key = open_pkcs12(p12, passphrase, algorithm)
    return KeyFile(certificates.key_info("", key.chain, key.algorithm), key)


@_step
def unlock(
    services: Services,
    key_name: str,
    pin: str,
    sha256s: Sequence[bytes],
    seconds: float = SESSION_SECONDS,
) -> Session:
    """Unlock a key for the documents with these hashes. The PIN is tried once."""
    return services.keystore.unlock(key_name, pin, sha256s, services.clock(), seconds)


@_step
def use_key_file(
    services: Services,
    key_file: KeyFile,
    sha256s: Sequence[bytes],
    seconds: float = SESSION_SECONDS,
) -> Session:
    """A session with a key file: the same bounds as for a key of the device."""
    from app.crypto.keystore.session import Session

    now, count = services.clock(), len(sha256s)
    return Session(key_file.info, key_file.key, sha256s, now, seconds, count, services.monotonic)


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
    started = perf_counter()
    target = target or naming.free(_proposed(services, opened))
    sign_into = _signer(services, session, decision, opened.password)
    files.make_folder(target.parent)
    unfinished.sweep(target.parent)
    with opened.content.open() as source, files.NewFile(target) as new:
        made = sign_into(opened.sha256, source, new.file)
        new.sync()
        new.publish()
    files.sync_folder(target.parent)
    return _saved(target, made, session.info, (perf_counter() - started) * 1000)


def _signer(
    services: Services, session: Session, decision: Decision, password: str
) -> Callable[[bytes, BinaryIO, BinaryIO], SignedFile]:
    """What signs one document: the hash that was approved, the original, the file to be."""
    from app.crypto.sign import sign_file

    def sign_into(sha256: bytes, source: BinaryIO, target: BinaryIO) -> SignedFile:
        now = services.clock()
        key = session.key_for(sha256, now)
        request = _request(services, session.info.person, decision, now, sha256, password)
        return sign_file(source, target, key, request, services.random)

    return sign_into


def _request(
    services: Services,
    person: Person,
    decision: Decision,
    now: datetime,
    sha256: bytes,
    password: str,
) -> SignRequest:
    """The decision about one document as the core takes it, with a link of its own in the stamp."""
    return SignRequest(
        signed_at=now,
        field=decision.field,
        certify=decision.certify,
        reason=decision.reason,
        location=decision.location,
        stamp=Stamp(person, new_link(services), decision.place) if decision.visible else None,
        password=password,
        expected_sha256=sha256,
    )


def new_link(services: Services) -> str:
    """A new link for a QR code: an unguessable code and nothing about person or letter."""
    code = base64.b32encode(services.random(CODE_BYTES)).decode().rstrip("=").lower()
    return f"{services.link_base.rstrip('/')}/v/{code}"


def _saved(path: Path, made: SignedFile, info: KeyInfo, ms: float) -> Saved:
    return Saved(
        path=path,
        sha256=made.sha256,
        appended_bytes=made.appended_bytes,
        field=made.field,
        place=made.place,
        self_made=info.self_made,
        ms=ms,
    )


def _proposed(services: Services, opened: Opened) -> Path:
    folder = services.results or (opened.path.parent if opened.path else Path.cwd())
    return folder / naming.signed_name(opened.name, services.suffix)


@_step
def read_file(path: Path, limit: int) -> bytes:
    """A small file: a key, a PIN. Raises FileMissing, and FileUnreadable where it is larger."""
    return files.read_bytes(path, limit)


@_step
def contents(saved: Saved) -> bytes:
    """The signed file, for a share sheet or a download."""
    return files.read_bytes(saved.path)


@_step
def export(saved: Saved, target: Path) -> Path:
    """Copy a signed file to where the person wants it; never over another file."""
    return files.write_new(target, [files.read_bytes(saved.path)])


# -- verify --------------------------------------------------------------------------------------


@_step
def load_trust(services: Services, more: Sequence[Path] = ()) -> Trust:
    """The trust anchors of this device, and the certificates in `more` files for this once."""
    return services.trust(more)


@_step
def verify(
    services: Services, path: Path, trust: Trust, at: datetime, password: str = ""
) -> Verdict:
    """Judge the signatures of a file as known at `at`. What cannot be read is `unreadable`."""
    return services.judge(path, trust, at, password)


@_step
def verify_shown(services: Services, opened: Opened, trust: Trust, at: datetime) -> Verdict:
    """Judge an opened document: the bytes that are shown, not what lies at their path by now."""
    with opened.content.as_file(opened.name) as path:
        return services.judge(path, trust, at, opened.password)


@_step
def outlined(opened: Opened, page: int, rects: Sequence[Rect], width_px: int) -> bytes:
    """A page (from 1) as JPEG with these places (points) outlined. Raises DamagedPdf."""
    from app.services import preview as service

    return service.outlined(opened.pages, page - 1, rects, width_px)


@_step
def report(
    path: Path, verdict: Verdict, at: datetime, words: Words, kind: ReportKind, password: str = ""
) -> bytes:
    """The verdict on a file as a page to keep. Raises a StorageFault where the file is gone."""
    return _report(path, verdict, at, words, kind, password)


@_step
def report_shown(
    opened: Opened, verdict: Verdict, at: datetime, words: Words, kind: ReportKind
) -> bytes:
    """The verdict on an opened document as a page to keep. Raises DiskFull."""
    with opened.content.as_file(opened.name) as path:
        return _report(path, verdict, at, words, kind, opened.password)


def _report(
    path: Path, verdict: Verdict, at: datetime, words: Words, kind: ReportKind, password: str
) -> bytes:
    from app.services import report as reports
    from app.services import report_pdf

    sha256 = files.digest(path)[0].hex() if verdict.signatures else ""
    drawn = reports.pictures(path, verdict, password)
    told = reports.report(verdict, path.name, sha256, at, words, drawn)
    return report_pdf.pdf(told) if kind == "pdf" else reports.html(told).encode()


@_step
def save_report(target: Path, content: bytes) -> Path:
    """Write a report; never over another file."""
    return files.write_new(target, [content])


# -- many at once ------------------------------------------------------------------------------


def plan_batch(
    services: Services,
    sources: Sequence[Path],
    out: Path | None = None,
    out_dir: Path | None = None,
) -> list[Job]:
    """Which file goes where: `out` for a single one, `out_dir`, else beside each original."""
    if out is not None:
        return [Job(source, out) for source in sources]
    return [
        Job(source, (out_dir or source.parent) / naming.signed_name(source.name, services.suffix))
        for source in sources
    ]


@_step
def prepare_batch(jobs: Sequence[Job], info: KeyInfo) -> tuple[Prepared, ...]:
    """Hash every original and settle what needs no key: already signed by it, missing, in the way.

    What is left to sign has no `outcome`; its hashes are what to `unlock` for.
    """
    return tuple(batch.prepare(jobs, info.chain, info.algorithm))


async def sign_batch(
    services: Services,
    prepared: Sequence[Prepared],
    session: Session,
    decision: Decision,
    password: str = "",
) -> AsyncGenerator[Outcome, None]:
    """Sign one file after the other; a bad one never stops the rest. An outcome for each, in order,
    as soon as it is on the disk. To stop early, close the iterator or cancel its task: what is
    begun is finished first."""
    sign_into = _signer(services, session, decision, password)
    outcomes = batch.run(prepared, lambda item, *ends: sign_into(item.sha256, *ends))
    step = Lock()  # a cancelled `await` leaves its thread at work

    def following() -> Outcome | None:
        with step:
            return next(outcomes, None)

    def close() -> None:
        with step:
            outcomes.close()

    try:
        while outcome := await asyncio.to_thread(guarded, following):
            yield outcome
    finally:
        await asyncio.to_thread(close)
