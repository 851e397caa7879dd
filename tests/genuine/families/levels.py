"""pyHanko: all PAdES levels (EN 319 142-1, 6) in all forms of files, and ways to write the DSS."""

from __future__ import annotations

from functools import partial

from pyhanko.sign.signers.pdf_signer import (
    DSSContentSettings,
    SigDSSPlacementPreference,
    TimestampDSSContentSettings,
)

from app.crypto.verify.trust import Trust
from app.model import Level
from tests.builders import form
from tests.genuine.hanko import archived, sealed, signed, with_evidence
from tests.genuine.people import bare_trust
from tests.genuine.table import SEAL, By, Family

FAMILY = Family("pyHanko levels")
LEVELS: tuple[Level, ...] = ("B-B", "B-T", "B-LT", "B-LTA")
SIGNERS = ("p256", "rsa2048", "p384", "rsa3072")
KINDS = ("table", "object stream", "hybrid", "form by reference")
TOGETHER = DSSContentSettings(
    include_vri=False, placement=SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE
)
SEPARATE = DSSContentSettings(placement=SigDSSPlacementPreference.SEPARATE_REVISION)
NO_VRI = DSSContentSettings(include_vri=False)
BEFORE_THE_STAMP = DSSContentSettings(
    include_vri=False, next_ts_settings=TimestampDSSContentSettings(False, update_before_ts=True)
)


def _file(kind: str, who: str, level: Level) -> bytes:
    return signed(form(kind).data, who, level)


for _kind in KINDS:
    for _who in SIGNERS:
        for _level in LEVELS:
            _evidence = {"trust": bare_trust} if _level in ("B-LT", "B-LTA") else {}
            _seals = [SEAL] if _level == "B-LTA" else []
            FAMILY.add(
                f"{_level}, {_kind}, {_who}",
                partial(_file, _kind, _who, _level),
                By(_who, _level),
                *_seals,
                **_evidence,
            )


def _updated(kind: str, who: str, times: int) -> bytes:
    """B-LTA whose chain of time stamps was made longer."""
    data = _file(kind, who, "B-LTA")
    for count in range(1, times + 1):
        data = archived(data, 60 * count)
    return data


for _kind, _who, _times in (
    ("table", "p256", 1),
    ("hybrid", "rsa2048", 2),
    ("object stream", "p384", 3),
):
    FAMILY.add(
        f"B-LTA renewed {_times} times, {_kind}, {_who}",
        partial(_updated, _kind, _who, _times),
        By(_who, "B-LTA"),
        *[SEAL] * (_times + 1),
        trust=bare_trust,
    )

for _name, _store in (
    ("DSS in the revision of the signature", TOGETHER),
    ("DSS in a revision of its own", SEPARATE),
    ("DSS without VRI", NO_VRI),
    ("DSS before the time stamp", BEFORE_THE_STAMP),
):
    for _level in ("B-LT", "B-LTA"):
        FAMILY.add(
            f"{_name}, {_level}",
            partial(signed, form("table").data, "p256", _level, store=_store),
            By("p256", _level),
            *([SEAL] if _level == "B-LTA" else []),
            trust=bare_trust,
        )


@FAMILY.file(By("asked", "B-LT"), trust=bare_trust)
def by_an_ocsp_answer() -> bytes:
    return signed(form("table").data, "asked", "B-LT", ocsp=["asked", "tsa"])


@FAMILY.file(By("asked", "B-LTA"), SEAL, trust=bare_trust)
def sealed_by_an_ocsp_answer() -> bytes:
    return signed(form("hybrid").data, "asked", "B-LTA", ocsp=["asked", "tsa"])


@FAMILY.file(By("p256", "B-T"), SEAL)
def time_by_a_document_time_stamp() -> bytes:
    return sealed(signed(form("table").data))


@FAMILY.file(By("p256", "B-LTA"), SEAL, trust=bare_trust)
def time_and_evidence_by_a_document_time_stamp() -> bytes:
    """One document time stamp proves the time and covers the evidence."""
    return sealed(with_evidence(signed(form("table").data)))


@FAMILY.file(By("p256", "B-LTA"), SEAL, SEAL, trust=bare_trust)
def sealed_without_a_time_stamp_in_the_signature() -> bytes:
    return archived(sealed(with_evidence(signed(form("table").data))))


@FAMILY.file(By("p256", "B-LT"), trust=bare_trust)
def evidence_that_nobody_timed() -> bytes:
    return with_evidence(signed(form("table").data, "p256", "B-T"))


@FAMILY.file(By("p256", "B-B"), trust=bare_trust, verdict="indeterminate")
def nothing_known_of_revocation() -> bytes:
    return signed(form("table").data)


@FAMILY.file(By("p256", ""), trust=Trust, verdict="untrusted")
def nobody_trusted() -> bytes:
    return signed(form("table").data, "p256", "B-LT")


@FAMILY.file(SEAL)
def only_a_document_time_stamp() -> bytes:
    return sealed(form("table").data)


@FAMILY.file(SEAL, By("p256"))
def signed_after_a_document_time_stamp() -> bytes:
    return signed(sealed(form("object stream").data))
