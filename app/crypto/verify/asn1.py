"""Read ASN.1 in BER, bounded and only where somebody looks (ITU-T X.690).

Many programs write CMS with indefinite lengths or strings in pieces; what
is hashed of it is DER, so a value can also be written again in DER. What types it should have is
the caller's knowledge.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from app.crypto.der import tagged
from app.errors import N_

MAX_DEPTH = 32
MAX_ELEMENTS = 50_000  # headers read in one value; a CRL is one element until somebody looks inside
_MAX_LENGTH_BYTES = 4
_MAX_NUMBER_BYTES = 64  # of an INTEGER; serial numbers have 20 (RFC 5280, 4.1.2.2)
_INDEFINITE = 0x80
_CONSTRUCTED = 0x20
_LONG_TAG = 0x1F

BOOLEAN, INTEGER, OCTETS, NULL, OID = 0x01, 0x02, 0x04, 0x05, 0x06
GENERALIZED_TIME = 0x18
SEQUENCE, SET = 0x30, 0x31
OCTETS_IN_PIECES = OCTETS | _CONSTRUCTED

_CUT = N_("it is cut off")
_BROKEN = N_("it is not encoded as it should be")
_TOO_MUCH = N_("it is larger or deeper than anybody needs")
_WRONG_KIND = N_("a part is missing or of the wrong kind")


class BadAsn1(Exception):
    """Bytes that are not the ASN.1 they should be; the argument is a gettext message id."""


class _Input:
    """The bytes, and how many more element headers may be read in them."""

    __slots__ = ("data", "left")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.left = MAX_ELEMENTS


class Node(NamedTuple):
    """One element. `start` is its tag, `at` and `end` bound its content, `behind` follows it."""

    source: _Input
    tag: int
    start: int
    at: int
    end: int
    behind: int
    depth: int

    @property
    def content(self) -> bytes:
        return self.source.data[self.at : self.end]

    @property
    def raw(self) -> bytes:
        """The element as it is encoded, with its tag."""
        return self.source.data[self.start : self.behind]

    def children(self) -> list[Node]:
        """The elements within a constructed one. Raises BadAsn1."""
        if not self.tag & _CONSTRUCTED:
            raise BadAsn1(_WRONG_KIND)
        found, at = [], self.at
        while at < self.end:
            node = _element(self.source, at, self.end, self.depth + 1)
            found.append(node)
            at = node.behind
        return found

    def of(self, tag: int) -> Node:
        """Itself, if it has that tag. Raises BadAsn1."""
        if self.tag != tag:
            raise BadAsn1(_WRONG_KIND)
        return self

    def only(self) -> Node:
        """The one element within it, as of an explicit tag. Raises BadAsn1."""
        children = self.children()
        if len(children) != 1:
            raise BadAsn1(_WRONG_KIND)
        return children[0]

    def octets(self) -> bytes:
        """The value of an OCTET STRING, whole or in pieces (8.7). Raises BadAsn1."""
        if self.tag == OCTETS_IN_PIECES:
            return b"".join(piece.octets() for piece in self.children())
        return self.of(OCTETS).content

    def oid(self) -> str:
        """An OBJECT IDENTIFIER in dotted form. Raises BadAsn1."""
        return _dotted(self.of(OID).content)

    def integer(self) -> int:
        """The value of an INTEGER. Raises BadAsn1."""
        return number(self.of(INTEGER).content)

    def der(self) -> bytes:
        """The value in DER, as far as tags tell: what is SET is sorted as a SET OF (11.6).

        A string in pieces with an implicit tag cannot be told from a structure and stays as it is.
        Raises BadAsn1.
        """
        if self.tag == OCTETS_IN_PIECES:
            return tagged(OCTETS, self.octets())
        if not self.tag & _CONSTRUCTED:
            return tagged(self.tag, self.content)
        children = [child.der() for child in self.children()]
        return tagged(self.tag, *(sorted(children) if self.tag == SET else children))


class Members:
    """The members of a SEQUENCE, taken one after the other."""

    def __init__(self, node: Node) -> None:
        self._left = node.children()
        self._left.reverse()

    def optional(self, *tags: int) -> Node | None:
        """The next member if it has one of these tags."""
        if self._left and self._left[-1].tag in tags:
            return self._left.pop()
        return None

    def next(self, *tags: int) -> Node:
        """The next member, which has one of these tags. Raises BadAsn1."""
        found = self.optional(*tags)
        if found is None:
            raise BadAsn1(_WRONG_KIND)
        return found

    def any(self) -> Node | None:
        """The next member, whatever it is."""
        return self._left.pop() if self._left else None

    def end(self) -> None:
        """Nothing more may follow. Raises BadAsn1."""
        if self._left:
            raise BadAsn1(_WRONG_KIND)


def parse(data: bytes) -> Node:
    """The element that `data` begins with; others may follow it. Raises BadAsn1."""
    return _element(_Input(data), 0, len(data), 0)


def parse_all(data: bytes) -> Node:
    """The element that `data` is. Raises BadAsn1."""
    node = parse(data)
    if node.behind != len(data):
        raise BadAsn1(_BROKEN)
    return node


def number(content: bytes) -> int:
    """The value of an INTEGER's content (8.3). Raises BadAsn1."""
    if not 0 < len(content) <= _MAX_NUMBER_BYTES:
        raise BadAsn1(_BROKEN)
    return int.from_bytes(content, "big", signed=True)


def _element(source: _Input, start: int, limit: int, depth: int) -> Node:
    source.left -= 1
    if depth > MAX_DEPTH or source.left < 0:
        raise BadAsn1(_TOO_MUCH)
    tag, at, length = _header(source.data, start, limit)
    if length is None:
        end = _end_of_contents(source, at, limit, depth)
        return Node(source, tag, start, at, end, end + 2, depth)
    end = at + length
    if end > limit:
        raise BadAsn1(_CUT)
    return Node(source, tag, start, at, end, end, depth)


def _end_of_contents(source: _Input, at: int, limit: int, depth: int) -> int:
    """Where the two zero bytes stand that end an indefinite length (8.1.5)."""
    while source.data[at : at + 2] != b"\0\0":
        at = _element(source, at, limit, depth + 1).behind
    if at + 2 > limit:
        raise BadAsn1(_CUT)
    return at


def _header(data: bytes, at: int, limit: int) -> tuple[int, int, int | None]:
    """Tag, start of the content, and length: None where it is indefinite."""
    if at + 2 > limit:
        raise BadAsn1(_CUT)
    tag, length, at = data[at], data[at + 1], at + 2
    if tag == 0 or tag & _LONG_TAG == _LONG_TAG:  # no standard read here has a tag above 30
        raise BadAsn1(_BROKEN)
    if length < _INDEFINITE:
        return tag, at, length
    if length == _INDEFINITE:
        if not tag & _CONSTRUCTED:
            raise BadAsn1(_BROKEN)
        return tag, at, None
    size = length & 0x7F
    if size > _MAX_LENGTH_BYTES:
        raise BadAsn1(_TOO_MUCH)
    if at + size > limit:
        raise BadAsn1(_CUT)
    return tag, at + size, int.from_bytes(data[at : at + size], "big")


@lru_cache(maxsize=256)
def _dotted(content: bytes) -> str:
    """The arcs of an OBJECT IDENTIFIER's content (8.19)."""
    if not 0 < len(content) <= _MAX_NUMBER_BYTES or content[-1] & 0x80:
        raise BadAsn1(_BROKEN)
    arcs = [0]
    for byte in content:
        arcs[-1] = arcs[-1] << 7 | byte & 0x7F
        if not byte & 0x80:
            arcs.append(0)
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:-1])))
