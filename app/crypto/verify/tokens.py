"""Check 4: time-stamp tokens (RFC 3161, RFC 5816): what they cover, and who vouches for it.

(4.1) it is a TSTInfo, signed as such (2.1 to 2.5)
(4.2) it covers these bytes and no others
(4.3) its time is possible
(4.4) an authority that may tell the time vouches for it, by safe algorithms
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.crypto import certificates
from app.crypto.verify import algorithms, path, reasons, revocation, signature, tst_info
from app.crypto.verify.certificate import load
from app.crypto.verify.path import Path
from app.crypto.verify.reasons import Failure
from app.crypto.verify.revocation import Evidence
from app.crypto.verify.signed_data import SignedData, readable
from app.crypto.verify.trust import Trust
from app.errors import N_
from app.model import Reason

Imprint = Callable[[str], bytes]  # the digest, by its name in hashlib, of what is covered
_TST_INFO = "1.2.840.113549.1.9.16.1.4"
_TIME_STAMP = "1.2.840.113549.1.9.16.2.14"
_CLOCKS_DIFFER = timedelta(minutes=5)  # those of authorities and of this device


@dataclass(frozen=True, slots=True)
class Token:
    """A token that covers what it should. `remarks` say why it proves less than it could.

    `time` is the latest moment at which it may have been made: genTime and its accuracy.
    """

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

    `at` is when it is known to have existed (`proven`: by a later time stamp; else now). Raises
    Failure; DIGEST where it covers something else.
    """
    # (4.1)
    content = signed.content or b""
    signer = signature.find_signer(signed, pool, mandatory=True)
    signature.check(signed, signer, hashlib.new(signed.digest, content).digest(), _TST_INFO)
    with readable():
        info = tst_info.read(content)
    # (4.2)
    if imprint(info.digest) != info.imprint:
        raise Failure(reasons.DIGEST())
    # (4.3)
    _check_time(info.time, signer, at)
    # (4.4)
    policy, began = trust.policy, load(signer).not_before
    remarks = algorithms.weakness([policy.digest(info.digest)], at, proven, began)
    remarks += signature.check_strength(signed, signer, policy, at, proven)
    found = path.find(signer, (*signed.certificates, *pool), trust, at, "timestamp", proven)
    remarks += revocation.check(found, evidence, trust, at, proven)
    return Token(info.time + info.accuracy, found, evidence, remarks)


def inside(signed: SignedData) -> tuple[bytes, ...]:
    """The tokens over its signature value that a signature carries (EN 319 122-1, 5.3)."""
    return signed.unsigned_attributes.get(_TIME_STAMP, ())


@contextmanager
def attached() -> Iterator[None]:
    """Tell what is wrong with a token in a signature as a reason of check 4 of that signature.

    A token that proves nothing does no harm: only one that is wrong makes the signature so.
    """
    try:
        yield
    except Failure as failure:
        raise Failure(_told(failure.reason)) from failure


def _told(reason: Reason) -> Reason:
    if reason.verdict == "untrusted":
        return reasons.TIMESTAMP_UNTRUSTED()
    if reason.verdict == "indeterminate" or reason.code in _NOT_RELIED_ON:
        return reasons.TIMESTAMP_UNPROVEN()
    if reason.check == 4:
        return reason
    if reason.code == reasons.DIGEST.code:
        return reasons.TIMESTAMP_INVALID(what=N_("it belongs to something else"))
    if reason.check == 2:
        return reasons.TIMESTAMP_INVALID(what=N_("its own signature is broken"))
    return reasons.TIMESTAMP_INVALID(what=N_("its authority may not vouch for times"))


_NOT_RELIED_ON = (reasons.WEAK.code, reasons.UNKNOWN_ALGORITHM.code)


def _check_time(time: datetime, signer: bytes, at: datetime) -> None:
    certificate = load(signer)
    if time > at + _CLOCKS_DIFFER:
        raise Failure(reasons.TIMESTAMP_INVALID(what=N_("it comes from the future")))
    if not certificate.not_before <= time <= certificate.not_after:
        raise Failure(
            reasons.TIMESTAMP_INVALID(what=N_("its certificate was not valid at that time"))
        )
