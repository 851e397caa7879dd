"""Check 5: where a page looks different from what was signed, so that a person can be shown it.

Drawn by PDFium before and after. This only illustrates a verdict that is already `altered`: a
change that cannot be seen is still a change.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import TYPE_CHECKING

from app.crypto.pdf.document import PdfFile
from app.crypto.pdf.rendering import RenderedPdf, open_rendered
from app.crypto.pdf.source import as_file
from app.errors import TekenError
from app.model import Rect

if TYPE_CHECKING:
    from PIL import Image

MAX_PAGES = 40  # pages compared, those with changed objects first
MAX_SHOWN = 5  # pages reported
MAX_RECTS = 12  # on one page; more are joined into one
SCALE = 1.0  # pixels a point
CELL = 10  # pixels: differences closer than that are one rectangle
_VISIBLE = 40  # of 255

Difference = tuple[int, tuple[Rect, ...]]


def differences(old: PdfFile, new: PdfFile, password: str = "") -> list[Difference]:
    """Pages (from 1) that look different, each with where; empty where none could be drawn."""
    try:
        with (
            open_rendered(as_file(old.source), password) as before,
            open_rendered(as_file(new.source), password) as after,
        ):
            return _compare(_candidates(old, new), before, after)
    except TekenError:
        return []


def _candidates(old: PdfFile, new: PdfFile) -> list[int]:
    """Page numbers, pages that are other objects or were written anew first."""
    pages = [[ref for ref, _ in pdf.pages()] for pdf in (old, new)]
    changed: list[int] = []
    same: list[int] = []
    for number, (one, two) in enumerate(zip_longest(*pages), 1):
        kept = one == two and one is not None and old.find(one.number) == new.find(one.number)
        (same if kept else changed).append(number)
    return [*changed, *same][:MAX_PAGES]


def _compare(numbers: list[int], before: RenderedPdf, after: RenderedPdf) -> list[Difference]:
    found: list[Difference] = []
    for number in numbers:
        rects = _page(number - 1, before, after)
        if rects:
            found.append((number, rects))
        if len(found) == MAX_SHOWN:
            break
    return sorted(found)


def _page(index: int, before: RenderedPdf, after: RenderedPdf) -> tuple[Rect, ...]:
    if index >= min(before.page_count, after.page_count):
        pages = after if index < after.page_count else before
        return (Rect(0, 0, *pages.page_size(index)),)
    one, two = (pages.render(index, SCALE, gray=True) for pages in (before, after))
    if one.size != two.size:
        return (Rect(0, 0, *after.page_size(index)),)
    return tuple(_rects(one, two))


def _rects(one: Image.Image, two: Image.Image) -> Iterator[Rect]:
    """Rectangles around neighbouring differences."""
    from PIL import ImageChops

    mask = ImageChops.difference(one, two).point([255 * (level > _VISIBLE) for level in range(256)])
    area = mask.getbbox()
    if area is None:
        return
    cells = _cells(mask)
    boxes = list(_groups(cells))
    if len(boxes) > MAX_RECTS:
        boxes = [(area[0] // CELL, area[1] // CELL, area[2] // CELL + 1, area[3] // CELL + 1)]
    height = one.height / SCALE
    for left, top, right, bottom in boxes:
        size = (right - left) * CELL / SCALE, (bottom - top) * CELL / SCALE
        yield Rect(left * CELL / SCALE, height - bottom * CELL / SCALE, *size)


def _cells(mask: Image.Image) -> set[tuple[int, int]]:
    """The cells of a coarse grid in which something differs."""
    grid = mask.reduce(CELL)
    return {(at % grid.width, at // grid.width) for at, level in enumerate(grid.tobytes()) if level}


def _groups(cells: set[tuple[int, int]]) -> Iterator[tuple[int, int, int, int]]:
    left = set(cells)
    while left:
        stack, group = [left.pop()], []
        while stack:
            column, row = stack.pop()
            group.append((column, row))
            near = {(column + x, row + y) for x in (-1, 0, 1) for y in (-1, 0, 1)} & left
            left -= near
            stack += near
        columns, rows = zip(*group, strict=True)
        yield min(columns), min(rows), max(columns) + 1, max(rows) + 1
