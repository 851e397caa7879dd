"""Apache PDFBox with Bouncy Castle, which writes BER of indefinite length."""

from __future__ import annotations

from functools import cache

from tests.builders import form, prepared
from tests.genuine.families.certified import LEVELS
from tests.genuine.filling import VALUES, application
from tests.genuine.hanko import signed
from tests.genuine.programs import Job, pdfbox
from tests.genuine.table import By, Family, certifier

FAMILY = Family("PDFBox")
EC, RSA = "SHA256withECDSA", "SHA256withRSA"
KINDS = ("table", "object stream", "several pages", "turned 90", "form by reference", "linearized")
JOBS: dict[str, Job] = {}


def _sources() -> dict[str, bytes]:
    forms = {name: form(name).data for name in (*KINDS, "encrypted AES-128")}
    data = prepared(form("form by reference").data, "Kepala", "Kabid", "Sekretaris")
    return {
        **forms,
        "fields": data,
        "application": signed(application()),
        "by pyHanko": signed(data, "p384", "B-B", field="Kepala"),
    }


@cache
def results() -> dict[str, bytes]:
    """What PDFBox made of all `JOBS`."""
    return pdfbox(_sources(), JOBS)


def _sign(name: str, source: str, who: str, *before: By, **how: str) -> By:
    """A row; `how` as PdfBox.java takes it. The signature that it adds."""
    algorithm = {"p256": EC, "second": EC, "p384": "SHA384withECDSA"}.get(who, RSA)
    JOBS[name] = "sign", source, who, {"algorithm": algorithm, **how}
    level = "B-B" if "cades" in how else ""
    mine = certifier(who, level) if "certify" in how else By(who, level)  # type: ignore[arg-type]
    FAMILY.add(name, lambda: results()[name], *before, mine)
    return mine


def _fill(name: str, source: str, values: dict[str, str], *before: By) -> None:
    JOBS[name] = "fill", source, "", values
    FAMILY.add(name, lambda: results()[name], *before)


for _kind in KINDS:
    _sign(f"adbe, {_kind}", _kind, "rsa2048")
    _sign(f"CAdES with a stamp, {_kind}", _kind, "p256", cades="", rect="300,60,150,50")
_sign("DER", "table", "p384", cades="", der="")
_sign("PSS", "table", "rsa3072", cades="", algorithm="SHA256withRSAandMGF1")
_sign("SHA-512", "table", "rsa4096", cades="", algorithm="SHA512withRSA")
for _level in LEVELS:
    _first = _sign(f"certified P={_level}", "fields", "rsa2048", field="Kepala", cades="",
                   certify=str(_level))  # fmt: skip
    if _level > 1:
        _name = f"certified P={_level}, approved"
        _second = _sign(_name, f"certified P={_level}", "p256", _first, field="Kabid", cades="")
        _sign(f"{_name} twice", _name, "second", _first, _second, field="Sekretaris")
_one = _sign("once", "table", "rsa2048")
_two = _sign("twice", "once", "p256", _one, cades="", rect="300,60,150,50")
_sign("three times", "twice", "second", _one, _two, rect="300,160,150,50")
_sign("after pyHanko", "by pyHanko", "rsa2048", By("p384"), field="Kabid")
for _field in ("nama", "alamat", "setuju", "status", "golongan", "bidang"):
    _fill(f"{_field} filled in", "application", {_field: VALUES[_field].strip("/")}, By("p256"))
_fill(
    "everything filled in",
    "application",
    {key: value.strip("/") for key, value in VALUES.items()},
    By("p256"),
)
# These two have no rows: see test_letter.
JOBS["encrypted"] = "sign", "encrypted AES-128", "rsa2048", {"algorithm": RSA}
JOBS["fields filled in"] = "fill", "certified P=2, approved", "", {"nama": "Yosefina"}
