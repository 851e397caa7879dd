"""Check 1: which bytes a signature covers, and that they are a whole document with its own value.

ISO 32000-2, 12.8.1 and 12.8.3.3; EN 319 142-1, 5.1. How revisions build on each other is
`history`'s question.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from app.crypto.pdf import xref
from app.crypto.pdf.document import PdfFile
from app.crypto.pdf.forms import SignatureField
from app.crypto.pdf.objects import Dict, Name, NeedMore, Object, Ref, entries
from app.crypto.pdf.source import Prefix, Source, read
from app.crypto.verify import reasons
from app.crypto.verify.reasons import Failure
from app.crypto.verify.revisions import value_ref
from app.errors import DamagedPdf, TekenError

MAX_CONTENTS = 4 << 20  # bytes of hexadecimal digits; LTA values with CRLs reach some 100 KB
_HEX = re.compile(rb"<(?:[0-9A-Fa-f]{2})+>\Z")
_TAIL = re.compile(rb"startxref[\x00\t\n\x0c\r ]+(\d{1,15})[\x00\t\n\x0c\r ]+%%EOF[ \r\n]{0,2}\Z")
_TAIL_WINDOW = 256
_DETACHED = ("ETSI.CAdES.detached", "adbe.pkcs7.detached")
_TIMESTAMP = "ETSI.RFC3161"
_OLD = ("adbe.x509.rsa_sha1", "adbe.pkcs7.sha1")

SubFilter = Literal["ETSI.CAdES.detached", "adbe.pkcs7.detached", "ETSI.RFC3161"]
Entries = list[tuple[Name, Object, int, int]]


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature value whose place in the file is in order.

    It covers the bytes 0 to `start` and `end` to `covers`; `value` is its /Contents, padding
    included. `revision` is the document as it was signed. `entries` are those of the signature
    dictionary, decrypted; `certifies`: it is a certification (12.8.2.2).
    """

    field: SignatureField
    ref: Ref | None  # of the value; None where the field holds it itself
    entries: Dict
    certifies: bool
    sub_filter: SubFilter
    start: int
    end: int
    covers: int
    value: bytes
    revision: PdfFile

    @property
    def timestamp(self) -> bool:
        return self.sub_filter == _TIMESTAMP


def examine(pdf: PdfFile, field: SignatureField, password: str) -> Signature:
    """Check one signature of the newest revision `pdf`. Raises Failure."""
    ref = value_ref(pdf, field)
    try:
        parts, base = _entries(pdf, field, ref)
    except TekenError as error:
        raise Failure(reasons.SIGNATURE_DICTIONARY(what=error.details.get("what", ""))) from error
    # (1.1): every key once, or readers would differ about which one counts
    dictionary: Dict = {key: value for key, value, _, _ in parts}
    if len(dictionary) != len(parts):
        raise Failure(reasons.SIGNATURE_DICTIONARY(what="keys that stand twice"))
    sub_filter = _sub_filter(pdf, dictionary)
    # (1.2): the range starts at byte 0 and has one gap
    start, end, covers = _byte_range(pdf, dictionary)
    # (1.3): the gap is the /Contents in use and nothing else
    spans = {key: (base + at, base + to) for key, _, at, to in parts}
    value = _contents(pdf, spans.get(Name("Contents")), (start, end))
    # (1.4): what was signed is a whole document with this very signature in it
    revision = _revision(pdf, covers, password)
    if ref is not None and revision.find(ref.number) != pdf.find(ref.number):
        raise Failure(reasons.CONTENTS())
    readable = pdf.get_dict(field.value)
    certifies = _certifies(pdf, readable)
    span = start, end, covers
    return Signature(field, ref, readable, certifies, sub_filter, *span, value, revision)


def check_padding(value: bytes, used: int) -> None:
    """(1.5): behind the CMS of `used` bytes there are only zeros."""
    if value[used:].strip(b"\0"):
        raise Failure(reasons.PADDING())


def _entries(pdf: PdfFile, field: SignatureField, ref: Ref | None) -> tuple[Entries, int]:
    """The entries of the signature dictionary as they stand, and the byte they count from."""
    holder = ref or field.ref
    entry = pdf.find(holder.number)
    if entry is None or entry.container or not entry.position:
        raise DamagedPdf(what="it is not an object of its own")
    at, size = entry.position + pdf.base, 1 << 14
    while True:
        buffer, start = pdf.source.window(at, size)
        try:
            _, begin = xref.object_header(buffer, start)
            found, _ = entries(buffer, begin)
            if ref is None:
                (begin,) = [place for key, _, place, _ in found if key == "V"]
                found, _ = entries(buffer, begin)
            return found, at - start
        except NeedMore as more:
            if at + size >= pdf.source.size or size > MAX_CONTENTS:
                raise DamagedPdf(what="it does not end") from more
            size *= 4


def _sub_filter(pdf: PdfFile, dictionary: Dict) -> SubFilter:
    given = pdf.get(dictionary.get(Name("SubFilter")))
    if given in _OLD:
        raise Failure(reasons.OLD_FORM(what=given))
    kind = pdf.get(dictionary.get(Name("Type"), Name("Sig")))
    if given == _TIMESTAMP and kind in ("DocTimeStamp", "Sig"):  # many write Sig here
        return "ETSI.RFC3161"
    for known in _DETACHED:
        if given == known and kind == "Sig":
            return known  # type: ignore[return-value]
    raise Failure(reasons.SIGNATURE_DICTIONARY(what="/SubFilter"))


def _certifies(pdf: PdfFile, dictionary: Dict) -> bool:
    references = map(pdf.get_dict, pdf.get_list(dictionary.get(Name("Reference"))))
    return any(pdf.get(each.get(Name("TransformMethod"))) == "DocMDP" for each in references)


def _byte_range(pdf: PdfFile, dictionary: Dict) -> tuple[int, int, int]:
    given = dictionary.get(Name("ByteRange"))
    if not isinstance(given, list) or len(given) != 4:
        raise Failure(reasons.BYTE_RANGE())
    zero, start, end, length = (item if type(item) is int else -1 for item in given)
    if zero != 0 or not 0 < start < end or length <= 0 or end + length > pdf.source.size:
        raise Failure(reasons.BYTE_RANGE())
    return start, end, end + length


def _contents(pdf: PdfFile, span: tuple[int, int] | None, gap: tuple[int, int]) -> bytes:
    if span != gap or gap[1] - gap[0] > MAX_CONTENTS:
        raise Failure(reasons.CONTENTS())
    digits = read(pdf.source, gap[0], gap[1] - gap[0])
    if not _HEX.match(digits):
        raise Failure(reasons.CONTENTS())
    return bytes.fromhex(digits[1:-1].decode("ascii"))


def _revision(pdf: PdfFile, covers: int, password: str) -> PdfFile:
    """The document that ends where the signature's range ends."""
    if covers == pdf.source.size:
        check_end(pdf)
        return pdf
    cut = Prefix(pdf.source, covers)
    at = _startxref(cut) + pdf.base
    starts = [place for place, section in enumerate(pdf.sections) if section.offset == at]
    revision = pdf.as_of(starts[0], covers) if starts else None
    if revision is None:  # not on the way of the newest revision, or another encryption
        try:
            revision = PdfFile(cut, password, pdf.budget)
        except TekenError as error:
            raise Failure(reasons.REVISION_END()) from error
    if any(section.offset >= covers for section in revision.sections):
        raise Failure(reasons.REVISION_END())
    check_end(revision)
    return revision


def check_end(pdf: PdfFile) -> None:
    """A revision ends with its startxref, which is exact, and its %%EOF (7.5.5)."""
    if _startxref(pdf.source) != pdf.startxref:
        raise Failure(reasons.REVISION_END())


def _startxref(source: Source) -> int:
    window = min(source.size, _TAIL_WINDOW)
    found = _TAIL.search(read(source, source.size - window, window))
    if found is None:
        raise Failure(reasons.REVISION_END())
    return int(found[1])
