"""Visible signatures that are made by hand: any look, at any place, by anybody."""

from __future__ import annotations

from dataclasses import dataclass

from tests import pki
from tests.attacks.base import Document, honest_cms
from tests.attacks.letter import (
    FORM,
    HEAD,
    HEAD_NAME,
    HEAD_RECT,
    NEXT,
    PAGE,
    Objects,
    field_look,
    signature_field,
)
from tests.attacks.sealing import dictionary


@dataclass(frozen=True)
class Stamp:
    """What a signature widget looks like, and where; `more` are further entries of it.

    Its objects are numbered from `first`: the value, the widget, the look.
    """

    rect: bytes = b"72 200 300 220"
    look: bytes = field_look(b"Ditandatangani")
    more: bytes = b""
    page: int = PAGE
    flags: int = 132
    appearance: bytes = b"/AP<</N %d 0 R>>"
    first: int = NEXT + 20

    def objects(self, name: str, widget: int) -> Objects:
        """The signed field with its widget, its look and the signature dictionary."""
        look = self.first + 2
        entries = b"/V %d 0 R%s%s" % (self.first, self.appearance % look, self.more)
        field = signature_field(name, self.rect, entries)
        field = field.replace(b"/F 132/P 3", b"/F %d/P %d" % (self.flags, self.page))
        return {widget: field, look: self.look, self.first: dictionary()}


NEW = Stamp()
OF_HEAD = Stamp(b"%d %d %d %d" % HEAD_RECT)
WHOLE_PAGE = b"0 0 595 842"


def new_field(document: Document, stamp: Stamp, who: pki.Identity) -> Document:
    """Signed in a field that comes with the signature, above all else on the page."""
    return document.seal(new_field_objects(document, stamp), honest_cms(who))


def new_field_objects(
    document: Document,
    stamp: Stamp,
    sub_filter: bytes = b"ETSI.CAdES.detached",
    kind: bytes = b"Sig",
) -> Objects:
    """The objects of a field that comes with its signature, to be sealed."""
    widget = stamp.first + 1
    objects = stamp.objects(f"Sekretaris{stamp.first}", widget)
    objects[stamp.first] = dictionary(b"", sub_filter, kind)
    for number, key in ((FORM, b"/Fields["), (stamp.page, b"/Annots[")):
        objects[number] = _listed(document.body(number), key, widget)
    return objects


def _listed(body: bytes, key: bytes, number: int) -> bytes:
    """The dictionary with one more reference in the array of that key."""
    if key not in body:
        return body[:-2] + key + b"%d 0 R]>>" % number
    end = body.index(b"]", body.index(key))
    return body[:end] + b" %d 0 R" % number + body[end:]


def in_head(document: Document, who: pki.Identity, stamp: Stamp = OF_HEAD) -> Document:
    """Signed in the field of the head of office, at its place unless the stamp says another."""
    return document.seal(stamp.objects(HEAD_NAME, HEAD), honest_cms(who))
