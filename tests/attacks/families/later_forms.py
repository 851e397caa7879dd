"""Later revisions that touch the form: widgets, looks, values, what viewers compute from them.

Filling in a field is allowed after an approval signature; everything else around a field is not,
and a look that shows something else than the value is no filling in.
"""

from __future__ import annotations

from tests.attacks.base import ALL, Base, Document
from tests.attacks.later import Change, added, edited, enter, enter_unsigned, replaced
from tests.attacks.letter import (
    FIELD,
    FIELD_LOOK,
    FILLED,
    FORM,
    HEAD,
    NEXT,
    PAGE,
    TEXT_FIELD,
    Objects,
    field_look,
    signature_field,
    white,
)
from tests.attacks.table import Family
from tests.handmade import stream

FAMILY = Family("later forms")
SCRIPT = b"<</S/JavaScript/JS(event.value=9)>>"
FONT_9 = b"<</Type/Font/Subtype/Type1/BaseFont/Courier>>"


@FAMILY.control(on=ALL)
def field_filled_in(base: Base) -> Document:
    """Value and look change together."""
    return base.signed.update(FILLED)


@FAMILY.control()
def field_filled_in_with_a_new_look(base: Base) -> Document:
    field = FILLED[FIELD].replace(b"/N 9 0 R", b"/N %d 0 R" % NEXT)
    return base.signed.update({FIELD: field, NEXT: FILLED[FIELD_LOOK]})


@FAMILY.control()
def font_added_for_a_field(base: Base) -> Document:
    fonts = base.signed.edit(FORM, (b"/F1 5 0 R", b"/F1 5 0 R/F2 60 0 R"))
    return base.signed.update({**FILLED, **fonts, NEXT: FONT_9})


def of_the_signature(*edits: tuple[bytes, bytes], more: Objects | None = None) -> Change:
    """The widget of the signature that was just made is edited."""
    return lambda document: document.edit(document.value + 1, *edits) | (more or {})


def new_field(body: bytes) -> Change:
    """One more field, on the page and in the form."""

    def change(document: Document) -> Objects:
        form = document.edit(FORM, (b"/Fields[", b"/Fields[60 0 R "))
        return form | document.edit(PAGE, (b"/Annots[", b"/Annots[60 0 R ")) | {NEXT: body}

    return change


def without_field(document: Document) -> Objects:
    return document.edit(FORM, (b"8 0 R ", b"")) | document.edit(PAGE, (b"8 0 R ", b""))


COVER = {NEXT: white()}
NOTHING = b"/Rect[0 0 0 0]"
STAMP = (b"/V", b"/AP<</N 60 0 R>>/V")

enter(FAMILY, {
    "signature widget over the page": (
        of_the_signature((NOTHING, b"/Rect[0 0 595 842]"), STAMP, more=COVER), "look"
    ),
    "signature widget moved": (of_the_signature((NOTHING, b"/Rect[60 640 300 680]")), ""),
    "signature widget gets a look": (
        of_the_signature(
            (NOTHING, b"/Rect[72 300 272 340]"), STAMP, more={NEXT: field_look(b"Bupati")}
        ),
        "look",
    ),
    "signature widget hidden": (of_the_signature((b"/F 132", b"/F 134")), ""),
    "signature widget on another page": (of_the_signature((b"/P 3 0 R", b"/P 6 0 R")), ""),
    "signature field renamed": (of_the_signature((b"(Teken3)", b"(Bupati)")), ""),
    "script of the signature field": (of_the_signature((b"/V", b"/AA<</F%s>>/V" % SCRIPT)), ""),
    "lock for the signature field": (
        of_the_signature((b"/V", b"/Lock<</Type/SigFieldLock/Action/All>>/V")), ""
    ),
    "widget moved": (edited(FIELD, (b"[72 560 300 580]", b"[72 660 300 680]")), "look"),
    "widget grown": (edited(FIELD, (b"[72 560 300 580]", b"[0 0 595 842]")), "look"),
    "widget moved while filled in": (
        replaced({
            FIELD: FILLED[FIELD].replace(b"[72 560 300 580]", b"[72 660 300 680]"),
            FIELD_LOOK: FILLED[FIELD_LOOK],
        }),
        "look",
    ),
    "widget hidden": (edited(FIELD, (b"/F 4", b"/F 6")), "look"),
    "widget printed only": (edited(FIELD, (b"/F 4", b"/F 36")), ""),
    "widget not printed": (edited(FIELD, (b"/F 4", b"/F 0")), ""),
    "look without value": (replaced({FIELD_LOOK: field_look(b"Yosefina")}), "look"),
    "look blanked": (replaced({FIELD_LOOK: white(228, 20)}), "look"),
    "look when pressed": (
        edited(FIELD, (b"/N 9 0 R", b"/N 9 0 R/D 60 0 R"), more={NEXT: white(228, 20)}), ""
    ),
    "look when pointed at": (
        edited(FIELD, (b"/N 9 0 R", b"/N 9 0 R/R 60 0 R"), more={NEXT: white(228, 20)}), ""
    ),
    "look a stream of the page": (edited(FIELD, (b"/N 9 0 R", b"/N 13 0 R")), "look"),
    "default appearance of the field": (edited(FIELD, (b"0 g", b"1 g")), ""),
    "background of the field": (added(FIELD, b"/MK<</BG[1 1 1]/CA(x)>>"), ""),
    "field a password": (added(FIELD, b"/Ff 8192"), ""),
    "field limited": (added(FIELD, b"/MaxLen 2"), ""),
    "field explained otherwise": (added(FIELD, b"/TU(Jumlah)"), ""),
    "field exported otherwise": (added(FIELD, b"/TM(jumlah)"), ""),
    "field renamed": (edited(FIELD, (b"(nama)", b"(jumlah)")), ""),
    "field with a default": (added(FIELD, b"/DV(Yosefina)"), ""),
    "field computes": (added(FIELD, b"/AA<</C%s>>" % SCRIPT), ""),
    "field formats": (added(FIELD, b"/AA<</F%s>>" % SCRIPT), ""),
    "field acts": (added(FIELD, b"/A%s" % SCRIPT), ""),
    "field in another layer": (added(FIELD, b"/OC 17 0 R"), ""),
    "field becomes a choice": (edited(FIELD, (b"/FT/Tx", b"/FT/Ch")), ""),
    "field gets a second widget": (
        edited(
            FIELD,
            (b"/T(nama)", b"/T(nama)/Kids[60 0 R]"),
            more={NEXT: b"<</Type/Annot/Subtype/Widget/Parent 8 0 R/F 4/P 6 0 R/Rect[9 9 99 99]>>"},
        ),
        "",
    ),
    "field removed": (without_field, "look"),
    "field taken out of the form": (edited(FORM, (b"8 0 R ", b"")), ""),
    "text field added": (
        new_field(TEXT_FIELD.replace(b"(nama)", b"(x)").replace(b"72 560", b"72 660")), "look"
    ),
    "button added": (
        new_field(
            b"<</Type/Annot/Subtype/Widget/FT/Btn/Ff 65536/T(tombol)/F 4/P 3 0 R"
            b"/Rect[0 0 595 842]/A%s>>" % SCRIPT
        ),
        "",
    ),
    "signature field added": (new_field(signature_field("Bupati", b"72 300 300 340")), ""),
    "appearances to be made anew": (added(FORM, b"/NeedAppearances true"), ""),
    "fonts of the form": (
        edited(FORM, (b"/F1 5 0 R", b"/F1 60 0 R"), more={NEXT: FONT_9}), ""
    ),
    "default appearance of the form": (edited(FORM, (b"0 g", b"1 g")), ""),
    "order of computing": (added(FORM, b"/CO[8 0 R]"), ""),
    "alignment of the form": (added(FORM, b"/Q 2"), ""),
    "xfa form": (
        added(FORM, b"/XFA 60 0 R", {NEXT: stream(b"", b"<xdp:xdp xmlns:xdp='x'/>")}), ""
    ),
    "empty signature field gets a look": (
        edited(HEAD, (b"/F 132", b"/F 4/AP<</N 60 0 R>>"), more={NEXT: field_look(b"Setuju")}),
        "look",
    ),
    "empty signature field moved": (edited(HEAD, (b"[300 60", b"[0 60")), ""),
})  # fmt: skip
enter_unsigned(FAMILY, {
    "no signatures exist": (edited(FORM, (b"/SigFlags 3", b"/SigFlags 0")), ""),
    "file may be written anew": (edited(FORM, (b"/SigFlags 3", b"/SigFlags 1")), ""),
})  # fmt: skip
