"""MuPDF. Its version of today signs by SHA-1, so it is judged by a policy that allows that."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

from app.crypto.pdf.document import PdfFile
from app.crypto.pdf.forms import read_form
from app.crypto.verify.algorithms import Policy
from app.crypto.verify.trust import Trust
from tests.builders import form, prepared
from tests.genuine import people
from tests.genuine.filling import by_mupdf
from tests.genuine.hanko import signed
from tests.genuine.people import person
from tests.genuine.programs import mutool
from tests.genuine.table import By, Family

FAMILY = Family("MuPDF")


@cache
def trust() -> Trust:
    """As if SHA-1 were safe. MuPDF leaves out who issued the signer's certificate."""
    helpful = (person("rsa2048").chain[1],)
    policy = Policy.default()
    digests = {**policy.digests, "sha1": datetime.max.replace(tzinfo=UTC)}
    return replace(people.trust(), certificates=helpful, policy=replace(policy, digests=digests))


def by(who: str) -> By:
    return By(who, "")


def _fields(name: str, *names: str) -> bytes:
    return prepared(form(name).data, *names)


for _name in ("table", "form by reference", "turned 90", "several pages"):
    FAMILY.add(
        f"one field, {_name}",
        lambda name=_name: mutool(_fields(name, "Kepala"), "rsa2048"),
        by("rsa2048"),
        trust=trust,
    )


@FAMILY.file(by("rsa3072"), by("rsa3072"), trust=trust)
def all_fields_at_once() -> bytes:
    return mutool(_fields("form by reference", "Kepala", "Kabid"), "rsa3072")


@FAMILY.file(By("p256"), by("rsa2048"), trust=trust)
def after_a_colleague() -> bytes:
    once = signed(_fields("form by reference", "Kepala", "Kabid"), "p256", field="Kabid")
    (free,) = [field.ref.number for field in read_form(PdfFile(once)).fields if not field.signed]
    return mutool(once, "rsa2048", free)


@FAMILY.file(by("rsa2048"), trust=trust)
def filled_in_afterwards() -> bytes:
    return by_mupdf(mutool(_fields("form by reference", "Kepala"), "rsa2048"), {"nama": "Yosefina"})
