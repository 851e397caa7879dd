"""What a signature changes in a file, object by object, and nothing besides."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.crypto.pdf.document import PdfFile
from app.crypto.pdf.forms import read_form
from app.crypto.pdf.objects import Dict, Name, Object, Ref
from app.crypto.sign import prepare_fields, sign
from app.errors import (
    DamagedPdf,
    FieldLocked,
    LimitExceeded,
    NewFieldAfterCertification,
    PageNotFound,
    SeedValueUnmet,
    StampCoversSignature,
    StampOutsidePage,
    UnsupportedForm,
)
from app.model import FieldSpec, Person, Place, Rect, SignRequest, Stamp
from tests import pki
from tests.handmade import CATALOG, PAGE, PAGES, PLAIN, packed, stream, table

KEY = pki.identity("p256").signing_key()
REQUEST = SignRequest(pki.SIGNED_AT)
RECT = Rect(100, 100, 200, 70)
STAMP = Stamp(Person("Maria Tallo"), "https://teken.example/v/abc", Place(1, RECT))
FORM = b"<</Type/Catalog/Pages 2 0 R/AcroForm %s>>"


def signed(data: bytes, **changes: object) -> PdfFile:
    return PdfFile(data + sign(data, KEY, replace(REQUEST, **changes)))  # type: ignore[arg-type]


def changed(before: bytes, after: PdfFile) -> set[int]:
    """The numbers of the objects that the new revision holds."""
    assert after.source.size > len(before)
    section = after.sections[0]
    return {
        part.first + index
        for part in section.ranges
        for index in range(part.count)
        if part.find(after.source, part.first + index)
    }


def form(pdf: PdfFile) -> Dict:
    return pdf.get_dict(pdf.catalog[Name("AcroForm")])


def annots(pdf: PdfFile, page: int = 3) -> list[Object]:
    return pdf.get_list(pdf.get_dict(Ref(page))[Name("Annots")])


def test_a_plain_file_gets_five_objects() -> None:
    data = table()
    pdf = signed(data)
    assert changed(data, pdf) == {1, 3, 4, 5, 6}  # catalog, page, value, field, form
    assert form(pdf)[Name("SigFlags")] == 3
    assert annots(pdf) == [Ref(5)]
    widget = pdf.get_dict(Ref(5))
    assert (widget[Name("F")], widget[Name("P")]) == (132, Ref(3))
    assert widget[Name("Rect")] == [0, 0, 0, 0]


def test_the_section_has_the_form_of_the_file() -> None:
    assert not signed(table()).sections[0].stream
    pdf = signed(packed())
    assert pdf.sections[0].stream
    assert pdf.sections[0].trailer[Name("Root")] == Ref(1)


def test_identity() -> None:
    given = signed(table(trailer=b"/Root 1 0 R/ID[<01><02>]/Info 3 0 R"))
    first, second = given.get_list(given.trailer[Name("ID")])
    assert first == b"\x01"
    assert len(second) == 16  # type: ignore[arg-type]
    assert given.trailer[Name("Info")] == Ref(3)
    first, second = signed(table()).trailer[Name("ID")]  # type: ignore[misc]
    assert first == second


@pytest.mark.parametrize("size", [1, 4, 99999999])
def test_numbers_in_use_are_not_taken_again(size: int) -> None:
    pdf = signed(table({**PLAIN, 50: b"(last)"}, size=size))
    assert pdf.get(Ref(50)) == b"last"
    assert read_form(pdf).signed[0].ref.number > 50


def test_no_room_for_more_objects() -> None:
    with pytest.raises(LimitExceeded):
        signed(table(size=8_388_600))


def test_generations_are_kept() -> None:
    pdf = signed(table(generations={3: 2}).replace(b"Kids[3 0 R]", b"Kids[3 2 R]"))
    assert pdf.generation(Ref(3)) == 2
    assert annots(pdf) == [Ref(5)]


@pytest.mark.parametrize(
    ("catalog", "objects", "expected"),
    [
        (b"<</Fields[]>>", {}, 1),  # direct: in the catalog
        (b"4 0 R", {4: b"<</Fields[]>>"}, 4),
        (b"4 0 R", {4: b"<</Fields 5 0 R>>", 5: b"[]"}, 5),
        (b"4 0 R", {4: b"null"}, 1),  # absent: a new form, named by the catalog
    ],
)
def test_the_form_is_changed_where_it_is(
    catalog: bytes, objects: dict[int, bytes], expected: int
) -> None:
    data = table({**PLAIN, 1: FORM % catalog, **objects})
    pdf = signed(data)
    assert expected in changed(data, pdf)
    assert len(pdf.get_list(form(pdf)[Name("Fields")])) == 1
    assert read_form(pdf).signed[0].name == "Teken1"


def test_new_names_differ_from_those_in_use() -> None:
    fields = {4: b"<</T(Teken1)/FT/Tx>>", 5: b"<</T(Teken2)/FT/Tx>>"}
    data = table({**PLAIN, 1: FORM % b"<</Fields[4 0 R 5 0 R]>>", **fields})
    assert read_form(signed(data)).signed[0].name == "Teken3"


def test_need_appearances_goes_before_the_first_signature_only() -> None:
    data = table({**PLAIN, 1: FORM % b"<</Fields[]/NeedAppearances true>>"})
    first = signed(data)
    assert Name("NeedAppearances") not in form(first)
    value = b"<</T(a)/FT/Sig/V<</Type/Sig>>>>"
    later = {**PLAIN, 1: FORM % b"<</Fields[4 0 R]/NeedAppearances true/SigFlags 3>>", 4: value}
    assert form(signed(table(later)))[Name("NeedAppearances")] is True


def pages(first: bytes, second: bytes) -> dict[int, bytes]:
    return {
        1: CATALOG,
        2: b"<</Type/Pages/Kids[3 0 R 4 0 R]/Count 2>>",
        3: PAGE[:-2] + first + b">>",
        4: PAGE[:-2] + second + b">>",
        5: b"[6 0 R]",
        6: b"<</Subtype/Link/Rect[0 0 9 9]>>",
    }


def test_annots_of_a_page_alone_are_changed_in_place() -> None:
    data = table(pages(b"/Annots 5 0 R", b""))
    pdf = signed(data)
    assert 5 in changed(data, pdf)
    assert 3 not in changed(data, pdf)
    assert annots(pdf)[0] == Ref(6)


def test_annots_that_pages_share_are_no_longer_shared() -> None:
    pdf = signed(table(pages(b"/Annots 5 0 R", b"/Annots 5 0 R")))
    assert len(annots(pdf, 3)) == 2
    assert annots(pdf, 4) == [Ref(6)]


def test_a_dangling_annots_is_replaced() -> None:
    assert len(annots(signed(table(pages(b"/Annots 99 0 R", b""))))) == 1


LOCKED = {
    4: b"<</T(a)/FT/Sig/Lock<</Action/Include/Fields[(b)]>>/SV<</Ff 8/Reasons[(Setuju)]>>>>",
    5: b"<</T(b)/FT/Sig>>",
    6: b"<</T(c)/FT/Sig>>",
}
TWO_FIELDS = table({**PLAIN, 1: FORM % b"<</Fields[4 0 R 5 0 R 6 0 R]>>", **LOCKED})


def test_a_lock_becomes_field_mdp_and_is_obeyed() -> None:
    with pytest.raises(SeedValueUnmet):
        signed(TWO_FIELDS, field="a")
    data = TWO_FIELDS + sign(TWO_FIELDS, KEY, replace(REQUEST, field="a", reason="Setuju"))
    pdf = PdfFile(data)
    (reference,) = pdf.get_list(pdf.get_dict(read_form(pdf).signed[0].value)[Name("Reference")])
    entry = pdf.get_dict(reference)
    assert entry[Name("TransformMethod")] == "FieldMDP"
    assert entry[Name("Data")] == Ref(1)
    assert pdf.get_dict(entry[Name("TransformParams")])[Name("Fields")] == [b"b"]
    with pytest.raises(FieldLocked):
        signed(data, field="b")
    assert read_form(signed(data, field="c")).signed[-1].name == "c"


def test_where_all_is_locked_a_new_field_gives_way_to_an_open_one() -> None:
    value = b"<</Type/Sig/Reference[<</TransformMethod/FieldMDP/TransformParams<<%s>>>>]>>"
    fields = {4: b"<</T(a)/FT/Sig/V 6 0 R>>", 5: b"<</T(b)/FT/Sig>>"}
    catalog = {1: FORM % b"<</Fields[4 0 R 5 0 R]>>"}
    lock = value % b"/Action/Exclude/Fields[(b)]"
    assert read_form(signed(table({**PLAIN, **catalog, **fields, 6: lock}))).signed[-1].name == "b"
    with pytest.raises(NewFieldAfterCertification):
        signed(table({**PLAIN, **catalog, **fields, 6: value % b"/Action/All"}))


def test_a_certification_is_entered_in_the_catalog() -> None:
    permissions = b"<</Type/Catalog/Pages 2 0 R/Perms 4 0 R>>"
    pdf = signed(table({**PLAIN, 1: permissions, 4: b"<</UR3 3 0 R>>"}), certify=3)
    entries = pdf.get_dict(pdf.catalog[Name("Perms")])
    assert entries[Name("DocMDP")] == read_form(pdf).signed[0].ref._replace(number=5)
    assert entries[Name("UR3")] == Ref(3)
    assert read_form(pdf).certified == 3


def test_a_dynamic_form_is_refused() -> None:
    with pytest.raises(UnsupportedForm):
        signed(table({**PLAIN, 1: b"<</Type/Catalog/Pages 2 0 R/NeedsRendering true>>"}))


def test_a_file_without_pages_is_refused() -> None:
    with pytest.raises(DamagedPdf):
        signed(table({1: CATALOG, 2: b"<</Type/Pages/Kids[]/Count 0>>"}))


# -- what is seen --------------------------------------------------------------------------------


def test_a_stamp_goes_where_it_was_put() -> None:
    pdf = signed(table(), stamp=STAMP)
    widget = pdf.get_dict(annots(pdf)[0])
    assert widget[Name("Rect")] == [100, 100, 300, 170]
    appearance = pdf.get_dict(pdf.get_dict(widget[Name("AP")])[Name("N")])
    assert appearance[Name("Subtype")] == "Form"


@pytest.mark.parametrize(
    ("place", "error"),
    [
        (Place(2, RECT), PageNotFound),
        (Place(1, Rect(300, 100, 200, 70)), StampOutsidePage),
        (Place(1, Rect(100, 100, 0, 70)), StampOutsidePage),
        (Place(1, Rect(-5, 100, 200, 70)), StampOutsidePage),
    ],
)
def test_places_that_are_none(place: Place, error: type[Exception]) -> None:
    with pytest.raises(error):
        signed(table(), stamp=replace(STAMP, place=place))


@pytest.mark.parametrize("parent", [4, 5, 6])
def test_a_stamp_covers_no_field_that_inherits_its_type(parent: int) -> None:
    widget = b"<</Subtype/Widget/Rect[90 90 110 110]/Parent %d 0 R>>" % parent
    fields = {4: b"<</FT/Sig>>", 5: b"<</Parent 4 0 R>>", 6: b"<</Parent 5 0 R>>"}
    page = PAGE[:-2] + b"/Annots[7 0 R]>>"
    data = table({**PLAIN, 3: page, **fields, 7: widget})
    with pytest.raises(StampCoversSignature):
        signed(data, stamp=STAMP)
    assert signed(data.replace(b"/FT/Sig", b"/FT/Btn"), stamp=STAMP)


def test_a_stamp_covers_no_other() -> None:
    once = table() + sign(table(), KEY, replace(REQUEST, stamp=STAMP))
    near = replace(STAMP, place=Place(1, Rect(150, 150, 200, 70)))
    with pytest.raises(StampCoversSignature):
        signed(once, stamp=near)
    assert signed(once, stamp=replace(STAMP, place=Place(1, Rect(100, 200, 200, 70))))


def test_auto_finds_free_paper() -> None:
    once = table() + sign(table(), KEY, replace(REQUEST, stamp=replace(STAMP, place=None)))
    twice = signed(once, stamp=replace(STAMP, place=None))
    places = [twice.get_dict(field.widget)[Name("Rect")] for field in read_form(twice).signed]
    assert places[0] != places[1]


FIELD = b"<</T(a)/FT/Sig/Subtype/Widget/F 2/AS/x/Rect[%s]/P 3 0 R>>"


@pytest.mark.parametrize("listed", [True, False])
def test_a_stamp_fills_the_rectangle_of_its_field(listed: bool) -> None:
    page = PAGE[:-2] + (b"/Annots[4 0 R]>>" if listed else b">>")
    catalog = FORM % b"<</Fields[4 0 R]/SigFlags 3>>"
    data = table({1: catalog, 2: PAGES, 3: page, 4: FIELD % b"50 50 250 120"})
    pdf = signed(data, field="a", stamp=STAMP)
    widget = pdf.get_dict(Ref(4))
    assert widget[Name("Rect")] == [50, 50, 250, 120]
    assert widget[Name("F")] == 132  # shown, although it was hidden
    assert Name("AS") not in widget
    assert changed(data, pdf) >= {4}
    assert 3 not in changed(data, pdf)


def test_a_field_without_area_stays_unseen() -> None:
    data = table({**PLAIN, 1: FORM % b"<</Fields[4 0 R]>>", 4: FIELD % b"0 0 0 0"})
    assert Name("AP") not in signed(data, field="a", stamp=STAMP).get_dict(Ref(4))


def test_a_field_of_a_file_without_pages() -> None:
    tree = {2: b"<</Type/Pages/Kids[]>>", 4: FIELD % b"0 0 0 0"}
    with pytest.raises(DamagedPdf):
        signed(table({**PLAIN, 1: FORM % b"<</Fields[4 0 R]>>", **tree}), field="a")


def test_the_widget_may_be_a_kid_of_its_field() -> None:
    kid = b"<</Parent 4 0 R/Subtype/Widget/Rect[50 50 250 120]>>"
    fields = {4: b"<</T(a)/FT/Sig/Kids[5 0 R]>>", 5: kid}
    pdf = signed(
        table({**PLAIN, 1: FORM % b"<</Fields[4 0 R]>>", **fields}), field="a", stamp=STAMP
    )
    assert Name("V") in pdf.get_dict(Ref(4))
    assert Name("AP") in pdf.get_dict(Ref(5))


CLAIM = stream(b"/Type/Metadata/Subtype/XML", b"<x pdfaid:part='1'/>")


@pytest.mark.parametrize(
    ("metadata", "blank"),
    [
        (CLAIM, True),
        (CLAIM.replace(b"pdfaid", b"nothing"), False),
        (CLAIM.replace(b"/Type", b"/Filter/FlateDecode/Type"), False),
        (b"(no stream)", False),
    ],
)
def test_an_unseen_field_of_a_pdfa_has_an_appearance(metadata: bytes, blank: bool) -> None:
    catalog = b"<</Type/Catalog/Pages 2 0 R/Metadata 4 0 R>>"
    pdf = signed(table({**PLAIN, 1: catalog, 4: metadata}))
    assert (Name("AP") in pdf.get_dict(annots(pdf)[0])) is blank


@pytest.mark.parametrize("metadata", [CLAIM, b"(no stream)"])
def test_prepared_fields_of_a_pdfa_have_an_appearance(metadata: bytes) -> None:
    """ISO 19005-1, 6.9: of every field, signed or not."""
    catalog = b"<</Type/Catalog/Pages 2 0 R/Metadata 4 0 R>>"
    data = table({**PLAIN, 1: catalog, 4: metadata})
    fields = [FieldSpec("paraf"), FieldSpec("kepala", Place(1, RECT))]
    pdf = PdfFile(data + prepare_fields(data, fields))
    looks = [pdf.get_dict(pdf.get_dict(widget).get(Name("AP"))) for widget in annots(pdf)]
    boxes = [pdf.get_dict(look.get(Name("N"))).get(Name("BBox")) for look in looks]
    expected: list[Object] = [[0, 0, 0, 0], [0, 0, RECT.width, RECT.height]]
    assert boxes == (expected if metadata is CLAIM else [None, None])


@pytest.mark.parametrize("intent", [b"", b"/OutputIntents[<</S/GTS_PDFA1>>]"])
def test_grey_is_calibrated_where_a_pdfa_has_no_output_intent(intent: bytes) -> None:
    catalog = b"<</Type/Catalog/Pages 2 0 R/Metadata 4 0 R%s>>" % intent
    pdf = signed(table({**PLAIN, 1: catalog, 4: CLAIM}), stamp=STAMP)
    widget = pdf.get_dict(annots(pdf)[0])
    look = pdf.get_dict(pdf.get_dict(widget[Name("AP")])[Name("N")])
    assert (Name("ColorSpace") in pdf.get_dict(look[Name("Resources")])) is not bool(intent)
