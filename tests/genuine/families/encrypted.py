"""Encrypted files of every cipher, signed by pyHanko: strings in a signature stay in the clear."""

from __future__ import annotations

from functools import partial

from app.model import Level
from tests.builders import OWNER, USER, form
from tests.genuine.hanko import sealed, signed
from tests.genuine.people import bare_trust
from tests.genuine.table import SEAL, By, Family

FAMILY = Family("pyHanko encrypted")
CIPHERS = (
    "RC4-40", "RC4-128", "AES-128", "AES-128, metadata in the clear", "AES-256",
)  # fmt: skip


def _signed(name: str, password: str, who: str, level: Level = "B-B") -> bytes:
    return signed(form(name).data, who, level, password=password)


def _twice(name: str, password: str) -> bytes:
    once = signed(form(name).data, "p256", "B-T", password=password)
    return sealed(
        signed(once, "rsa2048", "B-T", password=password, minutes=3), 9, password=password
    )


for _turn, _cipher in enumerate(CIPHERS):
    for _whose, _password in (("", ""), (", user's password", USER)):
        _name, _who = f"encrypted {_cipher}{_whose}", ("p256", "rsa2048")[_turn % 2]
        FAMILY.add(
            _name[10:], partial(_signed, _name, _password, _who), By(_who), password=_password
        )
        FAMILY.add(
            f"{_name[10:]}, twice and sealed",
            partial(_twice, _name, _password),
            By("p256", "B-T"), By("rsa2048", "B-T"), SEAL,
            password=_password,
        )  # fmt: skip

FAMILY.add(
    "AES-256, owner's password",
    partial(_signed, "encrypted AES-256, owner's password", OWNER, "p256"),
    By("p256"),
    password=OWNER,
)
for _name in ("encrypted AES-128", "encrypted AES-256", "encrypted object streams"):
    FAMILY.add(
        f"{_name[10:]}, B-LTA",
        partial(_signed, _name, "", "rsa2048", "B-LTA"),
        By("rsa2048", "B-LTA"), SEAL,
        trust=bare_trust,
    )  # fmt: skip
