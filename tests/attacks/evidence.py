"""Validation data as B-LT has it: a DSS that a later revision adds (ISO 32000-2, 12.8.4.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests import pki
from tests.attacks.base import Document
from tests.attacks.letter import CATALOG, Objects
from tests.handmade import stream

STORE, FIRST = 70, 71


def store(document: Document, certificates: Mapping[int, bytes] | None = None) -> Objects:
    """The objects of a DSS with these certificate streams; by default the honest chain."""
    honest = {FIRST + at: stream(b"", each) for at, each in enumerate(pki.identity().chain)}
    streams = honest if certificates is None else certificates
    return _store(document, {b"Certs": streams})


def evidence(document: Document, crls: Sequence[bytes]) -> Objects:
    """The objects of a DSS with these revocation lists."""
    return _store(
        document, {b"CRLs": {FIRST + at: stream(b"", each) for at, each in enumerate(crls)}}
    )


def _store(document: Document, kinds: Mapping[bytes, Mapping[int, bytes]]) -> Objects:
    objects = document.add(CATALOG, b"/DSS %d 0 R" % STORE)
    objects[STORE] = b"<</Type/DSS"
    for kind, streams in kinds.items():
        listed = b" ".join(b"%d 0 R" % number for number in streams)
        objects[STORE] += b"/%s[%s]" % (kind, listed)
        objects |= streams
    objects[STORE] += b">>"
    return objects
