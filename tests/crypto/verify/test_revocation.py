"""Revocation: who says what about whom, whether that is enough, and what it means for a time."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path as File

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ReasonFlags, ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID as Eku
from hypothesis import given
from hypothesis import strategies as st

from app.crypto import der
from app.crypto.verify import certificate, crl, revocation
from app.crypto.verify.algorithms import Policy
from app.crypto.verify.path import Path, find
from app.crypto.verify.reasons import Failure
from app.crypto.verify.revocation import Evidence
from app.crypto.verify.trust import Anchor, Trust
from tests import pki
from tests.crypto.verify import authorities
from tests.crypto.verify.authorities import Holder, authority, root, signer

DAY = timedelta(days=1)
AT = pki.SIGNED_AT
ROOT_KEY = (pki.ROOT_NAME, pki.ec_key(1001))
TRUST = Trust(anchors=(Anchor(pki.root().public_bytes(Encoding.DER)),))
SIGNER = pki.identity()
LEAF, ISSUING = SIGNER.certificates[:2]
ROOT_CRL, CRL = pki.clean_crls()
HOLD = x509.CRLReason(ReasonFlags.certificate_hold)


def path_of(chain: Sequence[bytes] = SIGNER.chain, trust: Trust = TRUST, at: datetime = AT) -> Path:
    return find(chain[0], chain[1:], trust, at, "signature")


def outcome(
    *crls: bytes,
    ocsps: Sequence[bytes] = (),
    pool: Sequence[bytes] = (),
    at: datetime = AT,
    proven: bool = True,
    path: Path | None = None,
    trust: Trust = TRUST,
) -> str:
    """The code of the reason that comes out, or "good"."""
    evidence = Evidence(crls, tuple(ocsps), tuple(pool))
    try:
        remarks = revocation.check(path or path_of(), evidence, trust, at, proven)
    except Failure as failure:
        assert failure.reason.verdict == "invalid"
        return failure.reason.code
    assert all(reason.verdict in ("valid", "indeterminate") for reason in remarks)
    return "+".join(reason.code for reason in remarks) or "good"


def revoked(date: datetime, *more: x509.ExtensionType, serial: int = LEAF.serial_number) -> bytes:
    """A CRL of the issuing authority with the signer in it."""
    return pki.crl(pki.revoked(serial, date, *more))


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


# -- who may say so: CRLs -----------------------------------------------------------------------


def test_a_namesake_of_the_issuer_says_nothing() -> None:
    namesake = pki.crl(issuer=(pki.ISSUING_NAME, pki.ec_key(32)))
    assert outcome(ROOT_CRL, namesake) == "revocation_unknown"
    assert outcome(ROOT_CRL, pki.crl(issuer=ROOT_KEY)) == "revocation_unknown"
    by_the_root = pki.crl(issuer=(pki.ISSUING_NAME, ROOT_KEY[1]))
    assert outcome(ROOT_CRL, by_the_root) == "revocation_unknown"


def made(leaf: Holder) -> tuple[Path, Trust]:
    """The path of a leaf to the topmost of those above it, and trust in that one."""
    trust = leaf.above[-1].trust
    return find(leaf.der, leaf.pool, trust, AT, "signature"), trust


def crl_of(holder: Holder, *entries: x509.RevokedCertificate, **more: object) -> bytes:
    return pki.crl(*entries, issuer=(holder.name, holder.key), **more)  # type: ignore[arg-type]


TOP = root("Top", 3501)
BELOW = authority(TOP, "Below", 3502)
PERSON = signer(BELOW)


def test_an_authority_must_be_allowed_to_sign_lists() -> None:
    limits = [(x509.BasicConstraints(True, None), True), (pki.usage("key_cert_sign"), True)]
    mute = TOP.issue(pki.name_of("Mute"), pki.ec_key(3503), limits)
    path, trust = made(signer(mute))
    assert outcome(crl_of(TOP), crl_of(mute), path=path, trust=trust) == "revocation_unknown"


UNKNOWN_RULE = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.25.5"), b"\x05\x00")


def test_a_list_with_an_unknown_rule_says_nothing() -> None:
    strict = pki.crl(extensions=[(UNKNOWN_RULE, True)])
    assert outcome(ROOT_CRL, strict) == "revocation_unknown"
    assert outcome(ROOT_CRL, pki.crl(extensions=[(UNKNOWN_RULE, False)])) == "good"
    entry = pki.revoked(1, AT, UNKNOWN_RULE, critical=True)
    assert outcome(ROOT_CRL, pki.crl(entry)) == "revocation_unknown"
    assert outcome(ROOT_CRL, pki.crl(pki.revoked(1, AT, UNKNOWN_RULE))) == "good"


def scoped(**scope: object) -> tuple[x509.ExtensionType, bool]:
    given = {
        "full_name": None, "relative_name": None, "only_contains_user_certs": False,
        "only_contains_ca_certs": False, "only_some_reasons": None, "indirect_crl": False,
        "only_contains_attribute_certs": False,
    }  # fmt: skip
    return x509.IssuingDistributionPoint(**given | scope), True  # type: ignore[arg-type]


SCOPES = [
    ({"only_contains_user_certs": True}, "good"),
    ({"only_contains_ca_certs": True}, "revocation_unknown"),
    ({"only_contains_attribute_certs": True}, "revocation_unknown"),
    ({"full_name": [x509.UniformResourceIdentifier("http://a.example/x")]}, "revocation_unknown"),
    ({"full_name": [x509.DirectoryName(pki.ISSUING_NAME)]}, "good"),
    ({"only_some_reasons": frozenset({ReasonFlags.superseded})}, "revocation_unknown"),
    ({"indirect_crl": True}, "good"),
]


@pytest.mark.parametrize(("scope", "result"), SCOPES, ids=str)
def test_a_list_speaks_of_its_scope_only(scope: dict[str, object], result: str) -> None:
    assert outcome(ROOT_CRL, pki.crl(extensions=[scoped(**scope)])) == result


def test_lists_for_different_reasons_add_up() -> None:
    some = frozenset({ReasonFlags.key_compromise, ReasonFlags.superseded})
    rest = crl.EVERY_REASON - some
    both = [pki.crl(extensions=[scoped(only_some_reasons=each)]) for each in (some, rest)]
    assert outcome(ROOT_CRL, both[0]) == "revocation_unknown"
    assert outcome(ROOT_CRL, *both) == "good"


def test_a_distribution_point_is_found_by_its_name() -> None:
    name = x509.UniformResourceIdentifier("http://crl.example/1.crl")
    point = x509.DistributionPoint([name], None, None, None)
    extensions = [(pki.SIGNING_USAGE, True), (x509.CRLDistributionPoints([point]), False)]
    leaf = BELOW.issue(pki.name_of("Signer"), pki.ec_key(3504), extensions)
    path, trust = made(leaf)
    for url, result in (("1", "good"), ("2", "revocation_unknown")):
        named = x509.UniformResourceIdentifier(f"http://crl.example/{url}.crl")
        part = crl_of(BELOW, extensions=[scoped(full_name=[named])])
        assert outcome(crl_of(TOP), part, path=path, trust=trust) == result


def test_a_distribution_point_may_be_for_some_reasons() -> None:
    name = x509.UniformResourceIdentifier("http://crl.example/1.crl")
    some = frozenset({ReasonFlags.superseded})
    points = x509.CRLDistributionPoints([x509.DistributionPoint([name], None, some, None)])
    extensions = [(pki.SIGNING_USAGE, True), (points, False)]
    path, trust = made(BELOW.issue(pki.name_of("Signer"), pki.ec_key(3514), extensions))
    part = crl_of(BELOW, extensions=[scoped(full_name=[name])])
    assert outcome(crl_of(TOP), part, path=path, trust=trust) == "revocation_unknown"
    assert outcome(crl_of(TOP), part, crl_of(BELOW), path=path, trust=trust) == "good"


def test_a_list_names_one_algorithm() -> None:
    """Signed by the right key, but what it says of its algorithm differs inside and outside."""
    tbs, algorithm, _ = certificate.elements(CRL)
    other = tbs.replace(algorithm, algorithm.replace(b"\x03\x02", b"\x03\x03"), 1)
    for signed, result in ((tbs, "good"), (other, "revocation_unknown")):
        value = pki.ec_key(1002).sign(signed, ec.ECDSA(hashes.SHA256()))
        made_up = der.sequence(signed, algorithm, der.tagged(0x03, b"\0", value))
        assert outcome(ROOT_CRL, made_up) == result


def test_a_list_that_is_too_large_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    large = pki.crl(number=1 << 64)
    assert outcome(ROOT_CRL, large) == "good"
    monkeypatch.setattr(crl, "_LARGEST", len(large) - 1)
    crl.load.cache_clear()
    assert outcome(ROOT_CRL, large) == "revocation_unknown"


def test_a_delta_makes_a_list_younger_and_adds_to_it() -> None:
    at, later = AT + 20 * DAY, AT + 19 * DAY
    delta = [(x509.DeltaCRLIndicator(1), True)]
    younger = pki.crl(this_update=later, number=2, extensions=delta)
    assert outcome(ROOT_CRL, CRL, at=at) == "revocation_unknown"
    assert outcome(ROOT_CRL, CRL, younger, at=at) == "good"
    assert outcome(ROOT_CRL, younger, at=at) == "revocation_unknown"
    entry = pki.revoked(LEAF.serial_number, later)
    more = pki.crl(entry, this_update=later, number=2, extensions=delta)
    assert outcome(ROOT_CRL, CRL, more, at=at) == "revoked"
    held = revoked(AT - DAY, HOLD)
    assert outcome(ROOT_CRL, held, younger, at=at) == "on_hold"
    lifted = pki.revoked(LEAF.serial_number, later, x509.CRLReason(ReasonFlags.remove_from_crl))
    lifting = pki.crl(lifted, this_update=later, number=2, extensions=delta)
    assert outcome(ROOT_CRL, held, lifting, at=at) == "good"
    stranger = pki.crl(
        issuer=(pki.ISSUING_NAME, pki.ec_key(32)), this_update=later, number=2, extensions=delta
    )
    assert outcome(ROOT_CRL, CRL, stranger, at=at) == "revocation_unknown"


def test_a_delta_to_another_list_says_nothing() -> None:
    at, later = AT + 20 * DAY, AT + 19 * DAY
    ahead = pki.crl(this_update=later, number=5, extensions=[(x509.DeltaCRLIndicator(3), True)])
    assert outcome(ROOT_CRL, CRL, ahead, at=at) == "revocation_unknown"
    behind = pki.crl(this_update=later, number=1, extensions=[(x509.DeltaCRLIndicator(1), True)])
    assert outcome(ROOT_CRL, CRL, behind, at=at) == "revocation_unknown"
    delta, users = (x509.DeltaCRLIndicator(1), True), scoped(only_contains_user_certs=True)
    narrower = pki.crl(this_update=later, number=2, extensions=[delta, users])
    assert outcome(ROOT_CRL, CRL, narrower, at=at) == "revocation_unknown"
    assert outcome(ROOT_CRL, pki.crl(extensions=[users]), narrower, at=at) == "good"
    elsewhere = pki.crl(
        issuer=(pki.name_of("Else"), pki.ec_key(1002)), this_update=later, number=2,
        extensions=[delta],
    )  # fmt: skip
    assert outcome(ROOT_CRL, CRL, elsewhere, at=at) == "revocation_unknown"


def test_somebody_else_may_sign_lists_for_the_issuer() -> None:
    """A second key with the issuer's name, certified by the same anchor."""
    lister = TOP.issue(BELOW.name, pki.ec_key(3505), [(pki.usage("crl_sign"), True)])
    path, trust = made(PERSON)
    by_lister = crl_of(lister)
    assert outcome(crl_of(TOP), by_lister, path=path, trust=trust) == "revocation_unknown"
    assert outcome(crl_of(TOP), by_lister, pool=[lister.der], path=path, trust=trust) == "good"
    gone = crl_of(TOP, pki.revoked(lister.certificate.serial_number, AT - DAY))
    assert outcome(gone, by_lister, pool=[lister.der], path=path, trust=trust) == (
        "revocation_unknown"
    )
    stranger = root("Stranger", 3506).issue(BELOW.name, pki.ec_key(3507), authorities.AUTHORITY)
    assert outcome(
        crl_of(TOP), crl_of(stranger), pool=stranger.pool, path=path, trust=trust
    ) == "revocation_unknown"  # fmt: skip


def test_nobody_vouches_for_himself() -> None:
    """The only list that mentions its signer is his own."""
    name = pki.name_of("Lister")
    point = x509.DistributionPoint(
        [x509.DirectoryName(name)], None, None, [x509.DirectoryName(name)]
    )
    points = (x509.CRLDistributionPoints([point]), False)
    lister = BELOW.issue(name, pki.ec_key(3508), [(pki.usage("crl_sign"), True), points])
    leaf = BELOW.issue(pki.name_of("Signer"), pki.ec_key(3509), [(pki.SIGNING_USAGE, True), points])
    own = crl_of(
        lister, extensions=[scoped(indirect_crl=True, full_name=[x509.DirectoryName(name)])]
    )
    path, trust = made(leaf)
    given = {"pool": [lister.der], "path": path, "trust": trust}
    assert outcome(crl_of(TOP), own, **given) == "revocation_unknown"  # type: ignore[arg-type]
    plain = BELOW.issue(name, lister.key, [(pki.usage("crl_sign"), True)])
    given["pool"] = [plain.der]
    assert outcome(crl_of(TOP), crl_of(BELOW), own, **given) == "good"  # type: ignore[arg-type]


def test_a_signer_of_lists_must_be_valid_when_he_signs() -> None:
    lister = TOP.issue(
        BELOW.name, pki.ec_key(3510), [(pki.usage("crl_sign"), True)], not_after=AT + DAY
    )
    path, trust = made(PERSON)
    for update, result in ((AT, "good"), (AT + 2 * DAY, "revocation_unknown")):
        late = crl_of(lister, this_update=update)
        assert outcome(crl_of(TOP), late, pool=[lister.der], path=path, trust=trust) == result
    early, at = crl_of(lister), AT + 2 * DAY
    assert outcome(crl_of(TOP), early, pool=[lister.der], path=path, trust=trust, at=at) == (
        "revocation_unknown"
    )


def test_an_issuer_must_be_valid_when_it_says_something() -> None:
    brief = TOP.issue(BELOW.name, BELOW.key, authorities.AUTHORITY, not_after=AT + DAY)
    path, trust = made(signer(brief))
    itself = pki.Identity("i", pki.NDUN, brief.key, (brief.certificate,))
    leaf = x509.load_der_x509_certificate(path.chain[0])
    for update, result in ((AT, "good"), (AT + 2 * DAY, "revocation_unknown")):
        late = crl_of(brief, this_update=update)
        assert outcome(crl_of(TOP), late, path=path, trust=trust) == result
        answer = pki.ocsp_response(
            leaf, issuer=brief.certificate, signer=itself, this_update=update
        )
        assert outcome(crl_of(TOP), ocsps=[answer], path=path, trust=trust) == result


def test_of_a_large_pool_the_first_thousand_may_be_signers() -> None:
    lister = TOP.issue(BELOW.name, pki.ec_key(3516), [(pki.usage("crl_sign"), True)])
    path, trust = made(PERSON)
    for count, result in ((900, "good"), (1000, "revocation_unknown")):
        pool = [PERSON.der] * count + [lister.der]
        given = crl_of(TOP), crl_of(lister)
        assert outcome(*given, pool=pool, path=path, trust=trust) == result


def test_what_was_signed_with_something_weak_says_nothing() -> None:
    policy = Policy.default()
    until = AT + 10 * DAY
    trust = replace(TRUST, policy=replace(policy, digests={"sha256": until}))
    for update, result in ((AT, "good"), (AT + 20 * DAY, "revocation_unknown")):
        lists = pki.crl(this_update=update), pki.crl(this_update=update, issuer=ROOT_KEY)
        assert outcome(*lists, trust=trust) == result
        answer = pki.ocsp_response(LEAF, this_update=update)
        assert outcome(ROOT_CRL, ocsps=[answer], trust=trust) == result
    assert outcome(ROOT_CRL, pki.crl(this_update=AT + 20 * DAY)) == "good"


def test_the_certificates_of_those_who_say_so_must_be_strong() -> None:
    """Theirs are signed with SHA-384, which is weak here."""
    digests = dict(Policy.default().digests) | {"sha384": AT - DAY}
    policy = replace(Policy.default(), digests=digests)
    for digest, result in ((hashes.SHA256(), "good"), (hashes.SHA384(), "revocation_unknown")):
        made_so = responder(ANSWERS, NO_CHECK, digest=digest)
        answer = pki.ocsp_response(LEAF, signer=made_so)
        assert outcome(ROOT_CRL, ocsps=[answer], trust=replace(TRUST, policy=policy)) == result
        lister = TOP.issue(
            BELOW.name, pki.ec_key(3515), [(pki.usage("crl_sign"), True)], digest=digest
        )
        path, trust = made(PERSON)
        given = crl_of(TOP), crl_of(lister)
        assert result == outcome(
            *given, pool=[lister.der], path=path, trust=replace(trust, policy=policy)
        )


def test_the_keys_of_those_who_say_so_must_be_strong() -> None:
    """Its responder has an RSA key, all others are on P-256."""
    weak_rsa = replace(TRUST, policy=replace(Policy.default(), rsa={2048: AT - DAY}))
    assert outcome(ROOT_CRL, CRL, trust=weak_rsa) == "good"
    assert outcome(ROOT_CRL, ocsps=[pki.ocsp_response(LEAF)]) == "good"
    assert outcome(ROOT_CRL, ocsps=[pki.ocsp_response(LEAF)], trust=weak_rsa) == (
        "revocation_unknown"
    )


# -- who may say so: OCSP -----------------------------------------------------------------------


def by_ocsp(response: bytes, *, path: Path | None = None, at: datetime = AT, **more: object) -> str:
    return outcome(ROOT_CRL, ocsps=[response], path=path, at=at, **more)  # type: ignore[arg-type]


def responder(*more: tuple[x509.ExtensionType, bool], **changes: object) -> pki.Identity:
    """One that the issuing authority made; `more` are extensions."""
    return pki.leaf(
        "r", pki.NDUN, pki.ec_key(3511), 92, extensions=[*more], **changes  # type: ignore[arg-type]
    )  # fmt: skip


ANSWERS = (x509.ExtendedKeyUsage([Eku.OCSP_SIGNING]), False)
NO_CHECK = (x509.OCSPNoCheck(), False)
ISSUER = pki.Identity("i", pki.NDUN, pki.ec_key(1002), (ISSUING, pki.root()))


def test_a_responder_tells_good_from_revoked_from_unknown() -> None:
    assert by_ocsp(pki.ocsp_response(LEAF)) == "good"
    assert by_ocsp(pki.ocsp_response(LEAF, AT - DAY)) == "revoked"
    assert by_ocsp(pki.ocsp_response(LEAF, AT + DAY)) == "revoked_later"
    assert by_ocsp(pki.ocsp_response(LEAF, AT - DAY), proven=False) == "revoked_unproven"
    assert by_ocsp(pki.ocsp_response(LEAF, unknown=True)) == "revocation_unknown"
    held = pki.ocsp_response(LEAF, AT - DAY, ReasonFlags.certificate_hold)
    assert by_ocsp(held) == "on_hold"


def test_the_issuer_may_answer_itself() -> None:
    assert by_ocsp(pki.ocsp_response(LEAF, signer=ISSUER)) == "good"


def test_an_answer_is_about_one_certificate() -> None:
    other = pki.identity("second").certificates[0]
    assert by_ocsp(pki.ocsp_response(other)) == "revocation_unknown"
    namesake = pki.certificate(pki.ISSUING_NAME, pki.ec_key(33), 2, ROOT_KEY, pki.ca_constraints(0))
    assert by_ocsp(pki.ocsp_response(LEAF, issuer=namesake)) == "revocation_unknown"
    plain = ocsp.load_der_ocsp_response(ANSWER)
    for named in (plain.issuer_name_hash, plain.issuer_key_hash):
        tbs = plain.tbs_response_bytes.replace(named, bytes(20), 1)
        assert by_ocsp(signed_answer(tbs, padding.PKCS1v15(), RSA_SHA256)) == "revocation_unknown"


def test_an_answer_ages_as_a_list_does() -> None:
    response = pki.ocsp_response(LEAF, next_update=AT + DAY)
    assert by_ocsp(response, at=AT + DAY) == "good"
    assert by_ocsp(response, at=AT + 2 * DAY) == "revocation_unknown"
    assert by_ocsp(pki.ocsp_response(LEAF), at=AT + 8 * DAY) == "revocation_unknown"
    assert by_ocsp(pki.ocsp_response(LEAF, this_update=AT + 90 * DAY)) == "good"


def test_a_responder_must_have_been_made_one() -> None:
    assert by_ocsp(pki.ocsp_response(LEAF, signer=responder(ANSWERS, NO_CHECK))) == "good"
    for extensions in (
        [NO_CHECK],
        [(x509.ExtendedKeyUsage([Eku.ANY_EXTENDED_KEY_USAGE]), False), NO_CHECK],
        [ANSWERS, NO_CHECK, (pki.usage("key_encipherment"), True)],
        [ANSWERS, NO_CHECK, (UNKNOWN_RULE, True)],
    ):
        response = pki.ocsp_response(LEAF, signer=responder(*extensions))
        assert by_ocsp(response) == "revocation_unknown"


def test_a_responder_must_be_by_the_same_issuer() -> None:
    certificate = pki.certificate(
        pki.name_of("R"), pki.ec_key(3512), 93, ROOT_KEY, [ANSWERS, NO_CHECK]
    )
    sibling = pki.Identity("r", pki.NDUN, pki.ec_key(3512), (certificate, pki.root()))
    assert by_ocsp(pki.ocsp_response(LEAF, signer=sibling)) == "revocation_unknown"
    for name, key in ((pki.ISSUING_NAME, pki.ec_key(34)), (pki.name_of("Else"), pki.ec_key(1002))):
        forged = pki.certificate(
            pki.name_of("R"), pki.ec_key(3512), 93, (name, key), [ANSWERS, NO_CHECK]
        )
        stranger = pki.Identity("r", pki.NDUN, pki.ec_key(3512), (forged,))
        assert by_ocsp(pki.ocsp_response(LEAF, signer=stranger)) == "revocation_unknown"


def test_a_responder_that_can_be_revoked_is_asked_about() -> None:
    mortal = responder(ANSWERS)
    response = pki.ocsp_response(LEAF, signer=mortal)
    assert by_ocsp(response) == "revocation_unknown"
    about_it = pki.ocsp_response(mortal.certificates[0])
    assert outcome(ROOT_CRL, ocsps=[response, about_it]) == "good"
    gone = pki.ocsp_response(mortal.certificates[0], AT - DAY)
    assert outcome(ROOT_CRL, ocsps=[response, gone]) == "revocation_unknown"
    about_itself = pki.ocsp_response(mortal.certificates[0], signer=mortal)
    assert outcome(ROOT_CRL, ocsps=[response, about_itself]) == "revocation_unknown"


@pytest.mark.parametrize(("length", "result"), [(2, "good"), (5, "revocation_unknown")])
def test_nobody_is_asked_about_who_vouches_for_those_who_vouch_for_ever(
    length: int, result: str
) -> None:
    """Each responder speaks for the one before; only the last is excused."""
    said, subject = [], LEAF
    for step in range(length):
        last = [NO_CHECK] if step == length - 1 else []
        own = pki.leaf(
            "r", pki.NDUN, pki.ec_key(3520 + step), 96 + step, extensions=[ANSWERS, *last]
        )
        said.append(pki.ocsp_response(subject, signer=own))
        subject = own.certificates[0]
    assert outcome(ROOT_CRL, ocsps=said) == result


def test_only_responders_are_excused_from_being_asked_about() -> None:
    excused = pki.leaf(
        "x", pki.TALLO, pki.ec_key(35), 94, extensions=[(pki.SIGNING_USAGE, True), NO_CHECK]
    )
    assert outcome(ROOT_CRL, path=path_of(excused.chain)) == "revocation_unknown"


def test_a_responder_must_be_valid_when_it_answers() -> None:
    short = responder(ANSWERS, NO_CHECK, not_after=AT + DAY)
    for update, result in ((AT, "good"), (AT + 2 * DAY, "revocation_unknown")):
        response = pki.ocsp_response(LEAF, signer=short, this_update=update)
        assert by_ocsp(response) == result
    assert by_ocsp(pki.ocsp_response(LEAF, signer=short), at=AT + 2 * DAY) == "revocation_unknown"


def test_an_answer_with_an_unknown_rule_says_nothing() -> None:
    assert by_ocsp(pki.ocsp_response(LEAF, extensions=[(UNKNOWN_RULE, True)])) == (
        "revocation_unknown"
    )
    nonce = (x509.OCSPNonce(b"12345678"), False)
    assert by_ocsp(pki.ocsp_response(LEAF, extensions=[nonce])) == "good"


def test_an_answer_may_be_signed_with_pss() -> None:
    digest = der.sequence(der.oid("2.16.840.1.101.3.4.2.1"), der.NULL)  # SHA-256
    mask = der.sequence(der.oid("1.2.840.113549.1.1.8"), digest)
    parameters = der.sequence(
        der.tagged(0xA0, digest), der.tagged(0xA1, mask), der.tagged(0xA2, der.integer(32))
    )
    pss = der.sequence(der.oid("1.2.840.113549.1.1.10"), parameters)
    tbs = ocsp.load_der_ocsp_response(ANSWER).tbs_response_bytes
    how = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    assert by_ocsp(signed_answer(tbs, how, pss)) == "good"
    assert by_ocsp(signed_answer(tbs, padding.PKCS1v15(), pss)) == "revocation_unknown"


RSA_SHA256 = der.sequence(der.oid("1.2.840.113549.1.1.11"), der.NULL)


def signed_answer(tbs: bytes, how: padding.AsymmetricPadding, algorithm: bytes) -> bytes:
    """An OCSPResponse with these ResponseData, by the usual responder."""
    key = pki.responder().key
    assert isinstance(key, rsa.RSAPrivateKey)
    value = der.tagged(0x03, b"\0", key.sign(tbs, how, hashes.SHA256()))
    certificates = der.tagged(0xA0, der.sequence(pki.responder().chain[0]))
    basic = der.octet_string(der.sequence(tbs, algorithm, value, certificates))
    wrapped = der.sequence(der.oid("1.3.6.1.5.5.7.48.1.1"), basic)
    return der.sequence(der.tagged(0x0A, b"\0"), der.tagged(0xA0, wrapped))


def test_a_refusal_to_answer_says_nothing() -> None:
    refusal = ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.TRY_LATER)
    assert by_ocsp(refusal.public_bytes(Encoding.DER)) == "revocation_unknown"
    contradiction = ANSWER.replace(b"\x0a\x01\x00", b"\x0a\x01\x03", 1)
    assert by_ocsp(contradiction) == "revocation_unknown"


def test_an_answer_may_tell_since_when_a_certificate_was_invalid() -> None:
    plain = ocsp.load_der_ocsp_response(pki.ocsp_response(LEAF, AT + DAY))
    who, when, answers = certificate.elements(plain.tbs_response_bytes)
    date = der.octet_string(der.tagged(0x18, f"{AT - DAY:%Y%m%d%H%M%SZ}".encode()))
    extension = der.sequence(der.oid("2.5.29.24"), date)
    single = [*certificate.elements(certificate.elements(answers)[0])]
    single.append(der.tagged(0xA1, der.sequence(extension)))
    tbs = der.sequence(who, when, der.sequence(der.sequence(*single)))
    assert by_ocsp(signed_answer(tbs, padding.PKCS1v15(), RSA_SHA256)) == "revoked"
    assert by_ocsp(signed_answer(plain.tbs_response_bytes, padding.PKCS1v15(), RSA_SHA256)) == (
        "revoked_later"
    )


def test_a_signature_under_something_else_says_nothing() -> None:
    other = pki.ocsp_response(LEAF, this_update=AT + DAY)
    old, new = (ocsp.load_der_ocsp_response(each).signature for each in (ANSWER, other))
    assert by_ocsp(ANSWER.replace(old, new)) == "revocation_unknown"


# -- foreign bytes, bounds ----------------------------------------------------------------------

ANSWER = pki.ocsp_response(LEAF)
GONE = revoked(AT - DAY)


@given(at=st.integers(0, len(ANSWER) - 1), value=st.integers(0, 255))
def test_a_changed_answer_is_never_good(at: int, value: int) -> None:
    changed = ANSWER[:at] + bytes([value]) + ANSWER[at + 1 :]
    if changed != ANSWER:
        assert by_ocsp(changed) == "revocation_unknown"


@given(at=st.integers(0, len(CRL) - 1), value=st.integers(0, 255))
def test_a_changed_list_is_never_good(at: int, value: int) -> None:
    changed = CRL[:at] + bytes([value]) + CRL[at + 1 :]
    if changed != CRL:
        assert outcome(ROOT_CRL, changed) == "revocation_unknown"


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
        assert outcome(ROOT_CRL, ocsps=[*[b""] * count, ANSWER]) == result


def test_a_large_list_is_searched_quickly() -> None:
    entries = [pki.revoked(1000 + n, AT - DAY) for n in range(5000)]
    large = pki.crl(*entries)
    assert outcome(ROOT_CRL, large) == "good"
    assert crl.load(large).entry(certificate.load(SIGNER.chain[0]).issuer, 5999) is not None


# -- a second judge -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("root_crl", "own", "known"),
    [
        (ROOT_CRL, CRL, True),
        (ROOT_CRL, GONE, False),
        (pki.crl(pki.revoked(2, AT - DAY), issuer=ROOT_KEY), CRL, False),
        (ROOT_CRL, pki.crl(issuer=(pki.ISSUING_NAME, pki.ec_key(32))), False),
        (ROOT_CRL, pki.crl(next_update=AT + DAY / 24), False),
        (ROOT_CRL, pki.crl(extensions=[(UNKNOWN_RULE, True)]), False),
        (ROOT_CRL, pki.crl(extensions=[scoped(only_contains_ca_certs=True)]), False),
    ],
)
def test_openssl_says_the_same_of_lists(
    root_crl: bytes, own: bytes, known: bool, tmp_path: File
) -> None:
    at = AT + DAY
    (tmp_path / "root.pem").write_bytes(pki.root().public_bytes(Encoding.PEM))
    (tmp_path / "issuing.pem").write_bytes(ISSUING.public_bytes(Encoding.PEM))
    (tmp_path / "leaf.pem").write_bytes(LEAF.public_bytes(Encoding.PEM))
    lists = [x509.load_der_x509_crl(each).public_bytes(Encoding.PEM) for each in (root_crl, own)]
    (tmp_path / "crls.pem").write_bytes(b"".join(lists))
    command = "openssl verify -crl_check_all -extended_crl -attime"
    files = "-CAfile root.pem -untrusted issuing.pem -CRLfile crls.pem leaf.pem"
    judged = subprocess.run(
        f"{command} {at.timestamp():.0f} {files}".split(),
        cwd=tmp_path, capture_output=True, check=False,
    )  # fmt: skip
    assert (judged.returncode == 0) is known
    assert (outcome(root_crl, own, at=at) == "good") is known


@pytest.mark.parametrize("date", [None, AT - DAY])
def test_openssl_says_the_same_of_answers(date: datetime | None, tmp_path: File) -> None:
    (tmp_path / "ca.pem").write_bytes(
        pki.root().public_bytes(Encoding.PEM) + ISSUING.public_bytes(Encoding.PEM)
    )
    (tmp_path / "issuing.pem").write_bytes(ISSUING.public_bytes(Encoding.PEM))
    (tmp_path / "leaf.pem").write_bytes(LEAF.public_bytes(Encoding.PEM))
    response = pki.ocsp_response(LEAF, date)
    (tmp_path / "response.der").write_bytes(response)
    command = "openssl ocsp -respin response.der -issuer issuing.pem -cert leaf.pem -CAfile ca.pem"
    judged = subprocess.run(
        f"{command} -no_nonce -validity_period 999999999 -attime {AT.timestamp():.0f}".split(),
        cwd=tmp_path, capture_output=True, check=False, text=True,
    )  # fmt: skip
    assert "Response verify OK" in judged.stdout + judged.stderr
    assert f"leaf.pem: {'good' if date is None else 'revoked'}" in judged.stdout
    assert by_ocsp(response) == ("good" if date is None else "revoked")
