"""Digests over what signatures cover: one pass over the file for all of them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.crypto.pdf.source import Source, read
from app.crypto.verify.structure import Signature

if TYPE_CHECKING:
    from hashlib import _Hash

_CHUNK = 1 << 20


class Digests:
    """The digest of each signature's ByteRange, by its place in `signatures`.

    Their ranges grow: each gap lies behind the range of the signature before. A running hash is
    forked at each gap, so the bytes that all of them cover are hashed once.
    """

    def __init__(self, source: Source, signatures: Sequence[Signature]) -> None:
        self._source = source
        self._signatures = signatures
        self._found: dict[str, list[bytes]] = {}

    def of(self, index: int, name: str) -> bytes:
        """The digest of signature `index`; `name` as in hashlib."""
        if name not in self._found:
            self._found[name] = self._all(name)
        return self._found[name][index]

    def _all(self, name: str) -> list[bytes]:
        running, at, found = hashlib.new(name), 0, []
        for signature in self._signatures:
            self._feed(running, at, signature.start)
            at = signature.start
            fork = running.copy()
            self._feed(fork, signature.end, signature.covers)
            found.append(fork.digest())
        return found

    def _feed(self, hasher: _Hash, start: int, end: int) -> None:
        for at in range(start, end, _CHUNK):
            hasher.update(read(self._source, at, min(_CHUNK, end - at)))
