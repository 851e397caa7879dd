"""Check 6: the PAdES level, named only where every part of it was verified (EN 319 142-1, 6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from app.crypto.pdf.objects import Name
from app.crypto.verify import revocation
from app.crypto.verify.case import Case
from app.crypto.verify.path import Path
from app.crypto.verify.reasons import Failure
from app.crypto.verify.revocation import Evidence
from app.crypto.verify.trust import Trust
from app.model import Level

_CADES = "ETSI.CAdES.detached"


def level(case: Case, lasting: bool, sealed: bool) -> Level:
    """B-B is a sound signature; T adds a proven time; LT all evidence in the file (`lasting`); LTA
    a document time stamp over that evidence (`sealed`)."""
    if case.is_time_stamp or case.signature.sub_filter != _CADES or case.path is None:
        return ""
    if case.time is None:
        return "B-B"
    if not lasting:
        return "B-T"
    return "B-LTA" if sealed else "B-LT"


def lasts(path: Path, evidence: Evidence, trust: Trust, at: datetime, proven: bool) -> bool:
    """Whether what came with the document is enough to know that nobody on a path was revoked."""
    alone = replace(trust, crls=(), ocsps=(), certificates=())
    try:
        left = revocation.check(path, evidence, alone, at, proven)
    except Failure:
        return False
    return all(reason.verdict == "valid" for reason in left)


def seals(stamp: Case) -> bool:
    """Whether a document time stamp covers evidence: its revision has a security store."""
    return Name("DSS") in stamp.signature.revision.catalog
