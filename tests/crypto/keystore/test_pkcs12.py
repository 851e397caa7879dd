"""Key files: those of OpenSSL old and new, damaged ones, and the contract for what they hold."""

from __future__ import annotations

import subprocess
import warnings
from pathlib import Path

import pytest
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

from app import errors
from app.crypto.keystore import iterations
from app.crypto.keystore import pkcs12 as module
from app.crypto.keystore.pkcs12 import load, open_pkcs12
from app.model import Algorithm
from tests import pki
from tests.contracts.signing_key import NewKey, SigningKeyContract
from tests.crypto.keystore.test_iterations import key_file

PASSPHRASE = "rahasia"


@pytest.mark.parametrize("name", ["p256", "p384", "rsa2048"])
class TestPkcs12Key(SigningKeyContract):
    tries = 30

    @pytest.fixture
    def new_key(self, name: str) -> NewKey:
        key = open_pkcs12(pki.identity(name).pkcs12(PASSPHRASE), PASSPHRASE)
        return lambda: key


class TestPkcs12Pss(SigningKeyContract):
    tries = 30

    @pytest.fixture
    def new_key(self) -> NewKey:
        data = pki.identity("rsa2048").pkcs12(PASSPHRASE)
        key = open_pkcs12(data, PASSPHRASE, Algorithm("rsa-pss", "sha512"))
        return lambda: key


def made_by_openssl(folder: Path, *options: str, passphrase: str = PASSPHRASE) -> bytes:
    identity = pki.identity("rsa2048")
    form = Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    (folder / "key.pem").write_bytes(identity.key.private_bytes(*form))
    leaf, *issuers = (c.public_bytes(Encoding.PEM) for c in identity.certificates)
    (folder / "leaf.pem").write_bytes(leaf)
    (folder / "issuers.pem").write_bytes(b"".join(reversed(issuers)))  # in no useful order
    command = ["openssl", "pkcs12", "-export", "-inkey", "key.pem", "-in", "leaf.pem"]
    command += ["-certfile", "issuers.pem", "-passout", f"pass:{passphrase}", "-out", "out.p12"]
    subprocess.run([*command, *options], cwd=folder, check=True, capture_output=True)
    return (folder / "out.p12").read_bytes()


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["-legacy"],
        ["-legacy", "-certpbe", "PBE-SHA1-3DES"],
        ["-legacy", "-certpbe", "PBE-SHA1-RC4-128", "-keypbe", "PBE-SHA1-RC4-128"],
        ["-macalg", "sha512"],
    ],
    ids=["new", "rc2", "3des", "rc4", "sha512"],
)
def test_files_of_openssl_old_and_new(tmp_path: Path, options: list[str]) -> None:
    key = open_pkcs12(made_by_openssl(tmp_path, *options), PASSPHRASE)
    assert key.chain == pki.identity("rsa2048").chain  # ordered: leaf, issuing, root


@pytest.mark.parametrize("options", [[], ["-legacy"]], ids=["new", "rc2"])
@pytest.mark.parametrize("passphrase", ["", "Rahasia", "rahasia "])
def test_another_passphrase(tmp_path: Path, options: list[str], passphrase: str) -> None:
    data = made_by_openssl(tmp_path, *options)
    with pytest.raises(errors.WrongPassphrase):
        open_pkcs12(data, passphrase)


def test_passphrases_beyond_ascii_and_none(tmp_path: Path) -> None:
    assert open_pkcs12(pki.identity().pkcs12("sandi-é-日"), "sandi-é-日")
    assert open_pkcs12(made_by_openssl(tmp_path, passphrase=""), "")


def test_an_old_cipher_that_the_library_lacks_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lacking(data: bytes, password: bytes) -> None:
        raise ValueError("Invalid password or PKCS12 data")  # what OpenSSL without RC2 comes to

    old, new = made_by_openssl(tmp_path, "-legacy"), made_by_openssl(tmp_path)
    monkeypatch.setattr(module.pkcs12, "load_pkcs12", lacking)
    with pytest.raises(errors.WrongPassphrase):
        load(old, PASSPHRASE)  # this library does have RC2
    monkeypatch.setattr(module, "_has_old_ciphers", lambda: False)
    with pytest.raises(errors.KeyUnsupported):
        load(old, PASSPHRASE)
    with pytest.raises(errors.WrongPassphrase):
        load(new, PASSPHRASE)


def test_whether_old_ciphers_are_there_is_asked_of_the_library(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def lacking(*arguments: object) -> None:
        raise UnsupportedAlgorithm("RC2")

    assert module._has_old_ciphers()
    monkeypatch.setattr("cryptography.hazmat.primitives.ciphers.Cipher.encryptor", lacking)
    assert not module._has_old_ciphers()


def test_an_algorithm_unknown_to_the_library_is_unsupported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def lacking(data: bytes, password: bytes) -> None:
        raise UnsupportedAlgorithm("x")

    monkeypatch.setattr(module.pkcs12, "load_pkcs12", lacking)
    with pytest.raises(errors.KeyUnsupported):
        load(pki.identity().pkcs12(PASSPHRASE), PASSPHRASE)


@pytest.mark.parametrize(
    "data",
    [b"", b"not a key file", b"%PDF-1.7\n", b"\x30\x80\x02\x01\x03", bytes(module.MAX_BYTES + 1)],
    ids=["empty", "text", "pdf", "cut", "too long"],
)
def test_other_files_are_damaged(data: bytes) -> None:
    with pytest.raises(errors.KeyDamaged):
        load(data, PASSPHRASE)


@pytest.mark.parametrize("kept", [1, 100, 1000])
def test_cut_files_are_damaged(kept: int) -> None:
    with pytest.raises(errors.KeyDamaged):
        load(pki.identity().pkcs12(PASSPHRASE)[:kept], PASSPHRASE)


def test_no_changed_byte_goes_unnoticed_or_raises_anything_foreign() -> None:
    whole = key_file(1)
    opened = load(whole, PASSPHRASE)
    for place in range(0, len(whole), 7):
        changed = bytearray(whole)
        changed[place] ^= 0x10
        try:
            key, chain = load(bytes(changed), PASSPHRASE)
        except errors.KeyFault:
            continue
        assert (key.private_numbers(), chain) == (opened[0].private_numbers(), opened[1])


def test_the_indefinite_form_of_java_and_firefox_is_read_quietly() -> None:
    whole = pki.identity().pkcs12(PASSPHRASE)
    assert whole[:2] == b"\x30\x82"
    rewritten = b"\x30\x80" + whole[4:] + b"\0\0"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert load(rewritten, PASSPHRASE)[1] == pki.identity().chain


def refuses_endless_stretching() -> None:
    """A file that would take the library minutes; the count is changed in the file's bytes."""
    hostile = key_file(70_000).replace(b"\x02\x03\x01\x11\x70", b"\x02\x03\x7f\xff\xff")
    assert iterations.total(hostile) > module.MAX_ITERATIONS
    with pytest.raises(errors.KeyDamaged) as caught:
        load(hostile, PASSPHRASE)
    assert caught.value.__cause__ is None  # the library was not asked


def test_endless_stretching_is_not_begun() -> None:
    refuses_endless_stretching()


def test_planted_no_bound_on_stretching_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(data: bytes, password: bytes) -> None:
        raise ValueError("Could not deserialize")  # quicker than the minutes it would take

    monkeypatch.setattr(module.iterations, "total", lambda data: 0)
    monkeypatch.setattr(module.pkcs12, "load_pkcs12", asked)
    with pytest.raises(AssertionError):
        refuses_endless_stretching()


def file_of(key: object, certificate: object = None, others: object = None) -> bytes:
    protection = BestAvailableEncryption(PASSPHRASE.encode())
    return pkcs12.serialize_key_and_certificates(b"x", key, certificate, others, protection)  # type: ignore[arg-type]


def self_signed(key: object) -> object:
    from datetime import UTC, datetime

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    name = pki.name_of("Uji")
    digest = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2060, 1, 1, tzinfo=UTC))
        .serial_number(1)
        .public_key(key.public_key())  # type: ignore[attr-defined]
        .sign(key, digest)  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    "make",
    [
        lambda: rsa.generate_private_key(65537, 1024),  # noqa: S505
        lambda: ec.generate_private_key(ec.SECP521R1()),
        ed25519.Ed25519PrivateKey.generate,
    ],
    ids=["rsa1024", "p521", "ed25519"],
)
def test_kinds_of_keys_that_are_not_accepted(make: object) -> None:
    key = make()  # type: ignore[operator]
    with pytest.raises(errors.KeyUnsupported):
        load(file_of(key, self_signed(key)), PASSPHRASE)


def test_a_file_with_certificates_only() -> None:
    with pytest.raises(errors.KeyUnsupported):
        load(file_of(None, None, [pki.root()]), PASSPHRASE)


def test_a_file_with_a_key_only() -> None:
    with pytest.raises(errors.CertificateUnusable):
        load(file_of(pki.ec_key(5)), PASSPHRASE)


def test_a_file_with_the_certificate_of_another() -> None:
    others = [
        pki.identity("second").certificates[0],
        pki.issuing(),
        pki.identity("rsa2048").certificates[0],
    ]
    with pytest.raises(errors.KeyMismatch):
        load(file_of(pki.ec_key(5), None, others), PASSPHRASE)


def test_certificates_that_are_no_part_of_the_path_are_left_out() -> None:
    identity = pki.identity()
    others = [pki.root(), pki.identity("second").certificates[0], pki.issuing()]
    data = file_of(identity.key, identity.certificates[0], others)
    assert load(data, PASSPHRASE)[1] == identity.chain
