"""How much key stretching a PKCS #12 file asks for, read before any of it is done.

A hostile file may ask for 2**31 rounds of PBKDF2, which no library refuses.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

_INTEGER, _OCTETS, _SEQUENCE, _CONSTRUCTED = 0x02, 0x04, 0x30, 0x20
_END = b"\x00\x00"  # end-of-contents of the indefinite form (X.690, 8.1.5)
_MAX_DEPTH = 32
_MAX_ELEMENTS = 20_000

Node = tuple[int, "bytes | list[Node]"]


class _Reader:
    """BER as far as PKCS #12 writers use it: NSS and Bouncy Castle write indefinite lengths."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.elements = 0

    def nodes(self, at: int, end: int, depth: int) -> tuple[list[Node], int]:
        """The elements from `at` to `end` or to an end-of-contents, and where they stop."""
        found: list[Node] = []
        while at < end and self.data[at : at + 2] != _END:
            node, at = self.node(at, end, depth)
            found.append(node)
        return found, at

    def node(self, at: int, end: int, depth: int) -> tuple[Node, int]:
        self.elements += 1
        if depth > _MAX_DEPTH or self.elements > _MAX_ELEMENTS:
            raise ValueError("too deep or too many elements")
        tag, start, length = self.head(at, end)
        if length is None:
            children, stop = self.nodes(start, end, depth + 1)
            return self.joined(tag, children), stop + 2
        if tag & _CONSTRUCTED:
            children, _ = self.nodes(start, start + length, depth + 1)
            return self.joined(tag, children), start + length
        return (tag, self.data[start : start + length]), start + length

    def head(self, at: int, end: int) -> tuple[int, int, int | None]:
        """Tag, where the content starts, its length (None: indefinite)."""
        tag, length, start = self.data[at], self.data[at + 1], at + 2
        if length == 0x80:
            return tag, start, None
        if length & 0x80:
            size = length & 0x7F
            length = int.from_bytes(self.data[start : start + size], "big")
            start += size
        if start + length > end:
            raise ValueError("longer than what holds it")
        return tag, start, length

    @staticmethod
    def joined(tag: int, children: list[Node]) -> Node:
        """A string in pieces becomes one (X.690, 8.7.3)."""
        if tag & ~_CONSTRUCTED != _OCTETS:
            return tag, children
        return _OCTETS, b"".join(piece for _, piece in children if isinstance(piece, bytes))


def total(data: bytes) -> int:
    """The sum of all iteration counts in a PKCS #12 file; 0 where it cannot be read.

    MacData, PBES1 and PBKDF2 parameters all hold the salt (an OCTET STRING) and then the count
    (RFC 7292, 4 and appendix C; RFC 8018, A.2); nothing else in such a file looks like that.
    """
    return sum(_counts(_parsed(data), 0))


def _parsed(data: bytes) -> list[Node]:
    try:
        return _Reader(data).nodes(0, len(data), 0)[0]
    except (ValueError, IndexError):
        return []  # not PKCS #12, or damaged: the library says so


def _counts(nodes: list[Node], depth: int) -> Iterator[int]:
    for (left, _), (right, value) in pairwise(nodes):
        if left == _OCTETS and right == _INTEGER and isinstance(value, bytes):
            yield int.from_bytes(value, "big")
    for tag, value in nodes:
        if isinstance(value, list):
            yield from _counts(value, depth)
        elif tag == _OCTETS and value[:1] == bytes((_SEQUENCE,)) and depth < _MAX_DEPTH:
            yield from _counts(_parsed(value), depth + 1)
