"""Cross-reference sections: where each object is (ISO 32000-2, 7.5.4 and 7.5.8).

Nothing is recovered: a table that is wrong is an error. Tables stay in the file and are looked up
entry by entry, so 100,000 objects cost no memory.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from app.crypto.pdf.objects import Dict, Name, NeedMore, Object, Ref, Stream, parse, skip_space
from app.crypto.pdf.source import Source, read
from app.errors import DamagedPdf, LimitExceeded

MAX_SECTIONS = 4096
MAX_OBJECT = 8_388_607  # ISO 32000-1, Annex C: the largest object number readers support
MAX_WINDOW = 1 << 20  # bytes of one object without its stream: some 100,000 references
MAX_SIGNATURE = 16 << 20  # bytes, where nearly all are the digits of one string: revocation lists
_FIRST_WINDOW = 4096
_ENTRY_SIZE = 20

_SUBSECTION = re.compile(rb"[\x00\t\n\x0c\r ]*(\d{1,10})[ \t]+(\d{1,10})[ \t]*(?:\r\n|\n|\r)?")
_ENTRY = re.compile(rb"(\d{10}) (\d{5}) ([nf])(?: \r| \n|\r\n)\Z")
_LOOSE_ENTRY = re.compile(rb"[\x00\t\n\x0c\r ]*(\d{1,20})[ \t]+(\d{1,10})[ \t]+([nf])")
_TRAILER = re.compile(rb"[\x00\t\n\x0c\r ]*trailer")
_HEADER = re.compile(
    rb"[\x00\t\n\x0c\r ]*(\d{1,10})[\x00\t\n\x0c\r ]+(\d{1,5})[\x00\t\n\x0c\r ]+obj"
)
_STREAM = re.compile(rb"stream(\r\n|\n|\r)?")
_DIGITS = re.compile(rb"<[0-9A-Fa-f\x00\t\n\x0c\r ]{4096,}")


class Entry(NamedTuple):
    """An object at byte `position`, or at index `position` of object stream `container`."""

    position: int
    generation: int = 0
    container: int = 0
    free: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One subsection of a classic table: entries of 20 bytes that stay in the file."""

    first: int
    count: int
    start: int

    def find(self, source: Source, number: int) -> Entry | None:
        if not self.first <= number < self.first + self.count:
            return None
        at = self.start + (number - self.first) * _ENTRY_SIZE
        found = _ENTRY.match(read(source, at, _ENTRY_SIZE))
        if found is None:
            raise DamagedPdf(what="cross-reference table")
        return Entry(int(found[1]), int(found[2]), free=found[3] == b"f")


@dataclass(frozen=True, slots=True)
class Loose:
    """A subsection whose entries are not 20 bytes wide, as some writers leave it: read whole."""

    first: int
    entries: tuple[Entry, ...]

    @property
    def count(self) -> int:
        return len(self.entries)

    def find(self, source: Source, number: int) -> Entry | None:  # noqa: ARG002 - as Table
        index = number - self.first
        return self.entries[index] if 0 <= index < len(self.entries) else None


@dataclass(frozen=True, slots=True)
class Packed:
    """One range of a cross-reference stream, decoded."""

    first: int
    count: int
    widths: tuple[int, int, int]
    rows: bytes
    start: int

    def find(self, source: Source, number: int) -> Entry | None:  # noqa: ARG002 - as Table
        if not self.first <= number < self.first + self.count:
            return None
        one, two, three = self.widths
        at = self.start + (number - self.first) * (one + two + three)
        kind = int.from_bytes(self.rows[at : at + one], "big") if one else 1
        second = int.from_bytes(self.rows[at + one : at + one + two], "big")
        third = int.from_bytes(self.rows[at + one + two : at + one + two + three], "big")
        if kind == 1:
            return Entry(second, third)
        if kind == 2:
            return Entry(third, container=second)
        return Entry(0, third, free=True)  # 0, and "any other value is a null reference" (7.5.8.3)


Range = Table | Loose | Packed


@dataclass(frozen=True)
class Section:
    """One cross-reference section: its ranges, its trailer, and the form it is written in.

    It starts at byte `offset` of the file.
    """

    ranges: tuple[Range, ...]
    trailer: Dict
    stream: bool
    offset: int

    def find(self, source: Source, number: int) -> Entry | None:
        """Where an object is; of ranges that overlap the first one counts."""
        if self._in_order is not None:
            at = bisect_right(self._in_order[0], number) - 1
            return self._in_order[1][at].find(source, number) if at >= 0 else None
        found = (part.find(source, number) for part in self.ranges)
        return next((entry for entry in found if entry is not None), None)

    @cached_property
    def _in_order(self) -> tuple[list[int], list[Range]] | None:
        """The ranges with their first numbers, sorted; None where some overlap."""
        ranges = sorted(self.ranges, key=lambda part: part.first)
        if any(one.first + one.count > two.first for one, two in pairwise(ranges)):
            return None
        return [part.first for part in ranges], ranges

    def numbers(self) -> Iterator[int]:
        """Every object number that it names."""
        for part in self.ranges:
            yield from range(part.first, part.first + part.count)

    @property
    def end(self) -> int:
        """One more than the highest object number that it names."""
        return max((part.first + part.count for part in self.ranges if part.count), default=0)


def read_object(source: Source, at: int) -> tuple[Ref, Object, int]:
    """The indirect object at byte `at` and its length; a stream comes without its data.

    Raises DamagedPdf, LimitExceeded.
    """
    size = _FIRST_WINDOW
    while True:
        buffer, start = source.window(at, size)
        if size > MAX_WINDOW:
            buffer = _signature(buffer, start)
        try:
            return _indirect(buffer, start, at - start)
        except NeedMore as more:
            if at + size >= source.size:
                raise DamagedPdf(what=f"object at byte {at} does not end") from more
            if size >= MAX_SIGNATURE:
                raise LimitExceeded(what="size of an object") from more
            size *= 4


def _signature(buffer: bytes, start: int) -> bytes:
    """The buffer up to the end of a large object: only strings of digits are cheap to read."""
    end = buffer.find(b"endobj", start)
    buffer = buffer if end < 0 else buffer[: end + len(b"endobj")]
    if len(_DIGITS.sub(b"", buffer)) - start > MAX_WINDOW:
        raise LimitExceeded(what="size of an object")
    return buffer


def object_header(buffer: bytes, start: int, shift: int = 0) -> tuple[Ref, int]:
    """`number generation obj` at `start`, and the position behind it. Raises DamagedPdf."""
    header = _HEADER.match(buffer, start)
    if header is None:
        raise DamagedPdf(what=f"no object at byte {start + shift}")
    return Ref(int(header[1]), int(header[2])), header.end()


def _indirect(buffer: bytes, start: int, shift: int) -> tuple[Ref, Object, int]:
    ref, at = object_header(buffer, start, shift)
    value, at = parse(buffer, at)
    length = at - start
    at = skip_space(buffer, at)
    if len(buffer) - at < 8 and b"endobj" not in buffer[at:]:
        raise NeedMore
    if isinstance(value, dict):
        stream = _STREAM.match(buffer, at)
        if stream is not None:
            return ref, Stream(value, stream.end() + shift), length
    return ref, value, length


def read_table(source: Source, at: int) -> Section:
    """The classic table whose keyword `xref` stands at byte `at`."""
    offset = at
    at += len(b"xref")
    ranges: list[Range] = []
    while True:
        head = read(source, at, 64)
        trailer = _TRAILER.match(head)
        if trailer is not None:
            return Section(tuple(ranges), _trailer(source, at + trailer.end()), False, offset)
        found = _SUBSECTION.match(head)
        if found is None or len(ranges) > MAX_SECTIONS:
            raise DamagedPdf(what="cross-reference table")
        first, count = int(found[1]), int(found[2])
        if first + count > MAX_OBJECT:
            raise LimitExceeded(what="number of objects")
        part, at = _subsection(source, first, count, at + found.end())
        if part.count:
            ranges.append(part)


def _subsection(source: Source, first: int, count: int, at: int) -> tuple[Range, int]:
    end = at + count * _ENTRY_SIZE
    tail = read(source, end - _ENTRY_SIZE, _ENTRY_SIZE + 24)
    behind = _SUBSECTION.match(tail, _ENTRY_SIZE) or _TRAILER.match(tail, _ENTRY_SIZE)
    head = _ENTRY.match(read(source, at, _ENTRY_SIZE))
    if count and not (head and _ENTRY.match(tail[:_ENTRY_SIZE]) and behind):
        return _loose(source, first, count, at)
    if head and first == 1 and head[0].startswith(b"0000000000 65535 f"):
        first = 0  # the head of the free list is object 0, whatever the writer counted from
    return Table(first, count, at), end


def _loose(source: Source, first: int, count: int, at: int) -> tuple[Range, int]:
    entries: list[Entry] = []
    block, base, inside = b"", at, 0
    while len(entries) < count:
        if len(block) - inside < 64:
            base += inside
            block, inside = read(source, base, 1 << 16), 0
        found = _LOOSE_ENTRY.match(block, inside)
        if found is None:
            raise DamagedPdf(what="cross-reference table")
        entries.append(Entry(int(found[1]), int(found[2]), free=found[3] == b"f"))
        inside = found.end()
    if first == 1 and entries[0] == Entry(0, 65535, free=True):
        first = 0
    return Loose(first, tuple(entries)), base + inside


def _trailer(source: Source, at: int) -> Dict:
    size = _FIRST_WINDOW
    while True:
        buffer, start = source.window(at, size)
        try:
            value, _ = parse(buffer, start)
        except NeedMore as more:
            if at + size >= source.size or size >= MAX_WINDOW:
                raise DamagedPdf(what="trailer does not end") from more
            size *= 4
            continue
        if not isinstance(value, dict):
            raise DamagedPdf(what="trailer")
        return value


def packed_section(dictionary: Dict, rows: bytes, offset: int) -> Section:
    """A section from the dictionary and decoded data of a cross-reference stream."""
    widths = dictionary.get(Name("W"))
    if not (isinstance(widths, list) and len(widths) >= 3):
        raise DamagedPdf(what="cross-reference stream")
    one, two, three = (width if isinstance(width, int) else -1 for width in widths[:3])
    if not all(0 <= width <= 8 for width in (one, two, three)) or not one + two + three:
        raise DamagedPdf(what="cross-reference stream")
    ranges: list[Range] = []
    at = 0
    for first, count in _index(dictionary):
        fits = max(0, (len(rows) - at) // (one + two + three))
        if first + min(count, fits) > MAX_OBJECT:
            raise LimitExceeded(what="number of objects")
        ranges.append(Packed(first, min(count, fits), (one, two, three), rows, at))
        at += count * (one + two + three)
    return Section(tuple(ranges), dictionary, True, offset)


def _index(dictionary: Dict) -> Iterator[tuple[int, int]]:
    index = dictionary.get(Name("Index"), [0, dictionary.get(Name("Size"))])
    if not isinstance(index, list) or len(index) % 2 or len(index) > 2 * MAX_OBJECT:
        raise DamagedPdf(what="cross-reference stream")
    for at in range(0, len(index), 2):
        first, count = index[at], index[at + 1]
        if not (isinstance(first, int) and isinstance(count, int) and first >= 0 and count >= 0):
            raise DamagedPdf(what="cross-reference stream")
        yield first, count
