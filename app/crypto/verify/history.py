"""Check 1: how revisions build on each other: each goes on where the one before ended.

Every byte behind the first signed revision must belong to an object that the cross-reference of its
own revision names, or to that cross-reference (ISO 32000-2, 7.5.6). What is different between two
revisions is listed here and judged by `changes`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.crypto.pdf import xref
from app.crypto.pdf.document import PdfFile
from app.crypto.pdf.objects import (
    Name,
    NeedMore,
    Object,
    Ref,
    Stream,
    has_doubled_keys,
    parse,
    skip_space,
)
from app.crypto.pdf.source import read
from app.crypto.pdf.xref import Entry, Section
from app.crypto.verify import reasons
from app.crypto.verify.reasons import Failure
from app.errors import DamagedPdf, LimitExceeded

MAX_ENTRIES = 1_000_000  # cross-reference entries of all later revisions
MAX_OBJECT_BYTES = 64 << 20  # one object without its stream
_TABLE = re.compile(rb"xref[\x00\t\n\x0c\r 0-9nf]*trailer")
_STARTXREF = re.compile(rb"startxref[\x00\t\n\x0c\r ]+\d{1,15}[\x00\t\n\x0c\r ]+%%EOF")
_STREAM = re.compile(rb"stream\r?\n")
_ENDSTREAM = re.compile(rb"[\r\n]{0,8}endstream(?=[\x00\t\n\x0c\r ])")
_ENDOBJ = re.compile(rb"[\x00\t\n\x0c\r ]*endobj(?=[\x00\t\n\x0c\r ])")
_LENGTH = Name("Length")
_LINE_END = re.compile(rb"[\r\n]{0,2}\Z")


@dataclass(frozen=True, slots=True)
class Step:
    """From one revision to a later one. `changed` numbers stand for something else in it."""

    old: PdfFile
    new: PdfFile
    changed: tuple[int, ...]


def step(old: PdfFile, new: PdfFile) -> Step:
    """Check that `new` is `old` and whole further revisions behind it. Raises Failure."""
    if new.source.size == old.source.size:
        return Step(old, new, ())
    count = len(new.sections) - len(old.sections)
    offsets = [section.offset for section in new.sections]
    added = new.sections[: max(0, count)]
    # (1.6): the chain of cross-references runs through the signed revision
    if offsets[count:] != [section.offset for section in old.sections] or new.base != old.base:
        raise Failure(reasons.HISTORY())
    if any(section.offset < old.source.size for section in added):
        raise Failure(reasons.HISTORY())
    if _size(new) < _size(old):  # what is numbered beyond /Size is not there any more (7.5.5)
        raise Failure(reasons.HISTORY())
    # (1.7): nothing behind it but what the cross-reference names
    changed, claimed = _entries(old, new, added)
    _account(new, old.source.size, claimed, {section.offset for section in added})
    for number in changed:
        entry = new.find(number)
        if entry is not None and entry.container:  # not among the things that are walked over
            _check_keys(new.get(Ref(number)))
    return Step(old, new, tuple(changed))


def is_only_line_end(pdf: PdfFile, covers: int) -> bool:
    """Whether nothing follows the newest signature but the end of its last line."""
    rest = read(pdf.source, covers, 8)
    return covers == pdf.source.size or bool(_LINE_END.match(rest))


def _size(pdf: PdfFile) -> int:
    size = pdf.trailer.get(Name("Size"))
    return size if isinstance(size, int) else 0


def disagrees(pdf: PdfFile) -> bool:
    """Whether a table and the stream beside it name different places for an object (7.5.8.4).

    Readers that know no streams believe the table alone.
    """
    for table, beside in pairwise(pdf.sections):
        if table.stream or Name("XRefStm") not in table.trailer:
            continue
        for count, number in enumerate(beside.numbers()):
            if count > MAX_ENTRIES:
                raise LimitExceeded(what="number of objects")
            one, other = table.find(pdf.source, number), beside.find(pdf.source, number)
            if one and other and not one.free and not other.free and one != other:
                return True
    return False


def _entries(
    old: PdfFile, new: PdfFile, added: Sequence[Section]
) -> tuple[list[int], dict[int, Ref]]:
    """Numbers that stand for something else, and where the added sections say objects are."""
    claimed: dict[int, Ref] = {}
    numbers: set[int] = set()
    count = 0
    for section in added:
        listed: set[int] = set()
        for number in section.numbers():
            count += 1
            if count > MAX_ENTRIES:
                raise LimitExceeded(what="number of objects")
            if number in listed:  # one reader takes the first, another one the last
                raise Failure(reasons.AMBIGUOUS())
            listed.add(number)
            entry = section.find(new.source, number)
            if entry is not None and not entry.free and not entry.container:
                _claim(old, new, number, entry, claimed)
        numbers |= listed
    changed = (number for number in numbers if old.find(number) != new.find(number))
    return sorted(changed), claimed


def _claim(old: PdfFile, new: PdfFile, number: int, entry: Entry, claimed: dict[int, Ref]) -> None:
    """A section may list objects of its own revision, or once more what was there before."""
    at = entry.position + new.base
    if at < old.source.size:
        if entry.position and old.find(number) != entry:
            raise Failure(reasons.HISTORY())
        return
    if claimed.setdefault(at, Ref(number, entry.generation)).number != number:
        raise Failure(reasons.AMBIGUOUS())


def _account(pdf: PdfFile, start: int, claimed: dict[int, Ref], sections: set[int]) -> None:
    """Walk from `start` to the end of the file; every byte must be known. Raises Failure."""
    at, size = start, pdf.source.size
    seen: set[int] = set()
    while at < size:
        at, found = _next(pdf, at)
        if found is None:
            continue
        place, ref = found
        seen.add(place)
        if claimed.get(place, ref) != ref:
            raise Failure(reasons.AMBIGUOUS())
        if place not in claimed and place not in sections:
            raise Failure(reasons.JUNK())
    if not claimed.keys() | sections <= seen:
        raise Failure(reasons.AMBIGUOUS())


def _next(pdf: PdfFile, at: int) -> tuple[int, tuple[int, Ref | None] | None]:
    """Behind the next thing in the file; an object or table comes with its place."""
    size = 1 << 12
    while True:
        buffer, start = pdf.source.window(at, size)
        shift = at - start
        try:
            return _thing(pdf, buffer, start, shift)
        except NeedMore as more:
            if at + size >= pdf.source.size or size > MAX_OBJECT_BYTES:
                raise Failure(reasons.JUNK()) from more
            size *= 4
        except DamagedPdf as error:
            raise Failure(reasons.JUNK()) from error


def _thing(
    pdf: PdfFile, buffer: bytes, start: int, shift: int
) -> tuple[int, tuple[int, Ref | None] | None]:
    begin = skip_space(buffer, start)
    end = min(len(buffer), pdf.source.size - shift)
    if begin >= end:
        if end + shift < pdf.source.size:
            raise NeedMore
        return end + shift, None
    if end - begin < 32 and end + shift < pdf.source.size:
        raise NeedMore
    if found := _STARTXREF.match(buffer, begin):
        return found.end() + shift, None
    if buffer.startswith(b"xref", begin):
        return _table(buffer, begin) + shift, (begin + shift, None)
    ref, at = xref.object_header(buffer, begin)
    value, at = parse(buffer, at)
    _check_keys(value)
    at = skip_space(buffer, at)
    if isinstance(value, dict) and (found := _STREAM.match(buffer, at)):
        return _stream_end(pdf, Stream(value, found.end() + shift)), (begin + shift, ref)
    behind = _ENDOBJ.match(buffer, at)
    if behind is None:
        raise NeedMore
    return behind.end() + shift, (begin + shift, ref)


def _table(buffer: bytes, at: int) -> int:
    found = _TABLE.match(buffer, at)
    if found is None:
        raise NeedMore
    trailer, end = parse(buffer, found.end())
    _check_keys(trailer)
    if not isinstance(trailer, dict):
        raise DamagedPdf(what="trailer")
    return end


def _check_keys(value: Object) -> None:
    """Of a key that stands twice, one reader takes the first and another one the last (7.3.7)."""
    if has_doubled_keys(value):
        raise Failure(reasons.AMBIGUOUS())


def _stream_end(pdf: PdfFile, stream: Stream) -> int:
    """Behind `endobj`. /Length must be exact: a reader that trusts it must see the same data."""
    length: Object = pdf.get(stream.dictionary.get(_LENGTH))
    if not isinstance(length, int) or not 0 <= length <= pdf.source.size:
        raise Failure(reasons.AMBIGUOUS())
    behind = read(pdf.source, stream.start + length, 64)
    end = _ENDSTREAM.match(behind)
    close = _ENDOBJ.match(behind, end.end()) if end else None
    if close is None:
        raise Failure(reasons.AMBIGUOUS())
    return stream.start + length + close.end()
