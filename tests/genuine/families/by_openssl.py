"""OpenSSL's CMS, put into a file by hand: DER, and BER as it streams it."""

from __future__ import annotations

from collections.abc import Sequence

from tests.attacks import sealing
from tests.attacks.base import HYBRID, OBJECTS, STREAM, TABLE, Base
from tests.attacks.letter import FORM, HEAD, HEAD_NAME, HEAD_RECT, NEXT, signature_field
from tests.genuine.programs import openssl
from tests.genuine.table import By, Family

FAMILY = Family("OpenSSL")
ROOM = sealing.Shape(room=12_000)
BASES = {"table": TABLE, "stream": STREAM, "hybrid": HYBRID, "object stream": OBJECTS}
BER = ("-stream", "-indef")
CADES = ("-cades",)


def _sealed(base: Base, who: str, options: Sequence[str]) -> bytes:
    sub_filter = b"ETSI.CAdES.detached" if "-cades" in options else b"adbe.pkcs7.detached"
    original = base.original
    objects = {
        HEAD: signature_field(HEAD_NAME, b"%d %d %d %d" % HEAD_RECT, b"/V %d 0 R" % NEXT),
        **original.edit(FORM, (b"/Fields", b"/SigFlags 3/Fields")),
        NEXT: sealing.dictionary(sub_filter=sub_filter),
    }
    return original.seal(objects, openssl(who, *options), ROOM).data


def _add(name: str, base: str, who: str, *options: str) -> None:
    level = "B-B" if "-cades" in options else ""
    FAMILY.add(
        f"{name}, {base}, {who}",
        lambda: _sealed(BASES[base], who, options),
        By(who, level),  # type: ignore[arg-type]
    )


for _base in BASES:
    _add("DER", _base, "p256", *CADES)
    _add("BER", _base, "rsa2048", *BER, *CADES)
for _who in ("p384", "p521", "rsa3072", "rsa4096", "brainpool256"):
    _add("BER", "table", _who, *BER)
_add("PSS", "table", "rsa2048", *CADES, "-keyopt", "rsa_padding_mode:pss")
_add("PSS, long salt", "table", "rsa3072", *CADES, "-keyopt", "rsa_padding_mode:pss", "-keyopt",
     "rsa_pss_saltlen:64")  # fmt: skip
_add("SHA-512", "stream", "p384", *CADES, "-md", "sha512")
_add("SHA3-256", "stream", "rsa2048", *CADES, "-md", "sha3-256")
_add("named by its key", "table", "p256", *CADES, "-keyid")
_add("named by its key, BER", "table", "rsa2048", *BER, "-keyid")
_add("no S/MIME capabilities", "table", "p256", *BER, *CADES, "-nosmimecap")
