"""A PDF as a signer sees it: trailer, catalog, pages, objects on demand (ISO 32000-2, 7.5 to 7.7).

Strict and lean: no cross-reference recovery, nothing read unasked, every walk bounded.
"""

from __future__ import annotations

import copy
import itertools
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from app.crypto.pdf import filters, xref
from app.crypto.pdf.budget import Budget
from app.crypto.pdf.objects import Dict, Name, NeedMore, Object, Ref, Stream, parse
from app.crypto.pdf.source import Prefix, Source, open_source, read
from app.crypto.pdf.xref import Entry, Section
from app.errors import DamagedPdf, LimitExceeded, NotAPdf, UnsupportedEncryption

if TYPE_CHECKING:
    from app.crypto.pdf.encryption import Encryption

MAX_PAGES = 100_000
MAX_PAGE_DEPTH = 256
MAX_FIELDS = 100_000
MAX_STREAM = 256 << 20  # bytes of one stream as stored
MAX_PARSED = 8 << 20  # bytes of objects, and three times the file: pages are walked through thrice
MAX_HELD = 2 << 20  # bytes of objects that are kept; in memory they can be a hundred times as large
_HEADER_WINDOW = 1024  # readers accept the header anywhere in the first 1,024 bytes
_TAIL_WINDOW = 1 << 16
_STARTXREF = re.compile(rb"startxref[\x00\t\n\x0c\r ]+(\d{1,15})")
_OBJECT = re.compile(rb"\d[\x00\t\n\x0c\r ]+\d{1,5}[\x00\t\n\x0c\r ]+obj")
_SECTION = re.compile(rb"(?<![0-9A-Za-z])(?:xref|\d{1,10}[\0\t\n\f\r ]+\d{1,5}[\0\t\n\f\r ]+obj)")
_START_SLACK = 16  # bytes
_INHERITED = ("Resources", "MediaBox", "CropBox", "Rotate")


class PdfFile:
    """An open PDF. `get` resolves references; strings come out decrypted.

    Raises NotAPdf, DamagedPdf, LimitExceeded, PasswordNeeded, WrongPassword, UnsupportedEncryption.
    """

    def __init__(
        self, data: bytes | BinaryIO | Source, password: str = "", budget: Budget | None = None
    ) -> None:
        self.source: Source = open_source(data)
        self.budget = budget or Budget()
        self.encryption: Encryption | None = None
        self._objects: dict[int, Object] = {}
        self._parsed = self._held = 0
        self.sections: tuple[Section, ...] = ()
        self._containers: dict[int, tuple[bytes, dict[int, int], int]] = {}
        header = read(self.source, 0, _HEADER_WINDOW).find(b"%PDF-")
        if header < 0:
            raise NotAPdf
        self.startxref, self.base = self._find_start(header)
        self.sections, self.hybrid = self._read_sections()
        self.trailer = self.sections[0].trailer
        self.encryption = self._open_encryption(password)
        root = self.trailer.get(Name("Root"))
        catalog = self.get(root)
        if not isinstance(root, Ref) or not isinstance(catalog, dict):
            raise DamagedPdf(what="no catalog")
        self.root: Ref = root
        self.catalog: Dict = catalog

    def _find_start(self, header: int) -> tuple[int, int]:
        """The last startxref, and the byte that the file counts its offsets from.

        Objects behind it would be found by readers that search: they would show what is not signed.
        """
        start = max(0, self.source.size - _TAIL_WINDOW)
        tail = read(self.source, start, _TAIL_WINDOW)
        found = _STARTXREF.match(tail, max(0, tail.rfind(b"startxref")))
        if found is None:
            raise DamagedPdf(what="no startxref at the end, the file may be cut off")
        if _OBJECT.search(tail, found.end()):
            raise DamagedPdf(what="objects behind its end")
        offset = int(found[1])
        for slack in (0, _START_SLACK):
            for base in dict.fromkeys((0, header)):
                at = self._section_near(base + offset, slack)
                if at is not None:
                    return at - base, base
        raise DamagedPdf(what="startxref points to no cross-reference section")

    def _section_near(self, at: int, slack: int) -> int | None:
        """Where a section starts, at most `slack` bytes off: some writers count line ends wrongly.

        The revision that we append names the right place, so the signed file needs no such mercy.
        """
        start = max(0, at - slack - 1)
        nearby = read(self.source, start, at - start + slack + 64)
        found = (start + match.start() for match in _SECTION.finditer(nearby))
        return min(
            (place for place in found if abs(place - at) <= slack),
            key=lambda place: abs(place - at),
            default=None,
        )

    def _read_sections(self) -> tuple[tuple[Section, ...], bool]:
        """All sections, newest first. A table's /XRefStm comes behind the table (7.5.8.4)."""
        sections: list[Section] = []
        seen: set[int] = set()
        hybrid = False
        offset: Object = self.startxref
        while offset is not None:
            if not isinstance(offset, int) or offset in seen or len(seen) > xref.MAX_SECTIONS:
                raise DamagedPdf(what="chain of cross-reference sections")
            seen.add(offset)
            section = self._read_section(offset)
            sections.append(section)
            also = section.trailer.get(Name("XRefStm"))
            if not section.stream and isinstance(also, int):
                hybrid = hybrid or len(seen) == 1
                sections.append(self._read_section(also))
            offset = section.trailer.get(Name("Prev"))
            if isinstance(offset, Ref | float):  # seen in the wild; readers resolve it
                offset = self.get(offset) if isinstance(offset, Ref) else int(offset)
        return tuple(sections), hybrid

    def _read_section(self, offset: int) -> Section:
        at = offset + self.base
        if not 0 <= at < self.source.size:
            raise DamagedPdf(what="cross-reference section outside the file")
        head = read(self.source, at, 64)
        spaces = len(head) - len(head.lstrip(b"\0\t\n\f\r "))
        if head[spaces : spaces + 4] == b"xref":
            return xref.read_table(self.source, at + spaces)
        _, value, _ = xref.read_object(self.source, at)
        if not isinstance(value, Stream):
            raise DamagedPdf(what="cross-reference stream")
        return xref.packed_section(value.dictionary, self._decoded(value), at + spaces)

    def _open_encryption(self, password: str) -> Encryption | None:
        given = self.trailer.get(Name("Encrypt"))
        encrypt = self.get(given)
        self._encrypt_ref = given if isinstance(given, Ref) else None
        self._objects.clear()
        if encrypt is None:
            return None
        if not isinstance(encrypt, dict):
            raise DamagedPdf(what="encryption dictionary")
        # ISO/TS 32004: a code over the whole file, which a new revision would break
        if any(Name("AuthCode") in section.trailer for section in self.sections):
            raise UnsupportedEncryption(what="authentication code")
        identity = self.get(self.trailer.get(Name("ID")))
        first = self.get(identity[0]) if isinstance(identity, list) and identity else b""
        from app.crypto.pdf.encryption import Encryption

        resolved: Dict = {key: self.get(value) for key, value in encrypt.items()}
        return Encryption.open(resolved, first if isinstance(first, bytes) else b"", password)

    def as_of(self, start: int, size: int | None = None) -> PdfFile | None:
        """The document as its cross-reference sections from `start` on show it: an older revision.

        It ends after `size` bytes. None where those sections name no catalog, as the first ones of
        a linearized file, or are encrypted otherwise.
        """
        older = copy.copy(self)
        older.source = self.source if size is None else Prefix(self.source, size)
        older.sections = self.sections[start:]
        older.trailer = older.sections[0].trailer
        older.startxref = older.sections[0].offset - self.base
        older._objects, older._containers = {}, {}
        keys = (Name("Encrypt"), Name("ID")) if self.encryption else (Name("Encrypt"),)
        if any(older.trailer.get(key) != self.trailer.get(key) for key in keys):
            return None
        root = older.trailer.get(Name("Root"))
        catalog = older.get(root)
        if not isinstance(root, Ref) or not isinstance(catalog, dict):
            return None
        older.root, older.catalog = root, catalog
        return older

    # -- objects ---------------------------------------------------------------------------------

    def find(self, number: int) -> Entry | None:
        """Where object `number` is, by the newest section that names it; None where it is free."""
        for index, section in enumerate(self.sections):
            entry = section.find(self.source, number)
            if entry is None:
                continue
            if entry.free and self._hidden(index):
                entry = self.sections[index + 1].find(self.source, number)
            return None if entry is None or entry.free else entry
        return None

    def _hidden(self, index: int) -> bool:
        """In a hybrid file an object that only its stream knows is written as free in the table."""
        section = self.sections[index]
        return not section.stream and isinstance(section.trailer.get(Name("XRefStm")), int)

    def get(self, value: Object) -> Object:
        """Resolve a reference, else give it back. An undefined object is null (7.3.10)."""
        if not isinstance(value, Ref):
            return value
        for _ in range(16):  # a reference to a reference is tolerated, a circle is not
            if value.number not in self._objects:
                if self._held > MAX_HELD:
                    self._objects.clear()
                    self._held = 0
                self._objects[value.number] = self._load(value)
            value = self._objects[value.number]
            if not isinstance(value, Ref):
                return value
        raise DamagedPdf(what="circular reference")

    def _load(self, ref: Ref) -> Object:
        self.budget.object()
        entry = self.find(ref.number)
        if entry is None:
            return None
        if entry.container:
            return self._contained(entry.container, ref.number)
        if not entry.position:  # some writers mark unused objects so
            return None
        found, value, length = xref.read_object(self.source, entry.position + self.base)
        self._spend(length)
        if found.number != ref.number:
            raise DamagedPdf(what=f"object {ref.number} is not where the cross-reference says")
        if self.encryption is None or ref.number == (self._encrypt_ref or Ref(0)).number:
            return value
        decrypted: Object = self.encryption.decrypt_object(value, found)
        return decrypted

    def _spend(self, parsed: int) -> None:
        """Count what is parsed: objects that lie in each other would be read for hours."""
        self._parsed += parsed
        self._held += parsed
        if self._parsed > MAX_PARSED + 3 * self.source.size:
            raise LimitExceeded(what="number of objects")

    def generation(self, ref: Ref) -> int:
        """The generation under which the object is to be written again."""
        entry = self.find(ref.number)
        return entry.generation if entry is not None and not entry.container else 0

    def get_dict(self, value: Object) -> Dict:
        """Resolve to a dictionary (of a stream, too); anything else reads as empty."""
        found = self.get(value)
        if isinstance(found, Stream):
            return found.dictionary
        return found if isinstance(found, dict) else {}

    def get_list(self, value: Object) -> list[Object]:
        """Resolve to an array; anything else reads as empty."""
        found = self.get(value)
        return found if isinstance(found, list) else []

    def stream_data(self, ref: Ref, limit: int = filters.MAX_DECODED) -> bytes:
        """The decoded data of a stream object."""
        value = self.get(ref)
        if not isinstance(value, Stream):
            raise DamagedPdf(what=f"object {ref.number} is no stream")
        return self._decoded(value, ref, limit)

    def _decoded(
        self, value: Stream, ref: Ref | None = None, limit: int = filters.MAX_DECODED
    ) -> bytes:
        data = self.raw_data(value)
        if ref is not None and self.encryption is not None:
            data = self.encryption.decrypt_stream(data, ref, value.dictionary)
        decoded = filters.decode(data, self._filter_entries(value.dictionary), limit)
        self.budget.inflated(len(decoded))
        return decoded

    def _filter_entries(self, dictionary: Dict) -> Dict:
        """/Filter and /DecodeParms with their references resolved."""
        found: Dict = {}
        for key in ("Filter", "DecodeParms"):
            value = self.get(dictionary.get(Name(key)))
            if isinstance(value, list):
                value = [self.get(item) for item in value]
            if isinstance(value, dict):
                value = {name: self.get(item) for name, item in value.items()}
            found[Name(key)] = value
        return found

    def raw_data(self, value: Stream) -> bytes:
        """The data of a stream as stored, encoded and encrypted."""
        length = value.dictionary.get(Name("Length"))
        if isinstance(length, Ref):
            length = self.get(length)
        if isinstance(length, int) and 0 <= length <= MAX_STREAM:
            data = read(self.source, value.start, length + 16)
            if data[length:].lstrip(b"\r\n \t").startswith(b"endstream"):
                return data[:length]
        return self._until_endstream(value.start)

    def _until_endstream(self, start: int) -> bytes:
        """The data up to the keyword, where /Length is wrong: every reader does the same."""
        size = 1 << 16
        while size <= MAX_STREAM:
            data = read(self.source, start, size)
            end = data.find(b"endstream")
            if end >= 0:
                return data[:end]
            if start + size >= self.source.size:
                break
            size *= 4
        raise DamagedPdf(what="stream does not end")

    def _contained(self, container: int, number: int) -> Object:
        """An object out of an object stream; found by number, as the index may be wrong (7.5.7)."""
        if container not in self._containers:
            if len(self._containers) > 7:
                self._containers.clear()
            self._containers[container] = self._open_container(container)
        data, positions, first = self._containers[container]
        if number not in positions:
            return None
        start = first + positions[number]
        if len(data) > xref.MAX_WINDOW:
            data, start = data[start : start + xref.MAX_WINDOW], 0
        try:
            value, end = parse(data, start)
        except NeedMore as more:
            if len(data) == xref.MAX_WINDOW:
                raise LimitExceeded(what="size of an object") from more
            raise DamagedPdf(what=f"object stream {container}") from more
        self._spend(end - start)
        return value

    def _open_container(self, container: int) -> tuple[bytes, dict[int, int], int]:
        entry = self.find(container)
        if entry is None or entry.container:
            raise DamagedPdf(what=f"object stream {container}")
        ref = Ref(container, entry.generation)
        data = self.stream_data(ref) + b" "
        self._spend(len(data) // 2)  # quicker to decode than to parse
        dictionary = self.get_dict(ref)
        first, count = self.get(dictionary.get(Name("First"))), self.get(dictionary.get(Name("N")))
        if not (isinstance(first, int) and isinstance(count, int) and 0 <= first < len(data)):
            raise DamagedPdf(what=f"object stream {container}")
        if first > xref.MAX_WINDOW:
            raise LimitExceeded(what="number of objects")
        numbers = data[:first].split()[: 2 * count]
        if len(numbers) % 2 or not all(number.isdigit() for number in numbers):
            raise DamagedPdf(what=f"object stream {container}")
        pairs = iter(map(int, numbers))
        return data, dict(zip(pairs, pairs, strict=True)), first

    # -- pages -----------------------------------------------------------------------------------

    def pages(self) -> Iterator[tuple[Ref, Dict]]:
        """Pages in order, each with what it inherits filled in (7.7.3). Cycles are an error."""
        yield from self._walk_pages(self.catalog.get(Name("Pages")), {}, (), itertools.count())

    def _walk_pages(
        self, node: Object, inherited: Dict, above: tuple[Object, ...], visits: Iterator[int]
    ) -> Iterator[tuple[Ref, Dict]]:
        if isinstance(node, Ref) and node in above:
            raise DamagedPdf(what="page tree runs in a circle")
        if len(above) > MAX_PAGE_DEPTH or next(visits) > MAX_PAGES:
            raise LimitExceeded(what="page tree")
        value = self.get(node)
        if not isinstance(value, dict):
            return  # a missing kid is no page, as in other readers
        found = {**inherited, **{Name(key): value[Name(key)] for key in _INHERITED if key in value}}
        kids = self.get(value.get(Name("Kids")))
        if not isinstance(kids, list):
            if not isinstance(node, Ref):  # a page that no widget could refer to
                raise DamagedPdf(what="page tree")
            yield node, {**found, **value}
            return
        above = (*above, node)
        for kid in kids:  # one that is listed twice is shown twice
            yield from self._walk_pages(kid, found, above, visits)
