"""Which tool accepts which algorithm: the expected cells are written down, good or bad."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from app.crypto.sign import prepare_fields, sign
from app.model import Algorithm, FieldSpec, Person, Place, Rect, SignRequest, Stamp
from tests import conformance, oracles, pki
from tests.handmade import packed, table

REQUEST = SignRequest(pki.SIGNED_AT, reason="Persetujuan", location="Kupang")
PLACE = Place(1, Rect(150, 60, 200, 70))
STAMP = Stamp(Person("Maria Tallo"), "https://teken.example/v/abc", PLACE)
ALL = ("pdfsig", "pyHanko", "mutool", "openssl")
MATRIX = {
    ("p256", Algorithm("ecdsa", "sha256")): ALL,
    ("p256", Algorithm("ecdsa", "sha512")): ALL,
    ("p384", Algorithm("ecdsa", "sha384")): ALL,
    ("rsa2048", Algorithm("rsa-pkcs1", "sha256")): ALL,
    ("rsa3072", Algorithm("rsa-pkcs1", "sha384")): ALL,
    ("rsa4096", Algorithm("rsa-pkcs1", "sha512")): ALL,
    # MuPDF 1.21 does not know the parameters of PSS
    ("rsa2048", Algorithm("rsa-pss", "sha256")): ("pdfsig", "pyHanko", "openssl"),
    ("rsa4096", Algorithm("rsa-pss", "sha512")): ("pdfsig", "pyHanko", "openssl"),
}


def accepted(data: bytes) -> tuple[str, ...]:
    """The tools that call every signature of the file valid."""
    signed = conformance.read(data)
    before, after = signed.gap
    value = re.sub(rb"[<>]", b"", data[before:after])
    contents = bytes.fromhex(value.decode())
    with oracles.on_disk(data) as path:
        verdicts = {
            "pdfsig": [verdict.valid for verdict in oracles.pdfsig(path)],
            "pyHanko": [verdict.valid for verdict in oracles.pyhanko(data)],
            "mutool": [not answer for answer in oracles.mutool(path)],
            "openssl": [not oracles.openssl_cms(contents, data[:before] + data[after:])],
        }
    return tuple(name for name, valid in verdicts.items() if valid and all(valid))


@pytest.mark.parametrize(("name", "algorithm"), MATRIX, ids=str)
@pytest.mark.parametrize("form", [table, packed])
def test_matrix(form, name: str, algorithm: Algorithm) -> None:  # type: ignore[no-untyped-def]
    data = form()
    key = pki.identity(name).signing_key(algorithm)
    whole = data + sign(data, key, replace(REQUEST, stamp=STAMP))
    conformance.check(whole)
    assert accepted(whole) == MATRIX[name, algorithm]


def test_a_route_of_three_people() -> None:
    """Prepared fields, a certification, two approvals: every signature stays valid."""
    data = table()
    data += prepare_fields(data, [FieldSpec("paraf"), FieldSpec("kepala", PLACE), FieldSpec("c")])
    people = (("p256", "paraf", 2), ("rsa2048", "kepala", None), ("second", "c", None))
    for name, field, level in people:
        request = replace(REQUEST, field=field, certify=level, stamp=STAMP)  # type: ignore[arg-type]
        data += sign(data, pki.identity(name).signing_key(), request)
        conformance.check(data, certified=bool(level))
    assert {"pdfsig", "pyHanko"} <= set(accepted(data))
    assert len(oracles.pyhanko(data)) == 3


def test_planted_a_changed_byte_is_accepted_by_nobody() -> None:
    data = table()
    whole = bytearray(data + sign(data, pki.identity("p256").signing_key(), REQUEST))
    whole[data.index(b"400 600")] ^= 1
    assert accepted(bytes(whole)) == ()
    with pytest.raises(AssertionError):
        conformance.check(bytes(whole))


PLANTED = {
    "a /Cert entry": (b"/Reason", b"/Cert  "),
    "another filter": (b"ETSI.CAdES.detached", b"adbe.pkcs7.detached"),
    "a date without its zone": (b"+00'00'", b"Z00'00'"),
}


@pytest.mark.parametrize("name", PLANTED)
def test_planted_faults_break_the_conformance_check(name: str) -> None:
    data = table()
    whole = data + sign(data, pki.identity("p256").signing_key(), REQUEST)
    old, new = PLANTED[name]
    assert old in whole
    with pytest.raises(AssertionError):
        conformance.check(whole.replace(old, new))
