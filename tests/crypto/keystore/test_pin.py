"""PINs that are refused, and the delay after wrong ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import errors
from app.crypto.keystore.pin import DELAYS, Attempts, check_strength, normalised


def fullwidth(digits: str) -> str:
    """As an East Asian keyboard writes them."""
    return "".join(chr(ord(digit) + 0xFEE0) for digit in digits)


@pytest.mark.parametrize(
    "pin",
    ["", "12345", "000000", "111111111", "123456", "654321", "789012", "210987", "abcdef", "zzzzzz",
     fullwidth("123456"), "0123456789"],
)  # fmt: skip
def test_weak_pins_are_refused(pin: str) -> None:
    with pytest.raises(errors.PinTooWeak):
        check_strength(pin)


@pytest.mark.parametrize("pin", ["192837", "112233", "123457", "kupang", "rahasia kita", "135791"])
def test_other_pins_are_accepted(pin: str) -> None:
    check_strength(pin)


def test_a_pin_is_the_same_however_it_was_typed() -> None:
    assert normalised("café12") == normalised("cafe\u030112")
    assert normalised(fullwidth("192837")) == b"192837"


def test_the_delay_grows_after_three_free_tries() -> None:
    delays = [Attempts(failures, 0).delay for failures in range(12)]
    assert delays == [0, 0, 0, 0, *DELAYS, 3600, 3600, 3600]


def test_the_wait_runs_out_with_the_clock() -> None:
    attempts = Attempts(4, 1000)
    assert [attempts.wait(at) for at in (1000, 1000.4, 1029, 1030, 99999)] == [30, 30, 1, 0, 0]


@given(st.integers(4, 20), st.integers(0, 2**40), st.integers(1, 2**40))
def test_a_clock_turned_back_brings_the_whole_delay(failures: int, at: int, back: int) -> None:
    attempts = Attempts(failures, at)
    assert attempts.wait(at - back) == attempts.delay


@given(st.integers(0, 10**6), st.integers(-(2**40), 2**40))
def test_a_count_survives_the_keyring(failures: int, at: int) -> None:
    attempts = Attempts(failures, at)
    assert Attempts.from_json(attempts.to_json()) == attempts
    assert len(attempts.to_json().encode("utf-16")) < 2560


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", "0", '{"failures": -1, "at": 0}', '{"failures": true, "at": 0}',
     '{"failures": 1, "at": 0.5}', '{"failures": 1}', '{"failures": 1, "at": 0, "x": 1}', "{"],
)  # fmt: skip
def test_a_foreign_count_is_not_read_as_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Attempts.from_json(text)
