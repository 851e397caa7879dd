"""The visible signature says what it must, looks the same everywhere and stays small."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageFilter, ImageStat

from app.crypto.pdf import stamp as stamps
from app.crypto.pdf import stamp_layout, stamp_template
from app.crypto.pdf.objects import Name, NewStream, Object, Ref
from app.crypto.pdf.stamp import default_size, draw, minimum_size
from app.crypto.pdf.stamp_text import LIMITS, Line, lines
from app.errors import GlyphMissing, StampTooSmall, TextNotAllowed
from app.model import Person, Rect, Stamp
from tests.oracles import on_disk, run
from tests.stamps import HEAD, LABEL, LINK, RENDERERS, Objects, Page, crop, pdf

STAMP = Stamp(HEAD, LINK)
SHORT = Stamp(Person(name="Yohanes Adoe"), LINK)
SIZE = (200.0, 70.0)
HEADING = "Ditandatangani secara elektronik oleh:"


def drawn(
    stamp: Stamp = STAMP, label: str = LABEL, size: tuple[float, float] = SIZE, **rest: object
) -> Objects:
    objects = Objects()
    ref = draw(objects.add, stamp, label, size, **rest)  # type: ignore[arg-type]
    assert ref == Ref(len(objects)), "the form comes last"
    return objects


def form(objects: Objects) -> NewStream:
    found = objects[-1]
    assert isinstance(found, NewStream)
    return found


def content(objects: Objects) -> str:
    return zlib.decompress(form(objects).data).decode()


def page(
    stamp: Stamp = STAMP, label: str = LABEL, size: tuple[float, float] = SIZE, **rest: object
) -> bytes:
    def put(add: object) -> Ref:
        return draw(add, stamp, label, size, **rest)  # type: ignore[arg-type]

    return pdf(Page((0, 0, size[0] + 20, size[1] + 20), stamps=[(Rect(10, 10, *size), put)]))


def text(data: bytes) -> list[str]:
    """What poppler reads out, line by line."""
    with on_disk(data) as path:
        done = run("pdftotext", "-enc", "UTF-8", path, "-")
    lines = done.stdout.encode("latin-1").decode().replace("\f", "").splitlines()
    return [line for line in lines if line]


# -- what it says --------------------------------------------------------------------------------


def test_the_lines_can_be_read_out() -> None:
    assert text(page(size=(300, 80))) == [
        HEADING,
        HEAD.position,
        HEAD.name,
        HEAD.rank,
        "NIP 19800326 200003 1 001",
        LABEL,
    ]


def test_a_line_without_content_is_left_out() -> None:
    assert text(page(SHORT, "")) == [HEADING, "Yohanes Adoe"]


def test_a_decree_shows_position_and_name() -> None:
    assert text(page(size=(400, 80), kind="decree")) == [HEADING, HEAD.position, HEAD.name, LABEL]


def test_without_a_link_there_is_no_code() -> None:
    objects = drawn(replace(STAMP, link=""))
    assert not any(b"/Image" in part for part in objects.written)
    assert " Do" not in content(objects)
    assert text(page(replace(STAMP, link=""), size=(300, 80)))[-1] == LABEL


def test_every_weight_is_embedded_once() -> None:
    with on_disk(page()) as path:
        lines = run("pdffonts", path).stdout.splitlines()[2:]
    assert len(lines) == 1
    assert re.match(r"[A-Z]{6}\+Roboto +CID TrueType +Identity-H +yes yes yes", lines[0])


@pytest.fixture
def fresh() -> Iterator[None]:
    """For tests that change what a stamp is made from: nothing remembered before and after."""
    stamps._block.cache_clear()
    stamps._minimum.cache_clear()
    yield
    stamps._block.cache_clear()
    stamps._minimum.cache_clear()


def footer_of(label: str) -> list[str]:
    template = replace(stamp_template.load("letter"), footer="Sertifikat dari BSrE")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stamp_template, "load", lambda _: template)
        return text(page(SHORT, label))


@pytest.mark.usefixtures("fresh")
def test_the_sentence_of_an_authority_never_stands_with_our_own_certificate() -> None:
    assert footer_of("")[-1] == "Sertifikat dari BSrE"
    assert "Sertifikat dari BSrE" not in footer_of(LABEL)


def test_the_shipped_templates_claim_no_authority() -> None:
    for kind in ("letter", "decree"):
        assert not stamp_template.load(kind).footer


@given(
    st.text("abcdefghijkl ", min_size=1, max_size=60).filter(str.strip),
    st.text("mnopqrst ", max_size=100),
    st.floats(60, 400),
    st.floats(30, 200),
)
def test_the_label_is_on_every_stamp_that_is_drawn(
    name: str, position: str, width: float, height: float
) -> None:
    person = Person(name=name, position=position)
    try:
        block = stamps._block(person, LABEL, (width, height), 33, False, "letter")
    except StampTooSmall as error:
        assert not (width >= error.details["width"] and height >= error.details["height"])
        return
    bold = "".join(re.findall("<([0-9a-f]+)> Tj", zlib.decompress(block.content).decode()))
    for word in LABEL.split():
        assert block.font.encode(word, "Bold").hex() in bold


# -- text from people ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "two\nlines",
        "tab\there",
        "null\0",
        "escape\x1b[31m",
        "right\u202eto left",
        "isolate\u2067d",
        "zero\u200bwidth",
        "soft\u00adhyphen",
        "line\u2028separator",
        "byte order\ufeff",
        "private\ue000",
        "unassigned\U000e0080",
        "lone \ud800",
        "joiner a\u034fb",
        "filler \u3164",
        "za\u0300\u0301\u0302\u0303lgo",
        "\u0301leading mark",
        "x" * 401,
        "y" * 1_000_000,
    ],
)
@pytest.mark.parametrize("field", ["name", "position", "rank", "organisation"])
def test_hostile_text_is_refused(field: str, text: str) -> None:
    person = replace(HEAD, **{field: text})
    with pytest.raises(TextNotAllowed) as caught:
        drawn(Stamp(person, LINK), size=(600, 400))
    assert caught.value.details == {"field": field, "limit": LIMITS[field]}


def test_a_name_is_needed_and_limits_are_exact() -> None:
    for name in ("", "   "):
        with pytest.raises(TextNotAllowed):
            drawn(Stamp(Person(name), LINK))
    longest = "Ab " * 33 + "x"
    assert len(longest) == LIMITS["name"]
    assert form(drawn(Stamp(Person(longest), LINK)))
    with pytest.raises(TextNotAllowed):
        drawn(Stamp(Person(longest + "x"), LINK))


@pytest.mark.parametrize("label", ["TIDAK\nTERSERTIFIKASI", "x" * 61])
def test_a_label_is_checked_too(label: str) -> None:
    with pytest.raises(TextNotAllowed):
        drawn(label=label)


@pytest.mark.parametrize(
    "name", ["(", ")", "\\", "()\\<>[]{}/%", "a) Tj ET Q (", "<</Type>>", "%%EOF"]
)
def test_syntax_in_a_name_is_only_text(name: str) -> None:
    assert text(page(Stamp(Person(name), LINK), ""))[1] == name


def test_decomposed_letters_are_composed() -> None:
    assert text(page(Stamp(Person("Nun\u0303ez  Jose\u0301"), LINK), ""))[1] == "Nuñez José"


@pytest.mark.parametrize(
    ("nip", "shown"),
    [
        ("198003262000031001", "NIP 19800326 200003 1 001"),
        ("19800326 200003 1 001", "NIP 19800326 200003 1 001"),
        ("198003262024211001", "NIP 19800326 202421 1 001"),  # PPPK: month 21
        ("78050612", "NIP 78050612"),
    ],
)
def test_numbers_of_office(nip: str, shown: str) -> None:
    assert text(page(Stamp(Person("A", nip=nip), LINK), ""))[-1] == shown


@pytest.mark.parametrize("nip", ["1980A", "-", "۱۹۸۰", "1" * 26, "19800326\n200003"])
def test_what_is_no_number_of_office(nip: str) -> None:
    with pytest.raises(TextNotAllowed) as caught:
        drawn(Stamp(Person("A", nip=nip), LINK))
    assert caught.value.details["field"] == "nip"


def test_a_missing_glyph() -> None:
    with pytest.raises(GlyphMissing):
        drawn(Stamp(Person("王"), LINK))


# -- how it looks --------------------------------------------------------------------------------


def place_on(turn: int, renderer: str, scale: float = 2) -> Image.Image:
    """The stamp on a page with this turn and a crop box away from the origin."""
    rect = Rect(15, 20, 200, 70)
    box = (33.0, -47.0, 293.0, 213.0) if turn % 180 == 0 else (33.0, -47.0, 273.0, 213.0)
    paper = Page(box, turn, stamps=[(rect, lambda add: draw(add, STAMP, LABEL, SIZE, turn))])
    return crop(RENDERERS[renderer](pdf(paper), scale), rect, scale)


def difference(one: Image.Image, other: Image.Image) -> float:
    assert one.size == other.size
    return ImageStat.Stat(ImageChops.difference(one, other)).mean[0]


@pytest.mark.parametrize("renderer", RENDERERS)
@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_stamp_stands_upright_on_a_turned_page(turn: int, renderer: str) -> None:
    upright = place_on(0, renderer)
    assert difference(upright, place_on(turn, renderer)) < 3, "but for the rounding of pixels"
    assert difference(upright, place_on(turn, renderer).rotate(180)) > 20, "a turned one is seen"


def test_both_renderers_show_the_same() -> None:
    """But for how each smooths the edges of type: that is gone when both are blurred a little."""
    one, other = (
        place_on(0, name, 3).filter(ImageFilter.GaussianBlur(3)) for name in ("PDFium", "poppler")
    )
    assert difference(one, other) < 5
    assert difference(one, other.rotate(180)) > 20


@pytest.mark.parametrize("size", [(200, 70), (130, 46), (300, 60), (140, 140), (420, 200)])
@pytest.mark.parametrize("stamp", [STAMP, SHORT], ids=["long", "short"])
def test_nothing_is_cut_off(stamp: Stamp, size: tuple[float, float]) -> None:
    """There is no ink between the frame and the text, nor outside the rectangle."""
    size = tuple(map(max, zip(size, minimum_size(stamp, LABEL), strict=True)))
    scale = 4
    picture = RENDERERS["PDFium"](page(stamp, LABEL, size), scale)
    inside = crop(picture, Rect(11, 11, size[0] - 2, size[1] - 2), scale)
    rim = inside.copy()
    rim.paste(255, (2, 2, inside.width - 2, inside.height - 2))
    assert rim.getextrema()[0] > 250
    outside = picture.copy()
    outside.paste(
        255, (10 * scale, 10 * scale, picture.width - 10 * scale, picture.height - 10 * scale)
    )
    assert outside.getextrema()[0] > 250


def layout_of(stamp: Stamp, size: tuple[float, float]) -> stamp_layout.Layout | None:
    template = stamp_template.load("letter")
    what, font = stamps._content(stamp.person, LABEL, 33, template)
    layout = stamp_layout.fit(what, size, template, font)
    if layout is not None:
        for run_ in layout.runs:
            right = run_.x + font.width(run_.text, run_.weight) * run_.size / 1000
            assert run_.x >= 0
            assert right <= size[0]
            assert run_.y > 0
            assert run_.y + run_.size * 0.72 < size[1]
            assert run_.size >= template.smallest
            assert layout.qr is None or run_.x >= layout.qr.right
    return layout


@given(st.sampled_from([STAMP, SHORT]), st.floats(20, 700), st.floats(15, 500))
def test_every_layout_lies_within_its_rectangle(stamp: Stamp, width: float, height: float) -> None:
    layout = layout_of(stamp, (width, height))
    least = minimum_size(stamp, LABEL)
    if width >= least[0] and height >= least[1]:
        assert layout is not None, "larger than the smallest always fits"
    if layout is not None:
        assert layout.qr is not None
        assert layout.label_box is not None
        for box in (layout.qr, layout.label_box):
            assert box.inside(Rect(0, 0, width, height), slack=0.01)
        module = layout.qr.width / 41
        assert module * 25.4 / 72 >= 0.29, "millimetres that can be printed and scanned"


def test_the_number_of_office_stays_on_one_line() -> None:
    layout = layout_of(STAMP, (150, 110))
    assert layout is not None
    assert "NIP 19800326 200003 1 001" in [run_.text for run_ in layout.runs]


def test_the_default_size_is_realistic() -> None:
    assert default_size(SHORT, LABEL) == SIZE
    layout = layout_of(SHORT, SIZE)
    assert layout is not None
    assert layout.qr is not None
    assert 18 <= layout.qr.width * 25.4 / 72 <= 23


def test_the_default_size_grows_with_the_text() -> None:
    wordy = Stamp(Person(name="A", position="Kepala Bagian " * 11, organisation="x"), LINK)
    person = replace(wordy.person, name="Abdurrahman Wahidin " * 5, rank="Pembina Utama Madya " * 3)
    size = default_size(replace(wordy, person=person), LABEL)
    assert size >= SIZE
    assert form(drawn(replace(wordy, person=person), size=size))


@pytest.mark.parametrize("stamp", [STAMP, SHORT])
@pytest.mark.parametrize("label", [LABEL, ""])
def test_the_smallest_size_is_sharp(stamp: Stamp, label: str) -> None:
    width, height = minimum_size(stamp, label)
    assert form(drawn(stamp, label, (width, height)))
    with pytest.raises(StampTooSmall) as caught:
        drawn(stamp, label, (width - 4, height - 2))
    assert caught.value.details == {"width": width, "height": height}


@pytest.mark.parametrize("size", [(1, 1), (0.001, 500), (500, 0.001), (60, 400), (400, 20)])
def test_too_small_either_way(size: tuple[float, float]) -> None:
    with pytest.raises(StampTooSmall):
        drawn(size=size)


# -- what it is made of --------------------------------------------------------------------------

OPERATORS = {"q", "Q", "cm", "Do", "w", "re", "f", "S", "BT", "ET", "Tf", "Tm", "Tj"}


def operators(objects: Objects) -> set[str]:
    return set(re.findall(r"(?<![/\w])[A-Za-z]+(?!\w)", re.sub("<.*?>", "", content(objects))))


def test_pdfa_with_an_output_intent() -> None:
    """Device grey only, nothing transparent, everything embedded (ISO 19005-2, 6.2)."""
    objects = drawn()
    assert operators(objects) == OPERATORS | {"g", "G"}
    check_plain(objects)


def test_pdfa_without_an_output_intent() -> None:
    """No device colour at all: the colour space is set before anything is painted."""
    objects = drawn(calibrated=True)
    assert operators(objects) == OPERATORS | {"cs", "CS", "sc", "SC"}
    assert content(objects).startswith("/C cs/C CS\n")
    check_plain(objects)
    assert (
        difference(RENDERERS["PDFium"](page(), 2), RENDERERS["PDFium"](page(calibrated=True), 2))
        < 0.5
    )


def check_plain(objects: Objects) -> None:
    for part in objects.written:
        for word in (b"/Group", b"/SMask", b"/ExtGState", b"/Interpolate true", b"/CA", b"/BM"):
            assert word not in part.split(b"stream")[0]


@pytest.mark.usefixtures("fresh")
def test_a_template_without_a_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    template = replace(stamp_template.load("letter"), frame=0)
    monkeypatch.setattr(stamp_template, "load", lambda _: template)
    assert content(drawn(label="")).count(" re S") == 0


def test_the_dictionary_of_the_form() -> None:
    dictionary = form(drawn()).dictionary
    assert dictionary[Name("Type")] == "XObject"
    assert dictionary[Name("Subtype")] == "Form"
    assert dictionary[Name("BBox")] == [0, 0, 200, 70]
    assert Name("Matrix") not in dictionary
    turned: Object = form(drawn(turn=270)).dictionary[Name("Matrix")]
    assert turned == [0, -1, 1, 0, 0, 200]
    assert b"/BBox[0 0 200.5 70.25]" in drawn(size=(200.5, 70.25)).written[-1]


def test_a_stamp_is_small() -> None:
    assert sum(map(len, drawn().written)) < 6500
    assert sum(map(len, drawn(SHORT).written)) < 5200


def test_two_documents_of_a_person_differ_in_their_code_only() -> None:
    one, other = drawn(), drawn(replace(STAMP, link=LINK[:-1] + "0"))
    different = [a for a, b in zip(one.written, other.written, strict=True) if a != b]
    assert len(different) == 1
    assert b"/ImageMask true" in different[0]
    assert drawn().written == one.written, "the same input gives the same bytes"


def test_fonts_are_made_once_for_a_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn()

    def again(*_: object) -> None:
        raise AssertionError("subset anew")

    monkeypatch.setattr("app.crypto.pdf.fonts._part", again)
    for number in range(3):
        drawn(replace(STAMP, link=f"https://teken.id/v/{number}"))


# -- planted bugs --------------------------------------------------------------------------------


def lines_with_footer(person: Person, template: stamp_template.Template) -> tuple[Line, ...]:
    return (*lines(person, template), Line(template.footer, "Regular", 0.7))


PLANTED = {
    "hidden characters are not looked at": (
        "app.crypto.pdf.stamp_text.printable",
        lambda text, *_: text,
        lambda: test_hostile_text_is_refused("name", "right\u202eto left"),
    ),
    "marks may pile up": (
        "app.crypto.pdf.stamp_text._piled_up",
        lambda _: False,
        lambda: test_hostile_text_is_refused("name", "za\u0300\u0301\u0302\u0303lgo"),
    ),
    "the label is dropped where it does not fit": (
        "app.crypto.pdf.stamp_layout._label_rows",
        lambda *_: [],
        test_the_lines_can_be_read_out,
    ),
    "the footer stands always": (
        "app.crypto.pdf.stamp_text.lines",
        lines_with_footer,
        test_the_sentence_of_an_authority_never_stands_with_our_own_certificate,
    ),
    "the page's turn is ignored": (
        "app.crypto.pdf.stamp._upright",
        lambda *_: [1, 0, 0, 1, 0, 0],
        lambda: test_a_stamp_stands_upright_on_a_turned_page(180, "PDFium"),
    ),
}


@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize("planted", PLANTED)
def test_planted_bugs_turn_these_tests_red(planted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    target, bug, test = PLANTED[planted]
    monkeypatch.setattr(target, bug)
    with pytest.raises((AssertionError, pytest.fail.Exception, GlyphMissing)):
        test()
