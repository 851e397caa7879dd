"""Names of signed files."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services import naming


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("surat.pdf", "surat-ditandatangani.pdf"),
        ("SURAT.PDF", "SURAT-ditandatangani.PDF"),
        ("surat", "surat-ditandatangani.pdf"),
        ("surat.docx", "surat.docx-ditandatangani.pdf"),
        ("surat-ditandatangani.pdf", "surat-ditandatangani-2.pdf"),
        ("surat-ditandatangani-2.pdf", "surat-ditandatangani-3.pdf"),
        ("surat-ditandatangani-12345.pdf", "surat-ditandatangani-12345-ditandatangani.pdf"),
        ("surat-2.pdf", "surat-2-ditandatangani.pdf"),
        (".pdf", "-ditandatangani.pdf"),
    ],
)
def test_each_signature_shows_in_the_name(name: str, expected: str) -> None:
    assert naming.signed_name(name) == expected


def test_without_a_suffix_the_name_stays() -> None:
    assert naming.signed_name("surat.pdf", "") == "surat.pdf"


@given(st.text(st.characters(exclude_characters="/\0"), min_size=1), st.integers(1, 5))
def test_no_two_signatures_share_a_name(name: str, times: int) -> None:
    names = [name]
    for _ in range(times):
        names.append(naming.signed_name(names[-1]))
    assert len(set(names)) == times + 1
    assert all(each.lower().endswith(".pdf") for each in names[1:])


def test_a_taken_name_gets_a_number(tmp_path: Path) -> None:
    path = tmp_path / "b.pdf"
    assert naming.free(path) == path
    path.symlink_to("nowhere")  # taken, too
    (tmp_path / "b (2).pdf").mkdir()
    assert naming.free(path) == tmp_path / "b (3).pdf"
