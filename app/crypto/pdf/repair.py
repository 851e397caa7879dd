"""Repair of a damaged document that nobody has signed: PDFium reads it and writes it anew.

What comes out is another file. It is shown and signed instead of the damaged one; a file that holds
a signature is never repaired, because that would break it.
"""

from __future__ import annotations

from app.crypto.pdf.document import PdfFile
from app.crypto.pdf.forms import read_form
from app.crypto.pdf.rendering import open_rendered
from app.errors import NothingToRepair, NotRepairable, RepairBreaksSignature, TekenError

_SIGNATURE_MARK = b"/ByteRange"
MAX_FILE = 128 << 20  # bytes; it is held in memory


def repair(data: bytes, password: str = "") -> bytes:
    """A readable copy of a damaged document.

    Raises NothingToRepair where it can be signed as it is, RepairBreaksSignature, NotRepairable,
    and what opening it raises (PasswordNeeded, NotAPdf, LimitExceeded ...).
    """
    if is_sound(data, password):
        raise NothingToRepair
    if len(data) > MAX_FILE:
        raise NotRepairable
    with open_rendered(data, password) as before:
        if _SIGNATURE_MARK in data or before.signature_count():
            raise RepairBreaksSignature
        pages, copy = before.page_count, before.written_anew()
    if not is_sound(copy, password):
        raise NotRepairable
    with open_rendered(copy, password) as after:
        if after.page_count != pages:
            raise NotRepairable
    return copy


def is_sound(data: bytes, password: str = "") -> bool:
    """Whether pages and form can be read as strictly as signing needs it."""
    try:
        pdf = PdfFile(data, password)
        read_form(pdf)
        return any(True for _ in pdf.pages())
    except TekenError:
        return False
