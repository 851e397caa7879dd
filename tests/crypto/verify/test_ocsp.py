"""OCSP answers: who may give them, about whom, and what changed bytes make of them."""

from __future__ import annotations

import subprocess
from datetime import datetime
from pathlib import Path as File

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ReasonFlags, ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID as Eku
from hypothesis import given
from hypothesis import strategies as st

from app.crypto import der
from app.crypto.verify import certificate
from app.crypto.verify.path import Path
from tests import pki
from tests.crypto.verify.inquiries import (
    ANSWERS,
    AT,
    DAY,
    ISSUING,
    LEAF,
    NO_CHECK,
    ROOT_CRL,
    ROOT_KEY,
    UNKNOWN_RULE,
    outcome,
    path_of,
    responder,
)

ANSWER = pki.ocsp_response(LEAF)


def by_ocsp(response: bytes, *, path: Path | None = None, at: datetime = AT, **more: object) -> str:
    return outcome(ROOT_CRL, ocsps=[response], path=path, at=at, **more)  # type: ignore[arg-type]


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


@given(at=st.integers(0, len(ANSWER) - 1), value=st.integers(0, 255))
def test_a_changed_answer_is_never_good(at: int, value: int) -> None:
    changed = ANSWER[:at] + bytes([value]) + ANSWER[at + 1 :]
    if changed != ANSWER:
        assert by_ocsp(changed) == "revocation_unknown"


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
