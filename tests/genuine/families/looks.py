"""pyHanko: stamps that are seen, on pages of all kinds; PDF/A, tagged and optional content."""

from __future__ import annotations

from functools import cache, partial

from pyhanko.sign.fields import SigFieldSpec
from pyhanko.stamp import QRStampStyle, TextStampStyle

from app.model import Level
from tests.builders import TRAILER, form, letter, table
from tests.genuine.hanko import signed, with_fields
from tests.genuine.people import bare_trust
from tests.genuine.table import SEAL, By, Family
from tests.handmade import stream

FAMILY = Family("pyHanko stamps")
TEXT = TextStampStyle(stamp_text="Ditandatangani oleh %(signer)s", border_width=1)
STYLES = {
    "text": TEXT,
    "text without a background": TextStampStyle(stamp_text="%(signer)s", background=None),
    "framed": TextStampStyle(stamp_text="%(signer)s\n%(ts)s", border_width=3),
    "QR code": QRStampStyle(stamp_text="%(signer)s", innsep=4),
}
BOXES = ((300, 60, 440, 120), (72, 160, 212, 220), (72, 260, 212, 320))
WHO = ("p256", "rsa2048", "second")
KINDS = (
    "table", "hybrid", "object stream", "turned 90", "turned 180", "turned 270", "linearized",
    "annots by reference", "values by reference", "inheritance",
    "form direct",
)  # fmt: skip


def stamped(data: bytes, at: int = 0, style: str = "text", page: int = 0, **more: object) -> bytes:
    """One more signature that is seen, at one of three places."""
    who = WHO[at]
    new = SigFieldSpec(f"Cap-{who}", on_page=page, box=BOXES[at])
    texts = {"url": "https://teken.example/v/x"}
    return signed(data, who, new=new, stamp=STYLES[style], texts=texts, **more)  # type: ignore[arg-type]


def _several(name: str, count: int) -> bytes:
    data = form(name).data
    for at in range(count):
        data = stamped(data, at)
    return data


for _style in STYLES:
    for _name in ("table", "cross-reference stream"):
        FAMILY.add(
            f"{_style}, {_name}", lambda s=_style, n=_name: stamped(form(n).data, 0, s), By("p256")
        )
for _name in KINDS:
    for _count in (1, 3):
        FAMILY.add(f"{_count} on {_name}", partial(_several, _name, _count), *map(By, WHO[:_count]))


# Only once: pyHanko puts a second stamp into the /Annots of all three pages, which is refused.
FAMILY.add(
    "1 on annots shared by reference",
    partial(_several, "annots shared by reference", 1),
    By("p256"),
)


@FAMILY.file(By("p256"), By("rsa2048"))
def on_different_pages() -> bytes:
    return stamped(stamped(form("several pages").data, 0, page=2), 1, page=0)


@FAMILY.file(By("p256", "B-LTA"), SEAL, By("rsa2048", "B-LTA"), SEAL, trust=bare_trust)
def long_term_with_stamps() -> bytes:
    once = stamped(form("table").data, 0, level="B-LTA")
    return stamped(once, 1, level="B-LTA", minutes=30)


@FAMILY.file(By("p256"), By("rsa2048"))
def in_fields_that_were_there() -> bytes:
    names = ("Kepala", "Kabid")
    specs = [SigFieldSpec(name, box=BOXES[at]) for at, name in enumerate(names)]
    data = with_fields(form("table").data, *specs)
    data = signed(data, "p256", field="Kepala", stamp=TEXT)
    return signed(data, "rsa2048", field="Kabid", stamp=STYLES["framed"])


# -- documents that claim or carry something more ------------------------------------------------


@cache
def tagged() -> bytes:
    """A tagged file: structure tree, parent tree, marked content."""
    catalog = b"/MarkInfo<</Marked true>>/Lang(id)/StructTreeRoot 20 0 R"
    more = {
        4: stream(b"", b"/P <</MCID 0>> BDC BT /F1 18 Tf 72 700 Td (Surat) Tj ET EMC"),
        20: b"<</Type/StructTreeRoot/K 21 0 R/ParentTree 22 0 R/ParentTreeNextKey 1>>",
        21: b"<</Type/StructElem/S/Document/P 20 0 R/K[23 0 R]>>",
        22: b"<</Nums[0[23 0 R]]>>",
        23: b"<</Type/StructElem/S/P/P 21 0 R/Pg 3 0 R/K 0>>",
    }
    page = b"/MediaBox[0 0 595 842]/StructParents 0/Tabs/S"
    return table(letter(page=page, catalog=catalog, more=more), trailer=TRAILER)


@cache
def layered() -> bytes:
    """A layer that can be switched off, attachments and an outline."""
    catalog = (
        b"/OCProperties<</OCGs[20 0 R]/D<</Order[20 0 R]/ON[20 0 R]>>>>/Outlines 21 0 R"
        b"/Names<</EmbeddedFiles<</Names[(data.csv)23 0 R]>>>>"
    )
    more = {
        20: b"<</Type/OCG/Name(Salinan)>>",
        21: b"<</Type/Outlines/First 22 0 R/Last 22 0 R/Count 1>>",
        22: b"<</Title(Surat)/Parent 21 0 R/Dest[3 0 R/Fit]>>",
        23: b"<</Type/Filespec/F(data.csv)/EF<</F 24 0 R>>>>",
        24: stream(b"/Type/EmbeddedFile", b"nip;tpp\n"),
    }
    return table(letter(catalog=catalog, more=more), trailer=TRAILER)


_DOCUMENTS = {
    "PDF/A": lambda: form("pdf/a with output intent").data,
    "PDF/A without output intent": lambda: form("pdf/a without output intent").data,
    "tagged": tagged,
    "layers, attachment and outline": layered,
}
_LEVELS: tuple[Level, ...] = ("B-B", "B-LTA")
for _name, _make in _DOCUMENTS.items():
    for _level in _LEVELS:
        FAMILY.add(
            f"{_name}, {_level}",
            lambda make=_make, level=_level: stamped(make(), 0, level=level),
            By("p256", _level),
            *([SEAL] if _level == "B-LTA" else []),
            **({"trust": bare_trust} if _level == "B-LTA" else {}),
        )
    FAMILY.add(
        f"{_name}, signed twice unseen",
        lambda make=_make: signed(signed(make()), "rsa2048"),
        By("p256"), By("rsa2048"),
    )  # fmt: skip
    FAMILY.add(
        f"{_name}, stamped twice",
        lambda make=_make: stamped(stamped(make()), 1),
        By("p256"), By("rsa2048"),
    )  # fmt: skip
