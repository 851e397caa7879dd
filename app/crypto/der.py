"""The little of DER that a CMS signature is written with (ITU-T X.690, 8 and 10)."""

from __future__ import annotations

from functools import lru_cache


def tagged(tag: int, *parts: bytes) -> bytes:
    """Tag, definite length in the fewest bytes, content."""
    content = b"".join(parts)
    length = len(content)
    if length < 128:
        return bytes((tag, length)) + content
    size = (length.bit_length() + 7) // 8
    return bytes((tag, 128 | size)) + length.to_bytes(size, "big") + content


def sequence(*parts: bytes) -> bytes:
    return tagged(0x30, *parts)


def set_of(*parts: bytes) -> bytes:
    """SET OF: in DER its members are sorted by their encodings (X.690, 11.6)."""
    return tagged(0x31, *sorted(parts))


def octet_string(value: bytes) -> bytes:
    return tagged(0x04, value)


def integer(value: int) -> bytes:
    """A non-negative INTEGER; a leading zero keeps the sign bit clear."""
    return tagged(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


NULL = b"\x05\x00"


@lru_cache(maxsize=64)
def oid(dotted: str) -> bytes:
    """OBJECT IDENTIFIER (X.690, 8.19)."""
    first, second, *rest = map(int, dotted.split("."))
    out = bytearray()
    for arc in (40 * first + second, *rest):
        groups = [arc & 127]
        while arc := arc >> 7:
            groups.append(128 | arc & 127)
        out += bytes(reversed(groups))
    return tagged(0x06, bytes(out))


def element(data: bytes, at: int) -> tuple[int, int, int]:
    """Tag, start of the content and end of the definite-length element at `at`."""
    tag, length, start = data[at], data[at + 1], at + 2
    if length & 128:
        size = length & 127
        length = int.from_bytes(data[start : start + size], "big")
        start += size
    return tag, start, start + length
