"""Pages as JPEG, with a small cache of the newest ones.

PDFium draws under its own lock, one page at a time; which pages are worth drawing is the asker's
business, so that nothing waits behind a page that has left the screen.
"""

from __future__ import annotations

import io
import threading
import weakref
from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.crypto.pdf.rendering import RenderedPdf
from app.model import Rect, Stamp

if TYPE_CHECKING:
    from PIL import Image

QUALITY = 90  # JPEG; at 1,080 pixels 5 ms, PNG takes 260
MAX_WIDTH = 3000  # pixels; a page at 400 % on a phone
CACHE_BYTES = 32 << 20
_RED, _RIM = (179, 38, 30), 3  # of an outline: colour, and pixels

Key = tuple[int, int, int]  # identity of the document, page, width


class Previews:
    """Draws pages and remembers up to `capacity` bytes of them, the longest unused go first."""

    def __init__(self, capacity: int = CACHE_BYTES) -> None:
        self._capacity = capacity
        self._used = 0
        self._lock = threading.Lock()
        self._pages: OrderedDict[Key, tuple[weakref.ref[RenderedPdf], bytes]] = OrderedDict()

    def page(self, document: RenderedPdf, page: int, width_px: int) -> bytes:
        """Page `page` (from 0) as JPEG, `width_px` pixels wide (MAX_WIDTH). Raises DamagedPdf.

        The picture of a page of extreme size is smaller: see `rendering.MAX_PIXELS`.
        """
        width_px = max(1, min(width_px, MAX_WIDTH))
        key = (id(document), page, width_px)
        known = self._known(key, document)
        if known is not None:
            return known
        picture = _jpeg(document, page, width_px)
        self._remember(key, document, picture)
        return picture

    def _known(self, key: Key, document: RenderedPdf) -> bytes | None:
        with self._lock:
            found = self._pages.get(key)
            if found is None or found[0]() is not document:  # an identity may be used again
                return None
            self._pages.move_to_end(key)
            return found[1]

    def _remember(self, key: Key, document: RenderedPdf, picture: bytes) -> None:
        with self._lock:
            before = self._pages.pop(key, None)
            self._used += len(picture) - (len(before[1]) if before else 0)
            self._pages[key] = (weakref.ref(document), picture)
            while self._used > self._capacity and len(self._pages) > 1:
                _, (_, oldest) = self._pages.popitem(last=False)
                self._used -= len(oldest)


def _jpeg(document: RenderedPdf, page: int, width_px: int) -> bytes:
    width, _ = document.page_size(page)
    return _encoded(document.render(page, width_px / width))


def _encoded(picture: Image.Image) -> bytes:
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=QUALITY)
    return target.getvalue()


def outlined(document: RenderedPdf, page: int, rects: Sequence[Rect], width_px: int) -> bytes:
    """Page `page` (from 0) as JPEG with `rects` (points) outlined in red. Raises DamagedPdf."""
    from PIL import ImageDraw

    width, height = document.page_size(page)
    scale = max(1, min(width_px, MAX_WIDTH)) / width
    picture = document.render(page, scale)
    pen = ImageDraw.Draw(picture)
    for rect in rects:
        corners = (rect.x, height - rect.top, rect.right, height - rect.y)
        left, top, right, bottom = (round(side * scale) for side in corners)
        pen.rectangle(
            (left - _RIM, top - _RIM, right + _RIM, bottom + _RIM), outline=_RED, width=_RIM
        )
    return _encoded(picture)


def stamp_picture(stamp: Stamp, label: str, size: tuple[float, float], width_px: int) -> bytes:
    """The stamp as it will print, as JPEG `width_px` pixels wide; `size` in points.

    Raises StampTooSmall, GlyphMissing, TextNotAllowed.
    """
    from app.crypto.pdf.rendering import open_rendered  # PDFium: only to show

    with open_rendered(_page_of_stamp(stamp, label, size)) as pages:
        return _jpeg(pages, 0, max(1, min(width_px, MAX_WIDTH)))


def _page_of_stamp(stamp: Stamp, label: str, size: tuple[float, float]) -> bytes:
    """A PDF of one page that is the stamp, drawn as it is drawn when signing."""
    from app.crypto.pdf import stamp as stamps  # fonts and QR: only to show
    from app.crypto.pdf.objects import Dict, Name, NewStream, Object, Real, Ref, encode

    catalog, pages, page, contents = (Ref(number, 0) for number in range(1, 5))
    objects: list[Object] = [None] * 4

    def add(value: Object) -> Ref:
        objects.append(value)
        return Ref(len(objects), 0)

    form = stamps.draw(add, stamp, label, size)
    box: list[Object] = [0, 0, Real(size[0]), Real(size[1])]
    resources: Dict = {Name("XObject"): {Name("S"): form}}
    objects[:4] = [
        {Name("Type"): Name("Catalog"), Name("Pages"): pages},
        {Name("Type"): Name("Pages"), Name("Kids"): [page], Name("Count"): 1},
        {Name("Type"): Name("Page"), Name("Parent"): pages, Name("MediaBox"): box,
         Name("Resources"): resources, Name("Contents"): contents},
        NewStream({}, b"/S Do"),
    ]  # fmt: skip
    body = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, value in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, encode(value))
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = encode({Name("Size"): len(objects) + 1, Name("Root"): catalog})
    xref = b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n%b\n" % (len(objects) + 1, table, trailer)
    return bytes(body) + xref + b"startxref\n%d\n%%%%EOF\n" % len(body)
