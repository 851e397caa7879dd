"""Which authorities are trusted: those built in, those the person added, and some for this once.

`assets/trust/psre` holds authorities that the state recognises: only below them is a signature
certified. Everything else that is added is trusted, and labelled as not certified.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from app.crypto.verify import certificate, crl
from app.crypto.verify.algorithms import Policy
from app.crypto.verify.certificate import Unreadable
from app.crypto.verify.trust import Anchor, Purpose, Trust
from app.errors import TrustFileBroken
from app.services import files

BUILT_IN = Path(__file__).resolve().parents[2] / "assets" / "trust"
MAX_FILE = 16 << 20  # bytes
_BEGIN = b"-----BEGIN "
_PEM = re.compile(rb"-----BEGIN (CERTIFICATE|X509 CRL)-----([A-Za-z0-9+/=\s]+)-----END \1-----")
_SUFFIXES = (".pem", ".crt", ".cer", ".der", ".crl")
_EVERYTHING: frozenset[Purpose] = frozenset({"signature", "timestamp"})
_FOLDERS: tuple[tuple[str, bool, frozenset[Purpose]], ...] = (
    ("psre", True, _EVERYTHING),
    ("timestamp", False, frozenset({"timestamp"})),
)


def load_trust(own: Path, more: Sequence[Path] = (), built_in: Path = BUILT_IN) -> Trust:
    """Anchors and CRLs from `built_in`, from the person's folder `own`, and from the files `more`.

    Folders may be missing. Raises TrustFileBroken, FileMissing, FileUnreadable: half of what
    someone means to trust would be a surprise.
    """
    anchors: list[Anchor] = []
    for folder, certified, purposes in _FOLDERS:
        certificates, _ = _read(_files(built_in / folder))
        anchors += (Anchor(each, purposes, certified) for each in certificates)
    certificates, crls = _read((*_files(own), *more))
    anchors += (Anchor(each, _EVERYTHING) for each in certificates)
    return Trust(tuple(anchors), crls=tuple(crls), policy=_policy(built_in / "algorithms.toml"))


def _files(folder: Path) -> Iterator[Path]:
    """Certificates and CRLs in a folder, in a fixed order."""
    for path in sorted(folder.glob("*")) if folder.is_dir() else ():
        if path.suffix.lower() in _SUFFIXES:
            yield path


def _read(paths: Iterable[Path]) -> tuple[list[bytes], list[bytes]]:
    """The certificates and the CRLs of all files, in DER."""
    certificates: list[bytes] = []
    crls: list[bytes] = []
    for path in paths:
        try:
            for der in _parts(files.read_bytes(path, MAX_FILE)):
                (certificates if _is_certificate(der) else crls).append(der)
        except (Unreadable, binascii.Error) as error:
            raise TrustFileBroken(name=path.name) from error
    return certificates, crls


def _parts(data: bytes) -> list[bytes]:
    """The DER values of a file in PEM, or in DER, which holds one. Raises Unreadable."""
    if _BEGIN not in data:
        return [data]
    blocks = _PEM.findall(data)
    if len(blocks) != data.count(_BEGIN):  # damaged, or something else, such as a private key
        raise Unreadable
    return [base64.b64decode(b"".join(text.split()), validate=True) for _, text in blocks]


def _is_certificate(der: bytes) -> bool:
    """By its content, whatever the file is called; else it is a CRL. Raises Unreadable."""
    with suppress(Unreadable):
        certificate.load(der)
        return True
    crl.load(der)
    return False


def _policy(path: Path) -> Policy:
    try:
        return Policy.from_toml(files.read_bytes(path, MAX_FILE))
    except (ValueError, KeyError, TypeError) as error:
        raise TrustFileBroken(name=path.name) from error
