"""Between the upright page that a person sees and its user space (ISO 32000-2, 8.3)."""

from __future__ import annotations

from dataclasses import dataclass

from app.crypto.pdf.document import PdfFile
from app.crypto.pdf.objects import Dict, Name, Object, Real
from app.model import Rect

_LETTER = (0.0, 0.0, 612.0, 792.0)  # what readers assume where /MediaBox is missing
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class PageGeometry:
    """`crop` is left, bottom, right, top in user space; `turn` is 0, 90, 180 or 270, clockwise."""

    crop: Box
    turn: int

    @property
    def bounds(self) -> Rect:
        """The whole upright page, in points."""
        width, height = self.crop[2] - self.crop[0], self.crop[3] - self.crop[1]
        return Rect(0, 0, *((height, width) if self.turn % 180 else (width, height)))

    def to_user(self, rect: Rect) -> list[Object]:
        """A rectangle on the upright page as a /Rect array."""
        left, bottom, right, top = self.crop
        if self.turn == 90:
            corners = (right - rect.top, bottom + rect.x, right - rect.y, bottom + rect.right)
        elif self.turn == 180:
            corners = (right - rect.right, top - rect.top, right - rect.x, top - rect.y)
        elif self.turn == 270:
            corners = (left + rect.y, top - rect.right, left + rect.top, top - rect.x)
        else:
            corners = (left + rect.x, bottom + rect.y, left + rect.right, bottom + rect.top)
        return [Real(corner) for corner in corners]

    def from_user(self, box: Box) -> Rect:
        """A /Rect as it lies on the upright page."""
        left, bottom, right, top = self.crop
        width, height = box[2] - box[0], box[3] - box[1]
        if self.turn == 90:
            return Rect(box[1] - bottom, right - box[2], height, width)
        if self.turn == 180:
            return Rect(right - box[2], top - box[3], width, height)
        if self.turn == 270:
            return Rect(top - box[3], box[0] - left, height, width)
        return Rect(box[0] - left, box[1] - bottom, width, height)


def box(pdf: PdfFile, value: Object) -> Box | None:
    """A rectangle array with its corners in order, or None where it is none (7.9.5)."""
    numbers = [pdf.get(item) for item in pdf.get_list(value)]
    plain = [float(number) for number in numbers if isinstance(number, int | float)]
    if len(plain) != 4:
        return None
    left, right = sorted((plain[0], plain[2]))
    bottom, top = sorted((plain[1], plain[3]))
    return left, bottom, right, top


def geometry(pdf: PdfFile, page: Dict) -> PageGeometry:
    """The crop box within the media box, and the turn, as readers show the page (14.11.2)."""
    media = box(pdf, page.get(Name("MediaBox"))) or _LETTER
    if media[0] == media[2] or media[1] == media[3]:
        media = _LETTER
    crop = box(pdf, page.get(Name("CropBox"))) or media
    crop = (max(crop[0], media[0]), max(crop[1], media[1]),
            min(crop[2], media[2]), min(crop[3], media[3]))  # fmt: skip
    if crop[0] >= crop[2] or crop[1] >= crop[3]:
        crop = media
    turn = pdf.get(page.get(Name("Rotate")))
    return PageGeometry(crop, int(turn) % 360 // 90 * 90 if isinstance(turn, int | float) else 0)
