"""Recognise a file that we signed before: the same original, the same certificate, complete.

This is no verifier. It builds again what `sign` would have written and compares, so that a batch
that was interrupted goes on where it stopped; what differs in a single byte is not ours.
"""

from __future__ import annotations

import hashlib
import re
from typing import BinaryIO

from app.crypto import cms, signatures
from app.crypto.der import element
from app.errors import DamagedPdf, KeyMismatch
from app.model import Algorithm, SignedFile

MAX_APPENDED = 4 << 20  # bytes; a stamp with an embedded font has about 10,000
_CHUNK = 1 << 20
_RANGE = re.compile(rb"/ByteRange\[0 (\d{1,15}) (\d{1,15}) (\d{1,15}) *\]/Contents<")


def recognise(
    file: BinaryIO,
    original_sha256: bytes,
    original_bytes: int,
    chain: tuple[bytes, ...],
    algorithm: Algorithm,
) -> SignedFile | None:
    """What signing made of the original, if `file` is that; None for anything else.

    `field` and `place` of the answer are not looked up. Errors of reading `file` pass through.
    """
    size = file.seek(0, 2)
    if not 0 < size - original_bytes <= MAX_APPENDED:
        return None
    file.seek(0)
    whole, signed = hashlib.sha256(), hashlib.new(algorithm.digest)
    left = original_bytes
    while left and (chunk := file.read(min(left, _CHUNK))):
        whole.update(chunk)
        signed.update(chunk)
        left -= len(chunk)
    if whole.digest() != original_sha256:
        return None
    appended = file.read()
    whole.update(appended)
    gap = _gap(appended, original_bytes, size)
    if gap is None:
        return None
    start, end = gap
    signed.update(appended[:start])
    signed.update(appended[end:])
    if not _signed_by(appended[start + 1 : end - 1], signed.digest(), chain, algorithm):
        return None
    return SignedFile(original_sha256, whole.digest(), original_bytes, len(appended), field="")


def _gap(appended: bytes, original_bytes: int, size: int) -> tuple[int, int] | None:
    """Where /Contents stands in the appended bytes, if its /ByteRange covers all the rest."""
    found = list(_RANGE.finditer(appended))
    if len(found) != 1:
        return None
    before, after, length = map(int, found[0].groups())
    start, end = before - original_bytes, after - original_bytes
    if start != found[0].end() - 1 or after + length != size or appended[end - 1 : end] != b">":
        return None
    return start, end


def _signed_by(
    digits: bytes, digest: bytes, chain: tuple[bytes, ...], algorithm: Algorithm
) -> bool:
    """Whether the CMS in hexadecimal, zeros behind it, is the one that this identity makes."""
    identity = cms.identity(chain, algorithm)
    attributes = identity.signed_attributes(digest)
    try:
        value = bytes.fromhex(digits.decode("ascii"))
        end = element(value, 0)[2]
        if value[end:].strip(b"\0"):
            return False
        signature = _signature(value[:end])
        signatures.check(chain[0], algorithm, signature, attributes)
    except (ValueError, IndexError, DamagedPdf, KeyMismatch):
        return False
    return identity.signed_data(attributes, signature) == value[:end]


def _signature(value: bytes) -> bytes:
    """The last element of the last element ... of a ContentInfo: SignerInfo's signature."""
    at, end = 0, len(value)
    while True:
        tag, start, end = _last(value, at, end)
        if tag == 0x04:  # OCTET STRING
            return value[start:end]
        at = start


def _last(value: bytes, at: int, end: int) -> tuple[int, int, int]:
    while True:
        tag, start, stop = element(value, at)
        if stop >= end:
            return tag, start, stop
        at = stop
