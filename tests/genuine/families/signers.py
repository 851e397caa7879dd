"""One to six signers, by pyHanko and by us in turn, each with a revision of their own."""

from __future__ import annotations

from functools import partial

from app.model import Level
from tests.builders import Form, form
from tests.genuine.families import teken
from tests.genuine.hanko import sealed, signed
from tests.genuine.table import SEAL, By, Family

FAMILY = Family("several signers")
WHO = ("second", "rsa2048", "p384", "third", "p256", "rsa3072")
KINDS = ("table", "cross-reference stream", "hybrid", "form by reference")


def _by(name: str, count: int, level: Level, ours: bool) -> bytes:
    """`ours`: every second signature is by our own signer."""
    data = form(name).data
    for turn, who in enumerate(WHO[:count]):
        if ours and turn % 2:
            data = teken.signed(Form(data), who)
        else:
            data = signed(data, who, level, minutes=1 + turn)
    return data


for _name in KINDS:
    for _count in range(1, 7):
        FAMILY.add(
            f"{_count} by pyHanko, {_name}",
            partial(_by, _name, _count, "B-B", False),
            *map(By, WHO[:_count]),
        )
    for _count in (2, 3, 6):
        FAMILY.add(
            f"{_count} by pyHanko and Teken, {_name}",
            partial(_by, _name, _count, "B-T", True),
            *(By(who, "B-B" if turn % 2 else "B-T") for turn, who in enumerate(WHO[:_count])),
        )


@FAMILY.file(By("p256", "B-T"), SEAL, By("rsa2048", "B-T"), SEAL)
def a_document_time_stamp_after_each() -> bytes:
    once = sealed(signed(form("table").data), 5)
    return sealed(signed(once, "rsa2048"), 10)
