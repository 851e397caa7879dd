"""Check 4: time-stamp tokens (RFC 3161, RFC 5816): what they cover, and who vouches for it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.crypto import certificates
from app.crypto.verify import path, reasons, revocation, signature, signed_data
from app.crypto.verify.asn1 import INTEGER, SEQUENCE, Node, parse
from app.crypto.verify.path import Path
from app.crypto.verify.reasons import Failure
from app.crypto.verify.revocation import Evidence
from app.crypto.verify.signed_data import DIGESTS, SignedData
from app.crypto.verify.trust import Trust
from app.errors import N_
from app.model import Reason

TOKEN = "1.2.840.113549.1.9.16.2.14"  # noqa: S105 - the OID of an unsigned attribute
Imprint = Callable[[str], bytes]  # the digest, by its name in hashlib, of what is covered
_GENERALIZED_TIME = 0x18
_TIME = re.compile(rb"(\d{14})(?:\.(\d{1,6})\d*)?Z\Z")


@dataclass(frozen=True, slots=True)
class Token:
    """A token that covers what it should. `remarks` say why it proves less than it could."""

    time: datetime
    path: Path
    evidence: Evidence
    remarks: tuple[Reason, ...]

    @property
    def proves(self) -> bool:
        """Whether the time counts: nothing about the authority is left unknown."""
        return all(reason.verdict == "valid" for reason in self.remarks)

    @property
    def by(self) -> str:
        """The authority's name."""
        return certificates.person_of(self.path.chain).name


def check(
    signed: SignedData,
    imprint: Imprint,
    pool: Iterable[bytes],
    evidence: Evidence,
    trust: Trust,
    at: datetime,
    proven: bool,
) -> Token:
    """Check a token that was read. `imprint` gives the digest of what it should cover.

    `at` is when it is known to have existed (`proven`: by a later time stamp; else now).
    Raises Failure.
    """
    # (4.1): it is a TSTInfo, and signed as such
    content = signed.content or b""
    digest = hashlib.new(signed.signer.digest, content).digest()
    signed_data.check_content(signed, digest, signed_data.TST_INFO)
    signer = signed_data.find_signer(signed, tuple(pool), mandatory=True)
    signature.check(signed.signer, signer)
    # (4.2): it covers these bytes and no others
    time, name, value = _tst_info(content)
    if imprint(name) != value:
        raise Failure(reasons.TIMESTAMP_INVALID(what=N_("it belongs to something else")))
    if time > at:
        raise Failure(reasons.TIMESTAMP_INVALID(what=N_("it comes from the future")))
    # (4.3): an authority that is trusted to tell the time
    remarks = signature.check_strength(signed.signer, signer, trust.policy, at, proven)
    found = path.find(signer, (*signed.certificates, *pool), trust, at, "timestamp", proven)
    remarks += revocation.check(found, evidence, trust, at, proven)
    return Token(time, found, evidence, remarks)


def _tst_info(content: bytes) -> tuple[datetime, str, bytes]:
    """genTime, and the messageImprint (RFC 3161, 2.4.2)."""
    version, _, imprint, serial, time, *_ = parse(content).expect(SEQUENCE).children()
    algorithm, value = imprint.expect(SEQUENCE).children()
    name = DIGESTS.get(algorithm.expect(SEQUENCE).children()[0].oid(), "")
    if version.integer() != 1 or serial.tag != INTEGER or not name:
        raise Failure(reasons.TIMESTAMP_INVALID(what=N_("it is not built as the standard demands")))
    return _time(time), name, value.octets()


def _time(node: Node) -> datetime:
    """GeneralizedTime in UTC, with or without a fraction (RFC 3161, 2.4.2)."""
    found = _TIME.match(node.expect(_GENERALIZED_TIME).content)
    if found is None:
        raise Failure(reasons.TIMESTAMP_INVALID(what=N_("it is not built as the standard demands")))
    whole = datetime.strptime(found[1].decode(), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    return whole + timedelta(microseconds=int((found[2] or b"0").ljust(6, b"0")))


def inside(unsigned: Mapping[str, tuple[Node, ...]]) -> list[bytes]:
    """The tokens among the unsigned attributes of a signature."""
    return [node.raw for node in unsigned.get(TOKEN, ())]
