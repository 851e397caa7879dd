"""The letter that all attacks aim at: two pages and one of each thing that can be tampered with.

Only bytes of objects; `base` writes them as files and has them signed.
"""

from __future__ import annotations

from tests.handmade import stream

Objects = dict[int, bytes]

(
    CATALOG, PAGES, PAGE, CONTENT, FONT, PAGE_2, CONTENT_2, FIELD, FIELD_LOOK, FORM, NOTE,
    NOTE_LOOK, LETTERHEAD, OUTLINES, OUTLINE, METADATA, LAYER, NAMES, LABELS, STRUCTURE, INFO,
    HEAD, CERTIFIER,
) = range(1, 24)  # fmt: skip
NEXT = 60  # and all above it are free in every form, before and after signing
HEAD_NAME, CERTIFIER_NAME, TEXT_NAME = "Kepala", "Kabid", "nama"
HEAD_RECT = (300, 60, 500, 130)

ID = b"/ID[<00112233445566778899aabbccddeeff><00112233445566778899aabbccddeeff>]"
TRAILER = b"/Info %d 0 R" % INFO + ID

AMOUNT, FORGED = b"Dibayarkan Rp 100.000", b"Dibayarkan Rp 900.000"
FORGED_TEXT = FORGED.decode()
HELVETICA = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
RESOURCES = (
    b"<</Font<</F1 5 0 R>>/XObject<</Kop 13 0 R>>/Properties<</Lapis 17 0 R>>/ProcSet[/PDF /Text]>>"
)


def line(text: bytes, at: tuple[int, int] = (72, 660)) -> bytes:
    """Page content that shows one line."""
    return b"BT /F1 18 Tf %d %d Td (%s) Tj ET\n" % (*at, text)


def page_content(amount: bytes = AMOUNT) -> bytes:
    """The content stream of the first page."""
    layered = b"/OC /Lapis BDC %sEMC\n" % line(b"Salinan", (72, 520))
    return stream(b"", line(b"Surat 330.a/2026", (72, 700)) + line(amount) + layered + b"/Kop Do")


def form_xobject(box: bytes, drawing: bytes) -> bytes:
    """A form XObject, as an appearance or drawn by a page."""
    entries = b"/Type/XObject/Subtype/Form/BBox[%s]/Resources<</Font<</F1 5 0 R>>>>"
    return stream(entries % box, drawing)


def field_look(value: bytes) -> bytes:
    """How a viewer writes the appearance of the text field with this value."""
    drawing = b"/Tx BMC BT /F1 12 Tf 2 5 Td (%s) Tj ET EMC" % value
    return form_xobject(b"0 0 228 20", drawing)


def white(width: int = 595, height: int = 842) -> bytes:
    """An appearance that hides what lies under it."""
    return form_xobject(b"0 0 %d %d" % (width, height), b"1 g 0 0 %d %d re f" % (width, height))


def square(rect: bytes, look: int, more: bytes = b"") -> bytes:
    """An annotation that is drawn as the form XObject `look`."""
    entries = (rect, look, more)
    return b"<</Type/Annot/Subtype/Square/Rect[%s]/F 4/AP<</N %d 0 R>>%s>>" % entries


def signature_field(name: str, rect: bytes, more: bytes = b"") -> bytes:
    """A signature field merged with its widget on the first page."""
    entries = (name.encode(), rect, more)
    return b"<</Type/Annot/Subtype/Widget/FT/Sig/T(%s)/F 132/P 3 0 R/Rect[%s]%s>>" % entries


TEXT_FIELD = (
    b"<</Type/Annot/Subtype/Widget/FT/Tx/T(nama)/V(Maria)/Rect[72 560 300 580]/F 4/P 3 0 R"
    b"/DA(/F1 12 Tf 0 g)/AP<</N 9 0 R>>>>"
)

# What a viewer writes when somebody fills in the text field.
FILLED = {FIELD: TEXT_FIELD.replace(b"(Maria)", b"(Yosefina)"), FIELD_LOOK: field_look(b"Yosefina")}


def letter() -> Objects:
    """All objects of the unsigned letter, by number."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources%s/Contents %d 0 R%s>>"
    return {
        CATALOG: b"<</Type/Catalog/Pages 2 0 R/AcroForm 10 0 R/Outlines 14 0 R/PageLabels 19 0 R"
        b"/Names 18 0 R/StructTreeRoot 20 0 R/Metadata 16 0 R/OCProperties<</OCGs[17 0 R]"
        b"/D<</Order[17 0 R]/ON[17 0 R]>>>>>>",
        PAGES: b"<</Type/Pages/Kids[3 0 R 6 0 R]/Count 2>>",
        PAGE: page % (RESOURCES, CONTENT, b"/Annots[8 0 R 11 0 R 22 0 R 23 0 R]"),
        CONTENT: page_content(),
        FONT: HELVETICA,
        PAGE_2: page % (RESOURCES, CONTENT_2, b""),
        CONTENT_2: stream(b"", line(b"Lampiran")),
        FIELD: TEXT_FIELD,
        FIELD_LOOK: field_look(b"Maria"),
        FORM: b"<</Fields[8 0 R 22 0 R 23 0 R]/DR<</Font<</F1 5 0 R>>>>/DA(/F1 12 Tf 0 g)>>",
        NOTE: square(b"450 700 550 740", NOTE_LOOK),
        NOTE_LOOK: form_xobject(b"0 0 100 40", b"1 0 0 RG 3 w 5 5 90 30 re S"),
        LETTERHEAD: form_xobject(b"0 0 595 842", line(b"Dinas Contoh Kota Kupang", (72, 780))),
        OUTLINES: b"<</Type/Outlines/First 15 0 R/Last 15 0 R/Count 1>>",
        OUTLINE: b"<</Title(Surat)/Parent 14 0 R/Dest[3 0 R/Fit]>>",
        METADATA: stream(b"/Type/Metadata/Subtype/XML", b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>"),
        LAYER: b"<</Type/OCG/Name(Salinan)>>",
        NAMES: b"<</Dests<</Names[(awal)[3 0 R/Fit]]>>>>",
        LABELS: b"<</Nums[0<</S/D>>]>>",
        STRUCTURE: b"<</Type/StructTreeRoot>>",
        INFO: b"<</Title(Surat)/Producer(Teken)>>",
        HEAD: signature_field(HEAD_NAME, b"%d %d %d %d" % HEAD_RECT),
        CERTIFIER: signature_field(CERTIFIER_NAME, b"0 0 0 0"),
    }
