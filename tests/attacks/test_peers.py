"""What is written down about pdfsig and pyHanko is what they say."""

from __future__ import annotations

import pytest

from tests.attacks.peers import PEERS, fooled, known
from tests.attacks.table import Attack, attacks

BY_ID = {attack.id: attack for attack in attacks()}


def samples() -> list[Attack]:
    """For each family the first attack that fools one peer, and the first that fools the other."""
    found: dict[tuple[str, str], Attack] = {}
    for row, names in known().items():
        for name in names:
            found.setdefault((BY_ID[row].family, name), BY_ID[row])
    return list(dict.fromkeys(found.values()))


def test_only_attacks_are_listed_and_by_their_names() -> None:
    assert all(row in BY_ID and not BY_ID[row].control for row in known())
    assert all(names and set(names) <= set(PEERS) for names in known().values())


@pytest.mark.parametrize("attack", samples(), ids=lambda attack: attack.id)
def test_who_is_fooled(attack: Attack) -> None:
    """A sample; `python -m tests.attacks.peers` asks about all of them."""
    assert fooled(attack) == known()[attack.id]
