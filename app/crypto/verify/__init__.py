"""Judge the signatures of a PDF: bytes, trust and time in, a `Verdict` out. Fails closed.

The checks, numbered as in docs/VERIFY.md and in the verdict's reasons:
(1) structure: which bytes each signature covers, and how revisions     structure, history
    build on each other
(2) the CMS signature over these bytes                                 digests, signed_data
(3) its certificate: a path to an explicit anchor, and revocation      path, revocation
(4) time: time stamps, and the earliest moment that is proven          tokens
(5) what changed after each signature, and whether that was allowed    changes, permissions
(6) the level, every part of which was checked                         level
(7) who signed, as certified, and what is only claimed                 mandate
"""

from __future__ import annotations

from datetime import datetime
from typing import BinaryIO

from app.crypto.pdf.budget import Budget
from app.crypto.pdf.document import PdfFile
from app.crypto.verify import reasons, revisions
from app.crypto.verify.case import WORST_FIRST
from app.crypto.verify.judgement import Judgement
from app.crypto.verify.trust import Trust
from app.errors import TekenError
from app.model import Reason, Verdict


def verify(
    data: bytes | BinaryIO,
    trust: Trust,
    at: datetime,
    password: str = "",
    budget: Budget | None = None,
) -> Verdict:
    """Judge every signature of a PDF, as known at `at` (aware). Raises nothing.

    An open file must be seekable and stay unchanged; `budget` bounds what a foreign one may cost.
    What cannot be known is `indeterminate`; an error of our own is `invalid`: a failure never
    looks like success.
    """
    try:
        return _verdict(PdfFile(data, password, budget), trust, at, password)
    except TekenError as error:
        return Verdict("unreadable", (_unreadable(error),), ())
    except Exception as error:  # whatever it is: nothing was proven
        return Verdict("invalid", (reasons.INTERNAL(what=type(error).__name__),), ())


def _verdict(pdf: PdfFile, trust: Trust, at: datetime, password: str) -> Verdict:
    fields = revisions.signed_fields(pdf)
    if not fields:
        removed = revisions.one_was_removed(pdf, fields)
        reason = reasons.REMOVED() if removed else reasons.UNSIGNED()
        return Verdict(reason.verdict, (reason,), ())
    judgement = Judgement(pdf, fields, trust, at, password)
    judgement.structure()  # (1)
    judgement.time_stamps()  # (4): what they prove is needed below
    judgement.signatures()  # (2), (3), (4)
    judgement.changes()  # (5)
    reports = judgement.reports()  # (6), (7)
    name = min((report.verdict for report in reports), key=WORST_FIRST.index)
    return Verdict(name, (), reports)


def _unreadable(error: TekenError) -> Reason:
    return Reason(1, error.code, "unreadable", "FORMAT_FAILURE", error.sentence, error.details)
