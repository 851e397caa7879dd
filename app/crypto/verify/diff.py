"""What a check of changes works on: two revisions, and which differences are explained so far."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NoReturn

from app.crypto.pdf.document import PdfFile
from app.crypto.pdf.objects import Dict, Name, Object, Ref, Stream
from app.crypto.verify import reasons
from app.crypto.verify.history import Step
from app.crypto.verify.reasons import Failure
from app.crypto.verify.references import TRAILER, Holders, holders, refs, trailer_refs

ChangeKind = Literal["dss", "metadata", "fill", "signature", "new signature"]


@dataclass(frozen=True, slots=True)
class Change:
    """A difference of a kind that may be permitted.

    `field` is a qualified name, `number` the object number of the field, `widgets` where it shows.
    """

    kind: ChangeKind
    field: str = ""
    number: int = 0
    widgets: tuple[Ref, ...] = ()


@dataclass(slots=True)
class Diff:
    """`changed` numbers must all become `explained`; `guarded` ones may only be referred to by
    the listed holders, and there only under the listed key (None: anywhere)."""

    step: Step
    holders: Holders  # by objects that no step changes, in the newest revision
    others: Collection[int]  # what any step changes
    signed: Collection[int]  # numbers of the fields whose signature came with this step
    changed: frozenset[int]
    explained: set[int] = field(default_factory=set)
    guarded: dict[int, dict[int, str | None]] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    new_widgets: dict[int, int] = field(default_factory=dict)  # widget -> its page, 0: not said

    @property
    def old(self) -> PdfFile:
        return self.step.old

    @property
    def new(self) -> PdfFile:
        return self.step.new

    def before(self, number: int) -> Object:
        return self.old.get(Ref(number))

    def after(self, number: int) -> Object:
        return self.new.get(Ref(number))

    def is_new(self, number: int) -> bool:
        """Whether the number meant nothing in the old revision."""
        return number in self.changed and self.before(number) is None

    def pending(self) -> Iterator[int]:
        """Changed numbers that nothing explains yet."""
        yield from sorted(self.changed - self.explained)

    # -- comparing -------------------------------------------------------------------------------

    def same(self, one: Object, two: Object) -> bool:
        """Equal as written; references are equal by number, streams by dictionary and data."""
        if isinstance(one, Stream) and isinstance(two, Stream):
            return self.same(one.dictionary, two.dictionary) and self.old.raw_data(
                one
            ) == self.new.raw_data(two)
        if isinstance(one, list) and isinstance(two, list):
            return len(one) == len(two) and all(map(self.same, one, two))
        if isinstance(one, dict) and isinstance(two, dict):
            return one.keys() == two.keys() and all(self.same(one[key], two[key]) for key in one)
        if isinstance(one, bool) or isinstance(two, bool):
            return one is two
        if isinstance(one, Name) or isinstance(two, Name):
            return isinstance(one, Name) and isinstance(two, Name) and one == two
        return one == two

    def differing(self, one: Dict, two: Dict) -> set[str]:
        """The keys whose values differ."""
        return {
            str(key)
            for key in one.keys() | two.keys()
            if key not in one or key not in two or not self.same(one[key], two[key])
        }

    def meet(self, one: Object, two: Object, holder: int, key: str) -> tuple[Object, Object]:
        """The old and new value behind an entry of `holder`, resolved, and explained where they
        are an object of their own that only this entry refers to."""
        if (
            isinstance(two, Ref)
            and two.number in self.changed
            and (one == two or self.is_new(two.number))
        ):
            self.explained.add(two.number)
            self.guard(two.number, holder, key)
        return self.old.get(one), self.new.get(two)

    # -- explaining ------------------------------------------------------------------------------

    def guard(self, number: int, holder: int, key: str | None) -> None:
        """Let only `holder` refer to an object, under `key` of its dictionary."""
        self.guarded.setdefault(number, {})[holder] = key

    def take_new(self, value: Object) -> None:
        """Explain the new objects that a permitted value brings along."""
        stack = list(refs(value))
        while stack:
            number = stack.pop()
            if number not in self.explained and self.is_new(number):
                self.explained.add(number)
                stack += refs(self.after(number))

    def refuse(self, what: str, **details: Any) -> NoReturn:
        """End the check: the document was altered. `details` fill the placeholders of `what`."""
        raise Failure(reasons.CHANGED(what=what, **details))

    # -- who refers to what ----------------------------------------------------------------------

    def old_holders(self, number: int) -> set[int]:
        return self._holders(self.old, number)

    def new_holders(self, number: int) -> set[int]:
        return self._holders(self.new, number)

    def _holders(self, pdf: PdfFile, number: int) -> set[int]:
        if number not in self.others:  # not looked for before
            return set(holders(pdf, (number,), ()).get(number, ()))
        found = set(self.holders.get(number, ())) - {TRAILER}
        found |= {other for other in self.others if number in self._refs_of(pdf, other)}
        return found | ({TRAILER} if number in trailer_refs(pdf) else set())

    def _refs_of(self, pdf: PdfFile, number: int) -> set[int]:
        return set(refs(pdf.get(Ref(number))))

    def check_holders(self) -> None:
        """New objects fill no gap that was signed; guarded ones are seen by nobody else."""
        for number in self.explained:
            if self.is_new(number) and self.old_holders(number):
                self.refuse(reasons.PLANTED)
        for number, allowed in self.guarded.items():
            for pdf, found in (
                (self.old, self.old_holders(number)),
                (self.new, self.new_holders(number)),
            ):
                if any(self._elsewhere(pdf, holder, number, allowed) for holder in found):
                    self.refuse(reasons.SHARED)

    def _elsewhere(
        self, pdf: PdfFile, holder: int, number: int, allowed: Mapping[int, str | None]
    ) -> bool:
        """Whether `holder` refers to the object where it is not expected."""
        if holder not in allowed:
            return True
        key = allowed[holder]
        if key is None or holder == TRAILER:
            return False
        return number in set(refs(pdf.get(Ref(holder)), (key,)))
