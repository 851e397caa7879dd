"""What is odd in a document: things that act, hide, or may change how it looks after signing.

Nothing here is forbidden. The person who signs should know of it before and not after.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.crypto.pdf.document import PdfFile
from app.crypto.pdf.objects import Dict, Name, Object, Ref, Stream
from app.errors import N_, DamagedPdf, TekenError

MAX_OBJECTS = 50_000  # looked at; a larger file is said to be looked at in part
_METADATA_LIMIT = 1 << 20  # bytes

# Actions by /S (ISO 32000-2, Table 201).
_ACTIONS = {
    "JavaScript": "javascript",
    "Launch": "launch",
    "SubmitForm": "sends",
    "ImportData": "sends",
    "GoToR": "elsewhere",
    "GoToE": "elsewhere",
    "Rendition": "media",
    "Movie": "media",
    "Sound": "media",
}
_ANNOTATIONS = {"RichMedia": "media", "Screen": "media", "3D": "media", "FileAttachment": "files"}
SENTENCES = {
    "javascript": N_("It contains a program (JavaScript) that can change what it shows."),
    "launch": N_("It can start another program."),
    "opening": N_("It does something by itself when it is opened."),
    "sends": N_("It can send or fetch data."),
    "elsewhere": N_("It refers to other files."),
    "media": N_("It contains film, sound or 3D."),
    "files": N_("Other files are attached to it."),
    "layers": N_("It has layers that can be switched off, so it may look different elsewhere."),
    "xfa": N_("It holds a second form (XFA) that few programs show."),
    "usage_rights": N_("It holds usage rights of Adobe Reader, which end when it is changed."),
    "rebuilds": N_("Its form fields may be drawn differently by each program."),
    "encrypted": N_("It is encrypted."),
    "pdfa": N_("It claims to be PDF/A; the signature keeps to that."),
    "pdfua": N_("It claims to be accessible (PDF/UA)."),
    "in_part": N_("It is so large that not everything was looked at."),
}


@dataclass(frozen=True, slots=True)
class Oddity:
    """`sentence` is a gettext message id."""

    code: str

    @property
    def sentence(self) -> str:
        return SENTENCES[self.code]


def find(pdf: PdfFile) -> tuple[Oddity, ...]:
    """All oddities of a document, each once, in the order of `SENTENCES`."""
    found = {*_in_catalog(pdf), *_in_metadata(pdf), *_in_objects(pdf)}
    return tuple(Oddity(code) for code in SENTENCES if code in found)


def _in_catalog(pdf: PdfFile) -> Iterator[str]:
    catalog = pdf.catalog
    form = pdf.get_dict(catalog.get(Name("AcroForm")))
    permissions = pdf.get_dict(catalog.get(Name("Perms")))
    names = pdf.get_dict(catalog.get(Name("Names")))
    checks = {
        "opening": pdf.get_dict(catalog.get(Name("OpenAction"))) or Name("AA") in catalog,
        "layers": pdf.get_dict(catalog.get(Name("OCProperties"))),
        "xfa": pdf.get(form.get(Name("XFA"))),
        "rebuilds": pdf.get(form.get(Name("NeedAppearances"))) is True,
        "usage_rights": permissions.keys() & {"UR", "UR3"},
        "javascript": pdf.get(names.get(Name("JavaScript"))),
        "files": pdf.get(names.get(Name("EmbeddedFiles"))) or Name("AF") in catalog,
        "encrypted": pdf.encryption is not None,
    }
    yield from (code for code, there in checks.items() if there)


def _in_metadata(pdf: PdfFile) -> Iterator[str]:
    """Claims of PDF/A and PDF/UA (ISO 19005-2, 6.6.4; ISO 14289-1, 5)."""
    ref = pdf.catalog.get(Name("Metadata"))
    try:
        text = pdf.stream_data(ref, _METADATA_LIMIT) if isinstance(ref, Ref) else b""
    except TekenError:
        return  # unreadable metadata claim nothing
    yield from (
        code for code, mark in (("pdfa", b"pdfaid:"), ("pdfua", b"pdfuaid:")) if mark in text
    )


def _in_objects(pdf: PdfFile) -> Iterator[str]:
    seen = 0
    for number in sorted({number for section in pdf.sections for number in section.numbers()}):
        seen += 1
        if seen > MAX_OBJECTS:
            yield "in_part"
            return
        try:
            value = pdf.get(Ref(number))
        except DamagedPdf:
            continue  # an object that nobody can read acts for nobody
        yield from _in_value(value)


def _in_value(value: Object) -> Iterator[str]:
    stack: list[Object] = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, Stream):
            item = item.dictionary
        if isinstance(item, dict):
            yield from _in_dict(item)
            stack += item.values()
        elif isinstance(item, list):
            stack += item


def _in_dict(entries: Dict) -> Iterator[str]:
    kind, subtype = entries.get(Name("S")), entries.get(Name("Subtype"))
    if isinstance(kind, Name) and kind in _ACTIONS:
        yield _ACTIONS[kind]
    if isinstance(subtype, Name) and subtype in _ANNOTATIONS:
        yield _ANNOTATIONS[subtype]
    if Name("JS") in entries:
        yield "javascript"
