"""The committed sample letters are what their generator makes."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pypdfium2
import pytest

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "samples"


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("samples_make", FOLDER / "make.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pages(path: Path) -> list[tuple[tuple[float, float], str]]:
    """Size and text of every page. Bytes may differ: each Python brings its own zlib."""
    with pypdfium2.PdfDocument(path.read_bytes()) as document:
        return [(page.get_size(), page.get_textpage().get_text_bounded()) for page in document]


def test_samples_are_what_the_generator_makes(generator: ModuleType, tmp_path: Path) -> None:
    for fresh in generator.make(tmp_path):
        assert pages(FOLDER / fresh.name) == pages(fresh)


def test_making_them_twice_gives_the_same_bytes(generator: ModuleType, tmp_path: Path) -> None:
    first = [path.read_bytes() for path in generator.make(tmp_path)]
    assert [path.read_bytes() for path in generator.make(tmp_path)] == first


def test_the_samples_cover_what_people_sign() -> None:
    letter, memo, attachment = (
        pages(FOLDER / name)
        for name in ("surat-undangan.pdf", "nota-dinas.pdf", "lampiran-jadwal.pdf")
    )
    assert "330.a/BKPPD.800.1.2.5/IV/2025" in letter[0][1]
    assert [len(letter), len(memo), len(attachment)] == [1, 2, 1]
    width, height = attachment[0][0]
    assert width > height
