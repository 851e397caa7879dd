"""Reading ASN.1 in BER, bounded: definite and indefinite lengths, strings in pieces (X.690, 8).

A quarter of the signatures in the wild are BER. Their signed attributes are hashed as DER, so what
was read can be written again in DER.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from app.crypto.der import tagged

MAX_DEPTH = 24
MAX_NODES = 50_000  # elements of one value; a CRL is one element until somebody looks into it
CONSTRUCTED = 0x20
INTEGER, BITS, OCTETS, NULL, OID = 0x02, 0x03, 0x04, 0x05, 0x06
SEQUENCE, SET = 0x30, 0x31
_INDEFINITE = -1


class BadAsn1(ValueError):
    """The bytes are no ASN.1, or more of it than anybody needs."""


class Node(NamedTuple):
    """One element: `start` of its tag, `at` of its content, `end` of its content, `behind` it."""

    data: bytes
    tag: int
    start: int
    at: int
    end: int
    behind: int

    @property
    def content(self) -> bytes:
        return self.data[self.at : self.end]

    @property
    def raw(self) -> bytes:
        """As it is encoded, tag and length included."""
        return self.data[self.start : self.behind]

    @property
    def constructed(self) -> bool:
        return bool(self.tag & CONSTRUCTED)

    def children(self) -> list[Node]:
        """What a constructed element holds. Raises BadAsn1."""
        if not self.constructed:
            raise BadAsn1("not constructed")
        return list(_elements(self.data, self.at, self.end))

    def expect(self, tag: int) -> Node:
        """Itself, where it has that tag. Raises BadAsn1."""
        if self.tag != tag:
            raise BadAsn1(f"tag {self.tag:#x} where {tag:#x} should be")
        return self

    def octets(self) -> bytes:
        """An OCTET STRING, in pieces or whole (8.7)."""
        if self.tag == OCTETS:
            return self.content
        self.expect(OCTETS | CONSTRUCTED)
        return b"".join(piece.octets() for piece in self.children())

    def oid(self) -> str:
        """An OBJECT IDENTIFIER, dotted (8.19)."""
        arcs, value = [], 0
        content = self.expect(OID).content
        if not 0 < len(content) <= 64 or content[-1] & 128:
            raise BadAsn1("object identifier")
        for byte in content:
            value = value << 7 | byte & 127
            if not byte & 128:
                arcs.append(value)
                value = 0
        first = min(arcs[0] // 40, 2)
        return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))

    def integer(self) -> int:
        """An INTEGER of up to 64 bytes (8.3)."""
        content = self.expect(INTEGER).content
        if not 0 < len(content) <= 64:
            raise BadAsn1("integer")
        return int.from_bytes(content, "big", signed=True)

    def der(self) -> bytes:
        """The same value in DER; the members of a SET keep their order."""
        if not self.constructed:
            return tagged(self.tag, self.content)
        if self.tag == OCTETS | CONSTRUCTED:
            return tagged(OCTETS, self.octets())
        return tagged(self.tag, *(child.der() for child in self.children()))


def parse(data: bytes) -> Node:
    """The element that `data` begins with; every level of it is well-formed. Raises BadAsn1."""
    return _element(data, 0, len(data), 0, [MAX_NODES])


def _element(data: bytes, start: int, limit: int, depth: int, left: list[int]) -> Node:
    left[0] -= 1
    if depth > MAX_DEPTH or left[0] < 0:
        raise BadAsn1("too deep or too many")
    tag, at, length = _header(data, start, limit)
    if length == _INDEFINITE:
        if not tag & CONSTRUCTED:
            raise BadAsn1("indefinite length of a primitive")
        inside = at
        while data[inside : inside + 2] != b"\0\0":
            inside = _element(data, inside, limit, depth + 1, left).behind
        if inside + 2 > limit:
            raise BadAsn1("no end")
        return Node(data, tag, start, at, inside, inside + 2)
    end = at + length
    if end > limit:
        raise BadAsn1("longer than its surroundings")
    return Node(data, tag, start, at, end, end)


def _header(data: bytes, start: int, limit: int) -> tuple[int, int, int]:
    """Tag, start of the content, length. Tags above 30 occur in nothing that is read here."""
    if start + 2 > limit:
        raise BadAsn1("cut off")
    tag, length, at = data[start], data[start + 1], start + 2
    if tag & 31 == 31:
        raise BadAsn1("long tag")
    if length == 0x80:
        return tag, at, _INDEFINITE
    if length & 0x80:
        size = length & 0x7F
        if size > 4 or at + size > limit:
            raise BadAsn1("length")
        length = int.from_bytes(data[at : at + size], "big")
        at += size
    return tag, at, length


def _elements(data: bytes, at: int, end: int) -> Iterator[Node]:
    left = [MAX_NODES]
    while at < end:
        node = _element(data, at, end, 0, left)
        yield node
        at = node.behind
