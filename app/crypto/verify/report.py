"""Checks 6 and 7: the level a signature reached, and who signed; what is shown of a case."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Literal

from app.crypto import certificates
from app.crypto.pdf.objects import Dict, Name, decode_text
from app.crypto.verify import reasons
from app.crypto.verify.case import Case
from app.errors import TekenError
from app.model import Level, Person, Reason, SignatureReport

MAX_CLAIM = 200  # characters
_CLAIMS = ("Name", "Reason", "Location", "ContactInfo")
_DATE = re.compile(
    r"D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:Z|([+-])(\d\d)(?:'(\d\d))?)?", re.ASCII
)


def report(case: Case) -> SignatureReport:
    """What is shown of a case that all checks have seen."""
    chain = case.chain
    claims = _claims(case)
    level = case.level if case.verdict in ("valid", "indeterminate") else ""
    return SignatureReport(
        field_name=case.field.name,
        kind=_kind(case),
        verdict=case.verdict,
        reasons=(*case.reasons, *_remarks(case, level, claims)),
        signer=_person(chain),
        certified=case.path is not None and case.path.anchor.certified,
        claimed_time=_claimed_time(case),
        trusted_time=case.time,
        time_by=case.time_by,
        level=level,
        covers_bytes=case.place.covers if case.place else 0,
        chain=chain,
        claims=claims,
    )


def _remarks(case: Case, level: Level, claims: Mapping[str, str]) -> list[Reason]:
    remarks: list[Reason] = []
    if case.verdict in ("valid", "indeterminate") and not case.is_time_stamp:
        proven = case.time is not None
        remarks.append(reasons.TIME_PROVEN(by=case.time_by) if proven else reasons.TIME_CLAIMED())
    if level:
        remarks.append(reasons.LEVEL(level=level))
    if claims:
        remarks.append(reasons.CLAIMS())
    return remarks


def _kind(case: Case) -> Literal["approval", "certification", "timestamp"]:
    if case.is_time_stamp:
        return "timestamp"
    return "certification" if case.place and case.place.certifies else "approval"


def _person(chain: tuple[bytes, ...]) -> Person | None:
    try:
        return certificates.person_of(chain) if chain else None
    except TekenError:
        return None


def _dictionary(case: Case) -> Dict:
    return case.place.entries if case.place else {}


def _claims(case: Case) -> dict[str, str]:
    """What the signer wrote into the dictionary; longer texts are cut."""
    found = {key.lower(): decode_text(_dictionary(case).get(Name(key))) for key in _CLAIMS}
    return {key: text[:MAX_CLAIM] for key, text in found.items() if text.strip()}


def _claimed_time(case: Case) -> datetime | None:
    """/M (7.9.4): what the signer's device said. Without an offset it reads as UTC."""
    found = _DATE.match(decode_text(_dictionary(case).get(Name("M"))))
    if found is None:
        return None
    year, month, day, hour, minute, second = (
        int(part) if part else least for part, least in zip(found.groups()[:6], _LEAST, strict=True)
    )
    offset = timedelta(hours=int(found[8] or 0), minutes=int(found[9] or 0))
    try:
        zone = timezone(-offset if found[7] == "-" else offset) if found[7] else UTC
        return datetime(year, month, day, hour, minute, second, tzinfo=zone)
    except ValueError:
        return None


_LEAST = (1, 1, 1, 0, 0, 0)
