"""Reports say what the verdict says, in both forms, and nothing in them can act."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader

from app.crypto.verify import verify
from app.crypto.verify.trust import Anchor, Trust
from app.model import Person, Verdict
from app.services import verdicts
from app.services.locale import words
from app.services.report import html, pictures, report
from app.services.report_pdf import pdf
from tests import builders, pki
from tests.handmade import stream

AT = datetime(2026, 11, 24, 1, 42, tzinfo=UTC)
TRUST = Trust((Anchor(pki.identity("p256").chain[0]),))
GOOD = builders.signed(builders.form("table").data, "p256")
EVIL = builders.updated(GOOD, {4: stream(b"", builders.text("Surat 999"))}, size=64)
HOSTILE = "<script>alert(1)</script>&\"'"


def judged(data: bytes) -> Verdict:
    return verify(data, TRUST, pki.SIGNED_AT)


def text_of(data: bytes) -> str:
    pages = PdfReader(io.BytesIO(data)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("data", [GOOD, EVIL, builders.form("table").data, b"junk"])
def test_both_forms_tell_the_sentence_and_every_reason(data: bytes, language: str) -> None:
    verdict, spoken = judged(data), words(language)
    told = report(verdict, "surat.pdf", "ab" * 32, AT, spoken)
    page, printed = html(told), text_of(pdf(told))
    for text in (verdicts.sentence(verdict, spoken), verdicts.word(verdict.name, spoken)):
        assert escape(text) in page
        assert text in printed
    for signature in verdict.signatures:
        assert pki.TALLO.name in printed
        for reason in signature.reasons:
            assert f"[{reason.check}] {escape(verdicts.explain(reason, spoken))}" in page


def test_what_a_foreign_file_says_cannot_act() -> None:
    verdict = judged(GOOD)
    (signature,) = verdict.signatures
    claims = {"reason": HOSTILE, "location": HOSTILE}
    signature = replace(signature, signer=Person(HOSTILE, HOSTILE), claims=claims)
    verdict = replace(verdict, signatures=(signature,))
    told = report(verdict, HOSTILE, "", AT, words("en"))
    page = html(told)
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "http" not in page.replace("https://teken.example", "")
    assert "<script>alert(1)</script>" in text_of(pdf(told))


def test_the_same_report_gives_the_same_bytes() -> None:
    told = report(judged(EVIL), "surat.pdf", "", AT, words("id"))
    assert pdf(told) == pdf(told)
    assert html(told) == html(told)


def test_the_changed_place_is_outlined_in_red(tmp_path: Path) -> None:
    path = tmp_path / "evil.pdf"
    path.write_bytes(EVIL)
    ((page, picture),) = pictures(path, judged(EVIL))
    assert page == 1
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    pixels = image.tobytes()
    red = sum(r > 140 and g < 90 and b < 90 for r, g, b in zip(*[iter(pixels)] * 3, strict=True))
    assert red > 100
    told = report(judged(EVIL), path.name, "", AT, words("id"), ((page, picture),))
    assert "data:image/jpeg;base64," in html(told)
    assert len(pdf(told)) > len(picture)


def test_nothing_is_drawn_of_what_was_not_changed(tmp_path: Path) -> None:
    path = tmp_path / "good.pdf"
    path.write_bytes(GOOD)
    assert pictures(path, judged(GOOD)) == ()
