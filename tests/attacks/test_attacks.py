"""Every attack is one, and is judged as its row says."""

from __future__ import annotations

import functools
import re

import pypdfium2
import pytest

from app.crypto.verify import verify
from tests.attacks.base import TABLE
from tests.attacks.letter import FORGED_TEXT
from tests.attacks.table import Attack, attacks

ATTACKS = attacks()


def rows(chosen: list[Attack]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("attack", chosen, ids=lambda attack: attack.id)


def test_every_row_has_its_own_name() -> None:
    assert len({attack.id for attack in ATTACKS}) == len(ATTACKS)


def test_every_family_has_a_control() -> None:
    """Who refuses everything must not pass."""
    families = {attack.family for attack in ATTACKS}
    assert families == {attack.family for attack in ATTACKS if attack.control}


@rows(list(ATTACKS))
def test_verdict(attack: Attack) -> None:
    verdict = verify(attack.build(), attack.trust(), attack.at)
    found = (*verdict.reasons, *(r for report in verdict.signatures for r in report.reasons))
    told = [f"{reason.check} {reason.code} {dict(reason.details)}" for reason in found]
    assert verdict.name in attack.verdicts, told
    if not attack.control:
        checks = {reason.check for reason in found if reason.verdict == verdict.name}
        assert checks & attack.checks, told


@rows([attack for attack in ATTACKS if attack.shows])
def test_the_change_is_seen(attack: Attack) -> None:
    data = attack.build()
    if attack.shows == "text":
        assert FORGED_TEXT in text(data)
    else:
        assert pictures(data) != pictures(signed_revision(data))


def text(data: bytes) -> str:
    """All that PDFium reads on the pages."""
    with pypdfium2.PdfDocument(data) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


@pytest.fixture(scope="module", autouse=True)
def _fonts_found() -> None:
    """PDFium draws the same bytes differently while it still looks for fonts."""
    for _ in range(3):
        pictures.__wrapped__(TABLE.signed.data)


@functools.lru_cache(maxsize=64)
def pictures(data: bytes) -> list[bytes]:
    """What PDFium draws of each page, annotations and form fields included."""
    with pypdfium2.PdfDocument(data) as document:
        document.init_forms()
        return [_picture(document, index) for index in range(len(document))]


def _picture(document: pypdfium2.PdfDocument, index: int) -> bytes:
    try:
        return document[index].render(scale=0.5).to_pil().tobytes()
    except pypdfium2.PdfiumError:
        return b""  # a page that is not there yet


def signed_revision(data: bytes) -> bytes:
    """What the oldest signature covers."""
    ends = re.findall(rb"/ByteRange\s*\[\s*0 \d+ (\d+) (\d+)", data)
    return data[: min(int(start) + int(length) for start, length in ends)]
