"""Our own signer, over files of every form."""

from __future__ import annotations

from functools import partial

from app.crypto.sign import prepare_fields, sign
from app.model import Algorithm, CertifyLevel, FieldSpec, Place, Rect, SignRequest, Stamp
from tests import pki
from tests.builders import FORMS, Form, form
from tests.genuine.people import person
from tests.genuine.table import By, Family, certifier

FAMILY = Family("Teken")
WHO = ("p256", "rsa2048", "p384", "rsa3072", "rsa4096")
BEFORE = {  # who signed these forms before
    "update by a stream": (By("second"),),
    "signed once": (By("second"),),
    "signed three times": (By("second"), By("third"), By("p384")),
    "certified P=2 with an empty field": (certifier("second"),),
    "certified P=3 with an empty field": (certifier("second"),),
}
LINK = "https://teken.example/v/9nZ2kQ7xT4"


def signed(made: Form, who: str, algorithm: Algorithm | None = None, **request: object) -> bytes:
    """The form with one more signature in the field that it wants signed."""
    asked = {"signed_at": pki.SIGNED_AT, "field": made.field, "password": made.password, **request}
    key = person(who).signing_key(algorithm)
    return made.data + sign(made.data, key, SignRequest(**asked))  # type: ignore[arg-type]


def _form(name: str, who: str) -> bytes:
    return signed(form(name), who)


def _stamped(name: str, who: str) -> bytes:
    place = None if form(name).field else Place(1, Rect(300, 60, 180, 64))
    return signed(form(name), who, stamp=Stamp(person(who).person, LINK, place))


for _turn, _name in enumerate(FORMS):
    _who = WHO[_turn % len(WHO)]
    FAMILY.add(
        _name,
        partial(_form, _name, _who),
        *BEFORE.get(_name, ()),
        By(_who),
        password=form(_name).password,
    )

STAMPED = (
    "table", "hybrid", "object stream with a form", "turned 90", "turned 270", "inheritance",
    "signed once", "form by reference", "annots by reference", "pdf/a with output intent",
    "encrypted AES-128", "visible empty field", "linearized", "seed value and lock",
)  # fmt: skip
for _turn, _name in enumerate(STAMPED):
    _who = WHO[_turn % len(WHO)]
    _signers = (*BEFORE.get(_name, ()), By(_who))
    FAMILY.add(f"{_name}, with a stamp", partial(_stamped, _name, _who), *_signers)

for _who, _algorithm in (
    ("p256", Algorithm("ecdsa", "sha384")),
    ("p384", Algorithm("ecdsa", "sha512")),
    ("rsa2048", Algorithm("rsa-pss", "sha256")),
    ("rsa3072", Algorithm("rsa-pss", "sha384")),
    ("rsa4096", Algorithm("rsa-pkcs1", "sha512")),
):
    FAMILY.add(
        f"{_algorithm.scheme} {_algorithm.digest}, {_who}",
        partial(signed, form("table"), _who, _algorithm),
        By(_who),
    )


def _certified(level: CertifyLevel, stamp: bool) -> bytes:
    place = Place(1, Rect(300, 60, 180, 64))
    shown = Stamp(person("p256").person, LINK, place) if stamp else None
    return signed(form("form by reference"), "p256", certify=level, stamp=shown)


for _level in (1, 2, 3):
    for _stamp in (False, True):
        FAMILY.add(
            f"certified P={_level}" + ", with a stamp" * _stamp,
            partial(_certified, _level, _stamp),  # type: ignore[arg-type]
            certifier("p256"),
        )

ROUTE = ("p256", "rsa2048", "second", "p384", "third", "rsa3072")


def _route(name: str, count: int, certify: CertifyLevel | None) -> bytes:
    """Fields for all are prepared first; the first signer may certify."""
    specs = [
        FieldSpec(who, Place(1, Rect(40 + 170 * (at % 3), 40 + 70 * (at // 3), 160, 60)))
        for at, who in enumerate(ROUTE[:count])
    ]
    data = form(name).data
    data += prepare_fields(data, specs)
    for at, who in enumerate(ROUTE[:count]):
        stamp = Stamp(person(who).person, LINK)
        chosen = None if at else certify
        data = signed(Form(data, field=who), who, certify=chosen, stamp=stamp)
    return data


for _name in ("table", "object stream", "hybrid"):
    for _count in (2, 6):
        _first: tuple[CertifyLevel | None, ...] = (None, 2, 3)
        for _level in _first:
            _one = certifier(ROUTE[0]) if _level else By(ROUTE[0])
            FAMILY.add(
                f"route of {_count}, {_name}" + f", certified P={_level}" * bool(_level),
                partial(_route, _name, _count, _level),
                _one,
                *map(By, ROUTE[1:_count]),
            )
