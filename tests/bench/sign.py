"""Signing beside pyHanko, and beside what a hash and a copy of the same file cost."""

from __future__ import annotations

import hashlib
import io
import json
import logging
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from app.crypto import certificates
from app.crypto.keystore.software import SoftwareKey
from app.crypto.sign import sign, sign_file
from app.model import Person, Place, Rect, SignRequest, Stamp
from tests import pki
from tests.bench import Row, above, below, faster, paired, within
from tests.handmade import CATALOG, PAGE, PAGES, stream

ROUNDS, IN_A_ROW = 21, 5
SLIPS = 6000
REQUEST = SignRequest(pki.SIGNED_AT)
PLACE = Place(1, Rect(150, 60, 200, 70))
STAMP = Stamp(pki.TALLO, "https://teken.example/v/abcdefghijklmnopqrstuvwxyz", PLACE)


def slip(number: int = 0) -> bytes:
    """A one-page slip of 2 KB."""
    lines = b"".join(
        b"1 0 0 1 40 %d Tm (Komponen %02d  Rp%d.%03d.000,00) Tj\n"
        % (560 - 18 * n, n, n, number % 1000)
        for n in range(30)
    )
    content = b"BT /F1 9 Tf\n" + lines + b"ET"
    page = PAGE[:-2] + b"/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>"
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    file = io.BytesIO()
    _write(file, [CATALOG, PAGES, page, stream(b"", content), font])
    return file.getvalue()


def _write(file: BinaryIO, objects: Iterable[bytes]) -> None:
    """A file whose objects 1, 2, ... have these bodies, in one table as most programs write it."""
    offsets = []
    file.write(b"%PDF-1.7\n")
    for number, body in enumerate(objects, 1):
        offsets.append(file.tell())
        file.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start, size = file.tell(), len(offsets) + 1
    file.write(b"xref\n0 %d\n0000000000 65535 f\r\n" % size)
    file.writelines(b"%010d 00000 n\r\n" % offset for offset in offsets)
    file.write(b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, start))


def rows() -> Iterator[Row]:
    logging.disable(logging.WARNING)  # pyHanko tells of every font it subsets
    yield from _against_pyhanko()
    with tempfile.TemporaryDirectory() as folder:
        yield _file_to_file(Path(folder))
        yield _memory(Path(folder))
        yield _command(Path(folder))
    yield from _sizes()


def _against_pyhanko() -> Iterator[Row]:
    data = slip()
    for work, name, stamp, bar in (
        ("2 KB slip, P-256, invisible", "p256", None, 30),
        ("2 KB slip, RSA-2048, key preloaded", "rsa2048", None, 20),
        ("2 KB slip, P-256, stamp with QR", "p256", STAMP, 10),
    ):
        key = pki.identity(name).signing_key(deterministic=False)
        ours, peer = _ours(data, key, stamp), _pyhanko(data, name, stamp is not None)
        medians = paired(ours, peer, ROUNDS, in_a_row=IN_A_ROW, clock=time.process_time)
        yield faster(work, medians.ours * 1e3, medians.peer * 1e3, "ms CPU", bar)


def _ours(data: bytes, key: SoftwareKey, stamp: Stamp | None) -> Callable[[], bytes]:
    """Each document has its own link, so that no QR code is drawn twice."""
    dice = random.Random(1)

    def work() -> bytes:
        link = f"https://teken.example/v/{dice.getrandbits(128):032x}"
        mine = replace(stamp, link=link) if stamp else None
        return sign(data, key, replace(REQUEST, stamp=mine))

    return work


def _pyhanko(data: bytes, name: str, stamped: bool) -> Callable[[], object]:
    from asn1crypto import x509
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers
    from pyhanko.stamp import QRStampStyle

    certificate, *issuers = (x509.Certificate.load(der) for der in pki.identity(name).chain)
    signer = _preloaded(pki.identity(name).signing_key(deterministic=False), certificate, issuers)
    metadata = signers.PdfSignatureMetadata(
        field_name="S", subfilter=fields.SigSeedSubFilter.PADES, md_algorithm="sha256"
    )
    style = QRStampStyle(stamp_text="Ditandatangani secara elektronik oleh:\n%(signer)s\n%(ts)s")
    spec = fields.SigFieldSpec("S", box=(150, 60, 350, 130)) if stamped else None
    pdf_signer = signers.PdfSigner(
        metadata, signer, stamp_style=style if stamped else None, new_field_spec=spec
    )
    dice = random.Random(2)

    def work() -> object:
        parameters = {"url": f"https://teken.example/v/{dice.getrandbits(128):032x}"}
        return pdf_signer.sign_pdf(
            IncrementalPdfFileWriter(io.BytesIO(data)),
            appearance_text_params=parameters if stamped else None,
        )

    return work


def _preloaded(key: SoftwareKey, certificate: Any, issuers: list[Any]) -> Any:
    """A pyHanko signer whose key is loaded once: its own loads it for every signature."""
    from pyhanko.sign import signers
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    store = SimpleCertificateStore()
    store.register_multiple(issuers)

    class Preloaded(signers.Signer):
        async def async_sign_raw(
            self,
            data: bytes,
            digest_algorithm: str,
            dry_run: bool = False,
        ) -> bytes:
            return bytes(key.dry_run()) if dry_run else key.sign(data)

    return Preloaded(signing_cert=certificate, cert_registry=store)


# -- files ---------------------------------------------------------------------------------------


def large(path: Path, pages: int, content: int) -> Path:
    """A PDF of random page contents of `content` bytes each, two objects a page."""
    dice = random.Random(3)

    def objects() -> Iterator[bytes]:
        yield CATALOG
        kids = b" ".join(b"%d 0 R" % (3 + 2 * page) for page in range(pages))
        yield b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, kids)
        for page in range(pages):
            yield PAGE[:-2] + b"/Contents %d 0 R>>" % (4 + 2 * page)
            yield stream(b"/Filter/ASCIIHexDecode", dice.randbytes(content))

    with path.open("wb") as file:
        _write(file, objects())
    return path


def _file_to_file(folder: Path) -> Row:
    source = large(folder / "25.pdf", 200, 125_000)
    copy, target = folder / "copy.pdf", folder / "signed.pdf"
    key = pki.identity("p256").signing_key()

    # Both make a new file: ext4 syncs one that is cut to nothing and written again.
    def ours() -> None:
        target.unlink(missing_ok=True)
        with source.open("rb") as original, target.open("x+b") as new:
            sign_file(original, new, key, REQUEST)

    def peer() -> None:
        with source.open("rb") as file:
            hashlib.file_digest(file, "sha256")
        copy.unlink(missing_ok=True)
        shutil.copyfile(source, copy)

    medians = paired(ours, peer, 15)
    work = "25 MB, 200 pages, file to file; peer SHA-256 + copy"
    return within(work, medians.ours * 1e3, medians.peer * 1e3, "ms", 1.5)


_PEAK = """
import sys
from pathlib import Path
from tests import pki
from app.crypto.sign import sign_file
from app.model import SignRequest
with open(sys.argv[1], "rb") as source, open(sys.argv[2], "w+b") as target:
    sign_file(source, target, pki.identity("p256").signing_key(), SignRequest(pki.SIGNED_AT))
for line in Path("/proc/self/status").read_text().splitlines():
    if line.startswith("VmHWM"):
        print(int(line.split()[1]) / 1000)
"""


def _memory(folder: Path) -> Row:
    source = large(folder / "300.pdf", 50_000, 5_800)
    command = [sys.executable, "-c", _PEAK, str(source), str(folder / "big.pdf")]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    size = source.stat().st_size // 1_000_000
    return below(f"{size} MB, 100,000 objects, file to file: peak memory", float(printed), "MB", 90)


def _command(folder: Path) -> Row:
    inputs = folder / "slips"
    inputs.mkdir()
    for number in range(SLIPS):
        (inputs / f"{number:04d}.pdf").write_bytes(slip(number))
    (folder / "key.p12").write_bytes(pki.identity("p256").pkcs12("rahasia"))
    (folder / "passphrase").write_text("rahasia")
    teken = Path(sys.executable).with_name("teken")
    command = [str(teken), "sign", *sorted(path.name for path in inputs.iterdir()), "--json"]
    command += ["--p12", str(folder / "key.p12"), "--passphrase-file", str(folder / "passphrase")]
    command += ["--stamp", "1:150,60,200,70", "--out-dir", str(folder / "signed")]
    home = {**os.environ, "HOME": str(folder), "TEKEN_HOME": str(folder / "home")}
    started = time.perf_counter()
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=inputs, env=home, check=False
    )
    seconds = time.perf_counter() - started
    results = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode or sum(result["ok"] for result in results) != SLIPS:
        raise RuntimeError(f"the command did not sign every slip: {done.stdout[:300]}")
    work = f"{SLIPS} slips folder to folder by the command, stamped, each synced"
    return above(work, SLIPS / seconds, "a second", 200)


def _sizes() -> Iterator[Row]:
    """With one certificate of nearly 700 bytes."""
    person = Person("Maria Yosefina Tallo, S.STP., M.Si.", pki.TALLO.position, "", "", pki.OFFICE)
    key = pki.identity("p256").key
    until = datetime(2060, 1, 1, tzinfo=UTC)
    serial = (1 << 158) + 12345
    certificate = certificates.self_made(key, person, pki.NOT_BEFORE, until, serial)
    mine = SoftwareKey(key, [certificate])
    named = f"certificate of {len(certificate)} bytes"
    plain, stamped = (
        len(sign(slip(), mine, replace(REQUEST, stamp=stamp))) / 1000 for stamp in (None, STAMP)
    )
    yield below(f"appended, invisible P-256, {named}", plain, "KB", 3.5)
    yield below(f"appended, with stamp, {named}", stamped, "KB", 10)
