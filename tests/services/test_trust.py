"""Trust: what lies in which folder, what a person adds, and what is broken."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from app.crypto.verify.algorithms import Policy
from app.errors import FileMissing, FileUnreadable, TrustFileBroken
from app.services import trust
from app.services.trust import BUILT_IN, load_trust
from tests import pki

ROOT, ISSUING = pki.root(), pki.issuing()
PEM = ROOT.public_bytes(Encoding.PEM)
DER = ROOT.public_bytes(Encoding.DER)
OTHER = ISSUING.public_bytes(Encoding.DER)
CRL = pki.clean_crls()[0]
CRL_PEM = x509.load_der_x509_crl(CRL).public_bytes(Encoding.PEM)
BOTH = {"signature", "timestamp"}


@pytest.fixture
def built_in(tmp_path: Path) -> Path:
    """A folder like assets/trust, with nobody in it."""
    folder = tmp_path / "built-in"
    for name in ("psre", "timestamp"):
        (folder / name).mkdir(parents=True)
    (folder / "algorithms.toml").write_bytes((BUILT_IN / "algorithms.toml").read_bytes())
    return folder


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The person's folder."""
    folder = tmp_path / "own"
    folder.mkdir()
    return folder


def test_the_folder_says_who_is_certified_and_for_what(built_in: Path, own: Path) -> None:
    (built_in / "psre" / "root.pem").write_bytes(PEM)
    (built_in / "timestamp" / "tsa.cer").write_bytes(OTHER)
    (own / "colleague.crt").write_bytes(DER)
    found = load_trust(own, built_in=built_in).anchors
    assert [(a.certificate, set(a.purposes), a.certified) for a in found] == [
        (DER, BOTH, True),
        (OTHER, {"timestamp"}, False),
        (DER, BOTH, False),
    ]


def test_nobody_is_certified_because_a_person_trusts_him(built_in: Path, tmp_path: Path) -> None:
    file = tmp_path / "once.pem"
    file.write_bytes(PEM)
    (anchor,) = load_trust(tmp_path / "missing", [file], built_in).anchors
    assert not anchor.certified


def test_a_file_holds_one_der_or_several_pem(built_in: Path, own: Path) -> None:
    text = b"Subject: somebody\r\n" + PEM.replace(b"\n", b"\r\n") + CRL_PEM
    (own / "all.pem").write_bytes(text + ISSUING.public_bytes(Encoding.PEM))
    found = load_trust(own, built_in=built_in)
    assert [anchor.certificate for anchor in found.anchors] == [DER, OTHER]
    assert found.crls == (CRL,)


def test_what_a_file_is_called_does_not_matter(built_in: Path, own: Path) -> None:
    (own / "a.crl").write_bytes(DER)
    (own / "b.cer").write_bytes(CRL)
    found = load_trust(own, built_in=built_in)
    assert [anchor.certificate for anchor in found.anchors] == [DER]
    assert found.crls == (CRL,)


def test_other_files_in_a_folder_are_left_alone(built_in: Path, own: Path) -> None:
    (own / "notes.txt").write_text("not a certificate")
    (built_in / "psre" / "README.md").write_text("likewise")
    assert load_trust(own, built_in=built_in).anchors == ()


KEY = pki.ec_key(1).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
BROKEN = {
    "empty": b"",
    "text": b"hello",
    "half": DER[:-1],
    "more": DER + b"\0",
    "no base64": b"-----BEGIN CERTIFICATE-----\nAAA\n-----END CERTIFICATE-----\n",
    "no certificate": b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    "no end": PEM.replace(b"-----END CERTIFICATE-----", b""),
    "one good, one damaged": PEM + PEM.replace(b"\nMII", b"\n!!!"),
    "a private key": KEY,
    "with a private key": PEM + KEY,
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_told_by_its_name(data: bytes, built_in: Path, own: Path) -> None:
    (own / "broken.pem").write_bytes(data)
    with pytest.raises(TrustFileBroken) as caught:
        load_trust(own, built_in=built_in)
    assert caught.value.details == {"name": "broken.pem"}


def test_what_is_named_must_be_there(built_in: Path, own: Path) -> None:
    with pytest.raises(FileMissing):
        load_trust(own, [own / "missing.pem"], built_in)
    with pytest.raises(FileUnreadable):
        load_trust(own, [own], built_in)


def test_a_file_that_is_too_large_is_not_read(
    built_in: Path, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (own / "large.pem").write_bytes(PEM)
    monkeypatch.setattr(trust, "MAX_FILE", len(PEM) - 1)
    with pytest.raises(FileUnreadable):
        load_trust(own, built_in=built_in)


@given(data=st.binary(max_size=300), prefix=st.sampled_from([b"", PEM, b"-----BEGIN "]))
def test_whatever_a_file_holds_the_error_is_ours(
    data: bytes, prefix: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("any") / "any.pem"
    file.write_bytes(prefix + data)
    try:
        load_trust(file.parent / "none", [file])
    except TrustFileBroken as error:
        assert error.details == {"name": "any.pem"}


@pytest.mark.parametrize(
    "text", ["[digests]\nsha1 = 3\n", "digests = 1", "[sizes]", "\xff", "[digests"]
)
def test_a_broken_policy_is_told(text: str, built_in: Path, own: Path) -> None:
    (built_in / "algorithms.toml").write_bytes(text.encode("latin-1"))
    with pytest.raises(TrustFileBroken) as caught:
        load_trust(own, built_in=built_in)
    assert caught.value.details == {"name": "algorithms.toml"}


# -- what is built in ----------------------------------------------------------------------------


def test_what_is_built_in_can_be_loaded(own: Path) -> None:
    found = load_trust(own)
    assert found.policy == Policy.default()
    assert all(anchor.certified for anchor in found.anchors if "signature" in anchor.purposes)


def test_the_origin_of_all_that_is_built_in_is_told() -> None:
    """A row of the README for each file: its path, its SHA-256, and where it came from."""
    rows = [
        tuple(cell.strip(" `") for cell in line.strip("|").split("|"))
        for line in (BUILT_IN / "README.md").read_text("utf-8").splitlines()
        if line.startswith("| `")
    ]
    told = {(cells[0], cells[1]) for cells in rows if len(cells) == 3 and len(cells[1]) == 64}
    there = {
        (str(path.relative_to(BUILT_IN)), hashlib.sha256(path.read_bytes()).hexdigest())
        for folder in ("psre", "timestamp")
        for path in trust._files(BUILT_IN / folder)
    }
    assert told == there
