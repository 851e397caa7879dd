"""What other people's software says about a PDF: pdfsig, pyHanko, mutool, OpenSSL, qpdf.

None of it is ours, so that tests do not believe our own reading of our own files.
"""

from __future__ import annotations

import io
import logging
import re
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import pki

TOOL_SECONDS = 60
_FIELD = re.compile(r"- Signature Field Name: (.*)")
_VERDICT = re.compile(r"- Signature Validation: (.*)")


@dataclass(frozen=True)
class Verdict:
    """One tool on one signature. `whole`: it covers the whole file but its own gap."""

    field: str
    valid: bool
    whole: bool
    detail: str = ""


def run(*command: str | Path, seconds: float = TOOL_SECONDS) -> subprocess.CompletedProcess[str]:
    """Run a tool; what it prints is read as latin-1 so that no output can break the reading."""
    return subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        timeout=seconds,
        check=False,
        encoding="latin-1",
    )


@contextmanager
def on_disk(data: bytes) -> Iterator[Path]:
    """A file with these bytes while the block runs."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.pdf"
        path.write_bytes(data)
        yield path


# -- poppler -------------------------------------------------------------------------------------


def poppler_reads(path: Path, password: str = "") -> bool:
    """Whether poppler can read the document at all."""
    given = _poppler_password(password)
    return run("pdfinfo", *given, path).returncode == 0


def _poppler_password(password: str) -> list[str]:
    return ["-upw", password, "-opw", password] if password else []


def pdfsig(path: Path, password: str = "") -> list[Verdict]:
    """Every signature as poppler sees it; certificates are not its business here."""
    given = _poppler_password(password)
    printed = run("pdfsig", "-nocert", *given, path).stdout
    found = []
    for part in re.split(r"^Signature #\d+:", printed, flags=re.M)[1:]:
        field, verdict = _FIELD.search(part), _VERDICT.search(part)
        if "form field is not signed" in part:
            continue
        said = verdict[1].strip() if verdict else "no verdict"
        found.append(
            Verdict(
                field[1].strip() if field else "",
                said == "Signature is Valid.",
                "- Total document signed" in part,
                said,
            )
        )
    return found


# -- pyHanko -------------------------------------------------------------------------------------


def pyhanko_reader(data: bytes, password: str = "", strict: bool = False):  # type: ignore[no-untyped-def]
    """pyHanko's reader, unlocked; in its lenient mode unless it should be strict."""
    from pyhanko.pdf_utils.crypt import AuthStatus
    from pyhanko.pdf_utils.reader import PdfFileReader

    reader = PdfFileReader(io.BytesIO(data), strict=strict)
    if reader.encrypted and reader.decrypt(password).status == AuthStatus.FAILED:
        raise ValueError("password")
    return reader


def pyhanko_reads(data: bytes, password: str = "") -> bool:
    """Whether pyHanko reads catalog, pages and signatures of the file. Any exception is a no."""
    try:
        reader = pyhanko_reader(data, password)
        list(reader.embedded_signatures)
        return "/Kids" in reader.root["/Pages"]
    except Exception:
        return False


def pyhanko(data: bytes, password: str = "") -> list[Verdict]:
    """Every signature as pyHanko judges it: integrity, chain to the test root, later changes."""
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    found = []
    for signature in pyhanko_reader(data, password).embedded_signatures:
        context = ValidationContext(trust_roots=[_asn1(pki.root())], allow_fetching=False)
        try:
            status = validate_pdf_signature(signature, context)
        except Exception as error:
            found.append(Verdict(signature.field_name, False, False, repr(error)))
            continue
        whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
        found.append(Verdict(signature.field_name, status.bottom_line, whole, status.summary()))
    return found


def _asn1(certificate):  # type: ignore[no-untyped-def]
    from asn1crypto.x509 import Certificate
    from cryptography.hazmat.primitives.serialization import Encoding

    return Certificate.load(certificate.public_bytes(Encoding.DER))


# -- MuPDF and OpenSSL ---------------------------------------------------------------------------


def mutool(path: Path, password: str = "") -> list[str]:
    """One answer a signature, "" where MuPDF finds the digest right and nothing edited since."""
    given = ["-p", password] if password else []
    printed = run("mutool", "sign", "-v", *given, path).stdout
    parts = printed.split("Verifying signature ")[1:]
    return ["" if "unchanged since signing" in part else part.strip() for part in parts]


def openssl_cms(cms: bytes, covered: bytes) -> str:
    """OpenSSL on the detached CMS and the bytes that it signs: "" where it accepts."""
    from cryptography.hazmat.primitives.serialization import Encoding

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "cms.der").write_bytes(cms)
        (folder / "covered").write_bytes(covered)
        (folder / "root.pem").write_bytes(pki.root().public_bytes(Encoding.PEM))
        done = run(
            "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", folder / "cms.der",
            "-content", folder / "covered", "-CAfile", folder / "root.pem", "-purpose", "any",
            "-out", folder / "out",
        )  # fmt: skip
    return "" if done.returncode == 0 else done.stderr


# -- qpdf ----------------------------------------------------------------------------------------


def qpdf_check(path: Path, password: str = "") -> tuple[int, int]:
    """How bad qpdf finds the file: 0 fine, 1 warnings, 2 errors; and how many warnings."""
    given = [f"--password={password}"] if password else []
    done = run("qpdf", "--check", *given, path)
    rank = {0: 0, 3: 1}.get(done.returncode, 2)
    return rank, done.stderr.count("WARNING") + done.stdout.count("WARNING")


def acceptance(judges: dict[str, Callable[[], list[Verdict]]], field: str) -> dict[str, str]:
    """Which tool does not accept the signature in `field` as valid over the whole file, and why."""
    refused = {}
    for name, judge in judges.items():
        mine = [verdict for verdict in judge() if verdict.field == field]
        if not mine:
            refused[name] = "no such signature"
        elif not (mine[-1].valid and mine[-1].whole):
            refused[name] = mine[-1].detail or "not the whole file"
    return refused
