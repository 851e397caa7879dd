"""Opening a document: what its first screen needs, and nothing left behind where it fails."""

from __future__ import annotations

import gc
import hashlib
from pathlib import Path

import pytest

from app.errors import (
    CertifiedFinal,
    DamagedPdf,
    DocumentError,
    FileMissing,
    NotAPdf,
    PasswordNeeded,
    WrongPassword,
)
from app.services import documents, preflight
from app.services.documents import Opened, open_document
from tests import builders
from tests.builders import letter, prepared, several_pages, signed
from tests.handmade import table


def opened(source: Path | bytes, password: str = "", name: str = "") -> Opened:
    return open_document(source, password, name)


def plain(pages: int = 0) -> bytes:
    return table(several_pages(pages) if pages else letter(), trailer=builders.TRAILER)


def test_the_first_screen_has_all_it_needs(tmp_path: Path) -> None:
    data = signed(prepared(plain(3), "Kabid", "Kepala"), field="Kabid")
    path = tmp_path / "surat.pdf"
    path.write_bytes(data)
    document = opened(path)
    assert (document.name, document.path, document.size) == ("surat.pdf", path, len(data))
    assert document.sha256 == hashlib.sha256(data).digest()
    assert document.page_sizes == ((595.0, 842.0),) * 3
    assert [field.name for field in document.fields] == ["Kepala"]
    assert (document.signatures, document.obstacle, document.fields_only) == (1, None, False)
    document.close()
    document.close()


def test_the_size_of_a_page_is_that_of_the_upright_page() -> None:
    assert opened(builders.turned(90)).page_sizes == ((760.0, 510.0),)


@pytest.mark.parametrize(("name", "expected"), [("a.pdf", "a.pdf"), ("", "dokumen.pdf")])
def test_bytes_have_the_name_that_they_are_given(name: str, expected: str) -> None:
    document = opened(plain(), name=name)
    assert (document.name, document.path) == (expected, None)


def test_what_may_not_be_signed_can_be_read_and_says_why() -> None:
    document = opened(signed(plain(), certify=1))
    assert isinstance(document.obstacle, CertifiedFinal)
    assert document.pages.page_count == 1


def test_a_password_is_needed_asked_again_and_not_shown() -> None:
    data = builders.encrypted("256", user=builders.USER)
    with pytest.raises(PasswordNeeded):
        opened(data)
    with pytest.raises(WrongPassword):
        opened(data, "lain")
    document = opened(data, builders.USER)
    assert (document.password, document.obstacle) == (builders.USER, None)
    assert builders.USER not in repr(document)


@pytest.mark.parametrize(
    ("data", "fault"),
    [(b"", NotAPdf), (b"Surat" * 999, NotAPdf), (b"%PDF-1.7\n" + b"x" * 999, DamagedPdf)],
)
def test_what_is_no_document_is_told(data: bytes, fault: type[DocumentError]) -> None:
    with pytest.raises(fault):
        opened(data)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        opened(tmp_path / "nowhere.pdf")


def test_where_opening_fails_nothing_stays_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large file, so that its copy is one too; the fault comes as late as it can."""

    def broken(*_: object) -> preflight.PreFlight:
        raise ValueError

    path = tmp_path / "a.pdf"
    path.write_bytes(plain() + b"%" * (9 << 20))
    monkeypatch.setattr(documents.preflight, "look", broken)
    before = len(list(Path("/proc/self/fd").iterdir()))
    with pytest.raises(ValueError):
        opened(path)
    gc.collect()
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_what_is_closed_is_not_drawn_any_more() -> None:
    document = opened(plain())
    document.close()
    with pytest.raises(DamagedPdf):
        document.pages.render(0, 1.0)
