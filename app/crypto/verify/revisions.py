"""Check 1: which fields are signed now, and whether one was signed before and is not any more."""

from __future__ import annotations

from app.crypto.pdf.document import PdfFile
from app.crypto.pdf.forms import SignatureField, read_form
from app.crypto.pdf.objects import Name, Ref
from app.crypto.pdf.xref import Entry
from app.errors import DamagedPdf, LimitExceeded

MAX_SIGNATURES = 256
MAX_REVISIONS = 256


def signed_fields(pdf: PdfFile) -> list[SignatureField]:
    """The signature fields that hold a value. Raises DamagedPdf, LimitExceeded."""
    fields = [field for field in read_form(pdf).fields if field.signed]
    if len(fields) > MAX_SIGNATURES:
        raise LimitExceeded(what="number of signatures")
    return fields


def value_ref(pdf: PdfFile, field: SignatureField) -> Ref | None:
    """Where the value of a field is, unless the field holds it itself."""
    given = pdf.get_dict(field.ref).get(Name("V"))
    return given if isinstance(given, Ref) else None


def one_was_removed(pdf: PdfFile, fields: list[SignatureField]) -> bool:
    """Whether an older revision holds a signature that is none of those in `fields` now.

    Whoever signs after that signs a document from which somebody else's signature is gone.
    """
    kept = {_place(pdf, field) for field in fields}
    for start in range(1, min(len(pdf.sections), MAX_REVISIONS)):
        older = pdf.as_of(start)
        if older is not None and not _signatures(older) <= kept:
            return True
    return False


def _signatures(older: PdfFile) -> set[Entry | None]:
    try:
        return {_place(older, field) for field in signed_fields(older)}
    except DamagedPdf:
        return set()  # a revision that no reader could show has shown nobody's signature


def _place(pdf: PdfFile, field: SignatureField) -> Entry | None:
    """Where the value of a field stands: a later copy of it is another one."""
    return pdf.find((value_ref(pdf, field) or field.ref).number)
