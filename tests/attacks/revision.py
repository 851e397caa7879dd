"""One more revision of a file, every part of which may tell a lie.

An incremental update (ISO 32000-2, 7.5.6) in either form of cross-reference section.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from tests.attacks.letter import TRAILER
from tests.handmade import startxref, stream

Row = tuple[int, int, int]  # of a cross-reference stream: kind, offset or container, generation
EOF = b"%%EOF\n"


def free(generation: int = 0) -> Row:
    """The row of an object that is there no more."""
    return (0, 0, generation)


def highest(data: bytes) -> int:
    """The largest /Size that any section of a file names."""
    return max(int(size) for size in re.findall(rb"/Size (\d+)", data))


@dataclass(frozen=True, kw_only=True)
class Lies:
    """Where a revision may depart from an honest one; the defaults are honest.

    `rows` are put in the place of honest ones, `unlisted` objects get none, `inside` are written
    into an object stream. `prev` and `start` replace what /Prev and startxref say.
    """

    rows: Mapping[int, Row] = field(default_factory=dict)
    unlisted: Collection[int] = ()
    inside: Collection[int] = ()
    generations: Mapping[int, int] = field(default_factory=dict)
    root: bytes = b"1 0 R"
    trailer: bytes = b""
    prev: bytes | None = None
    start: int | None = None
    size: int | None = None
    junk: bytes = b""  # between the objects and the section
    section: bool = True
    end: Callable[[int], bytes] = lambda at: b"startxref\n%d\n%s" % (at, EOF)


HONEST = Lies()


def append(
    before: bytes, objects: Mapping[int, bytes], streams: bool, lies: Lies = HONEST
) -> bytes:
    """The file with one more revision; `streams`: by a cross-reference stream."""
    own = max([highest(before), *(number + 1 for number in objects)])
    objects = dict(objects)
    rows: dict[int, Row] = {}
    if lies.inside:
        container, own = own, own + 1
        objects, rows = _packed(objects, lies.inside, container)
    out = bytearray(before)
    for number, body in objects.items():
        generation = lies.generations.get(number, 0)
        rows[number] = (1, len(out), generation)
        out += b"%d %d obj\n%s\nendobj\n" % (number, generation, body)
    out += lies.junk
    rows = {number: row for number, row in rows.items() if number not in lies.unlisted}
    rows |= lies.rows
    at = len(out) if lies.start is None else lies.start
    if lies.section:
        prev = b"/Prev %d" % startxref(before) if lies.prev is None else lies.prev
        trailer = b"/Root %s%s%s%s" % (lies.root, TRAILER, prev, lies.trailer)
        size = own + streams if lies.size is None else lies.size
        out += section(rows, own, b"%s/Size %d" % (trailer, size), len(out), streams)
    return bytes(out) + lies.end(at)


def _packed(
    objects: dict[int, bytes], inside: Collection[int], container: int
) -> tuple[dict[int, bytes], dict[int, Row]]:
    """The objects with those `inside` in an object stream, and the rows of these."""
    index, bodies = b"", b""
    for number in inside:
        index += b"%d %d " % (number, len(bodies))
        bodies += objects[number] + b" "
    entries = b"/Type/ObjStm/N %d/First %d" % (len(inside), len(index))
    rows = {number: (2, container, at) for at, number in enumerate(inside)}
    outside = {number: body for number, body in objects.items() if number not in inside}
    return {**outside, container: stream(entries, index + bodies)}, rows


def section(rows: Mapping[int, Row], own: int, trailer: bytes, at: int, streams: bool) -> bytes:
    """A cross-reference section that will stand at `at`; `own` is the number of a stream."""
    return _stream({**rows, own: (1, at, 0)}, own, trailer) if streams else _table(rows, trailer)


def _table(rows: Mapping[int, Row], trailer: bytes) -> bytes:
    out = b"xref\n" if rows else b"xref\n0 0\n"
    for number, (kind, offset, generation) in sorted(rows.items()):
        out += b"%d 1\n%010d %05d %s\r\n" % (number, offset, generation, b"fn"[kind : kind + 1])
    return out + b"trailer\n<<%s>>\n" % trailer


def _stream(rows: Mapping[int, Row], own: int, trailer: bytes) -> bytes:
    numbers = sorted(rows)
    data = b"".join(
        bytes([rows[number][0]]) + b"".join(part.to_bytes(8, "big") for part in rows[number][1:])
        for number in numbers
    )
    index = b" ".join(b"%d 1" % number for number in numbers)
    entries = b"/Type/XRef/W[1 8 8]/Index[%s]%s" % (index, trailer)
    return b"%d 0 obj\n%s\nendobj\n" % (own, stream(entries, data))
