"""Revocation: what is known, for how long, and what it means for a time."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from cryptography import x509

from app.crypto.verify import certificate
from app.crypto.verify.trust import Anchor, Trust
from tests import pki
from tests.crypto.verify import authorities
from tests.crypto.verify.authorities import root, signer
from tests.crypto.verify.inquiries import (
    AT,
    CRL,
    DAY,
    HOLD,
    ISSUING,
    LEAF,
    ROOT_CRL,
    ROOT_KEY,
    SIGNER,
    TOP,
    TRUST,
    crl_of,
    made,
    outcome,
    path_of,
    revoked,
)

# -- what is known ------------------------------------------------------------------------------


def test_nobody_is_good_without_evidence() -> None:
    assert outcome() == "revocation_unknown"


def test_all_of_the_path_below_the_anchor_is_asked_about() -> None:
    assert outcome(ROOT_CRL, CRL) == "good"
    assert outcome(CRL) == "revocation_unknown"
    assert outcome(ROOT_CRL) == "revocation_unknown"


def test_evidence_may_come_with_the_trust() -> None:
    trust = Trust(anchors=TRUST.anchors, crls=(ROOT_CRL,), ocsps=(pki.ocsp_response(LEAF),))
    assert outcome(trust=trust) == "good"


def test_who_is_trusted_by_himself_is_not_asked_about() -> None:
    trust = Trust(anchors=(Anchor(SIGNER.chain[0]),))
    assert outcome(path=path_of(trust=trust), trust=trust) == "good"


@pytest.mark.parametrize("garbage", [b"", b"\x30", b"\x30\x00", b"%PDF", SIGNER.chain[0], CRL[:-1]])
def test_what_cannot_be_read_neither_helps_nor_harms(garbage: bytes) -> None:
    assert outcome(garbage, ocsps=[garbage], pool=[garbage]) == "revocation_unknown"
    assert outcome(garbage, ROOT_CRL, CRL, ocsps=[garbage], pool=[garbage]) == "good"


BRIEF = ["2.5.29.56", "0.4.0.194121.2.1"]


@pytest.mark.parametrize("oid", BRIEF)
def test_who_lives_too_briefly_to_be_revoked_is_excused(oid: str) -> None:
    brief = (x509.UnrecognizedExtension(x509.ObjectIdentifier(oid), b"\x05\x00"), False)
    leaf = pki.leaf(
        "b", pki.TALLO, pki.ec_key(36), 95, extensions=[(pki.SIGNING_USAGE, True), brief]
    )
    path = path_of(leaf.chain)
    assert outcome(ROOT_CRL, path=path) == "good"
    assert outcome(path=path) == "revocation_unknown"  # of its authority
    assert outcome(ROOT_CRL, revoked(AT - DAY, serial=95), path=path) == "revoked"
    below = TOP.issue(pki.name_of("Below"), pki.ec_key(3513), [*authorities.AUTHORITY, brief])
    path, trust = made(signer(below))
    assert outcome(crl_of(below), path=path, trust=trust) == "revocation_unknown"


# -- how old it may be --------------------------------------------------------------------------


def test_word_on_a_signer_ages_within_days() -> None:
    assert outcome(ROOT_CRL, CRL, at=AT + 7 * DAY) == "good"
    assert outcome(ROOT_CRL, CRL, at=AT + 7 * DAY + timedelta(seconds=1)) == "revocation_unknown"
    patient = Trust(anchors=TRUST.anchors, freshness=30 * DAY)
    assert outcome(ROOT_CRL, CRL, at=AT + 8 * DAY, trust=patient) == "good"


def test_word_on_an_authority_lasts_until_the_next_update() -> None:
    at = AT + 300 * DAY
    fresh = pki.crl(this_update=at)
    assert outcome(ROOT_CRL, fresh, at=at) == "good"
    short = pki.crl(issuer=ROOT_KEY, next_update=at - DAY)
    assert outcome(short, fresh, at=at) == "revocation_unknown"


def test_what_should_have_been_renewed_says_nothing() -> None:
    short = pki.crl(next_update=AT + DAY)
    assert outcome(ROOT_CRL, short, at=AT + DAY) == "good"
    assert outcome(ROOT_CRL, short, at=AT + 2 * DAY) == "revocation_unknown"


def test_word_from_after_the_signature_is_the_best() -> None:
    assert outcome(ROOT_CRL, pki.crl(this_update=AT + 90 * DAY)) == "good"


def test_nothing_is_said_any_more_of_what_has_expired() -> None:
    old = pki.leaf("old", pki.TALLO, pki.ec_key(31), 91, not_after=AT + DAY)
    path = path_of(old.chain)
    assert outcome(ROOT_CRL, pki.crl(this_update=AT + DAY), path=path) == "good"
    assert outcome(ROOT_CRL, pki.crl(this_update=AT + 2 * DAY), path=path) == "revocation_unknown"


# -- what a revocation means --------------------------------------------------------------------


def test_a_revocation_counts_from_its_date() -> None:
    assert outcome(ROOT_CRL, revoked(AT - DAY)) == "revoked"
    assert outcome(ROOT_CRL, revoked(AT)) == "revoked"
    assert outcome(ROOT_CRL, revoked(AT + DAY)) == "revoked_later"


def test_without_proof_of_time_the_signature_may_be_older() -> None:
    assert outcome(ROOT_CRL, revoked(AT - DAY), proven=False) == "revoked_unproven"
    assert outcome(ROOT_CRL, revoked(AT + DAY), proven=False) == "revoked_unproven"


def test_an_earlier_date_of_invalidity_counts() -> None:
    invalid = x509.InvalidityDate(AT - DAY)
    assert outcome(ROOT_CRL, revoked(AT + DAY, invalid)) == "revoked"
    assert outcome(ROOT_CRL, revoked(AT - DAY, x509.InvalidityDate(AT + DAY))) == "revoked"


def test_even_an_old_list_tells_who_was_revoked() -> None:
    assert outcome(ROOT_CRL, revoked(AT - DAY), at=AT + 300 * DAY) == "revoked"
    assert outcome(revoked(AT - DAY)) == "revoked"


def test_one_good_word_does_not_undo_a_revocation() -> None:
    later = pki.crl(this_update=AT + 9 * DAY)
    assert outcome(ROOT_CRL, revoked(AT - DAY), later) == "revoked"
    good = pki.ocsp_response(LEAF, this_update=AT + 9 * DAY)
    assert outcome(ROOT_CRL, revoked(AT - DAY), ocsps=[good]) == "revoked"


def test_the_earliest_revocation_counts() -> None:
    for one, other in ((AT + DAY, AT - DAY), (AT - DAY, AT + DAY)):
        answer = pki.ocsp_response(LEAF, other)
        assert outcome(ROOT_CRL, revoked(one), ocsps=[answer]) == "revoked"


def test_a_suspension_can_be_lifted() -> None:
    held = revoked(AT - DAY, HOLD)
    assert outcome(ROOT_CRL, held) == "on_hold"
    assert outcome(ROOT_CRL, held, pki.crl(this_update=AT + DAY)) == "good"
    assert outcome(ROOT_CRL, held, pki.crl(this_update=AT - DAY)) == "on_hold"
    assert outcome(ROOT_CRL, held, CRL) == "on_hold"  # both of the same moment


def test_a_suspension_after_the_signature_does_not_matter() -> None:
    assert outcome(ROOT_CRL, revoked(AT + DAY, HOLD)) == "revoked_later"


def test_an_authority_may_be_revoked_too() -> None:
    def by_root(date: datetime) -> bytes:
        return pki.crl(pki.revoked(ISSUING.serial_number, date), issuer=ROOT_KEY)

    assert outcome(by_root(AT - DAY), CRL) == "ca_revoked"
    assert outcome(by_root(AT - DAY), CRL, proven=False) == "ca_revoked"
    assert outcome(by_root(AT + DAY), CRL, proven=False) == "ca_revoked"
    assert outcome(by_root(AT + DAY), CRL) == "good"
    assert outcome(by_root(AT - DAY)) == "ca_revoked"


# -- foreign bytes, bounds ----------------------------------------------------------------------


def test_the_inquiry_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many lists by many strangers who all have the issuer's name."""
    calls = []
    original = certificate.verifies
    monkeypatch.setattr(
        certificate, "verifies", lambda *pair: calls.append(pair) or original(*pair)
    )
    strangers = [root("Teken Uji Issuing CA", 4000 + n) for n in range(40)]
    lists = [crl_of(each, this_update=AT + n * DAY) for each in strangers for n in range(10)]
    pool = [each.der for each in strangers]
    assert outcome(ROOT_CRL, *lists, pool=pool) == "revocation_unknown"
    assert len(calls) <= 150  # besides the lists, the paths of those who signed them
    assert outcome(ROOT_CRL, CRL, *lists, pool=pool) == "good"


def test_of_much_evidence_the_first_pieces_count() -> None:
    for count, result in ((198, "good"), (199, "revocation_unknown")):
        assert outcome(ROOT_CRL, *[b""] * count, CRL) == result
    for count, result in ((199, "good"), (200, "revocation_unknown")):
        assert outcome(ROOT_CRL, ocsps=[*[b""] * count, pki.ocsp_response(LEAF)]) == result
