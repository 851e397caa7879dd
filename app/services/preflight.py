"""What is known of a document before anyone signs it: waiting fields, signatures, obstacles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

from app.crypto.pdf.document import PdfFile
from app.crypto.pdf.forms import Form, read_form
from app.crypto.pdf.geometry import box, geometry
from app.crypto.pdf.objects import Name, Ref
from app.crypto.pdf.oddities import Oddity, find
from app.errors import (
    N_,
    CertifiedFinal,
    DamagedPdf,
    NewFieldAfterCertification,
    PermissionDenied,
    TekenError,
    UnsupportedForm,
)
from app.model import Place


@dataclass(frozen=True, slots=True)
class EmptyField:
    """A signature field that waits; `place` None where it shows nothing."""

    name: str
    place: Place | None


@dataclass(frozen=True, slots=True)
class PreFlight:
    """`obstacle` says why the document cannot be signed; None where nothing is known to hinder.

    `fields_only`: one of `fields` may be signed, a new one may not be added. `repairable`: the
    obstacle is damage that a repair may mend.
    """

    fields: tuple[EmptyField, ...] = ()
    signatures: int = 0
    obstacle: TekenError | None = None
    fields_only: bool = False
    oddities: tuple[Oddity, ...] = ()
    repairable: bool = False


def look(file: BinaryIO, password: str) -> PreFlight:
    """Read the form as the signer will; what it would refuse becomes the obstacle."""
    try:
        pdf = PdfFile(file, password)
        form = read_form(pdf)
        waiting = [field for field in form.empty if not form.locked(field.name)]
        places = _places(pdf, {field.widget for field in waiting})
        oddities = find(pdf)
        if not any(True for _ in pdf.pages()):
            raise DamagedPdf(what=N_("it has no pages"))
    except TekenError as error:
        return PreFlight(obstacle=error, repairable=isinstance(error, DamagedPdf))
    fields = tuple(EmptyField(field.name, places.get(field.widget)) for field in waiting)
    obstacle, fields_only = _obstacle(pdf, form, bool(waiting))
    return PreFlight(fields, len(form.signed), obstacle, fields_only, oddities)


def _obstacle(pdf: PdfFile, form: Form, waiting: bool) -> tuple[TekenError | None, bool]:
    """What the signer will refuse, and whether it will refuse a new field only."""
    if pdf.catalog.get(Name("NeedsRendering")) is True:
        return UnsupportedForm(what="XFA"), False
    if form.certified == 1:
        return CertifiedFinal(), False
    may_sign = pdf.encryption is None or pdf.encryption.may_sign_existing_field
    may_add = pdf.encryption is None or pdf.encryption.may_create_field
    if not may_add and not (waiting and may_sign):
        return PermissionDenied(), False
    if not form.may_grow and not waiting:
        return NewFieldAfterCertification(), False
    return None, not (form.may_grow and may_add)


def _places(pdf: PdfFile, widgets: set[Ref]) -> dict[Ref, Place]:
    """Where widgets show, of those that show."""
    found: dict[Ref, Place] = {}
    for number, (_, page) in enumerate(pdf.pages() if widgets else (), 1):
        for item in pdf.get_list(page.get(Name("Annots"))):
            if isinstance(item, Ref) and item in widgets:
                corners = box(pdf, pdf.get_dict(item).get(Name("Rect")))
                rect = geometry(pdf, page).from_user(corners) if corners else None
                if rect and rect.width and rect.height:
                    found[item] = Place(number, rect)
    return found
