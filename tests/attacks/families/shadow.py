"""Shadow attacks (Mladenov et al., NDSS 2021): the author prepares two documents in one.

What the signer saw is laid over, or stands beside, what readers shall see; after signing a small
revision hides the one, replaces it or switches to the other. It need not bring any content.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.attacks.base import ALL, BOTH, SECOND, STREAM, TABLE, Base, Document
from tests.attacks.letter import (
    CATALOG,
    CONTENT,
    FIELD,
    FIELD_LOOK,
    FONT,
    FORGED,
    FORM,
    HELVETICA,
    LETTERHEAD,
    NOTE,
    NOTE_LOOK,
    PAGE,
    PAGES,
    RESOURCES,
    Objects,
    field_look,
    form_xobject,
    letter,
    line,
    page_content,
    square,
)
from tests.attacks.revision import HONEST, Lies, free
from tests.attacks.table import Family
from tests.handmade import stream

FAMILY = Family("shadow")
HIDDEN = 40  # objects of the second document; nothing refers to them when the letter is signed
TRUE_LINE = b"1 g 0 0 400 40 re f 0 g " + line(b"Dibayarkan Rp 100.000", (12, 20))
NO_BOX = form_xobject(b"0 0 0 0", TRUE_LINE)
OVERLAY = form_xobject(b"0 0 400 40", TRUE_LINE)


def prepared(base: Base, more: Objects) -> Document:
    """The letter with the author's preparations, signed by somebody who does not know."""
    return base.write({**letter(), **more}).sign()


# What lies in wait, and what a viewer is shown of it at first.
OVERLAID: dict[str, Objects] = {
    "form xobject": {
        CONTENT: stream(b"", line(FORGED) + b"q 1 0 0 1 60 640 cm /Kop Do Q"),
        LETTERHEAD: OVERLAY,
    },
    "annotation": {
        CONTENT: page_content(FORGED),
        NOTE: square(b"60 640 460 680", NOTE_LOOK),
        NOTE_LOOK: OVERLAY,
    },
    "layer": {
        CONTENT: stream(
            b"", line(FORGED) + b"/OC /Lapis BDC q 1 0 0 1 60 640 cm /Kop Do Q EMC"
        ),
        LETTERHEAD: OVERLAY,
    },
    "text field": {
        CONTENT: page_content(FORGED),
        FIELD: letter()[FIELD].replace(b"[72 560 300 580]", b"[60 640 460 680]"),
        FIELD_LOOK: OVERLAY,
    },
}  # fmt: skip


@FAMILY.control(on=ALL)
def second_catalog_at_rest(base: Base) -> Document:
    """Objects that nothing refers to are no attack yet."""
    return prepared(base, second_document())


@FAMILY.control()
def overlay_at_rest(base: Base) -> Document:
    return prepared(base, OVERLAID["form xobject"])


Hide = Callable[[Document], tuple[Objects, Lies]]


def by(objects: Objects) -> Hide:
    return lambda document: (objects, HONEST)


def edit(number: int, *edits: tuple[bytes, bytes]) -> Hide:
    return lambda document: (document.edit(number, *edits), HONEST)


def freed(number: int) -> Hide:
    return lambda document: ({}, Lies(rows={number: free()}))


# Freed by a row alone, which PDFium and poppler overlook in tables; MuPDF does not.
_FREE: dict[str, tuple[str, Hide]] = {
    "overlay freed": ("form xobject", freed(LETTERHEAD)),
    "overlay freed for good": (
        "form xobject", lambda document: ({}, Lies(rows={LETTERHEAD: free(65535)}))
    ),
    "annotation freed": ("annotation", freed(NOTE)),
    "annotation's look freed": ("annotation", freed(NOTE_LOOK)),
}  # fmt: skip
_HIDE: dict[str, tuple[str, Hide]] = {
    "overlay null": ("form xobject", by({LETTERHEAD: b"null"})),
    "overlay empty": ("form xobject", by({LETTERHEAD: form_xobject(b"0 0 400 40", b"")})),
    "overlay without a box": ("form xobject", by({LETTERHEAD: NO_BOX})),
    "overlay no longer a form": ("form xobject", by({LETTERHEAD: stream(b"", TRUE_LINE)})),
    "overlay renamed in the resources": ("form xobject", edit(PAGE, (b"/Kop", b"/Kap"))),
    "annotation null": ("annotation", by({NOTE: b"null"})),
    "annotation hidden": ("annotation", edit(NOTE, (b"/F 4", b"/F 2"))),
    "annotation off the page": ("annotation", edit(NOTE, (b"60 640 460", b"960 640 999"))),
    "annotation unlisted": ("annotation", edit(PAGE, (b" 11 0 R", b""))),
    "layer off": ("layer", edit(CATALOG, (b"/ON[17 0 R]", b"/OFF[17 0 R]"))),
    "all layers off": ("layer", edit(CATALOG, (b"/ON[17 0 R]", b"/BaseState/OFF"))),
    "field emptied": ("text field", by({FIELD_LOOK: form_xobject(b"0 0 400 40", b"")})),
    "field unlisted": ("text field", edit(PAGE, (b"8 0 R ", b""))),
}  # fmt: skip


def hidden(over: str, hide: Hide) -> Callable[[Base], Document]:
    def build(base: Base) -> Document:
        document = prepared(base, OVERLAID[over])
        return document.update(*hide(document))

    return build


def countersigned(build: Callable[[Base], Document]) -> Callable[[Base], Document]:
    return lambda base: build(base).sign(who=SECOND)


for _name, (_over, _hide) in _FREE.items():
    FAMILY.add(f"hide: {_name}", hidden(_over, _hide), "altered", 5)
for _turn, (_name, (_over, _hide)) in enumerate(_HIDE.items()):
    _bases = BOTH if _turn % 2 else BOTH[::-1]
    _build = hidden(_over, _hide)
    FAMILY.add(f"hide: {_name}", _build, "altered", 5, "look", on=_bases[:1])
    _signed = f"hide: {_name}, countersigned"
    FAMILY.add(_signed, countersigned(_build), "altered", 5, "look", on=_bases[1:])


# -- replace -------------------------------------------------------------------------------------


@FAMILY.attack("altered", 5, "look")
def replace_font_of_the_form(base: Base) -> Document:
    """Fonts look harmless; this one draws a nine for every one."""
    digits = b"<</Type/Encoding/Differences[49/nine]>>"
    document = prepared(base, {})
    return document.update({FONT: HELVETICA.replace(b"/WinAnsiEncoding", digits)})


@FAMILY.attack("altered", 5, "look")
def replace_font_that_only_the_field_uses(base: Base) -> Document:
    font = {HIDDEN: HELVETICA, FIELD_LOOK: field_look(b"Rp 100.000").replace(b"5 0 R", b"40 0 R")}
    document = prepared(base, font)
    digits = b"<</Type/Encoding/Differences[49/nine]>>"
    return document.update({HIDDEN: HELVETICA.replace(b"/WinAnsiEncoding", digits)})


@FAMILY.attack("altered", 5, "look")
def replace_look_of_a_field_by_its_true_value(base: Base) -> Document:
    """The field held the forged amount all the time; its look showed another one."""
    value = letter()[FIELD].replace(b"(Maria)", b"(Rp 900.000)")
    document = prepared(base, {FIELD: value, FIELD_LOOK: field_look(b"Rp 100.000")})
    return document.update({FIELD_LOOK: field_look(b"Rp 900.000")})


@FAMILY.attack("altered", 5)
def replace_looks_by_asking_the_viewer(base: Base) -> Document:
    """The viewer shall draw the fields anew, from values that nobody saw."""
    value = letter()[FIELD].replace(b"(Maria)", b"(Rp 900.000)")
    document = prepared(base, {FIELD: value, FIELD_LOOK: field_look(b"Rp 100.000")})
    return document.update(document.add(FORM, b"/NeedAppearances true"))


# -- hide and replace ----------------------------------------------------------------------------


def second_document() -> Objects:
    """Catalog, pages, page and content of another letter, under numbers of their own."""
    page = b"<</Type/Page/Parent 41 0 R/MediaBox[0 0 595 842]/Resources%s/Contents 43 0 R>>"
    return {
        HIDDEN: letter()[CATALOG].replace(b"/Pages 2 0 R", b"/Pages 41 0 R"),
        HIDDEN + 1: b"<</Type/Pages/Kids[42 0 R]/Count 1>>",
        HIDDEN + 2: page % RESOURCES,
        HIDDEN + 3: page_content(FORGED),
    }


def doubles(base: Base) -> Document:
    """A second object of the content's number in the signed bytes, which no row names."""
    document = base.original
    marker = b"%d 0 obj\n%s\nendobj\n" % (CONTENT, page_content(FORGED))
    return document.seal(document.field_signed(), lies=Lies(junk=marker))


@FAMILY.attack("altered", 5, "text", on=ALL)
def switch_the_root_in_the_trailer(base: Base) -> Document:
    """The revision has a trailer and nothing else."""
    document = prepared(base, second_document())
    return document.update({}, Lies(root=b"%d 0 R" % HIDDEN))


@FAMILY.attack("altered", 5, "text")
def switch_the_root_then_signed_by_another(base: Base) -> Document:
    return switch_the_root_in_the_trailer(base).sign(who=SECOND)


@FAMILY.attack("altered", 5, "text")
def switch_the_pages(base: Base) -> Document:
    document = prepared(base, second_document())
    return document.update(document.edit(CATALOG, (b"/Pages 2 0 R", b"/Pages 41 0 R")))


@FAMILY.attack("altered", 5, "text")
def switch_a_page(base: Base) -> Document:
    document = prepared(base, second_document())
    return document.update(document.edit(PAGES, (b"3 0 R", b"42 0 R")))


@FAMILY.attack("altered", 5, "text")
def switch_the_content(base: Base) -> Document:
    document = prepared(base, second_document())
    return document.update(document.edit(PAGE, (b"/Contents 4 0 R", b"/Contents 43 0 R")))


@FAMILY.attack("altered", 1, "text", on=(TABLE, STREAM))
def row_led_to_a_double(base: Base) -> Document:
    """The revision is a cross-reference alone; the second object 4 was signed, but unseen."""
    document = doubles(base)
    at = document.data.rindex(b"\n%d 0 obj\n" % CONTENT) + 1
    return document.update({}, Lies(rows={CONTENT: (1, at, 0)}))


@FAMILY.attack("altered", 1, "text", on=(TABLE, STREAM))
def row_led_to_a_double_inside_a_stream(base: Base) -> Document:
    """The second object 4 is data of a stream that is shown nowhere."""
    inner = b"%d 0 obj\n%s\nendobj\n" % (CONTENT, page_content(FORGED))
    document = prepared(base, {HIDDEN: stream(b"", inner)})
    at = document.data.index(inner)
    return document.update({}, Lies(rows={CONTENT: (1, at, 0)}))


@FAMILY.attack("altered", 1, "text", on=(TABLE, STREAM))
def row_led_to_a_double_then_signed_by_another(base: Base) -> Document:
    return row_led_to_a_double(base).sign(who=SECOND)


@FAMILY.attack("altered", 1, on=(TABLE, STREAM))
def row_led_to_another_number(base: Base) -> Document:
    """Object 4 is said to be where object 43 stands; lenient readers do not look at the number."""
    document = prepared(base, second_document())
    at = document.data.index(b"\n%d 0 obj\n" % (HIDDEN + 3)) + 1
    return document.update({}, Lies(rows={CONTENT: (1, at, 0)}))


@FAMILY.attack("altered", 1, "text", on=(TABLE, STREAM))
def rows_led_back_to_an_older_revision(base: Base) -> Document:
    """What was signed replaced an older content; the newest section names the old one again."""
    draft = base.write({**letter(), CONTENT: page_content(FORGED)})
    document = draft.update({CONTENT: page_content()}).sign()
    at = document.data.index(b"\n%d 0 obj\n" % CONTENT) + 1
    return document.update({}, Lies(rows={CONTENT: (1, at, 0)}))
