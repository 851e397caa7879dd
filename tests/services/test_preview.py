"""Pages are drawn as asked, remembered while there is room, and never mixed up."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from app.crypto.certificates import TEST_LABEL
from app.crypto.pdf.rendering import RenderedPdf, open_rendered
from app.crypto.pdf.stamp import default_size, minimum_size
from app.errors import DamagedPdf, StampTooSmall
from app.model import Person, Stamp
from app.services.preview import MAX_WIDTH, Previews, stamp_picture

SAMPLES = Path(__file__).resolve().parents[2] / "docs" / "samples"
STAMP = Stamp(Person("Maria Melati Contoh", "Kepala Badan"), "https://teken.example/v/" + "a" * 26)


@pytest.fixture
def letter() -> Iterator[RenderedPdf]:
    with open_rendered(SAMPLES / "surat-undangan.pdf") as pages:
        yield pages


class Counting(RenderedPdf):
    """Counts how often a page was really drawn."""

    def __init__(self, pages: RenderedPdf) -> None:
        self.__dict__.update(pages.__dict__)
        self.drawn = 0

    def render(self, index: int, scale: float, gray: bool = False) -> Image.Image:
        self.drawn += 1
        return super().render(index, scale, gray)


def size(jpeg: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(jpeg)) as picture:
        assert picture.format == "JPEG"
        return picture.size


def test_a_page_is_as_wide_as_asked_and_keeps_its_shape(letter: RenderedPdf) -> None:
    width, height = letter.page_size(0)
    got = size(Previews().page(letter, 0, 500))
    assert abs(got[0] - 500) <= 1
    assert abs(got[1] / got[0] - height / width) < 0.01


def test_the_width_is_bounded(letter: RenderedPdf) -> None:
    assert size(Previews().page(letter, 0, 100_000))[0] <= MAX_WIDTH + 1
    assert size(Previews().page(letter, 0, 0))[0] >= 1


def test_a_page_is_drawn_once_for_each_width(letter: RenderedPdf) -> None:
    pages, previews = Counting(letter), Previews()
    first = previews.page(pages, 0, 300)
    assert previews.page(pages, 0, 300) is first
    previews.page(pages, 0, 301)
    assert pages.drawn == 2


def test_what_was_not_used_longest_goes_first(letter: RenderedPdf) -> None:
    pages = Counting(letter)
    previews = Previews(capacity=5 * len(Previews().page(letter, 0, 300)) // 2)
    for width in (300, 301, 300, 302, 300):  # 301 is pushed out, 300 is not
        previews.page(pages, 0, width)
    assert pages.drawn == 3
    previews.page(pages, 0, 301)
    assert pages.drawn == 4


def test_two_documents_are_never_mixed_up(letter: RenderedPdf) -> None:
    previews = Previews()
    with open_rendered(SAMPLES / "nota-dinas.pdf") as other:
        assert previews.page(letter, 0, 300) != previews.page(other, 0, 300)


def test_an_identity_used_again_brings_back_no_old_page(letter: RenderedPdf) -> None:
    previews = Previews()
    first = previews.page(letter, 0, 300)
    with open_rendered(SAMPLES / "nota-dinas.pdf") as other:
        key = (id(letter), 0, 300)
        previews._pages[id(other), 0, 300] = previews._pages.pop(key)
        assert previews.page(other, 0, 300) != first


def test_a_page_that_is_not_there_is_a_typed_error(letter: RenderedPdf) -> None:
    with pytest.raises(DamagedPdf):
        Previews().page(letter, 99, 300)


def test_the_stamp_looks_as_it_will_print() -> None:
    natural = default_size(STAMP, TEST_LABEL)
    picture = stamp_picture(STAMP, TEST_LABEL, natural, 600)
    width, height = size(picture)
    assert abs(width - 600) <= 1
    assert abs(height / width - natural[1] / natural[0]) < 0.01
    with Image.open(io.BytesIO(picture)) as image:
        dark = image.convert("L").point(lambda tone: 255 * (tone < 128)).getbbox()
    assert dark is not None
    assert dark[2] - dark[0] > width * 0.8  # from the code on the left to the last word


def test_a_stamp_too_small_to_read_is_refused() -> None:
    least = minimum_size(STAMP, TEST_LABEL)
    with pytest.raises(StampTooSmall):
        stamp_picture(STAMP, TEST_LABEL, (least[0] / 2, least[1] / 2), 600)
