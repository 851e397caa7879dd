"""Other people's signing programs: pdfsig with NSS, mutool, OpenSSL, and PDFBox in a JVM."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from app.crypto import der
from tests import oracles
from tests.genuine.people import person

PASSPHRASE = "rahasia"
_STREAMED = bytes.fromhex("a0802480")  # [0] and OCTET STRING, both constructed without a length
_JARS = ("pdfbox2", "fontbox2", "commons-logging", "bcprov", "bcutil", "bcpkix")


@cache
def folder() -> Path:
    """For what programs read and write; it is gone when the tests end."""
    made = Path(tempfile.mkdtemp(prefix="teken-genuine-"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


def run(*command: str | Path) -> None:
    """Run a program that must not fail."""
    done = oracles.run(*command)
    assert done.returncode == 0, done.stdout + done.stderr


@cache
def pkcs12(who: str) -> Path:
    """Key and chain; the friendly name is `who`."""
    path = folder() / f"{who}.p12"
    path.write_bytes(person(who).pkcs12(PASSPHRASE, who))
    return path


# -- poppler and NSS -----------------------------------------------------------------------------

NSS_SIGNERS = ("rsa2048", "rsa second", "rsa third")


@cache
def nss() -> str:
    """An NSS database with keys of some people."""
    place = folder() / "nss"
    place.mkdir()
    name = f"sql:{place}"
    run("certutil", "-N", "-d", name, "--empty-password")
    for who in NSS_SIGNERS:
        run("pk12util", "-i", pkcs12(who), "-d", name, "-W", PASSPHRASE, "-K", "")
    return name


def pdfsig(data: bytes, who: str, *options: str) -> bytes:
    """The file with one more signature by poppler; `options` say where."""
    with oracles.on_disk(data) as path:
        target = path.with_name("signed.pdf")
        run("pdfsig", "-nssdir", nss(), "-nick", who, *options, path, target)
        return target.read_bytes()


# -- MuPDF ---------------------------------------------------------------------------------------


def mutool(data: bytes, who: str, *numbers: int) -> bytes:
    """The file with its signature fields signed by MuPDF: those objects, else all."""
    with oracles.on_disk(data) as path:
        target = path.with_name("signed.pdf")
        chosen = [str(number) for number in numbers]
        run("mutool", "sign", "-s", pkcs12(who), "-P", PASSPHRASE, "-o", target, path, *chosen)
        return target.read_bytes()


# -- OpenSSL -------------------------------------------------------------------------------------


def openssl(who: str, *options: str) -> Callable[[bytes], bytes]:
    """What makes the CMS of any bytes."""
    identity = person(who)
    place = folder() / f"openssl-{who}"
    if not place.is_dir():
        place.mkdir()
        key = identity.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (place / "key.pem").write_bytes(key)
        own, *above = (each.public_bytes(Encoding.PEM) for each in identity.certificates)
        (place / "own.pem").write_bytes(own)
        (place / "above.pem").write_bytes(b"".join(above))

    def make(covered: bytes) -> bytes:
        (place / "covered").write_bytes(covered)
        run(
            "openssl", "cms", "-sign", "-binary", "-in", place / "covered", "-outform", "DER",
            "-out", place / "cms", "-signer", place / "own.pem", "-inkey", place / "key.pem",
            "-certfile", place / "above.pem", *options,
        )  # fmt: skip
        made = (place / "cms").read_bytes()
        return _detached(made) if "-stream" in options else made

    return make


def _detached(ber: bytes) -> bytes:
    """What OpenSSL streams carries the content: take it out. No length around it is definite."""
    start = ber.index(_STREAMED)
    end = start + len(_STREAMED)
    while ber[end] == 0x04:
        _, _, end = der.element(ber, end)
    return ber[:start] + ber[end + 4 :]


# -- PDFBox --------------------------------------------------------------------------------------

Job = tuple[str, str, str, Mapping[str, str]]  # what to do, source, who, how


def pdfbox(sources: Mapping[str, bytes], jobs: Mapping[str, Job]) -> dict[str, bytes]:
    """The results of all jobs by name, made by one JVM; a source may be an earlier job."""
    place = folder() / "pdfbox"
    place.mkdir()
    for name, data in sources.items():
        (place / name).write_bytes(data)
    lines = [_line(place, name, *job) for name, job in jobs.items()]
    (place / "jobs").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    path = ":".join(f"/usr/share/java/{jar}.jar" for jar in _JARS)
    program = Path(__file__).with_name("PdfBox.java")
    run(
        "java", f"-Duser.home={place}", "-XX:TieredStopAtLevel=1",
        "-Dorg.apache.commons.logging.Log=org.apache.commons.logging.impl.NoOpLog",
        "-cp", path, program, place / "jobs",
    )  # fmt: skip
    return {name: (place / name).read_bytes() for name in jobs}


def _line(place: Path, name: str, what: str, source: str, who: str, how: Mapping[str, str]) -> str:
    parts: Sequence[object] = (what, place / source, place / name)
    keys = [pkcs12(who)] if what == "sign" else []
    return "\t".join(map(str, [*parts, *keys, *(f"{key}={value}" for key, value in how.items())]))
