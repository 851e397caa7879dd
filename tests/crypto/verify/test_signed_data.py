"""The reader of CMS: what it says of a SignedData, and what it refuses to read."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.crypto import cms, der
from app.crypto.verify import signed_data
from app.crypto.verify.asn1 import parse_all
from app.crypto.verify.names import normal
from app.crypto.verify.reasons import Failure
from app.crypto.verify.signed_data import read
from tests import pki
from tests.crypto.verify import authorities, cms_maker
from tests.crypto.verify.cms_maker import (
    CONTENT_TYPE,
    DATA,
    MESSAGE_DIGEST,
    REFERENCE_V2,
    Cms,
    indefinite,
)

ROOT = authorities.root()
SIGNER = authorities.signer(ROOT)
SOUND = cms_maker.made(SIGNER)
WRITTEN = SOUND.der()
FOREIGN = cms_maker.attribute("2.25.1", der.integer(1), der.integer(2))


def refused(value: bytes, code: str) -> None:
    with pytest.raises(Failure) as failure:
        read(value)
    assert failure.value.reason.code == code


def test_a_sound_one_is_read() -> None:
    signed = read(WRITTEN)
    assert signed.size == len(WRITTEN)
    assert (signed.content_type, signed.content) == (DATA, None)
    assert signed.certificates == (SIGNER.der, *SIGNER.pool)
    assert (signed.crls, signed.ocsps) == ((), ())
    assert signed.signer.issuer == normal(ROOT.name)
    assert signed.signer.serial == SIGNER.certificate.serial_number
    assert signed.digest == "sha256"
    assert set(signed.signed_attributes) == {CONTENT_TYPE, MESSAGE_DIGEST, REFERENCE_V2}
    assert signed.signed_attributes[MESSAGE_DIGEST] == (
        der.octet_string(hashlib.sha256(cms_maker.DOCUMENT).digest()),
    )
    assert list(signed.to_be_signed()) == [SOUND.signed()]
    assert signed.unsigned_attributes == {}


def test_our_own_signatures_are_read() -> None:
    key = pki.identity().signing_key()
    identity = cms.identity(key.chain, key.algorithm)
    attributes = identity.signed_attributes(bytes(32))
    signed = read(identity.signed_data(attributes, b"signature"))
    assert signed.signature == b"signature"
    assert list(signed.to_be_signed()) == [attributes]
    assert set(signed.certificates) == set(key.chain)


def test_content_that_is_carried_is_read() -> None:
    assert read(replace(SOUND, content=b"inside").der()).content == b"inside"


def test_what_follows_is_left_to_the_caller() -> None:
    signed = read(WRITTEN + bytes(100) + b"junk")
    assert signed.size == len(WRITTEN)


def test_a_key_identifier_in_place_of_a_name() -> None:
    by_key = replace(SOUND, signer=der.tagged(0x80, b"identifier"), signer_version=3, version=3)
    assert read(by_key.der()).signer.key == b"identifier"


def test_instances_and_values_of_one_attribute_are_counted_together() -> None:
    twice = SOUND.having(FOREIGN, cms_maker.attribute("2.25.1", der.integer(3)))
    values = read(twice.der()).signed_attributes["2.25.1"]
    assert sorted(values) == [der.integer(number) for number in (1, 2, 3)]


def test_unsigned_attributes_are_kept_apart() -> None:
    signed = read(replace(SOUND, unsigned=(FOREIGN,)).der())
    assert signed.unsigned_attributes == {"2.25.1": (der.integer(1), der.integer(2))}
    assert "2.25.1" not in signed.signed_attributes


def test_ber_says_the_same() -> None:
    """With every length indefinite and every string in pieces, attributes included."""
    value = replace(SOUND, certificates=(), unsigned=(FOREIGN,), content=b"inside").der()
    one, other = read(value), read(indefinite(value))
    for name in ("content", "signature", "digest", "algorithm", "unsigned_attributes"):
        assert getattr(one, name) == getattr(other, name)
    assert list(one.to_be_signed()) == [SOUND.signed()]
    assert SOUND.signed() in other.to_be_signed()


def test_unsorted_attributes_may_have_been_signed_either_way() -> None:
    value, attributes = WRITTEN, SOUND.signed()
    members = [node.raw for node in parse_all(attributes).children()]
    unsorted = der.tagged(0x31, *reversed(members))
    spoiled = value.replace(attributes[1:], unsorted[1:])
    assert list(read(spoiled).to_be_signed()) == [unsorted, attributes]


@pytest.mark.parametrize(
    ("spoiled", "code"),
    [
        (replace(SOUND, signers=0), "cms_form"),
        (replace(SOUND, signers=2), "cms_form"),
        (replace(SOUND, version=0), "cms_form"),
        (replace(SOUND, version=2), "cms_form"),
        (replace(SOUND, version=6), "cms_form"),
        (replace(SOUND, signer_version=3), "cms_form"),
        (replace(SOUND, signer=der.tagged(0x80, b"k")), "cms_form"),
        (replace(SOUND, signer=der.tagged(0x82, b"k")), "cms_unreadable"),
        (replace(SOUND, attributes=None), "cms_form"),
        (replace(SOUND, digest_algorithms=()), "cms_form"),
        (
            replace(SOUND, digest_algorithms=(cms_maker.algorithm(cms_maker.DIGESTS["sha512"]),)),
            "cms_form",
        ),
        (replace(SOUND, digest_algorithm=cms_maker.algorithm("2.25.1")), "unknown_algorithm"),
        (
            replace(
                SOUND,
                digest_algorithm=cms_maker.algorithm(cms_maker.DIGESTS["sha256"], der.integer(1)),
            ),
            "unknown_algorithm",
        ),
        (SOUND.having(der.sequence(der.oid("2.25.1"))), "cms_unreadable"),
        (SOUND.having(der.octet_string(b"no attribute")), "cms_unreadable"),
        (replace(SOUND, signature_algorithm=der.sequence()), "cms_unreadable"),
    ],
)
def test_what_the_form_forbids(spoiled: Cms, code: str) -> None:
    refused(spoiled.der(), code)


@pytest.mark.parametrize(
    "value",
    [
        der.sequence(der.oid(DATA), der.tagged(0xA0, der.octet_string(b"only data"))),
        der.sequence(
            der.oid(cms_maker.SIGNED_DATA), der.tagged(0xA0, SOUND.signed_data()), b"\5\0"
        ),
        der.sequence(der.oid(cms_maker.SIGNED_DATA), der.tagged(0xA0, SOUND.signed_data() * 2)),
        der.sequence(der.oid(cms_maker.SIGNED_DATA)),
        SOUND.signed_data(),
        b"",
        bytes(64),
        b"%PDF-1.7",
    ],
)
def test_what_is_no_signed_data(value: bytes) -> None:
    with pytest.raises(Failure) as failure:
        read(value)
    assert failure.value.reason.code in ("cms_form", "cms_unreadable")


def test_null_and_missing_parameters_are_the_same() -> None:
    with_null = cms_maker.algorithm(cms_maker.DIGESTS["sha256"], der.NULL)
    mixed = replace(SOUND, digest_algorithms=(with_null,))
    assert read(mixed.der()).digest == "sha256"


def test_every_truncation_is_refused() -> None:
    for length in range(len(WRITTEN)):
        refused(WRITTEN[:length], "cms_unreadable")


@given(st.data())
def test_nothing_but_a_failure_comes_out(data: st.DataObject) -> None:
    spoiled = bytearray(data.draw(st.sampled_from([WRITTEN, indefinite(WRITTEN)])))
    for _ in range(data.draw(st.integers(1, 3))):
        spoiled[data.draw(st.integers(0, len(spoiled) - 1))] = data.draw(st.integers(0, 255))
    with suppress(Failure):
        signed = read(bytes(spoiled))
        with signed_data.readable():
            list(signed.to_be_signed())
