"""The original stays a prefix, what was shown is what is signed, nothing wrong is written."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace

import pytest

from app.crypto import sign as module
from app.crypto.pdf.document import PdfFile
from app.crypto.pdf.forms import read_form
from app.crypto.pdf.objects import Name
from app.crypto.sign import prepare_fields, sign, sign_file
from app.errors import (
    CertificateExpired,
    CertificateNotYetValid,
    CertifiedFinal,
    CertifyTooLate,
    DocumentChanged,
    FieldAlreadySigned,
    FieldNameNotAllowed,
    FieldNotFound,
    InternalFault,
    KeyMismatch,
    NewFieldAfterCertification,
    TekenError,
    TextNotAllowed,
)
from app.model import Algorithm, FieldSpec, Place, Rect, SignRequest
from tests import pki
from tests.handmade import packed, table

KEY = pki.identity("p256").signing_key()
OTHER = pki.identity("second").signing_key()
REQUEST = SignRequest(pki.SIGNED_AT)
PLAIN = table()


def signature(data: bytes) -> dict[Name, object]:
    """The dictionary of the newest signature."""
    pdf = PdfFile(data)
    return pdf.get_dict(read_form(pdf).signed[-1].value)  # type: ignore[return-value]


def signed(data: bytes = PLAIN, **changes: object) -> bytes:
    return data + sign(data, KEY, replace(REQUEST, **changes))  # type: ignore[arg-type]


def test_the_same_input_gives_the_same_bytes() -> None:
    assert sign(PLAIN, KEY, REQUEST) == sign(PLAIN, KEY, REQUEST)


def test_the_range_is_the_whole_file_but_the_gap() -> None:
    data = signed()
    entries = signature(data)
    zero, start, after, rest = entries[Name("ByteRange")]  # type: ignore[misc]
    assert (zero, after + rest) == (0, len(data))
    assert data[start] == ord("<")
    assert data[after - 1] == ord(">")
    assert bytes.fromhex(data[start + 1 : after - 1].decode()) == entries[Name("Contents")]


def test_the_dictionary_says_what_pades_demands() -> None:
    entries = signature(signed(reason="Persetujuan", location="Kupang"))
    assert entries[Name("SubFilter")] == "ETSI.CAdES.detached"
    assert entries[Name("M")] == b"D:20261102013000+00'00'"
    assert (entries[Name("Reason")], entries[Name("Location")]) == (b"Persetujuan", b"Kupang")
    assert not {Name("Cert"), Name("Reference"), Name("Name")} & set(entries)


def test_what_was_shown_is_what_is_signed() -> None:
    shown = hashlib.sha256(PLAIN).digest()
    assert signed(expected_sha256=shown)
    with pytest.raises(DocumentChanged):
        signed(PLAIN + b"\n", expected_sha256=shown)


@pytest.mark.parametrize("algorithm", [None, Algorithm("rsa-pss", "sha512")])
@pytest.mark.parametrize("data", [PLAIN, packed()], ids=["table", "stream"])
def test_file_to_file_is_the_same_as_in_memory(data: bytes, algorithm: Algorithm | None) -> None:
    key = pki.identity("rsa2048").signing_key(algorithm or Algorithm("rsa-pkcs1"))
    salted = algorithm is not None
    target = io.BytesIO()
    made = sign_file(io.BytesIO(data), target, key, REQUEST)
    whole = target.getvalue()
    appended = sign(data, key, REQUEST)
    assert salted or whole == data + appended
    assert made.original_sha256 == hashlib.sha256(data).digest()
    assert made.sha256 == hashlib.sha256(whole).digest()
    assert (made.original_bytes, made.appended_bytes) == (len(data), len(appended))
    assert (made.field, made.place) == ("Teken1", None)


def test_file_to_file_reads_in_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_CHUNK", 100)
    target = io.BytesIO()
    sign_file(io.BytesIO(PLAIN), target, KEY, REQUEST)
    assert target.getvalue() == signed()


@pytest.mark.parametrize(
    ("name", "error"), [("expired", CertificateExpired), ("not_yet_valid", CertificateNotYetValid)]
)
def test_certificates_outside_their_time(name: str, error: type[TekenError]) -> None:
    with pytest.raises(error):
        sign(PLAIN, pki.identity(name).signing_key(), REQUEST)


class Mixed:
    """A token whose key and certificate do not belong together, or that lies about its size."""

    def __init__(self, size: int = 72) -> None:
        self.chain, self.algorithm, self._size = KEY.chain, KEY.algorithm, size

    def sign(self, data: bytes) -> bytes:
        return (OTHER if self._size == 72 else KEY).sign(data)

    def dry_run(self) -> int:
        return self._size


def test_a_key_that_does_not_match_its_certificate() -> None:
    with pytest.raises(KeyMismatch):
        sign(PLAIN, Mixed(), REQUEST)


def test_a_signature_larger_than_announced_is_not_cut_off() -> None:
    with pytest.raises(InternalFault):
        sign(PLAIN, Mixed(size=1), REQUEST)


@pytest.mark.parametrize("text", ["two\nlines", "\u202egnp.fdp", "a" * 201])
def test_hostile_text(text: str) -> None:
    for where in ("reason", "location"):
        with pytest.raises(TextNotAllowed):
            signed(**{where: text})


def test_certifying_and_what_follows() -> None:
    prepared = PLAIN + prepare_fields(PLAIN, [FieldSpec("paraf"), FieldSpec("kepala")])
    first = signed(prepared, field="paraf", certify=2)
    assert Name("Reference") in signature(first)
    second = first + sign(first, OTHER, REQUEST)  # takes the field that is left
    assert [field.name for field in read_form(PdfFile(second)).signed] == ["paraf", "kepala"]
    with pytest.raises(NewFieldAfterCertification):
        sign(second, KEY, REQUEST)
    with pytest.raises(CertifyTooLate):
        signed(first, certify=2)


def test_a_final_document_takes_no_more() -> None:
    final = signed(PLAIN + prepare_fields(PLAIN, [FieldSpec("late")]), certify=1)
    for field in (None, "late"):
        with pytest.raises(CertifiedFinal):
            signed(final, field=field)


def test_fields_by_name() -> None:
    prepared = PLAIN + prepare_fields(PLAIN, [FieldSpec("a"), FieldSpec("b")])
    once = signed(prepared, field="b")
    with pytest.raises(FieldAlreadySigned):
        signed(once, field="b")
    with pytest.raises(FieldNotFound) as caught:
        signed(once, field="c")
    assert caught.value.details == {"field": "c", "fields": "a"}


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", FieldNameNotAllowed),
        ("a.b", FieldNameNotAllowed),
        ("twice", FieldNameNotAllowed),
        ("line\nbreak", TextNotAllowed),
    ],
)
def test_fields_that_cannot_be_prepared(name: str, error: type[TekenError]) -> None:
    with pytest.raises(error):
        prepare_fields(PLAIN, [FieldSpec("twice"), FieldSpec(name)])


def test_no_field_is_prepared_after_a_signature() -> None:
    with pytest.raises(NewFieldAfterCertification):
        prepare_fields(signed(), [FieldSpec("late")])


def test_a_prepared_place_is_kept() -> None:
    place = Place(1, Rect(10, 10, 150, 60))
    prepared = PLAIN + prepare_fields(PLAIN, [FieldSpec("kepala", place)])
    (field,) = read_form(PdfFile(prepared)).empty
    rect = PdfFile(prepared).get_dict(field.widget)[Name("Rect")]
    assert rect == [10, 10, 160, 70]


PLANTED = {
    "the hash of what was shown is not compared": (
        "app.crypto.sign._check_shown",
        lambda *_: None,
        test_what_was_shown_is_what_is_signed,
    ),
    "signatures are not checked": (
        "app.crypto.signatures.check",
        lambda *_: None,
        test_a_key_that_does_not_match_its_certificate,
    ),
    "certifications are not read": (
        "app.crypto.pdf.forms._certified",
        lambda *_: None,
        test_a_final_document_takes_no_more,
    ),
    "levels and locks are not asked": (
        "app.crypto.pdf.forms.Form.check_open",
        lambda *_: None,
        test_a_final_document_takes_no_more,
    ),
    "text is not looked at": (
        "app.crypto.revision.printable",
        lambda text, *_: text,
        lambda: test_hostile_text("two\nlines"),
    ),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_planted_bugs_turn_these_tests_red(planted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    target, bug, test = PLANTED[planted]
    monkeypatch.setattr(target, bug)
    with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
        test()
