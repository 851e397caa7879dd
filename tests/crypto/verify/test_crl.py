"""Lists of revoked certificates: who may sign which, and about whom each speaks."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path as File

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ReasonFlags
from hypothesis import given
from hypothesis import strategies as st

from app.crypto import der
from app.crypto.verify import certificate, crl
from app.crypto.verify.algorithms import Policy
from tests import pki
from tests.crypto.verify import authorities
from tests.crypto.verify.authorities import root, signer
from tests.crypto.verify.inquiries import (
    ANSWERS,
    AT,
    BELOW,
    CRL,
    DAY,
    HOLD,
    ISSUING,
    LEAF,
    NO_CHECK,
    PERSON,
    ROOT_CRL,
    ROOT_KEY,
    SIGNER,
    TOP,
    TRUST,
    UNKNOWN_RULE,
    crl_of,
    made,
    outcome,
    responder,
    revoked,
    scoped,
)


def test_a_namesake_of_the_issuer_says_nothing() -> None:
    namesake = pki.crl(issuer=(pki.ISSUING_NAME, pki.ec_key(32)))
    assert outcome(ROOT_CRL, namesake) == "revocation_unknown"
    assert outcome(ROOT_CRL, pki.crl(issuer=ROOT_KEY)) == "revocation_unknown"
    by_the_root = pki.crl(issuer=(pki.ISSUING_NAME, ROOT_KEY[1]))
    assert outcome(ROOT_CRL, by_the_root) == "revocation_unknown"


def test_an_authority_must_be_allowed_to_sign_lists() -> None:
    limits = [(x509.BasicConstraints(True, None), True), (pki.usage("key_cert_sign"), True)]
    mute = TOP.issue(pki.name_of("Mute"), pki.ec_key(3503), limits)
    path, trust = made(signer(mute))
    assert outcome(crl_of(TOP), crl_of(mute), path=path, trust=trust) == "revocation_unknown"


def test_a_list_with_an_unknown_rule_says_nothing() -> None:
    strict = pki.crl(extensions=[(UNKNOWN_RULE, True)])
    assert outcome(ROOT_CRL, strict) == "revocation_unknown"
    assert outcome(ROOT_CRL, pki.crl(extensions=[(UNKNOWN_RULE, False)])) == "good"
    entry = pki.revoked(1, AT, UNKNOWN_RULE, critical=True)
    assert outcome(ROOT_CRL, pki.crl(entry)) == "revocation_unknown"
    assert outcome(ROOT_CRL, pki.crl(pki.revoked(1, AT, UNKNOWN_RULE))) == "good"


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


@given(at=st.integers(0, len(CRL) - 1), value=st.integers(0, 255))
def test_a_changed_list_is_never_good(at: int, value: int) -> None:
    changed = CRL[:at] + bytes([value]) + CRL[at + 1 :]
    if changed != CRL:
        assert outcome(ROOT_CRL, changed) == "revocation_unknown"


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
        (ROOT_CRL, revoked(AT - DAY), False),
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
