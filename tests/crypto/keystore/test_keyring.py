"""Keys of the device on a real Secret Service."""

from __future__ import annotations

import base64
import gc
import itertools
import os
import secrets
import subprocess
import sys
from collections import Counter
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from app import errors
from app.crypto.keystore import keyring as module
from app.crypto.keystore import sealed
from app.crypto.keystore.keyring import KeyringKeystore
from app.crypto.keystore.vault import VALUE_LIMIT, OsVault
from app.model import Algorithm, KeyKind
from app.services.records import FileRecords
from tests import pki, secret_service
from tests.contracts.signing_key import NewKey, SigningKeyContract, verify
from tests.crypto.keystore.doubles import Clock
from tests.crypto.keystore.test_vault import drops_connections

PIN, WRONG = "192837", "192838"
DOCUMENT = sha256(b"surat").digest()
ROOT = Path(__file__).parents[3]
CREATED: tuple[KeyKind, ...] = ("p256", "p384", "rsa2048")


@pytest.fixture(scope="module")
def new_keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, NewKey]:
    """Of each kind of key in a real keystore: keys for one signature, from one long session."""
    with secret_service.secret_service() as environment, pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        clock, folder = Clock(), tmp_path_factory.mktemp("keys")
        keystore = KeyringKeystore(
            FileRecords(folder), OsVault.find(), clock.monotonic, secrets.token_bytes
        )
        for kind in CREATED:
            keystore.create(kind, pki.TALLO, PIN, kind, clock.now)
        p12 = pki.identity("rsa3072").pkcs12("rahasia")
        keystore.import_p12("imported", p12, "rahasia", PIN, clock.now)
        return {info.name: unlocked(keystore, info.name, clock) for info in keystore.list()}


def unlocked(keystore: KeyringKeystore, name: str, clock: Clock) -> NewKey:
    hashes = [secrets.token_bytes(32) for _ in range(1000)]
    session = keystore.unlock(name, PIN, hashes, clock.now)
    pool = itertools.count()
    return lambda: session.key_for(hashes[next(pool)])


@pytest.mark.parametrize("made", [*CREATED, "imported"])
class TestKeyOfTheKeystore(SigningKeyContract):
    @pytest.fixture
    def new_key(self, new_keys: dict[str, NewKey], made: str) -> NewKey:
        return new_keys[made]


def test_a_new_key_is_listed_with_its_person_and_labelled(
    keystore: KeyringKeystore, clock: Clock
) -> None:
    made = keystore.create("Budi", pki.TALLO, PIN, "p256", clock.now)
    assert keystore.list() == [made]
    assert (made.name, made.person, made.algorithm) == ("Budi", pki.TALLO, Algorithm("ecdsa"))
    assert made.self_made
    assert made.not_before <= clock.now <= made.not_after
    assert len(made.chain[0]) <= 700


def test_keys_outlive_the_program(keystore: KeyringKeystore, folder: Path, clock: Clock) -> None:
    keystore.create("Wati", pki.NDUN, PIN, "p256", clock.now)
    keystore.create("Budi", pki.TALLO, PIN, "p256", clock.now)
    again = KeyringKeystore(FileRecords(folder), OsVault.find(), clock.monotonic, os.urandom)
    assert [info.name for info in again.list()] == ["Budi", "Wati"]
    key = again.unlock("Budi", PIN, [DOCUMENT], clock.now).key_for(DOCUMENT)
    verify(key.chain[0], key.algorithm, key.sign(b"surat"), b"surat")


def test_a_key_file_is_moved_in_with_its_chain(keystore: KeyringKeystore, clock: Clock) -> None:
    identity = pki.identity("rsa2048")
    made = keystore.import_p12("PSrE", identity.pkcs12("rahasia"), "rahasia", PIN, clock.now)
    assert made.chain == identity.chain
    assert made.algorithm == Algorithm("rsa-pkcs1")
    assert (made.person.name, made.person.position) == (pki.TALLO.name, pki.TALLO.position)
    assert not made.self_made


def test_an_imported_key_takes_the_person_and_algorithm_it_is_given(
    keystore: KeyringKeystore, clock: Clock
) -> None:
    p12 = pki.identity("rsa2048").pkcs12("rahasia")
    made = keystore.import_p12(
        "PSrE", p12, "rahasia", PIN, clock.now, pki.TALLO, Algorithm("rsa-pss", "sha512")
    )
    assert (made.person, made.algorithm.scheme) == (pki.TALLO, "rsa-pss")
    key = keystore.unlock("PSrE", PIN, [DOCUMENT], clock.now).key_for(DOCUMENT)
    verify(key.chain[0], Algorithm("rsa-pss", "sha512"), key.sign(b"x"), b"x")


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("expired", errors.CertificateExpired),
        ("not_yet_valid", errors.CertificateNotYetValid),
        ("wrong_usage", errors.CertificateUnusable),
        ("ca_as_leaf", errors.CertificateUnusable),
        ("unknown_critical", errors.CertificateUnusable),
    ],
)
def test_a_key_file_that_could_not_sign_is_not_taken_in(
    keystore: KeyringKeystore, clock: Clock, name: str, fault: type[errors.KeyFault]
) -> None:
    with pytest.raises(fault):
        keystore.import_p12("PSrE", pki.identity(name).pkcs12("x"), "x", PIN, clock.now)
    assert keystore.list() == []


def test_a_deleted_key_is_gone_from_both_places(
    keystore: KeyringKeystore, folder: Path, clock: Clock
) -> None:
    keystore.create("Budi", pki.TALLO, PIN, "p256", clock.now)
    record = module._record_name("Budi")
    kept = (folder / f"{record}.key").read_bytes()
    keystore.delete("Budi")
    assert keystore.list() == []
    assert list(folder.iterdir()) == []
    with pytest.raises(errors.KeyNotFound):
        keystore.unlock("Budi", PIN, [DOCUMENT], clock.now)
    with pytest.raises(errors.KeyNotFound):
        keystore.delete("Budi")
    (folder / f"{record}.key").write_bytes(kept)  # from a backup: its secret is gone
    with pytest.raises(errors.KeyDamaged):
        keystore.unlock("Budi", PIN, [DOCUMENT], clock.now)


def test_neither_place_alone_holds_the_key(
    keystore: KeyringKeystore,
    keyring: dict[str, str],
    folder: Path,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module.ec, "generate_private_key", lambda curve: pki.ec_key(4242))
    keystore.create("Budi", pki.TALLO, PIN, "p256", clock.now)
    der = pki.ec_key(4242).private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    scalar = (4242).to_bytes(32, "big")
    stored = b"".join(path.read_bytes() for path in folder.iterdir())
    for line in stored.split(b"\n")[2:3]:
        stored += base64.b64decode(line)
    values = all_values()
    assert len(values) == 2
    for secret in (der, scalar, PIN.encode()):
        assert secret not in stored
        assert not any(secret in value for value in values)
    for value in values:
        assert len(value.decode().encode("utf-16")) < VALUE_LIMIT


def all_values() -> list[bytes]:
    """Everything in the default collection, as any program of this session can read it."""
    from contextlib import closing

    import secretstorage

    with closing(secretstorage.dbus_init()) as connection:
        collection = secretstorage.get_default_collection(connection)
        return [item.get_secret() for item in collection.get_all_items()]


def test_files_are_for_their_owner_only_and_name_nobody(
    keystore: KeyringKeystore, folder: Path, clock: Clock
) -> None:
    keystore.create("Budi Santoso", pki.TALLO, PIN, "p256", clock.now)
    (path,) = folder.iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    assert "budi" not in path.name.lower()


@drops_connections
def test_a_locked_keyring_is_told_and_counts_nothing(
    keystore: KeyringKeystore, keyring: dict[str, str], folder: Path, clock: Clock
) -> None:
    made = keystore.create("Budi", pki.TALLO, PIN, "p256", clock.now)
    secret_service.lock(keyring)
    with pytest.raises(errors.KeystoreLocked):
        keystore.unlock("Budi", PIN, [DOCUMENT], clock.now)
    with pytest.raises(errors.KeystoreLocked):
        keystore.delete("Budi")
    with pytest.raises(errors.KeystoreLocked):
        keystore.create("Wati", pki.NDUN, PIN, "p256", clock.now)
    assert keystore.list() == [made]  # is shown without the keyring
    assert len(list(folder.iterdir())) == 1
    gc.collect()


def test_wrong_pins_are_counted_in_the_keyring(
    keystore: KeyringKeystore, folder: Path, clock: Clock
) -> None:
    keystore.create("Budi", pki.TALLO, PIN, "p256", clock.now)
    seconds = []
    for _ in range(4):
        with pytest.raises(errors.WrongPin) as caught:
            keystore.unlock("Budi", WRONG, [DOCUMENT], clock.now)
        seconds.append(caught.value.details["seconds"])
    assert seconds == [0, 0, 0, 30]
    again = KeyringKeystore(FileRecords(folder), OsVault.find(), clock.monotonic, os.urandom)
    with pytest.raises(errors.PinDelayed):
        again.unlock("Budi", PIN, [DOCUMENT], clock.now)
    clock.wait(30)
    assert again.unlock("Budi", PIN, [DOCUMENT], clock.now)
    with pytest.raises(errors.WrongPin) as caught:
        again.unlock("Budi", WRONG, [DOCUMENT], clock.now)
    assert caught.value.details["seconds"] == 0


KILLED = """
import os, signal, sys, time
from datetime import UTC, datetime
from pathlib import Path
from app.crypto.keystore import sealed
from app.crypto.keystore.keyring import KeyringKeystore
from app.crypto.keystore.vault import OsVault
from app.services.records import FileRecords

def killed(self, secret, pin):
    os.kill(os.getpid(), signal.SIGKILL)

sealed.Record.open = killed
{planted}
records = FileRecords(Path(sys.argv[1]))
keystore = KeyringKeystore(records, OsVault.find(), time.monotonic, os.urandom)
keystore.unlock("Budi", "192838", [bytes(32)], datetime.now(UTC))
"""
PLANTED = """
KeyringKeystore._count_first = (
    lambda self, name, entry, now: self._attempts(name, entry).one_more(now))
"""


def a_kill_in_the_middle_is_counted(
    keystore: KeyringKeystore, folder: Path, clock: Clock, planted: str
) -> None:
    keystore.create("Budi", pki.TALLO, PIN, "p256", clock.now)
    for _ in range(2):
        script = KILLED.replace("{planted}", planted)
        command = [sys.executable, "-c", script, str(folder)]
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
        assert ended.returncode == -9, ended.stderr
    attempts = keystore._attempts("Budi", module._record_name("Budi"))
    assert attempts.failures == 2


def test_a_kill_in_the_middle_of_an_attempt_gives_no_free_try(
    keystore: KeyringKeystore, folder: Path, clock: Clock
) -> None:
    a_kill_in_the_middle_is_counted(keystore, folder, clock, "")


def test_planted_a_count_written_after_the_attempt_is_noticed(
    keystore: KeyringKeystore, folder: Path, clock: Clock
) -> None:
    with pytest.raises(AssertionError, match="failures"):
        a_kill_in_the_middle_is_counted(keystore, folder, clock, PLANTED)


SIDE_BY_SIDE = """
import os, sys, time
from datetime import UTC, datetime
from pathlib import Path
from app import errors
from app.crypto.keystore.keyring import KeyringKeystore
from app.crypto.keystore.vault import OsVault
from app.services.records import FileRecords

original = KeyringKeystore._attempts
def slow(self, name, entry):
    found = original(self, name, entry)
    time.sleep(0.3)
    return found

KeyringKeystore._attempts = slow
{planted}
keystore = KeyringKeystore(
    FileRecords(Path(sys.argv[1])), OsVault.find(), time.monotonic, os.urandom)
print("ready", flush=True)
sys.stdin.readline()
try:
    keystore.unlock("Budi", "192838", [bytes(32)], datetime.now(UTC))
except errors.KeyFault as error:
    print(type(error).__name__)
"""
UNGUARDED = """
from contextlib import nullcontext
FileRecords.exclusive = lambda self, name: nullcontext()
"""


@pytest.mark.parametrize(("planted", "tried"), [("", 4), (UNGUARDED, 6)], ids=["", "planted"])
def test_processes_side_by_side_get_no_more_tries_than_one(
    keystore: KeyringKeystore, folder: Path, clock: Clock, planted: str, tried: int
) -> None:
    """Three free tries and the one that starts the delay, whoever makes them."""
    keystore.create("Budi", pki.TALLO, PIN, "p256", clock.now)
    command = [sys.executable, "-c", SIDE_BY_SIDE.replace("{planted}", planted), str(folder)]
    pipe = subprocess.PIPE
    others = [
        subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) for _ in range(6)
    ]
    for other in others:
        assert other.stdout is not None
        assert other.stdout.readline() == "ready\n"
    for other in others:
        assert other.stdin is not None
        other.stdin.write("\n")
        other.stdin.flush()
    said = Counter(other.communicate()[0].strip() for other in others)
    assert said == Counter({"WrongPin": tried, "PinDelayed": 6 - tried})


def test_the_key_is_loaded_once_for_many_signatures(
    keystore: KeyringKeystore, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    keystore.create("Budi", pki.TALLO, PIN, "p256", clock.now)
    calls: Counter[str] = Counter()
    for owner, name in (
        (module, "load_der_private_key"),
        (sealed, "Scrypt"),
        (OsVault, "read"),
        (x509, "load_der_x509_certificate"),
    ):
        original = getattr(owner, name)
        monkeypatch.setattr(
            owner, name, lambda *a, _n=name, _f=original, **k: (calls.update([_n]), _f(*a, **k))[1]
        )
    hashes = [n.to_bytes(32, "big") for n in range(6000)]
    session = keystore.unlock("Budi", PIN, hashes, clock.now)
    before = dict(calls)
    for document in hashes:
        session.key_for(document).sign(document)
    assert dict(calls) == before
    assert (calls["load_der_private_key"], calls["Scrypt"]) == (1, 1)
