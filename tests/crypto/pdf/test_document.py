"""Files in every form that the standard allows are read; what is broken is a typed error."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable

import pytest

from app.crypto.pdf import document
from app.crypto.pdf.document import PdfFile
from app.crypto.pdf.objects import Name, Ref
from app.errors import DamagedPdf, LimitExceeded, NotAPdf, TekenError
from tests.handmade import CATALOG, PAGE, PAGES, PLAIN, packed, startxref, stream, table

MARK = {**PLAIN, 4: b"(mark)"}


def page_refs(data: bytes) -> list[Ref]:
    return [ref for ref, _ in PdfFile(data).pages()]


FORMS = {
    "table": table(MARK),
    "packed": packed(MARK),
    "object stream": packed(MARK, inside=(1, 3, 4)),
    "junk before, offsets from the header": table(MARK, junk=b"\x00junk\n" * 9),
    "junk behind": table(MARK) + b"\n" * 3000,
    "later revision": table({4: b"(mark)"}, before=table({**PLAIN, 4: b"(old)"})),
    "table after a stream": table({4: b"(mark)"}, before=packed({**PLAIN, 4: b"(old)"})),
    "entries of 19 bytes": table(MARK).replace(b" n\r\n", b" n\n").replace(b" f\r\n", b" f\n"),
}


@pytest.mark.parametrize("data", FORMS.values(), ids=FORMS)
def test_forms(data: bytes) -> None:
    for source in (data, io.BytesIO(data)):
        pdf = PdfFile(source)
        assert pdf.get(Ref(4)) == b"mark"
        assert [ref for ref, _ in pdf.pages()] == [Ref(3)]
        assert pdf.get(Ref(99)) is None


def test_junk_before_the_header_with_offsets_from_the_first_byte() -> None:
    data = table(MARK)
    moved = b"%" + b"x" * 98 + b"\n" + data
    for offset in [int(line[:10]) for line in data.split(b"\n") if line.endswith(b" n\r")]:
        moved = moved.replace(b"%010d 00000 n" % offset, b"%010d 00000 n" % (offset + 100))
    moved = moved.replace(b"xref\n%d\n" % startxref(data), b"xref\n%d\n" % (startxref(data) + 100))
    pdf = PdfFile(moved)
    assert (pdf.base, pdf.get(Ref(4))) == (0, b"mark")


def test_an_object_larger_than_a_window_is_read_whole() -> None:
    long = table({**PLAIN, 4: b"[" + b" ".join(b"%d" % n for n in range(9000)) + b"]"})
    assert PdfFile(io.BytesIO(long)).get(Ref(4)) == list(range(9000))


def test_a_subsection_that_counts_from_one_is_read_from_zero() -> None:
    data = table(MARK).replace(b"xref\n0 1\n", b"xref\n1 1\n")
    assert PdfFile(data).sections[0].find(PdfFile(data).source, 0) is not None


def test_a_freed_object_is_null_and_a_hidden_one_is_not() -> None:
    before = table(MARK)
    freed = b"xref\n4 1\n0000000000 00001 f\r\ntrailer\n<</Root 1 0 R/Size 5/Prev %d%s>>\n"
    end = b"startxref\n%d\n%%%%EOF\n" % len(before)
    assert PdfFile(before + freed % (startxref(before), b"") + end).get(Ref(4)) is None
    # a hybrid file: the table says free, the stream beside it knows better (7.5.8.4)
    at = len(before)
    row = b"\x01" + before.index(b"4 0 obj").to_bytes(2, "big") + b"\0\0"
    known = b"9 0 obj\n%s\nendobj\n" % stream(b"/Type/XRef/W[1 2 2]/Index[4 1]/Size 5", row)
    table_at = at + len(known)
    hybrid = before + known + freed % (startxref(before), b"/XRefStm %d" % at)
    pdf = PdfFile(hybrid + b"startxref\n%d\n%%%%EOF\n" % table_at)
    assert pdf.hybrid
    assert pdf.get(Ref(4)) == b"mark"
    # where that stream does not know it either, it is gone; an older revision has no say
    silent = hybrid.replace(b"/Index[4 1]", b"/Index[7 1]")
    assert PdfFile(silent + b"startxref\n%d\n%%%%EOF\n" % table_at).get(Ref(4)) is None


def test_generations() -> None:
    pdf = PdfFile(table(MARK, generations={4: 7}))
    assert pdf.generation(Ref(4)) == 7
    assert pdf.generation(Ref(99)) == 0


def test_streams_whose_length_is_wrong_or_elsewhere() -> None:
    right = stream(b"", b"some data")
    bodies = {
        4: right,
        5: right.replace(b"Length 9", b"Length 8"),
        6: right.replace(b"Length 9", b"Length 999999"),
        7: right.replace(b"Length 9", b"Length 8 0 R"),
        8: b"9",
    }
    pdf = PdfFile(table({**PLAIN, **bodies}))
    assert [pdf.stream_data(Ref(number)).strip() for number in (4, 5, 6, 7)] == [b"some data"] * 4
    with pytest.raises(DamagedPdf):
        pdf.stream_data(Ref(8))


def test_inherited_entries_reach_the_page() -> None:
    tree = {
        1: CATALOG,
        2: b"<</Type/Pages/Kids[4 0 R 3 0 R]/Count 3/MediaBox[0 0 9 9]/Rotate 90>>",
        3: b"<</Type/Page/Parent 2 0 R/Rotate 0>>",
        4: b"<</Type/Pages/Parent 2 0 R/Kids[5 0 R 99 0 R]/Count 2>>",
        5: b"<</Type/Page/Parent 4 0 R>>",
    }
    pages = list(PdfFile(table(tree)).pages())
    assert [(ref.number, page[Name("Rotate")]) for ref, page in pages] == [(5, 90), (3, 0)]
    assert pages[0][1][Name("MediaBox")] == [0, 0, 9, 9]


def without(data: bytes, old: bytes, new: bytes = b"") -> bytes:
    assert old in data
    return data.replace(old, new)


T, X = table(MARK), packed(MARK, inside=(4,))
BROKEN = {
    "empty": b"",
    "not a pdf": without(T, b"%PDF-", b"GIF89"),
    "no startxref": without(T, b"startxref"),
    "startxref to nowhere": without(T, b"xref\n%d" % startxref(T), b"xref\n9999"),
    "startxref into the text": without(T, b"xref\n%d" % startxref(T), b"xref\n30"),
    "no trailer": without(T, b"trailer"),
    "trailer that is a list": without(T, b"<</Root 1 0 R/Size 5>>", b"[/Root 1 0 R/Size 5 ]"),
    "trailer that does not end": without(T, b"/Size 5>>", b"/Size 5((("),
    "no catalog": without(T, b"/Root 1 0 R", b"/Roof 1 0 R"),
    "catalog that is a number": without(T, CATALOG, b"17" + b" " * 26),
    "a wrong offset": without(T, b"%010d 00000 n" % T.index(b"1 0 obj"), b"0000000003 00000 n"),
    "a wrong object": without(
        T, b"%010d 00000 n" % T.index(b"1 0 obj"), b"%010d 00000 n" % T.index(b"2 0 obj")
    ),
    "an entry of letters": without(T, b" 00000 n\r\n2 1", b" 0000x n\r\n2 1"),
    "sections in a circle": without(T, b"/Size 5", b"/Size 5/Prev %d" % startxref(T)),
    "a previous section outside": without(T, b"/Size 5", b"/Size 5/Prev 99999"),
    "a previous section that is none": without(T, b"/Size 5", b"/Size 5/Prev 9"),
    "a previous section that is text": without(T, b"/Size 5", b"/Size 5/Prev(9)"),
    "widths missing": without(X, b"/W[1 2 2]"),
    "widths of zero": without(X, b"/W[1 2 2]", b"/W[0 0 0]"),
    "widths of text": without(X, b"/W[1 2 2]", b"/W[1(2)2]"),
    "an odd index": without(X, b"/W[1 2 2]", b"/W[1 2 2]/Index[1]"),
    "an index below zero": without(X, b"/W[1 2 2]", b"/W[1 2 2]/Index[-1 2]"),
    "cut in the middle": T[: len(T) // 2],
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_what_is_broken_is_said(data: bytes) -> None:
    for source in (data, io.BytesIO(data)):
        with pytest.raises((DamagedPdf, NotAPdf)):
            list(PdfFile(source).pages())


def test_bounds() -> None:
    too_many = without(T, b"0 1\n0000000000", b"0 99999999\n0000000000")
    with pytest.raises(LimitExceeded):
        PdfFile(too_many)
    rows = b"/W[1 2 2]/Index[8388605 9]"
    with pytest.raises(LimitExceeded):
        PdfFile(without(X, b"/W[1 2 2]", rows))


def large(size: int) -> bytes:
    """A page of that many bytes."""
    return PAGE[:-2] + b"/X(%s)>>" % (b"x" * size)


@pytest.mark.parametrize("padding", [b"", b" " * (2 << 20)], ids=["small file", "large file"])
def test_an_object_of_a_mebibyte_is_the_largest(padding: bytes) -> None:
    """In memory a list takes a hundred times as much as its text."""
    good, bad = ({**PLAIN, 3: large(size), 4: padding} for size in (900_000, 1_200_000))
    for whole in (table(good), table(bad)):
        for source in (whole, io.BytesIO(whole)):
            pages = PdfFile(source).pages()
            if len(whole) - len(padding) < 1_000_000:
                assert len(list(pages)) == 1
            else:
                with pytest.raises(LimitExceeded, match="size of an object"):
                    list(pages)


DIGITS = b"/Contents<%s>" % (b"0" * 3_000_000)  # with revocation lists they can be so many


@pytest.mark.parametrize(
    ("more", "fits"),
    [(DIGITS, True), (DIGITS * 6, False), (DIGITS + b"/X(%s)" % (b"x" * 1_200_000), False)],
    ids=["one signature", "too many digits", "more than digits"],
)
def test_the_digits_of_a_signature_may_be_more(more: bytes, fits: bool) -> None:
    whole = table({**PLAIN, 4: b"<<%s>>" % more, 5: b"(%s)" % (b"x" * 2_000_000)})
    for source in (whole, io.BytesIO(whole)):
        pdf = PdfFile(source)
        if fits:
            assert pdf.get_dict(Ref(4))[Name("Contents")] == bytes(1_500_000)
        else:
            with pytest.raises(LimitExceeded, match="size of an object"):
                pdf.get(Ref(4))


def test_an_object_of_an_object_stream_is_bounded_as_well() -> None:
    good, bad = ({**PLAIN, 4: b"(%s)" % (b"x" * size)} for size in (1_000_000, 1_100_000))
    assert PdfFile(packed(good, inside=(3, 4))).get(Ref(4)) == b"x" * 1_000_000
    pdf = PdfFile(packed(bad, inside=(3, 4)))
    assert pdf.get(Ref(3))
    with pytest.raises(LimitExceeded, match="size of an object"):
        pdf.get(Ref(4))


def test_the_index_of_an_object_stream_is_bounded() -> None:
    body = stream(b"/Type/ObjStm/N 300000/First 1200000", b"4 0 " * 300_000 + b"(mark)")
    good = packed(MARK, inside=(4,))
    start = good.index(b"5 0 obj\n") + 8
    whole = good[:start] + body + good[good.index(b"\nendobj", start) :]
    moved = len(whole) - len(good)
    at = startxref(good)
    whole = whole.replace(b"startxref\n%d" % at, b"startxref\n%d" % (at + moved))
    with pytest.raises(LimitExceeded, match="number of objects"):
        PdfFile(whole).get(Ref(4))


def nested(count: int) -> bytes:
    """Kids of the page tree, each inside the text of the one before it."""
    kids = b" ".join(b"%d 0 R" % (10 + index) for index in range(count))
    out = bytearray(table({1: CATALOG, 2: b"<</Type/Pages/Kids[%s]>>" % kids}))
    offsets = []
    for index in range(count):
        offsets.append(len(out))
        out += b"%d 0 obj(" % (10 + index)
    start = len(out) + count + 8
    out += b")" * count + b"\nendobj\nxref\n10 %d\n" % count
    out += b"".join(b"%010d 00000 n\r\n" % offset for offset in offsets)
    end = (startxref(table({1: CATALOG, 2: b"<</Type/Pages/Kids[%s]>>" % kids})), start)
    return bytes(out + b"trailer\n<</Root 1 0 R/Size 9/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % end)


def in_one_text(count: int) -> bytes:
    """Kids of the page tree that an object stream has at the same place."""
    kids = b" ".join(b"%d 0 R" % (10 + index) for index in range(count))
    index = b" ".join(b"%d 0" % (10 + index) for index in range(count)) + b" "
    text = zlib.compress(index + b"(" + b"()" * 9000 + b")")
    entries = b"/Type/ObjStm/N %d/First %d/Filter/FlateDecode" % (count, len(index))
    tree = {1: CATALOG, 2: b"<</Type/Pages/Kids[%s]>>" % kids, 3: stream(entries, text)}
    out = table(tree)
    rows = (b"\2" + (3).to_bytes(2, "big") + b"\0") * count
    head = b"/Type/XRef/W[1 2 1]/Index[10 %d]/Size 9/Root 1 0 R/Prev %d" % (count, startxref(out))
    section = stream(head, rows)
    return out + b"9 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (section, len(out))


@pytest.mark.parametrize("make", [nested, in_one_text])
def test_objects_that_share_their_text_are_not_read_for_hours(
    make: Callable[[int], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document, "MAX_PARSED", 1 << 18)
    assert list(PdfFile(make(9)).pages()) == []
    with pytest.raises(LimitExceeded, match="number of objects"):
        list(PdfFile(make(900)).pages())


def test_an_object_stream_that_is_opened_again_and_again_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = packed({**PLAIN, 4: b"(%s)" % (b"x" * 60_000)}, inside=(3, 4))
    pdf = PdfFile(data)
    for _ in range(20):
        assert pdf.get(Ref(3))
    monkeypatch.setattr(document, "MAX_PARSED", 1 << 18)
    with pytest.raises(LimitExceeded):
        for _ in range(20):
            pdf._objects.clear()
            pdf._containers.clear()
            pdf.get(Ref(3))


@pytest.mark.parametrize(
    "tree",
    [
        {2: b"<</Kids[2 0 R]>>"},
        {2: b"<</Kids[3 0 R]>>", 3: b"<</Kids[2 0 R]>>"},
        {2: b"<</Kids[<</Type/Page>>]>>"},
    ],
)
def test_page_trees_that_make_no_sense(tree: dict[int, bytes]) -> None:
    with pytest.raises(DamagedPdf):
        list(PdfFile(table({1: CATALOG, 3: PAGE, **tree})).pages())


def test_a_page_that_is_listed_twice_is_shown_twice() -> None:
    """As readers do it: it is no circle."""
    twice = {**PLAIN, 2: b"<</Kids[3 0 R 4 0 R]>>", 4: b"<</Kids[3 0 R]>>"}
    assert page_refs(table(twice)) == [Ref(3), Ref(3)]


def test_a_page_tree_that_doubles_at_each_level_ends() -> None:
    doubling = {n: b"<</Kids[%d 0 R %d 0 R]>>" % (n + 1, n + 1) for n in range(2, 40)}
    with pytest.raises(LimitExceeded):
        list(PdfFile(table({1: CATALOG, **doubling, 40: PAGE})).pages())


def test_a_page_tree_has_a_bounded_depth() -> None:
    deep = {n: b"<</Kids[%d 0 R]>>" % (n + 1) for n in range(2, 300)}
    with pytest.raises(LimitExceeded):
        list(PdfFile(table({1: CATALOG, **deep, 300: PAGE})).pages())


def test_circular_references() -> None:
    with pytest.raises(DamagedPdf):
        PdfFile(table({**PLAIN, 4: b"5 0 R", 5: b"4 0 R"})).get(Ref(4))


@pytest.mark.parametrize(
    "body",
    [
        stream(b"/Type/ObjStm/N 1/First 999", b"4 0 (mark)"),
        stream(b"/Type/ObjStm/N 1/First 3", b"4 x(mark)"),
        stream(b"/Type/ObjStm/N 1/First 4", b"4 0 (mark"),
        stream(b"/Type/ObjStm/N 1/First 4/Filter/FlateDecode", b"4 0 (mark)"),
        b"(no stream)",
    ],
)
def test_broken_object_streams(body: bytes) -> None:
    good = packed(MARK, inside=(4,))
    start = good.index(b"5 0 obj\n") + 8
    end = good.index(b"\nendobj", start)
    room = end - start
    assert len(body) <= room
    with pytest.raises(DamagedPdf):
        PdfFile(good[:start] + body.ljust(room) + good[end:]).get(Ref(4))


def test_an_inflating_object_stream_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = zlib.compress(b"4 0 " + bytes(40 << 20))
    body = stream(b"/Type/ObjStm/N 1/First 4/Filter/FlateDecode", bomb)
    assert len(bomb) < 50_000
    data = table({**PLAIN, 5: body})
    pdf = PdfFile(data)
    with pytest.raises(LimitExceeded):
        pdf.stream_data(Ref(5))


def test_any_cut_of_a_file_is_a_typed_error_or_a_file() -> None:
    for data in (T, X):
        for end in range(len(data)):
            try:
                list(PdfFile(data[:end]).pages())
            except TekenError:
                continue


def test_kids_below_pages_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.crypto.pdf.document.MAX_PAGES", 5)
    many = dict.fromkeys(range(3, 13), PAGE)
    kids = b"<</Kids[%s]>>" % b" ".join(b"%d 0 R" % n for n in many)
    with pytest.raises(LimitExceeded):
        list(PdfFile(table({1: CATALOG, 2: kids, **many})).pages())


def test_pages_are_found_where_the_root_is_direct() -> None:
    catalog = b"<</Type/Catalog/Pages<</Kids[3 0 R]/Count 1>>>>"
    assert page_refs(table({1: catalog, 2: PAGES, 3: PAGE})) == [Ref(3)]
