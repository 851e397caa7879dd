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

from app.crypto.verify.algorithms import Policy
from app.crypto.verify.certificate import Unreadable, load
from app.crypto.verify.trust import Anchor, Purpose, Trust
from app.errors import TrustFileBroken
from app.services import files

BUILT_IN = Path(__file__).resolve().parents[2] / "assets" / "trust"
MAX_FILE = 16 << 20  # bytes
_PEM = re.compile(
    rb"-----BEGIN (CERTIFICATE|X509 CRL)-----([A-Za-z0-9+/=\s]+)-----END \1-----", re.ASCII
)
_FOLDERS: tuple[tuple[str, bool, frozenset[Purpose]], ...] = (
    ("psre", True, frozenset({"signature", "timestamp"})),
    ("timestamp", False, frozenset({"timestamp"})),
)
_EVERYTHING: frozenset[Purpose] = frozenset({"signature", "timestamp"})


def load_trust(own: Path, more: Sequence[Path] = (), built_in: Path = BUILT_IN) -> Trust:
    """Anchors and CRLs from `built_in`, from the person's folder `own` (may be missing) and from
    the files `more`. Raises TrustFileBroken, FileMissing, FileUnreadable."""
    anchors: list[Anchor] = []
    crls: list[bytes] = []
    for folder, certified, purposes in _FOLDERS:
        certificates, _ = _read_all(_files(built_in / folder))
        anchors += (Anchor(each, purposes, certified) for each in certificates)
    certificates, crls = _read_all((*_files(own), *more))
    anchors += (Anchor(each, _EVERYTHING) for each in certificates)
    return Trust(tuple(anchors), crls=tuple(crls), policy=_policy(built_in / "algorithms.toml"))


def _files(folder: Path) -> Iterator[Path]:
    """Certificates and CRLs in a folder, in a fixed order."""
    for path in sorted(folder.glob("*")) if folder.is_dir() else ():
        if path.suffix.lower() in (".pem", ".crt", ".cer", ".der", ".crl"):
            yield path


def _read_all(paths: Iterable[Path]) -> tuple[list[bytes], list[bytes]]:
    certificates: list[bytes] = []
    crls: list[bytes] = []
    for path in paths:
        found = list(_parts(files.read_bytes(path, MAX_FILE), path.suffix.lower() == ".crl"))
        if not found:
            raise TrustFileBroken(name=path.name)
        for is_crl, der in found:
            (crls if is_crl else certificates).append(_checked(der, path, is_crl))
    return certificates, crls


def _parts(data: bytes, named_crl: bool) -> Iterator[tuple[bool, bytes]]:
    """DER values of a file in PEM (several) or DER (one); whether each is a CRL."""
    if b"-----BEGIN" not in data:
        yield named_crl, data
        return
    for kind, text in _PEM.findall(data):
        with suppress(binascii.Error):  # found nothing: the caller says so
            yield kind == b"X509 CRL", base64.b64decode(b"".join(text.split()))


def _checked(der: bytes, path: Path, is_crl: bool) -> bytes:
    """A certificate that nobody can read would silently trust nobody: say so."""
    try:
        if not is_crl:
            load(der)
    except Unreadable as error:
        raise TrustFileBroken(name=path.name) from error
    return der


def _policy(path: Path) -> Policy:
    try:
        return Policy.from_toml(files.read_bytes(path, MAX_FILE))
    except (ValueError, KeyError, TypeError) as error:
        raise TrustFileBroken(name=path.name) from error
