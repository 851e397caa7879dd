"""Keys of the device on a real Secret Service; the delays alone on a double."""

from __future__ import annotations

import base64
import gc
import itertools
import os
import secrets
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from app import errors
from app.crypto.keystore import keyring as module
from app.crypto.keystore import sealed
from app.crypto.keystore.keyring import KeyringKeystore
from app.crypto.keystore.pin import DELAYS
from app.crypto.keystore.vault import VALUE_LIMIT, OsVault
from app.model import Algorithm, KeyKind
from app.services.records import FileRecords
from tests import pki, secret_service
from tests.contracts.signing_key import NewKey, SigningKeyContract, verify
from tests.crypto.keystore.doubles import Clock, MemoryRecords, MemoryVault
from tests.crypto.keystore.test_vault import drops_connections

PIN, WRONG = "192837", "192838"
DOCUMENT = sha256(b"surat").digest()
ROOT = Path(__file__).parents[3]


class TestCreatedKey(SigningKeyContract):
    tries = 30
    kind: KeyKind = "p256"

    @pytest.fixture
    def new_key(self, keystore: KeyringKeystore, clock: Clock) -> NewKey:
        keystore.create("Budi", pki.TALLO, PIN, self.kind, clock.now)
        return self.unlocked(keystore, clock)

    def unlocked(self, keystore: KeyringKeystore, clock: Clock) -> NewKey:
        hashes = [secrets.token_bytes(32) for _ in range(self.tries + 1)]
        session = keystore.unlock("Budi", PIN, hashes, clock.now)
        pool = itertools.count()
        return lambda: session.key_for(hashes[next(pool)])


class TestCreatedP384(TestCreatedKey):
    kind = "p384"


class TestCreatedRsa(TestCreatedKey):
    kind = "rsa2048"


class TestImportedKey(TestCreatedKey):
    @pytest.fixture
    def new_key(self, keystore: KeyringKeystore, clock: Clock) -> NewKey:
        p12 = pki.identity("rsa3072").pkcs12("rahasia")
        keystore.import_p12("Budi", p12, "rahasia", PIN, clock.now)
        return self.unlocked(keystore, clock)


# -- on a real Secret Service ------------------------------------------------------------------


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


# -- delays and damage, on doubles -------------------------------------------------------------


@pytest.fixture
def vault() -> MemoryVault:
    return MemoryVault()


@pytest.fixture
def records() -> MemoryRecords:
    return MemoryRecords()


@pytest.fixture
def quick(
    vault: MemoryVault, records: MemoryRecords, clock: Clock, fast_scrypt: None
) -> KeyringKeystore:
    keystore = KeyringKeystore(records, vault, clock.monotonic, os.urandom)
    keystore.create("Budi", pki.TALLO, PIN, "p256", clock.now)
    return keystore


def attempt(keystore: KeyringKeystore, clock: Clock, pin: str = WRONG) -> int:
    """Seconds that the refusal tells to wait."""
    with pytest.raises((errors.WrongPin, errors.PinDelayed)) as caught:
        keystore.unlock("Budi", pin, [DOCUMENT], clock.now)
    return int(str(caught.value.details["seconds"]))


def test_the_delay_grows_and_the_right_pin_ends_it(quick: KeyringKeystore, clock: Clock) -> None:
    for expected in (0, 0, 0, *DELAYS, DELAYS[-1]):
        assert attempt(quick, clock) == expected
        if expected:
            clock.wait(expected - 1)
            assert attempt(quick, clock, PIN) == 1  # the PIN was not looked at
            clock.wait(1)
    assert quick.unlock("Budi", PIN, [DOCUMENT], clock.now)
    assert attempt(quick, clock) == 0


def test_a_clock_turned_back_does_not_shorten_the_delay(
    quick: KeyringKeystore, clock: Clock
) -> None:
    for _ in range(4):
        attempt(quick, clock)
    clock.wait(20)
    clock.wall -= timedelta(days=365)
    assert attempt(quick, clock, PIN) == 30  # all of it, from now on
    clock.wait(29)
    assert attempt(quick, clock, PIN) == 1
    clock.wait(1)
    assert quick.unlock("Budi", PIN, [DOCUMENT], clock.now)


def test_attempts_side_by_side_are_counted_one_by_one(quick: KeyringKeystore, clock: Clock) -> None:
    def work(number: int) -> str:
        try:
            quick.unlock("Budi", f"{WRONG}{number}", [DOCUMENT], clock.now)
        except errors.KeyFault as error:
            return type(error).__name__
        return "unlocked"

    with ThreadPoolExecutor(8) as pool:
        found = Counter(pool.map(work, range(24)))
    assert found == {"WrongPin": 4, "PinDelayed": 20}


@pytest.mark.parametrize("value", [None, "", "{}", '{"failures": -9, "at": 0}', "x"])
def test_a_lost_count_gives_no_free_tries(
    quick: KeyringKeystore, vault: MemoryVault, clock: Clock, value: str | None
) -> None:
    entry = f"attempts {module._record_name('Budi')}"
    vault.entries.pop(entry)
    if value is not None:
        vault.entries[entry] = value
    with pytest.raises(errors.KeyDamaged):
        quick.unlock("Budi", PIN, [DOCUMENT], clock.now)


@pytest.mark.parametrize("value", [None, "", "AAAA", "%%%%", base64.b64encode(bytes(32)).decode()])
def test_a_lost_secret_is_damage_and_costs_no_attempt(
    quick: KeyringKeystore, vault: MemoryVault, clock: Clock, value: str | None
) -> None:
    entry = f"key {module._record_name('Budi')}"
    vault.entries.pop(entry)
    if value is not None:
        vault.entries[entry] = value
    vault.writes.clear()
    with pytest.raises(errors.KeyDamaged):
        quick.unlock("Budi", PIN, [DOCUMENT], clock.now)
    assert vault.writes == []


@pytest.mark.parametrize("place", [0, 20, 300, -100, -2])
def test_a_changed_record_is_damage_and_costs_no_attempt(
    quick: KeyringKeystore, records: MemoryRecords, vault: MemoryVault, clock: Clock, place: int
) -> None:
    name = module._record_name("Budi")
    changed = bytearray(records.files[name])
    changed[place] ^= 3
    records.files[name] = bytes(changed)
    vault.writes.clear()
    with pytest.raises((errors.KeyDamaged, errors.KeystoreMissing)):
        quick.unlock("Budi", PIN, [DOCUMENT], clock.now)
    assert vault.writes == []


def test_a_damaged_record_hides_no_other_and_can_be_deleted(
    quick: KeyringKeystore, records: MemoryRecords, clock: Clock
) -> None:
    quick.create("Wati", pki.NDUN, PIN, "p256", clock.now)
    name = module._record_name("Budi")
    records.files[name] = b"damaged"
    assert [info.name for info in quick.list()] == ["Wati"]
    assert quick.damaged() == [name]
    quick.delete(name)
    assert quick.damaged() == []


def test_a_record_under_the_name_of_another_is_damage(
    quick: KeyringKeystore, records: MemoryRecords, clock: Clock
) -> None:
    quick.create("Wati", pki.NDUN, PIN, "p256", clock.now)
    budi, wati = module._record_name("Budi"), module._record_name("Wati")
    records.files[wati] = records.files[budi]
    assert quick.damaged() == [wati]
    with pytest.raises(errors.KeyDamaged):
        quick.unlock("Wati", PIN, [DOCUMENT], clock.now)


def test_a_key_is_not_looked_for_in_another_keystore(
    quick: KeyringKeystore, vault: MemoryVault, clock: Clock
) -> None:
    vault.kind = "another"  # type: ignore[misc]
    with pytest.raises(errors.KeystoreMissing):
        quick.unlock("Budi", PIN, [DOCUMENT], clock.now)


@pytest.mark.parametrize("name", ["", " Budi", "Budi ", "a\nb", "a\u202eb", "x" * 65])
def test_names_that_cannot_be_shown_are_refused(
    quick: KeyringKeystore, clock: Clock, name: str
) -> None:
    with pytest.raises(errors.KeyNameNotAllowed):
        quick.create(name, pki.TALLO, PIN, "p256", clock.now)


def test_names_are_unique_however_they_are_composed(quick: KeyringKeystore, clock: Clock) -> None:
    quick.create("Ren\u00e9", pki.TALLO, PIN, "p256", clock.now)
    with pytest.raises(errors.KeyNameTaken):
        quick.create("Rene\u0301", pki.TALLO, PIN, "p256", clock.now)
    assert quick.unlock("Rene\u0301", PIN, [DOCUMENT], clock.now)


def test_a_name_taken_by_another_process_in_between_is_not_replaced(
    quick: KeyringKeystore, records: MemoryRecords, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = dict(records.files)
    monkeypatch.setattr(records, "read", lambda name: None)
    with pytest.raises(errors.KeyNameTaken):
        quick.create("Budi", pki.NDUN, PIN, "p256", clock.now)
    assert records.files == before


def test_a_weak_pin_makes_no_key(
    quick: KeyringKeystore, records: MemoryRecords, clock: Clock
) -> None:
    with pytest.raises(errors.PinTooWeak):
        quick.create("Wati", pki.TALLO, "123456", "p256", clock.now)
    assert len(records.files) == 1


def test_an_algorithm_that_the_key_cannot_do_makes_no_key(
    quick: KeyringKeystore, clock: Clock
) -> None:
    with pytest.raises(errors.KeyUnsupported):
        quick.create("Wati", pki.TALLO, PIN, "p256", clock.now, Algorithm("rsa-pss"))


def test_a_session_for_fewer_signatures_than_documents(
    quick: KeyringKeystore, clock: Clock
) -> None:
    other = sha256(b"lain").digest()
    session = quick.unlock("Budi", PIN, [DOCUMENT, other], clock.now, seconds=10, count=1)
    assert (session.remaining().count, session.remaining().seconds) == (1, 10)
    session.key_for(other).sign(b"")
    with pytest.raises(errors.SessionEnded):
        session.key_for(DOCUMENT)


def test_a_person_of_any_length_gets_a_certificate(quick: KeyringKeystore, clock: Clock) -> None:
    person = replace(pki.TALLO, name="N" * 200, position="é" * 100, organisation="")
    made = quick.create("Panjang", person, PIN, "p256", clock.now)
    assert made.person == person
    assert len(made.chain[0]) <= 700
