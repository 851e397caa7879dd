"""TSTInfo: what a token says, and what it may not say."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.crypto.der import integer, octet_string, oid, sequence, tagged
from app.crypto.verify import tst_info
from app.crypto.verify.asn1 import BadAsn1
from app.crypto.verify.reasons import Failure
from tests.crypto.verify.token_maker import STAMPED, Info

TRUE, FALSE = b"\x01\x01\xff", b"\x01\x01\x00"


def refused(content: bytes, code: str = "timestamp_invalid") -> None:
    with pytest.raises(Failure) as failure:
        tst_info.read(content)
    assert failure.value.reason.code == code


def time_of(written: bytes) -> datetime:
    return tst_info.read(Info(time=written).der()).time


def test_the_parts_that_count() -> None:
    info = tst_info.read(Info().der())
    assert info.digest == "sha256"
    assert info.imprint == hashlib.sha256(STAMPED).digest()
    assert info.time == datetime(2026, 11, 2, 1, 30, tzinfo=UTC)
    assert info.accuracy == timedelta()


@pytest.mark.parametrize("digest", ["sha1", "sha384", "sha512", "sha3_256"])
def test_imprints_by_other_digests(digest: str) -> None:
    info = tst_info.read(Info(digest=digest).der())
    assert (info.digest, info.imprint) == (digest, hashlib.new(digest, STAMPED).digest())


@pytest.mark.parametrize(
    ("written", "microseconds"),
    [
        (b"20261102013000Z", 0),
        (b"20261102013000.5Z", 500_000),
        (b"20261102013000.025Z", 25_000),
        (b"20261102013000.123456Z", 123_456),
        (b"20261102013000.123456789Z", 123_456),
    ],
)
def test_fractions_of_a_second(written: bytes, microseconds: int) -> None:
    assert time_of(written) == datetime(2026, 11, 2, 1, 30, 0, microseconds, UTC)


@pytest.mark.parametrize(
    "written",
    [
        b"",
        b"20261102013000",
        b"20261102013000+0800",
        b"202611020130Z",
        b"20261102013000.Z",
        b"20261102013000,5Z",
        b"20261302013000Z",
        b"20260230013000Z",
        b"20261102013060Z",
        b"00001102013000Z",
        b"261102013000Z",
        b"20261102013000Z\n",
    ],
)
def test_times_that_are_none(written: bytes) -> None:
    refused(Info(time=written).der())


@pytest.mark.parametrize(
    ("parts", "accuracy"),
    [
        ((), timedelta()),
        ((integer(1),), timedelta(seconds=1)),
        ((tagged(0x80, b"\x01\xf4"),), timedelta(milliseconds=500)),
        ((tagged(0x81, b"\x64"),), timedelta(microseconds=100)),
        (
            (integer(60), tagged(0x80, b"\x01"), tagged(0x81, b"\x02")),
            timedelta(seconds=60, milliseconds=1, microseconds=2),
        ),
    ],
)
def test_accuracy(parts: tuple[bytes, ...], accuracy: timedelta) -> None:
    assert tst_info.read(Info(more=(sequence(*parts),)).der()).accuracy == accuracy


@pytest.mark.parametrize(
    "part",
    [
        b"\x02\x01\xff",
        integer(1 << 40),
        tagged(0x80, b"\x03\xe8"),
        tagged(0x81, b"\x03\xe8"),
        tagged(0x80, b"\xff"),
    ],
)
def test_accuracies_that_nobody_has(part: bytes) -> None:
    refused(Info(more=(sequence(part),)).der())


def test_everything_that_may_follow() -> None:
    extension = sequence(oid("2.25.1"), octet_string(b"x"))
    said_not_critical = sequence(oid("2.25.2"), FALSE, octet_string(b"x"))
    more = (
        sequence(integer(1)),
        TRUE,
        integer(99),
        tagged(0xA0, tagged(0xA4, sequence())),
        tagged(0xA1, extension, said_not_critical),
    )
    assert tst_info.read(Info(more=more).der()).accuracy == timedelta(seconds=1)


def test_a_critical_extension_that_nobody_here_knows() -> None:
    extension = sequence(oid("2.25.1"), TRUE, octet_string(b"x"))
    refused(Info(more=(tagged(0xA1, extension),)).der())


def test_other_versions() -> None:
    refused(Info(version=0).der())
    refused(Info(version=2).der())


def test_an_imprint_by_an_unknown_digest() -> None:
    known = Info().der()
    refused(
        known.replace(oid("2.16.840.1.101.3.4.2.1"), oid("2.16.840.1.101.3.4.2.99")),
        "unknown_algorithm",
    )


@pytest.mark.parametrize(
    "more", [(b"\5\0",), (integer(1), TRUE), (sequence(), sequence()), (octet_string(b"x"),)]
)
def test_what_does_not_belong_there(more: tuple[bytes, ...]) -> None:
    with pytest.raises(BadAsn1):
        tst_info.read(Info(more=more).der())


@given(st.data())
def test_nothing_else_comes_out(data: st.DataObject) -> None:
    spoiled = bytearray(Info(more=(sequence(integer(1)), TRUE, integer(99))).der())
    for _ in range(data.draw(st.integers(1, 3))):
        spoiled[data.draw(st.integers(0, len(spoiled) - 1))] = data.draw(st.integers(0, 255))
    with suppress(Failure, BadAsn1):
        tst_info.read(bytes(spoiled))
