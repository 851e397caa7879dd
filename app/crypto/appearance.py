"""Where a signature shows on the page, and how: the widget's page, /Rect and appearance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

from app.crypto import certificates
from app.crypto.pdf.document import PdfFile
from app.crypto.pdf.forms import MAX_FIELD_DEPTH, SignatureField
from app.crypto.pdf.geometry import PageGeometry, box, geometry
from app.crypto.pdf.objects import Dict, Name, NewStream, Object, Real, Ref, Stream
from app.crypto.pdf.update import Update
from app.errors import DamagedPdf, PageNotFound, StampCoversSignature, StampOutsidePage
from app.model import Place, Rect, SignRequest, Stamp

_NOWHERE = (0.0, 0.0, 0.0, 0.0)
_INVISIBLE: list[Object] = [0, 0, 0, 0]  # a widget without area is not shown (12.7.5.5)


@dataclass(frozen=True, slots=True)
class Look:
    """`form` is the form XObject for /AP /N; `place` None where nothing is seen."""

    page: Ref
    rect: list[Object]
    form: Ref | None = None
    place: Place | None = None


def for_new_field(
    pdf: PdfFile,
    data: bytes | BinaryIO,
    update: Update,
    request: SignRequest,
    chain: tuple[bytes, ...],
) -> Look:
    """Place the stamp by the request, or leave the field invisible on the first page."""
    stamp = request.stamp
    if stamp is None:
        page, _ = _page(pdf, 1)
        return Look(page, _INVISIBLE, _blank(pdf, update))
    place = stamp.place or _free_place(
        pdf, data, stamp, certificates.label(chain), request.password
    )
    page, entries = _page(pdf, place.page)
    shape = geometry(pdf, entries)
    _check_place(pdf, page, shape, place.rect)
    form = _draw(pdf, update, stamp, chain, place.rect, shape)
    return Look(page, shape.to_user(place.rect), form, place)


def for_existing_field(
    pdf: PdfFile,
    update: Update,
    request: SignRequest,
    chain: tuple[bytes, ...],
    field: SignatureField,
) -> Look:
    """Draw the stamp into the field's own rectangle; its place was decided by whoever made it."""
    number, page, shape = _page_of(pdf, field.widget)
    given = pdf.get_dict(field.widget).get(Name("Rect"))
    corners = box(pdf, given) or _NOWHERE
    rect = shape.from_user(corners)
    if request.stamp is None or not rect.width * rect.height:
        return Look(page, _INVISIBLE)  # the author of the field wanted it unseen
    form = _draw(pdf, update, request.stamp, chain, rect, shape)
    return Look(page, _INVISIBLE, form, Place(number, rect))


def empty(pdf: PdfFile, update: Update, place: Place | None) -> Look:
    """The look of a field that nobody has signed yet."""
    page, entries = _page(pdf, place.page if place else 1)
    if place is None:
        return Look(page, _INVISIBLE, _blank(pdf, update))
    shape = geometry(pdf, entries)
    _check_place(pdf, page, shape, place.rect)
    size = place.rect.width, place.rect.height
    return Look(page, shape.to_user(place.rect), _blank(pdf, update, size), place)


def _page(pdf: PdfFile, number: int) -> tuple[Ref, Dict]:
    count = 0
    for count, page in enumerate(pdf.pages(), 1):
        if count == number:
            return page
    if not count:
        raise DamagedPdf(what="it has no pages")
    raise PageNotFound(page=number, pages=count)


def _page_of(pdf: PdfFile, widget: Ref) -> tuple[int, Ref, PageGeometry]:
    """The page that lists the widget, else the one that its /P names, else the first."""
    named = pdf.get_dict(widget).get(Name("P"))
    second: tuple[int, Ref, PageGeometry] | None = None
    for number, (ref, page) in enumerate(pdf.pages(), 1):
        if widget in pdf.get_list(page.get(Name("Annots"))):
            return number, ref, geometry(pdf, page)
        if second is None or ref == named:
            second = number, ref, geometry(pdf, page)
    if second is None:
        raise DamagedPdf(what="it has no pages")
    return second


def _check_place(pdf: PdfFile, page: Ref, shape: PageGeometry, rect: Rect) -> None:
    if rect.width <= 0 or rect.height <= 0 or not rect.inside(shape.bounds):
        raise StampOutsidePage
    if any(rect.overlaps(taken) for taken in signature_places(pdf, pdf.get_dict(page), shape)):
        raise StampCoversSignature


def signature_places(pdf: PdfFile, page: Dict, shape: PageGeometry) -> list[Rect]:
    """The visible signature widgets of a page, on the upright page."""
    found = []
    for item in pdf.get_list(page.get(Name("Annots"))):
        widget = pdf.get_dict(item)
        left, bottom, right, top = corners = box(pdf, widget.get(Name("Rect"))) or _NOWHERE
        if left < right and bottom < top and _is_signature(pdf, widget):
            found.append(shape.from_user(corners))
    return found


def _is_signature(pdf: PdfFile, field: Dict) -> bool:
    """Whether it is of the type /Sig, or inherits it (12.7.4.1)."""
    for _ in range(MAX_FIELD_DEPTH):
        if Name("FT") in field or Name("Parent") not in field:
            break
        field = pdf.get_dict(field[Name("Parent")])
    return pdf.get(field.get(Name("FT"))) == "Sig"


def _free_place(
    pdf: PdfFile, data: bytes | BinaryIO, stamp: Stamp, label: str, password: str
) -> Place:
    from app.crypto.pdf import placement
    from app.crypto.pdf.rendering import open_rendered
    from app.crypto.pdf.stamp import default_size

    avoid = [signature_places(pdf, page, geometry(pdf, page)) for _, page in pdf.pages()]
    with open_rendered(data, password) as rendered:
        return placement.find_place(rendered, default_size(stamp, label), avoid)


def _draw(
    pdf: PdfFile,
    update: Update,
    stamp: Stamp,
    chain: tuple[bytes, ...],
    rect: Rect,
    shape: PageGeometry,
) -> Ref:
    from app.crypto.pdf.stamp import draw

    label = certificates.label(chain)
    size = (rect.width, rect.height)
    return draw(update.add, stamp, label, size, shape.turn, _calibrated(pdf))


def _calibrated(pdf: PdfFile) -> bool:
    """Whether grey must be calibrated: PDF/A without an output intent has no device colours."""
    if not _claims_pdfa(pdf):
        return False
    intents = [pdf.get_dict(item) for item in pdf.get_list(pdf.catalog.get(Name("OutputIntents")))]
    return not any(intent.get(Name("S")) == "GTS_PDFA1" for intent in intents)


def _claims_pdfa(pdf: PdfFile) -> bool:
    """Whether the metadata name a PDF/A part (ISO 19005-2, 6.6.4)."""
    ref = pdf.catalog.get(Name("Metadata"))
    if not isinstance(ref, Ref) or not isinstance(pdf.get(ref), Stream):
        return False
    try:
        return b"pdfaid" in pdf.stream_data(ref)
    except DamagedPdf:
        return False  # unreadable metadata claim nothing


def _blank(pdf: PdfFile, update: Update, size: tuple[float, float] = (0.0, 0.0)) -> Ref | None:
    """An appearance that shows nothing, for PDF/A, which wants one of every field.

    ISO 19005-1, 6.9; elsewhere None.
    """
    if not _claims_pdfa(pdf):
        return None
    dictionary: Dict = {
        Name("Type"): Name("XObject"),
        Name("Subtype"): Name("Form"),
        Name("BBox"): [0, 0, *map(Real, size)],
    }
    return update.add(NewStream(dictionary, b""))
