"""Verifying beside pyHanko with its difference analysis on, and beside what a hash costs."""

from __future__ import annotations

import hashlib
import io
import logging
from collections.abc import Callable, Iterator
from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from app.crypto.keystore.software import SoftwareKey
from app.crypto.sign import sign
from app.crypto.verify import verify
from app.crypto.verify.trust import Anchor, Trust
from app.model import SignRequest
from tests import pki
from tests.bench import Row, faster, paired, within
from tests.bench.sign import slip
from tests.builders import TRAILER, several_pages
from tests.handmade import stream, table

NOW = pki.SIGNED_AT + timedelta(days=1)
SIGNERS = ("p256", "second", "rsa2048", "p384", "third")
PAGES = 200
MEGABYTES = 25


def rows() -> Iterator[Row]:
    logging.disable(logging.WARNING)
    pages = table(several_pages(PAGES), trailer=TRAILER)
    for name, original, rounds in (("2 KB slip", slip(), 41), (f"{PAGES} pages", pages, 11)):
        for count in (1, 5):
            data = signed(original, count)
            medians = _beside_pyhanko(data, count, rounds)
            work = f"{name}, {count} signature{'s' * (count > 1)}, same verdict"
            yield faster(work, medians[0], medians[1], "ms", 4)
    large = heavy()
    once, five = signed(large, 1), signed(large, 5)
    medians = _beside_hash(once)
    work = f"{MEGABYTES} MB, 1 signature; peer SHA-256 of the file"
    yield within(work, *medians, "ms", 1.5)
    medians = _beside_pyhanko(five, 5, 5)
    yield faster(f"{MEGABYTES} MB, 5 signatures, same verdict", *medians, "ms", 3)


def signed(data: bytes, count: int) -> bytes:
    """The file with signatures by several people, one after the other."""
    for name in SIGNERS[:count]:
        key: SoftwareKey = pki.identity(name).signing_key()
        data += sign(data, key, SignRequest(pki.SIGNED_AT))
    return data


def heavy() -> bytes:
    """A file of 200 pages that is mostly pictures, as scans are."""
    objects = several_pages(PAGES)
    first = max(objects) + 1
    noise = hashlib.shake_256(b"heavy").digest(1 << 20)
    pictures = {first + index: stream(b"", noise) for index in range(MEGABYTES)}
    return table({**objects, **pictures}, trailer=TRAILER)


def crls() -> tuple[bytes, ...]:
    """Nobody is revoked."""
    issuers = ((pki.ROOT_NAME, pki.ec_key(1001)), (pki.ISSUING_NAME, pki.ec_key(1002)))
    return tuple(
        x509.CertificateRevocationListBuilder()
        .issuer_name(name)
        .last_update(NOW - timedelta(hours=2))
        .next_update(NOW + timedelta(days=7))
        .add_extension(x509.CRLNumber(1), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), False)
        .sign(key, hashes.SHA256())
        .public_bytes(Encoding.DER)
        for name, key in issuers
    )


def _beside_pyhanko(data: bytes, count: int, rounds: int) -> tuple[float, float]:
    given = crls()
    ours, peer = _ours(data, given), _pyhanko(data, count, given)
    if not (ours() and peer()):
        raise RuntimeError("the two do not agree that the file is valid")
    medians = paired(ours, peer, rounds, in_a_row=3)
    return medians.ours * 1e3, medians.peer * 1e3


def _beside_hash(data: bytes) -> tuple[float, float]:
    medians = paired(_ours(data, crls()), lambda: hashlib.sha256(data).digest(), 15)
    return medians.ours * 1e3, medians.peer * 1e3


def _ours(data: bytes, given: tuple[bytes, ...]) -> Callable[[], bool]:
    trust = Trust((Anchor(pki.root().public_bytes(Encoding.DER)),), crls=given)
    return lambda: verify(data, trust, NOW).name == "valid"


def _pyhanko(data: bytes, count: int, given: tuple[bytes, ...]) -> Callable[[], bool]:
    from asn1crypto.x509 import Certificate
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    root, issuing = (
        Certificate.load(each.public_bytes(Encoding.DER)) for each in (pki.root(), pki.issuing())
    )
    context = ValidationContext(
        trust_roots=[root], other_certs=[issuing], crls=list(given), moment=NOW,
        allow_fetching=False, revocation_mode="require",
    )  # fmt: skip

    def work() -> bool:
        reader = PdfFileReader(io.BytesIO(data))
        found = [
            validate_pdf_signature(each, signer_validation_context=context)
            for each in reader.embedded_signatures
        ]
        return len(found) == count and all(each.bottom_line for each in found)

    return work
