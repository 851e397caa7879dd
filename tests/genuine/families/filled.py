"""Forms that are filled in before, between and after signatures, by three programs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from tests.genuine.filling import VALUES, Values, application, by_mupdf, by_pypdf
from tests.genuine.hanko import sealed, signed
from tests.genuine.people import bare_trust
from tests.genuine.table import SEAL, By, Family

FAMILY = Family("filled in")
Filler = Callable[[bytes, Values], bytes]
FILLERS: dict[str, Filler] = {
    "pypdf": by_pypdf,
    "MuPDF": lambda data, values: by_mupdf(
        data, {key: value.strip("/") for key, value in values.items()}
    ),
}


def _after(fill: Filler, *names: str) -> bytes:
    return fill(signed(application()), {name: VALUES[name] for name in names})


def _between(fill: Filler) -> bytes:
    """Each fills in his part and signs."""
    data = signed(fill(application(), {"nama": "Maria"}))
    data = signed(fill(data, {"alamat": VALUES["alamat"], "setuju": "/Yes"}), "rsa2048")
    return signed(fill(data, {"golongan": VALUES["golongan"]}), "second")


def _again(fill: Filler) -> bytes:
    """A field that is filled in, corrected and corrected again."""
    data = signed(application())
    for value in ("Maria", "Yosefina", "Ni Luh"):
        data = fill(data, {"nama": value})
    return data


def _before_a_time_stamp(fill: Filler) -> bytes:
    return sealed(fill(signed(application(), "p256", "B-T"), {"nama": "Maria"}), 9)


def _after_long_term(fill: Filler) -> bytes:
    return fill(signed(application(), "rsa2048", "B-LTA"), {"nama": "Maria"})


for _name, _fill in FILLERS.items():
    for _field in VALUES:
        FAMILY.add(f"{_field} by {_name}", partial(_after, _fill, _field), By("p256"))
    FAMILY.add(f"everything by {_name}", partial(_after, _fill, *VALUES), By("p256"))
    FAMILY.add(
        f"by {_name} between signatures",
        partial(_between, _fill),
        By("p256"), By("rsa2048"), By("second"),
    )  # fmt: skip
    FAMILY.add(f"again and again by {_name}", partial(_again, _fill), By("p256"))
    FAMILY.add(
        f"by {_name} before a time stamp",
        partial(_before_a_time_stamp, _fill),
        By("p256", "B-T"), SEAL,
    )  # fmt: skip
    FAMILY.add(
        f"by {_name} after long-term evidence",
        partial(_after_long_term, _fill),
        By("rsa2048", "B-LTA"), SEAL,
        trust=bare_trust,
    )  # fmt: skip
