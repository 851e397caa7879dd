"""Check 5: what is different between two revisions, object by object; rejects by default.

Permitted kinds of change are found and named here, for `permissions` to compare with what earlier
signatures allow; anything else raises a Failure. ISO 32000-2, 12.8.2; EN 319 142-1, 5.5.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from app.crypto.pdf.document import PdfFile
from app.crypto.pdf.objects import Name, Object, Ref, Stream
from app.crypto.verify import form_changes, reasons
from app.crypto.verify.diff import Change, Diff
from app.crypto.verify.history import Step
from app.crypto.verify.references import TRAILER, Holders

# What a trailer says of the file's storage and not of the document. A changed /ID would make an
# encrypted file unreadable, and means nothing in any other.
_STORAGE = frozenset(
    {"Size", "Prev", "XRefStm", "ID", "Type", "W", "Index", "Filter", "DecodeParms", "Length"}
)
_EVIDENCE = ("Certs", "CRLs", "OCSPs")
_EVIDENCE_OF_ONE = ("Cert", "CRL", "OCSP")
_INFRASTRUCTURE = ("XRef", "ObjStm")

Place = tuple[int, str | None]  # an object, and the key in it under which something stands


def find(
    step: Step, signed: Collection[int], holders: Holders, others: Collection[int]
) -> list[Change]:
    """Every permitted change of a step. Raises Failure.

    `signed` are numbers of fields whose signatures came with the step and are structurally sound;
    `holders` who refers to the numbers of `others`, which are all that any step changes.
    """
    diff = Diff(step, holders, others, signed, frozenset(step.changed))
    _trailer(diff)
    _catalog(diff)
    form_changes.fields(diff)
    _pages(diff)
    form_changes.appearances(diff)
    _rest(diff)
    diff.check_holders()
    if {change.kind for change in diff.changes} == {"metadata"}:
        diff.refuse(reasons.METADATA_ALONE)
    return diff.changes


def _trailer(diff: Diff) -> None:
    old, new = diff.old.trailer, diff.new.trailer
    differing = diff.differing(old, new) - _STORAGE
    if differing - {"Info"}:
        diff.refuse(reasons.TRAILER)
    info = diff.meet(old.get(Name("Info")), new.get(Name("Info")), TRAILER, "Info")
    if not diff.same(*info):
        diff.take_new(info[1])
        diff.changes.append(Change("metadata"))


def _catalog(diff: Diff) -> None:
    root = diff.new.root.number
    old, new = diff.old.catalog, diff.new.catalog
    if root in diff.changed:
        diff.explained.add(root)
    for key in sorted(diff.differing(old, new) - set(_CATALOG)):
        if key not in ("Version", "Extensions"):  # the file format's version, and its extensions
            diff.refuse(reasons.CATALOG, key=key)
    extensions = diff.meet(
        old.get(Name("Extensions")), new.get(Name("Extensions")), root, "Extensions"
    )
    if not diff.same(*extensions):
        diff.take_new(extensions[1])
    for key, check in _CATALOG.items():
        check(diff, old.get(Name(key)), new.get(Name(key)))


def _metadata(diff: Diff, old: Object, new: Object) -> None:
    before, after = diff.meet(old, new, diff.new.root.number, "Metadata")
    if not diff.same(before, after):
        if not isinstance(after, Stream):
            diff.refuse(reasons.CATALOG, key="Metadata")
        diff.changes.append(Change("metadata"))


def _permissions(diff: Diff, old: Object, new: Object) -> None:
    """/Perms belongs to the certification, which is the first signature: it stays as it was."""
    before, after = diff.old.get(old), diff.new.get(new)
    if not diff.same(before, after):
        diff.refuse(reasons.CATALOG, key="Perms")


# -- validation data (ISO 32000-2, 12.8.4.3) -----------------------------------------------------


def _security_store(diff: Diff, old: Object, new: Object) -> None:
    """/DSS may get and lose evidence, in streams that nothing else refers to."""
    before, after = diff.old.get(old), diff.new.get(new)
    if after is not None and not _is_store(after):
        diff.refuse(reasons.CATALOG, key="DSS")
    root, count = diff.new.root.number, len(diff.explained)
    parts = [*_parts(diff.old, old, (root, "DSS")), *_parts(diff.new, new, (root, "DSS"))]
    for number, place, stream in parts:
        if number not in diff.changed:
            continue
        if stream and not isinstance(diff.after(number), Stream | None):
            diff.refuse(reasons.CATALOG, key="DSS")
        diff.explained.add(number)
        diff.guard(number, *place)
        diff.take_new(diff.new.get_dict(Ref(number)) if stream else None)
    if len(diff.explained) > count or not diff.same(before, after):
        diff.changes.append(Change("dss"))


def _is_store(value: Object) -> bool:
    return isinstance(value, dict) and not value.keys() - {*_EVIDENCE, "VRI", "Type"}


def _parts(pdf: PdfFile, value: Object, place: Place) -> Iterator[tuple[int, Place, bool]]:
    """The objects of a store, who holds each, and whether it must be a stream."""
    store, inside = pdf.get_dict(value), _inside(value, place)
    yield from _itself(value, place)
    for key in _EVIDENCE:
        yield from _array(pdf, store.get(Name(key)), inside)
    single = store.get(Name("VRI"))
    yield from _itself(single, inside)
    within = _inside(single, inside)
    for item in pdf.get_dict(single).values():
        yield from _itself(item, within)
        entry, of_entry = pdf.get_dict(item), _inside(item, within)
        for key in _EVIDENCE_OF_ONE:
            yield from _array(pdf, entry.get(Name(key)), of_entry)
        if isinstance(stamp := entry.get(Name("TS")), Ref):
            yield stamp.number, of_entry, True


def _array(pdf: PdfFile, value: Object, place: Place) -> Iterator[tuple[int, Place, bool]]:
    yield from _itself(value, place)
    inside = _inside(value, place)
    for item in pdf.get_list(value):
        if isinstance(item, Ref):
            yield item.number, inside, True


def _itself(value: Object, place: Place) -> Iterator[tuple[int, Place, bool]]:
    if isinstance(value, Ref):
        yield value.number, place, False


def _inside(value: Object, place: Place) -> Place:
    """Who holds what is inside `value`: itself where it is an object of its own."""
    return (value.number, None) if isinstance(value, Ref) else place


_CATALOG = {
    "Metadata": _metadata,
    "Perms": _permissions,
    "DSS": _security_store,
    "AcroForm": form_changes.form,
}


# -- pages ---------------------------------------------------------------------------------------


def _pages(diff: Diff) -> None:
    """Pages may only get the widgets of new signatures."""
    for number in list(diff.pending()):
        before, after = diff.before(number), diff.after(number)
        if not (isinstance(before, dict) and before.get(Name("Type")) == "Page"):
            continue
        if not isinstance(after, dict):
            diff.refuse(reasons.PAGE, key="Type")
        for key in sorted(diff.differing(before, after) - {"Annots", "Tabs"}):
            diff.refuse(reasons.PAGE, key=key)
        if Name("Tabs") in before and before[Name("Tabs")] != after.get(Name("Tabs")):
            diff.refuse(reasons.PAGE, key="Tabs")
        diff.explained.add(number)
        _annotations(diff, before.get(Name("Annots")), after.get(Name("Annots")), number)
    for page in _pages_of_widgets(diff):
        entries = diff.new.get_dict(Ref(page))
        listed = entries.get(Name("Annots"))
        if isinstance(listed, Ref) and listed.number in diff.pending():
            _annotations(diff, listed, listed, page)


def _pages_of_widgets(diff: Diff) -> list[int]:
    """The pages that new widgets name; all pages where one names none."""
    named = set(diff.new_widgets.values())
    if 0 in named and set(diff.pending()):
        named |= {ref.number for ref, _ in diff.new.pages()}
    return sorted(named - {0})


def _annotations(diff: Diff, old: Object, new: Object, page: int) -> None:
    before, after = diff.meet(old, new, page, "Annots")
    rest = iter(before if isinstance(before, list) else [])
    expected = next(rest, None)
    for item in after if isinstance(after, list) else []:
        if expected is not None and diff.same(item, expected):
            expected = next(rest, None)
        elif not (isinstance(item, Ref) and item.number in diff.new_widgets):
            diff.refuse(reasons.ANNOTATIONS)
        else:
            diff.new_widgets[item.number] = page
    if expected is not None:
        diff.refuse(reasons.ANNOTATIONS)


# -- what is left --------------------------------------------------------------------------------


def _rest(diff: Diff) -> None:
    """What nothing explains: storage, objects that nobody refers to, and what was written again
    without a change are harmless."""
    unseen = _unseen(diff)
    for number in list(diff.pending()):
        before, after = diff.before(number), diff.after(number)
        harmless = number in unseen or (before is None and _is_storage(after))
        if harmless or diff.same(before, after):
            diff.explained.add(number)
        elif after is None:
            if diff.new_holders(number):
                diff.refuse(reasons.DELETED)
            diff.explained.add(number)
        else:
            diff.refuse(_named(before, after))


def _unseen(diff: Diff) -> set[int]:
    """New objects that only each other refer to, if anybody does."""
    unseen = {number for number in diff.pending() if diff.is_new(number)}
    while shown := {number for number in unseen if diff.new_holders(number) - unseen}:
        unseen -= shown
    return unseen


def _is_storage(value: Object) -> bool:
    return isinstance(value, Stream) and value.dictionary.get(Name("Type")) in _INFRASTRUCTURE


def _named(before: Object, after: Object) -> str:
    if before is None:
        return reasons.UNKNOWN
    if isinstance(after, Stream):
        return reasons.CONTENT
    return reasons.OBJECT
