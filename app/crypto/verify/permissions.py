"""Check 5: whether what was changed is what earlier signatures allow (ISO 32000-2, 12.8.2)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from app.crypto.pdf.forms import Form, covers, read_form
from app.crypto.pdf.objects import Dict
from app.crypto.verify import reasons
from app.crypto.verify.diff import Change
from app.crypto.verify.reasons import Failure
from app.crypto.verify.structure import Signature
from app.model import Reason

_FINAL = 1  # DocMDP P=1: validation data and time stamps only


@dataclass(frozen=True, slots=True)
class Permissions:
    """What the signatures of a revision allow: DocMDP level, None where none is set; locks."""

    level: int | None
    locks: tuple[Dict, ...]

    def locked(self, name: str) -> bool:
        return any(covers(lock, name) for lock in self.locks)


def of(signature: Signature) -> Permissions:
    """What a signature and those before it allow."""
    form: Form = read_form(signature.revision)
    return Permissions(form.certified, form.locks)


def judge(
    allowed: Permissions,
    changes: Sequence[Change],
    timestamps: Collection[int],
    strangers: Collection[int],
) -> tuple[Reason, ...]:
    """Compare changes with what is allowed; the rest is remarked upon. Raises Failure.

    `timestamps` and `strangers` are field numbers: document time stamps are always allowed;
    signatures that lead to no trust anchor are none that count.
    """
    filled: list[str] = []
    later = False
    for change in changes:
        if change.number in timestamps or change.kind in ("dss", "metadata"):
            continue
        _check(allowed, change)
        if change.number in strangers:
            raise Failure(reasons.STRANGER())
        if change.kind == "fill":
            filled.append(change.field)
        else:
            later = True
    remarks = [reasons.SIGNED_LATER()] if later else []
    if filled:
        remarks.append(reasons.FILLED(fields=", ".join(dict.fromkeys(filled))))
    return tuple(remarks)


def _check(allowed: Permissions, change: Change) -> None:
    if allowed.level == _FINAL:
        raise Failure(reasons.FORBIDDEN(what=reasons.AFTER_FINAL))
    if change.kind == "new signature":
        if allowed.level is not None:
            raise Failure(reasons.FORBIDDEN(what=reasons.FIELD_ADDED))
    elif allowed.locked(change.field):
        raise Failure(reasons.FORBIDDEN(what=reasons.LOCKED, field=change.field))
