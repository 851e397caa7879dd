"""Decoding of stream data with a bound on what comes out (ISO 32000-2, 7.4).

Flate with predictors, which nearly all files use, is done here; pypdf does the uncommon filters.
"""

from __future__ import annotations

import zlib

from app.crypto.pdf.objects import Dict, Name, Object
from app.errors import DamagedPdf, LimitExceeded

MAX_DECODED = 16 << 20  # bytes; a cross-reference stream of 10^6 objects takes about 7 MiB
MAX_ASCII85 = 2 << 20  # bytes; pypdf takes a hundred times as much memory
MAX_PREDICTED = 4 << 20  # bytes, by predictors that are undone one by one: about a second each MiB
_NAMES = {"Fl": "FlateDecode", "LZW": "LZWDecode", "A85": "ASCII85Decode", "AHx": "ASCIIHexDecode",
          "RL": "RunLengthDecode"}  # fmt: skip


def decode(data: bytes, dictionary: Dict, limit: int = MAX_DECODED) -> bytes:
    """Apply /Filter and /DecodeParms. Raises DamagedPdf, LimitExceeded."""
    filters = _listed(dictionary.get(Name("Filter")))
    parameters = _listed(dictionary.get(Name("DecodeParms")))
    if len(filters) > 4:  # real files chain two at the most; long chains are bombs
        raise LimitExceeded(what="filters")
    for index, name in enumerate(filters):
        given = parameters[index] if index < len(parameters) else None
        data = _apply(str(name), data, given if isinstance(given, dict) else {}, limit)
    return data


def _listed(value: Object) -> list[Object]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _apply(name: str, data: bytes, parameters: Dict, limit: int) -> bytes:
    name = _NAMES.get(name, name)
    if name == "Crypt":  # undone by the security handler
        return data
    if name == "FlateDecode":
        data = inflate(data, limit)
    else:
        data = _uncommon(name, data, parameters)
        if len(data) > limit:
            raise LimitExceeded(what="stream size")
    predictor = parameters.get(Name("Predictor"), 1)
    if predictor in (1, None):
        return data
    if predictor == 2 and parameters.get(Name("BitsPerComponent"), 8) == 8:
        return _undo_tiff(data, parameters)
    if not isinstance(predictor, int) or not 10 <= predictor <= 15:
        raise DamagedPdf(what="unsupported predictor")
    return _undo_png(data, parameters)


def inflate(data: bytes, limit: int = MAX_DECODED) -> bytes:
    """Inflate, tolerating a missing checksum at the end as all readers do."""
    engine = zlib.decompressobj()
    try:
        inflated = engine.decompress(data, limit + 1)
    except zlib.error as error:
        raise DamagedPdf(what="compressed data") from error
    if len(inflated) > limit:
        raise LimitExceeded(what="stream size")
    return inflated


def _uncommon(name: str, data: bytes, parameters: Dict) -> bytes:
    from pypdf import filters
    from pypdf.errors import PyPdfError

    try:
        if name == "LZWDecode":
            early = parameters.get(Name("EarlyChange"), 1)
            if early != 1:
                raise DamagedPdf(what="unsupported LZW variant")
            return bytes(filters.LZWDecode.decode(data))
        if name == "ASCII85Decode":
            if len(data) > MAX_ASCII85:
                raise LimitExceeded(what="stream size")
            return bytes(filters.ASCII85Decode.decode(data))
        if name == "ASCIIHexDecode":
            return bytes(filters.ASCIIHexDecode.decode(data))
        if name == "RunLengthDecode":
            return bytes(filters.RunLengthDecode.decode(data))
    except (PyPdfError, ValueError, IndexError, ArithmeticError) as error:
        raise DamagedPdf(what=f"{name} data") from error
    raise DamagedPdf(what=f"unknown filter {name[:20]}")


def _undo_tiff(data: bytes, parameters: Dict) -> bytes:
    """TIFF predictor 2 (TIFF 6.0, 14): each byte is the difference to the pixel at its left."""
    colors = _positive(parameters.get(Name("Colors"), 1))
    width = colors * _positive(parameters.get(Name("Columns"), 1))
    out = bytearray(data)
    for at in range(len(out)):
        if at % width >= colors:
            out[at] = (out[at] + out[at - colors]) & 255
    return bytes(out)


def _undo_png(data: bytes, parameters: Dict) -> bytes:
    """PNG predictors (RFC 2083, 6): each row starts with the number of its filter."""
    colors, bits, columns = (
        _positive(parameters.get(Name(key), default))
        for key, default in (("Colors", 1), ("BitsPerComponent", 8), ("Columns", 1))
    )
    pixel = max(1, colors * bits // 8)
    width = (colors * bits * columns + 7) // 8
    out = bytearray()
    above = bytes(width)
    slow = 0
    for at in range(0, len(data), width + 1):
        row = data[at + 1 : at + 1 + width].ljust(width, b"\0")
        slow += 0 if data[at] in _QUICK else width
        if slow > MAX_PREDICTED:
            raise LimitExceeded(what="stream size")
        above = _undo_row(data[at], row, above, pixel)
        out += above
    return bytes(out)


def _positive(value: Object) -> int:
    if not isinstance(value, int) or not 0 < value <= 1 << 16:
        raise DamagedPdf(what="predictor parameters")
    return value


_QUICK = (0, 2)  # None, and Up: what every cross-reference stream uses


def _undo_row(kind: int, row: bytes, above: bytes, pixel: int) -> bytes:
    if kind == 0:
        return row
    if kind == 2:
        return bytes([(left + right) & 255 for left, right in zip(row, above, strict=True)])
    out = bytearray(row)
    for index, value in enumerate(row):
        left = out[index - pixel] if index >= pixel else 0
        corner = above[index - pixel] if index >= pixel else 0
        out[index] = (value + _predicted(kind, left, above[index], corner)) & 255
    return bytes(out)


def _predicted(kind: int, left: int, up: int, corner: int) -> int:
    if kind == 1:
        return left
    if kind == 3:
        return (left + up) // 2
    if kind == 4:
        estimate = left + up - corner
        return min((left, up, corner), key=lambda value: abs(estimate - value))
    raise DamagedPdf(what="unknown predictor")
