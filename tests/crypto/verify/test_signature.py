"""Check 2: a sound signature names its certificate; whatever is wrong is refused, by its code."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed448

from app.crypto import der
from app.crypto.der import octet_string, oid, sequence, tagged
from app.crypto.verify import signature
from app.crypto.verify.algorithms import Policy
from app.crypto.verify.asn1 import parse_all
from app.crypto.verify.reasons import Failure
from app.crypto.verify.signed_data import read
from tests import pki
from tests.crypto.verify import authorities, cms_maker
from tests.crypto.verify.cms_maker import (
    CONTENT_TYPE,
    DATA,
    DIGESTS,
    DOCUMENT,
    ECDSA,
    MESSAGE_DIGEST,
    PROTECTION,
    REFERENCE_V2,
    SIGNING_TIME,
    Cms,
    algorithm,
    attribute,
    indefinite,
    issuer_serial,
    old_reference,
    reference,
)

ROOT = authorities.root()
SIGNER = authorities.signer(ROOT)
OTHER = ROOT.issue(pki.name_of("Somebody else"), pki.ec_key(3901))
SAME_KEY = ROOT.issue(pki.name_of("Signer"), SIGNER.key)
SAME_NAME = ROOT.issue(pki.name_of("Signer"), OTHER.key, serial=SIGNER.certificate.serial_number)
SOUND = cms_maker.made(SIGNER)
TIME = attribute(SIGNING_TIME, tagged(0x17, b"260101000000Z"))
UNKNOWN = attribute("2.25.1", b"\5\0", der.integer(1))
SHA256 = hashlib.sha256(DOCUMENT).digest()


def check(value: bytes, more: Sequence[bytes] = (), mandatory: bool = True) -> bytes:
    """The signer's certificate, after all checks."""
    signed = read(value)
    found = signature.find_signer(signed, more, mandatory)
    signature.check(signed, found, hashlib.new(signed.digest, DOCUMENT).digest())
    remarks = signature.check_strength(signed, found, Policy.default(), pki.SIGNED_AT, False)
    assert remarks == ()
    return found


def refused(made: Cms | bytes, code: str, **given: Any) -> None:
    value = made if isinstance(made, bytes) else made.der()
    with pytest.raises(Failure) as failure:
        check(value, **given)
    assert failure.value.reason.code == code


# -- what is sound -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "made",
    [
        SOUND,
        SOUND.having(TIME),
        SOUND.having(UNKNOWN),
        SOUND.having(UNKNOWN, attribute("2.25.1", der.integer(2))),
        SOUND.having(old_reference(SIGNER.der)),
        SOUND.without(REFERENCE_V2).having(old_reference(SIGNER.der)),
        SOUND.without(REFERENCE_V2).having(old_reference(SIGNER.der, issuer_serial(SIGNER.der))),
        SOUND.without(REFERENCE_V2).having(reference(SIGNER.der, "sha512")),
        SOUND.without(REFERENCE_V2).having(
            reference(SIGNER.der, issuer_serial=issuer_serial(SIGNER.der))
        ),
        replace(SOUND, unsigned=(UNKNOWN, attribute(CONTENT_TYPE, oid(DATA)))),
        replace(SOUND, certificates=tuple(reversed(SOUND.certificates))),
        replace(SOUND, certificates=(OTHER.der, SAME_KEY.der, SAME_NAME.der, SIGNER.der)),
        replace(SOUND, certificates=(b"\x30\x03\x02\x01\x01", SIGNER.der)),
        replace(SOUND, certificates=(tagged(0xA2, b"\5\0"), SIGNER.der)),
    ],
)
def test_accepted(made: Cms) -> None:
    assert check(made.der()) == SIGNER.der


def test_accepted_by_key_identifier() -> None:
    identifier = SIGNER.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    made = replace(SOUND, signer=tagged(0x80, identifier.value.digest), signer_version=3, version=3)
    assert check(made.der()) == SIGNER.der
    refused(replace(made, signer=tagged(0x80, bytes(20))), "no_signing_certificate")


def test_the_certificate_may_come_from_elsewhere() -> None:
    made = replace(SOUND, certificates=())
    refused(made, "no_signing_certificate")
    assert check(made.der(), more=(OTHER.der, SIGNER.der)) == SIGNER.der


def test_the_older_form_may_leave_its_certificate_unnamed() -> None:
    unnamed = SOUND.without(REFERENCE_V2)
    refused(unnamed, "signing_certificate")
    assert check(unnamed.der(), mandatory=False) == SIGNER.der
    refused(unnamed.having(reference(SAME_KEY.der)), "signing_certificate", mandatory=False)


def test_signed_in_der_but_written_in_ber() -> None:
    made = replace(SOUND, certificates=())
    value = indefinite(made.der())
    assert check(value, more=(SIGNER.der,)) == SIGNER.der


def shuffled(made: Cms) -> bytes:
    """Its attributes written in another order than DER has it; what is signed stays."""
    members = [node.raw for node in parse_all(made.signed()).children()]
    return tagged(0x31, *reversed(members))


def test_attributes_that_are_written_unsorted() -> None:
    """Programs differ: some sign what they write, some sign DER and write something else."""
    unsorted = shuffled(SOUND)
    assert unsorted != SOUND.signed()
    signed_sorted = SOUND.der().replace(SOUND.signed()[1:], unsorted[1:])
    assert check(signed_sorted) == SIGNER.der
    as_written = replace(SOUND, sign=lambda _: SOUND.sign(unsorted))
    assert check(as_written.der().replace(SOUND.signed()[1:], unsorted[1:])) == SIGNER.der


# -- (2.1), (2.2) --------------------------------------------------------------------------------


def test_nothing_may_be_carried() -> None:
    refused(replace(SOUND, content=DOCUMENT), "cms_form")
    refused(replace(SOUND, content=b""), "cms_form")


def test_the_content_is_data() -> None:
    other = replace(SOUND, content_type="1.2.840.113549.1.9.16.1.4")
    refused(other, "cms_form")
    refused(
        other.without(CONTENT_TYPE).having(attribute(CONTENT_TYPE, oid(other.content_type))),
        "cms_form",
    )


DIGEST_ATTRIBUTE = attribute(MESSAGE_DIGEST, octet_string(SHA256))


@pytest.mark.parametrize(
    "attributes",
    [
        (),
        (attribute(CONTENT_TYPE, oid(DATA)),),
        (DIGEST_ATTRIBUTE,),
        (attribute(CONTENT_TYPE), DIGEST_ATTRIBUTE),
        (attribute(CONTENT_TYPE, oid(DATA), oid(DATA)), DIGEST_ATTRIBUTE),
        (attribute(CONTENT_TYPE, oid(DATA)),) * 2 + (DIGEST_ATTRIBUTE,),
        (attribute(CONTENT_TYPE, oid("1.2.840.113549.1.7.3")), DIGEST_ATTRIBUTE),
        (attribute(CONTENT_TYPE, oid(DATA)), attribute(MESSAGE_DIGEST)),
        (attribute(CONTENT_TYPE, oid(DATA)), DIGEST_ATTRIBUTE, DIGEST_ATTRIBUTE),
        (
            attribute(CONTENT_TYPE, oid(DATA)),
            attribute(MESSAGE_DIGEST, octet_string(SHA256), octet_string(SHA256)),
        ),
        (attribute(CONTENT_TYPE, oid(DATA)), DIGEST_ATTRIBUTE, TIME, TIME),
    ],
)
def test_attributes_stand_there_once_and_fit(attributes: Sequence[bytes]) -> None:
    refused(replace(SOUND, attributes=(*attributes, reference(SIGNER.der))), "cms_form")


@pytest.mark.parametrize(
    "wrong", [attribute(CONTENT_TYPE, octet_string(b"x")), attribute(CONTENT_TYPE, b"\5\0")]
)
def test_attributes_of_the_wrong_type(wrong: bytes) -> None:
    refused(SOUND.without(CONTENT_TYPE).having(wrong), "cms_unreadable")


def protection(digest: bytes, signature: bytes) -> bytes:
    return attribute(PROTECTION, sequence(digest, b"\xa1" + signature[1:]))


def test_algorithms_that_are_protected() -> None:
    """RFC 6211."""
    digest, signature = SOUND.digest_algorithm, SOUND.signature_algorithm
    with_null = algorithm(DIGESTS["sha256"], der.NULL)
    for right in (digest, with_null):
        assert check(SOUND.having(protection(right, signature)).der()) == SIGNER.der
    for wrong in (
        protection(algorithm(DIGESTS["sha384"]), signature),
        protection(digest, algorithm(ECDSA["sha384"])),
        attribute(PROTECTION, *[sequence(digest, b"\xa1" + signature[1:])] * 2),
    ):
        refused(SOUND.having(wrong), "cms_form")


# -- (2.3), (2.4) --------------------------------------------------------------------------------


def test_a_missing_certificate() -> None:
    refused(replace(SOUND, certificates=()), "no_signing_certificate")
    refused(replace(SOUND, certificates=(ROOT.der,)), "no_signing_certificate")


def test_another_certificate_for_the_same_key() -> None:
    """The signature itself would not tell them apart."""
    names = sequence(*cms_maker.name_and_serial(SAME_KEY.der))
    swapped = replace(SOUND, certificates=(SAME_KEY.der,), signer=names)
    refused(swapped, "signing_certificate")
    refused(swapped, "signing_certificate", mandatory=False)
    refused(replace(SOUND, certificates=(SAME_KEY.der,)), "no_signing_certificate")


def test_another_certificate_of_the_same_name_and_number() -> None:
    swapped = replace(SOUND, certificates=(SAME_NAME.der,))
    refused(swapped, "signing_certificate")
    refused(swapped.without(REFERENCE_V2), "signature", mandatory=False)


def test_somebody_elses_certificate_that_is_named_properly() -> None:
    """All fits but the key."""
    theirs = cms_maker.made(OTHER)
    refused(replace(theirs, sign=SOUND.sign), "signature")


@pytest.mark.parametrize(
    "named",
    [
        reference(SAME_KEY.der),
        reference(SIGNER.der, issuer_serial=issuer_serial(SAME_KEY.der)),
        reference(SIGNER.der, issuer_serial=sequence(sequence(), der.integer(1))),
        attribute(REFERENCE_V2, sequence(sequence())),
        attribute(REFERENCE_V2),
        attribute(REFERENCE_V2, *[parse_all(reference(SIGNER.der)).children()[1].only().raw] * 2),
    ],
)
def test_references_that_do_not_fit(named: bytes) -> None:
    spoiled = SOUND.without(REFERENCE_V2).having(named)
    with pytest.raises(Failure) as failure:
        check(spoiled.der())
    assert failure.value.reason.code in ("signing_certificate", "cms_unreadable")


def test_each_reference_must_fit() -> None:
    refused(SOUND.having(old_reference(SAME_KEY.der)), "signing_certificate")
    refused(
        SOUND.without(REFERENCE_V2).having(reference(SAME_KEY.der), old_reference(SIGNER.der)),
        "signing_certificate",
    )
    refused(SOUND.having(reference(SIGNER.der)), "signing_certificate")  # it stands twice


def test_only_the_first_reference_is_the_signers() -> None:
    def one(certificate: bytes) -> bytes:
        return sequence(octet_string(hashlib.sha256(certificate).digest()))

    unnamed = SOUND.without(REFERENCE_V2)
    both = sequence(one(SIGNER.der), one(ROOT.der))
    assert check(unnamed.having(attribute(REFERENCE_V2, sequence(both))).der()) == SIGNER.der
    both = sequence(one(ROOT.der), one(SIGNER.der))
    refused(unnamed.having(attribute(REFERENCE_V2, sequence(both))), "signing_certificate")


def test_another_authority_may_use_the_same_serial_number() -> None:
    elsewhere = authorities.root("Elsewhere", 3950)
    serial = SIGNER.certificate.serial_number
    twin = elsewhere.issue(pki.name_of("Signer"), SIGNER.key, serial=serial)
    unnamed = replace(SOUND.without(REFERENCE_V2), certificates=(twin.der,))
    refused(unnamed, "no_signing_certificate", mandatory=False)


def test_the_issuer_may_be_spelled_otherwise() -> None:
    """RFC 5280, 7.1: case does not count; the order and number of the parts does."""
    issuer, serial = cms_maker.name_and_serial(SIGNER.der)
    parts = [node.raw for node in parse_all(issuer).children()]
    shouted = issuer.replace(b"Teken Uji", b"TEKEN UJI").replace(b"Root", b"ROOT")
    assert shouted != issuer
    assert check(replace(SOUND, signer=sequence(shouted, serial)).der()) == SIGNER.der
    for other in (
        sequence(*reversed(parts)),
        sequence(*parts[:-1]),
        sequence(),
        issuer[:-1] + b"x",
    ):
        refused(replace(SOUND, signer=sequence(other, serial)), "no_signing_certificate")


# -- (2.5), (2.6), (2.7) -------------------------------------------------------------------------


def test_other_content_than_was_signed() -> None:
    refused(cms_maker.made(SIGNER, content=b"another document"), "digest")


def test_a_digest_of_another_length() -> None:
    short = attribute(MESSAGE_DIGEST, octet_string(SHA256[:20]))
    refused(SOUND.without(MESSAGE_DIGEST).having(short), "digest")


def test_attributes_that_were_exchanged() -> None:
    refused(replace(SOUND, sign=lambda _: SOUND.sign(SOUND.having(TIME).signed())), "signature")


def test_a_signature_of_the_content_and_not_of_the_attributes() -> None:
    refused(replace(SOUND, sign=lambda _: SOUND.sign(DOCUMENT)), "signature")


@pytest.mark.parametrize("value", [b"", bytes(8), b"\x30\x06\x02\x01\x00\x02\x01\x00", b"x" * 72])
def test_a_signature_that_is_none(value: bytes) -> None:
    refused(replace(SOUND, sign=lambda _: value), "signature")


def test_a_weak_digest() -> None:
    """The certificate began when SHA-1 was already broken, so the signature is no older."""
    old = cms_maker.made(SIGNER, "sha1").without(REFERENCE_V2).having(reference(SIGNER.der))
    refused(old, "weak")


def test_a_key_that_nobody_here_can_use() -> None:
    strange = ROOT.issue(
        pki.name_of("Strange"), ed448.Ed448PrivateKey.from_private_bytes(bytes(57))
    )
    names = sequence(*cms_maker.name_and_serial(strange.der))
    swapped = replace(SOUND, certificates=(strange.der,), signer=names).without(REFERENCE_V2)
    refused(swapped, "unknown_algorithm", mandatory=False)


def test_a_weak_key() -> None:
    weak = ROOT.issue(pki.name_of("Weak"), pki.rsa_key(1024))
    refused(cms_maker.made(weak), "weak")


def test_a_digest_is_told_to_be_wrong_before_it_is_told_to_be_weak() -> None:
    refused(cms_maker.made(SIGNER, "sha1", content=b"another"), "digest")


def test_a_reference_by_a_digest_that_nobody_should_use() -> None:
    refused(SOUND.without(REFERENCE_V2).having(reference(SIGNER.der, "md5")), "weak")
