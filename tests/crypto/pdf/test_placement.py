"""A stamp that nobody placed goes where a letter is signed, and never onto anything."""

from __future__ import annotations

import io
import random
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter

from app.crypto.pdf import placement
from app.crypto.pdf.placement import find_place
from app.crypto.pdf.rendering import open_rendered
from app.errors import NoFreeSpace
from app.model import Place, Rect
from tests import handmade
from tests.stamps import Page, crop, pdf

A4 = (0.0, 0.0, 595.0, 842.0)
SIZE = (200.0, 70.0)


def text(x: float, top: float, width: float, lines: int) -> bytes:
    """Something like lines of type: short strokes, 14 points from line to line."""
    strokes = []
    for number in range(lines):
        y = top - 14 * number - 8
        strokes += [b"%f %f 2.5 6 re" % (x + at, y) for at in range(0, int(width), 5)]
    return b" ".join(strokes) + b" f\n"


def letter(lines: int = 20, rest: bytes = b"", **changes: object) -> Page:
    """A head across the page and a body below it."""
    body = text(70, 800, 460, 3) + text(70, 730, 460, lines) + rest
    return Page(A4, content=body, **changes)  # type: ignore[arg-type]


def place(
    *pages: Page, size: tuple[float, float] = SIZE, avoid: list[list[Rect]] | None = None
) -> Place:
    data = pdf(*pages)
    with open_rendered(data) as document:
        found = find_place(document, size, avoid or [])
        width, height = document.page_size(found.page - 1)
        assert found.rect.inside(Rect(0, 0, width, height), slack=0)
        assert (found.rect.width, found.rect.height) == size
        picture = document.render(found.page - 1, 2, gray=True)
    shown = crop(picture, found.rect, picture.width / width)
    assert shown.getextrema()[0] > 225, "on blank paper"
    return found


def test_below_the_last_line_at_the_right() -> None:
    found = place(letter(20))
    last_line = 730 - 14 * 19 - 8
    assert found.page == 1
    assert 8 <= last_line - found.rect.top <= 45
    assert found.rect.x >= 595 / 2 - 10
    assert found.rect.right <= 595 - 20


def test_above_a_footer() -> None:
    footer = text(70, 60, 460, 1)
    found = place(letter(20, footer))
    assert found.rect == place(letter(20)).rect


def test_beside_a_list_at_the_lower_left() -> None:
    """Tembusan stands at the lower left, and there is no room below it."""
    found = place(letter(33, text(70, 250, 180, 14)))
    assert found.rect.x >= 260
    assert found.rect.top < 730 - 14 * 32 - 8


def test_between_body_and_names_where_nothing_else_is_free() -> None:
    """A gap that the writer left between the position and the name."""
    names = text(310, 330, 200, 1) + text(310, 220, 200, 2) + text(70, 180, 460, 12)
    found = place(letter(27, names))
    assert found.rect.y > 225
    assert found.rect.top < 325


def test_left_half_where_the_right_one_is_full() -> None:
    found = place(Page(A4, content=text(310, 815, 260, 57) + text(40, 800, 200, 10)))
    assert found.rect.right < 305
    assert found.rect.top < 800 - 14 * 9


def test_the_page_with_the_last_text() -> None:
    empty = Page(A4)
    assert place(letter(45), letter(5), empty, empty).page == 2


def test_a_full_last_page_leads_to_the_blank_one_behind_it() -> None:
    full = Page(A4, content=text(20, 835, 555, 59))
    assert place(letter(5), full, Page(A4), Page(A4)).page == 3


def test_a_full_last_page_leads_back() -> None:
    full = Page(A4, content=text(20, 835, 555, 59))
    assert place(letter(5), full, full).page == 1


def test_an_empty_document() -> None:
    assert place(Page(A4), Page(A4)).page == 1


def test_nothing_free() -> None:
    full = Page(A4, content=text(20, 835, 555, 59))
    with pytest.raises(NoFreeSpace):
        place(full, full)
    with pytest.raises(NoFreeSpace):
        place(Page((0, 0, 100, 100)))
    with pytest.raises(NoFreeSpace):
        place(letter(), size=(600, 70))


def test_only_so_many_pages_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placement, "MAX_PAGES", 2)
    full = Page(A4, content=text(20, 835, 555, 59))
    with pytest.raises(NoFreeSpace):
        place(letter(5), full, full)
    assert place(letter(5), full).page == 1
    with pytest.raises(NoFreeSpace):
        place(letter(5), Page(A4), Page(A4), size=(700, 70))


def test_earlier_signatures_are_left_free_even_where_they_look_blank() -> None:
    first = place(letter(20)).rect
    second = place(letter(20), avoid=[[first]]).rect
    assert not second.overlaps(first)
    third = place(letter(20), avoid=[[first, second]]).rect
    assert not third.overlaps(first)
    assert not third.overlaps(second)


def test_avoided_places_may_lie_anywhere() -> None:
    outside = [Rect(-500, -500, 100, 100), Rect(550, 800, 900, 900), Rect(0, 0, 0, 0)]
    assert place(letter(20), avoid=[outside]) == place(letter(20))
    everywhere = [Rect(-10, -10, 2000, 2000)]
    with pytest.raises(NoFreeSpace):
        place(letter(20), avoid=[everywhere])


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_turned_pages_with_a_crop_box(turn: int) -> None:
    """The place is on the upright page: in its lower right half, whatever the turn."""
    across = turn % 180 == 90
    box = (50.0, -60.0, 892.0, 535.0) if across else (50.0, -60.0, 645.0, 782.0)
    found = place(Page(box, turn))
    assert found.rect.x >= 280
    left, bottom, right, top = box
    mark = {
        0: (left, top - 300),
        90: (left, bottom),
        180: (left, bottom),
        270: (right - 300, bottom),
    }
    x, y = mark[turn]  # 300 points at the top of the upright page
    width, height = (right - left, 300) if not across else (300, top - bottom)
    grey = b"0.3 g %f %f %f %f re f" % (x, y, width, height)
    below = place(Page(box, turn, grey))
    assert 500 < below.rect.top < 842 - 300


def test_a_frame_around_the_page() -> None:
    frame = b"2 w 20 20 555 802 re S 15 15 565 812 re S\n"
    found = place(letter(20, frame))
    assert found.rect.inside(Rect(24, 24, 547, 794))


def test_a_table_keeps_its_cells() -> None:
    """Grid lines are ink: no stamp crosses them; hairlines of pale grey too."""
    grid = b"0.85 G 0.4 w " + b" ".join(b"40 %d m 555 %d l S" % (y, y) for y in range(120, 500, 24))
    found = place(letter(15, grid))
    assert found.rect.top < 120


def test_pale_type_is_ink() -> None:
    found = place(letter(10, b"0.8 g " + text(300, 570, 250, 20)))
    assert found.rect.top < 570 - 14 * 19


def test_a_watermark_all_over_the_page_may_be_covered() -> None:
    mark = b"0.92 g " + b" ".join(b"%d 0 14 842 re" % x for x in range(0, 595, 40)) + b" f 0 g\n"
    page = Page(A4, content=mark + text(70, 800, 460, 20))
    data = pdf(page)
    with open_rendered(data) as document:
        found = find_place(document, SIZE)
    assert found.rect.top < 800 - 14 * 19


def test_white_type_on_dark_paper() -> None:
    dark = b"0.05 g 0 0 595 842 re f 1 g " + text(70, 800, 460, 30)
    with open_rendered(pdf(Page(A4, content=dark))) as document:
        found = find_place(document, SIZE)
    assert found.rect.top < 800 - 14 * 29


# -- scans ---------------------------------------------------------------------------------------


def scanned(noise: int, shade: bool = True) -> bytes:
    """A page as a scanner sees it, 100 dots an inch: grey, uneven, speckled, dark at two edges."""
    dice = random.Random(7)
    width, height = 827, 1170
    paper = Image.new("L", (width, height), 228)
    pen = ImageDraw.Draw(paper)
    if shade:
        for y in range(height):
            pen.line((0, y, width, y), fill=232 - 30 * y // height)
    for line in range(26):
        for x in range(100, 730, 7):
            pen.rectangle((x, 120 + line * 20, x + 3, 130 + line * 20), fill=60)
    pen.rectangle((0, 0, 12, height), fill=30)
    pen.rectangle((0, 0, width, 8), fill=50)
    for _ in range(60):  # specks of dust
        x, y = dice.randrange(width), dice.randrange(height)
        pen.point((x, y), fill=40)
    grain = Image.frombytes("L", (width, height), dice.randbytes(width * height))
    paper = Image.blend(paper, grain, noise / 255).filter(ImageFilter.GaussianBlur(0.6))
    out = io.BytesIO()
    paper.save(out, "JPEG", quality=60)
    entries = b"/Type/XObject/Subtype/Image/Width 827/Height 1170/BitsPerComponent 8"
    entries += b"/ColorSpace/DeviceGray/Filter/DCTDecode"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
    page += b"/Resources<</XObject<</I 5 0 R>>>>>>"
    contents = handmade.stream(b"", b"q 595 0 0 842 0 0 cm /I Do Q")
    image = handmade.stream(entries, out.getvalue())
    return handmade.table({1: handmade.CATALOG, 2: handmade.PAGES, 3: page, 4: contents, 5: image})


@pytest.mark.parametrize("noise", [0, 20, 40])
@pytest.mark.parametrize("shade", [False, True])
def test_a_scan_has_free_space(noise: int, shade: bool) -> None:
    with open_rendered(scanned(noise, shade)) as document:
        found = find_place(document, SIZE)
    last_line = 842 - (130 + 25 * 20) * 842 / 1170
    assert found.rect.top < last_line
    assert found.rect.x > 250


def test_a_photograph_is_no_paper() -> None:
    dice = random.Random(3)
    data = dice.randbytes(60 * 85)
    entries = b"/Type/XObject/Subtype/Image/Width 60/Height 85/BitsPerComponent 8"
    entries += b"/ColorSpace/DeviceGray/Filter/FlateDecode"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
    page += b"/Resources<</XObject<</I 5 0 R>>>>>>"
    contents = handmade.stream(b"", b"q 595 0 0 842 0 0 cm /I Do Q")
    image = handmade.stream(entries, zlib.compress(data))
    file = handmade.table({1: handmade.CATALOG, 2: handmade.PAGES, 3: page, 4: contents, 5: image})
    with open_rendered(file) as document, pytest.raises(NoFreeSpace):
        find_place(document, SIZE)


def test_a_poster_is_looked_at_coarsely(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = []
    real = placement._tones

    def watched(picture: Image.Image) -> tuple[Image.Image, bool]:
        sizes.append(picture.width * picture.height)
        return real(picture)

    monkeypatch.setattr(placement, "_tones", watched)
    place(Page((0, 0, 6000, 8000)), size=(900, 300))
    assert max(sizes) < 1.02 * placement.MAX_PIXELS


@given(
    st.lists(
        st.tuples(
            st.integers(0, 560), st.integers(0, 800), st.integers(3, 300), st.integers(3, 200)
        ),
        max_size=12,
    ),
    st.sampled_from([(200.0, 70.0), (131.5, 47.25), (260.0, 90.0)]),
)
def test_never_on_ink(blots: list[tuple[int, int, int, int]], size: tuple[float, float]) -> None:
    ink = b" ".join(b"%d %d %d %d re" % blot for blot in blots) + b" f" if blots else b""
    try:
        place(Page(A4, content=ink), size=size)  # it checks
    except NoFreeSpace:
        assert blots


# -- planted bugs --------------------------------------------------------------------------------

PLANTED = {
    "ink is not seen": (
        "app.crypto.pdf.placement._tones",
        lambda picture: (picture.point(lambda _: 0), True),
        test_below_the_last_line_at_the_right,
    ),
    "signatures are not avoided": (
        "app.crypto.pdf.placement._take",
        lambda *_: None,
        test_earlier_signatures_are_left_free_even_where_they_look_blank,
    ),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_planted_bugs_turn_these_tests_red(planted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    target, bug, test = PLANTED[planted]
    monkeypatch.setattr(target, bug)
    with pytest.raises(AssertionError):
        test()
