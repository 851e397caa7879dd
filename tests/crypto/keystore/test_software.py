"""Keys in memory: the contract with every algorithm, and what is refused."""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from app import errors
from app.crypto.keystore.software import SoftwareKey, default_algorithm
from app.model import Algorithm
from tests import pki
from tests.contracts.signing_key import NewKey, SigningKeyContract

RSA = [Algorithm(scheme, d) for scheme in ("rsa-pkcs1", "rsa-pss") for d in ("sha256", "sha512")]
CASES = [
    *(("p256", Algorithm("ecdsa", d)) for d in ("sha256", "sha384", "sha512")),
    *(("p384", Algorithm("ecdsa", d)) for d in ("sha256", "sha384", "sha512")),
    *(("rsa2048", algorithm) for algorithm in RSA),
    ("rsa2048", Algorithm("rsa-pss", "sha384")),
    ("rsa3072", Algorithm("rsa-pkcs1")),
    ("rsa4096", Algorithm("rsa-pss")),
]


@pytest.mark.parametrize("case", CASES, ids=[f"{name}-{a.scheme}-{a.digest}" for name, a in CASES])
class TestSoftwareKey(SigningKeyContract):
    @pytest.fixture
    def new_key(self, case: tuple[str, Algorithm]) -> NewKey:
        key = pki.identity(case[0]).signing_key(case[1], deterministic=False)
        return lambda: key


@pytest.mark.parametrize("curve", ["p256", "p384"])
def test_the_dry_run_of_a_curve_is_not_larger_than_need_be(curve: str) -> None:
    key = pki.identity(curve).signing_key(deterministic=False)
    assert max(len(key.sign(bytes([n]))) for n in range(200)) == key.dry_run()


def test_a_dry_run_that_is_too_small_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.crypto.keystore.software._ecdsa_size", lambda bits: 70)
    contract = SigningKeyContract()
    with pytest.raises(AssertionError):
        contract.test_no_signature_is_longer_than_the_dry_run_says(
            lambda: pki.identity("p256").signing_key(deterministic=False)
        )


def test_deterministic_signatures_repeat_and_others_do_not() -> None:
    golden, usual = (pki.identity().signing_key(deterministic=d) for d in (True, False))
    assert golden.sign(b"teken") == golden.sign(b"teken")
    assert usual.sign(b"teken") != usual.sign(b"teken")


def test_each_kind_of_key_has_an_algorithm_of_its_own_strength() -> None:
    assert default_algorithm(pki.ec_key(5)) == Algorithm("ecdsa", "sha256")
    assert default_algorithm(pki.ec_key(5, "P-384")) == Algorithm("ecdsa", "sha384")
    assert default_algorithm(pki.rsa_key(2048)) == Algorithm("rsa-pkcs1", "sha256")
    with pytest.raises(errors.KeyUnsupported):
        default_algorithm(ed25519.Ed25519PrivateKey.generate())


@pytest.mark.parametrize(
    "key",
    [
        rsa.generate_private_key(65537, 1024),  # noqa: S505
        ec.generate_private_key(ec.SECP256K1()),
        ec.generate_private_key(ec.SECP521R1()),
    ],
    ids=["rsa1024", "secp256k1", "secp521r1"],
)
def test_weak_and_foreign_keys_are_refused(key: pki.PrivateKey) -> None:
    name = pki.name_of("Uji")
    own = pki.certificate(name, key, 7, (name, key))
    with pytest.raises(errors.KeyUnsupported):
        SoftwareKey(key, [own.public_bytes(Encoding.DER)])


def test_a_key_of_another_certificate_is_refused() -> None:
    with pytest.raises(errors.KeyMismatch):
        SoftwareKey(pki.ec_key(4711), pki.identity().chain)


@pytest.mark.parametrize(
    ("name", "algorithm"), [("p256", Algorithm("rsa-pss")), ("rsa2048", Algorithm("ecdsa"))]
)
def test_an_algorithm_that_the_key_cannot_do_is_refused(name: str, algorithm: Algorithm) -> None:
    with pytest.raises(errors.KeyUnsupported):
        pki.identity(name).signing_key(algorithm)


def test_a_key_without_certificate_is_refused() -> None:
    with pytest.raises(errors.CertificateUnusable):
        SoftwareKey(pki.ec_key(5), [])


def test_the_test_pki_is_rebuilt_byte_for_byte() -> None:
    stored = {path.name: path.read_bytes() for path in pki.GOLDEN.iterdir()}
    assert pki.golden_files() == stored


def test_golden_certificates_hold_no_private_key() -> None:
    for path in pki.GOLDEN.iterdir():
        assert b"PRIVATE" not in path.read_bytes()
        x509.load_pem_x509_certificate(path.read_bytes())


def test_the_rsa_keys_of_the_test_pki_are_sound() -> None:
    for bits in (2048, 3072, 4096):
        numbers = pki.rsa_key(bits).private_numbers()
        assert numbers.public_numbers.n.bit_length() == bits
        assert numbers.private_key().sign(b"", padding.PKCS1v15(), hashes.SHA256())
