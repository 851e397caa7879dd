"""Without a check the attacks that it stops come through: the table would notice if it went."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.crypto.verify import (
    cover,
    history,
    judgement,
    revocation,
    signature,
    structure,
    tokens,
    verify,
)
from app.crypto.verify.history import Step
from tests.attacks.table import attacks

Plant = Callable[[pytest.MonkeyPatch], None]


def blind(module: object, name: str, result: object = None) -> Plant:
    """The function finds nothing wrong any more."""
    return lambda patch: patch.setattr(module, name, lambda *_args, **_more: result)


def unlinked(patch: pytest.MonkeyPatch) -> None:
    """Revisions are compared, and nobody asks whether they build on each other."""

    def step(old: Step, new: Step) -> Step:
        found, _ = history._entries(old, new, new.sections[: len(new.sections) - len(old.sections)])
        return Step(old, new, tuple(found))

    patch.setattr(history, "step", step)


# What is broken, and the families of which at least one file must then be judged wrongly.
PLANTED: dict[str, tuple[Plant, tuple[str, ...]]] = {
    "(1) padding": (blind(structure, "check_padding"), ("contents",)),
    "(1) hybrid tables": (blind(history, "disagrees", False), ("history",)),
    "(1) removed signatures": (blind(judgement, "one_was_removed", False), ("fields",)),
    "(1) junk": (blind(history, "_account"), ("history",)),
    "(1) history": (unlinked, ("history",)),
    "(2) the CMS": (blind(signature, "check"), ("signed data", "contents")),
    "(2) algorithms": (blind(signature, "check_strength", ()), ("algorithms",)),
    "(3) revocation": (blind(revocation, "check", ()), ("revocation",)),
    "(4) time": (blind(tokens, "_check_time"), ("time stamps",)),
    "(5) changes": (
        blind(judgement.Judgement, "changes"),
        ("incremental saving", "later pages", "later forms", "later catalog", "shadow",
         "references", "certified"),
    ),
    "(5) stamps": (blind(cover, "check"), ("sneaky stamps",)),
}  # fmt: skip
CASES = [(bug, family) for bug, (_, families) in PLANTED.items() for family in families]


@pytest.mark.parametrize(("bug", "family"), CASES, ids=lambda value: value)
def test_a_missing_check_is_noticed(bug: str, family: str, monkeypatch: pytest.MonkeyPatch) -> None:
    PLANTED[bug][0](monkeypatch)
    rows = (attack for attack in attacks() if attack.family == family and not attack.control)
    assert any(
        verify(attack.build(), attack.trust(), attack.at).name not in attack.verdicts
        for attack in rows
    )
