"""Check 4: a token proves a time only for what it covers, and by an authority of time."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID as Eku

from app.crypto.der import integer, octet_string, sequence
from app.crypto.verify import reasons, signature, tokens
from app.crypto.verify.reasons import Failure
from app.crypto.verify.revocation import Evidence
from app.crypto.verify.signed_data import read
from app.crypto.verify.tokens import Token
from app.crypto.verify.trust import Anchor, Trust
from tests import pki
from tests.crypto.verify import authorities, cms_maker, token_maker
from tests.crypto.verify.cms_maker import DATA, REFERENCE_V2, Cms, old_reference, reference
from tests.crypto.verify.token_maker import (
    DAY,
    ROOT,
    STAMPED,
    STAMPED_AT,
    TIME_STAMP,
    Info,
    authority,
    token,
)

TIME = authority()
TRUSTED = Trust((Anchor(TIME.der),))  # by itself: nothing is to be known of its revocation
SOUND = token(TIME)


def check(
    made: Cms,
    trust: Trust = TRUSTED,
    at: datetime = STAMPED_AT + DAY,
    proven: bool = False,
    covered: bytes = STAMPED,
    evidence: Evidence = Evidence(),  # noqa: B008
) -> Token:
    def imprint(name: str) -> bytes:
        return hashlib.new(name, covered).digest()

    return tokens.check(
        read(made.der()), imprint, evidence.certificates, evidence, trust, at, proven
    )


def refused(made: Cms, code: str, **given: Any) -> None:
    with pytest.raises(Failure) as failure:
        check(made, **given)
    assert failure.value.reason.code == code


def test_a_sound_token_proves_its_time() -> None:
    found = check(SOUND)
    assert (found.time, found.by, found.proves) == (STAMPED_AT, "Time", True)


@pytest.mark.parametrize(
    "made",
    [
        token(TIME, digest="sha512"),
        token(TIME, Info(digest="sha384")),
        token(TIME).without(REFERENCE_V2).having(old_reference(TIME.der)),
        token(TIME).without(REFERENCE_V2).having(reference(TIME.der, "sha512")),
        token(TIME).having(old_reference(TIME.der)),
        replace(SOUND, certificates=(ROOT.der, TIME.der)),
        token(TIME, Info(more=(integer(99),))),
    ],
)
def test_forms_of_tokens(made: Cms) -> None:
    assert check(made).proves


def test_the_time_that_is_proven_allows_for_the_accuracy() -> None:
    found = check(token(TIME, Info(more=(sequence(integer(2)),))))
    assert found.time == STAMPED_AT + timedelta(seconds=2)


def test_the_certificate_may_come_from_elsewhere() -> None:
    bare = replace(SOUND, certificates=())
    refused(bare, "no_signing_certificate")
    assert check(bare, evidence=Evidence(certificates=(TIME.der,))).proves


# -- (4.1), (4.2), (4.3) -------------------------------------------------------------------------


def test_it_covers_something_else() -> None:
    refused(SOUND, "digest", covered=b"something else")
    refused(token(TIME, Info(imprint=bytes(32))), "digest")
    refused(token(TIME, Info(imprint=hashlib.sha256(STAMPED).digest()[:20])), "digest")


def test_its_own_content_was_changed() -> None:
    other = Info(time=b"20250101000000Z").der()
    refused(replace(SOUND, content=other), "digest")


def test_it_carries_nothing() -> None:
    refused(replace(SOUND, content=None), "cms_form")


def test_a_signature_of_a_document_is_no_token() -> None:
    """A person signs a TSTInfo as a document: the kind of content tells it apart."""
    signed = cms_maker.made(TIME, content=Info().der())
    refused(signed, "cms_form")
    refused(replace(signed, content=Info().der()), "cms_form")
    claimed = replace(signed, content=Info().der(), content_type=token_maker.TST_INFO, version=3)
    refused(claimed, "cms_form")


def test_a_token_is_no_signature_of_a_document() -> None:
    signed = read(SOUND.der())
    with pytest.raises(Failure) as failure:
        signature.check(signed, TIME.der, hashlib.sha256(Info().der()).digest(), DATA)
    assert failure.value.reason.code == "cms_form"


def test_its_certificate_must_be_named() -> None:
    refused(SOUND.without(REFERENCE_V2), "signing_certificate")
    twin = ROOT.issue(pki.name_of("Time"), TIME.key, token_maker.ONLY_TIME)
    refused(SOUND.without(REFERENCE_V2).having(reference(twin.der)), "signing_certificate")


def test_somebody_else_signed_it() -> None:
    refused(replace(SOUND, sign=token(authority(number=3503)).sign), "signature")


@pytest.mark.parametrize("content", [b"", b"no TSTInfo", octet_string(b"x"), sequence()])
def test_content_that_is_no_tst_info(content: bytes) -> None:
    refused(token(TIME, content), "cms_unreadable")


def test_a_time_that_has_not_come_yet() -> None:
    refused(SOUND, "timestamp_invalid", at=STAMPED_AT - DAY)
    refused(SOUND, "timestamp_invalid", at=STAMPED_AT - timedelta(minutes=6), proven=True)


def test_clocks_may_differ_by_minutes() -> None:
    assert check(SOUND, at=STAMPED_AT - timedelta(minutes=4)).time == STAMPED_AT


def test_a_time_at_which_its_own_certificate_was_not_valid() -> None:
    short = authority(not_before=STAMPED_AT - DAY, not_after=STAMPED_AT + 3 * DAY)
    trust = Trust((Anchor(short.der),))
    for days in (-2, 4):
        info = Info(time=token_maker.written(STAMPED_AT + days * DAY))
        refused(token(short, info), "timestamp_invalid", trust=trust, at=STAMPED_AT + 5 * DAY)
    assert check(token(short), trust=trust).proves


# -- (4.4) ---------------------------------------------------------------------------------------

SIGNING = (pki.usage("digital_signature"), True)


@pytest.mark.parametrize(
    "extensions",
    [
        [SIGNING],
        [SIGNING, (x509.ExtendedKeyUsage([Eku.TIME_STAMPING]), False)],
        [SIGNING, (x509.ExtendedKeyUsage([Eku.TIME_STAMPING, Eku.CODE_SIGNING]), True)],
        [SIGNING, (x509.ExtendedKeyUsage([Eku.EMAIL_PROTECTION]), True)],
        [SIGNING, (x509.ExtendedKeyUsage([Eku.ANY_EXTENDED_KEY_USAGE]), True)],
    ],
)
def test_an_authority_that_may_do_other_things(extensions: authorities.Extensions) -> None:
    """RFC 3161, 2.3: for time stamps only, and critical."""
    other = authority(extensions)
    refused(token(other), "usage", trust=Trust((Anchor(other.der),)))
    refused(token(other), "usage", trust=ROOT.trust)


def test_a_person_is_no_authority_of_time() -> None:
    person = authorities.signer(ROOT)
    refused(token(person), "usage", trust=ROOT.trust)


def test_an_authority_that_nobody_trusts() -> None:
    refused(SOUND, "no_path", trust=Trust())
    only_for_signatures = Anchor(TIME.der, frozenset({"signature"}))
    refused(SOUND, "no_path", trust=Trust((only_for_signatures,)))


def crl(*revoked: tuple[int, datetime]) -> bytes:
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(ROOT.name)
        .last_update(STAMPED_AT)
        .next_update(STAMPED_AT + 7 * DAY)
    )
    for serial, moment in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(moment)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(ROOT.key, hashes.SHA256()).public_bytes(Encoding.DER)


def test_what_is_unknown_of_an_authority_keeps_it_from_proving() -> None:
    found = check(SOUND, trust=ROOT.trust)
    assert [reason.code for reason in found.remarks] == ["revocation_unknown"]
    assert not found.proves
    assert check(SOUND, trust=ROOT.trust, evidence=Evidence(crls=(crl(),))).proves


def test_a_revoked_authority() -> None:
    gone = Evidence(crls=(crl((TIME.certificate.serial_number, STAMPED_AT - DAY)),))
    refused(SOUND, "revoked", trust=ROOT.trust, evidence=gone, proven=True)
    assert not check(SOUND, trust=ROOT.trust, evidence=gone).proves


def test_an_authority_that_has_ended() -> None:
    short = authority(not_before=STAMPED_AT - DAY, not_after=STAMPED_AT + DAY)
    trust = Trust((Anchor(short.der),))
    refused(token(short), "expired", trust=trust, at=STAMPED_AT + 2 * DAY)
    assert check(token(short), trust=trust, at=STAMPED_AT + DAY / 2, proven=True).proves


def test_weak_digests_prove_nothing() -> None:
    old = authority(not_before=datetime(2010, 1, 1, tzinfo=STAMPED_AT.tzinfo))
    trust = Trust((Anchor(old.der),))
    for made in (token(old, Info(digest="sha1")), token(old, digest="sha1")):
        found = check(made, trust=trust)
        assert {reason.code for reason in found.remarks} == {"weak_unproven"}
        assert not found.proves
        refused(made, "weak", trust=trust, proven=True)


# -- in a signature ------------------------------------------------------------------------------

SIGNER = authorities.signer(authorities.root())


def test_tokens_in_a_signature_are_found() -> None:
    one, two = SOUND.der(), token(TIME, Info(digest="sha512")).der()
    elsewhere = cms_maker.attribute("1.2.840.113549.1.9.16.2.20", one)  # of the content
    made = replace(
        cms_maker.made(SIGNER).having(elsewhere),
        unsigned=(cms_maker.attribute(TIME_STAMP, one), cms_maker.attribute(TIME_STAMP, two)),
    )
    assert tokens.inside(read(made.der())) == (one, two)
    signed = cms_maker.made(SIGNER).having(cms_maker.attribute(TIME_STAMP, one))
    assert tokens.inside(read(signed.der())) == ()  # a signer cannot have it before he signs


@pytest.mark.parametrize(
    ("made", "given", "code"),
    [
        (SOUND, {"trust": Trust()}, "timestamp_untrusted"),
        (SOUND, {"covered": b"another"}, "timestamp_invalid"),
        (replace(SOUND, sign=lambda _: b"broken"), {}, "timestamp_invalid"),
        (SOUND, {"at": STAMPED_AT - DAY}, "timestamp_invalid"),
        (SOUND, {"at": datetime(2070, 1, 1, tzinfo=STAMPED_AT.tzinfo)}, "timestamp_unproven"),
        (token(TIME, digest="sha1"), {}, "timestamp_unproven"),
        (
            replace(SOUND, signature_algorithm=cms_maker.algorithm("2.25.1")),
            {},
            "timestamp_unproven",
        ),
        (token(authorities.signer(ROOT)), {"trust": ROOT.trust}, "timestamp_invalid"),
    ],
)
def test_what_is_told_of_a_token_in_a_signature(
    made: Cms, given: dict[str, Any], code: str
) -> None:
    with pytest.raises(Failure) as failure, tokens.attached():
        check(made, **given)
    assert (failure.value.reason.check, failure.value.reason.code) == (4, code)


def test_only_a_wrong_token_harms_its_signature() -> None:
    assert reasons.TIMESTAMP_INVALID.verdict == "invalid"
    assert {reasons.TIMESTAMP_UNTRUSTED.verdict, reasons.TIMESTAMP_UNPROVEN.verdict} == {"valid"}
