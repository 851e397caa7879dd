"""Paths: found to explicit anchors only, valid by each rule, and bounded."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID as Eku
from hypothesis import given
from hypothesis import strategies as st

from app.crypto import der
from app.crypto.verify import certificate, validation
from app.crypto.verify.algorithms import Policy
from app.crypto.verify.certificate import Certificate
from app.crypto.verify.path import find
from app.crypto.verify.policies import PolicySettings
from app.crypto.verify.reasons import Failure
from app.crypto.verify.trust import Anchor, Trust
from tests import pki
from tests.crypto.verify import authorities
from tests.crypto.verify.authorities import Holder, authority, root, signer
from tests.crypto.verify.paths import ISSUER, LATE, PSS, ROOT, SIGNER, failure, found

# -- the search ---------------------------------------------------------------------------------


def test_a_path_names_all_from_the_leaf_to_the_anchor() -> None:
    result = found(SIGNER)
    assert result.chain == (SIGNER.der, ISSUER.der, ROOT.der)
    assert result.certificates == result.chain[:2]
    assert not result.direct


@pytest.mark.parametrize("name", pki.GOOD_NAMES)
def test_every_kind_of_key_makes_a_path(name: str) -> None:
    leaf, *pool = pki.identity(name).chain
    anchor = Anchor(pki.root().public_bytes(Encoding.DER))
    assert len(find(leaf, pool, Trust(anchors=(anchor,)), pki.SIGNED_AT, "signature").chain) == 3


def test_nothing_is_trusted_because_it_came_along() -> None:
    assert failure(SIGNER, Trust()) == "no_path"
    assert failure(SIGNER, root("Another", 3003).trust) == "no_path"


def test_an_anchor_serves_its_purposes_only() -> None:
    anchor = Anchor(ROOT.der, purposes=frozenset({"timestamp"}))
    assert failure(SIGNER, Trust(anchors=(anchor,))) == "no_path"


def test_an_anchor_of_the_same_name_with_another_key_does_not_help() -> None:
    namesake = root(number=3004)
    assert failure(SIGNER, namesake.trust) == "no_path"
    both = Trust(anchors=(*namesake.trust.anchors, *ROOT.trust.anchors))
    assert found(SIGNER, both).anchor.certificate == ROOT.der


def test_an_authority_in_the_middle_may_be_the_anchor() -> None:
    assert found(SIGNER, ISSUER.trust, pool=()).chain == (SIGNER.der, ISSUER.der)


def test_the_anchor_of_a_psre_goes_first() -> None:
    """Whatever a person trusts besides, it takes nothing away."""
    psre = Anchor(ROOT.der, certified=True)
    for more in (Anchor(ROOT.der), Anchor(ISSUER.der), Anchor(SIGNER.der)):
        for anchors in ((more, psre), (psre, more)):
            assert found(SIGNER, Trust(anchors=anchors)).anchor is psre
    timestamps_only = replace(psre, purposes=frozenset({"timestamp"}))
    assert not found(SIGNER, Trust(anchors=(timestamps_only, Anchor(ROOT.der)))).anchor.certified


def test_who_has_an_issuer_is_not_only_trusted_by_himself() -> None:
    """Else nobody would ask whether he was revoked."""
    both = Trust(anchors=(Anchor(SIGNER.der), Anchor(ROOT.der)))
    assert not found(SIGNER, both).direct
    assert found(SIGNER, both, pool=()).direct


def test_a_leaf_can_be_trusted_by_itself() -> None:
    result = found(SIGNER, SIGNER.trust, pool=())
    assert result.direct
    assert result.chain == (SIGNER.der,)


def test_a_leaf_that_is_trusted_by_itself_follows_the_rules_of_leaves() -> None:
    assert failure(SIGNER, SIGNER.trust, at=LATE) == "expired"
    assert failure(ISSUER, ISSUER.trust) == "usage"
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.25.4"), b"\x05\x00")
    odd = signer(ISSUER, unknown)
    assert failure(odd, odd.trust) == "path_invalid"


def test_a_leaf_that_is_trusted_by_itself_issues_nothing() -> None:
    below = signer(SIGNER, common_name="Friend of the signer")
    assert failure(below, SIGNER.trust) == "path_invalid"


def test_helpful_certificates_may_come_with_the_trust() -> None:
    trust = Trust(anchors=ROOT.trust.anchors, certificates=(ISSUER.der,))
    assert failure(SIGNER, pool=()) == "no_path"
    assert found(SIGNER, trust, pool=()).chain[1] == ISSUER.der


def test_a_loop_of_cross_certificates_ends() -> None:
    other_root = root("Other root", 3005)
    first = authority(other_root, "First", 3006)
    second = authority(first, "Second", 3007)
    first_again = second.issue(first.name, first.key, authorities.AUTHORITY)
    leaf = signer(first)
    pool = [first_again.der, second.der, first_again.der]
    with counted_checks() as checks:
        assert failure(leaf, ROOT.trust, pool=pool) == "no_path"
    assert len(checks) < 10
    bridge = ROOT.issue(second.name, second.key, authorities.AUTHORITY)
    result = found(leaf, ROOT.trust, pool=[*pool, bridge.der])
    assert result.chain == (leaf.der, first_again.der, bridge.der, ROOT.der)


def test_a_path_that_works_wins_over_a_shorter_one_that_does_not() -> None:
    old = ROOT.issue(ISSUER.name, ISSUER.key, authorities.AUTHORITY, not_after=pki.SIGNED_AT)
    longer = authority(ROOT, "Bridge", 3008)
    new = longer.issue(ISSUER.name, ISSUER.key, authorities.AUTHORITY)
    at = datetime(2027, 1, 1, tzinfo=UTC)
    assert failure(SIGNER, at=at, pool=[old.der]) == "expired"
    assert len(found(SIGNER, at=at, pool=[old.der, new.der, longer.der]).chain) == 4


def test_of_several_failures_the_mildest_is_told() -> None:
    no_authority = ROOT.issue(ISSUER.name, ISSUER.key)
    old = ROOT.issue(ISSUER.name, ISSUER.key, authorities.AUTHORITY, not_after=pki.SIGNED_AT)
    at = datetime(2027, 1, 1, tzinfo=UTC)
    assert failure(SIGNER, at=at, pool=[no_authority.der]) == "path_invalid"
    assert failure(SIGNER, at=at, pool=[no_authority.der, old.der]) == "expired"


def flood(number: int) -> tuple[Holder, list[bytes]]:
    """A leaf, and many strangers with its issuer's name and key that all lead nowhere."""
    issuer = authority(root("Stranger", 3009), "Hub", 3010)
    strangers = (root(f"Stranger {n}", 3011) for n in range(number))
    hubs = [s.issue(issuer.name, issuer.key, authorities.AUTHORITY).der for s in strangers]
    return signer(issuer), hubs


@contextmanager
def counted_checks() -> Iterator[list[object]]:
    """Every time that somebody is asked whether he issued a certificate."""
    checks: list[object] = []
    original = Certificate.issued_by
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            Certificate, "issued_by", lambda *pair: checks.append(pair) or original(*pair)
        )
        yield checks


def test_the_search_is_bounded() -> None:
    leaf, hubs = flood(300)
    with counted_checks() as checks:
        assert failure(leaf, ROOT.trust, pool=hubs * 10) == "no_path"
    assert len(checks) <= 200


def test_of_a_large_pool_the_first_thousand_count() -> None:
    assert found(SIGNER, pool=[SIGNER.der] * 999 + [ISSUER.der])
    assert failure(SIGNER, pool=[SIGNER.der] * 1000 + [ISSUER.der]) == "no_path"


def test_no_chain_is_longer_than_the_bound() -> None:
    holder = ROOT
    for step in range(12):
        holder = authority(holder, f"Level {step}", 3100 + step)
    assert failure(signer(holder)) == "no_path"
    assert len(found(signer(holder.above[0])).chain) == 13


@given(seed=st.integers(0, 2**32))
def test_the_order_of_the_pool_does_not_matter(seed: int) -> None:
    other = root("Somebody", 3012)
    cross = other.issue(ROOT.name, ROOT.key, authorities.AUTHORITY)
    pool = [ISSUER.der, ROOT.der, cross.der, other.der, SIGNER.der, b"no certificate"]
    random.Random(seed).shuffle(pool)
    assert found(SIGNER, pool=pool).chain == (SIGNER.der, ISSUER.der, ROOT.der)


# -- the rules ----------------------------------------------------------------------------------


def test_time_is_looked_at_for_all_of_the_chain() -> None:
    assert failure(SIGNER, at=LATE) == "expired"
    assert failure(SIGNER, at=LATE, proven=True) == "expired_before"
    assert failure(SIGNER, at=datetime(2019, 1, 1, tzinfo=UTC)) == "not_yet_valid"
    old = ROOT.issue(ISSUER.name, ISSUER.key, authorities.AUTHORITY, not_after=pki.NOT_BEFORE)
    assert failure(SIGNER, pool=[old.der]) == "expired"


def test_both_ends_of_the_period_are_within_it() -> None:
    assert found(SIGNER, at=pki.NOT_BEFORE)
    assert found(SIGNER, at=pki.NOT_AFTER)


def test_a_broken_rule_is_worse_than_age() -> None:
    assert failure(signer(ISSUER, x509.ExtendedKeyUsage([Eku.SERVER_AUTH])), at=LATE) == "usage"


def test_the_anchor_may_be_old() -> None:
    key = pki.ec_key(3013)
    name = pki.name_of("Old root")
    old = pki.certificate(
        name, key, 7, (name, key), authorities.AUTHORITY, not_after=datetime(2021, 1, 1, tzinfo=UTC)
    )
    holder = Holder(name, key, old)
    assert found(signer(holder), holder.trust).anchor.certificate == holder.der


def test_what_the_anchor_imposes_holds() -> None:
    narrow = root("Narrow", 3014, pki.ca_constraints(0))
    assert found(signer(narrow), narrow.trust)
    assert failure(signer(authority(narrow, "Below", 3015)), narrow.trust) == "path_invalid"
    limit = x509.NameConstraints([x509.DirectoryName(SIGNER.name)], None)
    limited = root("Limited", 3016, [*authorities.AUTHORITY, (limit, True)])
    assert found(signer(limited), limited.trust)
    assert failure(signer(limited, common_name="Else"), limited.trust) == "path_invalid"


NOT_AUTHORITIES = {
    "no basic constraints": [(pki.CA_USAGE, True)],
    "not a CA": [(x509.BasicConstraints(False, None), True), (pki.CA_USAGE, True)],
    "may not sign certificates": [
        (x509.BasicConstraints(True, None), True), (pki.usage("crl_sign"), True),
    ],
}  # fmt: skip


@pytest.mark.parametrize("extensions", NOT_AUTHORITIES.values(), ids=NOT_AUTHORITIES)
def test_only_authorities_issue(extensions: authorities.Extensions) -> None:
    impostor = ROOT.issue(pki.name_of("Impostor"), pki.ec_key(3017), extensions)
    assert failure(signer(impostor)) == "path_invalid"
    anchored = root("Impostor", 3018, extensions)
    assert failure(signer(anchored), anchored.trust) == "path_invalid"


def test_an_unknown_critical_rule_ends_a_path_wherever_it_stands() -> None:
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.25.4"), b"\x05\x00")
    assert failure(signer(ISSUER, unknown)) == "path_invalid"
    assert failure(signer(authority(ROOT, "Odd", 3019, unknown))) == "path_invalid"


def test_inner_and_outer_algorithm_must_be_the_same() -> None:
    der = SIGNER.der
    at = der.rindex(bytes.fromhex("06082a8648ce3d040302"))  # the outer ecdsa-with-SHA256
    forged = der[:at] + bytes.fromhex("06082a8648ce3d040303") + der[at + 10 :]
    with pytest.raises(Failure) as caught:
        find(forged, SIGNER.pool, ROOT.trust, pki.SIGNED_AT, "signature")
    assert caught.value.reason.code == "path_invalid"


def weak(**ends: datetime) -> Trust:
    """Trust in the root, with a day for a digest (or a curve) from which on it is weak."""
    policy = Policy.default()
    digests = {name: end for name, end in ends.items() if name in policy.digests}
    curves = {name: end for name, end in ends.items() if name in policy.curves}
    policy = replace(
        policy, digests=policy.digests | digests, curves=policy.curves | curves  # type: ignore[operator]
    )  # fmt: skip
    return replace(ROOT.trust, policy=policy)


DAY = timedelta(days=1)


@pytest.mark.parametrize("name", ["sha256", "secp256r1"])
def test_a_signature_on_a_certificate_that_became_weak_needs_proof_of_its_age(name: str) -> None:
    before, after = (weak(**{name: pki.SIGNED_AT + step}) for step in (-DAY, DAY))
    assert found(SIGNER, after)
    assert failure(SIGNER, before) == "weak_unproven"
    assert failure(SIGNER, before, proven=True) == "weak"
    assert failure(SIGNER, weak(**{name: pki.NOT_BEFORE})) == "weak"


def test_what_the_anchor_signed_itself_with_does_not_matter() -> None:
    trust = weak(sha256=pki.NOT_BEFORE)
    direct = replace(trust, anchors=SIGNER.trust.anchors)
    assert found(SIGNER, direct, pool=()).direct


# -- foreign bytes ------------------------------------------------------------------------------


def test_a_leaf_that_cannot_be_read_is_told() -> None:
    with pytest.raises(Failure) as caught:
        find(b"\x30\x80", (), ROOT.trust, pki.SIGNED_AT, "signature")
    assert caught.value.reason.code == "path_invalid"


@given(at=st.integers(0, len(SIGNER.der) - 1), value=st.integers(0, 255))
def test_no_changed_byte_is_overlooked_and_no_foreign_error_escapes(at: int, value: int) -> None:
    changed = bytearray(SIGNER.der)
    changed[at] = value
    if bytes(changed) == SIGNER.der:
        return
    with pytest.raises(Failure):
        find(bytes(changed), SIGNER.pool, ROOT.trust, pki.SIGNED_AT, "signature")


@given(at=st.integers(0, len(ISSUER.der) - 1), value=st.integers(0, 255))
def test_a_changed_authority_helps_nobody(at: int, value: int) -> None:
    changed = bytearray(ISSUER.der)
    changed[at] = value
    if bytes(changed) != ISSUER.der:
        assert failure(SIGNER, pool=[bytes(changed)]) in ("no_path", "path_invalid")


def test_serial_numbers_below_one_do_not_stop_anyone() -> None:
    der = signer_with_serial(77).der
    for byte, serial in ((b"\x00", 0), (b"\xff", -1)):
        assert certificate.load(der.replace(b"\x02\x01\x4d", b"\x02\x01" + byte)).serial == serial


def signer_with_serial(serial: int) -> Holder:
    return ISSUER.issue(SIGNER.name, SIGNER.key, serial=serial)


def test_a_key_for_pss_only_makes_no_other_signatures() -> None:
    key = pki.rsa_key(2048)
    bits = certificate.load(pki.identity("rsa2048").chain[0]).key_bits
    parts = [
        certificate.Signed(b"x", key.sign(b"x", how, hashes.SHA256()), hashes.SHA256(), how)
        for how in (padding.PKCS1v15(), padding.PSS(padding.MGF1(hashes.SHA256()), 32))
    ]
    for oid, accepted in (("1.2.840.113549.1.1.1", [True, True]), (PSS, [False, True])):
        spki = der.sequence(der.sequence(der.oid(oid)), der.tagged(0x03, b"\0", bits))
        assert [certificate.verifies(each, spki) for each in parts] == accepted


# -- planted bugs: without the check, what it refuses gets through --------------------------------


def forged() -> Holder:
    return Holder(SIGNER.name, SIGNER.key, signer(root("Issuer", 3025)).certificate, (ISSUER, ROOT))


def too_deep() -> Holder:
    narrow = ROOT.issue(pki.name_of("Narrow"), pki.ec_key(3026), pki.ca_constraints(0))
    return signer(authority(narrow, "Below", 3027))


def misnamed() -> Holder:
    limit = x509.NameConstraints([x509.DirectoryName(ROOT.name)], None)
    return signer(authority(ROOT, "Limited", 3028, limit))


def impostor() -> Holder:
    return signer(ROOT.issue(pki.name_of("Impostor"), pki.ec_key(3029)))


def with_unknown_rule() -> Holder:
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.25.4"), b"\x05\x00")
    return signer(ISSUER, unknown)


def for_servers() -> Holder:
    return signer(ISSUER, x509.ExtendedKeyUsage([Eku.SERVER_AUTH]))


def without_policy() -> Holder:
    return signer(authority(ROOT, "Strict", 3030, x509.PolicyConstraints(0, None)))


def forget() -> None:
    """What was verified and validated before."""
    certificate.load.cache_clear()
    validation.validate.cache_clear()


def test_validation_itself_asks_who_issued_what() -> None:
    """The search asks first, so this is a second lock."""
    chain = tuple(certificate.load(holder.der) for holder in (forged(), ISSUER))
    with pytest.raises(Failure):
        validation.validate(chain, certificate.load(ROOT.der), PolicySettings())


PLANTED = [
    ("certificate", "_verify", forged, "no_path"),
    ("validation", "_room", too_deep, "path_invalid"),
    ("validation", "check_authority", impostor, "path_invalid"),
    ("validation", "check_known", with_unknown_rule, "path_invalid"),
    ("constraints", "NameConstraints.check", misnamed, "path_invalid"),
    ("policies", "Policies.enter", without_policy, "path_invalid"),
    ("path", "check_purpose", for_servers, "usage"),
]


@pytest.mark.parametrize(("module", "check", "make", "code"), PLANTED, ids=str)
def test_planted_a_missing_check_is_noticed(
    module: str, check: str, make: Callable[[], Holder], code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaf = make()
    forget()
    assert failure(leaf) == code
    forget()
    monkeypatch.setattr(f"app.crypto.verify.{module}.{check}", lambda *given, **_: given[-1])
    assert found(leaf)
    forget()
