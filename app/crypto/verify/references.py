"""Who refers to an object: a change is harmless only where nobody else looks at what it changes.

A reference to an object that does not exist reads as null (ISO 32000-2, 7.3.10). An author can
plant one and define the object after others have signed; so references are searched for.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from app.crypto.pdf import xref
from app.crypto.pdf.document import PdfFile
from app.crypto.pdf.objects import Name, NewStream, Object, Ref, Stream
from app.crypto.pdf.source import read
from app.errors import LimitExceeded

_SPACE = rb"(?:[\x00\t\n\x0c\r ]|%[^\r\n]*)+"
_REFERENCE = re.compile(rb"(?<!\d)(\d{1,10})" + _SPACE + rb"\d{1,5}" + _SPACE + rb"R(?![A-Za-z])")
_SPAN = 1 << 16  # bytes that are searched as they are; larger objects are parsed
_MAX_OBJECTS = 500_000
_TRAILER_KEYS = ("Root", "Info", "Encrypt", "ID")

_TYPE = Name("Type")

TRAILER = 0  # stands for the trailer among object numbers
Holders = Mapping[int, frozenset[int]]


def refs(value: Object, without: Collection[str] = ()) -> Iterator[int]:
    """The object numbers that a value refers to; `without` leaves keys of the dictionary out."""
    stack: list[Object] = []
    if isinstance(value, Stream):
        if value.dictionary.get(_TYPE) == "XRef":  # a trailer: that of its revision is what counts
            return
        value = value.dictionary
    if isinstance(value, dict):
        stack += (item for key, item in value.items() if key not in without)
    else:
        stack.append(value)
    while stack:
        item = stack.pop()
        if isinstance(item, Ref):
            yield item.number
        elif isinstance(item, list):
            stack += item
        elif isinstance(item, dict):
            stack += item.values()
        elif isinstance(item, Stream | NewStream):
            stack += item.dictionary.values()


def holders(pdf: PdfFile, targets: Collection[int], leave_out: Collection[int]) -> Holders:
    """For each target the objects of a revision that refer to it, but for those to `leave_out`.

    Bytes that look like a reference are looked at again, parsed.
    """
    wanted = set(targets)
    found: dict[int, set[int]] = defaultdict(set)
    for number in wanted.intersection(trailer_refs(pdf)):
        found[number].add(TRAILER)
    if wanted:
        for number in _suspects(pdf, wanted, set(leave_out)):
            for target in wanted.intersection(refs(pdf.get(Ref(number)))):
                found[target].add(number)
    return {target: frozenset(numbers) for target, numbers in found.items()}


def trailer_refs(pdf: PdfFile) -> set[int]:
    """What the trailer of a revision refers to."""
    return {number for key in _TRAILER_KEYS for number in refs(pdf.trailer.get(Name(key)))}


def _suspects(pdf: PdfFile, wanted: set[int], leave_out: set[int]) -> Iterator[int]:
    """Objects whose bytes hold what looks like a reference to a wanted number."""
    plain, packed = _places(pdf)
    starts = sorted(plain)
    for at, behind in zip(starts, [*starts[1:], pdf.source.size], strict=True):
        number = plain[at]
        if number not in leave_out and _mentions(pdf, at, behind, wanted):
            yield number
    for numbers in packed.values():  # these are decoded and parsed: small and few
        yield from (number for number in numbers if number not in leave_out)


def _places(pdf: PdfFile) -> tuple[dict[int, int], dict[int, list[int]]]:
    """Where objects in use are: by byte, and by object stream."""
    plain: dict[int, int] = {}
    packed: dict[int, list[int]] = defaultdict(list)
    seen: set[int] = set()
    for section in pdf.sections:
        for number in section.numbers():
            if number in seen:
                continue
            seen.add(number)
            if len(seen) > _MAX_OBJECTS:
                raise LimitExceeded(what="number of objects")
            entry = pdf.find(number)
            if entry is None:
                continue
            if entry.container:
                packed[entry.container].append(number)
            elif entry.position:
                plain[entry.position + pdf.base] = number
    return plain, packed


def _mentions(pdf: PdfFile, at: int, behind: int, wanted: set[int]) -> bool:
    if behind - at <= _SPAN:
        text = read(pdf.source, at, behind - at)
        return any(int(found[1]) in wanted for found in _REFERENCE.finditer(text))
    _, value, _ = xref.read_object(pdf.source, at)
    return not wanted.isdisjoint(refs(value))
