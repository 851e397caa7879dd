"""A repair makes a damaged file readable, shows the same pages, and never touches a signed one."""

from __future__ import annotations

import pytest

from app.crypto.pdf.repair import is_sound, repair
from app.crypto.verify import verify
from app.crypto.verify.trust import Anchor, Trust
from app.errors import NothingToRepair, NotRepairable, RepairBreaksSignature, TekenError
from tests import builders, looks, pki


def letter() -> bytes:
    return builders.form("table").data


def damaged(kind: str) -> bytes:
    data = letter()
    return {
        "startxref": data[: data.rindex(b"startxref")] + b"startxref\n7\n%%EOF\n",
        "offsets": data.replace(b"0000000", b"0000001"),
        "no end": data[:-20],
    }[kind]


@pytest.mark.parametrize("kind", ["startxref", "offsets", "no end"])
def test_a_damaged_letter_is_readable_again_and_looks_the_same(kind: str) -> None:
    broken = damaged(kind)
    assert not is_sound(broken)
    whole = repair(broken)
    assert is_sound(whole)
    assert looks.differing_pages(broken, whole, stamp=None) == []


def test_what_was_repaired_is_what_gets_signed() -> None:
    whole = repair(damaged("startxref"))
    signed = builders.signed(whole, "p256")
    assert signed.startswith(whole)
    trust = Trust((Anchor(pki.identity("p256").chain[0]),))
    assert verify(signed, trust, pki.SIGNED_AT).name == "valid"


def test_a_sound_file_is_left_alone() -> None:
    with pytest.raises(NothingToRepair):
        repair(letter())


def test_a_signed_file_is_never_repaired() -> None:
    signed = builders.signed(letter())
    broken = signed[: signed.rindex(b"startxref")] + b"startxref\n7\n%%EOF\n"
    with pytest.raises(RepairBreaksSignature):
        repair(broken)


def test_a_signature_hidden_in_an_object_stream_is_seen_too() -> None:
    """The mark cannot be found as text: PDFium is asked as well."""
    signed = builders.signed(letter())
    broken = signed[: signed.rindex(b"startxref")] + b"startxref\n7\n%%EOF\n"
    with pytest.raises(RepairBreaksSignature):
        repair(broken.replace(b"/ByteRange", b"/Byte#52ange"))


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", b"nothing", b"%PDF-1.4\n" + bytes(999)])
def test_what_cannot_be_mended_says_so(data: bytes) -> None:
    with pytest.raises(TekenError) as error:
        repair(data)
    assert not isinstance(error.value, NothingToRepair)


def test_lost_pages_are_no_repair(monkeypatch: pytest.MonkeyPatch) -> None:
    other = builders.form("several pages").data
    monkeypatch.setattr("app.crypto.pdf.rendering.RenderedPdf.written_anew", lambda _: other)
    with pytest.raises(NotRepairable):
        repair(damaged("startxref"))
