"""The sealed record: what opens it, what does not, and that nothing in it can be changed."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.crypto.keystore import sealed
from app.crypto.keystore.sealed import Header, Record, parse, seal
from app.model import Algorithm
from tests import pki

COST = sealed.SCRYPT_N * sealed.SCRYPT_R  # before any fixture makes it cheap
SECRET, NONCE, SALT = bytes(range(32)), bytes(range(12)), bytes(range(16))
PIN, PRIVATE = "192837", b"the private key"
HEADER = Header(
    "Budi",
    "memory",
    datetime(2026, 11, 2, tzinfo=UTC),
    pki.TALLO,
    Algorithm("ecdsa"),
    pki.identity().chain,
    SALT,
)
CHANGES = {
    "name": "Wati",
    "keystore": "another",
    "created": "2027-01-01T00:00:00+00:00",
    "person": {"name": "Yohanes Ndun"},
    "algorithm": {"scheme": "ecdsa", "digest": "sha512"},
    "chain": [],
    "salt": "00" * 16,
}


@pytest.fixture(autouse=True)
def _fast(fast_scrypt: None) -> None:
    pass


def sealed_record() -> bytes:
    return seal(HEADER, PRIVATE, PIN, SECRET, NONCE)


def forged(part: str) -> Record:
    """What someone makes who can read the OS keyring, but does not know the PIN."""
    magic, header, box, _, _ = sealed_record().split(b"\n")
    header = json.dumps({**json.loads(header), part: CHANGES[part]}).encode()
    unsigned = parse(b"\n".join((magic, header, box, b"00", b"")))
    return Record(
        unsigned.header,
        unsigned.clear,
        unsigned.box,
        sealed._mac(SECRET, unsigned.clear, unsigned.box),
    )


def cannot_be_changed(part: str) -> None:
    record = forged(part)
    assert record.is_intact(SECRET)
    with pytest.raises(InvalidTag):
        record.open(SECRET, PIN)


def test_the_right_pin_and_secret_open_it() -> None:
    record = parse(sealed_record())
    assert record.header == HEADER
    assert record.is_intact(SECRET)
    assert record.open(SECRET, PIN) == PRIVATE


def test_what_it_says_in_clear_is_what_the_screens_show() -> None:
    info = parse(sealed_record()).header.info()
    assert (info.name, info.person, info.chain) == ("Budi", pki.TALLO, pki.identity().chain)
    assert (info.not_before, info.not_after) == (pki.NOT_BEFORE, pki.NOT_AFTER)
    assert not info.self_made


@pytest.mark.parametrize("pin", ["", "192838", "19283", "1928370", "192837 "])
def test_another_pin_does_not_open_it(pin: str) -> None:
    with pytest.raises(InvalidTag):
        parse(sealed_record()).open(SECRET, pin)


def test_another_secret_does_not_open_it() -> None:
    record = parse(sealed_record())
    other = SECRET[:-1] + b"\x00"
    assert not record.is_intact(other)
    with pytest.raises(InvalidTag):
        record.open(other, PIN)


@pytest.mark.parametrize("part", CHANGES)
def test_nothing_in_clear_can_be_changed(part: str) -> None:
    cannot_be_changed(part)


def test_planted_associated_data_left_out_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def cipher(secret: bytes, pin: str, salt: bytes) -> object:
        real = original(secret, pin, salt)
        return type(
            "Careless",
            (),
            {
                "encrypt": lambda self, nonce, data, aad: real.encrypt(nonce, data, None),
                "decrypt_into": lambda self, nonce, data, aad, into: real.decrypt_into(
                    nonce, data, None, into
                ),
            },
        )()

    original = sealed._cipher
    monkeypatch.setattr(sealed, "_cipher", cipher)
    with pytest.raises(pytest.fail.Exception):
        cannot_be_changed("person")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(data=st.data())
def test_a_changed_record_is_noticed_before_any_pin(data: st.DataObject) -> None:
    whole = bytearray(sealed_record())
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] ^= data.draw(st.integers(1, 255))
    try:
        record = parse(bytes(whole))
    except ValueError:
        return
    same = (record.clear, record.box, record.mac) == _taken_apart()
    assert same or not record.is_intact(SECRET)  # "same": the MAC's letters in another case


def _taken_apart() -> tuple[bytes, bytes, bytes]:
    record = parse(sealed_record())
    return record.clear, record.box, record.mac


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
def test_foreign_bytes_are_no_record(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(data)


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("name", 5),
        ("keystore", None),
        ("created", "yesterday"),
        ("created", "2026-01-01T00:00:00"),
        ("person", []),
        ("person", {"nam": "x"}),
        ("person", {"name": 5}),
        ("algorithm", {"scheme": "dsa", "digest": "sha256"}),
        ("algorithm", {"scheme": "ecdsa", "digest": "md5"}),
        ("algorithm", {}),
        ("chain", 5),
        ("chain", ["%"]),
        ("salt", "zz"),
    ],
)
def test_a_header_of_another_shape_is_no_record(part: str, value: object) -> None:
    magic, header, *rest = sealed_record().split(b"\n")
    header = json.dumps({**json.loads(header), part: value}).encode()
    with pytest.raises(ValueError, match=r"."):
        parse(b"\n".join((magic, header, *rest)))


@pytest.mark.parametrize("header", [b"[]", b"5", b"null", b"{}", b"[" * 100_000, b"\xff"])
def test_a_header_that_is_no_object_is_no_record(header: bytes) -> None:
    magic, _, *rest = sealed_record().split(b"\n")
    with pytest.raises(ValueError, match=r"."):
        parse(b"\n".join((magic, header, *rest)))


def test_a_record_that_is_too_long_is_not_even_read() -> None:
    with pytest.raises(ValueError, match="too long"):
        parse(b"x" * (sealed.MAX_BYTES + 1))


def test_the_cost_of_a_guess_is_not_lowered() -> None:
    assert COST >= 2**15 * 8
