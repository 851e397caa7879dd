"""The subset font says in its dictionaries what is in its program, and other readers agree."""

from __future__ import annotations

import io
import re
import string
import subprocess
import sys
import unicodedata
import zlib

import pytest
from fontTools.ttLib import TTFont

from app.crypto.pdf import fonts
from app.crypto.pdf.fonts import Font, Weight, subset
from app.crypto.pdf.objects import Name, NewStream
from app.errors import GlyphMissing
from tests.stamps import Objects

NAME = "Dr. Ir. Maria Y. D'Oliveira-Nuñez, S.Sos., M.Si."
TWO: set[tuple[Weight, str]] = {("Bold", char) for char in NAME} | {
    ("Regular", char) for char in "Pembina Tk. I (IV/b) é"
}
# Indonesian, Dutch and Portuguese names, and what titles and ranks are written with.
ALPHABET = string.ascii_letters + string.digits + " .,'’()/-–&" + "éèêëáàâäãóòôöõúùûüíìîïñçÉÈÑÇÖÜß"


def embedded(font: Font) -> dict[str, dict[Name, object]]:
    """The objects of a font by what they are."""
    objects = Objects()
    font.register(objects.add)
    found = {}
    for value in objects:
        if isinstance(value, dict):
            found[str(value.get(Name("Subtype"), value[Name("Type")]))] = value
    return found


def streams(font: Font) -> list[bytes]:
    """FontFile2, CIDSet, ToUnicode, as they are registered."""
    objects = Objects()
    font.register(objects.add)
    found = [value for value in objects if isinstance(value, NewStream)]
    assert all(value.dictionary[Name("Filter")] == "FlateDecode" for value in found)
    return [zlib.decompress(value.data) for value in found]


def test_every_indonesian_name_can_be_printed() -> None:
    for weight in ("Regular", "Medium", "Bold"):
        font = subset({(weight, char) for char in ALPHABET})
        program = TTFont(io.BytesIO(font.program))
        for char in ALPHABET.replace(" ", ""):
            glyph = program["glyf"][program.getGlyphName(font.glyphs[weight, char])]
            assert glyph.numberOfContours, f"{char!r} is blank"


def test_only_what_a_reader_needs_is_embedded() -> None:
    program = TTFont(io.BytesIO(subset(TWO).program))
    tables = set(program.keys()) - {"GlyphOrder"}
    assert tables == {"glyf", "head", "hhea", "hmtx", "loca", "maxp"}
    assert program["maxp"].numGlyphs == len(program.getGlyphOrder())
    assert program["head"].unitsPerEm == 1000


def test_the_outlines_are_those_of_roboto() -> None:
    """Also behind the seam between two weights, and for letters put together of two parts."""
    font = subset(TWO)
    program = TTFont(io.BytesIO(font.program))
    for (weight, char), number in font.glyphs.items():
        original = TTFont(fonts.FOLDER / f"Roboto-{weight}.ttf")
        name = original.getBestCmap()[ord(char)]
        ours, theirs = program["glyf"][program.getGlyphName(number)], original["glyf"][name]
        if theirs.numberOfContours:
            points = ours.getCoordinates(program["glyf"])[0]
            expected = theirs.getCoordinates(original["glyf"])[0]
            assert len(points) == len(expected)
            for (x, y), (ex, ey) in zip(points, expected, strict=True):
                assert abs(x - ex * 1000 / 2048) <= 1.5
                assert abs(y - ey * 1000 / 2048) <= 1.5
        advance = original["hmtx"][name][0] * 1000 / 2048
        assert abs(font.widths[number] - advance) <= 0.5


def test_the_dictionaries_describe_the_program() -> None:
    font = subset(TWO)
    parts = embedded(font)
    program = TTFont(io.BytesIO(font.program))
    widths = parts["CIDFontType2"][Name("W")]
    assert widths == [0, [program["hmtx"][name][0] for name in program.getGlyphOrder()]]
    assert parts["CIDFontType2"][Name("CIDToGIDMap")] == "Identity"
    assert parts["Type0"][Name("Encoding")] == "Identity-H"
    names = {parts[kind][Name("BaseFont")] for kind in ("Type0", "CIDFontType2")}
    assert names == {parts["FontDescriptor"][Name("FontName")]}
    assert re.fullmatch("[A-Z]{6}[+]Roboto", names.pop())
    head = program["head"]
    left, bottom, right, top = parts["FontDescriptor"][Name("FontBBox")]
    assert (left, bottom) <= (head.xMin, head.yMin)
    assert (right, top) >= (head.xMax, head.yMax)


def test_the_cid_set_is_complete() -> None:
    """PDF/A-2 (ISO 19005-2, 6.2.11.4.2): a CIDSet names every glyph of the program, no other."""
    for count in (5, 8, 9):
        font = subset({("Regular", char) for char in string.ascii_lowercase[: count - 1]})
        bits = "".join(f"{byte:08b}" for byte in streams(font)[1])
        assert bits.rstrip("0") == "1" * count
        assert len(bits) == -(-count // 8) * 8


def test_text_can_be_read_out_of_it() -> None:
    font = subset(TWO)
    cmap = streams(font)[2].decode()
    found: dict[int, str] = {}
    for first, last, texts in re.findall(r"<(....)><(....)>\[(.*?)\]", cmap):
        codes = [bytes.fromhex(text).decode("utf-16-be") for text in re.findall("<(.*?)>", texts)]
        numbers = range(int(first, 16), int(last, 16) + 1)
        assert first[:2] == last[:2], "a range within one high byte"
        found |= dict(zip(numbers, codes, strict=True))
    assert found == {number: char for (_, char), number in font.glyphs.items()}


def test_more_than_256_glyphs() -> None:
    known = TTFont(fonts.FOLDER / "Roboto-Regular.ttf").getBestCmap()
    letters = [chr(code) for code in known if unicodedata.category(chr(code))[0] == "L"][:700:2]
    font = subset({("Regular", char) for char in letters})
    assert len(font.widths) > 300
    cmap = streams(font)[2]
    for first, last in re.findall(rb"<(..)..><(..)..>\[", cmap):
        assert first == last
    blocks = [int(count) for count in re.findall(rb"(\d+) beginbfrange", cmap)]
    assert max(blocks) <= 100
    assert sum(blocks) == len(re.findall(rb">\[", cmap))


def test_encoding_and_width() -> None:
    font = subset(TWO)
    code = font.encode("Maria", "Bold")
    numbers = [int.from_bytes(code[at : at + 2], "big") for at in range(0, len(code), 2)]
    assert numbers == [font.glyphs["Bold", char] for char in "Maria"]
    assert font.width("Maria", "Bold") == sum(font.widths[number] for number in numbers)


def test_the_same_characters_give_the_same_font() -> None:
    first = subset(TWO)
    assert subset(list(TWO)) is first, "a batch of one person makes its font once"
    fonts._subset.cache_clear()
    again = subset(TWO)
    assert (again.program, again.name, streams(again)) == (
        first.program,
        first.name,
        streams(first),
    )
    assert subset({("Bold", "x")}).name != first.name


def test_the_same_bytes_in_another_process() -> None:
    """Also where the order of sets is another one."""
    code = (
        "from app.crypto.pdf.fonts import subset;"
        f"font = subset({{(w, c) for w in ('Bold', 'Regular') for c in {NAME!r}}});"
        "print(font.name)"
    )
    names = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(names) == 1


@pytest.mark.parametrize("char", ["雪", "ก", "ع", "\U0001f600", "ꦲ"])
def test_a_missing_glyph_is_named(char: str) -> None:
    with pytest.raises(GlyphMissing) as caught:
        subset({("Regular", "a"), ("Regular", char)})
    assert caught.value.details == {"character": char}


def test_a_font_without_characters() -> None:
    with pytest.raises(ValueError, match="without characters"):
        subset(())
