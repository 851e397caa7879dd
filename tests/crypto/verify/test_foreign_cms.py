"""CMS and tokens that OpenSSL, pyHanko and the cryptography package make; and OpenSSL on ours."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import keys
from asn1crypto.x509 import Certificate
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs7,
)
from pyhanko.sign.signers.pdf_cms import SimpleSigner
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from app.crypto import der
from app.crypto.verify import signature, tokens
from app.crypto.verify.algorithms import Policy
from app.crypto.verify.reasons import Failure
from app.crypto.verify.revocation import Evidence
from app.crypto.verify.signed_data import SignedData, read
from app.crypto.verify.tokens import Token
from app.crypto.verify.trust import Anchor, Trust
from tests import pki
from tests.crypto.verify import authorities, cms_maker, token_maker
from tests.crypto.verify.authorities import Holder
from tests.crypto.verify.cms_maker import DOCUMENT, REFERENCE_V2, Cms
from tests.oracles import run

ROOT = authorities.root()
PEOPLE = {
    "ec": authorities.signer(ROOT),
    "rsa": ROOT.issue(pki.name_of("RSA"), pki.rsa_key(2048)),
    "p384": ROOT.issue(pki.name_of("P-384"), pki.ec_key(3910, "P-384")),
}
TIME = token_maker.ROOT.issue(pki.name_of("Time"), pki.rsa_key(2048), token_maker.ONLY_TIME)


def accepted(value: bytes, signer: Holder, mandatory: bool, more: Sequence[bytes] = ()) -> bool:
    signed = read(value)
    assert signed.size == len(value)
    found = signature.find_signer(signed, more, mandatory)
    signature.check(signed, found, hashlib.new(signed.digest, DOCUMENT).digest())
    now = datetime.now(UTC)
    assert signature.check_strength(signed, found, Policy.default(), now, False) == ()
    return found == signer.der


def pem(key: Any) -> bytes:
    encoded: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return encoded


@dataclass(frozen=True)
class Bench:
    """A folder with a document and everybody's key and certificate."""

    folder: Path

    def openssl(self, *arguments: str) -> bytes:
        """Run it there; what it writes to `out`."""
        done = run("sh", "-c", 'cd "$0" && openssl "$@"', self.folder, *arguments)
        assert done.returncode == 0, done.stderr
        return (self.folder / "out").read_bytes()


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("openssl")
    (folder / "document").write_bytes(DOCUMENT)
    (folder / "root.pem").write_bytes(ROOT.certificate.public_bytes(Encoding.PEM))
    for name, holder in {**PEOPLE, "time": TIME}.items():
        (folder / f"{name}.pem").write_bytes(
            holder.certificate.public_bytes(Encoding.PEM) + pem(holder.key)
        )
    yield Bench(folder)


# -- OpenSSL -------------------------------------------------------------------------------------

SIGN = ("cms", "-sign", "-binary", "-in", "document", "-outform", "DER", "-out", "out", "-signer")


@pytest.mark.parametrize("more", [(), ("-cades",), ("-nosmimecap",), ("-certfile", "root.pem")])
@pytest.mark.parametrize("name", PEOPLE)
def test_openssl_signs(bench: Bench, name: str, more: Sequence[str]) -> None:
    value = bench.openssl(*SIGN, f"{name}.pem", *more)
    assert accepted(value, PEOPLE[name], mandatory="-cades" in more)


@pytest.mark.parametrize("digest", ["sha384", "sha512", "sha3-256", "sha3-512"])
@pytest.mark.parametrize("name", ["ec", "rsa"])
def test_openssl_signs_by_other_digests(bench: Bench, name: str, digest: str) -> None:
    if name == "ec" and digest.startswith("sha3"):
        digest = "sha224"  # OpenSSL 3.0 has no name for ECDSA with SHA-3
    value = bench.openssl(*SIGN, f"{name}.pem", "-cades", "-md", digest)
    assert accepted(value, PEOPLE[name], mandatory=True)


@pytest.mark.parametrize("salt", ["0", "20", "32", "max", "digest"])
def test_openssl_signs_with_pss(bench: Bench, salt: str) -> None:
    options = ("-keyopt", "rsa_padding_mode:pss", "-keyopt", f"rsa_pss_saltlen:{salt}")
    value = bench.openssl(*SIGN, "rsa.pem", "-cades", "-md", "sha384", *options)
    assert accepted(value, PEOPLE["rsa"], mandatory=True)


def test_openssl_names_a_key_and_leaves_the_certificate_out(bench: Bench) -> None:
    value = bench.openssl(*SIGN, "ec.pem", "-cades", "-keyid", "-nocerts")
    assert accepted(value, PEOPLE["ec"], mandatory=True, more=(ROOT.der, PEOPLE["ec"].der))
    with pytest.raises(Failure):
        accepted(value, PEOPLE["ec"], mandatory=True)


def test_openssl_writes_ber(bench: Bench) -> None:
    """When it streams it always carries the content, in pieces; without that it is as it should."""
    value = bench.openssl(*SIGN, "ec.pem", "-cades", "-stream")
    assert value[:2] == b"\x30\x80"
    assert read(value).content == DOCUMENT
    with pytest.raises(Failure) as failure:
        accepted(value, PEOPLE["ec"], mandatory=True)
    assert failure.value.reason.code == "cms_form"
    pieces = b"\x24\x80" + der.octet_string(DOCUMENT) + b"\0\0"
    detached = value.replace(b"\xa0\x80" + pieces + b"\0\0", b"")
    assert accepted(detached, PEOPLE["ec"], mandatory=True)


def test_openssl_signs_without_attributes(bench: Bench) -> None:
    """Nothing is said of what is signed: the digest of a document may be that of attributes."""
    with pytest.raises(Failure) as failure:
        accepted(bench.openssl(*SIGN, "ec.pem", "-noattr"), PEOPLE["ec"], mandatory=False)
    assert failure.value.reason.code == "cms_form"


def test_openssl_signs_twice(bench: Bench) -> None:
    value = bench.openssl(*SIGN, "ec.pem", "-signer", "rsa.pem")
    with pytest.raises(Failure) as failure:
        accepted(value, PEOPLE["ec"], mandatory=False)
    assert failure.value.reason.code == "cms_form"


UNNAMED = cms_maker.made(PEOPLE["ec"]).without(REFERENCE_V2)


@pytest.mark.parametrize(
    "made",
    [
        cms_maker.made(PEOPLE["ec"]),
        cms_maker.made(PEOPLE["rsa"], "sha512", 64),
        cms_maker.made(PEOPLE["rsa"], "sha384"),
        UNNAMED.having(cms_maker.reference(PEOPLE["ec"].der, "sha512")),
        UNNAMED.having(cms_maker.old_reference(PEOPLE["ec"].der)),
        UNNAMED.having(
            cms_maker.reference(
                PEOPLE["ec"].der, issuer_serial=cms_maker.issuer_serial(PEOPLE["ec"].der)
            )
        ),
    ],
)
def test_openssl_believes_what_these_tests_call_sound(bench: Bench, made: Cms) -> None:
    (bench.folder / "made").write_bytes(made.der())
    verify = ("cms", "-verify", "-binary", "-inform", "DER", "-in", "made", "-content", "document")
    options = ("-CAfile", "root.pem", "-purpose", "any", "-cades", "-out", "out")
    assert bench.openssl(*verify, *options) == DOCUMENT


# -- the cryptography package --------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["ec", "rsa", "pss"])
@pytest.mark.parametrize("digest", [hashes.SHA256(), hashes.SHA384(), hashes.SHA512()])
def test_cryptography_signs(kind: str, digest: Any) -> None:
    who = PEOPLE["rsa" if kind == "pss" else kind]
    how = padding.PSS(padding.MGF1(digest), padding.PSS.DIGEST_LENGTH) if kind == "pss" else None
    builder = (
        pkcs7.PKCS7SignatureBuilder()
        .set_data(DOCUMENT)
        .add_signer(who.certificate, who.key, digest, rsa_padding=how)
    )
    options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary]
    assert accepted(builder.sign(Encoding.DER, options), who, mandatory=False)


# -- pyHanko -------------------------------------------------------------------------------------


def as_asn1(holder: Holder) -> tuple[Certificate, keys.PrivateKeyInfo]:
    private = holder.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return Certificate.load(holder.der), keys.PrivateKeyInfo.load(private)


def pyhanko(who: Holder, digest: str, pss: bool = False, **options: Any) -> bytes:
    certificate, key = as_asn1(who)
    store = SimpleCertificateStore.from_certs([Certificate.load(each) for each in who.pool])
    made = SimpleSigner(certificate, key, store, prefer_pss=pss).async_sign_general_data(
        DOCUMENT, digest, **options
    )
    value: bytes = asyncio.run(made).dump()
    return value


@pytest.mark.parametrize("cades", [True, False])
@pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512"])
@pytest.mark.parametrize(("name", "pss"), [("ec", False), ("rsa", False), ("rsa", True)])
def test_pyhanko_signs(name: str, pss: bool, digest: str, cades: bool) -> None:
    """With algorithm protection, signing time and both forms of reference."""
    value = pyhanko(PEOPLE[name], digest, pss, use_cades=cades)
    assert accepted(value, PEOPLE[name], mandatory=True)


# -- time stamps ---------------------------------------------------------------------------------


def stamped(signed: SignedData, value: bytes, at: datetime) -> Token:
    trust = Trust((Anchor(TIME.der),))

    def imprint(name: str) -> bytes:
        return hashlib.new(name, value).digest()

    return tokens.check(signed, imprint, (), Evidence(), trust, at, False)


def test_pyhanko_stamps_its_signature() -> None:
    certificate, key = as_asn1(TIME)
    at = datetime(2026, 11, 2, 1, 30, tzinfo=UTC)
    stamper = DummyTimeStamper(certificate, key, fixed_dt=at)
    value = pyhanko(PEOPLE["ec"], "sha256", use_cades=True, timestamper=stamper)
    signed = read(value)
    (token,) = tokens.inside(signed)
    found = stamped(read(token), signed.signature, at + timedelta(hours=1))
    assert (found.time, found.by, found.proves) == (at, "Time", True)
    with pytest.raises(Failure):
        stamped(read(token), DOCUMENT, at + timedelta(hours=1))


CONFIGURATION = """
[tsa]
serial = serial
default_policy = 1.2.3.4
digests = sha1, sha256, sha512
accuracy = secs:1, millisecs:500, microsecs:100
ordering = yes
tsa_name = yes
ess_cert_id_chain = {chain}
ess_cert_id_alg = {digest}
clock_precision_digits = {precision}
signer_digest = sha256
"""


@pytest.mark.parametrize("digest", ["sha1", "sha256", "sha512"])
@pytest.mark.parametrize(("chain", "precision"), [("no", 0), ("yes", 6)])
def test_openssl_stamps(bench: Bench, digest: str, chain: str, precision: int) -> None:
    """sha1 makes it write the older attribute."""
    (bench.folder / "serial").write_text("01")
    text = CONFIGURATION.format(chain=chain, digest=digest, precision=precision)
    (bench.folder / "tsa.cnf").write_text(text)
    bench.openssl("ts", "-query", "-data", "document", "-sha256", "-cert", "-out", "out")
    (bench.folder / "query").write_bytes((bench.folder / "out").read_bytes())
    before = datetime.now(UTC).replace(microsecond=0)
    value = bench.openssl(
        "ts", "-reply", "-queryfile", "query", "-signer", "time.pem", "-inkey", "time.pem",
        "-config", "tsa.cnf", "-section", "tsa", "-token_out", "-out", "out",
    )  # fmt: skip
    now = datetime.now(UTC)
    found = stamped(read(value), DOCUMENT, now)
    accuracy = timedelta(seconds=1, milliseconds=500, microseconds=100)
    assert before <= found.time - accuracy <= now
    assert found.proves
    with pytest.raises(Failure):
        stamped(read(value), b"another document", now)


def test_openssl_believes_the_tokens_of_these_tests(bench: Bench) -> None:
    made = token_maker.token(TIME)
    whole = replace(made, certificates=(TIME.der, token_maker.ROOT.der))
    (bench.folder / "token").write_bytes(whole.der())
    (bench.folder / "stamped").write_bytes(token_maker.STAMPED)
    root = token_maker.ROOT.certificate.public_bytes(Encoding.PEM)
    (bench.folder / "time_root.pem").write_bytes(root)
    (bench.folder / "out").write_bytes(b"")
    bench.openssl(
        "ts", "-verify", "-token_in", "-in", "token", "-data", "stamped",
        "-CAfile", "time_root.pem",
    )  # fmt: skip
