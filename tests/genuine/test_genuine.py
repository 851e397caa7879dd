"""Every genuine file is judged as what it is: by whom, how far, and whole."""

from __future__ import annotations

from collections import Counter

import pytest

from app.crypto.verify import verify
from app.model import Verdict
from tests.genuine import people
from tests.genuine.table import Genuine, genuine

FILES = genuine()
LEAST = 250


def test_there_are_enough_and_each_has_its_own_name() -> None:
    assert len(FILES) >= LEAST
    assert [name for name, count in Counter(file.id for file in FILES).items() if count > 1] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.id)
def test_verdict(file: Genuine) -> None:
    verdict = verify(file.build(), file.trust(), people.AT, file.password)
    told = told_by(verdict)
    assert verdict.name == file.verdict, told
    found = [(each.chain[0], each.level, each.kind) for each in verdict.signatures]
    wanted = [(people.person(by.who).chain[0], by.level, by.kind) for by in file.signed]
    assert [each[1:] for each in found] == [each[1:] for each in wanted], told
    assert found == wanted
    assert {each.verdict for each in verdict.signatures} == {file.verdict}, told


def told_by(verdict: Verdict) -> list[str]:
    """Its reasons, short."""
    found = [*verdict.reasons, *(r for each in verdict.signatures for r in each.reasons)]
    return [f"{reason.check} {reason.code} {dict(reason.details)}" for reason in found]
