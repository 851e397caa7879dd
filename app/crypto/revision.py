"""What a signature adds to a file: the field and its widget, the changed page, form and catalog.

Each step refuses what must not happen, before a key is asked for anything.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO

from app.crypto import appearance
from app.crypto.field_appearances import construct_appearances
from app.crypto.keystore import SigningKey
from app.crypto.pdf import seed
from app.crypto.pdf.document import PdfFile
from app.crypto.pdf.forms import Form, SignatureField, read_form, resolve_lock
from app.crypto.pdf.objects import Dict, Name, Object, Ref, text_string
from app.crypto.pdf.page_tree import own_page
from app.crypto.pdf.update import Update
from app.crypto.text import printable
from app.errors import (
    CertifyTooLate,
    FieldAlreadySigned,
    FieldNameNotAllowed,
    FieldNotFound,
    NewFieldAfterCertification,
    PermissionDenied,
    UnsupportedForm,
)
from app.model import FieldSpec, Place, SignRequest

MAX_REASON = 200  # characters, also of the location and of a field's name
_PRINT_LOCKED = 4 | 128  # annotation flags Print and Locked (12.5.3); PDF/A demands Print
_SIGNATURES_EXIST = 1 | 2  # /SigFlags: SignaturesExist, AppendOnly (Table 225)


@dataclass(frozen=True, slots=True)
class Plan:
    """A revision that lacks only its signature: where /V points, and what it will hold."""

    update: Update
    value: Ref
    dictionary: Dict
    field: str
    place: Place | None


def plan(
    pdf: PdfFile,
    data: bytes | BinaryIO,
    request: SignRequest,
    key: SigningKey,
    random: Callable[[int], bytes],
) -> Plan:
    """Check what the file permits, then put field, stamp and references into an update."""
    form = read_form(pdf)
    if pdf.catalog.get(Name("NeedsRendering")) is True:
        raise UnsupportedForm(what="XFA")
    if request.certify and form.signed:
        raise CertifyTooLate
    field = _choose(pdf, form, request)
    lock: Dict = {}
    if field is not None:
        entries = pdf.get_dict(field.ref)
        lock = resolve_lock(pdf, entries.get(Name("Lock")))
        seed.check(pdf, pdf.get_dict(entries.get(Name("SV"))), request, key.algorithm, key.chain)
    update = Update(pdf, random)
    first = not form.signed
    if first:
        construct_appearances(pdf, data, update, request.password)
    value = update.reserve()
    added = []
    if field is None:
        name = form.new_name
        look = appearance.for_new_field(pdf, data, update, request, key.chain)
        if first:  # later a change of the page tree would break earlier signatures
            look = _on_its_own_page(pdf, update, look)
        added.append(_add_field(pdf, update, name, look, value))
    else:
        name = field.name
        look = appearance.for_existing_field(pdf, update, request, key.chain, field)
        _fill_field(pdf, update, field, look, value)
    certification = value if request.certify else None
    change_form(pdf, update, added, certification, appearances_constructed=first)
    return Plan(update, value, _dictionary(pdf, request, lock), name, look.place)


def empty_fields(
    pdf: PdfFile, fields: Sequence[FieldSpec], random: Callable[[int], bytes]
) -> Update:
    """An update that adds empty signature fields, as a route needs them."""
    form = read_form(pdf)
    if form.signed:
        raise NewFieldAfterCertification
    _check_permission(pdf, new=True)
    update = Update(pdf, random)
    taken = set(form.names)
    widgets = []
    for spec in fields:
        name = printable(spec.name, "field", MAX_REASON)
        if not name or "." in name or name in taken:
            raise FieldNameNotAllowed(field=name)
        taken.add(name)
        look = _on_its_own_page(pdf, update, appearance.empty(pdf, update, spec.place))
        widgets.append(_add_field(pdf, update, name, look, None))
    change_form(pdf, update, widgets, None, appearances_constructed=False)
    return update


def _choose(pdf: PdfFile, form: Form, request: SignRequest) -> SignatureField | None:
    """The field to sign: the one asked for, else a new one, else the first that is still open."""
    if request.field is not None:
        field = _named(form, request.field)
        form.check_open(field.name)
        _check_permission(pdf, new=False)
        return field
    if form.may_grow:
        _check_permission(pdf, new=True)
        return None
    form.check_open("") if form.certified == 1 else None
    for field in form.empty:
        if not form.locked(field.name):
            _check_permission(pdf, new=False)
            return field
    raise NewFieldAfterCertification


def _named(form: Form, name: str) -> SignatureField:
    for field in form.fields:
        if field.name == name:
            if field.signed:
                raise FieldAlreadySigned(field=name)
            return field
    raise FieldNotFound(field=name, fields=", ".join(field.name for field in form.empty) or "–")


def _check_permission(pdf: PdfFile, *, new: bool) -> None:
    encryption = pdf.encryption
    if encryption is None:
        return
    if not (encryption.may_create_field if new else encryption.may_sign_existing_field):
        raise PermissionDenied


def _on_its_own_page(pdf: PdfFile, update: Update, look: appearance.Look) -> appearance.Look:
    if look.place is None:
        return look
    return replace(look, page=own_page(pdf, update, look.place.page))


def _add_field(
    pdf: PdfFile, update: Update, name: str, look: appearance.Look, value: Ref | None
) -> Ref:
    """A field merged with its widget, listed in the /Annots of its page."""
    widget: Dict = {
        Name("Type"): Name("Annot"),
        Name("Subtype"): Name("Widget"),
        Name("FT"): Name("Sig"),
        Name("T"): text_string(name),
        Name("F"): _PRINT_LOCKED,
        Name("P"): look.page,
        Name("Rect"): look.rect,
    }
    if value is not None:
        widget[Name("V")] = value
    if look.form is not None:
        widget[Name("AP")] = {Name("N"): look.form}
    ref = update.add(widget)
    _annotate(pdf, update, look.page, ref)
    return ref


def _annotate(pdf: PdfFile, update: Update, page: Ref, widget: Ref) -> None:
    """Add a widget to a page: to its own /Annots array, or to a copy of one that pages share."""
    held = update.pending.get(page)
    entries = held if isinstance(held, dict) else pdf.get_dict(page)
    annots = entries.get(Name("Annots"))
    if isinstance(annots, Ref) and not _shared(pdf, page, annots):
        pending = update.pending.get(annots)
        listed = pending if isinstance(pending, list) else pdf.get(annots)
        if isinstance(listed, list):
            update.change(annots, [*listed, widget])
            return
    listed = pdf.get_list(annots)
    update.change(page, {**entries, Name("Annots"): [*listed, widget]})


def _shared(pdf: PdfFile, page: Ref, annots: Ref) -> bool:
    return any(
        found != page and pdf.get_dict(found).get(Name("Annots")) == annots
        for found, _ in pdf.pages()
    )


def _fill_field(
    pdf: PdfFile, update: Update, field: SignatureField, look: appearance.Look, value: Ref
) -> None:
    """Give an existing field its value, and its widget the stamp."""
    update.change(field.ref, {**pdf.get_dict(field.ref), Name("V"): value})
    if look.form is None:
        return
    held = update.pending.get(field.widget)
    widget = held if isinstance(held, dict) else pdf.get_dict(field.widget)
    flags = pdf.get(widget.get(Name("F"), 0))
    shown = (flags if isinstance(flags, int) else 0) & ~0b100010 | _PRINT_LOCKED  # not hidden
    changed: Dict = {**widget, Name("AP"): {Name("N"): look.form}, Name("F"): shown}
    changed.pop(Name("AS"), None)
    update.change(field.widget, changed)


def change_form(
    pdf: PdfFile,
    update: Update,
    added: list[Ref],
    certification: Ref | None,
    *,
    appearances_constructed: bool,
) -> None:
    """List new fields in /AcroForm, set /SigFlags, and enter a certification in /Perms."""
    catalog = dict(pdf.catalog)
    given = catalog.get(Name("AcroForm"))
    before = pdf.get_dict(given)
    acroform = dict(before)
    flags = pdf.get(acroform.get(Name("SigFlags"), 0))
    if flags not in (3, 7):
        acroform[Name("SigFlags")] = _SIGNATURES_EXIST
    if appearances_constructed:  # else readers make them anew, and Acrobat drops the stamp's
        acroform.pop(Name("NeedAppearances"), None)
    if added:
        _list_fields(pdf, update, acroform, added)
    if acroform != before:
        if isinstance(given, Ref) and isinstance(pdf.get(given), dict):
            update.change(given, acroform)
        elif isinstance(pdf.get(given), dict):
            catalog[Name("AcroForm")] = acroform
        else:
            catalog[Name("AcroForm")] = update.add(acroform)
    if certification is not None:
        permissions = {**pdf.get_dict(catalog.get(Name("Perms"))), Name("DocMDP"): certification}
        catalog[Name("Perms")] = permissions
    if catalog != pdf.catalog:
        update.change(pdf.root, catalog)


def _list_fields(pdf: PdfFile, update: Update, acroform: Dict, added: list[Ref]) -> None:
    fields = acroform.get(Name("Fields"))
    listed = [*pdf.get_list(fields), *added]
    if isinstance(fields, Ref) and isinstance(pdf.get(fields), list):
        update.change(fields, listed)
    else:
        acroform[Name("Fields")] = listed


def _dictionary(pdf: PdfFile, request: SignRequest, lock: Dict) -> Dict:
    """The signature dictionary without /ByteRange and /Contents (Table 255; EN 319 142-1, 5.3)."""
    dictionary: Dict = {
        Name("Type"): Name("Sig"),
        Name("Filter"): Name("Adobe.PPKLite"),
        Name("SubFilter"): Name("ETSI.CAdES.detached"),
        Name("M"): _date(request),
    }
    for key, text in (("Reason", request.reason), ("Location", request.location)):
        if text:
            dictionary[Name(key)] = text_string(printable(text, key.lower(), MAX_REASON))
    references: list[Object] = []
    if request.certify:
        references.append(_reference("DocMDP", {Name("P"): request.certify}))
    if lock:
        references.append(
            {**_reference("FieldMDP", _field_mdp(lock)), Name("Data"): pdf.root}
        )  # fmt: skip
    if references:
        dictionary[Name("Reference")] = references
    return dictionary


def _field_mdp(lock: Dict) -> Dict:
    """A field lock as transform parameters (Table 259); its /P goes along as Acrobat does it."""
    kept = ("Action", "Fields", "P")
    return {Name(key): lock[Name(key)] for key in kept if Name(key) in lock}


def _reference(method: str, parameters: Dict) -> Dict:
    return {
        Name("Type"): Name("SigRef"),
        Name("TransformMethod"): Name(method),
        Name("TransformParams"): {
            Name("Type"): Name("TransformParams"),
            **parameters,
            Name("V"): Name("1.2"),
        },
    }


def _date(request: SignRequest) -> bytes:
    """/M with its offset from UTC (7.9.4)."""
    moment = request.signed_at.strftime("D:%Y%m%d%H%M%S%z").encode()
    return b"%s'%s'" % (moment[:19], moment[19:21])
