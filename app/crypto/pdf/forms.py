"""Signature fields: which there are, which are signed, what earlier signatures forbid.

ISO 32000-2, 12.7.4.5 (fields), 12.8.2 (DocMDP, FieldMDP), 12.7.5.5 (lock dictionaries).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.crypto.pdf.document import MAX_FIELDS, PdfFile
from app.crypto.pdf.objects import Dict, Name, Object, Ref, decode_text
from app.errors import CertifiedFinal, DamagedPdf, FieldLocked, LimitExceeded

MAX_FIELD_DEPTH = 32


@dataclass(frozen=True, slots=True)
class SignatureField:
    """A signature field. `widget` is where it shows: the field itself or its only kid."""

    name: str  # fully qualified (12.7.4.2)
    ref: Ref
    widget: Ref
    value: Object  # what /V holds; None where it is not signed

    @property
    def signed(self) -> bool:
        return self.value is not None


@dataclass(frozen=True, slots=True)
class Form:
    """The interactive form of a file, as far as a signer needs it."""

    fields: tuple[SignatureField, ...]
    names: frozenset[str]  # partial names at the top, any type: a new field must differ
    certified: int | None  # DocMDP P of the certification, or of a locked approval
    locks: tuple[Dict, ...]  # FieldMDP transform parameters of signed fields

    @property
    def empty(self) -> tuple[SignatureField, ...]:
        return tuple(field for field in self.fields if not field.signed)

    @property
    def signed(self) -> tuple[SignatureField, ...]:
        return tuple(field for field in self.fields if field.signed)

    @property
    def new_name(self) -> str:
        """A name that no field has."""
        number = 1 + len(self.fields)
        while f"Teken{number}" in self.names:
            number += 1
        return f"Teken{number}"

    @property
    def may_grow(self) -> bool:
        """Whether earlier signatures leave a new field to be added."""
        return self.certified is None and not self.locked(self.new_name)

    def locked(self, name: str) -> bool:
        """Whether a FieldMDP of an earlier signature covers the field (12.8.2.4)."""
        return any(covers(lock, name) for lock in self.locks)

    def check_open(self, name: str) -> None:
        """Raise CertifiedFinal or FieldLocked where an earlier signature forbids signing `name`."""
        if self.certified == 1:
            raise CertifiedFinal
        if self.locked(name):
            raise FieldLocked(field=name)


def covers(lock: Dict, name: str) -> bool:
    """Whether /Action and /Fields of a lock or of FieldMDP parameters name the field.

    A name covers the fields below it, too. An unknown action covers all: fail closed.
    """
    listed = lock.get(Name("Fields"))
    names = [decode_text(item) for item in listed] if isinstance(listed, list) else []
    named = any(name == item or name.startswith(item + ".") for item in names)
    action = lock.get(Name("Action"))
    if action == "Include":
        return named
    return not named if action == "Exclude" else True


def read_form(pdf: PdfFile) -> Form:
    """Read all fields. Raises DamagedPdf, LimitExceeded."""
    acroform = pdf.get_dict(pdf.catalog.get(Name("AcroForm")))
    roots = pdf.get_list(acroform.get(Name("Fields")))
    seen: set[Ref] = set()
    fields: list[SignatureField] = []
    names: set[str] = set()
    for root in roots:
        names.add(decode_text(pdf.get(pdf.get_dict(root).get(Name("T")))).split(".")[0])
        fields.extend(_walk(pdf, root, "", None, seen, 0))
    references = [
        reference
        for field in fields
        if field.signed
        for reference in pdf.get_list(pdf.get_dict(field.value).get(Name("Reference")))
    ]
    return Form(
        tuple(fields), frozenset(names), _certified(pdf, references), _locks(pdf, references)
    )


def _walk(
    pdf: PdfFile, node: Object, above: str, kind: Object, seen: set[Ref], depth: int
) -> Iterator[SignatureField]:
    if not isinstance(node, Ref):
        return  # fields are indirect objects (12.7.4.1); a direct one cannot be signed
    if node in seen or depth > MAX_FIELD_DEPTH:
        raise DamagedPdf(what="form fields that belong to two parents")
    if len(seen) > MAX_FIELDS:
        raise LimitExceeded(what="number of form fields")
    seen.add(node)
    field = pdf.get_dict(node)
    kind = pdf.get(field.get(Name("FT"), kind))
    partial = decode_text(pdf.get(field.get(Name("T"))))
    name = ".".join(part for part in (above, partial) if part)
    kids = pdf.get_list(field.get(Name("Kids")))
    below = [kid for kid in kids if pdf.get_dict(kid).keys() & {Name("T"), Name("Kids")}]
    if kind == "Sig" and not below:
        widget = next((kid for kid in kids if isinstance(kid, Ref)), node)
        yield SignatureField(name, node, widget, pdf.get(field.get(Name("V"))))
        return
    for kid in below:
        yield from _walk(pdf, kid, name, kind, seen, depth + 1)


def _certified(pdf: PdfFile, references: list[Object]) -> int | None:
    """The strictest DocMDP level in force; P defaults to 2 (Table 257)."""
    permissions = pdf.get_dict(pdf.catalog.get(Name("Perms")))
    certification = pdf.get_dict(permissions.get(Name("DocMDP")))
    mine = pdf.get_list(certification.get(Name("Reference")))
    levels = [_level(pdf, reference) for reference in [*mine, *references]]
    found = [level for level in levels if level is not None]
    if certification and not found:
        return 1  # certified, and no level can be read: the strictest
    return min(found, default=None)


def _level(pdf: PdfFile, reference: Object) -> int | None:
    entry = pdf.get_dict(reference)
    method = pdf.get(entry.get(Name("TransformMethod")))
    parameters = pdf.get_dict(entry.get(Name("TransformParams")))
    # Acrobat writes the /P of a field lock into the FieldMDP parameters
    if method != "DocMDP" and not (method == "FieldMDP" and Name("P") in parameters):
        return None
    level = pdf.get(parameters.get(Name("P"), 2))
    return level if isinstance(level, int) and level in (1, 2, 3) else 1


def _locks(pdf: PdfFile, references: list[Object]) -> tuple[Dict, ...]:
    found = []
    for reference in references:
        entry = pdf.get_dict(reference)
        if pdf.get(entry.get(Name("TransformMethod"))) == "FieldMDP":
            found.append(resolve_lock(pdf, entry.get(Name("TransformParams"))))
    return tuple(found)


def resolve_lock(pdf: PdfFile, value: Object) -> Dict:
    """A lock dictionary or FieldMDP parameters with references in them resolved."""
    lock = {key: pdf.get(item) for key, item in pdf.get_dict(value).items()}
    fields = lock.get(Name("Fields"))
    if isinstance(fields, list):
        lock[Name("Fields")] = [pdf.get(item) for item in fields]
    return lock
