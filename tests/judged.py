"""The sample letter as it reaches a verifier: signed, signed by a stranger, altered, damaged."""

from __future__ import annotations

import base64
import re
import zlib
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from app.model import Place, Rect, Stamp
from tests import pki
from tests.builders import signed
from tests.handmade import stream, table

LETTER = Path(__file__).resolve().parents[1] / "docs" / "samples" / "surat-undangan.pdf"
_PLACE = Place(1, Rect(320, 90, 200, 70))
_CONTENT = 15  # the object with what its page shows
_ROOT = b"/Root 12 0 R/Info 13 0 R"
FORGED = Rect(162, 499, 200, 13)  # points: over the place of the meeting


def anchor() -> bytes:
    """PEM of the honest signer's certificate: trusted by itself, nothing is to be revoked."""
    return pki.identity("p256").certificates[0].public_bytes(Encoding.PEM)


@cache
def genuine() -> bytes:
    """Signed by somebody who is trusted with `anchor`."""
    stamp = Stamp(pki.TALLO, "https://teken.example/v/abc", _PLACE)
    return signed(LETTER.read_bytes(), "p256", stamp=stamp, reason="Persetujuan")


@cache
def strange() -> bytes:
    """Signed by somebody whom nobody here knows."""
    return signed(LETTER.read_bytes(), "rsa2048")


@cache
def altered() -> bytes:
    """The genuine letter, its page written anew with another line at `FORGED`."""
    found = re.search(rb"\n%d 0 obj.*?stream\n(.*?)~>" % _CONTENT, LETTER.read_bytes(), re.S)
    assert found is not None
    content = zlib.decompress(base64.a85decode(found[1]))
    box = b"1 1 1 rg %d %d %d %d re f" % (FORGED.x, FORGED.y, FORGED.width, FORGED.height)
    line = b"BT /F1 9.5 Tf 164.5 502.5 Td (Aula Kantor Lain, Jalan Mawar Nomor 7) Tj ET"
    body = stream(b"", content + b"\nq %s Q %s" % (box, line))
    return table({_CONTENT: body}, before=genuine(), trailer=_ROOT, size=64)


def damaged() -> bytes:
    """The unsigned letter with an end that points nowhere: PDFium mends it."""
    return re.sub(rb"startxref\n\d+", b"startxref\n11111", LETTER.read_bytes())
