"""poppler's pdfsig, which signs with NSS."""

from __future__ import annotations

from functools import partial

from tests.builders import form, prepared
from tests.genuine.hanko import signed
from tests.genuine.programs import NSS_SIGNERS, pdfsig
from tests.genuine.table import By, Family

FAMILY = Family("pdfsig")
NEW, INTO = "-add-signature", "-sign"


def by(who: str) -> By:
    return By(who, "")  # adbe.pkcs7.detached, whatever is asked for


def _new(name: str, who: str, *options: str) -> bytes:
    return pdfsig(form(name).data, who, NEW, *options)


def _fields() -> bytes:
    return prepared(form("form by reference").data, "Kepala", "Kabid", "Sekretaris")


for _name in (
    "table",
    "object stream",
    "hybrid",
    "several pages",
    "turned 90",
    "form by reference",
):
    for _who in ("rsa2048", "rsa third"):
        FAMILY.add(f"{_name}, {_who}", partial(_new, _name, _who, "-reason", "Uji"), by(_who))
for _digest in ("SHA384", "SHA512"):
    FAMILY.add(
        _digest,
        lambda digest=_digest: pdfsig(_fields(), "rsa second", INTO, "Kepala", "-digest", digest),
        by("rsa second"),
    )


@FAMILY.file(by("rsa2048"), by("rsa second"), by("rsa third"))
def fields_that_were_there() -> bytes:
    data = _fields()
    for who, name in zip(NSS_SIGNERS, ("Kepala", "Kabid", "Sekretaris"), strict=True):
        data = pdfsig(data, who, INTO, name, "-etsi")
    return data


@FAMILY.file(by("rsa2048"))
def one_of_several_fields() -> bytes:
    return pdfsig(_fields(), "rsa2048", INTO, "Kabid")


@FAMILY.file(By("p256", "B-T"), by("rsa third"), By("rsa3072"))
def between_two_by_pyhanko() -> bytes:
    data = signed(_fields(), "p256", "B-T", field="Kepala")
    data = pdfsig(data, "rsa third", INTO, "Kabid")
    return signed(data, "rsa3072", field="Sekretaris")
