"""ByteRanges that are not `[0 a b c]`, over whose bytes the signature is nevertheless right.

So that it is the structure that must be refused (ISO 32000-2, 12.8.1; EN 319 142-1, 5.1), not the
digest. What a range leaves out can be changed by anyone afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from tests.attacks import sealing
from tests.attacks.base import ALL, Base, Document
from tests.attacks.letter import AMOUNT, CONTENT, FORGED, NEXT, page_content
from tests.attacks.sealing import HONEST, RANGE
from tests.attacks.table import Family

FAMILY = Family("byte range")
Ranges = Callable[[int, int, int], Sequence[int]]


@FAMILY.control(on=ALL)
def signed_by_hand(base: Base) -> Document:
    return with_ranges(base, sealing.honest)


def with_ranges(base: Base, ranges: Ranges) -> Document:
    """Signed over these ranges of the start and end of the gap, and the length of the file."""
    original = base.original
    return original.seal(original.field_signed(), shape=replace(HONEST, ranges=ranges))


def said(write: Callable[[Sequence[int]], bytes]) -> Callable[[Base], Document]:
    """Signed over the honest ranges, which are written otherwise."""

    def build(base: Base) -> Document:
        original = base.original
        return original.seal(original.field_signed(), shape=replace(HONEST, write_range=write))

    return build


_RANGES: dict[str, Ranges] = {
    "does not start at zero": lambda a, b, n: [1, a - 1, b, n - b],
    "starts behind the header": lambda a, b, n: [9, a - 9, b, n - b],
    "negative start": lambda a, b, n: [-1, a + 1, b, n - b],
    "gap begins at its key": lambda a, b, n: [0, a - 9, b, n - b],
    "gap ends behind its dictionary": lambda a, b, n: [0, a, b + 2, n - b - 2],
    "gap ends behind its object": lambda a, b, n: [0, a, b + 10, n - b - 10],
    "gap without the brackets": lambda a, b, n: [0, a + 1, b - 1, n - b + 1],
    "gap without the padding": lambda a, b, n: [0, a, b - 9, n - b + 9],
    "gap moved by one": lambda a, b, n: [0, a - 1, b - 1, n - b + 1],
    "overlapping": lambda a, b, n: [0, a + 60, a + 30, n - a - 30],
    "second range first": lambda a, b, n: [b, n - b, 0, a],
    "first range only": lambda a, b, n: [0, a],
    "second range empty": lambda a, b, n: [0, a, b, 0],
    "second range negative": lambda a, b, n: [0, a, b, -5],
    "ends before the end marker": lambda a, b, n: [0, a, b, n - b - 6],
    "ends in the section": lambda a, b, n: [0, a, b, n - b - 40],
    "ends behind the file": lambda a, b, n: [0, a, b, n - b + 1],
    "huge length": lambda a, b, n: [0, a, b, 10**30],
    "length beyond 32 bits": lambda a, b, n: [0, a, b, n - b + 2**32],
    "length beyond 64 bits": lambda a, b, n: [0, a, b, n - b + 2**64],
    "huge gap": lambda a, b, n: [0, a, 10**18, n - b],
    "three numbers": lambda a, b, n: [0, a, b],
    "five numbers": lambda a, b, n: [0, a, b, n - b, 0],
    "six numbers": lambda a, b, n: [0, a, b, 10, b + 30, n - b - 30],
    "eight numbers": lambda a, b, n: [0, 9, 9, a - 9, b, 10, b + 10, n - b - 10],
    # the lengths and the gap add up to the file, and something is left out all the same
    "sums up though it skips": lambda a, b, n: [0, a, b + 20, n - b],
    "sums up though it reads twice": lambda a, b, n: [0, a, 0, 20, b + 20, n - b - 20],
}
for _name, _ranges in _RANGES.items():
    FAMILY.add(_name, lambda base, ranges=_ranges: with_ranges(base, ranges), "invalid", 1)


@FAMILY.control()
def all_but_the_last_line_end(base: Base) -> Document:
    """A complete document was signed; no reader minds how its last line ends."""
    return with_ranges(base, lambda a, b, n: [0, a, b, n - b - 1])


_WRITTEN: dict[str, Callable[[Sequence[int]], bytes]] = {
    "real numbers": lambda numbers: b"[%s]" % b" ".join(b"%d.0" % number for number in numbers),
    "one real number": lambda numbers: b"[0.0 %d %d %d]" % (*numbers[1:],),
    "in a nested array": lambda numbers: b"[[0 %d] [%d %d]]" % (*numbers[1:],),
    "in strings": lambda numbers: b"[(0) (%d) (%d) (%d)]" % (*numbers[1:],),
    "written twice": lambda numbers: b"[0 %d %d 9]/ByteRange[0 %d %d %d]" % (
        *numbers[1:3],
        *numbers[1:],
    ),
    "written twice, right first": lambda numbers: b"[0 %d %d %d]/ByteRange[0 9 9 9]" % (
        *numbers[1:],
    ),
    "written twice, once in disguise": lambda numbers: b"[0 %d %d %d]/Byte#52ange[0 9 9 9]" % (
        *numbers[1:],
    ),
    "in a dictionary": lambda numbers: b"<</Kids[0 %d %d %d]>>" % (*numbers[1:],),
}  # fmt: skip
for _name, _write in _WRITTEN.items():
    FAMILY.add(_name, said(_write), "invalid", 1)


@FAMILY.attack("invalid", 1)
def an_object_of_its_own(base: Base) -> Document:
    """/ByteRange is a reference: what it says could be replaced by a later revision."""
    return indirect(base)


@FAMILY.attack("invalid", 1, "text")
def an_object_replaced_later(base: Base) -> Document:
    document = indirect(base)
    return document.update({CONTENT: page_content(FORGED), NEXT + 1: document.body(NEXT + 1)})


@FAMILY.attack("invalid", 1)
def numbers_are_references(base: Base) -> Document:
    original = base.original
    objects = original.field_signed()
    objects[NEXT] = objects[NEXT].replace(RANGE, b"[0 61 0 R 62 0 R 63 0 R]")
    numbers = [0, 0, 0]
    for _ in range(2):  # the second time they are known
        objects |= {61 + at: b"%06d" % number for at, number in enumerate(numbers)}
        document = original.seal(objects)
        start = document.data.rindex(b"/Contents<") + len(b"/Contents")
        end = document.data.index(b">", start) + 1
        numbers = [start, end, len(document.data) - end]
    return document


@FAMILY.attack("invalid", 1, "text")
def gap_begins_at_the_content(base: Base) -> Document:
    """The page's content lies in the gap, before the value, and is changed after signing."""
    document = base.original
    objects = document.field_signed()
    objects = {**objects, CONTENT: page_content(), NEXT: objects.pop(NEXT)}
    distance = 0
    for _ in range(2):  # the second time it is known how far before the value the content begins
        shape = replace(HONEST, ranges=lambda a, b, n, back=distance: [0, a - back, b, n - b])
        document = base.original.seal(objects, shape=shape)
        value = document.data.rindex(b"/Contents<") + len(b"/Contents")
        distance = value - document.data.rindex(b"\n%d 0 obj" % CONTENT)
    return document.patch(AMOUNT, FORGED)


@FAMILY.attack("invalid", 1, "text")
def gap_ends_behind_the_content(base: Base) -> Document:
    """The same with the content behind the value."""
    objects = base.original.field_signed()
    value = {NEXT: objects.pop(NEXT)}
    objects = {**value, CONTENT: page_content(), **objects}
    more = len(b">>\nendobj\n%d 0 obj\n%s\nendobj\n" % (CONTENT, page_content()))
    shape = replace(HONEST, ranges=lambda a, b, n: [0, a, b + more, n - b - more])
    return base.original.seal(objects, shape=shape).patch(AMOUNT, FORGED)


@FAMILY.attack("invalid", 1, "text")
def second_range_empty_and_file_continued(base: Base) -> Document:
    """Only what stands before the value is signed; all that follows is free."""
    document = with_ranges(base, _RANGES["second range empty"])
    return document.update({CONTENT: page_content(FORGED)})


@FAMILY.attack("invalid", 1, "text")
def six_numbers_around_the_content(base: Base) -> Document:
    """A second gap, and the content in it."""
    objects = base.original.field_signed()
    value = {NEXT: objects.pop(NEXT)}
    objects = {**value, CONTENT: page_content(), **objects}
    size = len(b"%d 0 obj\n%s\nendobj\n" % (CONTENT, page_content()))
    ranges = lambda a, b, n: [0, a, b, 10, b + 10 + size, n - b - 10 - size]  # noqa: E731
    shape = replace(HONEST, ranges=ranges)
    return base.original.seal(objects, shape=shape).patch(AMOUNT, FORGED)


def indirect(base: Base) -> Document:
    objects = base.original.field_signed()
    objects[NEXT] = objects[NEXT].replace(RANGE, b" %d 0 R" % (NEXT + 1))
    return base.original.seal({**objects, NEXT + 1: RANGE})
