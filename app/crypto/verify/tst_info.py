"""What a time-stamp token says: TSTInfo (RFC 3161, 2.4.2).

Nobody here asked for it: its policy, serial number and nonce prove nothing. Who signed it is what
the certificate says, not the field `tsa`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.crypto.verify import reasons
from app.crypto.verify.asn1 import (
    BOOLEAN,
    GENERALIZED_TIME,
    INTEGER,
    OCTETS,
    OCTETS_IN_PIECES,
    OID,
    SEQUENCE,
    Members,
    Node,
    number,
    parse_all,
)
from app.crypto.verify.reasons import Failure
from app.crypto.verify.schemes import Identifier
from app.errors import N_
from app.model import Reason

_TIME = re.compile(rb"(\d{14})(?:\.(\d{1,6})\d*)?Z\Z")
_MOST_SECONDS = 86_400  # of accuracy; nobody states more than a few


@dataclass(frozen=True, slots=True)
class Info:
    """The part that counts. `digest` names the digest of the imprint, as in hashlib."""

    digest: str
    imprint: bytes
    time: datetime
    accuracy: timedelta


def read(content: bytes) -> Info:
    """Raises Failure, BadAsn1."""
    members = Members(parse_all(content).of(SEQUENCE))
    if members.next(INTEGER).integer() != 1:
        raise Failure(_broken())
    members.next(OID)  # the policy of the authority
    digest, imprint = _imprint(members.next(SEQUENCE))
    members.next(INTEGER)  # serial number
    time = _time(members.next(GENERALIZED_TIME))
    accuracy = members.optional(SEQUENCE)
    for tag in (BOOLEAN, INTEGER, 0xA0):  # ordering, nonce, tsa
        members.optional(tag)
    extensions = members.optional(0xA1)
    members.end()
    if extensions and any(_is_critical(each) for each in extensions.children()):
        raise Failure(reasons.TIMESTAMP_INVALID(what=N_("it carries a rule unknown here")))
    return Info(digest, imprint, time, _accuracy(accuracy) if accuracy else timedelta())


def _broken() -> Reason:
    return reasons.TIMESTAMP_INVALID(what=N_("it is not built as the standard demands"))


def _imprint(node: Node) -> tuple[str, bytes]:
    members = Members(node)
    algorithm = Identifier.read(members.next(SEQUENCE))
    value = members.next(OCTETS, OCTETS_IN_PIECES).octets()
    members.end()
    return algorithm.digest, value


def _time(node: Node) -> datetime:
    """GeneralizedTime in UTC, with or without a fraction of a second."""
    found = _TIME.match(node.content)
    if found is None:
        raise Failure(_broken())
    try:
        whole = datetime.strptime(found[1].decode(), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError as error:
        raise Failure(_broken()) from error
    return whole + timedelta(microseconds=int((found[2] or b"").ljust(6, b"0")))


def _accuracy(node: Node) -> timedelta:
    members = Members(node)
    parts = [members.optional(tag) for tag in (INTEGER, 0x80, 0x81)]
    members.end()
    seconds, millis, micros = (number(part.content) if part else 0 for part in parts)
    if not (0 <= seconds <= _MOST_SECONDS and 0 <= millis < 1000 and 0 <= micros < 1000):
        raise Failure(_broken())
    return timedelta(seconds=seconds, milliseconds=millis, microseconds=micros)


def _is_critical(extension: Node) -> bool:
    members = Members(extension.of(SEQUENCE))
    members.next(OID)
    critical = members.optional(BOOLEAN)
    return critical is not None and critical.content != b"\0"
