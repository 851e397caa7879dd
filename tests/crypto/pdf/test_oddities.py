"""Every oddity is found where it hides, and an ordinary letter has none."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.crypto.pdf.document import PdfFile
from app.crypto.pdf.oddities import SENTENCES, find
from tests import builders
from tests.handmade import packed, stream, table

XMP = stream(b"/Type/Metadata/Subtype/XML", b"<x pdfaid:part='2'/><x pdfuaid:part='1'/>")
CATALOGS = {
    "opening": b"/OpenAction<</S/GoTo/D[3 0 R/Fit]>>",
    "layers": b"/OCProperties<</OCGs[]/D<<>>>>",
    "xfa": b"/AcroForm<</Fields[]/XFA[(a)(b)]>>",
    "usage_rights": b"/Perms<</UR3 <</Type/Sig>>>>",
    "rebuilds": b"/AcroForm<</Fields[]/NeedAppearances true>>",
    "javascript": b"/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS(1)>>]>>>>",
    "files": b"/Names<</EmbeddedFiles<</Names[]>>>>",
}
OBJECTS = {
    "javascript": b"<</S/JavaScript/JS(app.alert(1))>>",
    "launch": b"<</Type/Action/S/Launch/F(x.exe)>>",
    "sends": b"<</S/SubmitForm/F(https://x.example)>>",
    "elsewhere": b"<</S/GoToR/F(y.pdf)>>",
    "media": b"<</Subtype/RichMedia>>",
    "files": b"[<</A<</Subtype/FileAttachment>>>>]",
}


def codes(data: bytes) -> set[str]:
    return {odd.code for odd in find(PdfFile(data))}


def test_a_plain_letter_is_not_odd() -> None:
    assert codes(builders.form("table").data) == set()


@pytest.mark.parametrize("code", CATALOGS)
def test_what_the_catalog_says(code: str) -> None:
    data = table(builders.letter(catalog=CATALOGS[code]), trailer=builders.TRAILER)
    assert code in codes(data)


@pytest.mark.parametrize("write", [table, packed])
@pytest.mark.parametrize("code", OBJECTS)
def test_what_any_object_holds(code: str, write: Callable[..., bytes]) -> None:
    assert codes(write(builders.letter(more={9: OBJECTS[code]}), trailer=builders.TRAILER)) == {
        code
    }


def test_claims_in_the_metadata() -> None:
    objects = builders.letter(catalog=b"/Metadata 9 0 R", more={9: XMP})
    assert codes(table(objects, trailer=builders.TRAILER)) == {"pdfa", "pdfua"}


def test_encryption_is_told() -> None:
    assert "encrypted" in codes(builders.form("encrypted AES-256").data)


def test_a_file_of_too_many_objects_is_looked_at_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.crypto.pdf.oddities.MAX_OBJECTS", 3)
    assert codes(builders.form("table").data) == {"in_part"}


def test_every_oddity_has_a_sentence() -> None:
    assert {*CATALOGS, *OBJECTS, "pdfa", "pdfua", "encrypted", "in_part"} == set(SENTENCES)
