"""PDF objects as Python values, read from bytes and written back (ISO 32000-2, 7.3).

null None | boolean bool | integer int | real Real | string bytes | name Name | array list |
dictionary dict keyed by Name | reference Ref | stream Stream.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from app.errors import DamagedPdf, LimitExceeded

MAX_DEPTH = 64  # nesting of arrays and dictionaries; real files stay below 10
MAX_INT_DIGITS = 20


class Name(str):
    """A name without its slash, bytes mapped one to one (latin-1); `Name("Type") == "Type"`."""

    __slots__ = ()


class Ref(NamedTuple):
    """An indirect reference `number generation R`."""

    number: int
    generation: int = 0


class Real(float):
    """A real that is written back as it was read, so that rewriting an object moves nothing."""

    raw: bytes

    def __new__(cls, value: float, raw: bytes = b"") -> Real:
        self = super().__new__(cls, value)
        self.raw = raw or format(value, ".4f").rstrip("0").rstrip(".").encode()
        return self


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream's dictionary and where its data starts in the file; the data is read on demand."""

    dictionary: Dict
    start: int


@dataclass(frozen=True, slots=True)
class NewStream:
    """A stream to be written: /Length is added when it is encoded."""

    dictionary: Dict
    data: bytes


Dict = dict[Name, "Object"]
Object = (
    None
    | bool
    | int
    | Real
    | float
    | bytes
    | Name
    | Ref
    | list["Object"]
    | Dict
    | Stream
    | NewStream
)


class Doubled(dict[Name, Object]):
    """A dictionary in which a key stood twice; the last one is kept, as most readers do."""


def has_doubled_keys(value: Object) -> bool:
    """Whether a dictionary anywhere in an object names a key twice."""
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, Stream):
            item = item.dictionary
        if isinstance(item, Doubled):
            return True
        if isinstance(item, dict):
            stack += item.values()
        elif isinstance(item, list):
            stack += item
    return False


class NeedMore(Exception):
    """The buffer ended inside an object; more of the file must be read."""


_SPACE = rb"[\x00\t\n\x0c\r ]"
_REGULAR = rb"[^\x00\t\n\x0c\r ()<>\[\]{}/%]"
# Possessive, as a comment is never looked at twice: no text is found in it, no time or memory lost.
_SKIP = re.compile(rb"(?:" + _SPACE + rb"++|%[^\r\n]*+)*+")
_TOKEN = re.compile(
    _SPACE + rb"*(?:/(?P<name>" + _REGULAR + rb"*)"
    rb"|(?P<ref>(?P<number>\d{1,10})" + _SPACE + rb"+(?P<generation>\d{1,5})" + _SPACE + rb"+"
    rb"R(?!" + _REGULAR + rb"))"
    rb"|(?P<word>" + _REGULAR + rb"+)"
    rb"|(?P<open><<|\[)|(?P<close>>>|\])"
    rb"|<(?P<hex>[^<>]*)>"
    rb"|(?P<string>\())"
)
_MAY_GO_ON = frozenset({"name", "ref", "word", "open"})
_NUMBER = re.compile(rb"[+-]?(\d+(\.\d*)?|\.\d+)\Z")
_INTEGER = re.compile(rb"[+-]?\d{1,%d}\Z" % MAX_INT_DIGITS)
_HEX_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_NOT_HEX = re.compile(rb"[^0-9A-Fa-f]+")
_STRING_PART = re.compile(rb"[^()\\\r]*")
_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|(\r\n|\r|\n)|(.))", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_KEYWORDS: dict[bytes, Object] = {b"true": True, b"false": False, b"null": None}


class _Close(Name):
    """The end of a list or dictionary, as the reader meets it; no file can hold this value."""

    __slots__ = ()


_END = {b"]": _Close("]"), b">>": _Close(">>")}


def skip_space(buffer: bytes, at: int) -> int:
    """The position of the next byte that is neither white space nor part of a comment."""
    found = _SKIP.match(buffer, at)
    return found.end() if found else at


def parse(buffer: bytes, at: int) -> tuple[Object, int]:
    """Read one object at `at`; returns it and the position behind it.

    Raises NeedMore where the buffer ends too early, DamagedPdf, LimitExceeded.
    """
    value, end = _read(buffer, at, 0)
    if type(value) is _Close:
        raise DamagedPdf(what=f"unexpected end of a list at {at}")
    return value, end


def _read(buffer: bytes, at: int, depth: int) -> tuple[Object, int]:
    """As `parse`, but the end of a list or dictionary is given as a _Close."""
    token = _TOKEN.match(buffer, at)
    if token is None:
        return _read_behind_comment(buffer, at, depth)
    kind, end = token.lastgroup, token.end()
    if end >= len(buffer) and kind in _MAY_GO_ON:
        raise NeedMore
    if kind == "name":
        return _name(token["name"]), end
    if kind == "word":
        return _word(token["word"], at), end
    if kind == "close":
        return _END[token["close"]], end
    if kind == "ref":
        return Ref(int(token["number"]), int(token["generation"])), end
    if kind == "open":
        if depth >= MAX_DEPTH:
            raise LimitExceeded(what="nesting")
        read = _read_dict if token["open"] == b"<<" else _read_array
        return read(buffer, end, depth + 1)
    if kind == "hex":
        digits = _NOT_HEX.sub(b"", token["hex"])
        return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode()), end
    return _read_string(buffer, end)


def _read_behind_comment(buffer: bytes, at: int, depth: int) -> tuple[Object, int]:
    """As `_read`, where no token begins: there is a comment, the buffer ends, or it is damage."""
    start = skip_space(buffer, at)
    if b"%" in buffer[at:start]:
        return _read(buffer, start, depth)
    if start >= len(buffer) or buffer[start : start + 1] == b"<":
        raise NeedMore
    raise DamagedPdf(what=f"unexpected byte at {start}")


def entries(buffer: bytes, at: int) -> tuple[list[tuple[Name, Object, int, int]], int]:
    """A dictionary at `at` as (key, value, start and end of the value), doubled keys included.

    Also gives the position behind it. Raises as `parse`; DamagedPdf where there is no dictionary.
    """
    at = skip_space(buffer, at)
    if buffer[at : at + 2] != b"<<":
        raise DamagedPdf(what=f"no dictionary at {at}")
    found: list[tuple[Name, Object, int, int]] = []
    at += 2
    while True:
        key, at = _read(buffer, at, 1)
        if type(key) is _Close:
            return found, _closed(key, ">>", at)
        if not isinstance(key, Name):
            raise DamagedPdf(what=f"dictionary key that is no name at {at}")
        start = skip_space(buffer, at)
        value, at = _read(buffer, start, 1)
        if type(value) is _Close:
            raise DamagedPdf(what=f"dictionary key without a value at {at}")
        found.append((key, value, start, at))


def _word(word: bytes, at: int) -> Object:
    if _INTEGER.match(word):
        return int(word)
    if _NUMBER.match(word):
        return Real(float(word), word)
    if word in _KEYWORDS:
        return _KEYWORDS[word]
    raise DamagedPdf(what=f"unknown word at {at}")


@lru_cache(maxsize=1024)
def _name(raw: bytes) -> Name:
    if b"#" in raw:
        raw = _HEX_ESCAPE.sub(lambda found: bytes.fromhex(found[1].decode()), raw)
    return Name(raw.decode("latin-1"))


def _read_array(buffer: bytes, at: int, depth: int) -> tuple[Object, int]:
    items: list[Object] = []
    while True:
        item, at = _read(buffer, at, depth)
        if type(item) is _Close:
            return items, _closed(item, "]", at)
        items.append(item)


def _read_dict(buffer: bytes, at: int, depth: int) -> tuple[Object, int]:
    found: Dict = {}
    count = 0
    while True:
        key, at = _read(buffer, at, depth)
        if type(key) is _Close:
            whole = found if count == len(found) else Doubled(found)
            return whole, _closed(key, ">>", at)
        if type(key) is not Name:
            raise DamagedPdf(what=f"dictionary key that is no name at {at}")
        value, at = _read(buffer, at, depth)
        if type(value) is _Close:
            raise DamagedPdf(what=f"dictionary key without a value at {at}")
        found[key] = value
        count += 1


def _closed(item: Name, expected: str, at: int) -> int:
    if item != expected:
        raise DamagedPdf(what=f"unexpected end of a list at {at}")
    return at


def _read_string(buffer: bytes, at: int) -> tuple[bytes, int]:
    """A literal string behind its opening bracket: brackets, escapes, line ends (7.3.4.2)."""
    found = bytearray()  # a list of pieces would take a hundred times as much memory
    level = 1
    while True:
        end = _end_of_plain(buffer, at)
        found += buffer[at:end]
        at = end
        byte = buffer[at : at + 1]
        if not byte or (byte == b"\\" and at + 4 > len(buffer)):
            raise NeedMore
        if byte == b"\\":
            piece, at = _escape(buffer, at)
            found += piece
        elif byte == b"\r":
            found += b"\n"
            at += 2 if buffer[at + 1 : at + 2] == b"\n" else 1
        else:
            level += 1 if byte == b"(" else -1
            at += 1
            if not level:
                return bytes(found), at
            found += byte


def _end_of_plain(buffer: bytes, at: int) -> int:
    found = _STRING_PART.match(buffer, at)
    return found.end() if found else at


def _escape(buffer: bytes, at: int) -> tuple[bytes, int]:
    found = _ESCAPE.match(buffer, at)
    if found is None:  # a backslash at the end of the buffer
        raise NeedMore
    octal, line_end, other = found.groups()
    if octal:
        return bytes([int(octal, 8) & 255]), found.end()
    if line_end:
        return b"", found.end()
    return _ESCAPED.get(other, other), found.end()


_NAME_UNSAFE = re.compile(rb"[^!-~]|[()<>\[\]{}/%#]")
_DELIMITERS = b"/<(["
_PRINTABLE = bytes(range(32, 127))


def encode(value: Object) -> bytes:
    """Write a value as PDF syntax; a `NewStream` becomes dictionary, `stream` and data."""
    write = _WRITERS.get(type(value))
    if write is None:
        raise TypeError(f"{type(value).__name__} is only read, never written")
    return write(value)


def _encode_dict(value: Dict) -> bytes:
    parts = [b"<<"]
    for key, item in value.items():
        written = encode(item)
        parts += (_encode_name(key), written if written[0] in _DELIMITERS else b" " + written)
    parts.append(b">>")
    return b"".join(parts)


def _encode_stream(value: NewStream) -> bytes:
    dictionary: Dict = {**value.dictionary, Name("Length"): len(value.data)}
    return encode(dictionary) + b"\nstream\n" + value.data + b"\nendstream"


@lru_cache(maxsize=1024)
def _encode_name(name: str) -> bytes:
    raw = name.encode("latin-1")
    return b"/" + _NAME_UNSAFE.sub(lambda found: b"#%02X" % found[0][0], raw)


def encode_string(value: bytes) -> bytes:
    """A literal string, or a hexadecimal one where that is shorter than escaping."""
    if 4 * len(value.translate(None, _PRINTABLE)) > len(value):
        return b"<%s>" % value.hex().encode()
    escaped = value.replace(b"\\", b"\\\\").replace(b"\r", b"\\r")
    return b"(%s)" % escaped.replace(b"(", b"\\(").replace(b")", b"\\)")


def text_string(text: str) -> bytes:
    """A text string (7.9.2.2): PDFDocEncoding where ASCII does, else UTF-16BE with its mark."""
    return text.encode() if text.isascii() else b"\xfe\xff" + text.encode("utf-16-be")


def decode_text(value: Object) -> str:
    """A text string as str; anything that is no string reads as empty."""
    if not isinstance(value, bytes):
        return ""
    if value.startswith(b"\xfe\xff"):
        return value[2:].decode("utf-16-be", "replace")
    if value.startswith(b"\xef\xbb\xbf"):
        return value[3:].decode("utf-8", "replace")
    return value.decode("latin-1")


_WRITERS: dict[type, Callable[[Any], bytes]] = {
    dict: _encode_dict,
    list: lambda value: b"[" + b" ".join(map(encode, value)) + b"]",
    Name: _encode_name,
    Ref: lambda value: b"%d %d R" % value,
    bytes: encode_string,
    Real: lambda value: bytes(value.raw),
    bool: lambda value: b"true" if value else b"false",
    type(None): lambda _: b"null",
    int: lambda value: b"%d" % value,
    float: lambda value: Real(value).raw,
    NewStream: _encode_stream,
}
