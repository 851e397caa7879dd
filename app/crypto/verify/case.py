"""One signature while it is being judged: what is known of it so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field as entry
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from app.crypto.pdf.forms import SignatureField
from app.crypto.verify import reasons
from app.crypto.verify.asn1 import BadAsn1
from app.crypto.verify.reasons import Failure
from app.crypto.verify.structure import Signature
from app.errors import TekenError
from app.model import Level, Reason, VerdictName

if TYPE_CHECKING:
    from app.crypto.verify.path import Path
    from app.crypto.verify.signed_data import SignedData
    from app.crypto.verify.tokens import Token

T = TypeVar("T")
WORST_FIRST: tuple[VerdictName, ...] = (
    "unreadable", "invalid", "altered", "untrusted", "indeterminate", "valid",
)  # fmt: skip


@dataclass(slots=True)
class Case:
    """Filled by one check after the other; `reasons` only grow."""

    field: SignatureField
    reasons: list[Reason] = entry(default_factory=list)
    place: Signature | None = None  # its signature value, once that is structurally sound
    signed: SignedData | None = None
    signer: bytes = b""  # DER
    path: Path | None = None
    token: Token | None = None  # what proved the time
    time: datetime | None = None  # the earliest proven moment at which it existed
    time_by: str = ""
    level: Level = ""

    @property
    def signature(self) -> Signature:
        """The signature value of a sound case."""
        if self.place is None:
            raise LookupError("the structure of this signature is broken")
        return self.place

    @property
    def chain(self) -> tuple[bytes, ...]:
        """DER, end-entity first: the path that was found, else the signer's certificate."""
        if self.path is not None:
            return self.path.chain
        return (self.signer,) if self.signer else ()

    @property
    def is_time_stamp(self) -> bool:
        return self.place is not None and self.place.timestamp

    @property
    def verdict(self) -> VerdictName:
        """The worst of its reasons, valid where none speaks against it."""
        found = (reason.verdict for reason in self.reasons)
        return min(found, key=WORST_FIRST.index, default="valid")

    def attempt(self, check: Callable[[], T]) -> T | None:
        """Run a check; a failure becomes a reason, and so does what nobody expected."""
        try:
            return check()
        except Failure as failure:
            self.reasons.append(failure.reason)
        except BadAsn1 as error:
            self.reasons.append(reasons.CMS_UNREADABLE(what=str(error)))
        except TekenError as error:
            self.reasons.append(reasons.INTERNAL(what=error.code))
        except Exception as error:  # fails closed: nothing was proven
            self.reasons.append(reasons.INTERNAL(what=type(error).__name__))
        return None
