"""Signatures whose stamps show another letter (SSA; Mladenov et al., S&P 2021), also by strangers.

Whoever may sign may place a stamp; it must stand on what was blank, and be of somebody we trust.
"""

from __future__ import annotations

from dataclasses import replace

from tests.attacks.authorities import stranger
from tests.attacks.base import SECOND, Base, Document
from tests.attacks.letter import FORGED, NEXT, NOTE_LOOK, PAGE_2, form_xobject, line, white
from tests.attacks.stamps import NEW, WHOLE_PAGE, Stamp, in_head, new_field
from tests.attacks.table import Family
from tests.handmade import stream

FAMILY = Family("sneaky stamps")
BLANK_PAGE = Stamp(WHOLE_PAGE, white())
FORGED_PAGE = Stamp(
    WHOLE_PAGE,
    form_xobject(WHOLE_PAGE, b"1 g 0 0 595 842 re f 0 g " + line(FORGED)),
)
ONE_LINE = Stamp(b"60 650 460 690", white(400, 40))
SCRIPT = b"<</S/JavaScript/JS(app.alert\\(1\\))>>"


@FAMILY.control()
def stamp_on_blank_paper(base: Base) -> Document:
    return new_field(base.signed, NEW, SECOND)


@FAMILY.control()
def stamp_on_blank_paper_of_another_page(base: Base) -> Document:
    return new_field(base.signed, Stamp(page=PAGE_2), SECOND)


@FAMILY.control()
def stamp_in_the_field_that_was_there(base: Base) -> Document:
    return in_head(base.signed, SECOND)


@FAMILY.control()
def white_stamp_on_blank_paper(base: Base) -> Document:
    return new_field(base.signed, Stamp(look=white(228, 20)), SECOND)


@FAMILY.attack("altered", 5, "look")
def stranger_blanks_the_page(base: Base) -> Document:
    return new_field(base.signed, BLANK_PAGE, stranger())


@FAMILY.attack("altered", 5, "look")
def stranger_shows_another_letter(base: Base) -> Document:
    return new_field(base.signed, FORGED_PAGE, stranger())


@FAMILY.attack("altered", 5, "look")
def stranger_on_blank_paper(base: Base) -> Document:
    """It hides nothing, but anybody can make it: the letter gets a signature from nowhere."""
    return new_field(base.signed, NEW, stranger())


@FAMILY.attack("altered", 5)
def stranger_unseen(base: Base) -> Document:
    return new_field(base.signed, Stamp(b"0 0 0 0"), stranger())


@FAMILY.attack("altered", 5, "look")
def stranger_in_the_field_of_the_head(base: Base) -> Document:
    return in_head(base.signed, stranger())


@FAMILY.attack("altered", 5, "look")
def stranger_blanks_the_certified_page(base: Base) -> Document:
    return in_head(base.certified(2), stranger(), BLANK_PAGE)


@FAMILY.attack("altered", 5, "look")
def colleague_blanks_the_page(base: Base) -> Document:
    return new_field(base.signed, BLANK_PAGE, SECOND)


@FAMILY.attack("altered", 5, "look")
def colleague_shows_another_letter(base: Base) -> Document:
    return new_field(base.signed, FORGED_PAGE, SECOND)


@FAMILY.attack("altered", 5, "look")
def colleague_blanks_a_line(base: Base) -> Document:
    return new_field(base.signed, ONE_LINE, SECOND)


@FAMILY.attack("altered", 5, "look")
def colleague_blanks_the_certified_page(base: Base) -> Document:
    """The field was there and may be signed; its place may not change."""
    return in_head(base.certified(2), SECOND, BLANK_PAGE)


@FAMILY.attack("altered", 5, "look")
def field_of_the_head_moved_over_the_text(base: Base) -> Document:
    return in_head(base.signed, SECOND, ONE_LINE)


@FAMILY.attack("altered", 5, "look")
def stamp_over_the_second_page(base: Base) -> Document:
    return new_field(base.signed, Stamp(WHOLE_PAGE, white(), page=PAGE_2), SECOND)


@FAMILY.attack("altered", 5, "look")
def stamp_over_an_earlier_stamp(base: Base) -> Document:
    first = in_head(base.original, base.signer)
    over = Stamp(b"290 50 510 140", white(220, 90), first=NEXT + 30)
    return new_field(first, over, SECOND)


@FAMILY.attack("altered", 5, "look")
def stamp_over_a_filled_field(base: Base) -> Document:
    return new_field(base.signed, Stamp(b"60 550 310 590", white(250, 40)), SECOND)


@FAMILY.attack("altered", 5, "look")
def stamp_over_the_note(base: Base) -> Document:
    return new_field(base.signed, Stamp(b"440 690 560 750", white(120, 60)), SECOND)


@FAMILY.attack("altered", 5, "look")
def stamp_that_turns_colours_over(base: Base) -> Document:
    """Nothing is hidden, yet black is white and white is black."""
    entries = (
        b"/Type/XObject/Subtype/Form/BBox[0 0 400 40]/Group<</S/Transparency>>"
        b"/Resources<</ExtGState<</D<</BM/Difference>>>>>>"
    )
    look = stream(entries, b"/D gs 1 g 0 0 400 40 re f")
    return new_field(base.signed, Stamp(b"60 650 460 690", look), SECOND)


@FAMILY.attack("altered", 5, "look")
def stamp_of_white_letters(base: Base) -> Document:
    """White words over black ones: few pixels, the sum is another."""
    look = form_xobject(b"0 0 400 40", b"1 g " + line(b"x Rp 100.000 000000", (0, 10)))
    return new_field(base.signed, Stamp(b"60 650 460 690", look), SECOND)


@FAMILY.attack("altered", 5)
def stamp_that_hides_in_print(base: Base) -> Document:
    """Its flags show it on paper only."""
    return new_field(base.signed, replace(ONE_LINE, flags=36), SECOND)


@FAMILY.attack("altered", 5, "look")
def stamp_in_a_state(base: Base) -> Document:
    """The look that counts is one of several, chosen by /AS."""
    states = b"/AS/On/AP<</N<</On %%d 0 R/Off %d 0 R>>>>" % NOTE_LOOK
    return new_field(base.signed, replace(ONE_LINE, appearance=states), SECOND)


@FAMILY.attack("altered", 5)
def stamp_in_a_layer(base: Base) -> Document:
    """A layer that a later click switches on."""
    return new_field(base.signed, replace(ONE_LINE, more=b"/OC 17 0 R"), SECOND)


@FAMILY.attack("altered", 5)
def stamp_with_a_script(base: Base) -> Document:
    return new_field(base.signed, Stamp(more=b"/A" + SCRIPT), SECOND)


@FAMILY.attack("altered", 5)
def stamp_with_more_scripts(base: Base) -> Document:
    return new_field(base.signed, Stamp(more=b"/AA<</E%s>>" % SCRIPT), SECOND)
