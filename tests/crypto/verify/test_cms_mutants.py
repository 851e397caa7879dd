"""A changed CMS is refused, unless it still says the same: nothing that was signed, nothing that is
relied on, can be changed in a single byte.

What may change are the version of the SignedData, the spelling of the issuer (case, spaces, string
type) by which the certificate is looked for, and lengths where BER has several for one value.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.crypto.verify import signature, tokens
from app.crypto.verify.algorithms import Policy
from app.crypto.verify.reasons import Failure
from app.crypto.verify.revocation import Evidence
from app.crypto.verify.signed_data import SignedData, read
from app.crypto.verify.trust import Anchor, Trust
from tests import pki
from tests.crypto.verify import authorities, cms_maker, token_maker
from tests.crypto.verify.cms_maker import DOCUMENT, indefinite

ROOT = authorities.root()
TIME = token_maker.authority()
PEOPLE = {"ec": authorities.signer(ROOT), "rsa": ROOT.issue(pki.name_of("R"), pki.rsa_key(2048))}


@cache
def samples() -> dict[str, bytes]:
    """Each carries the signer's certificate only: the others are nobody's business in check 2."""
    plain = cms_maker.made(PEOPLE["ec"])
    made = {
        "DER": plain,
        "PSS": cms_maker.made(PEOPLE["rsa"], "sha384", 48),
        "both references": plain.having(
            cms_maker.old_reference(PEOPLE["ec"].der, cms_maker.issuer_serial(PEOPLE["ec"].der))
        ),
        "token": token_maker.token(TIME),
    }
    found = {name: replace(each, certificates=each.certificates[:1]) for name, each in made.items()}
    written = {name: each.der() for name, each in found.items()}
    certificate = PEOPLE["ec"].der
    written["BER"] = indefinite(written["DER"]).replace(indefinite(certificate), certificate)
    assert written["BER"].startswith(b"\x30\x80")
    return written


def judge(value: bytes) -> SignedData | None:
    """What it says, if it is accepted. Fails on anything but a Failure."""
    try:
        signed = read(value)
        if signed.content is not None:
            _judge_token(signed)
        else:
            _judge_document(signed)
    except Failure:
        return None
    return replace(signed, size=0)


def _judge_document(signed: SignedData) -> None:
    signer = signature.find_signer(signed, (), mandatory=True)
    signature.check(signed, signer, hashlib.new(signed.digest, DOCUMENT).digest())
    signature.check_strength(signed, signer, Policy.default(), pki.SIGNED_AT, True)


def _judge_token(signed: SignedData) -> None:
    def imprint(name: str) -> bytes:
        return hashlib.new(name, token_maker.STAMPED).digest()

    trust, at = Trust((Anchor(TIME.der),)), token_maker.STAMPED_AT
    tokens.check(signed, imprint, (), Evidence(), trust, at, True)


def mutants(value: bytes) -> Iterator[bytes]:
    """Each bit of each byte flipped, and each byte cleared."""
    for at, byte in enumerate(value):
        for other in {byte ^ 1 << bit for bit in range(8)} | {0} - {byte}:
            yield value[:at] + bytes([other]) + value[at + 1 :]


@pytest.mark.parametrize("name", ["DER", "BER", "PSS", "both references", "token"])
def test_every_byte_counts(name: str) -> None:
    value = samples()[name]
    said = judge(value)
    assert said is not None
    for mutant in mutants(value):
        assert judge(mutant) in (None, said), mutant.hex()


@pytest.mark.parametrize("name", ["DER", "BER", "token"])
def test_every_cut_is_noticed(name: str) -> None:
    value = samples()[name]
    for length in range(len(value)):
        assert judge(value[:length]) is None


@given(st.data())
def test_splices(data: st.DataObject) -> None:
    """Parts doubled, dropped, moved or taken from another signature."""
    name = data.draw(st.sampled_from(sorted(samples())))
    value = samples()[name]
    other = data.draw(st.sampled_from(sorted(samples().values())))
    start, end = sorted(data.draw(st.integers(0, len(value))) for _ in range(2))
    first, last = sorted(data.draw(st.integers(0, len(other))) for _ in range(2))
    spliced = value[:start] + other[first:last] + value[end:]
    said = judge(spliced)
    assert said in (None, *map(judge, samples().values()))
