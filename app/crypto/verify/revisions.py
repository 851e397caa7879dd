"""Check 1: which fields are signed now, and whether one was signed before and is not any more."""

from __future__ import annotations

from app.crypto.pdf.document import PdfFile
from app.crypto.pdf.forms import SignatureField, read_form
from app.crypto.pdf.objects import Name, Ref
from app.errors import LimitExceeded

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


def were_signed(pdf: PdfFile) -> bool:
    """Whether an older revision holds a signature, asked where the newest one has none.

    Where one is left, what became of the others is seen by comparing with what that one signed.
    """
    for start in range(1, min(len(pdf.sections), MAX_REVISIONS)):
        older = pdf.as_of(start)
        if older is not None and signed_fields(older):
            return True
    return False
