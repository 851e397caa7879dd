"""An incremental update: new and changed objects, then a cross-reference section of its form.

ISO 32000-2, 7.5.6. The original bytes stay an exact prefix; nothing else is rewritten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from app.crypto.pdf.document import PdfFile
from app.crypto.pdf.objects import Dict, Name, NewStream, Object, Ref, encode
from app.crypto.pdf.source import read
from app.crypto.pdf.xref import MAX_OBJECT
from app.errors import InternalFault, LimitExceeded

_RANGE_WIDTH = 52  # "0 a b c" with offsets of up to 15 digits, padded with blanks
_KEPT_IN_TRAILER = ("Root", "Info", "Encrypt")


@dataclass(frozen=True, slots=True)
class Gap:
    """A revision that waits for its signature: /Contents is the `size` bytes between the parts."""

    before: bytes
    size: int
    after: bytes

    def fill(self, value: bytes) -> bytes:
        """The appended bytes, with the CMS in hexadecimal and zeros behind it (12.8.3.3.1)."""
        digits = value.hex().encode()
        inside = self.size - 2
        if len(digits) > inside:
            raise InternalFault(what="the signature is larger than its key announced")
        return self.before + b"<" + digits.ljust(inside, b"0") + b">" + self.after


class Update:
    """Collects the objects of one revision.

    `random` gives the initialisation vectors of encrypted files.
    """

    def __init__(self, pdf: PdfFile, random: Callable[[int], bytes]) -> None:
        self._pdf = pdf
        self._random = random
        self.pending: dict[Ref, Object] = {}  # changed objects, as they will be written
        self._first_new = self._next = self._first_free()
        self._signature: tuple[Ref, bytes] | None = None
        self._gap_at = 0

    def _first_free(self) -> int:
        """Above all numbers in use: /Size where it is plausible, else what the sections name."""
        size = self._pdf.trailer.get(Name("Size"))
        named = max(section.end for section in self._pdf.sections)
        if isinstance(size, int) and named <= size <= MAX_OBJECT:
            named = size
        if named + 64 > MAX_OBJECT:
            raise LimitExceeded(what="number of objects")
        return max(named, 1)

    def reserve(self) -> Ref:
        """The reference of an object that is written later."""
        ref = Ref(self._next, 0)
        self._next += 1
        return ref

    def add(self, value: Object) -> Ref:
        """Write a new object and give its reference."""
        ref = self.reserve()
        self.pending[ref] = value
        return ref

    def change(self, ref: Ref, value: Object) -> None:
        """Write an existing object anew; the last change counts."""
        self.pending[ref] = value

    def _write(self, ref: Ref, value: Object) -> bytes:
        encryption = self._pdf.encryption
        if encryption is not None:
            if isinstance(value, NewStream):
                data = encryption.encrypt_stream(value.data, ref, self._random)
                plain = {
                    key: encryption.encrypt_object(item, ref, self._random)
                    for key, item in value.dictionary.items()
                }
                value = NewStream(plain, data)
            else:
                value = encryption.encrypt_object(value, ref, self._random)
        return encode(value)

    def sign_here(self, ref: Ref, dictionary: Dict, size: int) -> None:
        """Write the signature dictionary, with room for `size` bytes of CMS, as the last object."""
        encryption = self._pdf.encryption
        plain: Object = dictionary
        if encryption is not None:  # /Contents and /ByteRange come below and stay plain (7.6.2)
            plain = encryption.encrypt_object(plain, ref, self._random)
        head = encode(plain)[:-2] + b"/ByteRange[" + b" " * _RANGE_WIDTH + b"]/Contents"
        self._gap_at = len(head)
        self._signature = ref, head + b"<" + b"0" * (2 * size) + b">>>"

    def finish(self, identity: bytes) -> bytes:
        """The appended bytes of a revision without a signature. `identity` goes into /ID."""
        return self._serialise(identity)[0]

    def finish_gap(self, identity: bytes) -> Gap:
        """The revision around its /Contents, /ByteRange filled in. `sign_here` comes before."""
        appended, start = self._serialise(identity)
        start += self._gap_at
        end = appended.index(b">", start) + 1
        total = self._pdf.source.size + len(appended)
        hole = self._pdf.source.size + start, self._pdf.source.size + end
        numbers = b"0 %d %d %d" % (hole[0], hole[1], total - hole[1])
        at = appended.rindex(b"[", 0, start) + 1
        before = appended[:at] + numbers.ljust(_RANGE_WIDTH) + appended[at + _RANGE_WIDTH : start]
        return Gap(before, end - start, appended[end:])

    def _serialise(self, identity: bytes) -> tuple[bytes, int]:
        """All objects and the section, and where the value of the last object starts in it."""
        size = self._pdf.source.size
        last = read(self._pdf.source, size - 1, 1)
        parts = [b"" if last in b"\r\n" else b"\n"]
        at = len(parts[0])
        base = size - self._pdf.base
        offsets: dict[Ref, int] = {}
        value_at = at
        for ref, written in self._objects():
            offsets[ref] = base + at
            head = b"%d %d obj\n" % ref
            value_at = at + len(head)
            parts += (head, written, b"\nendobj\n")
            at = value_at + len(written) + len(parts[-1])
        parts.append(self._section(offsets, base + at, identity))
        return b"".join(parts), value_at

    def _objects(self) -> Iterator[tuple[Ref, bytes]]:
        """Every object under the generation that the file knows it by; the signature comes last."""
        for held, value in self.pending.items():
            new = held.number >= self._first_new
            ref = held if new else Ref(held.number, self._pdf.generation(held))
            yield ref, self._write(ref, value)
        if self._signature is not None:
            yield self._signature

    def _section(self, offsets: dict[Ref, int], at: int, identity: bytes) -> bytes:
        newest = self._pdf.sections[0]
        trailer: Dict = {Name("Size"): self._next}
        for key in _KEPT_IN_TRAILER:
            if key in newest.trailer:
                trailer[Name(key)] = newest.trailer[Name(key)]
        trailer[Name("ID")] = [self._permanent_id(identity), identity]
        trailer[Name("Prev")] = self._pdf.startxref
        # 7.5.8.4: after a stream comes a stream; a table, also a hybrid one, is followed by a table
        write = self._stream_section if newest.stream else _table_section
        return write(offsets, at, trailer) + b"startxref\n%d\n%%%%EOF\n" % at

    def _permanent_id(self, identity: bytes) -> bytes:
        """The first half of /ID stays (14.4); where there was none, both halves are new.

        In an encrypted file the key was made from it: there a missing one stays empty (7.6.4.3.2).
        """
        given = self._pdf.get_list(self._pdf.trailer.get(Name("ID")))
        first = self._pdf.get(given[0]) if given else None
        if isinstance(first, bytes):
            return first
        return identity if self._pdf.encryption is None else b""

    def _stream_section(self, offsets: dict[Ref, int], at: int, trailer: Dict) -> bytes:
        own = self.reserve()
        offsets = {**offsets, own: at}
        width = max(4, (at.bit_length() + 7) // 8)
        numbers = sorted(offsets)
        rows = b"".join(
            b"\1" + offsets[ref].to_bytes(width, "big") + ref.generation.to_bytes(2, "big")
            for ref in numbers
        )
        index: list[Object] = []
        for first, count in _runs(numbers):
            index += (first, count)
        dictionary: Dict = {
            Name("Type"): Name("XRef"),
            **trailer,
            Name("Size"): self._next,
            Name("W"): [1, width, 2],
            Name("Index"): index,
        }
        return b"%d 0 obj\n" % own.number + encode(NewStream(dictionary, rows)) + b"\nendobj\n"


def _table_section(offsets: dict[Ref, int], at: int, trailer: Dict) -> bytes:  # noqa: ARG001
    parts = [b"xref\n"]
    by_number = {ref.number: (offset, ref.generation) for ref, offset in offsets.items()}
    for first, count in _runs(sorted(offsets)):
        parts.append(b"%d %d\n" % (first, count))
        parts += (b"%010d %05d n\r\n" % by_number[number] for number in range(first, first + count))
    return b"".join(parts) + b"trailer\n" + encode(trailer) + b"\n"


def _runs(refs: list[Ref]) -> list[tuple[int, int]]:
    """Sorted object numbers as (first, count) of unbroken runs."""
    runs: list[tuple[int, int]] = []
    for number, _ in refs:
        first, count = runs[-1] if runs else (number, 0)
        if number == first + count:
            runs[-1:] = [(first, count + 1)]
        else:
            runs.append((number, 1))
    return runs
