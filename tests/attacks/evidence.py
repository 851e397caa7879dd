"""Validation data as B-LT has it: a DSS that a later revision adds (ISO 32000-2, 12.8.4.3)."""

from __future__ import annotations

from collections.abc import Mapping

from tests import pki
from tests.attacks.base import Document
from tests.attacks.letter import CATALOG, Objects
from tests.handmade import stream

STORE, FIRST = 70, 71


def store(document: Document, certificates: Mapping[int, bytes] | None = None) -> Objects:
    """The objects of a DSS with these certificate streams; by default the honest chain."""
    honest = {FIRST + at: stream(b"", each) for at, each in enumerate(pki.identity().chain)}
    streams = honest if certificates is None else certificates
    listed = b" ".join(b"%d 0 R" % number for number in streams)
    return {
        **document.add(CATALOG, b"/DSS %d 0 R" % STORE),
        STORE: b"<</Type/DSS/Certs[%s]>>" % listed,
        **streams,
    }
