"""The forms in which the letter comes, each freshly written and signed by our own code."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache

from app.crypto import cms
from app.crypto.sign import sign
from app.model import CertifyLevel, SignRequest
from tests import handmade, pki
from tests.attacks import sealing
from tests.attacks.letter import (
    CERTIFIER_NAME,
    FORM,
    HEAD,
    HEAD_NAME,
    HEAD_RECT,
    NEXT,
    STRUCTURE,
    TRAILER,
    letter,
    signature_field,
)
from tests.attacks.revision import HONEST, Lies, append

_ROOT = b"/Root 1 0 R" + TRAILER
Edit = tuple[bytes, bytes]


@dataclass(frozen=True)
class Document:
    """A file, and what an attacker who reads it knows about it."""

    data: bytes
    base: Base
    objects: Mapping[int, bytes] = field(repr=False)  # as they were before any update

    def body(self, number: int) -> bytes:
        """The newest body of an object."""
        found = re.findall(rb"(?<!\d)%d 0 obj\n(.*?)\nendobj" % number, self.data, re.S)
        return found[-1] if found else self.objects[number]

    def edit(self, number: int, *edits: Edit) -> dict[int, bytes]:
        """The object with parts of it replaced; every part must be there."""
        body = self.body(number)
        for old, new in edits:
            assert old in body, (number, old)
            body = body.replace(old, new, 1)
        return {number: body}

    def add(self, number: int, entries: bytes) -> dict[int, bytes]:
        """The dictionary with more entries."""
        body = self.body(number)
        assert body.endswith(b">>")
        return {number: body[:-2] + entries + b">>"}

    @property
    def gap(self) -> tuple[int, int]:
        """Where the ByteRange of the first signature leaves its gap."""
        at = self.data.index(b"/ByteRange[") + len(b"/ByteRange[")
        numbers = self.data[at : self.data.index(b"]", at)].split()
        return int(numbers[1]), int(numbers[2])

    @property
    def value(self) -> int:
        """The number of the object that holds the first signature."""
        before = self.data[: self.data.index(b"/ByteRange[")]
        return int(re.findall(rb"(\d+) 0 obj\n", before)[-1])

    def patch(self, old: bytes, new: bytes) -> Document:
        """Bytes replaced where they stand, the last time that they occur; offsets stay."""
        assert len(old) == len(new)
        at = self.data.rindex(old)
        return self.become(self.data[:at] + new + self.data[at + len(old) :])

    def update(self, objects: Mapping[int, bytes], lies: Lies = HONEST) -> Document:
        """One more revision, unsigned."""
        return self.become(append(self.data, objects, self.base.streams, lies))

    def sign(
        self,
        name: str | None = None,
        who: pki.Identity | None = None,
        certify: CertifyLevel | None = None,
    ) -> Document:
        """One more honest signature, in the field of that `name` or in a new one."""
        key = (who or self.base.signer).signing_key()
        request = SignRequest(pki.SIGNED_AT, name, certify)
        return self.become(self.data + sign(self.data, key, request, bytes))

    def seal(
        self,
        objects: Mapping[int, bytes],
        signer: Callable[[bytes], bytes] | None = None,
        shape: sealing.Shape = sealing.HONEST,
        lies: Lies = HONEST,
    ) -> Document:
        """One more revision with a signature of which every byte is ours to choose.

        `signer` makes the CMS of the covered bytes. RANGE and VALUE in `objects` are filled in.
        """
        signer = signer or honest_cms(self.base.signer)
        streams = self.base.streams
        return self.become(sealing.seal(self.data, objects, streams, signer, shape, lies))

    def field_signed(
        self,
        entries: bytes = b"",
        value: int = NEXT,
        sub_filter: bytes = b"ETSI.CAdES.detached",
        kind: bytes = b"Sig",
    ) -> dict[int, bytes]:
        """The objects that sign the empty field of the head of office, to be sealed."""
        rect = b"%d %d %d %d" % HEAD_RECT
        form = self.body(FORM)
        if b"/SigFlags 3" not in form:
            form = form.replace(b"/Fields", b"/SigFlags 3/Fields", 1)
        return {
            HEAD: signature_field(HEAD_NAME, rect, b"/V %d 0 R" % value),
            FORM: form,
            value: sealing.dictionary(entries, sub_filter, kind),
        }

    def become(self, data: bytes) -> Document:
        """The same document with other bytes."""
        return Document(data, self.base, self.objects)


@dataclass(frozen=True)
class Base:
    """How files are written, and who signs them first."""

    signer: pki.Identity
    form: str

    @property
    def name(self) -> str:
        return f"{self.signer.name} {self.form}"

    @property
    def streams(self) -> bool:
        """Whether an update has a cross-reference stream (7.5.8.4: not behind a hybrid file)."""
        return self.form in ("stream", "objects")

    def write(self, objects: Mapping[int, bytes]) -> Document:
        """A file of these objects."""
        return Document(_WRITERS[self.form](dict(objects)), self, objects)

    @property
    def original(self) -> Document:
        """The letter before anyone signed it."""
        return _original(self)

    @property
    def signed(self) -> Document:
        """The letter with one approval signature in a field of its own."""
        return _signed(self)

    def certified(self, level: CertifyLevel) -> Document:
        """The letter certified in one of its two empty fields."""
        return _certified(self, level)


def honest_cms(who: pki.Identity) -> Callable[[bytes], bytes]:
    """The CMS that our signer makes, over any bytes."""
    key = who.signing_key()
    identity = cms.identity(key.chain, key.algorithm)

    def make(covered: bytes) -> bytes:
        attributes = identity.signed_attributes(sealing.digest(covered, key.algorithm.digest))
        return identity.signed_data(attributes, key.sign(attributes))

    return make


@cache
def _original(base: Base) -> Document:
    return base.write(letter())


@cache
def _signed(base: Base) -> Document:
    return base.original.sign()


@cache
def _certified(base: Base, level: CertifyLevel) -> Document:
    return base.original.sign(CERTIFIER_NAME, certify=level)


def _table(objects: dict[int, bytes]) -> bytes:
    return handmade.table(objects, trailer=_ROOT)


def _stream(objects: dict[int, bytes]) -> bytes:
    return handmade.packed(objects, trailer=_ROOT)


def _objects(objects: dict[int, bytes]) -> bytes:
    inside = tuple(number for number, body in objects.items() if b"stream\n" not in body)
    return handmade.packed(objects, inside=inside, trailer=_ROOT)


def _hybrid(objects: dict[int, bytes]) -> bytes:
    hidden = {STRUCTURE: objects.pop(STRUCTURE)}
    return handmade.hybrid(objects, hidden, trailer=_ROOT)


_WRITERS = {"table": _table, "stream": _stream, "objects": _objects, "hybrid": _hybrid}
P256, RSA, SECOND = pki.identity("p256"), pki.identity("rsa2048"), pki.identity("second")
TABLE, STREAM = Base(P256, "table"), Base(RSA, "stream")
HYBRID, OBJECTS = Base(RSA, "hybrid"), Base(P256, "objects")
BOTH, ALL = (TABLE, STREAM), (TABLE, STREAM, HYBRID, OBJECTS)
