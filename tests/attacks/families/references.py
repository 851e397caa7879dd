"""References that were planted before signing, and objects that serve two masters.

What a reference leads to may come later under a harmless name: as evidence, as the look of a new
signature, as a filled field. What a permitted change replaces may be drawn elsewhere as well.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.attacks.base import BOTH, SECOND, Base, Document
from tests.attacks.evidence import store
from tests.attacks.letter import (
    CATALOG,
    FIELD_LOOK,
    FILLED,
    FONT,
    FORGED,
    FORM,
    LAYER,
    METADATA,
    NOTE,
    PAGE,
    PAGE_2,
    PAGES,
    RESOURCES,
    Objects,
    form_xobject,
    letter,
    line,
    page_content,
    square,
)
from tests.attacks.stamps import Stamp, in_head, new_field
from tests.attacks.table import Family
from tests.handmade import stream

FAMILY = Family("references")
PLANTED = 90  # a number that the signed file refers to and does not have
COVER = stream(b"", b"1 g 60 640 400 40 re f 0 g " + line(FORGED))
LETTERHEAD = form_xobject(b"0 0 595 842", line(FORGED))
FORGED_LOOK = form_xobject(b"0 0 400 40", b"1 g 0 0 400 40 re f 0 g " + line(FORGED, (12, 20)))


def planted(base: Base, number: int, old: bytes, new: bytes) -> Document:
    """The letter with a reference to nothing, signed."""
    body = letter()[number]
    assert old in body
    return base.write({**letter(), number: body.replace(old, new, 1)}).sign()


# Where it was planted, and what comes later to fill it.
_PLANTED: dict[str, tuple[int, bytes, bytes, bytes]] = {
    "content": (PAGE, b"/Contents 4 0 R", b"/Contents[4 0 R 90 0 R]", COVER),
    "annotation": (PAGE, b"8 0 R", b"8 0 R 90 0 R", square(b"60 640 460 680", 91)),
    "look": (NOTE, b"/F 4", b"/Q 90 0 R/F 4", b"1"),
    "form xobject": (PAGE, b"/Kop 13 0 R", b"/Kop 90 0 R", LETTERHEAD),
    "annotations of a page": (PAGE_2, b"/Contents", b"/Annots 90 0 R/Contents", b"[91 0 R]"),
    "resources": (
        PAGE, RESOURCES, b" 90 0 R", RESOURCES.replace(b"/Kop 13 0 R", b"/Kop 91 0 R")
    ),
    "page": (PAGES, b"6 0 R]/Count 2", b"6 0 R 90 0 R]/Count 3", letter()[PAGE]),
    "rotation": (PAGE, b"/Contents", b"/Rotate 90 0 R/Contents", b"180"),
    "crop box": (PAGE, b"/Contents", b"/CropBox 90 0 R/Contents", b"[0 0 595 640]"),
    "layers": (
        CATALOG, b"/OCProperties", b"/OCProperties 90 0 R/X", b"<</OCGs[17 0 R]/D<</OFF[17 0 R]>>>>"
    ),
    "open action": (
        CATALOG, b"/Names", b"/OpenAction 90 0 R/Names", b"<</S/JavaScript/JS(app.alert\\(1\\))>>"
    ),
    "field": (FORM, b"/Fields[8 0 R", b"/Fields[8 0 R 90 0 R", letter()[8].replace(b"nama", b"x")),
    "fonts of the form": (FORM, b"/DR<</Font<</F1 5 0 R>>>>", b"/DR 90 0 R", b"<</Font<<>>>>"),
    "encoding of a font": (
        FONT, b"/Encoding/WinAnsiEncoding", b"/Encoding 90 0 R", b"<</Differences[49/nine]>>"
    ),
    "usage of a layer": (
        LAYER, b"/Name", b"/Usage 90 0 R/Name", b"<</Print<</PrintState/OFF>>>>"
    ),
}  # fmt: skip
_SHOWS = ("content", "form xobject", "page", "rotation", "crop box", "encoding of a font")
_MORE = {91: FORGED_LOOK}


@FAMILY.control(on=BOTH)
def reference_to_nothing_at_rest(base: Base) -> Document:
    return planted(base, *_PLANTED["content"][:3])


@FAMILY.control()
def reference_to_nothing_and_a_signature(base: Base) -> Document:
    return planted(base, *_PLANTED["content"][:3]).sign(who=SECOND)


def filled(place: tuple[int, bytes, bytes, bytes]) -> Callable[[Base], Document]:
    return lambda base: planted(base, *place[:3]).update({PLANTED: place[3], **_MORE})


def filled_and_signed(place: tuple[int, bytes, bytes, bytes]) -> Callable[[Base], Document]:
    return lambda base: filled(place)(base).sign(who=SECOND)


for _turn, (_name, _place) in enumerate(_PLANTED.items()):
    _seen = "look" if _name in _SHOWS else ""
    _bases = BOTH if _turn % 2 else BOTH[::-1]
    FAMILY.add(f"planted {_name} filled", filled(_place), "altered", 5, _seen, on=_bases[:1])
    _signed = f"planted {_name} filled, countersigned"
    FAMILY.add(_signed, filled_and_signed(_place), "altered", 5, _seen, on=_bases[1:])


# -- filled by what a permitted change brings ----------------------------------------------------


@FAMILY.attack("altered", 5, "look")
def planted_content_filled_by_evidence(base: Base) -> Document:
    """The certificate in the DSS is the second content stream of the page."""
    document = planted(base, *_PLANTED["content"][:3])
    return document.update(store(document, {PLANTED: COVER}))


@FAMILY.attack("altered", 5, "look")
def planted_xobject_filled_by_a_stamp(base: Base) -> Document:
    """The look of a trusted signature is drawn by the page as well."""
    document = planted(base, *_PLANTED["form xobject"][:3])
    look = form_xobject(b"0 0 595 842", line(FORGED, (72, 240)))
    return new_field(document, Stamp(look=look, first=PLANTED - 2), SECOND)


@FAMILY.attack("altered", 5, "look")
def planted_xobject_filled_by_the_look_of_a_field(base: Base) -> Document:
    document = planted(base, *_PLANTED["form xobject"][:3])
    field = FILLED[8].replace(b"/N 9 0 R", b"/N %d 0 R" % PLANTED)
    return document.update({8: field, PLANTED: form_xobject(b"0 0 595 842", line(FORGED))})


@FAMILY.attack("altered", 5)
def planted_annotation_filled_by_a_signature_field(base: Base) -> Document:
    """The widget of the later signature stands in the place of something else."""
    document = planted(base, NOTE, b"/F 4", b"/IRT 90 0 R/F 4")
    return new_field(document, Stamp(first=PLANTED - 1), SECOND)


@FAMILY.attack("altered", 5, "look")
def planted_content_filled_by_a_description(base: Base) -> Document:
    document = planted(base, *_PLANTED["content"][:3])
    catalog = document.edit(CATALOG, (b"/Metadata 16 0 R", b"/Metadata 90 0 R"))
    return document.update({**catalog, PLANTED: COVER}).sign(who=SECOND)


@FAMILY.attack("altered", 5, "look")
def planted_content_filled_by_the_section_itself(base: Base) -> Document:
    """The number of the content is that of an object stream or section: still a stream."""
    document = planted(base, *_PLANTED["content"][:3])
    return document.seal(document.field_signed() | {PLANTED: COVER})


# -- one object in two places --------------------------------------------------------------------


def shared(base: Base, number: int, edits: tuple[bytes, bytes], more: Objects) -> Document:
    return base.write({**letter(), number: letter()[number].replace(*edits), **more}).sign()


@FAMILY.attack("altered", 5, "look")
def look_of_a_field_drawn_by_the_page(base: Base) -> Document:
    """Filling in the field changes what the page shows."""
    look = form_xobject(b"0 0 228 20", line(b"Maria", (2, 5)))
    document = shared(base, PAGE, (b"/Kop 13 0 R", b"/Kop 9 0 R"), {FIELD_LOOK: look})
    return document.update({**FILLED, FIELD_LOOK: form_xobject(b"0 0 595 842", line(FORGED))})


@FAMILY.attack("altered", 5, "look")
def look_of_a_field_that_is_the_content(base: Base) -> Document:
    content = page_content().replace(b"<<", b"<</Subtype/Form/BBox[0 0 228 20]")
    document = shared(base, PAGE, (b"/Contents 4 0 R", b"/Contents 9 0 R"), {FIELD_LOOK: content})
    forged = page_content(FORGED).replace(b"<<", b"<</Subtype/Form/BBox[0 0 228 20]")
    return document.update({**FILLED, FIELD_LOOK: forged})


@FAMILY.attack("altered", 5, "look")
def look_shared_by_two_annotations(base: Base) -> Document:
    """The note has the look of the field, which is filled in."""
    document = shared(base, NOTE, (b"/N 12 0 R", b"/N 9 0 R"), {})
    return document.update(FILLED)


@FAMILY.attack("altered", 5, "look")
def look_shared_with_an_empty_signature_field(base: Base) -> Document:
    """Signing the field of the head redraws the letterhead."""
    head = letter()[22].replace(b"/F 132", b"/F 132/AP<</N 13 0 R>>")
    document = base.write({**letter(), 22: head}).sign()
    objects = Stamp(b"300 60 500 130").objects("Kepala", 22)
    objects[22] = objects[22].replace(b"/N 82 0 R", b"/N 13 0 R")
    objects[13] = form_xobject(b"0 0 595 842", line(FORGED))
    return document.seal(objects)


@FAMILY.attack("altered", 5, "look")
def description_that_is_the_content(base: Base) -> Document:
    """Description may go along with a signature; this one is what the page shows."""
    document = shared(base, CATALOG, (b"/Metadata 16 0 R", b"/Metadata 4 0 R"), {})
    return document.update({4: page_content(FORGED)}).sign(who=SECOND)


@FAMILY.attack("altered", 5, "look")
def description_that_is_a_font(base: Base) -> Document:
    """/Info in the trailer is the font of the page; a new title changes its digits."""
    font = letter()[FONT].replace(b">>", b"/Title(Surat)>>")
    original = base.write({**letter(), FONT: font})
    swapped = original.become(original.data.replace(b"/Info 21 0 R", b"/Info 5 0 R ")).sign()
    evil = font.replace(b"/WinAnsiEncoding", b"<</Differences[49/nine]>>")
    changed = swapped.update({FONT: evil}).patch(b"/Info 21 0 R", b"/Info 5 0 R ")
    return changed.sign(who=SECOND)


@FAMILY.attack("altered", 5, "look")
def evidence_that_is_the_content(base: Base) -> Document:
    """The DSS was there before; its certificate is the content of the page."""
    objects = letter()
    objects[CATALOG] = objects[CATALOG][:-2] + b"/DSS<</Certs[4 0 R]>>>>"
    return base.write(objects).sign().update({4: page_content(FORGED)})


@FAMILY.attack("altered", 5, "look")
def description_stream_taken_as_the_content(base: Base) -> Document:
    """A page whose content is the description of the document."""
    described = {METADATA: page_content()}
    document = shared(base, PAGE, (b"/Contents 4 0 R", b"/Contents 16 0 R"), described)
    return document.update({METADATA: page_content(FORGED)}).sign(who=SECOND)


@FAMILY.attack("altered", 5, "look")
def form_that_is_a_resource(base: Base) -> Document:
    """/AcroForm is the page's resources, too: fonts for fields become fonts of the page."""
    original = base.original
    form = original.body(FORM)[:-2] + RESOURCES[2:]
    document = base.write(
        {**original.objects, FORM: form, PAGE: letter()[PAGE].replace(RESOURCES, b" 10 0 R")}
    ).sign()
    return document.update(document.edit(FORM, (b"/Kop 13 0 R", b"/Kop 12 0 R")))


@FAMILY.attack("altered", 5, "look")
def signed_in_a_planted_field(base: Base) -> Document:
    """A field without a widget on the page gets one by being signed."""
    document = base.signed
    return in_head(document, SECOND, Stamp(b"60 640 460 680", FORGED_LOOK))
