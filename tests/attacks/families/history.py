"""Revisions that do not build on each other: chains that skip, sections that lie, junk between.

The graph of objects that a viewer uses must be the one that was signed, for every viewer: tables
and streams that disagree, numbers that stand twice, objects that no section names.
"""

from __future__ import annotations

import re

from tests.attacks.base import (
    ALL,
    HYBRID,
    OBJECTS,
    SECOND,
    STREAM,
    TABLE,
    Base,
    Document,
    honest_cms,
)
from tests.attacks.evidence import store
from tests.attacks.letter import (
    CONTENT,
    FORGED,
    HEAD,
    HEAD_NAME,
    NEXT,
    PAGE,
    page_content,
    signature_field,
)
from tests.attacks.revision import EOF, Lies, Row, append, free
from tests.attacks.table import Family
from tests.handmade import startxref, stream

FAMILY = Family("history")
EVIL = {CONTENT: page_content(FORGED)}
JUNK = b"%d 0 obj\n%s\nendobj\n" % (CONTENT, page_content(FORGED))


@FAMILY.control(on=ALL)
def evidence_added(base: Base) -> Document:
    """A complete revision that brings a DSS and nothing else."""
    return base.signed.update(store(base.signed))


@FAMILY.control()
def evidence_added_between_signatures(base: Base) -> Document:
    return base.signed.update(store(base.signed)).sign(who=SECOND)


@FAMILY.control()
def evidence_in_an_object_stream(base: Base) -> Document:
    if not base.streams:
        return evidence_added(base)
    return base.signed.update(store(base.signed), Lies(inside=[70]))


@FAMILY.control()
def line_end_behind_the_last(base: Base) -> Document:
    """As gateways for mail add it."""
    return base.signed.become(base.signed.data + b"\r\n")


@FAMILY.control()
def written_again_without_a_change(base: Base) -> Document:
    signed = base.signed
    return signed.update({PAGE: signed.body(PAGE)}).sign(who=SECOND)


# -- the chain -----------------------------------------------------------------------------------


def rows_of(document: Document) -> dict[int, Row]:
    """Where every object of a file stands that is an object of its own."""
    found = re.finditer(rb"(?<!\d)(\d+) 0 obj\n", document.data)
    return {int(each[1]): (1, each.start(), 0) for each in found}


@FAMILY.attack("altered", 1, "text", on=(TABLE, STREAM))
def chain_skips_the_signed_revision(base: Base) -> Document:
    """/Prev leads to the original; the new section names what was signed by itself."""
    prev = _prev(base.original)
    return base.signed.update(EVIL, Lies(rows=_without(base.signed), prev=prev))


@FAMILY.attack("altered", 1, "text", on=(TABLE, STREAM))
def chain_ends(base: Base) -> Document:
    """The new section names everything itself and has no /Prev."""
    return base.signed.update(EVIL, Lies(rows=_without(base.signed), prev=b""))


@FAMILY.attack("altered", 1, "text", on=(TABLE, STREAM))
def chain_skips_and_is_signed_by_another(base: Base) -> Document:
    return chain_skips_the_signed_revision(base).sign(who=SECOND)


def _without(document: Document) -> dict[int, Row]:
    rows = rows_of(document)
    del rows[CONTENT]
    return rows


@FAMILY.attack("unreadable", 1)
def chain_runs_in_a_circle(base: Base) -> Document:
    at = len(append(base.signed.data, EVIL, base.streams)) - 1
    found = base.signed.update(EVIL, Lies(prev=b"/Prev %06d" % at))
    return found.become(
        found.data.replace(b"/Prev %06d" % at, b"/Prev %06d" % startxref(found.data))
    )


@FAMILY.attack("unreadable", 1)
def chain_leads_nowhere(base: Base) -> Document:
    return base.signed.update(EVIL, Lies(prev=b"/Prev 7"))


@FAMILY.attack("unreadable", 1)
def chain_is_negative(base: Base) -> Document:
    return base.signed.update(EVIL, Lies(prev=b"/Prev -20"))


@FAMILY.attack("unreadable", 1)
def chain_leads_behind_the_file(base: Base) -> Document:
    return base.signed.update(EVIL, Lies(prev=b"/Prev 99999999"))


@FAMILY.attack("altered", 5, "text")
def section_between_that_the_last_one_hides(base: Base) -> Document:
    """Two sections in one revision: one startxref, and the evil in the first."""
    first = base.signed.update(EVIL)
    data = first.data[: first.data.rindex(b"startxref")]
    return base.signed.become(append(data, {}, base.streams, Lies(prev=_prev(first))))


def _prev(document: Document) -> bytes:
    return b"/Prev %d" % startxref(document.data)


@FAMILY.attack("unsigned", 1)
def start_leads_to_the_original(base: Base) -> Document:
    """The whole signed revision is skipped: nobody seems to have signed."""
    tail = b"startxref\n%d\n%s" % (startxref(base.original.data), EOF)
    return base.signed.become(base.signed.data + tail)


@FAMILY.attack("unsigned", 1, "text")
def revision_on_top_of_the_original(base: Base) -> Document:
    """The forged revision follows the signed one in the file and precedes it in the chain."""
    prev = _prev(base.original)
    return base.signed.update(EVIL, Lies(prev=prev))


@FAMILY.attack("unreadable", 1)
def start_leads_nowhere(base: Base) -> Document:
    return base.signed.update(EVIL, Lies(start=12))


@FAMILY.attack("unreadable", 1)
def start_leads_behind_the_file(base: Base) -> Document:
    return base.signed.update(EVIL, Lies(start=10**9))


@FAMILY.attack("altered", 1)
def start_repeated_as_signed(base: Base) -> Document:
    """The revision is there; the last startxref still names the signed one."""
    return base.signed.update(EVIL, Lies(start=startxref(base.signed.data)))


@FAMILY.attack("altered", 5, "text")
def start_written_twice(base: Base) -> Document:
    """Two ends: readers that search from behind and from the front differ."""
    old = startxref(base.signed.data)
    end = lambda at: b"startxref\n%d\n%sstartxref\n%d\n%s" % (old, EOF, at, EOF)  # noqa: E731
    return base.signed.update(EVIL, Lies(end=end))


# -- rows ----------------------------------------------------------------------------------------


@FAMILY.attack("invalid", 1, on=(TABLE,))
def row_written_twice(base: Base) -> Document:
    """The first one is honest, the second one leads to the evil."""
    document = base.signed.update(EVIL)
    at = document.data.rindex(b"xref\n4 1\n") + 5
    good = document.data.index(b"%d 0 obj\n" % CONTENT)
    double = b"4 1\n%010d 00000 n\r\n" % good
    return document.become(document.data[:at] + double + document.data[at:])


@FAMILY.attack("altered", 1, on=(STREAM,))
def row_written_twice_in_a_stream(base: Base) -> Document:
    document = base.signed.update(EVIL, Lies(rows={NEXT + 1: (1, 99, 0)}))
    return document.become(document.data.replace(b"/Index[4 1 61 1", b"/Index[4 1 4  1"))


@FAMILY.attack("invalid", 1)
def row_behind_the_file(base: Base) -> Document:
    return base.signed.update({}, Lies(rows={CONTENT: (1, 99_999_999, 0)}))


@FAMILY.attack("altered", 5)
def row_at_zero(base: Base) -> Document:
    return base.signed.update({}, Lies(rows={CONTENT: (1, 0, 0)}))


@FAMILY.attack("altered", 1)
def row_into_the_value(base: Base) -> Document:
    """The content is said to begin in the gap of the signature."""
    return base.signed.update({}, Lies(rows={CONTENT: (1, base.signed.gap[0] + 9, 0)}))


@FAMILY.attack("altered", 5)
def generation_raised(base: Base) -> Document:
    """`4 0 R` leads nowhere any more."""
    return base.signed.update(EVIL, Lies(generations={CONTENT: 1}))


@FAMILY.attack("invalid", 1)
def generation_of_the_row_raised(base: Base) -> Document:
    document = base.signed.update(EVIL)
    at = startxref(document.data) - len(JUNK)
    return base.signed.update(EVIL, Lies(rows={CONTENT: (1, at, 1)}))


@FAMILY.attack("altered", 5)
def content_freed(base: Base) -> Document:
    return base.signed.update({}, Lies(rows={CONTENT: free(1)}))


@FAMILY.attack("altered", 1)
def size_cut(base: Base) -> Document:
    """What is numbered beyond /Size is not there (7.5.5)."""
    return base.signed.update({}, Lies(size=5))


@FAMILY.attack("altered", 5, "text", on=(STREAM, OBJECTS))
def content_page_in_an_object_stream(base: Base) -> Document:
    page = base.signed.edit(PAGE, (b"/Contents 4 0 R", b"/Contents 60 0 R"))
    return base.signed.update({**page, NEXT: page_content(FORGED)}, Lies(inside=[PAGE]))


@FAMILY.attack("altered", 5, on=(STREAM, OBJECTS))
def object_stream_extended(base: Base) -> Document:
    """An object stream says that it goes on in another one, which holds the page again."""
    page = base.signed.body(PAGE).replace(b"842]", b"640]")
    body = b"%d 0 %s" % (PAGE, page)
    more = stream(b"/Type/ObjStm/N 1/First 4/Extends 24 0 R", body)
    return base.signed.update({NEXT: more}, Lies(rows={PAGE: (2, NEXT, 0)}))


@FAMILY.attack("altered", 5, on=(STREAM, OBJECTS))
def object_stream_with_a_number_twice(base: Base) -> Document:
    page = base.signed.body(PAGE)
    evil = page.replace(b"842]", b"640]")
    index = b"%d 0 %d %d " % (PAGE, PAGE, len(page) + 1)
    entries = b"/Type/ObjStm/N 2/First %d" % len(index)
    packed = stream(entries, index + page + b" " + evil)
    return base.signed.update({NEXT: packed}, Lies(rows={PAGE: (2, NEXT, 0)}))


@FAMILY.attack("altered", 5, on=(STREAM, OBJECTS))
def object_stream_of_another_number(base: Base) -> Document:
    """The row leads to a place in an object stream that holds another number."""
    evil = base.signed.body(PAGE).replace(b"842]", b"640]")
    packed = stream(b"/Type/ObjStm/N 1/First 5", b"99 0 " + evil)
    return base.signed.update({NEXT: packed}, Lies(rows={PAGE: (2, NEXT, 0)}))


@FAMILY.attack("altered", 5, on=(HYBRID, TABLE))
def hybrid_revision_that_disagrees(base: Base) -> Document:
    """The table of the revision names nothing; a stream beside it names the evil (7.5.8.4)."""
    return hybrid_revision(base.signed, {})


@FAMILY.attack("invalid", 1, on=(HYBRID, TABLE))
def hybrid_revision_that_says_otherwise(base: Base) -> Document:
    """Both name the content: the table the one that was signed, the stream the evil."""
    return hybrid_revision(base.signed, _true_content(base.signed))


@FAMILY.attack("invalid", 1, on=(TABLE,))
def hybrid_original_that_disagrees(base: Base) -> Document:
    """The author's own file: readers of tables and readers of streams see different letters."""
    return hybrid_revision(base.original, _true_content(base.original)).sign()


def hybrid_revision(document: Document, rows: dict[int, Row]) -> Document:
    """A table with these rows, and a stream beside it that names the forged content."""
    prev = _prev(document)
    beside = append(document.data, EVIL, True, Lies(end=lambda at: b""))
    at = beside.rindex(b"\n", 0, beside.rindex(b" 0 obj\n<</Type/XRef")) + 1
    lies = Lies(trailer=b"/XRefStm %d" % at, prev=prev, rows=rows)
    return document.become(append(beside, {}, False, lies))


def _true_content(document: Document) -> dict[int, Row]:
    return {CONTENT: (1, document.data.index(b"%d 0 obj\n" % CONTENT), 0)}


# -- junk ----------------------------------------------------------------------------------------


@FAMILY.attack("unreadable", 1)
def object_behind_the_last(base: Base) -> Document:
    return base.signed.become(base.signed.data + JUNK)


@FAMILY.attack("altered", 1)
def comment_behind_the_last(base: Base) -> Document:
    return base.signed.become(base.signed.data + b"% dipalsukan\n")


@FAMILY.attack("altered", 1)
def zeros_behind_the_last(base: Base) -> Document:
    return base.signed.become(base.signed.data + bytes(900))


@FAMILY.attack("altered", 1)
def end_marker_repeated(base: Base) -> Document:
    return base.signed.become(base.signed.data + EOF)


@FAMILY.attack("altered", 1)
def object_between_revisions(base: Base) -> Document:
    """The second signer covers it; no section names it, and readers that repair find it."""
    return countersigned_behind(base.signed, JUNK)


@FAMILY.attack("altered", 1)
def text_between_revisions(base: Base) -> Document:
    return countersigned_behind(base.signed, b"dipalsukan\n")


def countersigned_behind(document: Document, junk: bytes) -> Document:
    """The next signature's revision begins behind something that no section names."""
    behind = document.become(document.data + junk)
    return behind.seal(behind.field_signed(), honest_cms(SECOND))


@FAMILY.attack("altered", 1)
def object_that_the_next_signature_does_not_name(base: Base) -> Document:
    signed = base.signed
    return signed.seal(signed.field_signed(), honest_cms(SECOND), lies=Lies(junk=JUNK))


@FAMILY.attack("altered", 1)
def number_twice_in_the_next_revision(base: Base) -> Document:
    """Two objects of one number, of which the section names the first."""
    signed = base.signed
    field = signature_field(HEAD_NAME, b"0 0 0 0", b"/V %d 0 R" % NEXT)
    again = b"%d 0 obj\n%s\nendobj\n" % (HEAD, field)
    objects = signed.field_signed()
    assert NEXT in objects
    return signed.seal(objects, honest_cms(SECOND), lies=Lies(junk=again))


@FAMILY.attack("invalid", 1)
def stream_longer_than_it_says(base: Base) -> Document:
    """Readers that search for the end of a stream see more than those that count."""
    long = stream(b"", b"q Q").replace(b"/Length 3", b"/Length 1")
    return base.signed.update({**store(base.signed, {71: long})})


@FAMILY.attack("altered", 5, "text")
def evidence_and_content(base: Base) -> Document:
    """A DSS, and the page's content besides."""
    return base.signed.update(store(base.signed) | EVIL)


@FAMILY.attack("altered", 5, "text")
def evidence_then_content(base: Base) -> Document:
    return base.signed.update(store(base.signed)).update(EVIL)


@FAMILY.attack("altered", 5, "text")
def content_then_evidence(base: Base) -> Document:
    document = base.signed.update(EVIL)
    return document.update(store(document))


@FAMILY.attack("altered", 5)
def evidence_with_a_foreign_entry(base: Base) -> Document:
    objects = store(base.signed)
    objects[70] = objects[70][:-2] + b"/JavaScript<</S/JavaScript/JS(app.alert\\(1\\))>>>>"
    return base.signed.update(objects)


@FAMILY.attack("altered", 5)
def evidence_that_is_no_dictionary(base: Base) -> Document:
    return base.signed.update(store(base.signed) | {70: b"[71 0 R]"})
