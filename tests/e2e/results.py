"""What other tools say of a file that was signed in the window."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pypdf import PdfReader

from tests import oracles


def stamp_of(path: Path) -> tuple[int, tuple[float, float, float, float]]:
    """The page of the newest signature, from 0, and its rectangle."""
    for number, page in enumerate(PdfReader(path).pages):
        for annotation in page.get("/Annots", []):
            each = annotation.get_object()
            if each.get("/FT") == "/Sig" and "/V" in each:
                left, bottom, right, top = map(float, each["/Rect"])
                return number, (left, bottom, right - left, top - bottom)
    raise AssertionError("no signature")


def accepted(path: Path) -> None:
    """pdfsig and pyHanko accept the only signature, and it covers the file."""
    with ThreadPoolExecutor() as elsewhere:  # pyHanko wants an event loop of its own
        peer = elsewhere.submit(oracles.pyhanko, path.read_bytes()).result()
    assert [each.detail for each in peer] == ["INTACT:UNTRUSTED,UNTOUCHED"]  # a test certificate
    verdicts = oracles.pdfsig(path)
    assert [(each.valid, each.whole) for each in verdicts] == [(True, True)], verdicts
