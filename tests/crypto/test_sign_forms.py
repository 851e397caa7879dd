"""Every form of file, signed and judged by other people's tools."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Sequence
from pathlib import Path

import pytest

from app.crypto.sign import sign_file
from app.model import Place, Rect, SignedFile, Stamp
from tests import builders, looks, oracles, pki

CORNER = Place(1, Rect(12, 12, 190, 64))
FIELD = (0, 300, 60, 500, 130)  # where MuPDF asks to "SIGN", until somebody did
UNREAD_BY_PYHANKO = {  # it wants the header first, and does not know revision 5
    "junk before, offsets from the header",
    "junk before, offsets from the first byte",
    "encrypted AES-256 revision 5",
    "encrypted AES-256 revision 5, user's password",
    "need appearances, encrypted AES-256 revision 5",
}
LINK = "https://teken.example/v/9nZ2kQ7xT4"


def signed(form: builders.Form, visible: bool) -> tuple[bytes, SignedFile]:
    place = None if form.field else CORNER
    stamp = Stamp(pki.TALLO, LINK, place) if visible else None
    request = builders.request(field=form.field, password=form.password, stamp=stamp)
    target = io.BytesIO()
    made = sign_file(io.BytesIO(form.data), target, pki.identity().signing_key(), request)
    return target.getvalue(), made


@pytest.mark.parametrize("visible", [False, True], ids=["invisible", "stamped"])
@pytest.mark.parametrize("name", builders.FORMS)
def test_every_form_is_signed_and_accepted(name: str, visible: bool) -> None:
    form = builders.form(name)
    whole, made = signed(form, visible)
    assert whole.startswith(form.data)
    assert len(whole) == made.original_bytes + made.appended_bytes
    assert (made.place is not None) == (visible and form.stamped)
    with oracles.on_disk(form.data) as before, oracles.on_disk(whole) as after:
        judges = {"pdfsig": lambda: oracles.pdfsig(after, form.password)}
        if name not in UNREAD_BY_PYHANKO:
            judges["pyHanko"] = lambda: oracles.pyhanko(whole, form.password)
        assert oracles.acceptance(judges, made.field) == {}
        worst = oracles.qpdf_check(before, form.password)
        assert oracles.qpdf_check(after, form.password) <= worst
        assert all(verdict.valid for judge in judges.values() for verdict in judge())
        own = region(made) or (FIELD if form.field else None)
        assert look_changed(name, form, before, after, own) == []
    changed = looks.differing_pages(
        form.data, whole, stamp=region(made), password=form.password, scale=1.5
    )
    assert changed == []


def region(made: SignedFile) -> looks.Region | None:
    if made.place is None:
        return None
    rect = made.place.rect
    return made.place.page - 1, rect.x, rect.y, rect.right, rect.top


def look_changed(
    name: str, form: builders.Form, before: Path, after: Path, stamp: looks.Region | None
) -> Sequence[object]:
    """What a reader besides PDFium shows otherwise; see docs/decisions/0005."""
    if name.startswith("need appearances"):
        return looks.missing_words(before, after, form.password)
    return looks.differing_in_mupdf(before, after, stamp=stamp, password=form.password)


@pytest.mark.parametrize("name", ["table", "hybrid", "object stream", "linearized"])
def test_the_section_keeps_the_form_of_the_file(name: str) -> None:
    """7.5.8.4: never a table after a stream, never /XRefStm behind a hybrid file."""
    form = builders.form(name)
    appended = signed(form, visible=False)[0][len(form.data) :]
    is_stream = b"/Type/XRef" in appended
    assert is_stream == (name == "object stream")
    assert (b"\nxref\n" in appended) != is_stream
    assert b"XRefStm" not in appended


def test_what_the_stamp_covers_does_change() -> None:
    """The comparisons of pixels can fail: without their mask they see the stamp."""
    form = builders.form("table")
    whole, _ = signed(form, visible=True)
    assert looks.differing_pages(form.data, whole) == [0]
    with oracles.on_disk(form.data) as before, oracles.on_disk(whole) as after:
        assert looks.differing_in_mupdf(before, after) == [0]


@pytest.mark.parametrize("name", sorted(UNREAD_BY_PYHANKO))
def test_pyhanko_is_left_out_only_where_it_cannot_read(name: str) -> None:
    form = builders.form(name)
    assert not oracles.pyhanko_reads(form.data, form.password)


def test_a_damaged_signature_is_not_accepted() -> None:
    """The judges can say no: one byte of the page changed behind our back."""
    form = builders.form("table")
    whole, made = signed(form, visible=False)
    forged = whole.replace(b"Surat", b"Sural", 1)
    with oracles.on_disk(forged) as path:
        judges = {
            "pdfsig": lambda: oracles.pdfsig(path),
            "pyHanko": lambda: oracles.pyhanko(forged),
        }
        assert set(oracles.acceptance(judges, made.field)) == {"pdfsig", "pyHanko"}


def test_a_second_signature_leaves_the_first_as_it_was() -> None:
    form = builders.form("signed three times")
    before = oracles.pyhanko(form.data)
    whole, _ = signed(form, visible=True)
    after = oracles.pyhanko(whole)
    assert [verdict.valid for verdict in after] == [True] * 4
    assert [dataclasses.replace(verdict, whole=False, detail="") for verdict in after[:3]] == [
        dataclasses.replace(verdict, whole=False, detail="") for verdict in before
    ]
