"""Checks 2 to 4 for the signatures of one file: what is signed, by whom, and since when for sure.

The time comes first: whether a certificate was valid is asked of the earliest moment at which the
signature is proven to have existed, else of now (EN 319 102-1, 5.5 and 5.6).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from app.crypto.pdf.document import PdfFile
from app.crypto.verify import (
    level,
    path,
    reasons,
    revocation,
    signature,
    signed_data,
    structure,
    tokens,
)
from app.crypto.verify.case import Case
from app.crypto.verify.digests import Digests
from app.crypto.verify.evidence import Store, read_store
from app.crypto.verify.revocation import Evidence
from app.crypto.verify.signed_data import SignedData
from app.crypto.verify.tokens import Token
from app.crypto.verify.trust import Trust

_CADES = "ETSI.CAdES.detached"


class Proof:
    """`cases` are structurally sound, the oldest first. `at` is now."""

    def __init__(self, pdf: PdfFile, cases: Sequence[Case], trust: Trust, at: datetime) -> None:
        self._cases, self._trust, self._at = cases, trust, at
        self._store: Store = read_store(pdf)
        self._digests = Digests(pdf.source, [case.signature for case in cases])
        for case in cases:
            case.signed = case.attempt(partial(_read, case))
        self._stamps: list[tuple[int, Token]] = []  # those that prove, by the place of their case

    # -- time --------------------------------------------------------------------------------------

    def time_stamps(self) -> None:
        """(4): document time stamps, the newest first: each may be proven by a later one."""
        for index in reversed(range(len(self._cases))):
            case = self._cases[index]
            if not case.is_time_stamp or case.signed is None:
                continue
            token = case.attempt(partial(self._document_time_stamp, index, case.signed))
            if token is None:
                continue
            case.path, case.time, case.time_by = token.path, token.time, token.by
            case.reasons += token.remarks
            if token.proves:
                self._stamps.append((index, token))

    def _document_time_stamp(self, index: int, signed: SignedData) -> Token:
        at, proven = self._known_at(index)
        imprint = partial(self._digests.of, index)
        return self._token(signed, imprint, at, proven)

    def _known_at(self, index: int) -> tuple[datetime, bool]:
        """When a signature is proven to have existed by later document time stamps, else now."""
        times = [token.time for place, token in self._stamps if place > index]
        return (min(times), True) if times else (self._at, False)

    def _token(
        self, signed: SignedData, imprint: tokens.Imprint, at: datetime, proven: bool
    ) -> Token:
        return tokens.check(
            signed,
            imprint,
            self._store.certificates,
            self._evidence(signed),
            self._trust,
            at,
            proven,
        )

    def _evidence(self, signed: SignedData) -> Evidence:
        return Evidence(
            (*signed.crls, *self._store.crls),
            (*signed.ocsps, *self._store.ocsps),
            (*signed.certificates, *self._store.certificates),
        )

    # -- signatures --------------------------------------------------------------------------------

    def signatures(self) -> None:
        """(2) and (3) for all that are no time stamps."""
        for index, case in enumerate(self._cases):
            if not case.is_time_stamp and case.signed is not None:
                case.attempt(partial(self._signature, index, case, case.signed))

    def _signature(self, index: int, case: Case, signed: SignedData) -> None:
        """The checks of one signature in order; each ends the rest where it fails."""
        mandatory = case.signature.sub_filter == _CADES
        case.signer = signature.find_signer(signed, self._store.certificates, mandatory)
        signature.check(signed, case.signer, self._digests.of(index, signed.digest))
        at, proven = self._trusted_time(index, case, signed)
        policy = self._trust.policy
        case.reasons += signature.check_strength(signed, case.signer, policy, at, proven)
        pool = (*signed.certificates, *self._store.certificates)
        case.path = path.find(case.signer, pool, self._trust, at, "signature", proven)
        evidence = self._evidence(signed)
        case.reasons += revocation.check(case.path, evidence, self._trust, at, proven)
        # (6): every part was verified
        lasting = level.lasts(case.path, evidence, self._trust, at, proven)
        lasting = lasting and self._time_lasts(case, index)
        case.level = level.level(case, lasting, self._seals(index))

    def _trusted_time(self, index: int, case: Case, signed: SignedData) -> tuple[datetime, bool]:
        """(4): the earliest proof, by a time stamp in the signature or by one of the document."""
        at, proven = self._known_at(index)
        found = [token for place, token in self._stamps if place > index]
        for value in tokens.inside(signed):
            token = case.attempt(partial(self._signature_time_stamp, value, signed, at, proven))
            if token is not None and token.proves:
                found.append(token)
            elif token is not None:
                case.reasons.append(reasons.TIMESTAMP_UNPROVEN())
        if not found:
            return at, proven
        first = min(found, key=lambda token: token.time)
        case.token, case.time, case.time_by = first, first.time, first.by
        return case.time, True

    def _time_lasts(self, case: Case, index: int) -> bool:
        """Whether the file tells all about the authority that proved the time."""
        if case.token is None:
            return False
        at, proven = self._known_at(index)
        return level.lasts(case.token.path, case.token.evidence, self._trust, at, proven)

    def _seals(self, index: int) -> bool:
        return any(level.seals(self._cases[place]) for place, _ in self._stamps if place > index)

    def _signature_time_stamp(
        self, value: bytes, signed: SignedData, at: datetime, proven: bool
    ) -> Token:
        """A token over the signature value; one by a stranger proves nothing and harms nothing."""
        with tokens.attached():
            token = signed_data.read(value)
            return self._token(token, partial(_digest, signed.signature), at, proven)


def _digest(data: bytes, name: str) -> bytes:
    return hashlib.new(name, data).digest()


def _read(case: Case) -> SignedData:
    """The CMS of a signature, and nothing behind it."""
    signed = signed_data.read(case.signature.value)
    structure.check_padding(case.signature.value, signed.size)
    return signed
