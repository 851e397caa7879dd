"""Forms that ask every reader to draw their fields (/NeedAppearances true), for `builders`.

What they store is out of date on purpose: a signer that only drops the flag would change the look.
"""

from __future__ import annotations

from tests.handmade import stream

_LETTER = b"<</Type/Catalog/Pages 2 0 R/AcroForm 10 0 R>>"
_PAGE = (
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]%s/Contents 4 0 R"
    b"/Resources<</Font<</F1 5 0 R>>>>/Annots[%s]>>"
)
_FORM = (
    b"<</Fields[%s]/NeedAppearances true/DR<</Font<</F1 5 0 R/ZaDb 19 0 R>>>>/DA(/F1 12 Tf 0 g)>>"
)
_ZAPF = b"<</Type/Font/Subtype/Type1/BaseFont/ZapfDingbats>>"
_BORDER = b"/MK<</BC[0 0 1]/BG[.9 .9 1]>>/DA(/F1 12 Tf 0 g)/F 4"
_STALE = b"/Type/XObject/Subtype/Form/BBox[0 0 200 20]"
_OLD = b"1 0 0 rg 0 0 50 10 re f"


def _widget(kind: bytes, bottom: int, entries: bytes, look: bytes = b"/N 9 0 R") -> bytes:
    head = b"<</Type/Annot/Subtype/Widget%s/Rect[72 %d 300 %d]" % (kind, bottom, bottom + 24)
    return head + _BORDER + entries + (b"/AP<<%s>>>>" % look if look else b">>")


TEXT = _widget(b"/FT/Tx/T(nama)", 600, b"/V(Maria Contoh)")


def text_field(widget: bytes = TEXT, page: bytes = b"", old: bytes = _STALE) -> dict[int, bytes]:
    """One text field, object 8, whose stored look (`old`: entries of that stream) is wrong."""
    return {
        1: _LETTER,
        3: _PAGE % (page, b"8 0 R"),
        8: widget,
        9: stream(old, _OLD),
        10: _FORM % b"8 0 R",
        19: _ZAPF,
    }


def without_appearance() -> dict[int, bytes]:
    """A text field that stores no look at all."""
    return text_field(_widget(b"/FT/Tx/T(nama)", 600, b"/V(Maria Contoh)", b""))


def with_shared_resources() -> dict[int, bytes]:
    """Fonts behind two references, and a value that needs one more font than the form names."""
    greek = _widget(b"/FT/Tx/T(nama)", 600, b"/V<FEFF004D006100720069002003C003A9>")
    return text_field(greek, old=_STALE + b"/Resources 17 0 R") | {
        17: b"<</Font 18 0 R>>",
        18: b"<</F1 5 0 R>>",
    }


def of_all_kinds() -> dict[int, bytes]:
    """Text, combo box, list box, check box, radio buttons, push button."""
    options = b"/Opt[(satu)(dua)(tiga)]/V(dua)"
    on_off = b"/N<</Ya 9 0 R/Off 11 0 R>>"
    return text_field() | {
        3: _PAGE % (b"", b"8 0 R 20 0 R 21 0 R 22 0 R 24 0 R 25 0 R 26 0 R"),
        10: _FORM % b"8 0 R 20 0 R 21 0 R 22 0 R 23 0 R 26 0 R",
        11: stream(_STALE, b""),
        20: _widget(b"/FT/Ch/Ff 131072/T(pilihan)", 550, options),
        21: _widget(b"/FT/Ch/T(daftar)", 500, options),
        22: _widget(b"/FT/Btn/T(setuju)", 450, b"/V/Ya/AS/Ya", on_off),
        23: b"<</FT/Btn/Ff 32768/T(jalur)/V/Ya/Kids[24 0 R 25 0 R]>>",
        24: _widget(b"/Parent 23 0 R", 400, b"/AS/Ya", on_off),
        25: _widget(b"/Parent 23 0 R", 350, b"/AS/Off", b"/N<</Tidak 9 0 R/Off 11 0 R>>"),
        26: _widget(b"/FT/Btn/Ff 65536/T(tombol)", 300, b""),
    }
