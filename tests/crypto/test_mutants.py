"""Damaged files give a signed file that keeps them as its prefix, or a typed error; never else."""

from __future__ import annotations

import random
import time

import pytest

from app.crypto.sign import sign
from app.errors import TekenError
from app.model import SignRequest
from tests import needing, pki
from tests.handmade import PLAIN, packed, stream, table

KEY = pki.identity("p256").signing_key()
REQUEST = SignRequest(pki.SIGNED_AT)
FORM = {
    **PLAIN,
    1: b"<</Type/Catalog/Pages 2 0 R/AcroForm 4 0 R/Metadata 6 0 R/Perms<<>>>>",
    3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 600]/Annots[5 0 R]>>",
    4: b"<</Fields[5 0 R]/SigFlags 1/NeedAppearances true>>",
    5: b"<</FT/Sig/T(a)/Subtype/Widget/Rect[0 0 9 9]/Lock<</Action/All>>/SV<</Ff 1>>>>",
    6: stream(b"/Type/Metadata", b"<x/>"),
}
SEEDS = [
    table(),
    packed(),
    table(FORM),
    packed(FORM, inside=(1, 3, 4, 5)),
    table({3: FORM[3], 4: FORM[4], 5: FORM[5]}, before=table(FORM)),
    table(FORM, junk=b"junk\n"),
    table(PLAIN | needing.of_all_kinds()),
    packed(PLAIN | needing.with_shared_resources(), inside=(1, 3, 8, 10, 17, 18)),
]
PIECES = [b"<<", b">>", b"[", b"]", b"(", b"<", b"%", b"\0", b"-1", b"1e9", b"0" * 40,
          b" 0 R", b"null", b"/Kids[2 0 R]", b"/Prev 0", b"/Size 1", b"/Length 7 0 R",
          b"endobj", b"stream\n", b"xref\n", b"/Type/ObjStm", b"/Encrypt<<>>"]  # fmt: skip


def mutant(dice: random.Random) -> bytes:
    data = bytearray(dice.choice(SEEDS))
    for _ in range(dice.randint(1, 5)):
        at = dice.randrange(len(data) + 1)
        match dice.randrange(4):
            case 0:
                data[at : at + 1] = bytes([dice.randrange(256)])
            case 1:
                del data[at : at + dice.randint(1, 30)]
            case 2:
                start = dice.randrange(len(data) + 1)
                data[at:at] = data[start : start + dice.randint(1, 60)]
            case _:
                data[at:at] = dice.choice(PIECES)
    return bytes(data)


@pytest.mark.parametrize("seed", range(8))
def test_mutants(seed: int) -> None:
    dice = random.Random(seed)
    signed = 0
    for _ in range(4000):
        data = mutant(dice)
        started = time.monotonic()
        try:
            appended = sign(data, KEY, REQUEST)
        except TekenError:
            continue
        finally:
            assert time.monotonic() - started < 10
        signed += 1
        assert appended.endswith(b"%%EOF\n")
    assert signed > 100  # most mutants are refused; a test that signs nothing would prove little
