"""Validation data in all the shapes that ISO 32000-2, 12.8.4.3 allows, written by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache, partial

from app.crypto.pdf.document import PdfFile
from app.crypto.pdf.objects import Name
from tests import pki
from tests.builders import TRAILER, form
from tests.genuine.hanko import sealed, signed
from tests.genuine.people import bare_trust, person
from tests.genuine.table import SEAL, By, Family
from tests.handmade import stream, table

FAMILY = Family("DSS by hand")
Shape = Callable[[int, bytes], dict[int, bytes]]  # the objects of a store from a number on


@cache
def _once() -> bytes:
    return signed(form("form by reference").data, "p256", "B-T")


def _evidence(first: int) -> tuple[dict[int, bytes], bytes, bytes]:
    """Streams, and the references to certificates and to lists."""
    pool = dict.fromkeys((*person("p256").chain, *person("tsa").chain))
    certificates = {first + at: stream(b"", der) for at, der in enumerate(pool)}
    after = first + len(certificates)
    lists = {after + at: stream(b"", der) for at, der in enumerate(pki.clean_crls())}
    refs = (b" ".join(b"%d 0 R" % number for number in each) for each in (certificates, lists))
    return {**certificates, **lists}, *refs


def _key(data: bytes) -> bytes:
    """The name of a VRI entry: SHA-1 of the signature's whole value, in capitals."""
    start = data.rindex(b"/Contents <") + 11
    value = bytes.fromhex(data[start : data.index(b">", start)].decode())
    return hashlib.sha1(value).hexdigest().upper().encode()  # noqa: S324 - as the standard says


def _direct(first: int, key: bytes) -> dict[int, bytes]:
    streams, certificates, lists = _evidence(first + 1)
    store = b"<</Certs[%s]/CRLs[%s]/OCSPs[]>>" % (certificates, lists)
    return {first: store, **streams}


def _arrays_by_reference(first: int, key: bytes) -> dict[int, bytes]:
    streams, certificates, lists = _evidence(first + 3)
    store = b"<</Type/DSS/Certs %d 0 R/CRLs %d 0 R>>" % (first + 1, first + 2)
    return {
        first: store, first + 1: b"[%s]" % certificates, first + 2: b"[%s]" % lists, **streams,
    }  # fmt: skip


def _entry_direct(first: int, key: bytes) -> dict[int, bytes]:
    streams, certificates, lists = _evidence(first + 1)
    entry = b"<</Type/VRI/Cert[%s]/CRL[%s]/TU(D:20261102020000Z)>>" % (certificates, lists)
    store = b"<</Certs[%s]/CRLs[%s]/VRI<</%s%s>>>>" % (certificates, lists, key, entry)
    return {first: store, **streams}


def _entry_by_reference(first: int, key: bytes) -> dict[int, bytes]:
    streams, certificates, lists = _evidence(first + 3)
    return {
        first: b"<</Certs[%s]/CRLs[%s]/VRI %d 0 R>>" % (certificates, lists, first + 1),
        first + 1: b"<</%s %d 0 R>>" % (key, first + 2),
        first + 2: b"<</Cert[%s]/CRL[%s]>>" % (certificates, lists),
        **streams,
    }


def _only_in_the_entry(first: int, key: bytes) -> dict[int, bytes]:
    streams, certificates, lists = _evidence(first + 1)
    store = b"<</VRI<</%s<</Cert[%s]/CRL[%s]>>>>>>" % (key, certificates, lists)
    return {first: store, **streams}


SHAPES: dict[str, Shape] = {
    "arrays direct": _direct,
    "arrays by reference": _arrays_by_reference,
    "VRI direct": _entry_direct,
    "VRI by reference": _entry_by_reference,
    "all in the VRI": _only_in_the_entry,
}


def _stored(shape: Shape, direct: bool = False) -> bytes:
    """The signed file with a store in a revision of its own."""
    data = _once()
    pdf = PdfFile(data)
    size = pdf.trailer[Name("Size")]
    assert isinstance(size, int)
    objects = shape(size, _key(data))
    store = objects.pop(size) if direct else b" %d 0 R" % size
    body = data[data.rindex(b"\n%d 0 obj" % pdf.root.number) + 1 :]
    catalog = body[body.index(b"<<") : body.index(b"endobj")].strip()
    objects[pdf.root.number] = catalog[:-2] + b"/DSS%s>>" % store
    return table(objects, before=data, trailer=TRAILER, size=size + len(objects) + 1)


for _name, _shape in SHAPES.items():
    FAMILY.add(_name, partial(_stored, _shape), By("p256", "B-LT"), trust=bare_trust)
    FAMILY.add(
        f"{_name}, sealed",
        lambda shape=_shape: sealed(_stored(shape)),
        By("p256", "B-LTA"), SEAL,
        trust=bare_trust,
    )  # fmt: skip
    FAMILY.add(
        f"{_name}, in the catalog itself",
        partial(_stored, _shape, direct=True),
        By("p256", "B-LT"),
        trust=bare_trust,
    )


@FAMILY.file(By("p256", "B-LTA"), SEAL, By("rsa2048", "B-LTA"), SEAL, trust=bare_trust)
def grown_by_a_second_signer() -> bytes:
    return signed(sealed(_stored(_arrays_by_reference)), "rsa2048", "B-LTA", minutes=20)
