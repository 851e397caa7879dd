"""The signatures of one file, judged together: each check runs for all of them before the next.

What a check needs to know of other signatures (later time stamps, later signers) is known by then.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property, partial
from itertools import pairwise

from app.crypto.pdf.document import PdfFile
from app.crypto.pdf.forms import SignatureField
from app.crypto.verify import changes, cover, history, looks, permissions, reasons, structure
from app.crypto.verify.case import Case
from app.crypto.verify.diff import Change
from app.crypto.verify.history import Step
from app.crypto.verify.proof import Proof
from app.crypto.verify.reasons import Failure
from app.crypto.verify.references import Holders, holders
from app.crypto.verify.report import report
from app.crypto.verify.revisions import one_was_removed, value_ref
from app.crypto.verify.trust import Trust
from app.errors import TekenError
from app.model import Reason, SignatureReport


class Judgement:
    """`structure` comes first: what it refuses is not looked at any further."""

    def __init__(
        self,
        pdf: PdfFile,
        fields: Sequence[SignatureField],
        trust: Trust,
        at: datetime,
        password: str,
    ) -> None:
        self._pdf = pdf
        self._cases = [Case(field) for field in fields]
        self._sound: list[Case] = []  # in the order in which they were made
        self._steps: list[Step | Reason] = []  # behind each sound one, to the next or to the end
        self._trust, self._at, self._password = trust, at, password

    # -- (1) -------------------------------------------------------------------------------------

    def structure(self) -> None:
        """Which bytes each signature covers, and how the revisions build on each other."""
        for case in self._cases:
            examine = partial(structure.examine, self._pdf, case.field, self._password)
            case.place = case.attempt(examine)
        if history.disagrees(self._pdf):
            for case in self._cases:
                case.reasons.append(reasons.AMBIGUOUS())
        self._refuse_doubles(lambda field: value_ref(self._pdf, field), reasons.SHARED_VALUE())
        self._refuse_doubles(lambda field: field.name or None, reasons.AMBIGUOUS())
        self._order()
        if self._sound and one_was_removed(self._pdf, [case.field for case in self._cases]):
            self._sound[-1].reasons.append(reasons.REMOVED())
        ends = [*(case.signature.revision for case in self._sound), self._pdf]
        self._steps = [_step(old, new) for old, new in pairwise(ends)]

    def _refuse_doubles(self, key: Callable[[SignatureField], object], reason: Reason) -> None:
        """No two signed fields may have the same value, or one name (12.7.4.2)."""
        seen: dict[object, Case] = {}
        for case in self._cases:
            own = key(case.field)
            other = case if own is None else seen.setdefault(own, case)
            if other is not case:
                for each in (case, other):
                    each.reasons.append(reason)
                    each.place = None

    def _order(self) -> None:
        """Each range covers the whole revision before, so its gap lies behind that."""
        found = [case for case in self._cases if case.place is not None]
        covered = 0
        for case in sorted(found, key=lambda case: case.signature.covers):
            if case.signature.start < covered:
                case.reasons.append(reasons.BYTE_RANGE())
                case.place = None
                continue
            covered = case.signature.covers
            self._sound.append(case)

    # -- (2) to (4) ------------------------------------------------------------------------------

    def time_stamps(self) -> None:
        """Document time stamps, the newest first: each may rest on a later one."""
        self._proof = Proof(self._pdf, self._sound, self._trust, self._at)
        self._proof.time_stamps()

    def signatures(self) -> None:
        """Everybody else."""
        self._proof.signatures()

    # -- (5) -------------------------------------------------------------------------------------

    def changes(self) -> None:
        """Compare revisions; each signature is told of every change behind it."""
        found = [self._changes_of(index) for index in range(len(self._steps))]
        for index, case in enumerate(self._sound):
            case.attempt(partial(self._tell, case, found[index:]))

    def _changes_of(self, index: int) -> Reason | Sequence[Change]:
        step = self._steps[index]
        if isinstance(step, Reason):
            return step
        if len(step.new.sections) == len(step.old.sections):
            return ()  # no revision came; one that changes no object may still change its trailer
        came = self._sound[index + 1 : index + 2]  # none behind the newest signature
        signed = [case for case in came if case.verdict not in ("invalid", "altered")]
        numbers = [case.field.ref.number for case in signed]
        every = {
            number for each in self._steps if isinstance(each, Step) for number in each.changed
        }
        try:
            made = changes.find(step, numbers, self._holders, every)
            cover.check(step, made, self._password)
        except Failure as failure:
            return failure.reason
        except TekenError as error:
            return reasons.INTERNAL(what=error.code)
        return made

    def _changed(self) -> set[int]:
        """Every number that any step changes."""
        return {number for each in self._steps if isinstance(each, Step) for number in each.changed}

    @cached_property
    def _holders(self) -> Holders:
        every = self._changed()
        return holders(self._pdf, every, every)

    def _tell(self, case: Case, found: Sequence[Reason | Sequence[Change]]) -> None:
        allowed = permissions.of(case.signature)
        stamps = [each.field.ref.number for each in self._sound if each.is_time_stamp]
        strangers = [
            each.field.ref.number
            for each in self._sound
            if each.verdict == "untrusted" and case.verdict != "untrusted"
        ]
        remarks: list[Reason] = []
        for step, change in zip(self._steps[-len(found) :], found, strict=True):
            if isinstance(change, Reason):
                raise Failure(self._shown(case, step, change))
            try:
                remarks += permissions.judge(allowed, change, stamps, strangers)
            except Failure as failure:
                raise Failure(self._shown(case, step, failure.reason)) from failure
        case.reasons += [each for at, each in enumerate(remarks) if each not in remarks[:at]]

    def _shown(self, case: Case, step: Step | Reason, reason: Reason) -> Reason:
        """The reason, with the places where the newest revision looks otherwise than signed."""
        if isinstance(step, Reason) or reason.check != 5 or reason.rects:
            return reason  # what check 1 refused is not drawn
        seen = looks.differences(case.signature.revision, self._pdf, self._password)
        shown = [replace(reason, page=page, rects=rects) for page, rects in seen] or [reason]
        case.reasons += shown[1:]
        return shown[0]

    # -- (6), (7) --------------------------------------------------------------------------------

    def reports(self) -> tuple[SignatureReport, ...]:
        """All signatures, the oldest first; those whose structure is broken come last."""
        broken = [case for case in self._cases if case not in self._sound]
        return tuple(report(case) for case in (*self._sound, *broken))


def _step(old: PdfFile, new: PdfFile) -> Step | Reason:
    try:
        if history.is_only_line_end(new, old.source.size):
            return Step(old, new, ())
        if not _ends(new):
            return reasons.UNCOVERED()
        return history.step(old, new)
    except Failure as failure:
        return failure.reason
    except TekenError as error:
        return reasons.INTERNAL(what=error.code)


def _ends(pdf: PdfFile) -> bool:
    """Whether the last revision is a complete one."""
    try:
        structure.check_end(pdf)
    except Failure:
        return False
    return True
