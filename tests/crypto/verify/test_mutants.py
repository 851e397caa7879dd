"""Ten thousand mutants of signed files; `./dev soak mutants` tries ten times as many."""

from __future__ import annotations

import random

import pytest

from app.crypto.verify import verify
from tests import mutants

BLOCKS, EACH = 10, 1000


@pytest.mark.parametrize("block", range(BLOCKS))
def test_no_mutant_is_accepted_or_surprises(block: int) -> None:
    assert mutants.hunt(block * EACH, EACH) == []


def test_the_seeds_are_valid_and_of_many_forms() -> None:
    assert len(mutants.seeds()) >= mutants.LEAST_SEEDS
    assert all(verify(data, mutants.TRUST, mutants.NOW).name == "valid" for data in mutants.seeds())


def test_mutants_go_deep_enough_to_be_judged() -> None:
    """A hunt whose mutants are all unreadable would find nothing."""
    found = [
        verify(mutants.mutant(random.Random(n)), mutants.TRUST, mutants.NOW).name
        for n in range(300)
    ]
    assert found.count("altered") > 30
    assert found.count("invalid") > 10
