"""The standard security handler: strings and streams of an encrypted file (ISO 32000-2, 7.6).

Passwords and keys are the business of `passwords`; who may sign is read from /P here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import md5
from typing import Literal

from app.crypto.pdf.objects import Dict, Name, Object, Ref, Stream
from app.crypto.pdf.passwords import Lock, aes_cbc, rc4, unlock
from app.errors import DamagedPdf, PasswordNeeded, UnsupportedEncryption, WrongPassword

Method = Literal["Identity", "V2", "AESV2", "AESV3"]
Random = Callable[[int], bytes]
_BLOCK = 16
_METHODS: dict[int, dict[str, Method]] = {
    4: {"V2": "V2", "AESV2": "AESV2"},
    5: {"AESV3": "AESV3"},
}


@dataclass(frozen=True, slots=True)
class Encryption:
    """An encrypted file that was opened. `permissions` is /P as a signed number of 32 bits."""

    key: bytes
    revision: int
    permissions: int
    owner: bool  # opened with the owner's password: /P does not bind
    filters: dict[str, Method]  # crypt filters by name
    strings: Method
    streams: Method
    embedded: Method
    encrypt_metadata: bool

    @classmethod
    def open(cls, encrypt: Dict, file_id: bytes, password: str) -> Encryption:
        """Authenticate with `password`, else with the empty one. `file_id` is the first of /ID.

        `encrypt` is the encryption dictionary, its values resolved. Raises PasswordNeeded,
        WrongPassword, UnsupportedEncryption, DamagedPdf.
        """
        version, revision = _versions(encrypt)
        filters = _crypt_filters(encrypt, version)
        chosen = {key: _chosen(encrypt, key, filters, version) for key in ("StmF", "StrF", "EFF")}
        if chosen["StmF"] == chosen["StrF"] == "Identity":
            raise UnsupportedEncryption(what="only its attachments are encrypted")
        lock = _lock(encrypt, version, revision, file_id, filters)
        opened = unlock(lock, password) or (unlock(lock, "") if password else None)
        if opened is None:
            raise WrongPassword if password else PasswordNeeded
        if revision == 6:
            _check_permissions(encrypt, opened.key, lock.permissions)
        return cls(
            key=opened.key,
            revision=revision,
            permissions=lock.permissions,
            owner=opened.owner,
            filters=filters,
            strings=chosen["StrF"],
            streams=chosen["StmF"],
            embedded=chosen["EFF"],
            encrypt_metadata=lock.encrypt_metadata,
        )

    # -- who may sign (Table 22) -----------------------------------------------------------------

    def _bit(self, position: int) -> bool:
        return bool(self.permissions >> (position - 1) & 1)

    @property
    def may_sign_existing_field(self) -> bool:
        """Bit 6, or from revision 3 on bit 9: fill in existing fields, signature fields too."""
        return self.owner or self._bit(6) or (self.revision >= 3 and self._bit(9))

    @property
    def may_create_field(self) -> bool:
        """Bit 6 together with bit 4: "create or modify interactive form fields"."""
        return self.owner or (self._bit(4) and self._bit(6))

    # -- strings and streams ---------------------------------------------------------------------

    def decrypt_string(self, data: bytes, ref: Ref) -> bytes:
        """A string of object `ref` in the clear. Raises DamagedPdf."""
        return self._decrypt(self.strings, data, ref)

    def encrypt_string(self, data: bytes, ref: Ref, random: Random) -> bytes:
        """A string as it stands in the file, inside object `ref`."""
        return self._encrypt(self.strings, data, ref, random)

    def decrypt_stream(self, data: bytes, ref: Ref, dictionary: Dict) -> bytes:
        """The data of stream `ref`, before its other filters are undone. Raises DamagedPdf."""
        return self._decrypt(self._stream_method(dictionary), data, ref)

    def encrypt_stream(self, data: bytes, ref: Ref, random: Random) -> bytes:
        """The data of a new stream `ref` as it stands in the file."""
        return self._encrypt(self.streams, data, ref, random)

    def decrypt_object(self, value: Object, ref: Ref) -> Object:
        """All strings of indirect object `ref`, however deep; a stream's data is left alone.

        Not for objects out of object streams: those were decrypted with their container.
        """
        return _each_string(value, lambda data: self.decrypt_string(data, ref))

    def encrypt_object(self, value: Object, ref: Ref, random: Random) -> Object:
        """All strings of indirect object `ref`, however deep, as they stand in the file."""
        return _each_string(value, lambda data: self.encrypt_string(data, ref, random))

    def _stream_method(self, dictionary: Dict) -> Method:
        kind = dictionary.get(Name("Type"))
        if kind == "XRef":  # 7.6.2: cross-reference streams are never encrypted
            return "Identity"
        named = _crypt_filter_name(dictionary)
        if named is not None:
            return _method(self.filters, named)
        if kind == "Metadata" and not self.encrypt_metadata:
            return "Identity"
        return self.embedded if kind == "EmbeddedFile" else self.streams

    def _decrypt(self, method: Method, data: bytes, ref: Ref) -> bytes:
        if method == "Identity" or not data:
            return data
        if method == "V2":
            return rc4(self._object_key(method, ref), data)
        if len(data) < _BLOCK or len(data) % _BLOCK:
            raise DamagedPdf(what=f"encrypted data of object {ref.number}")
        plain = aes_cbc(self._object_key(method, ref), data[:_BLOCK], data[_BLOCK:], decrypt=True)
        return _unpadded(plain, ref)

    def _encrypt(self, method: Method, data: bytes, ref: Ref, random: Random) -> bytes:
        if method == "Identity":
            return data
        key = self._object_key(method, ref)
        if method == "V2":
            return rc4(key, data)
        vector = random(_BLOCK)
        missing = _BLOCK - len(data) % _BLOCK
        return vector + aes_cbc(key, vector, data + bytes([missing]) * missing)

    def _object_key(self, method: Method, ref: Ref) -> bytes:
        """Algorithm 1; AES-256 takes the file's key for every object (algorithm 1.A)."""
        if method == "AESV3":
            return self.key
        seed = (
            self.key + ref.number.to_bytes(4, "little")[:3] + ref.generation.to_bytes(2, "little")
        )
        salt = b"sAlT" if method == "AESV2" else b""
        return md5(seed + salt, usedforsecurity=False).digest()[: min(len(self.key) + 5, 16)]


def _unpadded(plain: bytes, ref: Ref) -> bytes:
    if not plain:
        return plain  # a lone initialisation vector: some writers leave the padding block out
    count = plain[-1]
    if not 1 <= count <= _BLOCK:
        raise DamagedPdf(what=f"encrypted data of object {ref.number}")
    return plain[:-count]


def _each_string(value: Object, change: Callable[[bytes], bytes]) -> Object:
    if isinstance(value, bytes):
        return change(value)
    if isinstance(value, list):
        return [_each_string(item, change) for item in value]
    if isinstance(value, Stream):
        # 7.6.2: no string of a cross-reference stream is encrypted
        if value.dictionary.get(Name("Type")) == "XRef":
            return value
        return Stream(_each_entry(value.dictionary, change), value.start)
    return _each_entry(value, change) if isinstance(value, dict) else value


def _each_entry(value: Dict, change: Callable[[bytes], bytes]) -> Dict:
    # 7.6.2: /Contents of a signature dictionary is never encrypted
    signature = Name("ByteRange") in value
    return {
        key: item if signature and key == "Contents" else _each_string(item, change)
        for key, item in value.items()
    }


# -- reading the encryption dictionary (Tables 20, 21, 25, 27) -----------------------------------


def _versions(encrypt: Dict) -> tuple[int, int]:
    """/V and /R of a handler that is known here. Raises UnsupportedEncryption."""
    handler = encrypt.get(Name("Filter"))
    if handler != "Standard":
        raise UnsupportedEncryption(what=f"security handler {str(handler)[:40]}")
    version, revision = _number(encrypt, "V"), _number(encrypt, "R")
    if (version, revision) not in {(1, 2), (1, 3), (2, 2), (2, 3), (4, 4), (5, 5), (5, 6)}:
        raise UnsupportedEncryption(what=f"version {version}, revision {revision}")
    if Name("KDFSalt") in encrypt:  # ISO/TS 32004: goes with /AuthCode in the trailer
        raise UnsupportedEncryption(what="authentication code")
    return version, revision


def _number(encrypt: Dict, key: str) -> int:
    value = encrypt.get(Name(key))
    return value if isinstance(value, int) else 0


def _lock(
    encrypt: Dict, version: int, revision: int, file_id: bytes, filters: dict[str, Method]
) -> Lock:
    size = 48 if revision >= 5 else 32
    permissions = encrypt.get(Name("P"))
    if not isinstance(permissions, int):
        raise DamagedPdf(what="permissions of the encryption dictionary")
    return Lock(
        revision=revision,
        lengths=_key_lengths(encrypt, version, revision, filters),
        owner=_bytes(encrypt, "O", size),
        user=_bytes(encrypt, "U", 16 if revision in (3, 4) else size),
        owner_key=_bytes(encrypt, "OE", 32) if revision >= 5 else b"",
        user_key=_bytes(encrypt, "UE", 32) if revision >= 5 else b"",
        permissions=(permissions + 0x80000000) % 0x100000000 - 0x80000000,
        file_id=file_id,
        # Table 21: meaningful only for the versions with crypt filters
        encrypt_metadata=version < 4 or encrypt.get(Name("EncryptMetadata")) is not False,
    )


def _bytes(encrypt: Dict, key: str, size: int) -> bytes:
    value = encrypt.get(Name(key))
    if not isinstance(value, bytes) or len(value) < size:
        raise DamagedPdf(what=f"/{key} of the encryption dictionary")
    return value


def _key_lengths(
    encrypt: Dict, version: int, revision: int, filters: dict[str, Method]
) -> tuple[int, ...]:
    """Sizes in bytes to try, likeliest first: the password check tells which the writer used."""
    if revision == 2:
        return (5,)
    if version == 5:
        return (32,)
    if "AESV2" in filters.values():
        return (16,)
    stated = encrypt.get(Name("Length"), 40)
    if not isinstance(stated, int):
        raise DamagedPdf(what="/Length of the encryption dictionary")
    given = stated // 8 if stated >= 40 else stated  # some writers count bytes
    likely = (5, given) if version == 1 else (16, given, 5) if version == 4 else (given, 16, 5)
    return tuple(dict.fromkeys(size for size in likely if 5 <= size <= 16))


def _crypt_filters(encrypt: Dict, version: int) -> dict[str, Method]:
    if version < 4:
        return {}
    listed = encrypt.get(Name("CF"), {})
    if not isinstance(listed, dict):
        raise DamagedPdf(what="/CF of the encryption dictionary")
    known = _METHODS[version]
    found: dict[str, Method] = {}
    for name, crypt_filter in listed.items():
        kind = crypt_filter.get(Name("CFM")) if isinstance(crypt_filter, dict) else None
        if str(kind) in known and name != "Identity":  # Identity cannot be redefined (Table 26)
            found[name] = known[str(kind)]
    return found


def _chosen(encrypt: Dict, key: str, filters: dict[str, Method], version: int) -> Method:
    if version < 4:
        return "V2"
    default = encrypt.get(Name("StmF"), Name("Identity")) if key == "EFF" else Name("Identity")
    return _method(filters, encrypt.get(Name(key), default))


def _method(filters: dict[str, Method], name: Object) -> Method:
    if name == "Identity":
        return "Identity"
    if isinstance(name, str) and name in filters:
        return filters[name]
    raise UnsupportedEncryption(what=f"crypt filter {str(name)[:40]}")


def _crypt_filter_name(dictionary: Dict) -> Object:
    """The crypt filter that a stream names for itself (7.4.10); None where it names none."""
    names = _listed(dictionary.get(Name("Filter")))
    if Name("Crypt") not in names:
        return None
    parameters = _listed(dictionary.get(Name("DecodeParms")))
    at = names.index(Name("Crypt"))
    own = parameters[at] if at < len(parameters) else None
    return own.get(Name("Name"), Name("Identity")) if isinstance(own, dict) else Name("Identity")


def _listed(value: Object) -> list[Object]:
    return value if isinstance(value, list) else [value]


def _check_permissions(encrypt: Dict, key: bytes, permissions: int) -> None:
    """Algorithm 13: /P must be what the holder of the key wrote, or anyone could widen it."""
    written = _bytes(encrypt, "Perms", _BLOCK)[:_BLOCK]
    plain = aes_cbc(key, bytes(_BLOCK), written, decrypt=True)  # ECB of one block
    if plain[9:12] != b"adb" or int.from_bytes(plain[:4], "little", signed=True) != permissions:
        raise DamagedPdf(what="permissions were changed")
