"""Later revisions that touch pages: boxes, contents, resources, order, annotations."""

from __future__ import annotations

from tests.attacks.base import ALL, SECOND, Base, Document
from tests.attacks.later import DRAWN, OVER, added, annotated, edited, enter, replaced
from tests.attacks.letter import (
    FONT,
    FORGED,
    HELVETICA,
    LETTERHEAD,
    NEXT,
    NOTE,
    NOTE_LOOK,
    PAGE,
    PAGES,
    RESOURCES,
    line,
    page_content,
    square,
    white,
)
from tests.attacks.table import Family
from tests.handmade import stream

FAMILY = Family("later pages")
COVER = b"1 g 60 640 400 40 re f 0 g " + line(FORGED)
SCRIPT = b"<</S/JavaScript/JS(app.alert\\(1\\))>>"


@FAMILY.control(on=ALL)
def countersigned_without_a_change(base: Base) -> Document:
    return base.signed.sign(who=SECOND)


enter(FAMILY, {
    "media box cut": (edited(PAGE, (b"[0 0 595 842]", b"[0 0 595 640]")), "look"),
    "media box moved": (edited(PAGE, (b"[0 0 595 842]", b"[0 300 595 842]")), "look"),
    "crop box": (added(PAGE, b"/CropBox[0 0 595 640]"), "look"),
    "trim box": (added(PAGE, b"/TrimBox[0 0 595 640]"), ""),
    "turned": (added(PAGE, b"/Rotate 180"), "look"),
    "turned by the page tree": (added(PAGES, b"/Rotate 90"), "look"),
    "user unit": (added(PAGE, b"/UserUnit 4"), ""),
    "content stream exchanged": (
        edited(PAGE, (b"/Contents 4 0 R", b"/Contents 60 0 R"), more={NEXT: page_content(FORGED)}),
        "text",
    ),
    "content stream prolonged": (
        edited(
            PAGE, (b"/Contents 4 0 R", b"/Contents[4 0 R 60 0 R]"), more={NEXT: stream(b"", COVER)}
        ),
        "text",
    ),
    "content stream taken away": (edited(PAGE, (b"/Contents 4 0 R", b"")), "look"),
    "font exchanged": (
        edited(
            PAGE,
            (b"/F1 5 0 R", b"/F1 60 0 R"),
            more={NEXT: b"<</Type/Font/Subtype/Type1/BaseFont/ZapfDingbats>>"},
        ),
        "look",
    ),
    "font with other digits": (
        replaced({
            FONT: HELVETICA.replace(
                b"/WinAnsiEncoding", b"<</Type/Encoding/Differences[49/nine]>>"
            )
        }),
        "look",
    ),
    "font with other widths": (
        replaced({FONT: HELVETICA.replace(b">>", b"/FirstChar 48/LastChar 48/Widths[9000]>>")}),
        "look",
    ),
    "form xobject exchanged": (
        edited(PAGE, (b"/Kop 13 0 R", b"/Kop 60 0 R"), more={NEXT: white()}),
        "look",
    ),
    "form xobject drawn otherwise": (replaced({LETTERHEAD: white()}), "look"),
    "resources for all by one object": (
        edited(
            PAGE,
            (RESOURCES, b" 60 0 R"),
            more={NEXT: RESOURCES.replace(b"13 0 R", b"61 0 R"), NEXT + 1: white()},
        ),
        "look",
    ),
    "blend mode for the page": (added(PAGE, b"/Group<</S/Transparency/K true>>"), ""),
    "page order": (edited(PAGES, (b"3 0 R 6 0 R", b"6 0 R 3 0 R")), "look"),
    "page shown twice": (edited(PAGES, (b"3 0 R 6 0 R", b"3 0 R 3 0 R")), "look"),
    "page hidden by the count": (edited(PAGES, (b"/Count 2", b"/Count 1")), "look"),
    "page becomes a template": (edited(PAGE, (b"/Type/Page/", b"/Type/Template/")), ""),
    "annotation added": (annotated(b"/Subtype/Square" + OVER, DRAWN), "look"),
    "free text added": (
        annotated(b"/Subtype/FreeText/DA(/F1 18 Tf)/Contents(x)" + OVER, DRAWN), "look"
    ),
    "stamp added": (annotated(b"/Subtype/Stamp/Name/Approved" + OVER, DRAWN), "look"),
    "redaction added": (annotated(b"/Subtype/Redact" + OVER, DRAWN), "look"),
    "highlight added": (annotated(b"/Subtype/Highlight" + OVER, DRAWN), "look"),
    "ink added": (annotated(b"/Subtype/Ink/InkList[[0 0 9 9]]" + OVER, DRAWN), "look"),
    "watermark added": (annotated(b"/Subtype/Watermark" + OVER, DRAWN), "look"),
    "invisible note added": (annotated(b"/Subtype/Text/F 2/Contents(x)/Rect[0 0 9 9]"), ""),
    "link added": (
        annotated(b"/Subtype/Link/Rect[0 0 595 842]/A<</S/URI/URI(https://example.org)>>"), ""
    ),
    "launching link added": (
        annotated(b"/Subtype/Link/Rect[0 0 595 842]/A<</S/Launch/F(lampiran.exe)>>"), ""
    ),
    "attachment on the page": (
        annotated(
            b"/Subtype/FileAttachment/Rect[0 0 9 9]/FS<</Type/Filespec/F(x)/EF<</F 61 0 R>>>>",
            {NEXT + 1: stream(b"/Type/EmbeddedFile", b"lampiran")},
        ),
        "",
    ),
    "printed only": (annotated(b"/Subtype/Square" + OVER.replace(b"/F 4", b"/F 36"), DRAWN), ""),
    "screen only": (annotated(b"/Subtype/Square" + OVER.replace(b"/F 4", b"/F 0"), DRAWN), ""),
    "annotation moved": (edited(NOTE, (b"450 700 550 740", b"60 640 300 680")), "look"),
    "annotation drawn otherwise": (replaced({NOTE_LOOK: white(100, 40)}), "look"),
    "annotation hidden": (edited(NOTE, (b"/F 4", b"/F 6")), "look"),
    "annotation removed": (edited(PAGE, (b" 11 0 R", b"")), "look"),
    "annotation with another look": (
        replaced({NOTE: square(b"450 700 550 740", NEXT), NEXT: white(100, 40)}), "look"
    ),
    "all annotations removed": (edited(PAGE, (b"8 0 R 11 0 R", b"")), "look"),
    "script when the page opens": (added(PAGE, b"/AA<</O%s>>" % SCRIPT), ""),
    "script of an annotation": (added(NOTE, b"/A%s" % SCRIPT), ""),
    "page turns by itself": (added(PAGE, b"/Dur 1"), ""),
    "thumbnail": (
        added(
            PAGE,
            b"/Thumb 60 0 R",
            {NEXT: stream(b"/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8", b"\x99")},
        ),
        "",
    ),
    "tags of the page": (added(PAGE, b"/StructParents 7"), ""),
    "application data of the page": (
        added(PAGE, b"/PieceInfo<</Teken<</LastModified(D:2026)/Private(x)>>>>"), ""
    ),
})  # fmt: skip
