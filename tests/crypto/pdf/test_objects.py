"""Objects are read as ISO 32000-2, 7.3 says, and what is written reads back the same."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.crypto.pdf.objects import (
    MAX_DEPTH,
    Name,
    NeedMore,
    NewStream,
    Real,
    Ref,
    Stream,
    decode_text,
    encode,
    parse,
    text_string,
)
from app.errors import DamagedPdf, LimitExceeded

names = st.text(st.characters(max_codepoint=255), min_size=1).map(Name)
plain = (
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.binary()
    | names
    | st.builds(Ref, st.integers(0, 10**7), st.integers(0, 65535))
)
values = st.recursive(
    plain, lambda inner: st.lists(inner) | st.dictionaries(names, inner), max_leaves=20
)


def read(text: bytes) -> object:
    return parse(text + b" ", 0)[0]


@given(values)
def test_what_is_written_reads_back(value: object) -> None:
    assert read(encode(value)) == value  # type: ignore[arg-type]


@given(st.binary())
def test_any_bytes_give_a_value_or_a_typed_error(data: bytes) -> None:
    try:
        parse(data, 0)
    except (DamagedPdf, LimitExceeded, NeedMore):
        return


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b"(a\\(b\\)c)", b"a(b)c"),
        (b"(nested (brackets) stay)", b"nested (brackets) stay"),
        (b"(\\101\\7\\0533)", b"A\x07+3"),
        (b"(one\\\r\ntwo\rthree)", b"onetwo\nthree"),
        (b"(\\n\\r\\t\\b\\f\\x)", b"\n\r\t\b\fx"),
        (b"<48 65\n6C6c6>", b"Hell`"),
        (b"/A#20B#2F", "A B/"),
        (b"/", ""),
        (b"-.5", -0.5),
        (b"+17", 17),
        (b"4.", 4.0),
        (b"[1 0 R 2 3]", [Ref(1), 2, 3]),
        (b"7\x000\x00R", Ref(7)),
        (b"% a comment\n12", 12),
        (b"<</A<</B[true false null]>>>>", {"A": {"B": [True, False, None]}}),
    ],
)
def test_the_forms_of_a_value(text: bytes, value: object) -> None:
    assert read(text) == value


def test_a_real_is_written_as_it_was_read() -> None:
    assert encode(read(b"[595.2760 -.50 1.]")) == b"[595.2760 -.50 1.]"  # type: ignore[arg-type]
    assert encode(Real(12.25)) == b"12.25"
    assert encode(3.0) == b"3"
    assert encode(0.125) == b"0.125"


def test_the_last_of_equal_keys_counts() -> None:
    assert read(b"<</A 1/A 2>>") == {"A": 2}


@pytest.mark.parametrize("text", [b"(open", b"<4142", b"[1 2", b"<</A", b"", b"  ", b"12", b"(a\\"])
def test_an_object_that_does_not_end_asks_for_more(text: bytes) -> None:
    with pytest.raises(NeedMore):
        parse(text, 0)


@pytest.mark.parametrize(
    "text", [b">>", b"]", b")", b"<<1 2>>", b"foo", b"1.2.3", b"{", b"% 12\n{"]
)
def test_what_is_no_object_is_damage(text: bytes) -> None:
    with pytest.raises(DamagedPdf):
        read(text)


def test_nesting_is_bounded() -> None:
    assert read(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)
    with pytest.raises(LimitExceeded):
        read(b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1))


@pytest.mark.parametrize(
    "text", [b"(" * 20_000 + b")" * 20_000, b"()" * 20_000], ids=["deep", "wide"]
)
def test_a_string_of_brackets_takes_little_memory(text: bytes) -> None:
    tracemalloc.start()
    try:
        assert encode(read(b"(" + text + b")")) == encode(text)
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()


def test_a_new_stream_gets_its_length() -> None:
    stream = NewStream({Name("Type"): Name("X")}, b"abc")
    assert encode(stream) == b"<</Type/X/Length 3>>\nstream\nabc\nendstream"


def test_a_stream_that_was_read_is_never_written() -> None:
    with pytest.raises(TypeError):
        encode(Stream({}, 0))


def test_text_strings() -> None:
    assert decode_text(text_string("Kepala Dinas")) == "Kepala Dinas"
    assert text_string("Núñez").startswith(b"\xfe\xff")
    assert decode_text(text_string("Núñez")) == "Núñez"
    assert decode_text(b"\xef\xbb\xbfN\xc3\xba") == "Nú"
    assert decode_text(b"N\xfa") == "Nú"
    assert decode_text(Name("no string")) == ""


def test_blanks_are_passed_once() -> None:
    """A pattern that tries every way to divide them would need years for this."""
    with pytest.raises(DamagedPdf):
        read(b" " * 100 + b"{")


def test_comments_cost_no_memory() -> None:
    """A pattern that could go back into them remembers each."""
    data = b"%\n" * 200_000 + b"12 "
    tracemalloc.start()
    try:
        assert parse(data, 0)[0] == 12
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()


def test_a_long_run_of_digits_takes_no_longer_than_its_length() -> None:
    """A pattern that backtracks would need minutes for this."""
    with pytest.raises(DamagedPdf):
        read(b"0" * 2_000_000 + b"a")
