"""Certificates: what may sign when, how chains are ordered, and what is printed beside them."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID as Purpose
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from app import errors
from app.crypto import certificates
from app.crypto.certificates import check_usable, label, order_chain, self_made
from app.model import Algorithm, Person
from tests import pki

ECDSA = Algorithm("ecdsa")
SECOND = timedelta(seconds=1)


def chain_with(*extensions: tuple[x509.ExtensionType, bool]) -> tuple[bytes, ...]:
    return pki.leaf("x", pki.TALLO, pki.ec_key(31), 99, extensions=list(extensions)).chain


def usable(chain: tuple[bytes, ...], algorithm: Algorithm = ECDSA) -> None:
    check_usable(chain, algorithm, pki.SIGNED_AT)


@pytest.mark.parametrize("name", pki.GOOD_NAMES)
def test_good_certificates_may_sign(name: str) -> None:
    identity = pki.identity(name)
    usable(identity.chain, identity.signing_key().algorithm)


REFUSED = [
    ("expired", errors.CertificateExpired),
    ("not_yet_valid", errors.CertificateNotYetValid),
    ("wrong_usage", errors.CertificateUnusable),
    ("ca_as_leaf", errors.CertificateUnusable),
    ("unknown_critical", errors.CertificateUnusable),
]


@pytest.mark.parametrize(("name", "fault"), REFUSED)
def test_bad_certificates_may_not(name: str, fault: type[errors.KeyFault]) -> None:
    with pytest.raises(fault):
        usable(pki.identity(name).chain)


@pytest.mark.parametrize("name", ["wrong_usage", "ca_as_leaf", "unknown_critical"])
def test_planted_an_unchecked_purpose_is_noticed(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificates._usable_period.cache_clear()
    monkeypatch.setattr(certificates, "_check_purpose", lambda leaf: None)
    with pytest.raises(pytest.fail.Exception):
        test_bad_certificates_may_not(name, errors.CertificateUnusable)
    certificates._usable_period.cache_clear()


def test_validity_includes_both_ends() -> None:
    chain = pki.identity().chain
    wita = timezone(timedelta(hours=8))
    for at in (pki.NOT_BEFORE, pki.NOT_AFTER, pki.NOT_AFTER.astimezone(wita)):
        check_usable(chain, ECDSA, at)
    with pytest.raises(errors.CertificateNotYetValid) as early:
        check_usable(chain, ECDSA, pki.NOT_BEFORE - SECOND)
    with pytest.raises(errors.CertificateExpired) as late:
        check_usable(chain, ECDSA, pki.NOT_AFTER + SECOND)
    assert early.value.details == {"date": "2020-01-01"}
    assert late.value.details == {"date": "2060-01-01"}


@pytest.mark.parametrize("bits", [("digital_signature",), ("content_commitment",)])
def test_either_usage_bit_is_enough(bits: tuple[str, ...]) -> None:
    usable(chain_with((pki.usage(*bits), True)))


def test_without_a_usage_everything_is_permitted() -> None:
    usable(chain_with())


def test_an_authority_that_only_says_so_by_its_usage_is_refused() -> None:
    with pytest.raises(errors.CertificateUnusable):
        usable(chain_with((pki.usage("digital_signature", "key_cert_sign"), True)))


@pytest.mark.parametrize(
    ("purposes", "accepted"),
    [
        ([Purpose.EMAIL_PROTECTION], True),
        ([Purpose.ANY_EXTENDED_KEY_USAGE], True),
        ([Purpose.SERVER_AUTH, Purpose.CLIENT_AUTH], True),
        ([x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")], True),  # documentSigning, RFC 9336
        ([Purpose.TIME_STAMPING], False),
        ([Purpose.OCSP_SIGNING, Purpose.SERVER_AUTH], False),
    ],
)
def test_purposes(purposes: list[x509.ObjectIdentifier], accepted: bool) -> None:
    chain = chain_with((pki.SIGNING_USAGE, True), (x509.ExtendedKeyUsage(purposes), True))
    if accepted:
        usable(chain)
    else:
        with pytest.raises(errors.CertificateUnusable):
            usable(chain)


def test_known_critical_extensions_are_no_obstacle() -> None:
    alternative = x509.SubjectAlternativeName([x509.RFC822Name("tallo@example.go.id")])
    policy = x509.PolicyInformation(x509.ObjectIdentifier("2.16.360.1.1.1.1"), None)
    usable(
        chain_with(
            (pki.SIGNING_USAGE, True),
            (x509.BasicConstraints(ca=False, path_length=None), True),
            (alternative, True),
            (x509.CertificatePolicies([policy]), True),
        )
    )


@pytest.mark.parametrize(
    ("name", "algorithm"), [("p256", Algorithm("rsa-pkcs1")), ("rsa2048", Algorithm("ecdsa"))]
)
def test_an_algorithm_for_another_key(name: str, algorithm: Algorithm) -> None:
    with pytest.raises(errors.KeyUnsupported):
        usable(pki.identity(name).chain, algorithm)


def self_signed(key: object) -> tuple[bytes, ...]:
    name = pki.name_of("Uji")
    digest = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .not_valid_before(pki.NOT_BEFORE)
        .not_valid_after(pki.NOT_AFTER)
        .serial_number(1)
        .public_key(key.public_key())  # type: ignore[attr-defined]
        .sign(key, digest)  # type: ignore[arg-type]
        .public_bytes(Encoding.DER),
    )


@pytest.mark.parametrize(
    ("make", "algorithm"),
    [
        (lambda: rsa.generate_private_key(65537, 1024), Algorithm("rsa-pkcs1")),  # noqa: S505
        (lambda: ec.generate_private_key(ec.SECP521R1()), ECDSA),
        (lambda: ec.generate_private_key(ec.SECP256K1()), ECDSA),
        (ed25519.Ed25519PrivateKey.generate, ECDSA),
    ],
    ids=["rsa1024", "p521", "secp256k1", "ed25519"],
)
def test_kinds_of_keys_that_are_not_accepted(make: object, algorithm: Algorithm) -> None:
    with pytest.raises(errors.KeyUnsupported):
        usable(self_signed(make()), algorithm)  # type: ignore[operator]


PSS_ONLY = """
openssl genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -out key.pem
printf '[req]\\ndistinguished_name=name\\nprompt=no\\n[name]\\nCN=Maria\\n' > req.cnf
openssl req -x509 -new -config req.cnf -key key.pem -days 2 -outform DER -out leaf.der
"""


def test_a_certificate_for_pss_only_is_not_used_with_pkcs1(tmp_path: Path) -> None:
    subprocess.run(["sh", "-ec", PSS_ONLY], cwd=tmp_path, check=True, capture_output=True)
    chain = ((tmp_path / "leaf.der").read_bytes(),)
    today = datetime.now(UTC) + timedelta(hours=1)
    check_usable(chain, Algorithm("rsa-pss"), today)
    with pytest.raises(errors.KeyUnsupported, match="RSASSA-PSS"):
        check_usable(chain, Algorithm("rsa-pkcs1"), today)


def test_rsa_above_4096_bits_is_not_accepted() -> None:
    public = rsa.RSAPublicNumbers(65537, (1 << 4096) + 1).public_key()
    with pytest.raises(errors.KeyUnsupported):
        certificates.check_key(public)


@pytest.mark.parametrize("der", [b"", b"junk", b"\x30\x00", pki.identity().chain[0][:-1]])
def test_what_is_no_certificate(der: bytes) -> None:
    with pytest.raises(errors.CertificateUnusable):
        usable((der,))


def test_an_empty_chain() -> None:
    with pytest.raises(errors.CertificateUnusable):
        usable(())


def test_no_changed_byte_raises_anything_foreign() -> None:
    der = pki.identity().chain[0]
    for place in range(len(der)):
        for bit in (0x01, 0x40):
            changed = bytearray(der)
            changed[place] ^= bit
            chain = (bytes(changed),)
            for look in (
                usable,
                label,
                lambda chain: certificates.key_info("x", chain, ECDSA),
                lambda chain: certificates.check_match(chain, pki.ec_key(2001).public_key()),
            ):
                try:
                    look(chain)
                except errors.KeyFault:
                    continue


def test_a_key_belongs_to_its_certificate_or_not() -> None:
    certificates.check_match(pki.identity().chain, pki.ec_key(2001).public_key())
    with pytest.raises(errors.KeyMismatch):
        certificates.check_match(pki.identity().chain, pki.ec_key(2002).public_key())


# -- order ---------------------------------------------------------------------------------------


@given(st.permutations([0, 1, 2, 3]))
def test_a_chain_is_put_in_order(order: list[int]) -> None:
    leaf, issuing, root = pki.identity().chain
    pool = [leaf, issuing, root, pki.identity("second").chain[0]]
    assert order_chain([pool[n] for n in order], leaf) == (leaf, issuing, root)


def test_a_missing_issuer_ends_the_chain() -> None:
    leaf, issuing, root = pki.identity().chain
    assert order_chain([root], leaf) == (leaf,)
    assert order_chain([issuing], leaf) == (leaf, issuing)
    assert order_chain([], leaf) == (leaf,)


def test_an_issuer_by_name_only_is_none() -> None:
    name = pki.ISSUING_NAME
    key = pki.ec_key(666)
    impostor = pki.certificate(name, key, 2, (name, key), pki.ca_constraints(0))
    leaf = pki.identity().chain[0]
    assert order_chain([impostor.public_bytes(Encoding.DER)], leaf) == (leaf,)


def test_two_authorities_that_issued_each_other_end_somewhere() -> None:
    names, keys = (pki.name_of("A"), pki.name_of("B")), (pki.ec_key(71), pki.ec_key(72))
    a = pki.certificate(names[0], keys[0], 1, (names[1], keys[1]), pki.ca_constraints(None))
    b = pki.certificate(names[1], keys[1], 2, (names[0], keys[0]), pki.ca_constraints(None))
    ders = [c.public_bytes(Encoding.DER) for c in (a, b)]
    assert order_chain(ders, ders[0]) == tuple(ders)


# -- of our own ----------------------------------------------------------------------------------


def make(person: Person = pki.TALLO, key: pki.PrivateKey | None = None) -> bytes:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    key = key or pki.ec_key(77)
    return self_made(key, person, start, start + timedelta(days=730), 2**158 + 5, True)


def test_ours_is_labelled_in_the_subject_and_in_print() -> None:
    der = make()
    subject = x509.load_der_x509_certificate(der).subject
    texts = {a.oid: a.value for a in subject}
    assert texts[NameOID.ORGANIZATIONAL_UNIT_NAME] == "TIDAK TERSERTIFIKASI - UJI"
    assert texts[NameOID.COMMON_NAME] == f"{pki.TALLO.name} (UJI)"
    assert texts[NameOID.TITLE] == pki.TALLO.position
    assert texts[NameOID.ORGANIZATION_NAME] == pki.TALLO.organisation
    assert label([der]) == "TIDAK TERSERTIFIKASI - UJI"


def test_ours_may_sign_and_nothing_else() -> None:
    certificate = x509.load_der_x509_certificate(make())
    (extension,) = certificate.extensions
    assert extension.critical
    assert extension.value == pki.SIGNING_USAGE
    assert isinstance(certificate.signature_hash_algorithm, hashes.SHA256)
    certificate.verify_directly_issued_by(certificate)
    usable((make(),))


def test_ours_is_reproducible_and_says_who() -> None:
    assert make() == make()
    info = certificates.key_info("x", (make(),), ECDSA)
    assert info.self_made
    assert info.person == Person(
        pki.TALLO.name, pki.TALLO.position, organisation=pki.TALLO.organisation
    )


def test_ours_by_an_rsa_key() -> None:
    der = make(key=pki.rsa_key(2048))
    assert label([der]) == certificates.TEST_LABEL
    usable((der,), Algorithm("rsa-pss"))


TEXTS = st.text(max_size=90)


@given(st.builds(Person, name=TEXTS, position=TEXTS, organisation=TEXTS))
def test_ours_is_small_and_labelled_whatever_the_person_is_called(person: Person) -> None:
    der = make(person)
    assert len(der) <= 700
    assert label([der]) == certificates.TEST_LABEL


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        (Person("", "", organisation=""), Person("-")),
        (Person("A" * 80), Person("A" * 58)),
        (Person("A", "P" * 65, organisation="O"), Person("A", organisation="O")),
        (Person("日" * 58, "P" * 64, organisation="O" * 64), Person("日" * 19, "P" * 64)),
        (Person("A\x00\u202e\nB", "\ud800", organisation="\t"), Person("AB")),
    ],
    ids=["empty", "long name", "long title", "wide", "control characters"],
)
def test_what_does_not_fit_or_print_is_left_out(person: Person, expected: Person) -> None:
    der = make(person)
    assert len(der) <= 700
    assert certificates.person_of([der]) == expected


def test_a_weak_key_gets_no_certificate() -> None:
    with pytest.raises(errors.KeyUnsupported):
        make(key=rsa.generate_private_key(65537, 1024))  # noqa: S505


# -- the label: nothing is called certified -------------------------------------------------------


@pytest.mark.parametrize("name", pki.NAMES)
def test_every_other_chain_is_called_uncertified(name: str) -> None:
    assert label(pki.identity(name).chain) == "TIDAK TERSERTIFIKASI"


def test_our_label_issued_by_another_is_not_ours() -> None:
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, certificates.TEST_LABEL),
            x509.NameAttribute(NameOID.COMMON_NAME, "Palsu"),
        ]
    )
    forged = pki.certificate(name, pki.ec_key(9), 9, (pki.ISSUING_NAME, pki.ec_key(1002)))
    assert label([forged.public_bytes(Encoding.DER)]) == "TIDAK TERSERTIFIKASI"
