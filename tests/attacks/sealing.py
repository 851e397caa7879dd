"""A revision whose signature is made by hand: any ByteRange, any /Contents, any CMS."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tests.attacks.revision import Lies, append

RANGE, VALUE = b"@RANGE@", b"@VALUE@"  # stand for the two in objects that are to be sealed
DATE = b"D:20261102013000+00'00'"
_WIDTH = 70  # of the array with its brackets
_RANGE_MARK = b"[%s]" % (b"@" * (_WIDTH - 2))


def dictionary(
    entries: bytes = b"", sub_filter: bytes = b"ETSI.CAdES.detached", kind: bytes = b"Sig"
) -> bytes:
    """A signature dictionary (Table 255)."""
    head = b"<</Type/%s/Filter/Adobe.PPKLite/SubFilter/%s/M(%s)%s" % (
        kind,
        sub_filter,
        DATE,
        entries,
    )
    return head + b"/ByteRange" + RANGE + b"/Contents" + VALUE + b">>"


def honest(start: int, end: int, total: int) -> list[int]:
    """The ByteRange of a file of `total` bytes with the gap from `start` to `end`."""
    return [0, start, end, total - end]


def written(numbers: Sequence[int]) -> bytes:
    """The array as it is written."""
    return b"[%s]" % b" ".join(b"%d" % number for number in numbers)


def in_hexadecimal(value: bytes, width: int) -> bytes:
    """/Contents of `width` characters: digits, and zeros behind them."""
    return b"<%s>" % value.hex().encode().ljust(width - 2, b"0")


@dataclass(frozen=True, kw_only=True)
class Shape:
    """Where a signature may depart from an honest one.

    `ranges` gives the numbers that are signed over; `write_range` and `write_value` put numbers and
    CMS into the file. `room` is that of the CMS in bytes.
    """

    ranges: Callable[[int, int, int], Sequence[int]] = honest
    write_range: Callable[[Sequence[int]], bytes] = written
    write_value: Callable[[bytes, int], bytes] = in_hexadecimal
    room: int = 2600


HONEST = Shape()


def seal(
    before: bytes,
    objects: Mapping[int, bytes],
    streams: bool,
    signer: Callable[[bytes], bytes],
    shape: Shape,
    lies: Lies,
) -> bytes:
    """Append `objects` and fill in what stands for ByteRange and CMS."""
    mark = b"<%s>" % (b"@" * (2 * shape.room))
    marked = {
        number: body.replace(RANGE, _RANGE_MARK).replace(VALUE, mark)
        for number, body in objects.items()
    }
    data = append(before, marked, streams, lies)
    start = data.index(mark)
    end = start + len(mark)
    numbers = shape.ranges(start, end, len(data))
    said = shape.write_range(numbers)
    assert len(said) <= _WIDTH
    data = data.replace(_RANGE_MARK, said.ljust(_WIDTH))
    value = shape.write_value(signer(covered(data, numbers)), len(mark))
    assert len(value) == len(mark)
    return data[:start] + value + data[end:]


def covered(data: bytes, numbers: Sequence[int]) -> bytes:
    """The bytes that a ByteRange of any length names, as far as they are there."""
    pairs = zip(numbers[::2], numbers[1::2], strict=False)
    return b"".join(data[max(at, 0) : max(at + length, 0)] for at, length in pairs)


def digest(data: bytes, name: str = "sha256") -> bytes:
    return hashlib.new(name, data).digest()
