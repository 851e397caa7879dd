"""Where a stamp goes when nobody says where: blank paper, near where a letter is signed.

An Indonesian letter is signed at the lower right, below its last line of text. A page is looked at
as a coarse grid of cells with and without ink; the paper may be grey, speckled or framed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate

from PIL import Image, ImageChops, ImageFilter

from app.crypto.pdf.rendering import RenderedPdf
from app.errors import NoFreeSpace
from app.model import Place, Rect

SCALE = 0.5  # pixels a point
CELL = 4  # pixels a side: 8 points, less than a line of text
MAX_PIXELS = 400_000  # of the picture that is looked at; a poster is looked at more coarsely
MAX_PAGES = 12  # looked at before giving up
_CLEAR = 1  # cells kept free around the stamp
_BREATH = 2  # more cells kept free below the last text, where there is room
_MARGIN = 28.0  # points; less on small pages
_NEIGHBOURHOOD = 6  # pixels, of the blur that tells a stroke from uneven paper
_CLEAN = 0.3  # of a page: where one tone covers as much, it is the paper and no scan of it
_DARK = 110  # of 255: on a scan only what is so far from the paper's tone counts without strokes
# A pixel above the first (of 255) is ink; a cell with ink on more than the second (of 255) of its
# area is taken. The second pair is for a pale watermark all over a page, or a noisy scan.
_LIMITS_CLEAN = ((16, 20), (28, 30))
_LIMITS_SCAN = ((28, 30), (45, 40))


@dataclass(frozen=True, slots=True)
class _Grid:
    """Cells of a page, the first row at the top; `sums` is its summed-area table."""

    columns: int
    rows: int
    cell: float  # points a side
    page: Rect
    sums: list[list[int]]  # sums[row][column]: cells that are taken above and left of it

    def free(self, column: int, width: int, height: int, row: int) -> bool:
        upper, lower = self.sums[row], self.sums[row + height]
        return lower[column + width] - lower[column] == upper[column + width] - upper[column]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A page as it was looked at; `tones` is 0 where it is paper, up to 255 where it is ink."""

    number: int  # from 1
    page: Rect
    tones: Image.Image
    limits: tuple[tuple[int, int], ...]
    avoid: Sequence[Rect]

    @property
    def blank(self) -> bool:
        return not self._grid(self.limits[-1]).sums[-1][-1]

    def place(self, size: tuple[float, float]) -> Place | None:
        for limits in self.limits:
            rect = _best(self._grid(limits), size)
            if rect is not None:
                return Place(self.number, rect)
        return None

    def _grid(self, limits: tuple[int, int]) -> _Grid:
        contrast, most = limits
        cells = self.tones.point([255 * (tone > contrast) for tone in range(256)]).reduce(CELL)
        columns, rows = cells.size
        taken = [share > most for share in cells.tobytes()]
        cell = CELL * self.page.width / self.tones.width
        for rect in self.avoid:
            _take(taken, columns, rows, rect, cell, self.page.height)
        return _Grid(columns, rows, cell, self.page, _sums(taken, columns))


def find_place(
    document: RenderedPdf, size: tuple[float, float], avoid: Sequence[Sequence[Rect]] = ()
) -> Place:
    """A blank rectangle of `size` (width, height in points) for the stamp.

    First the page with the last text, then the blank pages behind it, then those before it.
    `avoid` holds for each page what must not be covered even where it looks blank. Raises
    NoFreeSpace, DamagedPdf.
    """
    last = document.page_count - 1
    waiting: list[_Sheet] = []  # blank ones, until text is found before them
    for index in range(last, max(last - MAX_PAGES, -1), -1):
        sheet = _look(document, index, avoid[index] if index < len(avoid) else ())
        waiting.insert(0, sheet)
        if sheet.blank and index:
            continue
        places = filter(None, (candidate.place(size) for candidate in waiting))
        found = next(places, None)
        if found is not None:
            return found
        waiting = []
    raise NoFreeSpace


def _look(document: RenderedPdf, index: int, avoid: Sequence[Rect]) -> _Sheet:
    width, height = document.page_size(index)
    scale = min(SCALE, math.sqrt(MAX_PIXELS / (width * height)))
    tones, clean = _tones(document.render(index, scale, gray=True))
    limits = _LIMITS_CLEAN if clean else _LIMITS_SCAN
    return _Sheet(index + 1, Rect(0, 0, width, height), tones, limits, avoid)


def _tones(picture: Image.Image) -> tuple[Image.Image, bool]:
    """How much each pixel is ink, and whether the paper, the most common tone, is even."""
    counts = picture.histogram()
    paper = max(range(len(counts)), key=counts.__getitem__)
    clean = counts[paper] > _CLEAN * sum(counts)
    apart = [abs(tone - paper) for tone in range(256)]
    solid = picture.point(apart if clean else [255 * (far > _DARK) for far in apart])
    around = picture.filter(ImageFilter.BoxBlur(_NEIGHBOURHOOD))
    return ImageChops.lighter(ImageChops.subtract(around, picture), solid), clean


def _take(
    taken: list[bool], columns: int, rows: int, rect: Rect, cell: float, height: float
) -> None:
    left, right = max(int(rect.x // cell), 0), min(math.ceil(rect.right / cell), columns)
    top, bottom = max(int((height - rect.top) // cell), 0), math.ceil((height - rect.y) / cell)
    for row in range(top, min(bottom, rows)):
        for column in range(left, right):
            taken[row * columns + column] = True


def _sums(taken: list[bool], columns: int) -> list[list[int]]:
    """The summed-area table: any rectangle of cells is then counted by four look-ups."""
    sums = [[0] * (columns + 1)]
    for start in range(0, len(taken), columns):
        row = accumulate(taken[start : start + columns], initial=0)
        sums.append([above + here for above, here in zip(sums[-1], row, strict=True)])
    return sums


def _best(grid: _Grid, size: tuple[float, float]) -> Rect | None:
    """Right half first, then anywhere; there the lowest blank area, and its top."""
    width = math.ceil(size[0] / grid.cell) + 2 * _CLEAR
    height = math.ceil(size[1] / grid.cell) + 2 * _CLEAR
    margin = math.ceil(_margin(grid.page) / grid.cell) - _CLEAR
    margin = max(margin, 0)
    last = grid.columns - margin - width
    if last < margin:
        return None
    middle = max(min(grid.columns // 2 - _CLEAR, last), margin)
    for columns in (range(middle, last + 1), range(middle - 1, margin - 1, -1)):
        found = max(_lowest(grid, columns, width, height, margin), default=None)
        if found is not None:
            row, _, column = found
            return _centred(grid, column, row, width, height, size)
    return None


def _margin(page: Rect) -> float:
    return min(_MARGIN, 0.05 * min(page.width, page.height))


def _lowest(
    grid: _Grid, columns: range, width: int, height: int, margin: int
) -> Iterator[tuple[int, int, int]]:
    """(row, preference, column) near the top of the lowest blank area, where there is one.

    Within that area a stamp goes below the text of the whole page's width, not beside it, as long
    as there is room.
    """
    bottom = grid.rows - margin - height
    for preference, column in enumerate(columns):
        area = _area(range(bottom, margin - 1, -1), partial(grid.free, column, width, height))
        if area is None:
            continue
        below = _area(area, partial(grid.free, margin, grid.columns - 2 * margin, height)) or area
        yield min(below[-1] + _BREATH, below[0]), -preference, column


def _area(rows: range, free: Callable[[int], bool]) -> range | None:
    """The first rows in a row, on the way up, at which there is room."""
    first = next((row for row in rows if free(row)), None)
    if first is None:
        return None
    last = first
    while last > rows[-1] and free(last - 1):
        last -= 1
    return range(first, last - 1, -1)


def _centred(
    grid: _Grid, column: int, row: int, width: int, height: int, size: tuple[float, float]
) -> Rect:
    """`size` in the middle of a rectangle of cells."""
    left = column * grid.cell + (width * grid.cell - size[0]) / 2
    top = grid.page.height - row * grid.cell - (height * grid.cell - size[1]) / 2
    return Rect(left, top - size[1], size[0], size[1])
