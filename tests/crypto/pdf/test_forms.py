"""Which fields there are, which are signed, and what earlier signatures forbid."""

from __future__ import annotations

import pytest

from app.crypto.pdf.document import PdfFile
from app.crypto.pdf.forms import Form, covers, read_form
from app.crypto.pdf.objects import Dict, Name, Object, Ref
from app.errors import CertifiedFinal, DamagedPdf, FieldLocked, LimitExceeded
from tests.handmade import PLAIN, table

CATALOG = b"<</Type/Catalog/Pages 2 0 R/AcroForm 4 0 R%s>>"
SIGNED = b"<</Type/Sig/Contents<00>%s>>"
REFERENCE = b"/Reference[<</TransformMethod/%s/TransformParams<<%s>>>>]"


def form(fields: bytes, objects: dict[int, bytes], catalog: bytes = b"") -> Form:
    body = {**PLAIN, 1: CATALOG % catalog, 4: b"<</Fields[%s]>>" % fields, **objects}
    return read_form(PdfFile(table(body)))


def test_no_form() -> None:
    assert read_form(PdfFile(table())) == Form((), frozenset(), None, ())


def test_names_types_and_widgets() -> None:
    found = form(
        b"5 0 R 6 0 R 9 0 R 10 0 R null",
        {
            5: b"<</FT/Sig/T(alone)>>",
            6: b"<</T(letter)/Kids[7 0 R 8 0 R]/FT/Sig>>",  # /FT is inherited
            7: b"<</T(head)/Parent 6 0 R/V 11 0 R>>",
            8: b"<</T(secretary)/Parent 6 0 R/Kids[12 0 R]>>",
            9: b"<</FT/Tx/T(text)/V(not a signature)>>",
            10: b"<</FT/Sig/T<FEFF004E00FA>>>",
            11: SIGNED % b"",
            12: b"<</Subtype/Widget/Parent 8 0 R>>",
        },
    )
    assert [(field.name, field.signed, field.widget.number) for field in found.fields] == [
        ("alone", False, 5),
        ("letter.head", True, 7),
        ("letter.secretary", False, 12),
        ("Nú", False, 10),
    ]
    assert found.names >= {"alone", "letter", "text", "Nú"}
    assert [field.name for field in found.signed] == ["letter.head"]
    assert [field.name for field in found.empty] == ["alone", "letter.secretary", "Nú"]


@pytest.mark.parametrize("kids", [b"5 0 R", b"6 0 R 6 0 R"])
def test_trees_that_meet_themselves_are_damage(kids: bytes) -> None:
    field = {5: b"<</T(a)/Kids[%s]>>" % kids, 6: b"<</T(b)/FT/Sig>>"}
    with pytest.raises(DamagedPdf):
        form(b"5 0 R", field)


def test_a_tree_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    chain = {n: b"<</T(a)/Kids[%d 0 R]>>" % (n + 1) for n in range(5, 60)}
    with pytest.raises(DamagedPdf):
        form(b"5 0 R", chain)
    monkeypatch.setattr("app.crypto.pdf.forms.MAX_FIELDS", 3)
    with pytest.raises(LimitExceeded):
        form(b"5 0 R 6 0 R 7 0 R 8 0 R 9 0 R", dict.fromkeys(range(5, 10), b"<</FT/Sig>>"))


@pytest.mark.parametrize(
    ("reference", "level"),
    [
        (REFERENCE % (b"DocMDP", b"/P 1"), 1),
        (REFERENCE % (b"DocMDP", b"/P 3"), 3),
        (REFERENCE % (b"DocMDP", b""), 2),
        (REFERENCE % (b"DocMDP", b"/P 9"), 1),  # unreadable: the strictest
        (REFERENCE % (b"DocMDP", b"/P(2)"), 1),
        (REFERENCE % (b"Identity", b""), 1),
        (b"", 1),
    ],
)
def test_certification(reference: bytes, level: int) -> None:
    objects = {5: b"<</FT/Sig/T(a)/V 6 0 R>>", 6: SIGNED % reference}
    assert form(b"5 0 R", objects, b"/Perms<</DocMDP 6 0 R>>").certified == level


def test_a_lock_of_an_approval_can_be_as_strict_as_a_certification() -> None:
    reference = REFERENCE % (b"FieldMDP", b"/Action/All/P 1")
    found = form(b"5 0 R", {5: b"<</FT/Sig/T(a)/V 6 0 R>>", 6: SIGNED % reference})
    assert found.certified == 1
    with pytest.raises(CertifiedFinal):
        found.check_open("b")


def lock(action: str, *names: bytes) -> Dict:
    listed: Object = list(names)
    return {Name("Action"): Name(action), Name("Fields"): listed}


@pytest.mark.parametrize(
    ("given", "name", "covered"),
    [
        (lock("All"), "a", True),
        (lock("Include", b"a"), "a", True),
        (lock("Include", b"a"), "a.b", True),
        (lock("Include", b"a"), "ab", False),
        (lock("Include"), "a", False),
        (lock("Exclude", b"a"), "a", False),
        (lock("Exclude", b"a"), "b", True),
        (lock("Whatever", b"a"), "b", True),
        ({}, "b", True),
    ],
)
def test_what_a_lock_covers(given: Dict, name: str, covered: bool) -> None:
    assert covers(given, name) is covered


def test_locks_of_signed_fields_count_and_those_of_empty_ones_do_not() -> None:
    parameters = b"/Action/Include/Fields 7 0 R"
    found = form(
        b"5 0 R 8 0 R",
        {
            5: b"<</FT/Sig/T(a)/V 6 0 R>>",
            6: SIGNED % (REFERENCE % (b"FieldMDP", parameters)),
            7: b"[(b) 9 0 R]",
            8: b"<</FT/Sig/T(d)/Lock<</Action/All>>>>",
            9: b"(c)",
        },
    )
    assert [found.locked(name) for name in "abcd"] == [False, True, True, False]
    found.check_open("d")
    with pytest.raises(FieldLocked):
        found.check_open("c")


def test_the_widget_is_a_reference() -> None:
    found = form(b"5 0 R", {5: b"<</FT/Sig/T(a)/Kids[<</Subtype/Widget>>]>>"})
    assert found.fields[0].widget == Ref(5)
