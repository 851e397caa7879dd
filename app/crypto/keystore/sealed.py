"""The sealed record of a private key: what is in it, how it is wrapped and opened.

    TEKEN KEY 1
    {header: name, keystore, created, person, algorithm, chain, salt}   JSON, one line, in clear
    base64(nonce || AES-256-GCM(private key as PKCS #8 DER))
    HMAC-SHA-256 in hexadecimal

The wrapping key is HKDF(scrypt(PIN) || secret), where `secret` is 32 bytes in the OS keyring: the
record alone cannot be attacked, however short the PIN. The first two lines are the associated data
of GCM: who changes the person, the certificates or the name in clear makes the key unreadable.
The HMAC (by the secret alone) tells a changed record from a wrong PIN before the PIN is counted.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, get_args

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from app.crypto import certificates
from app.crypto.keystore.pin import normalised
from app.model import Algorithm, DigestName, KeyInfo, Person, Scheme

SECRET_BYTES = 32
SALT_BYTES = 16
NONCE_BYTES = 12  # SP 800-38D, 5.2.1.1
TAG_BYTES = 16
MAX_BYTES = 256 * 1024  # of a record; a chain of RSA-4096 certificates takes about 12 KB

# RFC 7914, 2: 32 MiB and about 0.1 s. Bound to the version: a record cannot ask for more or less.
SCRYPT_N, SCRYPT_R, SCRYPT_P = 2**15, 8, 1

_MAGIC = b"TEKEN KEY 1"


@dataclass(frozen=True, slots=True)
class Header:
    """What is known of a key without its PIN. `created` is aware (UTC)."""

    name: str
    keystore: str  # Vault.kind: where its secret lies
    created: datetime
    person: Person
    algorithm: Algorithm
    chain: tuple[bytes, ...] = field(repr=False)
    salt: bytes = field(repr=False)

    def info(self) -> KeyInfo:
        """The header as the screens see it; raises CertificateUnusable."""
        return certificates.key_info(self.name, self.chain, self.algorithm, self.person)


@dataclass(frozen=True, slots=True)
class Record:
    """A record taken apart: `clear` is authenticated by `box` and, with it, by `mac`."""

    header: Header
    clear: bytes
    box: bytes
    mac: bytes

    def is_intact(self, secret: bytes) -> bool:
        """Whether it is byte for byte what `seal` wrote with this secret."""
        return hmac.compare_digest(self.mac, _mac(secret, self.clear, self.box))

    def open(self, secret: bytes, pin: str) -> bytearray:
        """The private key, PKCS #8 DER: overwrite it as soon as it is loaded.

        Raises cryptography's InvalidTag for a wrong PIN.
        """
        nonce, ciphertext = self.box[:NONCE_BYTES], self.box[NONCE_BYTES:]
        opened = bytearray(len(ciphertext) - TAG_BYTES)
        cipher = _cipher(secret, pin, self.header.salt)
        cipher.decrypt_into(nonce, ciphertext, self.clear, opened)
        return opened


def seal(header: Header, private_key: bytes, pin: str, secret: bytes, nonce: bytes) -> bytes:
    """The bytes of a record. `nonce` is fresh and random; `secret` has 32 bytes."""
    clear = _MAGIC + b"\n" + _to_json(header)
    box = nonce + _cipher(secret, pin, header.salt).encrypt(nonce, private_key, clear)
    mac = _mac(secret, clear, box).hex().encode()
    return b"\n".join((clear, base64.b64encode(box), mac, b""))


def parse(data: bytes) -> Record:
    """Take a record apart without opening it; raises ValueError for anything else."""
    if len(data) > MAX_BYTES:
        raise ValueError("too long for a key record")
    magic, header, box, mac, rest = data.split(b"\n")
    if magic != _MAGIC or rest:
        raise ValueError("not a key record")
    clear = magic + b"\n" + header
    try:
        raw = base64.b64decode(box, validate=True)
        return Record(_from_json(header), clear, raw, bytes.fromhex(mac.decode("ascii")))
    except (KeyError, TypeError, AttributeError, RecursionError) as e:
        raise ValueError("not a key record") from e


def _cipher(secret: bytes, pin: str, salt: bytes) -> AESGCM:
    stretched = Scrypt(salt, 32, SCRYPT_N, SCRYPT_R, SCRYPT_P).derive(normalised(pin))
    return AESGCM(_derive(stretched + secret, b"teken key 1: wrap"))


def _mac(secret: bytes, clear: bytes, box: bytes) -> bytes:
    key = _derive(secret, b"teken key 1: record")
    return hmac.digest(key, clear + b"\n" + box, hashlib.sha256)


def _derive(material: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=purpose).derive(material)


def _to_json(header: Header) -> bytes:
    value = {
        "name": header.name,
        "keystore": header.keystore,
        "created": header.created.astimezone(UTC).isoformat(),
        "person": asdict(header.person),
        "algorithm": asdict(header.algorithm),
        "chain": [base64.b64encode(der).decode() for der in header.chain],
        "salt": header.salt.hex(),
    }
    return json.dumps(value).encode("ascii")  # escapes line ends: one line


def _from_json(data: bytes) -> Header:
    value: Any = json.loads(data)
    created = datetime.fromisoformat(_text(value, "created"))
    if created.tzinfo is None:
        raise ValueError("a time without its zone")
    return Header(
        name=_text(value, "name"),
        keystore=_text(value, "keystore"),
        created=created,
        person=Person(**{part: _text(value["person"], part) for part in value["person"]}),
        algorithm=_algorithm(value["algorithm"]),
        chain=tuple(base64.b64decode(der, validate=True) for der in value["chain"]),
        salt=bytes.fromhex(_text(value, "salt")),
    )


def _algorithm(value: Mapping[str, Any]) -> Algorithm:
    algorithm = Algorithm(value["scheme"], value["digest"])
    if algorithm.scheme not in get_args(Scheme) or algorithm.digest not in get_args(DigestName):
        raise ValueError("unknown algorithm")
    return algorithm


def _text(value: Mapping[str, Any], part: str) -> str:
    text = value[part]
    if not isinstance(text, str):
        raise ValueError(f"{part} is not a text")
    return text
