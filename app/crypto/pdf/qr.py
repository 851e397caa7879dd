"""The QR code of a stamp (ISO/IEC 18004) as an image mask; where it goes is up to `stamp`."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

import segno

from app.crypto.pdf.objects import Dict, Name, NewStream
from app.errors import TextNotAllowed

MAX_LINK = 150  # characters: longer ones make modules that a phone cannot tell apart at 20 mm
QUIET_ZONE = 4  # modules on every side
# Any mask may be used; only the search for the prettiest one is dear (4 ms of 5).
_MASK = 2
_LINK = re.compile(r"[!-~]+")
# Readers that smooth enlarged images blur one pixel: with this many a module it is a thin rim.
_PIXELS = 4
_HEX_OF_MODULE = bytes.maketrans(b"\x00\x01", b"f0")  # four pixels, which are 0 where it is dark


@dataclass(frozen=True, slots=True)
class QrCode:
    """`modules` a side without the quiet zone; `image` is an image XObject that paints the dark."""

    modules: int
    image: NewStream


def encode(link: str) -> QrCode:
    """The code of a link, error correction M. Raises TextNotAllowed (printable ASCII only)."""
    if len(link) > MAX_LINK or not _LINK.fullmatch(link):
        raise TextNotAllowed(field="QR", limit=MAX_LINK)
    code = segno.make(link, error="m", mask=_MASK, micro=False, boost_error=False)
    rows = [bytes(row) for row in code.matrix]
    return QrCode(len(rows), _image_mask(rows))


def _image_mask(rows: list[bytes]) -> NewStream:
    """An image mask paints where its samples are 0, with the current colour (8.9.6.2)."""
    side = len(rows) * _PIXELS
    packed = b"".join(_row(row) * _PIXELS for row in rows)
    dictionary: Dict = {
        Name("Type"): Name("XObject"),
        Name("Subtype"): Name("Image"),
        Name("Width"): side,
        Name("Height"): side,
        Name("ImageMask"): True,
        Name("BitsPerComponent"): 1,
        Name("Filter"): Name("FlateDecode"),
    }
    return NewStream(dictionary, zlib.compress(packed, 9))


def _row(row: bytes) -> bytes:
    """One line of pixels; its last byte is filled up with zeros (8.9.5.2)."""
    digits = row.translate(_HEX_OF_MODULE) + b"0" * (len(row) % 2)
    return bytes.fromhex(digits.decode())
