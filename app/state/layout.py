"""Where pages and stamps lie on the screen: plain arithmetic between points and pixels."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate

from app.model import Rect

GAP = 12.0  # pixels between two pages
MARGIN = 56.7  # points, 2 cm: where a stamp snaps to
SNAP = 6.0  # points
ZOOMS = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0)

Size = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Layout:
    """Pages one below the other, each `width` pixels wide. Pages count from 0 here."""

    width: float
    sizes: tuple[Size, ...]  # of the upright pages, in points
    tops: tuple[float, ...]  # pixels from the top of the first page, one more than pages

    @property
    def height(self) -> float:
        return max(self.tops[-1] - GAP, 0)

    def page_height(self, page: int) -> float:
        """Pixels."""
        return self.tops[page + 1] - self.tops[page] - GAP

    def scale(self, page: int) -> float:
        """Pixels a point."""
        return self.width / self.sizes[page][0]

    def page_at(self, offset: float) -> int:
        """The page that covers `offset` pixels from the top, or the nearest."""
        return min(max(bisect_right(self.tops, offset) - 1, 0), len(self.sizes) - 1)

    def visible(self, offset: float, height: float) -> range:
        """The pages that a window of `height` pixels at `offset` shows."""
        return range(self.page_at(offset), self.page_at(offset + max(height, 1)) + 1)

    def to_points(self, page: int, x: float, y: float) -> tuple[float, float]:
        """From pixels below the page's top-left corner to points above its bottom-left corner."""
        scale = self.scale(page)
        return x / scale, self.sizes[page][1] - y / scale

    def to_pixels(self, page: int, rect: Rect) -> tuple[float, float, float, float]:
        """(left, top, width, height) within the whole column of pages."""
        scale = self.scale(page)
        top = self.tops[page] + (self.sizes[page][1] - rect.top) * scale
        return rect.x * scale, top, rect.width * scale, rect.height * scale


def column(sizes: tuple[Size, ...], width: float) -> Layout:
    """Lay pages out below each other, all as wide as `width` pixels."""
    heights = (width * high / wide + GAP for wide, high in sizes)
    return Layout(width, sizes, (0.0, *accumulate(heights)))


def within(rect: Rect, page: Size) -> Rect:
    """`rect` moved, and where need be shrunk, to lie on the page."""
    width, height = min(rect.width, page[0]), min(rect.height, page[1])
    x = min(max(rect.x, 0.0), page[0] - width)
    y = min(max(rect.y, 0.0), page[1] - height)
    return Rect(x, y, width, height)


def around(x: float, y: float, size: Size, page: Size) -> Rect:
    """A rectangle of `size` with (x, y) in its middle, on the page."""
    width, height = size
    return within(Rect(x - width / 2, y - height / 2, width, height), page)


def snapped(rect: Rect, page: Size) -> Rect:
    """`rect`, drawn to a page margin or the middle of the page where it is close to one."""
    x = _snap(rect.x, (MARGIN, (page[0] - rect.width) / 2, page[0] - MARGIN - rect.width))
    y = _snap(rect.y, (MARGIN, page[1] - MARGIN - rect.height))
    return within(Rect(x, y, rect.width, rect.height), page)


def _snap(value: float, lines: tuple[float, ...]) -> float:
    nearest = min(lines, key=lambda line: abs(line - value))
    return nearest if abs(nearest - value) <= SNAP else value


def resized(rect: Rect, right: float, down: float, page: Size, least: Size) -> Rect:
    """`rect` with its bottom-right corner moved by points, at least `least` large on the page."""
    width = min(max(rect.width + right, least[0]), page[0] - rect.x)
    height = min(max(rect.height + down, least[1]), rect.top)
    return Rect(rect.x, rect.top - height, width, height)


def next_zoom(zoom: float, step: int) -> float:
    """The next smaller (`step` -1) or larger (+1) of the usual zooms."""
    usual = [z for z in ZOOMS if (z > zoom + 0.01 if step > 0 else z < zoom - 0.01)]
    if not usual:
        return zoom
    return usual[0] if step > 0 else usual[-1]
