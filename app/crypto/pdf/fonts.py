"""The font of a stamp: one subset of Roboto with the glyphs that its text needs, ready to embed.

All weights go into one TrueType program: the glyphs of a bold name then cost their outlines only
and no second set of font dictionaries. What is written and where is up to `stamp`.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

from app.crypto.pdf.objects import Dict, Name, NewStream, Object, Ref
from app.errors import GlyphMissing

Weight = Literal["Regular", "Medium", "Bold"]
Add = Callable[[Object], Ref]

FOLDER = Path(__file__).resolve().parents[3] / "assets" / "fonts"
UNITS = (
    1000  # a em: what /W counts in (ISO 32000-2, 9.7.4.3), and smaller outlines than Roboto's 2048
)
ASCENT, DESCENT, CAP_HEIGHT = 927, -244, 711  # of Roboto, in UNITS
_BOX = (-722, -271, 1181, 1048)  # of all its glyphs in all three weights
_SYMBOLIC = 4  # glyphs are chosen by number, not through a standard encoding (9.8.2)
_UNUSED_TABLES = ("OS/2", "name", "post", "GDEF", "GSUB", "GPOS")


@dataclass(frozen=True, slots=True, eq=False)
class Font:
    """A subset font: `glyphs` maps (weight, character) to a glyph number, `widths` is by number."""

    glyphs: dict[tuple[Weight, str], int]
    widths: tuple[int, ...]  # in thousandths of the font size
    program: bytes  # TrueType: glyf, head, hhea, hmtx, loca, maxp (9.9.1)
    name: str
    _streams: tuple[NewStream, NewStream, NewStream]  # FontFile2, ToUnicode, CIDSet

    def encode(self, text: str, weight: Weight) -> bytes:
        """The text as two bytes a glyph, for Identity-H."""
        return b"".join(self.glyphs[weight, char].to_bytes(2, "big") for char in text)

    def width(self, text: str, weight: Weight) -> int:
        """How far the text runs, in thousandths of the font size."""
        return sum(self.widths[self.glyphs[weight, char]] for char in text)

    def register(self, add: Add) -> Ref:
        """Add the objects of a Type 0 font with Identity-H (9.7.6) and give its reference."""
        program, to_unicode, cid_set = self._streams
        descendant = add(self._cid_font(add(self._descriptor(add(program), add(cid_set)))))
        return add(
            {
                Name("Type"): Name("Font"),
                Name("Subtype"): Name("Type0"),
                Name("BaseFont"): Name(self.name),
                Name("Encoding"): Name("Identity-H"),
                Name("DescendantFonts"): [descendant],
                Name("ToUnicode"): add(to_unicode),
            }
        )

    def _cid_font(self, descriptor: Ref) -> Dict:
        return {
            Name("Type"): Name("Font"),
            Name("Subtype"): Name("CIDFontType2"),
            Name("BaseFont"): Name(self.name),
            Name("CIDSystemInfo"): {
                Name("Registry"): b"Adobe",
                Name("Ordering"): b"Identity",
                Name("Supplement"): 0,
            },
            Name("FontDescriptor"): descriptor,
            Name("CIDToGIDMap"): Name("Identity"),  # always written: PDF/A demands it
            Name("W"): [0, list(self.widths)],
        }

    def _descriptor(self, program: Ref, cid_set: Ref) -> Dict:
        return {
            Name("Type"): Name("FontDescriptor"),
            Name("FontName"): Name(self.name),
            Name("Flags"): _SYMBOLIC,
            Name("FontBBox"): list(_BOX),
            Name("ItalicAngle"): 0,
            Name("Ascent"): ASCENT,
            Name("Descent"): DESCENT,
            Name("CapHeight"): CAP_HEIGHT,
            Name("StemV"): 80,
            Name("FontFile2"): program,
            Name("CIDSet"): cid_set,  # PDF/A-1 demands it; complete, as PDF/A-2 and 3 want it
        }


def subset(characters: Iterable[tuple[Weight, str]]) -> Font:
    """The font with these characters (NFC, one code point each) and nothing else.

    The same characters give the same bytes and cost nothing the second time: a batch of one person
    shares its font. Raises GlyphMissing.
    """
    return _subset(frozenset(characters))


@lru_cache(maxsize=32)
def _subset(characters: frozenset[tuple[Weight, str]]) -> Font:
    weights: list[Weight] = sorted({weight for weight, _ in characters})
    if not weights:
        raise ValueError("a font without characters")
    merged: Any = None
    glyphs: dict[tuple[Weight, str], int] = {}
    for weight in weights:
        wanted = "".join(sorted(char for of, char in characters if of == weight))
        part, numbers = _part(weight, wanted)
        start = len(merged.getGlyphOrder()) if merged else 0
        merged = _merge(merged, part, weight) if merged else part
        glyphs |= {(weight, char): start + number for char, number in numbers.items()}
    return _finish(merged, glyphs)


def _part(weight: Weight, wanted: str) -> tuple[Any, dict[str, int]]:
    """One weight cut down to `wanted`, and the glyph number of each character."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont
    from fontTools.ttLib.scaleUpem import scale_upem

    whole = BytesIO((FOLDER / f"Roboto-{weight}.ttf").read_bytes())
    font: Any = TTFont(whole, lazy=True, recalcTimestamp=False)
    known = font.getBestCmap()
    for char in wanted:
        if ord(char) not in known:
            raise GlyphMissing(character=char)
    options = Options(hinting=False, layout_features=[], notdef_outline=False, glyph_names=False)
    options.drop_tables += list(_UNUSED_TABLES)
    cutter = Subsetter(options)
    cutter.populate(text=wanted)
    cutter.subset(font)
    scale_upem(font, UNITS)
    names = font.getBestCmap()
    del font["cmap"]
    return font, {char: font.getGlyphID(names[ord(char)]) for char in wanted}


def _merge(font: Any, other: Any, weight: Weight) -> Any:
    """Append all glyphs of `other` under new names; the numbers of `font` stay."""
    order = list(font.getGlyphOrder())
    names = {name: f"{weight}.{name}" for name in other.getGlyphOrder()}
    for old, new in names.items():
        glyph = other["glyf"][old]
        for component in getattr(glyph, "components", ()):
            component.glyphName = names[component.glyphName]
        font["glyf"].glyphs[new] = glyph
        font["hmtx"].metrics[new] = other["hmtx"].metrics[old]
    font["glyf"].glyphOrder = order + list(names.values())
    font.setGlyphOrder(font["glyf"].glyphOrder)
    font["maxp"].numGlyphs = len(font.getGlyphOrder())
    return font


def _finish(font: Any, glyphs: dict[tuple[Weight, str], int]) -> Font:
    written = BytesIO()
    font.save(written)
    program = written.getvalue()
    widths = tuple(font["hmtx"].metrics[name][0] for name in font.getGlyphOrder())
    digest = hashlib.sha256(program).digest()
    tag = "".join(chr(ord("A") + byte % 26) for byte in digest[:6])  # 9.9.2: six capitals and "+"
    streams = (
        _deflated(program, {Name("Length1"): len(program)}),
        _deflated(_to_unicode({number: char for (_, char), number in glyphs.items()})),
        _deflated(_cid_set(len(widths))),
    )
    return Font(glyphs, widths, program, f"{tag}+Roboto", streams)


def _deflated(data: bytes, entries: Dict | None = None) -> NewStream:
    dictionary: Dict = {Name("Filter"): Name("FlateDecode"), **(entries or {})}
    return NewStream(dictionary, zlib.compress(data, 9))


def _cid_set(count: int) -> bytes:
    """One bit for every glyph of the program, the first in the highest bit (9.8.3.2, Table 122)."""
    bits = (1 << count) - 1 << -count % 8
    return bits.to_bytes((count + 7) // 8, "big")


def _to_unicode(characters: dict[int, str]) -> bytes:
    """The CMap from glyph numbers to text: a stamp can be searched and read out (9.10.3)."""
    parts = [
        b"/CIDInit/ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n"
        b"/CMapName/Adobe-Identity-UCS def\n/CMapType 2 def\n"
        b"1 begincodespacerange\n<0000><FFFF>\nendcodespacerange\n"
    ]
    ranges = [
        b"<%04X><%04X>[%s]"
        % (run[0], run[-1], b"".join(b"<%s>" % _utf16(characters[number]) for number in run))
        for run in _runs(sorted(characters))
    ]
    for at in range(0, len(ranges), 100):  # at most 100 entries a block (9.7.5.4)
        block = ranges[at : at + 100]
        parts += [b"%d beginbfrange\n" % len(block), b"\n".join(block), b"\nendbfrange\n"]
    parts.append(b"endcmap\nCMapName currentdict/CMap defineresource pop\nend\nend\n")
    return b"".join(parts)


def _utf16(char: str) -> bytes:
    return char.encode("utf-16-be").hex().upper().encode()


def _runs(numbers: list[int]) -> list[list[int]]:
    """Numbers in a row; a range must not cross a change of the high byte (9.10.3)."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1 and number % 256:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs
