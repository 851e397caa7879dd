"""Delays, damage and names in the keystore, on doubles: where things are kept is not asked here."""

from __future__ import annotations

import base64
import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest

from app import errors
from app.crypto.keystore import keyring as module
from app.crypto.keystore.keyring import KeyringKeystore
from app.crypto.keystore.pin import DELAYS
from app.model import Algorithm
from tests import pki
from tests.crypto.keystore.doubles import Clock, MemoryRecords, MemoryVault

PIN, WRONG = "192837", "192838"
DOCUMENT = sha256(b"surat").digest()


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


@pytest.mark.parametrize("value", [None, "", "{}", '{"failures": -9, "at": 0}', "x", "[" * 9999])
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
