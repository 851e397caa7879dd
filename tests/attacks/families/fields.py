"""Signature fields that share, swap, lose or borrow their values.

One value in two fields lets one signature stand for two people or two places; a field that is taken
away hides that somebody signed, or what a certification forbids.
"""

from __future__ import annotations

from tests.attacks.authorities import stranger
from tests.attacks.base import ALL, SECOND, Base, Document, honest_cms
from tests.attacks.letter import (
    CATALOG,
    CERTIFIER,
    CERTIFIER_NAME,
    CONTENT,
    FORGED,
    FORM,
    HEAD,
    HEAD_NAME,
    NEXT,
    PAGE,
    page_content,
    signature_field,
)
from tests.attacks.sealing import dictionary
from tests.attacks.table import Family

FAMILY = Family("fields")
NOWHERE = b"0 0 0 0"


@FAMILY.control(on=ALL)
def each_field_its_own_value(base: Base) -> Document:
    return base.original.sign(HEAD_NAME).sign(CERTIFIER_NAME, SECOND)


def head_signed(base: Base) -> Document:
    return base.original.sign(HEAD_NAME)


def value_in(field: int, name: str, document: Document) -> dict[int, bytes]:
    """The empty field with the value that the first signature has."""
    return {field: signature_field(name, NOWHERE, b"/V %d 0 R" % document.value)}


@FAMILY.attack("invalid", 1)
def one_value_in_two_fields_later(base: Base) -> Document:
    document = head_signed(base)
    return document.update(value_in(CERTIFIER, CERTIFIER_NAME, document))


@FAMILY.attack("invalid", 1)
def one_value_in_two_fields_from_the_start(base: Base) -> Document:
    """Both fields are in the revision that was signed."""
    objects = base.original.field_signed()
    second = signature_field(CERTIFIER_NAME, NOWHERE, b"/V %d 0 R" % NEXT)
    return base.original.seal({**objects, CERTIFIER: second})


@FAMILY.attack("invalid", 1)
def one_value_in_two_fields_then_signed(base: Base) -> Document:
    document = head_signed(base)
    return document.update(value_in(CERTIFIER, CERTIFIER_NAME, document)).sign(who=SECOND)


@FAMILY.attack("invalid", 1)
def value_copied_into_a_second_field(base: Base) -> Document:
    """The same bytes as an object of its own: its /Contents is not the one in the gap."""
    document = head_signed(base)
    field = signature_field(CERTIFIER_NAME, NOWHERE, b"/V %d 0 R" % NEXT)
    return document.update({CERTIFIER: field, NEXT: document.body(document.value)})


@FAMILY.attack("invalid", 1)
def value_copied_into_the_field_itself(base: Base) -> Document:
    """A later revision writes the dictionary directly into the field."""
    document = head_signed(base)
    value = document.body(document.value)
    return document.update({HEAD: signature_field(HEAD_NAME, NOWHERE, b"/V" + value)})


@FAMILY.attack("altered", 5)
def values_of_two_fields_exchanged(base: Base) -> Document:
    document = head_signed(base).sign(CERTIFIER_NAME, SECOND)
    head, certifier = document.body(HEAD), document.body(CERTIFIER)
    one, two = (body[body.index(b"/V ") :].split(b" 0 R")[0] for body in (head, certifier))
    return document.update(
        {HEAD: head.replace(one, two), CERTIFIER: certifier.replace(two, one)},
    )


@FAMILY.attack("altered", 1, on=ALL)
def only_signature_removed(base: Base) -> Document:
    """The field goes from form and page; the file looks as if nobody had ever signed it."""
    signed = base.signed
    return signed.update(without_own_field(signed))


@FAMILY.attack("altered", 1)
def first_of_two_signatures_removed(base: Base) -> Document:
    document = base.signed.sign(HEAD_NAME, SECOND)
    return document.update(without_own_field(document))


@FAMILY.attack("altered", 1)
def signature_removed_then_signed_by_another(base: Base) -> Document:
    signed = base.signed
    return signed.update(without_own_field(signed)).sign(HEAD_NAME, SECOND)


@FAMILY.attack("altered", 1)
def value_taken_out_of_its_field(base: Base) -> Document:
    document = head_signed(base)
    return document.update(base.original.edit(HEAD))


@FAMILY.attack("altered", 1)
def value_null_in_its_field(base: Base) -> Document:
    document = head_signed(base)
    return document.update({HEAD: signature_field(HEAD_NAME, NOWHERE, b"/V null")})


@FAMILY.attack("altered", 1)
def form_removed_from_the_catalog(base: Base) -> Document:
    signed = base.signed
    return signed.update(signed.edit(CATALOG, (b"/AcroForm 10 0 R", b"")))


@FAMILY.attack("altered", 1)
def field_becomes_a_text_field(base: Base) -> Document:
    document = head_signed(base)
    return document.update(document.edit(HEAD, (b"/FT/Sig", b"/FT/Tx")))


@FAMILY.attack("altered", 1)
def field_freed(base: Base) -> Document:
    document = head_signed(base)
    return document.update({HEAD: b"null"})


@FAMILY.attack("altered", 1, "text")
def signed_anew_by_an_impostor(base: Base) -> Document:
    """The old value goes; a self-made one by the same name covers the forged letter."""
    document = head_signed(base)
    field = signature_field(HEAD_NAME, NOWHERE, b"/V %d 0 R" % NEXT)
    objects = {CONTENT: page_content(FORGED), HEAD: field, NEXT: dictionary()}
    return document.seal(objects, honest_cms(stranger()))


@FAMILY.attack("altered", 1, "text")
def signed_anew_by_a_colleague(base: Base) -> Document:
    """The same by somebody whom we trust, in the field of the head of office."""
    document = head_signed(base)
    field = signature_field(HEAD_NAME, NOWHERE, b"/V %d 0 R" % NEXT)
    objects = {CONTENT: page_content(FORGED), HEAD: field, NEXT: dictionary()}
    return document.seal(objects, honest_cms(SECOND))


@FAMILY.attack("invalid", 1)
def second_field_of_the_same_name(base: Base) -> Document:
    """A colleague signs in a field that bears the name of the head's own."""
    document = head_signed(base)
    field = signature_field(HEAD_NAME, NOWHERE, b"/V %d 0 R" % NEXT)
    form = document.edit(FORM, (b" 23 0 R", b" 23 0 R 61 0 R"))
    page = document.edit(PAGE, (b" 23 0 R", b" 23 0 R 61 0 R"))
    objects = form | page | {NEXT + 1: field, NEXT: dictionary()}
    return document.seal(objects, honest_cms(SECOND))


@FAMILY.attack("altered", 5)
def field_renamed(base: Base) -> Document:
    document = head_signed(base)
    return document.update(document.edit(HEAD, (b"(Kepala)", b"(Bupati)")))


@FAMILY.attack("invalid", 1, "text")
def signature_of_another_letter(base: Base) -> Document:
    """Field and dictionary are copied as they are; the ByteRange fits the other file only."""
    other = head_signed(base)
    letter = base.write({**base.original.objects, CONTENT: page_content(FORGED)})
    return letter.update({number: other.body(number) for number in (HEAD, FORM, other.value)})


@FAMILY.attack("altered", 2, "text")
def signature_of_another_letter_fitted(base: Base) -> Document:
    """The ByteRange is written anew for this file; the digest cannot be."""
    other = head_signed(base)
    start, end = other.gap
    value = bytes.fromhex(other.data[start + 1 : end - 1].decode())
    letter = base.write({**base.original.objects, CONTENT: page_content(FORGED)})
    return letter.seal(letter.field_signed(), lambda covered: value.rstrip(b"\0"))


def without_own_field(document: Document) -> dict[int, bytes]:
    """Form and page without the field that our signer added."""
    added = b" %d 0 R]" % (document.value + 1)
    form, page = document.edit(FORM, (added, b"]")), document.edit(PAGE, (added, b"]"))
    return form | page
