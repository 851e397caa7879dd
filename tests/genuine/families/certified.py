"""pyHanko: certifications, prepared fields, field locks, and what they leave free."""

from __future__ import annotations

from functools import partial

from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigFieldSpec

from app.model import Level
from tests.builders import form
from tests.genuine.filling import application, by_pypdf
from tests.genuine.hanko import sealed, signed, with_evidence, with_fields
from tests.genuine.people import bare_trust
from tests.genuine.table import SEAL, By, Family, certifier

FAMILY = Family("pyHanko certified")
LEVELS = {1: MDPPerm.NO_CHANGES, 2: MDPPerm.FILL_FORMS, 3: MDPPerm.ANNOTATE}
NAMES = ("Kepala", "Sekretaris", "Kabid")
WHO = ("p256", "rsa2048", "second")


def prepared(**first: object) -> bytes:
    """The application with three empty signature fields; `first` says what the first locks."""
    boxes = ((72 + 160 * at, 100, 212 + 160 * at, 160) for at in range(3))
    more: tuple[dict[str, object], ...] = (first, {}, {})
    specs = [
        SigFieldSpec(name, box=box, **lock)  # type: ignore[arg-type]
        for name, box, lock in zip(NAMES, boxes, more, strict=True)
    ]
    return with_fields(application(), *specs)


def certified(level: int, who: str = "p256", pades: Level = "B-B", **more: object) -> bytes:
    permissions = {"certify": True, "docmdp_permissions": LEVELS[level]}
    return signed(prepared(), who, pades, field="Kepala", **permissions, **more)  # type: ignore[arg-type]


def _approved(level: int, count: int, fill: bool) -> bytes:
    data = certified(level)
    for name, who in zip(NAMES[1 : 1 + count], WHO[1:], strict=False):
        if fill:
            data = by_pypdf(data, {"nama" if name == "Kabid" else "alamat": name})
        data = signed(data, who, field=name)
    return data


for _level in LEVELS:
    FAMILY.add(f"P={_level}", partial(certified, _level), certifier("p256"))
    FAMILY.add(
        f"P={_level}, adbe.pkcs7.detached",
        partial(certified, _level, "rsa2048", adobe=True),
        certifier("rsa2048", ""),
    )
    FAMILY.add(
        f"P={_level}, B-LTA",
        partial(certified, _level, "rsa3072", "B-LTA"),
        certifier("rsa3072", "B-LTA"), SEAL,
        trust=bare_trust,
    )  # fmt: skip
    FAMILY.add(
        f"P={_level}, then evidence and a time stamp",
        lambda level=_level: sealed(with_evidence(certified(level))),
        certifier("p256", "B-LTA"), SEAL,
        trust=bare_trust,
    )  # fmt: skip

for _level in (2, 3):
    for _count in (1, 2):
        for _fill in (False, True):
            FAMILY.add(
                f"P={_level}, {_count} approvals" + ", filled in between" * _fill,
                partial(_approved, _level, _count, _fill),
                certifier("p256"), *map(By, WHO[1 : 1 + _count]),
            )  # fmt: skip
    FAMILY.add(
        f"P={_level}, filled in",
        lambda level=_level: by_pypdf(certified(level), {"nama": "Maria", "setuju": "/Yes"}),
        certifier("p256"),
    )

# -- locks ---------------------------------------------------------------------------------------

INCLUDE, EXCLUDE, ALL = FieldMDPAction.INCLUDE, FieldMDPAction.EXCLUDE, FieldMDPAction.ALL
LOCKS = {
    "include": FieldMDPSpec(INCLUDE, ["nama"]),
    "exclude": FieldMDPSpec(EXCLUDE, ["alamat", "Sekretaris"]),
    "all": FieldMDPSpec(ALL),
}


def _locked(name: str, certify: bool = False, **how: object) -> bytes:
    data = prepared(field_mdp_spec=LOCKS[name], **how)
    permissions = {"certify": True, "docmdp_permissions": LEVELS[2]} if certify else {}
    return signed(data, field="Kepala", **permissions)  # type: ignore[arg-type]


def _signed_on(name: str, certify: bool) -> bytes:
    filled = by_pypdf(_locked(name, certify), {"alamat": "Kupang"})
    return signed(filled, "rsa2048", field="Sekretaris")


for _name in LOCKS:
    FAMILY.add(f"lock {_name}", partial(_locked, _name), By("p256"))
    FAMILY.add(f"lock {_name}, certified", partial(_locked, _name, True), certifier("p256"))
    FAMILY.add(
        f"lock {_name}, then evidence and a time stamp",
        lambda name=_name: sealed(with_evidence(_locked(name))),
        By("p256", "B-LTA"), SEAL,
        trust=bare_trust,
    )  # fmt: skip
for _name in ("include", "exclude"):
    FAMILY.add(
        f"lock {_name}, another field filled in",
        lambda name=_name: by_pypdf(_locked(name), {"alamat": "Kupang"}),
        By("p256"),
    )
    for _certify in (False, True):
        FAMILY.add(
            f"lock {_name}, filled in and signed" + ", certified" * _certify,
            partial(_signed_on, _name, _certify),
            certifier("p256") if _certify else By("p256"), By("rsa2048"),
        )  # fmt: skip
for _level, _value in LEVELS.items():
    FAMILY.add(
        f"an approval that locks to P={_level}",
        partial(_locked, "include", doc_mdp_update_value=_value),
        By("p256"),
    )

# -- fields --------------------------------------------------------------------------------------


def _with_widget_apart(*who: str) -> bytes:
    specs = [_apart(f"Oleh-{each}", at) for at, each in enumerate(who)]
    data = with_fields(form("form by reference").data, *specs)
    for each in who:
        data = signed(data, each)
    return data


def _apart(name: str, at: int) -> SigFieldSpec:
    """pyHanko's widget does not say which field it belongs to: only the field does."""
    box = (300, 60 + 80 * at, 440, 120 + 80 * at)
    return SigFieldSpec(name, box=box, combine_annotation=False)


FAMILY.add("widget apart from its field", partial(_with_widget_apart, "p256"), By("p256"))
FAMILY.add(
    "widgets apart from their fields",
    partial(_with_widget_apart, "p256", "rsa2048"),
    By("p256"), By("rsa2048"),
)  # fmt: skip


@FAMILY.file(By("p256"), By("rsa2048"))
def new_widgets_apart_from_their_fields() -> bytes:
    data = form("table").data
    for at, who in enumerate(("p256", "rsa2048")):
        data = signed(data, who, new=_apart(f"F{at}", at))
    return data


@FAMILY.file(By("p256"), By("second"))
def unseen_fields_that_were_there() -> bytes:
    data = with_fields(form("object stream with a form").data, *map(SigFieldSpec, NAMES))
    return signed(signed(data, field="Kabid"), "second", field="Kepala")


@FAMILY.file(By("p256"), By("rsa2048"), By("second"))
def names_below_a_common_one() -> bytes:
    data = form("form by reference").data
    data = with_fields(data, *(SigFieldSpec(f"Pejabat.{name}") for name in NAMES))
    for name, who in zip(NAMES, WHO, strict=True):
        data = signed(data, who, field=f"Pejabat.{name}")
    return data


@FAMILY.file(certifier("p256", "B-T"), By("rsa2048", "B-T"), By("second", "B-T"), SEAL)
def a_whole_office() -> bytes:
    """Certified, filled in, approved twice with the colleague's own time stamps, and sealed."""
    data = by_pypdf(certified(2, pades="B-T"), {"nama": "Maria"})
    data = signed(data, "rsa2048", "B-T", field="Sekretaris")
    data = by_pypdf(data, {"golongan": "III/b"})
    return sealed(signed(data, "second", "B-T", field="Kabid"), 20)
