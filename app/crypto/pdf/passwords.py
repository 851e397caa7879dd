"""From a password to the file encryption key of the standard security handler (ISO 32000-2, 7.6.4).

Revisions 2 to 4 rest on MD5 and RC4 (ISO 32000-1, 7.6.3), 5 and 6 on SHA-2 and AES-256.
"""

from __future__ import annotations

import stringprep
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import md5, sha256, sha384, sha512

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

MAX_PASSWORD = 127  # bytes of UTF-8 that revisions 5 and 6 look at (7.6.4.3.3)
_PADDING = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")
# PDFDocEncoding where it differs from latin-1 (ISO 32000-2, Table D.2)
_ACCENTS = "˘ˇˆ˙˝˛˚˜"  # noqa: RUF001 - they are meant
_MARKS = "•†‡…—–ƒ⁄‹›−‰„“”‘’‚™ﬁﬂŁŒŠŸŽıłœšž"  # noqa: RUF001
_PDFDOC = {letter: 0x18 + at for at, letter in enumerate(_ACCENTS)}
_PDFDOC |= {letter: 0x80 + at for at, letter in enumerate(_MARKS)} | {"€": 0xA0}


@dataclass(frozen=True, slots=True)
class Lock:
    """What the encryption dictionary says about passwords. `lengths`: key sizes to try, bytes."""

    revision: int
    lengths: tuple[int, ...]
    owner: bytes  # /O
    user: bytes  # /U
    owner_key: bytes  # /OE
    user_key: bytes  # /UE
    permissions: int  # /P, signed
    file_id: bytes
    encrypt_metadata: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """The file encryption key, and whether it was the owner's password that gave it."""

    key: bytes
    owner: bool


def unlock(lock: Lock, password: str) -> Opened | None:
    """Authenticate as owner, else as user; None where the password is neither's."""
    if lock.revision >= 5:
        spellings = _modern_spellings(password)
        return next(filter(None, (_modern(lock, spelt) for spelt in spellings)), None)
    tries = ((spelt, size) for spelt in _legacy_spellings(password) for size in lock.lengths)
    return next(filter(None, (_legacy(lock, spelt, size) for spelt, size in tries)), None)


# -- revisions 2 to 4 ----------------------------------------------------------------------------


def _legacy(lock: Lock, password: bytes, size: int) -> Opened | None:
    from_owner = _user_password(lock, password, size)  # algorithm 7
    for owner, candidate in ((True, from_owner), (False, password)):
        key = _legacy_key(lock, candidate, size)
        if _legacy_check(lock, key):
            return Opened(key, owner)
    return None


def _legacy_key(lock: Lock, password: bytes, size: int) -> bytes:
    """Algorithm 2: the file encryption key from the user's password."""
    seed = _padded(password) + lock.owner[:32]
    seed += (lock.permissions & 0xFFFFFFFF).to_bytes(4, "little") + lock.file_id
    if lock.revision >= 4 and not lock.encrypt_metadata:
        seed += b"\xff\xff\xff\xff"
    return _rounds(seed, size, lock.revision)


def _rounds(seed: bytes, size: int, revision: int) -> bytes:
    digest = md5(seed, usedforsecurity=False).digest()
    for _ in range(50 if revision >= 3 else 0):
        digest = md5(digest[:size], usedforsecurity=False).digest()
    return digest[:size]


def _user_password(lock: Lock, owner_password: bytes, size: int) -> bytes:
    """Algorithm 7, a and b: /O decrypted with the owner's password is the user's password.

    The rounds of algorithm 3 take the whole digest, unlike those of algorithm 2.
    """
    digest = md5(_padded(owner_password), usedforsecurity=False).digest()
    for _ in range(50 if lock.revision >= 3 else 0):
        digest = md5(digest, usedforsecurity=False).digest()
    return _xored_rc4(digest[:size], lock.owner[:32], _steps(lock)[::-1])


def _legacy_check(lock: Lock, key: bytes) -> bool:
    """Algorithms 4 and 5: what /U must be for this key."""
    if lock.revision == 2:
        return rc4(key, _PADDING) == lock.user[:32]
    start = md5(_PADDING + lock.file_id, usedforsecurity=False).digest()
    return _xored_rc4(key, start, _steps(lock)) == lock.user[:16]


def _steps(lock: Lock) -> range:
    return range(20 if lock.revision >= 3 else 1)


def _xored_rc4(key: bytes, data: bytes, steps: range) -> bytes:
    for step in steps:
        data = rc4(bytes(byte ^ step for byte in key), data)
    return data


def _padded(password: bytes) -> bytes:
    return (password + _PADDING)[:32]


def _legacy_spellings(password: str) -> Iterator[bytes]:
    """PDFDocEncoding as the standard wants it, and UTF-8 as some writers do it."""
    if all(letter in _PDFDOC or ord(letter) < 0x100 for letter in password):
        yield bytes(_PDFDOC.get(letter, ord(letter)) for letter in password)
    if not password.isascii():
        yield password.encode("utf-8", "surrogatepass")


# -- revisions 5 and 6 ---------------------------------------------------------------------------


def _modern(lock: Lock, password: bytes) -> Opened | None:
    """Algorithm 2.A. The owner's hash also covers the first 48 bytes of /U."""
    user = lock.user[:48]
    for owner, check, wrapped, more in (
        (True, lock.owner, lock.owner_key, user),
        (False, lock.user, lock.user_key, b""),
    ):
        if _hash(lock.revision, password, check[32:40], more) == check[:32]:
            intermediate = _hash(lock.revision, password, check[40:48], more)
            return Opened(aes_cbc(intermediate, bytes(16), wrapped[:32], decrypt=True), owner)
    return None


def _hash(revision: int, password: bytes, salt: bytes, more: bytes) -> bytes:
    """Algorithm 2.B; revision 5 (Adobe's extension level 3) is its first step alone."""
    found = sha256(password + salt + more).digest()
    if revision == 5:
        return found
    done = 0
    last = 0
    while done < 64 or last > done - 32:
        block = aes_cbc(found[:16], found[16:32], 64 * (password + found + more))
        # the first 16 bytes as a number modulo 3: 256 is 1 modulo 3, so their sum will do
        found = (sha256, sha384, sha512)[sum(block[:16]) % 3](block).digest()
        last = block[-1]
        done += 1
    return found[:32]


def _modern_spellings(password: str) -> Iterator[bytes]:
    prepared = saslprep(password)
    for spelling in dict.fromkeys((prepared, password)):
        if spelling is not None:
            yield spelling.encode("utf-8", "surrogatepass")[:MAX_PASSWORD]


def saslprep(text: str) -> str | None:
    """RFC 4013 for a stored string; None where the text holds what it prohibits."""
    mapped = "".join(
        " " if stringprep.in_table_c12(letter) else letter
        for letter in text
        if not stringprep.in_table_b1(letter)
    )
    prepared = unicodedata.normalize("NFKC", mapped)
    if any(prohibits(letter) for letter in prepared for prohibits in _PROHIBITED):
        return None
    return prepared if _reads_one_way(prepared) else None


_PROHIBITED: tuple[Callable[[str], bool], ...] = (
    stringprep.in_table_a1, stringprep.in_table_c12, stringprep.in_table_c21_c22,
    stringprep.in_table_c3, stringprep.in_table_c4, stringprep.in_table_c5,
    stringprep.in_table_c6, stringprep.in_table_c7, stringprep.in_table_c8,
    stringprep.in_table_c9,
)  # fmt: skip


def _reads_one_way(text: str) -> bool:
    """RFC 3454, 6: text with a right-to-left letter starts and ends with one and has no others."""
    if not any(map(stringprep.in_table_d1, text)):
        return True
    ends = stringprep.in_table_d1(text[0]) and stringprep.in_table_d1(text[-1])
    return ends and not any(map(stringprep.in_table_d2, text))


# -- ciphers -------------------------------------------------------------------------------------


def rc4(key: bytes, data: bytes) -> bytes:
    """RC4 either way. Odd key sizes (48, 72 ... bits) and builds without RC4 go the slow way."""
    try:
        return Cipher(ARC4(key), mode=None).encryptor().update(data)
    except (ValueError, UnsupportedAlgorithm):
        return _slow_rc4(key, data)


def _slow_rc4(key: bytes, data: bytes) -> bytes:
    state = list(range(256))
    other = 0
    for index in range(256):
        other = (other + state[index] + key[index % len(key)]) & 255
        state[index], state[other] = state[other], state[index]
    out = bytearray(data)
    index = other = 0
    for at, byte in enumerate(data):
        index = (index + 1) & 255
        other = (other + state[index]) & 255
        state[index], state[other] = state[other], state[index]
        out[at] = byte ^ state[(state[index] + state[other]) & 255]
    return bytes(out)


def aes_cbc(key: bytes, vector: bytes, data: bytes, *, decrypt: bool = False) -> bytes:
    """AES-CBC without padding; `data` is whole blocks."""
    cipher = Cipher(AES(key), CBC(vector))
    return (cipher.decryptor() if decrypt else cipher.encryptor()).update(data)
