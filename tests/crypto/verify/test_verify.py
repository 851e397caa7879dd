"""The whole verdict: our own files of every form are whole, and what is done to them is noticed."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from app.crypto.sign import prepare_fields
from app.crypto.verify import verify
from app.crypto.verify.trust import Anchor, Trust
from app.model import FieldSpec, Person, Place, Rect, Stamp, Verdict
from tests import builders, pki
from tests.handmade import stream

NOW = pki.SIGNED_AT + timedelta(days=20)
ROOT = Trust((Anchor(pki.root().public_bytes(Encoding.DER)),))
# Trusted by themselves: nothing is to be known of their revocation, so a whole file is `valid`.
PEOPLE = Trust(tuple(Anchor(pki.identity(name).chain[0]) for name in pki.GOOD_NAMES))
STAMP = Stamp(pki.TALLO, "https://teken.example/v/abc", Place(1, Rect(300, 60, 200, 70)))


def letter() -> bytes:
    return builders.form("table").data


def signed(data: bytes, name: str = "p256", **changes: object) -> bytes:
    return builders.signed(data, name, **changes)


def codes(verdict: Verdict) -> set[str]:
    reasons = (r for report in verdict.signatures for r in report.reasons)
    return {reason.code for reason in (*verdict.reasons, *reasons)}


def judged(data: bytes, trust: Trust = PEOPLE, password: str = "") -> str:
    return verify(data, trust, NOW, password).name


# Files whose author does not permit a second signature in a new field.
CLOSED = {
    "certified P=2 with an empty field",
    "certified P=3 with an empty field",
    "encrypted, only filling in allowed",
    "seed value and lock",
}


@pytest.mark.parametrize("name", sorted(builders._forms().keys() - CLOSED))
def test_two_signatures_in_a_file_of_any_form_are_valid(name: str) -> None:
    form = builders.form(name)
    once = signed(form.data, password=form.password, field=form.field)
    twice = signed(once, "second", password=form.password)
    verdict = verify(twice, PEOPLE, NOW, form.password)
    assert verdict.name == "valid", codes(verdict)
    assert verdict.signatures[-1].covers_bytes == len(twice)


@pytest.mark.parametrize("name", sorted(CLOSED))
def test_one_signature_in_a_prepared_field_is_valid(name: str) -> None:
    form = builders.form(name)
    once = signed(form.data, "second", password=form.password, field=form.field)
    assert judged(once, password=form.password) == "valid"


@pytest.mark.parametrize("name", pki.GOOD_NAMES)
def test_every_kind_of_key_is_verified(name: str) -> None:
    verdict = verify(signed(letter(), name), PEOPLE, NOW)
    assert verdict.name == "valid"
    who = pki.identity(name).person
    assert verdict.signatures[0].signer == Person(who.name, who.position, organisation=pki.OFFICE)


def test_what_is_unknown_here_is_not_called_valid() -> None:
    assert judged(signed(letter()), ROOT) == "indeterminate"
    assert judged(signed(letter()), Trust()) == "untrusted"


def test_a_letter_without_signature_is_unsigned() -> None:
    verdict = verify(letter(), PEOPLE, NOW)
    assert (verdict.name, codes(verdict)) == ("unsigned", {"unsigned"})


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", b"x" * 4096, bytes(4096)])
def test_what_is_no_document_is_unreadable(data: bytes) -> None:
    assert judged(data) == "unreadable"


def test_every_changed_byte_that_is_covered_is_noticed() -> None:
    data = signed(letter())
    start, end = (int(n) for n in re.findall(rb"/ByteRange\[0 (\d+) (\d+)", data)[0])
    for at in [*range(0, start, 37), *range(end, len(data), 11)]:
        changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        assert judged(changed) not in ("valid", "indeterminate", "untrusted"), at


def test_a_stamp_on_blank_paper_leaves_the_first_signature_valid() -> None:
    once = signed(letter(), stamp=STAMP)
    elsewhere = Stamp(pki.NDUN, STAMP.link, Place(1, Rect(40, 60, 200, 70)))
    assert judged(signed(once, "second", stamp=elsewhere)) == "valid"


def test_a_stamp_over_text_alters_what_was_signed_before() -> None:
    once = signed(letter())
    over = Stamp(pki.NDUN, STAMP.link, Place(1, Rect(60, 680, 260, 60)))
    verdict = verify(signed(once, "second", stamp=over), PEOPLE, NOW)
    assert verdict.name == "altered"
    assert "covered" in codes(verdict)
    (reason,) = [r for r in verdict.signatures[0].reasons if r.code == "covered"]
    assert reason.page == 1
    assert reason.rects


def test_a_prepared_field_may_be_signed_after_certification() -> None:
    data = letter()
    data += prepare_fields(data, [FieldSpec("A"), FieldSpec("B")])
    certified = signed(data, certify=2, field="A")
    assert judged(signed(certified, "second", field="B")) == "valid"


def test_a_page_that_is_changed_after_signing_is_shown() -> None:
    data = signed(letter())
    evil = builders.updated(data, {4: stream(b"", builders.text("Dua miliar rupiah"))}, size=64)
    verdict = verify(evil, PEOPLE, NOW)
    assert verdict.name == "altered"
    (reason,) = [r for r in verdict.signatures[0].reasons if r.code == "changed"]
    assert reason.page == 1
    assert any(rect.x < 100 < rect.right and rect.y < 710 < rect.top for rect in reason.rects)


def test_a_certification_is_told_from_an_approval() -> None:
    data = signed(letter(), certify=1)
    assert verify(data, PEOPLE, NOW).signatures[0].kind == "certification"
