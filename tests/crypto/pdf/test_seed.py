"""A demand of the field's author that cannot be met is a refusal; a wish is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.crypto.pdf import seed
from app.crypto.pdf.document import PdfFile
from app.crypto.pdf.objects import parse
from app.errors import SeedValueUnmet
from app.model import Algorithm, SignRequest
from tests import pki
from tests.handmade import table

REQUEST = SignRequest(pki.SIGNED_AT, reason="Persetujuan")
ECDSA = Algorithm("ecdsa", "sha256")


def check(entries: bytes, request: SignRequest = REQUEST, algorithm: Algorithm = ECDSA) -> None:
    value, _ = parse(b"<<" + entries + b">> ", 0)
    assert isinstance(value, dict)
    seed.check(PdfFile(table()), value, request, algorithm, pki.identity("p256").chain)


LEAF, ISSUER = (b"<" + der.hex().encode() + b">" for der in pki.identity("p256").chain[:2])
MET = [
    b"",
    b"/Ff 511",
    b"/Ff 1/Filter/Adobe.PPKLite",
    b"/Ff 2/SubFilter[/adbe.pkcs7.detached/ETSI.CAdES.detached]",
    b"/Ff 4/V 2",
    b"/Ff 8/Reasons[(Persetujuan)(Pengesahan)]",
    b"/Ff 32/AddRevInfo false",
    b"/Ff 64/DigestMethod[(SHA384)(SHA-256)]",
    b"/Ff 128/LockDocument/false",
    b"/MDP<</P 0>>",
    b"/Cert<</Ff 3/Subject[%s]/Issuer[%s]>>" % (LEAF, ISSUER),
    b"/TimeStamp<</URL(http://example.invalid)/Ff 0>>",
]
UNMET = [
    b"/Ff 1/Filter/Entrust.PPKEF",
    b"/Ff 2/SubFilter[/adbe.pkcs7.detached]",
    b"/Ff 2/SubFilter 7",
    b"/Ff 4/V 4",
    b"/Ff 4/V/x",
    b"/Ff 8/Reasons[(Pengesahan)]",
    b"/Ff 8/Reasons[]",
    b"/Ff 8/Reasons[(.)]",
    b"/Ff 16/LegalAttestation[(none)]",
    b"/Ff 32/AddRevInfo true",
    b"/Ff 64/DigestMethod[(SHA384)]",
    b"/Ff 128/LockDocument/true",
    b"/Ff 256/AppearanceFilter(stamp)",
    b"/MDP<</P 2>>",
    b"/TimeStamp<</URL(http://example.invalid)/Ff 1>>",
    b"/Cert<</Ff 1/Subject[%s]>>" % ISSUER,
    b"/Cert<</Ff 2/Issuer[%s]>>" % LEAF,
    b"/Cert<</Ff 4/OID[(1.2.3)]>>",
    b"/Cert<</Ff 8/SubjectDN[<</CN(x)>>]>>",
    b"/Cert<</Ff 32/KeyUsage[(1)]>>",
    b"/Cert<</Ff(x)/OID[(1.2.3)]>>",
    b"/Ff(unreadable)/Reasons[(Pengesahan)]",
]


@pytest.mark.parametrize("entries", MET)
def test_demands_that_are_met(entries: bytes) -> None:
    check(entries)


@pytest.mark.parametrize("entries", UNMET)
def test_demands_that_are_not_met(entries: bytes) -> None:
    with pytest.raises(SeedValueUnmet):
        check(entries)


@pytest.mark.parametrize("entries", [entry.replace(b"/Ff", b"/Gg") for entry in UNMET[:13]])
def test_the_same_as_wishes_stop_nobody(entries: bytes) -> None:
    check(entries)


def test_a_reason_that_must_not_be_given() -> None:
    check(b"/Ff 8/Reasons[(.)]", replace(REQUEST, reason=""))


def test_a_certification_that_is_demanded() -> None:
    check(b"/MDP<</P 2>>", replace(REQUEST, certify=2))
    with pytest.raises(SeedValueUnmet):
        check(b"/MDP<</P 0>>", replace(REQUEST, certify=2))


def test_the_digest_of_the_key_counts() -> None:
    check(b"/Ff 64/DigestMethod[(SHA384)]", algorithm=Algorithm("ecdsa", "sha384"))
