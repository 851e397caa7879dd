"""Signed files that must come out the same, byte for byte: RFC 6979, fixed keys, fixed times.

`python -m tests.golden_sign` rebuilds them.
"""

from __future__ import annotations

from pathlib import Path

from app.crypto.sign import sign
from app.model import SignRequest
from tests import pki
from tests.handmade import packed, table

GOLDEN = Path(__file__).parent / "golden" / "sign"
REQUEST = SignRequest(pki.SIGNED_AT, reason="Persetujuan", location="Kupang")


def golden_files() -> dict[str, bytes]:
    """File name to content. Stamps are left out: their fonts depend on the zlib at hand."""
    plain = table()
    first = plain + sign(plain, pki.identity("p256").signing_key(), REQUEST)
    return {
        "p256-table.pdf": first,
        "p256-then-p384.pdf": first + sign(first, pki.identity("p384").signing_key(), REQUEST),
        "p384-stream.pdf": packed() + sign(packed(), pki.identity("p384").signing_key(), REQUEST),
        "rsa2048-certified.pdf": plain
        + sign(plain, pki.identity("rsa2048").signing_key(), SignRequest(pki.SIGNED_AT, certify=2)),
    }


def main() -> None:
    """Rebuild the golden files."""
    GOLDEN.mkdir(parents=True, exist_ok=True)
    for name, data in golden_files().items():
        (GOLDEN / name).write_bytes(data)


if __name__ == "__main__":
    main()
