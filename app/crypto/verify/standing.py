"""Whether a certificate was revoked, by CRLs (RFC 5280, 6.3) and OCSP responses (RFC 6960).

Who signed these is asked about in the same way, within bounds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Literal, TypeVar

from cryptography import x509
from cryptography.x509 import ReasonFlags

from app.crypto.verify import certificate as certificates
from app.crypto.verify import crl as crls
from app.crypto.verify import ocsp as ocsps
from app.crypto.verify.algorithms import weakness
from app.crypto.verify.certificate import Certificate, Signed, Unreadable
from app.crypto.verify.crl import EVERY_REASON, HOLD, Crl, Revocation, reasons_covered
from app.crypto.verify.ocsp import Response
from app.crypto.verify.path import Chain, Path, search
from app.crypto.verify.reasons import Failure
from app.crypto.verify.trust import Trust
from app.crypto.verify.usage import check_responder, is_authority, may_sign_crls
from app.crypto.verify.validation import check_period, check_strength

_MOST_PIECES = 200  # CRLs, and as many responses, that are looked at
_MOST_CERTIFICATES = 1000
_MOST_SIGNATURES = 100  # on them that are tried
_DEEPEST = 3  # certificates asked about on behalf of one another

Standing = Revocation | Literal["good", "unknown"]
_Asked = frozenset[Certificate]  # whose standing is in question
_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class _Statement:
    """What somebody entitled to it said of a certificate, and for which reasons he would have."""

    this_update: datetime
    next_update: datetime | None
    revocation: Revocation | None
    reasons: frozenset[ReasonFlags] = EVERY_REASON


class Inquiry:
    """The evidence at hand, all DER, for one path and one time (aware).

    `trust` says how old statements and how weak signatures may be at that time.
    """

    def __init__(
        self,
        path: Path,
        lists: tuple[bytes, ...],
        responses: tuple[bytes, ...],
        pool: tuple[bytes, ...],
        trust: Trust,
        at: datetime,
    ) -> None:
        self._at, self._freshness, self._policy = at, trust.freshness, trust.policy
        self._main, self._anchor = tuple(map(certificates.load, path.chain)), path.anchor
        self._pool = (*path.chain, *pool)[:_MOST_CERTIFICATES]
        self._signers = [c for c in _read(certificates.load, self._pool) if may_sign_crls(c)]
        self._crls = _read(crls.load, lists[:_MOST_PIECES])
        self._ocsps = _read(ocsps.load, responses[:_MOST_PIECES])
        self._tries = 0  # of signatures, while one certificate is asked about

    def standing(self, certificate: Certificate, issuer: Certificate) -> Standing:
        """Of a certificate of the path."""
        self._tries = 0
        return self._standing(certificate, issuer, frozenset({certificate}))

    def _standing(self, certificate: Certificate, issuer: Certificate, asked: _Asked) -> Standing:
        said = [
            *self._by_crl(certificate, issuer, asked),
            *self._by_ocsp(certificate, issuer, asked),
        ]
        final = [s.revocation for s in said if s.revocation and s.revocation.reason is not HOLD]
        if final:
            return min(final, key=lambda revocation: revocation.since)
        # A hold may be lifted: the newest word counts, and in doubt the hold.
        newest = max(said, key=lambda s: (s.this_update, s.revocation is not None), default=None)
        if newest and newest.revocation:
            return newest.revocation
        told = [s.reasons for s in said if self._clears(s, certificate)]
        return "good" if frozenset[ReasonFlags]().union(*told) == EVERY_REASON else "unknown"

    def _clears(self, statement: _Statement, certificate: Certificate) -> bool:
        """Whether a statement says that the certificate was not revoked at the time in question.

        One that is newer than that time always does.
        """
        said, until = statement.this_update, statement.next_update
        if statement.revocation or said > certificate.not_after:
            return False  # of what has expired, authorities need not speak any more
        if until is not None and self._at > until:
            return False
        if until is not None and is_authority(certificate):
            return True  # lists of authorities are renewed only once in some months
        return self._at - said <= self._freshness

    def _stands(self, certificate: Certificate, issuer: Certificate, asked: _Asked) -> bool:
        """Whether someone may vouch for another: known, not revoked, and not himself in question.

        Those of the path itself are asked about anyway.
        """
        if certificate in asked or len(asked) > _DEEPEST:
            return False
        if certificate in self._main:
            return True
        return self._standing(certificate, issuer, asked | {certificate}) == "good"

    # -- CRLs -----------------------------------------------------------------------------------

    def _by_crl(
        self, certificate: Certificate, issuer: Certificate, asked: _Asked
    ) -> Iterator[_Statement]:
        for crl in self._crls:
            reasons = reasons_covered(crl, certificate)
            if not reasons or crl.base is not None:
                continue
            signer = self._signer_of(crl, issuer, asked)
            if signer is not None:
                with suppress(Unreadable):
                    yield from self._listed(crl, certificate, reasons, signer)

    def _listed(
        self,
        crl: Crl,
        certificate: Certificate,
        reasons: frozenset[ReasonFlags],
        signer: Certificate,
    ) -> Iterator[_Statement]:
        """What a complete CRL says, and what it says together with each delta to it."""
        name = certificate.issuer, certificate.serial
        entry = crl.entry(*name)
        yield _Statement(crl.this_update, crl.next_update, _lasting(entry), reasons)
        for delta in self._crls:
            at = max(self._at, delta.this_update)
            if delta.continues(crl) and self._safely(delta.signed, signer, at):
                changed = _lasting(delta.entry(*name) or entry)  # 6.3.3 i to k
                yield _Statement(delta.this_update, delta.next_update, changed, reasons)

    def _signer_of(self, crl: Crl, issuer: Certificate, asked: _Asked) -> Certificate | None:
        """Who signed a CRL, if it is somebody who may (6.3.3 f, g)."""
        at = max(self._at, crl.this_update)
        for candidate in (issuer, *self._signers):
            named = candidate.subject == crl.issuer and may_sign_crls(candidate)
            if not named or not self._safely(crl.signed, candidate, at):
                continue
            if self._vouched(candidate, at, asked):
                return candidate
        return None

    def _vouched(self, candidate: Certificate, at: datetime, asked: _Asked) -> bool:
        """Whether a path leads to the same anchor, valid at that time, with nobody revoked."""
        try:
            chain = self._chain_of(candidate, at)
        except Failure:
            return False
        return all(self._stands(*pair, asked) for pair in pairwise(chain))

    def _chain_of(self, candidate: Certificate, at: datetime) -> Chain:
        """A path from somebody up to the anchor, valid at a time. Raises Failure."""

        def judge(below: Chain, whole: Chain) -> None:
            check_period(below, at, proven=True)
            check_strength(whole, self._policy, at, proven=True)

        if candidate in self._main:
            chain = self._main[self._main.index(candidate) :]
            judge(chain[:-1], chain)
            return chain
        path = search(candidate, self._pool, (self._anchor,), judge)
        return tuple(map(certificates.load, path.chain))

    # -- OCSP -----------------------------------------------------------------------------------

    def _by_ocsp(
        self, certificate: Certificate, issuer: Certificate, asked: _Asked
    ) -> Iterator[_Statement]:
        for response in self._ocsps:
            if not response.is_about(certificate, issuer) or not response.known:
                continue
            if self._entitled(response, issuer, asked):
                revocation = _lasting(response.revocation)
                yield _Statement(response.this_update, response.next_update, revocation)

    def _entitled(self, response: Response, issuer: Certificate, asked: _Asked) -> bool:
        """Whether the issuer signed a response, or one whom it made its responder (4.2.2.2)."""
        at = max(self._at, response.produced_at)
        for candidate in response.responders(issuer, self._pool):
            if not self._safely(response.signed, candidate, at):
                continue
            if candidate == issuer:
                return self._vouched(candidate, at, asked)
            if candidate.issued_by(issuer) and self._may_answer(candidate, issuer, at):
                if candidate.extension(x509.OCSPNoCheck):  # 4.2.2.2.1
                    return True
                if self._stands(candidate, issuer, asked):
                    return True
        return False

    def _may_answer(self, responder: Certificate, issuer: Certificate, at: datetime) -> bool:
        try:
            check_responder(responder)
            check_period((responder,), at, proven=True)
            check_strength((responder, issuer), self._policy, at, proven=True)
        except Failure:
            return False
        return True

    def _safely(self, signed: Signed, signer: Certificate, at: datetime) -> bool:
        """Whether somebody signed a statement, with what was safe at that time."""
        self._tries += 1
        if self._tries > _MOST_SIGNATURES:
            return False
        try:
            uses = self._policy.uses(signed.digest, signer.key)
            weakness(uses, at, proven=True, since=at)
        except Failure:
            return False
        return signed.by(signer.key)


def _lasting(revocation: Revocation | None) -> Revocation | None:
    """Nothing where it only says that an earlier revocation was lifted."""
    lifted = revocation is not None and revocation.reason is ReasonFlags.remove_from_crl
    return None if lifted else revocation


def _read(load: Callable[[bytes], _Read], pieces: Iterable[bytes]) -> tuple[_Read, ...]:
    """What can be read of the pieces; the rest helps nobody."""
    found = []
    for piece in pieces:
        with suppress(Unreadable):
            found.append(load(piece))
    return tuple(found)
