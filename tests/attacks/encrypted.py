"""The letter encrypted with an empty password, by hand, so that attackers can write into it, too.

RC4 with 128 bits (ISO 32000-2, 7.6.4.3 and 7.6.5): an attacker needs no key but the one that
everybody can compute.
"""

from __future__ import annotations

import hashlib
import re

from app.crypto.pdf.passwords import rc4
from tests.attacks.base import Base, Document
from tests.attacks.letter import ID, Objects, letter

ENCRYPT = 50
REFERENCE = b"/Encrypt %d 0 R" % ENCRYPT
PERMISSIONS = -4  # all is allowed
_PAD = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
_OWNER = hashlib.sha256(b"owner").digest()
_FILE_ID = bytes.fromhex(ID[5:37].decode())
FILTERS = b"/CF<</StdCF<</CFM/V2/AuthEvent/DocOpen/Length 16>>>>/StmF/StdCF/StrF/StdCF"


def key(permissions: int = PERMISSIONS, password: bytes = b"") -> bytes:
    """The file's key (Algorithm 2, revision 4)."""
    bits = permissions.to_bytes(4, "little", signed=True)
    seed = (password + _PAD)[:32] + _OWNER + bits + _FILE_ID
    for _ in range(51):
        seed = hashlib.md5(seed, usedforsecurity=False).digest()
    return seed


def dictionary(
    permissions: int = PERMISSIONS, filters: bytes = FILTERS, password: bytes = b""
) -> bytes:
    """The encryption dictionary, /U fitting the other entries (Algorithm 5)."""
    user = hashlib.md5(_PAD + _FILE_ID, usedforsecurity=False).digest()
    for step in range(20):
        user = rc4(bytes(byte ^ step for byte in key(permissions, password)), user)
    head = b"<</Filter/Standard/V 4/R 4/Length 128/P %d/O<%s>/U<%s>%s>>"
    return head % (permissions, _OWNER.hex().encode(), user.hex().encode() + b"0" * 32, filters)


def locked(objects: Objects) -> Objects:
    """The objects with their strings and streams encrypted."""
    return {number: _locked(number, body) for number, body in objects.items()}


def _locked(number: int, body: bytes) -> bytes:
    salted = key() + number.to_bytes(3, "little") + bytes(2)
    own = hashlib.md5(salted, usedforsecurity=False).digest()
    head, mark, data = body.partition(b"\nstream\n")
    head = re.sub(rb"\(([^()\\]*)\)", lambda text: b"<%s>" % rc4(own, text[1]).hex().encode(), head)
    if not mark:
        return head
    return head + mark + rc4(own, data.removesuffix(b"\nendstream")) + b"\nendstream"


def original(base: Base) -> Document:
    """The letter, encrypted and unsigned."""
    objects = locked(letter()) | {ENCRYPT: dictionary()}
    plain = base.write(objects)
    return plain.become(plain.data.replace(b"/Info 21 0 R", REFERENCE + b"/Info 21 0 R"))
