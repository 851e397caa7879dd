"""Check 5: whether the widget of a new signature covers what was on the page before it.

A stamp may stand on blank paper, and lines may show through it. What was there must stay visible:
a signer who hides or whites out a sentence has changed the letter, whoever signs for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import TYPE_CHECKING

from app.crypto.pdf.document import PdfFile
from app.crypto.pdf.geometry import Box, box, geometry
from app.crypto.pdf.objects import Dict, Name, Ref
from app.crypto.pdf.source import as_file
from app.crypto.verify import reasons
from app.crypto.verify.diff import Change
from app.crypto.verify.history import Step
from app.crypto.verify.reasons import Failure
from app.model import Place

if TYPE_CHECKING:
    from PIL import Image

    from app.crypto.pdf.rendering import RenderedPdf

SCALE = 2.0  # pixels a point: a full stop in 8 point type has four
INK = 40  # of 255: what differs so much from the paper is content
CHANGED = 60  # of 255: content that differs so much was covered
FORGIVEN = 3  # pixels: rims are drawn a little differently at each drawing
_NO_VIEW = 32  # annotation flag: prints, and is not seen on the screen (12.5.3)


def check(step: Step, changes: Sequence[Change], password: str = "") -> None:
    """Raise Failure where a new signature covers earlier content."""
    shown = list(_shown(step.new, changes))
    if not shown:
        return
    from app.crypto.pdf.rendering import open_rendered

    with (
        open_rendered(as_file(step.old.source), password) as before,
        open_rendered(as_file(step.new.source), password) as after,
    ):
        for place, printed in product(shown, (False, True)):
            one, two = (_picture(pages, place, printed) for pages in (before, after))
            if one.size != two.size or covered(one, two) > FORGIVEN:
                raise Failure(reasons.COVERED(place.page, (place.rect,)))


def _shown(pdf: PdfFile, changes: Sequence[Change]) -> Iterator[Place]:
    """Where the widgets of new signatures are on their pages, of those that show anything."""
    new = (ref for change in changes if change.kind == "new signature" for ref in change.widgets)
    widgets = {ref for ref in new if _area(box(pdf, pdf.get_dict(ref).get(Name("Rect"))))}
    for number, (_, page) in enumerate(pdf.pages() if widgets else (), 1):
        for item in pdf.get_list(page.get(Name("Annots"))):
            if isinstance(item, Ref) and item in widgets:
                yield _place(pdf, number, page, pdf.get_dict(item))


def _area(corners: Box | None) -> float:
    return (corners[2] - corners[0]) * (corners[3] - corners[1]) if corners else 0.0


def _place(pdf: PdfFile, number: int, page: Dict, widget: Dict) -> Place:
    corners = box(pdf, widget.get(Name("Rect"))) or (0.0, 0.0, 0.0, 0.0)
    place = Place(number, geometry(pdf, page).from_user(corners))
    flags = pdf.get(widget.get(Name("F"), 0))
    if not isinstance(flags, int) or flags & _NO_VIEW:
        raise Failure(reasons.COVERED(number, (place.rect,)))
    return place


def covered(before: Image.Image, after: Image.Image) -> int:
    """How many pixels of content are no longer what they were; both are 8-bit gray."""
    from PIL import ImageChops

    histogram = before.histogram()
    paper = max(range(256), key=histogram.__getitem__)
    ink = before.point([255 if abs(level - paper) > INK else 0 for level in range(256)])
    moved = ImageChops.difference(before, after).point(
        [255 if level > CHANGED else 0 for level in range(256)]
    )
    return ImageChops.darker(ink, moved).histogram()[255]


def _picture(pages: RenderedPdf, place: Place, printed: bool) -> Image.Image:
    """What a page shows where the widget is."""
    picture = pages.render(place.page - 1, SCALE, gray=True, printed=printed)
    scale = picture.width / pages.page_size(place.page - 1)[0]  # lower on very large pages
    rect = place.rect
    left, right = (round(side * scale) for side in (rect.x, rect.right))
    upper, lower = (picture.height - round(side * scale) for side in (rect.top, rect.y))
    return picture.crop(
        (max(0, left), max(0, upper), min(picture.width, right), min(picture.height, lower))
    )
