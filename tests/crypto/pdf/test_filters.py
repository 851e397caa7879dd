"""Streams are decoded within bounds; what cannot be decoded is a typed error."""

from __future__ import annotations

import base64
import tracemalloc
import zlib

import pytest

from app.crypto.pdf import filters
from app.crypto.pdf.filters import decode, inflate
from app.crypto.pdf.objects import Dict, Name, Object
from app.errors import DamagedPdf, LimitExceeded


def flate(**parameters: int) -> Dict:
    given: Dict = {Name(key): value for key, value in parameters.items()}
    return {Name("Filter"): Name("FlateDecode"), Name("DecodeParms"): given}


def test_no_filter_changes_nothing() -> None:
    assert decode(b"abc", {}) == b"abc"
    assert decode(b"abc", {Name("Filter"): Name("Crypt")}) == b"abc"


def test_filters_are_undone_in_order() -> None:
    data = base64.a85encode(zlib.compress(b"hello")) + b"~>"
    names: Object = [Name("ASCII85Decode"), Name("Fl")]
    assert decode(data, {Name("Filter"): names}) == b"hello"


@pytest.mark.parametrize(
    ("name", "data", "plain"),
    [
        ("ASCIIHexDecode", b"68 65 6c6C6f>", b"hello"),
        ("RunLengthDecode", b"\x01he\xfel\x00o\x80", b"helllo"),
        (
            "LZWDecode",
            b"\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01",
            b"-----A---B",
        ),  # 7.4.4.2
    ],
)
def test_uncommon_filters(name: str, data: bytes, plain: bytes) -> None:
    assert decode(data, {Name("Filter"): Name(name)}) == plain


def test_a_missing_checksum_is_forgiven() -> None:
    assert inflate(zlib.compress(b"hello")[:-4]) == b"hello"


def test_a_bomb_is_stopped_at_its_limit() -> None:
    bomb = zlib.compress(bytes(10_000))
    assert len(inflate(bomb, 10_000)) == 10_000
    with pytest.raises(LimitExceeded):
        inflate(bomb, 9_999)
    with pytest.raises(LimitExceeded):
        decode(b"00" * 100 + b">", {Name("Filter"): Name("AHx")}, limit=99)
    with pytest.raises(LimitExceeded):
        decode(b"", {Name("Filter"): [Name("Fl")] * 5})


@pytest.mark.parametrize(
    "dictionary",
    [
        {Name("Filter"): Name("FlateDecode")},
        {Name("Filter"): Name("ASCII85Decode")},
        {Name("Filter"): Name("DCTDecode")},
        {Name("Filter"): Name("LZWDecode"), Name("DecodeParms"): {Name("EarlyChange"): 0}},
    ],
)
def test_what_cannot_be_decoded_is_damage(dictionary: Dict) -> None:
    with pytest.raises(DamagedPdf):
        decode(b"\xff\xfe zz", dictionary)


def test_png_predictors() -> None:
    rows = [
        (0, [1, 2, 3, 4]),
        (1, [1, 1, 1, 1]),  # Sub: each is the difference to its left
        (2, [1, 1, 1, 1]),  # Up
        (3, [2, 2, 2, 2]),  # Average
        (4, [1, 1, 1, 1]),  # Paeth
    ]
    data = zlib.compress(b"".join(bytes([kind, *row]) for kind, row in rows))
    decoded = decode(data, flate(Predictor=15, Columns=4))
    assert [list(decoded[at : at + 4]) for at in range(0, 20, 4)] == [
        [1, 2, 3, 4],
        [1, 2, 3, 4],
        [2, 3, 4, 5],
        [3, 5, 6, 7],
        [4, 6, 7, 8],
    ]


@pytest.mark.parametrize("kind", [1, 3, 4])
def test_predictors_that_take_a_second_a_mebibyte_are_bounded(
    kind: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filters, "MAX_PREDICTED", 999)
    rows = zlib.compress((bytes([kind]) + bytes(100)) * 10)
    up = zlib.compress((b"\2" + bytes(100)) * 10)
    assert len(decode(up, flate(Predictor=12, Columns=100))) == 1000
    with pytest.raises(LimitExceeded):
        decode(rows, flate(Predictor=12, Columns=100))


def test_ascii85_is_bounded() -> None:
    """Four bytes of a letter, and of pypdf a hundred bytes of memory."""
    assert decode(b"z" * 1000 + b"~>", {Name("Filter"): Name("A85")}) == bytes(4000)
    with pytest.raises(LimitExceeded):
        decode(b"z" * filters.MAX_ASCII85 + b"~>", {Name("Filter"): Name("A85")}, limit=1 << 30)


def test_narrow_rows_take_little_memory() -> None:
    data = zlib.compress(b"\2\0" * (1 << 17))
    tracemalloc.start()
    try:
        assert decode(data, flate(Predictor=12, Columns=1)) == bytes(1 << 17)
        assert tracemalloc.get_traced_memory()[1] < 2 << 20
    finally:
        tracemalloc.stop()


def test_the_tiff_predictor() -> None:
    data = zlib.compress(bytes([1, 1, 1, 10, 1, 1]))
    assert list(decode(data, flate(Predictor=2, Columns=3))) == [1, 2, 3, 10, 11, 12]


@pytest.mark.parametrize(
    "parameters",
    [
        {"Predictor": 3},
        {"Predictor": 2, "BitsPerComponent": 4},
        {"Predictor": 12, "Columns": 0},
        {"Predictor": 12, "Columns": 1 << 20},
    ],
)
def test_predictor_parameters_that_make_no_sense_are_damage(parameters: dict[str, int]) -> None:
    with pytest.raises(DamagedPdf):
        decode(zlib.compress(b"\x02abc"), flate(**parameters))


def test_an_unknown_row_filter_is_damage() -> None:
    with pytest.raises(DamagedPdf):
        decode(zlib.compress(b"\x09a"), flate(Predictor=12))
