"""Points to pixels and back, on pages of any size."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.model import Rect
from app.state import layout

side = st.floats(10, 3000)
sizes = st.lists(st.tuples(side, side), min_size=1, max_size=12).map(tuple)
A4 = (595.0, 842.0)


@given(sizes, st.floats(50, 4000), st.data())
def test_a_point_goes_to_the_screen_and_back(
    pages: tuple[tuple[float, float], ...], width: float, data: st.DataObject
) -> None:
    shown = layout.column(pages, width)
    page = data.draw(st.integers(0, len(pages) - 1))
    wide, high = pages[page]
    x, y = data.draw(st.floats(0, wide)), data.draw(st.floats(0, high))
    left, top, _, _ = shown.to_pixels(page, Rect(x, y, 0, 0))
    back = shown.to_points(page, left, top - shown.tops[page])
    assert abs(back[0] - x) < 1e-6 * max(wide, 1)
    assert abs(back[1] - y) < 1e-6 * max(high, 1)


@given(sizes, st.floats(50, 4000), st.floats(-100, 100_000), st.floats(1, 3000))
def test_what_is_visible_is_what_the_window_touches(
    pages: tuple[tuple[float, float], ...], width: float, offset: float, height: float
) -> None:
    shown = layout.column(pages, width)
    seen = shown.visible(offset, height)
    assert 0 <= seen.start < seen.stop <= len(pages)
    for page in range(len(pages)):
        top = shown.tops[page]
        inside = top < offset + height and top + shown.page_height(page) > offset
        assert not inside or page in seen


def test_pages_lie_below_each_other_all_as_wide() -> None:
    shown = layout.column((A4, (842.0, 595.0)), 595.0)
    assert shown.tops == (0, 842 + layout.GAP, 842 + 2 * layout.GAP + 595 * 595 / 842)
    assert shown.height == 842 + layout.GAP + 595 * 595 / 842
    assert [shown.page_at(offset) for offset in (-5, 0, 841, 860, 99_999)] == [0, 0, 0, 1, 1]


@given(st.floats(-500, 4000), st.floats(-500, 4000), side, side, side, side)
def test_a_stamp_never_leaves_its_page(
    x: float, y: float, width: float, height: float, wide: float, high: float
) -> None:
    page = Rect(0, 0, wide, high)
    rect = Rect(x, y, width, height)
    for placed in (
        layout.within(rect, (wide, high)),
        layout.around(x, y, (width, height), (wide, high)),
        layout.snapped(rect, (wide, high)),
    ):
        assert placed.inside(page)


def test_a_stamp_snaps_to_the_margins_and_the_middle() -> None:
    near = Rect(layout.MARGIN + 4, layout.MARGIN - 4, 200, 70)
    assert layout.snapped(near, A4) == Rect(layout.MARGIN, layout.MARGIN, 200, 70)
    middle = Rect((595 - 200) / 2 - 3, 400, 200, 70)
    assert layout.snapped(middle, A4).x == (595 - 200) / 2
    far = Rect(100, 300, 200, 70)
    assert layout.snapped(far, A4) == far


def test_a_corner_stops_at_the_page_and_at_what_can_be_read() -> None:
    rect, least = Rect(300, 100, 200, 70), (150.0, 50.0)
    assert layout.resized(rect, 50, 20, A4, least) == Rect(300, 80, 250, 90)
    assert layout.resized(rect, -500, -500, A4, least) == Rect(300, 120, 150, 50)
    assert layout.resized(rect, 5000, 5000, A4, least) == Rect(300, 0, 295, 170)


def test_zoom_goes_step_by_step_and_ends() -> None:
    assert layout.next_zoom(1.0, 1) == 1.25
    assert layout.next_zoom(1.0, -1) == 0.75
    assert layout.next_zoom(1.1, 1) == 1.25
    assert layout.next_zoom(4.0, 1) == 4.0
    assert layout.next_zoom(0.5, -1) == 0.5
