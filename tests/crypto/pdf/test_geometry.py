"""A place on the upright page is the same place in user space, whatever box and turn."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.crypto.pdf.document import PdfFile
from app.crypto.pdf.geometry import PageGeometry, geometry
from app.model import Rect
from tests.handmade import CATALOG, PAGES, table

sizes = st.floats(0.5, 500)


@given(st.sampled_from([0, 90, 180, 270]), sizes, sizes, sizes, sizes)
def test_there_and_back(turn: int, x: float, y: float, width: float, height: float) -> None:
    shape = PageGeometry((10, 20, 610, 820), turn)
    rect = Rect(x, y, width, height)
    left, bottom, right, top = (float(number) for number in shape.to_user(rect))  # type: ignore[arg-type]
    back = shape.from_user((left, bottom, right, top))
    assert left < right
    assert bottom < top
    assert (back.x, back.y, back.width, back.height) == pytest.approx((x, y, width, height))


@pytest.mark.parametrize(
    ("turn", "corners"),
    [
        (0, [11, 22, 14, 26]),
        (90, [604, 21, 608, 24]),  # the bottom of the upright page is the right edge
        (180, [606, 814, 609, 818]),
        (270, [12, 816, 16, 819]),
    ],
)
def test_the_bottom_left_corner_of_a_turned_page(turn: int, corners: list[float]) -> None:
    shape = PageGeometry((10, 20, 610, 820), turn)
    assert shape.to_user(Rect(1, 2, 3, 4)) == corners
    assert shape.bounds == (Rect(0, 0, 800, 600) if turn % 180 else Rect(0, 0, 600, 800))


@pytest.mark.parametrize(
    ("entries", "crop", "turn"),
    [
        (b"/MediaBox[0 0 400 600]", (0, 0, 400, 600), 0),
        (b"/MediaBox[400 600 0 0]/Rotate -90", (0, 0, 400, 600), 270),
        (b"/MediaBox[0 0 400 600]/CropBox[10 -50 900 500]", (10, 0, 400, 500), 0),
        (b"/MediaBox[0 0 400 600]/CropBox[500 0 900 500]", (0, 0, 400, 600), 0),
        (b"/MediaBox[0 0 0 0]", (0, 0, 612, 792), 0),
        (b"/MediaBox[(a) 0 1 2]/Rotate(x)", (0, 0, 612, 792), 0),
        (b"/MediaBox 4 0 R/Rotate 450", (0, 0, 7, 8), 90),
    ],
)
def test_the_page_as_readers_show_it(entries: bytes, crop: tuple[float, ...], turn: int) -> None:
    page = b"<</Type/Page/Parent 2 0 R%s>>" % entries
    pdf = PdfFile(table({1: CATALOG, 2: PAGES, 3: page, 4: b"[0 0 5 0 R 8]", 5: b"7"}))
    (_, found), *_ = pdf.pages()
    assert geometry(pdf, found) == PageGeometry(crop, turn)  # type: ignore[arg-type]


def test_rectangles() -> None:
    outer = Rect(0, 0, 100, 100)
    assert Rect(-0.4, 0, 50, 100.4).inside(outer)
    assert not Rect(-0.6, 0, 50, 50).inside(outer)
    assert not Rect(60, 60, 50, 10).inside(outer)
    assert Rect(0, 0, 10, 10).overlaps(Rect(9, 9, 10, 10))
    assert not Rect(0, 0, 10, 10).overlaps(Rect(10, 0, 10, 10))
