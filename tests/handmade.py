"""PDFs written by hand, object by object, for tests of one property at a time."""

from __future__ import annotations

import zlib
from collections.abc import Mapping

CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 600]>>"
PLAIN: dict[int, bytes] = {1: CATALOG, 2: PAGES, 3: PAGE}


def stream(entries: bytes, data: bytes) -> bytes:
    """The body of a stream object."""
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries, len(data), data)


def table(
    objects: Mapping[int, bytes] | None = None,
    *,
    before: bytes = b"",
    trailer: bytes = b"/Root 1 0 R",
    junk: bytes = b"",
    generations: Mapping[int, int] | None = None,
    size: int | None = None,
) -> bytes:
    """A file with a classic table; with `before`, an incremental update of that file.

    `junk` comes before the header, and offsets are counted from the header.
    """
    objects = PLAIN if objects is None else objects
    generations = generations or {}
    out = bytearray(before or junk + b"%PDF-1.7\n")
    offsets = {}
    for number, body in objects.items():
        offsets[number] = len(out) - len(junk)
        out += b"%d %d obj\n%s\nendobj\n" % (number, generations.get(number, 0), body)
    start = len(out) - len(junk)
    out += b"xref\n"
    if not before:
        out += b"0 1\n0000000000 65535 f\r\n"
    for number, offset in offsets.items():
        entry = (number, 1, offset, generations.get(number, 0))
        out += b"%d %d\n%010d %05d n\r\n" % entry
    if before:
        trailer += b"/Prev %d" % startxref(before)
    size = max(offsets, default=0) + 1 if size is None else size
    out += b"trailer\n<<%s/Size %d>>\nstartxref\n%d\n%%%%EOF\n" % (trailer, size, start)
    return bytes(out)


def packed(
    objects: Mapping[int, bytes] | None = None,
    *,
    inside: tuple[int, ...] = (),
    trailer: bytes = b"/Root 1 0 R",
) -> bytes:
    """A file with a cross-reference stream; objects named by `inside` are in an object stream."""
    objects = dict(PLAIN if objects is None else objects)
    container, own = max(objects) + 1, max(objects) + 2
    index, bodies = b"", b""
    for number in inside:
        index += b"%d %d " % (number, len(bodies))
        bodies += objects.pop(number) + b" "
    rows = {0: (0, 0, 65535)} | {number: (2, container, at) for at, number in enumerate(inside)}
    entries = b"/Type/ObjStm/N %d/First %d/Filter/FlateDecode" % (len(inside), len(index))
    objects[container] = stream(entries, zlib.compress(index + bodies))
    out = bytearray(b"%PDF-1.7\n")
    for number, body in objects.items():
        rows[number] = (1, len(out), 0)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    rows[own] = (1, len(out), 0)
    data = b"".join(
        bytes([rows.get(number, (0,))[0]])
        + b"".join(part.to_bytes(2, "big") for part in rows.get(number, (0, 0, 0))[1:])
        for number in range(own + 1)
    )
    start = len(out)
    head = b"/Type/XRef/W[1 2 2]/Size %d%s" % (own + 1, trailer)
    out += b"%d 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (own, stream(head, data), start)
    return bytes(out)


def hybrid(
    objects: Mapping[int, bytes], hidden: Mapping[int, bytes], *, trailer: bytes = b"/Root 1 0 R"
) -> bytes:
    """A table, and for the `hidden` objects a cross-reference stream beside it (7.5.8.4)."""
    container = max(*objects, *hidden) + 1
    own = container + 1
    index, bodies, rows, out = b"", b"", {}, bytearray(b"%PDF-1.5\n")
    for at, (number, body) in enumerate(hidden.items()):
        index += b"%d %d " % (number, len(bodies))
        bodies += body + b" "
        rows[number] = bytes([2]) + container.to_bytes(2, "big") + at.to_bytes(2, "big")
    entries = b"/Type/ObjStm/N %d/First %d" % (len(hidden), len(index))
    offsets = {}
    for number, body in {**objects, container: stream(entries, index + bodies)}.items():
        offsets[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    rows[container] = bytes([1]) + offsets.pop(container).to_bytes(2, "big") + bytes(2)
    at = len(out)
    numbers = b" ".join(b"%d 1" % number for number in rows)
    entries = b"/Type/XRef/W[1 2 2]/Index[%s]/Size %d" % (numbers, own + 1)
    out += b"%d 0 obj\n%s\nendobj\n" % (own, stream(entries, b"".join(rows.values())))
    start = len(out)
    out += b"xref\n0 %d\n" % (own + 1)
    free = [number for number in range(own + 1) if number not in offsets]
    chain = dict(zip(free, [*free[1:], 0], strict=True))
    for number in range(own + 1):
        if number in chain:
            out += b"%010d 65535 f\r\n" % chain[number]
        else:
            out += b"%010d 00000 n\r\n" % offsets[number]
    ends = (trailer, own + 1, at, start)
    out += b"trailer\n<<%s/Size %d/XRefStm %d>>\nstartxref\n%d\n%%%%EOF\n" % ends
    return bytes(out)


def startxref(data: bytes) -> int:
    """The last startxref of a file."""
    return int(data[data.rindex(b"startxref") :].split()[1])
