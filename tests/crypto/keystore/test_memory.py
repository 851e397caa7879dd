"""What is left of a private key in the memory of a process: nothing once its session is locked."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_der_private_key

from app.crypto.keystore import sealed
from app.crypto.keystore.keyring import KeyringKeystore
from app.model import KeyKind
from app.services.records import FileRecords
from tests import pki
from tests.crypto.keystore.doubles import Clock, MemoryVault

ROOT = Path(__file__).resolve().parents[3]
PIN = "192837"
SIGNER = """
import json, os, sys, time
from datetime import UTC, datetime
from pathlib import Path
from app.crypto.keystore import keyring, sealed
from app.services.records import FileRecords
from tests.crypto.keystore.doubles import MemoryVault

{planted}
vault = MemoryVault()
vault.entries = json.loads(sys.argv[2])
keystore = keyring.KeyringKeystore(
    FileRecords(Path(sys.argv[1])), vault, time.monotonic, os.urandom)
with keystore.unlock("Budi", "192837", [bytes(32)], datetime.now(UTC)):
    print("unlocked", flush=True)
    sys.stdin.readline()
print("locked", flush=True)
sys.stdin.readline()
"""
KEEPER = """
kept, opened = [], sealed.Record.open
def keep(self, secret, pin):
    kept.append(bytes(opened(self, secret, pin)))
    return bytearray(kept[0])

sealed.Record.open = keep
"""
KINDS: tuple[KeyKind, ...] = ("p256", "rsa2048")


@pytest.mark.parametrize(("planted", "left"), [("", False), (KEEPER, True)], ids=["", "planted"])
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_of_the_key_is_left_after_the_session(
    tmp_path: Path, clock: Clock, kind: KeyKind, planted: str, left: bool
) -> None:
    records, vault = FileRecords(tmp_path), MemoryVault()
    keystore = KeyringKeystore(records, vault, clock.monotonic, os.urandom)
    keystore.create("Budi", pki.TALLO, PIN, kind, clock.now)
    number = private_number(records, vault)
    script = SIGNER.replace("{planted}", planted)
    command = [sys.executable, "-c", script, str(tmp_path), json.dumps(vault.entries)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as signer:
        assert signer.stdout is not None
        assert signer.stdin is not None
        assert signer.stdout.readline() == "unlocked\n"
        assert holds(signer.pid, number)
        signer.stdin.write("\n")
        signer.stdin.flush()
        assert signer.stdout.readline() == "locked\n"
        assert holds(signer.pid, number) is left
        signer.stdin.write("\n")


def private_number(records: FileRecords, vault: MemoryVault) -> bytes:
    """Scalar or prime of the only key, big-endian."""
    (name,) = records.list()
    secret = base64.b64decode(vault.entries[f"key {name}"])
    key = load_der_private_key(sealed.parse(records.read(name) or b"").open(secret, PIN), None)
    if isinstance(key, rsa.RSAPrivateKey):
        return key.private_numbers().p.to_bytes(128, "big")
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key.private_numbers().private_value.to_bytes(32, "big")


def holds(pid: int, number: bytes) -> bool:
    """Whether the writable memory of a process has most of the number, in either byte order."""
    pieces = number[4:28], number[::-1][4:28]
    with Path(f"/proc/{pid}/maps").open() as maps, Path(f"/proc/{pid}/mem").open("rb", 0) as memory:
        for line in maps:
            span, rights, *_ = line.split()
            if not rights.startswith("rw"):
                continue
            start, end = (int(edge, 16) for edge in span.split("-"))
            memory.seek(start)
            content = memory.read(end - start)
            if any(piece in content for piece in pieces):
                return True
    return False
