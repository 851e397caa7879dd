"""Dictionaries in later revisions in which a key stands twice: readers differ about which counts.

Whoever takes the last one sees nothing but what was signed.
"""

from __future__ import annotations

from tests.attacks.base import ALL, OBJECTS, SECOND, Base, Document
from tests.attacks.letter import (
    CATALOG,
    FORGED,
    FORM,
    NEXT,
    PAGE,
    PAGES,
    Objects,
    field_look,
    page_content,
)
from tests.attacks.revision import Lies
from tests.attacks.table import Family

FAMILY = Family("doubled keys")
_FORGED: Objects = {NEXT: page_content(FORGED)}


def doubled(document: Document, number: int, key: bytes, evil: bytes) -> Objects:
    """The object written again, with the key and something evil before all else."""
    body = document.body(number)
    assert key in body
    return {number: b"<<" + key + evil + body[2:]}


def forged(document: Document) -> Objects:
    """Other content before the one that was signed."""
    return doubled(document, PAGE, b"/Contents", b" %d 0 R" % NEXT) | _FORGED


@FAMILY.control(on=ALL)
def written_again(base: Base) -> Document:
    return base.signed.update({PAGE: base.signed.body(PAGE)})


@FAMILY.attack(("altered", "invalid"), 1, on=ALL)
def contents(base: Base) -> Document:
    return base.signed.update(forged(base.signed))


@FAMILY.attack(("altered", "invalid"), 1)
def contents_countersigned(base: Base) -> Document:
    return contents(base).sign(who=SECOND)


@FAMILY.attack(("altered", "invalid"), 1, on=(OBJECTS,))
def contents_in_an_object_stream(base: Base) -> Document:
    return base.signed.update(forged(base.signed), Lies(inside=(PAGE,)))


@FAMILY.attack(("altered", "invalid"), 1)
def pages(base: Base) -> Document:
    page = base.signed.edit(PAGE, (b"/Contents 4 0 R", b"/Contents %d 0 R" % NEXT))[PAGE]
    tree = {NEXT + 1: b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % (NEXT + 2), NEXT + 2: page}
    catalog = doubled(base.signed, CATALOG, b"/Pages", b" %d 0 R" % (NEXT + 1))
    return base.signed.update(catalog | tree | _FORGED)


@FAMILY.attack(("altered", "invalid"), 1)
def count_of_pages(base: Base) -> Document:
    return base.signed.update(doubled(base.signed, PAGES, b"/Count", b" 1"))


@FAMILY.attack(("altered", "invalid"), 1)
def fields(base: Base) -> Document:
    return base.signed.update(doubled(base.signed, FORM, b"/Fields", b"[]"))


@FAMILY.attack(("altered", "invalid"), 1)
def inside_another_dictionary(base: Base) -> Document:
    body = base.signed.body(PAGE)
    evil = body.replace(b"/Font<<", b"/Font<</F1 %d 0 R" % NEXT)
    return base.signed.update({PAGE: evil, NEXT: field_look(FORGED)})


@FAMILY.attack(("altered", "invalid"), 1)
def root_of_the_trailer(base: Base) -> Document:
    catalog = {NEXT + 1: base.signed.body(CATALOG).replace(b"/Names 18 0 R", b"")}
    return base.signed.update(catalog, Lies(root=b"%d 0 R/Root 1 0 R" % (NEXT + 1)))
