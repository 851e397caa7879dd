"""Keys of this device: each in a sealed record, its wrapping secret in the OS keyring, its PIN in
nobody's memory but the person's.

The PIN guards against a person at an unlocked screen; the keyring against a copied disk. A program
that already runs as the same user can ask the keyring too: no design in user space prevents that.
"""

from __future__ import annotations

import base64
import builtins
import hashlib
import unicodedata
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from threading import RLock
from typing import Protocol, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)

from app import errors
from app.crypto import certificates
from app.crypto.certificates import PrivateKey
from app.crypto.keystore import pkcs12, sealed
from app.crypto.keystore.pin import Attempts, check_strength
from app.crypto.keystore.session import Session
from app.crypto.keystore.software import SoftwareKey, default_algorithm
from app.crypto.keystore.vault import Vault
from app.model import Algorithm, KeyInfo, KeyKind, Person

NAME_LIMIT = 64
VALID_DAYS = 730  # of a certificate of our own: as long as BSrE's
SESSION_SECONDS = 300.0


class Records(Protocol):
    """Named bytes, kept by whoever does the I/O; names are 32 hexadecimal digits."""

    def read(self, name: str) -> bytes | None:
        """The bytes, or None when there is no such record."""

    def write(self, name: str, data: bytes) -> None:
        """Store a new one, all or nothing, durable on return; raises TargetExists."""

    def list(self) -> Sequence[str]:
        """All names."""

    def delete(self, name: str) -> None:
        """Remove; nothing happens when there is no such record."""

    def exclusive(self, name: str) -> AbstractContextManager[None]:
        """One holder at a time of a record that exists, among all processes."""


class KeyringKeystore:
    """Creates, imports, lists, deletes and unlocks the keys of this device.

    `monotonic` (seconds) times sessions, `random` gives n unpredictable bytes. Every method may
    raise KeystoreMissing and KeystoreLocked, and what `records` raises; times are aware.
    """

    def __init__(
        self,
        records: Records,
        vault: Vault,
        monotonic: Callable[[], float],
        random: Callable[[int], bytes],
    ) -> None:
        self._records = records
        self._vault = vault
        self._monotonic = monotonic
        self._random = random
        self._guard = RLock()

    def list(self) -> builtins.list[KeyInfo]:
        """All keys by name, without unlocking: what it says is authenticated only by `unlock`.

        Records that cannot be read are left out; `damaged` names them.
        """
        found = (self._readable(name) for name in self._records.list())
        return sorted((info for info in found if info), key=lambda info: info.name)

    def find(self, name: str) -> KeyInfo:
        """The key of that name as `list` gives it. Raises KeyNotFound, KeyDamaged."""
        record = _record_name(name)
        info = self._readable(record)
        if info is not None:
            return info
        if self._records.read(record) is None:
            raise errors.KeyNotFound(name=name)
        raise errors.KeyDamaged(name=name)

    def damaged(self) -> builtins.list[str]:
        """Records that hold no readable key; `delete` takes these names too."""
        return sorted(name for name in self._records.list() if not self._readable(name))

    def create(
        self,
        name: str,
        person: Person,
        pin: str,
        kind: KeyKind,
        now: datetime,
        algorithm: Algorithm | None = None,
    ) -> KeyInfo:
        """A new key with a certificate of our own: "TIDAK TERSERTIFIKASI - UJI".

        Raises KeyNameNotAllowed, KeyNameTaken, PinTooWeak.
        """
        self._check_new(name, pin)
        key = _generate(kind)
        start = now.replace(minute=0, second=0, microsecond=0)
        end = start + timedelta(days=VALID_DAYS)
        serial = int.from_bytes(self._random(20), "big") >> 1 | 1  # RFC 5280, 4.1.2.2
        chain = (certificates.self_made(key, person, start, end, serial),)
        return self._store(name, pin, now, key, chain, person, algorithm)

    def import_p12(
        self,
        name: str,
        p12: bytes,
        passphrase: str,
        pin: str,
        now: datetime,
        person: Person | None = None,
        algorithm: Algorithm | None = None,
    ) -> KeyInfo:
        """Move a key file into this keystore, chain and all; `person` None: as certified.

        Raises what `create` and `pkcs12.load` raise, and what `certificates.check_usable` does.
        """
        self._check_new(name, pin)
        key, chain = pkcs12.load(p12, passphrase, name)
        certificates.check_usable(chain, algorithm or default_algorithm(key), now)
        person = person or certificates.person_of(chain)
        return self._store(name, pin, now, key, chain, person, algorithm)

    def delete(self, name: str) -> None:
        """Delete a key for good; raises KeyNotFound. Its secret goes first: copies of the record,
        in a backup perhaps, are worthless from then on."""
        record = name if name in self._records.list() else _record_name(name)
        with self._guard:
            if self._records.read(record) is None:
                raise errors.KeyNotFound(name=name)
            self._vault.erase(_secret_entry(record))
            self._vault.erase(_attempts_entry(record))
            self._records.delete(record)

    def unlock(
        self,
        name: str,
        pin: str,
        sha256s: Sequence[bytes],
        now: datetime,
        seconds: float = SESSION_SECONDS,
        count: int | None = None,
    ) -> Session:
        """Open a session for these documents; `count` None: one signature for each of them.

        Raises KeyNotFound, KeyDamaged, PinDelayed (the PIN was not looked at) and WrongPin.
        """
        info, key = self._open(name, pin, now)
        count = len(sha256s) if count is None else count
        return Session(info, key, sha256s, now, seconds, count, self._monotonic)

    def _open(self, name: str, pin: str, now: datetime) -> tuple[KeyInfo, SoftwareKey]:
        record = self._record(name)
        entry = _record_name(name)
        # One attempt at a time, in whichever process: two at once could count as one.
        with self._guard, self._records.exclusive(entry):
            secret = self._secret(name, entry)
            if not record.is_intact(secret):
                raise errors.KeyDamaged(name=name)
            attempts = self._count_first(name, entry, now.timestamp())
            try:
                private_key = record.open(secret, pin)
            except InvalidTag as e:
                raise errors.WrongPin(seconds=attempts.delay) from e
            key = _load(private_key, record.header)
            self._write_attempts(entry, Attempts())
        return record.header.info(), key

    def _count_first(self, name: str, entry: str, now: float) -> Attempts:
        """Count the attempt as wrong before it is made: a kill in the middle is no free try."""
        attempts = self._attempts(name, entry)
        wait = attempts.wait(now)
        if wait and now < attempts.at:  # turned back: the whole delay, from now on
            self._write_attempts(entry, replace(attempts, at=int(now)))
        if wait:
            raise errors.PinDelayed(seconds=wait)
        attempts = attempts.one_more(now)
        self._write_attempts(entry, attempts)
        return attempts

    def _attempts(self, name: str, entry: str) -> Attempts:
        text = self._vault.read(_attempts_entry(entry))
        try:
            return Attempts.from_json(text or "")  # no count is no reason to grant free tries
        except (ValueError, RecursionError) as e:
            raise errors.KeyDamaged(name=name) from e

    def _write_attempts(self, entry: str, attempts: Attempts) -> None:
        self._vault.write(_attempts_entry(entry), attempts.to_json())

    def _secret(self, name: str, entry: str) -> bytes:
        try:
            secret = base64.b64decode(self._vault.read(_secret_entry(entry)) or "", validate=True)
        except ValueError as e:
            raise errors.KeyDamaged(name=name) from e
        if len(secret) != sealed.SECRET_BYTES:
            raise errors.KeyDamaged(name=name)
        return secret

    def _record(self, name: str) -> sealed.Record:
        data = self._records.read(_record_name(name))
        if data is None:
            raise errors.KeyNotFound(name=name)
        try:
            record = sealed.parse(data)
        except ValueError as e:
            raise errors.KeyDamaged(name=name) from e
        if record.header.name != _normalised(name):
            raise errors.KeyDamaged(name=name)
        if record.header.keystore != self._vault.kind:
            raise errors.KeystoreMissing
        return record

    def _readable(self, record_name: str) -> KeyInfo | None:
        data = self._records.read(record_name)
        try:
            info = sealed.parse(data or b"").header.info()
        except (ValueError, errors.KeyFault):
            return None
        return info if _record_name(info.name) == record_name else None

    def _check_new(self, name: str, pin: str) -> None:
        text = _normalised(name)
        if not (0 < len(text) <= NAME_LIMIT and text.isprintable() and text.strip() == text):
            raise errors.KeyNameNotAllowed(limit=NAME_LIMIT)
        if self._records.read(_record_name(name)) is not None:
            raise errors.KeyNameTaken(name=name)
        check_strength(pin)

    def _store(
        self,
        name: str,
        pin: str,
        now: datetime,
        key: PrivateKey,
        chain: tuple[bytes, ...],
        person: Person,
        algorithm: Algorithm | None,
    ) -> KeyInfo:
        algorithm = algorithm or default_algorithm(key)
        SoftwareKey(key, chain, algorithm)  # raises where the three do not fit together
        salt, nonce = self._random(sealed.SALT_BYTES), self._random(sealed.NONCE_BYTES)
        secret = self._random(sealed.SECRET_BYTES)
        header = sealed.Header(
            _normalised(name), self._vault.kind, now, person, algorithm, chain, salt
        )
        private_key = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        data = sealed.seal(header, private_key, pin, secret, nonce)
        entry = _record_name(name)
        with self._guard:
            # The record last: what `list` shows is complete, what a kill leaves is overwritten.
            self._check_new(name, pin)
            self._write_attempts(entry, Attempts())
            self._vault.write(_secret_entry(entry), base64.b64encode(secret).decode())
            try:
                self._records.write(entry, data)
            except errors.TargetExists as e:
                raise errors.KeyNameTaken(name=name) from e
        return header.info()


def _generate(kind: KeyKind) -> PrivateKey:
    if kind == "p256":
        return ec.generate_private_key(ec.SECP256R1())
    if kind == "p384":
        return ec.generate_private_key(ec.SECP384R1())
    return rsa.generate_private_key(65537, int(kind.removeprefix("rsa")))


def _load(private_key: bytearray, header: sealed.Header) -> SoftwareKey:
    """The key, ready to sign; `private_key` is overwritten: no copy is left but the loaded one."""
    # `_store` wrote it and GCM vouches for it: the kind is known, RSA's slow self-check not needed.
    try:
        key = load_der_private_key(private_key, None, unsafe_skip_rsa_key_validation=True)
    finally:
        private_key[:] = bytes(len(private_key))
    return SoftwareKey(cast("PrivateKey", key), header.chain, header.algorithm)


def _normalised(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def _record_name(name: str) -> str:
    """A name that every file system and keyring takes, and that tells nobody who signs."""
    return hashlib.sha256(_normalised(name).encode()).hexdigest()[:32]


def _secret_entry(record: str) -> str:
    return f"key {record}"


def _attempts_entry(record: str) -> str:
    return f"attempts {record}"
