"""Tricks with the encryption dictionary: the same bytes, read by other keys or by none.

A later revision that changes /Encrypt changes what every earlier object means.
"""

from __future__ import annotations

from tests.attacks import encrypted
from tests.attacks.base import SECOND, Base, Document
from tests.attacks.encrypted import ENCRYPT, FILTERS, REFERENCE, locked
from tests.attacks.letter import CONTENT, FORGED, PAGE, Objects, page_content
from tests.attacks.revision import Lies
from tests.attacks.table import Family

FAMILY = Family("encryption")
KEPT = Lies(trailer=REFERENCE)
STRINGS = FILTERS.replace(b"/StrF/StdCF", b"/StrF/Identity")
STREAMS = FILTERS.replace(b"/StmF/StdCF", b"/StmF/Identity")


@FAMILY.control()
def encrypted_and_signed(base: Base) -> Document:
    return signed(base)


@FAMILY.control()
def encrypted_and_signed_twice(base: Base) -> Document:
    return signed(base).sign(who=SECOND)


def signed(base: Base) -> Document:
    return encrypted.original(base).sign()


def replaced(base: Base, dictionary: bytes) -> Document:
    """The encryption dictionary is written anew."""
    return signed(base).update({ENCRYPT: dictionary}, KEPT)


def added(base: Base, dictionary: bytes, objects: Objects | None = None) -> Document:
    """The letter was signed in the clear; the later trailer says that it is encrypted."""
    return base.signed.update({ENCRYPT: dictionary, **(objects or {})}, KEPT)


@FAMILY.attack("altered", 5, "text")
def content_replaced(base: Base) -> Document:
    """Anybody can encrypt with the key of an empty password."""
    return signed(base).update(locked({CONTENT: page_content(FORGED)}), KEPT)


@FAMILY.attack("altered", 5, "text")
def content_replaced_then_signed_by_another(base: Base) -> Document:
    return content_replaced(base).sign(who=SECOND)


@FAMILY.attack("altered", 5)
def page_turned(base: Base) -> Document:
    document = signed(base)
    return document.update(document.add(PAGE, b"/Rotate 180"), KEPT)


@FAMILY.attack("altered", 5)
def encrypted_later(base: Base) -> Document:
    """What was plain is decrypted to noise."""
    return added(base, encrypted.dictionary())


@FAMILY.attack("altered", 5, "text")
def encrypted_later_with_other_content(base: Base) -> Document:
    """The content that makes sense now is one that was no content before."""
    return added(base, encrypted.dictionary(), locked({CONTENT: page_content(FORGED)}))


@FAMILY.attack("altered", 5)
def encrypted_later_by_identity(base: Base) -> Document:
    """Nothing is encrypted, but the file says so, and /P forbids."""
    return added(base, encrypted.dictionary(-3904, STREAMS))


@FAMILY.attack("unreadable", 1)
def encrypted_later_with_a_password(base: Base) -> Document:
    return added(base, encrypted.dictionary(password=b"rahasia"))


@FAMILY.attack("unreadable", 1)
def encrypted_later_by_an_unknown_handler(base: Base) -> Document:
    return added(base, b"<</Filter/Teken/V 4/R 4>>")


@FAMILY.attack("altered", 5)
def no_longer_encrypted(base: Base) -> Document:
    """The trailer has lost its /Encrypt: the signed streams are noise."""
    return signed(base).update({})


@FAMILY.attack("altered", 5)
def no_longer_encrypted_with_other_content(base: Base) -> Document:
    return signed(base).update({CONTENT: page_content(FORGED)})


@FAMILY.attack("altered", 5)
def less_is_permitted(base: Base) -> Document:
    """/P takes part in the key: with it all streams change their meaning."""
    return replaced(base, encrypted.dictionary(-3904))


@FAMILY.attack("unreadable", 1)
def more_is_permitted_without_the_key(base: Base) -> Document:
    honest = encrypted.dictionary()
    return replaced(base, honest.replace(b"/P -4/", b"/P -1/"))


@FAMILY.attack("altered", 5)
def strings_no_longer_encrypted(base: Base) -> Document:
    return replaced(base, encrypted.dictionary(filters=STRINGS))


@FAMILY.attack("altered", 5)
def streams_no_longer_encrypted(base: Base) -> Document:
    return replaced(base, encrypted.dictionary(filters=STREAMS))


@FAMILY.attack("unreadable", 1)
def streams_by_another_cipher(base: Base) -> Document:
    return replaced(base, encrypted.dictionary(filters=FILTERS.replace(b"/V2", b"/AESV2")))


@FAMILY.attack("unreadable", 1)
def description_in_the_clear(base: Base) -> Document:
    return replaced(base, encrypted.dictionary(filters=FILTERS + b"/EncryptMetadata false"))


@FAMILY.attack("altered", 5)
def encryption_dictionary_freed(base: Base) -> Document:
    return signed(base).update({ENCRYPT: b"null"}, KEPT)


@FAMILY.attack(("altered", "invalid"), (1, 5))
def another_encryption_dictionary(base: Base) -> Document:
    """The trailer leads to a second one; the first stays as it was."""
    other = {ENCRYPT + 1: encrypted.dictionary(-3904)}
    return signed(base).update(other, Lies(trailer=b"/Encrypt %d 0 R" % (ENCRYPT + 1)))


@FAMILY.attack("unreadable", 1)
def file_identifier_replaced(base: Base) -> Document:
    """The first half of /ID takes part in the key, too."""
    data = signed(base).update({}, KEPT).data
    at = data.rindex(b"/ID[<001122")
    return signed(base).become(data[:at] + b"/ID[<991122" + data[at + 11 :])


@FAMILY.attack("altered", 5)
def content_led_past_the_cipher(base: Base) -> Document:
    """A crypt filter of its own on the content: the bytes stay, their meaning does not."""
    document = signed(base)
    body = document.body(CONTENT).replace(
        b"<<", b"<</Filter/Crypt/DecodeParms<</Name/Identity>>", 1
    )
    return document.update({CONTENT: body}, KEPT)
