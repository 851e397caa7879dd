"""Bad input to the command: a typed error, nothing written, the original untouched, in bounds."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from app.crypto.sign import prepare_fields, sign
from app.model import FieldSpec, SignRequest
from tests import commands, pki
from tests.builders import USER, encrypted
from tests.commands import MEGABYTES, SECONDS
from tests.crypto.keystore.test_iterations import key_file
from tests.handmade import CATALOG, PAGE, PAGES, PLAIN, packed, startxref, stream, table

REQUEST = SignRequest(pki.SIGNED_AT)


@dataclass(frozen=True)
class Answer:
    """What the command said about its one file, and what it needed (seconds, MB)."""

    code: str | None
    exit_status: int
    seconds: float
    megabytes: float
    written: list[str]


def command(folder: Path, data: bytes, *options: str, p12: bytes | None = None) -> Answer:
    """Sign one file with a key file; the original must be the same afterwards."""
    source, out = folder / "file.pdf", folder / "out"
    source.write_bytes(data)
    given = (*commands.key_file(folder), "--out-dir", "out", "--json", *options)
    if p12 is not None:
        (folder / "key.p12").write_bytes(p12)
    ran = commands.teken("sign", "file.pdf", "--no-stamp", *given, cwd=folder)
    assert source.read_bytes() == data
    (code,) = ran.codes
    written = sorted(path.name for path in out.glob("*"))
    return Answer(code, ran.status, ran.seconds, ran.megabytes, written)


def bomb() -> bytes:
    """2 KB that would inflate to 1 GiB: the page tree sits in an object stream of zeros."""
    inner = zlib.compress(bytes(1 << 20), 9)
    engine = zlib.compressobj(9)
    data = b"".join(engine.compress(bytes(1 << 20)) for _ in range(1024)) + engine.flush()
    twice = zlib.compress(data, 9)
    body = stream(b"/Type/ObjStm/N 1/First 4/Filter[/FlateDecode/FlateDecode]", twice)
    good = packed({1: CATALOG, 2: PAGES, 3: PAGE, 4: b"(x)"}, inside=(2,))
    start = good.index(b"5 0 obj\n") + 8
    end = good.index(b"\nendobj", start)
    whole = good[:start] + body + good[end:]
    moved = len(body) - (end - start)
    at = startxref(good)
    whole = whole.replace(b"startxref\n%d" % at, b"startxref\n%d" % (at + moved))
    old, new = (b"\x01" + place.to_bytes(2, "big") + b"\0\0" for place in (at, at + moved))
    assert len(inner) < len(data)
    assert len(whole) < 5000
    return whole.replace(old, new)


def million() -> bytes:
    """A cross-reference stream that names 10^6 objects in 12 KB; each is its own page's kid."""
    body = table()
    body = body[: startxref(body)]
    row = b"\x01" + (9).to_bytes(4, "big") + b"\0\0"
    entry = b"/Type/XRef/W[1 4 2]/Size 1000000/Root 1 0 R/Filter/FlateDecode"
    section = stream(entry, zlib.compress(row * 1_000_000, 9))
    return body + b"9 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (section, len(body))


def with_signature(**changes: object) -> Callable[[], bytes]:
    def make() -> bytes:
        data = table() + prepare_fields(table(), [FieldSpec("paraf"), FieldSpec("kepala")])
        request = SignRequest(pki.SIGNED_AT, **changes)  # type: ignore[arg-type]
        return data + sign(data, pki.identity("second").signing_key(), request)

    return make


def locked() -> bytes:
    lock = b"<</T(a)/FT/Sig/Lock<</Action/Include/Fields[(kepala)]>>>>"
    fields = {4: lock, 5: b"<</T(kepala)/FT/Sig>>"}
    form = b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R 5 0 R]>>>>"
    data = table({**PLAIN, 1: form, **fields})
    request = SignRequest(pki.SIGNED_AT, field="a")
    return data + sign(data, pki.identity("second").signing_key(), request)


FILES: dict[str, tuple[Callable[[], bytes], str, tuple[str, ...]]] = {
    "empty": (lambda: b"", "not_a_pdf", ()),
    "a picture": (lambda: b"\x89PNG\r\n" * 99, "not_a_pdf", ()),
    "cut off": (lambda: table()[:300], "damaged_pdf", ()),
    "pages in a circle": (
        lambda: table({1: CATALOG, 2: b"<</Type/Pages/Kids[2 0 R]/Count 1>>"}),
        "damaged_pdf",
        (),
    ),
    "a wrong cross-reference": (
        lambda: table().replace(b"xref\n%d\n" % startxref(table()), b"xref\n77\n"),
        "damaged_pdf",
        (),
    ),
    "a bomb": (bomb, "limit_exceeded", ()),
    "a million objects": (million, "damaged_pdf", ()),
    "deep nesting": (lambda: table({**PLAIN, 2: b"[" * 9999}), "limit_exceeded", ()),
    "certified as final": (with_signature(certify=1, field="paraf"), "certified_final", ()),
    "a locked field": (locked, "field_locked", ("--field", "kepala")),
    "a signed field": (
        with_signature(field="paraf"),
        "field_already_signed",
        ("--field", "paraf"),
    ),
    "an unknown field": (table, "field_not_found", ("--field", "lain")),
    "a password": (lambda: encrypted("256", user=USER), "password_needed", ()),
    "a wrong password": (
        lambda: encrypted("256", user=USER),
        "wrong_password",
        ("--password-file", "passphrase"),
    ),
    "an owner who forbids it": (lambda: encrypted("256", "--modify=none"), "permission_denied", ()),
    "a second certification": (with_signature(), "certify_too_late", ("--certify", "2")),
}


@pytest.mark.parametrize("name", FILES)
def test_files(name: str, tmp_path: Path) -> None:
    make, code, options = FILES[name]
    answer = command(tmp_path, make(), *options)
    assert (answer.code, answer.exit_status, answer.written) == (code, 1, [])
    assert answer.seconds < SECONDS
    assert answer.megabytes < MEGABYTES


def of_another() -> bytes:
    """A key file whose key does not belong to its certificate."""
    protection = BestAvailableEncryption(b"rahasia")
    others = pki.identity().certificates
    return pkcs12.serialize_key_and_certificates(b"x", pki.ec_key(5), None, others, protection)


def endless() -> bytes:
    """A key file whose passphrase would be stretched for minutes."""
    return key_file(70_000).replace(b"\x02\x03\x01\x11\x70", b"\x02\x03\x7f\xff\xff")


KEY_FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "expired": (lambda: pki.identity("expired").pkcs12("rahasia"), "certificate_expired"),
    "not yet valid": (
        lambda: pki.identity("not_yet_valid").pkcs12("rahasia"),
        "certificate_not_yet_valid",
    ),
    "for other uses": (
        lambda: pki.identity("wrong_usage").pkcs12("rahasia"),
        "certificate_unusable",
    ),
    "an authority's": (
        lambda: pki.identity("ca_as_leaf").pkcs12("rahasia"),
        "certificate_unusable",
    ),
    "of another": (of_another, "key_mismatch"),
    "another passphrase": (lambda: pki.identity().pkcs12("lain"), "wrong_passphrase"),
    "no key file": (table, "key_damaged"),
    "empty": (lambda: b"", "key_damaged"),
    "cut off": (lambda: pki.identity().pkcs12("rahasia")[:700], "key_damaged"),
    "endless stretching": (endless, "key_damaged"),
    "of 2 MB": (lambda: pki.identity().pkcs12("rahasia") + bytes(2 << 20), "file_unreadable"),
}


@pytest.mark.parametrize("name", KEY_FILES)
def test_key_files(name: str, tmp_path: Path) -> None:
    make, code = KEY_FILES[name]
    answer = command(tmp_path, table(), p12=make())
    assert (answer.code, answer.exit_status, answer.written) == (code, 1, [])
    assert answer.seconds < SECONDS
    assert answer.megabytes < MEGABYTES


def test_a_good_file_is_signed(tmp_path: Path) -> None:
    """So that the refusals above are not refusals of everything."""
    answer = command(tmp_path, table())
    assert (answer.code, answer.exit_status) == (None, 0)
    assert len(answer.written) == 1
