"""Check 5, forms: fields that were filled in or signed, new signature fields, appearances.

ISO 32000-2, 12.7 (forms), 12.8.2.2.2 and 12.8.2.4 (what may change after a signature).
"""

from __future__ import annotations

from collections.abc import Iterator

from app.crypto.pdf.document import PdfFile
from app.crypto.pdf.forms import MAX_FIELD_DEPTH
from app.crypto.pdf.objects import Dict, Name, Object, Ref, Stream, decode_text
from app.crypto.verify import reasons
from app.crypto.verify.diff import Change, Diff
from app.crypto.verify.references import refs

_READ_ONLY = 1
# What the entries of a new signature field may be (Tables 226, 234, 166 and 191): no actions.
_NEW_FIELD = frozenset(
    {"Type", "Subtype", "FT", "T", "TU", "TM", "V", "F", "Ff", "P", "Rect", "AP", "AS", "Lock",
     "SV", "Parent", "Kids", "MK", "BS", "Border", "DA", "Q", "H", "M", "NM", "StructParent"}
)  # fmt: skip
_SIGNING = frozenset({"V", "AP", "AS", "F", "M", "P", "MK"})
_FILLING = frozenset({"V", "AP", "AS", "I", "RV", "M"})
_FILLED = ("V", "AS", "I", "RV")


def form(diff: Diff, old: Object, new: Object) -> None:
    """/AcroForm: fields may be added for new signatures, /DR may grow, nothing else."""
    root = diff.new.root.number
    before, after = (value if isinstance(value, dict) else {} for value in diff.meet(
        old, new, root, "AcroForm"))  # fmt: skip
    if isinstance(new, Ref) and new.number in diff.changed and old == new:
        diff.guarded.pop(new.number, None)  # its entries are compared, whoever looks at it
    holder, key = (new.number, None) if isinstance(new, Ref) else (root, "AcroForm")
    for entry in sorted(diff.differing(before, after) - {"Fields", "SigFlags", "DR"}):
        added_text_style = entry == "DA" and Name("DA") not in before
        cleared = entry == "NeedAppearances" and diff.new.get(after.get(Name(entry))) in (
            None,
            False,
        )
        if not (added_text_style or cleared):
            diff.refuse(reasons.FORM, key=entry)
    if _flags(diff.old, before) & ~_flags(diff.new, after):
        diff.refuse(reasons.FORM, key="SigFlags")
    _resources(diff, before.get(Name("DR")), after.get(Name("DR")), holder, key or "DR")
    _listed_fields(diff, before.get(Name("Fields")), after.get(Name("Fields")), holder, key)


def _flags(pdf: PdfFile, entries: Dict) -> int:
    """/SigFlags (Table 225): once signatures exist, no viewer may be told that there are none."""
    flags = pdf.get(entries.get(Name("SigFlags"), 0))
    return flags if isinstance(flags, int) else 0


def _resources(diff: Diff, old: Object, new: Object, holder: int, key: str) -> None:
    """Fonts and the like for filled fields may be added; what is there stays."""
    before, after = diff.meet(old, new, holder, key)
    if diff.same(before, after):
        return
    before, after = diff.old.get_dict(before), diff.new.get_dict(after)
    for kind in diff.differing(before, after) - {"XObject", "ProcSet"}:  # text fields use neither
        one, two = before.get(Name(kind)), after.get(Name(kind))
        inner = (new.number, kind) if isinstance(new, Ref) else (holder, key)
        had, has = (diff.new.get_dict(value) for value in diff.meet(one, two, *inner))
        if any(not diff.same(had[name], has.get(name)) for name in had):
            diff.refuse(reasons.FORM, key="DR")
        diff.take_new(has)


def _listed_fields(diff: Diff, old: Object, new: Object, holder: int, key: str | None) -> None:
    before, after = diff.meet(old, new, holder, key or "Fields")
    had = before if isinstance(before, list) else []
    has = after if isinstance(after, list) else []
    if not all(item in has for item in had):
        diff.refuse(reasons.FIELD_REMOVED)
    for item in has:
        if item not in had:
            _new_field(diff, item)


def _new_field(diff: Diff, item: Object) -> None:
    """A new field must be a signature that came with this step."""
    if not isinstance(item, Ref) or not diff.is_new(item.number):
        diff.refuse(reasons.FIELD_ADDED)
    field = diff.new.get_dict(item)
    if diff.new.get(field.get(Name("FT"))) != "Sig" or item.number not in diff.signed:
        diff.refuse(reasons.FIELD_ADDED if Name("V") not in field else reasons.BROKEN_SIGNATURE)
    kids = [kid for kid in diff.new.get_list(field.get(Name("Kids"))) if isinstance(kid, Ref)]
    widgets = tuple(kids) or (item,)
    for ref in (item, *kids):
        entries = diff.new.get_dict(ref)
        if not diff.is_new(ref.number) or entries.keys() - _NEW_FIELD:
            diff.refuse(reasons.FIELD_ADDED)
        page = entries.get(Name("P"))
        diff.new_widgets[ref.number] = page.number if isinstance(page, Ref) else 0
    diff.take_new(item)
    name = decode_text(diff.new.get(field.get(Name("T"))))
    diff.changes.append(Change("new signature", name, item.number, widgets))


# -- fields that were there ----------------------------------------------------------------------


def fields(diff: Diff) -> None:
    """Existing fields and their widgets may be signed or filled in."""
    for number in list(diff.pending()):
        before, after = diff.before(number), diff.after(number)
        if isinstance(before, dict) and isinstance(after, dict) and _is_field(before):
            if _kind(diff, number) == "Sig":
                _signed(diff, number, before, after)
            else:
                _filled(diff, number, before, after)


def _is_field(entries: Dict) -> bool:
    if Name("Subtype") in entries:
        return entries[Name("Subtype")] == "Widget"
    return Name("FT") in entries or (Name("T") in entries and Name("Kids") in entries)


def _line(diff: Diff, number: int) -> Iterator[Dict]:
    """A field and what it inherits from (12.7.4.1)."""
    for _ in range(MAX_FIELD_DEPTH):
        entries = diff.old.get_dict(Ref(number))
        if not entries:
            return
        yield entries
        above = _above(diff, number, entries)
        if above is None:
            return
        number = above


def _above(diff: Diff, number: int, entries: Dict) -> int | None:
    """The field above; where a widget does not name it, the one field that lists it as its own."""
    parent = entries.get(Name("Parent"))
    if isinstance(parent, Ref):
        return parent.number
    if Name("T") in entries:
        return None
    listing = [
        holder
        for holder in diff.old_holders(number)
        if number in refs(diff.old.get_dict(Ref(holder)).get(Name("Kids")))
    ]
    return listing[0] if len(listing) == 1 else None


def _kind(diff: Diff, number: int) -> Object:
    found = (entries.get(Name("FT")) for entries in _line(diff, number))
    return next((diff.old.get(kind) for kind in found if kind is not None), None)


def _name(diff: Diff, number: int) -> str:
    parts = [decode_text(diff.old.get(entries.get(Name("T")))) for entries in _line(diff, number)]
    return ".".join(part for part in reversed(parts) if part)


def _owner(diff: Diff, number: int) -> int:
    """The field that a widget belongs to: itself, or its parent where it has no name."""
    entries = diff.old.get_dict(Ref(number))
    above = None if Name("T") in entries else _above(diff, number, entries)
    return number if above is None else above


def _signed(diff: Diff, number: int, before: Dict, after: Dict) -> None:
    owner, name = _owner(diff, number), _name(diff, number)
    for key in sorted(diff.differing(before, after) - _SIGNING):
        diff.refuse(reasons.FIELD, field=name, key=key)
    if Name("V") in before and not diff.same(before[Name("V")], after.get(Name("V"))):
        diff.refuse(reasons.SIGNATURE_VALUE)
    if diff.old.get_dict(Ref(owner)).get(Name("V")) is not None:  # the look of a signed field
        diff.refuse(reasons.FIELD, field=name, key="AP")
    if owner not in diff.signed:
        diff.refuse(reasons.BROKEN_SIGNATURE)
    diff.explained.add(number)
    diff.take_new([after.get(Name(key)) for key in _SIGNING if key != "P"])
    if number == owner:
        diff.changes.append(Change("signature", name, number))


def _filled(diff: Diff, number: int, before: Dict, after: Dict) -> None:
    owner, name = _owner(diff, number), _name(diff, number)
    differing = diff.differing(before, after)
    if "Ff" in differing and _only_locks(diff, before, after):
        differing.discard("Ff")
    for key in sorted(differing - _FILLING):
        diff.refuse(reasons.FIELD, field=name, key=key)
    if "AP" in differing and not _has_new_value(diff, owner, number):
        diff.refuse(reasons.FIELD, field=name, key="AP")
    diff.explained.add(number)
    diff.take_new([after.get(Name(key)) for key in _FILLING])
    if differing & set(_FILLED) and not any(
        change.kind == "fill" and change.field == name for change in diff.changes
    ):
        diff.changes.append(Change("fill", name, owner))


def _only_locks(diff: Diff, before: Dict, after: Dict) -> bool:
    """Whether /Ff only became read-only, as some signers do to the fields that they lock."""
    had, has = (diff.new.get(entries.get(Name("Ff"), 0)) for entries in (before, after))
    return isinstance(had, int) and isinstance(has, int) and has == had | _READ_ONLY


def _has_new_value(diff: Diff, *numbers: int) -> bool:
    """Whether the value of one of these fields is another one now."""
    for number in numbers:
        old, new = diff.old.get_dict(Ref(number)), diff.new.get_dict(Ref(number))
        if diff.differing(old, new) & set(_FILLED):
            return True
    return False


# -- appearances that are objects of their own ---------------------------------------------------


def appearances(diff: Diff) -> None:
    """An overwritten appearance is permitted where its field was filled in or signed, and where
    nothing else uses it."""
    for number in list(diff.pending()):
        before, after = diff.before(number), diff.after(number)
        if before is None or type(before) is not type(after) or diff.same(before, after):
            continue
        if isinstance(after, Stream) and after.dictionary.get(Name("Subtype")) != "Form":
            continue
        holders = _widgets(diff, number)
        if holders and all(_shows_change(diff, widget) for widget, _ in holders):
            diff.explained.add(number)
            diff.take_new(diff.new.get_dict(Ref(number)))
            for widget, between in holders:
                diff.guard(number, between or widget, None if between else "AP")
                if between:
                    diff.guard(between, widget, "AP")


def _widgets(diff: Diff, number: int) -> list[tuple[int, int]]:
    """Who refers to an appearance: a widget, or the /AP that it has as an object of its own."""
    found: list[tuple[int, int]] = []
    for holder in diff.old_holders(number) | diff.new_holders(number):
        entries = diff.old.get_dict(Ref(holder))
        if entries and not entries.keys() - {"N", "D", "R"}:
            above = diff.old_holders(holder) | diff.new_holders(holder)
            found += [(widget, holder) for widget in above]
        else:
            found.append((holder, 0))
    return found


def _shows_change(diff: Diff, widget: int) -> bool:
    entries = diff.old.get_dict(Ref(widget))
    if entries.get(Name("Subtype")) != "Widget":
        return False
    owner = _owner(diff, widget)
    if _kind(diff, widget) == "Sig":
        return owner in diff.signed and diff.old.get_dict(Ref(owner)).get(Name("V")) is None
    return _has_new_value(diff, owner, widget)
