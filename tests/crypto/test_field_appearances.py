"""Fields that every reader had to draw by itself look in all of them as they were shown."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from app.crypto import field_appearances
from app.crypto.pdf import weight
from app.crypto.pdf.document import PdfFile
from app.crypto.pdf.objects import Dict, Name, Ref
from app.crypto.pdf.rendering import open_rendered
from app.crypto.sign import prepare_fields, sign
from app.errors import LimitExceeded, UnsupportedForm
from app.model import FieldSpec
from tests import builders, looks, needing, oracles, pki
from tests.handmade import packed, stream, table

KEY = pki.identity().signing_key()
LOOK = Name("AP")
TEXT = Ref(8)


def signed(data: bytes) -> bytes:
    return data + sign(data, KEY, builders.request())


def whole(objects: dict[int, bytes]) -> bytes:
    return table(builders.letter(more=objects), trailer=builders.TRAILER)


def form(data: bytes) -> Dict:
    pdf = PdfFile(data)
    return pdf.get_dict(pdf.catalog[Name("AcroForm")])


def shown_by_mupdf(data: bytes) -> str:
    """MuPDF shows what is stored. It is the judge here: PDFium, which made it, is not asked."""
    with oracles.on_disk(data) as path:
        return oracles.run("mutool", "draw", "-q", "-F", "txt", path).stdout


@pytest.mark.parametrize("make", [needing.text_field, needing.of_all_kinds])
def test_the_value_is_seen_in_a_reader_that_draws_no_fields(
    make: Callable[[], dict[int, bytes]],
) -> None:
    data = whole(make())
    assert "Maria Contoh" not in shown_by_mupdf(data)
    assert "Maria Contoh" in shown_by_mupdf(signed(data))


def test_no_word_of_a_reader_that_draws_fields_is_lost() -> None:
    data = whole(needing.of_all_kinds())
    bare = data.replace(b"/V(Maria Contoh)", b"/V(Maria       )")
    with oracles.on_disk(data) as before, oracles.on_disk(signed(data)) as after:
        assert looks.missing_words(before, after) == []
        with oracles.on_disk(bare) as other:
            assert looks.missing_words(before, other) == ["Contoh"], "it can be missed"


def test_each_state_of_a_button_gets_its_look() -> None:
    pdf = PdfFile(signed(whole(needing.of_all_kinds())))
    states = pdf.get_dict(pdf.get_dict(pdf.get_dict(Ref(22))[LOOK])[Name("N")])
    assert set(states) == {"Ya", "Off"}
    assert pdf.get_dict(Ref(22))[Name("AS")] == "Ya"
    assert all(isinstance(ref, Ref) and ref.number > 26 for ref in states.values())


def test_the_fonts_of_the_form_are_not_repeated() -> None:
    data = whole(needing.text_field())
    pdf = PdfFile(signed(data))
    look = pdf.get_dict(pdf.get_dict(TEXT)[LOOK])[Name("N")]
    resources = pdf.get_dict(pdf.get_dict(look)[Name("Resources")])
    assert pdf.get_dict(resources[Name("Font")])[Name("F1")] == Ref(5)
    assert signed(data).count(b"/BaseFont") == data.count(b"/BaseFont")


def test_fonts_that_a_value_needs_besides_come_along() -> None:
    """PDFium puts them into the dictionary that the form shares; that one itself is not changed."""
    data = whole(needing.with_shared_resources())
    after = signed(data)
    pdf = PdfFile(after)
    look = pdf.get_dict(pdf.get_dict(TEXT)[LOOK])[Name("N")]
    fonts = pdf.get_dict(pdf.get_dict(pdf.get_dict(look)[Name("Resources")])[Name("Font")])
    assert fonts[Name("F1")] == Ref(5)
    assert len(fonts) > 1
    assert all(pdf.get_dict(font)[Name("Type")] == "Font" for font in fonts.values())
    assert pdf.get_dict(Ref(18)).keys() == {"F1"}


def test_a_later_signature_leaves_flag_and_looks_alone() -> None:
    objects = needing.text_field()
    objects[10] = objects[10].replace(b"/Fields[", b"/SigFlags 3/Fields[12 0 R ")
    data = whole(objects | {12: b"<</T(a)/FT/Sig/V<</Type/Sig>>>>"})
    after = signed(data)
    assert form(after)[Name("NeedAppearances")] is True
    assert PdfFile(after).get_dict(TEXT) == PdfFile(data).get_dict(TEXT)


def test_a_prepared_form_keeps_the_flag_until_it_is_signed() -> None:
    data = whole(needing.text_field())
    data += prepare_fields(data, [FieldSpec("Kepala")])
    assert form(data)[Name("NeedAppearances")] is True
    assert Name("NeedAppearances") not in form(signed(data))


def test_widgets_that_look_the_same_are_not_written_again() -> None:
    """PDFium draws no signature fields."""
    data = whole(needing.text_field())
    data += prepare_fields(data, [FieldSpec("Kepala")])
    empty = next(ref for ref in PdfFile(data).get_list(form(data)[Name("Fields")]) if ref != TEXT)
    assert isinstance(empty, Ref)
    appended = b"\n" + sign(data, KEY, builders.request())
    assert b"\n8 0 obj" in appended
    assert b"\n%d 0 obj" % empty.number not in appended


def test_a_large_file_is_copied_to_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    data = whole(needing.of_all_kinds())
    expected = PdfFile(signed(data)).get_dict(TEXT)
    monkeypatch.setattr(field_appearances, "_IN_MEMORY", 0)
    assert PdfFile(signed(data)).get_dict(TEXT) == expected


class FullDisk(io.BytesIO):
    """A disk that fills up in the middle."""

    def write(self, data: object) -> int:
        raise OSError(28, "No space left on device")


def test_a_full_disk_is_told() -> None:
    with open_rendered(whole(needing.text_field())) as document, pytest.raises(OSError, match="28"):
        document.write_anew(FullDisk())


def test_what_cannot_be_shown_is_not_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weight, "MAX_WEIGHT", 100)
    heavy = whole(needing.text_field() | {4: stream(b"", b" " * 3000)})
    with pytest.raises(LimitExceeded, match="drawing"):
        signed(heavy)


def test_a_widget_that_cannot_be_found_again_is_refused() -> None:
    """Table 31: /Annots holds references."""
    objects = needing.text_field()
    objects[3] = objects[3].replace(b"[8 0 R]", b"[%s]" % objects[8])
    with pytest.raises(UnsupportedForm, match="NeedAppearances"):
        signed(whole(objects))


def test_objects_that_nest_without_end() -> None:
    """Fonts in a circle, and a chain as deep as the file is long: no recursion goes that far."""
    chain = {number: b"<</Next %d 0 R>>" % (number + 1) for number in range(20, 1400)}
    objects = needing.with_shared_resources() | chain
    objects[18] = b"<</F1 5 0 R/F2 18 0 R/F3 20 0 R>>"
    data = packed(builders.letter(more=objects), inside=(), trailer=builders.TRAILER)
    assert oracles.pyhanko(signed(data))[0].valid
