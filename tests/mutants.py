"""Mutants of signed files: what damage and malice can make of them, and what must never follow.

A mutant may be refused in any way. It is accepted only where every byte that a signature covers is
one that was really signed; and nobody but ourselves may be surprised.
"""

from __future__ import annotations

import functools
import hashlib
import random
import re
from collections.abc import Iterator
from datetime import timedelta

from app.crypto.pdf.document import PdfFile
from app.crypto.verify import verify
from app.crypto.verify.revisions import signed_fields
from app.crypto.verify.structure import examine
from app.crypto.verify.trust import Anchor, Trust
from app.errors import TekenError
from app.model import Place, Rect, Stamp
from tests import builders, pki

NOW = pki.SIGNED_AT + timedelta(days=1)
TRUST = Trust(tuple(Anchor(pki.identity(name).chain[0]) for name in pki.GOOD_NAMES))
STAMP = Stamp(pki.NDUN, "https://teken.example/v/abc", Place(1, Rect(40, 60, 200, 70)))
LEAST_SEEDS = 50
PIECES = [
    b"<<", b">>", b"[", b"]", b"(", b"<", b">", b"%", b"\0", b"\n", b"-1", b"1e9", b"0" * 40,
    b" 0 R", b"null", b"/Prev 0", b"/Length 7 0 R", b"endobj", b"stream\n", b"endstream", b"xref\n",
    b"trailer", b"/Type/ObjStm", b"/Encrypt<<>>", b"/ByteRange[0 1 2 3]", b"/Contents<00>",
    b"/V 9 0 R", b"/Kids[2 0 R]", b"startxref\n0\n%%EOF\n", b"/AcroForm<<>>", b"/Root 1 0 R",
    b"1 0 obj<<>>endobj",
]  # fmt: skip
_NUMBER = re.compile(rb"\d+")
_OBJECT = re.compile(rb"(\d+) 0 obj\n")


@functools.cache
def seeds() -> tuple[bytes, ...]:
    """Signed files of every form, once and twice, stamped, certified, locked."""
    found = []
    for name in sorted(builders._forms()):
        form = builders.form(name)
        try:
            once = builders.signed(form.data, "p256", password=form.password, field=form.field)
            found.append(once)
            found.append(builders.signed(once, "second", password=form.password, stamp=STAMP))
        except TekenError:
            continue  # closed for a second signature, or small for a stamp
    good = [data for data in found if verify(data, TRUST, NOW).name == "valid"]
    if len(good) < LEAST_SEEDS:
        raise RuntimeError(f"only {len(good)} files to start from")
    return tuple(good)


@functools.cache
def signed_contents() -> frozenset[bytes]:
    """SHA-256 of everything that was really signed."""
    return frozenset(digest for data in seeds() for digest in covered(data))


def covered(data: bytes) -> Iterator[bytes]:
    """SHA-256 of what each signature of a file covers."""
    pdf = PdfFile(data)
    for field in signed_fields(pdf):
        found = examine(pdf, field, "")
        signed = data[: found.start] + data[found.end : found.covers]
        yield hashlib.sha256(signed).digest()


def mutant(dice: random.Random) -> bytes:
    """A damaged or rebuilt signed file."""
    data = bytearray(dice.choice(seeds()))
    for _ in range(dice.choice((1, 1, 1, 2, 4))):
        dice.choice(CHANGES)(data, dice)
    return bytes(data)


def _flip(data: bytearray, dice: random.Random) -> None:
    data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)


def _cut(data: bytearray, dice: random.Random) -> None:
    at = dice.randrange(len(data))
    del data[at : at + dice.choice((1, 2, 20, 300, len(data)))]
    data += b"" if data else b"%PDF-1.7"


def _double(data: bytearray, dice: random.Random) -> None:
    at, start = dice.randrange(len(data)), dice.randrange(len(data))
    data[at:at] = data[start : start + dice.randint(1, 400)]


def _insert(data: bytearray, dice: random.Random) -> None:
    at = dice.randrange(len(data) + 1)
    data[at:at] = dice.choice(PIECES)


def _append(data: bytearray, dice: random.Random) -> None:
    data += dice.choice((*PIECES, bytes(8), dice.choice(seeds())[-600:]))


def _number(data: bytearray, dice: random.Random) -> None:
    """Another number of the same width somewhere."""
    found = list(_NUMBER.finditer(data))
    if found:
        one = dice.choice(found)
        width = one.end() - one.start()
        data[one.start() : one.end()] = b"%0*d" % (width, dice.randrange(10**width))


def _splice(data: bytearray, dice: random.Random) -> None:
    """The head of one file with the tail of another."""
    other = dice.choice(seeds())
    data[dice.randrange(len(data)) :] = other[dice.randrange(len(other)) :]


def _revise(data: bytearray, dice: random.Random) -> None:
    """A proper further revision that replaces one object by another one, or by a piece."""
    if not re.search(rb"startxref\s+\d+\s+%%EOF\s*\Z", data):
        return
    numbers = [int(found[1]) for found in _OBJECT.finditer(data)] or [1]
    bodies = [bytes(part.split(b"\nendobj")[0]) for part in _OBJECT.split(bytes(data))[2::2]]
    body = dice.choice((*bodies, b"<<>>", b"null", b"[]"))
    data[:] = builders.updated(bytes(data), {dice.choice(numbers): body}, size=max(numbers) + 1)


CHANGES = (
    _flip,
    _flip,
    _cut,
    _double,
    _insert,
    _append,
    _number,
    _number,
    _splice,
    _revise,
    _revise,
)


def complaint(data: bytes) -> str:
    """What is wrong with the verdict on a mutant; empty where nothing is."""
    verdict = verify(data, TRUST, NOW)
    every = (*verdict.reasons, *(r for report in verdict.signatures for r in report.reasons))
    surprised = [r.details["what"] for r in every if r.code == "internal"]
    if any(str(what)[:1].isupper() for what in surprised):  # an exception's name, no code of ours
        return f"surprised by {surprised}"
    if verdict.name != "valid":
        return ""
    if not set(covered(data)) <= signed_contents():
        return "accepted although signed bytes differ"
    return ""


def hunt(first: int, count: int) -> list[str]:
    """The complaints about so many mutants; each is `seed: what is wrong`."""
    found = ((seed, complaint(mutant(random.Random(seed)))) for seed in range(first, first + count))
    return [f"{seed}: {text}" for seed, text in found if text]
