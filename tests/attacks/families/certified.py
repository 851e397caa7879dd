"""Certified letters (Mladenov et al., S&P 2021: EAA and SSA), permissions and locks.

Evil annotations draw over a certified letter; sneaky signatures do so with their stamps. What P
allows is no more than filling in fields and signing those that were there (ISO 32000-2, 12.8.2.2).
"""

from __future__ import annotations

from collections.abc import Callable

from app.model import CertifyLevel
from tests.attacks.authorities import stranger
from tests.attacks.base import SECOND, Base, Document, honest_cms
from tests.attacks.later import DRAWN, OVER, Change, added, annotated
from tests.attacks.letter import (
    CATALOG,
    FIELD,
    FILLED,
    HEAD,
    HEAD_NAME,
    NEXT,
    letter,
    page_content,
    signature_field,
)
from tests.attacks.sealing import dictionary
from tests.attacks.stamps import NEW, in_head, new_field
from tests.attacks.table import Family

FAMILY = Family("certified")
LEVELS: tuple[CertifyLevel, ...] = (1, 2, 3)
SCRIPT = b"<</S/JavaScript/JS(app.alert\\(1\\))>>"


def docmdp(level: bytes) -> bytes:
    """The entry that makes a certification of a signature (Tables 255 to 257)."""
    parameters = b"<</Type/TransformParams%s/V/1.2>>" % level
    reference = b"<</Type/SigRef/TransformMethod/DocMDP/TransformParams%s>>" % parameters
    return b"/Reference[%s]" % reference


@FAMILY.control()
def certified_as_final(base: Base) -> Document:
    return base.certified(1)


@FAMILY.control()
def filled_in_as_allowed(base: Base) -> Document:
    return base.certified(2).update(FILLED)


@FAMILY.control()
def signed_in_an_existing_field(base: Base) -> Document:
    return base.certified(2).sign(HEAD_NAME, SECOND)


@FAMILY.control()
def filled_in_and_signed_at_the_highest_level(base: Base) -> Document:
    return base.certified(3).update(FILLED).sign(HEAD_NAME, SECOND)


@FAMILY.control()
def level_left_out(base: Base) -> Document:
    """P is 2 where it is not given (Table 257)."""
    return by_hand(base, docmdp(b"")).update(FILLED)


def by_hand(base: Base, entries: bytes) -> Document:
    """The head's signature is a certification, which /Perms names."""
    original = base.original
    permissions = original.add(CATALOG, b"/Perms<</DocMDP %d 0 R>>" % NEXT)
    return original.seal(original.field_signed(entries) | permissions)


def changed(level: CertifyLevel, change: Change) -> Callable[[Base], Document]:
    return lambda base: base.certified(level).update(change(base.certified(level)))


_EVIL: dict[str, Change] = {
    "free text": annotated(b"/Subtype/FreeText/DA(/F1 18 Tf)/Contents(x)" + OVER, DRAWN),
    "stamp": annotated(b"/Subtype/Stamp/Name/Approved" + OVER, DRAWN),
    "redaction": annotated(b"/Subtype/Redact/OverlayText(Rp 900.000)" + OVER, DRAWN),
    "highlight that hides": annotated(b"/Subtype/Highlight" + OVER, DRAWN),
}
for _level in LEVELS:
    for _name, _change in _EVIL.items():
        FAMILY.add(f"{_name}, P={_level}", changed(_level, _change), "altered", 5, "look")
    FAMILY.add(
        f"script of a field, P={_level}",
        changed(_level, added(FIELD, b"/AA<</E%s>>" % SCRIPT)),
        "altered",
        5,
    )
    FAMILY.add(
        f"content, P={_level}",
        changed(_level, lambda document: {4: page_content(b"Dibayarkan Rp 900.000")}),
        "altered",
        5,
        "text",
    )
    FAMILY.add(
        f"new field signed, P={_level}",
        lambda base, level=_level: new_field(base.certified(level), NEW, SECOND),
        "altered",
        5,
    )
    FAMILY.add(
        f"existing field signed by a stranger, P={_level}",
        lambda base, level=_level: in_head(base.certified(level), stranger()),
        "altered",
        5,
    )


@FAMILY.attack("altered", 5, "look")
def final_letter_filled_in(base: Base) -> Document:
    return base.certified(1).update(FILLED)


@FAMILY.attack("altered", 5)
def final_letter_signed_in_an_existing_field(base: Base) -> Document:
    return in_head(base.certified(1), SECOND)


@FAMILY.attack("altered", 5, "look")
def final_letter_filled_in_and_signed(base: Base) -> Document:
    return in_head(base.certified(1).update(FILLED), SECOND)


@FAMILY.attack("altered", 5)
def permissions_taken_away(base: Base) -> Document:
    certified = base.certified(1)
    permissions = certified.body(CATALOG)
    start = permissions.index(b"/Perms")
    return certified.update({CATALOG: permissions[:start] + b">>"})


@FAMILY.attack("altered", 5, "look")
def permissions_taken_away_then_filled_in(base: Base) -> Document:
    return permissions_taken_away(base).update(FILLED)


@FAMILY.attack("altered", 5)
def permissions_led_to_another_signature(base: Base) -> Document:
    document = base.certified(2).sign(HEAD_NAME, SECOND)
    old = b"/DocMDP %d 0 R" % document.value
    later = document.body(HEAD).split(b"/V ")[1].split()[0]
    return document.update(document.edit(CATALOG, (old, b"/DocMDP %s 0 R" % later)))


@FAMILY.attack("altered", 5, "look")
def certified_by_the_reference_alone(base: Base) -> Document:
    """/Perms does not name it, as some writers forget; P=1 holds all the same."""
    original = base.original
    return original.seal(original.field_signed(docmdp(b"/P 1"))).update(FILLED)


@FAMILY.attack("altered", 5, "look")
def unknown_level(base: Base) -> Document:
    """What a certification allows is not known, so it allows nothing."""
    return by_hand(base, docmdp(b"/P 9")).update(FILLED)


@FAMILY.attack("altered", 5, "look")
def level_that_is_no_number(base: Base) -> Document:
    return by_hand(base, docmdp(b"/P/All")).update(FILLED)


def permitted_later(base: Base, level: bytes) -> Document:
    """A colleague's approval of a certified letter (P=2) says what is permitted from then on."""
    certified = base.certified(2)
    objects = certified.field_signed(docmdp(level), value=NEXT + 9)
    return certified.seal(objects, honest_cms(SECOND))


@FAMILY.control()
def approval_that_permits_less(base: Base) -> Document:
    return permitted_later(base, b"/P 1")


@FAMILY.attack("altered", 5, "look")
def approval_that_permits_less_then_filled_in(base: Base) -> Document:
    return permitted_later(base, b"/P 1").update(FILLED)


@FAMILY.attack("altered", 5, "look")
def approval_that_permits_more_then_annotated(base: Base) -> Document:
    document = permitted_later(base, b"/P 3")
    return document.update(_EVIL["stamp"](document))


@FAMILY.attack("altered", 5)
def certified_after_an_approval(base: Base) -> Document:
    signed = base.signed
    permissions = signed.add(CATALOG, b"/Perms<</DocMDP %d 0 R>>" % NEXT)
    return signed.seal(signed.field_signed(docmdp(b"/P 3")) | permissions, honest_cms(SECOND))


# -- locks ---------------------------------------------------------------------------------------


def locked(base: Base, lock: bytes) -> Document:
    """Signed in a field with a lock, which the signature repeats as FieldMDP (12.8.2.4)."""
    rect = b"300 60 500 130"
    entries = b"/Lock<</Type/SigFieldLock%s>>" % lock
    field = signature_field(HEAD_NAME, rect, entries)
    return base.write({**letter(), HEAD: field}).sign(HEAD_NAME)


for _name, _lock in (
    ("all", b"/Action/All"),
    ("this one", b"/Action/Include/Fields[(nama)]"),
    ("all but another", b"/Action/Exclude/Fields[(Kabid)]"),
    ("an unknown action", b"/Action/Some/Fields[(Kabid)]"),
    ("final", b"/Action/Include/Fields[(Kabid)]/P 1"),
):
    FAMILY.add(
        f"locked field filled in, {_name}",
        lambda base, lock=_lock: locked(base, lock).update(FILLED),
        "altered",
        5,
        "look",
    )
    FAMILY.add(
        f"locked field filled in and signed, {_name}",
        lambda base, lock=_lock: new_field(locked(base, lock).update(FILLED), NEW, SECOND),
        "altered",
        5,
        "look",
    )


@FAMILY.control()
def another_field_locked(base: Base) -> Document:
    return locked(base, b"/Action/Include/Fields[(Kabid)]").update(FILLED)


@FAMILY.control()
def all_but_this_field_locked(base: Base) -> Document:
    return locked(base, b"/Action/Exclude/Fields[(nama)]").update(FILLED)


@FAMILY.attack("altered", 5)
def lock_taken_away(base: Base) -> Document:
    document = locked(base, b"/Action/All")
    body = document.body(HEAD)
    start = body.index(b"/Lock")
    end = body.index(b">>", start) + 2
    return document.update({HEAD: body[:start] + body[end:]})


@FAMILY.attack("altered", 5, "look")
def lock_of_the_signature_alone(base: Base) -> Document:
    """The field has no lock; FieldMDP in the signature locks nevertheless."""
    parameters = b"<</Type/TransformParams/Action/All/V/1.2>>"
    reference = b"/Reference[<</Type/SigRef/TransformMethod/FieldMDP/Data 1 0 R/TransformParams"
    original = base.original
    objects = original.field_signed(reference + parameters + b">>]")
    return original.seal(objects).update(FILLED)


@FAMILY.attack("altered", 5)
def locked_signature_field_signed(base: Base) -> Document:
    """The lock of the head of office covers the colleague's field."""
    document = locked(base, b"/Action/Include/Fields[(Kabid)]")
    field = signature_field("Kabid", b"0 0 0 0", b"/V %d 0 R" % NEXT)
    return document.seal({23: field, NEXT: dictionary()}, honest_cms(SECOND))
