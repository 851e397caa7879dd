"""Sign a PDF: PAdES B-B by an incremental update (EN 319 142-1; ISO 32000-2, 12.8).

`sign` returns the bytes to append; `sign_file` copies, hashes and appends in one pass.
The plan of a revision is made in `revision`; the key comes from `keystore`; nothing is stored here.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, BinaryIO

from app.crypto import certificates, cms, signatures
from app.crypto.keystore import SigningKey
from app.crypto.pdf.document import PdfFile
from app.crypto.pdf.update import Gap
from app.crypto.revision import Plan, empty_fields, plan
from app.errors import DocumentChanged
from app.model import DigestName, FieldSpec, SignedFile, SignRequest

if TYPE_CHECKING:
    from hashlib import _Hash

_CHUNK = 1 << 20
Random = Callable[[int], bytes]


def sign(
    original: bytes, key: SigningKey, request: SignRequest, random: Random = os.urandom
) -> bytes:
    """The bytes that, appended to `original`, sign it.

    `random` gives initialisation vectors of encrypted files.
    Raises any TekenError but StorageFault.
    """
    hashes = _Hashes(key.algorithm.digest)
    hashes.update(original)
    appended, _ = _append(original, key, request, hashes, random)
    return appended


def sign_file(
    source: BinaryIO,
    target: BinaryIO,
    key: SigningKey,
    request: SignRequest,
    random: Random = os.urandom,
) -> SignedFile:
    """Copy `source` to `target` and sign it there: both seekable, `target` empty and readable.

    Memory does not grow with the file. After an error `target` is worthless: drop it.
    What is parsed and signed is the copy, so a source that changes meanwhile cannot come between.
    """
    hashes = _Hashes(key.algorithm.digest)
    source.seek(0)
    target.seek(0)
    while chunk := source.read(_CHUNK):
        hashes.update(chunk)
        target.write(chunk)
    appended, made = _append(target, key, request, hashes, random)
    target.seek(0, os.SEEK_END)
    target.write(appended)
    whole = hashes.original.copy()
    whole.update(appended)
    return SignedFile(
        original_sha256=hashes.original.digest(),
        sha256=whole.digest(),
        original_bytes=target.tell() - len(appended),
        appended_bytes=len(appended),
        field=made.field,
        place=made.place,
    )


def prepare_fields(
    original: bytes, fields: Sequence[FieldSpec], password: str = "", random: Random = os.urandom
) -> bytes:
    """The bytes that add empty signature fields, for all steps of a route, before any signature."""
    pdf = PdfFile(original, password)
    update = empty_fields(pdf, fields, random)
    return update.finish(hashlib.sha256(original).digest()[:16])


class _Hashes:
    """SHA-256 of the original, and the digest that is signed: one pass for both."""

    def __init__(self, digest: DigestName) -> None:
        self.original = hashlib.sha256()
        self._other: _Hash | None = None if digest == "sha256" else hashlib.new(digest)

    def update(self, data: bytes) -> None:
        self.original.update(data)
        if self._other is not None:
            self._other.update(data)

    def signed(self, gap: Gap) -> bytes:
        """The digest over the ByteRange: the original and the revision without its gap."""
        digest = (self._other or self.original).copy()
        digest.update(gap.before)
        digest.update(gap.after)
        return digest.digest()


def _append(
    data: bytes | BinaryIO, key: SigningKey, request: SignRequest, hashes: _Hashes, random: Random
) -> tuple[bytes, Plan]:
    original = hashes.original.digest()
    _check_shown(original, request)
    certificates.check_usable(key.chain, key.algorithm, request.signed_at)
    identity = cms.identity(key.chain, key.algorithm)
    pdf = PdfFile(data, request.password)
    made = plan(pdf, data, request, key, random)
    made.update.sign_here(made.value, made.dictionary, identity.size(key.dry_run()))
    gap = made.update.finish_gap(_file_identity(original, request))
    attributes = identity.signed_attributes(hashes.signed(gap))
    signature = key.sign(attributes)
    signatures.check(key.chain[0], key.algorithm, signature, attributes)
    return gap.fill(identity.signed_data(attributes, signature)), made


def _check_shown(original: bytes, request: SignRequest) -> None:
    """What was shown is what is signed: refuse bytes with another SHA-256."""
    if request.expected_sha256 not in (None, original):
        raise DocumentChanged


def _file_identity(original: bytes, request: SignRequest) -> bytes:
    """The changing half of /ID (14.4): from original and time, so that a rebuild is equal."""
    return hashlib.sha256(original + request.signed_at.isoformat().encode()).digest()[:16]
